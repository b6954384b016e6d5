"""How much the feedback page tells, by assignment and by day, and what a bad setting meets."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from traitlets.config import Config

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.feedback_page import FeedbackPage, level_on
from shared_responsibility.vocabulary import FeedbackLevel

SET = "decide"
STEPS = {"2026-12-01": "counts", "2026-12-15": "explained"}


@pytest.mark.parametrize(
    ("day", "level"),
    [
        (date(2026, 11, 30), FeedbackLevel.NONE),
        (date(2026, 12, 1), FeedbackLevel.COUNTS),
        (date(2026, 12, 14), FeedbackLevel.COUNTS),
        (date(2026, 12, 15), FeedbackLevel.EXPLAINED),
        (date(2030, 1, 1), FeedbackLevel.EXPLAINED),
    ],
    ids=str,
)
def test_the_level_of_a_day_is_the_last_one_that_began(day: date, level: FeedbackLevel) -> None:
    assert level_on({SET: STEPS}, SET, day) is level
    mixed = dict(reversed(STEPS.items()))
    assert level_on({SET: mixed}, SET, day) is level
    as_dates = {date.fromisoformat(when): word for when, word in STEPS.items()}
    assert level_on({SET: as_dates}, SET, day) is level


@pytest.mark.parametrize("level", FeedbackLevel)
def test_one_level_holds_on_every_day_and_for_its_assignment_only(level: FeedbackLevel) -> None:
    assert level_on({SET: str(level)}, SET, date.min) is level
    assert level_on({SET: level}, SET, date.max) is level
    assert level_on({SET: level}, "other", date.max) is FeedbackLevel.EXPLAINED
    assert level_on({}, SET, date.max) is FeedbackLevel.EXPLAINED
    assert level_on({SET: {}}, SET, date.max) is FeedbackLevel.NONE


BAD: list[Any] = [
    "all", "", None, 3, True, ["counts"], {"2026-13-01": "counts"}, {"soon": "counts"},
    {"2026-12-01": "all"}, {"2026-12-01": ["counts"]}, {"2026-12-01": None}, {None: "counts"},
    {"2026-12-01": {"x": 1}},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=repr)
def test_a_bad_setting_is_named_in_one_sentence(bad: Any) -> None:
    with pytest.raises(CourseError) as caught:
        level_on({SET: bad}, SET, date(2026, 12, 24))
    told = str(caught.value)
    assert told.startswith("nbgrader_config.py, FeedbackPage.levels, decide: ")
    assert "Allowed: 'none', 'counts' or 'explained'" in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("levels", "part"),
    [
        ({SET: "all"}, "'all' is not allowed"),
        ({SET: {"2026-12-01": ["counts"]}}, "is not allowed"),
        ({"decidee": "none"}, "'decidee' is not a problem set of this course. Did you mean decide"),
    ],
    ids=["word", "list", "name"],
)
def test_grading_does_not_go_on_with_a_bad_setting(levels: Any, part: str) -> None:
    """A misspelt name would leave the real one open; nbgrader swallows all but an exit."""
    with pytest.raises(SystemExit, match=part):
        FeedbackPage(config=Config({"FeedbackPage": {"levels": levels}}))


def test_good_settings_make_a_page() -> None:
    levels = {SET: "none", "classify-scenarios": STEPS}
    assert FeedbackPage(config=Config({"FeedbackPage": {"levels": levels}})).levels == levels
