"""`srm check`: a learner's own notebook through the grader's steps, and what is kept of it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.grading import learners as script
from shared_responsibility.grading.self_check import SelfCheck, self_check
from shared_responsibility.items import form, forms_of
from shared_responsibility.practice.progress import read_progress
from shared_responsibility.practice.record import write_record
from shared_responsibility.practice.results import read_results
from shared_responsibility.vocabulary import FeedbackLevel

# nbclient leaves the sockets of its event loop to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

ROOT = Path(__file__).resolve().parents[2]
SET = "classify-scenarios"
FORMS = [asked.exercise for asked in forms_of(SET)]
HALF = 9.75

Notebook = dict[str, Any]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with its releases, in which a record of answers is kept."""
    (tmp_path / "release").symlink_to(ROOT / "release")
    monkeypatch.delenv("SRM_PROGRESS")
    return tmp_path


def released(assignment: str) -> Notebook:
    path = ROOT / "release" / assignment / f"{assignment}.ipynb"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def put(clone: Path, text: str, assignment: str = SET) -> Path:
    path = clone / "my-work" / assignment / f"{assignment}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def checked(clone: Path, notebook: Notebook | str, assignment: str = SET, **more: Any) -> SelfCheck:
    """Check this notebook, and make sure that it is left as it was."""
    text = notebook if isinstance(notebook, str) else json.dumps(notebook)
    path = put(clone, text, assignment)
    done = self_check(clone, assignment, **more)
    assert path.read_text(encoding="utf-8") == text
    return done


@pytest.mark.slow
def test_a_perfect_notebook_gets_its_page_its_result_and_its_record(clone: Path) -> None:
    done = checked(clone, script.fill(released(SET), script.perfect_answers))
    assert done.lines[-1] == "Together 20 of 20 points."
    assert done.lines[0] == "Scenarios one task: 6 of 6 right, 4.5 of 4.5 points."
    assert done.page == clone / "my-work" / SET / f"{SET}-result.html"
    page = done.page.read_text(encoding="utf-8")
    assert "<h1>Classify scenarios: your result</h1>" in page
    assert "20 of 20 points." in page
    assert page.count("<details>") == 24
    kept = read_results(clone / "my-work")[SET]
    assert (kept.points, kept.judged, kept.max_points) == (20, 20, 20)
    assert kept.checked_on == date.today().isoformat()
    record = (clone / "my-work" / "progress.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(record) == 1 + 24
    told = write_record(clone, "Ada", date(2026, 12, 1)).read_text(encoding="utf-8")
    assert "20 of 100 points: not passed yet." in told
    assert not list((clone / "my-work" / SET).glob(".*"))


@pytest.mark.slow
def test_half_right_is_explained_and_kept_with_its_beliefs(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = checked(clone, script.fill(released(SET), script.half_right_answers))
    assert done.lines[-1] == f"Together {HALF:g} of 20 points."
    page = done.page.read_text(encoding="utf-8")
    assert "Look at this first" in page
    assert "What it assumes" in page
    monkeypatch.setenv("SRM_PROGRESS", str(clone / "my-work" / "progress.jsonl"))
    kept = read_progress()
    assert len(kept) == 24
    assert set(kept[kept["credit"] < 1]["misconception_id"]) - {""}
    assert read_results(clone / "my-work")[SET].points == HALF


@pytest.mark.slow
def test_a_blank_notebook_earns_nothing_and_keeps_no_answers(clone: Path) -> None:
    done = checked(clone, released(SET))
    assert done.lines[-1] == "Together 0 of 20 points."
    assert read_results(clone / "my-work")[SET].points == 0
    record = clone / "my-work" / "progress.jsonl"
    assert not record.exists() or len(record.read_text("utf-8").splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "points", "note"),
    [
        (script.with_syntax_error, 20 - form(FORMS[0]).points, ""),
        (script.without_graded_cell, 20, "was missing and was put back"),
        (script.with_copied_cell, 20, "stands twice"),
        (script.with_dead_kernel, form(FORMS[0]).points, "stopped its own kernel"),
    ],
    ids="syntax deleted copied kernel".split(),
)
def test_a_broken_notebook_is_judged_as_far_as_it_goes(
    clone: Path, damage: Any, points: float, note: str
) -> None:
    done = checked(clone, damage(released(SET)))
    assert f"Together {points:g} of 20 points." in done.lines
    assert note in " ".join(done.lines)
    assert note in done.page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_file_that_is_no_notebook_is_named(clone: Path) -> None:
    done = checked(clone, "{")
    assert "could not be read" in done.lines[0]
    assert done.lines[-1] == "Together 0 of 20 points."


@pytest.mark.slow
@pytest.mark.parametrize("level", [FeedbackLevel.NONE, FeedbackLevel.COUNTS])
def test_below_explained_the_page_keeps_the_key_back(clone: Path, level: FeedbackLevel) -> None:
    done = checked(clone, script.fill(released(SET), script.half_right_answers), level=level)
    page = done.page.read_text(encoding="utf-8")
    for told in ("What it assumes", "Right answer", "Look at this first", "<details"):
        assert told not in page
    assert not (clone / "my-work" / "progress.jsonl").exists()


@pytest.mark.slow
def test_points_given_by_hand_are_said_to_come_later(clone: Path) -> None:
    notebook = script.fill(released("post-mortems"), script.perfect_answers)
    done = checked(clone, notebook, "post-mortems")
    assert done.lines[-2:] == [
        "Together 17 of 17 points.",
        "3 of 20 points are judged after hand-in.",
    ]
    assert "3 of 20 points are judged after hand-in." in done.page.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("assignment", "last"),
    [
        (SET, ["Together 0 of 0 points.", "20 of 20 points are judged after hand-in."]),
        ("build-the-matrix", ["Together 0 of 15 points."]),
    ],
)
def test_where_an_institution_keeps_the_key_the_open_part_is_judged(
    clone: Path, data_copy: Path, assignment: str, last: list[str]
) -> None:
    shutil.rmtree(data_copy / "answers")
    done = checked(clone, released(assignment), assignment)
    assert done.lines[-len(last) :] == last


@pytest.mark.slow
def test_code_is_judged_by_what_it_gives(clone: Path) -> None:
    code = {"decide-function": "def responsible(service, task, configuration):\n    return 'aws'"}
    done = checked(clone, script.fill(released("decide"), script.perfect_answers, code), "decide")
    (line,) = (one for one in done.lines if one.startswith("Decide function: "))
    assert "of 10 points" in line
    kept = read_results(clone / "my-work")["decide"]
    assert 0 <= kept.points <= 0.35 * 13


def test_without_a_copy_or_a_release_a_sentence_says_what_to_do(clone: Path) -> None:
    with pytest.raises(CourseError, match=f"There is no my-work/{SET} yet. Run: srm start {SET}"):
        self_check(clone, SET)
    put(clone, json.dumps(released(SET)))
    (clone / "release").unlink()
    with pytest.raises(CourseError, match=f"release/{SET} is missing. Run: srm build"):
        self_check(clone, SET)


@pytest.mark.parametrize("name", ["clasify-scenarios", "classify", "00-start-here", ""])
def test_an_unknown_set_gets_the_nearest_one(clone: Path, name: str) -> None:
    with pytest.raises(CourseError, match="is not a problem set of this course"):
        self_check(clone, name)
