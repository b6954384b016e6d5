"""Incidents by the domains that they touched, grouped by the side whose duty was called for."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from shared_responsibility.errors import in_words
from shared_responsibility.figures.style import (
    AWS,
    CUSTOMER,
    INK,
    PAPER,
    QUIET,
    ZONES,
    Chart,
    paper,
    title,
)
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Party, Zone, in_plain_words

SIDES = (Party.AWS, Party.SHARED, Party.CUSTOMER)
MARKS = {Party.AWS: "s", Party.SHARED: "D", Party.CUSTOMER: "o"}
WORDS = {Party.AWS: "AWS", Party.SHARED: "both", Party.CUSTOMER: "customer"}
HEADS = {
    Party.AWS: "AWS's duty was called for",
    Party.SHARED: "Both had a duty, each its own",
    Party.CUSTOMER: "The customer's duty was called for",
}

YEAR, TITLE, FIRST, STEP = 0.0, 0.45, 4.8, 0.215
ROW, GROUP_GAP = 0.25, 0.42
BAND = "#EFEFEF"


def plot_incidents() -> Chart:
    """A dot for each domain that an incident touched; rows by side, columns up the stack."""
    domains = load_table("domains").sort_values("position", ignore_index=True)
    column = {str(one): FIRST + place * STEP for place, one in enumerate(domains["domain_id"])}
    incidents = _ordered(domains)
    rows, heads = _rows_and_heads(incidents)
    depth = min(rows.values())
    figure, axes = paper(10, 11.6)
    axes.set(xlim=(-0.05, FIRST + len(domains) * STEP + 0.95), ylim=(depth - 1.05, 2.15))
    axes.axis("off")
    _draw_zones(axes, domains, column, depth)
    _draw_domain_names(axes, domains, column)
    for side, height in heads.items():
        _draw_head(axes, height, side, int((incidents["failed_side"] == side).sum()))
    for incident in incidents.to_dict("records"):
        _draw_incident(axes, rows[incident["incident_id"]], incident, column)
    message = _message_of(incidents, domains)
    title(axes, textwrap.fill(message, 78))
    return Chart(figure, _alt_of(message, incidents, domains), _table_of(incidents, domains))


def _ordered(domains: pd.DataFrame) -> pd.DataFrame:
    """Incidents by side, and within a side from the ground up: by lowest domain, then the next."""
    position = domains.set_index("domain_id")["position"]
    incidents = load_table("incidents")
    incidents["touched"] = [
        sorted(ids.split(), key=lambda one: int(position[one])) for ids in incidents["domain_ids"]
    ]
    incidents["side_order"] = [SIDES.index(Party(side)) for side in incidents["failed_side"]]
    incidents["heights"] = [
        tuple(int(position[one]) for one in touched) for touched in incidents["touched"]
    ]
    return incidents.sort_values(["side_order", "heights", "year"], ignore_index=True)


def _rows_and_heads(incidents: pd.DataFrame) -> tuple[dict[str, float], dict[Party, float]]:
    """The height of each incident and of the head over each group, from the top down."""
    rows: dict[str, float] = {}
    heads: dict[Party, float] = {}
    height = 0.0
    for side in SIDES:
        heads[side] = height
        for incident_id in incidents.loc[incidents["failed_side"] == side, "incident_id"]:
            height -= ROW
            rows[str(incident_id)] = height
        height -= GROUP_GAP
    return rows, heads


def _draw_zones(
    axes: Axes, domains: pd.DataFrame, column: dict[str, float], depth: float
) -> None:  # fmt: skip
    """A grey band behind every second zone, with the name of each zone below its columns."""
    low = depth - ROW * 0.6
    for place, zone in enumerate(ZONES):
        places = [column[str(one)] for one in domains.loc[domains["zone"] == zone, "domain_id"]]
        left, right = min(places) - STEP / 2, max(places) + STEP / 2
        if place % 2 == 0:
            axes.add_patch(Rectangle((left, low), right - left, 0.2 - low, facecolor=BAND,
                                     edgecolor="none", zorder=0))  # fmt: skip
        axes.plot([left + 0.03, right - 0.03], [low - 0.06] * 2, color=QUIET, linewidth=1.2)
        name = textwrap.fill(in_plain_words(zone), 12 if right - left > 0.8 else 8)
        axes.text((left + right) / 2, low - 0.12, name, ha="center", va="top", fontsize=9,
                  color=INK, fontstyle="italic", linespacing=1.05)  # fmt: skip
    axes.text(FIRST - STEP, low - 0.12, "zone of the domain:", ha="right", va="top", fontsize=9,
              color=QUIET, fontstyle="italic")  # fmt: skip


def _draw_domain_names(axes: Axes, domains: pd.DataFrame, column: dict[str, float]) -> None:
    for domain in domains.itertuples():
        axes.text(column[str(domain.domain_id)] - 0.04, 0.24, str(domain.name), ha="left",
                  va="center", rotation=60, rotation_mode="anchor", fontsize=9,
                  color=INK)  # fmt: skip
    axes.text(YEAR, 0.62, "A dot: the incident touched this domain.\n"
              "Columns: the building on the left, the laptop on the right.",
              fontsize=9.5, color=QUIET, va="bottom", linespacing=1.3)  # fmt: skip


def _draw_head(axes: Axes, height: float, side: Party, count: int) -> None:
    axes.plot([YEAR + 0.09], [height], **_look_of(side, 9))
    axes.text(YEAR + 0.26, height, f"{HEADS[side]}: {count}", va="center", fontsize=10.5,
              fontweight="bold", color=INK)  # fmt: skip


def _draw_incident(
    axes: Axes, height: float, incident: dict[Any, Any], column: dict[str, float]
) -> None:
    side = Party(incident["failed_side"])
    places = [column[one] for one in incident["touched"]]
    last = max(column.values())
    axes.plot([FIRST - STEP / 2, last + STEP / 2], [height] * 2, color="#DDDDDD", linewidth=0.6,
              zorder=0.5)  # fmt: skip
    axes.plot([min(places), max(places)], [height] * 2, color=INK, linewidth=1.3, zorder=1)
    axes.plot(places, [height] * len(places), **_look_of(side, 8.5), zorder=2)
    axes.text(YEAR, height, str(incident["year"]), va="center", fontsize=9, color=QUIET)
    axes.text(TITLE, height, str(incident["title"]), va="center", fontsize=9, color=INK)
    axes.text(last + STEP * 0.85, height, WORDS[side], va="center", fontsize=9, color=INK)


def _look_of(side: Party, size: float) -> dict[str, Any]:
    """A square for AWS, a round dot for the customer, a diamond of two halves for both."""
    return {
        "marker": MARKS[side],
        "markersize": size - (0.8 if side is Party.SHARED else 0),
        "linestyle": "none",
        "markeredgecolor": INK,
        "markerfacecolor": CUSTOMER if side is Party.CUSTOMER else AWS,
        "markerfacecoloralt": CUSTOMER if side is Party.SHARED else PAPER,
        "fillstyle": "left" if side is Party.SHARED else "full",
    }


def _low(incidents: pd.DataFrame, domains: pd.DataFrame) -> pd.Series[bool]:
    """Whether an incident touched a domain that is always the provider's."""
    below = set(domains.loc[domains["zone"] == Zone.ALWAYS_PROVIDER, "domain_id"])
    return incidents["touched"].map(lambda touched: bool(below & set(touched))).astype(bool)


