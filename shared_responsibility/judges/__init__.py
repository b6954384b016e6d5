"""Judges of the exercises that are answered with code: data in, what was found for each check out.

A judge sees plain data that left the learner's process, never the code that made it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from shared_responsibility.scoring import CheckKey, FormResult, Judgement, score_checks

UNJUDGED = "{exercise}: what was handed in has not the form that the exercise asks for."


@dataclass(frozen=True)
class Judge:
    """How one exercise is judged.

    `expected(seed)` is what grading compares with, as plain data, recorded when the exercise is
    released; for a function it holds `{"inputs": [...], "right": [...]}`. `judge(data, expected)`
    gives a judgement for each check; it raises `ValueError` with a sentence where `data` has not
    the form that the exercise asks for.
    """

    expected: Callable[[str], Any]
    judge: Callable[[Any, Any], dict[str, Judgement]]


def judge_of(assignment: str, exercise: str) -> Judge:
    """The judge of an exercise, from the module that has the name of its assignment."""
    module = import_module(f"shared_responsibility.judges.{assignment.replace('-', '_')}")
    found: Judge = module.JUDGES[exercise]
    return found


def judged(
    assignment: str,
    exercise: str,
    keys: Sequence[tuple[CheckKey, float]],
    data: Any,
    expected: Any,
) -> FormResult:
    """The result of an exercise. What cannot be judged earns 0 and is named, never raised."""
    if not data:
        return score_checks(keys, {})
    try:
        found = judge_of(assignment, exercise).judge(data, expected)
    except ValueError as problem:
        return score_checks(keys, {}, f"{exercise}: {str(problem).rstrip('.')}.")
    except Exception:
        # The data is a stranger's: whatever it does to a judge, it costs this exercise alone.
        return score_checks(keys, {}, UNJUDGED.format(exercise=exercise))
    return score_checks(keys, found)
