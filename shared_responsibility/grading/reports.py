"""What an instructor wants to know after grading: marks, and the beliefs that cost the class."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from nbgrader.api import Gradebook

from shared_responsibility.grading.steps import RESULT_MIME
from shared_responsibility.tables import load_table


def marks(db_url: str, assignment: str) -> pd.DataFrame:
    """The mark of every learner who handed in: columns `learner, points, max_points`."""
    with Gradebook(db_url) as gradebook:
        rows = [
            (submission.student_id, submission.score, submission.max_score)
            for submission in gradebook.assignment_submissions(assignment)
        ]
    table = pd.DataFrame(rows, columns=["learner", "points", "max_points"])
    return table.sort_values("learner", ignore_index=True)


def answers_given(course: Path, assignment: str) -> pd.DataFrame:
    """Every judged answer: one row for each learner and item.

    Columns: `learner, exercise, item_id, version, response, verdict, points, max_points,
    misconception_id`. Reads the graded notebooks.
    """
    rows: list[dict[str, Any]] = []
    for path in sorted(course.glob(f"autograded/*/{assignment}/{assignment}.ipynb")):
        learner = path.parts[-3]
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                found = output.get("data", {}).get(RESULT_MIME)
                if found:
                    rows += [
                        {"learner": learner, "exercise": found["exercise"], **item}
                        for item in found["items"]
                    ]
    columns = "learner exercise item_id version response verdict points max_points misconception_id"
    return pd.DataFrame(rows, columns=columns.split())


def costly_beliefs(given: pd.DataFrame, count: int = 3) -> pd.DataFrame:
    """The beliefs that cost the class most: `misconception_id, belief, points_lost, learners`."""
    wrong = given[given["misconception_id"] != ""]
    lost = wrong.assign(points_lost=wrong["max_points"] - wrong["points"])
    grouped = lost.groupby("misconception_id").agg(
        points_lost=("points_lost", "sum"), learners=("learner", "nunique")
    )
    ranked = grouped.sort_values(["points_lost", "learners"], ascending=False, kind="stable")
    beliefs = load_table("misconceptions").set_index("misconception_id")["belief"]
    top = ranked.head(count).join(beliefs).reset_index()
    return top[["misconception_id", "belief", "points_lost", "learners"]]
