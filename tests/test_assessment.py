"""The assessment as a whole, tried on learners who know everything, nothing, or one wrong thing.

Marks come from the real autograde, those of the learners with one wrong belief from `srm grade`;
means over many seeds come from the same scorer.
"""

from __future__ import annotations

import html
import importlib
import json
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from shared_responsibility.exercises import code_exercises_of, is_code_exercise
from shared_responsibility.grading import learners as script
from shared_responsibility.grading.course_totals import class_totals
from shared_responsibility.grading.engine.local import grade
from shared_responsibility.grading.reports import marks
from shared_responsibility.items import Form, forms_of
from shared_responsibility.keys import keys_of_form
from shared_responsibility.scoring import ItemKey, score_form
from shared_responsibility.tables import load_table
from shared_responsibility.totals import PASS_MARK, problem_sets
from shared_responsibility.vocabulary import ExerciseKind

ROOT = Path(__file__).resolve().parents[1]
NBGRADER = Path(sysconfig.get_path("scripts")) / "nbgrader"
SETS = [one.assignment for one in problem_sets()]
WITH_FORMS = [name for name in SETS if name in set(load_table("forms")["assignment"])]
MISCONCEPTIONS = list(load_table("misconceptions")["misconception_id"])
AUTOMATIC, BY_HAND = 95, 5

Answer = Callable[[Form], script.Answers]
ANSWERS: dict[str, Answer] = {
    "perfect": script.perfect_answers,
    "customer": lambda asked: script.constant_answers(asked, "customer"),
    "slogan": script.slogan_answers,
    "random": lambda asked: script.random_answers(asked, 1),
}
MOST = {"customer": 35, "slogan": 55, "random": 25, "blank": 0}


def notebook(folder: str, assignment: str) -> dict[str, Any]:
    path = ROOT / folder / assignment / f"{assignment}.ipynb"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def code_of(assignment: str, learner: str) -> dict[str, str]:
    """What a scripted learner writes where code is asked for."""
    if learner == "perfect":
        return script.solutions(notebook("source", assignment))
    sources: dict[str, dict[str, str]] = importlib.import_module(
        f"tests.sets.{assignment.replace('-', '_')}"
    ).SOURCES
    return {exercise: by_name[learner] for exercise, by_name in sources.items()
            if is_code_exercise(exercise) and learner in by_name}  # fmt: skip


def hand_in(assignment: str, learner: str) -> script.Learner:
    if learner == "blank":
        return json.dumps
    has_code = any(one.kind is not ExerciseKind.MANUAL for one in code_exercises_of(assignment))
    code = code_of(assignment, learner) if has_code or learner == "perfect" else {}
    return lambda released: json.dumps(script.fill(released, ANSWERS[learner], code))


def believing(misconception_id: str) -> Answer:
    return lambda asked: script.believing_answers(asked, misconception_id)


