"""What is right in `decide`, and four functions that are wrong in one way each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from shared_responsibility.matrix import shift
from shared_responsibility.tables import data_directory, load_table
from shared_responsibility.vocabulary import Party, ServiceModel

UNKNOWN = "unknown"
"""The answer where nothing says who is responsible."""
NOT_ASKED = ""
"""No answer is right: the layer does not exist, or the setting is one of another row."""


@dataclass(frozen=True)
class Case:
    """What the function is asked. Every part may be a word that the course does not know."""

    service_id: str
    service_model: str
    task: str
    configuration: str = ""


@dataclass(frozen=True)
class Facts:
    """Owners by model and domain, by service and domain, and by service, domain and setting."""

    models: dict[str, dict[str, str]]
    services: dict[str, dict[str, str]]
    settings: dict[tuple[str, str, str], str]

    @cached_property
    def domains(self) -> tuple[str, ...]:
        """The domains, from the bottom of the stack."""
        return tuple(self.models[ServiceModel.IAAS])

    @cached_property
    def buildings(self) -> tuple[str, ...]:
        """The domains that are AWS's in every model of the cloud."""
        cloud = [owners for model, owners in self.models.items() if model != _OWN_BUILDING]
        return tuple(
            domain
            for domain in self.domains
            if all(owners[domain] == Party.AWS for owners in cloud)
        )

    def settings_of(self, service_id: str) -> set[str]:
        """Every setting of a service, in any domain."""
        return {setting for service, _, setting in self.settings if service == service_id}

    def as_data(self) -> dict[str, Any]:
        """Plain data for a JSON file: owners in the order of the domains."""
        return {
            "domains": list(self.domains),
            "models": {name: list(owners.values()) for name, owners in self.models.items()},
            "services": {name: list(owners.values()) for name, owners in self.services.items()},
            "settings": [[*key, owner] for key, owner in self.settings.items()],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Facts:
        """The inverse of `as_data`."""

        def by_domain(table: Mapping[str, list[str]]) -> dict[str, dict[str, str]]:
            rows = table.items()
            return {name: dict(zip(data["domains"], row, strict=True)) for name, row in rows}

        settings = {(row[0], row[1], row[2]): row[3] for row in data["settings"]}
        return cls(by_domain(data["models"]), by_domain(data["services"]), settings)


_OWN_BUILDING = ServiceModel.ON_PREMISES


def facts() -> Facts:
    """The facts of the public tables."""
    return _facts(data_directory())


@cache
def _facts(directory: Path) -> Facts:
    defaults = shift()
    domains = list(defaults.index)
    cells = load_table("responsibilities").pivot(
        index="service_id", columns="domain_id", values="responsible"
    )
    variants = load_table("variants")
    keys = zip(variants["service_id"], variants["domain_id"], variants["variant_id"], strict=True)
    return Facts(
        models={str(model): dict(defaults[model]) for model in defaults.columns},
        services={str(name): dict(row[domains]) for name, row in cells.iterrows()},
        settings=dict(zip(keys, variants["responsible"], strict=True)),
    )


def decide(known: Facts, case: Case) -> str:
    """The right answer: an owner, `unknown`, or `NOT_ASKED`."""
    if case.task not in known.domains:
        return UNKNOWN
    row = known.services.get(case.service_id)
    if case.configuration:
        owner = known.settings.get((case.service_id, case.task, case.configuration), UNKNOWN)
        elsewhere = owner == UNKNOWN and case.configuration in known.settings_of(case.service_id)
        return NOT_ASKED if elsewhere else owner
    if row is not None:
        return NOT_ASKED if row[case.task] == Party.NOT_APPLICABLE else row[case.task]
    return known.models.get(case.service_model, {}).get(case.task, UNKNOWN)


def ignores_the_setting(known: Facts, case: Case) -> str:
    """Answers every setting that exists as if none were given."""
    exists = (case.service_id, case.task, case.configuration) in known.settings
    return decide(known, replace(case, configuration="") if exists else case)


def trusts_the_label(known: Facts, case: Case) -> str:
    """Takes the default of the model, also where the table knows the service."""
    if case.configuration or case.service_id not in known.services:
        return decide(known, case)
    return known.models.get(case.service_model, {}).get(case.task, UNKNOWN)


def never_refuses(known: Facts, case: Case) -> str:
    """Gives to the customer whatever it does not know."""
    owner = decide(known, case)
    return Party.CUSTOMER if owner == UNKNOWN else owner


def forgets_the_own_building(known: Facts, case: Case) -> str:
    """Gives AWS the building and the hardware, wherever they stand."""
    owner = decide(known, case)
    return Party.AWS if owner != UNKNOWN and case.task in known.buildings else owner


WRONG_FUNCTIONS: dict[str, Callable[[Facts, Case], str]] = {
    "finds-setting": ignores_the_setting,
    "finds-label": trusts_the_label,
    "finds-refusal": never_refuses,
    "finds-building": forgets_the_own_building,
}
"""By the check that asks for a case which tells the function from the right one."""
