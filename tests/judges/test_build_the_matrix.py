"""The judge of `build-the-matrix`: real answers in, exactly the points that each deserves."""

from __future__ import annotations

import contextlib
import json
import runpy
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import pandas as pd
import pytest

from shared_responsibility.answers.handing_in import collect_work
from shared_responsibility.build.notebooks import read_percent
from shared_responsibility.exercises import CodeExercise, code_exercises_of
from shared_responsibility.judges.build_the_matrix import CLAIMED, JUDGES, PAGE, cleaned
from shared_responsibility.scoring import Judgement, clamp
from shared_responsibility.statements import load_statements

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "build-the-matrix"
EXERCISES = {asked.exercise: asked for asked in code_exercises_of(ASSIGNMENT)}
EXPECTED = {name: judge.expected("seed") for name, judge in JUDGES.items()}
CELLS = read_percent(ROOT / "authoring" / "assignments" / f"{ASSIGNMENT}.py").cells
SOURCES = runpy.run_path(str(ROOT / "tests" / "sets" / "build_the_matrix.py"))["SOURCES"]
REGION = "### BEGIN SOLUTION"
STEP = 4
"""How many right places are added from one judgement to the next."""


def run(answers: dict[str, str]) -> dict[str, Any]:
    """The variables after the notebook ran with these answers, its solutions elsewhere."""
    cells: dict[str, Any] = {}
    for cell in CELLS:
        if cell.cell_type == "code":
            exercise = cell.metadata.get("exercise", "")
            exec(answers.get(exercise, cell.source), cells)
    return cells


def judged(exercise: str, cells: dict[str, Any]) -> dict[str, Judgement]:
    data = json.loads(json.dumps(collect_work(EXERCISES[exercise], cells).data))
    return JUDGES[exercise].judge(data, EXPECTED[exercise]) if data else {}


def points(asked: CodeExercise, found: dict[str, Judgement]) -> float:
    return sum(
        clamp(found[check.check_id].credit, 1.0) * check.points
        for check in asked.checks
        if check.check_id in found
    )


def lost(exercise: str, cells: dict[str, Any]) -> dict[str, float]:
    """The points lost in each check that is not wholly right."""
    found = judged(exercise, cells)
    losses = {
        check.check_id: check.points * (1 - found[check.check_id].credit)
        for check in EXERCISES[exercise].checks
    }
    return {name: round(loss, 4) for name, loss in losses.items() if loss > 1e-9}


@pytest.fixture(scope="module")
def solved() -> dict[str, Any]:
    return run({})


@pytest.fixture
def cells(solved: dict[str, Any]) -> dict[str, Any]:
    """The variables of the right answer, to be spoilt."""
    names = "raw clean kept my_matrix contradictions gaps queries".split()
    return {name: solved[name].copy() for name in names}


def test_the_assignment_is_worth_15_points_in_checks_of_half_to_three() -> None:
    assert sum(asked.points for asked in EXERCISES.values()) == 15
    checks = [check for asked in EXERCISES.values() for check in asked.checks]
    assert all(0.5 <= check.points <= 3 for check in checks)
    assert list(EXERCISES) == list(JUDGES)


def test_expected_is_plain_data_and_does_not_change() -> None:
    for name, judge in JUDGES.items():
        assert json.loads(json.dumps(EXPECTED[name])) == EXPECTED[name] == judge.expected("other")


def test_every_query_has_one_clear_answer_that_no_belief_gives() -> None:
    right = EXPECTED["queries"]
    assert list(right) == list(EXERCISES["queries"].shape)
    assert len(right["most_aws_cells"]) == 1
    assert {"ec2", "ecs_ec2"} == set(right["system_to_patch"])
    assert 1 < len(right["same_everywhere"]) < 12
    assert 1 < len(right["changes_with_rds"]) < 12
    assert set(right["changes_with_rds"]).isdisjoint(CLAIMED)
    # Duplicates and settled statements lead to another number.
    lines = cleaned().values()
    assert right["shared_cells"] != sum(one.owner == "shared" for one in lines)
    assert right["rest_on_page"] != (load_statements()["source"] == PAGE).sum()


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_earns_everything(exercise: str, cells: dict[str, Any]) -> None:
    assert lost(exercise, cells) == {}
    work = collect_work(EXERCISES[exercise], cells)
    assert work.problems == []
    assert set(judged(exercise, cells)) == {c.check_id for c in EXERCISES[exercise].checks}


def test_the_untouched_notebook_runs_and_hands_in_nothing() -> None:
    stubs = {
        cell.metadata["exercise"]: cell.source.split(REGION)[0]
        for cell in CELLS
        if "exercise" in cell.metadata
    }
    untouched = run(stubs)
    assert sum(points(asked, judged(name, untouched)) for name, asked in EXERCISES.items()) == 0


