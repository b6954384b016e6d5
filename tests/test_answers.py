import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from shared_responsibility.answers import (
    ANSWERS_MIME,
    HandIn,
    Sheet,
    form_problems,
    hand_in,
    read_sheet,
)
from shared_responsibility.errors import CourseError
from shared_responsibility.items import Entry, Form, form, forms_of, load_items
from shared_responsibility.vocabulary import ItemKind

TASKS = [entry.item.item_id for entry in form("worked-example").entries]
COMPLETE = dict.fromkeys(TASKS, "customer")


def handed_in(**cells: Any) -> HandIn | None:
    """Call `hand_in` as the graded cell of a notebook with these variables does."""
    cells |= {"hand_in": hand_in}
    exec("result = hand_in('worked-example')", cells)
    return cells["result"]


def told(**cells: Any) -> str:
    result = handed_in(**cells)
    assert result is not None
    return "\n".join(result.message)


def changed(**changes: object) -> dict[str, object]:
    """The complete answers, with the first and the second one changed."""
    first, second, *_ = TASKS
    return COMPLETE | {{"first": first, "second": second}[k]: v for k, v in changes.items()}


def test_complete_answers_travel_and_nothing_is_submitted_yet() -> None:
    result = handed_in(worked_example=COMPLETE)
    assert result is not None
    assert result.problems == []
    assert result.message[0].startswith("2 of 2 answered")
    assert "Nothing is submitted yet" in result.message[-1]
    assert "check(worked_example)" in result.message[-1]
    sent = json.loads(json.dumps(result._repr_mimebundle_()))
    assert read_sheet(sent[ANSWERS_MIME], "worked-example") == Sheet("worked-example", COMPLETE)
    assert "2 of 2 answered" in sent["text/html"]


@pytest.mark.parametrize("answers", [COMPLETE, {}, None, changed(first="azure")])
def test_without_our_scorer_it_is_worth_nothing(answers: object) -> None:
    result = handed_in(worked_example=answers)
    assert repr(result) == "0.0"
    assert result is not None
    assert result._repr_mimebundle_(include=None, exclude=None)["text/plain"] == "0.0"


@pytest.mark.parametrize(
    ("answers", "counted", "part"),
    [
        (changed(first=None, second="  "), 0, f"Without an answer: {TASKS[0]} and {TASKS[1]}."),
        (changed(first="customr"), 1, f"{TASKS[0]}: 'customr' is not an answer here, did you "
         "mean 'customer'? Allowed: 'aws' or 'customer'."),
        (changed(first="shared"), 1, f"{TASKS[0]}: 'shared' is not an answer here. Allowed:"),
        (changed(first=3), 1, "'3' is not an answer here"),
        (changed(first=" Customer "), 2, ""),
        (COMPLETE | {TASKS[0] + "s": "aws"}, 2, f"Did you mean {TASKS[0]}?"),
        (COMPLETE | {"q": "aws"}, 2, "'q' is not an item of this exercise."),
        ({}, 0, f"Without an answer: {TASKS[0]} and {TASKS[1]}."),
        (["aws"], 0, "'worked_example' should be the dictionary of the cell above; it is of type "
         "list."),
    ],
    ids="missing misspelt other-grain number spelling near-id unknown-id empty list".split(),
)  # fmt: skip
def test_the_learner_is_told_what_is_wrong_with_the_form(
    answers: object, counted: int, part: str
) -> None:
    assert f"{counted} of 2 answered" in told(worked_example=answers)
    assert part in told(worked_example=answers)


def test_a_missing_variable_says_which_cell_to_run() -> None:
    assert "There is no variable 'worked_example' yet: run the cell above" in told()


def test_an_unknown_exercise_gets_the_nearest_one() -> None:
    with pytest.raises(CourseError, match="Did you mean worked-example"):
        hand_in("worked-exampel")


def test_an_item_answered_twice_is_named_since_python_keeps_only_the_last() -> None:
    twice = f"worked_example = {{'{TASKS[0]}': 'aws', '{TASKS[0]}': 'customer'}}"
    once = f"worked_example = {{'{TASKS[0]}': 'aws'}}"
    note = f"'{TASKS[0]}' is answered twice; the last one counts."
    assert note in told(worked_example=COMPLETE, _ih=["", once, twice, "hand_in('worked-example')"])
    assert note not in told(worked_example=COMPLETE, _ih=["", twice, once])
    assert note not in told(
        worked_example=COMPLETE,
        _ih=[twice.replace("worked_example", "other"), "worked_example = ("],
    )


