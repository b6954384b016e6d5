"""Processes of one machine that work on tasks; one that dies is replaced and its task repeated."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from shared_responsibility.grading.sandbox.inside import confine

Task = TypeVar("Task")
Result = TypeVar("Result")
TRIES = 3
AHEAD = 2
"""Tasks that a worker holds: one it works on, one that waits."""
LOST = f"Its worker died {TRIES} times."


@dataclass
class Failed:
    """A task that gave no result, and why in one sentence."""

    why: str


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    held: deque[int] = field(default_factory=deque)
    said_all: bool = False


class Pool(Generic[Task, Result]):
    """`make` runs once in each worker and gives the function for its tasks."""

    def __init__(
        self, workers: int, make: Callable[[], AbstractContextManager[Callable[[Task], Result]]]
    ) -> None:
        self._make, self._count = make, workers
        self._context = multiprocessing.get_context("fork")
        self._workers: list[_Worker] = []

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers."""
        return [worker.process.pid for worker in self._workers]

    def __enter__(self) -> Pool[Task, Result]:
        for _ in range(self._count):
            self._workers.append(self._start())
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            # After an error nobody waits for what they are working on.
            worker.process.join(5 if kind is None else 0.1)
            worker.process.kill()
            worker.process.join()
        self._workers = []

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result | Failed]]:
        """The results as they come, each with its task."""
        coming = enumerate(tasks)
        open_tasks: dict[int, Task] = {}
        again: deque[int] = deque()
        tries: dict[int, int] = {}
        while True:
            self._hand_out(coming, open_tasks, again)
            if not open_tasks:
                return
            for number, result in self._results():
                yield open_tasks.pop(number), result
            for number in self._replace_dead(again):
                tries[number] = tries.get(number, 0) + 1
                if tries[number] < TRIES:
                    again.append(number)
                else:
                    yield open_tasks.pop(number), Failed(LOST)

    def _hand_out(
        self, coming: Iterator[tuple[int, Task]], open_tasks: dict[int, Task], again: deque[int]
    ) -> None:
        for depth in range(1, AHEAD + 1):
            for worker in self._workers:
                while len(worker.held) < depth:
                    if again:
                        number = again.popleft()
                    else:
                        found = next(coming, None)
                        if found is None:
                            return
                        number, open_tasks[found[0]] = found[0], found[1]
                    worker.held.append(number)
                    try:
                        worker.pipe.send((number, open_tasks[number]))
                    except OSError:
                        # It died; `_replace_dead` gives its tasks back.
                        break

    def _results(self) -> Iterator[tuple[int, Result | Failed]]:
        by_pipe = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(by_pipe)):
            worker = by_pipe[pipe]  # type: ignore[index]
            try:
                number, result = worker.pipe.recv()
            except (EOFError, OSError):
                worker.said_all = True
                continue
            worker.held.remove(number)
            yield number, result

    def _replace_dead(self, again: deque[int]) -> Iterator[int]:
        """Yields the tasks that dead workers were working on; what only waited goes back.

        A worker is dead once its pipe has ended, after all results that it sent.
        """
        for place, worker in enumerate(self._workers):
            # The end of a pipe counts as something to read, too.
            if worker.process.is_alive() or (worker.pipe.poll() and not worker.said_all):
                continue
            held = list(worker.held)
            worker.pipe.close()
            self._workers[place] = self._start()
            again.extend(held[1:])
            yield from held[:1]

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        foreign = [worker.pipe for worker in self._workers] + [ours]
        process = self._context.Process(
            target=_work, args=(theirs, foreign, self._make, os.getpid()), daemon=False
        )
        process.start()
        theirs.close()
        return _Worker(process, ours)


def _work(
    pipe: Connection, foreign: list[Connection], make: Callable[[], Any], parent: int
) -> None:
    """In the worker: a task in, a result out, until the coordinator closes or dies."""
    # What a fork inherits would keep the pipes of others open.
    for other in foreign:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    confine.end_with_parent()
    try:
        with make() as function:
            while True:
                while not pipe.poll(1.0):
                    if os.getppid() != parent:
                        return
                number, task = pipe.recv()
                pipe.send((number, _result(function, task)))
    except (EOFError, ConnectionError):
        return


def _result(function: Callable[[Any], Any], task: Any) -> Any:
    try:
        return function(task)
    except Exception as problem:
        return Failed(f"{type(problem).__name__}: {problem}"[:2000])
