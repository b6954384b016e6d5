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
    BATCHES,
    ENGINE,
    SERIAL,
    SET,
    Process,
    address,
    below,
    entries,
    finished,
    is_graded,
    must_be_whole,
    must_end,
    must_grade,
    name_of,
    report,
    start_grader,
    submit,
    wait_for,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="`srm grade` forks processes"),
]

CLASS, FEW = range(40), range(4)
DRAW = random.Random(6)


def published(course: Path) -> int:
    return len(list(course.glob(f"autograded/*/{SET}")))


def identity(path: Path) -> tuple[int, int] | None:
    """Changes when a file is made anew."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_ino, about.st_mtime_ns


def moments(course: Path) -> list[tuple[str, Callable[[], bool], float]]:
    """When to kill: what must have happened, and how many seconds later."""
    aside, journal = f"autograded/*/.srm-new-{SET}-*", course / "gradebook.db-journal"
    before, old_journal = published(course), identity(journal)

    def more(count: int) -> Callable[[], bool]:
        return lambda: published(course) >= before + count

    def writes() -> bool:
        return identity(journal) not in (None, old_journal)

    return [
        ("while it starts", lambda: True, DRAW.uniform(0.2, 2)),
        ("while folders are written aside", lambda: any(course.glob(aside)), 0),
        ("after a batch", more(5), DRAW.uniform(0, 0.5)),
        ("while the gradebook is written", writes, 0),
        ("while folders are put in place", more(10), 0),
    ]


def test_a_class_whose_coordinator_is_killed_again_and_again(course: Path) -> None:
    submit(course, CLASS)
    for number in range(5):
        when, happened, later = moments(course)[number]
        process = start_grader(course, BATCHES)
        assert wait_for(happened, process), when
        time.sleep(later)
        started = below(process)
        process.kill()
        assert finished(process).returncode == -signal.SIGKILL
        seconds = must_end(started)
        done = sum(entries(address(course)).values())
        report(
            f"killed {when}: {done} in the ledger, {published(course)} folders; "
            f"its {len(started)} processes ended in {seconds:.1f} s"
        )
    last = must_grade(course)
    report(f"{must_be_whole(course, CLASS)}; the rest: {last.stdout.splitlines()[0]}")
    again = must_grade(course)
    assert f"0 graded, {len(CLASS)} unchanged" in again.stdout


def test_a_worker_and_a_warm_process_that_are_killed_are_replaced(course: Path) -> None:
    numbers = range(16)
    submit(course, numbers)
    process = start_grader(course)
    shots: list[str] = []
    for kind in ("worker", "warm", "worker", "warm"):
        if not wait_for(lambda: bool(_of("warm", process)), process):
            break
        time.sleep(DRAW.uniform(0.1, 0.6))
        for victim in _of(kind, process)[:1]:
            victim.kill()
            shots.append(kind)
    done = finished(process)
    assert done.returncode == 0, done.stderr[-3000:]
    assert set(shots) == {"worker", "warm"}
    report(f"killed {', '.join(shots)}: {must_be_whole(course, numbers)}")


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


@pytest.fixture(scope="module")
def stopped(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`nbgrader autograde` was killed when it had rebuilt the second notebook and not run it."""
    course = Path(shutil.copytree(released, tmp_path_factory.mktemp("stopped") / "course"))
    submit(course, FEW)
    process = start_grader(course, SERIAL)
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


@pytest.mark.parametrize("grader", [SERIAL, ENGINE])
def test_plain_autograde_that_was_killed_is_finished(
    stopped: Path, tmp_path: Path, grader: str
) -> None:
    course = Path(shutil.copytree(stopped, tmp_path / "course"))
    done = must_grade(course, grader)
    if grader == SERIAL:
        assert f"{name_of(1)}: an earlier run was stopped before the end" in done.stderr
    # `srm grade` does not know what the plain command has seen, so it grades the first one again.
    whole = must_be_whole(course, FEW, once=grader == SERIAL)
    counted = entries(address(course))
    assert [counted[name_of(number)] for number in FEW[1:]] == [1] * len(FEW[1:])
    report(f"{sum(counted.values())} gradings of {len(FEW)} in the ledger; {whole}")


def test_a_graded_notebook_that_is_cut_off_is_made_again(course: Path) -> None:
    """Killed between the gradebook and the file: the mark is there, the notebook is not."""
    submit(course, range(2))
    must_grade(course)
    path = course / "autograded" / name_of(1) / SET / f"{SET}.ipynb"
    for grader in (SERIAL, ENGINE):
        text = path.read_text(encoding="utf-8")
        path.chmod(0o644)
        path.write_text(text[: len(text) // 2], encoding="utf-8")
        assert not is_graded(path)
        must_grade(course, grader)
        assert is_graded(path)
    shutil.rmtree(path.parent)
    must_grade(course)
    whole = must_be_whole(course, range(2), once=False)
    report(f"cut off twice and removed once; {whole}")