@pytest.mark.parametrize(
    ("learner", "most"), [("customer", 0.35), ("slogan", 0.55), ("random", 0.25)]
)
def test_beliefs_and_chance_earn_little(learner: str, most: float) -> None:
    made = run({exercise: answers[learner] for exercise, answers in SOURCES.items()})
    earned = sum(points(asked, judged(name, made)) for name, asked in EXERCISES.items())
    assert 0 < earned <= 15 * most


# Each kind of mistake, and exactly what it costs.

Spoil = Callable[[dict[str, Any]], None]


def _no_service_ids(c: dict[str, Any]) -> None:
    c["clean"]["service_id"] = c["clean"]["service_id"].str.upper()


def _misspelt_domain_left_blank(c: dict[str, Any]) -> None:
    hidden = c["clean"]["service_id"].eq("lambda") & c["clean"]["domain_id"].eq("identity_access")
    c["clean"]["domain_id"] = c["clean"]["domain_id"].mask(hidden)


def _one_owner_for_all(c: dict[str, Any]) -> None:
    c["clean"]["owner"] = "customer"


def _dates_left_as_text(c: dict[str, Any]) -> None:
    typed = c["raw"].drop_duplicates("statement_id").set_index("statement_id")["read on"]
    c["clean"]["read_on"] = c["clean"]["statement_id"].map(typed)


def _duplicates_dropped_too_early(c: dict[str, Any]) -> None:
    again = c["raw"].drop_duplicates().duplicated("statement_id")
    numbers = c["raw"].drop_duplicates()["statement_id"][again]
    c["clean"] = pd.concat([c["clean"], c["clean"][c["clean"]["statement_id"].isin(numbers)]])


def _no_date_column(c: dict[str, Any]) -> None:
    c["clean"] = c["clean"].rename(columns={"read_on": "date"})


@pytest.mark.parametrize(
    ("spoil", "cost"),
    [
        (_no_service_ids, {"services": 0.5}),
        (_misspelt_domain_left_blank, {"domains": round(0.5 / 149, 4)}),
        (_one_owner_for_all, {"owners": 1.0}),
        (_duplicates_dropped_too_early, {"once": round(6 / 11, 4)}),
        (_no_date_column, {"dates": 0.5}),
    ],
)
def test_a_mistake_in_the_cleaning_costs_its_own_points(
    cells: dict[str, Any], spoil: Spoil, cost: dict[str, float]
) -> None:
    spoil(cells)
    assert lost("clean-statements", cells) == cost


def test_dates_as_text_earn_next_to_nothing(cells: dict[str, Any]) -> None:
    _dates_left_as_text(cells)
    losses = lost("clean-statements", cells)
    assert set(losses) == {"dates"}
    assert losses["dates"] > 0.4


def test_a_missing_column_is_named_with_the_nearest_one(cells: dict[str, Any]) -> None:
    cells["clean"] = cells["clean"].rename(columns={"owner": "owners"})
    assert judged("clean-statements", cells)["owners"].yours == (
        "no column `owner` (is `owners` meant?)"
    )
    cells["gaps"] = cells["gaps"].rename(columns={"domain_id": "domain"})
    with pytest.raises(ValueError, match="the column 'domain_id' is missing; is the column 'dom"):
        judged("gaps", cells)


def _uncited_statements_kept(c: dict[str, Any]) -> None:
    newest = (
        c["clean"].sort_values("read_on").drop_duplicates(["service_id", "domain_id"], keep="last")
    )
    c["my_matrix"] = newest.pivot(index="service_id", columns="domain_id", values="owner")


def _oldest_wins(c: dict[str, Any]) -> None:
    cited = c["clean"][c["clean"]["source"] != ""].sort_values("read_on")
    oldest = cited.drop_duplicates(["service_id", "domain_id"])
    c["my_matrix"] = oldest.pivot(index="service_id", columns="domain_id", values="owner")


def _absent_layers_left_blank(c: dict[str, Any]) -> None:
    c["my_matrix"] = c["my_matrix"].where(c["my_matrix"] != "not_applicable")


def _gaps_filled(c: dict[str, Any]) -> None:
    c["my_matrix"] = c["my_matrix"].fillna("not_applicable")


def _service_lost(c: dict[str, Any]) -> None:
    c["my_matrix"] = c["my_matrix"].drop(index="connect")


def _as_lines(c: dict[str, Any]) -> None:
    melted = c["my_matrix"].reset_index().melt("service_id", value_name="owner")
    c["my_matrix"] = melted


def _turned_round(c: dict[str, Any]) -> None:
    c["my_matrix"] = c["my_matrix"].T


