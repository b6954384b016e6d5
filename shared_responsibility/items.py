"""The item bank: questions as data, and the forms that put them in order. Knows no key."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from shared_responsibility.errors import unknown
from shared_responsibility.tables import data_directory, load_table
from shared_responsibility.vocabulary import LEGAL_LABELS, Grain, ItemKind, Part, in_plain_words

HOW_TO_ANSWER = {
    ItemKind.OWNER_REASON: 'owner and reason, such as "{owner}, {reason}"',
    ItemKind.MULTI: 'every letter that holds, such as "{first}, {second}"',
    ItemKind.ORDER: 'all letters in order, such as "{all}"',
    ItemKind.EVIDENCE: 'every line that proves it, such as "{first}, {second}"',
}
"""What to say of the kinds that take more than one word."""


@dataclass(frozen=True)
class CellRef:
    """A cell of the matrix that an item asks about."""

    service_id: str
    domain_id: str
    variant_id: str


@dataclass(frozen=True)
class Item:
    """One question. `parts` maps each part of an answer to its options and their words."""

    item_id: str
    version: int
    status: str
    kind: ItemKind
    grain: Grain
    prompt: str
    hint: str
    parts: dict[str, dict[str, str]]
    cells: tuple[CellRef, ...]
    model_id: str
    domain_id: str
    control_id: str
    objective: str
    exposure: str
    tempting: str
    scheme: str
    dossier_id: str
    source_id: str

    @property
    def labels(self) -> dict[str, str]:
        """Every option of every part, with its words."""
        return {option: text for part in self.parts.values() for option, text in part.items()}

    @property
    def written(self) -> dict[str, str]:
        """The options that a prompt has to spell out: labels explain themselves."""
        if self.kind is ItemKind.EVIDENCE:
            return {}
        own = (text for part, text in self.parts.items() if part != Part.OWNER)
        return {option: text for options in own for option, text in options.items()}

    @property
    def owner_is_derived(self) -> bool:
        """Whether the facts, not a written key, say which owner or class is right."""
        return Part.OWNER in self.parts and self.grain is not Grain.TASK

    @property
    def how_to_answer(self) -> str:
        """The form of an answer in words, where one word is not enough."""
        told = HOW_TO_ANSWER.get(self.kind)
        if told is None:
            return ""
        letters = list(self.written or self.labels)
        return told.format(
            owner=next(iter(self.labels)),
            reason=letters[-1],
            first=letters[0],
            second=letters[-1],
            all=", ".join(letters),
        )


@dataclass(frozen=True)
class Entry:
    """An item in its place on a form."""

    item: Item
    points: float


@dataclass(frozen=True)
class Form:
    """One exercise: an ordered set of items. Its answers are the variable `variable`."""

    assignment: str
    exercise: str
    entries: tuple[Entry, ...] = field(repr=False)

    @property
    def variable(self) -> str:
        return self.exercise.replace("-", "_")

    @property
    def points(self) -> float:
        return sum(entry.points for entry in self.entries)


def load_items() -> dict[str, Item]:
    """Every item of the bank, by id."""
    return dict(_items(data_directory()))


@cache
def _items(directory: Path) -> dict[str, Item]:
    options = _by_item("options", "part")
    lines = _lines_of_dossiers()
    cells = _by_item("item_cells", "position")
    bank: dict[str, Item] = {}
    for row in load_table("items").to_dict("records"):
        bank[row["item_id"]] = Item(
            parts=lines.get(row["dossier_id"]) or _parts(row, options.get(row["item_id"], [])),
            cells=_cells(row, cells.get(row["item_id"], [])),
            kind=ItemKind(row["kind"]),
            grain=Grain(row["grain"]),
            **{
                name: row[name]
                for name in (
                    "item_id version status prompt hint model_id domain_id control_id objective "
                    "exposure tempting scheme dossier_id source_id"
                ).split()
            },
        )
    return bank


def _by_item(table: str, order: str) -> dict[str, list[dict[Any, Any]]]:
    rows: dict[str, list[dict[Any, Any]]] = {}
    for row in load_table(table).sort_values(order, kind="stable").to_dict("records"):
        rows.setdefault(row["item_id"], []).append(row)
    return rows


def _lines_of_dossiers() -> dict[str, dict[str, dict[str, str]]]:
    """The lines of each dossier as the options of an answer."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in load_table("dossier_lines").to_dict("records"):
        lines = found.setdefault(row["dossier_id"], {Part.ANSWER: {}})
        lines[Part.ANSWER][row["line"]] = row["text"]
    return found


