"""The chain of evidence from a guarded door to the customer's own auditor."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from shared_responsibility.figures.style import (
    AWS,
    INK,
    PAPER,
    QUIET,
    Chart,
    customer_box,
    owner_box,
    paper,
    times,
    title,
)
from shared_responsibility.matrix import row_of, service_id_of
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Party, in_plain_words


@dataclass(frozen=True)
class Link:
    """One link of the chain; an outside auditor belongs to neither party."""

    verb: str
    who: str
    what: str
    party: Party | None


CHAIN = (
    Link("Acts", "AWS", "guards its doors, destroys its disks, runs its cables", Party.AWS),
    Link("Attests", "an outside auditor", "examines AWS and signs a report", None),
    Link("Hands out", "AWS", "offers the report in AWS Artifact", Party.AWS),
    Link("Reads", "the customer", "checks scope, period and faults found; keeps it safe",
         Party.CUSTOMER),
    Link("Decides", "the customer's auditor", "asks the customer for proof of everything", None),
)  # fmt: skip

PROOF = {
    Party.AWS: ("Inherited", "AWS's report, if it covers the service"),
    Party.SHARED: ("Shared", "AWS's report for its part, and proof by the customer for its own"),
    Party.CUSTOMER: ("Customer-specific", "proof by the customer alone"),
}
"""For each owner: the class of control as a word, and what the customer can show."""

WIDTH, BOX, STEP = 10.0, 1.72, 2.07
SWATCH, DOMAINS, SHOWN = 0.0, 2.5, 7.15
LINE = 0.235
NEUTRAL = "#ECECEC"


def plot_evidence(service: str = "ec2") -> Chart:
    """Above, who acts, attests, hands out, reads and decides; below, what the customer of this
    service still has to show for each domain.
    """
    service_id = service_id_of(service)
    name = str(row_of("services", service_id=service_id)["name"])
    domains = _domains_by_owner(service_id)
    heights = {owner: _height_of(owner, names) for owner, names in domains.items()}
    floor = -sum(heights.values()) - 1.0
    figure, axes = paper(WIDTH, 3.6 - floor * 0.92)
    axes.set(xlim=(-0.05, WIDTH + 0.05), ylim=(floor - 0.05, 2.45))
    axes.axis("off")
    for place, link in enumerate(CHAIN):
        _draw_link(axes, place, link)
    _draw_heads(axes, name)
    top = -1.0
    for owner, names in domains.items():
        _draw_lane(axes, top, heights[owner], owner, names)
        top -= heights[owner]
    message = (
        f"{name}: AWS's report can prove {times(len(domains[Party.AWS]), 'domain')}; for "
        f"{len(domains[Party.SHARED]) + len(domains[Party.CUSTOMER])} more the customer has "
        "something to show"
    )
    title(axes, textwrap.fill(message, 76))
    return Chart(figure, _alt_of(message, domains), _table_of(domains))


def _domains_by_owner(service_id: str) -> dict[Party, list[str]]:
    """The names of the service's domains for each owner, the building first."""
    cells = load_table("responsibilities").merge(
        load_table("domains")[["domain_id", "name", "position"]], on="domain_id"
    )
    own = cells[cells["service_id"] == service_id].sort_values("position")
    return {owner: list(own.loc[own["responsible"] == owner, "name"]) for owner in PROOF}


def _height_of(owner: Party, names: list[str]) -> float:
    lines = max(len(_wrapped(names)), len(textwrap.wrap(PROOF[owner][1], 30)), 2)
    return lines * LINE + 0.3


def _wrapped(names: list[str]) -> list[str]:
    """The names in lines; no name is broken in two."""
    lines = [""]
    for name in names:
        piece = name if name == names[-1] else f"{name};"
        if lines[-1] and len(lines[-1]) + len(piece) > 52:
            lines.append("")
        lines[-1] = f"{lines[-1]} {piece}".strip()
    return lines if names else ["none"]


