"""Notebooks as text: read the percent format, give cells their permanent ids, drop all noise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from shared_responsibility.errors import CourseError

HEADER = re.compile(r"^# %%(?P<rest>.*)$")
SLUG = re.compile(r'\bslug="(?P<slug>[a-z0-9-]+)"')


def read_percent(path: Path) -> NotebookNode:
    """The notebook written in a percent file; the slug of each header is the cell's id.

    Raises `CourseError` naming file and line where a slug is missing or stands twice.
    """
    text = path.read_text(encoding="utf-8")
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not HEADER.match(line):
            continue
        found = SLUG.search(line)
        if found is None:
            raise CourseError(f"{path.name}, line {number}: the cell has no slug. Run: srm build")
        if found["slug"] in seen:
            raise CourseError(f"{path.name}, line {number}: slug {found['slug']!r} stands twice.")
        seen.add(found["slug"])
    notebook = jupytext.reads(text, fmt="py:percent")
    for cell in notebook.cells:
        if "slug" not in cell.metadata:
            raise CourseError(f"{path.name}, line 1: text stands before the first cell (# %%).")
        cell.id = cell.metadata["slug"]
    return notebook


def name_cells(path: Path) -> bool:
    """Write a slug into every header that has none; existing slugs never change.

    Returns whether the file changed.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    taken = {found["slug"] for line in lines if (found := SLUG.search(line))}
    named = []
    for number, line in enumerate(lines):
        if HEADER.match(line) and not SLUG.search(line):
            slug = _new_slug(lines[number + 1 :], taken)
            taken.add(slug)
            line = f'{line} slug="{slug}"'
        named.append(line)
    text = "\n".join(named) + "\n"
    changed = text != path.read_text(encoding="utf-8")
    if changed:
        path.write_text(text, encoding="utf-8", newline="\n")
    return changed


def _new_slug(following: list[str], taken: set[str]) -> str:
    words: list[str] = []
    for line in following:
        if HEADER.match(line):
            break
        words += re.findall(r"[a-z0-9]+", line.casefold())
    base = "-".join(words[:4])[:40].strip("-") or "cell"
    return next(slug for slug in _numbered(base) if slug not in taken)


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def clean(notebook: NotebookNode, made_from: str) -> NotebookNode:
    """Drop what differs between machines and runs; say what made the file."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "shared_responsibility": {"made_by": "srm build", "made_from": made_from},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        for noise in ("lines_to_next_cell", "execution", "cell_marker"):
            cell.metadata.pop(noise, None)
    return notebook


def as_text(notebook: NotebookNode) -> str:
    """The bytes of the file: valid, sorted, ending in one line break."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1).rstrip("\n") + "\n"


def read_notebook(path: Path) -> NotebookNode:
    """A notebook file in the current format."""
    return nbformat.read(path, as_version=4)


def normal_text(path: Path) -> str:
    """How a notebook of this repository should be written, whoever saved it last."""
    notebook = read_notebook(path)
    made = notebook.metadata.get("shared_responsibility", {})
    return as_text(clean(notebook, made.get("made_from", "")))
