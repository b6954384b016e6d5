"""`data/README.md`, made from the column descriptions in `tables.py`."""

from __future__ import annotations

from shared_responsibility.errors import in_words
from shared_responsibility.tables import TABLES, Column

HEAD = """<!-- Made by `srm build` from shared_responsibility/tables.py. Do not edit. -->
# The tables

CSV, UTF-8, one line for each fact, sorted by key. Change a fact here, then run `srm check-data`
and `srm build`. `answers/` holds what is right and wrong in the items; all else works without it.
`untidy/` is made from the tables and spoilt on purpose, for an exercise in cleaning.
The licence of the tables is CC BY 4.0 (`LICENSE-CONTENT`).
"""


def data_page() -> dict[str, str]:
    """The text of `data/README.md`, by path."""
    parts = [HEAD]
    for table in TABLES.values():
        rows = "\n".join(
            f"| `{column.name}`{' (key)' if column.name in table.key else ''} "
            f"| {column.meaning} | {_allowed(column)} |"
            for column in table.columns
        )
        parts.append(
            f"## {table.path}\n\n{table.meaning}\n\n"
            f"| column | meaning | what may stand there |\n|---|---|---|\n{rows}\n"
        )
    return {"data/README.md": "\n".join(parts)}


def _allowed(column: Column) -> str:
    if column.allowed:
        told = in_words([f"`{word}`" for word in column.allowed], "or")
    elif column.refers_to:
        several = "ids, one space between, " if column.several else "an id "
        told = f"{several}of `{TABLES[column.refers_to].path}`"
    elif column.number:
        told = "a number"
    elif column.pattern:
        told = f"text like `{column.pattern}`"
    else:
        told = "text"
    return f"{told}, or blank" if column.blank else told
