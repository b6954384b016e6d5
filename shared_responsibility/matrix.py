"""Questions asked of the facts: who owns a cell, how the line moves, where a service differs."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from shared_responsibility.errors import CourseError, in_words, unknown
from shared_responsibility.tables import TABLES, data_directory, load_table
from shared_responsibility.vocabulary import (
    CLASS_OF_PARTY,
    LOAD_OF_PARTY,
    Party,
    ServiceModel,
    in_plain_words,
)


@dataclass(frozen=True)
class Source:
    """A page that a fact rests on."""

    source_id: str
    title: str
    publisher: str
    url: str
    section: str
    read_on: str

    def __str__(self) -> str:
        return f"{self.name} (read {self.read_on}), {self.url}"

    @property
    def name(self) -> str:
        """Publisher and title, the publisher once."""
        told_already = self.title.startswith(self.publisher)
        return self.title if told_already else f"{self.publisher}: {self.title}"

    @property
    def citation(self) -> str:
        """Name, section and date, as feedback cites it."""
        return f"{self.name} ({self.section}), read {self.read_on}"

    def link(self) -> str:
        """The name as a link in HTML."""
        return f'<a href="{html.escape(self.url)}">{html.escape(self.name)}</a>'


class SourceList:
    """Sources by id, to read at the end of a lesson."""

    def __init__(self, listed: list[Source]) -> None:
        self.listed = listed

    def __repr__(self) -> str:
        return "\n".join(f"{one.source_id}: {one}" for one in self.listed)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<li><code>{one.source_id}</code> {one.link()}, "
            f"{html.escape(one.section)} (read {one.read_on})</li>"
            for one in self.listed
        )
        return f"<ul>{rows}</ul>"


@dataclass(frozen=True)
class Cell:
    """One answer of the matrix: a service, a domain, and who does what there."""

    service_id: str
    service: str
    model: str
    domain_id: str
    domain: str
    setting: str
    responsible: str
    default: str
    control_class: str
    aws_does: str
    customer_does: str
    basis: str
    confidence: str
    as_of: str
    note: str
    source: Source
    settings: tuple[str, ...]

    @property
    def is_exception(self) -> bool:
        """Whether the layer exists and has another owner than the model's default."""
        return self.responsible not in (self.default, Party.NOT_APPLICABLE)

    @property
    def fact(self) -> str:
        """The cell in three sentences."""
        setting = f" ({self.setting})" if self.setting else ""
        return (
            f"{self.service}{setting}, {self.domain}: {in_plain_words(self.responsible)}. "
            f"AWS: {self.aws_does} Customer: {self.customer_does}"
        )

    def lines(self) -> list[tuple[str, str]]:
        """What a person needs to know, as label and text."""
        told = [("Owner", in_plain_words(self.responsible))]
        if self.setting:
            told.append(("Setting", self.setting))
        told += [("AWS", self.aws_does), ("Customer", self.customer_does)]
        told.append(("Class of control", in_plain_words(self.control_class)))
        if self.is_exception:
            default = in_plain_words(self.default)
            told.append(("Exception", f"the default of {in_plain_words(self.model)} is {default}"))
        if self.settings:
            told.append(("Depends on a setting", f"variant={in_words(self.settings, 'or')}"))
        if self.note:
            told.append(("Note", self.note))
        return told

    @property
    def _dates(self) -> str:
        return f"read {self.source.read_on}; holds as of {self.as_of}"

    def __repr__(self) -> str:
        cited = ("Source", f"{self.source.name}, {self.source.url} ({self._dates})")
        body = "\n".join(f"  {label}: {text}" for label, text in [*self.lines(), cited])
        return f"{self.service}, {self.domain}\n{body}"

    def _repr_html_(self) -> str:
        told = [(label, html.escape(text)) for label, text in self.lines()]
        told.append(("Source", f"{self.source.link()} ({self._dates})"))
        left = 'style="text-align:left;vertical-align:top"'
        rows = "".join(
            f'<tr><th scope="row" {left}>{label}</th><td {left}>{text}</td></tr>'
            for label, text in told
        )
        title = html.escape(f"{self.service}, {self.domain}")
        return f"<table><caption {left}>{title}</caption>{rows}</table>"


def load_matrix() -> pd.DataFrame:
    """The whole matrix, one row for each service and domain.

    Columns: `service_id, service, role, service_model, family, domain_id, domain, zone,
    responsible, default, exception, aws_does, customer_does, control_class, basis, source_id,
    confidence, as_of`. `default` is the owner under the service's model; `exception` is true where
    the layer exists and its owner differs.
    """
    return _matrix(data_directory()).copy()


