"""`srm audit`: does the chain close, and does the gradebook say what the ledger says?"""

from __future__ import annotations

from dataclasses import dataclass

from nbgrader.api import Gradebook
from sqlalchemy import select

from shared_responsibility.grading.ledger.store import (
    ENTRIES,
    FIRST,
    PEOPLE,
    Entry,
    as_row,
    canonical,
    commitment,
    create_tables,
    entries,
    link,
)

NEAR = 1e-6


@dataclass(frozen=True)
class Audit:
    """What was found. `head` is the hash of the last entry: note it, and give it next time."""

    entries: int
    forgotten: int
    head: str
    findings: tuple[str, ...]


def audit(db_url: str, head: str = "") -> Audit:
    """Verify every entry of the ledger and compare the marks in force with the gradebook.

    `head` is the hash of an entry that must still be there: a chain cannot tell by itself that its
    end was cut off.
    """
    with Gradebook(db_url) as gradebook:
        create_tables(gradebook.engine)
        chain = list(entries(gradebook.db))
        findings = [*_chain_findings(chain), *_loose_findings(gradebook)]
        findings += _gradebook_findings(gradebook, chain)
    if head and head not in {entry.hash for entry in chain}:
        findings.append(f"The entry with the hash {head} is gone: the end was cut off or replaced.")
    forgotten = sum(entry.learner is None for entry in chain)
    return Audit(len(chain), forgotten, chain[-1].hash if chain else FIRST, tuple(findings))


def _chain_findings(chain: list[Entry]) -> list[str]:
    findings, previous = [], FIRST
    for number, entry in enumerate(chain, 1):
        if entry.entry_id != number:
            findings.append(f"Entry {number} is missing: {entry.entry_id} follows.")
            break
        if entry.previous != previous:
            findings.append(f"Entry {number} does not follow the one before it.")
        if link(as_row(entry)) != entry.hash:
            findings.append(f"Entry {number} was changed after it was written.")
        findings += _person_findings(entry)
        previous = entry.hash
    return findings


def _person_findings(entry: Entry) -> list[str]:
    if entry.learner is None or entry.salt is None:
        return []
    if commitment(entry.salt, entry.learner, canonical(entry.work)) != entry.commitment:
        return [f"Entry {entry.entry_id}: learner or answers were changed after it was written."]
    return []


def _loose_findings(gradebook: Gradebook) -> list[str]:
    """Names and answers whose entry is gone."""
    numbers = select(PEOPLE.c.entry_id).where(PEOPLE.c.entry_id.not_in(select(ENTRIES.c.entry_id)))
    return [
        f"Entry {number} is missing, and its learner and answers are still there."
        for number in gradebook.db.execute(numbers.order_by(PEOPLE.c.entry_id)).scalars()
    ]


def _gradebook_findings(gradebook: Gradebook, chain: list[Entry]) -> list[str]:
    """Marks of the gradebook that no entry gave. Points by hand are not the ledger's business."""
    in_force = {(e.assignment, e.learner): e for e in chain if e.learner is not None}
    findings = []
    for assignment in gradebook.assignments:
        for submission in gradebook.assignment_submissions(assignment.name):
            grades = [g for book in submission.notebooks for g in book.grades]
            automatic = [g for g in grades if g.auto_score is not None]
            place = f"{assignment.name}, {submission.student_id}"
            entry = in_force.get((assignment.name, submission.student_id))
            if not automatic and entry is None:
                continue
            points = sum(g.auto_score for g in automatic)
            if entry is None:
                findings.append(f"{place}: the gradebook has marks and the ledger has none.")
            elif abs(points - entry.points) > NEAR:
                findings.append(
                    f"{place}: {points:g} points in the gradebook, {entry.points:g} in the ledger."
                )
    return findings