def nbgrader(course: Path, *words: str) -> None:
    done = subprocess.run(
        [NBGRADER, *words], cwd=course, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose scripted learners handed in all six sets and were graded."""
    course = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", course)
    for assignment in SETS:
        shutil.copytree(ROOT / "source" / assignment, course / "source" / assignment)
        nbgrader(course, "generate_assignment", assignment)
        if assignment in WITH_FORMS:
            code = code_of(assignment, "perfect")
            wrong = {m: answering(believing(m), code) for m in MISCONCEPTIONS}
            script.submit(course, assignment, wrong)
            assert sorted(grade(course, assignment, quiet=True).graded) == MISCONCEPTIONS
        names = [*ANSWERS, "blank"]
        script.submit(course, assignment, {n: hand_in(assignment, n) for n in names})
        nbgrader(course, "autograde", assignment)
        nbgrader(course, "generate_feedback", assignment)
    return course


def answering(answer: Answer, code: dict[str, str]) -> script.Learner:
    return lambda released: json.dumps(script.fill(released, answer, code))


def database(course: Path) -> str:
    return f"sqlite:///{course}/gradebook.db"


def points(course: Path, assignment: str) -> dict[str, float]:
    table = marks(database(course), assignment)
    return dict(zip(table["learner"], table["points"], strict=True))


@cache
def keys(assignment: str) -> list[tuple[Form, list[tuple[ItemKey, float]]]]:
    return [(asked, keys_of_form(asked)) for asked in forms_of(assignment)]


def form_points(assignment: str, answer: Answer) -> float:
    return sum(score_form(judged, answer(asked)).points for asked, judged in keys(assignment))


def test_the_six_sets_are_worth_100_points_and_five_of_them_are_given_by_hand() -> None:
    assert [one.max_points for one in problem_sets()] == [15, 15, 20, 20, 17, 13]
    by_hand = [
        one for name in SETS for one in code_exercises_of(name) if one.kind is ExerciseKind.MANUAL
    ]
    assert sorted(one.points for one in by_hand) == [2, 3]


def test_at_most_a_quarter_of_the_points_are_labels_without_a_reason() -> None:
    labels = sum(
        entry.points
        for name in WITH_FORMS
        for asked in forms_of(name)
        for entry in asked.entries
        if not entry.item.written and entry.item.kind != "evidence"
    )
    assert labels <= 25


@pytest.mark.parametrize("learner", ["customer", "random", "slogan"])
def test_forms_alone_keep_guessers_down(learner: str) -> None:
    """Means over many seeds by the scorer; each set apart, so that none carries another."""
    seeds = range(500 if learner == "random" else 50)
    make: dict[str, Callable[[int], Answer]] = {
        "customer": lambda seed: lambda asked: script.constant_answers(asked, "customer", seed),
        "random": lambda seed: lambda asked: script.random_answers(asked, seed),
        "slogan": lambda seed: lambda asked: script.slogan_answers(asked, seed),
    }
    for assignment in WITH_FORMS:
        worth = form_points(assignment, script.perfect_answers)
        mean = sum(form_points(assignment, make[learner](seed)) for seed in seeds) / len(seeds)
        assert mean <= MOST[learner] / 100 * worth, (assignment, mean, worth)


@pytest.mark.slow
def test_a_perfect_learner_has_95_points_and_5_more_from_a_person(graded: Path) -> None:
    with Gradebook(database(graded)) as gradebook:
        assert sum(points(graded, name)["perfect"] for name in SETS) == pytest.approx(AUTOMATIC)
        given = 0.0
        for name in SETS:
            for one in code_exercises_of(name):
                if one.kind is ExerciseKind.MANUAL:
                    grade = gradebook.find_grade(one.exercise, name, name, "perfect")
                    assert grade.needs_manual_grade
                    grade.manual_score, grade.needs_manual_grade = one.points, False
                    given += one.points
        gradebook.db.commit()
        assert given == BY_HAND
    total = next(one for one in class_totals(database(graded)) if one.learner == "perfect")
    assert total.earned == pytest.approx(100)
    assert total.passed


@pytest.mark.slow
def test_a_blank_learner_has_0_and_nothing_waits_for_a_person(graded: Path) -> None:
    assert [points(graded, name)["blank"] for name in SETS] == [0] * len(SETS)
    with Gradebook(database(graded)) as gradebook:
        waiting = [
            name for name in SETS if gradebook.find_submission(name, "blank").needs_manual_grade
        ]
    assert waiting == []


@pytest.mark.slow
@pytest.mark.parametrize("learner", ["customer", "slogan", "random"])
def test_a_guesser_stays_below_the_limit_and_does_not_pass(graded: Path, learner: str) -> None:
    total = sum(points(graded, name)[learner] for name in SETS)
    assert 0 < total <= MOST[learner] < PASS_MARK


@pytest.mark.slow
@pytest.mark.parametrize("misconception", MISCONCEPTIONS)
def test_one_wrong_belief_costs_exactly_what_hangs_on_it_and_is_told_first(
    graded: Path, misconception: str
) -> None:
    belief = load_table("misconceptions").set_index("misconception_id")["belief"][misconception]
    met = 0
    for assignment in WITH_FORMS:
        lost = what_hangs_on(assignment, misconception)
        earned = points(graded, assignment)[misconception]
        assert earned == pytest.approx(form_points(assignment, script.perfect_answers) - lost)
        page = feedback(graded, misconception, assignment)
        if lost:
            met += 1
            first = page.split("Look at this first")[1].split("</aside>")[0]
            assert as_html_text(belief) in first
        else:
            assert "Look at this first" not in page
    assert met


def what_hangs_on(assignment: str, misconception: str) -> float:
    """Counted from the options alone: a wrong owner costs all, a wrong reason half."""
    lost = 0.0
    for _, judged in keys(assignment):
        for key, worth in judged:
            parts = [o.part for o in key.options.values() if o.misconception_id == misconception]
            if not parts:
                continue
            if key.kind == "evidence":
                right, false = len(key.right_options), 1
                lost += worth * (1 - right / (right + false))
            else:
                lost += worth * (0.5 if set(parts) == {"reason"} else 1.0)
    return lost


def feedback(course: Path, learner: str, assignment: str) -> str:
    path = course / "feedback" / learner / assignment / f"{assignment}.html"
    return path.read_text(encoding="utf-8")


def as_html_text(text: str) -> str:
    return html.escape(text)
