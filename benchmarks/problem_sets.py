"""How long one learner's problem sets take to grade on one core, and their cells alone.

    python benchmarks/problem_sets.py

Cell time is that of the solved notebook without the cell that imports: in a plain kernel, and in
the sandbox while it is graded. The wall time is `nbgrader autograde` for one learner, sandbox and
start-up included.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
import time
from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from shared_responsibility.grading import learners
from shared_responsibility.totals import problem_sets

ROOT = Path(__file__).resolve().parents[1]
NBGRADER = Path(sysconfig.get_path("scripts")) / "nbgrader"


def main() -> None:
    """Print one line for each set."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    heads = ("imports, s", "cells, s", "cells graded, s", "autograde, s")
    print(f"{'problem set':<20}" + "".join(f"{head:>17}" for head in heads))
    for one in problem_sets():
        figures = *cell_seconds(one.assignment), *autograde_seconds(one.assignment)
        print(f"{one.assignment:<20}" + "".join(f"{figure:>17.2f}" for figure in figures))


def cell_seconds(assignment: str) -> tuple[float, float]:
    """Seconds of the first code cell, and of all others together."""
    path = ROOT / "source" / assignment / f"{assignment}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return _first_and_rest(notebook)


def _first_and_rest(notebook: nbformat.NotebookNode) -> tuple[float, float]:
    times = [
        seconds(cell.metadata.execution)
        for cell in notebook.cells
        if cell.cell_type == "code" and "execution" in cell.metadata
    ]
    return times[0], sum(times[1:])


def seconds(stamps: dict[str, str]) -> float:
    """From the moment a cell was taken to its reply."""
    begin, end = (
        datetime.fromisoformat(stamps[name].replace("Z", "+00:00"))
        for name in ("iopub.status.busy", "shell.execute_reply")
    )
    return (end - begin).total_seconds()


def autograde_seconds(assignment: str) -> tuple[float, float]:
    """For one learner with everything right: (cells after the first, wall time of the command)."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder).resolve()
        shutil.copy(ROOT / "nbgrader_config.py", course)
        source = course / "source" / assignment
        shutil.copytree(ROOT / "source" / assignment, source)
        run(course, "generate_assignment", assignment)
        solved = json.loads((source / f"{assignment}.ipynb").read_text(encoding="utf-8"))
        code = learners.solutions(solved)
        ada = lambda nb: json.dumps(learners.fill(nb, learners.perfect_answers, code))  # noqa: E731
        learners.submit(course, assignment, {"ada": ada})
        begin = time.perf_counter()
        run(course, "autograde", assignment)
        wall = time.perf_counter() - begin
        graded = course / "autograded" / "ada" / assignment / f"{assignment}.ipynb"
        return _first_and_rest(nbformat.read(graded, as_version=4))[1], wall


def run(course: Path, *words: str) -> None:
    """One of nbgrader's commands."""
    subprocess.run([NBGRADER, *words], cwd=course, check=True, capture_output=True)


if __name__ == "__main__":
    main()
