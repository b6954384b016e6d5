"""Partial credit: the four schemes over every subset, evidence, confidence, checks, withdrawals."""

import itertools
import json
import math
import random
from dataclasses import replace
from typing import Any

import pytest

from shared_responsibility.items import load_items
from shared_responsibility.keys import key_of
from shared_responsibility.scoring import (
    LONGEST_ANSWER,
    CheckKey,
    CheckResult,
    FormResult,
    ItemKey,
    Judgement,
    OptionKey,
    Verdict,
    credit_of_several,
    score_checks,
    score_form,
    score_item,
)
from shared_responsibility.vocabulary import ItemKind, Scheme

EVIDENCE = [i for i in load_items().values() if i.kind is ItemKind.EVIDENCE and i.status == "live"]
SHAPES = [(count, right) for count in range(2, 6) for right in range(1, count + 1)]


def several(scheme: str, count: int, right: int, kind: str = "multi") -> ItemKey:
    names = [f"l{number:02}" for number in range(1, count + 1)]
    options = {
        name: OptionKey(float(number < right), f"Why {name}.") for number, name in enumerate(names)
    }
    labels = {name: name for name in names}
    return ItemKey("a", 1, "?", labels, options, "F.", "S", "U", kind=kind, scheme=scheme)


def subsets(names: list[str]) -> list[tuple[str, ...]]:
    sizes = range(len(names) + 1)
    return [found for size in sizes for found in itertools.combinations(names, size)]


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize(("count", "right"), SHAPES)
@pytest.mark.parametrize("kind", ["multi", "evidence"])
def test_every_subset_under_every_scheme(scheme: Scheme, count: int, right: int, kind: str) -> None:
    key = several(scheme, count, right, kind)
    draw = random.Random(f"{scheme} {count} {right}")
    credit: dict[frozenset[str], float] = {}
    for chosen in subsets(list(key.options)):
        result = score_item(key, chosen, 1.0)
        assert type(result.points) is float
        assert 0 <= result.points <= 1
        mixed = draw.sample(chosen, len(chosen))
        assert score_item(key, ", ".join(mixed), 1.0).points == result.points
        credit[frozenset(chosen)] = result.points
        expected = {0: Verdict.WRONG, 1: Verdict.RIGHT}.get(result.points, Verdict.PARTLY)  # type: ignore[call-overload]
        assert result.verdict == (expected if chosen else Verdict.MISSING)
    perfect = frozenset(key.right_options)
    assert credit[frozenset()] == 0
    assert credit[perfect] == 1
    assert [chosen for chosen, points in credit.items() if points == 1] == [perfect]
    for chosen, points in credit.items():
        for name in perfect - chosen:
            assert credit[chosen | {name}] >= points


@pytest.mark.parametrize(
    ("scheme", "chosen", "credit"),
    [
        (Scheme.OFF, "l01, l02, l03", 0),
        (Scheme.OFF, "l01", 0),
        (Scheme.NET_CORRECT, "l01, l02, l03", 0.5),
        (Scheme.COVERAGE, "l01, l02, l03", 2 / 3),
        (Scheme.COVERAGE, "l01", 0.5),
        (Scheme.COVERAGE, "l01, l03", 0.25),
        (Scheme.COVERAGE, "l03, l04", 0),
        (Scheme.EACH_ANSWER, "l01, l02, l03", 0.8),
        (Scheme.EACH_ANSWER, "l03", 0.4),
        ("", "l01, l02, l03", 0.5),
    ],
)
def test_the_schemes_by_hand(scheme: str, chosen: str, credit: float) -> None:
    assert score_item(several(scheme, 5, 2), chosen, 1).points == pytest.approx(credit)


@pytest.mark.parametrize("scheme", [Scheme.NET_CORRECT, Scheme.COVERAGE, Scheme.OFF])
def test_choosing_everything_does_not_pay(scheme: Scheme) -> None:
    key = several(scheme, 16, 4)
    assert score_item(key, list(key.options), 1).points <= 0.25


@pytest.mark.parametrize("seed", range(200))
def test_large_items_stay_within_their_bounds(seed: int) -> None:
    draw = random.Random(seed)
    count = draw.randint(7, 40)
    right = range(draw.randint(1, count))
    chosen = draw.sample(range(count), draw.randint(0, count))
    for scheme in Scheme:
        credit = credit_of_several(scheme, right, chosen, count)
        assert not math.isnan(credit)
        assert 0 <= credit <= 1


@pytest.mark.parametrize("item", EVIDENCE, ids=lambda item: item.item_id)
def test_an_evidence_item_pays_for_the_lines_that_prove_it(item: Any) -> None:
    key = key_of(item)
    assert key.scheme == Scheme.COVERAGE
    assert score_item(key, key.right, 2).points == 2
    for form in (key.right.upper(), key.right.replace(",", ""), list(key.right_options)):
        assert score_item(key, form, 2).verdict is Verdict.RIGHT
    others = [name for name in key.options if name not in key.right_options]
    assert score_item(key, others, 2).points == 0
    everything = score_item(key, list(key.options), 2)
    assert everything.points == pytest.approx(2 * len(key.right_options) / len(key.options))
    assert everything.points <= 2 / 3
    assert score_item(key, key.right_options[0], 2).left_out == key.right_options[1:]
    assert score_item(key, "l99", 2).verdict is Verdict.ILLEGAL


