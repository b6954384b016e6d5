"""The grader's end of a warm parent: start it shut in, run notebooks in it, start it anew."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipapp
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.engine.outputs import Collector, Ran
from shared_responsibility.grading.sandbox import Limits, Mode, launch
from shared_responsibility.grading.sandbox.execute import NO_END
from shared_responsibility.grading.sandbox.scratch import scratch_prefix

START_SECONDS = 120.0
INTERRUPT_SECONDS = 10.0
"""How long an interrupted cell may take to end, as in `ExecuteInSandbox`."""
PROGRAM = "import os, runpy; runpy.run_path(os.environ['SRM_WARM'], run_name='__main__')"


@dataclass(frozen=True)
class Job:
    """One notebook to run: code cells as (index, source), and what lies beside it."""

    cells: list[tuple[int, str]]
    files: Mapping[str, bytes] = field(default_factory=dict)
    inputs: Any = None
    environment: Mapping[str, str] = field(default_factory=dict)
    cell_seconds: float | None = 30.0

    def as_bytes(self) -> bytes:
        """What the fork reads."""
        files = {name: base64.b64encode(data).decode() for name, data in self.files.items()}
        return json.dumps(
            {
                "cells": self.cells,
                "files": files,
                "inputs": self.inputs,
                "environment": dict(self.environment),
            }
        ).encode()


@dataclass(frozen=True)
class Outcome:
    """What came of a notebook: its cells' outputs, and whether it ran to its end."""

    ran: dict[int, Ran]
    finished: bool
    why: str
    """Why it was stopped, in a sentence; empty where it ended by itself."""
    language_info: dict[str, Any]


class ParentLostError(Exception):
    """The warm parent is gone."""


class Runner:
    """Runs notebooks one after another; use as a context.

    A parent is used again only where each fork can be shut in by itself (bubblewrap with user
    namespaces); otherwise every notebook gets a sandbox and a process of its own.
    """

    def __init__(
        self,
        mode: Mode,
        limits: Limits | None = None,
        sockets: Mapping[str, Path] | None = None,
        secret: tuple[Path, ...] = (),
    ) -> None:
        self.mode, self.limits = mode, limits or Limits()
        self.sockets, self.secret = dict(sockets or {}), secret
        self.reuses = mode is Mode.BUBBLEWRAP
        self._parent: _Parent | None = None
        self.started = 0

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def once(self, sockets: Mapping[str, Path]) -> Runner:
        """Another one like this, for a single notebook that has something of its own around it."""
        runner = Runner(self.mode, self.limits, sockets, self.secret)
        runner.reuses = False
        return runner

    def start(self) -> _Parent:
        """Start a parent now, so that it warms up while something else is done."""
        if self._parent is None:
            self.started += 1
            self._parent = _Parent(self.mode, self.limits, self.sockets, self.secret)
        return self._parent

    def close(self) -> None:
        """End the parent and everything below it."""
        if self._parent is not None:
            self._parent.close()
        self._parent = None

    def run(self, job: Job) -> Outcome:
        """Run a notebook. Raises `CourseError` where no sandbox can be had."""
        for last in (False, True):
            parent = self.start()
            try:
                parent.begin(job, nested=self.reuses)
                break
            except ParentLostError as problem:
                why = parent.run.why_ended or parent.last_words or str(problem)
                self.close()
                if last:
                    raise CourseError(f"The process for notebooks does not start: {why}") from None
            except NotShutInError as problem:
                # Not even one notebook has run: from here on, one parent each.
                self.reuses = False
                self.close()
                if last:
                    raise CourseError(f"The sandbox does not hold here: {problem}") from None
        outcome = parent.collect(job)
        if not self.reuses or not parent.is_ready:
            self.close()
        return outcome


class NotShutInError(Exception):
    """The fork could not make namespaces of its own."""


