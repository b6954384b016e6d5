"""The untidy statements of the first problem set, drawn from the facts and then spoilt.

Every statement is a cell of the matrix or one of its settings, so that no fact stands twice. Only
the owners in `HEARD` are false; they cite no page. The dates of older readings are invented.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from shared_responsibility.errors import CourseError
from shared_responsibility.judges.build_the_matrix import DAY_MONTH_YEAR, SPELLINGS
from shared_responsibility.matrix import row_of
from shared_responsibility.statements import FILE
from shared_responsibility.vocabulary import Basis, Party

Cell = tuple[str, str]

# Every service model of the cloud; on premises the table holds tools only.
SERVICES = (
    "ec2 ecs_ec2 ecs_fargate elastic_beanstalk rds workspaces sagemaker dynamodb s3 efs lambda "
    "connect"
).split()
DOMAINS = (
    "hardware virtualization guest_os runtime_engine application_code network_config "
    "encryption_at_rest backup_recovery logging_monitoring incident_response identity_access "
    "customer_data"
).split()
HEADER = ["statement_id", "service", "layer", "who", "source", "read on", "note", ""]

GAPS: tuple[Cell, ...] = (
    ("connect", "runtime_engine"),
    ("ecs_fargate", "logging_monitoring"),
    ("efs", "backup_recovery"),
    ("workspaces", "network_config"),
)
"""Cells without any statement."""
UNCITED: tuple[Cell, ...] = (
    ("elastic_beanstalk", "encryption_at_rest"),
    ("sagemaker", "logging_monitoring"),
)
"""Cells whose only statement cites no page."""
OLDER: dict[Cell, str] = {
    ("elastic_beanstalk", "guest_os"): "managed_updates_off",
    ("lambda", "runtime_engine"): "manual",
    ("rds", "backup_recovery"): "retention_zero",
    ("s3", "encryption_at_rest"): "plain_before_2023",
}
"""Cells with an older reading about a setting under which the owner is another."""
HEARD: dict[Cell, tuple[Party, str]] = {
    ("ec2", "guest_os"): (Party.AWS, "heard in a meeting"),
    ("dynamodb", "backup_recovery"): (Party.AWS, "from an old slide"),
}
"""Cells with a second statement that is false and cites no page."""
AGREEING: dict[Cell, str] = {
    ("rds", "runtime_engine"): "minor_manual",
    ("sagemaker", "guest_os"): "notebook_instance",
    ("sagemaker", "network_config"): "own_vpc",
}
"""Cells with an older reading of another page that names the same owner."""
MISSPELT = {("lambda", "identity_access"): "Identity and acces"}
TWICE_AS_IT_STANDS: tuple[Cell, ...] = (
    ("ec2", "incident_response"),
    ("ecs_ec2", "hardware"),
    ("efs", "customer_data"),
    ("rds", "network_config"),
    ("s3", "virtualization"),
)
TWICE_IN_OTHER_SPELLING: tuple[Cell, ...] = (
    ("connect", "identity_access"),
    ("dynamodb", "guest_os"),
    ("ecs_fargate", "runtime_engine"),
    ("lambda", "incident_response"),
    ("sagemaker", "application_code"),
    ("workspaces", "logging_monitoring"),
)
# The table files the plain name of ECS under EC2, but a reader cannot know which ECS is meant.
WITHOUT_ALIASES = ("ecs_ec2",)
NOTES = {
    Basis.GENERAL_PAGE: "general page",
    Basis.MODEL_DEFAULT: "follows from the service model",
}


@dataclass(frozen=True)
class Drawn:
    """One statement before it is spoilt. `planted` says which trap it belongs to, if any."""

    service_id: str
    domain_id: str
    owner: str
    source_id: str
    read_on: str
    note: str = ""
    planted: str = ""
    statement_id: str = ""

    @property
    def cell(self) -> Cell:
        return self.service_id, self.domain_id


def statements() -> dict[str, str]:
    """The text of the untidy file, by path."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER, *_lines(drawn())])
    return {f"data/{FILE}": text.getvalue()}


