import ast
import json
from pathlib import Path
from typing import Any

import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.learners import (
    DEMO_CLASS,
    constant_answers,
    exercises,
    half_right_answers,
    perfect_answers,
    random_answers,
    submit,
)
from shared_responsibility.items import forms_of
from shared_responsibility.keys import keys_of_form
from shared_responsibility.scoring import score_form

SET = "classify-scenarios"
FORMS = forms_of(SET)


@pytest.fixture
def course(root: Path, tmp_path: Path) -> Path:
    (tmp_path / "release").symlink_to(root / "release")
    return tmp_path


def read(course: Path, learner: str) -> dict[str, Any]:
    path = course / "submitted" / learner / SET / f"{SET}.ipynb"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_every_learner_of_the_demo_hands_in_a_file_of_their_own(course: Path) -> None:
    submit(course, SET, DEMO_CLASS)
    files = {name: course / "submitted" / name / SET / f"{SET}.ipynb"
             for name in DEMO_CLASS}  # fmt: skip
    assert len({path.read_bytes() for path in files.values()}) == len(DEMO_CLASS)


def earned_by(learner: str) -> float:
    """What the scorer gives for the answers that a learner of the demo is scripted to give."""
    answer = {
        "ada": perfect_answers,
        "half-right": half_right_answers,
        "says-customer": lambda asked: constant_answers(asked, "customer"),
    }[learner]
    return sum(score_form(keys_of_form(asked), answer(asked)).points for asked in FORMS)


@pytest.mark.parametrize(
    ("learner", "least", "most"),
    [("ada", 20, 20), ("half-right", 9.75, 9.75), ("says-customer", 0, 7)],
)
def test_what_a_learner_wrote_is_worth_what_it_should(
    course: Path, learner: str, least: float, most: float
) -> None:
    submit(course, SET, {learner: DEMO_CLASS[learner]})
    earned = 0.0
    for cell, asked in exercises(read(course, learner)):
        name, written = cell["source"].split(" = ", 1)
        assert name == asked.variable
        earned += score_form(keys_of_form(asked), ast.literal_eval(written)).points
    assert earned == earned_by(learner)
    assert least <= earned <= most


@pytest.mark.parametrize("asked", FORMS, ids=lambda asked: asked.exercise)
def test_answers_are_as_named(asked: Any) -> None:
    keys = keys_of_form(asked)
    assert score_form(keys, dict(perfect_answers(asked))).points == asked.points
    half = half_right_answers(asked)
    known = asked.entries[: len(asked.entries) // 2]
    assert score_form(keys, dict(half)).points == sum(entry.points for entry in known)
    assert random_answers(asked, 1) == random_answers(asked, 1)
    assert len({tuple(random_answers(asked, seed).items()) for seed in range(20)}) > 10
    for entry in asked.entries:
        drawn = random_answers(asked, 1)[entry.item.item_id] or ""
        assert [
            word in part
            for word, part in zip(drawn.split(", "), entry.item.parts.values(), strict=True)
        ] == [True, True]


def test_the_broken_ones_are_broken_as_named(course: Path) -> None:
    submit(course, SET, DEMO_CLASS)
    ids = {name: [cell["id"] for cell in read(course, name)["cells"]]
           for name in DEMO_CLASS if name != "cut-off-file"}  # fmt: skip
    assert ids["copied-cell"].count("scenarios-one-task") == 2
    assert "scenarios-one-task-graded" in ids["ada"]
    assert "scenarios-one-task-graded" not in ids["deleted-cell"]
    with pytest.raises(json.JSONDecodeError):
        read(course, "cut-off-file")
    cell, _ = next(exercises(read(course, "syntax-error")))
    with pytest.raises(SyntaxError):
        ast.parse(cell["source"])


def test_without_a_release_a_sentence_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=rf"release/{SET} is missing. Run: srm build"):
        submit(tmp_path, SET, DEMO_CLASS)