@cache
def _matrix(directory: Path) -> pd.DataFrame:
    services = load_table("services")[["service_id", "name", "role", "service_model", "family"]]
    domains = load_table("domains")[["domain_id", "name", "zone", "position"]]
    defaults = load_table("model_defaults").rename(
        columns={"model_id": "service_model", "responsible": "default"}
    )
    cells = load_table("responsibilities")
    cells["service_order"] = cells["service_id"].map(_order_of_services())
    matrix = (
        cells.merge(services.rename(columns={"name": "service"}), on="service_id")
        .merge(domains.rename(columns={"name": "domain"}), on="domain_id")
        .merge(defaults, on=["domain_id", "service_model"])
        .sort_values(["service_order", "position"], ignore_index=True)
    )
    exists = matrix["responsible"] != Party.NOT_APPLICABLE
    matrix["exception"] = exists & (matrix["responsible"] != matrix["default"])
    columns = (
        "service_id service role service_model family domain_id domain zone responsible default "
        "exception aws_does customer_does control_class basis source_id confidence as_of"
    )
    ordered: pd.DataFrame = matrix[columns.split()]
    return ordered


def _order_of_services() -> dict[str, int]:
    """Services by model, most customer work first, then by name."""
    models = load_table("service_models").set_index("model_id")["position"]
    services = load_table("services")
    services["model_position"] = services["service_model"].map(models)
    ordered = services.sort_values(["model_position", "name"])["service_id"]
    return {service_id: place for place, service_id in enumerate(ordered)}


def who(service: str, domain: str, variant: str | None = None) -> Cell:
    """Who is responsible for `domain` of `service`, and what each side does.

    Ids (`"ec2"`, `"guest_os"`) and names (`"Amazon EC2"`) both work. `variant` names a setting,
    for the cells whose owner depends on one; `settings_of` lists them. Raises `CourseError` naming
    the nearest names.
    """
    service_id, domain_id = service_id_of(service), domain_id_of(domain)
    found = row_of("responsibilities", service_id=service_id, domain_id=domain_id)
    if variant is not None:
        chosen = _variant(service_id, domain_id, variant)
        control_class = CLASS_OF_PARTY[Party(chosen["responsible"])]
        found = {**found, "note": "", **chosen, "control_class": control_class}
    service_row = row_of("services", service_id=service_id)
    model = service_row["service_model"]
    return Cell(
        service_id=service_id,
        service=service_row["name"],
        model=model,
        domain_id=domain_id,
        domain=row_of("domains", domain_id=domain_id)["name"],
        setting=found.get("setting", ""),
        responsible=found["responsible"],
        default=row_of("model_defaults", domain_id=domain_id, model_id=model)["responsible"],
        control_class=found["control_class"],
        aws_does=found["aws_does"],
        customer_does=found["customer_does"],
        as_of=found["as_of"],
        basis=found["basis"],
        confidence=found["confidence"],
        note=found["note"],
        source=source(found["source_id"]),
        settings=() if variant else settings_of(service_id, domain_id),
    )


def source(source_id: str) -> Source:
    """The row of `sources` with this id."""
    return Source(**row_of("sources", source_id=source_id))


def sources(*source_ids: str) -> SourceList:
    """The named sources with their addresses. Raises `CourseError` for an unknown id."""
    return SourceList([source(source_id) for source_id in source_ids])


def shift() -> pd.DataFrame:
    """The default owner of each domain (rows, bottom of the stack first) under each model."""
    return _shift(data_directory()).copy()


@cache
def _shift(directory: Path) -> pd.DataFrame:
    models = load_table("service_models").sort_values("position")["model_id"]
    domains = load_table("domains").sort_values("position")["domain_id"]
    table = load_table("model_defaults").pivot(
        index="domain_id", columns="model_id", values="responsible"
    )
    ordered: pd.DataFrame = table.loc[list(domains), list(models)]
    return ordered.rename_axis(columns=None)


def customer_load() -> pd.DataFrame:
    """How much the customer carries under each model.

    One row for each model: how many domains belong to `customer`, `shared` and `aws`, and the
    `load`, where the customer's own domain counts 1 and a shared one 0.5.
    """
    parties = ["customer", "shared", "aws"]
    counts = pd.DataFrame({party: (shift() == party).sum() for party in parties})
    counts["load"] = counts @ pd.Series(LOAD_OF_PARTY)[parties]
    return counts.rename_axis("service_model")


