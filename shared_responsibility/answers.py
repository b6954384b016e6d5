"""What a learner hands in: the check of its form, and the format it travels in. Knows no key."""

from __future__ import annotations

import ast
import html
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared_responsibility.errors import in_words, nearest
from shared_responsibility.items import Form, Item, form
from shared_responsibility.scoring import as_written, is_complete, words_of

ANSWERS_MIME = "application/vnd.shared-responsibility.answers+json"
WIRE_FORMAT = 1
LONGEST_LABEL = 200
LONGEST_WIRE = 100_000


@dataclass(frozen=True)
class Sheet:
    """The answers of one exercise as they travel: item id to one line, `None` for no answer."""

    exercise: str
    answers: dict[str, str | None]
    twice: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON: `{"format", "exercise", "answers", "twice"}`."""
        return {
            "format": WIRE_FORMAT,
            "exercise": self.exercise,
            "answers": self.answers,
            "twice": list(self.twice),
        }


def read_sheet(data: object, exercise: str) -> Sheet:
    """The sheet in an output of a learner's notebook, taken as data and trusted for nothing else.

    Raises `ValueError` saying what is wrong with its shape or size.
    """
    if not isinstance(data, Mapping) or data.get("format") != WIRE_FORMAT:
        raise ValueError("the answers are not in a format that this version reads")
    if _size(data) > LONGEST_WIRE:
        raise ValueError("the answers are far larger than the exercise allows")
    if data.get("exercise") != exercise:
        raise ValueError("the answers belong to another exercise")
    answers = data.get("answers")
    if not isinstance(answers, Mapping):
        raise ValueError("the answers are not a dictionary")
    for item_id, label in answers.items():
        if not isinstance(item_id, str) or not (label is None or isinstance(label, str)):
            raise ValueError("an answer is not a piece of text")
    twice = data.get("twice")
    named = [str(one)[:LONGEST_LABEL] for one in twice] if isinstance(twice, list) else []
    return Sheet(exercise, dict(answers), tuple(named))


def _size(data: Mapping[str, Any]) -> int:
    """How long the data is as text; what nests without end has no length."""
    try:
        return len(json.dumps(data, default=str))
    except RecursionError:
        return LONGEST_WIRE + 1


def form_problems(asked: Form, sheet: Sheet) -> list[str]:
    """What is wrong with the form of the answers, one sentence each; right or wrong is not said."""
    items = {entry.item.item_id: entry.item for entry in asked.entries}
    problems = []
    missing = [item_id for item_id in items if _is_blank(sheet.answers.get(item_id))]
    if missing:
        problems.append(f"Without an answer: {in_words(missing, 'and')}.")
    for item_id, item in items.items():
        written = sheet.answers.get(item_id)
        if written is not None and not _is_blank(written) and not _counts(item, written):
            problems.append(_not_an_answer(item, written))
    for stray in sheet.answers:
        if stray not in items:
            close = in_words(nearest(stray, items, 1), "or")
            advice = f" Did you mean {close}?" if close else ""
            problems.append(f"{stray!r} is not an item of this exercise.{advice}")
    problems += [f"{item_id!r} is answered twice; the last one counts." for item_id in sheet.twice]
    return problems


def _is_blank(label: str | None) -> bool:
    return label is None or not label.strip()


def _counts(item: Item, written: str) -> bool:
    """Whether an answer has the form of one, right or wrong."""
    parts = {part: list(options) for part, options in item.parts.items()}
    return is_complete(item.kind, words_of(written, item.labels), parts)


def _not_an_answer(item: Item, written: str) -> str:
    words = words_of(written, item.labels)
    foreign = [word for word in words if word not in item.labels]
    close = nearest(foreign[0], item.labels, 1) if foreign else []
    advice = f", did you mean {close[0]!r}?" if close else "."
    allowed = in_words([repr(word) for word in item.labels], "or")
    if item.how_to_answer:
        allowed = f"{allowed}; write {item.how_to_answer}"
    return f"{item.item_id}: {written!r} is not an answer here{advice} Allowed: {allowed}."


class HandIn:
    """The last value of a graded cell: a message for the learner, data for the scorer.

    Its plain text is `0.0`, so that nbgrader without our scorer reads no points.
    """

    def __init__(self, asked: Form, sheet: Sheet, problems: list[str]) -> None:
        self.form, self.sheet, self.problems = asked, sheet, problems

    @property
    def message(self) -> list[str]:
        """What the learner reads, one paragraph each."""
        total = len(self.form.entries)
        given = sum(
            _counts(entry.item, self.sheet.answers.get(entry.item.item_id) or "")
            for entry in self.form.entries
        )
        return [
            f"{given} of {total} answered with a label that counts.",
            *self.problems,
            "This checks the form only, not what is right. Nothing is submitted yet: save the "
            "notebook, then hand it in as your instructor told you. Learning alone? "
            f"Run check({self.form.variable}) in a new cell.",
        ]

    def __repr__(self) -> str:
        return "0.0"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        paragraphs = "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in self.message)
        return {
            ANSWERS_MIME: self.sheet.as_data(),
            "text/html": f'<div role="status">{paragraphs}</div>',
            "text/plain": "0.0",
        }


def hand_in(exercise: str) -> HandIn | None:
    """Collect the answers of an exercise from the variable of the same name.

    Tells the learner about the form of the answers, never whether they are right. Returns nothing
    only while nbgrader validates a complete form, so that Validate reports success.
    """
    asked = form(exercise)
    cells = sys._getframe(1).f_globals
    sheet, problems = _collect(asked, cells)
    if not problems and os.environ.get("NBGRADER_VALIDATING") == "1":
        return None
    return HandIn(asked, sheet, problems)


def _collect(asked: Form, cells: Mapping[str, Any]) -> tuple[Sheet, list[str]]:
    name = asked.variable
    if name not in cells:
        return Sheet(asked.exercise, {}), [
            f"There is no variable {name!r} yet: run the cell above, then this one again."
        ]
    given = cells[name]
    if not isinstance(given, Mapping):
        return Sheet(asked.exercise, {}), [
            f"{name!r} should be the dictionary of the cell above; "
            f"it is of type {type(given).__name__}."
        ]
    answers = {
        str(item_id)[:LONGEST_LABEL]: None if answer is None else as_written(answer)
        for item_id, answer in list(given.items())[: 4 * len(asked.entries)]
    }
    sheet = Sheet(asked.exercise, answers, _written_twice(name, cells.get("_ih", ())))
    return sheet, form_problems(asked, sheet)


def _written_twice(name: str, history: Iterable[object]) -> tuple[str, ...]:
    """Keys that stand twice in the last dictionary assigned to `name`; Python keeps only one."""
    twice: list[str] = []
    for source in history:
        try:
            statements = ast.parse(str(source)).body
        except (SyntaxError, ValueError):
            continue
        for statement in statements:
            if not (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict)):
                continue
            if any(isinstance(t, ast.Name) and t.id == name for t in statement.targets):
                keys = [str(k.value) for k in statement.value.keys if isinstance(k, ast.Constant)]
                twice = sorted({key for key in keys if keys.count(key) > 1})
    return tuple(twice)
