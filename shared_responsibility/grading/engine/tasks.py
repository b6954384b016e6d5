"""One learner's submission as data in, what is to be recorded as data out.

The same function runs in a process beside the coordinator and on a machine far away; it touches
neither the gradebook nor a folder of the course.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader import preprocessors as stock
from nbgrader import utils
from traitlets.config import Config

from shared_responsibility import __version__
from shared_responsibility.grading.engine.running import Job, Outcome, Runner
from shared_responsibility.grading.ledger.store import Grading
from shared_responsibility.grading.manifest import Manifest
from shared_responsibility.grading.marking import score_notebook
from shared_responsibility.grading.preflight import notes_of, rebuild_hand_in
from shared_responsibility.grading.preflight.folder import HandIn
from shared_responsibility.grading.sandbox import Mode
from shared_responsibility.grading.sandbox.execute import ACCOUNT as SOCKET
from shared_responsibility.grading.sandbox.execute import ENDED, STOPPED
from shared_responsibility.grading.sandbox.files import is_shown
from shared_responsibility.grading.saving import SaveGrades, grading_of
from shared_responsibility.grading.steps import ScoreAnswers
from shared_responsibility.grading.surroundings import inputs_of, needs_account, surroundings

SKIP_TAG = "skip-execution"


@dataclass(frozen=True)
class Submission:
    """What a learner handed in, read once; `content` is `None` exactly where `reason` says why.

    `files` are the other files, by path below the folder.
    """

    student: str
    notebook: str
    content: bytes | None
    reason: str = ""
    notes: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    timestamp: str | None = None

    def digest(self, about: str) -> str:
        """Changes with everything that a grade depends on; `about` stands for the assignment."""
        said = [about, self.student, self.timestamp, self.reason, *self.notes]
        found = hashlib.sha256(json.dumps(said).encode())
        for name, data in sorted([(self.notebook, self.content or b""), *self.files.items()]):
            found.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
            found.update(data)
        return found.hexdigest()

    def as_hand_in(self) -> HandIn:
        """For preflight, which knows no folder here."""
        return HandIn(Path(), self.content, self.reason, notes=list(self.notes))


@dataclass(frozen=True)
class Assignment:
    """What grading needs to know of an assignment, the same for every learner."""

    name: str
    manifest: Manifest
    steps: tuple[Any, ...]
    """The configured `autograde_preprocessors`."""
    config: Config
    kernelspecs: Mapping[str, Any]
    """By notebook: what `OverwriteKernelspec` writes."""
    sources: Mapping[str, bytes] = field(default_factory=dict)
    """Files beside the source notebook; they win over what a learner handed in."""

    @cached_property
    def about(self) -> str:
        """Part of every submission's digest."""
        record = json.dumps(self.manifest.as_data(), sort_keys=True)
        found = hashlib.sha256(f"{__version__}\0{record}\0".encode())
        for name, data in sorted(self.sources.items()):
            found.update(f"{name}\0{len(data)}\0".encode() + data)
        found.update(repr(sorted(map(repr, self.steps))).encode())
        return found.hexdigest()

    def files_of(self, submission: Submission) -> dict[str, bytes]:
        """What lies beside a learner's notebook; what the author gave keeps its place."""
        folders = {str(folder) for name in self.sources for folder in PurePath(name).parents}
        free = {
            name: data
            for name, data in submission.files.items()
            if name not in folders
            and not any(str(folder) in self.sources for folder in PurePath(name).parents)
        }
        return {**free, **self.sources}

    @property
    def cell_seconds(self) -> float | None:
        """`Execute.timeout`; nothing where it is switched off."""
        seconds = self.config.get("Execute", {}).get("timeout", 30)
        return float(seconds) if seconds and seconds > 0 else None


@dataclass(frozen=True)
class Graded:
    """All that is to be written down for one learner."""

    student: str
    digest: str
    notebook: str
    text: str
    """The autograded notebook."""
    scores: dict[str, float | None]
    """By grade id: what nbgrader's `determine_grade` says."""
    unanswered: dict[str, bool]
    """By id of an answer or task cell: whether it is as released."""
    notes: list[str]
    grading: Grading
    """For the ledger."""
    points: float
    seconds: float


