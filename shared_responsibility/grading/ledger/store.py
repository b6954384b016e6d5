"""The two tables of the ledger, and the chain that holds its entries together.

An entry says what was graded, how and when; names and answers stand in a second table, from which
they may be erased. The chain holds a salted commitment to them, so it still closes afterwards.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session, scoped_session

METADATA = MetaData()
ENTRIES = Table(
    "srm_ledger",
    METADATA,
    Column("entry_id", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("action", String(16), nullable=False),
    Column("assignment", String(200), nullable=False),
    Column("manifest", String(80), nullable=False),
    Column("points", Float, nullable=False),
    Column("max_points", Float, nullable=False),
    Column("sandbox", String(200), nullable=False),
    Column("package_version", String(40), nullable=False),
    Column("grader", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("commitment", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)
PEOPLE = Table(
    "srm_ledger_people",
    METADATA,
    Column("entry_id", Integer, primary_key=True, autoincrement=False),
    Column("learner", String(200), nullable=False, index=True),
    Column("assignment", String(200), nullable=False, index=True),
    Column("salt", String(64), nullable=False),
    Column("work", Text, nullable=False),
)
FIRST = "0" * 64
ADVISORY = 0x73726D
"""The number under which PostgreSQL knows the lock of the ledger."""
PATIENCE_MS = 60_000
"""How long a writer waits for another one on SQLite; by itself it would give up after 5,000."""
Work = dict[str, Any]


@dataclass(frozen=True)
class Grading:
    """One grading of one learner's assignment, before it is entered.

    `work` is what the learner sent and what came of it, by exercise; see `work_of`.
    """

    learner: str
    assignment: str
    manifest: str
    points: float
    max_points: float
    work: Work = field(repr=False)
    action: str = "grade"
    sandbox: str = ""
    package_version: str = ""
    grader: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of the ledger. `learner` and `work` are `None` once they were forgotten.

    `work` alone is `None` where it was damaged.
    """

    entry_id: int
    at: str
    action: str
    assignment: str
    manifest: str
    points: float
    max_points: float
    sandbox: str
    package_version: str
    grader: str
    reason: str
    commitment: str
    previous: str
    hash: str
    learner: str | None = None
    salt: str | None = None
    work: Work | None = field(default=None, repr=False)


def create_tables(engine: Engine, tables: MetaData = METADATA) -> None:
    """Make the tables where they are not there yet."""
    try:
        tables.create_all(engine, checkfirst=True)
    except (OperationalError, ProgrammingError, IntegrityError):
        # Somebody else made them between the look and the making; any other fault comes again.
        tables.create_all(engine, checkfirst=True)


def lock(session: Session | Connection) -> None:
    """Be the only writer of marks and ledger until the transaction ends; others wait.

    Take it before anything that is to be changed is read.
    """
    bind = session.get_bind() if isinstance(session, Session | scoped_session) else session
    if bind.dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(ADVISORY)))
    else:
        session.execute(text(f"PRAGMA busy_timeout = {PATIENCE_MS}"))
        # SQLite locks the file at a statement that could write, not at one that reads.
        session.execute(update(ENTRIES).where(ENTRIES.c.entry_id < 0).values(reason=""))


def append(session: Session | Connection, grading: Grading) -> int:
    """Enter a grading as the next link of the chain, without a commit; returns its number.

    Of two writers at once, the second waits until the first has committed.
    """
    lock(session)
    last = session.execute(
        select(ENTRIES.c.entry_id, ENTRIES.c.hash).order_by(ENTRIES.c.entry_id.desc()).limit(1)
    ).first()
    number, previous = (last.entry_id + 1, last.hash) if last else (1, FIRST)
    salt = secrets.token_hex(16)
    work = canonical(grading.work)
    row = {
        "entry_id": number,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "action": grading.action,
        "assignment": grading.assignment,
        "manifest": grading.manifest,
        "points": float(grading.points),
        "max_points": float(grading.max_points),
        "sandbox": grading.sandbox,
        "package_version": grading.package_version,
        "grader": grading.grader,
        "reason": grading.reason,
        "commitment": commitment(salt, grading.learner, work),
        "previous": previous,
    }
    session.execute(insert(ENTRIES).values({**row, "hash": link(row)}))
    person = {"entry_id": number, "learner": grading.learner, "assignment": grading.assignment}
    session.execute(insert(PEOPLE).values({**person, "salt": salt, "work": work}))
    return number


def commitment(salt: str, learner: str, work: str) -> str:
    """A hash that fixes who and what, and tells neither once the salt is gone."""
    return hashlib.sha256(f"{salt}\n{learner}\n{work}".encode()).hexdigest()


def link(row: Mapping[str, Any]) -> str:
    """The hash of an entry, over all its columns and the hash before it."""
    names = [column.name for column in ENTRIES.columns if column.name != "hash"]
    return hashlib.sha256(canonical({name: row[name] for name in names}).encode()).hexdigest()


def canonical(data: Any) -> str:
    """One text for one value, in characters that every database and every code page holds."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def entries(connection: Session | Connection, assignment: str | None = None) -> Iterator[Entry]:
    """The ledger from its beginning, or the part of one assignment."""
    joined = ENTRIES.outerjoin(PEOPLE, ENTRIES.c.entry_id == PEOPLE.c.entry_id)
    columns = [*ENTRIES.columns, PEOPLE.c.learner, PEOPLE.c.salt, PEOPLE.c.work]
    query = select(*columns).select_from(joined).order_by(ENTRIES.c.entry_id)
    if assignment is not None:
        query = query.where(ENTRIES.c.assignment == assignment)
    for row in connection.execute(query):
        yield _entry(dict(row._mapping))


def latest(connection: Session | Connection, assignment: str) -> dict[str, Entry]:
    """The entry in force for each learner of an assignment."""
    found: dict[str, Entry] = {}
    for entry in entries(connection, assignment):
        if entry.learner is not None:
            found[entry.learner] = entry
    return found


def latest_of(connection: Session | Connection, assignment: str, learner: str) -> Entry | None:
    """The entry in force for one learner, read without the rest of the class."""
    joined = ENTRIES.join(PEOPLE, ENTRIES.c.entry_id == PEOPLE.c.entry_id)
    columns = [*ENTRIES.columns, PEOPLE.c.learner, PEOPLE.c.salt, PEOPLE.c.work]
    row = connection.execute(
        select(*columns)
        .select_from(joined)
        # What the chain holds, not the copy of it that stands beside the name.
        .where(ENTRIES.c.assignment == assignment, PEOPLE.c.learner == learner)
        .order_by(ENTRIES.c.entry_id.desc())
        .limit(1)
    ).first()
    return None if row is None else _entry(dict(row._mapping))


def _entry(values: dict[str, Any]) -> Entry:
    work = values["work"]
    return Entry(**{**values, "work": None if work is None else _read(work)})


def _read(work: str) -> Work | None:
    """The answers of an entry; `None` for text that was damaged, which an audit then names."""
    try:
        read = json.loads(work)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) and "exercises" in read else None


def as_row(entry: Entry) -> dict[str, Any]:
    """The columns of an entry, as `link` hashes them."""
    data = asdict(entry)
    return {column.name: data[column.name] for column in ENTRIES.columns}
