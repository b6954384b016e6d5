"""What an instructor wants to know after grading: marks, and the beliefs that cost the class."""

from __future__ import annotations

import pandas as pd
from nbgrader.api import Gradebook
from sqlalchemy import create_engine

from shared_responsibility.grading.ledger import store
from shared_responsibility.tables import load_table

COLUMNS = (
    "learner", "exercise", "item_id", "version", "response", "confidence", "verdict", "points",
    "max_points", "misconception_id",
)  # fmt: skip


def marks(db_url: str, assignment: str) -> pd.DataFrame:
    """The mark of every learner who handed in: columns `learner, points, max_points`."""
    with Gradebook(db_url) as gradebook:
        rows = [
            (submission.student_id, submission.score, submission.max_score)
            for submission in gradebook.assignment_submissions(assignment)
        ]
    table = pd.DataFrame(rows, columns=["learner", "points", "max_points"])
    return table.sort_values("learner", ignore_index=True)


def answers_given(db_url: str, assignment: str) -> pd.DataFrame:
    """Every judged answer that is in force: one row for each learner and item.

    Columns: `learner, exercise, item_id, version, response, confidence, verdict, points,
    max_points, misconception_id`. Reads the ledger.
    """
    engine = create_engine(db_url)
    try:
        store.create_tables(engine)
        with engine.connect() as connection:
            in_force = store.latest(connection, assignment)
    finally:
        engine.dispose()
    rows = [
        {"learner": learner, "exercise": exercise, **item}
        for learner, entry in sorted(in_force.items())
        for exercise, one in (entry.work or {"exercises": {}})["exercises"].items()
        for item in one["result"]["items"]
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


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
