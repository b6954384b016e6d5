"""Two kinds of loss: who answers when a zone or disk fails, and who when somebody deletes."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from shared_responsibility.errors import CourseError, in_words
from shared_responsibility.figures.style import (
    INK,
    PAPER,
    QUIET,
    Chart,
    owner_box,
    paper,
    times,
    title,
)
from shared_responsibility.matrix import compare, row_of, service_id_of
from shared_responsibility.vocabulary import Party, in_plain_words

FAILURE, DELETION = "resilience_capacity", "backup_recovery"
PARTIES = (Party.AWS, Party.SHARED, Party.CUSTOMER)
WIDTH, HEIGHT, SWATCH_WIDTH, SWATCH_HEIGHT = 2.6, 1.5, 1.1, 0.4
MEANING = {
    Party.AWS: "AWS alone",
    Party.SHARED: "both have work",
    Party.CUSTOMER: "the customer alone",
}


def plot_two_losses(*services: str) -> Chart:
    """A grid of the named services: across, who has work when a zone or disk fails; down, who has
    work when somebody deletes. A service that lacks one of the two layers stands below it.
    """
    if not services:
        raise CourseError('Name at least one service, for example plot_two_losses("ec2", "s3").')
    ids = list(dict.fromkeys(service_id_of(name) for name in services))
    owners = compare(*ids).loc[[FAILURE, DELETION]].T
    names = {one: _short(str(row_of("services", service_id=one)["name"])) for one in ids}
    absent = [one for one in ids if Party.NOT_APPLICABLE in set(owners.loc[one])]
    placed = [one for one in ids if one not in absent]
    figure, axes = paper(9.4, 6.4)
    for column, party in enumerate(PARTIES):
        _draw_head(axes, column * WIDTH + WIDTH / 2, 3 * HEIGHT + 0.45, party)
    for row, deleter in enumerate(reversed(PARTIES)):
        _draw_head(axes, -0.95, row * HEIGHT + HEIGHT / 2, deleter)
        for column, keeper in enumerate(PARTIES):
            here = owners.loc[placed]
            chosen = (here[FAILURE] == keeper) & (here[DELETION] == deleter)
            _draw_cell(axes, column, row, [names[one] for one in here.index[chosen]])
    _name_directions(axes)
    axes.set(xlim=(-2.5, 3 * WIDTH + 0.1), ylim=(-0.75 if absent else -0.1, 3 * HEIGHT + 1.35))
    axes.axis("off")
    if absent:
        note = f"Without one of the two layers: {in_words([names[one] for one in absent], 'and')}."
        axes.text(0, -0.3, textwrap.fill(note, 90), ha="left", va="top", fontsize=10, color=QUIET)
    fails = sum(owners.loc[one, FAILURE] != Party.CUSTOMER for one in placed)
    deletes = sum(owners.loc[one, DELETION] != Party.CUSTOMER for one in placed)
    message = (
        f"Of {times(len(placed), 'service')}, AWS has work in {fails} when a zone or disk fails, "
        f"in {deletes} when somebody deletes"
    )
    title(axes, textwrap.fill(message, 62))
    table = owners.map(in_plain_words).rename(index=names)
    table.columns = ["a zone or disk fails", "somebody deletes"]
    return Chart(figure, _alt_of(message, table), table.rename_axis("service"))


def _short(name: str) -> str:
    """`Amazon RDS` is `RDS`: the cells are narrow, and the maker is the same for all."""
    return name.removeprefix("Amazon ").removeprefix("AWS ")


def _draw_cell(axes: Axes, column: int, row: int, names: list[str]) -> None:
    x, y = column * WIDTH, row * HEIGHT
    axes.add_patch(
        Rectangle((x, y), WIDTH, HEIGHT, facecolor="#F4F4F4" if names else PAPER,
                  edgecolor="#BDBDBD", linewidth=1)
    )  # fmt: skip
    text = "\n".join(textwrap.wrap(", ".join(names), 24)) or "none"
    style: dict[str, Any] = {"fontsize": 11, "color": INK, "fontweight": "bold"}
    if not names:
        style = {"fontsize": 10, "color": QUIET, "fontstyle": "italic"}
    axes.text(x + WIDTH / 2, y + HEIGHT / 2, text, ha="center", va="center", **style)


def _draw_head(axes: Axes, x: float, y: float, party: Party) -> None:
    """A sample of the owner's look with its meaning in words below."""
    left, low = x - SWATCH_WIDTH / 2, y - SWATCH_HEIGHT / 2
    owner_box(axes, left, low, SWATCH_WIDTH, SWATCH_HEIGHT, party)
    axes.text(x, low - 0.04, MEANING[party], ha="center", va="top", fontsize=10, color=INK)


def _name_directions(axes: Axes) -> None:
    bold: dict[str, Any] = {"fontsize": 11, "fontweight": "bold", "color": INK}
    axes.text(1.5 * WIDTH, 3 * HEIGHT + 0.95, "A zone or disk fails: who has work?",
              ha="center", **bold)  # fmt: skip
    axes.text(-2.1, 1.5 * HEIGHT, "Somebody deletes: who has work?", ha="center", va="center",
              rotation=90, **bold)  # fmt: skip


def _alt_of(message: str, table: pd.DataFrame) -> str:
    told = [
        f"{service}: failure {row.iloc[0]}, deletion {row.iloc[1]}"
        for service, row in table.iterrows()
    ]
    return f"{message}. {'; '.join(told)}."
