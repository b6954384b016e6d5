"""A class of 200 of which 60 handed in something broken: every other mark exact, each one named."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from faults.course import (
    SET,
    address,
    leftovers,
    marks_of,
    must_be_exact,
    must_grade,
    name_of,
    report,
    submit,
)
from shared_responsibility.grading.ledger import store

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


DAMAGE: dict[Damage, str] = {
    cut_off: "its JSON is broken",
    empty: "it is empty",
    deep: "nested more than 64 deep",
    no_json: "it is not UTF-8 text",
    a_list: "its JSON is no object",
    a_link: "it is a link, and links are not followed",
    a_pipe: "it is not a file but a pipe or a device",
    a_folder: "there is a folder in place of the notebook",
    gone: "the folder is empty",
    no_folder: "what was handed in is not a folder",
}
CHOSEN = [number for number in CLASS if number % 10 in (3, 6, 9)]
BROKEN = dict(zip(CHOSEN, cycle(DAMAGE), strict=False))


def test_a_class_of_200_with_60_damaged_hand_ins(course: Path) -> None:
    submit(course, CLASS)
    for number, damage in BROKEN.items():
        damage(course / "submitted" / name_of(number) / SET / f"{SET}.ipynb")
    assert len(BROKEN) == 60
    assert {*BROKEN.values()} == {*DAMAGE}
    done = must_grade(course)

    whole = marks_of(number for number in CLASS if number not in BROKEN)
    must_be_exact(address(course), whole | {name_of(number): 0.0 for number in BROKEN})
    assert leftovers(course) == []

    told = reasons(address(course))
    assert {name for name, reason in told.items() if reason} == {*map(name_of, BROKEN)}
    lines = done.stdout.splitlines()
    for number, damage in BROKEN.items():
        assert DAMAGE[damage] in told[name_of(number)]
        assert f"{name_of(number)}: {told[name_of(number)]}" in lines
    report(
        f"{len(whole)} of {len(whole)} other marks exact, {len(BROKEN)} of {len(BROKEN)} damaged "
        f"ones named with their reason, {len(DAMAGE)} kinds; {lines[0]}"
    )


def reasons(db_url: str) -> dict[str, str]:
    engine = create_engine(db_url)
    with engine.connect() as connection:
        found = {name: one.reason for name, one in store.latest(connection, SET).items()}
    engine.dispose()
    return found
