"""Public sample cases: a learner tries a function on them before it is handed in."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pandas as pd

from shared_responsibility.errors import CourseError, unknown
from shared_responsibility.tables import load_table


def sample_cases(exercise: str) -> pd.DataFrame:
    """The public cases of an exercise, one row each: its parameters, and `right`.

    Raises `CourseError` with the nearest names for an exercise that has none.
    """
    samples = load_table("samples")
    found = samples[samples["exercise"] == exercise].sort_values("position")
    if found.empty:
        raise unknown("exercise with sample cases", exercise, samples["exercise"])
    exercises = load_table("exercises").set_index("exercise")
    arguments = [json.loads(one) for one in found["arguments"]]
    table = pd.DataFrame(arguments, columns=str(exercises.loc[exercise, "shape"]).split())
    table["right"] = [json.loads(one) for one in found["right"]]
    return table


def try_samples(exercise: str, function: Callable[..., object]) -> pd.DataFrame:
    """Run a function on the public cases; `yours` and `agrees` are added to their table.

    A case on which the function fails holds the error instead of an answer.
    """
    if not callable(function):
        raise CourseError(
            "Give the function itself, without brackets, for example "
            'try_samples("decide-function", responsible).'
        )
    table = sample_cases(exercise)
    inputs = table.drop(columns="right").itertuples(index=False, name=None)
    yours = [_answer(function, arguments) for arguments in inputs]
    table["yours"] = pd.Series(yours, dtype=object)
    pairs = zip(yours, table["right"], strict=True)
    table["agrees"] = [str(given) == str(right) for given, right in pairs]
    return table


def _answer(function: Callable[..., object], arguments: tuple[Any, ...]) -> object:
    try:
        return function(*copy.deepcopy(arguments))
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
