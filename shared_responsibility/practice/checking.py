"""`check(...)`: judge answers at once, with the scorer that grades."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from shared_responsibility.answers import Collected
from shared_responsibility.answers.accounts import rehearse
from shared_responsibility.answers.functions import run_cases
from shared_responsibility.answers.handing_in import collect_work, must_exist
from shared_responsibility.errors import CourseError, in_words, unknown
from shared_responsibility.exercises import CodeExercise, code_exercise, is_code_exercise
from shared_responsibility.feedback import as_html, as_text, summary
from shared_responsibility.items import form, load_items
from shared_responsibility.keys import check_keys, key_of
from shared_responsibility.practice.progress import keep
from shared_responsibility.scoring import (
    FormResult,
    ItemKey,
    ItemResult,
    Verdict,
    as_written,
    score_item,
)
from shared_responsibility.tables import has_answers
from shared_responsibility.templates import SEPARATOR, drawn
from shared_responsibility.vocabulary import ExerciseKind

OPEN_SEED = "open"
BY_HAND = "{exercise!r} is graded by a person, by the rubric in the notebook, after you hand in."
NO_KEY = "The answers are not on this machine, so this is judged after you hand in."
WAITING = "Nothing to check yet: replace the None of at least one item, then run the cell again."


class Checked:
    """The result of a check, with an explanation for every answer if one is wanted."""

    def __init__(self, result: FormResult, waiting: int, *, explained: bool = True) -> None:
        self.result, self.waiting, self.explained = result, waiting, explained

    def __repr__(self) -> str:
        told = as_text(self.result, with_points=False) if self.explained else self._counted()
        return told + self._still_waiting()

    def _repr_html_(self) -> str:
        told = as_html(self.result, with_points=False) if self.explained else self._counted()
        return f"{told}<p>{self._still_waiting()}</p>"

    def _counted(self) -> str:
        return " ".join([summary(self.result, with_points=False), *self.result.remarks])

    def _still_waiting(self) -> str:
        return f"\nStill without an answer: {self.waiting}." if self.waiting else ""


def check(
    answers: Mapping[str, object] | str, *, explain: bool = True, record: bool = True
) -> Checked | None:
    """Judge a dictionary of item id to answer, and explain each one. Items left `None` wait.

    The name of an exercise, such as `"clean-statements"`, judges what the variables of that
    exercise hold in the notebook. Ids of drawn items, `template~seed`, are judged too. With
    `explain=False` only the number of right answers is told. Answers go into the learner's record
    (`practice.progress`), except with `record=False`, as for a worked example that somebody else
    has filled in.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        print("check() is for practice; it does nothing while a notebook is graded.")
        return None
    if isinstance(answers, str):
        must_exist(answers)
        cells = sys._getframe(1).f_globals
        if is_code_exercise(answers):
            return _check_work(code_exercise(answers), cells, explain=explain)
        answers = _answers_in(answers, cells)
    if not has_answers():
        print(NO_KEY)
        return None
    if not isinstance(answers, Mapping):
        raise CourseError(
            "check() takes the dictionary of your answers, or the name of an exercise in quotes."
        )
    keys = {item_id: _key(item_id) for item_id in answers}
    given = {item_id: answer for item_id, answer in answers.items() if as_written(answer)}
    if not given:
        print(WAITING)
        return None
    scored = [score_item(keys[item_id], given[item_id], 1.0) for item_id in given]
    # A slip of the pen must not spend the question: it is named, and nothing is given away.
    legal = tuple(item for item in scored if item.verdict is not Verdict.ILLEGAL)
    slips = tuple(_slip(item) for item in scored if item.verdict is Verdict.ILLEGAL)
    if record:
        keep(legal)
    waiting = len(answers) - len(legal)
    return Checked(FormResult(legal, slips), waiting, explained=explain)


def _answers_in(exercise: str, cells: Mapping[str, Any]) -> Any:
    """What the variable of a form holds. Raises `CourseError` where there is none."""
    name = form(exercise).variable
    if name not in cells:
        raise CourseError(f"There is no variable {name!r} yet: run the cell with your answers.")
    return cells[name]


def _check_work(asked: CodeExercise, cells: Mapping[str, Any], *, explain: bool) -> Checked | None:
    """Judge what code made, with the judge that grades; nothing where that cannot be done here."""
    if asked.kind is ExerciseKind.MANUAL:
        print(BY_HAND.format(exercise=asked.exercise))
        return None
    # Judges are not in sight where a notebook is graded, and this module must load there.
    from shared_responsibility.judges import judge_of, judged

    expected = judge_of(asked.assignment, asked.exercise).expected(OPEN_SEED)
    found, data = _work(asked, cells, expected)
    if not data:
        print(" ".join([found.told, *found.problems]))
        return None
    result = judged(asked.assignment, asked.exercise, check_keys(asked), data, expected)
    return Checked(result.with_remarks(*found.problems), 0, explained=explain)


def _work(
    asked: CodeExercise, cells: Mapping[str, Any], expected: Any
) -> tuple[Collected, dict[str, Any]]:
    """What was collected, and the data for the judge: functions run on cases and accounts anew."""
    if asked.kind is ExerciseKind.ACCOUNT and all(name in cells for name in asked.variables):
        return rehearse(asked, cells, OPEN_SEED)
    found = collect_work(asked, cells)
    if "outputs" in found.data:
        outputs = run_cases(cells[asked.variable], expected["inputs"])
        return found, {"outputs": outputs}
    return found, found.data


def _slip(item: ItemResult) -> str:
    allowed = in_words([repr(label) for label in item.key.labels], "or")
    return (
        f"{item.key.item_id}: {item.response!r} is not an answer here, so it is not judged yet. "
        f"Allowed: {allowed}; several with a comma between, where the question asks for several."
    )


def _key(item_id: str) -> ItemKey:
    """The key of an item of the bank, or of one drawn from a template."""
    if SEPARATOR in str(item_id):
        return drawn(item_id).key
    bank = load_items()
    if item_id not in bank:
        raise unknown("item", item_id, bank)
    return key_of(bank[item_id])
