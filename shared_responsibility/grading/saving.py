"""Marks and ledger into the database, both or neither."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors.base import NbGraderPreprocessor

from shared_responsibility import __version__
from shared_responsibility.grading.ledger import store
from shared_responsibility.grading.manifest import Manifest
from shared_responsibility.grading.marking import Marked, work_of

Resources = dict[str, Any]
MARKED = "srm_marked"


class SaveGrades(NbGraderPreprocessor):
    """In place of `SaveAutoGrades`: the same columns, and the ledger, in one transaction."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            store.create_tables(gradebook.engine)
            store.lock(gradebook.db)
            set_grades(gradebook, nb, about)
            store.append(gradebook.db, resources[MARKED])
            gradebook.db.commit()
        return nb, resources


def set_grades(gradebook: Gradebook, nb: NotebookNode, about: dict[str, str]) -> None:
    """Set what nbgrader's own step sets for every cell, without a commit.

    A mark that a person gave stays, and the cell is flagged for another look.
    """
    place = (about["notebook"], about["assignment"], about["student"])
    for cell in nb.cells:
        if utils.is_grade(cell):
            grade = gradebook.find_grade(cell.metadata.nbgrader.grade_id, *place)
            grade.auto_score, _ = utils.determine_grade(cell)
            by_hand = grade.manual_score is not None or grade.auto_score is None
            grade.needs_manual_grade = by_hand
        if utils.is_solution(cell) or utils.is_task(cell):
            comment = gradebook.find_comment(cell.metadata.nbgrader.grade_id, *place)
            comment.auto_comment = "No response." if _is_untouched(cell) else None


def _is_untouched(cell: NotebookNode) -> bool:
    released = cell.metadata.nbgrader.get("checksum")
    return bool(released == utils.compute_checksum(cell)) and not utils.is_task(cell)


def grading_of(
    learner: str,
    manifest: Manifest,
    marked: Iterable[Marked],
    *,
    account: Any = None,
    sandbox: str = "",
    reason: str = "",
) -> store.Grading:
    """What the ledger enters for one learner."""
    listed = list(marked)
    return store.Grading(
        learner=learner,
        assignment=manifest.assignment,
        manifest=manifest.name,
        points=sum(one.result.points for one in listed),
        max_points=sum(one.result.max_points for one in listed),
        work=work_of(listed, account),
        sandbox=sandbox,
        package_version=__version__,
        grader=getpass.getuser(),
        reason=reason,
    )
