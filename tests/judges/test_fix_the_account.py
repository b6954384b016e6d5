"""`fix-the-account`: what earns its points, what loses them, and what no answer can break."""

from __future__ import annotations

import copy
import json
import math
import os
import random
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from made_accounts import account_of, repaired

from shared_responsibility import lab
from shared_responsibility.answers.accounts import collect
from shared_responsibility.answers.values import collect as collect_values
from shared_responsibility.exercises import code_exercise
from shared_responsibility.grading.accounts import GradingAccount, close_nursery
from shared_responsibility.judges import judged
from shared_responsibility.judges.fix_the_account import FOUND, JUDGES, REPAIRED
from shared_responsibility.scoring import CheckKey, Judgement

ROOT = Path(__file__).resolve().parents[2]
REPAIR, NOT_YOURS = "account-repair", "account-not-yours"
SEED = "one"
EXPECTED = JUDGES[REPAIR].expected(SEED)
DUTIES = JUDGES[NOT_YOURS].expected(SEED)
EXERCISES = {exercise: code_exercise(exercise) for exercise in (REPAIR, NOT_YOURS)}
SOURCES: dict[str, dict[str, str]] = runpy.run_path(
    str(ROOT / "tests" / "sets" / "fix_the_account.py")
)["SOURCES"]
ALL_FOUND = [list(pair) for pair in EXPECTED["problems"]]
needs_moto = pytest.mark.skipif(
    not lab.is_available(), reason="pip install -r requirements/lab.txt"
)
State = dict[str, Any]


def points(exercise: str, told: dict[str, Judgement]) -> float:
    checks = EXERCISES[exercise].checks
    assert {check.check_id for check in checks} == set(told)
    for one in told.values():
        assert isinstance(one.credit, float)
        assert 0 <= one.credit <= 1
        assert len(one.details) <= 5
    return sum(check.points * told[check.check_id].credit for check in checks)


def judge(
    findings: list[Any] | None = None,
    change: Callable[[State], object] | None = None,
    **more: Any,
) -> dict[str, Judgement]:
    """What is found of a run that repaired all, and then `change` was done to the result."""
    start = account_of(SEED)
    final = repaired(start)
    if change is not None:
        change(final)
    handed: State = {
        "findings": ALL_FOUND if findings is None else findings,
        "raised": {},
        "late": [],
    }
    data = {"handed": handed, "start": start, "first": copy.deepcopy(final), "final": final}
    return JUDGES[REPAIR].judge({**data, **more}, EXPECTED)


def lost(told: dict[str, Judgement]) -> set[str]:
    return {check for check, one in told.items() if one.credit < 1}


def test_it_is_worth_17_points_in_checks_of_a_half_to_three() -> None:
    checks = [check for asked in EXERCISES.values() for check in asked.checks]
    assert sum(check.points for check in checks) == 17
    assert all(0.5 <= check.points <= 3 for check in checks)
    kinds = [kind for kinds in FOUND.values() for kind in kinds]
    assert sorted(kinds) == sorted(lab.FINDINGS)
    assert {kind for kinds in REPAIRED.values() for kind in kinds} == set(kinds) - {
        "root_without_mfa"
    }


def test_all_found_and_all_repaired_earns_everything() -> None:
    assert points(REPAIR, judge()) == pytest.approx(13.5)


def test_nothing_done_earns_nothing() -> None:
    start = account_of(SEED)
    told = judge([], start=start, first=start, final=start)
    assert points(REPAIR, told) == 0


def test_a_thing_may_be_named_by_name_id_or_arn() -> None:
    start = account_of(SEED)
    groups = {one["name"]: key for key, one in start["groups"].items()}
    named: list[list[str]] = []
    for kind, name in EXPECTED["problems"]:
        other = {
            "ssh_open_to_world": groups.get(name),
            "wildcard_policy": f"arn:aws:iam::123456789012:policy/{name}",
            "unused_access_key": f"AKIA{name.upper()}",
            "unencrypted_volume": f"vol-{name}",
            "key_without_rotation": f"alias/{name}",
            "no_trail": "123456789012",
            "root_without_mfa": "root",
        }.get(kind)
        named.append([f" {kind.upper()} ", other or name])
    assert points(REPAIR, judge(named)) == pytest.approx(13.5)


