"""`check(...)`: judge answers at once, with the scorer that grades."""

from __future__ import annotations

import os
from collections.abc import Mapping

from shared_responsibility.errors import CourseError, in_words, unknown
from shared_responsibility.feedback import as_html, as_text, summary
from shared_responsibility.items import load_items
from shared_responsibility.keys import key_of
from shared_responsibility.practice.progress import keep
from shared_responsibility.scoring import (
    FormResult,
    ItemKey,
    ItemResult,
    Verdict,
    as_written,
    score_form,
)
from shared_responsibility.tables import has_answers
from shared_responsibility.templates import SEPARATOR, drawn

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
    answers: Mapping[str, object], *, explain: bool = True, record: bool = True
) -> Checked | None:
    """Judge a dictionary of item id to answer, and explain each one. Items left `None` wait.

    Ids of drawn items, `template~seed`, are judged too. With `explain=False` only the number of
    right answers is told. Answers go into the learner's record (`practice.progress`), except with
    `record=False`, as for a worked example that somebody else has filled in.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde" or not has_answers():
        print("check() is for practice; it does nothing while a notebook is graded.")
        return None
    if not isinstance(answers, Mapping):
        raise CourseError("check() takes the dictionary of your answers, for example check(tasks).")
    keys = {item_id: _key(item_id) for item_id in answers}
    given = {item_id: answer for item_id, answer in answers.items() if as_written(answer)}
    if not given:
        print(WAITING)
        return None
    judged = score_form([(keys[item_id], 1.0) for item_id in given], given).items
    # A slip of the pen must not spend the question: it is named, and nothing is given away.
    legal = tuple(item for item in judged if item.verdict is not Verdict.ILLEGAL)
    slips = tuple(_slip(item) for item in judged if item.verdict is Verdict.ILLEGAL)
    if record:
        keep(legal)
    waiting = len(answers) - len(legal)
    return Checked(FormResult(legal, slips), waiting, explained=explain)


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
