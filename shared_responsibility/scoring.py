"""Answers and keys in, points and explanations out. No notebook, no nbgrader, no tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from shared_responsibility.errors import in_words
from shared_responsibility.vocabulary import as_word


@dataclass(frozen=True)
class OptionKey:
    """What one option earns and what it teaches. The belief is blank for a right option."""

    credit: float
    explanation: str
    misconception_id: str = ""
    belief: str = ""
    rule: str = ""
    contrast: str = ""


@dataclass(frozen=True)
class ItemKey:
    """All that is needed to judge an answer to one item and to explain the judgement."""

    item_id: str
    version: int
    prompt: str
    labels: dict[str, str]
    options: dict[str, OptionKey]
    fact: str
    source: str
    source_url: str

    @property
    def right(self) -> str:
        """The option with the most credit."""
        return max(self.options, key=lambda option: self.options[option].credit)

    def as_data(self) -> dict[str, Any]:
        """Plain data for a JSON file."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ItemKey:
        """The inverse of `as_data`."""
        options = {name: OptionKey(**option) for name, option in data["options"].items()}
        return cls(**{**data, "options": options})


class Verdict(StrEnum):
    """How an answer was judged."""

    RIGHT = "right"
    PARTLY = "partly right"
    WRONG = "not right"
    MISSING = "no answer"
    ILLEGAL = "not a label"


@dataclass(frozen=True)
class ItemResult:
    """What came of one item."""

    key: ItemKey
    response: str
    verdict: Verdict
    points: float
    max_points: float

    @property
    def chosen(self) -> OptionKey | None:
        """The option that was chosen, if it is one."""
        return self.key.options.get(self.response)


@dataclass(frozen=True)
class FormResult:
    """What came of one exercise. `remarks` name answers that belong to no item of the form."""

    items: tuple[ItemResult, ...]
    remarks: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The sum over the items, never below 0 or above `max_points`."""
        return clamp(sum(item.points for item in self.items), self.max_points)

    @property
    def max_points(self) -> float:
        return sum(item.max_points for item in self.items)


def score_item(key: ItemKey, response: object, max_points: float) -> ItemResult:
    """Judge one answer. A label outside the vocabulary earns 0 and is named, not refused."""
    if response is None or not str(response).strip():
        return ItemResult(key, "", Verdict.MISSING, 0.0, max_points)
    written = str(response)[:200]
    word = as_word(written)
    option = key.options.get(word)
    if option is None:
        return ItemResult(key, written, Verdict.ILLEGAL, 0.0, max_points)
    points = clamp(option.credit * max_points, max_points)
    verdict = Verdict.WRONG if option.credit <= 0 else Verdict.PARTLY
    return ItemResult(
        key, word, Verdict.RIGHT if option.credit >= 1 else verdict, points, max_points
    )


def score_form(keys: Sequence[tuple[ItemKey, float]], answers: Mapping[str, object]) -> FormResult:
    """Judge all answers of an exercise; `keys` pairs each key with the points of its item."""
    items = tuple(score_item(key, answers.get(key.item_id), points) for key, points in keys)
    strays = sorted(set(answers) - {key.item_id for key, _ in keys})
    remarks = (
        (f"Not an item of this exercise, so not counted: {in_words(strays, 'and')}.",)
        if strays
        else ()
    )
    return FormResult(items, remarks)


def clamp(points: float, maximum: float) -> float:
    """A Python float from 0 to `maximum`; anything that is not a number is 0."""
    value = float(points)
    return 0.0 if math.isnan(value) else min(max(value, 0.0), float(maximum))
