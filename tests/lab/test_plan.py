"""What an account holds is drawn from a seed, and never twice the same way by chance."""

from __future__ import annotations

from collections import Counter

import pytest

from shared_responsibility.judges.fix_the_account import expected_account
from shared_responsibility.lab import FINDINGS, RUNTIMES_IN_SUPPORT, duties, findings
from shared_responsibility.lab.duties import DUTIES
from shared_responsibility.lab.plan import plan
from shared_responsibility.matrix import who

SEEDS = [f"seed {number}" for number in range(200)]


def test_a_seed_gives_the_same_account_and_another_gives_another() -> None:
    assert plan("one") == plan("one")
    firms = {plan(seed)["firm"] for seed in SEEDS}
    assert len(firms) > 100


@pytest.mark.parametrize("seed", SEEDS[:40])
def test_every_kind_of_problem_stands_beside_its_sound_twin(seed: str) -> None:
    problems = Counter(kind for kind, _ in expected_account(seed)["problems"])
    assert set(problems) == set(FINDINGS)
    assert max(problems.values()) <= 2
    drawn = plan(seed)
    for part in ("groups", "buckets", "keys", "volumes", "functions"):
        assert {one["bad"] for one in drawn[part]} == {True, False}
    assert {one["idle_key"] for one in drawn["people"]} == {True, False}
    assert {bool(one["wildcard"]) for one in drawn["people"]} == {True, False}
    assert {one["public"] for one in drawn["databases"]} == {True, False}
    assert {one["days"] > 0 for one in drawn["databases"]} == {True, False}


@pytest.mark.parametrize("seed", SEEDS[:40])
def test_names_are_what_aws_takes_and_stand_once(seed: str) -> None:
    drawn = plan(seed)
    names = [one["name"] for part in list(drawn)[1:] for one in drawn[part]]
    assert len(names) == len(set(names))
    assert all(3 <= len(name) <= 63 and name == name.lower() for name in names)
    for function in drawn["functions"]:
        assert (function["runtime"] in RUNTIMES_IN_SUPPORT) != function["bad"]


def test_who_has_a_problem_cannot_be_guessed_from_the_place() -> None:
    places = Counter(
        place for seed in SEEDS for place, one in enumerate(plan(seed)["volumes"]) if one["bad"]
    )
    assert min(places.values()) > 0.25 * len(SEEDS)


def test_every_duty_rests_on_a_cell_with_one_owner() -> None:
    owners = Counter(one.cell.responsible for one in DUTIES)
    assert owners == {"aws": 6, "customer": 6}
    for duty in DUTIES:
        cell = who(duty.service_id, duty.domain_id, duty.variant_id or None)
        assert cell.source.url
        assert duty.text.endswith(".")


def test_the_tables_that_learners_read_show_no_owner_and_no_key() -> None:
    assert set(duties().table.columns) == {"work"}
    assert list(findings().table.index) == list(FINDINGS)
