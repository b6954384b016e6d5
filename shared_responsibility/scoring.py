"""Answers and keys in, points and explanations out. No notebook, no nbgrader, no tables."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import combinations
from typing import Any

from shared_responsibility.errors import in_words
from shared_responsibility.vocabulary import ItemKind, Part, Scheme, as_word

LONGEST_ANSWER = 200
CONFIDENCE = ("sure", "unsure")


@dataclass(frozen=True)
class OptionKey:
    """What one option earns and what it teaches. The belief is blank for a right option."""

    credit: float
    explanation: str
    misconception_id: str = ""
    belief: str = ""
    rule: str = ""
    contrast: str = ""
    part: str = Part.ANSWER
    rank: int = 0
    missed: str = ""


@dataclass(frozen=True)
class ItemKey:
    """All that is needed to judge an answer to one item and to explain the judgement.

    `rule` is what a right answer takes away; a wrong one gets the rule of its misconception.
    """

    item_id: str
    version: int
    prompt: str
    labels: dict[str, str]
    options: dict[str, OptionKey]
    fact: str
    source: str
    source_url: str
    kind: str = ItemKind.SINGLE
    rule: str = field(default="")
    scheme: str = ""

    @property
    def right_options(self) -> tuple[str, ...]:
        """The options of a right answer: of each part in its order, or all of them by rank."""
        if self.kind == ItemKind.ORDER:
            return tuple(sorted(self.options, key=lambda option: self.options[option].rank))
        return tuple(name for name, option in self.options.items() if option.credit >= 1)

    @property
    def right(self) -> str:
        """A right answer as a learner writes it: `aws`, `aws, b` or `c, a, b`."""
        return ", ".join(self.right_options)

    def in_part(self, part: str) -> tuple[str, ...]:
        """The options that answer one part of the item."""
        return tuple(name for name, option in self.options.items() if option.part == part)

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
    ILLEGAL = "not an answer here"


@dataclass(frozen=True)
class ItemResult:
    """What came of one item; `chosen` are the options named, empty for no or no legal answer."""

    key: ItemKey
    response: str
    verdict: Verdict
    earned: float
    max_points: float
    chosen: tuple[str, ...] = ()
    confidence: str = ""
    withdrawn: bool = False

    @property
    def points(self) -> float:
        """What the answer earned, or all where the item was withdrawn after the release."""
        return self.max_points if self.withdrawn else self.earned

    @property
    def item_id(self) -> str:
        return self.key.item_id

    @property
    def version(self) -> int:
        return self.key.version

    @property
    def wrong_options(self) -> tuple[str, ...]:
        """The chosen options that should not have been chosen."""
        if self.key.kind == ItemKind.ORDER:
            return ()
        return tuple(name for name in self.chosen if self.key.options[name].credit < 1)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The options of an item with several right ones that hold and were not chosen."""
        if self.key.kind not in (ItemKind.MULTI, ItemKind.EVIDENCE) or not self.chosen:
            return ()
        return tuple(name for name in self.key.right_options if name not in self.chosen)

    @property
    def misconception_id(self) -> str:
        """The misconception behind the first wrong option, if one was chosen."""
        found = (self.key.options[name].misconception_id for name in self.wrong_options)
        return next((one for one in found if one), "")


