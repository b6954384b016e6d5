"""`decide`: what earns its points, what loses them, and what no answer can break."""

from __future__ import annotations

import json
import math
import random
import re
import runpy
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from shared_responsibility import load_table, sample_cases, shift, try_samples
from shared_responsibility.answers import functions
from shared_responsibility.answers.handing_in import collect_work
from shared_responsibility.errors import CourseError
from shared_responsibility.exercises import code_exercise
from shared_responsibility.judges.decide import JUDGES
from shared_responsibility.judges.decide_draw import FIRST, FOREIGN, SECOND, TASKS, key_of
from shared_responsibility.judges.decide_facts import (
    NOT_ASKED,
    UNKNOWN,
    WRONG_FUNCTIONS,
    Case,
    Facts,
    decide,
    facts,
)
from shared_responsibility.matrix import plain
from shared_responsibility.scoring import Judgement
from shared_responsibility.vocabulary import LOAD_OF_PARTY, Party

FUNCTION, TESTS = "decide-function", "decide-tests"
EXPECTED = JUDGES[FUNCTION].expected("one")
FACTS = JUDGES[TESTS].expected("one")
EXERCISES = {exercise: code_exercise(exercise) for exercise in (FUNCTION, TESTS)}
OWNERS = ("aws", "customer", "shared")
SEEDS = [f"seed {number}" for number in range(6)]
Function = Callable[[dict[str, str], str, str], Any]


@cache
def expected_of(seed: str) -> Any:
    return JUDGES[FUNCTION].expected(seed)


def points(exercise: str, judgements: dict[str, Judgement]) -> float:
    checks = EXERCISES[exercise].checks
    assert {check.check_id for check in checks} == set(judgements)
    assert all(0 <= one.credit <= 1 for one in judgements.values())
    return sum(check.points * judgements[check.check_id].credit for check in checks)


def run(function: Function, expected: Any = EXPECTED) -> dict[str, Judgement]:
    outputs = functions.run_cases(function, expected["inputs"])
    return JUDGES[FUNCTION].judge({"outputs": outputs}, expected)


def judged(outputs: list[Any]) -> dict[str, Judgement]:
    return JUDGES[FUNCTION].judge({"outputs": outputs}, EXPECTED)


def right_outputs() -> list[Any]:
    return [{"value": right} for right in EXPECTED["right"]]


def lost(judgements: dict[str, Judgement]) -> set[str]:
    return {check for check, one in judgements.items() if one.credit < 1}


def as_function(answer: Callable[[Facts, Case], str]) -> Function:
    """A function as a learner would have it, of one that takes the facts and a case."""

    def responsible(service: dict[str, str], task: str, configuration: str) -> str:
        asked = Case(service["service_id"], service["service_model"], task, configuration)
        return answer(facts(), asked)

    return responsible


def case(arguments: list[Any]) -> Case:
    service, task, configuration = arguments
    return Case(service["service_id"], service["service_model"], task, configuration)


@pytest.fixture(scope="module")
def solution(root: Path) -> dict[str, Any]:
    """The variables of the notebook with its solutions."""
    text = (root / "authoring/assignments/decide.py").read_text(encoding="utf-8")
    cells: dict[str, Any] = {}
    for cell in re.split(r"(?m)^# %% (?!\[markdown\]).*$", text)[1:]:
        exec(re.split(r"(?m)^# %% \[markdown\]", cell)[0], cells)
    return cells


@pytest.fixture
def my_cases(solution: dict[str, Any]) -> pd.DataFrame:
    table: pd.DataFrame = solution["my_cases"].copy()
    return table


def judge_table(table: pd.DataFrame) -> dict[str, Judgement]:
    found = collect_work(EXERCISES[TESTS], {"my_cases": table})
    return JUDGES[TESTS].judge(found.data, FACTS)


# What is asked


