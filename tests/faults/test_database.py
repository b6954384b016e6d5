"""Two writers at once, and a database that is killed, on SQLite and on PostgreSQL."""

from __future__ import annotations

import multiprocessing
import os
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from faults.course import (
    SET,
    address,
    entries,
    finished,
    leftovers,
    marks_of,
    must_be_exact,
    name_of,
    new_course,
    points,
    report,
    srm,
    start_srm,
    submit,
    wait_for,
)
from faults.postgresql import Server, programs
from shared_responsibility.errors import CourseError
from shared_responsibility.grading.ledger import regrading, store
from shared_responsibility.grading.ledger.auditing import audit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="forks processes"),
]
needs_server = pytest.mark.skipif(programs() is None, reason="needs PostgreSQL")
WRITERS, EACH = 4, 15
WRITTEN = f"autograded/*/*{SET}*"
"""What is there from the moment when the first of several batches is written."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if programs() is None:
        pytest.skip("needs PostgreSQL")
    with Server() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_server)])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty gradebook; the ledger's tables are not there yet."""
    if request.param == "sqlite":
        made = f"sqlite:///{tmp_path}/gradebook.db"
    else:
        name = f"writers_{tmp_path.name.encode().hex()}"
        made = str(request.getfixturevalue("server").database(name[:60]))
    with pytest.MonkeyPatch.context() as patched:
        # A new gradebook calls `alembic` by name.
        patched.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
        Gradebook(made).close()
    return made


def write(db_url: str, writer: int) -> None:
    for number in range(EACH):
        with Gradebook(db_url) as gradebook:
            store.create_tables(gradebook.engine)
            work = {"exercises": {}, "account": None}
            name = f"writer-{writer}-{number}"
            store.append(gradebook.db, store.Grading(name, SET, "0001", 1.0, 1.0, work))
            gradebook.db.commit()


def test_many_writers_at_once_lose_nothing_and_the_chain_closes(db_url: str) -> None:
    context = multiprocessing.get_context("fork")
    began = time.monotonic()
    writers = [context.Process(target=write, args=(db_url, n)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    found = audit(db_url)
    assert found.findings == ()
    assert found.entries == WRITERS * EACH
    assert len(entries(db_url)) == WRITERS * EACH
    taken = time.monotonic() - began
    report(f"{db_url.split(':')[0]}: {WRITERS} writers, {found.entries} entries, {taken:.1f} s")


def test_the_second_writer_waits_for_the_first(db_url: str) -> None:
    context = multiprocessing.get_context("fork")
    # Forked before there is a connection: SQLite's locks are not for two sides of a fork.
    locked = context.Event()
    second = context.Process(target=write_after, args=(locked, db_url))
    second.start()
    work = {"exercises": {}, "account": None}
    with Gradebook(db_url) as first:
        store.create_tables(first.engine)
        store.lock(first.db)
        locked.set()
        # By itself SQLite would give up after 5 seconds.
        second.join(6)
        assert second.is_alive()
        number = store.append(first.db, store.Grading("first", SET, "0001", 1.0, 1.0, work))
        first.db.commit()
    second.join(60)
    assert (number, second.exitcode) == (1, 0)
    assert audit(db_url).findings == ()


def write_after(locked: Any, db_url: str) -> None:
    assert locked.wait(60)
    write(db_url, 1)


def test_a_plan_is_not_written_over_a_newer_mark(course: Path) -> None:
    submit(course, range(2))
    assert srm(course, "grade", SET).returncode == 0
    made = regrading.plan(course, address(course), SET)
    (course / "submitted" / name_of(1) / SET / f"{SET}.ipynb").unlink()
    submit(course, [1])
    path = course / "submitted" / name_of(1) / SET / "timestamp.txt"
    path.write_text("2026-01-01 10:00:00 UTC", encoding="utf-8")
    assert srm(course, "grade", SET).returncode == 0
    with pytest.raises(CourseError, match=rf"{name_of(1)} was graded since"):
        regrading.apply(course, address(course), made, why="a test")
    assert points(address(course)) == marks_of(range(2))
    assert audit(address(course)).findings == ()
    assert len(list((course / "manifests" / SET).iterdir())) == 1


@needs_server
def test_a_database_that_is_killed_and_comes_back_loses_nothing(
    server: Server, tmp_path: Path
) -> None:
    db_url, numbers = server.database("killed"), range(30)
    course = new_course(tmp_path / "course", db_url)
    submit(course, numbers)
    process = start_srm(course, "grade", SET)
    assert wait_for(lambda: any(course.glob(WRITTEN)), process)
    server.kill()
    away = time.monotonic()
    time.sleep(2)
    server.start()
    away = time.monotonic() - away
    done = finished(process)
    assert done.returncode == 0, done.stderr[-3000:]
    must_be_exact(db_url, marks_of(numbers))
    assert leftovers(course) == []
    assert "The gradebook does not answer" in done.stderr
    report(f"the database was away for {away:.1f} s; {done.stdout.splitlines()[0]}")


@needs_server
def test_a_database_that_stays_away_is_told_in_a_sentence_and_the_run_goes_on_later(
    server: Server, tmp_path: Path
) -> None:
    db_url, numbers = server.database("away"), range(30)
    course = new_course(tmp_path / "course", db_url)
    submit(course, numbers)
    process = start_srm(course, "grade", SET, "IMPATIENT")
    assert wait_for(lambda: any(course.glob(WRITTEN)), process)
    server.kill()
    try:
        done = finished(process)
    finally:
        server.start()
    assert done.returncode == 1
    assert "The gradebook could not be used" in done.stderr
    assert "Run the same command again" in done.stderr
    assert "Traceback" not in done.stderr
    assert srm(course, "grade", SET).returncode == 0
    must_be_exact(db_url, marks_of(numbers))
    assert leftovers(course) == []
