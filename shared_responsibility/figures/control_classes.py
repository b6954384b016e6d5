"""The domains of a service by class of control: inherited, shared, customer-specific, none."""

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
    title,
)
from shared_responsibility.matrix import load_matrix, service_id_of
from shared_responsibility.vocabulary import PARTY_OF_CLASS, ControlClass, in_plain_words

CLASSES = tuple(ControlClass)
WIDTH, STRIP, BRICK, HEAD = 2.42, 0.16, 0.27, 0.86


def plot_control_classes(*services: str) -> Chart:
    """For each named service four bars of bricks: one brick, with its name, for each domain."""
    if not services:
        raise CourseError('Name at least one service, for example plot_control_classes("ec2").')
    ids = list(dict.fromkeys(service_id_of(name) for name in services))
    matrix = load_matrix()
    cells = {one: matrix[matrix["service_id"] == one] for one in ids}
    names = {one: str(cells[one]["service"].iloc[0]) for one in ids}
    counts = pd.DataFrame(
        [cells[one]["control_class"].value_counts().reindex(list(CLASSES), fill_value=0)
         for one in ids],
        index=list(names.values()),
    )  # fmt: skip
    tallest = {one: int(cells[one]["control_class"].value_counts().max()) for one in ids}
    height = sum(HEAD + BRICK * count for count in tallest.values())
    figure, axes = paper(10, 0.95 + height)
    y = height
    for one in ids:
        y -= HEAD + BRICK * tallest[one]
        _draw_service(axes, y, tallest[one], names[one], cells[one])
    message = _message(counts)
    title(axes, textwrap.fill(message, 64))
    axes.set(xlim=(-0.02, len(CLASSES) * WIDTH), ylim=(-0.1, height))
    axes.axis("off")
    table = pd.DataFrame(
        [(names[one], in_plain_words(c), len(_of(cells[one], c)), ", ".join(_of(cells[one], c)))
         for one in ids for c in CLASSES],
        columns=["service", "class", "domains", "names"],
    )  # fmt: skip
    return Chart(figure, _alt(message, table), table.set_index(["service", "class"]))


def _of(cells: pd.DataFrame, control_class: ControlClass) -> list[str]:
    """The names of the domains of this class, bottom of the stack first."""
    return [str(name) for name in cells.loc[cells["control_class"] == control_class, "domain"]]


def _draw_service(axes: Axes, floor: float, tallest: int, name: str, cells: pd.DataFrame) -> None:
    top = floor + BRICK * tallest
    axes.text(0, top + 0.3, name, ha="left", va="bottom", fontsize=12, fontweight="bold",
              color=INK)  # fmt: skip
    right = len(CLASSES) * WIDTH
    axes.plot([0, right], [floor - 0.02] * 2, color=INK, linewidth=1)
    for column, control_class in enumerate(CLASSES):
        left = column * WIDTH
        domains = _of(cells, control_class)
        words = f"{in_plain_words(control_class)}: {len(domains)}"
        axes.text(left, floor + BRICK * len(domains) + 0.05, words, ha="left", va="bottom",
                  fontsize=10.5, fontweight="bold", color=INK)  # fmt: skip
        for row, domain in enumerate(domains):
            _draw_brick(axes, left, floor + row * BRICK, control_class, domain)


def _draw_brick(axes: Axes, x: float, y: float, control_class: ControlClass, domain: str) -> None:
    """A light brick with the name of the domain; the strip at its left shows the class."""
    width, height = WIDTH - 0.08, BRICK - 0.04
    layer = control_class is not ControlClass.NOT_APPLICABLE
    edge: dict[str, Any] = {"edgecolor": "#9A9A9A", "linewidth": 0.8}
    if not layer:
        edge["linestyle"] = (0, (3, 2))
    axes.add_patch(
        Rectangle((x, y), width, height, facecolor="#F1F1F1" if layer else PAPER, **edge)
    )
    if layer:
        owner_box(axes, x, y, STRIP, height, PARTY_OF_CLASS[control_class])
    axes.text(x + (STRIP + 0.04 if layer else 0.06), y + height / 2, domain, ha="left",
              va="center", fontsize=9, color=INK if layer else QUIET,
              fontstyle="normal" if layer else "italic")  # fmt: skip


def _message(counts: pd.DataFrame) -> str:
    specific = counts[ControlClass.CUSTOMER_SPECIFIC]
    each = [f"{count} with {name}" for name, count in specific.items()]
    whole = load_matrix()["domain_id"].nunique()
    return f"Of {whole} domains, the customer alone carries {in_words(each, 'and')}"


def _alt(message: str, table: pd.DataFrame) -> str:
    told = []
    for service, rows in table.groupby("service", sort=False):
        parts = [
            f"{row['class']} {row['domains']}" + (f" ({row['names']})" if row["names"] else "")
            for row in rows.to_dict("records")
        ]
        told.append(f"{service}: {', '.join(parts)}")
    return f"{message}. {'. '.join(told)}."
