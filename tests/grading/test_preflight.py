"""Whatever a learner did to the file, what is graded is a valid notebook in the release's order."""

import copy
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from shared_responsibility.grading.learners import fill, perfect_answers
from shared_responsibility.grading.preflight import (
    LARGEST_FILE,
    NOTES_CELL,
    Rebuilt,
    notes_of,
    read_hand_in,
    rebuild,
    rebuild_hand_in,
)
from shared_responsibility.grading.preflight.folder import MOST_FILES, STAND_IN, STAND_IN_TEXT
from shared_responsibility.grading.preflight.intake import let_all_be_seen, remove_stand_in
from shared_responsibility.grading.preflight.reading import LONGEST_CELL
from shared_responsibility.items import forms_of

Notebook = dict[str, Any]
SET = "classify-scenarios"
FIRST = forms_of(SET)[0].exercise
PATH = Path(__file__).parents[2] / "release" / SET / f"{SET}.ipynb"
# As the record of a release holds it: every source is one text.
RELEASE: Notebook = json.loads(json.dumps(nbformat.read(PATH, as_version=4)))
ANSWERED = fill(RELEASE, perfect_answers)


def as_file(notebook: object) -> bytes:
    return json.dumps(notebook).encode("utf-8")


def cell_of(notebook: Notebook, cell_id: str) -> Notebook:
    return next(cell for cell in notebook["cells"] if cell["id"] == cell_id)


def checked(submitted: bytes) -> Rebuilt:
    """Rebuild, and check all that must hold whatever was handed in."""
    rebuilt = rebuild(submitted, RELEASE)
    nbformat.validate(rebuilt.notebook)
    nbformat.writes(rebuilt.notebook).encode("utf-8")
    ours = [cell for cell in rebuilt.notebook.cells if "nbgrader" in cell.metadata]
    assert [cell.id for cell in ours] == [cell["id"] for cell in RELEASE["cells"]]
    for cell, released in zip(ours, RELEASE["cells"], strict=True):
        assert cell.metadata == released["metadata"]
        assert cell.cell_type == released["cell_type"]
        if not cell.metadata.nbgrader.solution:
            assert cell.source == released["source"]
    assert (rebuilt.notebook.cells[0].id == NOTES_CELL) == bool(rebuilt.notes)
    for note in rebuilt.notes:
        assert note in rebuilt.notebook.cells[0].source
    return rebuilt


def answers_of(rebuilt: Rebuilt) -> dict[str, str]:
    return {c.id: c.source for c in rebuilt.notebook.cells
            if c.metadata.get("nbgrader", {}).get("solution")}  # fmt: skip


FULL = {c["id"]: c["source"] for c in ANSWERED["cells"]
        if c["metadata"]["nbgrader"]["solution"]}  # fmt: skip
BLANK = {c["id"]: c["source"] for c in RELEASE["cells"]
         if c["metadata"]["nbgrader"]["solution"]}  # fmt: skip


@pytest.mark.parametrize("notebook", [RELEASE, ANSWERED], ids=["untouched", "answered"])
def test_a_whole_notebook_passes_without_a_note(notebook: Notebook) -> None:
    rebuilt = checked(as_file(notebook))
    assert rebuilt.notes == []
    assert answers_of(rebuilt) == (BLANK if notebook is RELEASE else FULL)


def delete_answer(cells: list[Notebook]) -> None:
    del cells[[cell["id"] for cell in cells].index(FIRST)]


def delete_graded(cells: list[Notebook]) -> None:
    del cells[[cell["id"] for cell in cells].index(f"{FIRST}-graded")]


def copy_answer(cells: list[Notebook]) -> None:
    place = [cell["id"] for cell in cells].index(FIRST)
    cells.insert(place + 1, copy.deepcopy(cells[place]) | {"source": "copied = True"})


def copy_graded(cells: list[Notebook]) -> None:
    cells.append(copy.deepcopy(cell_of({"cells": cells}, f"{FIRST}-graded")))


def retype_answer(cells: list[Notebook]) -> None:
    cell = cell_of({"cells": cells}, FIRST)
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


def retype_graded(cells: list[Notebook]) -> None:
    cell_of({"cells": cells}, f"{FIRST}-graded")["cell_type"] = "raw"