@dataclass(frozen=True)
class CheckKey:
    """One thing judged in an exercise answered with code, with all that explains a miss."""

    item_id: str
    version: int
    prompt: str
    explanation: str
    rule: str = ""
    source: str = ""
    source_url: str = ""
    misconception_id: str = ""
    belief: str = ""
    correction: str = ""
    contrast: str = ""

    @property
    def check_id(self) -> str:
        """The id within the exercise."""
        return self.item_id.rpartition("/")[2]

    def as_data(self) -> dict[str, Any]:
        """Plain data for a JSON file."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> CheckKey:
        """The inverse of `as_data`."""
        return cls(**data)


@dataclass(frozen=True)
class Judgement:
    """What a judge found: `credit` from 0 to 1, what was handed in and what was expected, in words.

    `details` are concrete cases, five at most. `misconception_id` says which belief the answer
    shows, where that is more exact than what the check says of every miss.
    """

    credit: float
    yours: str
    right: str
    details: tuple[str, ...] = ()
    misconception_id: str = ""


@dataclass(frozen=True)
class CheckResult:
    """What came of one check. Without a judgement nothing was handed in that could be judged."""

    key: CheckKey
    judgement: Judgement | None
    max_points: float
    withdrawn: bool = False

    @property
    def item_id(self) -> str:
        return self.key.item_id

    @property
    def version(self) -> int:
        return self.key.version

    @property
    def response(self) -> str:
        return self.judgement.yours if self.judgement else ""

    @property
    def points(self) -> float:
        """What was earned, or all where the check was withdrawn after the release."""
        return self.max_points if self.withdrawn else self._credit * self.max_points

    @property
    def _credit(self) -> float:
        return clamp(self.judgement.credit, 1.0) if self.judgement else 0.0

    @property
    def verdict(self) -> Verdict:
        if self.judgement is None:
            return Verdict.MISSING
        if self._credit >= 1:
            return Verdict.RIGHT
        return Verdict.PARTLY if self._credit > 0 else Verdict.WRONG

    @property
    def confidence(self) -> str:
        return ""

    @property
    def misconception_id(self) -> str:
        """The misconception behind a miss, if the check or the judge names one."""
        if self.judgement is None or self.verdict is Verdict.RIGHT:
            return ""
        return self.judgement.misconception_id or self.key.misconception_id


AnyResult = ItemResult | CheckResult


@dataclass(frozen=True)
class FormResult:
    """What came of one exercise. `remarks` name answers that belong to no item of the form."""

    items: tuple[AnyResult, ...]
    remarks: tuple[str, ...] = ()

    def without(self, dropped: Sequence[str]) -> FormResult:
        """The same result with the full points for items that were withdrawn, and a remark."""
        found = [item.item_id for item in self.items if item.item_id in dropped]
        if not found:
            return self
        items = tuple(
            replace(item, withdrawn=True) if item.item_id in found else item for item in self.items
        )
        told = f"Withdrawn, so everybody has the points: {in_words(found, 'and')}."
        return FormResult(items, (told, *self.remarks))

    def with_remarks(self, *remarks: str) -> FormResult:
        """The same result with remarks before its own."""
        return FormResult(self.items, (*remarks, *self.remarks))

    @property
    def points(self) -> float:
        """The sum over the items, never below 0 or above `max_points`."""
        return clamp(sum(item.points for item in self.items), self.max_points)

    @property
    def max_points(self) -> float:
        return sum(item.max_points for item in self.items)


def score_item(key: ItemKey, response: object, max_points: float) -> ItemResult:
    """Judge one answer. One outside the vocabulary earns 0 and is named, not refused."""
    written = as_written(response)
    if not written:
        return ItemResult(key, "", Verdict.MISSING, 0.0, max_points)
    chosen, confidence = without_confidence(words_of(written, (*key.options, *CONFIDENCE)))
    if not is_complete(ItemKind(key.kind), chosen, _parts(key)):
        return ItemResult(key, written, Verdict.ILLEGAL, 0.0, max_points, (), confidence)
    credit = _credit(key, chosen)
    points = clamp(credit * max_points, max_points)
    verdict = Verdict.WRONG if credit <= 0 else Verdict.PARTLY
    if credit >= 1:
        verdict = Verdict.RIGHT
    told = ", ".join(chosen)
    return ItemResult(key, told, verdict, points, max_points, tuple(chosen), confidence)


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


def score_checks(
    keys: Sequence[tuple[CheckKey, float]], judged: Mapping[str, Judgement], *remarks: str
) -> FormResult:
    """The result of an exercise answered with code, from what its judge found for each check."""
    items = tuple(CheckResult(key, judged.get(key.check_id), points) for key, points in keys)
    return FormResult(items, remarks)


def without_confidence(words: Sequence[str]) -> tuple[list[str], str]:
    """An answer without the word that says how sure it is, and that word."""
    if words and words[-1] in CONFIDENCE:
        return list(words[:-1]), words[-1]
    return list(words), ""


def as_written(response: object) -> str:
    """An answer as one line of text, `aws, b`; several words may come as a list or a set.

    `{"owner": "aws", "reason": "b"}` is `aws, b`. No answer is the empty string.
    """
    if response is None:
        return ""
    if isinstance(response, Mapping):
        response = list(response.values())
    if isinstance(response, (set, frozenset)):
        response = sorted(map(str, response))
    if isinstance(response, (list, tuple)):
        response = ", ".join(str(one) for one in response if one is not None)
    written = str(response).strip()[:LONGEST_ANSWER]
    # Half characters stand in no file.
    return written.encode("utf-8", "replace").decode("utf-8")


def words_of(written: str, known: Iterable[str]) -> list[str]:
    """The words of an answer, each once: split at commas, or at spaces where that names options."""
    options = set(known)
    words: list[str] = []
    for piece in re.split(r"[,;]", written):
        spaced = [as_word(word) for word in piece.split()]
        one = as_word(piece)
        words += spaced if one not in options and set(spaced) <= options else [one]
    return list(dict.fromkeys(word for word in words if word))


def is_complete(kind: ItemKind, words: Sequence[str], parts: Mapping[str, Sequence[str]]) -> bool:
    """Whether these words are an answer to an item of this kind, right or wrong.

    `parts` holds the options of each part of the item.
    """
    options = [option for listed in parts.values() for option in listed]
    if not words or not set(words) <= set(options):
        return False
    if kind in (ItemKind.MULTI, ItemKind.EVIDENCE):
        return True
    if kind is ItemKind.ORDER:
        return len(words) == len(options)
    return all(sum(word in listed for word in words) == 1 for listed in parts.values())


def _parts(key: ItemKey) -> dict[str, tuple[str, ...]]:
    return {option.part: key.in_part(option.part) for option in key.options.values()}


def _credit(key: ItemKey, chosen: Sequence[str]) -> float:
    """From 0 to 1, after the rule of the item's kind."""
    if key.kind == ItemKind.ORDER:
        return in_order(key.right_options, chosen)
    if key.kind in (ItemKind.MULTI, ItemKind.EVIDENCE):
        return credit_of_several(key.scheme, key.right_options, chosen, len(key.options))
    credits = {key.options[name].part: key.options[name].credit for name in chosen}
    if key.kind == ItemKind.OWNER_REASON:
        owner, reason = credits[Part.OWNER], credits[Part.REASON]
        return 0.5 * owner + 0.5 * owner * reason
    return credits.popitem()[1]


