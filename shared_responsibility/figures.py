"""The figures of the course: one look, three owners, never by colour alone.

Each plot returns a `Chart`: the figure, the words that replace it, and the table behind it.
"""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerPatch
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon, Rectangle
from matplotlib.transforms import Transform

from shared_responsibility.errors import in_words
from shared_responsibility.matrix import (
    customer_load,
    load_matrix,
    model_name,
    service_id_of,
    shift,
)
from shared_responsibility.reading import left_aligned
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Party, Zone, in_plain_words

AWS, CUSTOMER = "#08528C", "#F2A33A"
INK, QUIET, PAPER = "#1B1B1B", "#5C5C5C", "#FFFFFF"
CUSTOMER_HATCH = "////"
HATCH_INK = "#B86E00"
PIXELS_PER_INCH = 144

# Bottom of the stack first, as it is built: the building below, the data on top.
ZONES = (Zone.ALWAYS_PROVIDER, Zone.SHIFTS, Zone.ALWAYS_SHARED, Zone.ALWAYS_CUSTOMER)
ZONE_GAP = 0.95


@dataclass(frozen=True)
class Chart:
    """A figure with its alternative text and the table that it draws."""

    figure: Figure
    alt: str
    table: pd.DataFrame

    def __repr__(self) -> str:
        return self.alt

    def png(self) -> bytes:
        """The figure as an image on white paper, readable on a dark page too."""
        buffer = io.BytesIO()
        FigureCanvasAgg(self.figure)
        self.figure.savefig(
            buffer, format="png", dpi=PIXELS_PER_INCH, facecolor=PAPER, metadata={"Software": None}
        )
        return buffer.getvalue()

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        image = base64.b64encode(self.png()).decode("ascii")
        width = int(self.figure.get_figwidth() * 96)
        table = left_aligned(self.table)
        return {
            "text/html": (
                f'<img src="data:image/png;base64,{image}" alt="{html.escape(self.alt)}" '
                f'width="{width}" style="max-width:100%"/>'
                f"<details><summary>The table behind this figure</summary>{table}</details>"
            ),
            "text/plain": self.alt,
        }


def plot_shift() -> Chart:
    """Who owns each domain under each service model, before any exception."""
    owners = shift()
    domains = load_table("domains").set_index("domain_id")
    rows = _rows_by_zone(domains)
    figure, axes = _paper(10, 9.4)
    for domain_id, height in rows.items():
        for column, model in enumerate(owners.columns):
            _draw_owner(axes, column, height, str(owners.loc[domain_id, model]))
    _name_zones(axes, domains, rows, left=-2.62, right=len(owners.columns))
    for domain_id, height in rows.items():
        axes.text(-0.08, height + 0.42, str(domains.loc[domain_id, "name"]), ha="right",
                  va="center", fontsize=9.5, color=INK)  # fmt: skip
    top = max(rows.values()) + 1.85
    for column, model in enumerate(owners.columns):
        axes.text(column + 0.48, top - 0.1, model_name(model).replace(" ", "\n"), ha="center",
                  va="center", fontsize=10.5, fontweight="bold", color=INK)  # fmt: skip
    _title(axes, "The customer's part shrinks from left to right, and never disappears")
    axes.set(xlim=(-2.62, len(owners.columns)), ylim=(-0.15, top + 0.4))
    axes.axis("off")
    _owner_legend(figure)
    return Chart(figure, _alt_of_shift(owners), _shown(owners.iloc[::-1], domains))


def plot_service(service: str) -> Chart:
    """A service against the default of its model; where they differ, an arrow shows the way."""
    service_id = service_id_of(service)
    matrix = load_matrix()
    cells = matrix[matrix["service_id"] == service_id].set_index("domain_id")
    domains = load_table("domains").set_index("domain_id")
    rows = _rows_by_zone(domains)
    lanes = {Party.AWS: 0.0, Party.SHARED: 1.0, Party.CUSTOMER: 2.0}
    name, model = str(cells["service"].iloc[0]), model_name(cells["service_model"].iloc[0])
    figure, axes = _paper(8.6, 9)
    for lane in lanes.values():
        axes.axvline(lane, color="#D9D9D9", linewidth=1, zorder=0)
    for domain_id, cell in cells.to_dict("index").items():
        height = rows[str(domain_id)]
        axes.text(-0.55, height, cell["domain"], ha="right", va="center", fontsize=9.5, color=INK,
                  fontweight="bold" if cell["exception"] else "normal")  # fmt: skip
        _draw_dot(axes, height, cell, lanes)
    _name_zones(axes, domains, rows, left=-2.55, right=2.75, above=0.62)
    top = max(rows.values()) + 1.35
    for party, lane in lanes.items():
        axes.text(lane, top, in_plain_words(party), ha="center", fontsize=10.5, color=INK,
                  fontweight="bold", bbox={"facecolor": PAPER, "edgecolor": "none"})  # fmt: skip
    count = int(cells["exception"].sum())
    _title(axes, f"{name}: {_times(count, 'exception')} to the default of {model}")
    axes.set(xlim=(-2.55, 2.75), ylim=(-0.7, top + 0.5))
    axes.axis("off")
    _service_legend(figure, name, model, bool(count))
    table = cells[["domain", "default", "responsible", "exception"]].iloc[::-1]
    table = table.set_index("domain").map(lambda v: in_plain_words(v) if isinstance(v, str) else v)
    return Chart(figure, _alt_of_service(name, model, cells), table)