class _Parent:
    """One warm process and the socket to it."""

    def __init__(
        self, mode: Mode, limits: Limits, sockets: Mapping[str, Path], secret: tuple[Path, ...]
    ) -> None:
        self.limits = limits
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self.run = launch(
                ["python", "-B", "-c", PROGRAM], mode=mode, limits=limits, sockets=sockets,
                files={"SRM_WARM": _program()}, secret=secret, pass_fds=[theirs.fileno()],
                env={"SRM_WARM_SOCKET": str(theirs.fileno())}, stderr=self.errors, warm_parent=True,
            )  # fmt: skip
        self.socket = ours
        self.language_info: dict[str, Any] = {}
        self.is_ready = False
        self.outputs = -1

    def close(self) -> None:
        self.socket.close()
        self.run.end()
        self.errors.close()

    @property
    def last_words(self) -> str:
        """The last line that the parent wrote to standard error."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.run.wait(2)
        self.errors.seek(0)
        lines = self.errors.read(20_000).decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def begin(self, job: Job, *, nested: bool) -> None:
        """Fork; the job goes to the fork only."""
        if not self.language_info:
            self.language_info = self._answer(START_SECONDS)["language_info"]
        limits = {
            name: value
            for name, value in self.limits.as_data().items()
            if name in ("cpu_seconds", "file_bytes", "work_bytes", "open_files")
        }
        order = {"do": "run", "nested": nested, "limits": limits}
        ours, theirs = os.pipe()
        with tempfile.TemporaryFile() as given:
            given.write(job.as_bytes())
            given.flush()
            try:
                answer = self._ask(order, [given.fileno(), theirs])
            except BaseException:
                os.close(ours)
                raise
            finally:
                os.close(theirs)
        if not answer["started"]:
            os.close(ours)
            raise NotShutInError(str(answer["problem"]))
        self.outputs = ours

    def collect(self, job: Job) -> Outcome:
        """Read until the notebook has run, dies, or has used up its time or its room."""
        collector = Collector([index for index, _ in job.cells])
        try:
            why = self._read(collector, job)
        except ParentLostError:
            # Where a fork is not shut in by itself, it can stop or kill the parent.
            why = NO_END
        finally:
            os.close(self.outputs)
        self.is_ready = False
        with contextlib.suppress(ParentLostError):
            # A group whose memory was once used up blames the next notebook, too.
            self.is_ready = bool(self._ask({"do": "end"})["ended"]) and not self.run.why_ended
        finished = collector.finished
        if not finished:
            why = self.run.why_ended or collector.problem or why
        return Outcome(collector.ran, finished, "" if finished else why, self.language_info)

    def _read(self, collector: Collector, job: Job) -> str:
        end = time.monotonic() + self.limits.seconds
        room = self.limits.output_bytes
        waiting = select.poll()
        waiting.register(self.outputs, select.POLLIN)
        clock = _CellClock(job.cell_seconds)
        while not collector.finished:
            now = time.monotonic()
            clock.look(collector, now)
            if now > end:
                return f"It ran longer than {self.limits.seconds:g} seconds."
            if clock.is_over(now):
                return NO_END
            if clock.must_interrupt(now):
                collector.time_out()
                self._ask({"do": "interrupt"})
            if not waiting.poll(1000 * max(0.0, min(end, clock.next_look) - now) + 1):
                continue
            data = os.read(self.outputs, 1 << 18)
            room -= len(data)
            if not data:
                return ""
            if room < 0:
                return f"It printed more than {self.limits.output_bytes // 1024} KiB."
            collector.feed(data)
        return ""

    def _ask(self, order: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any]:
        try:
            socket.send_fds(self.socket, [json.dumps(order).encode()], descriptors or [])
        except OSError as problem:
            raise ParentLostError(str(problem)) from None
        return self._answer(START_SECONDS if order["do"] == "run" else INTERRUPT_SECONDS)

    def _answer(self, seconds: float) -> dict[str, Any]:
        self.socket.settimeout(seconds)
        line = b""
        try:
            while not line.endswith(b"\n"):
                part = self.socket.recv(4096)
                if not part:
                    raise ParentLostError("it ended")
                line += part
        except OSError as problem:
            raise ParentLostError(str(problem)) from None
        return dict(json.loads(line))


class _CellClock:
    """Time of the cell that runs: first an interrupt, then the end."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.cell: tuple[int, int | None] = (-1, None)
        self.limit = float("inf")
        self.interrupted = False

    def look(self, collector: Collector, now: float) -> None:
        """A new cell has the whole time."""
        cell = (collector.started, collector.current)
        if cell != self.cell:
            self.cell, self.interrupted = cell, False
            self.limit = now + self.seconds if self.seconds else float("inf")

    @property
    def next_look(self) -> float:
        return self.limit

    def must_interrupt(self, now: float) -> bool:
        """Once for each cell."""
        if self.interrupted or now <= self.limit:
            return False
        self.interrupted = True
        self.limit = now + INTERRUPT_SECONDS
        return True

    def is_over(self, now: float) -> bool:
        return self.interrupted and now > self.limit


@cache
def _program() -> Path:
    """The modules of `warm` as one file that can be shown inside."""
    folder = Path(tempfile.mkdtemp(prefix=scratch_prefix("warm-")))
    _remove_at_exit(folder)
    source = Path(__file__).parent / "warm"
    for path in source.glob("*.py"):
        target = (
            folder / "zip" / ("__main__.py" if path.name == "__main__.py" else "warm/" + path.name)
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    zipapp.create_archive(folder / "zip", folder / "warm.zip")
    return folder / "warm.zip"


def _remove_at_exit(folder: Path) -> None:
    import atexit

    mine = os.getpid()

    def remove() -> None:
        # A forked child runs the parent's exit handlers too.
        if os.getpid() == mine:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


def can_run() -> bool:
    """Whether this system forks processes."""
    return hasattr(os, "fork") and sys.platform != "win32"
