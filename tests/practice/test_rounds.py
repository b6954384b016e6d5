"""The second round: new questions on what was missed, and the surest mistakes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_responsibility import check, second_round
from shared_responsibility.errors import CourseError
from shared_responsibility.items import Item, form, forms_of, load_items
from shared_responsibility.keys import key_of
from shared_responsibility.practice.progress import read_progress
from shared_responsibility.practice.rounds import SecondRound
from shared_responsibility.scoring import ItemKey
from shared_responsibility.tables import load_table
from shared_responsibility.templates import SEPARATOR, drawn

ITEMS = [entry.item for asked in forms_of("classify-scenarios") for entry in asked.entries]
FIRST = ITEMS[0]
USED = set(load_table("forms")["item_id"])


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.jsonl"
    monkeypatch.setenv("SRM_PROGRESS", str(path))
    return path


def wrong(item: Item) -> str:
    """The tempting owner, with the first reason."""
    return f"{item.tempting}, {next(iter(item.written))}"


def key_in(item_id: str) -> ItemKey:
    return drawn(item_id).key if SEPARATOR in item_id else key_of(load_items()[item_id])


def beliefs(key: ItemKey) -> set[str]:
    return {option.misconception_id for option in key.options.values()} - {""}


def told(found: SecondRound | None) -> SecondRound:
    assert found is not None
    return found


@pytest.fixture(scope="module")
def all_missed(tmp_path_factory: pytest.TempPathFactory) -> tuple[SecondRound, dict[str, str]]:
    """The round of somebody who missed every scenario, and the belief behind each answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SRM_PROGRESS", str(tmp_path_factory.mktemp("record") / "progress.jsonl"))
        check({item.item_id: wrong(item) for item in ITEMS})
        showed = read_progress().set_index("item_id")["misconception_id"].to_dict()
        return told(second_round()), showed


def test_each_missed_scenario_gets_one_new_question(
    all_missed: tuple[SecondRound, dict[str, str]],
) -> None:
    found, _ = all_missed
    assert list(found.instead_of.values()) == [item.item_id for item in ITEMS]
    assert list(found.answers) == list(found.instead_of)
    assert not {item.item_id for item in ITEMS} & set(found.answers)
    assert not USED & set(found.answers)
    bank = load_items()
    drawn_ids = {one for one in found.answers if SEPARATOR in one}
    assert {bank[one].exposure for one in set(found.answers) - drawn_ids} == {"practice"}
    assert drawn_ids


def test_a_new_question_is_on_the_same_domain_or_the_same_misconception(
    all_missed: tuple[SecondRound, dict[str, str]],
) -> None:
    (found, showed), both = all_missed, 0
    for entry in found.form.entries:
        missed = load_items()[found.instead_of[entry.item.item_id]]
        same_domain = entry.item.domain_id == missed.domain_id
        same_belief = showed[missed.item_id] in beliefs(key_in(entry.item.item_id))
        assert same_domain or same_belief
        both += same_domain and same_belief
        cells = {(ref.service_id, ref.domain_id) for ref in entry.item.cells}
        assert not cells & {(ref.service_id, ref.domain_id) for ref in missed.cells}
    assert both >= 16


def test_sure_and_wrong_comes_first(record: Path) -> None:
    sure, unsure = ITEMS[7], ITEMS[2]
    check({unsure.item_id: f"{wrong(unsure)}, unsure", sure.item_id: f"{wrong(sure)}, sure"})
    check({FIRST.item_id: f"{key_of(FIRST).right}, sure"})
    ids = [sure.item_id, unsure.item_id]
    assert list(told(second_round()).instead_of.values()) == ids
    assert list(told(second_round(missed=reversed(ids))).instead_of.values()) == ids


def test_the_right_owner_with_a_wrong_reason_counts_as_missed(record: Path) -> None:
    owner, right = key_of(FIRST).right_options
    other = next(letter for letter in FIRST.written if letter != right)
    check({FIRST.item_id: f"{owner}, {other}"})
    assert list(told(second_round()).instead_of.values()) == [FIRST.item_id]


def test_the_first_attempt_decides(record: Path) -> None:
    check({FIRST.item_id: wrong(FIRST)})
    check({FIRST.item_id: key_of(FIRST).right})
    assert list(told(second_round()).instead_of.values()) == [FIRST.item_id]


