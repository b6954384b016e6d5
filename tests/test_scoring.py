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


def choices(kind: str, credits: dict[str, float], part: str = "answer") -> ItemKey:
    """A key with written options; of an order item the credit is the rank."""
    ranked = kind == "order"
    options = {
        name: OptionKey(0 if ranked else credit, f"Why {name}.", part=part,
                        rank=int(credit) if ranked else 0)
        for name, credit in credits.items()
    }  # fmt: skip
    return ItemKey("a", 1, "?", {n: n for n in credits}, options, "F.", "S", "U", kind=kind)


def owner_reason() -> ItemKey:
    owners = choices("owner_reason", {"aws": 1, "customer": 0}, "owner")
    reasons = choices("owner_reason", {"a": 0, "b": 1, "c": 0}, "reason")
    return replace(owners, options=owners.options | reasons.options,
                   labels=owners.labels | reasons.labels)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "points", "verdict"),
    [
        ("aws, b", 2, Verdict.RIGHT),
        ("b; AWS", 2, Verdict.RIGHT),
        (("aws", "b"), 2, Verdict.RIGHT),
        ({"owner": "aws", "reason": "b"}, 2, Verdict.RIGHT),
        ("aws b", 2, Verdict.RIGHT),
        ("aws, a", 1, Verdict.PARTLY),
        ("customer, b", 0, Verdict.WRONG),
        ("customer, a", 0, Verdict.WRONG),
        ("aws", 0, Verdict.ILLEGAL),
        ("b", 0, Verdict.ILLEGAL),
        ("aws, b, c", 0, Verdict.ILLEGAL),
        ("aws, customer, b", 0, Verdict.ILLEGAL),
        ([], 0, Verdict.MISSING),
        ([None, ""], 0, Verdict.MISSING),
    ],
)
def test_a_reason_counts_half_and_only_with_the_right_owner(
    answer: object, points: float, verdict: Verdict
) -> None:
    result = score_item(owner_reason(), answer, 2)
    assert (result.points, result.verdict) == (points, verdict)


@pytest.mark.parametrize(
    ("answer", "credit"),
    [
        ("a, b", 1),
        ({"b", "a"}, 1),
        ("a", 0.5),
        ("a, b, c", 0.5),
        ("a, c", 0),
        ("c, d", 0),
        ("a, b, c, d", 0),
        ("a, a, a", 0.5),
    ],
)
def test_a_choice_of_several_is_net_correct(answer: object, credit: float) -> None:
    key = choices("multi", {"a": 1, "b": 1, "c": 0, "d": 0})
    assert score_item(key, answer, 1).points == credit


@pytest.mark.parametrize(
    ("answer", "credit"),
    [
        ("b, c, a", 1),
        (["b", "c", "a"], 1),
        ("b c a", 1),
        ("c, b, a", 1 / 3),
        ("c, a, b", 0),
        ("a, c, b", 0),
    ],
)
def test_an_order_is_judged_by_its_pairs(answer: object, credit: float) -> None:
    key = choices("order", {"a": 3, "b": 1, "c": 2})
    assert key.right == "b, c, a"
    assert score_item(key, answer, 1).points == pytest.approx(credit)


@pytest.mark.parametrize("answer", ["b, c", "b, c, a, d", "b, b, a", "b"])
def test_an_order_that_leaves_something_out_is_no_answer(answer: str) -> None:
    key = choices("order", {"a": 3, "b": 1, "c": 2})
    assert score_item(key, answer, 1).verdict is Verdict.ILLEGAL


@pytest.mark.parametrize("seed", range(60))
def test_every_kind_stays_within_its_bounds_and_one_more_hit_never_costs(seed: int) -> None:
    draw = random.Random(seed)
    names = list("abcde")[: draw.randint(3, 5)]
    right = draw.sample(names, 2)
    multi = choices("multi", {name: float(name in right) for name in names})
    order = choices("order", dict(zip(names, draw.sample(range(1, len(names) + 1), len(names)),
                                      strict=True)))  # fmt: skip
    chosen = draw.sample(names, draw.randint(1, len(names)))
    for key in (multi, order, owner_reason()):
        result = score_item(key, chosen, 3.0)
        assert type(result.points) is float
        assert 0 <= result.points <= 3
    missing = [name for name in right if name not in chosen]
    if missing:
        more = score_item(multi, [*chosen, missing[0]], 1).points
        assert more >= score_item(multi, chosen, 1).points
    assert score_item(multi, chosen[::-1], 1).points == score_item(multi, chosen, 1).points


def test_wrong_and_forgotten_options_are_named() -> None:
    result = score_item(choices("multi", {"a": 1, "b": 1, "c": 0, "d": 0}), "a, c", 1)
    assert (result.chosen, result.wrong_options, result.left_out) == (("a", "c"), ("c",), ("b",))
    silent = score_item(choices("multi", {"a": 1, "b": 1, "c": 0}), None, 1)
    assert (silent.wrong_options, silent.left_out) == ((), ())


def test_a_key_of_an_older_record_is_read_as_one_answer() -> None:
    old = key("a", "shared").as_data()
    for name in ("kind", "rule"):
        del old[name]
    for option in old["options"].values():
        for name in ("part", "rank", "missed"):
            del option[name]
    assert score_item(ItemKey.from_data(old), "shared", 1).verdict is Verdict.RIGHT
