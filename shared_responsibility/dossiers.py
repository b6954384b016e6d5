"""The dossiers of the post-mortems: the records of one invented incident, line by line."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass

from shared_responsibility.errors import unknown
from shared_responsibility.tables import load_table

RECORDS = {
    "trail": "Trail events",
    "configuration": "Configuration",
    "status": "Notices, logs and messages",
}
"""The three parts of a dossier in order, with their headings."""

WIDTH = 96
_LEFT = "text-align:left;vertical-align:top"


@dataclass(frozen=True)
class Dossier:
    """One incident as its records tell it.

    `lines` maps each part of `RECORDS` to its lines by number, such as `l07`. Shows itself as a
    table in a notebook and as wrapped text elsewhere.
    """

    dossier_id: str
    title: str
    story: str
    lines: dict[str, dict[str, str]]

    def __repr__(self) -> str:
        told = [self.title, textwrap.fill(self.story, WIDTH)]
        for part, heading in RECORDS.items():
            told += ["", heading]
            told += [_wrapped(number, text) for number, text in self.lines[part].items()]
        return "\n".join(told)

    def _repr_html_(self) -> str:
        records = "".join(
            f"<h4>{heading}</h4><table><tbody>{_rows(self.lines[part])}</tbody></table>"
            for part, heading in RECORDS.items()
        )
        title, story = html.escape(self.title, quote=False), html.escape(self.story, quote=False)
        return f"<h3>{title}</h3><p>{story}</p>{records}"


def dossier(dossier_id: str) -> Dossier:
    """The dossier with this id. Raises `CourseError` with the nearest ids."""
    table = load_table("dossiers")
    found = table[table["dossier_id"] == dossier_id]
    if found.empty:
        raise unknown("dossier", dossier_id, table["dossier_id"])
    row = found.iloc[0]
    return Dossier(dossier_id, str(row["title"]), str(row["story"]), _lines_of(dossier_id))


def _lines_of(dossier_id: str) -> dict[str, dict[str, str]]:
    table = load_table("dossier_lines")
    rows = table[table["dossier_id"] == dossier_id].sort_values("line")
    lines: dict[str, dict[str, str]] = {part: {} for part in RECORDS}
    for part, line, text in zip(rows["part"], rows["line"], rows["text"], strict=True):
        lines[part][line] = text
    return lines


def _wrapped(number: str, text: str) -> str:
    """A line with its number, its further lines set in."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=f"{number}  ",
        subsequent_indent="     ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _rows(lines: dict[str, str]) -> str:
    return "".join(
        f'<tr><th scope="row" style="{_LEFT};font-family:monospace">{number}</th>'
        f'<td style="{_LEFT};white-space:normal;overflow-wrap:anywhere">'
        f"<code>{html.escape(text, quote=False)}</code></td></tr>"
        for number, text in lines.items()
    )
