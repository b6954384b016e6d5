"""The cells of a notebook file, read with no trust in its form.

Only the kind, the place and the text of each cell are taken. Every step is bounded before it runs.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

LARGEST_FILE = 20_000_000
LONGEST_CELL = 200_000
MOST_EXTRA_CELLS = 200
DEEPEST = 64
MOST_BRACKETS = 1_000_000
LONGEST_NAME = 100
KNOWN_FORMATS = (3, 4)

# A string that is never closed runs to the end, so that no part is looked at twice.
BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)|(?P<open>[\[{])|(?P<close>[\]}])', re.S)
# UTF-32 first: its mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
KINDS = {"code": "code", "markdown": "markdown", "raw": "raw", "heading": "markdown"}


@dataclass(frozen=True)
class SubmittedCell:
    """What is taken from a learner's cell: where it belongs, its kind and its text."""

    grade_id: str
    cell_type: str
    source: str


@dataclass
class Cells:
    """The cells of a file in their order, and what is odd about the file."""

    cells: list[SubmittedCell]
    notes: list[str] = field(default_factory=list)


def read_cells(submitted: bytes) -> Cells:
    """The cells of a notebook file of any format, as far as they can be made out.

    Raises `ValueError` with a plain reason where there is nothing to read.
    """
    if len(submitted) > LARGEST_FILE:
        raise ValueError(f"it is larger than {LARGEST_FILE // 1_000_000} MB")
    if not submitted.strip():
        raise ValueError("it is empty")
    text = _text(submitted)
    _check_brackets(text)
    data, doubles = _parsed(text)
    notes = [
        f"The key {name!r} stands twice in one place of the file. The last one counts."
        for name in doubles
    ]
    if not isinstance(data, dict):
        raise ValueError("it is not a notebook (its JSON is no object)")
    number = data.get("nbformat")
    if isinstance(number, int) and number not in KNOWN_FORMATS:
        notes.append(f"The file has notebook format {number}. It was read all the same.")
    return Cells(list(_cells(data)), notes)


def _text(submitted: bytes) -> str:
    encoding = next((name for mark, name in MARKS if submitted.startswith(mark)), "utf-8")
    try:
        text = submitted.decode(encoding)
    except UnicodeDecodeError:
        named = "UTF-8" if encoding.startswith("utf-8") else encoding.upper()
        raise ValueError(f"it is not {named} text") from None
    if "\x00" in text:
        raise ValueError("it holds zero bytes, which no text file does")
    return text


def _check_brackets(text: str) -> None:
    """Refuse what would nest too deep or unfold into too many parts, before it is parsed."""
    depth = count = 0
    for found in BRACKETS.finditer(text):
        if found["open"]:
            depth, count = depth + 1, count + 1
        elif found["close"]:
            depth -= 1
        if depth > DEEPEST:
            raise ValueError(f"its JSON is nested more than {DEEPEST} deep")
        if count > MOST_BRACKETS:
            raise ValueError(f"its JSON has more than {MOST_BRACKETS:,} parts")


def _parsed(text: str) -> tuple[Any, list[str]]:
    doubles: dict[str, None] = {}

    def as_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            counted = Counter(name for name, _ in pairs)
            doubles.update(dict.fromkeys(n[:LONGEST_NAME] for n, c in counted.items() if c > 1))
        return made

    try:
        data = json.loads(text, object_pairs_hook=as_dict, parse_int=_whole)
    except (ValueError, RecursionError):
        raise ValueError("it is not a complete notebook (its JSON is broken)") from None
    return data, [ascii(storable(name))[1:-1] for name in doubles][:5]


def _whole(digits: str) -> int:
    """A number; one of absurd length, which Python refuses to read, is none of ours."""
    return int(digits) if len(digits) < LONGEST_NAME else 0


def _cells(data: dict[str, Any]) -> Iterator[SubmittedCell]:
    """Format 4 has one list of cells; format 3 had lists in sheets."""
    lists = [data.get("cells")]
    sheets = data.get("worksheets")
    for sheet in sheets if isinstance(sheets, list) else []:
        lists.append(sheet.get("cells") if isinstance(sheet, dict) else None)
    if not any(isinstance(one, list) for one in lists):
        raise ValueError("it has no list of cells as notebooks have")
    for one in lists:
        for raw in one if isinstance(one, list) else []:
            cell = _cell(raw)
            if cell is not None:
                yield cell


def _cell(raw: object) -> SubmittedCell | None:
    kind = raw.get("cell_type") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(kind, str) or kind not in KINDS:
        return None
    # Format 3 called the text of a code cell its input.
    source = raw.get("source", raw.get("input"))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return None
    metadata = raw.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    # Cut and paste can lose the metadata; the cell's own id is the same word.
    name = grade_id if isinstance(grade_id, str) else raw.get("id")
    place = name[:LONGEST_NAME] if isinstance(name, str) else ""
    return SubmittedCell(place, KINDS[kind], storable(source))


def storable(text: str) -> str:
    """The text without zero characters and half characters, which no file can hold."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
