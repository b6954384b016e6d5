"""Drift watch: sources that nobody has read for a long time, and what hangs on them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd

from shared_responsibility.errors import CourseError
from shared_responsibility.items import load_items
from shared_responsibility.keys import source_ids_of
from shared_responsibility.tables import TABLES, load_table

DAYS = {"d": 1, "w": 7, "y": 365}


def days_of(age: str) -> int:
    """The days in `180d`, `26w` or `1y`. Raises `CourseError` for anything else."""
    found = re.fullmatch(r"(\d{1,5})([dwy])", age.strip().casefold())
    if found is None:
        raise CourseError(f"{age!r} is not an age. Allowed: 180d, 26w or 1y, for example.")
    return int(found[1]) * DAYS[found[2]]


def stale_sources(days: int, today: date) -> pd.DataFrame:
    """The sources last read more than `days` before `today`, oldest first.

    Columns: those of `sources`.
    """
    sources = load_table("sources")
    limit = (today - timedelta(days=days)).isoformat()
    old = sources[sources["read_on"] < limit]
    return old.sort_values(["read_on", "source_id"], ignore_index=True)


def hanging_on(source_ids: list[str]) -> pd.DataFrame:
    """Every fact and item that rests on one of these sources.

    Columns: `source_id, table, key`. An item hangs on the sources of its cells, too.
    """
    named = set(source_ids)
    rows: list[tuple[str, str, str]] = []
    for name, table in TABLES.items():
        if name in ("sources", "items") or "source_id" not in table.column_names:
            continue
        for row in load_table(name).to_dict("records"):
            if row["source_id"] in named:
                key = " ".join(str(row[column]) for column in table.key)
                rows.append((row["source_id"], name, key))
    for item in load_items().values():
        rows += [(one, "items", item.item_id) for one in sorted(source_ids_of(item) & named)]
    hanging = pd.DataFrame(rows, columns=["source_id", "table", "key"])
    return hanging.sort_values(["source_id", "table", "key"], ignore_index=True)


def report(days: int, today: date) -> str:
    """What to read again, as text: each source, then the facts and items that hang on it."""
    old = stale_sources(days, today)
    if old.empty:
        return f"Every source was read within {days} days before {today}."
    hanging = hanging_on(list(old["source_id"]))
    lines = []
    for row in old.to_dict("records"):
        lines.append(f"{row['source_id']}, read {row['read_on']}: {row['title']}, {row['url']}")
        mine = hanging[hanging["source_id"] == row["source_id"]]
        lines += [f"    {one['table']}: {one['key']}" for one in mine.to_dict("records")]
    counted = hanging["table"].value_counts()
    told = ", ".join(f"{count} of {table}" for table, count in counted.items())
    lines.append(f"{len(old)} sources were read more than {days} days before {today}; on them "
                 f"hang: {told or 'nothing'}.")  # fmt: skip
    return "\n".join(lines)
