"""`authoring/assignments/*.py` and the item bank -> `source/`; nbgrader cuts `release/` from it."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from shared_responsibility.build.notebooks import as_text, clean, read_percent
from shared_responsibility.errors import in_words
from shared_responsibility.exercises import CodeExercise, code_exercise, is_code_exercise
from shared_responsibility.items import Form, Item, form
from shared_responsibility.keys import key_of
from shared_responsibility.vocabulary import ExerciseKind, ItemKind

CONFIG = "nbgrader_config.py"


def sources(root: Path) -> dict[str, str]:
    """The text of every source notebook, by path inside `root`."""
    return {
        f"source/{path.stem}/{path.stem}.ipynb": _source(path)
        for path in sorted((root / "authoring" / "assignments").glob("*.py"))
    }


def releases(root: Path, made: dict[str, str]) -> dict[str, str]:
    """The text of every release notebook: what `nbgrader generate_assignment` makes of `made`."""
    # Importing nbgrader takes seconds, and only this step needs it.
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config.loader import PyFileConfigLoader

    with TemporaryDirectory() as elsewhere:
        course = Path(elsewhere).resolve()
        shutil.copy(root / CONFIG, course / CONFIG)
        for name, text in made.items():
            (course / name).parent.mkdir(parents=True)
            (course / name).write_text(text, encoding="utf-8", newline="\n")
        config = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
        quiet = logging.getLogger("shared_responsibility.release")
        quiet.setLevel(logging.ERROR)
        _without_gradebook(config)
        for name in made:
            config.CourseDirectory.assignment_id = Path(name).stem
            config.CourseDirectory.root = str(course)
            GenerateAssignment(
                coursedir=CourseDirectory(config=config),
                config=config,
                no_database=True,
                log=quiet,
            ).start()
        return {
            (released := name.replace("source/", "release/", 1)): (course / released)
            .read_text(encoding="utf-8")
            .rstrip("\n")
            + "\n"
            for name in made
        }


def _without_gradebook(config: Any) -> None:
    steps = config.GenerateAssignment.preprocessors
    config.GenerateAssignment.preprocessors = [
        step for step in steps if step.__name__ not in ("SaveCells", "SaveManifest")
    ]


def _source(path: Path) -> str:
    notebook = read_percent(path)
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        cells += _exercise(cell) if "exercise" in cell.metadata else [_locked(cell)]
    notebook.cells = cells
    return as_text(clean(notebook, f"authoring/assignments/{path.name} and data/"))


def _locked(cell: NotebookNode) -> NotebookNode:
    cell.metadata = _nbgrader(cell.id, locked=True)
    return cell


def _exercise(cell: NotebookNode) -> list[NotebookNode]:
    """What stands in the notebook for one exercise: what is asked, the answer, the hand-in."""
    slug = cell.metadata["exercise"]
    if not is_code_exercise(slug):
        asked = form(slug)
        return _answered(slug, _prompts(asked), _answer_source(asked), asked.points)
    work = code_exercise(slug)
    if work.kind is ExerciseKind.MANUAL:
        return [_manual(cell, work)]
    return _answered(slug, _criteria(work), cell.source, work.points)


def _answered(name: str, prompt: str, answer: str, points: float) -> list[NotebookNode]:
    """Locked prompts, the answer cell, and directly after it the graded cell."""
    prompts = new_markdown_cell(prompt, id=f"{name}-questions")
    prompts.metadata = _nbgrader(prompts.id, locked=True)
    answers = new_code_cell(answer, id=name)
    answers.metadata = _nbgrader(name, solution=True)
    graded = new_code_cell(f'hand_in("{name}")', id=f"{name}-graded")
    graded.metadata = _nbgrader(graded.id, locked=True, grade=True, points=points)
    return [prompts, answers, graded]


def _manual(cell: NotebookNode, work: CodeExercise) -> NotebookNode:
    """A cell of prose that a person grades; nbgrader gives 0 where it was left as it was."""
    written = new_markdown_cell(cell.source, id=work.exercise)
    written.metadata = _nbgrader(work.exercise, solution=True, grade=True, points=work.points)
    return written


def _criteria(work: CodeExercise) -> str:
    """What is judged, and what it is worth."""
    rows = [f"| {check.criterion} | {check.points:g} |" for check in work.checks]
    return "\n".join(["| what is judged | points |", "|---|---|", *rows])


def _nbgrader(grade_id: str, points: float | None = None, **flags: bool) -> NotebookNode:
    metadata = {"schema_version": 3, "grade_id": grade_id, "task": False}
    metadata |= {flag: flags.get(flag, False) for flag in ("grade", "locked", "solution")}
    if points is not None:
        metadata["points"] = points
    return NotebookNode(nbgrader=NotebookNode(metadata))


def _prompts(asked: Form) -> str:
    parts = []
    for number, entry in enumerate(asked.entries, 1):
        item = entry.item
        lines = [f"### {number}. `{item.item_id}`", "", item.prompt]
        if item.written:
            lines += ["", *(f'- `"{option}"` {text}' for option, text in item.written.items())]
        if item.how_to_answer:
            lines += ["", f"Write {item.how_to_answer}."]
        if item.hint:
            lines += ["", f"<details><summary>Hint</summary>{item.hint}</details>"]
        parts.append("\n".join(lines))
    labels = {tuple(entry.item.labels) for entry in asked.entries}
    if len(labels) == 1 and not any(entry.item.written for entry in asked.entries):
        words = in_words([f'`"{label}"`' for label in labels.pop()], "or")
        parts.insert(0, f"Answer each question with {words}.")
    return "\n\n".join(parts)


def _solved(item: Item) -> str:
    """The right answer as a learner writes it, with how sure an author is."""
    sure = ", sure" if item.kind is ItemKind.OWNER_REASON else ""
    return f"{key_of(item).right}{sure}"


def _answer_source(asked: Form) -> str:
    items = [entry.item for entry in asked.entries]
    blank = [f'    "{item.item_id}": None,' for item in items]
    solved = [f'    "{item.item_id}": "{_solved(item)}",' for item in items]
    return "\n".join(
        [
            f"{asked.variable} = {{",
            *blank,
            "}",
            "### BEGIN SOLUTION",
            f"{asked.variable} = {{",
            *solved,
            "}",
            "### END SOLUTION",
        ]
    )
