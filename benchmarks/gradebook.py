"""What the gradebook and the ledger cost for each learner as a class grows to 1,000.

    python benchmarks/gradebook.py

One learner is graded for real; the same result is then written under other names, in the batches
and by the writer of `srm grade`. Prints milliseconds a learner for each stretch of the class.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook

from shared_responsibility.grading import learners
from shared_responsibility.grading.course import configuration, database
from shared_responsibility.grading.engine.gradebook import Book
from shared_responsibility.grading.engine.local import BATCH, grade
from shared_responsibility.grading.engine.tasks import Graded
from shared_responsibility.grading.ledger import store

ROOT = Path(__file__).resolve().parents[1]
NBGRADER = Path(sysconfig.get_path("scripts")) / "nbgrader"
ASSIGNMENT = "classify-scenarios"
STRETCHES = (40, 200, 400, 600, 800, 1000)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder).resolve()
        one = graded_for_real(course)
        book = Book(database(course), "shared-responsibility", ASSIGNMENT, configuration(course))
        with book:
            written = 0
            for until in STRETCHES:
                names = [f"learner-{number:04d}" for number in range(written, until)]
                begin = time.perf_counter()
                for first in range(0, len(names), BATCH):
                    write(book, one, names[first : first + BATCH])
                spent = 1000 * (time.perf_counter() - begin) / len(names)
                print(f"learners {written + 1:>4} to {until:>4}: {spent:6.1f} ms a learner")
                written = until


def graded_for_real(course: Path) -> Graded:
    """The result of one learner who went through the whole of `srm grade`."""
    shutil.copy(ROOT / "nbgrader_config.py", course)
    shutil.copytree(ROOT / "source" / ASSIGNMENT, course / "source" / ASSIGNMENT)
    command = [NBGRADER, "generate_assignment", ASSIGNMENT]
    subprocess.run(command, cwd=course, check=True, capture_output=True)
    ada = {"ada": learners.DEMO_CLASS["half-right"]}
    learners.submit(course, ASSIGNMENT, ada)
    grade(course, ASSIGNMENT, quiet=True)
    with Gradebook(database(course)) as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, "ada")
        scores = {g.name: g.auto_score for book in submission.notebooks for g in book.grades}
        entry = store.latest_of(gradebook.db, ASSIGNMENT, "ada")
    assert entry is not None
    assert entry.work is not None
    grading = store.Grading(
        "ada", ASSIGNMENT, entry.manifest, entry.points, entry.max_points, entry.work
    )
    text = json.dumps({"cells": []})
    return Graded("ada", "0" * 64, ASSIGNMENT, text, scores, {}, [], grading, entry.points, 0.0)


def write(book: Book, one: Graded, names: list[str]) -> None:
    """The same result under other names, in one transaction."""
    batch = [
        (replace(one, student=name, grading=replace(one.grading, learner=name)), None)
        for name in names
    ]
    book.write(batch, datetime.now(UTC).replace(tzinfo=None))


if __name__ == "__main__":
    main()
