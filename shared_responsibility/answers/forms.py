"""The answers of a form: a dictionary of item id to answer."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any

from shared_responsibility.answers.wire import LONGEST_LABEL, Sheet, storable
from shared_responsibility.errors import in_words, nearest
from shared_responsibility.items import Form, Item
from shared_responsibility.scoring import (
    CONFIDENCE,
    as_written,
    is_complete,
    without_confidence,
    words_of,
)
from shared_responsibility.vocabulary import ItemKind


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
    return is_complete(item.kind, _words(item, written)[0], parts)


def _words(item: Item, written: str) -> tuple[list[str], str]:
    return without_confidence(words_of(written, (*item.labels, *CONFIDENCE)))


def _not_an_answer(item: Item, written: str) -> str:
    words, _ = _words(item, written)
    foreign = [word for word in words if word not in item.labels]
    close = nearest(foreign[0], item.labels, 1) if foreign else []
    advice = f", did you mean {close[0]!r}?" if close else "."
    allowed = in_words([repr(word) for word in item.labels], "or")
    if item.how_to_answer:
        allowed = f"{allowed}; write {item.how_to_answer}"
    return f"{item.item_id}: {written!r} is not an answer here{advice} Allowed: {allowed}."


def told(asked: Form, sheet: Sheet) -> str:
    """How many answers have the form of one, and how many say how sure the learner is."""
    written = [(e.item, sheet.answers.get(e.item.item_id) or "") for e in asked.entries]
    given = sum(_counts(item, answer) for item, answer in written)
    line = f"{given} of {len(written)} answered with a label that counts."
    if all(item.kind is ItemKind.OWNER_REASON for item, _ in written):
        sure = sum(bool(_words(item, answer)[1]) for item, answer in written)
        line += f" {sure} of {len(written)} say how sure you are."
    return line


def collect(asked: Form, cells: Mapping[str, Any]) -> tuple[Sheet, list[str]]:
    """The answers in the variable of a form, and what is wrong with their form."""
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
        storable(str(item_id)[:LONGEST_LABEL]): None if answer is None else as_written(answer)
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
