"""The record of finishing, for somebody who learned alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from shared_responsibility.errors import CourseError
from shared_responsibility.practice.results import read_results
from shared_responsibility.practice.workspace import FOLDER
from shared_responsibility.totals import completion_page, total

NAME = "completion.html"
ALONE = (
    "Checked by the learner alone, with the scorer of the course. Points that a person gives are "
    "not in it."
)


def write_record(root: Path, name: str, day: date) -> Path:
    """Write `my-work/completion.html` from the kept results.

    Raises `CourseError` where no problem set was checked yet.
    """
    folder = root / FOLDER
    kept = read_results(folder)
    if not kept:
        raise CourseError("No problem set was checked yet. Run, for example: srm check decide")
    made = total(name, {assignment: one.points for assignment, one in kept.items()})
    page = folder / NAME
    text = completion_page(made, day, checked_by=ALONE)
    page.write_text(text, encoding="utf-8", newline="\n")
    return page