@pytest.mark.parametrize(
    ("spoil", "checks"),
    [
        (_uncited_statements_kept, {"aws", "customer", "shared", "settled", "blank"}),
        (_oldest_wins, {"customer", "shared", "settled"}),
        (_absent_layers_left_blank, {"blank"}),
        (_gaps_filled, {"blank"}),
        (_as_lines, {"shape"}),
        (_turned_round, {"shape"}),
    ],
)
def test_a_mistake_in_the_matrix_costs_the_checks_that_it_touches(
    cells: dict[str, Any], spoil: Spoil, checks: set[str]
) -> None:
    spoil(cells)
    assert set(lost("pivot-matrix", cells)) == checks


def test_the_cost_of_settling_by_the_wrong_rule(cells: dict[str, Any]) -> None:
    _oldest_wins(cells)
    assert lost("pivot-matrix", cells)["settled"] == round(0.5 * 4 / 6, 4)


def test_a_lost_service_costs_its_share_of_the_shape(cells: dict[str, Any]) -> None:
    _service_lost(cells)
    losses = lost("pivot-matrix", cells)
    assert losses["shape"] == round(0.5 / 12, 4)
    assert "settled" not in losses


def test_naming_the_customer_for_the_layers_of_aws_shows_a_belief(cells: dict[str, Any]) -> None:
    cells["my_matrix"] = cells["my_matrix"].replace("aws", "customer")
    assert judged("pivot-matrix", cells)["aws"].misconception_id == "M12"


@pytest.mark.parametrize("how", ["rows", "columns", "index", "category", "extra", "values"])
def test_form_that_does_not_matter_costs_nothing(cells: dict[str, Any], how: str) -> None:
    matrix: pd.DataFrame = cells["my_matrix"]
    cells["my_matrix"] = {
        "rows": lambda: matrix.sample(frac=1, random_state=1),
        "columns": lambda: matrix[sorted(matrix.columns, reverse=True)],
        "index": matrix.reset_index,
        "category": lambda: matrix.astype("category"),
        "extra": lambda: matrix.assign(note="checked"),
        "values": lambda: pd.concat({"owner": matrix}, axis="columns"),
    }[how]()
    assert lost("pivot-matrix", cells) == {}


@pytest.mark.parametrize("exercise", ["clean-statements", "contradictions", "gaps"])
def test_the_order_of_rows_and_columns_does_not_matter(
    cells: dict[str, Any], exercise: str
) -> None:
    name = EXERCISES[exercise].variable
    shuffled = cells[name].sample(frac=1, random_state=2)
    cells[name] = shuffled[sorted(shuffled.columns, reverse=True)].astype(str)
    assert lost(exercise, cells) == {}


def test_agreeing_statements_are_no_contradiction(cells: dict[str, Any]) -> None:
    counted = cells["clean"].groupby(["service_id", "domain_id"]).size()
    cells["contradictions"] = counted[counted > 1].reset_index()
    assert lost("contradictions", cells) == {"found": round(1.5 * (1 - 6 / 9), 4)}


def test_contradictions_among_cited_statements_only_are_too_few(cells: dict[str, Any]) -> None:
    cited = cells["clean"][cells["clean"]["source"] != ""]
    owners = cited.groupby(["service_id", "domain_id"])["owner"].nunique()
    cells["contradictions"] = owners[owners > 1].reset_index()
    assert lost("contradictions", cells) == {"found": 0.5}


def test_every_cell_is_no_answer_to_which_are_open(cells: dict[str, Any]) -> None:
    every = cells["my_matrix"].reset_index().melt("service_id")
    cells["gaps"] = every
    assert lost("gaps", cells)["found"] > 0.9


@pytest.mark.parametrize(
    ("name", "answer", "cost", "belief"),
    [
        ("system_to_patch", ["ecs_ec2"], 0.5, "M01"),
        ("system_to_patch", ["ec2", "ecs_ec2", "rds"], 1 / 3, "M12"),
        ("system_to_patch", ["ec2"], 0.5, ""),
        ("system_to_patch", "ec2, ecs_ec2", 0, ""),
        ("shared_cells", 40, 1, ""),
        ("shared_cells", 39.0, 0, ""),
        ("shared_cells", "39", 0, ""),
        ("same_everywhere", ["hardware"], 0.8, ""),
        ("most_aws_cells", "s3", 1, ""),
        ("most_aws_cells", "connect", 1, "M11"),
        ("most_aws_cells", ["DynamoDB "], 0, ""),
        ("changes_with_rds", ["network_config"], 1, "M04"),
        ("changes_with_rds", ["guest_os", "identity_access"], 1 - 1 / 8, "M05"),
        ("rest_on_page", True, 1, ""),
        ("rest_on_page", None, 1, None),
    ],
)
def test_each_query_is_judged_for_itself(
    cells: dict[str, Any], name: str, answer: object, cost: float, belief: str | None
) -> None:
    cells["queries"][name] = answer
    found = judged("queries", cells)
    assert points(EXERCISES["queries"], found) == pytest.approx(6 - cost)
    if belief is None:
        assert name.replace("_", "-") not in found
    else:
        assert found[name.replace("_", "-")].misconception_id == belief


