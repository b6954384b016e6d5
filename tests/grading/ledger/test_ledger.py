"""The ledger over a real SQLite gradebook: every kind of tampering is found, forgetting is not."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Base, Gradebook
from sqlalchemy import create_engine
from sqlalchemy.exc import SAWarning

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.ledger import store
from shared_responsibility.grading.ledger.auditing import Audit, audit
from shared_responsibility.grading.ledger.forgetting import forget

SET = "decide"
LEARNERS = ("ada", "bob", "eve")
SECRET = "the words of a learner that nobody else may read"

Tamper = Callable[[str], None]


def work(points: float) -> store.Work:
    item = {"item_id": "i", "points": points, "response": SECRET}
    result = {"exercise": "x", "remarks": [], "items": [item]}
    return {"exercises": {"x": {"sent": {"a": SECRET}, "result": result}}, "account": None}


def grading(learner: str, points: float, **more: Any) -> store.Grading:
    return store.Grading(learner, SET, "0001-abc", points, 3.0, work(points), **more)


def enter(db_url: str, *gradings: store.Grading) -> None:
    with Gradebook(db_url) as gradebook:
        store.create_tables(gradebook.engine)
        for one in gradings:
            store.append(gradebook.db, one)
            _mark(gradebook, one.learner, one.points)
        gradebook.db.commit()


def _mark(gradebook: Gradebook, learner: str, points: float) -> None:
    gradebook.find_grade("x-graded", SET, SET, learner).auto_score = points


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook in which three learners have handed in, and nobody is graded."""
    file = tmp_path_factory.mktemp("blank") / "gradebook.db"
    db_url = f"sqlite:///{file}"
    engine = create_engine(db_url)
    # A gradebook without tables would call `alembic` by name.
    Base.metadata.create_all(engine)
    engine.dispose()
    with warnings.catch_warnings(), Gradebook(db_url) as gradebook:
        warnings.simplefilter("ignore", SAWarning)
        gradebook.add_assignment(SET)
        gradebook.add_notebook(SET, SET)
        gradebook.add_grade_cell("x-graded", SET, SET, max_score=3, cell_type="code")
        for learner in LEARNERS:
            gradebook.add_student(learner)
            gradebook.add_submission(SET, learner)
    return file


