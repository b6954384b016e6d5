"""A table that a learner made, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from shared_responsibility.answers.wire import LONGEST_TEXT, Collected, scalar
from shared_responsibility.errors import in_words, nearest
from shared_responsibility.exercises import CodeExercise

MOST_ROWS = 2_000
MOST_COLUMNS = 40


def collect(asked: CodeExercise, cells: Mapping[str, Any]) -> Collected:
    """`{"columns", "rows", "total_rows"}` of the table; named levels of its index come first."""
    name = asked.variable
    made = cells[name]
    if isinstance(made, pd.Series):
        made = made.to_frame()
    if not isinstance(made, pd.DataFrame):
        problem = f"{name!r} should be a DataFrame; it is of type {type(made).__name__}."
        return Collected({}, "There is no table yet.", [problem])
    flat = _flat(made)
    columns = [str(column)[:LONGEST_TEXT] for column in flat.columns[:MOST_COLUMNS]]
    rows = [
        [scalar(value) for value in row]
        for row in flat.iloc[:MOST_ROWS, :MOST_COLUMNS].itertuples(index=False, name=None)
    ]
    data = {"columns": columns, "rows": rows, "total_rows": len(flat)}
    return Collected(data, _told(columns, rows, len(flat)), _problems(asked, columns, len(flat)))


def _flat(made: pd.DataFrame) -> pd.DataFrame:
    """The table with the named levels of its index as columns, and one line of headings."""
    levels = {
        number: made.index.get_level_values(number)
        for number, name in enumerate(made.index.names)
        if name is not None
    }
    index = pd.DataFrame(levels, index=range(len(made))).set_axis(
        [str(level.name) for level in levels.values()], axis=1
    )
    body = made.reset_index(drop=True)
    body.columns = pd.Index([_heading(column) for column in body.columns])
    return pd.concat([index, body], axis=1)


def _heading(column: object) -> str:
    return "_".join(map(str, column)) if isinstance(column, tuple) else str(column)


def _told(columns: list[str], rows: list[list[Any]], total: int) -> str:
    empty = sum(value is None for row in rows for value in row)
    gaps = f" {empty} cells are empty." if empty else ""
    return f"A table of {total} rows and {len(columns)} columns.{gaps}"


def _problems(asked: CodeExercise, columns: list[str], total: int) -> list[str]:
    problems = []
    for name in asked.shape:
        if name not in columns:
            close = nearest(name, [column for column in columns if column not in asked.shape], 1)
            advice = f" Is {close[0]!r} meant?" if close else ""
            problems.append(f"The column {name!r} is missing.{advice}")
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        problems.append(f"These columns stand twice: {in_words(map(repr, twice), 'and')}.")
    if total > MOST_ROWS:
        problems.append(f"Only the first {MOST_ROWS:,} of {total:,} rows are handed in.")
    return problems
