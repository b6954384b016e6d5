"""The unseen cases of `decide`: the same seed draws the same cases."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, product
from typing import Any, TypeVar

from shared_responsibility.judges.decide_facts import Case, decide, facts
from shared_responsibility.matrix import load_matrix
from shared_responsibility.tables import OWNERS, load_table
from shared_responsibility.vocabulary import (
    LOAD_OF_PARTY,
    Confidence,
    Party,
    Role,
    ServiceModel,
)

Row = TypeVar("Row")

EXERCISE = "decide-function"
EXCEPTIONS, FOLLOWING = 4, 3
"""Known services for each owner: cells that leave the default of the model, or follow it."""
SETTINGS, INVENTED, OWN_BUILDINGS = 7, 6, 2
"""Cases for each owner; of the customer's invented ones, two stand in the own building."""
PAIRS = 6

FIRST = tuple(
    "Amber Birch Cedar Cobalt Coral Dune Ember Fjord Granite Harbour Indigo Juniper Kestrel "
    "Lagoon Maple Nimbus Ochre Pebble Quartz Raven".split()
)
SECOND = tuple(
    "Anvil Beacon Courier Depot Furnace Gantry Hopper Inkwell Kiln Loom Mill Orchard Press "
    "Quarry Relay Spindle Trellis Vault Weir Yard".split()
)
TASKS = tuple(
    "brand_design market_research office_cleaning price_negotiation product_naming "
    "sales_forecast staff_canteen tax_returns travel_booking vehicle_fleet".split()
)
MODELS = ("", "", "community_cloud", "daas", "hybrid")
"""Models that the course does not know; the blank one twice as often."""
FOREIGN = tuple("dnssec_on easy_dkim lustre_scratch nat_instance pitr_on simple_ad".split())
"""Settings that only one service has."""


@dataclass(frozen=True)
class Asked:
    """A case with the name of its service."""

    name: str
    case: Case

    @property
    def arguments(self) -> list[Any]:
        """The arguments of the learner's function."""
        case = self.case
        service = {
            "service_id": case.service_id,
            "name": self.name,
            "service_model": case.service_model,
        }
        return [service, case.task, case.configuration]


Groups = dict[str, list[list[Asked]]]
"""By check: cases that count together, one by one or as a pair."""


