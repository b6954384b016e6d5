import json
import math
import random
from dataclasses import replace

import pytest

from shared_responsibility.scoring import (
    FormResult,
    ItemKey,
    OptionKey,
    Verdict,
    clamp,
    score_form,
    score_item,
)

LABELS = ("aws", "customer", "shared", "customer_specific")
NOT_LABELS = ("azure", "None", "0", "not_applicable", "💥", "x" * 10_000)


def key(item_id: str, right: str) -> ItemKey:
    options = {label: OptionKey(float(label == right), f"Because of {label}.") for label in LABELS}
    return ItemKey(item_id, 1, "Who?", {one: one for one in LABELS}, options, "F.", "S", "U")


Keys = list[tuple[ItemKey, float]]


def draw_form(draw: random.Random) -> Keys:
    return [
        (key(f"item-{number}", draw.choice(LABELS)), draw.choice((0.0, 0.5, 1.0, 3.0)))
        for number in range(draw.randint(1, 9))
    ]


def draw_answers(draw: random.Random, keys: Keys) -> dict[str, object]:
    odd: tuple[object, ...] = (None, "", "  ", 7, math.nan, math.inf, True, [], {"a": 1}, b"aws")
    choices = (*LABELS, *LABELS, *NOT_LABELS, *odd)
    answers = {one.item_id: draw.choice(choices) for one, _ in keys if draw.random() < 0.9}
    return answers | {f"stray-{n}": draw.choice(choices) for n in range(draw.randint(0, 2))}


@pytest.mark.parametrize("seed", range(200))
def test_any_sheet_gets_a_number_from_zero_to_the_maximum(seed: int) -> None:
    draw = random.Random(seed)
    keys = draw_form(draw)
    answers = draw_answers(draw, keys)
    result = score_form(keys, answers)
    assert type(result.points) is float
    assert 0 <= result.points <= result.max_points == sum(points for _, points in keys)
    assert [item.key for item in result.items] == [one for one, _ in keys]
    expected = sum(p for one, p in keys if answers.get(one.item_id) == one.right)
    assert result.points == expected
    assert len(result.remarks) == any(name.startswith("stray") for name in answers)


@pytest.mark.parametrize("seed", range(50))
def test_one_more_right_answer_never_costs_points(seed: int) -> None:
    draw = random.Random(seed)
    keys = draw_form(draw)
    answers = draw_answers(draw, keys)
    points = score_form(keys, answers).points
    for one, worth in draw.sample(keys, len(keys)):
        was_right = answers.get(one.item_id) == one.right
        answers[one.item_id] = one.right
        better = score_form(keys, answers).points
        assert better == points + (0 if was_right else worth)
        points = better
    assert points == score_form(keys, answers).max_points


@pytest.mark.parametrize("seed", range(50))
def test_the_order_of_answers_and_items_does_not_matter(seed: int) -> None:
    draw = random.Random(seed)
    keys = draw_form(draw)
    answers = draw_answers(draw, keys)
    mixed = dict(draw.sample(list(answers.items()), len(answers)))
    one, two = score_form(keys, answers), score_form(draw.sample(keys, len(keys)), mixed)
    assert one.points == two.points
    assert {(i.key.item_id, i.verdict) for i in one.items} == {
        (i.key.item_id, i.verdict) for i in two.items
    }
    assert one.remarks == two.remarks


@pytest.mark.parametrize("written", NOT_LABELS)
def test_an_illegal_label_earns_nothing_and_is_named_and_the_rest_counts(written: str) -> None:
    keys = [(key("a", "aws"), 1.0), (key("b", "aws"), 2.0)]
    result = score_form(keys, {"a": written, "b": "aws"})
    assert [item.verdict for item in result.items] == [Verdict.ILLEGAL, Verdict.RIGHT]
    assert result.items[0].response == written[:200]
    assert result.points == 2


@pytest.mark.parametrize("written", [None, "", "  ", "\t"])
def test_a_blank_is_a_missing_answer_and_not_a_wrong_label(written: str | None) -> None:
    assert score_item(key("a", "aws"), written, 1).verdict is Verdict.MISSING


@pytest.mark.parametrize(
    "written",
    ["customer_specific", "Customer-Specific", " CUSTOMER SPECIFIC ", "customer specific"],
)
def test_spelling_of_case_space_and_hyphen_is_tolerated(written: str) -> None:
    result = score_item(key("a", "customer_specific"), written, 1)
    assert (result.verdict, result.points) == (Verdict.RIGHT, 1)
    assert result.response == "customer_specific"


def test_answers_to_items_of_another_form_are_named_and_not_counted() -> None:
    result = score_form([(key("a", "aws"), 1.0)], {"a": "aws", "z": "aws", "b": "aws"})
    assert result.points == 1
    assert result.remarks == ("Not an item of this exercise, so not counted: b and z.",)


@pytest.mark.parametrize(
    ("credit", "points", "verdict"),
    [
        (1.0, 2.0, Verdict.RIGHT),
        (0.5, 1.0, Verdict.PARTLY),
        (0.0, 0.0, Verdict.WRONG),
        (-1.0, 0.0, Verdict.WRONG),
        (7.0, 2.0, Verdict.RIGHT),
    ],
)
def test_credit_becomes_points_within_the_bounds(
    credit: float, points: float, verdict: Verdict
) -> None:
    judged = replace(key("a", "customer"), options={"aws": OptionKey(credit, "Why.")})
    result = score_item(judged, "aws", 2)
    assert (result.points, result.verdict) == (points, verdict)


@pytest.mark.parametrize(
    ("points", "clamped"),
    [(math.nan, 0), (math.inf, 3), (-math.inf, 0), (-1, 0), (2, 2), (3.1, 3)],
)
def test_points_are_clamped_to_a_plain_number(points: float, clamped: float) -> None:
    assert clamp(points, 3) == clamped
    assert type(clamp(points, 3)) is float


def test_rounding_never_lifts_a_sum_above_the_maximum() -> None:
    keys = [(key(f"item-{n}", "aws"), 0.1) for n in range(10)]
    result = score_form(keys, {one.item_id: "aws" for one, _ in keys})
    assert result.points <= result.max_points
    assert FormResult(()).points == 0


def test_a_key_survives_the_way_through_json() -> None:
    one = key("a", "shared")
    assert ItemKey.from_data(json.loads(json.dumps(one.as_data()))) == one
