"""The blueprint of the graded assignment: what makes its marks mean something."""

from collections import Counter

import pytest

from shared_responsibility.grading.learners import constant_answers, random_answers
from shared_responsibility.items import Item, forms_of
from shared_responsibility.keys import key_of, keys_of_form
from shared_responsibility.scoring import score_form
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import LEGAL_LABELS, PARTY_OF_CLASS, ControlClass

FORMS = forms_of("classify")
ITEMS = [entry.item for asked in FORMS for entry in asked.entries]


def party_of(item: Item) -> str:
    right = key_of(item).right
    return str(PARTY_OF_CLASS[ControlClass(right)]) if item.control_id else right


def test_it_has_24_different_items_of_one_point() -> None:
    assert len({item.item_id for item in ITEMS}) == len(ITEMS) == 24
    assert {entry.points for asked in FORMS for entry in asked.entries} == {1}
    assert {item.exposure for item in ITEMS} == {"graded"}


def test_it_spans_services_models_and_zones() -> None:
    cells = [cell for item in ITEMS for cell in item.cells]
    services = {cell.service_id for cell in cells}
    assert len(services) >= 12
    models = load_table("services").set_index("service_id")["service_model"]
    asked = {models[service] for service in services} | {i.model_id for i in ITEMS if i.model_id}
    assert asked == set(load_table("service_models")["model_id"])
    zones = load_table("domains").set_index("domain_id")["zone"]
    domains = {cell.domain_id for cell in cells} | {i.domain_id for i in ITEMS if i.domain_id}
    classes = {load_table("controls").set_index("control_id").loc[i.control_id, "control_class"]
               for i in ITEMS if i.control_id}  # fmt: skip
    assert {zones[domain] for domain in domains} == set(zones)
    assert len(classes) == 3


def test_no_party_is_right_too_often_or_too_seldom() -> None:
    counts = Counter(map(party_of, ITEMS))
    assert set(counts) == {"aws", "customer", "shared"}
    assert all(6 <= count <= 10 for count in counts.values()), counts


@pytest.mark.parametrize("asked", FORMS, ids=lambda asked: asked.exercise)
def test_no_label_is_right_in_more_than_half_of_an_exercise(asked: object) -> None:
    from shared_responsibility.items import Form

    assert isinstance(asked, Form)
    counts = Counter(key_of(entry.item).right for entry in asked.entries)
    assert max(counts.values()) <= len(asked.entries) / 2


@pytest.mark.parametrize("party", ["aws", "customer", "shared"])
def test_one_word_everywhere_earns_at_most_10_of_24(party: str) -> None:
    points = sum(
        score_form(keys_of_form(asked), constant_answers(asked, party)).points for asked in FORMS
    )
    assert 6 <= points <= 10


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.item_id)
def test_an_item_keeps_to_its_grain_and_teaches_on_every_option(item: Item) -> None:
    assert list(item.labels) == [str(label) for label in LEGAL_LABELS[item.grain]]
    key = key_of(item)
    for name, option in key.options.items():
        assert option.explanation
        assert bool(option.misconception_id) == (name != key.right)
    assert key.source
    assert key.source_url


def test_chance_earns_about_a_third() -> None:
    keys = [keys_of_form(asked) for asked in FORMS]
    points = [
        sum(score_form(k, random_answers(asked, seed)).points
            for asked, k in zip(FORMS, keys, strict=True))
        for seed in range(500)
    ]  # fmt: skip
    mean = sum(points) / len(points) / 24
    assert 0.30 <= mean <= 0.40
    assert max(points) < 24