class Draw:
    """Draws cases. No name of an invented service comes twice."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(f"{EXERCISE} {seed}")
        self.facts = facts()
        self.cloud = [m for m in self.facts.models if m != ServiceModel.ON_PREMISES]
        self.names = [" ".join(words) for words in product(FIRST, SECOND)]
        self.random.shuffle(self.names)
        table = load_table("services").set_index("service_id")
        self.services = {str(name): str(value) for name, value in table["name"].items()}
        models = table["service_model"]
        self.models = {str(name): str(value) for name, value in models.items()}

    def groups(self) -> Groups:
        """Every case of the exercise, by check."""
        cases: dict[str, list[Asked]] = {
            "known": self.known(),
            "settings": self.under_settings(),
            "invented": self.invented(),
        }
        groups: Groups = {check: [[one] for one in asked] for check, asked in cases.items()}
        return groups | {
            "moves": self.moves(),
            "ends": self.ends(),
            "contrasts": self.contrasts(),
            "refused": self.refusals(),
        }

    def known(self) -> list[Asked]:
        """Cells of services that the table holds, on the strongest sources, as many per owner."""
        matrix = load_matrix()
        sure = matrix[(matrix["confidence"] == Confidence.HIGH) & (matrix["role"] == Role.WORKLOAD)]
        drawn = []
        for owner in OWNERS:
            cells = sure[sure["responsible"] == owner]
            for exception, count in ((True, EXCEPTIONS), (False, FOLLOWING)):
                rows = cells[cells["exception"] == exception][["service_id", "domain_id"]]
                pool = [self.of_table(*row) for row in rows.itertuples(index=False, name=None)]
                drawn += self.spread(pool, count, by_task)
        return drawn

    def under_settings(self) -> list[Asked]:
        """Settings under which the owner is another one than without."""
        drawn = []
        for owner in OWNERS:
            pool = [
                self.of_table(*key)
                for key, responsible in self.facts.settings.items()
                if responsible == owner and self.plain(*key[:2]) not in (owner, "")
            ]
            drawn += self.spread(pool, SETTINGS, by_task)
        return drawn

    def invented(self) -> list[Asked]:
        """Services that no table holds. Two of them stand in the customer's own building."""
        own = ServiceModel.ON_PREMISES
        drawn: list[tuple[str, str]] = []
        for owner in OWNERS:
            cloud = [pair for pair in self.defaults(owner) if pair[0] != own]
            count = INVENTED
            if owner == Party.CUSTOMER:
                buildings = self.random.sample(self.facts.buildings, OWN_BUILDINGS)
                drawn += [(own, domain) for domain in buildings]
                count -= OWN_BUILDINGS
            drawn += self.spread(cloud, count, lambda pair: pair[1])
        return [self.named(self.names.pop(), model, domain) for model, domain in drawn]

    def moves(self) -> list[list[Asked]]:
        """A workload moves: one domain gets lighter, another stays the customer's."""
        ends = [partial(self.of_table, service) for service in ("ec2", "ecs_fargate")]
        groups = [self.move(*ends) for _ in range(2)]
        steps = list(pairwise(self.facts.models))
        for models in self.random.sample(steps, 4):
            name = self.names.pop()
            groups.append(self.move(*(partial(self.named, name, model) for model in models)))
        return groups

    def move(self, before: Callable[[str], Asked], after: Callable[[str], Asked]) -> list[Asked]:
        """A domain that gets lighter, before and after, and one that does not."""
        lighter, stays = [], []
        for domain in self.facts.domains:
            owners = [decide(self.facts, end(domain).case) for end in (before, after)]
            if LOAD_OF_PARTY[owners[1]] < LOAD_OF_PARTY[owners[0]]:
                lighter.append(domain)
            elif owners == [Party.CUSTOMER, Party.CUSTOMER]:
                stays.append(domain)
        drawn = self.one_of(lighter), self.one_of(stays)
        return [end(domain) for domain in drawn for end in (before, after)]

    def ends(self) -> list[list[Asked]]:
        """Data and building of one service; and one building, the cloud's and the own."""
        buildings = self.facts.buildings
        ends = (*buildings, "customer_data")
        plain = [name for name in self.services if all(self.follows_model(name, d) for d in ends)]
        hosted = [name for name in plain if self.models[name] in self.cloud]
        services = [partial(self.of_table, name) for name in self.random.sample(hosted, 3)]
        for model in self.random.sample(self.cloud, 2):
            services.append(partial(self.named, self.names.pop(), model))
        pairs = [[asked("customer_data"), asked(self.one_of(buildings))] for asked in services]
        name, task = self.names.pop(), self.one_of(buildings)
        models = self.one_of(self.cloud), ServiceModel.ON_PREMISES
        return [*pairs, [self.named(name, model, task) for model in models]]

    def contrasts(self) -> list[list[Asked]]:
        """One cell under two settings, with another owner under each."""
        cells: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for (service, domain, setting), owner in self.facts.settings.items():
            cells[service, domain].append((setting, owner))
        telling = [cell for cell, found in cells.items() if len({owner for _, owner in found}) > 1]
        pairs = []
        for service, domain in self.spread(telling, PAIRS, lambda cell: cell[1]):
            found = cells[service, domain]
            first, owner = self.one_of(found)
            second = self.one_of([setting for setting, other in found if other != owner])
            pairs.append([self.of_table(service, domain, one) for one in (first, second)])
        return pairs

    def refusals(self) -> list[list[Asked]]:
        """A case that nothing decides, and its twin that something does."""
        return [
            *(self.unknown_task(task) for task in self.random.sample(TASKS, 3)),
            *(self.unknown_model(model) for model in self.random.sample(MODELS, 3)),
            *(self.foreign_setting(one) for one in self.random.sample(FOREIGN, 2)),
            self.setting_of_nothing(),
        ]

    def unknown_task(self, task: str) -> list[Asked]:
        service = self.one_of(list(self.services))
        known = [domain for domain in self.facts.domains if self.follows_model(service, domain)]
        return [self.of_table(service, one) for one in (task, self.one_of(known))]

    def unknown_model(self, model: str) -> list[Asked]:
        name, task = self.names.pop(), self.one_of(self.facts.domains)
        return [self.named(name, one, task) for one in (model, self.one_of(self.cloud))]

    def foreign_setting(self, setting: str) -> list[Asked]:
        """A setting that this service cannot have, beside none."""
        service, domain = self.one_of(
            [
                (service, domain)
                for service, domain, _ in self.facts.settings
                if setting not in self.facts.settings_of(service)
                and self.follows_model(service, domain)
            ]
        )
        return [self.of_table(service, domain, one) for one in (setting, "")]

    def setting_of_nothing(self) -> list[Asked]:
        """A setting of an invented service, of which nothing is known, beside none."""
        name, model = self.names.pop(), self.one_of(self.cloud)
        _, task, setting = self.one_of(list(self.facts.settings))
        return [self.named(name, model, task, one) for one in (setting, "")]

    def follows_model(self, service: str, domain: str) -> bool:
        """Whether label and table say the same, so that a twin hangs on nothing else."""
        return self.plain(service, domain) == self.facts.models[self.models[service]][domain]

    def plain(self, service: str, domain: str) -> str:
        """The owner without a setting; blank where the layer does not exist."""
        return decide(self.facts, Case(service, self.models[service], domain))

    def defaults(self, owner: str) -> list[tuple[str, str]]:
        """Model and domain where the default is this owner."""
        return [
            (model, domain)
            for model, owners in self.facts.models.items()
            for domain, found in owners.items()
            if found == owner
        ]

    def of_table(self, service: str, task: str, setting: str = "") -> Asked:
        return Asked(self.services[service], Case(service, self.models[service], task, setting))

    def named(self, name: str, model: str, task: str, setting: str = "") -> Asked:
        service_id = name.lower().replace(" ", "_")
        return Asked(name, Case(service_id, str(model), task, setting))

    def one_of(self, pool: Sequence[Row]) -> Row:
        return self.random.choice(pool)

    def spread(self, pool: Sequence[Row], count: int, kind: Callable[[Row], str]) -> list[Row]:
        """That many of the pool, of as many kinds as there are."""
        by_kind: dict[str, list[Row]] = defaultdict(list)
        for one in self.random.sample(pool, len(pool)):
            by_kind[kind(one)].append(one)
        kinds = self.random.sample(sorted(by_kind), len(by_kind))
        drawn: list[Row] = []
        while len(drawn) < count:
            found = [by_kind[name].pop() for name in kinds if by_kind[name]]
            if not found:
                raise ValueError(f"only {len(drawn)} cases where {count} are needed")
            drawn += found
        return drawn[:count]


def groups_of(seed: str) -> Groups:
    """The cases of this seed; none of them is a public sample."""
    draw, samples = Draw(seed), _samples()
    while True:
        groups = draw.groups()
        asked = (one for listed in groups.values() for group in listed for one in group)
        if samples.isdisjoint(key_of(one.arguments) for one in asked):
            return groups


def by_task(asked: Asked) -> str:
    """Cases are spread over the domains."""
    return asked.case.task


def key_of(arguments: Sequence[Any]) -> str:
    """Two lists of arguments are the same case when their keys are."""
    return json.dumps(arguments, sort_keys=True)


def _samples() -> set[str]:
    table = load_table("samples")
    listed = table[table["exercise"] == EXERCISE]["arguments"]
    return {key_of(json.loads(arguments)) for arguments in listed}
