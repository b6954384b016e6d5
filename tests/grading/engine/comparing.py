"""What two ways of grading leave behind, in a form that can be compared for equality."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

PLACES = re.compile(r"ipykernel_\d+")
ADDRESSES = re.compile(r"0x[0-9a-f]{6,}")


def gradebook_of(course: Path, assignment: str) -> dict[str, Any]:
    """Everything that autograding writes to the gradebook, by learner."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {
            submission.student_id: {
                "timestamp": str(submission.timestamp),
                "late": submission.total_seconds_late,
                "score": submission.score,
                "max_score": submission.max_score,
                "waits": submission.needs_manual_grade,
                "notebooks": {nb.name: _notebook(nb) for nb in submission.notebooks},
            }
            for submission in book.assignment_submissions(assignment)
        }


def _notebook(notebook: Any) -> dict[str, Any]:
    return {
        "penalty": notebook.late_submission_penalty,
        "flagged": notebook.flagged,
        "grades": {
            g.name: (g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
            for g in notebook.grades
        },
        "comments": {c.name: (c.auto_comment, c.manual_comment) for c in notebook.comments},
    }


def folders_of(course: Path, assignment: str, step: str = "autograded") -> dict[str, Any]:
    """Every file of every learner: its mode and its content, notebooks as data."""
    found = {}
    for path in sorted(course.glob(f"{step}/*/{assignment}/**/*")):
        if path.is_file():
            content: Any = path.read_bytes()
            if path.suffix == ".ipynb":
                content = notebook_of(content.decode("utf-8"))
            elif path.suffix == ".html":
                content = ADDRESSES.sub("0x", PLACES.sub("ipykernel", content.decode("utf-8")))
            mode = oct(path.stat().st_mode & 0o777)
            found[str(path.relative_to(course))] = (mode, content)
    return found


def notebook_of(text: str) -> Any:
    """A notebook without what differs between two runs of one kernel: times, process ids."""
    notebook = json.loads(ADDRESSES.sub("0x", PLACES.sub("ipykernel", text)))
    died = any(cell.get("id") == "kernel-stopped" for cell in notebook["cells"])
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)
        if died and cell["cell_type"] == "code" and not cell["outputs"]:
            # A real kernel that dies may or may not have sent the number of its last cell.
            cell["execution_count"] = None
    return notebook
