"""One grader at a time on one course; a grader that was killed holds nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared_responsibility.errors import CourseError

NAME = ".grading.lock"
PATIENCE = 2.0
"""Seconds."""


@contextmanager
def one_grader(course: Path) -> Iterator[None]:
    """Hold the course while it is graded. Raises `CourseError` where another one does."""
    path = course / NAME
    with path.open("a+", encoding="ascii") as file:
        if not _lock_soon(file.fileno()):
            file.seek(0)
            who = file.read().strip() or "another process"
            raise CourseError(
                f"Somebody is grading this course already ({who}). Wait until that has ended, or "
                "end it; nothing is lost by either."
            )
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _lock_soon(descriptor: int) -> bool:
    """The workers of a grader that was just killed hold its lock for a moment longer."""
    until = time.monotonic() + PATIENCE
    while not _lock(descriptor):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def _lock(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
