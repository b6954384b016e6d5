"""The steps of an attack as a path over the layers, each with its owner and its control."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from shared_responsibility.errors import unknown
from shared_responsibility.figures.style import (
    INK,
    PAPER,
    QUIET,
    Chart,
    owner_box,
    paper,
    title,
)
from shared_responsibility.matrix import row_of, who
from shared_responsibility.vocabulary import Party, in_plain_words


@dataclass(frozen=True)
class Step:
    """One step: the cell where it happened, the cell of the control, a source for each."""

    service_id: str
    domain_id: str
    what: str
    source_id: str
    control: str
    control_domain_id: str
    control_source_id: str


# The pages read do not name the store of step 4; on every service the data are the customer's.
STEPS = {
    "capital_one_2019": (
        Step("ec2", "application_code", "A forged request passes the firewall machine",
             "dandodiary-capital-one",
             "a firewall that forwards no such request",
             "application_code", "dandodiary-capital-one"),
        Step("ec2", "service_platform", "The metadata service gives out credentials of the role",
             "dandodiary-capital-one",
             "today, metadata version 2, which asks for a token first",
             "service_configuration", "lightsail-instance-metadata"),
        Step("ec2", "identity_access", "The rights of the role open stored data",
             "dandodiary-capital-one",
             "least privilege: a role that opens only what a firewall needs",
             "identity_access", "iam-security-best-practices"),
        Step("ec2", "customer_data", "Credit applications leave the bank",
             "dandodiary-capital-one",
             "hold less, delete in time: a smaller loss, not a stop",
             "customer_data", "aws-data-privacy-faq"),
    ),
}  # fmt: skip

COLUMN, ROW, BOX_WIDTH, BOX_HEIGHT = 2.3, 1.75, 1.15, 0.5
WRAP = 27


def plot_attack_path(incident_id: str = "capital_one_2019") -> Chart:
    """A path over the layers; each step names its domain, its owner and the control against it."""
    if incident_id not in STEPS:
        raise unknown("drawn attack", incident_id, STEPS)
    steps = STEPS[incident_id]
    table = _table_of(steps)
    domains = sorted({step.domain_id for step in steps}, key=_position)
    heights = {domain_id: row * ROW for row, domain_id in enumerate(domains)}
    figure, axes = paper(10, 7.4)
    right = len(steps) * COLUMN
    for domain_id, height in heights.items():
        axes.axhline(height, color="#D9D9D9", linewidth=1, zorder=0)
        name = textwrap.fill(str(row_of("domains", domain_id=domain_id)["name"]), 14)
        axes.text(-0.2, height, name, ha="right", va="center", fontsize=10.5, fontweight="bold",
                  color=INK, bbox={"facecolor": PAPER, "edgecolor": "none"})  # fmt: skip
    places = [(place * COLUMN, heights[step.domain_id]) for place, step in enumerate(steps)]
    for start, end in pairwise(places):
        _draw_way(axes, start, end)
    for number, (step, (x, y), row) in enumerate(
        zip(steps, places, table.to_dict("records"), strict=True), start=1
    ):
        _draw_box(axes, x, y, str(row["owner"]))
        falls = number > 1 and places[number - 2][1] > y
        _write_step(axes, x, y, number, step, str(row["owner of the control"]), below=falls)
    on_customer = sum(row == in_plain_words(Party.CUSTOMER) for row in table["owner"])
    title(axes, f"{on_customer} of {len(steps)} steps ran over the customer's layers, "
                f"{len(steps) - on_customer} over a layer of AWS")  # fmt: skip
    axes.set(xlim=(-1.75, right + 0.1), ylim=(-1.55, heights[domains[-1]] + 1.5))
    axes.axis("off")
    incident = str(row_of("incidents", incident_id=incident_id)["title"])
    return Chart(figure, _alt_of(incident, table), table)


def _position(domain_id: str) -> int:
    return int(row_of("domains", domain_id=domain_id)["position"])


def _table_of(steps: tuple[Step, ...]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number, step in enumerate(steps, start=1):
        cell = who(step.service_id, step.domain_id)
        control = who(step.service_id, step.control_domain_id)
        rows.append(
            {
                "step": number,
                "what happened": step.what,
                "domain": cell.domain,
                "owner": in_plain_words(cell.responsible),
                "control": step.control,
                "domain of the control": control.domain,
                "owner of the control": in_plain_words(control.responsible),
                "sources": f"{step.source_id}; {step.control_source_id}",
            }
        )
    return pd.DataFrame(rows).set_index("step")


def _draw_box(axes: Axes, x: float, y: float, owner: str) -> None:
    party = next(one for one in Party if in_plain_words(one) == owner)
    owner_box(axes, x, y - BOX_HEIGHT / 2, BOX_WIDTH, BOX_HEIGHT, party, zorder=3)
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 10, "zorder": 4}
    if owner == in_plain_words(Party.AWS):
        style["color"] = PAPER
    else:
        style["color"] = INK
        style["bbox"] = {"boxstyle": "round,pad=0.18", "facecolor": PAPER, "edgecolor": "none"}
    axes.text(x + BOX_WIDTH / 2, y, owner, **style)


def _write_step(
    axes: Axes, x: float, y: float, number: int, step: Step, control_owner: str, below: bool
) -> None:
    what = textwrap.fill(f"{number}. {step.what}", WRAP)
    control = textwrap.fill(f"Control ({control_owner}): {step.control}", WRAP + 3)
    edge = BOX_HEIGHT / 2 + 0.1
    line = 0.205
    plain: dict[str, Any] = {"ha": "left", "color": QUIET, "fontsize": 9.5}
    bold: dict[str, Any] = {"ha": "left", "color": INK, "fontsize": 10, "fontweight": "bold"}
    if below:
        axes.text(x, y - edge, what, va="top", **bold)
        lower = y - edge - line * (what.count("\n") + 1) - 0.04
        axes.text(x, lower, control, va="top", **plain)
    else:
        axes.text(x, y + edge, control, va="bottom", **plain)
        upper = y + edge + line * (control.count("\n") + 1) + 0.04
        axes.text(x, upper, what, va="bottom", **bold)


def _draw_way(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From the right edge of one box along its row, then up or down into the next box."""
    bend = end[0] + BOX_WIDTH / 2
    axes.plot([start[0] + BOX_WIDTH, bend], [start[1], start[1]], color=INK, linewidth=2, zorder=2)
    edge = BOX_HEIGHT / 2 if start[1] > end[1] else -BOX_HEIGHT / 2
    axes.annotate("", (bend, end[1] + edge), (bend, start[1]),
                  arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 2,
                              "shrinkA": 0, "shrinkB": 0})  # fmt: skip


def _alt_of(incident: str, table: pd.DataFrame) -> str:
    told = [
        f"{number}. {row['what happened']}: {row['domain']}, owner {row['owner']}; "
        f"control of {row['owner of the control']}, {row['control']}."
        for number, row in table.iterrows()
    ]
    return f"{incident}. The attack as a path of {len(table)} steps. {' '.join(told)}"