class Grader:
    """Grades submissions of one assignment in this process; use as a context."""

    def __init__(self, assignment: Assignment, runner: Runner) -> None:
        self.assignment, self.runner = assignment, runner
        self._steps = [self._step(kind) for kind in assignment.steps]

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.close()

    def grade(self, submission: Submission) -> Graded:
        """The same steps as `nbgrader autograde` with this configuration takes."""
        started = time.monotonic()
        about = self.assignment
        rebuilt = rebuild_hand_in(submission.as_hand_in(), about.manifest.release)
        nb = rebuilt.notebook
        if spec := about.kernelspecs.get(submission.notebook):
            nb.metadata["kernelspec"] = spec
        state = _State(nb, submission, list(rebuilt.notes))
        for step in self._steps:
            step(state)
        assert state.grading is not None, "the configuration leaves scoring out"
        graded = [cell for cell in state.nb.cells if utils.is_grade(cell)]
        scores = {c.metadata.nbgrader.grade_id: utils.determine_grade(c)[0] for c in graded}
        unanswered = {
            cell.metadata.nbgrader.grade_id: _is_as_released(cell)
            for cell in state.nb.cells
            if utils.is_solution(cell) or utils.is_task(cell)
        }
        return Graded(
            submission.student, submission.digest(about.about), submission.notebook,
            nbformat.writes(state.nb, version=4), scores, unanswered, state.notes, state.grading,
            sum(score or 0.0 for score in scores.values()), time.monotonic() - started,
        )  # fmt: skip

    def _step(self, kind: Any) -> Callable[[_State], None]:
        if issubclass(kind, stock.Execute):
            return self._execute
        if issubclass(kind, ScoreAnswers):
            return self._score
        if issubclass(kind, (SaveGrades, stock.SaveAutoGrades, stock.AssignLatePenalties)):
            # The coordinator is the only one that writes to the gradebook.
            return lambda state: None
        made = kind(config=self.assignment.config)

        def preprocess(state: _State) -> None:
            state.nb, _ = made(state.nb, state.resources(self.assignment.name))

        return preprocess

    def _execute(self, state: _State) -> None:
        cells = [
            (index, cell.source)
            for index, cell in enumerate(state.nb.cells)
            if cell.cell_type == "code" and cell.source.strip()
            and SKIP_TAG not in cell.metadata.get("tags", [])
        ]  # fmt: skip
        files = self.assignment.files_of(state.submission)
        job = Job(
            cells,
            {name: data for name, data in files.items() if is_shown(name)},
            inputs_of(self.assignment.manifest),
            cell_seconds=self.assignment.cell_seconds,
        )
        if needs_account(self.assignment.manifest):
            outcome, state.account = self._run_with_account(job)
        else:
            outcome = self.runner.run(job)
        for index, ran in outcome.ran.items():
            state.nb.cells[index].outputs = ran.outputs
            state.nb.cells[index].execution_count = ran.execution_count
        state.nb.metadata["language_info"] = outcome.language_info
        if not outcome.finished:
            self._say_why(state, outcome)

    def _run_with_account(self, job: Job) -> tuple[Outcome, dict[str, Any] | None]:
        """An account of its own is bound into a sandbox of its own."""
        sandboxed = self.runner.mode is Mode.BUBBLEWRAP
        with surroundings(self.assignment.manifest, sandboxed=sandboxed) as around:
            sockets = {SOCKET: around.account.socket} if sandboxed else {}
            environment = {} if sandboxed else around.account.environment
            with self.runner.once(sockets) as runner:
                outcome = runner.run(replace(job, environment=environment))
            return outcome, around.measured()

    def _say_why(self, state: _State, outcome: Outcome) -> None:
        state.notes.append(outcome.why or "The kernel stopped.")
        told = ENDED.format(outcome.why) if outcome.why else STOPPED
        state.nb.cells.insert(0, new_markdown_cell(told, id="kernel-stopped"))

    def _score(self, state: _State) -> None:
        manifest = self.assignment.manifest
        marked = score_notebook(manifest, state.nb, state.account)
        state.grading = grading_of(
            state.submission.student,
            manifest,
            marked,
            account=state.account,
            sandbox=self.runner.mode.does_not_stop,
            reason=" ".join(notes_of(state.nb)),
        )


@dataclass
class _State:
    """A submission on its way through the steps."""

    nb: NotebookNode
    submission: Submission
    notes: list[str]
    account: dict[str, Any] | None = None
    grading: Grading | None = None

    def resources(self, assignment: str) -> dict[str, Any]:
        """What nbgrader tells its preprocessors."""
        return {
            "unique_key": self.submission.notebook,
            "nbgrader": {
                "student": self.submission.student,
                "assignment": assignment,
                "notebook": self.submission.notebook,
                "db_url": "",
            },
        }


def _is_as_released(cell: NotebookNode) -> bool:
    """As nbgrader's `SaveAutoGrades` decides on "No response."."""
    released = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
    return bool(released and not utils.is_task(cell))
