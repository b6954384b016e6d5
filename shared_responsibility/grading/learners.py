"""Scripted learners: hand-ins that `srm demo` and the tests grade for real."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from shared_responsibility.errors import CourseError
from shared_responsibility.items import Form, form
from shared_responsibility.keys import keys_of_form

Notebook = dict[str, Any]
Answers = dict[str, str | None]
Learner = Callable[[Notebook], str]


def perfect_answers(asked: Form) -> Answers:
    """The key itself."""
    return {key.item_id: key.right for key, _ in keys_of_form(asked)}


def constant_answers(asked: Form, party: str) -> Answers:
    """The same side everywhere, in the words of each item's grain."""
    same = {party, {"customer": "customer_specific", "aws": "inherited"}.get(party, party)}
    return {
        entry.item.item_id: next((label for label in entry.item.labels if label in same), None)
        for entry in asked.entries
    }


def random_answers(asked: Form, seed: int) -> Answers:
    """A legal label for each item, drawn with a seed."""
    draw = random.Random(f"{seed} {asked.exercise}")
    return {entry.item.item_id: draw.choice(list(entry.item.labels)) for entry in asked.entries}


def half_right_answers(asked: Form) -> Answers:
    """The first half of the exercise right, the rest wrong."""
    right = perfect_answers(asked)
    known = list(right)[: len(right) // 2]
    return {
        entry.item.item_id: right[entry.item.item_id]
        if entry.item.item_id in known
        else next(label for label in entry.item.labels if label != right[entry.item.item_id])
        for entry in asked.entries
    }


def fill(notebook: Notebook, answer: Callable[[Form], Answers]) -> Notebook:
    """A copy of a release with every exercise answered."""
    filled = copy.deepcopy(notebook)
    for cell, asked in exercises(filled):
        lines = "".join(
            f"    {item_id!r}: {label!r},\n" for item_id, label in answer(asked).items()
        )
        cell["source"] = f"{asked.variable} = {{\n{lines}}}"
    return filled


def exercises(notebook: Notebook) -> Iterator[tuple[Notebook, Form]]:
    """The answer cells of a release with the form that each one answers."""
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            yield cell, form(cell["id"])


def with_syntax_error(notebook: Notebook) -> Notebook:
    """All right, but the first answer cell has lost its closing brace."""
    broken = fill(notebook, perfect_answers)
    first, _ = next(exercises(broken))
    first["source"] = first["source"].rstrip("}")
    return broken


def without_graded_cell(notebook: Notebook) -> Notebook:
    """All right, but the first graded cell is gone."""
    broken = fill(notebook, perfect_answers)
    first = next(c for c in broken["cells"] if c["metadata"].get("nbgrader", {}).get("grade"))
    broken["cells"].remove(first)
    return broken


def with_copied_cell(notebook: Notebook) -> Notebook:
    """All right, but the first answer cell stands twice, as after copy and paste."""
    broken = fill(notebook, perfect_answers)
    first, _ = next(exercises(broken))
    broken["cells"].insert(broken["cells"].index(first) + 1, copy.deepcopy(first))
    return broken


def with_retyped_cell(notebook: Notebook) -> Notebook:
    """All right, but the first answer cell was turned into text."""
    broken = fill(notebook, perfect_answers)
    first, _ = next(exercises(broken))
    first["cell_type"] = "markdown"
    del first["outputs"], first["execution_count"]
    return broken


def with_dead_kernel(notebook: Notebook) -> Notebook:
    """All right, but the second answer cell ends the kernel."""
    broken = fill(notebook, perfect_answers)
    _, second = list(exercises(broken))[:2]
    second[0]["source"] += "\nimport os\nos._exit(1)"
    return broken


def _as_file(change: Callable[[Notebook], Notebook]) -> Learner:
    return lambda notebook: json.dumps(change(notebook), indent=1)


def answering(answer: Callable[[Form], Answers]) -> Learner:
    """A learner whose notebook is whole."""
    return _as_file(lambda notebook: fill(notebook, answer))


DEMO_CLASS: dict[str, Learner] = {
    "ada": answering(perfect_answers),
    "blank": _as_file(copy.deepcopy),
    "copied-cell": _as_file(with_copied_cell),
    "cut-off-file": lambda notebook: json.dumps(fill(notebook, perfect_answers))[:4000],
    "deleted-cell": _as_file(without_graded_cell),
    "half-right": answering(half_right_answers),
    "says-customer": answering(lambda asked: constant_answers(asked, "customer")),
    "syntax-error": _as_file(with_syntax_error),
}
"""Eight learners: some know, some guess, some have broken their notebook."""


def submit(course: Path, assignment: str, learners: dict[str, Learner]) -> None:
    """Put the notebook of each learner where nbgrader looks for hand-ins."""
    release = course / "release" / assignment / f"{assignment}.ipynb"
    if not release.is_file():
        raise CourseError(f"release/{assignment} is missing. Run: srm build")
    notebook = json.loads(release.read_text(encoding="utf-8"))
    for name, learner in learners.items():
        folder = course / "submitted" / name / assignment
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{assignment}.ipynb").write_text(learner(notebook), encoding="utf-8")
