"""What can go wrong around a grading run: another run, a full disk, a database that is away, a run
that was killed. Each is told in a sentence, and the next run goes on where the last one ended."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path
from typing import Any

from nbgrader import utils
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.engine.locking import one_grader
from shared_responsibility.grading.manifest import GRADED
from shared_responsibility.grading.marking import RESULT_MIME
from shared_responsibility.grading.preflight import intake
from shared_responsibility.grading.sandbox.scratch import sweep

GO_ON = "Every mark that was recorded is kept. Run the same command again: it goes on from there."
NO_ROOM = "The disk is full. Make room first."
LITTLE_ROOM = 1_000_000
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def in_a_sentence(problem: OSError | SQLAlchemyError) -> str:
    """What happened and what to do, for a fault of disk or database."""
    said = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0].rstrip(".")
    if isinstance(problem, OSError):
        where = f" ({problem.filename})" if problem.filename else ""
        if problem.errno in FULL:
            return f"{NO_ROOM}{where} {GO_ON}"
        return f"A file could not be written{where}: {problem.strerror}. {GO_ON}"
    if "disk is full" in said or "disk I/O error" in said:
        return f"{NO_ROOM} The gradebook said: {said}. {GO_ON}"
    return f"The gradebook could not be used: {said}. {GO_ON}"


def is_away(problem: SQLAlchemyError) -> bool:
    """Whether the database went away or does not answer yet, so that it may come back."""
    if not isinstance(problem, DBAPIError):
        return False
    said = str(problem.orig)
    starting = ("connection", "starting up", "shutting down", "recovery")
    return problem.connection_invalidated or any(words in said for words in starting)


def is_finished(notebook: Path) -> bool:
    """Whether a graded notebook was written to its end: every exercise has its result."""
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        return all(_has_result(cell) for cell in cells if _is_graded(cell))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _is_graded(cell: dict[str, Any]) -> bool:
    marks = cell["metadata"].get("nbgrader", {})
    return bool(marks.get("grade")) and str(marks["grade_id"]).endswith(GRADED)


def _has_result(cell: dict[str, Any]) -> bool:
    return any(RESULT_MIME in output.get("data", {}) for output in cell["outputs"])


def guard(converter: Autograde) -> None:
    """Let one run of `nbgrader autograde` be the only one on its course, and begin it cleanly.

    nbgrader skips whoever has a folder, also one that a run left when it was killed.
    """
    convert = converter.convert_notebooks

    def alone() -> None:
        try:
            with one_grader(Path(converter.coursedir.root)):
                sweep()
                _remove_unfinished(converter)
                convert()
        except CourseError as problem:
            converter.log.error(str(problem))
            raise NbGraderException(str(problem)) from None
        except NbGraderException as problem:
            _tell(converter, problem)
            raise

    converter.convert_notebooks = alone


def _remove_unfinished(converter: Autograde) -> None:
    coursedir = converter.coursedir
    name = f"{intake.notebook_of(coursedir)}.ipynb"
    for student, _ in intake.hand_ins(coursedir):
        step = coursedir.autograded_directory
        folder = Path(coursedir.format_path(step, student, coursedir.assignment_id))
        if folder.is_dir() and not is_finished(folder / name):
            converter.log.warning(
                "%s: an earlier run was stopped before the end, so it is graded now.", student
            )
            utils.rmtree(str(folder))


def _tell(converter: Autograde, problem: NbGraderException) -> None:
    """nbgrader advises to upgrade the database whatever the database said."""
    cause = problem.__context__
    if isinstance(cause, SQLAlchemyError):
        converter.log.error("No upgrade is needed. %s", in_a_sentence(cause))
    elif shutil.disk_usage(converter.coursedir.root).free < LITTLE_ROOM:
        converter.log.error("%s %s", NO_ROOM, GO_ON)
