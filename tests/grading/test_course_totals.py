"""The totals of a class out of a real gradebook: by hand, late, and without any hand-in."""

from __future__ import annotations

import warnings
from datetime import date
from pathlib import Path

import pytest
from nbgrader.api import Base, Gradebook
from sqlalchemy import create_engine
from sqlalchemy.exc import SAWarning

from shared_responsibility.grading.course_totals import class_totals, totals_of, write_records
from shared_responsibility.totals import PASS_MARK, problem_sets

SETS = [one.assignment for one in problem_sets()]


@pytest.fixture
def db(tmp_path: Path) -> str:
    """Three of the six sets and one that is not ours; `eve` never handed in anything."""
    db_url = f"sqlite:///{tmp_path}/gradebook.db"
    engine = create_engine(db_url)
    Base.metadata.create_all(engine)
    engine.dispose()
    with warnings.catch_warnings(), Gradebook(db_url) as gradebook:
        warnings.simplefilter("ignore", SAWarning)
        for learner in ("eve", "bob", "ada"):
            gradebook.add_student(learner)
        for name in ("decide", "post-mortems", "the-line-moves", "homework"):
            gradebook.add_assignment(name)
            gradebook.add_notebook(name, name)
            gradebook.add_grade_cell("x-graded", name, name, max_score=50, cell_type="code")
            gradebook.add_grade_cell("note", name, name, max_score=5, cell_type="markdown")
        give(gradebook, "decide", "ada", 13.0)
        give(gradebook, "post-mortems", "ada", 17.0, manual=2.5)
        give(gradebook, "homework", "ada", 50.0)
        give(gradebook, "the-line-moves", "bob", 10.0, late=4.0)
        give(gradebook, "decide", "bob", 2.0, late=9.0)
        gradebook.db.commit()
    return db_url


def give(
    gradebook: Gradebook,
    assignment: str,
    learner: str,
    points: float,
    *,
    manual: float | None = None,
    late: float | None = None,
) -> None:
    gradebook.add_submission(assignment, learner)
    place = (assignment, assignment, learner)
    gradebook.find_grade("x-graded", *place).auto_score = points
    gradebook.find_grade("note", *place).manual_score = manual
    gradebook.find_submission_notebook(*place).late_submission_penalty = late


def test_the_total_of_a_class(db: str) -> None:
    table = totals_of(db).set_index("learner")
    assert list(table.columns) == [*SETS, "total", "passed"]
    assert list(table.index) == ["ada", "bob", "eve"]
    assert dict(table["total"]) == {"ada": 32.5, "bob": 6.0, "eve": 0.0}
    assert table.loc["ada", "post-mortems"] == 19.5
    assert not table["passed"].any()


def test_being_late_costs_points_and_never_more_than_there_are(db: str) -> None:
    (bob,) = (one for one in class_totals(db) if one.learner == "bob")
    assert (bob.points["the-line-moves"], bob.points["decide"]) == (6.0, 0.0)


def test_a_set_that_was_not_handed_in_is_none_and_counts_nothing(db: str) -> None:
    (eve,) = (one for one in class_totals(db) if one.learner == "eve")
    assert set(eve.points) == set(SETS)
    assert set(eve.points.values()) == {None}
    assert (eve.earned, eve.passed) == (0, False)


def test_everybody_gets_a_record_to_keep(db: str, tmp_path: Path) -> None:
    pages = write_records(tmp_path, db, date(2026, 12, 1))
    assert [page.name for page in pages] == ["ada.html", "bob.html", "eve.html"]
    told = pages[0].read_text(encoding="utf-8")
    assert "32.5 of 100 points: not passed yet." in told
    assert "<td>19.5 of 20</td>" in told
    assert "Graded by the instructor of a class" in told
    assert "0 of 100 points: not passed yet." in pages[2].read_text(encoding="utf-8")
    assert write_records(tmp_path, db, date(2026, 12, 2)) == pages, "made anew, not beside"


def test_points_from_the_pass_mark_on_pass(db: str) -> None:
    with Gradebook(db) as gradebook:
        grade = gradebook.find_grade("x-graded", "decide", "decide", "ada")
        grade.manual_score = PASS_MARK - 19.5
        gradebook.db.commit()
    (ada,) = (one for one in class_totals(db) if one.learner == "ada")
    assert (ada.earned, ada.passed) == (PASS_MARK, True)


def test_a_gradebook_without_learners_gives_an_empty_table(tmp_path: Path) -> None:
    db_url = f"sqlite:///{tmp_path}/empty.db"
    engine = create_engine(db_url)
    Base.metadata.create_all(engine)
    engine.dispose()
    assert list(totals_of(db_url).columns) == ["learner", *SETS, "total", "passed"]
    assert write_records(tmp_path, db_url, date(2026, 12, 1)) == []
