"""Answer cells of learners who know little: for each exercise, what they write."""

from __future__ import annotations

import random

from shared_responsibility.items import Form, forms_of
from shared_responsibility.vocabulary import CLASS_OF_PARTY, Grain, Party

SLOGAN = {
    # Buildings, hardware and network are AWS's; data, systems and settings the customer's.
    "ebs-planetarium-failed-drive": "aws, a, sure",
    "codebuild-wine-estate-role": "customer, b, sure",
    "directory-bakery-cellar-power": "aws, b, sure",
    "eks-fargate-farm-shops-kernel": "customer, a, sure",
    "vpc-answers-do-not-leave": "aws, d, sure",
    "iam-map-service-role-credentials": "customer, a, sure",
    "macie-donor-classes": "customer, d, sure",
    "quicksight-theatre-web-flaw": "customer, d, unsure",
    "memorydb-chess-database-users": "customer, d, sure",
    "directory-blood-bank-attestation": "customer, b, unsure",
    "dynamodb-orchard-default-key": "customer, a, sure",
    "rds-county-court-april": "customer, b, sure",
    "rds-custom-brewery-oracle-host": "customer, c, sure",
    "storage-gateway-vineyard-appliance": "customer, c, sure",
    "network-firewall-plain-upload": "aws, a, sure",
    "lambda-bus-timetables": "customer, d, unsure",
    "vpn-radio-update-nobody-accepts": "aws, d, sure",
    "eks-tea-house-nodes": "customer, b, sure",
    "local-zones-simulator-outage": "aws, a, sure",
    "kinesis-hospital-plain-stream": "customer, c, sure",
    "neptune-genealogy-https": "customer, c, unsure",
    "connect-lifeboat-menu": "customer, c, unsure",
    "iic-opera-house-payroll": "customer, c, sure",
    "control-ship-museum-patching": "customer_specific, b, sure",
}


def random_answers(asked: Form, seed: int) -> dict[str, str]:
    """A legal answer to each item, drawn with a seed: one word for each of its parts."""
    draw = random.Random(f"{seed} {asked.exercise}")
    return {
        entry.item.item_id: ", ".join(draw.choice(list(part)) for part in entry.item.parts.values())
        for entry in asked.entries
    }


def constant_answers(asked: Form, party: Party, letter: str) -> dict[str, str]:
    """The same party and the same letter everywhere, in the words of each item's grain."""
    return {
        entry.item.item_id: f"{_in_grain(party, entry.item.grain)}, {letter}"
        for entry in asked.entries
    }


def _in_grain(party: Party, grain: Grain) -> str:
    return str(CLASS_OF_PARTY[party] if grain is Grain.CONTROL else party)


def _cell(asked: Form, answers: dict[str, str]) -> str:
    lines = "".join(f"    {item_id!r}: {answer!r},\n" for item_id, answer in answers.items())
    return f"{asked.variable} = {{\n{lines}}}"


def _sources(asked: Form) -> dict[str, str]:
    ids = [entry.item.item_id for entry in asked.entries]
    return {
        "customer": _cell(asked, constant_answers(asked, Party.CUSTOMER, "a")),
        "slogan": _cell(asked, {item_id: SLOGAN[item_id] for item_id in ids}),
        "random": _cell(asked, random_answers(asked, 1)),
    }


SOURCES = {asked.exercise: _sources(asked) for asked in forms_of("classify-scenarios")}
