"""The instructor's whole job in one go, on a scratch folder: release, hand in, grade, return."""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from traitlets.config.loader import PyFileConfigLoader

from shared_responsibility.grading.course import database
from shared_responsibility.grading.engine.local import grade
from shared_responsibility.grading.learners import DEMO_CLASS, submit
from shared_responsibility.grading.reports import answers_given, costly_beliefs, marks

CONFIG = "nbgrader_config.py"


def run_demo(root: Path, assignment: str = "classify-scenarios") -> Path:
    """Run the demo on a copy of the course in a new folder; returns that folder."""
    console = Console(soft_wrap=True)
    course = Path(tempfile.mkdtemp(prefix="shared-responsibility-demo-")).resolve()
    shutil.copy(root / CONFIG, course)
    shutil.copytree(root / "source" / assignment, course / "source" / assignment)
    _keep_quiet()
    console.print(f"A course in a scratch folder: {course}")
    with _progress(console) as progress:
        _run(GenerateAssignment, course, assignment, ["."], progress, "release")
        submit(course, assignment, DEMO_CLASS)
    # These learners are ours, so limits alone will do where the machine has no sandbox.
    summary = grade(course, assignment, unsandboxed=True)
    with _progress(console) as progress:
        _run(GenerateFeedback, course, assignment, list(DEMO_CLASS), progress, "feedback")
    console.print("\n".join(summary.lines))
    _print_results(console, course, assignment)
    return course


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<9}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[now]}"),
        console=console,
    )


def _keep_quiet() -> None:
    """nbgrader repeats our notes as warnings on the console; the table says what matters."""
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _run(
    converter: Any,
    course: Path,
    assignment: str,
    learners: list[str],
    progress: Progress,
    name: str,
) -> None:
    """One of nbgrader's converters, learner by learner, set up by the course's configuration."""
    config = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.assignment_id = assignment
    task = progress.add_task(name, total=len(learners), now="")
    for learner in learners:
        progress.update(task, now="" if learner == "." else learner)
        config.CourseDirectory.student_id = learner
        converter(coursedir=CourseDirectory(config=config), config=config).start()
        progress.advance(task)
    progress.update(task, now="done")


def _print_results(console: Console, course: Path, assignment: str) -> None:
    table = Table(title=f"Marks for {assignment}")
    table.add_column("learner")
    table.add_column("points", justify="right")
    table.add_column("of", justify="right")
    db_url = database(course)
    for row in marks(db_url, assignment).itertuples():
        table.add_row(str(row.learner), f"{row.points:g}", f"{row.max_points:g}")
    console.print(table)
    beliefs = Table(title="The beliefs that cost the class most")
    for column in ("", "belief", "points lost", "learners"):
        beliefs.add_column(column)
    for row in costly_beliefs(
        answers_given(f"sqlite:///{course}/gradebook.db", assignment)
    ).itertuples():
        lost = f"{row.points_lost:g}"
        beliefs.add_row(str(row.misconception_id), str(row.belief), lost, str(row.learners))
    console.print(beliefs)
    page = course / "feedback" / "half-right" / assignment / f"{assignment}.html"
    console.print(f"Open one learner's feedback in a browser:\n  {page.as_uri()}")
    console.print("The learners were scripted. Delete the folder when you have seen enough.")
