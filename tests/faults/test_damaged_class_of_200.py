"""A class of 200 of which 60 handed in something broken: every other mark exact, each one named."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from faults.course import (
    SET,
    address,
    entries,
    leftovers,
    marks_of,
    name_of,
    points,
    report,
    srm,
    submit,
)
from shared_responsibility.grading.ledger import store
from shared_responsibility.grading.ledger.auditing import audit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="`srm grade` forks processes"),
]

CLASS = range(200)
Damage = Callable[[Path], None]


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def deep(path: Path) -> None:
    path.write_bytes(b'{"cells":' * 100_000)


def no_json(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 40)


def a_list(path: Path) -> None:
    path.write_text("[]", encoding="utf-8")


def a_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parents[2] / name_of(0) / SET / path.name)


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def gone(path: Path) -> None:
    path.unlink()


def no_folder(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_text("not a folder", encoding="utf-8")


DAMAGE: list[Damage] = [
    cut_off, empty, deep, no_json, a_list, a_link, a_pipe, a_folder, gone, no_folder
]  # fmt: skip
CHOSEN = [number for number in CLASS if number % 10 in (3, 6, 9)]
BROKEN = {number: DAMAGE[place % len(DAMAGE)] for place, number in enumerate(CHOSEN)}


def test_a_class_of_200_with_60_damaged_hand_ins(course: Path) -> None:
    submit(course, CLASS)
    for number, damage in BROKEN.items():
        damage(course / "submitted" / name_of(number) / SET / f"{SET}.ipynb")
    assert len(BROKEN) == 60
    assert {damage.__name__ for damage in BROKEN.values()} == {one.__name__ for one in DAMAGE}
    done = srm(course, "grade", SET)
    assert done.returncode == 0, done.stderr[-3000:]

    whole = [number for number in CLASS if number not in BROKEN]
    expected = marks_of(whole) | {name_of(number): 0.0 for number in BROKEN}
    assert points(address(course)) == expected
    assert set(entries(address(course)).values()) == {1}

    told = reasons(address(course))
    assert {name for name, reason in told.items() if reason} == {*map(name_of, BROKEN)}
    for number in BROKEN:
        assert any(line.startswith(f"{name_of(number)}: ") for line in done.stdout.splitlines())
    assert audit(address(course)).findings == ()
    assert leftovers(course) == []
    report(done.stdout.splitlines()[0])
    for damage in DAMAGE:
        number = next(n for n, one in BROKEN.items() if one is damage)
        report(f"{damage.__name__}: {told[name_of(number)]}")


def reasons(db_url: str) -> dict[str, str]:
    engine = create_engine(db_url)
    with engine.connect() as connection:
        found = {name: one.reason for name, one in store.latest(connection, SET).items()}
    engine.dispose()
    return found
