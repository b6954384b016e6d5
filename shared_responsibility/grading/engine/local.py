"""`srm grade`: the whole class, every learner a task, one writer."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.exc import SQLAlchemyError

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.course import configuration, database
from shared_responsibility.grading.engine.folders import Layout
from shared_responsibility.grading.engine.gradebook import Book
from shared_responsibility.grading.engine.locking import one_grader
from shared_responsibility.grading.engine.pool import Failed, Pool
from shared_responsibility.grading.engine.running import Runner, can_run
from shared_responsibility.grading.engine.tasks import Assignment, Graded, Grader, Submission
from shared_responsibility.grading.faults import in_a_sentence, is_away, is_finished
from shared_responsibility.grading.manifest import hash_of_data, read_manifest
from shared_responsibility.grading.sandbox import Limits, Mode, choose_mode
from shared_responsibility.grading.sandbox.configuration import Sandbox
from shared_responsibility.grading.sandbox.scratch import sweep

BATCH = 20
BATCH_SECONDS = 2.0
"""Learners wait at most so long for being written, so that a killed run loses little."""
AWAY_SECONDS, AWAY_PAUSE = 60.0, 1.0
"""How long a database may be away in the middle of a run, and how often it is asked."""
AWAY = f"The gradebook does not answer. Trying again for {AWAY_SECONDS:g} seconds."


@dataclass
class Summary:
    """What a run of `srm grade` did."""

    assignment: str
    mode: str
    graded: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    points: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def lines(self) -> list[str]:
        """The summary in words, failures by name."""
        rate = 60 * len(self.graded) / self.seconds if self.seconds else 0.0
        lines = [
            f"{self.assignment}: {len(self.graded)} graded, {len(self.skipped)} unchanged, "
            f"{len(self.failed)} failed, in {self.seconds:.1f} s ({rate:.0f} a minute).",
            self.mode,
        ]
        lines += [f"{name}: {'; '.join(notes)}" for name, notes in sorted(self.notes.items())]
        lines += [f"{name}: NOT GRADED. {why}" for name, why in sorted(self.failed.items())]
        return lines


def grade(
    course: Path,
    assignment: str,
    *,
    workers: int | None = None,
    force: bool = False,
    cluster: str | None = None,
    unsandboxed: bool = False,
    quiet: bool = False,
) -> Summary:
    """Grade everybody who handed in and has changed since; writes gradebook and folders.

    `workers`: processes of this machine, as many as cores where left out. `force`: unchanged
    ones too. `cluster`: the address of a dask scheduler. `unsandboxed`: allow limits alone where
    no sandbox works. Raises `CourseError` for what the caller can put right; a learner who could
    not be graded stands in `Summary.failed`.
    """
    started = time.monotonic()
    if not can_run():
        raise CourseError(
            "`srm grade` forks processes, which Windows does not. Use: nbgrader autograde"
        )
    course = course.resolve()
    try:
        with one_grader(course), _inside(course):
            sweep()
            run = _Run(course, assignment, force=force, unsandboxed=unsandboxed, quiet=quiet)
            with run.book:
                run.recover()
                run.go(workers, cluster)
            sweep()
    except (OSError, SQLAlchemyError) as problem:
        raise CourseError(in_a_sentence(problem)) from problem
    run.summary.seconds = time.monotonic() - started
    return run.summary


@contextmanager
def _inside(course: Path) -> Iterator[None]:
    """As nbgrader, work in the root of the course."""
    before = Path.cwd()
    os.chdir(course)
    try:
        yield
    finally:
        os.chdir(before)


class _Run:
    """One run over one assignment."""

    def __init__(
        self, course: Path, assignment: str, *, force: bool, unsandboxed: bool, quiet: bool
    ) -> None:
        self.force = force
        self.config = configuration(course)
        self.config.CourseDirectory.root = str(course)
        self.config.CourseDirectory.assignment_id = assignment
        settings = Sandbox(config=self.config)
        self.limits = settings.limits
        self.mode = choose_mode(settings.allow_limits_only or unsandboxed, settings.mode)
        self.coursedir = CourseDirectory(config=self.config)
        self.layout = Layout(self.coursedir, assignment)
        manifest = read_manifest(course, assignment)
        converter = Autograde(coursedir=self.coursedir, config=self.config)
        self.book = Book(database(course), self.coursedir.course_id, assignment, self.config)
        self.notebook = self._notebook(manifest.release)
        kept = list(converter.exclude_overwriting.get(assignment, []))
        self.assignment = Assignment(
            assignment, manifest, tuple(converter.autograde_preprocessors), self.config,
            self.book.kernelspecs, self.layout.source_files(kept),
        )  # fmt: skip
        self.about = self.assignment.about
        self.summary = Summary(assignment, self.mode.does_not_stop)
        if manifest.data_hash != hash_of_data():
            moved = "data/ has changed since the release; the release's record holds."
            self.summary.notes["the course"] = [moved]
        self.console = Console(soft_wrap=True, quiet=quiet, stderr=True)
        self.waiting: list[tuple[Submission, Graded]] = []
        self.written_at = time.monotonic()

    def _notebook(self, release: dict[str, Any]) -> str:
        """The notebook that the record is about; gradebook and record must agree on it."""
        for name in self.book.notebooks:
            cells = self.book.source_cells(name)
            if cells == _cells_of(release):
                return name
        raise CourseError(
            "The gradebook and the record of the release differ. "
            f"Run: nbgrader generate_assignment {self.layout.assignment} --force"
        )

    def recover(self) -> None:
        """Finish what a run that was killed had written to the gradebook."""
        for student in self.layout.recover(self.book.digests()):
            self.summary.notes[student] = ["graded by a run that was interrupted; now complete"]

    def go(self, workers: int | None, cluster: str | None) -> None:
        """Grade everybody who is due."""
        due = list(self._due())
        if not due:
            return
        work = self._on_cluster(cluster) if cluster else self._here(workers, len(due))
        with self._progress(len(due)) as progress, work as results:
            try:
                for submission, result in results(due):
                    self._take(submission, result)
                    self._show(progress)
            except KeyboardInterrupt:
                self._write()
                raise
            self._write()

    def _show(self, progress: Progress) -> None:
        failed = ", ".join(self.summary.failed)
        task = progress.tasks[0]
        told = f"failed: {failed}" if failed else ""
        progress.update(task.id, advance=1, failed=told, rate=_rate(task))
        progress.refresh()

    def _due(self) -> Iterator[Submission]:
        known = {} if self.force else self.book.digests()
        release = self.assignment.manifest.release
        for student, folder in self.layout.hand_ins():
            submission = self.layout.read(student, folder, self.notebook, release)
            unchanged = known.get(student) == submission.digest(self.about)
            graded = self.layout.autograded(student) / f"{self.notebook}.ipynb"
            if unchanged and is_finished(graded):
                self.summary.skipped.append(student)
            else:
                yield submission

    @contextmanager
    def _here(self, workers: int | None, due: int) -> Iterator[Any]:
        count = max(1, min(workers or os.cpu_count() or 1, due))
        secret = (Path(self.coursedir.root),)
        make = _Maker(self.assignment, self.mode, self.limits, secret)
        with Pool[Submission, Graded](count, make) as pool:
            yield pool.run

    def _on_cluster(self, address: str) -> AbstractContextManager[Any]:
        from shared_responsibility.grading.engine.cluster import on_cluster

        return on_cluster(address, self.assignment, self.mode, self.limits)

    def _take(self, submission: Submission, result: Graded | Failed) -> None:
        if isinstance(result, Failed):
            self.summary.failed[submission.student] = result.why
            return
        self.waiting.append((submission, result))
        late = time.monotonic() - self.written_at > BATCH_SECONDS
        if len(self.waiting) >= BATCH or late:
            self._write()

    def _write(self) -> None:
        """Aside on disk, then the gradebook, then in place; a kill between loses nothing."""
        batch, self.waiting = self.waiting, []
        if batch:
            aside = [self.layout.write_aside(s, g, self.assignment) for s, g in batch]
            now = datetime.now(UTC).replace(tzinfo=None)
            self._write_to_book([(g, s.timestamp) for s, g in batch], now)
            for (_, graded), folder in zip(batch, aside, strict=True):
                self.layout.publish(graded.student, folder)
                self.summary.graded.append(graded.student)
                self.summary.points[graded.student] = graded.points
                if graded.notes:
                    self.summary.notes[graded.student] = graded.notes
        self.written_at = time.monotonic()

    def _write_to_book(self, batch: list[tuple[Graded, str | None]], now: datetime) -> None:
        """Wait for a database that is restarted; a batch it took before it went is not repeated."""
        end, again = time.monotonic() + AWAY_SECONDS, False
        while True:
            try:
                if not (again and self.book.has(batch[0][0], now)):
                    self.book.write(batch, now)
                return
            except SQLAlchemyError as problem:
                self.book.undo()
                if not is_away(problem) or time.monotonic() > end:
                    raise
                if not again:
                    self.console.print(AWAY)
                again = True
                time.sleep(AWAY_PAUSE)

    @contextmanager
    def _progress(self, due: int) -> Iterator[Progress]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[failed]}"),
        )
        # No thread of its own: workers are forked while it shows.
        progress = Progress(*columns, console=self.console, auto_refresh=False)
        with progress:
            progress.add_task(self.assignment.name, total=due, failed="", rate="")
            yield progress


@dataclass(frozen=True)
class _Maker:
    """What each worker starts with: a grader with a sandbox that warms up at once."""

    assignment: Assignment
    mode: Mode
    limits: Limits
    secret: tuple[Path, ...]

    @contextmanager
    def __call__(self) -> Iterator[Any]:
        with Runner(self.mode, self.limits, secret=self.secret) as runner:
            runner.start()
            yield Grader(self.assignment, runner).grade


def _cells_of(release: dict[str, Any]) -> dict[str, tuple[str, str, bool]]:
    found = {}
    for cell in release["cells"]:
        marks = cell["metadata"].get("nbgrader")
        if marks and (marks["grade"] or marks["solution"] or marks["locked"]):
            found[marks["grade_id"]] = (marks["checksum"], cell["source"], marks["locked"])
    return found


def _rate(task: Any) -> str:
    return f"{60 * task.speed:.0f} a minute" if task.speed else ""