@pytest.mark.parametrize(
    ("answers", "silent"),
    [(COMPLETE, True), (changed(first=None), False), (changed(first="azure"), False), ({}, False)],
)
def test_only_validating_a_complete_form_returns_nothing(
    answers: dict[str, object], silent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert handed_in(worked_example=answers) is not None
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    assert (handed_in(worked_example=answers) is None) == silent


def test_no_message_says_what_is_right() -> None:
    messages = {told(worked_example=dict.fromkeys(TASKS, label)) for label in ("aws", "customer")}
    (message,) = messages
    assert not re.search(r"\b(correct|incorrect|wrong|false|well done)\b", message)


def test_a_hostile_dictionary_is_cut_down_before_it_travels() -> None:
    result = handed_in(worked_example={f"{n}" * 999: "x" * 10**4 for n in range(10**3)})
    assert result is not None
    assert isinstance(result.sent, Sheet)
    assert read_sheet(result.sent.as_data(), "worked-example").answers == result.sent.answers


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"format": None},
        {"exercise": "cells"},
        {"answers": ["aws"]},
        {"answers": None},
        {"answers": {"a": 1}},
        {"answers": {"a": ["aws"]}},
        {"answers": {1: "aws"}},
        {"answers": {"a": "x" * 200_000}},
        {"extra": "x" * 200_000},
    ],
    ids=lambda change: str(change)[:40],
)
def test_answers_of_another_shape_are_refused(change: Mapping[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^(the answers|an answer) "):
        read_sheet(Sheet("worked-example", {"a": "aws"}).as_data() | change, "worked-example")


@pytest.mark.parametrize("data", [None, [], "answers", 7, {}, float("nan")])
def test_what_is_no_sheet_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="not in a format"):
        read_sheet(data, "worked-example")


def test_answers_nested_without_end_are_refused() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="answers"):
        read_sheet(Sheet("worked-example", {}).as_data() | {"twice": deep}, "worked-example")
    while deep:
        deep = deep.pop()  # type: ignore[assignment]


@pytest.mark.parametrize("twice", [None, "ab", 3, {"a": 1}])
def test_a_damaged_list_of_doubled_items_is_left_out(twice: object) -> None:
    assert (
        read_sheet(Sheet("worked-example", {}).as_data() | {"twice": twice}, "worked-example").twice
        == ()
    )


def test_problems_are_told_for_every_exercise_of_the_assignment() -> None:
    for asked in forms_of("classify-scenarios"):
        assert len(form_problems(asked, Sheet(asked.exercise, {}))) == 1
        legal = {
            entry.item.item_id: ", ".join(next(iter(part)) for part in entry.item.parts.values())
            for entry in asked.entries
        }
        assert form_problems(asked, Sheet(asked.exercise, legal)) == []
        assert (
            form_problems(asked, Sheet(asked.exercise, {k: f"{v}, sure" for k, v in legal.items()}))
            == []
        )


def test_answers_of_several_words_are_checked_for_their_form_only() -> None:
    items = {item.kind: item for item in load_items().values() if item.status == "live"}
    for kind, item in items.items():
        asked = Form("a", "several", (Entry(item, 1.0),))
        options = list(item.labels)
        good = {
            ItemKind.OWNER_REASON: f"{options[0]}, {options[-1]}",
            ItemKind.ORDER: ", ".join(options),
        }.get(kind, options[0])
        assert form_problems(asked, Sheet("several", {item.item_id: good})) == []
        (problem,) = form_problems(asked, Sheet("several", {item.item_id: f"{options[0]}, zebra"}))
        assert "'zebra'" in problem or "zebra" in problem
        assert all(repr(option) in problem for option in options)
        if kind is ItemKind.OWNER_REASON:
            (problem,) = form_problems(asked, Sheet("several", {item.item_id: options[0]}))
            assert "write owner and reason" in problem


@pytest.mark.parametrize(
    ("given", "sent"),
    [(["a", "b"], "a, b"), (("a", None), "a"), ({"owner": "aws", "reason": "b"}, "aws, b"),
     ({"b", "a"}, "a, b"), (3, "3")],
)  # fmt: skip
def test_several_words_travel_as_one_line(given: object, sent: str) -> None:
    result = handed_in(worked_example={TASKS[0]: given})
    assert result is not None
    assert isinstance(result.sent, Sheet)
    assert result.sent.answers == {TASKS[0]: sent}
