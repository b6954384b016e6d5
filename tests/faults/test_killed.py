"""Runs that are killed at any moment go on where they ended: every mark exact, nobody twice."""

from __future__ import annotations

import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from faults.course import (
    NBGRADER,
    SET,
    Process,
    address,
    below,
    entries,
    finished,
    is_graded,
    leftovers,
    marks_of,
    must_be_exact,
    must_end,
    name_of,
    nbgrader,
    points,
    report,
    srm,
    start,
    start_srm,
    submit,
    wait_for,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="`srm grade` forks processes"),
]

CLASS = range(40)
DRAW = random.Random(6)


def published(course: Path) -> int:
    return len(list(course.glob(f"autograded/*/{SET}")))


def moments(course: Path) -> list[tuple[str, Callable[[], bool], float]]:
    """When to kill: what must have happened, and how many seconds later."""
    aside = f"autograded/*/.srm-new-{SET}-*"
    before = published(course)

    def more() -> bool:
        return published(course) > before

    return [
        ("while it starts", lambda: True, DRAW.uniform(0.2, 2)),
        ("while folders are written aside", lambda: any(course.glob(aside)), 0),
        ("after a batch", more, DRAW.uniform(0, 0.5)),
        ("while the gradebook is written", lambda: any(course.glob("gradebook.db-journal")), 0),
        ("while folders are put in place", more, 0),
    ]


def test_a_class_whose_coordinator_is_killed_again_and_again(course: Path) -> None:
    submit(course, CLASS)
    killed = 0
    for number in range(5):
        when, happened, later = moments(course)[number]
        process = start_srm(course, "grade", SET)
        if not wait_for(happened, process):
            break
        time.sleep(later)
        started = below(process)
        process.send_signal(signal.SIGKILL)
        ended = finished(process).returncode
        must_end(started)
        killed += ended == -signal.SIGKILL
        done = sum(entries(address(course)).values()) if (course / "gradebook.db").exists() else 0
        report(f"killed {when}: {done} in the ledger, {published(course)} folders")
    last = srm(course, "grade", SET)
    assert last.returncode == 0, last.stderr[-3000:]
    assert killed >= 4
    must_be_exact(address(course), marks_of(CLASS))
    assert leftovers(course) == []
    report(f"{killed} times killed; {last.stdout.splitlines()[0]}")
    again = srm(course, "grade", SET)
    assert f"0 graded, {len(CLASS)} unchanged" in again.stdout


def test_a_worker_and_a_warm_process_that_are_killed_are_replaced(course: Path) -> None:
    numbers = range(16)
    submit(course, numbers)
    process = start_srm(course, "grade", SET)
    shots: list[str] = []
    for kind in ("worker", "warm", "worker", "warm"):
        if not wait_for(lambda: bool(_of("warm", process)), process):
            break
        time.sleep(DRAW.uniform(0.1, 0.6))
        for victim in _of(kind, process)[:1]:
            victim.kill()
            shots.append(f"{kind} {victim.pid}")
    done = finished(process)
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(shots) >= 2, shots
    must_be_exact(address(course), marks_of(numbers))
    assert leftovers(course) == []
    report(f"killed {', '.join(shots)}; {done.stdout.splitlines()[0]}")


def _of(kind: str, process: Process) -> list[psutil.Process]:
    """The workers of a run that have a warm process, or the sandboxes of these."""
    try:
        children = psutil.Process(process.pid).children()
        workers = [child for child in children if any(map(_is_warm, child.children(True)))]
        return workers if kind == "worker" else [w.children()[0] for w in workers]
    except (psutil.Error, IndexError):
        return []


def _is_warm(process: psutil.Process) -> bool:
    return any("SRM_WARM" in word for word in process.cmdline())


@pytest.fixture
def half_graded(course: Path) -> Path:
    """`nbgrader autograde` was killed when it had rebuilt the second notebook and not run it."""
    numbers = range(4)
    submit(course, numbers)
    process = start(course, [str(NBGRADER), "autograde", SET])
    second = course / "autograded" / name_of(1) / SET / f"{SET}.ipynb"
    assert wait_for(lambda: second.exists() and second.stat().st_size > 1000, process)
    time.sleep(DRAW.uniform(0, 0.3))
    started = below(process)
    process.kill()
    finished(process)
    must_end(started)
    assert not is_graded(second)
    assert entries(address(course)) == {name_of(0): 1}
    return course


def test_plain_autograde_that_was_killed_is_finished_by_plain_autograde(half_graded: Path) -> None:
    done = nbgrader(half_graded, "autograde", SET)
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"{name_of(1)}: an earlier run was stopped before the end" in done.stderr
    must_be_exact(address(half_graded), marks_of(range(4)))
    assert leftovers(half_graded) == []


def test_plain_autograde_that_was_killed_is_finished_by_srm_grade(half_graded: Path) -> None:
    done = srm(half_graded, "grade", SET)
    assert done.returncode == 0, done.stderr[-3000:]
    must_be_exact(address(half_graded), marks_of(range(4)), once=False)
    assert entries(address(half_graded))[name_of(1)] == 1
    assert leftovers(half_graded) == []


def test_a_graded_notebook_that_is_cut_off_is_made_again(course: Path) -> None:
    """Killed between the gradebook and the file: the mark is there, the notebook is not."""
    submit(course, range(2))
    assert srm(course, "grade", SET).returncode == 0
    path = course / "autograded" / name_of(1) / SET / f"{SET}.ipynb"
    for command in (lambda: nbgrader(course, "autograde", SET), lambda: srm(course, "grade", SET)):
        text = path.read_text(encoding="utf-8")
        path.chmod(0o644)
        path.write_text(text[: len(text) // 2], encoding="utf-8")
        assert command().returncode == 0
        assert is_graded(path)
    assert points(address(course)) == marks_of(range(2))
    shutil.rmtree(path.parent)
    assert srm(course, "grade", SET).returncode == 0
    assert is_graded(path)
