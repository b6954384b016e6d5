"""Draw new items from the matrix: the same template and seed always give the same item.

The right answer comes from the facts, the explanations from the cell and the misconception.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

from shared_responsibility.errors import CourseError, unknown
from shared_responsibility.tables import data_directory, load_table
from shared_responsibility.templates.cases import Template, cases_of
from shared_responsibility.templates.makers import MAKERS, SEPARATOR, Drawn
from shared_responsibility.vocabulary import Pattern

__all__ = ["SEPARATOR", "Drawn", "Template", "cases_of", "draw", "drawn", "load_templates"]


def load_templates() -> dict[str, Template]:
    """The live templates by id."""
    return dict(_templates(data_directory()))


@cache
def _templates(directory: Path) -> dict[str, Template]:
    return {
        row["template_id"]: Template(
            row["template_id"],
            Pattern(row["pattern"]),
            tuple(row["domain_ids"].split(" ")),
            row["owner"],
            row["objective"],
            row["prompt"],
            row["hint"],
        )
        for row in load_table("templates").to_dict("records")
        if row["status"] == "live"
    }


def draw(template_id: str, seed: int) -> Drawn:
    """The item that a template gives for a seed. Raises `CourseError` for an unknown template."""
    known = _templates(data_directory())
    if template_id not in known:
        raise unknown("template", template_id, known)
    template = known[template_id]
    # Text seeds give the same draws on every machine and version of Python.
    chance = random.Random(f"{template_id}{SEPARATOR}{seed}")
    case = chance.choice(cases_of(template))
    return MAKERS[template.pattern](template, case, seed, chance)


def drawn(item_id: str) -> Drawn:
    """The drawn item with this id, `template~seed`."""
    template_id, _, seed = item_id.partition(SEPARATOR)
    if not re.fullmatch(r"\d{1,9}", seed):
        raise CourseError(f"{item_id!r} is not a drawn item. Allowed: template{SEPARATOR}seed.")
    return draw(template_id, int(seed))
