"""Two graders at once on one course: one of them is told to wait, and no mark is lost."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from faults.course import (
    NBGRADER,
    SET,
    Done,
    Process,
    address,
    finished,
    leftovers,
    marks_of,
    must_be_exact,
    nbgrader,
    report,
    srm,
    start,
    start_srm,
    submit,
    wait_for,
)
from shared_responsibility.grading.engine.locking import NAME

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="`srm grade` forks processes"),
]

CLASS = range(6)


def holds(course: Path) -> Callable[[], bool]:
    path = course / NAME
    return lambda: path.exists() and path.stat().st_size > 0


def was_refused(done: Done) -> bool:
    return done.returncode == 1 and "Somebody is grading this course already" in done.stderr


def test_two_srm_grade_started_together(course: Path) -> None:
    submit(course, CLASS)
    both = [start_srm(course, "grade", SET) for _ in range(2)]
    done = [finished(one) for one in both]
    worked = [one for one in done if one.returncode == 0]
    assert worked, done[0].stderr[-2000:]
    # The second may come when the first has ended; then it finds nothing to do.
    for one in done:
        assert one in worked or was_refused(one), one.stderr[-2000:]
        assert "Traceback" not in one.stderr
    must_be_exact(address(course), marks_of(CLASS))
    assert leftovers(course) == []
    report(f"two `srm grade`: {len(worked)} worked, {2 - len(worked)} were told to wait")


@pytest.mark.parametrize("first", ["srm grade", "nbgrader autograde"])
def test_srm_grade_and_plain_autograde(course: Path, first: str) -> None:
    submit(course, CLASS)
    process: Process
    if first == "srm grade":
        process = start_srm(course, "grade", SET)
    else:
        process = start(course, [str(NBGRADER), "autograde", SET])
    assert wait_for(holds(course), process)
    process.send_signal(19)  # SIGSTOP, so that it holds the course however slow the other is
    second = nbgrader(course, "autograde", SET) if first == "srm grade" else srm(
        course, "grade", SET
    )  # fmt: skip
    process.send_signal(18)
    done = finished(process)
    assert done.returncode == 0, done.stderr[-2000:]
    assert was_refused(second), second.stderr[-2000:]
    assert "Traceback" not in second.stderr
    must_be_exact(address(course), marks_of(CLASS))
    assert leftovers(course) == []