def test_what_is_missed_or_accused_wrongly_costs_its_own_check() -> None:
    buckets = [pair for pair in ALL_FOUND if pair[0] == "public_bucket"]
    told = judge([pair for pair in ALL_FOUND if pair not in buckets])
    assert lost(told) == {"find-exposure"}
    assert told["find-exposure"].credit == pytest.approx(2 / 3)
    site = EXPECTED["keep"]["site"][0]
    told = judge([*ALL_FOUND, ["public_bucket", site]])
    assert lost(told) == {"find-exposure"}
    assert any(site in sentence for sentence in told["find-exposure"].details)


def test_more_right_findings_never_earn_less_and_order_does_not_matter() -> None:
    draw = random.Random(7)
    for _ in range(20):
        order = draw.sample(ALL_FOUND, len(ALL_FOUND))
        earned = [points(REPAIR, judge(order[:many])) for many in range(len(order) + 1)]
        assert earned == sorted(earned)
        assert earned[-1] == pytest.approx(13.5)


def test_accusing_everything_earns_little() -> None:
    start = account_of(SEED)
    names = [name for part in start.values() if isinstance(part, dict) for name in part]
    told = judge([[kind, name] for kind in lab.FINDINGS for name in [*names, "account"]])
    assert all(told[check].credit < 0.5 for check in FOUND)


def drop_group_rule(state: State) -> None:
    group = EXPECTED["keep"]["office"][0][0]
    for one in state["groups"].values():
        if one["name"] == group:
            one["inbound"] = []


def close_site(state: State) -> None:
    for name in EXPECTED["keep"]["site"]:
        state["buckets"][name]["block"] = dict.fromkeys(state["buckets"][name]["block"], True)


def drop_policy_of_reader(state: State) -> None:
    name = next(name for kind, name in EXPECTED["problems"] if kind == "public_bucket")
    state["buckets"][name]["policy"] = None


def switch_off_used_key(state: State) -> None:
    for key in state["users"][EXPECTED["keep"]["keys"][0]]["keys"].values():
        key["status"] = "Inactive"


def take_narrow_policy(state: State) -> None:
    state["policies"][EXPECTED["keep"]["policies"][0][0]]["held_by"] = []


def empty_bucket(state: State) -> None:
    state["buckets"][EXPECTED["keep"]["objects"][0][0]]["objects"] = {}


def drop_function(state: State) -> None:
    del state["functions"][EXPECTED["keep"]["functions"][-1]]


@pytest.mark.parametrize(
    "change",
    [
        drop_group_rule,
        close_site,
        drop_policy_of_reader,
        switch_off_used_key,
        take_narrow_policy,
        empty_bucket,
        drop_function,
    ],
)
def test_a_repair_that_goes_too_far_loses_what_worked(change: Callable[[State], object]) -> None:
    told = judge(change=change)
    assert "access-kept" in lost(told)
    assert told["access-kept"].credit == pytest.approx(0.75, abs=0.08)
    assert told["access-kept"].details


def test_a_block_for_the_whole_account_closes_the_website_too() -> None:
    def block_all(state: State) -> None:
        state["block"] = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"),
            True,
        )

    assert lost(judge(change=block_all)) == {"access-kept"}


def of_kind(kind: str) -> str:
    return next(str(name) for one, name in EXPECTED["problems"] if one == kind)


def half_open_group(state: State) -> None:
    for one in state["groups"].values():
        if one["name"] == of_kind("ssh_open_to_world"):
            one["inbound"].append(["tcp", 22, 22, "::/0"])


