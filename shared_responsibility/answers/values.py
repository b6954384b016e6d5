"""A dictionary of named values that a learner computed, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from shared_responsibility.answers.wire import Collected, is_scalar, scalar
from shared_responsibility.errors import in_words, nearest
from shared_responsibility.exercises import CodeExercise

LONGEST_LIST = 500


def collect(asked: CodeExercise, cells: Mapping[str, Any]) -> Collected:
    """`{"values": {name: value}}`; a value is a scalar or a list of scalars, a set is sorted."""
    name = asked.variable
    made = cells[name]
    if not isinstance(made, Mapping):
        problem = (
            f"{name!r} should be the dictionary of the cell above; "
            f"it is of type {type(made).__name__}."
        )
        return Collected({}, "There are no values yet.", [problem])
    values, problems = {}, []
    for key in asked.shape:
        if key in made:
            values[key], told = _plain(key, made[key])
            problems += told
    missing = [key for key in asked.shape if values.get(key) is None]
    if missing:
        problems.insert(0, f"Without an answer: {in_words(missing, 'and')}.")
    strays = [str(key) for key in islice(made, 200) if key not in asked.shape]
    problems += [_stray(key, asked.shape) for key in strays[:5]]
    given = len(asked.shape) - len(missing)
    return Collected({"values": values}, f"{given} of {len(asked.shape)} answered.", problems)


def _plain(key: str, value: object) -> tuple[Any, list[str]]:
    if is_scalar(value):
        return scalar(value), []
    if hasattr(value, "columns") or isinstance(value, Mapping):
        kind = type(value).__name__
        return None, [f"{key!r} should be one value or a list of values; it is of type {kind}."]
    listed = _some(value)
    if not all(is_scalar(one) for one in listed):
        return None, [f"{key!r} should be a flat list; it holds collections."]
    plain = [scalar(one) for one in listed[:LONGEST_LIST]]
    if isinstance(value, set | frozenset):
        plain.sort(key=str)
    told = []
    if len(listed) > LONGEST_LIST:
        told.append(f"{key!r} has more than {LONGEST_LIST} entries; only these are handed in.")
    return plain, told


def _some(value: object) -> list[object]:
    """The first entries of a collection; an endless one ends here."""
    assert isinstance(value, Iterable)
    return list(islice(value, LONGEST_LIST + 1))


def _stray(key: str, known: Iterable[str]) -> str:
    close = nearest(key, known, 1)
    advice = f" Did you mean {close[0]!r}?" if close else ""
    return f"{key[:60]!r} is not a name of this exercise.{advice}"
