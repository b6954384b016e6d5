import ast
import json
from pathlib import Path
from typing import Any

import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.learners import (
    DEMO_CLASS,
    exercises,
    half_right_answers,
    perfect_answers,
    random_answers,
    submit,
)
from shared_responsibility.items import forms_of
from shared_responsibility.keys import keys_of_form
from shared_responsibility.scoring import score_form

FORMS = forms_of("classify")


@pytest.fixture
def course(root: Path, tmp_path: Path) -> Path:
    (tmp_path / "release").symlink_to(root / "release")
    return tmp_path


def read(course: Path, learner: str) -> dict[str, Any]:
    path = course / "submitted" / learner / "classify" / "classify.ipynb"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_every_learner_of_the_demo_hands_in_a_file_of_their_own(course: Path) -> None:
    submit(course, "classify", DEMO_CLASS)
    files = {name: course / "submitted" / name / "classify" / "classify.ipynb"
             for name in DEMO_CLASS}  # fmt: skip
    assert len({path.read_bytes() for path in files.values()}) == len(DEMO_CLASS)


@pytest.mark.parametrize(
    ("learner", "points"), [("ada", 24), ("half-right", 11), ("says-customer", 8)]
)
def test_what_a_learner_wrote_is_worth_what_it_should(
    course: Path, learner: str, points: int
) -> None:
    submit(course, "classify", {learner: DEMO_CLASS[learner]})
    earned = 0.0
    for cell, asked in exercises(read(course, learner)):
        name, written = cell["source"].split(" = ", 1)
        assert name == asked.variable
        earned += score_form(keys_of_form(asked), ast.literal_eval(written)).points
    if learner == "half-right":
        points = sum(len(asked.entries) // 2 for asked in FORMS)
    if learner == "says-customer":
        points = sum(key.right in ("customer", "customer_specific")
                     for asked in FORMS for key, _ in keys_of_form(asked))  # fmt: skip
    assert earned == points


@pytest.mark.parametrize("asked", FORMS, ids=lambda asked: asked.exercise)
def test_answers_are_as_named(asked: Any) -> None:
    keys = keys_of_form(asked)
    assert score_form(keys, dict(perfect_answers(asked))).points == asked.points
    half = half_right_answers(asked)
    assert score_form(keys, dict(half)).points == len(asked.entries) // 2
    assert random_answers(asked, 1) == random_answers(asked, 1)
    assert len({tuple(random_answers(asked, seed).items()) for seed in range(20)}) > 10
    for entry in asked.entries:
        assert random_answers(asked, 1)[entry.item.item_id] in entry.item.labels


def test_the_broken_ones_are_broken_as_named(course: Path) -> None:
    submit(course, "classify", DEMO_CLASS)
    ids = {name: [cell["id"] for cell in read(course, name)["cells"]]
           for name in DEMO_CLASS if name != "cut-off-file"}  # fmt: skip
    assert ids["copied-cell"].count("tasks") == 2
    assert "tasks-graded" in ids["ada"]
    assert "tasks-graded" not in ids["deleted-cell"]
    with pytest.raises(json.JSONDecodeError):
        read(course, "cut-off-file")
    cell, _ = next(exercises(read(course, "syntax-error")))
    with pytest.raises(SyntaxError):
        ast.parse(cell["source"])


def test_without_a_release_a_sentence_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"release/classify is missing. Run: srm build"):
        submit(tmp_path, "classify", DEMO_CLASS)
