"""The course total over the problem sets, and the record of having finished."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from shared_responsibility.exercises import code_exercises_of
from shared_responsibility.feedback import in_points
from shared_responsibility.items import forms_of
from shared_responsibility.pages import html_page
from shared_responsibility.tables import data_directory, load_table

PASS_MARK = 70.0
"""Points of 100 from which the course counts as passed: set here and nowhere else."""

WHAT_IT_IS_NOT = (
    "This page is not a certificate of AWS and no proof of identity: nobody watched who did the "
    "work. It says what points were earned in the problem sets of an open course, whose answers "
    "are open too. AWS neither made nor endorsed the course."
)


@dataclass(frozen=True)
class ProblemSet:
    """One assignment of the course and what it is worth, points given by hand included."""

    assignment: str
    title: str
    max_points: float


@dataclass(frozen=True)
class Total:
    """What one learner earned: points by assignment, `None` where nothing was handed in."""

    learner: str
    points: dict[str, float | None]

    @property
    def earned(self) -> float:
        return sum(points or 0.0 for points in self.points.values())

    @property
    def passed(self) -> bool:
        # Counted as it is shown: a sum of thirds may miss the mark by a hair.
        return round(self.earned, 2) >= PASS_MARK


def problem_sets() -> list[ProblemSet]:
    """The six sets in order; together they are worth 100 points."""
    return list(_problem_sets(data_directory()))


@cache
def _problem_sets(directory: Path) -> tuple[ProblemSet, ...]:
    rows = load_table("assignments").sort_values("position").to_dict("records")
    return tuple(
        ProblemSet(row["assignment"], row["title"], _worth(row["assignment"])) for row in rows
    )


def total(learner: str, points: Mapping[str, float | None]) -> Total:
    """The total of a learner; assignments outside the six sets do not count."""
    return Total(learner, {one.assignment: points.get(one.assignment) for one in problem_sets()})


def completion_page(made: Total, day: date, *, checked_by: str) -> str:
    """A page that the learner can keep and show; it says what was earned and what it is not."""
    sets = problem_sets()
    rows = "".join(
        f'<tr><th scope="row">{html.escape(one.title)}</th>'
        f"<td>{_told(made.points[one.assignment])} of {in_points(one.max_points)}</td></tr>"
        for one in sets
    )
    most = sum(one.max_points for one in sets)
    verdict = "passed" if made.passed else "not passed yet"
    body = (
        f"<h1>Shared Responsibility: record of {html.escape(made.learner)}</h1>"
        f"<p><strong>{in_points(made.earned)} of {in_points(most)} points: {verdict}.</strong> "
        f"The pass mark is {in_points(PASS_MARK)}.</p>"
        '<table><thead><tr><th scope="col">problem set</th><th scope="col">points</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
        f"<p>{html.escape(checked_by)} Made on {day.isoformat()}.</p>"
        f"<h2>What this is not</h2><p>{WHAT_IT_IS_NOT}</p>"
    )
    return html_page(f"Record of {made.learner}", body)


def _told(points: float | None) -> str:
    return "not handed in, 0" if points is None else in_points(points)


def _worth(assignment: str) -> float:
    known = set(load_table("forms")["assignment"])
    forms = forms_of(assignment) if assignment in known else []
    code = code_exercises_of(assignment)
    return sum(one.points for one in forms) + sum(one.points for one in code)
