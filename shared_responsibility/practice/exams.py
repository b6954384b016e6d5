"""Before and after the course, and a mock form in the manner of the exam."""

from __future__ import annotations

import random
from collections import Counter

import pandas as pd

from shared_responsibility.errors import CourseError
from shared_responsibility.items import Entry, Form, Item, Questions, form, load_items
from shared_responsibility.practice.progress import first_attempts
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import ItemKind

BEFORE, AFTER = "pre-test", "post-test"
MOCK_ITEMS, SECONDS_PER_ITEM = 20, 90
MOCK_SHARES = {"2.1": 14, "2.2": 2, "2.3": 3, "2.4": 1}
"""How many items of each exam task a mock form holds: 70, 10, 15 and 5 %."""
MOST_OF_DOMAIN = {"client_endpoints": 0, "people_training": 1}
"""The exam hardly asks about these; of any other domain a form holds three items at most."""
MOST_OF_OTHERS = 3
MET_FIRST = frozenset(
    "ec2 ebs s3 rds lambda dynamodb aurora iam kms vpc cloudfront ecs_fargate ecs_ec2 eks_mng efs "
    "redshift elastic_beanstalk lightsail cloudtrail cloudwatch config guardduty inspector "
    "artifact shield waf organizations iam_identity_center secrets_manager route_53 sqs "
    "sns".split()
)
"""The services that the exam names most; a form draws from them twice as readily."""


class MockForm(Questions):
    """Twenty questions to answer in one sitting, with an empty answer sheet."""

    @property
    def answers(self) -> dict[str, str | None]:
        """A fresh answer sheet: every item without an answer."""
        return {entry.item.item_id: None for entry in self.form.entries}


def mock_form(seed: int) -> MockForm:
    """A mock form of 20 items in the exam's kinds, the same for the same seed.

    Items of lessons and of graded assignments are left out; no item comes from a real exam. The
    real exam gives about 83 seconds a question, the mock form 90. Raises `CourseError` where the
    bank is too small.
    """
    chance = random.Random(f"mock~{seed}")
    used = set(load_table("forms")["item_id"])
    fresh = [item for item in _exam_like() if item.item_id not in used]
    ranked = sorted(fresh, key=lambda item: chance.random() * (0.5 if _is_met_first(item) else 1))
    chosen: list[Item] = []
    for objective, count in MOCK_SHARES.items():
        pool = [item for item in ranked if item.objective == objective]
        chosen += _spread(pool, count, chosen)
    chance.shuffle(chosen)
    return MockForm(Form("mock", f"mock-{seed}", tuple(Entry(item, 1.0) for item in chosen)))


def _is_met_first(item: Item) -> bool:
    return not item.cells or any(ref.service_id in MET_FIRST for ref in item.cells)


def _spread(pool: list[Item], count: int, before: list[Item]) -> list[Item]:
    """The first items of the pool that keep each domain within its bound."""
    domains = Counter(item.domain_id for item in before)
    taken: list[Item] = []
    for item in pool:
        most = MOST_OF_DOMAIN.get(item.domain_id, MOST_OF_OTHERS)
        if len(taken) < count and domains[item.domain_id] < most:
            taken.append(item)
            domains[item.domain_id] += 1
    if len(taken) < count:
        raise CourseError(f"The bank holds {len(taken)} fitting items, {count} are needed.")
    return taken


def by_objective(form_or_exercise: Form | str) -> pd.DataFrame:
    """First attempts at a form by task of the exam guide: `items, answered, right, share`.

    `share` is the credit earned of the items answered, from 0 to 1. This is not AWS's scale.
    """
    asked = form(form_or_exercise) if isinstance(form_or_exercise, str) else form_or_exercise
    items = {entry.item.item_id: entry.item.objective for entry in asked.entries}
    kept = first_attempts(items)
    table = pd.DataFrame({"objective": pd.Series(items)}).join(kept[["credit"]].astype(float))
    grouped = table.groupby("objective")["credit"]
    counted = pd.DataFrame(
        {
            "items": table["objective"].value_counts().sort_index(),
            "answered": grouped.count(),
            "right": grouped.apply(lambda credit: int((credit >= 1).sum())),
            "share": grouped.mean().round(2),
        }
    )
    return counted.rename_axis("task")


def gain() -> pd.DataFrame:
    """What changed between pre-test and post-test, pair by pair.

    One row for each pair of parallel items: `task, domain, before, after, change` (credit, 0 to
    1; blank where one of the two has no answer yet). Counted are first attempts.
    """
    pairs = list(zip(form(BEFORE).entries, form(AFTER).entries, strict=True))
    names = load_table("domains").set_index("domain_id")["name"]
    kept = first_attempts([entry.item.item_id for pair in pairs for entry in pair])["credit"]
    rows = [
        {
            "task": before.item.objective,
            "domain": names[before.item.domain_id],
            "before": kept.get(before.item.item_id),
            "after": kept.get(after.item.item_id),
        }
        for before, after in pairs
    ]
    table = pd.DataFrame(rows).astype({"before": float, "after": float})
    table["change"] = table["after"] - table["before"]
    return table


def _exam_like() -> list[Item]:
    """Live practice items that are answered as in the exam: by one choice, or by several."""
    kinds = (ItemKind.SINGLE, ItemKind.MATRIX_CELL, ItemKind.MULTI)
    return [
        item
        for item in load_items().values()
        if item.status == "live" and item.exposure == "practice" and item.kind in kinds
    ]