def test_the_same_record_gives_the_same_round_and_answers_give_another(record: Path) -> None:
    missed = ITEMS[::8]
    check({item.item_id: wrong(item) for item in missed})
    seen: set[str] = set()
    asked: set[tuple[str, str]] = set()
    before = told(second_round()).answers
    for _ in range(3):
        found = told(second_round())
        assert seen or found.answers == before
        assert len(found.answers) == len(missed)
        assert not seen & set(found.answers)
        cases = {(entry.item.item_id.partition(SEPARATOR)[0], str(entry.item.cells))
                 for entry in found.form.entries}  # fmt: skip
        assert not asked & cases
        seen |= set(found.answers)
        asked |= cases
        checked = check({item_id: key_in(item_id).right for item_id in found.answers})
        assert checked is not None
        assert "3 of 3 right" in repr(checked)


def test_it_shows_questions_and_a_sheet_that_check_takes(record: Path) -> None:
    found = told(second_round(missed=[FIRST.item_id]))
    (entry,) = found.form.entries
    for shown in (repr(found), found._repr_html_()):
        assert entry.item.item_id in shown
        assert key_in(entry.item.item_id).right_options[-1] in shown
    assert repr(found).endswith(found.sheet)
    judged: list[dict[str, None]] = []
    exec(found.sheet, {"check": judged.append})
    assert judged == [found.answers]


def test_nothing_of_the_key_is_in_it(all_missed: tuple[SecondRound, dict[str, str]]) -> None:
    found, _ = all_missed
    for shown in (repr(found), found._repr_html_()):
        for item_id in found.answers:
            for option in key_in(item_id).options.values():
                assert option.explanation not in shown


def test_drawn_questions_can_be_missed_too(record: Path) -> None:
    one = "why-that-copy~7"
    found = told(second_round(missed=[one]))
    assert list(found.instead_of.values()) == [one]
    assert drawn(one).item.domain_id == found.form.entries[0].item.domain_id


def test_it_says_plainly_when_there_is_nothing_to_ask(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert second_round() is None
    assert "No answer to classify-scenarios is in your record yet." in capsys.readouterr().out
    check({FIRST.item_id: key_of(FIRST).right})
    capsys.readouterr()
    assert second_round() is None
    assert capsys.readouterr().out == (
        "You missed nothing in what you answered of classify-scenarios. "
        "23 of 24 are still without an answer.\n"
    )
    check({item.item_id: key_of(item).right for item in ITEMS})
    assert second_round() is None
    assert "23 of 24" not in capsys.readouterr().out.splitlines()[-1]
    assert second_round(missed=[]) is None
    assert "Nothing was missed" in capsys.readouterr().out


def test_without_a_record_the_list_is_enough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SRM_PROGRESS", "")
    assert second_round() is None
    assert "not in my-work" in capsys.readouterr().out
    assert len(told(second_round(missed=[FIRST.item_id, FIRST.item_id])).answers) == 1


def test_a_question_that_is_gone_from_the_course_does_no_harm(record: Path) -> None:
    check({FIRST.item_id: wrong(FIRST)})
    line = record.read_text("utf-8").splitlines()[1]
    with record.open("a", encoding="utf-8") as file:
        for gone in ("no-such-item", "no-such-template~3", "why-that-copy~x"):
            file.write(line.replace(FIRST.item_id, gone) + "\n")
    assert list(told(second_round()).instead_of.values()) == [FIRST.item_id]


@pytest.mark.parametrize("missed", [FIRST.item_id, 5, [None], [["a"]], True], ids=repr)
def test_what_is_no_list_of_ids_is_named(record: Path, missed: object) -> None:
    with pytest.raises(CourseError, match="takes a list of question ids"):
        second_round(missed=missed)  # type: ignore[arg-type]


def test_unknown_names_are_refused_with_the_nearest(record: Path) -> None:
    with pytest.raises(CourseError, match=FIRST.item_id):
        second_round(missed=[FIRST.item_id + "x"])
    with pytest.raises(CourseError, match="classify-scenarios"):
        second_round("classify-scenario")


def test_it_rests_while_a_notebook_is_graded_and_where_no_answers_are(
    record: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    data_copy: Path,
) -> None:
    (data_copy / "answers" / "option_keys.csv").rename(data_copy / "kept.csv")
    assert second_round(missed=[FIRST.item_id]) is None
    assert "is for practice" in capsys.readouterr().out
    monkeypatch.delenv("SRM_DATA")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert second_round(missed=[FIRST.item_id]) is None
    assert "is for practice" in capsys.readouterr().out


def test_the_answers_of_a_round_are_kept(record: Path) -> None:
    found = told(second_round(missed=[form("scenarios-wider-view").entries[0].item.item_id]))
    (item_id,) = found.answers
    check({item_id: key_in(item_id).right})
    assert list(read_progress()["item_id"]) == [item_id]
