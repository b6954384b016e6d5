"""Whatever a learner did to the file, what is graded is a valid notebook in the release's order."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from shared_responsibility.grading.learners import fill, perfect_answers
from shared_responsibility.grading.preflight import LARGEST_FILE, NOTES_CELL, Rebuilt, rebuild

Notebook = dict[str, Any]
PATH = Path(__file__).parents[2] / "release" / "classify" / "classify.ipynb"
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
    del cells[[cell["id"] for cell in cells].index("tasks")]


def delete_graded(cells: list[Notebook]) -> None:
    del cells[[cell["id"] for cell in cells].index("tasks-graded")]


def copy_answer(cells: list[Notebook]) -> None:
    place = [cell["id"] for cell in cells].index("tasks")
    cells.insert(place + 1, copy.deepcopy(cells[place]) | {"source": "tasks = 'the copy'"})


def copy_graded(cells: list[Notebook]) -> None:
    cells.append(copy.deepcopy(cell_of({"cells": cells}, "tasks-graded")))


def retype_answer(cells: list[Notebook]) -> None:
    cell = cell_of({"cells": cells}, "tasks")
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


def retype_graded(cells: list[Notebook]) -> None:
    cell_of({"cells": cells}, "tasks-graded")["cell_type"] = "raw"


def change_graded(cells: list[Notebook]) -> None:
    cell_of({"cells": cells}, "tasks-graded")["source"] = "print(6.0)\n6.0"


@pytest.mark.parametrize(
    ("change", "note", "answered"),
    [
        (delete_answer, "The answer cell `tasks` was missing", False),
        (delete_graded, "The graded cell `tasks-graded` was missing", True),
        (copy_answer, "Cell `tasks` stands twice. The first one counts", True),
        (copy_graded, "Cell `tasks-graded` stands twice", True),
        (retype_answer, "Cell `tasks` had become a markdown cell", True),
        (retype_graded, "Cell `tasks-graded` had become a raw cell", True),
        (change_graded, "The graded cell `tasks-graded` was changed", True),
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
    assert answers_of(rebuilt) == (FULL if answered else FULL | {"tasks": BLANK["tasks"]})


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
        return {"cell_type": cell_type, "id": "tasks-x", "metadata": {}, "source": source}

    cells.append(extra("raw", "last"))
    place = [cell["id"] for cell in cells].index("tasks")
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


@pytest.mark.parametrize(
    "submitted",
    [
        b"",
        b"\x00" * 100,
        as_file(ANSWERED)[:4000],
        json.dumps(ANSWERED).encode("utf-16"),
        b"\xff\xfe" + as_file(ANSWERED),
        as_file([ANSWERED]),
        as_file("notebook"),
        as_file(None),
        as_file({"nbformat": 3, "worksheets": [{"cells": ANSWERED["cells"]}]}),
        as_file({"nbformat": 4, "cells": {"0": {}}}),
        b"[" * 200_000,
        b'{"cells":' * 200_000,
        b'{"cells": [' + b"9" * 10_000 + b"]}",
        b" " * (LARGEST_FILE + 1),
    ],
    ids="empty zeros cut-off utf-16 bytes list string null format-3 object deep-list deep-object "
    "long-number too-large".split(),
)
def test_what_cannot_be_read_is_graded_without_answers_and_says_why(submitted: bytes) -> None:
    rebuilt = checked(submitted)
    (note,) = rebuilt.notes
    assert note.startswith("The file could not be read: it ")
    assert note.endswith("Please hand it in again.")
    assert answers_of(rebuilt) == BLANK


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
    first = cell_of(notebook, "tasks")
    (first["metadata"]["nbgrader"] if name == "grade_id" else first)[name] = odd
    rebuilt = checked(as_file(notebook))
    others = {cell_id: text for cell_id, text in FULL.items() if cell_id != "tasks"}
    assert others.items() <= answers_of(rebuilt).items()


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    assert answers_of(checked(b"\xef\xbb\xbf" + as_file(ANSWERED))) == FULL


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
