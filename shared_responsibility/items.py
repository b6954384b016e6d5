"""The item bank: questions as data, and the forms that put them in order. Knows no key."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from shared_responsibility.errors import unknown
from shared_responsibility.tables import data_directory, load_table
from shared_responsibility.vocabulary import LEGAL_LABELS, Grain, ItemKind, in_plain_words


@dataclass(frozen=True)
class CellRef:
    """A cell of the matrix that an item asks about."""

    service_id: str
    domain_id: str
    variant_id: str


@dataclass(frozen=True)
class Item:
    """One question. `labels` maps every legal answer to the words a learner reads."""

    item_id: str
    version: int
    status: str
    kind: ItemKind
    grain: Grain
    prompt: str
    hint: str
    labels: dict[str, str]
    cells: tuple[CellRef, ...]
    model_id: str
    domain_id: str
    control_id: str
    objective: str
    exposure: str
    source_id: str

    @property
    def part(self) -> str:
        """The part of the item that an answer fills."""
        return "answer" if self.kind is ItemKind.SINGLE else "owner"


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
    options = load_table("options")
    cells = load_table("item_cells").sort_values(["item_id", "position"])
    bank: dict[str, Item] = {}
    for row in load_table("items").to_dict("records"):
        written = options[options["item_id"] == row["item_id"]]
        listed = cells[cells["item_id"] == row["item_id"]]
        bank[row["item_id"]] = Item(
            labels=_labels(row, dict(zip(written["option_id"], written["text"], strict=True))),
            cells=_cells(row, listed.to_dict("records")),
            kind=ItemKind(row["kind"]),
            grain=Grain(row["grain"]),
            **{
                name: row[name]
                for name in (
                    "item_id version status prompt hint model_id domain_id control_id objective "
                    "exposure source_id"
                ).split()
            },
        )
    return bank


def _labels(row: dict[Any, Any], written: dict[str, str]) -> dict[str, str]:
    if row["kind"] == ItemKind.SINGLE:
        return written
    return {str(label): in_plain_words(label) for label in LEGAL_LABELS[Grain(row["grain"])]}


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
    if item.kind is ItemKind.SINGLE:
        return {f'"{key}"': text for key, text in item.labels.items()}
    return {"answer": " or ".join(f'"{label}"' for label in item.labels)}


def _choices_html(item: Item) -> str:
    lines = "".join(
        f"<li><code>{html.escape(key, quote=False)}</code> {html.escape(text, quote=False)}</li>"
        if item.kind is ItemKind.SINGLE
        else f"<li>{key}: <code>{html.escape(text, quote=False)}</code></li>"
        for key, text in _choices(item).items()
    )
    return f"<ul>{lines}</ul>"