def change_graded(cells: list[Notebook]) -> None:
    cell_of({"cells": cells}, f"{FIRST}-graded")["source"] = "print(6.0)\n6.0"


@pytest.mark.parametrize(
    ("change", "note", "answered"),
    [
        (delete_answer, f"The answer cell `{FIRST}` was missing", False),
        (delete_graded, f"The graded cell `{FIRST}-graded` was missing", True),
        (copy_answer, f"Cell `{FIRST}` stands twice. The first one counts", True),
        (copy_graded, f"Cell `{FIRST}-graded` stands twice", True),
        (retype_answer, f"Cell `{FIRST}` had become a markdown cell", True),
        (retype_graded, f"Cell `{FIRST}-graded` had become a raw cell", True),
        (change_graded, f"The graded cell `{FIRST}-graded` was changed", True),
    ],
)
def test_one_damage_is_put_right_and_named_and_all_other_answers_count(
    change: Callable[[list[Notebook]], None], note: str, answered: bool
) -> None:
    notebook = copy.deepcopy(ANSWERED)
    change(notebook["cells"])
    rebuilt = checked(as_file(notebook))
    assert len(rebuilt.notes) == 1
    assert rebuilt.notes[0].startswith(note)
    assert answers_of(rebuilt) == (FULL if answered else FULL | {FIRST: BLANK[FIRST]})


def test_cells_that_lost_their_metadata_are_known_by_their_id() -> None:
    notebook = copy.deepcopy(ANSWERED)
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    rebuilt = checked(as_file(notebook))
    assert rebuilt.notes == []
    assert answers_of(rebuilt) == FULL


def test_changed_points_and_locks_are_those_of_the_release() -> None:
    notebook = copy.deepcopy(ANSWERED)
    for cell in notebook["cells"]:
        cell["metadata"]["nbgrader"] |= {"points": 99, "locked": False, "grade": True}
    assert checked(as_file(notebook)).notes == []


def test_extra_cells_keep_their_places() -> None:
    notebook = copy.deepcopy(ANSWERED)
    cells = notebook["cells"]

    def extra(cell_type: str, source: str) -> Notebook:
        return {"cell_type": cell_type, "id": "extra-x", "metadata": {}, "source": source}

    cells.append(extra("raw", "last"))
    place = [cell["id"] for cell in cells].index(FIRST)
    cells.insert(place + 1, extra("code", "after"))
    cells.insert(place, extra("markdown", "before"))
    cells.insert(0, extra("code", "first"))
    rebuilt = checked(as_file(notebook))
    assert rebuilt.notes == []
    assert [cell.source for cell in rebuilt.notebook.cells] == [cell["source"] for cell in cells]
    assert [cell.cell_type for cell in rebuilt.notebook.cells] == [c["cell_type"] for c in cells]


