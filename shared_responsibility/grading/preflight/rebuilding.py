"""Rebuild a submission from the release: the learner gives the content of answer cells, no more.

Whatever happened to the file, the result is a valid notebook with every graded cell in its place,
and notes in plain words on what was put right.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from shared_responsibility.grading.preflight.folder import HandIn
from shared_responsibility.grading.preflight.reading import (
    LONGEST_CELL,
    MOST_EXTRA_CELLS,
    Cells,
    SubmittedCell,
    read_cells,
)

NOTES_CELL = "before-grading"
NOTES_TITLE = "**Before grading, this was put right:**"
NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


@dataclass
class Rebuilt:
    """A notebook that can be graded, and what had to be put right.

    `unread` says why nothing could be read; blank where something was.
    """

    notebook: NotebookNode
    notes: list[str] = field(default_factory=list)
    unread: str = ""


def rebuild(submitted: bytes, release: dict[str, Any], found: Sequence[str] = ()) -> Rebuilt:
    """The notebook to grade. What cannot be read earns nothing, and a note says why.

    `found` are notes on how the file was found; they come first.
    """
    try:
        read = read_cells(submitted)
    except ValueError as problem:
        return _without_answers(str(problem), release, found)
    rebuilt = _assemble(read, release)
    rebuilt.notes[:0] = found
    return _told(rebuilt)


def rebuild_hand_in(hand_in: HandIn, release: dict[str, Any]) -> Rebuilt:
    """The notebook to grade for a folder as `read_hand_in` found it."""
    if hand_in.content is None:
        return _without_answers(hand_in.reason, release, hand_in.notes)
    return rebuild(hand_in.content, release, hand_in.notes)


def notes_of(notebook: NotebookNode) -> list[str]:
    """The notes that `rebuild` left in a notebook."""
    for cell in notebook.cells:
        if cell.get("id") == NOTES_CELL:
            lines = cell.source.splitlines()
            return [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    return []


def _without_answers(reason: str, release: dict[str, Any], found: Sequence[str]) -> Rebuilt:
    rebuilt = _assemble(Cells([]), release)
    unread = f"The file could not be read: {reason}"
    told = f"{unread}. It was graded without answers. Please hand it in again."
    return _told(Rebuilt(rebuilt.notebook, [told, *found], unread))


def _told(rebuilt: Rebuilt) -> Rebuilt:
    if rebuilt.notes:
        listed = "\n".join(f"- {note}" for note in rebuilt.notes)
        cell = new_markdown_cell(f"{NOTES_TITLE}\n\n{listed}", id=NOTES_CELL)
        rebuilt.notebook.cells.insert(0, cell)
    return rebuilt


def _assemble(read: Cells, release: dict[str, Any]) -> Rebuilt:
    notebook = nbformat.reads(json.dumps(release), as_version=4)
    released = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}
    taken: dict[str, SubmittedCell] = {}
    extras: dict[str, list[SubmittedCell]] = defaultdict(list)
    notes: list[str] = []
    place = ""
    for cell in read.cells:
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
    notes = read.notes + list(dict.fromkeys(notes)) + _notes(released, taken) + _trim(extras)
    notebook.cells = _in_order(notebook.cells, taken, extras)
    return Rebuilt(notebook, notes)


def _matters(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader.solution or cell.metadata.nbgrader.grade)


def _trim(extras: dict[str, list[SubmittedCell]]) -> list[str]:
    """Leave out extra cells that are too long or too many; says so."""
    left_out = room = 0
    for place, cells in extras.items():
        kept = [cell for cell in cells if len(cell.source) <= LONGEST_CELL]
        kept = kept[: MOST_EXTRA_CELLS - room]
        room += len(kept)
        left_out += len(cells) - len(kept)
        extras[place] = kept
    if not left_out:
        return []
    return [
        f"{left_out} extra cells were left out: at most {MOST_EXTRA_CELLS} are kept, each of at "
        f"most {LONGEST_CELL:,} characters."
    ]


def _notes(released: dict[str, NotebookNode], taken: dict[str, SubmittedCell]) -> list[str]:
    """What is told about each answer cell and each graded cell."""
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
        elif len(found.source) > LONGEST_CELL and cell.metadata.nbgrader.solution:
            notes.append(
                f"Cell `{grade_id}` is longer than {LONGEST_CELL:,} characters. "
                "It was graded as released, without your answer."
            )
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
            answer = taken[grade_id].source
            cell.source = answer if len(answer) <= LONGEST_CELL else cell.source
        ordered.append(cell)
        add_extras(grade_id)
    return ordered
