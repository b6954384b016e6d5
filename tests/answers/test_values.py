"""Dictionaries of named values, also the odd ones, leave as bounded plain data."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from shared_responsibility.answers import Collected, Work, read_work
from shared_responsibility.answers.handing_in import collect_work
from shared_responsibility.exercises import CodeExercise
from shared_responsibility.vocabulary import ExerciseKind

ASKED = CodeExercise("set", "values", ExerciseKind.VALUES, ("made",), ("number", "names"), ())


def collected(made: object) -> Collected:
    found = collect_work(ASKED, {"made": made})
    sent = json.loads(json.dumps(Work("values", found.data).as_data(), allow_nan=False))
    assert read_work(sent, "values").data == found.data
    return found


class Unreadable:
    def __iter__(self) -> Iterator[object]:
        raise RuntimeError("no")


class Unwritable:
    def __str__(self) -> str:
        raise RuntimeError("no")


class Trap(dict[str, object]):
    def __contains__(self, key: object) -> bool:
        raise ZeroDivisionError


def test_values_leave_under_their_names() -> None:
    found = collected({"number": np.int64(3), "names": ["ec2", "rds"]})
    assert found.data == {"values": {"number": 3, "names": ["ec2", "rds"]}}
    assert (found.told, found.problems) == ("2 of 2 answered.", [])


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ({"b", "a"}, ["a", "b"]),
        (frozenset({2, 1}), [1, 2]),
        (("a", None), ["a", None]),
        (pd.Series([1, 2], index=["x", "y"]), [1, 2]),
        (pd.Index(["a"]), ["a"]),
        (np.array([0.5]), [0.5]),
        (np.array(4), 4),
        (range(3), [0, 1, 2]),
        (map(str, [1]), ["1"]),
        ({}.keys(), []),
        (float("nan"), None),
        ([float("inf")], [None]),
        (10**400, "a very large number"),
        ("x" * 10_000, "x" * 200),
        (list, "<class 'list'>"),
        ("\ud800", "?"),
    ],
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
def test_every_value_becomes_plain(value: object, plain: object) -> None:
    assert collected({"number": value}).data["values"]["number"] == plain


@pytest.mark.parametrize("endless", [itertools.count(), range(10**12), itertools.repeat("x")])
def test_an_endless_value_is_cut(endless: object) -> None:
    found = collected({"number": endless, "names": "x"})
    assert len(found.data["values"]["number"]) == 500
    assert found.problems == ["'number' has more than 500 entries; only these are handed in."]


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ([[1]], "'number' should be a flat list; it holds collections."),
        (np.zeros((2, 2)), "'number' should be a flat list"),
        ({"a": 1}, "'number' should be one value or a list of values; it is of type dict."),
        (pd.DataFrame({"a": [1]}), "it is of type DataFrame."),
    ],
    ids="nested square dict frame".split(),
)
def test_a_value_of_another_shape_is_named_and_the_rest_counts(value: object, part: str) -> None:
    found = collected({"number": value, "names": "x"})
    assert found.data["values"] == {"number": None, "names": "x"}
    assert any(part in problem for problem in found.problems)


@pytest.mark.parametrize(
    "made",
    [{"number": Unreadable()}, {"number": [Unwritable()]}, {Unwritable(): 1}, Trap(),
     {"number": (1 / 0 for _ in "a")}],
    ids="unreadable unwritable key trap generator".split(),
)  # fmt: skip
def test_objects_that_raise_cost_this_exercise_alone(made: object) -> None:
    found = collected(made)
    assert found.data == {}
    (problem,) = found.problems
    assert problem.startswith("Reading 'made' failed with ")


@pytest.mark.parametrize(
    ("made", "problems"),
    [
        ({}, ["Without an answer: number and names."]),
        ({"number": None, "names": 1}, ["Without an answer: number."]),
        ({"number": 1, "names": 1, "Number": 2},
         ["'Number' is not a name of this exercise. Did you mean 'number'?"]),
        ({"number": 1, "names": 1, 7: 2}, ["'7' is not a name of this exercise."]),
        ([1], ["'made' should be the dictionary of the cell above; it is of type list."]),
        (3, ["'made' should be the dictionary of the cell above; it is of type int."]),
    ],
    ids="empty blank spelling stray list number".split(),
)  # fmt: skip
def test_what_is_wrong_with_the_form_is_told(made: Any, problems: list[str]) -> None:
    assert collected(made).problems == problems


def test_thousands_of_strays_are_not_all_named() -> None:
    found = collected({f"stray-{number}": number for number in range(10_000)})
    assert len(found.problems) == 6
