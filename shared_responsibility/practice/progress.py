"""The learner's own record of what they answered: one line for each judged item, in one file.

It lies in `my-work/progress.jsonl` and never leaves the machine. `SRM_PROGRESS` names another
file; set to nothing, it keeps no record. Outside `my-work/` none is kept, so that lessons can be
built, checked and graded without leaving a trace.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from shared_responsibility.errors import CourseError
from shared_responsibility.scoring import AnyResult

FORMAT = 1
FOLDER, NAME = "my-work", "progress.jsonl"
COLUMNS = ("at", "item_id", "version", "response", "verdict", "credit", "misconception_id")
LATER_COLUMNS = ("confidence",)
"""Columns that lines from before do not have; a blank stands for them."""


def progress_file() -> Path | None:
    """Where the record lies, or would lie; `None` where none is kept."""
    named = os.environ.get("SRM_PROGRESS")
    if named is not None:
        return Path(named) if named else None
    here = Path.cwd()
    inside = next((path for path in (here, *here.parents) if path.name == FOLDER), None)
    return inside / NAME if inside else None


def keep(results: Iterable[AnyResult]) -> Path | None:
    """Append results to the record; the file, or `None` where no record is kept.

    Lines are only ever added, in one write, so that a notebook that stops in the middle loses
    nothing that was kept before. Raises `CourseError` where the file is of a newer format.
    """
    path = progress_file()
    if path is None:
        return None
    lines = [_as_line(result) for result in results]
    if path.is_file():
        _check_format(path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines.insert(0, json.dumps({"format": FORMAT}))
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write("".join(f"{line}\n" for line in lines))
    return path


def read_progress() -> pd.DataFrame:
    """Every kept answer in order, first attempts first.

    Columns: `at` (UTC, ISO 8601), `item_id, version, response, verdict, credit` (0 to 1),
    `misconception_id` and `confidence` (`sure`, `unsure` or blank). A line that cannot be read is
    left out; empty where no record is kept.
    """
    path = progress_file()
    rows: list[dict[str, Any]] = []
    if path is not None and path.is_file():
        _check_format(path)
        rows = [row for line in _lines(path)[1:] if (row := _read_line(line)) is not None]
    return pd.DataFrame(rows, columns=[*COLUMNS, *LATER_COLUMNS])


def first_attempts(items: Iterable[str]) -> pd.DataFrame:
    """The first kept answer to each of these items, indexed by item."""
    kept = read_progress()
    kept = kept[kept["item_id"].isin(list(items))]
    return kept.drop_duplicates("item_id").set_index("item_id")


def _as_line(result: AnyResult) -> str:
    credit = result.points / result.max_points if result.max_points else 0.0
    row = (
        datetime.now(UTC).isoformat(timespec="seconds"), result.item_id, result.version,
        result.response, result.verdict.value, round(credit, 4), result.misconception_id,
        result.confidence,
    )  # fmt: skip
    names = (*COLUMNS, *LATER_COLUMNS)
    return json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _check_format(path: Path) -> None:
    first = next(iter(_lines(path)), "")
    try:
        found = json.loads(first).get("format")
    except (ValueError, AttributeError):
        found = None
    if found != FORMAT:
        raise CourseError(
            f"{path.name} is not a record of progress that this version reads (format {found!r}, "
            f"not {FORMAT}). Move it away to begin a new one; nothing was changed."
        )


def _read_line(line: str) -> dict[str, Any] | None:
    """A kept answer; `None` for a line that was cut short."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict) or not set(COLUMNS) <= row.keys():
        return None
    return {**dict.fromkeys(LATER_COLUMNS, ""), **row}
