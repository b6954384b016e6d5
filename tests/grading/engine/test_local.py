"""`srm grade` over a class: the same results as nbgrader's own way, whatever happens meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from classroom import LATE, NAME, learners, nbgrader
from comparing import folders_of, gradebook_of
from nbgrader.api import Gradebook

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.engine.local import Summary, grade
from shared_responsibility.grading.engine.locking import one_grader
from shared_responsibility.grading.ledger.auditing import audit

pytestmark = pytest.mark.slow

NewClass = Callable[..., Path]


def quietly(course: Path, **options: Any) -> Summary:
    return grade(course, NAME, quiet=True, **options)


def ledger_of(course: Path) -> Any:
    return audit(f"sqlite:///{course}/gradebook.db")


def test_everything_is_as_in_the_serial_path(new_class: NewClass) -> None:
    """Gradebook, graded notebooks, other files, timestamps, late penalties, feedback."""
    ours, theirs = new_class(10, "ours"), new_class(10, "theirs")
    for course in (ours, theirs):
        _late_and_with_files(course)
    assert quietly(ours).failed == {}
    nbgrader(theirs, "autograde", NAME)
    assert gradebook_of(ours, NAME) == gradebook_of(theirs, NAME)
    mine, other = folders_of(ours, NAME), folders_of(theirs, NAME)
    assert mine.keys() == other.keys()
    for name in mine:
        assert mine[name] == other[name], name
    for course in (ours, theirs):
        nbgrader(course, "generate_feedback", NAME)
    assert folders_of(ours, NAME, "feedback") == folders_of(theirs, NAME, "feedback")
    assert ledger_of(ours).findings == ledger_of(theirs).findings == ()


def _late_and_with_files(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        book.update_or_create_assignment(NAME, duedate="2026-01-01 00:00:00")
    late = course / "submitted" / "ada" / NAME
    (late / "timestamp.txt").write_text(LATE)
    (late / "notes").mkdir()
    (late / "notes" / "mine.txt").write_text("my notes")
    (course / "source" / NAME / "given.txt").write_text("from the author")
    (late / "given.txt").write_text("changed by the learner")


def test_a_mark_by_hand_stays_and_is_flagged_as_in_the_serial_path(new_class: NewClass) -> None:
    course = new_class(3)
    quietly(course)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        grades = book.find_submission(NAME, "ada").notebooks[0].grades
        grades[0].manual_score, grades[0].extra_credit = 1.0, 0.5
        name = grades[0].name
        book.db.commit()
    quietly(course, force=True)
    found = gradebook_of(course, NAME)["ada"]["notebooks"][NAME]["grades"][name]
    assert found[1:] == (1.0, 0.5, True)


def test_what_has_not_changed_is_not_graded_again(new_class: NewClass) -> None:
    course = new_class(4)
    names = sorted(learners(4))
    assert sorted(quietly(course).graded) == names
    before = ledger_of(course).entries
    again = quietly(course)
    assert (again.graded, sorted(again.skipped)) == ([], names)
    assert ledger_of(course).entries == before == 4
    notebook = course / "submitted" / "blank" / NAME / f"{NAME}.ipynb"
    shutil.copy(course / "submitted" / "ada" / NAME / f"{NAME}.ipynb", notebook)
    changed = quietly(course)
    assert changed.graded == ["blank"]
    assert changed.points["blank"] == gradebook_of(course, NAME)["ada"]["score"]
    shutil.rmtree(course / "autograded" / "ada")
    assert quietly(course).graded == ["ada"]
    assert sorted(quietly(course, force=True).graded) == names


def test_a_damaged_class_every_other_mark_is_exact_and_each_damaged_one_is_named(
    new_class: NewClass,
) -> None:
    course = new_class(20)
    whole = quietly(course).points
    submitted = course / "submitted"
    damaged = {
        "random-0012": lambda p: p.unlink(),
        "random-0013": lambda p: (p.unlink(), p.symlink_to(submitted / "ada" / NAME / p.name)),
        "random-0014": lambda p: (p.unlink(), os.mkfifo(p)),
        "random-0015": lambda p: p.rename(p.with_name("other name.ipynb")),
        "random-0016": lambda p: p.write_bytes(b"\xff\xfe\x00"),
        "random-0017": lambda p: p.write_text("[" * 100_000),
    }
    for name, damage in damaged.items():
        damage(submitted / name / NAME / f"{NAME}.ipynb")
    summary = quietly(course, force=True)
    assert summary.failed == {}
    renamed = "random-0015"
    for name, points in whole.items():
        assert summary.points[name] == (0 if name in damaged and name != renamed else points), name
    for name in damaged:
        told = "was graded in its place" if name == renamed else "could not be read"
        assert told in summary.notes[name][0]
    assert all(name in "\n".join(summary.lines) for name in damaged)
    assert ledger_of(course).findings == ()


PROGRAM = (
    "import sys; from pathlib import Path\n"
    "from shared_responsibility.grading.engine.local import grade\n"
    "grade(Path(sys.argv[1]), sys.argv[2], quiet=True)"
)


def start(course: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", PROGRAM, str(course), NAME]
    return subprocess.Popen(words, stderr=subprocess.PIPE)


def wait_for_folders(course: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 240
    while len(list(course.glob(f"autograded/*/{NAME}/*.ipynb"))) < count:
        assert process.poll() is None, process.stderr.read().decode()  # type: ignore[union-attr]
        assert time.monotonic() < until
        time.sleep(0.02)


def test_killed_at_any_moment_nothing_is_lost_and_nothing_graded_twice(
    new_class: NewClass,
) -> None:
    course, undisturbed = new_class(60), new_class(60, "undisturbed")
    for count in (1, 20, 40):
        process = start(course)
        wait_for_folders(course, count, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()  # type: ignore[union-attr]
    last = quietly(course)
    assert last.failed == {}
    assert ledger_of(course).entries == 60
    assert ledger_of(course).findings == ()
    quietly(undisturbed)
    assert gradebook_of(course, NAME) == gradebook_of(undisturbed, NAME)
    assert folders_of(course, NAME) == folders_of(undisturbed, NAME)
    assert not list(course.glob("autograded/*/.srm-*"))


def test_a_kill_between_gradebook_and_folder_is_made_good(
    new_class: NewClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = new_class(3)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("shared_responsibility.grading.engine.folders.Layout.publish", stopped)
        patch.setattr("shared_responsibility.grading.engine.local.BATCH_SECONDS", 1e9)
        with pytest.raises(KeyboardInterrupt):
            quietly(course)
    assert len(list(course.glob("autograded/*/.srm-new-*"))) == 3
    after = quietly(course)
    assert (after.graded, len(after.skipped)) == ([], 3)
    assert ledger_of(course).entries == 3
    assert len(list(course.glob(f"autograded/*/{NAME}/{NAME}.ipynb"))) == 3


def test_workers_that_are_killed_are_replaced(new_class: NewClass) -> None:
    course = new_class(30)
    process = start(course)
    try:
        wait_for_folders(course, 1, process)
        workers = _children(process.pid)
        assert workers
        os.kill(workers[0], signal.SIGKILL)
        assert process.wait(240) == 0
    finally:
        process.kill()
        process.stderr.close()  # type: ignore[union-attr]
    assert len(gradebook_of(course, NAME)) == 30
    assert ledger_of(course).entries == 30


def _children(pid: int) -> list[int]:
    import psutil

    return [child.pid for child in psutil.Process(pid).children()]


def test_two_graders_at_once_get_a_clear_sentence(new_class: NewClass) -> None:
    course = new_class(1)
    with one_grader(course), pytest.raises(CourseError, match="Somebody is grading this course"):
        quietly(course)
    assert quietly(course).graded == ["ada"]


def test_without_a_release_it_says_what_to_do_first(new_class: NewClass) -> None:
    course = new_class(1)
    with pytest.raises(CourseError, match="First run: nbgrader generate_assignment other"):
        grade(course, "other", quiet=True)
    (course / "gradebook.db").unlink()
    with pytest.raises(CourseError, match="gradebook"):
        quietly(course)


def test_a_configuration_that_fails_stops_everything(new_class: NewClass) -> None:
    course = new_class(1)
    (course / "nbgrader_config.py").write_text("raise RuntimeError('broken')")
    with pytest.raises(CourseError, match="could not be read"):
        quietly(course)
    assert not (course / "autograded").exists()


def test_a_release_that_the_gradebook_does_not_know_is_refused(new_class: NewClass) -> None:
    course = new_class(1)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        book.find_notebook(NAME, NAME).source_cells[0].checksum = "0" * 32
        book.db.commit()
    with pytest.raises(CourseError, match="differ"):
        quietly(course)


def test_two_hundred_learners(new_class: NewClass) -> None:
    course = new_class(200)
    summary = quietly(course)
    assert summary.failed == {}
    assert len(gradebook_of(course, NAME)) == 200
    assert ledger_of(course).findings == ()
