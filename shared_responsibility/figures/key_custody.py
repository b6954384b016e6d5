"""Whose side the key lies on and whose side rules it, for each way of encryption."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from shared_responsibility.errors import unknown
from shared_responsibility.figures.style import (
    AWS,
    INK,
    PAPER,
    Chart,
    customer_box,
    draw_owner,
    paper,
    title,
)
from shared_responsibility.matrix import service_id_of
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Party, in_plain_words


class Custody(NamedTuple):
    """Where a variant's key material lies and who rules it: a few words for each party."""

    name: str
    material: dict[Party, str]
    rules: dict[Party, str]


A, C = Party.AWS, Party.CUSTOMER
# The owners are read from `variants`; these are its sentences in two or three words, by party.
CUSTODY: dict[str, dict[str, Custody]] = {
    "s3": {
        "sse_s3": Custody(
            "SSE-S3\n(the default)", {A: "made and kept by S3"}, {A: "rotation by S3"}
        ),
        "sse_kms_aws_managed": Custody(
            "SSE-KMS with an\nAWS managed key", {A: "kept in KMS"}, {A: "policy, rotation"}
        ),
        "sse_kms_cmk": Custody(
            "SSE-KMS with a\ncustomer managed key",
            {A: "kept in KMS"},
            {C: "policy, rotation, deletion"},
        ),
        "sse_c": Custody("SSE-C", {C: "kept outside, sent each time"}, {C: "storage, replacement"}),
        "client_side": Custody(
            "Client-side, own key", {C: "only copy, kept outside"}, {C: "every decision"}
        ),
    },
    "kms": {
        "aws_owned": Custody(
            "AWS owned key", {A: "kept for a service"}, {A: "rotation, out of your sight"}
        ),
        "aws_managed": Custody("AWS managed key", {A: "kept in KMS"}, {A: "policy, rotation"}),
        "customer_managed": Custody(
            "Customer managed key,\nmade in KMS",
            {A: "kept in KMS"},
            {C: "policy, rotation, deletion"},
        ),
        "imported_material": Custody(
            "Imported key material",
            {A: "copy for use", C: "original, outside AWS"},
            {C: "expiry, new import"},
        ),
        "cloudhsm_key_store": Custody(
            "AWS CloudHSM\nkey store",
            {A: "made by KMS in the cluster", C: "lies in your cluster"},
            {C: "users, backups, modules"},
        ),
        "external_key_store": Custody(
            "External key store",
            {A: "a first layer of its own", C: "external key"},
            {C: "durability, rotation"},
        ),
    },
}
HALF, GAP, OWNER_AT = 3.2, 0.12, 6.75
BOX_WIDTH, BOX_HEIGHT, ROW = 2.9, 0.36, 1.18


def plot_key_custody(service: str = "s3") -> Chart:
    """One row for each way of encryption: on whose side the key lies and on whose its rules."""
    service_id = service_id_of(service)
    if service_id not in CUSTODY:
        raise unknown("service of this figure", service_id, CUSTODY)
    ways = CUSTODY[service_id]
    owners = _owners(service_id)
    order = [Party.AWS, Party.SHARED, Party.CUSTOMER]
    listed = sorted(ways, key=lambda way: order.index(owners[way]))
    top = len(listed) * ROW
    figure, axes = paper(10, 1.9 + 0.88 * len(listed))
    for left, words in ((0.0, "On AWS's side"), (HALF, "On the customer's side")):
        axes.text(left + HALF / 2, top + 0.12, words, ha="center", va="bottom", fontsize=11,
                  fontweight="bold", color=INK)  # fmt: skip
    axes.text(OWNER_AT + 0.47, top + 0.12, "Owner of\nthe row", ha="center", va="bottom",
              fontsize=10.5, fontweight="bold", color=INK)  # fmt: skip
    axes.plot([HALF, HALF], [0, top], color=INK, linewidth=1.4, linestyle=(0, (5, 3)))
    for at, way in enumerate(listed):
        _draw_row(axes, top - (at + 1) * ROW, ways[way], owners[way])
    title(axes, _message(owners))
    axes.set(xlim=(-2.15, OWNER_AT + 1.05), ylim=(-0.08, top + 0.62))
    axes.axis("off")
    return Chart(figure, _alt(service_id, listed, owners), _table(service_id, listed))