def test_cells_in_another_order_are_put_into_that_of_the_release() -> None:
    notebook = copy.deepcopy(ANSWERED)
    notebook["cells"].reverse()
    assert answers_of(checked(as_file(notebook))) == FULL


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "it is empty"),
    "blank": (b" \r\n", "it is empty"),
    "zeros": (b"\x00" * 100, "it holds zero bytes"),
    "zero-in-the-middle": (as_file(ANSWERED)[:50] + b"\x00" + as_file(ANSWERED)[50:], "zero bytes"),
    "cut-off": (as_file(ANSWERED)[:4000], "its JSON is broken"),
    "latin-1": ('{"cells": ["Grüße"]}'.encode("latin-1"), "it is not UTF-8 text"),
    "utf-16-without-mark": (json.dumps(ANSWERED).encode("utf-16-le"), "it holds zero bytes"),
    "false-mark": (b"\xff\xfe" + as_file(ANSWERED), "it is not"),
    "odd-utf-16": (b"\xff\xfe{", "it is not UTF-16 text"),
    "list": (as_file([ANSWERED]), "its JSON is no object"),
    "string": (as_file("notebook"), "its JSON is no object"),
    "null": (as_file(None), "its JSON is no object"),
    "cells-as-object": (as_file({"nbformat": 4, "cells": {"0": {}}}), "it has no list of cells"),
    "no-cells": (as_file({"nbformat": 4}), "it has no list of cells"),
    "deep-list": (b"[" * 200_000, "nested more than"),
    "deep-object": (b'{"cells":' * 200_000, "nested more than"),
    "deep-and-closed": (b'{"cells":' + b"[" * 90_000 + b"]" * 90_000 + b"}", "nested more than"),
    "many-parts": (b'{"cells": [' + b"[]," * 1_000_001 + b"1]}", "parts"),
    "quotes-without-end": (b'{"cells": "' + b'\\"' * 1_000_000, "its JSON is broken"),
    "too-large": (b" " * (LARGEST_FILE + 1), "it is larger than 20 MB"),
    "not-json": (b"<!doctype html><title>Sign in</title>", "its JSON is broken"),
    "zip": (b"PK\x03\x04\x14\x00\x00", "it holds zero bytes"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_graded_without_answers_and_says_why(name: str) -> None:
    submitted, reason = UNREADABLE[name]
    started = time.process_time()
    rebuilt = checked(submitted)
    assert time.process_time() - started < 5
    (note,) = rebuilt.notes
    assert note.startswith("The file could not be read: it")
    assert reason in note
    assert note.endswith("Please hand it in again.")
    assert rebuilt.unread
    assert answers_of(rebuilt) == BLANK
    assert notes_of(rebuilt.notebook) == rebuilt.notes


def in_sheets(notebook: Notebook) -> Notebook:
    """As format 3 had it: sheets of cells, and code that is called input."""
    cells = []
    for cell in copy.deepcopy(notebook["cells"]):
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source").splitlines(keepends=True)
        cells.append(cell)
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}