def credit_of_several(
    scheme: str, right: Sequence[object], chosen: Sequence[object], count: int
) -> float:
    """The credit, from 0 to 1, for several options chosen among `count`, by a `Scheme`."""
    hits = sum(option in right for option in chosen)
    false_alarms, left_out = len(chosen) - hits, len(right) - hits
    if scheme == Scheme.OFF:
        return float(not false_alarms and not left_out)
    if scheme == Scheme.COVERAGE:
        return (hits / len(right)) * (hits / len(chosen)) if chosen else 0.0
    if scheme == Scheme.EACH_ANSWER:
        return (count - false_alarms - left_out) / count
    return net_correct(right, chosen)


def net_correct(right: Sequence[object], chosen: Sequence[object]) -> float:
    """Hits less false alarms, as a share of the right options, never below 0.

    PrairieLearn's name for the rule; choosing everything earns nothing when half are right.
    """
    hits = sum(option in right for option in chosen)
    return max(0.0, (2 * hits - len(chosen)) / len(right))


def in_order(right: Sequence[str], chosen: Sequence[str]) -> float:
    """Kendall's tau between two orders of the same options, never below 0.

    M. G. Kendall, A new measure of rank correlation, Biometrika 30 (1938).
    """
    place = {option: number for number, option in enumerate(chosen)}
    pairs = [place[one] < place[other] for one, other in combinations(right, 2)]
    return max(0.0, (2 * sum(pairs) - len(pairs)) / len(pairs)) if pairs else 1.0


def clamp(points: float, maximum: float) -> float:
    """A Python float from 0 to `maximum`; anything that is not a number is 0."""
    value = float(points)
    return 0.0 if math.isnan(value) else min(max(value, 0.0), float(maximum))
