"""Functions that learners write run on cases; whatever they do, it costs their case alone."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared_responsibility.answers import Work, read_work
from shared_responsibility.answers import functions as collector
from shared_responsibility.answers.functions import cases, run_cases
from shared_responsibility.answers.handing_in import collect_work
from shared_responsibility.exercises import code_exercise

ASKED = code_exercise("decide-function")
INPUTS = [[number] for number in range(4)]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "SECONDS_FOR_A_CALL", 0.05)


class OddError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


class Foundation(BaseException):
    pass


def deep(x: int) -> int:
    return deep(x)


def leave(x: int) -> object:
    sys.exit(x)


def base(x: int) -> object:
    raise Foundation("x")


def odd(x: int) -> object:
    raise OddError


def divide(x: int) -> float:
    return 6 / x


def endless(x: int) -> object:
    return (n for n in iter(int, 1))


def raised(function: Callable[..., object]) -> list[str | None]:
    return [output.get("raised") for output in run_cases(function, INPUTS)]


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (deep, "RecursionError: maximum recursion depth exceeded"),
        (leave, "SystemExit: 0"),
        (base, "Foundation: x"),
        (odd, "OddError"),
        (divide, "ZeroDivisionError: division by zero"),
        (endless, "returned a generator, not a plain value"),
        (lambda x: {"owner": "aws"}, "returned a dict, not a plain value"),
        (lambda x: [[1]], "returned a list, not a plain value"),
        (lambda x: list(range(10**6)), "returned a list, not a plain value"),
        (lambda x: np.zeros(3), "returned a ndarray, not a plain value"),
    ],
    ids="deep exit base odd divide generator dict nested long array".split(),
)
def test_a_case_that_fails_is_named_and_the_next_one_runs(
    function: Callable[..., object], said: str
) -> None:
    outputs = run_cases(function, INPUTS)
    assert len(outputs) == len(INPUTS)
    assert outputs[0]["raised"].startswith(said)
    if function is divide:
        assert [output.get("value") for output in outputs[1:]] == [6, 3, 2]
    sent = json.loads(json.dumps(Work("f", {"outputs": outputs}).as_data(), allow_nan=False))
    assert read_work(sent, "f").data == {"outputs": outputs}


@pytest.mark.parametrize(
    ("value", "plain"),
    [("aws", "aws"), (None, None), (True, True), (float("nan"), None), (10**99, "a very large "
     "number"), (("a", 1), ["a", 1]), (np.float64(2), 2.0), ("x" * 999, "x" * 200),
     ("\ud83d", "?"), (str, "<class 'str'>")],
    ids=lambda value: str(value)[:12].encode("ascii", "replace").decode(),
)  # fmt: skip
def test_what_is_returned_becomes_plain(value: object, plain: object) -> None:
    assert run_cases(lambda x: value, [[1]]) == [{"value": plain}]


def test_a_function_that_does_not_end_is_stopped_three_times(quick: None) -> None:
    def waits(x: int) -> None:
        while True:
            time.sleep(0.01)

    began = time.monotonic()
    assert run_cases(waits, [[n] for n in range(500)]) == [{"late": True}] * 500
    assert time.monotonic() - began < 2


def test_one_that_catches_everything_is_stopped_too(quick: None) -> None:
    def stubborn(x: int) -> str:
        try:
            while True:
                pass
        except BaseException:
            time.sleep(60)
        return "aws"

    began = time.monotonic()
    assert run_cases(stubborn, [[1]]) == [{"late": True}]
    assert time.monotonic() - began < 5


def test_a_late_case_does_not_cost_the_others(quick: None) -> None:
    def sometimes(x: int) -> int:
        while x == 1:
            pass
        return x

    outputs = run_cases(sometimes, INPUTS)
    assert outputs == [{"value": 0}, {"late": True}, {"value": 2}, {"value": 3}]


def test_a_function_cannot_change_the_cases() -> None:
    def spoils(case: list[object]) -> int:
        case.clear()
        return len(case)

    inputs = [[["a", "b"]], [["c"]]]
    run_cases(spoils, inputs)
    assert inputs == [[["a", "b"]], [["c"]]]


def test_what_a_function_prints_goes_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(x: int) -> int:
        print("x" * 100_000)
        print("y" * 100_000, file=sys.stderr)
        return x

    assert [output["value"] for output in run_cases(loud, INPUTS)] == [0, 1, 2, 3]
    assert capsys.readouterr() == ("", "")


def test_stopping_the_kernel_still_stops_a_function() -> None:
    def stopped(x: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_cases(stopped, INPUTS)


@pytest.mark.parametrize(
    ("made", "part"),
    [
        (3, "'responsible' should be a function; it is of type int."),
        (lambda: "aws", "should take service, task and configuration: def responsible("),
        (lambda service, task: "aws", "should take service, task and configuration"),
        (lambda s, t, c, more: "aws", "should take service, task and configuration"),
    ],
    ids="number none two four".split(),
)
def test_what_cannot_be_called_as_asked_is_named(made: object, part: str) -> None:
    found = collect_work(ASKED, {"responsible": made})
    assert found.data == {}
    assert part in found.problems[0]


@pytest.mark.parametrize(
    ("made", "part"),
    [
        (lambda service, task, configuration: None, "returns None on every case"),
        (lambda *args: 1 / 0, "failed on"),
        (lambda service, task, configuration=None: "aws", ""),
    ],
    ids="none raises default".split(),
)
def test_the_form_of_what_came_out_is_told(made: object, part: str) -> None:
    found = collect_work(ASKED, {"responsible": made})
    assert len(found.data["outputs"]) == len(cases("decide-function")) > 0
    assert part in " ".join(found.problems)
    assert bool(found.problems) == bool(part)


def test_while_grading_the_cases_are_the_graders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "inputs.json"
    given: dict[str, Any] = {"decide-function": [[{"service_id": "x"}, "guest_os", "none"]]}
    file.write_text(json.dumps(given), encoding="utf-8")
    monkeypatch.setenv("SRM_INPUTS", str(file))
    assert cases("decide-function") == given["decide-function"]
    found = collect_work(ASKED, {"responsible": lambda s, t, c: s["service_id"]})
    assert found.data["outputs"] == [{"value": "x"}]
    assert os.environ["SRM_INPUTS"]
