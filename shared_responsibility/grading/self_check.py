"""`srm check`: a learner's own notebook through the grader's steps, on their own machine."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from shared_responsibility.errors import CourseError, unknown
from shared_responsibility.feedback import in_points, summary
from shared_responsibility.grading.feedback_page import in_heading
from shared_responsibility.grading.manifest import Exercise, Manifest, describe_release
from shared_responsibility.grading.marking import Marked, score_notebook
from shared_responsibility.grading.preflight import rebuild
from shared_responsibility.grading.surroundings import surroundings
from shared_responsibility.pages import Section, result_page
from shared_responsibility.practice.progress import keep
from shared_responsibility.practice.results import Kept, keep_result
from shared_responsibility.practice.workspace import FOLDER
from shared_responsibility.scoring import FormResult, Verdict
from shared_responsibility.totals import problem_sets
from shared_responsibility.vocabulary import FeedbackLevel

SECONDS_FOR_A_CELL = 30
STOPPED = (
    "The notebook stopped its own kernel, or a cell ran too long: what comes after it is blank."
)


@dataclass(frozen=True)
class SelfCheck:
    """Where the page with the result lies, and what to print."""

    page: Path
    lines: list[str]


def self_check(
    root: Path, assignment: str, level: FeedbackLevel = FeedbackLevel.EXPLAINED
) -> SelfCheck:
    """Run, score and explain `my-work/<assignment>/<assignment>.ipynb` with the grader's scorer.

    The notebook itself is not changed. Raises `CourseError` where there is none.
    """
    worth = {one.assignment: one for one in problem_sets()}
    if assignment not in worth:
        raise unknown("problem set", assignment, worth)
    notebook = root / FOLDER / assignment / f"{assignment}.ipynb"
    release = root / "release" / assignment / f"{assignment}.ipynb"
    if not notebook.is_file():
        raise CourseError(f"There is no {FOLDER}/{assignment} yet. Run: srm start {assignment}")
    if not release.is_file():
        raise CourseError(f"release/{assignment} is missing. Run: srm build")
    released = json.loads(release.read_text(encoding="utf-8"))
    manifest = describe_release(assignment, released, open_only=True)
    rebuilt = rebuild(notebook.read_bytes(), manifest.release)
    notes, results = _run(manifest, rebuilt.notebook, notebook.parent)
    asked = worth[assignment]
    page = notebook.with_name(f"{assignment}-result.html")
    title = f"{asked.title}: your result"
    sections = [_section(one.exercise, one.result) for one in results]
    later = _later(results, asked.max_points)
    told = [*rebuilt.notes, *notes]
    text = result_page(title, sections, level=level, notes=told, later=later)
    page.write_text(text, encoding="utf-8", newline="\n")
    _keep(notebook.parent, assignment, asked.max_points, results, level)
    return SelfCheck(page, [*_lines(results, told), *filter(None, [later])])


def _run(manifest: Manifest, nb: NotebookNode, folder: Path) -> tuple[list[str], list[Marked]]:
    notes = []
    with surroundings(manifest, sandboxed=False) as around, _here(folder):
        client = NotebookClient(
            nb, timeout=SECONDS_FOR_A_CELL, kernel_name="python3", allow_errors=True,
            resources={"metadata": {"path": str(folder)}},
        )  # fmt: skip
        environment = {**os.environ, "NBGRADER_EXECUTION": "autograde", **around.environment()}
        try:
            client.execute(env=environment)
        except (DeadKernelError, CellTimeoutError):
            notes.append(STOPPED)
        return notes, score_notebook(manifest, nb, around.measured())


@contextlib.contextmanager
def _here(folder: Path) -> Iterator[None]:
    """Work in the learner's folder, where their record of answers is found."""
    with contextlib.chdir(folder):
        yield


def _section(exercise: Exercise, result: FormResult) -> Section:
    return Section(
        title=in_heading(exercise.exercise),
        max_points=result.max_points,
        points=result.points,
        result=result,
    )


def _keep(
    folder: Path, assignment: str, max_points: float, results: list[Marked], level: FeedbackLevel
) -> None:
    earned = sum(one.result.points for one in results)
    judged = sum(one.result.max_points for one in results)
    kept = Kept(round(earned, 4), judged, max_points, date.today().isoformat())
    keep_result(folder.parent, assignment, kept)
    if level is FeedbackLevel.EXPLAINED:
        with _here(folder):
            judged_items = [item for one in results for item in one.result.items]
            keep(item for item in judged_items if item.verdict in ANSWERED)


ANSWERED = (Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG)


def _lines(results: list[Marked], notes: list[str]) -> list[str]:
    lines = [*notes]
    for one in results:
        counted = summary(one.result, with_points=True)
        lines.append(f"{in_heading(one.exercise.exercise)}: {counted}")
    judged = sum(one.result.max_points for one in results)
    earned = sum(one.result.points for one in results)
    lines.append(f"Together {in_points(earned)} of {in_points(judged)} points.")
    return lines


def _later(results: list[Marked], max_points: float) -> str:
    """What cannot be judged here, in a sentence; nothing where all can."""
    left = max_points - sum(one.result.max_points for one in results)
    if left <= 0:
        return ""
    return f"{in_points(left)} of {in_points(max_points)} points are judged after hand-in."
