"""Two writers at once, and a database that is killed, on SQLite and on PostgreSQL."""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, inspect

from faults.course import (
    IMPATIENT,
    SET,
    address,
    entries,
    finished,
    must_be_whole,
    must_grade,
    name_of,
    new_course,
    report,
    start_grader,
    submit,
    use_database,
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
NUMBER = count(1)
CLASS = range(24)
WRITTEN = f"autograded/*/*{SET}*"
"""What is there from the moment when the first of several batches is written."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if programs() is None:
        pytest.skip("needs PostgreSQL")
    with Server() as running:
        yield running


@pytest.fixture(scope="module")
def released_there(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released course whose gradebook is the database `released`."""
    return new_course(tmp_path_factory.mktemp("there") / "course", server.database("released"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_server)])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A gradebook in which nobody has a mark; the ledger's tables are not there yet."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("released") / "gradebook.db", tmp_path)
        made = f"sqlite:///{tmp_path}/gradebook.db"
    else:
        request.getfixturevalue("released_there")
        made = request.getfixturevalue("server").database(f"writers_{next(NUMBER)}", "released")
    engine = create_engine(made)
    assert not inspect(engine).has_table(store.PEOPLE.name)
    engine.dispose()
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
    report(f"{WRITERS} writers, {found.entries} entries in {taken:.1f} s, and the chain closes")


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
        seconds = 6 if db_url.startswith("sqlite") else 1
        second.join(seconds)
        assert second.is_alive()
        assert entries(db_url) == {}
        number = store.append(first.db, store.Grading("first", SET, "0001", 1.0, 1.0, work))
        first.db.commit()
    second.join(60)
    assert (number, second.exitcode) == (1, 0)
    found = audit(db_url)
    assert (found.entries, found.findings) == (1 + EACH, ())
    report(f"waited {seconds} s; then {found.entries} entries, and the chain closes")


def write_after(locked: Any, db_url: str) -> None:
    assert locked.wait(60)
    write(db_url, 1)


def test_a_plan_is_not_written_over_a_newer_mark(course: Path) -> None:
    submit(course, range(2))
    must_grade(course)
    made = regrading.plan(course, address(course), SET)
    (course / "submitted" / name_of(1) / SET / f"{SET}.ipynb").unlink()
    submit(course, [1])
    path = course / "submitted" / name_of(1) / SET / "timestamp.txt"
    path.write_text("2026-01-01 10:00:00 UTC", encoding="utf-8")
    must_grade(course)
    with pytest.raises(CourseError, match=rf"{name_of(1)} was graded since"):
        regrading.apply(course, address(course), made, why="a test")
    assert len(list((course / "manifests" / SET).iterdir())) == 1
    whole = must_be_whole(course, range(2), once=False)
    report(f"refused; {whole}")


@pytest.fixture
def there(server: Server, released_there: Path, tmp_path: Path) -> tuple[Path, str]:
    """A course in which a class has handed in, and the address of its own database."""
    course = Path(shutil.copytree(released_there, tmp_path / "course"))
    db_url = server.database(f"class_{next(NUMBER)}", "released")
    use_database(course, db_url)
    submit(course, CLASS)
    return course, db_url


@needs_server
def test_a_database_that_is_killed_and_comes_back_loses_nothing(
    server: Server, there: tuple[Path, str]
) -> None:
    course, db_url = there
    process = start_grader(course)
    assert wait_for(lambda: any(course.glob(WRITTEN)), process)
    server.kill()
    killed = time.monotonic()
    time.sleep(2)
    server.start()
    away = time.monotonic() - killed
    done = finished(process)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "The gradebook does not answer" in done.stderr
    whole = must_be_whole(course, CLASS, db_url)
    report(f"away for {away:.1f} s; {whole}; {done.stdout.splitlines()[0]}")


@needs_server
def test_a_database_that_stays_away_is_told_in_a_sentence_and_the_run_goes_on_later(
    server: Server, there: tuple[Path, str]
) -> None:
    course, db_url = there
    process = start_grader(course, IMPATIENT)
    assert wait_for(lambda: any(course.glob(WRITTEN)), process)
    server.kill()
    killed = time.monotonic()
    try:
        done = finished(process)
    finally:
        server.start()
    seconds = time.monotonic() - killed
    assert done.returncode == 1
    assert "The gradebook could not be used" in done.stderr
    assert "Run the same command again" in done.stderr
    assert "Traceback" not in done.stderr
    before = sum(entries(db_url).values())
    assert before < len(CLASS)
    must_grade(course)
    whole = must_be_whole(course, CLASS, db_url)
    report(f"told after {seconds:.1f} s with {before} of {len(CLASS)} recorded; later {whole}")
