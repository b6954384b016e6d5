"""What arrives from a learner's process is bounded plain data, or it is refused in a sentence."""

from typing import Any

import pytest

from shared_responsibility.answers import Work, read_sheet, read_work
from shared_responsibility.answers.wire import DEEPEST, LONGEST_WIRE, LONGEST_WORK

GOOD = Work("x", {"values": {"a": 1}}).as_data()


def nested(depth: int) -> list[Any]:
    deep: list[Any] = []
    for _ in range(depth):
        deep = [deep]
    return deep


def test_work_is_read_as_it_was_sent() -> None:
    assert read_work(GOOD, "x") == Work("x", {"values": {"a": 1}})


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"format": 2}, "not in a format"),
        ({"format": None}, "not in a format"),
        ({"exercise": "y"}, "belong to another exercise"),
        ({"exercise": None}, "belong to another exercise"),
        ({"work": [1]}, "not a dictionary"),
        ({"work": None}, "not a dictionary"),
        ({"work": {"a": "x" * LONGEST_WORK}}, "far larger"),
        ({"more": "x" * LONGEST_WORK}, "far larger"),
        ({"work": {"a": nested(DEEPEST)}}, "far larger"),
        ({"work": {"a": "\ud800"}}, "half characters"),
        ({"work": {"\udfff": 1}}, "half characters"),
    ],
    ids=lambda value: str(value)[:24].encode("ascii", "replace").decode(),
)
def test_other_work_is_refused_in_a_sentence(change: dict[str, Any], part: str) -> None:
    with pytest.raises(ValueError, match=f"^the answers .*{part}"):
        read_work({**GOOD, **change}, "x")


@pytest.mark.parametrize("data", [None, [], "work", 7, {}, float("nan"), [GOOD]])
def test_what_is_no_work_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="not in a format"):
        read_work(data, "x")


def test_the_limits_lie_where_they_are_said_to() -> None:
    frame = len('{"format": 1, "exercise": "x", "work": {"a": ""}}')
    for length, fits in ((LONGEST_WORK - frame, True), (LONGEST_WORK - frame + 1, False)):
        data = {**GOOD, "work": {"a": "x" * length}}
        if fits:
            assert read_work(data, "x").data == data["work"]
        else:
            with pytest.raises(ValueError, match="far larger"):
                read_work(data, "x")
    assert read_work({**GOOD, "work": {"a": nested(DEEPEST - 3)}}, "x").data
    assert LONGEST_WIRE < LONGEST_WORK


def test_half_characters_in_a_form_are_refused() -> None:
    sheet = {"format": 1, "exercise": "x", "answers": {"a": "\ud83d"}, "twice": []}
    with pytest.raises(ValueError, match="half characters"):
        read_sheet(sheet, "x")
