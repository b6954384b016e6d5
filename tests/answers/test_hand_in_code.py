"""`hand_in(...)` and `check(...)` of exercises that are answered with code or in prose."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from shared_responsibility import check
from shared_responsibility.answers import ANSWERS_MIME, HandIn, Work, hand_in, read_work
from shared_responsibility.errors import CourseError
from shared_responsibility.exercises import CodeExercise, code_exercises_of
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import ExerciseKind

SETS = list(load_table("assignments")["assignment"])
EXERCISES = [asked for name in SETS for asked in code_exercises_of(name)]
# Functions on an account need the simulation, which has tests of its own.
BY_CODE = [
    asked for asked in EXERCISES if asked.kind not in (ExerciseKind.MANUAL, ExerciseKind.ACCOUNT)
]
MANUAL = [asked for asked in EXERCISES if asked.kind is ExerciseKind.MANUAL]
Slug = Callable[[object], str]
slug: Slug = lambda asked: getattr(asked, "exercise", "")  # noqa: E731


def called(function: object, exercise: str, **cells: Any) -> Any:
    """Call `hand_in` or `check` as a cell of a notebook with these variables does."""
    cells |= {"function": function, "exercise": exercise}
    exec("result = function(exercise)", cells)
    return cells["result"]


def handed_in(exercise: str, **cells: Any) -> HandIn:
    found = called(hand_in, exercise, **cells)
    assert isinstance(found, HandIn)
    return found


@pytest.mark.parametrize("asked", BY_CODE, ids=slug)
def test_without_a_variable_the_learner_is_told_which_cell_to_run(asked: CodeExercise) -> None:
    found = handed_in(asked.exercise)
    assert f"There is no variable '{asked.variable}' yet: run the cell above" in found.message[1]
    assert found.sent == Work(asked.exercise, {})


@pytest.mark.parametrize("asked", BY_CODE, ids=slug)
def test_untouched_it_hands_in_nothing(asked: CodeExercise) -> None:
    found = handed_in(asked.exercise, **dict.fromkeys(asked.variables))
    assert "is still None: write your code in the cell above" in found.message[1]
    assert found.sent == Work(asked.exercise, {})
    assert repr(found) == "0.0"


@pytest.mark.parametrize("asked", BY_CODE, ids=slug)
@pytest.mark.parametrize("made", [7, "x", [], {}, object(), print, pd.DataFrame(), float("nan")],
                         ids=lambda made: type(made).__name__)  # fmt: skip
def test_any_object_in_its_variables_gives_a_sentence(asked: CodeExercise, made: object) -> None:
    found = handed_in(asked.exercise, **dict.fromkeys(asked.variables, made))
    sent = json.loads(json.dumps(found._repr_mimebundle_(), allow_nan=False))
    assert read_work(sent[ANSWERS_MIME], asked.exercise)
    assert found.problems
    for sentence in found.message:
        assert re.fullmatch(r".*[.?!]", sentence, re.DOTALL)
    assert "Traceback" not in sent["text/html"]
    assert not re.search(r"\b(correct|incorrect|wrong|well done)\b", sent["text/html"])


@pytest.mark.parametrize("asked", BY_CODE, ids=slug)
def test_validate_reports_an_untouched_exercise(
    asked: CodeExercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    assert called(hand_in, asked.exercise, **dict.fromkeys(asked.variables)) is not None


def table() -> pd.DataFrame:
    asked = next(one for one in BY_CODE if one.exercise == "gaps")
    return pd.DataFrame([["x"] * len(asked.shape)], columns=list(asked.shape))


def test_validate_is_silent_for_a_complete_form(monkeypatch: pytest.MonkeyPatch) -> None:
    assert handed_in("gaps", gaps=table()).problems == []
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    assert called(hand_in, "gaps", gaps=table()) is None


def test_it_says_how_to_check_alone() -> None:
    assert 'Run check("gaps") in a new cell.' in handed_in("gaps", gaps=table()).message[-1]


@pytest.mark.parametrize("asked", MANUAL, ids=slug)
def test_prose_is_left_to_a_person(asked: CodeExercise, capsys: pytest.CaptureFixture[str]) -> None:
    found = handed_in(asked.exercise)
    assert "is graded by a person" in found.message[0]
    assert found.sent == Work(asked.exercise, {})
    assert check(asked.exercise) is None
    assert "is graded by a person, by the rubric" in capsys.readouterr().out


@pytest.mark.parametrize("call", [hand_in, check], ids=["hand_in", "check"])
@pytest.mark.parametrize(
    ("name", "near"),
    [("gapz", "gaps"), ("shift-charts", "shift-chart"), ("first-chek", "first-check")],
)
def test_an_unknown_exercise_gets_the_nearest_of_every_kind(
    call: object, name: str, near: str
) -> None:
    with pytest.raises(CourseError, match=f"not an exercise of this course. Did you mean .*{near}"):
        called(call, name)


def test_check_judges_a_table_with_the_judge_that_grades() -> None:
    checked = called(check, "gaps", gaps=table())
    assert "0 of 1 right" in repr(checked)
    assert "What to do" in repr(checked)
    assert "Expected" in checked._repr_html_()


def test_check_says_what_is_missing_and_judges_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert called(check, "gaps") is None
    assert "There is no variable 'gaps' yet" in capsys.readouterr().out
    assert called(check, "gaps", gaps=[1]) is None
    assert "should be a DataFrame" in capsys.readouterr().out


def test_where_the_keys_are_missing_code_is_still_judged(data_copy: Path) -> None:
    shutil.rmtree(data_copy / "answers")
    assert "0 of 1 right" in repr(called(check, "gaps", gaps=table()))


@pytest.mark.parametrize("function", [
    lambda service, task, configuration: "aws",
    lambda service, task, configuration: 1 / 0,
    lambda service, task, configuration: [],
], ids="constant raises list".split())  # fmt: skip
def test_check_runs_a_function_on_more_than_the_samples(function: object) -> None:
    checked = called(check, "decide-function", responsible=function)
    assert checked is not None
    assert 0 <= checked.result.points <= checked.result.max_points * 0.35