@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_asks_sixty_balanced_cases_and_rules_that_hold(seed: str) -> None:
    expected = expected_of(seed)
    assert json.loads(json.dumps(expected)) == expected
    marks, right = expected["marks"], expected["right"]
    cases = [numbers[0] for check in ("known", "settings", "invented") for numbers in marks[check]]
    assert len(cases) == len({key_of(expected["inputs"][number]) for number in cases}) == 60
    for check, each in (("known", 7), ("settings", 7), ("invented", 6)):
        counts = Counter(right[number] for (number,) in marks[check])
        assert counts == dict.fromkeys(OWNERS, each)
    assert {check: len(marks[check]) for check in ("moves", "ends", "contrasts", "refused")} == {
        "moves": 6, "ends": 6, "contrasts": 6, "refused": 9,
    }  # fmt: skip
    assert NOT_ASKED not in right
    differs = [a != b for a, b in zip(expected["shortcut"], right, strict=True)]
    assert sum(differs[number] for (number,) in marks["known"]) == 12
    assert all(differs[number] for (number,) in marks["settings"])
    plain_cells = [
        replace(case(expected["inputs"][n]), configuration="") for (n,) in marks["settings"]
    ]
    assert all(decide(facts(), one) != NOT_ASKED for one in plain_cells)
    assert sorted(n for groups in marks.values() for group in groups for n in group) == list(
        range(len(right))
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_no_constant_answers_a_whole_group_and_every_case_of_a_rule_comes_twice(seed: str) -> None:
    expected = expected_of(seed)
    for check in ("moves", "ends", "contrasts", "refused"):
        for group in expected["marks"][check]:
            asked = Counter(key_of(expected["inputs"][number]) for number in group)
            assert set(asked.values()) == {2}
            assert len({expected["right"][number] for number in group}) > 1


def test_the_same_seed_asks_the_same_and_another_one_asks_otherwise() -> None:
    assert JUDGES[FUNCTION].expected("one") == EXPECTED
    asked = [{key_of(one) for one in expected_of(seed)["inputs"]} for seed in SEEDS]
    for first, second in pairwise(asked):
        assert len(first & second) < len(first) / 4


def test_samples_are_right_and_no_seed_asks_them() -> None:
    table = load_table("samples")
    own = table[table["exercise"] == FUNCTION]
    assert len(own) == 12
    samples = [json.loads(arguments) for arguments in own["arguments"]]
    assert [json.loads(one) for one in own["right"]] == [decide(facts(), case(s)) for s in samples]
    assert set(map(json.loads, own["right"])) == {*OWNERS, UNKNOWN}
    public = {key_of(one) for one in samples}
    for seed in SEEDS:
        assert public.isdisjoint(map(key_of, expected_of(seed)["inputs"]))


def test_a_case_that_becomes_a_sample_is_drawn_no_more(data_copy: Path) -> None:
    drawn = next(n for (n,) in EXPECTED["marks"]["known"] if EXPECTED["right"][n] == "shared")
    path = data_copy / "samples.csv"
    samples = pd.read_csv(path, dtype=str)
    own = samples.index[samples["exercise"] == FUNCTION][0]
    samples.loc[own, "arguments"] = json.dumps(EXPECTED["inputs"][drawn])
    samples.to_csv(path, index=False, lineterminator="\n")
    asked = set(map(key_of, JUDGES[FUNCTION].expected("one")["inputs"]))
    assert key_of(EXPECTED["inputs"][drawn]) not in asked


def test_no_invented_name_is_a_real_one() -> None:
    services = load_table("services")
    real = {plain(name) for column in ("service_id", "name") for name in services[column]}
    real |= {plain(name) for names in services["aliases"] for name in names.split("; ") if name}
    assert real.isdisjoint(plain(f"{one} {two}") for one in FIRST for two in SECOND)
    assert set(TASKS).isdisjoint(facts().domains)


def test_a_foreign_setting_belongs_to_one_service() -> None:
    for setting in FOREIGN:
        assert len({service for service, _, own in facts().settings if own == setting}) == 1


def test_the_move_to_fargate_adds_no_duty_in_any_row() -> None:
    for domain in facts().domains:
        before, after = (facts().services[one][domain] for one in ("ec2", "ecs_fargate"))
        assert LOAD_OF_PARTY[after] <= LOAD_OF_PARTY[before]


def test_the_layers_below_every_service_are_the_ones_that_no_customer_can_touch() -> None:
    domains = load_table("domains")
    always = domains[domains["zone"] == "always_provider"]["domain_id"]
    assert set(facts().buildings) == set(always)


# The function


def test_the_solution_earns_all_thirteen_points(
    solution: dict[str, Any], my_cases: pd.DataFrame
) -> None:
    for seed in SEEDS[:3]:
        judgements = run(solution["responsible"], expected_of(seed))
        assert points(FUNCTION, judgements) == pytest.approx(10)
    assert points(TESTS, judge_table(my_cases)) == pytest.approx(3)
    table = try_samples(FUNCTION, solution["responsible"])
    assert table["agrees"].all()


@pytest.mark.parametrize("constant", [*OWNERS, UNKNOWN, "azure", "", None, 7, ["aws"]])
def test_a_constant_answer_earns_nothing(constant: object) -> None:
    for seed in SEEDS[:2]:
        judgements = run(lambda *_: constant, expected_of(seed))
        assert points(FUNCTION, judgements) == 0


@pytest.mark.parametrize(
    ("check", "loses"),
    [
        ("finds-setting", {"settings", "contrasts"}),
        ("finds-label", {"known"}),
        ("finds-refusal", {"refused"}),
    ],
)
def test_a_wrong_belief_loses_exactly_what_hangs_on_it(check: str, loses: set[str]) -> None:
    for seed in SEEDS:
        judgements = run(as_function(WRONG_FUNCTIONS[check]), expected_of(seed))
        assert lost(judgements) == loses


def test_who_forgets_the_own_building_loses_nothing_in_the_table() -> None:
    for seed in SEEDS:
        judgements = run(as_function(WRONG_FUNCTIONS["finds-building"]), expected_of(seed))
        gone = lost(judgements) - {"moves"}
        # A device in the customer's rooms may be among the cells and settings of the table.
        assert gone - {"known", "settings", "contrasts"} == {"invented", "ends"}
        assert judgements["ends"].credit == pytest.approx(5 / 6)


def test_the_belief_is_named() -> None:
    label = run(as_function(WRONG_FUNCTIONS["finds-label"]))
    assert label["known"].credit == pytest.approx((3 / 7 - 1 / 3) * 1.5)
    assert label["known"].misconception_id == "M11"
    setting = run(as_function(WRONG_FUNCTIONS["finds-setting"]))
    assert {setting[check].misconception_id for check in ("settings", "contrasts")} == {"M11"}
    assert run(lambda *_: "customer")["ends"].misconception_id == "M12"
    assert run(as_function(_data_is_classified_by_aws))["ends"].misconception_id == "M13"


def _data_is_classified_by_aws(known: Facts, asked: Case) -> str:
    return Party.AWS if asked.task == "customer_data" else decide(known, asked)


def test_a_move_that_adds_a_duty_is_named() -> None:
    def heavier(known: Facts, asked: Case) -> str:
        right = decide(known, asked)
        return "customer" if asked.service_id == "ecs_fargate" and right == "shared" else right

    def lighter_before(known: Facts, asked: Case) -> str:
        return "aws" if asked.service_id == "ec2" else decide(known, asked)

    assert "the move adds a duty" not in "".join(run(as_function(heavier))["moves"].details)
    judgement = run(as_function(lighter_before))["moves"]
    assert "the move adds a duty" in "".join(judgement.details)
    assert judgement.credit == pytest.approx(4 / 6)


def test_an_answer_that_changes_counts_for_no_rule() -> None:
    given: set[str] = set()

    def forgetful(service: dict[str, str], task: str, configuration: str) -> str:
        key = key_of([service, task, configuration])
        right = as_function(decide)(service, task, configuration)
        if key in given:
            return "aws" if right != "aws" else "customer"
        given.add(key)
        return right

    judgements = run(forgetful)
    assert lost(judgements) == {"moves", "ends", "contrasts", "refused"}
    assert {judgements[check].credit for check in lost(judgements)} == {0}
    assert judgements["ends"].details[0].endswith("asked twice, it gave two answers")


@pytest.mark.parametrize(
    ("output", "part"),
    [
        ({"raised": "KeyError: 'x'"}, "failed with KeyError: 'x', right is"),
        ({"late": True}, "no answer in time, right is"),
        ({"value": None}, "None is not an answer here, right is"),
        ({"value": "nobody"}, "nobody is not an answer here"),
        ({"value": ["aws"]}, "a list is not an answer here"),
        ({"value": 10**5000}, "a int is not an answer here"),
        ({"value": "a" * 10**6}, "aaa... is not an answer here"),
        ("aws", "no answer, right is"),
    ],
)
def test_what_fails_costs_its_own_cases_and_is_named(output: Any, part: str) -> None:
    outputs = right_outputs()
    number = EXPECTED["marks"]["invented"][0][0]
    outputs[number] = output
    judgements = judged(outputs)
    assert lost(judgements) == {"invented"}
    assert part in judgements["invented"].details[0]
    assert judgements["invented"].yours.startswith("17 of 18 cases right")


def test_case_and_blanks_do_not_matter() -> None:
    outputs = [{"value": f" {right.title()} "} for right in EXPECTED["right"]]
    assert points(FUNCTION, judged(outputs)) == pytest.approx(10)


def test_outputs_that_are_missing_or_too_many_harm_no_others() -> None:
    assert points(FUNCTION, judged([])) == 0
    assert points(FUNCTION, judged([*right_outputs(), {"value": "aws"}])) == pytest.approx(10)
    assert lost(judged(right_outputs()[:60])) == {"moves", "ends", "contrasts", "refused"}


def test_more_right_answers_never_earn_fewer_points() -> None:
    draw = random.Random(3)
    for _ in range(2):
        outputs = [{"value": draw.choice([*OWNERS, UNKNOWN, ""])} for _ in EXPECTED["right"]]
        before = points(FUNCTION, judged(outputs))
        for number in draw.sample(range(len(outputs)), len(outputs)):
            outputs[number] = {"value": EXPECTED["right"][number]}
            after = points(FUNCTION, judged(outputs))
            assert after >= before - 1e-9
            before = after
        assert before == pytest.approx(10)


# The test cases


@pytest.mark.parametrize(
    ("row", "check"),
    [
        (("s3", "paas", "key_management", "sse_s3", "aws"), "finds-setting"),
        (("elastic_beanstalk", "paas", "guest_os", "", "shared"), "finds-label"),
        (("rds", "paas", "tax_returns", "", "unknown"), "finds-refusal"),
        (("old_mill", "on_premises", "hardware", "", "customer"), "finds-building"),
    ],
)
def test_each_wrong_function_is_found_by_its_own_case(row: tuple[str, ...], check: str) -> None:
    table = pd.DataFrame([row], columns=EXERCISES[TESTS].shape)
    judgements = judge_table(table)
    assert [name for name, one in judgements.items() if one.credit == 1] == [check]
    assert judgements["cases-right"].credit == pytest.approx(1 / 8 / 4)
    wrong = judge_table(table.assign(expected="nobody"))
    assert {one.credit for one in wrong.values()} == {0}
    assert "row 1" in wrong["cases-right"].details[0]


def test_every_wrong_function_is_right_on_the_example_of_the_notebook() -> None:
    asked = Case("ec2", "iaas", "application_code")
    assert {wrong(facts(), asked) for wrong in WRONG_FUNCTIONS.values()} == {"customer"}


def test_only_twelve_different_cases_count(my_cases: pd.DataFrame) -> None:
    harmless = pd.DataFrame(
        [("ec2", "iaas", name, "", owner) for name, owner in facts().services["ec2"].items()],
        columns=my_cases.columns,
    )
    late = pd.concat([harmless.head(12), my_cases])
    assert points(TESTS, judge_table(late)) == pytest.approx(0.75)
    assert points(TESTS, judge_table(pd.concat([my_cases] * 3))) == pytest.approx(3)
    assert judge_table(pd.concat([my_cases] * 3))["cases-right"].yours == "9 of 9 cases right"


def test_what_is_not_asked_has_no_right_answer() -> None:
    known = facts()
    absent = next(
        (service, domain)
        for service, row in known.services.items()
        for domain, owner in row.items()
        if owner == Party.NOT_APPLICABLE
    )
    assert decide(known, Case(absent[0], "paas", absent[1])) == NOT_ASKED
    assert decide(known, Case("rds", "paas", "guest_os", "retention_zero")) == NOT_ASKED
    table = pd.DataFrame(
        [("rds", "paas", "guest_os", "retention_zero", expected) for expected in ("", "unknown")],
        columns=EXERCISES[TESTS].shape,
    )
    judgement = judge_table(table)["cases-right"]
    assert judgement.credit == 0
    assert "this is not asked" in judgement.details[0]


def test_a_lacking_column_is_named(my_cases: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="lacks the column task and expected"):
        judge_table(my_cases.drop(columns=["task", "expected"]))


def test_the_facts_travel_whole() -> None:
    assert Facts.from_data(json.loads(json.dumps(FACTS))) == facts()


# Scripted learners


@pytest.mark.parametrize(
    ("learner", "most"), [("customer", 0.35), ("slogan", 0.55), ("random", 0.25)]
)
def test_who_has_not_learned_stays_low(root: Path, learner: str, most: float) -> None:
    sources = runpy.run_path(str(root / "tests/sets/decide.py"))["SOURCES"]
    earned = []
    for seed in SEEDS[:3]:
        cells: dict[str, Any] = {"pd": pd, "load_table": load_table}
        for exercise in (FUNCTION, TESTS):
            exec(sources[exercise][learner], cells)
        judgements = run(cells["responsible"], expected_of(seed))
        earned.append(points(FUNCTION, judgements) + points(TESTS, judge_table(cells["my_cases"])))
    assert max(earned) <= most * 13


# Whatever comes in


def nonsense(draw: random.Random, depth: int = 0) -> Any:
    """Any JSON value."""
    plain_values = [
        None, True, False, -1, 10**400, 1.5, math.nan, math.inf, "", "aws", "nan", "\x00\ud800",
        "{0.__class__}", "a" * 5000,
    ]  # fmt: skip
    kind = draw.randrange(4 if depth < 4 else 2)
    if kind == 2:
        return [nonsense(draw, depth + 1) for _ in range(draw.randrange(5))]
    if kind == 3:
        keys = ["outputs", "value", "raised", "late", "columns", "rows", "total_rows", "x"]
        return {draw.choice(keys): nonsense(draw, depth + 1) for _ in range(draw.randrange(5))}
    return draw.choice(plain_values)


@pytest.mark.parametrize("exercise", [FUNCTION, TESTS])
def test_no_data_breaks_the_judge(exercise: str) -> None:
    draw = random.Random(exercise)
    expected = {FUNCTION: EXPECTED, TESTS: FACTS}[exercise]
    columns = list(EXERCISES[TESTS].shape)
    shaped: list[Callable[[], Any]] = [
        lambda: nonsense(draw),
        lambda: {"outputs": [nonsense(draw) for _ in range(draw.randrange(200))]},
        lambda: {"columns": columns, "rows": [nonsense(draw) for _ in range(20)]},
        lambda: {"columns": columns, "rows": [[nonsense(draw) for _ in range(5)]] * 9},
    ]
    judged_at_all = 0
    sentences: set[str] = set()
    for _ in range(200):
        try:
            judgements = JUDGES[exercise].judge(draw.choice(shaped)(), expected)
        except ValueError as problem:
            sentences.add(str(problem))
            continue
        judged_at_all += 1
        assert 0 <= points(exercise, judgements) <= EXERCISES[exercise].points
        for one in judgements.values():
            assert len(one.details) <= 5
            assert all(len(text) < 600 for text in (one.yours, one.right, *one.details))
    assert judged_at_all > 50
    assert sentences
    assert all(10 < len(one) < 200 for one in sentences)


def test_judging_leaves_data_and_expected_alone() -> None:
    outputs = [{"value": "aws"} for _ in EXPECTED["right"]]
    before = json.dumps([outputs, EXPECTED])
    assert judged(outputs) == judged(outputs)
    assert json.dumps([outputs, EXPECTED]) == before


# Samples


def test_samples_are_tried_without_a_traceback() -> None:
    assert list(sample_cases(FUNCTION)) == ["service", "task", "configuration", "right"]
    table = try_samples(FUNCTION, lambda service, task, configuration: 1 / 0)
    assert set(table["yours"]) == {"ZeroDivisionError: division by zero"}
    assert not table["agrees"].any()
    with pytest.raises(CourseError, match="decide-function"):
        sample_cases("decide-funktion")
    with pytest.raises(CourseError, match="without brackets"):
        try_samples(FUNCTION, "aws")  # type: ignore[arg-type]


def test_a_function_cannot_change_the_next_sample() -> None:
    def greedy(service: dict[str, str], task: str, configuration: str) -> str:
        found = service["service_id"]
        service.clear()
        return found

    ids = [service["service_id"] for service in sample_cases(FUNCTION)["service"]]
    assert list(try_samples(FUNCTION, greedy)["yours"]) == ids


def test_the_default_that_an_invented_service_gets_is_the_public_one() -> None:
    defaults = shift()
    for (number,) in EXPECTED["marks"]["invented"]:
        asked = case(EXPECTED["inputs"][number])
        assert EXPECTED["right"][number] == defaults.loc[asked.task, asked.service_model]
        assert decide(facts(), replace(asked, service_model="")) == UNKNOWN
