"""The whole loop through nbgrader's real commands, from release to export."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared_responsibility.grading import learners as script
from shared_responsibility.grading.reports import answers_given, costly_beliefs, marks
from shared_responsibility.items import form, forms_of
from shared_responsibility.keys import keys_of_form
from shared_responsibility.scoring import score_form

ROOT = Path(__file__).resolve().parents[2]
NBGRADER = Path(sysconfig.get_path("scripts")) / "nbgrader"
SEED = 7
SET = "classify-scenarios"
EXERCISES = tuple(asked.exercise for asked in forms_of(SET))
FIRST = EXERCISES[0]

pytestmark = pytest.mark.slow

CLASS: dict[str, script.Learner] = {
    **script.DEMO_CLASS,
    "customr": lambda nb: json.dumps(script.fill(nb, one_word_misspelt)),
    "dead-kernel": lambda nb: json.dumps(script.with_dead_kernel(nb)),
    "empty-file": lambda nb: "",
    "random": script.answering(lambda asked: script.random_answers(asked, SEED)),
    "retyped-cell": lambda nb: json.dumps(script.with_retyped_cell(nb)),
}


def one_word_misspelt(asked: Any) -> script.Answers:
    answers = script.perfect_answers(asked)
    if asked.exercise == "scenarios-the-domain":
        answers[next(iter(answers))] = "customr"
    return answers


def points(answer: Callable[[Any], script.Answers]) -> float:
    """What the scorer gives for a way of answering."""
    return sum(score_form(keys_of_form(e), answer(form(e))).points for e in EXERCISES)


MARKS = {
    "ada": 20,
    "author": 20,
    "blank": 0,
    "copied-cell": 20,
    "customr": 19.25,
    "cut-off-file": 0,
    "dead-kernel": form(FIRST).points,
    "deleted-cell": 20,
    "empty-file": 0,
    "half-right": points(script.half_right_answers),
    "random": points(lambda asked: script.random_answers(asked, SEED)),
    "retyped-cell": 20,
    "says-customer": points(lambda asked: script.constant_answers(asked, "customer")),
    "syntax-error": 20 - form(FIRST).points,
}


def address(course: Path) -> str:
    return f"sqlite:///{course}/gradebook.db"


def nbgrader(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """An nbgrader command as typed where no environment is activated."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(course), "LANG": "C.UTF-8"}
    environment |= {k: v for k, v in os.environ.items() if k in ("SYSTEMROOT", "TEMP")}
    command = [str(NBGRADER), *words]
    return subprocess.run(
        command, cwd=course, env=environment, capture_output=True, text=True, check=False
    )


