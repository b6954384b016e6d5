"""`srm regrade`: mark stored answers again with today's key, without running anything again."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from nbgrader.api import Gradebook

from shared_responsibility import __version__
from shared_responsibility.errors import CourseError, unknown
from shared_responsibility.feedback import in_points
from shared_responsibility.grading.ledger import store
from shared_responsibility.grading.manifest import (
    Exercise,
    Manifest,
    describe_release,
    read_manifest,
    write_manifest,
)
from shared_responsibility.grading.marking import Marked, mark, work_of


class Policy(StrEnum):
    """`exact`: the new mark counts. `never-lower`: a learner whose mark would fall keeps it."""

    EXACT = "exact"
    NEVER_LOWER = "never-lower"


@dataclass(frozen=True)
class Change:
    """What regrading does to one learner."""

    learner: str
    before: float
    after: float
    kept: bool
    entry_id: int
    """The entry whose answers were marked again."""
    marked: tuple[Marked, ...] = field(repr=False)
    account: object = field(repr=False, default=None)

    @property
    def moves(self) -> bool:
        """Whether the mark changes."""
        return not self.kept and abs(self.after - self.before) > 1e-9


@dataclass(frozen=True)
class Plan:
    """What would be written: a new record of the release, and the marks that come of it."""

    manifest: Manifest
    changes: tuple[Change, ...]
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        """Who goes up and who goes down, one line each, then how many stay."""
        lines = list(self.notes)
        moving = sorted((c for c in self.changes if c.moves), key=lambda c: c.after - c.before)
        for change in moving:
            sign = "up" if change.after > change.before else "down"
            lines.append(
                f"{sign:>4}  {change.learner}: {in_points(change.before)} -> "
                f"{in_points(change.after)}"
            )
        kept = sum(change.kept for change in self.changes)
        if kept:
            lines.append(f"{kept} would fall and keep their mark.")
        lines.append(f"{len(self.changes) - len(moving) - kept} stay as they are.")
        return lines


def plan(
    course: Path,
    db_url: str,
    assignment: str,
    *,
    policy: Policy = Policy.EXACT,
    drop: Sequence[str] = (),
) -> Plan:
    """Mark the stored answers of a class with the key of today; writes nothing.

    Raises `CourseError` where nothing is stored, or where a dropped item is not in the release.
    """
    old = read_manifest(course, assignment)
    new, notes = _new_manifest(old, drop)
    with Gradebook(db_url) as gradebook:
        store.create_tables(gradebook.engine)
        in_force = store.latest(gradebook.db, assignment)
    if not in_force:
        raise CourseError(f"The ledger holds no answers to {assignment!r}. First grade it.")
    changes = tuple(_change(new, entry, policy) for _, entry in sorted(in_force.items()))
    return Plan(new, changes, tuple(notes))


def apply(course: Path, db_url: str, made: Plan, *, why: str) -> int:
    """Write a plan: the record first, then gradebook and ledger in one transaction.

    Returns how many learners got a new entry. Stopped before the end, the marks are the old ones.
    """
    with Gradebook(db_url) as gradebook:
        store.create_tables(gradebook.engine)
        store.lock(gradebook.db)
        _must_be_in_force(gradebook, made)
        name = write_manifest(course, made.manifest).stem
        written = [change for change in made.changes if not change.kept]
        for change in written:
            _set_marks(gradebook, made.manifest.assignment, change)
            store.append(gradebook.db, _grading(made.manifest.assignment, name, change, why))
        gradebook.db.commit()
    return len(written)


def _must_be_in_force(gradebook: Gradebook, made: Plan) -> None:
    """A plan may lie before a person for minutes, and a learner be graded anew meanwhile."""
    now = store.latest(gradebook.db, made.manifest.assignment)
    seen = {change.learner: change.entry_id for change in made.changes}
    moved = sorted(name for name, entry in now.items() if seen.get(name) != entry.entry_id)
    if moved:
        gradebook.db.rollback()
        raise CourseError(
            f"Nothing was changed: {', '.join(moved[:5])} was graded since this was shown. "
            "Run srm regrade again."
        )


def _new_manifest(old: Manifest, drop: Sequence[str]) -> tuple[Manifest, list[str]]:
    """The release of the old record with the key of today, and with what was withdrawn."""
    today = describe_release(old.assignment, old.release, old.seed)
    known = {key.item_id for one in old.exercises for key, _ in one.keys}
    for item_id in drop:
        if item_id not in known:
            raise unknown("item", item_id, known)
    before = {one.exercise: one for one in old.exercises}
    notes: list[str] = []
    exercises = tuple(_settled(one, before[one.exercise], drop, notes) for one in today.exercises)
    return replace(today, exercises=exercises), notes


def _settled(new: Exercise, old: Exercise, drop: Sequence[str], notes: list[str]) -> Exercise:
    """Outputs were given to the cases of the release, so other cases cannot judge them."""
    own = {key.item_id for key, _ in new.keys}
    dropped = tuple(sorted({*old.dropped, *(item for item in drop if item in own)}))
    if old.inputs is not None and old.inputs != new.inputs:
        notes.append(f"{new.exercise}: the cases of the release are kept, and what was right then.")
        new = replace(new, expected=old.expected)
    return replace(new, dropped=dropped)


def _change(manifest: Manifest, entry: store.Entry, policy: Policy) -> Change:
    assert entry.learner is not None
    if entry.work is None:
        raise CourseError(
            f"Entry {entry.entry_id} of the ledger was damaged: the answers of {entry.learner!r} "
            "cannot be read. Run: srm audit"
        )
    account = entry.work.get("account")
    marked = tuple(_marked(manifest, one, entry.work, account) for one in manifest.exercises)
    after = sum(one.result.points for one in marked)
    kept = policy is Policy.NEVER_LOWER and after < entry.points
    return Change(entry.learner, entry.points, after, kept, entry.entry_id, marked, account)


def _marked(
    manifest: Manifest, exercise: Exercise, work: store.Work, account: dict[str, object] | None
) -> Marked:
    stored = work["exercises"].get(exercise.exercise, {"sent": None, "result": {"remarks": []}})
    # The last one: what was withdrawn is told before it, and is told anew.
    remark = next(reversed(stored["result"]["remarks"]), "")
    result = mark(manifest, exercise, stored["sent"], remark, account)
    return Marked(exercise, result, stored["sent"])


def _set_marks(gradebook: Gradebook, assignment: str, change: Change) -> None:
    for one in change.marked:
        grade = gradebook.find_grade(one.exercise.grade_id, assignment, assignment, change.learner)
        grade.auto_score = float(one.result.points)


def _grading(assignment: str, manifest: str, change: Change, why: str) -> store.Grading:
    account = change.account if isinstance(change.account, dict) else None
    return store.Grading(
        learner=change.learner,
        assignment=assignment,
        manifest=manifest,
        points=change.after,
        max_points=sum(one.result.max_points for one in change.marked),
        work=work_of(change.marked, account),
        action="regrade",
        package_version=__version__,
        grader=getpass.getuser(),
        reason=why,
    )
