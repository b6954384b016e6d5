"""A second round: for each question that was missed, another one on the same point."""

from __future__ import annotations

import html
import os
import random
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared_responsibility.errors import CourseError, unknown
from shared_responsibility.items import CellRef, Entry, Form, Item, Questions, forms_of, load_items
from shared_responsibility.keys import key_of
from shared_responsibility.practice.progress import first_attempts, progress_file, read_progress
from shared_responsibility.scoring import CONFIDENCE
from shared_responsibility.tables import data_directory, has_answers, load_table
from shared_responsibility.templates import (
    SEPARATOR,
    Drawn,
    Template,
    draw,
    drawn,
    load_templates,
)
from shared_responsibility.vocabulary import ItemKind, Pattern

SURE = CONFIDENCE[0]
SEEDS = 1_000_000
"""Seeds of drawn items have at most six digits, so that an id can be read and typed."""
TRIES = 6
"""How often one template is drawn in search of a case that fits."""
KINDS = (ItemKind.OWNER_REASON, ItemKind.SINGLE, ItemKind.MATRIX_CELL)
"""The kinds of a second question, those most like the first one in front."""
PATTERNS = (Pattern.REASON, Pattern.SETTING, Pattern.CELL, Pattern.MOVE, Pattern.MODEL)

LIST_WANTED = (
    "second_round(missed=...) takes a list of question ids, for example "
    'second_round(missed=["macie-donor-classes"]).'
)


class SecondRound(Questions):
    """The questions of a second round, with an answer sheet. `instead_of` says what for."""

    def __init__(self, asked: Form, instead_of: dict[str, str]) -> None:
        super().__init__(asked)
        self.instead_of = instead_of

    @property
    def answers(self) -> dict[str, str | None]:
        """A fresh answer sheet: every question without an answer."""
        return {entry.item.item_id: None for entry in self.form.entries}

    @property
    def sheet(self) -> str:
        """The call that judges the answers, to copy into a cell and fill in."""
        lines = "".join(f'    "{item_id}": None,\n' for item_id in self.answers)
        return f"check({{\n{lines}}})"

    def __repr__(self) -> str:
        return f"{super().__repr__()}\n\nCopy this, and fill it in:\n\n{self.sheet}"

    def _repr_html_(self) -> str:
        told = "Copy these lines into a new cell, and replace each <code>None</code>:"
        return f"{super()._repr_html_()}<p>{told}</p><pre>{html.escape(self.sheet)}</pre>"


@dataclass(frozen=True)
class Missed:
    """A question that was not fully right, and the belief that the answer showed."""

    item: Item
    misconception_id: str


@dataclass
class Spent:
    """What must not be asked any more: questions, by id, and cells as a template asks them."""

    item_ids: set[str]
    drawn_cells: set[tuple[str, tuple[CellRef, ...]]]

    def add(self, item: Item) -> None:
        self.item_ids.add(item.item_id)
        template_id, found, _ = item.item_id.partition(SEPARATOR)
        if found:
            self.drawn_cells.add((template_id, item.cells))

    def holds(self, item: Item) -> bool:
        template_id = item.item_id.partition(SEPARATOR)[0]
        return item.item_id in self.item_ids or (template_id, item.cells) in self.drawn_cells


