"""The same tasks on a dask cluster: submissions travel as data, workers need only the package."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from shared_responsibility.errors import CourseError, unknown
from shared_responsibility.grading.engine.pool import Failed
from shared_responsibility.grading.engine.running import Runner
from shared_responsibility.grading.engine.tasks import Assignment, Graded, Grader, Submission
from shared_responsibility.grading.sandbox import Limits, Mode, choose_mode

AHEAD = 3
"""Submissions under way for each thread of the cluster; more only fill the scheduler's memory."""
NEEDS = {
    "slurm": ("dask_jobqueue", "dask-jobqueue", "SLURMCluster"),
    "kubernetes": ("dask_kubernetes.operator", "dask-kubernetes", "KubeCluster"),
    "ssh": ("distributed", "distributed", "SSHCluster"),
}


@contextmanager
def on_cluster(
    address: str, assignment: Assignment, mode: Mode, limits: Limits
) -> Iterator[Callable[[Iterable[Submission]], Iterator[tuple[Submission, Graded | Failed]]]]:
    """A function that grades submissions on a cluster and yields results as they come.

    `address`: of a scheduler, such as `tcp://10.0.0.1:8786`, or `slurm`, `kubernetes`, `ssh`.
    The mode is the weakest that a worker may use. Raises `CourseError` where the cluster cannot
    be reached.
    """
    distributed = _distributed()
    with contextlib.ExitStack() as stack:
        where = address
        if address in NEEDS:
            where = stack.enter_context(cluster_of(address))
        try:
            client = stack.enter_context(distributed.Client(where, timeout="20s"))
        except OSError as problem:
            raise CourseError(f"No dask scheduler answers at {address}: {problem}") from None
        # Not scattered: what was scattered to a worker is lost with it.
        about = client.submit(_as_it_is, assignment, key=f"assignment-{os.getpid()}", pure=False)

        def grade(due: Iterable[Submission]) -> Iterator[tuple[Submission, Graded | Failed]]:
            yield from _results(client, due, about, mode, limits)

        yield grade


def _as_it_is(assignment: Assignment) -> Assignment:
    """A task of the scheduler, so that it can be done again."""
    return assignment


def _results(
    client: Any, due: Iterable[Submission], about: Any, mode: Mode, limits: Limits
) -> Iterator[tuple[Submission, Graded | Failed]]:
    """At most a few submissions a worker are under way; a lost worker's go to another one."""
    distributed = _distributed()
    coming = iter(due)
    done = distributed.as_completed([], raise_errors=False)
    open_tasks: dict[str, Submission] = {}

    def submit(count: int) -> None:
        for _ in range(count):
            submission = next(coming, None)
            if submission is None:
                return
            future = client.submit(
                grade_here, about, submission, mode, limits,
                key=f"grade-{assignment_key(submission)}", retries=2, pure=False,
            )  # fmt: skip
            open_tasks[future.key] = submission
            done.add(future)

    submit(AHEAD * max(1, sum(client.nthreads().values())))
    for future in done:
        submission = open_tasks.pop(future.key)
        yield submission, _result(future)
        future.release()
        submit(1)


def assignment_key(submission: Submission) -> str:
    """A name that no two tasks of the cluster share."""
    return f"{submission.student}-{os.getpid()}-{id(submission)}"


def _result(future: Any) -> Graded | Failed:
    if future.status == "finished":
        result: Graded | Failed = future.result()
        return result
    problem = future.exception() if future.status == "error" else None
    return Failed(f"The cluster gave no result: {type(problem).__name__}: {problem}"[:2000])


_mine = threading.local()


def grade_here(
    assignment: Assignment, submission: Submission, mode: Mode, limits: Limits
) -> Graded | Failed:
    """In a worker of the cluster: each of its threads keeps a warm sandbox of its own."""
    if choose_mode(mode is Mode.LIMITS, mode.value) is not mode:
        return Failed(f"This worker has no {mode.value}, which the coordinator has.")
    try:
        return _grader(assignment, mode, limits).grade(submission)
    except Exception as problem:
        return Failed(f"{type(problem).__name__}: {problem}"[:2000])


def _grader(assignment: Assignment, mode: Mode, limits: Limits) -> Grader:
    """This thread's grader, kept for the next submission of the same assignment."""
    if getattr(_mine, "about", None) != assignment.about:
        if hasattr(_mine, "grader"):
            _mine.grader.runner.close()
        _mine.grader = Grader(assignment, Runner(mode, limits))
        _mine.about = assignment.about
    grader: Grader = _mine.grader
    return grader


def cluster_of(kind: str, **options: Any) -> Any:
    """A cluster of dask's own making: `slurm`, `kubernetes` or `ssh`, with dask's options.

    Raises `CourseError` where the package for it is missing.
    """
    if kind not in NEEDS:
        raise unknown("kind of cluster", kind, NEEDS)
    module, package, name = NEEDS[kind]
    try:
        make = getattr(import_module(module), name)
    except ImportError:
        raise CourseError(
            f"A cluster on {kind} needs the package {package}. Run: pip install {package}"
        ) from None
    return make(**options)


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError:
        raise CourseError(
            "A cluster needs dask. Run: pip install -r requirements/cluster.txt"
        ) from None
