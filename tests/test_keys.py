import json
import shutil
from pathlib import Path

import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.items import Item, form, load_items
from shared_responsibility.keys import key_of, keys_of_form, right_party
from shared_responsibility.matrix import who
from shared_responsibility.scoring import ItemKey, score_item
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Grain, ItemKind
from tests.conftest import Damage

LIVE = [item for item in load_items().values() if item.status == "live"]


@pytest.mark.parametrize("kind", ItemKind)
def test_live_items_can_be_judged_explained_and_stored(kind: ItemKind) -> None:
    items = [item for item in LIVE if item.kind is kind]
    assert items
    for item in items:
        judged_explained_and_stored(item)


def judged_explained_and_stored(item: Item) -> None:
    key = key_of(item)
    assert list(key.options) == list(item.labels)
    assert score_item(key, key.right, 2).points == 2
    several = item.kind in (ItemKind.MULTI, ItemKind.ORDER, ItemKind.EVIDENCE)
    assert len(key.right_options) > 1 if several else len(key.right_options) == len(item.parts)
    for name, option in key.options.items():
        assert option.explanation
        wrong = name not in key.right_options
        believed = bool(option.belief and option.rule and option.contrast)
        assert believed == wrong or (item.kind is ItemKind.EVIDENCE and wrong)
        chosen_freely = item.kind in (ItemKind.MULTI, ItemKind.EVIDENCE)
        assert bool(option.missed) == (chosen_freely and not wrong)
    assert key.rule or item.kind is ItemKind.ORDER
    assert key.source_url.startswith("http")
    assert key.fact
    assert (key.prompt, key.version) == (item.prompt, item.version)
    assert ItemKey.from_data(json.loads(json.dumps(key.as_data()))) == key


def test_the_key_of_a_cell_is_the_owner_in_the_matrix() -> None:
    cells = [i for i in LIVE if i.cells and i.owner_is_derived and not i.control_id]
    assert {item.kind for item in cells} == {ItemKind.MATRIX_CELL, ItemKind.OWNER_REASON}
    assert {item.grain for item in cells} == {Grain.CELL}
    for item in cells:
        last = item.cells[-1]
        owner = who(last.service_id, last.domain_id, last.variant_id or None).responsible
        assert right_party(item) == key_of(item).right_options[0] == owner


def test_keys_follow_changed_facts(damage: Damage) -> None:
    damage("responsibilities.csv", "dynamodb,encryption_at_rest,aws", "dynamodb,encryption_at_rest,"
           "customer")  # fmt: skip
    damage("variants.csv", "elastic_beanstalk,guest_os,managed_updates_on,shared",
           "elastic_beanstalk,guest_os,managed_updates_on,aws")  # fmt: skip
    damage("model_defaults.csv", "guest_os,on_premises,customer", "guest_os,on_premises,shared")
    damage("responsibilities.csv", "ec2,backup_recovery,customer", "ec2,backup_recovery,shared")
    controls = load_table("controls").set_index("control_id")["control_class"]
    bank = load_items()
    for item_id, right in {
        "dynamodb-default-table": "customer",
        "beanstalk-platform-retires": "aws",
        "clinic-basement-systems": "shared",
        "move-backup-back-to-ec2": "shared",
    }.items():
        assert key_of(bank[item_id]).right == right, item_id
    for item in bank.values():
        if item.control_id:
            assert key_of(item).right_options[0] == controls[item.control_id]


def test_without_the_answers_nothing_can_be_judged_and_a_sentence_says_so(data_copy: Path) -> None:
    shutil.rmtree(data_copy / "answers")
    with pytest.raises(CourseError, match="answers are not on this machine"):
        key_of(load_items()["ec2-hypervisor-flaw"])


def test_the_keys_of_a_form_come_in_its_order_with_its_points() -> None:
    asked = form("scenarios-wider-view")
    expected = [(entry.item.item_id, entry.points) for entry in asked.entries]
    assert [
        (key.item_id, points) for key, points in keys_of_form("scenarios-wider-view")
    ] == expected
    assert keys_of_form(asked) == keys_of_form("scenarios-wider-view")


def test_the_owner_of_an_owner_and_reason_item_follows_the_facts_and_its_reason_does_not(
    request: pytest.FixtureRequest,
) -> None:
    item = next(i for i in LIVE if i.kind is ItemKind.OWNER_REASON and i.owner_is_derived
                and i.cells and not i.cells[-1].variant_id and right_party(i) == "aws")  # fmt: skip
    reason = key_of(item).right_options[1]
    damage: Damage = request.getfixturevalue("damage")
    cell = f"{item.cells[-1].service_id},{item.cells[-1].domain_id}"
    damage("responsibilities.csv", f"{cell},aws", f"{cell},customer")
    assert key_of(load_items()[item.item_id]).right_options == ("customer", reason)


def test_the_fact_under_a_task_speaks_of_the_domain_as_a_whole() -> None:
    """A task can be one party's although both have work in its domain."""
    tasks = [i for i in LIVE if i.grain is Grain.TASK and i.cells and not i.model_id]
    assert tasks
    for item in tasks:
        assert key_of(item).fact.startswith("The domain as a whole: ")