@pytest.fixture(scope="module")
def graded(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook with three learners, each graded once."""
    file = Path(shutil.copy(blank, tmp_path_factory.mktemp("graded")))
    enter(f"sqlite:///{file}", *(grading(name, number) for number, name in enumerate(LEARNERS)))
    return file


@pytest.fixture
def db(graded: Path, tmp_path: Path) -> str:
    """The address of a gradebook of one's own, each of its three learners graded once."""
    return f"sqlite:///{shutil.copy(graded, tmp_path)}"


def tampered(db_url: str, *statements: str) -> Audit:
    """What an audit says after somebody wrote these statements straight into the file."""
    connection = sqlite3.connect(db_url.removeprefix("sqlite:///"))
    with connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
    connection.close()
    return audit(db_url)


def test_an_untouched_ledger_closes_and_agrees_with_the_gradebook(db: str) -> None:
    found = audit(db)
    assert (found.entries, found.forgotten, found.findings) == (3, 0, ())
    assert len(found.head) == 64
    assert audit(db, found.head) == found


def test_an_empty_ledger_is_not_an_error(blank: Path, tmp_path: Path) -> None:
    found = audit(f"sqlite:///{shutil.copy(blank, tmp_path)}")
    assert (found.entries, found.head, found.findings) == (0, store.FIRST, ())


def test_entries_are_read_as_they_were_entered(db: str) -> None:
    enter(db, grading("ada", 2.5, action="regrade", reason="Ü & \N{COLLISION SYMBOL} \x00"))
    with Gradebook(db) as gradebook:
        listed = list(store.entries(gradebook.db))
        assert [entry.entry_id for entry in listed] == [1, 2, 3, 4]
        assert [entry.learner for entry in listed] == [*LEARNERS, "ada"]
        assert listed[-1].work == work(2.5)
        assert listed[-1].reason == "Ü & \N{COLLISION SYMBOL} \x00"
        in_force = store.latest(gradebook.db, SET)
        assert {name: entry.points for name, entry in in_force.items()} == {
            "ada": 2.5, "bob": 1, "eve": 2,
        }  # fmt: skip
        assert store.latest_of(gradebook.db, SET, "ada") == listed[-1]
        assert store.latest_of(gradebook.db, SET, "nobody") is None
        assert store.latest_of(gradebook.db, "other", "ada") is None
    assert audit(db).findings == ()


@pytest.mark.parametrize(
    ("statements", "part"),
    [
        (["UPDATE srm_ledger SET points = 3 WHERE entry_id = 2"], "Entry 2 was changed"),
        (["UPDATE srm_ledger SET max_points = 9 WHERE entry_id = 1"], "Entry 1 was changed"),
        (["UPDATE srm_ledger SET assignment = 'x' WHERE entry_id = 2"], "Entry 2 was changed"),
        (["UPDATE srm_ledger SET manifest = 'x' WHERE entry_id = 2"], "Entry 2 was changed"),
        (["UPDATE srm_ledger SET reason = 'x' WHERE entry_id = 3"], "Entry 3 was changed"),
        (["UPDATE srm_ledger SET at = '2020' WHERE entry_id = 3"], "Entry 3 was changed"),
        (["UPDATE srm_ledger SET grader = 'x' WHERE entry_id = 3"], "Entry 3 was changed"),
        (["UPDATE srm_ledger SET commitment = 'x' WHERE entry_id = 3"], "Entry 3 was changed"),
        (["UPDATE srm_ledger SET hash = 'x' WHERE entry_id = 2"], "Entry 2 was changed"),
        (["UPDATE srm_ledger SET previous = 'x' WHERE entry_id = 2"],
         "Entry 2 does not follow the one before it"),
        (["UPDATE srm_ledger_people SET learner = 'eve' WHERE entry_id = 2"],
         "Entry 2: learner or answers were changed"),
        (["UPDATE srm_ledger_people SET work = replace(work, 'words', 'deeds') "
          "WHERE entry_id = 2"], "Entry 2: learner or answers were changed"),
        (["UPDATE srm_ledger_people SET work = '{' WHERE entry_id = 2"],
         "Entry 2: learner or answers were changed"),
        (["UPDATE srm_ledger_people SET work = '[1]' WHERE entry_id = 2"],
         "Entry 2: learner or answers were changed"),
        (["UPDATE srm_ledger_people SET salt = 'x' WHERE entry_id = 1"],
         "Entry 1: learner or answers were changed"),
        (["DELETE FROM srm_ledger WHERE entry_id = 2",
          "DELETE FROM srm_ledger_people WHERE entry_id = 2"], "Entry 2 is missing: 3 follows."),
        (["DELETE FROM srm_ledger WHERE entry_id = 1",
          "DELETE FROM srm_ledger_people WHERE entry_id = 1"], "Entry 1 is missing: 2 follows."),
        (["DELETE FROM srm_ledger WHERE entry_id = 3"],
         "Entry 3 is missing, and its learner and answers are still there."),
        (["UPDATE srm_ledger SET entry_id = 9 WHERE entry_id = 1",
          "UPDATE srm_ledger SET entry_id = 1 WHERE entry_id = 2",
          "UPDATE srm_ledger SET entry_id = 2 WHERE entry_id = 9"],
         "Entry 1 does not follow the one before it"),
        (["UPDATE srm_ledger_people SET entry_id = 9 WHERE entry_id = 1",
          "UPDATE srm_ledger_people SET entry_id = 1 WHERE entry_id = 2",
          "UPDATE srm_ledger_people SET entry_id = 2 WHERE entry_id = 9"],
         "Entry 1: learner or answers were changed"),
        (["UPDATE grade SET auto_score = 3 WHERE auto_score = 1"],
         "decide, bob: 3 points in the gradebook, 1 in the ledger."),
        (["UPDATE grade SET auto_score = NULL WHERE auto_score = 2"],
         "decide, eve: 0 points in the gradebook, 2 in the ledger."),
        (["DELETE FROM srm_ledger_people WHERE entry_id = 2"],
         "decide, bob: the gradebook has marks and the ledger has none."),
    ],
    ids=("points maximum assignment record reason time grader commitment hash previous learner "
         "answers broken-text other-text salt middle first end-of-one-table swapped people-swapped "
         "gradebook gradebook-emptied name-erased").split(),
)  # fmt: skip
def test_whatever_somebody_changes_is_found(db: str, statements: list[str], part: str) -> None:
    findings = tampered(db, *statements).findings
    assert any(part in finding for finding in findings), findings


def test_an_end_that_was_cut_off_is_found_by_the_head_that_was_noted(db: str) -> None:
    enter(db, grading("ada", 0.0, action="regrade"))
    head = audit(db).head
    cut = ["DELETE FROM srm_ledger WHERE entry_id = 4",
           "DELETE FROM srm_ledger_people WHERE entry_id = 4"]  # fmt: skip
    assert tampered(db, *cut).findings == (), "a chain cannot tell by itself"
    (finding,) = audit(db, head).findings
    assert finding == f"The entry with the hash {head} is gone: the end was cut off or replaced."


def test_a_later_entry_does_not_take_the_noted_head_away(db: str) -> None:
    head = audit(db).head
    enter(db, grading("ada", 1.0))
    assert audit(db, head).findings == ()


def test_a_rewritten_chain_is_found_by_the_head_too(db: str) -> None:
    head = audit(db).head
    connection = sqlite3.connect(db.removeprefix("sqlite:///"))
    with connection:
        connection.execute("DELETE FROM srm_ledger")
        connection.execute("DELETE FROM srm_ledger_people")
    connection.close()
    enter(db, *(grading(name, number) for number, name in enumerate(LEARNERS)))
    assert audit(db).findings == ()
    assert len(audit(db, head).findings) == 1


def test_the_assignment_beside_a_name_decides_nothing(db: str) -> None:
    """Only what the chain holds says which entry is in force."""
    enter(db, grading("ada", 2.0))
    assert (
        tampered(db, "UPDATE srm_ledger_people SET assignment = 'x' WHERE entry_id = 4").findings
        == ()
    )
    with Gradebook(db) as gradebook:
        found = store.latest_of(gradebook.db, SET, "ada")
        assert found is not None
        assert found.points == store.latest(gradebook.db, SET)["ada"].points == 2.0


def test_forgetting_erases_name_and_answers_and_the_chain_still_closes(db: str) -> None:
    enter(db, grading("eve", 2.0, action="regrade"))
    file = Path(db.removeprefix("sqlite:///"))
    head = audit(db).head
    assert forget(db, "eve") == 2
    after = audit(db, head)
    assert (after.entries, after.forgotten, after.head) == (4, 2, head)
    assert [f for f in after.findings if "Entry" in f or "entry" in f] == []
    with Gradebook(db) as gradebook:
        assert set(store.latest(gradebook.db, SET)) == {"ada", "bob"}
        assert store.latest_of(gradebook.db, SET, "eve") is None
        kept = [entry for entry in store.entries(gradebook.db) if entry.learner is None]
    assert [(entry.salt, entry.work) for entry in kept] == [(None, None)] * 2
    assert file.read_bytes().count(SECRET.encode()) > 0
    for learner in ("ada", "bob"):
        forget(db, learner)
    assert SECRET.encode() not in file.read_bytes()
    enter(db, grading("ada", 1.0))
    assert [f for f in audit(db, head).findings if "Entry" in f] == []


def test_whoever_is_not_there_cannot_be_forgotten(db: str) -> None:
    with pytest.raises(CourseError, match="The ledger has no entry of 'evelyn'"):
        forget(db, "evelyn")


def test_a_transaction_that_fails_enters_nothing(db: str) -> None:
    with Gradebook(db) as gradebook:
        store.append(gradebook.db, grading("ada", 3.0))
        _mark(gradebook, "ada", 3.0)
        gradebook.db.rollback()
    found = audit(db)
    assert (found.entries, found.findings) == (3, ())


WRITER = """
import json, sys, time
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from shared_responsibility.grading.ledger import store
address, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
engine, refused = create_engine(address, connect_args={"timeout": 20}), 0
work = {"exercises": {}, "account": None}
for number in range(count):
    while True:
        try:
            with engine.begin() as connection:
                store.append(connection, store.Grading(name, "decide", "m", number, 3, work))
            break
        except SQLAlchemyError:
            refused += 1
            time.sleep(0.002)
print(json.dumps(refused))
"""


@pytest.mark.slow
def test_two_writers_at_once_never_add_the_same_number(db: str) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, db, name, "25"], stdout=subprocess.PIPE, text=True
        )
        for name in ("p", "q")
    ]
    assert all(json.loads(writer.communicate(timeout=60)[0]) >= 0 for writer in writers)
    found = audit(db)
    assert (found.entries, found.findings) == (53, ())
    with Gradebook(db) as gradebook:
        listed = [entry.learner for entry in store.entries(gradebook.db)]
    assert listed.count("p") == listed.count("q") == 25


def test_one_value_has_one_text() -> None:
    data = {"b": [1, 2.5, None, True, "Ü\N{COLLISION SYMBOL}\ud800"], "a": {"y": 1e300, "x": -0.0}}
    text = store.canonical(data)
    assert text.isascii()
    assert store.canonical(json.loads(text)) == text
    shuffled = {"a": {"x": -0.0, "y": 1e300}, "b": data["b"]}
    assert store.canonical(shuffled) == text
