"""`hand_in(...)`: the last call of every exercise."""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from shared_responsibility.answers import forms
from shared_responsibility.answers.wire import ANSWERS_MIME, Collected, Sheet, Work
from shared_responsibility.errors import unknown
from shared_responsibility.exercises import CodeExercise, code_exercise, is_code_exercise
from shared_responsibility.items import form, is_form
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import ExerciseKind

COLLECTORS = {
    ExerciseKind.TABLE: "frames",
    ExerciseKind.VALUES: "values",
    ExerciseKind.CHART: "charts",
    ExerciseKind.FUNCTION: "functions",
    ExerciseKind.ACCOUNT: "accounts",
}
BY_HAND = "{exercise!r} is graded by a person: write your text in its own cell."
CLOSING = (
    "This checks the form only, not what is right. Nothing is submitted yet: save the "
    "notebook, then hand it in as your instructor told you. Learning alone? "
    "Run {how} in a new cell."
)


class HandIn:
    """The last value of a graded cell: a message for the learner, data for the scorer.

    Its plain text is `0.0`, so that nbgrader without our scorer reads no points.
    """

    def __init__(self, sent: Sheet | Work, told: str, problems: list[str], how: str) -> None:
        self.sent, self.told, self.problems, self.how = sent, told, problems, how

    @property
    def message(self) -> list[str]:
        """What the learner reads, one paragraph each."""
        return [self.told, *self.problems, CLOSING.format(how=self.how)]

    def __repr__(self) -> str:
        return "0.0"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        paragraphs = "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in self.message)
        return {
            ANSWERS_MIME: self.sent.as_data(),
            "text/html": f'<div role="status">{paragraphs}</div>',
            "text/plain": "0.0",
        }


def hand_in(exercise: str) -> HandIn | None:
    """Collect what was done in an exercise from the variables that it names.

    Tells the learner about the form of the answers, never whether they are right. Returns nothing
    only while nbgrader validates a complete form, so that Validate reports success.
    """
    cells = sys._getframe(1).f_globals
    made = _collected(exercise, cells)
    if not made.problems and os.environ.get("NBGRADER_VALIDATING") == "1":
        return None
    return made


def _collected(exercise: str, cells: Mapping[str, Any]) -> HandIn:
    must_exist(exercise)
    if is_code_exercise(exercise):
        asked = code_exercise(exercise)
        found = collect_work(asked, cells)
        how = f'check("{exercise}")'
        return HandIn(Work(exercise, found.data), found.told, found.problems, how)
    questions = form(exercise)
    sheet, problems = forms.collect(questions, cells)
    how = f"check({questions.variable})"
    return HandIn(sheet, forms.told(questions, sheet), problems, how)


def must_exist(exercise: str) -> None:
    """Raises `CourseError` with the nearest slugs where no exercise has this one."""
    if not (is_form(exercise) or is_code_exercise(exercise)):
        known = [*load_table("forms")["exercise"], *load_table("exercises")["exercise"]]
        raise unknown("exercise", exercise, known)


def collect_work(asked: CodeExercise, cells: Mapping[str, Any]) -> Collected:
    """What a learner's variables hold for an exercise answered with code, as plain data."""
    if asked.kind is ExerciseKind.MANUAL:
        return Collected({}, BY_HAND.format(exercise=asked.exercise))
    absent = [name for name in asked.variables if name not in cells]
    if absent:
        return Collected({}, "There is nothing to hand in yet.", [_absent(absent[0])])
    if all(cells[name] is None for name in asked.variables):
        return Collected({}, "There is nothing to hand in yet.", [_untouched(asked.variables[0])])
    module = import_module(f"shared_responsibility.answers.{COLLECTORS[asked.kind]}")
    collect: Callable[[CodeExercise, Mapping[str, Any]], Collected] = module.collect
    try:
        return collect(asked, cells)
    except Exception as problem:
        # Objects of a learner may raise anything when they are read.
        why = f"Reading {asked.variables[0]!r} failed with {type(problem).__name__[:40]}."
        return Collected({}, "Nothing could be handed in.", [why])


def _absent(name: str) -> str:
    return f"There is no variable {name!r} yet: run the cell above, then this one again."


def _untouched(name: str) -> str:
    return f"{name!r} is still None: write your code in the cell above and run it."
