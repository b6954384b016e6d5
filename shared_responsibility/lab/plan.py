"""What stands in an account of the lab, drawn from a seed: plain data, before anything is built."""

from __future__ import annotations

from random import Random
from typing import Any

COMPANIES = (
    "alder bramble cedar drift ember fjord garnet harbor indigo juniper kestrel lagoon meadow "
    "nimbus orchard pebble quarry river saffron tundra umber violet willow yarrow zephyr"
).split()
TRADES = "bikes boats books breads clinics coaches farms films hotels maps pianos toys".split()
HOSTS = "bastion build jump admin batch".split()
STORES = "invoices orders guests payroll scans surveys".split()
PEOPLE = "anouk bilal chiara dmitri elif farah goran hana ines jonas kofi lena".split()
JOBS = "resize mailer labels refund digest thumbs".split()
OLD_RUNTIMES = ("python3.7", "python3.8")
OFFICES = ("198.51.100.0/24", "203.0.113.0/24", "192.0.2.0/24")

Plan = dict[str, Any]


def plan(seed: str) -> Plan:
    """Everything in the account, with names and numbers that depend on the seed alone.

    Each entry says in `bad` whether it has the problem of its kind.
    """
    # Plain text as a seed gives the same draw on every machine.
    draw = Random(f"account {seed}")
    firm = f"{draw.choice(COMPANIES)}-{draw.choice(TRADES)}"
    return {
        "firm": firm,
        "groups": _groups(draw, firm),
        "buckets": _buckets(draw, firm),
        "people": _people(draw, firm),
        "keys": _keys(draw, firm),
        "volumes": _volumes(draw, firm),
        "databases": _databases(draw, firm),
        "functions": _functions(draw, firm),
    }


def _mixed(draw: Random, names: list[str], fewest_good: int = 1) -> list[tuple[str, bool]]:
    """The names in any order, one or two of them bad and the others good."""
    bad = draw.randint(1, min(2, len(names) - fewest_good))
    chosen = set(draw.sample(names, bad))
    return [(name, name in chosen) for name in names]


def _groups(draw: Random, firm: str) -> list[dict[str, Any]]:
    office = draw.choice(OFFICES)
    hosts = [f"{firm}-{name}" for name in draw.sample(HOSTS, 3)]
    groups = [
        {"name": name, "bad": bad, "office": office, "web": False}
        for name, bad in _mixed(draw, hosts)
    ]
    return [*groups, {"name": f"{firm}-web", "bad": False, "office": office, "web": True}]


def _buckets(draw: Random, firm: str) -> list[dict[str, Any]]:
    number = draw.randint(100, 999)
    stores = [f"{firm}-{name}-{number}" for name in draw.sample(STORES, 3)]
    buckets = [
        {
            "name": name,
            "bad": bad,
            "use": "data",
            "objects": [f"{year}.csv" for year in (2025, 2026)],
        }
        for name, bad in _mixed(draw, stores)
    ]
    site = {"name": f"{firm}-www-{number}", "bad": False, "use": "site", "objects": ["index.html"]}
    logs = {"name": f"{firm}-logs-{number}", "bad": False, "use": "logs", "objects": []}
    return [*buckets, site, logs]


def _people(draw: Random, firm: str) -> list[dict[str, Any]]:
    """Users with a key each; every user has a narrow policy, some a policy of all rights too."""
    names = draw.sample(PEOPLE, 4)
    idle = dict(_mixed(draw, names, 2))
    mighty = dict(_mixed(draw, names, 2))
    return [
        {
            "name": name,
            "idle_key": idle[name],
            "narrow": f"{firm}-{name}-reads",
            "wildcard": f"{firm}-{name}-all" if mighty[name] else "",
        }
        for name in names
    ]


def _keys(draw: Random, firm: str) -> list[dict[str, Any]]:
    aliases = [f"{firm}-{name}" for name in ("disks", "data", "archive")]
    return [{"name": name, "bad": bad} for name, bad in _mixed(draw, aliases)]


def _volumes(draw: Random, firm: str) -> list[dict[str, Any]]:
    names = [f"{firm}-disk-{number}" for number in draw.sample(range(10, 99), 3)]
    return [
        {"name": name, "bad": bad, "size": draw.choice((8, 16, 20))}
        for name, bad in _mixed(draw, names)
    ]


def _databases(draw: Random, firm: str) -> list[dict[str, Any]]:
    names = [f"{firm}-db-{number}" for number in draw.sample(range(1, 30), 3)]
    open_ones, bare_ones = dict(_mixed(draw, names)), dict(_mixed(draw, names))
    return [
        {
            "name": name,
            "public": open_ones[name],
            "days": 0 if bare_ones[name] else draw.choice((7, 14)),
        }
        for name in names
    ]


def _functions(draw: Random, firm: str) -> list[dict[str, Any]]:
    names = [f"{firm}-{name}" for name in draw.sample(JOBS, 3)]
    return [
        {
            "name": name,
            "bad": bad,
            "runtime": draw.choice(OLD_RUNTIMES)
            if bad
            else draw.choice(("python3.13", "python3.14")),
        }
        for name, bad in _mixed(draw, names)
    ]
