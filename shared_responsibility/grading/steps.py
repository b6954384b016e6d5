"""Our steps in nbgrader's pipelines. `nbgrader_config.py` puts them in, so that the plain
commands, the formgrader and our own all take the same path."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from nbclient.exceptions import DeadKernelError
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader import preprocessors as stock
from nbgrader.preprocessors.base import NbGraderPreprocessor
from nbgrader.preprocessors.execute import UnresponsiveKernelError

from shared_responsibility.answers import ANSWERS_MIME, Sheet, read_sheet
from shared_responsibility.errors import CourseError
from shared_responsibility.feedback import as_html
from shared_responsibility.grading.manifest import (
    Exercise,
    describe_release,
    hash_of_data,
    read_manifest,
    write_manifest,
)
from shared_responsibility.grading.preflight import rebuild
from shared_responsibility.scoring import FormResult, score_form

RESULT_MIME = "application/vnd.shared-responsibility.result+json"
Resources = dict[str, Any]
NO_ANSWERS = (
    "No answers arrived: the answer cell did not run, or its variable is not the dictionary that "
    "was there."
)


class SaveManifest(NbGraderPreprocessor):
    """Before `SaveCells`: write the record that grading reads."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        # nbgrader works in the root of the course while it converts.
        manifest = describe_release(resources["nbgrader"]["assignment"], dict(nb))
        path = write_manifest(Path.cwd(), manifest)
        self.log.info("Recorded the release in %s", path)
        return nb, resources


class SubmissionExporter(NotebookExporter):
    """Reads a submission by rebuilding it from the record of the release."""

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kwargs: Any
    ) -> tuple[Any, Resources]:
        assert resources is not None, "nbgrader always says whose notebook it is"
        manifest = read_manifest(Path.cwd(), resources["nbgrader"]["assignment"])
        if manifest.data_hash != hash_of_data():
            self.log.warning("data/ has changed since the release; the release's record holds.")
        rebuilt = rebuild(Path(filename).read_bytes(), manifest.release)
        for note in rebuilt.notes:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], note)
        return self.from_notebook_node(rebuilt.notebook, resources=resources, **kwargs)


class ExecuteSubmission(stock.Execute):
    """Runs a notebook; one that ends its own kernel keeps what ran before, and says so."""

    def preprocess(
        self, nb: NotebookNode, resources: Resources, **kwargs: Any
    ) -> tuple[NotebookNode, Resources]:
        try:
            return super().preprocess(nb, resources, **kwargs)
        except (DeadKernelError, UnresponsiveKernelError):
            told = (
                "**The notebook stopped its own kernel while it ran.** Exercises after that point "
                "have no answers. Look for `exit()` or for a loop that does not end."
            )
            self.log.warning("%s: the kernel stopped", resources["nbgrader"]["student"])
            nb.cells.insert(0, new_markdown_cell(told, id="kernel-stopped"))
            return nb, resources


class ScoreAnswers(NbGraderPreprocessor):
    """Before `SaveAutoGrades`: score the answers in this process, with the recorded key.

    The outputs of a graded cell are replaced by points and feedback. Nothing that the learner's
    process printed is a score.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        manifest = read_manifest(Path.cwd(), resources["nbgrader"]["assignment"])
        graded = {exercise.grade_id: exercise for exercise in manifest.exercises}
        for cell in nb.cells:
            exercise = graded.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            if exercise is not None:
                cell.outputs = [_scored(exercise, cell.outputs)]
        return nb, resources


def _scored(exercise: Exercise, outputs: list[NotebookNode]) -> NotebookNode:
    sheet, remarks = _sheet(exercise, outputs)
    result = score_form(exercise.keys, sheet.answers)
    twice = [f"Answered twice, the last one counts: {item_id}." for item_id in sheet.twice]
    result = FormResult(result.items, (*remarks, *twice, *result.remarks))
    return new_output(
        "execute_result",
        data={
            "text/plain": repr(result.points),
            "text/html": as_html(result),
            RESULT_MIME: _as_data(exercise, result),
        },
    )


def _sheet(exercise: Exercise, outputs: list[NotebookNode]) -> tuple[Sheet, list[str]]:
    """The answers in the outputs of a graded cell; empty, with the reason, where there are none."""
    blank = Sheet(exercise.exercise, {})
    for output in outputs:
        data = output.get("data", {})
        if output.output_type == "execute_result" and ANSWERS_MIME in data:
            try:
                sheet = read_sheet(data[ANSWERS_MIME], exercise.exercise)
                return sheet, [] if sheet.answers else [NO_ANSWERS]
            except ValueError as problem:
                return blank, [f"Nothing could be scored: {problem}."]
    for output in outputs:
        if output.output_type == "error":
            return blank, [f"The graded cell ended in an error: {output.ename}."]
    return blank, ["The graded cell gave no answers."]


def _as_data(exercise: Exercise, result: FormResult) -> dict[str, Any]:
    return {
        "exercise": exercise.exercise,
        "items": [
            {
                "item_id": item.key.item_id,
                "version": item.key.version,
                "response": item.response,
                "verdict": item.verdict.value,
                "points": item.points,
                "max_points": item.max_points,
                "misconception_id": item.misconception_id,
            }
            for item in result.items
        ],
    }


def require_release(assignment: str, **_: object) -> None:
    """nbgrader's `pre_convert_hook`: without a release, say in one sentence what to do first.

    nbgrader swallows every `Exception` of a hook, so this leaves with `SystemExit`.
    """
    try:
        read_manifest(Path.cwd(), assignment)
        if not _gradebook_is_there():
            raise CourseError(
                "There is no gradebook here yet. "
                f"First run: nbgrader generate_assignment {assignment}"
            )
    except CourseError as problem:
        sys.exit(str(problem))


def _gradebook_is_there() -> bool:
    from traitlets.config import Application

    config = Application.instance().config if Application.initialized() else {}
    elsewhere = "db_url" in config.get("CourseDirectory", {})
    return elsewhere or Path("gradebook.db").is_file()


RELEASE_STEPS = [
    stock.IncludeHeaderFooter,
    stock.InstantiateTests,
    stock.LockCells,
    stock.ClearSolutions,
    stock.ClearOutput,
    stock.CheckCellMetadata,
    stock.ComputeChecksums,
    SaveManifest,
    stock.SaveCells,
    stock.ClearHiddenTests,
    stock.ClearMarkScheme,
    stock.ComputeChecksums,
    stock.CheckCellMetadata,
]
"""nbgrader's own list with the record before `SaveCells`."""

GRADING_STEPS = [
    ExecuteSubmission,
    stock.IgnorePattern,
    ClearMetadataPreprocessor,
    stock.LimitOutput,
    ScoreAnswers,
    stock.SaveAutoGrades,
    stock.AssignLatePenalties,
    stock.CheckCellMetadata,
]
"""nbgrader's own list with our run and our scores in it."""
