import shutil
from pathlib import Path

import pytest

from shared_responsibility import check
from shared_responsibility.errors import CourseError
from shared_responsibility.items import form
from shared_responsibility.keys import key_of
from shared_responsibility.templates import draw

ITEMS = [entry.item for entry in form("first-check").entries]
FIRST, SECOND = ITEMS[:2]


def wrong(item_id: str) -> str:
    item = next(item for item in ITEMS if item.item_id == item_id)
    return next(label for label in item.labels if label != key_of(item).right)


def test_a_wrong_answer_is_explained() -> None:
    answer = wrong(FIRST.item_id)
    checked = check({FIRST.item_id: answer})
    key = key_of(FIRST)
    assert checked is not None
    for shown in (repr(checked), checked._repr_html_()):
        assert "0 of 1 right" in shown
        assert "points" not in shown.split("right", 1)[0]
    option = key.options[answer]
    for text in (option.belief, option.rule, option.explanation, key.fact, key.source):
        assert text
        assert text in repr(checked)


def test_right_answers_are_counted_and_items_left_none_wait() -> None:
    answers = {item.item_id: key_of(item).right for item in ITEMS}
    checked = check(answers | {SECOND.item_id: None})
    assert checked is not None
    assert "2 of 2 right" in repr(checked)
    assert repr(checked).rstrip().endswith("Still without an answer: 1.")
    assert "Still without an answer: 1." in checked._repr_html_()
    assert SECOND.item_id not in repr(checked)


@pytest.mark.parametrize("answers", [{}, {FIRST.item_id: None}, {FIRST.item_id: "  "}])
def test_with_no_answer_there_is_nothing_to_check(
    answers: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(answers) is None
    assert "Nothing to check yet" in capsys.readouterr().out


def test_it_stays_silent_while_a_notebook_is_graded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert check({FIRST.item_id: "aws"}) is None
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_it_stays_silent_where_there_are_no_answers(
    data_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(data_copy / "answers")
    assert check({FIRST.item_id: "aws"}) is None
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_an_unknown_item_gets_the_nearest_one() -> None:
    with pytest.raises(CourseError, match=f"Did you mean .*{FIRST.item_id}"):
        check({FIRST.item_id + "s": "aws"})


def test_something_else_than_a_dictionary_is_refused_in_a_sentence() -> None:
    with pytest.raises(CourseError, match="takes the dictionary"):
        check(["aws"])  # type: ignore[arg-type]


def test_a_drawn_item_is_judged_and_explained_too() -> None:
    made = draw("kernel-bulletin", 3)
    other = next(label for label in made.item.labels if label != made.key.right)
    for answer, count in ((made.key.right, 1), (other, 0)):
        checked = check({made.item.item_id: answer})
        assert checked is not None
        assert f"{count} of 1 right" in repr(checked)
        assert made.key.fact in repr(checked)
    with pytest.raises(CourseError, match="Did you mean kernel-bulletin"):
        check({"kernel-buletin~3": "aws"})


def test_a_slip_of_the_pen_is_named_and_gives_nothing_away() -> None:
    key = key_of(SECOND)
    checked = check({FIRST.item_id: key_of(FIRST).right, SECOND.item_id: "customr"})
    assert checked is not None
    for shown in (repr(checked), checked._repr_html_()):
        assert "1 of 1 right" in shown
        assert "is not judged yet" in shown
        assert "Still without an answer: 1" in shown
        for option in key.options.values():
            assert option.explanation not in shown
