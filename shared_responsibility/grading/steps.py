"""Our steps in nbgrader's pipelines. `nbgrader_config.py` puts them in, so that the plain
commands, the formgrader and our own all take the same path."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat import NotebookNode
from nbgrader import preprocessors as stock
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors.base import NbGraderPreprocessor
from sqlalchemy.exc import SQLAlchemyError
from traitlets import Unicode

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.faults import guard, in_a_sentence
from shared_responsibility.grading.manifest import (
    OPEN_SEED,
    describe_release,
    hash_of_data,
    read_manifest,
    with_withdrawn,
    write_manifest,
)
from shared_responsibility.grading.marking import score_notebook
from shared_responsibility.grading.preflight import intake, notes_of, rebuild_hand_in
from shared_responsibility.grading.sandbox import Mode
from shared_responsibility.grading.sandbox.configuration import Sandbox
from shared_responsibility.grading.sandbox.execute import ACCOUNT as SOCKET
from shared_responsibility.grading.sandbox.execute import (
    INPUTS,
    SANDBOX,
    ExecuteInSandbox,
)
from shared_responsibility.grading.sanitising import SanitiseOutputs, SanitiseText
from shared_responsibility.grading.saving import MARKED, SaveGrades, grading_of
from shared_responsibility.grading.surroundings import Surroundings, surroundings

Resources = dict[str, Any]
ACCOUNT = "srm_account"


class SaveManifest(NbGraderPreprocessor):
    """Before `SaveCells`: write the record that grading reads."""

    seed = Unicode(OPEN_SEED, help="Draws the cases that no learner has seen; keep it secret.").tag(
        config=True
    )

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        # nbgrader works in the root of the course while it converts.
        manifest = describe_release(resources["nbgrader"]["assignment"], dict(nb), self.seed)
        path = write_manifest(Path.cwd(), with_withdrawn(Path.cwd(), manifest))
        self.log.info("Recorded the release in %s", path)
        return nb, resources


class SubmissionExporter(NotebookExporter):
    """Reads a submission by rebuilding it from the record of the release."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(self.parent, Autograde):
            try:
                intake.take_over(self.parent)
            except SQLAlchemyError as problem:
                self.log.error(in_a_sentence(problem))
                raise NbGraderException(in_a_sentence(problem)) from None
            guard(self.parent)

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kwargs: Any
    ) -> tuple[Any, Resources]:
        assert resources is not None, "nbgrader always says whose notebook it is"
        assert self.parent is not None, "nbgrader's converter makes this exporter"
        about, coursedir = resources["nbgrader"], self.parent.coursedir
        if not intake.is_submitted(coursedir, filename, about):
            # The notebook that was rebuilt a moment ago, on its way to be run.
            return super().from_filename(filename, resources=resources, **kwargs)
        manifest = read_manifest(Path.cwd(), about["assignment"])
        if manifest.data_hash != hash_of_data():
            self.log.warning("data/ has changed since the release; the release's record holds.")
        hand_in = intake.hand_in_of(filename, manifest.release, coursedir.ignore)
        rebuilt = rebuild_hand_in(hand_in, manifest.release)
        for note in rebuilt.notes:
            self.log.warning("%s: %s", about["student"], note)
        graded = (coursedir.autograded_directory, about["student"], about["assignment"])
        intake.copy_files(hand_in, Path(coursedir.format_path(*graded)))
        return self.from_notebook_node(rebuilt.notebook, resources=resources, **kwargs)


class ExecuteSubmission(ExecuteInSandbox):
    """Runs a notebook shut in, with the cases and the account that its exercises need."""

    around: Surroundings

    def preprocess(
        self, nb: NotebookNode, resources: Resources, km: Any = None
    ) -> tuple[NotebookNode, Resources]:
        manifest = read_manifest(Path.cwd(), resources["nbgrader"]["assignment"])
        sandboxed = Sandbox(parent=self).choose() is Mode.BUBBLEWRAP
        with surroundings(manifest, sandboxed=sandboxed) as self.around:
            nb, resources = super().preprocess(nb, resources, km)
            resources[ACCOUNT] = self.around.measured()
        # nbconvert refuses a notebook of a wrong shape already after this step.
        return SanitiseOutputs(parent=self).preprocess(nb, resources)

    def files_for(self, nb: NotebookNode, resources: Resources) -> dict[str, Path]:
        return {INPUTS: self.around.inputs}

    def sockets_for(self, nb: NotebookNode, resources: Resources) -> dict[str, Path]:
        account = self.around.account
        return {SOCKET: account.socket} if account is not None and account.socket else {}


class ScoreAnswers(NbGraderPreprocessor):
    """Before `SaveAutoGrades`: score the answers in this process, with the recorded key.

    The outputs of a graded cell are replaced by points and feedback. Nothing that the learner's
    process printed is a score.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        manifest = read_manifest(Path.cwd(), resources["nbgrader"]["assignment"])
        account = resources.get(ACCOUNT)
        marked = score_notebook(manifest, nb, account)
        resources[MARKED] = grading_of(
            resources["nbgrader"]["student"],
            manifest,
            marked,
            account=account,
            sandbox=resources.get(SANDBOX, ""),
            reason=" ".join(notes_of(nb)),
        )
        return nb, resources


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
    SanitiseOutputs,
    stock.IgnorePattern,
    ClearMetadataPreprocessor,
    stock.LimitOutput,
    ScoreAnswers,
    SaveGrades,
    stock.AssignLatePenalties,
    SanitiseText,
    stock.CheckCellMetadata,
]
"""nbgrader's own list with our run and our scores in it."""
