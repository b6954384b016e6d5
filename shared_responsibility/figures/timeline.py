"""Failures of the provider's side over the years, and what a customer's design could do."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from shared_responsibility.errors import CourseError, in_words
from shared_responsibility.figures.style import (
    INK,
    PAPER,
    QUIET,
    Chart,
    owner_box,
    paper,
    title,
)
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Party, in_plain_words

SHOWN = (Party.AWS, Party.SHARED)
ZONE, REGION, OWN, LITTLE = "second zone", "second Region", "own repair", "little"


@dataclass(frozen=True)
class Answer:
    """What the customer's design could do: a kind, and the same in a few words."""

    kind: str
    text: str


# The customer's answers are ours to word; the facts they rest on stand in the incidents' sources.
ANSWERS = {
    "ebs_stuck_volumes_2011": Answer(ZONE, "run in a second zone, with machines already started"),
    "xen_xsa_108_2014": Answer(ZONE, "start in a second zone, so that a reboot harms nobody"),
    "sydney_power_2016": Answer(ZONE, "run in a second zone, with machines already started"),
    "s3_us_east_1_2017": Answer(REGION, "keep a copy in a second Region, and a way to use it"),
    "meltdown_spectre_2018": Answer(OWN, "patch the guest systems"),
    "kinesis_us_east_1_2020": Answer(REGION, "be ready to work from a second Region"),
    "rds_certificates_2020": Answer(OWN, "rotate certificates on instance and client in time"),
    "log4j_2021": Answer(OWN, "rebuild programs, images and bundles"),
    "network_us_east_1_2021": Answer(REGION, "be ready to work from a second Region"),
    "appsync_confused_deputy_2022": Answer(LITTLE, "nothing to repair; small roles limit harm"),
    "breakingformation_2022": Answer(LITTLE, "nothing to repair"),
    "ecr_public_2022": Answer(LITTLE, "nothing to repair; choose with care which images to pull"),
    "iamadmin_cloudtrail_2022": Answer(LITTLE, "nothing to repair; no trail could see the calls"),
    "log4j_hotpatch_2022": Answer(OWN, "install the new hotpatch"),
    "rds_log_fdw_2022": Answer(LITTLE, "nothing to repair"),
    "superglue_2022": Answer(LITTLE, "nothing to repair"),
    "dynamodb_us_east_1_2025": Answer(REGION, "keep a table copy in a second Region, and use it"),
    "ecs_agent_2025": Answer(OWN, "update the agent or block the port"),
}
MARKS = {ZONE: "s", REGION: "^", OWN: "D", LITTLE: "o"}

YEAR_HEIGHT, ROW, BAR = 1.0, 0.82, 0.42
AXIS, TITLE, WHAT = 0.0, 1.55, 6.35


def plot_timeline() -> Chart:
    """A line of years from top to bottom; for each failure of AWS's side or of both, its title and
    what the customer's design could do about it.
    """
    incidents = _shown_incidents()
    first, last = int(incidents["year"].min()), int(incidents["year"].max())
    depth = (len(incidents) - 1) * ROW
    scale = depth / (last - first)
    figure, axes = paper(10, 8.6)
    axes.set(xlim=(-0.75, 10.35), ylim=(-depth - 1.45, 1.2))
    axes.axis("off")
    _draw_years(axes, first, last, scale)
    _draw_heads(axes)
    for row, incident in enumerate(incidents.itertuples()):
        year_at = -(int(str(incident.year)) - first) * scale
        _draw_incident(axes, -row * ROW, year_at, incident)
    _draw_key(axes, -depth - 1.05)
    counts = incidents["kind"].value_counts()
    message = (
        f"Of {len(incidents)} events with a part for AWS, {counts[ZONE] + counts[REGION]} call "
        f"for a second place, {counts[OWN]} for a repair on your side, "
        f"{counts[LITTLE]} leave you little to do"
    )
    title(axes, textwrap.fill(message, 70))
    return Chart(figure, _alt_of(message, incidents), _table_of(incidents))