def split_world(state: State) -> None:
    for one in state["groups"].values():
        if one["name"] == of_kind("ssh_open_to_world"):
            one["inbound"] += [["tcp", 0, 100, "0.0.0.0/1"], ["tcp", 0, 100, "128.0.0.0/1"]]


def stop_trail(state: State) -> None:
    state["trails"]["main"]["recording"] = False


def trail_into_public(state: State) -> None:
    state["trails"]["main"]["bucket"] = EXPECTED["keep"]["site"][0]


def delete_volume(state: State) -> None:
    copies = [key for key in state["volumes"] if key.endswith("-new")]
    for key in copies:
        del state["volumes"][key]


def empty_volume(state: State) -> None:
    for key, one in state["volumes"].items():
        if key.endswith("-new"):
            one["from_snapshot"] = ""


def open_copy(state: State) -> None:
    name = of_kind("unencrypted_volume")
    state["snapshots"]["snap-1"] = {"of_volume": f"vol-{name}", "encrypted": False}


def disable_key(state: State) -> None:
    state["keys"][f"key-{of_kind('key_without_rotation')}"]["state"] = "Disabled"


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (half_open_group, "repair-exposure"),
        (split_world, "repair-exposure"),
        (stop_trail, "repair-upkeep"),
        (trail_into_public, "repair-upkeep"),
        (delete_volume, "repair-encryption"),
        (empty_volume, "repair-encryption"),
        (open_copy, "repair-encryption"),
        (disable_key, "repair-encryption"),
    ],
)
def test_a_repair_that_only_looks_like_one_is_none(
    change: Callable[[State], object], check: str
) -> None:
    told = judge(change=change)
    assert told[check].credit < 1
    assert told[check].details
    assert not lost(told) & set(FOUND)


def touch_role(state: State) -> None:
    state["roles"]["new"] = {"trust": {}, "inline": []}


def touch_group(state: State) -> None:
    next(iter(state["groups"].values()))["outbound"] = []


def touch_database(state: State) -> None:
    state["databases"][EXPECTED["keep"]["databases"][0]]["class"] = "db.r6g.16xlarge"


@pytest.mark.parametrize("change", [touch_role, touch_group, touch_database])
def test_what_had_no_problem_is_left_as_it_was(change: Callable[[State], object]) -> None:
    told = judge(change=change)
    assert lost(told) == {"nothing-else"}
    assert len(told["nothing-else"].details) == 1


def test_hardening_beyond_the_problems_is_no_fault() -> None:
    def harden(state: State) -> None:
        state["buckets"]["more-logs-2"] = copy.deepcopy(
            next(one for name, one in state["buckets"].items() if "-logs-" in name)
        )
        state["keys"]["key-new"] = {"alias": "", "state": "Enabled", "rotated": True}
        state["policies"]["narrower"] = {
            "arn": "arn",
            "document": {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}},
            "held_by": [],
        }

    assert not lost(judge(change=harden))


def test_a_second_run_that_changes_or_fails_loses_its_check() -> None:
    first = repaired(account_of(SEED))
    first["volumes"].popitem()
    assert lost(judge(first=first)) == {"run-twice"}
    handed = {"findings": ALL_FOUND, "raised": {"again": "ClientError: there is none"}}
    assert lost(judge(handed=handed)) == {"run-twice"}
    assert lost(judge(handed={**handed, "raised": {}, "late": ["again"]})) == {"run-twice"}
    assert lost(judge(first=None)) == {"run-twice"}


def test_a_simulation_that_was_brought_down_keeps_the_findings() -> None:
    told = judge(first=None, final=None)
    assert all(told[check].credit == 1 for check in FOUND)
    assert points(REPAIR, told) == pytest.approx(5.5)


def test_without_a_run_one_sentence_says_so() -> None:
    with pytest.raises(ValueError, match="did not run"):
        JUDGES[REPAIR].judge({"start": {}}, EXPECTED)
    with pytest.raises(ValueError, match="no account was recorded"):
        judge(start=None)