def _message_of(incidents: pd.DataFrame, domains: pd.DataFrame) -> str:
    low = _low(incidents, domains)
    told = {
        side: f"{int(low[incidents['failed_side'] == side].sum())} of "
        f"{int((incidents['failed_side'] == side).sum())}"
        for side in SIDES
    }
    return (
        "Layers that are always the provider's are touched by "
        f"{told[Party.AWS]} incidents on AWS's side, {told[Party.SHARED]} on both sides, "
        f"{told[Party.CUSTOMER]} on the customer's side"
    )


def _table_of(incidents: pd.DataFrame, domains: pd.DataFrame) -> pd.DataFrame:
    names = domains.set_index("domain_id")["name"]
    table = incidents[["title", "year", "failed_side", "touched"]].set_index("title")
    table["failed_side"] = [WORDS[Party(side)] for side in table["failed_side"]]
    table["touched"] = [", ".join(str(names[one]) for one in row) for row in table["touched"]]
    table.columns = ["year", "whose duty was called for", "domains touched"]
    return table.rename_axis("incident")


def _alt_of(message: str, incidents: pd.DataFrame, domains: pd.DataFrame) -> str:
    names = domains.set_index("domain_id")["name"]
    touched = set().union(*incidents["touched"])
    never = [str(names[one]) for one in domains["domain_id"] if one not in touched]
    told = []
    for side in SIDES:
        counts = incidents.loc[incidents["failed_side"] == side, "touched"].explode().value_counts()
        most = [str(names[one]) for one in counts.index[counts == counts.max()]]
        told.append(f"{HEADS[side]}, {WORDS[side]}: most often {in_words(most, 'and')} "
                    f"({counts.max()})")  # fmt: skip
    return (
        f"A dot matrix of {len(incidents)} incidents by {len(domains)} domains. {message}. "
        f"{'. '.join(told)}. Never touched here: {in_words(never, 'and')}."
    )
