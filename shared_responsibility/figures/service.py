"""One service against the default of its model."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from shared_responsibility.errors import in_words
from shared_responsibility.figures.style import (
    AWS,
    CUSTOMER,
    INK,
    PAPER,
    QUIET,
    Chart,
    name_zones,
    paper,
    rows_by_zone,
    times,
    title,
)
from shared_responsibility.matrix import load_matrix, model_name, service_id_of
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Party, in_plain_words


def plot_service(service: str) -> Chart:
    """A service against the default of its model; where they differ, an arrow shows the way."""
    service_id = service_id_of(service)
    matrix = load_matrix()
    cells = matrix[matrix["service_id"] == service_id].set_index("domain_id")
    domains = load_table("domains").set_index("domain_id")
    rows = rows_by_zone(domains)
    lanes = {Party.AWS: 0.0, Party.SHARED: 1.0, Party.CUSTOMER: 2.0}
    name, model = str(cells["service"].iloc[0]), model_name(cells["service_model"].iloc[0])
    figure, axes = paper(8.6, 9)
    for lane in lanes.values():
        axes.axvline(lane, color="#D9D9D9", linewidth=1, zorder=0)
    for domain_id, cell in cells.to_dict("index").items():
        height = rows[str(domain_id)]
        axes.text(-0.55, height, cell["domain"], ha="right", va="center", fontsize=9.5, color=INK,
                  fontweight="bold" if cell["exception"] else "normal")  # fmt: skip
        _draw_dot(axes, height, cell, lanes)
    name_zones(axes, domains, rows, left=-2.55, right=2.75, above=0.62)
    top = max(rows.values()) + 1.35
    for party, lane in lanes.items():
        axes.text(lane, top, in_plain_words(party), ha="center", fontsize=10.5, color=INK,
                  fontweight="bold", bbox={"facecolor": PAPER, "edgecolor": "none"})  # fmt: skip
    count = int(cells["exception"].sum())
    title(axes, f"{name}: {times(count, 'exception')} to the default of {model}")
    axes.set(xlim=(-2.55, 2.75), ylim=(-0.7, top + 0.5))
    axes.axis("off")
    _service_legend(figure, name, model, bool(count))
    table = cells[["domain", "default", "responsible", "exception"]].iloc[::-1]
    table = table.set_index("domain").map(lambda v: in_plain_words(v) if isinstance(v, str) else v)
    return Chart(figure, _alt_of_service(name, model, cells), table)


def _draw_dot(axes: Axes, y: float, cell: dict[Any, Any], lanes: dict[Party, float]) -> None:
    if cell["responsible"] == Party.NOT_APPLICABLE:
        axes.text(1.0, y, "no such layer", ha="center", va="center", fontsize=9, color=QUIET,
                  fontstyle="italic", bbox={"facecolor": PAPER, "edgecolor": "none"})  # fmt: skip
        return
    x = lanes[Party(cell["responsible"])]
    if cell["exception"]:
        start = lanes[Party(cell["default"])]
        axes.plot(start, y, marker="o", markersize=10, markerfacecolor=PAPER,
                  markeredgecolor=QUIET, markeredgewidth=1.4)  # fmt: skip
        axes.annotate("", (x, y), (start, y),
                      arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.6,
                                  "shrinkA": 6, "shrinkB": 7})  # fmt: skip
    marker = "D" if cell["exception"] else "o"
    party = Party(cell["responsible"])
    face = {Party.AWS: AWS, Party.CUSTOMER: CUSTOMER, Party.SHARED: AWS}[party]
    axes.add_line(
        Line2D([x], [y], marker=marker, markersize=12, markeredgecolor=INK, linestyle="none",
               markerfacecolor=face, markerfacecoloralt=CUSTOMER,
               fillstyle="left" if party is Party.SHARED else "full")
    )  # fmt: skip


def _service_legend(figure: Figure, name: str, model: str, exceptions: bool) -> None:
    dot: dict[str, Any] = {"linestyle": "none", "markeredgecolor": INK, "markersize": 10}
    handles = [
        Line2D([], [], marker="o", markerfacecolor="#9A9A9A", label="as the model says", **dot),
        Line2D([], [], marker="D", markerfacecolor="#9A9A9A", label=f"exception of {name}", **dot),
        Line2D([], [], marker="o", markerfacecolor=PAPER, label=f"default of {model}", **dot),
    ]
    shown = handles if exceptions else handles[:1]
    figure.legend(handles=shown, loc="outside lower center", ncols=3, frameon=False,
                  fontsize=9.5)  # fmt: skip


def _alt_of_service(name: str, model: str, cells: pd.DataFrame) -> str:
    different = cells[cells["exception"]]
    told = [
        f"{row.domain} is {in_plain_words(str(row.responsible))} instead of "
        f"{in_plain_words(str(row.default))}"
        for row in different.itertuples()
    ]
    absent = list(cells.loc[cells["responsible"] == Party.NOT_APPLICABLE, "domain"])
    extra = f" It has no layer for: {in_words(absent, 'and')}." if absent else ""
    listed = f": {'; '.join(told)}" if told else ""
    return (
        f"The {len(cells)} domains of {name} in three lanes, AWS, shared and customer, against "
        f"the default of {model}. {times(len(told), 'exception').capitalize()}{listed}.{extra}"
    )
