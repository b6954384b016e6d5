"""Tables that learners make, also the odd ones, leave as bounded plain data."""

import json
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from shared_responsibility.answers import Collected, Work, read_work
from shared_responsibility.answers.handing_in import collect_work
from shared_responsibility.exercises import CodeExercise
from shared_responsibility.vocabulary import ExerciseKind

ASKED = CodeExercise("set", "table", ExerciseKind.TABLE, ("made",), ("service_id", "owner"), ())
RIGHT = pd.DataFrame({"service_id": ["ec2", "rds"], "owner": ["customer", "aws"]})


def collected(made: object) -> Collected:
    """What is handed in, after the way through JSON that the wire takes."""
    found = collect_work(ASKED, {"made": made})
    sent = json.loads(json.dumps(Work("table", found.data).as_data(), allow_nan=False))
    assert read_work(sent, "table").data == found.data
    return found


class Hostile:
    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __str__


def test_a_table_leaves_as_columns_and_rows() -> None:
    found = collected(RIGHT)
    assert found.data == {
        "columns": ["service_id", "owner"],
        "rows": [["ec2", "customer"], ["rds", "aws"]],
        "total_rows": 2,
    }
    assert found.problems == []
    assert found.told == "A table of 2 rows and 2 columns."


@pytest.mark.parametrize(
    ("made", "columns", "row"),
    [
        (RIGHT.set_index("service_id"), ["service_id", "owner"], ["ec2", "customer"]),
        (RIGHT.set_index(["service_id", "owner"]), ["service_id", "owner"], ["ec2", "customer"]),
        (RIGHT.set_index("service_id")["owner"], ["service_id", "owner"], ["ec2", "customer"]),
        (RIGHT.set_index(RIGHT["owner"].rename(None)), ["service_id", "owner"],
         ["ec2", "customer"]),
        (RIGHT.set_index("owner", drop=False), ["owner", "service_id", "owner"],
         ["customer", "ec2", "customer"]),
        (RIGHT.pivot(index="service_id", columns="owner", values="owner"),
         ["service_id", "aws", "customer"], ["ec2", None, "customer"]),
        (pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), ["a_b"], [1]),
        (pd.DataFrame({"n": [1]}, index=pd.Index([7], name=0)), ["0", "n"], [7, 1]),
        (pd.DataFrame({"n": [1]}, index=pd.MultiIndex.from_tuples([(1, 2)], names=["k", "k"])),
         ["k", "k", "n"], [1, 2, 1]),
        (pd.DataFrame({"n": [1]}, index=pd.MultiIndex.from_tuples([(1, 2)], names=["k", None])),
         ["k", "n"], [1, 1]),
        (RIGHT.astype("category"), ["service_id", "owner"], ["ec2", "customer"]),
    ],
    ids=("index two-levels series unnamed kept pivot two-headings number-as-name same-names "
         "half-named category").split(),
)  # fmt: skip
def test_every_usual_shape_of_a_frame_is_read(
    made: object, columns: list[str], row: list[object]
) -> None:
    found = collected(made)
    assert found.data["columns"] == columns
    assert found.data["rows"][0] == row


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.nan, None),
        (pd.NA, None),
        (pd.NaT, None),
        (None, None),
        (np.inf, None),
        (np.float32(0.5), 0.5),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (10**400, "a very large number"),
        ("x" * 10_000, "x" * 200),
        (pd.Timestamp("2026-01-02"), "2026-01-02 00:00:00"),
        ([1, 2], "[1, 2]"),
        (1j, "1j"),
        (b"aws", "b'aws'"),
        ("\N{COLLISION SYMBOL}", "\N{COLLISION SYMBOL}"),
    ],
    ids=str,
)
def test_every_value_becomes_plain(value: object, plain: object) -> None:
    frame = pd.DataFrame({"service_id": pd.Series([value], dtype=object), "owner": ["aws"]})
    assert collected(frame).data["rows"] == [[plain, "aws"]]


@pytest.mark.parametrize(
    ("made", "part"),
    [
        ([1], "'made' should be a DataFrame; it is of type list."),
        ("text", "it is of type str."),
        (pd.DataFrame, "it is of type type."),
        (RIGHT.groupby("owner"), "it is of type DataFrameGroupBy."),
        (np.zeros((2, 2)), "it is of type ndarray."),
        (pd.DataFrame({"service_id": [Hostile()]}), "Reading 'made' failed with RuntimeError."),
        (pd.DataFrame([[1]], columns=pd.Index([Hostile()], dtype=object)), "failed with"),
    ],
    ids="list text class groups array hostile-value hostile-heading".split(),
)
def test_what_is_no_table_is_named_and_nothing_leaves(made: object, part: str) -> None:
    found = collected(made)
    assert found.data == {}
    (problem,) = found.problems
    assert part in problem


@pytest.mark.parametrize(
    ("made", "problems"),
    [
        (RIGHT.rename(columns={"owner": "Owner"}),
         ["The column 'owner' is missing. Is 'Owner' meant?"]),
        (RIGHT[["owner"]], ["The column 'service_id' is missing."]),
        (pd.DataFrame(), ["The column 'service_id' is missing.", "The column 'owner' is missing."]),
        (RIGHT.assign(more=1), []),
        (pd.concat([RIGHT, RIGHT["owner"]], axis=1), ["These columns stand twice: 'owner'."]),
    ],
    ids="spelling missing empty extra twice".split(),
)  # fmt: skip
def test_what_is_wrong_with_the_form_is_told_in_a_sentence(
    made: object, problems: list[str]
) -> None:
    assert collected(made).problems == problems


def test_a_huge_frame_is_cut_at_once() -> None:
    count = 1_000_000
    frame = pd.DataFrame({"service_id": np.arange(count), "owner": "x"})
    began = time.monotonic()
    for made in (frame, frame.set_index(["service_id", "owner"]), frame.set_index("owner")):
        found = collected(made)
        assert len(found.data["rows"]) == 2_000
        assert found.data["total_rows"] == count
        assert found.problems == ["Only the first 2,000 of 1,000,000 rows are handed in."]
    assert time.monotonic() - began < 3


def test_a_very_wide_frame_is_cut() -> None:
    found = collected(pd.DataFrame(np.zeros((3, 5_000))))
    assert (len(found.data["columns"]), len(found.data["rows"][0])) == (40, 40)


def test_the_learners_table_is_not_changed() -> None:
    made = RIGHT.set_index("service_id")
    before = made.copy()
    collected(made)
    pd.testing.assert_frame_equal(made, before)


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        ({}, "There is no variable 'made' yet: run the cell above"),
        ({"made": None}, "'made' is still None: write your code in the cell above"),
    ],
)
def test_a_missing_and_an_untouched_variable_are_told_apart(
    cells: dict[str, Any], part: str
) -> None:
    found = collect_work(ASKED, cells)
    assert found.data == {}
    assert part in found.problems[0]
