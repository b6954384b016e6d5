"""The learner's record: nothing is lost, nothing is kept where none is wanted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared_responsibility import check
from shared_responsibility.errors import CourseError
from shared_responsibility.items import form
from shared_responsibility.keys import key_of
from shared_responsibility.practice.progress import (
    FORMAT,
    first_attempts,
    progress_file,
    read_progress,
)

ITEMS = [entry.item for entry in form("first-check").entries]
FIRST, SECOND = ITEMS[:2]
RIGHT = key_of(FIRST).right
WRONG = next(label for label in FIRST.labels if label != RIGHT)


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "kept" / "progress.jsonl"
    monkeypatch.setenv("SRM_PROGRESS", str(path))
    return path


def test_answers_are_kept_in_order_with_a_format_in_front(record: Path) -> None:
    check({FIRST.item_id: WRONG, SECOND.item_id: None})
    check({FIRST.item_id: RIGHT})
    assert json.loads(record.read_text("utf-8").splitlines()[0]) == {"format": FORMAT}
    kept = read_progress()
    assert list(kept["item_id"]) == [FIRST.item_id, FIRST.item_id]
    assert list(kept["credit"]) == [0, 1]
    assert list(kept["response"]) == [WRONG, RIGHT]
    assert kept["misconception_id"].iloc[0].startswith("M")
    assert kept["version"].iloc[0] == FIRST.version
    assert first_attempts([FIRST.item_id, SECOND.item_id])["credit"].to_dict() == {FIRST.item_id: 0}


@pytest.mark.parametrize("confidence", ["sure", "unsure", ""])
def test_how_sure_the_learner_was_is_kept_and_changes_nothing_else(
    record: Path, confidence: str
) -> None:
    asked = form("scenarios-one-task").entries[0].item
    check({asked.item_id: ", ".join(filter(None, [key_of(asked).right, confidence]))})
    kept = read_progress().iloc[0]
    assert kept["confidence"] == confidence
    assert (kept["response"], kept["credit"]) == (key_of(asked).right, 1)


def test_a_record_from_before_confidence_is_read_and_added_to(record: Path) -> None:
    check({FIRST.item_id: WRONG})
    lines = record.read_text("utf-8").splitlines()
    before = json.loads(lines[1])
    del before["confidence"]
    record.write_text(f"{lines[0]}\n{json.dumps(before)}\n", "utf-8")
    check({SECOND.item_id: key_of(SECOND).right})
    kept = read_progress()
    assert list(kept["item_id"]) == [FIRST.item_id, SECOND.item_id]
    assert list(kept["confidence"]) == ["", ""]
    assert list(kept.columns) == [*before, "confidence"]


def test_a_worked_example_leaves_no_line(record: Path) -> None:
    assert check({FIRST.item_id: WRONG}, record=False) is not None
    assert not record.exists()


def test_nothing_is_kept_outside_my_work_or_where_none_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SRM_PROGRESS", "")
    assert progress_file() is None
    monkeypatch.delenv("SRM_PROGRESS")
    assert progress_file() is None
    check({FIRST.item_id: RIGHT})
    assert read_progress().empty
    assert list(tmp_path.iterdir()) == []
    deep = tmp_path / "my-work" / "classify-scenarios"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert progress_file() == tmp_path / "my-work" / "progress.jsonl"


def test_a_line_that_was_cut_short_costs_itself_alone(record: Path) -> None:
    check({FIRST.item_id: WRONG})
    with record.open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-\n')
    check({SECOND.item_id: key_of(SECOND).right})
    assert list(read_progress()["item_id"]) == [FIRST.item_id, SECOND.item_id]


@pytest.mark.parametrize("first", ['{"format": 2}', "", "hello", "[1]"])
def test_a_file_of_another_kind_is_named_and_left_alone(record: Path, first: str) -> None:
    record.parent.mkdir()
    record.write_text(f"{first}\n", "utf-8")
    for act in (read_progress, lambda: check({FIRST.item_id: RIGHT})):
        with pytest.raises(CourseError, match="Move it away to begin a new one"):
            act()
    assert record.read_text("utf-8") == f"{first}\n"


def test_the_grader_keeps_nothing(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    check({FIRST.item_id: RIGHT})
    assert not record.exists()


def test_without_explanations_the_count_alone_is_told(record: Path) -> None:
    checked = check({FIRST.item_id: WRONG, SECOND.item_id: None}, explain=False)
    assert checked is not None
    for shown in (repr(checked), checked._repr_html_()):
        assert "0 of 1 right" in shown
        assert "Still without an answer: 1" in shown
        assert key_of(FIRST).options[RIGHT].explanation not in shown
    assert len(read_progress()) == 1
