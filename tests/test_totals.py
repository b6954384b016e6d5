"""The course total over the six sets, and the pages that say it."""

from __future__ import annotations

import html
import json
import random
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.practice.record import write_record
from shared_responsibility.practice.results import NAME, Kept, keep_result, read_results
from shared_responsibility.totals import (
    PASS_MARK,
    WHAT_IT_IS_NOT,
    Total,
    completion_page,
    problem_sets,
    total,
)

WORTH = {one.assignment: one.max_points for one in problem_sets()}
DAY = date(2026, 12, 1)


def test_the_six_sets_are_worth_100_points_in_their_order() -> None:
    assert WORTH == {
        "build-the-matrix": 15,
        "the-line-moves": 15,
        "classify-scenarios": 20,
        "post-mortems": 20,
        "fix-the-account": 17,
        "decide": 13,
    }
    assert list(WORTH)[:2] == ["build-the-matrix", "the-line-moves"]
    assert sum(WORTH.values()) == 100


def test_a_total_is_the_sum_over_the_sets_and_nothing_else() -> None:
    made = total("ada", {"decide": 12.5, "post-mortems": 10, "lesson": 99, "pre-test": None})
    assert made.earned == 22.5
    assert list(made.points) == list(WORTH)
    assert made.points["classify-scenarios"] is None
    assert total("ada", {}).earned == 0
    assert total("ada", dict(WORTH)).earned == 100


@pytest.mark.parametrize("seed", range(4))
def test_any_points_add_up_within_the_bounds(seed: int) -> None:
    draw = random.Random(seed)
    points = {
        name: draw.choice([None, draw.uniform(0, worth), worth]) for name, worth in WORTH.items()
    }
    made = total("x", points)
    assert 0 <= made.earned <= 100
    assert made.passed == (round(made.earned, 2) >= PASS_MARK)


@pytest.mark.parametrize(
    ("earned", "passed"),
    [(PASS_MARK, True), (PASS_MARK - 0.01, False), (PASS_MARK - 1e-9, True), (0, False),
     (100, True)],
)  # fmt: skip
def test_the_pass_mark_counts_as_it_is_shown(earned: float, passed: bool) -> None:
    assert Total("x", {"decide": earned}).passed is passed


def test_thirds_that_add_up_to_the_pass_mark_pass() -> None:
    made = Total("x", {str(number): 1 / 3 for number in range(int(PASS_MARK) * 3)})
    assert made.earned != PASS_MARK, "the sum misses by a hair"
    assert made.passed


def test_the_record_says_what_was_earned_and_what_it_is_not() -> None:
    page = completion_page(total("Ada", {"decide": 12.25}), DAY, checked_by="Checked so.")
    assert "12.25 of 100 points: not passed yet." in page
    assert "<td>12.25 of 13</td>" in page
    assert page.count("not handed in, 0 of ") == 5
    assert "Made on 2026-12-01." in page
    assert "Checked so." in page
    assert WHAT_IT_IS_NOT in page
    assert f"The pass mark is {PASS_MARK:g}." in page
    full = completion_page(total("Ada", dict(WORTH)), DAY, checked_by="x")
    assert "100 of 100 points: passed." in full
    assert re.findall(r"<h(\d)", page) == ["1", "2"]
    assert not re.search(r"(src|href)=", page)


def test_the_name_of_a_learner_cannot_change_the_page() -> None:
    name = '<script>alert("x")</script>&'
    page = completion_page(total(name, {}), DAY, checked_by=name)
    assert "<script" not in page
    assert html.escape(name) in page


KEPT = Kept(9.5, 13.0, 13.0, "2026-12-01")


def test_results_are_kept_by_set_and_the_last_one_counts(tmp_path: Path) -> None:
    assert read_results(tmp_path) == {}
    keep_result(tmp_path, "decide", KEPT)
    keep_result(tmp_path, "post-mortems", KEPT)
    keep_result(tmp_path, "decide", replace(KEPT, points=11.0))
    assert read_results(tmp_path) == {"decide": replace(KEPT, points=11.0), "post-mortems": KEPT}
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "3", "null", '{"format": 2, "sets": {}}', '{"format": 1}',
        '{"format": 1, "sets": []}', '{"format": 1, "sets": {"decide": 3}}',
        '{"format": 1, "sets": {"decide": {"points": 1}}}',
        '{"format": 1, "sets": {"decide": {"points": "many", "judged": 1, "max_points": 1, '
        '"checked_on": "x"}}}',
        '{"format": 1, "sets": {"decide": {"points": NaN, "judged": 1, "max_points": 1, '
        '"checked_on": "x"}}}',
        '{"format": 1, "sets": {"decide": {"points": null, "judged": 1, "max_points": 1, '
        '"checked_on": "x"}}}',
    ],
)  # fmt: skip
def test_a_damaged_file_of_results_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "my-work").mkdir()
    path = tmp_path / "my-work" / NAME
    path.write_text(text, encoding="utf-8")
    for act in (
        lambda: read_results(path.parent),
        lambda: keep_result(path.parent, "decide", KEPT),
        lambda: write_record(tmp_path, "Ada", DAY),
    ):
        with pytest.raises(CourseError, match=r"results\.json is not a file of results"):
            act()
    assert path.read_text(encoding="utf-8") == text


def test_the_record_of_somebody_alone_comes_from_the_kept_results(tmp_path: Path) -> None:
    (tmp_path / "my-work").mkdir()
    with pytest.raises(CourseError, match="Run, for example: srm check decide"):
        write_record(tmp_path, "Ada", DAY)
    keep_result(tmp_path / "my-work", "decide", KEPT)
    page = write_record(tmp_path, "Ada", DAY).read_text(encoding="utf-8")
    assert "9.5 of 100 points: not passed yet." in page
    assert "Checked by the learner alone" in page
    assert json.loads((tmp_path / "my-work" / NAME).read_text("utf-8"))["format"] == 1
