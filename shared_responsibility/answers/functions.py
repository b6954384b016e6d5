"""A learner's function, run on cases; what it returns leaves as plain data."""

from __future__ import annotations

import copy
import inspect
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from shared_responsibility.answers.calling import TooLate, bounded_call
from shared_responsibility.answers.wire import (
    LONGEST_TEXT,
    Collected,
    is_scalar,
    scalar,
    storable,
)
from shared_responsibility.errors import in_words
from shared_responsibility.exercises import CodeExercise
from shared_responsibility.tables import load_table

SECONDS_FOR_A_CALL = 1.0
MOST_LATE = 3
INPUTS = "SRM_INPUTS"


def collect(asked: CodeExercise, cells: Mapping[str, Any]) -> Collected:
    """`{"outputs": [...]}`, one for each case: `{"value"}`, `{"raised"}` or `{"late": true}`."""
    name = asked.variable
    made = cells[name]
    if not callable(made):
        problem = f"{name!r} should be a function; it is of type {type(made).__name__}."
        return Collected({}, "There is no function yet.", [problem])
    problem = _parameters(asked, made)
    if problem:
        return Collected({}, "The function cannot be called yet.", [problem])
    outputs = run_cases(made, cases(asked.exercise))
    return Collected({"outputs": outputs}, _told(outputs), _problems(name, outputs))


def cases(exercise: str) -> list[list[Any]]:
    """The arguments of each case: those of the grader while it grades, else the public samples."""
    given = os.environ.get(INPUTS)
    if given:
        found = json.loads(Path(given).read_text(encoding="utf-8")).get(exercise)
        if found is not None:
            return list(found)
    samples = load_table("samples")
    rows = samples[samples["exercise"] == exercise].sort_values("position")
    return [json.loads(arguments) for arguments in rows["arguments"]]


def run_cases(function: Callable[..., object], inputs: Sequence[Sequence[Any]]) -> list[Any]:
    """What the function makes of each case; one that fails or takes too long costs itself alone."""
    outputs: list[dict[str, Any]] = []
    late = 0
    for arguments in inputs:
        output = {"late": True} if late >= MOST_LATE else _called(function, arguments)
        late += "late" in output
        outputs.append(output)
    return outputs


def _called(function: Callable[..., object], arguments: Sequence[Any]) -> dict[str, Any]:
    try:
        with bounded_call(SECONDS_FOR_A_CALL):
            return _plain(function(*copy.deepcopy(list(arguments))))
    except TooLate:
        return {"late": True}
    except KeyboardInterrupt:
        raise
    except BaseException as problem:  # Also `exit()`, which costs this case alone.
        return {"raised": _said(problem)}


def _said(problem: BaseException) -> str:
    name = type(problem).__name__
    try:
        return storable(f"{name}: {problem}")[:LONGEST_TEXT]
    except Exception:
        return name[:LONGEST_TEXT]


def _plain(value: object) -> dict[str, Any]:
    if is_scalar(value):
        return {"value": scalar(value)}
    if isinstance(value, list | tuple) and len(value) <= 50 and all(map(is_scalar, value)):
        return {"value": [scalar(one) for one in value]}
    return {"raised": f"returned a {type(value).__name__}, not a plain value"[:LONGEST_TEXT]}


def _parameters(asked: CodeExercise, function: Callable[..., object]) -> str:
    """What is wrong with the parameters, or nothing."""
    try:
        inspect.signature(function).bind(*asked.shape)
    except ValueError:
        return ""
    except TypeError:
        wanted = f"{asked.variable}({', '.join(asked.shape)})"
        return f"The function should take {in_words(asked.shape, 'and')}: def {wanted}."
    return ""


def _told(outputs: list[dict[str, Any]]) -> str:
    done = sum("value" in output for output in outputs)
    return f"The function ran on {len(outputs)} cases and answered {done}."


def _problems(name: str, outputs: list[dict[str, Any]]) -> list[str]:
    problems = []
    raised = [output["raised"] for output in outputs if "raised" in output]
    if raised:
        problems.append(f"{name}() failed on {len(raised)} cases, first with: {raised[0]}.")
    late = sum("late" in output for output in outputs)
    if late:
        problems.append(
            f"{name}() took more than {SECONDS_FOR_A_CALL:g} s on {late} cases; these do not count."
        )
    if outputs and all(output.get("value", 0) is None for output in outputs):
        problems.append(f"{name}() returns None on every case: is a return missing?")
    return problems
