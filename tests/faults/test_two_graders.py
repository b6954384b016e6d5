"""Two graders at once on one course: one of them is told to wait, and no mark is lost."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from faults.course import (
    ENGINE,
    SERIAL,
    Done,
    finished,
    grade,
    must_be_whole,
    report,
    start_grader,
    submit,
    wait_for,
)
from shared_responsibility.grading.engine.locking import NAME

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="`srm grade` forks processes"),
]

CLASS = range(4)


def holds(course: Path) -> Callable[[], bool]:
    path = course / NAME
    return lambda: path.exists() and path.stat().st_size > 0


def was_refused(done: Done) -> bool:
    assert "Traceback" not in done.stderr
    return done.returncode == 1 and "Somebody is grading this course already" in done.stderr


def test_started_together(course: Path) -> None:
    submit(course, CLASS)
    both = [start_grader(course) for _ in range(2)]
    done = [finished(one) for one in both]
    worked = [one for one in done if one.returncode == 0]
    assert worked, done[0].stderr[-2000:]
    # The second may come when the first has ended; then it finds nothing to do.
    for one in done:
        assert one in worked or was_refused(one), one.stderr[-2000:]
    whole = must_be_whole(course, CLASS)
    report(f"{len(worked)} worked, {2 - len(worked)} told to wait; {whole}")


@pytest.mark.parametrize(
    ("first", "second"), [(ENGINE, ENGINE), (ENGINE, SERIAL), (SERIAL, ENGINE), (SERIAL, SERIAL)]
)
def test_the_second_is_told_to_wait(course: Path, first: str, second: str) -> None:
    submit(course, CLASS)
    process = start_grader(course, first)
    assert wait_for(holds(course), process)
    # So that it holds the course however slow the other one is.
    process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    refused = grade(course, second)
    seconds = time.monotonic() - began
    process.send_signal(signal.SIGCONT)
    done = finished(process)
    assert done.returncode == 0, done.stderr[-2000:]
    assert was_refused(refused), refused.stderr[-2000:]
    report(f"told after {seconds:.1f} s; {must_be_whole(course, CLASS)}")
