"""Pre-test, post-test and mock form: parallel, balanced, and kept apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from shared_responsibility import by_objective, check, gain, mock_form
from shared_responsibility.items import form, load_items
from shared_responsibility.keys import key_of, right_party
from shared_responsibility.practice.exams import AFTER, BEFORE, MOCK_ITEMS, MOCK_SHARES
from shared_responsibility.tables import load_table

PAIRS = [
    (before.item, after.item)
    for before, after in zip(form(BEFORE).entries, form(AFTER).entries, strict=True)
]


def test_the_two_tests_are_parallel_and_span_the_objectives() -> None:
    assert len(PAIRS) == 12
    for before, after in PAIRS:
        assert before.domain_id == after.domain_id
        assert before.objective == after.objective
        assert right_party(before) == right_party(after)
        assert before.item_id != after.item_id
    assert {before.objective for before, _ in PAIRS} == {"2.1", "2.2", "2.3", "2.4"}
    assert len({before.domain_id for before, _ in PAIRS}) == 12


def test_their_items_stand_in_no_other_exercise() -> None:
    named = Counter(load_table("forms")["item_id"])
    for pair in PAIRS:
        for item in pair:
            assert named[item.item_id] == 1


@pytest.mark.parametrize("seed", range(8))
def test_a_mock_form_has_the_weights_of_the_exam_and_items_of_its_own(seed: int) -> None:
    mock = mock_form(seed)
    items = [entry.item for entry in mock.form.entries]
    assert len({item.item_id for item in items}) == len(items) == MOCK_ITEMS
    assert Counter(item.objective for item in items) == MOCK_SHARES
    assert not {item.item_id for item in items} & set(load_table("forms")["item_id"])
    assert {item.exposure for item in items} == {"practice"}
    assert mock.answers == dict.fromkeys([item.item_id for item in items])
    assert [e.item.item_id for e in mock_form(seed).form.entries] == list(mock.answers)
    assert all(item.prompt in repr(mock) for item in items)
    domains = Counter(item.domain_id for item in items)
    assert domains["client_endpoints"] == 0
    assert domains["people_training"] <= 1
    assert max(domains.values()) <= 3


def test_different_seeds_give_different_forms() -> None:
    assert len({tuple(mock_form(seed).answers) for seed in range(8)}) == 8


def test_the_gain_counts_first_attempts_pair_by_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SRM_PROGRESS", str(tmp_path / "progress.jsonl"))
    assert gain()[["before", "after", "change"]].isna().all(axis=None)
    bank = load_items()
    before, after = PAIRS[0]
    wrong = next(label for label in before.labels if label != key_of(before).right)
    check({before.item_id: wrong})
    check({before.item_id: key_of(before).right})
    check({after.item_id: key_of(bank[after.item_id]).right})
    told = gain()
    assert told.loc[0, ["before", "after", "change"]].tolist() == [0, 1, 1]
    assert told.loc[1:, "change"].isna().all()
    counted = by_objective(BEFORE)
    assert counted["answered"].sum() == 1
    assert counted["right"].sum() == 0
    assert counted["items"].sum() == 12
    mock = mock_form(3)
    check({item_id: key_of(bank[item_id]).right for item_id in mock.answers})
    assert by_objective(mock.form)["share"].tolist() == [1, 1, 1, 1]
