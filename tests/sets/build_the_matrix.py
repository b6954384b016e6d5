"""Answers of three scripted learners to `build-the-matrix`; each writes what it believes."""

# Renames the columns, translates no name, and has its own opinion of every owner.
CLEAN = """
clean = raw.rename(columns={{"service": "service_id", "layer": "domain_id", "read on": "read_on"}})
clean["owner"] = [{owner} for layer in clean["domain_id"]]
"""
MATRIX = """
DOMAINS = (
    "hardware virtualization guest_os runtime_engine application_code network_config "
    "encryption_at_rest backup_recovery logging_monitoring incident_response identity_access "
    "customer_data"
).split()
kept = raw
my_matrix = pd.DataFrame(
    {{layer: [{owner} for service in SERVICES] for layer in DOMAINS}},
    index=pd.Index(SERVICES, name="service_id"),
)
"""
NO_CELLS = '{name} = pd.DataFrame({{"service_id": [], "domain_id": []}})'
QUERIES = """
of_aws = my_matrix == "aws"
queries = {
    "system_to_patch": SERVICES,
    "shared_cells": 0,
    "same_everywhere": DOMAINS,
    "most_aws_cells": of_aws.sum(axis="columns").idxmax(),
    "changes_with_rds": [],
    "rest_on_page": int((raw["source"] == "aws-shared-responsibility-model").sum()),
}
"""
# Security of the cloud: buildings, machines and what divides them.
SLOGAN = (
    '"aws" if layer.strip().lower()[:4] in ("hard", "virt") and "net" not in layer else "customer"'
)
DICE = """
from random import Random

dice = Random(20261124)
WORDS = ["aws", "customer", "shared"]
"""
RANDOM_CLEAN = f"""{DICE}
clean = pd.DataFrame(
    {{
        "statement_id": sorted(set(raw["statement_id"])),
        "service_id": [dice.choice(SERVICES) for _ in range(raw["statement_id"].nunique())],
    }}
)
clean["domain_id"] = [dice.choice(list(DOMAIN_IDS)) for _ in clean.index]
clean["owner"] = [dice.choice(WORDS) for _ in clean.index]
clean["read_on"] = [f"2026-{{dice.randint(1, 12):02}}-01" for _ in clean.index]
"""
RANDOM_CELLS = """
{name} = pd.DataFrame(
    [(dice.choice(SERVICES), dice.choice(DOMAINS)) for _ in range(6)],
    columns=["service_id", "domain_id"],
)
"""
RANDOM_QUERIES = """
queries = {
    "system_to_patch": dice.sample(SERVICES, 3),
    "shared_cells": dice.randint(0, 144),
    "same_everywhere": dice.sample(DOMAINS, 3),
    "most_aws_cells": dice.choice(SERVICES),
    "changes_with_rds": dice.sample(DOMAINS, 3),
    "rest_on_page": dice.randint(0, 144),
}
"""


def _believer(owner: str) -> dict[str, str]:
    return {
        "clean-statements": CLEAN.format(owner=owner),
        "pivot-matrix": MATRIX.format(owner=owner),
        "contradictions": NO_CELLS.format(name="contradictions"),
        "gaps": NO_CELLS.format(name="gaps"),
        "queries": QUERIES,
    }


LEARNERS: dict[str, dict[str, str]] = {
    "customer": _believer('"customer"'),
    "slogan": _believer(SLOGAN),
    "random": {
        "clean-statements": RANDOM_CLEAN,
        "pivot-matrix": MATRIX.format(owner="dice.choice(WORDS)"),
        "contradictions": RANDOM_CELLS.format(name="contradictions"),
        "gaps": RANDOM_CELLS.format(name="gaps"),
        "queries": RANDOM_QUERIES,
    },
}

SOURCES: dict[str, dict[str, str]] = {
    exercise: {learner: cells[exercise] for learner, cells in LEARNERS.items()}
    for exercise in LEARNERS["customer"]
}
"""Exercise -> learner -> the text of the answer cell."""