def _parts(row: dict[Any, Any], written: list[dict[Any, Any]]) -> dict[str, dict[str, str]]:
    """The options of each part; where none are written, the grain names the owners."""
    parts: dict[str, dict[str, str]] = {}
    if row["kind"] in (ItemKind.MATRIX_CELL, ItemKind.OWNER_REASON) or not written:
        labels = LEGAL_LABELS[Grain(row["grain"])]
        parts[Part.OWNER] = {str(label): in_plain_words(label) for label in labels}
    for option in written:
        parts.setdefault(option["part"], {})[option["option_id"]] = option["text"]
    return parts


def _cells(row: dict[Any, Any], listed: list[dict[Any, Any]]) -> tuple[CellRef, ...]:
    rows = listed or ([row] if row["service_id"] and row["domain_id"] else [])
    return tuple(CellRef(r["service_id"], r["domain_id"], r["variant_id"]) for r in rows)


def form(exercise: str) -> Form:
    """The form with this slug. Raises `CourseError` with the nearest slugs."""
    rows = load_table("forms")
    found = rows[rows["exercise"] == exercise].sort_values("position")
    if found.empty:
        raise unknown("exercise", exercise, rows["exercise"])
    bank = load_items()
    return Form(
        assignment=str(found["assignment"].iloc[0]),
        exercise=exercise,
        entries=tuple(
            Entry(bank[item_id], float(points))
            for item_id, points in zip(found["item_id"], found["points"], strict=True)
        ),
    )


def is_form(exercise: str) -> bool:
    """Whether there is a form with this slug."""
    return exercise in set(load_table("forms")["exercise"])


def forms_of(assignment: str) -> list[Form]:
    """The forms of an assignment or lesson, in the order of the table's exercises."""
    rows = load_table("forms")
    found = rows[rows["assignment"] == assignment]
    if found.empty:
        raise unknown("assignment", assignment, rows["assignment"])
    return [form(exercise) for exercise in found["exercise"].drop_duplicates()]


class Questions:
    """The prompts of a form, shown as a numbered list."""

    def __init__(self, asked: Form) -> None:
        self.form = asked

    def __repr__(self) -> str:
        return "\n".join(
            f"{number}. {entry.item.item_id}: {entry.item.prompt}"
            + "".join(f"\n   {key}: {text}" for key, text in _choices(entry.item).items())
            for number, entry in enumerate(self.form.entries, 1)
        )

    def _repr_html_(self) -> str:
        questions = "".join(
            f"<li><code>{entry.item.item_id}</code><br>{html.escape(entry.item.prompt)}"
            f"{_choices_html(entry.item)}</li>"
            for entry in self.form.entries
        )
        return f"<ol>{questions}</ol>"


def questions(exercise: str) -> Questions:
    """The questions of an exercise, to read in a notebook."""
    return Questions(form(exercise))


def _choices(item: Item) -> dict[str, str]:
    """What is written out below a prompt: labels explain themselves, options do not."""
    told = {}
    if Part.OWNER in item.parts:
        told["owner" if item.written else "answer"] = " or ".join(
            f'"{label}"' for label in item.parts[Part.OWNER]
        )
    told |= {f'"{option}"': text for option, text in item.written.items()}
    if item.how_to_answer:
        told["answer"] = item.how_to_answer
    elif item.written:
        last = next(reversed(item.written))
        told["answer"] = f'one {"letter" if len(last) == 1 else "word"}, such as "{last}"'
    return told


def _choices_html(item: Item) -> str:
    lines = "".join(
        f"<li><code>{html.escape(key, quote=False)}</code> {html.escape(text, quote=False)}</li>"
        if key.startswith('"')
        else f"<li>{key}: <code>{html.escape(text, quote=False)}</code></li>"
        if text.startswith('"')
        else f"<li>{key}: {html.escape(text, quote=False)}</li>"
        for key, text in _choices(item).items()
    )
    return f"<ul>{lines}</ul>"