def compare(*services: str) -> pd.DataFrame:
    """The owners of every domain (rows) for each named service (columns)."""
    if not services:
        raise CourseError('Name at least one service, for example compare("ec2", "rds").')
    ids = [service_id_of(name) for name in services]
    chosen: pd.DataFrame = _owners(data_directory())[ids]
    return chosen.rename_axis(columns=None)


@cache
def _owners(directory: Path) -> pd.DataFrame:
    """The owner of each domain (rows, bottom of the stack first) for every service."""
    table = load_table("responsibilities").pivot(
        index="domain_id", columns="service_id", values="responsible"
    )
    ordered: pd.DataFrame = table.loc[list(shift().index)]
    return ordered


def exceptions(service: str | None = None) -> pd.DataFrame:
    """The cells whose owner differs from the default of the service's model."""
    matrix = load_matrix()
    different = matrix[matrix["exception"]]
    if service is not None:
        different = different[different["service_id"] == service_id_of(service)]
    shown = ["service", "service_model", "domain", "default", "responsible"]
    listed: pd.DataFrame = different[shown]
    return listed.reset_index(drop=True)


def service_id_of(name: str) -> str:
    """The id of a service given by id, name or other name, whatever its case and spaces."""
    return _id_of(name, "service", data_directory())


def domain_id_of(name: str) -> str:
    """The id of a domain given by id or name."""
    return _id_of(name, "domain", data_directory())


def model_name(model_id: str) -> str:
    """The name of a service model."""
    return str(row_of("service_models", model_id=ServiceModel(model_id))["name"])


def _id_of(name: str, kind: str, directory: Path) -> str:
    by_spelling = _ids_by_spelling(kind, directory)
    found = by_spelling.get(str(name)) or by_spelling.get(plain(str(name)))
    if found is None:
        rows = _rows_by_key(f"{kind}s", directory)
        raise unknown(kind, name, [key for (key,) in rows] + [row["name"] for row in rows.values()])
    return found


@cache
def _ids_by_spelling(kind: str, directory: Path) -> dict[str, str]:
    """Every name that a service or domain answers to, as written and plain, with its id."""
    rows = {key: row for (key,), row in _rows_by_key(f"{kind}s", directory).items()}
    ids: dict[str, str] = {}
    for key, row in rows.items():
        names = [row["name"], *filter(None, row.get("aliases", "").split("; "))]
        ids |= dict.fromkeys([*names, *map(plain, names)], key)
    # An id is always itself, whatever another row calls itself.
    return ids | {spelling: key for key in rows for spelling in (plain(key), key)}


def plain(name: str) -> str:
    """A name without case, spaces, hyphens and the maker: `Amazon Route 53` is `route53`."""
    words = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    return re.sub(r"^(amazon|aws)_", "", words).replace("_", "")


def settings_of(service: str, domain: str) -> tuple[str, ...]:
    """The ids of the settings on which a cell depends, for `who(..., variant=...)`."""
    cell = service_id_of(service), domain_id_of(domain)
    return _settings(data_directory()).get(cell, ())


@cache
def _settings(directory: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    settings: dict[tuple[str, str], tuple[str, ...]] = {}
    for service_id, domain_id, variant_id in _rows_by_key("variants", directory):
        cell = service_id, domain_id
        settings[cell] = (*settings.get(cell, ()), variant_id)
    return settings


def _variant(service_id: str, domain_id: str, variant: str) -> dict[str, str]:
    known = settings_of(service_id, domain_id)
    if not known:
        raise CourseError(f"{domain_id} of {service_id} does not depend on a setting.")
    if variant not in known:
        raise unknown("setting", variant, known)
    return row_of("variants", service_id=service_id, domain_id=domain_id, variant_id=variant)


def row_of(table: str, **key: str) -> dict[str, str]:
    """The one row of a table with this key, as text. Raises `CourseError` where there is none."""
    rows = _rows_by_key(table, data_directory())
    found = rows.get(tuple(key[column] for column in TABLES[table].key))
    if found is None:
        raise unknown(table.removesuffix("s"), " ".join(key.values()), [row[0] for row in rows])
    return found


@cache
def _rows_by_key(table: str, directory: Path) -> dict[tuple[str, ...], dict[str, str]]:
    return {
        tuple(row[column] for column in TABLES[table].key): {
            str(name): value for name, value in row.items()
        }
        for row in load_table(table).to_dict("records")
    }