def plot_load() -> Chart:
    """How many of the domains the customer carries under each model."""
    load = customer_load()
    figure, axes = _paper(9, 5.4)
    bottom = pd.Series(0, index=load.index)
    looks: dict[str, dict[str, Any]] = {
        "customer": {"facecolor": CUSTOMER, "hatch": CUSTOMER_HATCH, "edgecolor": HATCH_INK},
        "shared": {"facecolor": "#F7F2E8", "hatch": "xx", "edgecolor": "#8C8C8C"},
        "aws": {"facecolor": AWS, "edgecolor": AWS},
    }
    for party, look in looks.items():
        bars = axes.bar(range(len(load)), load[party], bottom=bottom, width=0.72,
                        linewidth=0.6, label=in_plain_words(party), **look)  # fmt: skip
        _count_in_bars(axes, bars.patches, party)
        bottom = bottom + load[party]
    axes.plot(range(len(load)), load["load"], color=INK, linewidth=2, marker="o", markersize=8,
              markerfacecolor=PAPER, markeredgewidth=2, label="load", zorder=3)  # fmt: skip
    for place, value in enumerate(load["load"]):
        axes.text(place, bottom.max() + 0.45, f"load {value:g}", ha="center", va="bottom",
                  fontsize=11, fontweight="bold", color=INK)  # fmt: skip
    axes.set_xticks(range(len(load)), [model_name(m).replace(" ", "\n") for m in load.index],
                    fontsize=10.5)  # fmt: skip
    axes.set_yticks([])
    axes.set_ylim(0, bottom.max() + 1.8)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    first, last = load["load"].iloc[0], load["load"].iloc[-1]
    _title(axes, f"From {first:g} domains to {last:g}: the customer's load falls, but not to zero")
    _owner_legend(figure, Patch(**looks["shared"]), "load: own domain 1, shared \u00bd")
    return Chart(figure, _alt_of_load(load), load.rename(index=model_name))


def _paper(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty figure (inches) with a margin, so that it does not stick to a dark page's edge."""
    figure = Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.15))
    return figure, figure.add_subplot()


def _rows_by_zone(domains: pd.DataFrame) -> dict[str, float]:
    """The height of each domain's row, with a gap for the name of each zone."""
    rows: dict[str, float] = {}
    height = 0.0
    for zone in ZONES:
        members = domains[domains["zone"] == zone].sort_values("position")
        for domain_id in members.index:
            rows[str(domain_id)] = height
            height += 1
        height += ZONE_GAP
    return rows


def _draw_owner(axes: Axes, x: float, y: float, owner: str) -> None:
    """One cell: blue for AWS, hatched orange for the customer, cut in two for shared."""
    width, height = 0.94, 0.86
    if owner == Party.AWS:
        axes.add_patch(Rectangle((x, y), width, height, facecolor=AWS, edgecolor="none"))
    else:
        axes.add_patch(_customer_box(x, y, width, height))
    if owner == Party.SHARED:
        upper_left = [(x, y), (x, y + height), (x + width, y + height)]
        axes.add_patch(Polygon(upper_left, facecolor=AWS, edgecolor=PAPER, linewidth=1))
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8.5, "color": INK}
    if owner == Party.AWS:
        style["color"] = PAPER
    else:
        style["bbox"] = {"boxstyle": "round,pad=0.18", "facecolor": PAPER, "edgecolor": "none",
                         "alpha": 0.93}  # fmt: skip
    axes.text(x + width / 2, y + height / 2, in_plain_words(owner), **style)


def _customer_box(x: float, y: float, width: float, height: float) -> Rectangle:
    return Rectangle(
        (x, y), width, height, facecolor=CUSTOMER, edgecolor=HATCH_INK, hatch=CUSTOMER_HATCH,
        linewidth=0,
    )  # fmt: skip