def junk(draw: random.Random, depth: int = 0) -> Any:
    plain = [None, True, -1, 10**40, 1e308, "NaN", "", "w01", "0.0.0.0/0", "Active", "*", "data"]
    if depth > 3 or draw.random() < 0.5:
        return draw.choice(plain)
    if draw.random() < 0.5:
        return [junk(draw, depth + 1) for _ in range(draw.randint(0, 4))]
    keys = ["findings", "values", "only_aws", "Statement", "Principal", "inbound", "block", "x"]
    return {draw.choice(keys): junk(draw, depth + 1) for _ in range(draw.randint(0, 4))}


def spoiled(draw: random.Random, value: Any) -> Any:
    """A value with junk in some of its places."""
    if draw.random() < 0.04:
        return junk(draw)
    if isinstance(value, dict):
        return {key: spoiled(draw, one) for key, one in value.items() if draw.random() > 0.02}
    if isinstance(value, list):
        return [spoiled(draw, one) for one in value]
    return value


@pytest.mark.parametrize("first", range(0, 120, 30))
def test_no_json_breaks_a_judge(first: int) -> None:
    start = account_of(SEED)
    whole = {
        "handed": {"findings": ALL_FOUND, "raised": {}, "late": []},
        "start": start,
        "first": repaired(start),
        "final": repaired(start),
    }
    for seed in range(first, first + 30):
        draw = random.Random(seed)
        spoiled_end = {**whole, "final": spoiled(draw, whole["final"])}
        datas = [spoiled(draw, whole), spoiled_end, junk(draw)]
        datas += [{"values": junk(draw)}, {"values": {"only_aws": junk(draw)}}]
        for exercise, expected in ((REPAIR, EXPECTED), (NOT_YOURS, DUTIES)):
            for data in datas:
                try:
                    told = JUDGES[exercise].judge(data, expected)
                except ValueError:
                    continue
                assert points(exercise, told) <= 13.5
                assert json.loads(json.dumps([one.yours for one in told.values()]))
                assert not any(math.isnan(one.credit) for one in told.values())


def test_the_list_of_what_is_awss_is_judged_by_the_matrix() -> None:
    def earned(*ids: str) -> float:
        data = {"values": {"only_aws": list(ids)}}
        return points(NOT_YOURS, JUDGES[NOT_YOURS].judge(data, DUTIES))

    right = [*DUTIES["hidden"], *DUTIES["managed"]]
    assert len(right) == len(DUTIES["yours"]) == 6
    assert earned(*right) == pytest.approx(3.5)
    assert earned() == 0
    assert earned(*right, *DUTIES["yours"]) < 3.5 / 2
    assert earned(*DUTIES["yours"]) == 0
    steps = [earned(*right[:many]) for many in range(7)]
    assert steps == sorted(steps)


@pytest.mark.parametrize(
    ("duty", "belief"), [("w09", "M14"), ("w04", "M03"), ("w05", "M08"), ("w02", "M04")]
)
def test_a_duty_given_away_tells_the_belief_behind_it(duty: str, belief: str) -> None:
    listed = [*DUTIES["hidden"], *DUTIES["managed"], duty]
    told = JUDGES[NOT_YOURS].judge({"values": {"only_aws": listed}}, DUTIES)
    assert told["stays-yours"].misconception_id == belief
    assert any(sentence.startswith(duty) for sentence in told["stays-yours"].details)


@pytest.mark.parametrize(("learner", "most"), [("customer", 0.5), ("slogan", 1.75), ("random", 1)])
def test_scripted_learners_on_the_list(learner: str, most: float) -> None:
    cells: dict[str, Any] = {}
    exec(SOURCES[NOT_YOURS][learner], cells)
    data = collect_values(EXERCISES[NOT_YOURS], cells).data
    assert points(NOT_YOURS, JUDGES[NOT_YOURS].judge(data, DUTIES)) <= most


