"""The course total of a class, from the gradebook, and the records that learners keep."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from nbgrader.api import Gradebook

from shared_responsibility.totals import Total, completion_page, problem_sets, total

FOLDER = "completion"
GRADED = "Graded by the instructor of a class, from the gradebook of that class."


def totals_of(db_url: str) -> pd.DataFrame:
    """One row for each learner: the points of every set, `total` (of 100) and `passed`."""
    rows = [
        {"learner": one.learner, **one.points, "total": one.earned, "passed": one.passed}
        for one in class_totals(db_url)
    ]
    columns = ["learner", *(one.assignment for one in problem_sets()), "total", "passed"]
    return pd.DataFrame(rows, columns=columns)


def class_totals(db_url: str) -> list[Total]:
    """The total of every learner of the gradebook, late penalties taken off, by name."""
    with Gradebook(db_url) as gradebook:
        learners = [str(student.id) for student in gradebook.students]
        earned: dict[str, dict[str, float | None]] = {name: {} for name in learners}
        for one in problem_sets():
            for submission in _submissions(gradebook, one.assignment):
                penalty = submission.late_submission_penalty or 0.0
                points = max(0.0, submission.score - penalty)
                earned[submission.student_id][one.assignment] = points
    return [total(name, earned[name]) for name in sorted(learners)]


def _submissions(gradebook: Gradebook, assignment: str) -> list[Any]:
    known = {one.name for one in gradebook.assignments}
    return list(gradebook.assignment_submissions(assignment)) if assignment in known else []


def write_records(course: Path, db_url: str, day: date) -> list[Path]:
    """Write `completion/<learner>.html` for each learner; returns the pages."""
    folder = course / FOLDER
    folder.mkdir(exist_ok=True)
    pages = []
    for one in class_totals(db_url):
        page = folder / f"{one.learner}.html"
        text = completion_page(one, day, checked_by=GRADED)
        page.write_text(text, encoding="utf-8", newline="\n")
        pages.append(page)
    return pages