def _draw_link(axes: Axes, place: int, link: Link) -> None:
    x, y, height = place * STEP, 0.15, 1.75
    if link.party is Party.CUSTOMER:
        axes.add_patch(customer_box(x, y, BOX, height))
    else:
        face = AWS if link.party is Party.AWS else NEUTRAL
        axes.add_patch(Rectangle((x, y), BOX, height, facecolor=face, edgecolor="none"))
    middle: dict[str, Any] = {"ha": "center", "va": "center"}
    axes.text(x + BOX / 2, y + height + 0.17, f"{place + 1}  {link.verb}", fontsize=12,
              fontweight="bold", color=INK, **middle)  # fmt: skip
    colour = PAPER if link.party is Party.AWS else INK
    inside: dict[str, Any] = {"color": colour, **middle}
    if link.party is Party.CUSTOMER:
        inset = Rectangle((x + 0.1, y + 0.12), BOX - 0.2, height - 0.24, facecolor=PAPER)
        axes.add_patch(inset)
    axes.text(x + BOX / 2, y + height - 0.42, textwrap.fill(link.who, 15), fontsize=11,
              fontweight="bold", **inside)  # fmt: skip
    axes.text(x + BOX / 2, y + 0.62, textwrap.fill(link.what, 18), fontsize=10, **inside)
    if place < len(CHAIN) - 1:
        axes.annotate("", (x + STEP - 0.03, y + height / 2), (x + BOX + 0.03, y + height / 2),
                      arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.6})  # fmt: skip


def _draw_heads(axes: Axes, name: str) -> None:
    """The heads of the lower half, and the way to it from the last link."""
    last = (len(CHAIN) - 1) * STEP + BOX / 2
    axes.annotate("", (last, -0.55), (last, 0.12),
                  arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.6})  # fmt: skip
    bold: dict[str, Any] = {"fontsize": 11, "fontweight": "bold", "color": INK, "va": "center"}
    axes.text(SWATCH, -0.75, "Class of control", **bold)
    axes.text(DOMAINS, -0.75, f"Domains of {name}", **bold)
    axes.text(SHOWN, -0.75, "What the customer can show", **bold)


def _draw_lane(axes: Axes, top: float, height: float, owner: Party, names: list[str]) -> None:
    axes.plot([SWATCH, WIDTH], [top, top], color="#BDBDBD", linewidth=0.8)
    middle, low = top - height / 2, top - height / 2 - 0.17
    owner_box(axes, SWATCH, low, 0.5, 0.34, owner)
    word, proof = PROOF[owner]
    told: dict[str, Any] = {"va": "center", "color": INK, "fontsize": 10}
    axes.text(SWATCH + 0.62, middle, word, fontweight="bold", **told)
    told["color"] = INK if names else QUIET
    axes.text(DOMAINS, middle, "\n".join(_wrapped(names)), linespacing=1.25, **told)
    shown = proof if names else "nothing to show"
    axes.text(SHOWN, middle, textwrap.fill(shown, 30), linespacing=1.25, **told)


def _table_of(domains: dict[Party, list[str]]) -> pd.DataFrame:
    rows = [(f"{n}. {link.verb}", link.who, link.what) for n, link in enumerate(CHAIN, 1)]
    rows += [
        (name, in_plain_words(owner), PROOF[owner][1])
        for owner, names in domains.items()
        for name in names
    ]
    table = pd.DataFrame(rows, columns=["link or domain", "who", "what is done or shown"])
    return table.set_index("link or domain")


def _alt_of(message: str, domains: dict[Party, list[str]]) -> str:
    chain = [f"{n} {link.verb.lower()}: {link.who}, {link.what}" for n, link in enumerate(CHAIN, 1)]
    lanes = [
        f"{PROOF[owner][0]}, {PROOF[owner][1]}: {', '.join(names) or 'none'}"
        for owner, names in domains.items()
    ]
    return f"{message}. A chain of five links. {'. '.join(chain)}. Below it: {'. '.join(lanes)}."