def new_course(folder: Path) -> Path:
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "source" / SET, folder / "source" / SET)
    return folder


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose class has handed in and was graded, with feedback and export."""
    course = new_course(tmp_path_factory.mktemp("course"))
    released = nbgrader(course, "generate_assignment", SET)
    assert released.returncode == 0, released.stderr
    script.submit(course, SET, CLASS)
    solved = course / "submitted" / "author" / SET
    solved.mkdir(parents=True)
    shutil.copy(course / "source" / SET / f"{SET}.ipynb", solved)
    for words in (["autograde", SET], ["generate_feedback", SET], ["export"]):
        done = nbgrader(course, *words)
        assert done.returncode == 0, done.stderr[-3000:]
    return course


def test_release_is_the_committed_one(graded: Path) -> None:
    name = f"release/{SET}/{SET}.ipynb"
    made = (graded / name).read_text(encoding="utf-8")
    assert made.rstrip("\n") == (ROOT / name).read_text(encoding="utf-8").rstrip("\n")
    assert [path.name for path in (graded / "release" / SET).iterdir()] == [f"{SET}.ipynb"]


def test_every_learner_has_the_mark_that_the_answers_earn(graded: Path) -> None:
    table = marks(address(graded), SET)
    assert dict(zip(table["learner"], table["points"], strict=True)) == MARKS
    assert set(table["max_points"]) == {20.0}


def test_always_customer_and_half_right_are_what_they_are_called() -> None:
    assert MARKS["says-customer"] <= 0.35 * 20
    assert MARKS["half-right"] == 9.75


def test_nobody_waits_for_a_manual_grade(graded: Path) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{graded}/gradebook.db") as gradebook:
        waiting = [
            submission.student_id
            for submission in gradebook.assignment_submissions(SET)
            if submission.needs_manual_grade
        ]
    assert waiting == []


def test_feedback_explains_to_each_learner(graded: Path) -> None:
    pages = {name: feedback(graded, name) for name in MARKS}
    assert "What it assumes" in pages["says-customer"]
    assert (
        "When in doubt, everything is the customer&#39;s duty." in pages["says-customer"]
        or "When in doubt, everything is the customer's duty." in pages["says-customer"]
    )
    assert (
        "which is not an answer here (allowed: aws, customer, shared, a, b, c, d)"
        in pages["customr"]
    )
    assert "stands twice" in pages["copied-cell"]
    assert "was missing and was put back" in pages["deleted-cell"]
    assert "had become a markdown cell" in pages["retyped-cell"]
    assert "its JSON is broken" in pages["cut-off-file"]
    assert "could not be read: it is empty" in pages["empty-file"]
    assert "stopped its own kernel" in pages["dead-kernel"]
    assert "SyntaxError" in pages["syntax-error"]
    assert "No answers arrived" in pages["syntax-error"]
    assert "What it assumes" not in pages["ada"]
    for page in pages.values():
        assert page.count("Report a mistake") == len(EXERCISES)


def feedback(course: Path, learner: str) -> str:
    path = course / "feedback" / learner / SET / f"{SET}.html"
    return path.read_text(encoding="utf-8")


def test_export_holds_the_marks(graded: Path) -> None:
    with (graded / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert rows == MARKS


def test_beliefs_that_cost_the_class_most(graded: Path) -> None:
    given = answers_given(address(graded), SET)
    assert len(given) == 24 * len(MARKS)
    top = costly_beliefs(given)
    assert len(top) == 3
    assert top["points_lost"].is_monotonic_decreasing
    wrong = given[given["misconception_id"] == top["misconception_id"].iloc[0]]
    assert top["points_lost"].iloc[0] == (wrong["max_points"] - wrong["points"]).sum()


def test_the_record_keeps_release_and_key(graded: Path) -> None:
    records = list((graded / "manifests" / SET).iterdir())
    assert len(records) == 1
    data = json.loads(records[0].read_text(encoding="utf-8"))
    assert [one["exercise"] for one in data["exercises"]] == list(EXERCISES)
    assert sum(len(one["items"]) for one in data["exercises"]) == 24


def test_without_a_release_grading_says_what_to_do_first(tmp_path: Path) -> None:
    course = new_course(tmp_path)
    shutil.copytree(ROOT / "release", course / "release")
    script.submit(course, SET, {"ada": script.DEMO_CLASS["ada"]})
    done = nbgrader(course, "autograde", SET)
    assert done.returncode != 0
    assert f"First run: nbgrader generate_assignment {SET}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (course / "autograded").exists()


def test_stock_nbgrader_gives_nothing_for_a_complete_form(tmp_path: Path) -> None:
    """Where our scorer is missing, the marks are 0, never full."""
    shutil.copytree(ROOT / "source" / SET, tmp_path / "source" / SET)
    with_scripts = {"PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}/usr/bin:/bin"}
    for words in (["generate_assignment", SET], ["autograde", SET]):
        if words[0] == "autograde":
            script.submit(tmp_path, SET, {"ada": script.DEMO_CLASS["ada"]})
        done = subprocess.run(
            [str(NBGRADER), *words],
            cwd=tmp_path, env={**os.environ, **with_scripts}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
    assert list(marks(address(tmp_path), SET)["points"]) == [0.0]


@pytest.mark.parametrize(
    ("answer", "success"),
    [(script.perfect_answers, True), (script.half_right_answers, True), (None, False)],
    ids=["complete", "complete-and-wrong", "blank"],
)
def test_validate_looks_at_the_form_only(
    answer: Callable[[Any], script.Answers] | None, success: bool, tmp_path: Path
) -> None:
    release = json.loads((ROOT / "release" / SET / f"{SET}.ipynb").read_text(encoding="utf-8"))
    notebook = script.fill(release, answer) if answer else release
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / f"{SET}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    done = nbgrader(tmp_path, "validate", f"{SET}.ipynb")
    assert ("Success! Your notebook passes all the tests." in done.stdout) is success, done.stdout


def test_the_formgraders_way_gives_the_same_mark(tmp_path: Path) -> None:
    """The formgrader calls nbgrader's Python interface, set up by the same file."""
    course = new_course(tmp_path)
    assert nbgrader(course, "generate_assignment", SET).returncode == 0
    script.submit(course, SET, {"half-right": script.DEMO_CLASS["half-right"]})
    program = (
        "from nbgrader.apps import NbGrader, NbGraderAPI\n"
        "app = NbGrader(); app.initialize([]); app.load_config_file()\n"
        "api = NbGraderAPI(app.coursedir, parent=app)\n"
        f"done = api.autograde('{SET}', 'half-right')\n"
        "assert done['success'], done\n"
        f"print(api.get_submission('{SET}', 'half-right')['score'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=course, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split()[-1:] == [str(MARKS["half-right"])], done.stderr[-2000:]
