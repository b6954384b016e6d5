"""Exercises answered with code or in prose: what is handed in, and what is judged. Knows no key."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared_responsibility.errors import unknown
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import ExerciseKind


@dataclass(frozen=True)
class Check:
    """One thing that is judged in an exercise, and what it is worth."""

    check_id: str
    version: int
    points: float
    misconception_id: str
    criterion: str
    explanation: str
    rule: str
    source_id: str


@dataclass(frozen=True)
class CodeExercise:
    """One exercise that is answered with code, or in prose (`manual`).

    `variables` are the names that the learner defines; `shape` are the columns of a table, the
    names of values or the parameters of a function.
    """

    assignment: str
    exercise: str
    kind: ExerciseKind
    variables: tuple[str, ...]
    shape: tuple[str, ...]
    checks: tuple[Check, ...] = field(repr=False)

    @property
    def variable(self) -> str:
        """The first name that the learner defines."""
        return self.variables[0] if self.variables else ""

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks)


def is_code_exercise(slug: str) -> bool:
    """Whether an exercise is answered with code or in prose, not item by item."""
    return slug in set(load_table("exercises")["exercise"])


def code_exercise(slug: str) -> CodeExercise:
    """The exercise with this slug. Raises `CourseError` with the nearest slugs."""
    table = load_table("exercises")
    found = table[table["exercise"] == slug]
    if found.empty:
        raise unknown("exercise", slug, table["exercise"])
    row = found.iloc[0]
    return CodeExercise(
        assignment=str(row["assignment"]),
        exercise=slug,
        kind=ExerciseKind(row["kind"]),
        variables=tuple(str(row["variables"]).split()),
        shape=tuple(str(row["shape"]).split()),
        checks=_checks(slug),
    )


def code_exercises_of(assignment: str) -> list[CodeExercise]:
    """The exercises of an assignment that are answered with code or in prose, in order."""
    table = load_table("exercises").sort_values("position", kind="stable")
    return [code_exercise(slug) for slug in table[table["assignment"] == assignment]["exercise"]]


def _checks(slug: str) -> tuple[Check, ...]:
    table = load_table("checks")
    rows = table[table["exercise"] == slug].sort_values("position", kind="stable")
    return tuple(
        Check(
            check_id=row["check_id"],
            version=int(row["version"]),
            points=float(row["points"]),
            **{
                name: row[name]
                for name in "misconception_id criterion explanation rule source_id".split()
            },
        )
        for row in rows.to_dict("records")
    )