def drawn() -> list[Drawn]:
    """Every statement once, with its number, in the order in which they were collected."""
    cells = [(s, d) for s in SERVICES for d in DOMAINS if (s, d) not in GAPS]
    made = [_of_cell(cell) for cell in cells]
    made += [_of_setting(cell, variant, "older") for cell, variant in OLDER.items()]
    made += [_of_setting(cell, variant, "agreeing") for cell, variant in AGREEING.items()]
    made += [
        Drawn(*cell, owner, "", "", note, planted="heard") for cell, (owner, note) in HEARD.items()
    ]
    Random("order of the statements").shuffle(made)
    return [replace(one, statement_id=f"n{number:03}") for number, one in enumerate(made, 1)]


def _of_cell(cell: Cell) -> Drawn:
    row = row_of("responsibilities", service_id=cell[0], domain_id=cell[1])
    note = NOTES.get(Basis(row["basis"]), "")
    if cell in UNCITED:
        return Drawn(*cell, row["responsible"], "", "", "no page noted", planted="uncited")
    read_on = row_of("sources", source_id=row["source_id"])["read_on"]
    return Drawn(*cell, row["responsible"], row["source_id"], read_on, note)


def _of_setting(cell: Cell, variant_id: str, planted: str) -> Drawn:
    """An older reading, about one setting. Raises `CourseError` where the facts have changed."""
    settled = row_of("responsibilities", service_id=cell[0], domain_id=cell[1])
    row = row_of("variants", service_id=cell[0], domain_id=cell[1], variant_id=variant_id)
    if (row["responsible"] == settled["responsible"]) != (planted == "agreeing"):
        raise CourseError(
            f"The setting {variant_id} of {' '.join(cell)} no longer serves as {planted}: choose "
            "another in shared_responsibility/build/statements.py."
        )
    settled_on = row_of("sources", source_id=settled["source_id"])["read_on"]
    before = timedelta(days=_chance(cell, planted).randint(300, 900))
    read_on = (date.fromisoformat(settled_on) - before).isoformat()
    return Drawn(*cell, row["responsible"], row["source_id"], read_on, row["setting"], planted)


def _lines(made: Iterable[Drawn]) -> list[list[str]]:
    """The statements as somebody typed them, some of them twice."""
    lines, again = [], []
    for one in made:
        typed = _typed(one, 0)
        lines.append(typed)
        if one.cell in TWICE_AS_IT_STANDS:
            again.append(typed)
        if one.cell in TWICE_IN_OTHER_SPELLING:
            again.append(_typed_otherwise(one, typed))
    for line in again:
        lines.insert(_chance(line).randrange(len(lines)), line)
    return lines


def _typed_otherwise(one: Drawn, typed: list[str]) -> list[str]:
    tries = (_typed(one, number) for number in range(1, 100))
    spelt = set(typed[1:4])
    return next(line for line in tries if spelt.isdisjoint(line[1:4]))


def _typed(one: Drawn, time: int) -> list[str]:
    """One line of the file; `time` is 0 for the first time that it is typed."""
    chance = _chance(one.cell, one.planted, time)
    layer = chance.choice(_layer_spellings(one.domain_id))
    if time == 0:
        layer = MISSPELT.get(one.cell, layer)
    return [
        one.statement_id,
        chance.choice(_service_spellings(one.service_id)),
        layer,
        chance.choice(SPELLINGS[Party(one.owner)]),
        one.source_id,
        _typed_date(one, chance),
        one.note,
        "",
    ]


def _typed_date(one: Drawn, chance: Random) -> str:
    shown = chance.choice(("%Y-%m-%d", DAY_MONTH_YEAR))
    return date.fromisoformat(one.read_on).strftime(shown) if one.read_on else ""


def _service_spellings(service_id: str) -> list[str]:
    row = row_of("services", service_id=service_id)
    name = row["name"]
    short = name.removeprefix("Amazon ").removeprefix("AWS ")
    listed = [] if service_id in WITHOUT_ALIASES else row["aliases"].split("; ")
    return [name, short, f" {short.lower()}  ", name.lower(), f"{short} ", *filter(None, listed)]


def _layer_spellings(domain_id: str) -> list[str]:
    name = row_of("domains", domain_id=domain_id)["name"]
    return [name, f"{name} ", name.lower(), name.upper()]


def _chance(*what: object) -> Random:
    """The same for the same statement, so that a changed fact changes its own lines only."""
    return Random(repr(what))
