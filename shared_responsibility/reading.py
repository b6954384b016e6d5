"""Tables of sentences as a person reads them: whole, and flush left."""

from __future__ import annotations

import pandas as pd


class Readable:
    """A table that a notebook shows with its sentences whole and flush left."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table

    def __repr__(self) -> str:
        return self.table.to_string()

    def _repr_html_(self) -> str:
        return left_aligned(self.table)


def readable(table: pd.DataFrame) -> Readable:
    """Show a table of text: pandas alone cuts long sentences and sets them flush right."""
    return Readable(table)


def left_aligned(table: pd.DataFrame) -> str:
    """The table in HTML, every cell flush left and whole."""
    with pd.option_context("display.max_colwidth", None):
        made = table.to_html(border=0)
    for tag in ("td", "th"):
        made = made.replace(f"<{tag}>", f'<{tag} style="text-align:left">')
    return made.replace('<tr style="text-align: right;">', "<tr>")