def _name_zones(
    axes: Axes, domains: pd.DataFrame, rows: dict[str, float], left: float, right: float,
    above: float = 1.02,
) -> None:  # fmt: skip
    for zone in ZONES:
        members = domains[domains["zone"] == zone].sort_values("position").index
        height = rows[str(members[-1])] + above
        name = in_plain_words(zone)
        axes.text(left, height + 0.06, name[0].upper() + name[1:], ha="left", va="bottom",
                  fontsize=9, color=QUIET, fontstyle="italic")  # fmt: skip
        axes.plot([left, right], [height, height], color="#BDBDBD", linewidth=0.8)


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


def _count_in_bars(axes: Axes, bars: list[Rectangle], party: str) -> None:
    for bar in bars:
        if not bar.get_height():
            continue
        left, bottom = bar.get_x() + 0.06, bar.get_y()
        where: dict[str, Any] = {"x": left, "y": bottom + bar.get_height() / 2, "ha": "left"}
        if party == Party.SHARED:
            # The line of the load falls through the middle: the upper right corner is free.
            where = {"x": bar.get_x() + bar.get_width() - 0.06, "ha": "right",
                     "y": bottom + bar.get_height() - 0.8}  # fmt: skip
        plain = party == Party.AWS
        box = None if plain else {"boxstyle": "round,pad=0.2", "facecolor": PAPER,
                                  "edgecolor": "none"}  # fmt: skip
        axes.text(s=f"{bar.get_height():g} {in_plain_words(party)}", va="center", fontsize=8.5,
                  color=PAPER if plain else INK, bbox=box, **where)  # fmt: skip


def _title(axes: Axes, text: str) -> None:
    axes.set_title(text, loc="left", fontsize=13, fontweight="bold", color=INK, pad=12)


class _SplitPatch(HandlerPatch):
    """Draws the legend's sample of a shared cell: cut in two, as in the grid."""

    def create_artists(  # type: ignore[override]
        self, legend: Legend, orig_handle: Patch, xdescent: float, ydescent: float, width: float,
        height: float, fontsize: float, trans: Transform,
    ) -> list[Patch]:  # fmt: skip
        x, y = -xdescent, -ydescent
        lower = _customer_box(x, y, width, height)
        corners = [(x, y), (x, y + height), (x + width, y + height)]
        upper = Polygon(corners, facecolor=AWS, edgecolor=PAPER, linewidth=1)
        for half in (lower, upper):
            half.set_transform(trans)
        return [lower, upper]


def _load_line(label: str) -> Line2D:
    return Line2D(
        [], [], color=INK, linewidth=2, marker="o", markersize=8, markerfacecolor=PAPER,
        markeredgewidth=2, label=label,
    )  # fmt: skip


def _owner_legend(figure: Figure, shared: Patch | None = None, note: str = "") -> None:
    both = shared or Patch()
    both.set_label("shared: both act, each at its own layer")
    handles: list[Artist] = [
        Patch(facecolor=AWS, label="AWS acts"),
        _customer_box(0, 0, 1, 1),
        both,
    ]
    handles[1].set_label("customer acts")
    if note:
        handles.append(_load_line(note))
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False,
                  fontsize=9.5, handlelength=2.2, handleheight=1.1,
                  handler_map={} if shared else {both: _SplitPatch()})  # fmt: skip


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


def _shown(owners: pd.DataFrame, domains: pd.DataFrame) -> pd.DataFrame:
    """Owners under names instead of ids."""
    names = dict(domains["name"])
    named = owners.map(in_plain_words).rename(index=names, columns=model_name)
    return pd.DataFrame(named.rename_axis("domain"))


def _times(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def _alt_of_shift(owners: pd.DataFrame) -> str:
    parts = []
    for model in owners.columns:
        counts = owners[model].value_counts()
        listed = [f"{counts[p]} {in_plain_words(p)}" for p in Party if p in counts.index]
        parts.append(f"{model_name(model)}: {in_words(listed, 'and')}")
    return (
        f"Grid of {len(owners)} responsibility domains by {len(owners.columns)} service models, "
        f"each cell marked with its owner. {'; '.join(parts)}."
    )


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
        f"the default of {model}. {_times(len(told), 'exception').capitalize()}{listed}.{extra}"
    )


def _alt_of_load(load: pd.DataFrame) -> str:
    told = [
        f"{model_name(str(model))} {row['load']:g} ({row['customer']:g} customer, "
        f"{row['shared']:g} shared, {row['aws']:g} AWS)"
        for model, row in load.iterrows()
    ]
    return (
        "Stacked bars of owners under each service model with a falling line for the customer's "
        f"load. Load: {'; '.join(told)}."
    )