# Whatever comes in


def _anything(dice: Random, depth: int = 0) -> Any:
    plain = [None, True, "", "nan", "NaN", "ec2", "aws", "x" * 300, -1, 39, 10**400, 1e308,
             float("nan"), float("inf"), "\x00", "n001"]  # fmt: skip
    if depth > 3 or dice.random() < 0.5:
        return dice.choice(plain)
    if dice.random() < 0.5:
        return [_anything(dice, depth + 1) for _ in range(dice.randrange(5))]
    keys = ["columns", "rows", "values", "total_rows", "service_id", "system_to_patch"]
    return {dice.choice(keys): _anything(dice, depth + 1) for _ in range(dice.randrange(5))}


def _nearly_right(dice: Random, exercise: str) -> Any:
    """Data of the right form around cells that are not."""
    shape = list(EXERCISES[exercise].shape)
    if exercise == "queries":
        return {"values": {name: _anything(dice) for name in shape}}
    width = dice.randrange(len(shape) + 2)
    columns = [*shape, "owner", 7, None, ["x"]][:width]
    rows = [[_anything(dice, 2) for _ in range(dice.randrange(width + 2))] for _ in range(5)]
    return {"columns": columns, "rows": dice.choice([rows, [*rows, 3, {}], "rows"])}


@pytest.mark.parametrize("exercise", JUDGES)
def test_hostile_data_meets_a_sentence_or_a_low_mark(exercise: str) -> None:
    sentences = []
    for seed in range(400):
        dice = Random(seed)
        data = _anything(dice) if seed % 2 else _nearly_right(dice, exercise)
        try:
            found = JUDGES[exercise].judge(data, EXPECTED[exercise])
        except ValueError as problem:
            sentences.append(str(problem))
            continue
        for judgement in found.values():
            assert 0 <= judgement.credit <= 1
            assert len(judgement.details) <= 5
            assert all(len(detail) < 400 for detail in judgement.details)
        assert points(EXERCISES[exercise], found) < 0.5 * EXERCISES[exercise].points
    assert all("this exercise asks for" in one or "is missing" in one for one in sentences)
    assert all(len(one) < 300 for one in sentences)


@pytest.mark.parametrize("exercise", JUDGES)
def test_huge_data_is_judged_in_a_moment(exercise: str) -> None:
    columns = [f"service_i{number}" for number in range(100_000)]
    rows = [["n001"] * 50] * 20_000
    words = [f"ec{number}" for number in range(200_000)]
    huge = {"columns": columns, "rows": rows, "values": dict.fromkeys(EXPECTED["queries"], words)}
    start = perf_counter()
    with contextlib.suppress(ValueError):
        found = JUDGES[exercise].judge(huge, EXPECTED[exercise])
        assert points(EXERCISES[exercise], found) < 1
    assert perf_counter() - start < 2


def test_more_right_cells_never_earn_fewer_points(solved: dict[str, Any]) -> None:
    dice = Random(1)
    right = solved["my_matrix"].astype(object)
    words = ["aws", "customer", "shared", "not_applicable", None]
    given = right.map(lambda _: dice.choice(words)).astype(object)
    places = [(s, d) for s in right.index for d in right.columns]
    dice.shuffle(places)
    before = {check.check_id: 0.0 for check in EXERCISES["pivot-matrix"].checks}
    for first in range(0, len(places), STEP):
        for service, domain in places[first : first + STEP]:
            given.loc[service, domain] = right.loc[service, domain]
        found = judged("pivot-matrix", {"my_matrix": given})
        for name, judgement in found.items():
            assert judgement.credit >= before[name] - 1e-12
        before = {name: judgement.credit for name, judgement in found.items()}
    assert set(before.values()) == {1.0}


def test_more_right_statements_never_earn_fewer_points(solved: dict[str, Any]) -> None:
    right = solved["clean"].reset_index(drop=True)
    given = right.assign(service_id="?", domain_id="?", owner="?", read_on="?").astype(object)
    given = pd.concat([given, given.head(11)], ignore_index=True)
    before = -1.0
    for first in range(0, len(right), STEP):
        for number in range(first, min(first + STEP, len(right))):
            given.loc[number] = right.loc[number].astype(object)
        earned = points(EXERCISES["clean-statements"], judged("clean-statements", {"clean": given}))
        assert earned >= before - 1e-12
        before = earned
    assert before > 1
