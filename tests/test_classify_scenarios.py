"""The blueprint of the 24 scenarios: what makes their marks mean something."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from shared_responsibility.items import Form, Item, forms_of
from shared_responsibility.keys import key_of, keys_of_form, right_party
from shared_responsibility.scoring import score_form
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import LEGAL_LABELS, ItemKind, Part, Party

FORMS = forms_of("classify-scenarios")
ENTRIES = [entry for asked in FORMS for entry in asked.entries]
ITEMS = [entry.item for entry in ENTRIES]
KEYS = {asked.exercise: keys_of_form(asked) for asked in FORMS}
POINTS = sum(entry.points for entry in ENTRIES)
MISCONCEPTIONS = sorted(load_table("misconceptions")["misconception_id"])
Answers = dict[str, str]


def _learners() -> ModuleType:
    path = Path(__file__).parent / "sets" / "classify_scenarios.py"
    spec = importlib.util.spec_from_file_location("sets_classify_scenarios", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LEARNERS = _learners()


def earned(answer: Callable[[Form], Answers]) -> float:
    return sum(score_form(KEYS[asked.exercise], answer(asked)).points for asked in FORMS)


def share(count: int) -> float:
    return count / len(ITEMS)


def test_it_has_24_graded_scenarios_with_owner_and_reason() -> None:
    assert len({item.item_id for item in ITEMS}) == len(ITEMS) == 24
    assert {item.kind for item in ITEMS} == {ItemKind.OWNER_REASON}
    assert {(item.exposure, item.status) for item in ITEMS} == {("graded", "live")}
    assert all(6 <= len(asked.entries) <= 8 for asked in FORMS)
    named = Counter(load_table("forms")["item_id"])
    assert {named[item.item_id] for item in ITEMS} == {1}


def test_it_is_worth_20_points_and_the_last_eight_weigh_most() -> None:
    assert POINTS == 20
    assert [entry.points for entry in ENTRIES] == [0.75] * 16 + [1.0] * 8


def test_it_keeps_to_the_weights_of_the_exam_tasks() -> None:
    counts = Counter(item.objective for item in ITEMS)
    for objective, wanted in {"2.1": 0.70, "2.2": 0.10, "2.3": 0.15, "2.4": 0.05}.items():
        assert abs(share(counts[objective]) - wanted) <= 0.03, objective


def test_it_spans_services_models_zones_and_grains() -> None:
    services = {cell.service_id for item in ITEMS for cell in item.cells}
    assert len(services) >= 14
    models = load_table("services").set_index("service_id")["service_model"]
    asked = {models[service] for service in services} | {item.model_id for item in ITEMS} - {""}
    assert asked == set(load_table("service_models")["model_id"])
    zones = load_table("domains").set_index("domain_id")["zone"]
    assert {zones[item.domain_id] for item in ITEMS} == set(zones)
    assert {item.grain for item in ITEMS} == set(LEGAL_LABELS)


def test_no_party_is_right_too_often_or_too_seldom() -> None:
    counts = Counter(map(right_party, ITEMS))
    assert set(counts) == {"aws", "customer", "shared"}
    assert all(0.25 <= share(count) <= 0.45 for count in counts.values()), counts


@pytest.mark.parametrize("asked", FORMS, ids=lambda asked: asked.exercise)
def test_no_party_is_right_in_more_than_half_of_an_exercise(asked: Form) -> None:
    counts = Counter(right_party(entry.item) for entry in asked.entries)
    assert max(counts.values()) <= len(asked.entries) / 2


def test_the_tempting_owner_is_wrong_in_both_directions() -> None:
    pairs = Counter((right_party(item), item.tempting) for item in ITEMS)
    assert pairs[Party.AWS, Party.CUSTOMER] >= 4
    assert pairs[Party.CUSTOMER, Party.AWS] >= 4


def test_neither_the_letter_nor_the_length_of_a_reason_tells_that_it_is_right() -> None:
    letters: Counter[str] = Counter()
    longest = 0
    for item in ITEMS:
        right = key_of(item).right_options[-1]
        letters[right] += 1
        reasons = item.parts[Part.REASON]
        longest += len(reasons[right]) == max(map(len, reasons.values()))
    assert set(letters) == set("abcd")
    assert all(0.2 <= share(count) <= 0.3 for count in letters.values()), letters
    assert share(longest) <= 0.4


@pytest.mark.parametrize("misconception_id", MISCONCEPTIONS)
def test_each_misconception_costs_points(misconception_id: str) -> None:
    def answer(asked: Form) -> Answers:
        return {entry.item.item_id: believing(entry.item, misconception_id)
                for entry in asked.entries}  # fmt: skip

    found = [
        one for asked in FORMS for one in score_form(KEYS[asked.exercise], answer(asked)).items
    ]
    assert sum(one.points for one in found) < POINTS
    assert {one.misconception_id for one in found} == {"", misconception_id}


def believing(item: Item, misconception_id: str) -> str:
    """The answer of somebody who is right except where this belief is on offer."""
    key = key_of(item)
    chosen = []
    for part in item.parts:
        options = key.in_part(part)
        wrong = [name for name in options if key.options[name].misconception_id == misconception_id]
        chosen += wrong[:1] or [name for name in options if key.options[name].credit >= 1]
    return ", ".join(chosen)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.item_id)
def test_an_item_teaches_on_every_option(item: Item) -> None:
    assert list(item.parts[Part.OWNER]) == [str(label) for label in LEGAL_LABELS[item.grain]]
    key = key_of(item)
    for name, option in key.options.items():
        assert option.explanation
        assert bool(option.misconception_id) == (name not in key.right_options)
    assert key.source
    assert key.source_url


def test_all_right_earns_all_and_how_sure_changes_nothing() -> None:
    for sure in ("", ", sure", ", unsure"):
        assert earned(lambda asked, sure=sure: perfect(asked, sure)) == POINTS


def perfect(asked: Form, sure: str) -> Answers:
    return {key.item_id: f"{key.right}{sure}" for key, _ in KEYS[asked.exercise]}


def test_chance_earns_at_most_a_quarter() -> None:
    points = [earned(lambda asked, seed=seed: LEARNERS.random_answers(asked, seed))
              for seed in range(500)]  # fmt: skip
    assert 0.15 <= sum(points) / len(points) / POINTS <= 0.25
    assert max(points) < 0.6 * POINTS


@pytest.mark.parametrize("letter", "abcd")
@pytest.mark.parametrize("party", [Party.AWS, Party.CUSTOMER, Party.SHARED])
def test_one_answer_everywhere_earns_at_most_35_percent(party: Party, letter: str) -> None:
    assert earned(lambda asked: LEARNERS.constant_answers(asked, party, letter)) <= 0.35 * POINTS


def test_an_owner_without_a_reason_is_no_answer() -> None:
    assert earned(lambda asked: {e.item.item_id: "customer" for e in asked.entries}) == 0


def test_the_slogan_alone_earns_at_most_a_third_and_not_nothing() -> None:
    points = earned(lambda asked: {entry.item.item_id: LEARNERS.SLOGAN[entry.item.item_id]
                                   for entry in asked.entries})  # fmt: skip
    assert 0.1 * POINTS < points <= POINTS / 3


@pytest.mark.parametrize("learner", ["customer", "slogan", "random"])
def test_the_cells_of_the_scripted_learners_run(learner: str) -> None:
    for asked in FORMS:
        cells: dict[str, Answers] = {}
        exec(LEARNERS.SOURCES[asked.exercise][learner], {}, cells)
        assert set(cells[asked.variable]) == {entry.item.item_id for entry in asked.entries}
