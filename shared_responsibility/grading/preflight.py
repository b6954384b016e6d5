"""Rebuild a submission from the release: the learner gives the content of answer cells, no more.

Whatever happened to the file, the result is a valid notebook with every graded cell in its place,
and notes in plain words on what was put right.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

LARGEST_FILE = 20_000_000
NOTES_CELL = "before-grading"
NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


@dataclass
class Rebuilt:
    """A notebook that can be graded, and what had to be put right."""

    notebook: NotebookNode
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SubmittedCell:
    """What is taken from a learner's cell: where it belongs, its kind and its text."""

    grade_id: str
    cell_type: str
    source: str


def rebuild(submitted: bytes, release: dict[str, Any]) -> Rebuilt:
    """The notebook to grade. What cannot be read earns nothing, and a note says why."""
    try:
        cells = read_cells(submitted)
    except ValueError as problem:
        rebuilt = _assemble([], release)
        rebuilt.notes = [
            f"The file could not be read: {problem}. It was graded without answers. "
            "Please hand it in again."
        ]
    else:
        rebuilt = _assemble(cells, release)
    if rebuilt.notes:
        listed = "\n".join(f"- {note}" for note in rebuilt.notes)
        told = f"**Before grading, this was put right:**\n\n{listed}"
        rebuilt.notebook.cells.insert(0, new_markdown_cell(told, id=NOTES_CELL))
    return rebuilt


def read_cells(submitted: bytes) -> list[SubmittedCell]:
    """The cells of a notebook file, read with no trust in its form.

    Raises `ValueError` with a plain reason where there is nothing to read.
    """
    if len(submitted) > LARGEST_FILE:
        raise ValueError(f"it is larger than {LARGEST_FILE // 1_000_000} MB")
    try:
        data = json.loads(submitted.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
    except (ValueError, RecursionError):
        raise ValueError("it is not a complete notebook (its JSON is broken)") from None
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        raise ValueError("it has no list of cells as notebooks of format 4 have")
    return [cell for raw in data["cells"] if (cell := _read_cell(raw)) is not None]


def _read_cell(raw: object) -> SubmittedCell | None:
    kind = raw.get("cell_type") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(kind, str) or kind not in NEW_CELL:
        return None
    source = raw.get("source")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return None
    metadata = raw.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    # Cut and paste can lose the metadata; the cell's own id is the same word.
    name = grade_id if isinstance(grade_id, str) else raw.get("id")
    return SubmittedCell(str(name or ""), kind, _storable(source))


def _storable(text: str) -> str:
    """The text without half characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _assemble(cells: list[SubmittedCell], release: dict[str, Any]) -> Rebuilt:
    notebook = nbformat.reads(json.dumps(release), as_version=4)
    released = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}
    taken: dict[str, SubmittedCell] = {}
    extras: dict[str, list[SubmittedCell]] = defaultdict(list)
    notes: list[str] = []
    place = ""
    for cell in cells:
        if cell.grade_id in released and cell.grade_id not in taken:
            taken[cell.grade_id] = cell
            place = cell.grade_id
        else:
            if cell.grade_id in released and _matters(released[cell.grade_id]):
                notes.append(
                    f"Cell `{cell.grade_id}` stands twice. The first one counts; the copy stays "
                    "as an ordinary cell."
                )
            extras[place].append(cell)
    notes += _notes(released, taken)
    notebook.cells = _in_order(notebook.cells, taken, extras)
    return Rebuilt(notebook, notes)


def _matters(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader.solution or cell.metadata.nbgrader.grade)


def _notes(released: dict[str, NotebookNode], taken: dict[str, SubmittedCell]) -> list[str]:
    if not taken:
        return ["The file holds no cell of this assignment. It was graded without answers."]
    notes = []
    for grade_id, cell in released.items():
        if not _matters(cell):
            continue
        found = taken.get(grade_id)
        if found is None:
            kind = "answer cell" if cell.metadata.nbgrader.solution else "graded cell"
            notes.append(f"The {kind} `{grade_id}` was missing and was put back as released.")
        elif found.cell_type != cell.cell_type:
            notes.append(
                f"Cell `{grade_id}` had become a {found.cell_type} cell and was turned back into "
                f"a {cell.cell_type} cell."
            )
        elif not cell.metadata.nbgrader.solution and found.source != cell.source:
            notes.append(f"The graded cell `{grade_id}` was changed and was put back as released.")
    return notes


def _in_order(
    released: list[NotebookNode],
    taken: dict[str, SubmittedCell],
    extras: dict[str, list[SubmittedCell]],
) -> list[NotebookNode]:
    """The release's cells with the learner's answers, and extra cells in their places."""
    counted = 0
    ordered: list[NotebookNode] = []

    def add_extras(place: str) -> None:
        nonlocal counted
        for extra in extras[place]:
            counted += 1
            make = NEW_CELL[extra.cell_type]
            ordered.append(make(extra.source, id=f"extra-{counted}"))

    add_extras("")
    for cell in released:
        grade_id = cell.metadata.nbgrader.grade_id
        if cell.metadata.nbgrader.solution and grade_id in taken:
            cell.source = taken[grade_id].source
        ordered.append(cell)
        add_extras(grade_id)
    return ordered
