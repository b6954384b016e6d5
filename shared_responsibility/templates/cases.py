"""Which cases of the matrix a template can ask about."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from shared_responsibility.errors import CourseError
from shared_responsibility.matrix import Cell, load_matrix, shift, who
from shared_responsibility.tables import data_directory, load_table
from shared_responsibility.vocabulary import (
    Confidence,
    Lifecycle,
    Party,
    Pattern,
    Role,
)

MIXTURES = 20
"""How many different mixtures of services are drawn for each domain."""
OPTIONS_OF_WHICH, OPTIONS_OF_ODD = 5, 4


@dataclass(frozen=True)
class Template:
    """One line of `templates`."""

    template_id: str
    pattern: Pattern
    domain_ids: tuple[str, ...]
    owner: str
    objective: str
    prompt: str
    hint: str


@dataclass(frozen=True)
class Case:
    """What a template draws: the cells in question, the right one first where there is one."""

    cells: tuple[Cell, ...]
    model_id: str = ""
    domain_id: str = ""


def cases_of(template: Template) -> list[Case]:
    """Every case that a template can draw, each a different question about the facts."""
    return list(_cases(template, data_directory()))


@cache
def _cases(template: Template, directory: Path) -> tuple[Case, ...]:
    found: list[Case] = []
    for domain_id in template.domain_ids:
        found += _FINDERS[template.pattern](template, domain_id)
    if not found:
        raise CourseError(f"The template {template.template_id!r} finds no case in the matrix.")
    return tuple(found)


@cache
def _askable(directory: Path) -> pd.DataFrame:
    """The cells that may be asked about: a workload, an existing layer, no doubtful owner."""
    matrix = load_matrix()
    lifecycle = load_table("services").set_index("service_id")["lifecycle"]
    alive = matrix["service_id"].map(lifecycle) != Lifecycle.ENDED
    settled = matrix["confidence"] != Confidence.LOW
    exists = matrix["responsible"] != Party.NOT_APPLICABLE
    askable: pd.DataFrame = matrix[alive & settled & exists & (matrix["role"] == Role.WORKLOAD)]
    return askable


def cells_of(domain_id: str, owner: str = "") -> list[Cell]:
    """The cells of a domain that may be asked about, by service; of one owner, if named."""
    cells = _cells_of_domain(domain_id, data_directory())
    return [cell for cell in cells if owner in ("", cell.responsible)]


@cache
def _cells_of_domain(domain_id: str, directory: Path) -> tuple[Cell, ...]:
    table = _askable(directory)
    services = table[table["domain_id"] == domain_id]["service_id"]
    return tuple(who(service_id, domain_id) for service_id in sorted(services))


def _single_cells(template: Template, domain_id: str) -> list[Case]:
    return [Case((cell,)) for cell in cells_of(domain_id, template.owner)]


def _settings(template: Template, domain_id: str) -> list[Case]:
    rows = load_table("variants")
    rows = rows[rows["domain_id"] == domain_id]
    cells = [
        who(row["service_id"], domain_id, row["variant_id"]) for row in rows.to_dict("records")
    ]
    return [Case((cell,)) for cell in cells if template.owner in ("", cell.responsible)]


def _moves(template: Template, domain_id: str) -> list[Case]:
    """A move to a cell with another owner; the cell after the move stands first."""
    return [
        Case((after, before))
        for before in cells_of(domain_id, template.owner)
        for after in cells_of(domain_id)
        if after.responsible != before.responsible
    ]


def _models(template: Template, domain_id: str) -> list[Case]:
    owners = shift().loc[domain_id]
    return [
        Case((), str(model), domain_id)
        for model, owner in owners.items()
        if template.owner in ("", owner)
    ]


def _mixtures(template: Template, domain_id: str) -> list[Case]:
    """Services with the owner and others without it, 20 mixtures for each domain."""
    inside = cells_of(domain_id, template.owner)
    outside = [cell for cell in cells_of(domain_id) if cell.responsible != template.owner]
    odd = template.pattern is Pattern.ODD
    wanted, others = (1, OPTIONS_OF_ODD - 1) if odd else (2, OPTIONS_OF_WHICH - 2)
    if len(inside) < wanted or len(outside) < others:
        return []
    chance = random.Random(f"{template.template_id}~{domain_id}")
    found = []
    for _ in range(MIXTURES):
        if odd:
            # The odd one stands alone, so the others have one owner.
            owner = chance.choice([cell.responsible for cell in outside])
            same = [cell for cell in outside if cell.responsible == owner]
            if len(same) < others:
                continue
            found.append(Case((chance.choice(inside), *chance.sample(same, others))))
        else:
            number = chance.choice((2, 3)) if len(inside) > 2 else 2
            chosen = chance.sample(inside, number)
            found.append(Case((*chosen, *chance.sample(outside, OPTIONS_OF_WHICH - number))))
    return _each_once(found)


def _ladders(template: Template, domain_id: str) -> list[Case]:
    """One service with each owner, most customer work first."""
    rungs = [cells_of(domain_id, owner) for owner in (Party.CUSTOMER, Party.SHARED, Party.AWS)]
    if not all(rungs):
        return []
    chance = random.Random(f"{template.template_id}~{domain_id}")
    found = [Case(tuple(chance.choice(rung) for rung in rungs)) for _ in range(MIXTURES)]
    return _each_once(found)


def _each_once(found: list[Case]) -> list[Case]:
    by_services = {frozenset(cell.service_id for cell in case.cells): case for case in found}
    return list(by_services.values())


def _exceptions(template: Template, domain_id: str) -> list[Case]:
    """A service that leaves its model's default here, and three domains in which it does not."""
    table = _askable(data_directory())
    found = []
    for cell in cells_of(domain_id, template.owner):
        if not cell.is_exception:
            continue
        same = table[(table["service_id"] == cell.service_id) & ~table["exception"]]
        others = sorted(set(same["domain_id"]) - {domain_id, "client_endpoints"})
        chance = random.Random(f"{template.template_id}~{cell.service_id}")
        plain = [who(cell.service_id, other) for other in chance.sample(others, 3)]
        found.append(Case((cell, *plain)))
    return found


_FINDERS: dict[Pattern, Callable[[Template, str], list[Case]]] = {
    Pattern.CELL: _single_cells,
    Pattern.REASON: _single_cells,
    Pattern.SETTING: _settings,
    Pattern.MOVE: _moves,
    Pattern.MODEL: _models,
    Pattern.WHICH: _mixtures,
    Pattern.ODD: _mixtures,
    Pattern.EXCEPTION: _exceptions,
    Pattern.LADDER: _ladders,
}
