"""The whole loop with a gradebook on a real PostgreSQL server, through psycopg 3."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.course import (
    FORMS,
    SET,
    answer_of,
    entries,
    marks_of,
    must_be_exact,
    name_of,
    nbgrader,
    new_course,
    points,
    srm,
    submit,
)
from faults.postgresql import Server, programs

from shared_responsibility.grading.ledger.auditing import audit
from shared_responsibility.keys import keys_of_form
from shared_responsibility.scoring import score_form

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="`srm grade` forks processes"),
    pytest.mark.skipif(programs() is None, reason="needs a PostgreSQL server (apt: postgresql)"),
]

PLAIN, ALL = 1, range(4)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(scope="module")
def db_url(server: Server) -> str:
    return server.database("gradebook")


@pytest.fixture(scope="module")
def graded(db_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Released and graded: one learner by `nbgrader autograde`, the rest by `srm grade`."""
    course = new_course(tmp_path_factory.mktemp("postgresql") / "course", db_url)
    submit(course, [PLAIN])
    done = nbgrader(course, "autograde", SET)
    assert done.returncode == 0, done.stderr[-3000:]
    submit(course, [number for number in ALL if number != PLAIN])
    done = srm(course, "grade", SET)
    assert done.returncode == 0, done.stderr[-3000:]
    return course


def test_every_mark_is_exact_and_the_ledger_closes(graded: Path, db_url: str) -> None:
    assert not (graded / "gradebook.db").exists()
    must_be_exact(db_url, marks_of(ALL), once=False)


def test_who_has_not_changed_is_not_graded_again(graded: Path, db_url: str) -> None:
    before = entries(db_url)
    done = srm(graded, "grade", SET)
    assert f"0 graded, {len(ALL)} unchanged" in done.stdout
    assert entries(db_url) == before


def test_feedback_is_made(graded: Path) -> None:
    done = nbgrader(graded, "generate_feedback", SET)
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(list(graded.glob(f"feedback/*/{SET}/{SET}.html"))) == len(ALL)


def test_totals_are_told(graded: Path) -> None:
    done = srm(graded, "totals")
    assert done.returncode == 0, done.stderr[-2000:]
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == [*map(name_of, ALL)]


def test_audit_closes_from_the_command_line(graded: Path) -> None:
    done = srm(graded, "audit")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_withdrawn_item_is_regraded_and_a_learner_forgotten(graded: Path, db_url: str) -> None:
    first, *_ = keys_of_form(FORMS[0])
    item = first[0].item_id
    done = srm(graded, "regrade", SET, "--why", "a test", "--drop", item, "--yes")
    assert done.returncode == 0, done.stderr[-2000:]
    expected = {name_of(n): marks_of([n])[name_of(n)] + missing(n, item) for n in ALL}
    assert points(db_url) == pytest.approx(expected)
    assert audit(db_url).findings == ()

    done = srm(graded, "forget", name_of(3))
    assert done.returncode == 0, done.stderr[-2000:]
    found = audit(db_url)
    assert found.forgotten >= 2
    assert name_of(3) not in entries(db_url)
    assert [line for line in found.findings if name_of(3) not in line] == []


def missing(number: int, item_id: str) -> float:
    """What the learner had not earned of an item."""
    result = score_form(keys_of_form(FORMS[0]), answer_of(number)(FORMS[0]))
    one = next(item for item in result.items if item.item_id == item_id)
    return one.max_points - one.points


@pytest.mark.parametrize("command", ["grade", "autograde", "audit"])
def test_a_server_that_is_not_there_is_told_in_a_sentence(
    graded: Path, server: Server, command: str, tmp_path: Path
) -> None:
    config = (graded / "nbgrader_config.py").read_text(encoding="utf-8")
    (tmp_path / "nbgrader_config.py").write_text(
        config.replace(f"host={server.folder}", f"host={tmp_path}"), encoding="utf-8"
    )
    os.symlink(graded / "manifests", tmp_path / "manifests")
    submit_folder = tmp_path / "submitted"
    os.symlink(graded / "submitted", submit_folder)
    if command == "autograde":
        done = nbgrader(tmp_path, "autograde", SET)
    else:
        done = srm(tmp_path, *([command, SET] if command == "grade" else [command]))
    assert done.returncode == 1
    assert "gradebook" in done.stderr
    assert "Traceback" not in done.stderr