def solution(exercise: str) -> str:
    text = (ROOT / "authoring/assignments/fix-the-account.py").read_text(encoding="utf-8")
    start = text.index(f'# %% exercise="{exercise}"')
    return re.split(r"^# %% ", text[start + 5 :], flags=re.MULTILINE)[0].partition("\n")[2]


def names_of_the_notebook() -> dict[str, Any]:
    from botocore.exceptions import ClientError

    return {"lab": lab, "ClientError": ClientError}


def test_the_solution_of_the_list_is_the_matrix_own() -> None:
    cells: dict[str, Any] = {}
    exec(solution(NOT_YOURS), cells)
    assert cells["not_yours"]["only_aws"] == sorted([*DUTIES["hidden"], *DUTIES["managed"]])


@pytest.fixture(scope="module", autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    close_nursery()


def graded(source: str, seed: str = SEED, sandboxed: bool = True) -> tuple[Any, dict[str, Any]]:
    """What came of functions in the account of a seed: the collected work, and the record."""
    cells = names_of_the_notebook()
    exec(source, cells)
    with GradingAccount(seed, sandboxed=sandboxed) as given:
        os.environ.update(given.environment)
        try:
            found = collect(EXERCISES[REPAIR], cells)
        finally:
            for name in given.environment:
                del os.environ[name]
        record = given.record()
    return found, {"handed": json.loads(json.dumps(found.data)), **record}


@needs_moto
@pytest.mark.slow
@pytest.mark.parametrize("sandboxed", [True, False])
@pytest.mark.parametrize("seed", [SEED, "another"])
def test_the_solution_earns_everything_in_a_real_run(seed: str, sandboxed: bool) -> None:
    found, data = graded(solution(REPAIR), seed, sandboxed)
    assert found.problems == []
    told = JUDGES[REPAIR].judge(data, JUDGES[REPAIR].expected(seed))
    assert {check: one for check, one in told.items() if one.credit < 1} == {}


@needs_moto
@pytest.mark.slow
@pytest.mark.parametrize("learner", ["customer", "slogan", "random"])
def test_scripted_learners_in_a_real_run(learner: str) -> None:
    found, data = graded(SOURCES[REPAIR][learner])
    assert found.data["raised"] == {}
    assert points(REPAIR, JUDGES[REPAIR].judge(data, EXPECTED)) <= 3.6


@needs_moto
@pytest.mark.slow
def test_an_account_made_from_a_plan_is_what_a_run_records() -> None:
    _, data = graded("def audit(account):\n    return []\n\n\ndef remediate(account):\n    pass\n")
    made = account_of(SEED)
    for name in ("buckets", "databases", "users", "policies", "functions", "roles"):
        assert set(data["start"][name]) == set(made[name])
    for name in ("volumes", "keys"):
        shown = sorted(map(str, (list(one.values()) for one in data["start"][name].values())))
        assert shown == sorted(map(str, (list(one.values()) for one in made[name].values())))
    assert data["start"]["databases"] == made["databases"]
    rules = {one["name"]: one["inbound"] for one in data["start"]["groups"].values()}
    assert rules.pop("default") == []
    assert rules == {one["name"]: one["inbound"] for one in made["groups"].values()}
    assert data["start"] == data["first"] == data["final"]


def test_the_result_of_a_hostile_hand_in_is_a_sentence() -> None:
    keys = [
        (CheckKey(f"{REPAIR}/{check.check_id}", 1, check.criterion, "", "", "", "", "", "", "", ""),
         check.points)
        for check in EXERCISES[REPAIR].checks
    ]  # fmt: skip
    result = judged("fix-the-account", REPAIR, keys, {"handed": 3}, EXPECTED)
    assert result.points == 0
    assert "did not run" in " ".join(result.remarks)