READABLE: dict[str, tuple[bytes, str]] = {
    "utf-8-mark": (b"\xef\xbb\xbf" + as_file(ANSWERED), ""),
    "utf-16": (json.dumps(ANSWERED).encode("utf-16"), ""),
    "utf-32": (json.dumps(ANSWERED).encode("utf-32"), ""),
    "format-3": (as_file(in_sheets(ANSWERED)), ""),
    "format-4-0": (as_file(ANSWERED | {"nbformat_minor": 0}), ""),
    "format-99": (as_file(ANSWERED | {"nbformat": 99}), "The file has notebook format 99"),
    "no-format": (as_file({"cells": ANSWERED["cells"]}), ""),
    "odd-format": (as_file(ANSWERED | {"nbformat": [4]}), ""),
    "absurd-number": (as_file(ANSWERED).replace(b'"nbformat"', b'"x": ' + b"9" * 10_000
                      + b', "nbformat"'), ""),
    "absurd-fraction": (as_file(ANSWERED).replace(b'"nbformat"', b'"x": 1e999999, "nbformat"'), ""),
    "not-a-number": (as_file(ANSWERED | {"x": float("nan")}), ""),
    "double-key": (b'{"nbformat": 3, ' + as_file(ANSWERED)[1:], "'nbformat' stands twice"),
    "double-cells": (b'{"cells": [], ' + as_file(ANSWERED)[1:], "'cells' stands twice"),
    "big-outputs": (as_file(ANSWERED | {"x": "y" * 1_000_000}), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", READABLE)
def test_what_can_be_made_out_counts_in_full(name: str) -> None:
    submitted, note = READABLE[name]
    rebuilt = checked(submitted)
    assert answers_of(rebuilt) == FULL
    assert note in " ".join(rebuilt.notes)
    assert bool(rebuilt.notes) == bool(note)
    assert not rebuilt.unread


def test_many_different_keys_and_one_twice_take_no_time() -> None:
    keys = ", ".join(f'"k{number}": 1' for number in range(300_000))
    started = time.process_time()
    rebuild(f'{{"cells": [], "k1": 2, {keys}}}'.encode(), RELEASE)
    assert time.process_time() - started < 5


def test_an_answer_beyond_all_measure_is_not_run() -> None:
    notebook = copy.deepcopy(ANSWERED)
    cell_of(notebook, FIRST)["source"] += "#" * LONGEST_CELL
    rebuilt = checked(as_file(notebook))
    assert f"Cell `{FIRST}` is longer than 200,000 characters" in rebuilt.notes[0]
    assert answers_of(rebuilt) == FULL | {FIRST: BLANK[FIRST]}


def test_extra_cells_beyond_all_measure_are_left_out_and_counted() -> None:
    notebook = copy.deepcopy(ANSWERED)
    extra = {"cell_type": "markdown", "metadata": {}, "source": "x"}
    notebook["cells"] += [extra | {"source": "x" * (LONGEST_CELL + 1)}, *[extra] * 300]
    rebuilt = checked(as_file(notebook))
    assert rebuilt.notes == [
        "101 extra cells were left out: at most 200 are kept, each of at most 200,000 characters."
    ]
    assert answers_of(rebuilt) == FULL


def test_zero_characters_in_a_cell_are_taken_out() -> None:
    notebook = copy.deepcopy(ANSWERED)
    cell_of(notebook, FIRST)["source"] = "\x00" + cell_of(notebook, FIRST)["source"]
    assert answers_of(checked(as_file(notebook))) == FULL


@pytest.mark.parametrize("cells", [[], [None, 1, "x"], [{}], [[]]], ids=repr)
def test_a_notebook_without_a_single_cell_of_ours_says_so(cells: list[object]) -> None:
    rebuilt = checked(as_file({"nbformat": 4, "cells": cells}))
    assert rebuilt.notes
    assert answers_of(rebuilt) == BLANK


ODD: list[object] = [None, True, 7, 1e400, "x", "\ud800", [], ["x"], {}, {"x": 1}, [[]]]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("name", ["cell_type", "id", "metadata", "source", "outputs", "grade_id"])
def test_a_cell_with_a_wrong_type_harms_only_itself(name: str, odd: object) -> None:
    notebook = copy.deepcopy(ANSWERED)
    first = cell_of(notebook, FIRST)
    (first["metadata"]["nbgrader"] if name == "grade_id" else first)[name] = odd
    rebuilt = checked(as_file(notebook))
    others = {cell_id: text for cell_id, text in FULL.items() if cell_id != FIRST}
    assert others.items() <= answers_of(rebuilt).items()


@pytest.mark.parametrize(
    "change",
    [delete_answer, delete_graded, copy_answer, copy_graded, retype_answer, change_graded],
)
def test_rebuilding_again_changes_nothing(change: Callable[[list[Notebook]], None]) -> None:
    notebook = copy.deepcopy(ANSWERED)
    change(notebook["cells"])
    once = checked(as_file(notebook))
    twice = checked(nbformat.writes(once.notebook).encode("utf-8"))
    assert twice.notes == []
    assert [(c.cell_type, c.source) for c in twice.notebook.cells] == [
        (c.cell_type, c.source) for c in once.notebook.cells
    ]


def test_the_record_of_the_release_is_not_touched() -> None:
    before = copy.deepcopy(RELEASE)
    rebuilt = rebuild(as_file(ANSWERED), RELEASE)
    rebuilt.notebook.cells[0].source = "spoilt"
    assert before == RELEASE


WANTED = f"{SET}.ipynb"
WHOLE = as_file(ANSWERED)
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="makes pipes and links")


def handed_in(folder: Path, *ignore: str) -> Rebuilt:
    return rebuild_hand_in(read_hand_in(folder, SET, RELEASE, ignore), RELEASE)


def put(folder: Path, name: str, content: bytes = WHOLE) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def test_a_notebook_of_the_right_name_is_found_without_a_note(tmp_path: Path) -> None:
    put(tmp_path, WANTED)
    put(tmp_path, "copy of it.ipynb", as_file(RELEASE))
    assert answers_of(handed_in(tmp_path)) == FULL
    assert handed_in(tmp_path).notes == []


@pytest.mark.parametrize(
    "name",
    ["classify-scenarios (1).ipynb", "Classify-Scenarios.IPYNB", "x.ipynb.txt", "x.ipynb.json",
     "unzipped/classify-scenarios.ipynb"],
)  # fmt: skip
def test_one_notebook_of_another_name_counts_with_a_note(name: str, tmp_path: Path) -> None:
    put(tmp_path, name)
    rebuilt = handed_in(tmp_path)
    assert answers_of(rebuilt) == FULL
    expected = [f"There was no `{WANTED}`. `{name}` was graded in its place."]
    # A file system that knows no case finds it under the right name.
    assert rebuilt.notes == ([] if (tmp_path / WANTED).exists() else expected)


def test_of_several_notebooks_the_one_that_fits_counts(tmp_path: Path) -> None:
    put(tmp_path, "a-lesson.ipynb", as_file({"cells": []}))
    put(tmp_path, "broken.ipynb", WHOLE[:300])
    put(tmp_path, "mine.ipynb")
    rebuilt = handed_in(tmp_path)
    assert answers_of(rebuilt) == FULL
    (note,) = rebuilt.notes
    assert "`mine.ipynb` was graded in its place. It fits the assignment better than" in note


@posix_only
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.mkdir(), "there is a folder in place of the notebook"),
        (lambda path: path.symlink_to(path.with_name("solved")), "it is a link"),
        (lambda path: path.symlink_to(path), "it is a link"),
        (lambda path: path.symlink_to("/dev/zero"), "it is a link"),
        (lambda path: os.link(path.with_name("solved"), path), "it is a hard link"),
        (os.mkfifo, "it is not a file but a pipe or a device"),
        (lambda path: os.truncate(path, LARGEST_FILE + 1) if path.touch() is None else None,
         "it is larger than 20 MB"),
    ],
    ids="folder link loop device-link hard-link pipe sparse".split(),
)  # fmt: skip
def test_what_is_no_plain_file_is_not_opened(
    make: Callable[[Path], None], reason: str, tmp_path: Path
) -> None:
    put(tmp_path, "solved")
    make(tmp_path / WANTED)
    rebuilt = handed_in(tmp_path)
    assert reason in rebuilt.notes[0]
    assert answers_of(rebuilt) == BLANK