def _shown_incidents() -> pd.DataFrame:
    """The failures of AWS's side and of both, oldest first, with the customer's answer."""
    table = load_table("incidents")
    shown = table[table["failed_side"].isin(SHOWN)].sort_values(["year", "incident_id"])
    missing = [one for one in shown["incident_id"] if one not in ANSWERS]
    if missing:
        raise CourseError(
            f"plot_timeline() has no customer's answer to {in_words(missing, 'and')}."
        )
    answers = [ANSWERS[str(one)] for one in shown["incident_id"]]
    return shown.assign(kind=[a.kind for a in answers], answer=[a.text for a in answers])


def _draw_years(axes: Axes, first: int, last: int, scale: float) -> None:
    axes.plot([AXIS, AXIS], [0, -(last - first) * scale], color=INK, linewidth=2)
    for year in range(first, last + 1):
        y = -(year - first) * scale
        axes.plot([AXIS - 0.08, AXIS + 0.08], [y, y], color=INK, linewidth=1.5)
        axes.text(AXIS - 0.16, y, str(year), ha="right", va="center", fontsize=10, color=INK)


def _draw_heads(axes: Axes) -> None:
    bold: dict[str, Any] = {"fontsize": 11, "fontweight": "bold", "color": INK, "va": "bottom"}
    axes.text(TITLE, 0.5, "Whose duty was called for, and what failed", **bold)
    axes.text(WHAT, 0.5, "What the customer's design could do", **bold)


def _draw_incident(axes: Axes, y: float, year_at: float, incident: Any) -> None:
    axes.plot([AXIS, 0.5, 0.75], [year_at, y, y], color="#9A9A9A", linewidth=0.9)
    _draw_side(axes, y, Party(incident.failed_side))
    axes.text(TITLE, y, textwrap.fill(str(incident.title), 46), va="center", fontsize=10,
              color=INK, linespacing=1.05)  # fmt: skip
    axes.plot([WHAT - 0.2], [y], marker=MARKS[incident.kind], color=INK, markersize=7,
              markerfacecolor=PAPER if incident.kind == LITTLE else INK, linestyle="")  # fmt: skip
    colour = QUIET if incident.kind == LITTLE else INK
    axes.text(WHAT, y, textwrap.fill(str(incident.answer), 40), va="center", fontsize=10,
              color=colour, linespacing=1.05)  # fmt: skip


def _draw_key(axes: Axes, y: float) -> None:
    """What the marks stand for, in one line below the rows."""
    for place, (kind, mark) in enumerate(MARKS.items()):
        x = TITLE + place * 2.2
        axes.plot([x], [y], marker=mark, color=INK, markersize=7, linestyle="",
                  markerfacecolor=PAPER if kind == LITTLE else INK)  # fmt: skip
        axes.text(x + 0.17, y, kind, va="center", fontsize=10, color=INK)


def _draw_side(axes: Axes, y: float, side: Party) -> None:
    """A small flag with a word: AWS in blue, both cut in two."""
    left, low, width = 0.75, y - BAR / 2, 0.7
    owner_box(axes, left, low, width, BAR, side)
    style: dict[str, Any] = {"color": PAPER}
    if side is not Party.AWS:
        plate = {"boxstyle": "round,pad=0.08", "facecolor": PAPER, "edgecolor": "none"}
        style = {"color": INK, "bbox": plate}
    axes.text(left + width / 2, y, _word_of(side), ha="center", va="center", fontsize=9, **style)


def _word_of(side: Party) -> str:
    return "AWS" if side is Party.AWS else "both"


def _table_of(incidents: pd.DataFrame) -> pd.DataFrame:
    table = incidents.set_index("title")[["year", "failed_side", "answer"]]
    table["failed_side"] = table["failed_side"].map(in_plain_words)
    table.columns = ["year", "whose duty was called for", "what the customer's design could do"]
    return table.rename_axis("what failed")


def _alt_of(message: str, incidents: pd.DataFrame) -> str:
    told = [
        f"{row.year}, {row.title}, {_word_of(Party(str(row.failed_side)))}: {row.answer}"
        for row in incidents.itertuples()
    ]
    return f"{message}. From the oldest to the newest. {'; '.join(told)}."