def test_every_answer_of_the_bank_fits_into_the_length_that_is_kept() -> None:
    for item in load_items().values():
        assert len(", ".join([*item.labels, "unsure"])) <= LONGEST_ANSWER, item.item_id


def owner_reason() -> ItemKey:
    options = {
        "aws": OptionKey(1, "Why.", part="owner"),
        "customer": OptionKey(0, "Why.", "M12", part="owner"),
        "a": OptionKey(1, "Why.", part="reason"),
        "b": OptionKey(0, "Why.", part="reason"),
    }
    labels = {name: name for name in options}
    return ItemKey("a", 1, "?", labels, options, "F.", "S", "U", kind="owner_reason")


@pytest.mark.parametrize("answer", ["aws, a", "aws, b", "customer, a", "aws", "a, aws", "aws a"])
@pytest.mark.parametrize("word", ["sure", "unsure", "Sure", " UNSURE "])
def test_how_sure_somebody_is_changes_no_points(answer: str, word: str) -> None:
    plain = score_item(owner_reason(), answer, 2)
    for written in (f"{answer}, {word}", [answer, word]):
        told = score_item(owner_reason(), written, 2)
        assert (told.points, told.verdict, told.chosen) == (
            plain.points, plain.verdict, plain.chosen,
        )  # fmt: skip
        assert told.confidence == word.strip().casefold()
        if plain.verdict is not Verdict.ILLEGAL:
            assert told.response == plain.response
    assert plain.confidence == ""


@pytest.mark.parametrize("answer", ["sure", "unsure", "sure, aws, a", "aws, a, sure, unsure"])
def test_a_word_of_confidence_in_another_place_is_no_answer(answer: str) -> None:
    assert score_item(owner_reason(), answer, 2).verdict is Verdict.ILLEGAL


def check_key(check_id: str) -> CheckKey:
    return CheckKey(f"x/{check_id}", 1, "Criterion.", "What to do.", misconception_id="M05")


@pytest.mark.parametrize(
    ("credit", "points", "verdict"),
    [
        (1, 3, Verdict.RIGHT),
        (0.5, 1.5, Verdict.PARTLY),
        (0, 0, Verdict.WRONG),
        (-1, 0, Verdict.WRONG),
        (7, 3, Verdict.RIGHT),
        (math.nan, 0, Verdict.WRONG),
        (-math.inf, 0, Verdict.WRONG),
        (math.inf, 3, Verdict.RIGHT),
        (True, 3, Verdict.RIGHT),
    ],
)
def test_the_credit_of_a_check_becomes_points_within_the_bounds(
    credit: float, points: float, verdict: Verdict
) -> None:
    result = CheckResult(check_key("a"), Judgement(credit, "yours", "right"), 3.0)
    assert (result.points, result.verdict) == (points, verdict)
    assert type(result.points) is float
    assert FormResult((result,)).points == points


def test_a_check_names_the_belief_that_the_judge_saw_and_else_its_own() -> None:
    seen = Judgement(0, "", "", misconception_id="M12")
    assert CheckResult(check_key("a"), seen, 1).misconception_id == "M12"
    assert CheckResult(check_key("a"), replace(seen, misconception_id=""), 1).misconception_id == (
        "M05"
    )
    assert CheckResult(check_key("a"), replace(seen, credit=1), 1).misconception_id == ""
    assert CheckResult(check_key("a"), None, 1).misconception_id == ""


def test_checks_without_a_judgement_earn_nothing_and_strangers_are_ignored() -> None:
    keys = [(check_key("a"), 1.0), (check_key("b"), 2.0)]
    judged = {"b": Judgement(1, "y", "r"), "zzz": Judgement(1, "y", "r")}
    result = score_checks(keys, judged, "A remark.")
    assert [item.verdict for item in result.items] == [Verdict.MISSING, Verdict.RIGHT]
    assert (result.points, result.max_points, result.remarks) == (2, 3, ("A remark.",))
    assert result.items[0].response == ""


def test_a_check_key_survives_the_way_through_json() -> None:
    one = check_key("a")
    assert CheckKey.from_data(json.loads(json.dumps(one.as_data()))) == one
    assert one.check_id == "a"


@pytest.mark.parametrize("answer", ["aws, a", "aws, b", "customer, b", None, "nonsense"])
def test_a_withdrawn_item_gives_everybody_its_points(answer: str | None) -> None:
    result = score_form([(owner_reason(), 2.0)], {"a": answer})
    dropped = result.without(["a"])
    assert dropped.points == 2
    assert dropped.remarks[0] == "Withdrawn, so everybody has the points: a."
    assert dropped.items[0].verdict == result.items[0].verdict
    assert dropped.without(["a"]).points == 2
    assert result.without(["z"]) is result


def test_a_withdrawn_check_gives_everybody_its_points() -> None:
    keys = [(check_key("a"), 1.0), (check_key("b"), 2.0)]
    for judged in ({}, {"a": Judgement(0, "", "")}, {"b": Judgement(0.5, "", "")}):
        result = score_checks(keys, judged)
        dropped = result.without(["x/b"])
        assert dropped.points == result.items[0].points + 2
        assert dropped.points <= dropped.max_points
