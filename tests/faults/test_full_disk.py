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
    ENGINE,
    SERIAL,
    address,
    entries,
    grade,
    marks_of,
    must_be_whole,
    must_grade,
    name_of,
    points,
    report,
    submit,
)
from shared_responsibility.grading.ledger.auditing import audit

CLASS = range(6)
LEFT = 400_000
"""Bytes that are free when grading begins; it needs several MB."""


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


@pytest.mark.parametrize("grader", [ENGINE, SERIAL])
def test_a_full_disk_is_told_and_nothing_is_lost(small: Path, grader: str) -> None:
    first = grade(small, grader)
    assert first.returncode == 1
    assert "The disk is full" in first.stderr, first.stderr[-3000:]
    assert "Run the same command again" in first.stderr
    if grader == ENGINE:
        assert "Traceback" not in first.stderr
    before = entries(address(small))
    assert set(before) < {*map(name_of, CLASS)}
    assert audit(address(small)).findings == ()
    recorded = {name: mark for name, mark in points(address(small)).items() if name in before}
    assert recorded == {name: mark for name, mark in marks_of(CLASS).items() if name in before}

    (small.parent / "ballast").unlink()
    must_grade(small, grader)
    whole = must_be_whole(small, CLASS, once=grader == ENGINE)
    report(f"{len(before)} of {len(CLASS)} recorded when it was full; with room again {whole}")