@posix_only
def test_a_link_in_place_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, f"ada/{WANTED}")
    (tmp_path / "bob").symlink_to(tmp_path / "ada")
    assert "instead of a folder there is a link" in handed_in(tmp_path / "bob").notes[0]


def test_a_folder_without_a_notebook_says_what_is_there(tmp_path: Path) -> None:
    assert "the folder is empty" in handed_in(tmp_path).notes[0]
    put(tmp_path, "essay.docx")
    assert "there is no notebook in the folder, only essay.docx" in handed_in(tmp_path).notes[0]


def test_a_name_that_is_markup_is_not_repeated_as_such(tmp_path: Path) -> None:
    put(tmp_path, "`[x](y)`&<b>.ipynb" if sys.platform != "win32" else "`[x](y)`&.ipynb")
    (note,) = handed_in(tmp_path).notes
    assert "<" not in note
    assert "&" not in note
    assert "[x]" not in note


@posix_only
def test_extra_files_are_bounded_and_links_stay_out(tmp_path: Path) -> None:
    put(tmp_path, WANTED)
    put(tmp_path, "data/numbers.txt", b"1")
    put(tmp_path, "notes.py", b"")
    (tmp_path / "gradebook.db").symlink_to("/etc/passwd")
    (tmp_path / "etc").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    hand_in = read_hand_in(tmp_path, SET, RELEASE, ["*.py"])
    assert hand_in.files == ["data/numbers.txt"]
    (note,) = hand_in.notes
    assert note == "Left out, since they are links or no files: etc, gradebook.db, pipe."
    for number in range(MOST_FILES + 5):
        put(tmp_path, f"many/{number:03d}", b"")
    hand_in = read_hand_in(tmp_path, SET, RELEASE, ["*.py"])
    assert len(hand_in.files) == MOST_FILES
    assert "at most 200 extra files" in hand_in.notes[1]


def test_a_stand_in_makes_a_folder_seen_and_never_counts(tmp_path: Path) -> None:
    empty, full, theirs = (tmp_path / "submitted" / name / SET for name in ("a", "b", "c"))
    put(full, WANTED)
    put(theirs, STAND_IN)
    empty.mkdir(parents=True)
    let_all_be_seen(tmp_path)
    assert [path.name for path in empty.iterdir()] == [STAND_IN]
    assert [path.name for path in full.iterdir()] == [WANTED]
    assert "the folder is empty" in handed_in(empty).notes[0]
    assert answers_of(handed_in(theirs)) == FULL
    for folder in (empty, full, theirs):
        remove_stand_in(folder)
    assert list(empty.iterdir()) == []
    assert (theirs / STAND_IN).read_bytes() == WHOLE != STAND_IN_TEXT
