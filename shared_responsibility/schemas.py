"""A pandera schema for every table, made from the column descriptions in `tables.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pandera.pandas as pa

from shared_responsibility.errors import DataError, in_words
from shared_responsibility.tables import Column, Table


def schema_of(table: Table) -> pa.DataFrameSchema:
    """The schema of a table as text, its index holding line numbers."""
    return pa.DataFrameSchema(
        {column.name: pa.Column(str, _checks(column)) for column in table.columns},
        strict=True,
        ordered=True,
        unique=list(table.key),
        name=table.name,
    )


def schema_errors(table: Table, frame: pd.DataFrame) -> Iterator[DataError]:
    """What the schema finds wrong, each with file, line, column, value and what is allowed."""
    try:
        schema_of(table).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as found:
        cases = found.failure_cases
        known = {column.name: column for column in table.columns}
        for line, rows in cases.groupby("index", sort=True):
            for case in rows.to_dict("records"):
                yield _as_error(table, known, int(str(line)), case)


def _checks(column: Column) -> list[pa.Check]:
    checks = []
    if not column.blank:
        checks.append(pa.Check(lambda values: values.str.strip() != "", error="a value"))
    if column.allowed:
        words = [*column.allowed, ""] if column.blank else list(column.allowed)
        checks.append(pa.Check.isin(words, error=in_words(column.allowed, "or")))
    if column.number:
        numbers = pa.Check.str_matches(r"^\d+(\.\d+)?$", error="a number")
        checks.append(numbers)
    if column.pattern:
        whole = rf"^(?:{column.pattern}){'?' if column.blank else ''}$"
        checks.append(pa.Check.str_matches(whole, error=f"text like {column.pattern}"))
    checks.append(pa.Check(_without_stray_spaces, error="no space at either end, none doubled"))
    return checks


def _without_stray_spaces(values: pd.Series[str]) -> pd.Series[bool]:
    return values == values.str.strip().str.replace(re.compile(r"\s{2,}"), " ", regex=True)


def _as_error(table: Table, known: dict[str, Column], line: int, case: dict[Any, Any]) -> DataError:
    shown, column = f"data/{table.path}", str(case["column"])
    if column not in known or case["check"] == "multiple_fields_uniqueness":
        key = ", ".join(table.key)
        return DataError(shown, line, key, "the key stands twice", "each key once")
    value = case["failure_case"]
    problem = f"{value!r} is not right here" if str(value).strip() else "the value is blank"
    return DataError(shown, line, column, problem, str(case["check"]))