def _variants(service_id: str) -> pd.DataFrame:
    variants = load_table("variants")
    mine = (variants["service_id"] == service_id) & (variants["domain_id"] == "key_management")
    return variants[mine].set_index("variant_id")


def _owners(service_id: str) -> dict[str, Party]:
    """The owner of each way that the figure knows, as the table of variants says."""
    found = _variants(service_id)["responsible"]
    return {way: Party(str(found[way])) for way in CUSTODY[service_id]}


def _draw_row(axes: Axes, y: float, custody: Custody, owner: Party) -> None:
    axes.plot([-2.15, OWNER_AT + 1.0], [y, y], color="#D0D0D0", linewidth=0.8)
    axes.text(-2.12, y + ROW / 2, custody.name, ha="left", va="center", fontsize=10.5, color=INK,
              linespacing=1.25)  # fmt: skip
    for level, kind, held in (
        (y + ROW * 0.72, "key", custody.material),
        (y + ROW * 0.28, "rules", custody.rules),
    ):
        for party, words in held.items():
            _draw_box(axes, level, party, kind, words)
    draw_owner(axes, OWNER_AT, y + (ROW - 0.86) / 2, owner)


def _draw_box(axes: Axes, y: float, party: Party, kind: str, words: str) -> None:
    left = (0.0 if party is Party.AWS else HALF) + (HALF - BOX_WIDTH) / 2
    told = f"{kind}: {words}"
    middle = left + BOX_WIDTH / 2
    if party is Party.AWS:
        axes.add_patch(Rectangle((left, y - BOX_HEIGHT / 2), BOX_WIDTH, BOX_HEIGHT, facecolor=AWS,
                                 edgecolor="none"))  # fmt: skip
        axes.text(middle, y, told, ha="center", va="center", fontsize=9.5, color=PAPER)
        return
    axes.add_patch(customer_box(left, y - BOX_HEIGHT / 2, BOX_WIDTH, BOX_HEIGHT))
    axes.text(middle, y, told, ha="center", va="center", fontsize=9.5, color=INK,
              bbox={"boxstyle": "round,pad=0.16", "facecolor": PAPER, "edgecolor": "none",
                    "alpha": 0.93})  # fmt: skip


def _message(owners: dict[str, Party]) -> str:
    if Party.CUSTOMER in owners.values():
        return "First the rules cross over to you, then the key itself"
    return "The rules cross to your side, then part of the key; AWS keeps a part throughout"


def _told(held: dict[Party, str]) -> str:
    return "; ".join(f"{in_plain_words(party)} ({words})" for party, words in held.items())


def _alt(service_id: str, listed: list[str], owners: dict[str, Party]) -> str:
    name = str(load_table("services").set_index("service_id").loc[service_id, "name"])
    told = []
    for way in listed:
        custody = CUSTODY[service_id][way]
        told.append(
            f"{custody.name.replace(chr(10), ' ')}: key with {_told(custody.material)}, rules by "
            f"{_told(custody.rules)}, owner {in_plain_words(owners[way])}"
        )
    return f"Who holds and who rules the key, {name}. {'. '.join(told)}."


def _table(service_id: str, listed: list[str]) -> pd.DataFrame:
    """What the figure draws, with the sentences of the table of variants beside it."""
    variants, ways = _variants(service_id), CUSTODY[service_id]
    rows = [
        {
            "way": ways[way].name.replace("\n", " "),
            "key material": _told(ways[way].material),
            "rules": _told(ways[way].rules),
            "owner": in_plain_words(str(variants.loc[way, "responsible"])),
            "AWS does": variants.loc[way, "aws_does"],
            "customer does": variants.loc[way, "customer_does"],
        }
        for way in listed
    ]
    return pd.DataFrame(rows).set_index("way")
