"""`srm grade` over a class: the same results as nbgrader's own way, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from classroom import LATE, NAME, learners, nbgrader
from comparing import folders_of, gradebook_of
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from sqlalchemy import create_engine

from shared_responsibility.errors import CourseError
from shared_responsibility.grading import learners as script
from shared_responsibility.grading.engine.local import Summary, grade
from shared_responsibility.grading.ledger import store
from shared_responsibility.grading.ledger.auditing import audit
from shared_responsibility.grading.preflight import LARGEST_FILE
from shared_responsibility.grading.preflight.folder import MOST_BYTES, MOST_FILES
from shared_responsibility.items import forms_of

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


def a_link(notebook: Path) -> None:
    notebook.unlink()
    notebook.symlink_to(notebook.parents[2] / "ada" / NAME / notebook.name)


def a_hard_link(notebook: Path) -> None:
    os.link(notebook, notebook.with_name("first"))


def a_pipe(notebook: Path) -> None:
    notebook.unlink()
    os.mkfifo(notebook)


def a_folder(notebook: Path) -> None:
    notebook.unlink()
    notebook.mkdir()
    (notebook / "inner.txt").write_text("mine")


def too_large(notebook: Path) -> None:
    os.truncate(notebook, LARGEST_FILE + 1)


def unreadable(notebook: Path) -> None:
    notebook.chmod(0)


def a_closed_folder(notebook: Path) -> None:
    notebook.parent.chmod(0)


def nothing(notebook: Path) -> None:
    notebook.unlink()


def a_linked_folder(notebook: Path) -> None:
    """Its owner handed in late; a link must not bring that along."""
    shutil.rmtree(notebook.parent)
    notebook.parent.symlink_to(notebook.parents[2] / "many-files" / NAME)


def no_folder(notebook: Path) -> None:
    shutil.rmtree(notebook.parent)
    notebook.parent.write_text("not a folder")


def another_name(notebook: Path) -> None:
    notebook.rename(notebook.with_name("My Work (1).IPYNB.txt"))


def a_folder_below(notebook: Path) -> None:
    inner = notebook.parent / "inner"
    inner.mkdir()
    (inner / "other.ipynb").write_text("{}")
    notebook.rename(inner / "mine.ipynb")


def a_huge_file(notebook: Path) -> None:
    with notebook.with_name("huge.bin").open("wb") as file:
        file.truncate(MOST_BYTES + 1)


def many_files(notebook: Path) -> None:
    """So many that the time of the hand-in comes after those that are taken."""
    for number in range(MOST_FILES + 1):
        notebook.with_name(f"{number:04d}").write_bytes(b"")
    notebook.with_name("timestamp.txt").write_text(LATE)


def odd_files(notebook: Path) -> None:
    os.mkfifo(notebook.with_name("pipe"))
    notebook.with_name("gradebook.db").symlink_to(notebook.parents[3] / "gradebook.db")
    if sys.platform == "linux":
        odd = os.fsdecode(bytes(notebook.parent) + b"/\xff\n")
        Path(odd).write_text("a name that is no text")
    (notebook.parent / "a" / "b").mkdir(parents=True)
    (notebook.parent / "a" / "b" / "c.txt").write_text("deep")


def in_the_authors_place(notebook: Path) -> None:
    """And a page, which the notebook must not find beside it: it could be somebody's feedback."""
    notebook.with_name("given.txt").mkdir()
    (notebook.with_name("given.txt") / "mine.txt").write_text("mine")
    notebook.with_name("page.html").write_text("a page")
    nb = nbformat.read(notebook, as_version=4)
    nb.cells.append(new_code_cell(LOOK))
    nbformat.write(nb, notebook)


LOOK = "from pathlib import Path\nprint([Path(n).is_file() for n in ('given.txt', 'page.html')])"
FULL, NONE = True, False
DAMAGE: dict[str, tuple[Callable[[Path], None], bool, str]] = {
    "a-link": (a_link, NONE, "it is a link, and links are not followed"),
    "a-hard-link": (a_hard_link, NONE, "it is a hard link"),
    "a-pipe": (a_pipe, NONE, "it is not a file but a pipe or a device"),
    "a-folder": (a_folder, NONE, "there is a folder in place of the notebook"),
    "too-large": (too_large, NONE, "it is larger than"),
    "unreadable": (unreadable, NONE, "there is no permission to read it"),
    "a-closed-folder": (a_closed_folder, NONE, "there is no permission to open the folder"),
    "nothing": (nothing, NONE, "the folder is empty"),
    "a-linked-folder": (a_linked_folder, NONE, "instead of a folder there is a link"),
    "no-folder": (no_folder, NONE, "what was handed in is not a folder"),
    "another-name": (another_name, FULL, "`My Work (1).IPYNB.txt` was graded in its place"),
    "a-folder-below": (a_folder_below, FULL, "`inner/mine.ipynb` was graded in its place"),
    "a-huge-file": (a_huge_file, FULL, "of 50 MB together are taken: huge.bin"),
    "many-files": (many_files, FULL, "at most 200 extra files"),
    "odd-files": (odd_files, FULL, "Left out, since they are links or no files"),
    "in-the-authors-place": (in_the_authors_place, FULL, ""),
}
"""By learner: what is wrong, whether the answers count, and what is told."""
if hasattr(os, "getuid") and os.getuid() == 0:
    # Nothing is closed to root.
    del DAMAGE["unreadable"], DAMAGE["a-closed-folder"]


def test_a_damaged_folder_has_the_same_marks_and_reasons_as_in_the_serial_path(
    new_class: NewClass,
) -> None:
    ours, theirs = new_class(1, "ours"), new_class(1, "theirs")
    for course in (ours, theirs):
        _late_and_with_files(course)
        script.submit(course, NAME, dict.fromkeys(DAMAGE, script.DEMO_CLASS["ada"]))
        for name, (damage, _, _) in DAMAGE.items():
            damage(course / "submitted" / name / NAME / f"{NAME}.ipynb")
    assert quietly(ours).failed == {}
    nbgrader(theirs, "autograde", NAME)
    assert gradebook_of(ours, NAME) == gradebook_of(theirs, NAME)
    assert folders_of(ours, NAME) == folders_of(theirs, NAME)
    told = told_in(ours)
    assert told == told_in(theirs)
    named = {name for name, (_, _, reason) in DAMAGE.items() if reason}
    assert {name for name, (_, reason) in told.items() if reason} == named
    ran = folders_of(ours, NAME)[f"autograded/in-the-authors-place/{NAME}/{NAME}.ipynb"][1]
    assert "[True, False]" in json.dumps(ran)
    whole = sum(form.points for form in forms_of(NAME))
    book = gradebook_of(ours, NAME)
    late = {name for name, one in book.items() if one["notebooks"][NAME]["penalty"]}
    assert late == {"ada", "many-files"}
    for name, (_, counts, reason) in DAMAGE.items():
        assert reason in told[name][1]
        assert book[name]["score"] == pytest.approx(whole if counts else 0), name
    assert ledger_of(ours).findings == ledger_of(theirs).findings == ()


def told_in(course: Path) -> dict[str, tuple[float, str]]:
    """Points and reason of everybody, as the ledger has them."""
    engine = create_engine(f"sqlite:///{course}/gradebook.db")
    with engine.connect() as connection:
        latest = store.latest(connection, NAME)
    engine.dispose()
    return {name: (one.points, one.reason) for name, one in latest.items()}


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
