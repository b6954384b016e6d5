"""A course on a disk that is too small: a sentence, an intact gradebook, and the rest later."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.course import (
    NBGRADER,
    SET,
    Done,
    address,
    entries,
    finished,
    leftovers,
    marks_of,
    must_be_exact,
    points,
    report,
    srm,
    start,
    submit,
)
from shared_responsibility.grading.ledger.auditing import audit

CLASS = range(12)
LEFT = 400_000
"""Bytes that are free when grading begins; it needs about 5 MB."""


def _mounts(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", "size=64m", "srm-test", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform == "win32" or os.getuid() != 0, reason="mounts a small disk, as root only"
    ),
]


@pytest.fixture
def small(course: Path, tmp_path: Path) -> Iterator[Path]:
    """A course on a disk of its own that is nearly full."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not _mounts(disk):
        pytest.skip("no disk can be mounted here")
    try:
        small = disk / "course"
        shutil.copytree(course, small)
        submit(small, CLASS)
        _fill(disk)
        yield small
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def _fill(disk: Path) -> None:
    room = shutil.disk_usage(disk).free - LEFT
    with (disk / "ballast").open("wb") as file:
        file.write(bytes(room))


@pytest.mark.parametrize("command", ["srm grade", "nbgrader autograde"])
def test_a_full_disk_is_told_and_nothing_is_lost(small: Path, command: str) -> None:
    def grade() -> Done:
        if command == "srm grade":
            return srm(small, "grade", SET)
        return finished(start(small, [str(NBGRADER), "autograde", SET]))

    first = grade()
    assert first.returncode == 1
    assert "The disk is full" in first.stderr, first.stderr[-3000:]
    assert "Run the same command again" in first.stderr
    if command == "srm grade":
        assert "Traceback" not in first.stderr
    before = entries(address(small))
    assert audit(address(small)).findings == ()
    earned = marks_of(CLASS)
    recorded = {name: mark for name, mark in points(address(small)).items() if name in before}
    assert recorded == {name: earned[name] for name in before}

    (small.parent / "ballast").unlink()
    second = grade()
    assert second.returncode == 0, second.stderr[-3000:]
    must_be_exact(address(small), earned, once=command == "srm grade")
    assert leftovers(small) == []
    report(f"{command}: {sum(before.values())} graded when the disk was full, then all")
