"""The page that a learner gets back, in place of nbgrader's copy of the notebook.

It says as much as the level in force on the day on which it is made.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from nbgrader.preprocessors import GetGrades
from sqlalchemy import create_engine
from traitlets import Dict, Unicode

from shared_responsibility.errors import CourseError, in_words, unknown
from shared_responsibility.grading.ledger import store
from shared_responsibility.grading.manifest import GRADED, named_manifest
from shared_responsibility.grading.marking import from_data
from shared_responsibility.grading.preflight import NOTES_CELL
from shared_responsibility.pages import Section, result_page
from shared_responsibility.scoring import FormResult
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import FeedbackLevel

Resources = dict[str, Any]
KERNEL_STOPPED = "kernel-stopped"


class GetGradesAndWaiting(GetGrades):
    """nbgrader's step, which also notes what still waits for a person."""

    def _get_score(self, cell: NotebookNode, resources: Resources) -> None:
        super()._get_score(cell, resources)
        grade_id = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(
            grade_id, self.notebook_id, self.assignment_id, self.student_id
        )
        cell.metadata.nbgrader["needs_manual_grade"] = bool(grade.needs_manual_grade)


class FeedbackPage(Exporter):
    """Makes the feedback of one learner from the graded notebook and the record of the release."""

    levels = Dict(
        help="For an assignment: a level, or dates with the level from that day on. "
        "Before the first date it is `none`; an assignment that is not named is `explained`."
    ).tag(config=True)
    output_mimetype = "text/html"
    file_extension = Unicode(".html").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        try:
            for assignment in self.levels:
                _must_be_known(assignment)
                level_on(self.levels, assignment, date.today())
        except CourseError as problem:
            # nbgrader swallows errors of a converter and goes on without it.
            sys.exit(str(problem))

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Resources | None = None, **kwargs: Any
    ) -> tuple[str, Resources]:
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        about = resources["nbgrader"]
        results = results_in_force(Path.cwd(), about)
        level = level_on(self.levels, about["assignment"], date.today())
        page = result_page(
            f"{_title(about['assignment'])}: your feedback",
            _sections(results, nb),
            level=level,
            notes=_notes(nb),
            penalty=float(about.get("late_penalty") or 0.0),
        )
        return page, resources


def _must_be_known(assignment: str) -> None:
    """A name that is misspelt would leave the real one open."""
    known = set(load_table("assignments")["assignment"]) | set(load_table("forms")["assignment"])
    if assignment not in known:
        raise unknown("problem set", assignment, known)


def level_on(levels: dict[str, Any], assignment: str, day: date) -> FeedbackLevel:
    """The level in force for an assignment on a day. Raises `CourseError` for a bad setting."""
    chosen = levels.get(assignment, FeedbackLevel.EXPLAINED)
    if isinstance(chosen, str):
        return _level(chosen, assignment)
    if not isinstance(chosen, dict):
        raise _bad_setting(assignment, chosen)
    steps = {_day(when, assignment): _level(level, assignment) for when, level in chosen.items()}
    past = [when for when in steps if when <= day]
    return steps[max(past)] if past else FeedbackLevel.NONE


def _level(word: object, assignment: str) -> FeedbackLevel:
    if not isinstance(word, str) or word not in set(FeedbackLevel):
        raise _bad_setting(assignment, word)
    return FeedbackLevel(word)


def _day(when: object, assignment: str) -> date:
    try:
        return date.fromisoformat(str(when))
    except ValueError:
        raise _bad_setting(assignment, when) from None


def _bad_setting(assignment: str, value: object) -> CourseError:
    words = in_words([repr(str(level)) for level in FeedbackLevel], "or")
    return CourseError(
        f"nbgrader_config.py, FeedbackPage.levels, {assignment}: {value!r} is not allowed. "
        f"Allowed: {words}, or a dictionary of days such as 2026-12-01 to one of these."
    )


def _title(assignment: str) -> str:
    titles = load_table("assignments").set_index("assignment")["title"]
    return str(titles.get(assignment, assignment))


def results_in_force(course: Path, about: dict[str, str]) -> dict[str, FormResult]:
    """The results of a learner by graded cell, as the last entry of the ledger has them.

    Raises `CourseError` where the ledger knows nothing of this learner's work.
    """
    engine = create_engine(about["db_url"])
    try:
        # A gradebook from before the ledger has no such tables.
        store.create_tables(engine)
        with engine.connect() as connection:
            entry = store.latest_of(connection, about["assignment"], about["student"])
    finally:
        engine.dispose()
    if entry is None or entry.work is None:
        raise CourseError(
            f"The ledger holds no answers of {about['student']!r} to {about['assignment']!r}."
        )
    stored = entry.work["exercises"]
    manifest = named_manifest(course, about["assignment"], entry.manifest)
    return {
        one.grade_id: from_data(one, stored[one.exercise]["result"])
        for one in manifest.exercises
        if one.exercise in stored
    }


def _sections(results: dict[str, FormResult], nb: NotebookNode) -> list[Section]:
    sections = []
    for cell in nb.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade"):
            result = results.get(marks["grade_id"])
            sections.append(_judged(result, cell) if result else _by_hand(cell))
    return sections


def _judged(result: FormResult, cell: NotebookNode) -> Section:
    marks = cell.metadata.nbgrader
    return Section(
        title=in_heading(marks["grade_id"].removesuffix(GRADED)),
        max_points=float(marks["points"]),
        points=float(marks.get("score") or 0.0),
        result=result,
        comment=marks.get("comment") or "",
    )


def _by_hand(cell: NotebookNode) -> Section:
    marks = cell.metadata.nbgrader
    waiting = marks.get("needs_manual_grade", False)
    return Section(
        title=in_heading(marks["grade_id"]),
        max_points=float(marks["points"]),
        points=None if waiting else float(marks.get("score") or 0.0),
        text=cell.source,
        comment=marks.get("comment") or "",
    )


def in_heading(slug: str) -> str:
    """A slug as people read it."""
    return slug.replace("-", " ").capitalize()


def _notes(nb: NotebookNode) -> list[str]:
    """What grading had to put right, or had to stop."""
    told = [cell.source for cell in nb.cells if cell.get("id") in (NOTES_CELL, KERNEL_STOPPED)]
    lines = [line for text in told for line in text.splitlines() if line.strip()]
    return [line.lstrip("- ").replace("**", "").replace("`", "") for line in lines]