def second_round(
    assignment: str = "classify-scenarios", *, missed: Iterable[str] | None = None
) -> SecondRound | None:
    """A new question for each one missed: of the same domain, against the same misconception.

    What was missed is read from the first attempts in the learner's own record, or given as ids
    of questions. Whatever was answered `sure` comes first. Each question is a practice item of
    the bank or is drawn from the matrix; none has been answered before, so that a call after the
    next answers gives other questions, and the same record gives the same ones.

    Returns `None`, and prints why, where there is nothing to ask. Raises `CourseError` for an
    unknown assignment or question.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde" or not has_answers():
        print("second_round() is for practice; it does nothing while a notebook is graded.")
        return None
    ids = _missed_in_record(assignment) if missed is None else _named(missed)
    if not ids:
        return None
    answered = list(read_progress()["item_id"].drop_duplicates())
    spent = _spent([*answered, *ids])
    entries, instead_of = [], {}
    for one in map(_as_missed, ids):
        found = _variant(one, spent, f"{one.item.item_id}{SEPARATOR}{len(answered)}")
        if found is None:
            print(f"No new question is left on the point of {one.item.item_id}.")
            continue
        spent.add(found)
        entries.append(Entry(found, 1.0))
        instead_of[found.item_id] = one.item.item_id
    if not entries:
        return None
    return SecondRound(Form(assignment, "second-round", tuple(entries)), instead_of)


def _missed_in_record(assignment: str) -> list[str]:
    """The missed questions of an assignment, the sure ones first, then in order."""
    asked = [entry.item.item_id for form in forms_of(assignment) for entry in form.entries]
    kept = first_attempts(asked)
    if kept.empty:
        where = "in your record" if progress_file() else "kept here, as this is not in my-work"
        print(
            f"No answer to {assignment} is {where} yet. Answer some questions with check(...), or "
            'name what you missed: second_round(missed=["..."]).'
        )
        return []
    wrong = kept[kept["credit"] < 1]
    if wrong.empty:
        left = len(asked) - len(kept)
        waiting = f" {left} of {len(asked)} are still without an answer." if left else ""
        print(f"You missed nothing in what you answered of {assignment}.{waiting}")
        return []
    return sorted(wrong.index, key=lambda one: (wrong["confidence"][one] != SURE, asked.index(one)))


def _named(missed: object) -> list[str]:
    """The ids that the learner names; those the record knows as sure and wrong come first."""
    if isinstance(missed, str) or not isinstance(missed, Iterable):
        raise CourseError(LIST_WANTED)
    named = list(missed)
    if not all(isinstance(one, str) for one in named):
        raise CourseError(LIST_WANTED)
    ids = list(dict.fromkeys(named))
    for one in ids:
        _asked(one)
    if not ids:
        print("Nothing was missed, so there is no second round.")
    kept = first_attempts(ids)
    sure = set(kept.index[(kept["confidence"] == SURE) & (kept["credit"] < 1)])
    return sorted(ids, key=lambda one: one not in sure)


def _asked(item_id: str) -> Drawn:
    """A question of the bank, or one drawn from a template, with its key."""
    if SEPARATOR in item_id:
        return drawn(item_id)
    bank = load_items()
    if item_id not in bank:
        raise unknown("item", item_id, bank)
    return Drawn(bank[item_id], key_of(bank[item_id]))


def _as_missed(item_id: str) -> Missed:
    """With the belief that the first answer showed, or else the one that tempts most."""
    asked = _asked(item_id)
    kept = first_attempts([item_id])["misconception_id"].get(item_id, "")
    options = asked.key.options
    tempting = options[asked.item.tempting].misconception_id if asked.item.tempting else ""
    others = [option.misconception_id for option in options.values() if option.misconception_id]
    return Missed(asked.item, kept or tempting or next(iter(others), ""))


def _spent(item_ids: Iterable[str]) -> Spent:
    spent = Spent(set(item_ids), set())
    for item_id in spent.item_ids.copy():
        # A record may name a question that a newer version of the course no longer has.
        with suppress(CourseError):
            spent.add(_asked(item_id).item)
    return spent


def _variant(missed: Missed, spent: Spent, seed: str) -> Item | None:
    """The first question that is new, in the order of how well it fits."""
    candidates = _candidates(missed, random.Random(seed))
    fresh = (one.item for one in candidates if not spent.holds(one.item))
    return next((item for item in fresh if _differs(item, missed.item)), None)


def _candidates(missed: Missed, chance: random.Random) -> Iterator[Drawn]:
    """Same domain and belief, in the bank and drawn; then the same belief; then the same domain."""
    belief, domain_id = missed.misconception_id, missed.item.domain_id
    bank = [*_practice_items(data_directory())]
    chance.shuffle(bank)
    bank.sort(key=lambda one: KINDS.index(one.item.kind))
    near = [one for one in bank if one.item.domain_id == domain_id]
    yield from (one for one in near if _speaks_of(one, belief))
    drawings = list(_drawings(domain_id, chance))
    for pool in (drawings, bank):
        yield from (one for one in pool if _speaks_of(one, belief))
    yield from drawings
    yield from near


@cache
def _practice_items(_directory: Path) -> tuple[Drawn, ...]:
    """Live practice items that stand in no lesson or test, with their keys."""
    used = set(load_table("forms")["item_id"])
    return tuple(
        Drawn(item, key_of(item))
        for item in load_items().values()
        if item.status == "live" and item.exposure == "practice" and item.kind in KINDS
        if item.item_id not in used
    )


def _drawings(domain_id: str, chance: random.Random) -> Iterator[Drawn]:
    """Questions about a domain that the templates draw, those with a reason first."""
    templates = [one for one in load_templates().values() if _fits(one, domain_id)]
    chance.shuffle(templates)
    for template in sorted(templates, key=lambda one: PATTERNS.index(one.pattern)):
        for _ in range(TRIES):
            one = draw(template.template_id, chance.randrange(SEEDS))
            if one.item.domain_id == domain_id:
                yield one


def _fits(template: Template, domain_id: str) -> bool:
    return template.pattern in PATTERNS and domain_id in template.domain_ids


def _speaks_of(one: Drawn, misconception_id: str) -> bool:
    """Whether a wrong option of the question stands for the misconception."""
    return any(o.misconception_id == misconception_id for o in one.key.options.values())


def _differs(item: Item, other: Item) -> bool:
    """Whether it asks about other cells, so that the answer cannot be remembered."""
    asked, before = (
        {(ref.service_id, ref.domain_id) for ref in one.cells} for one in (item, other)
    )
    return not asked & before
