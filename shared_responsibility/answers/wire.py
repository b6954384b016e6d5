"""How answers travel out of a learner's process: bounded plain data, trusted for nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

ANSWERS_MIME = "application/vnd.shared-responsibility.answers+json"
WIRE_FORMAT = 1
LONGEST_LABEL = 200
LONGEST_TEXT = 200
LONGEST_WIRE = 100_000
LONGEST_WORK = 4_000_000
DEEPEST = 12
LARGEST_NUMBER = 1e15


@dataclass(frozen=True)
class Sheet:
    """The answers of one form as they travel: item id to one line, `None` for no answer."""

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


@dataclass(frozen=True)
class Work:
    """What code of a learner made, as it travels: plain data whose shape its exercise knows."""

    exercise: str
    data: dict[str, Any]

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON: `{"format", "exercise", "work"}`."""
        return {"format": WIRE_FORMAT, "exercise": self.exercise, "work": self.data}


@dataclass(frozen=True)
class Collected:
    """What was found in a learner's variables: the data, one sentence on it, and its problems.

    Problems are about the form only, one sentence each; right or wrong is not said.
    """

    data: dict[str, Any]
    told: str
    problems: list[str] = field(default_factory=list)


def read_sheet(data: object, exercise: str) -> Sheet:
    """The sheet in an output of a learner's notebook, taken as data and trusted for nothing else.

    Raises `ValueError` saying what is wrong with its shape or size.
    """
    read = _read(data, exercise, LONGEST_WIRE)
    answers = read.get("answers")
    if not isinstance(answers, Mapping):
        raise ValueError("the answers are not a dictionary")
    for item_id, label in answers.items():
        if not isinstance(item_id, str) or not (label is None or isinstance(label, str)):
            raise ValueError("an answer is not a piece of text")
    twice = read.get("twice")
    named = [str(one)[:LONGEST_LABEL] for one in twice] if isinstance(twice, list) else []
    return Sheet(exercise, dict(answers), tuple(named))


def read_work(data: object, exercise: str) -> Work:
    """The work in an output of a learner's notebook, bounded, as `read_sheet` does for answers."""
    read = _read(data, exercise, LONGEST_WORK)
    work = read.get("work")
    if not isinstance(work, Mapping):
        raise ValueError("the answers are not a dictionary")
    return Work(exercise, dict(work))


def _read(data: object, exercise: str, longest: int) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or data.get("format") != WIRE_FORMAT:
        raise ValueError("the answers are not in a format that this version reads")
    if _too_deep(data) or len(written := _as_text(data)) > longest:
        raise ValueError("the answers are far larger than the exercise allows")
    if written != storable(written):
        raise ValueError("the answers hold half characters, which no file can hold")
    if data.get("exercise") != exercise:
        raise ValueError("the answers belong to another exercise")
    return data


def _as_text(data: object) -> str:
    return json.dumps(data, default=str, ensure_ascii=False)


def storable(text: str) -> str:
    """The text without half characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _too_deep(data: object) -> bool:
    """Whether data nests deeper than any answer does; looks level by level, so it cannot fall."""
    level: list[object] = [data]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return False
    return True


def _inside(one: object) -> Iterable[object]:
    if isinstance(one, Mapping):
        return one.values()
    return one if isinstance(one, list | tuple) else ()


def scalar(value: object) -> str | int | float | bool | None:
    """A value as plain JSON: text cut, numpy and pandas scalars as Python's, NaN as `None`."""
    if value is None or isinstance(value, bool | np.bool_):
        return None if value is None else bool(value)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, str):
        return storable(value[:LONGEST_TEXT])
    if isinstance(value, int | np.integer):
        whole = int(value)
        return whole if abs(whole) <= LARGEST_NUMBER else "a very large number"
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if value is pd.NA or value is pd.NaT:
        return None
    return storable(str(value)[:LONGEST_TEXT])


def is_scalar(value: object) -> bool:
    """Whether a value is one thing, not a collection of things."""
    if isinstance(value, np.ndarray):
        return value.ndim == 0
    return isinstance(value, str | bytes) or not isinstance(value, Iterable)
