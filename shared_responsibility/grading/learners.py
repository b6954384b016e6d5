"""Scripted learners: hand-ins that `srm demo` and the tests grade for real."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from shared_responsibility.errors import CourseError
from shared_responsibility.exercises import is_code_exercise
from shared_responsibility.items import Form, Item, form, is_form
from shared_responsibility.keys import keys_of_form
from shared_responsibility.scoring import ItemKey
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import CLASS_OF_PARTY, Grain, ItemKind, Part, Party, Zone

Notebook = dict[str, Any]
Answers = dict[str, str | None]
Learner = Callable[[Notebook], str]


def perfect_answers(asked: Form) -> Answers:
    """The key itself."""
    return {key.item_id: key.right for key, _ in keys_of_form(asked)}


def random_answers(asked: Form, seed: int) -> Answers:
    """A legal answer to each item, drawn with a seed."""
    draw = random.Random(f"{seed} {asked.exercise}")
    return {entry.item.item_id: ", ".join(_drawn(entry.item, draw)) for entry in asked.entries}


def constant_answers(asked: Form, party: str, seed: int = 0) -> Answers:
    """The same side everywhere, in the words of each item's grain; the rest is drawn."""
    return _with_owner(asked, lambda item: party, seed)


def slogan_answers(asked: Form, seed: int = 0) -> Answers:
    """Knows only: AWS secures the cloud, the customer what is in it. The rest is drawn."""
    zones = load_table("domains").set_index("domain_id")["zone"]

    def owner(item: Item) -> str:
        domain = item.cells[-1].domain_id if item.cells else item.domain_id
        return "aws" if zones.get(domain) == Zone.ALWAYS_PROVIDER else "customer"

    return _with_owner(asked, owner, seed)


def half_right_answers(asked: Form) -> Answers:
    """The first half of the exercise right, the rest wrong."""
    right = perfect_answers(asked)
    known = list(right)[: len(right) // 2]
    return {
        key.item_id: key.right if key.item_id in known else ", ".join(_wrong(key))
        for key, _ in keys_of_form(asked)
    }


def believing_answers(asked: Form, misconception_id: str) -> Answers:
    """All right, except where an option says what this misconception says: that one is chosen."""
    return {
        key.item_id: ", ".join(_believed(key, misconception_id)) for key, _ in keys_of_form(asked)
    }


def _drawn(item: Item, draw: random.Random) -> list[str]:
    if item.kind is ItemKind.ORDER:
        return draw.sample(list(item.labels), len(item.labels))
    if item.kind in (ItemKind.MULTI, ItemKind.EVIDENCE):
        return draw.sample(list(item.labels), draw.randint(1, min(4, len(item.labels))))
    return [draw.choice(list(options)) for options in item.parts.values()]


def _with_owner(asked: Form, owner: Callable[[Item], str], seed: int) -> Answers:
    drawn = random_answers(asked, seed)
    return {
        entry.item.item_id: _owned(entry.item, owner(entry.item), drawn[entry.item.item_id] or "")
        for entry in asked.entries
    }


def _owned(item: Item, party: str, drawn: str) -> str:
    """A drawn answer whose owner is this party, where the item asks for one and allows it."""
    owners = item.parts.get(Part.OWNER, {})
    word = str(CLASS_OF_PARTY[Party(party)]) if item.grain is Grain.CONTROL else party
    if word not in owners:
        return drawn
    return ", ".join(word if option in owners else option for option in drawn.split(", "))


def _wrong(key: ItemKey) -> list[str]:
    """An answer that earns nothing."""
    if key.kind == ItemKind.ORDER:
        return list(reversed(key.right_options))
    wrong = [name for name in key.options if name not in key.right_options]
    parts = dict.fromkeys(option.part for option in key.options.values())
    return [next(name for name in wrong if key.options[name].part == part) for part in parts]


def _believed(key: ItemKey, misconception_id: str) -> list[str]:
    held = {
        option.part: name
        for name, option in key.options.items()
        if option.misconception_id == misconception_id
    }
    if key.kind in (ItemKind.MULTI, ItemKind.EVIDENCE):
        return [*key.right_options, *held.values()]
    if key.kind == ItemKind.ORDER:
        return list(key.right_options)
    return [held.get(key.options[name].part, name) for name in key.right_options]


def fill(
    notebook: Notebook, answer: Callable[[Form], Answers], code: Mapping[str, str] | None = None
) -> Notebook:
    """A copy of a release with every form answered, and with `code` in the cells that it names."""
    filled = copy.deepcopy(notebook)
    for cell in filled["cells"]:
        cell["source"] = (code or {}).get(cell["id"], cell["source"])
    for cell, asked in exercises(filled):
        lines = "".join(
            f"    {item_id!r}: {label!r},\n" for item_id, label in answer(asked).items()
        )
        cell["source"] = f"{asked.variable} = {{\n{lines}}}"
    return filled


def exercises(notebook: Notebook) -> Iterator[tuple[Notebook, Form]]:
    """The answer cells of a release with the form that each one answers."""
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution") and is_form(cell["id"]):
            yield cell, form(cell["id"])


def solutions(source: Notebook) -> dict[str, str]:
    """The author's code for every exercise of a source notebook that is answered with code."""
    return {
        cell["id"]: cell["source"]
        for cell in source["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution") and is_code_exercise(cell["id"])
    }


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
