"""One look for all figures: colours with a second carrier, paper, titles, legends, `Chart`."""

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

from shared_responsibility.reading import left_aligned
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

    def pdf(self) -> bytes:
        """The figure as a page to print, the same bytes for the same figure."""
        buffer = io.BytesIO()
        nameless = {"CreationDate": None, "Creator": None, "Producer": None}
        self.figure.savefig(buffer, format="pdf", facecolor=PAPER, metadata=nameless)
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


def paper(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty figure (inches) with a margin, so that it does not stick to a dark page's edge."""
    figure = Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.15))
    return figure, figure.add_subplot()


def rows_by_zone(domains: pd.DataFrame) -> dict[str, float]:
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


def draw_owner(axes: Axes, x: float, y: float, owner: str) -> None:
    """One cell: blue for AWS, hatched orange for the customer, cut in two for shared."""
    width, height = 0.94, 0.86
    owner_box(axes, x, y, width, height, Party(owner))
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8.5, "color": INK}
    if owner == Party.AWS:
        style["color"] = PAPER
    else:
        style["bbox"] = {"boxstyle": "round,pad=0.18", "facecolor": PAPER, "edgecolor": "none",
                         "alpha": 0.93}  # fmt: skip
    axes.text(x + width / 2, y + height / 2, in_plain_words(owner), **style)


def owner_box(
    axes: Axes, x: float, y: float, width: float, height: float, owner: Party, zorder: float = 1
) -> None:
    """The box of an owner, without words: plain blue, hatched orange, or cut in two."""
    if owner is Party.AWS:
        axes.add_patch(
            Rectangle((x, y), width, height, facecolor=AWS, edgecolor="none", zorder=zorder)
        )
        return
    box = customer_box(x, y, width, height)
    box.set_zorder(zorder)
    axes.add_patch(box)
    if owner is Party.SHARED:
        corners = [(x, y), (x, y + height), (x + width, y + height)]
        axes.add_patch(Polygon(corners, facecolor=AWS, edgecolor=PAPER, linewidth=1, zorder=zorder))


def customer_box(x: float, y: float, width: float, height: float) -> Rectangle:
    """The customer's box: orange with a hatch, so that it is told without colour."""
    return Rectangle(
        (x, y), width, height, facecolor=CUSTOMER, edgecolor=HATCH_INK, hatch=CUSTOMER_HATCH,
        linewidth=0,
    )  # fmt: skip


def name_zones(
    axes: Axes, domains: pd.DataFrame, rows: dict[str, float], left: float, right: float,
    above: float = 1.02,
) -> None:  # fmt: skip
    """Write the name of each zone over its rows, with a thin line."""
    for zone in ZONES:
        members = domains[domains["zone"] == zone].sort_values("position").index
        height = rows[str(members[-1])] + above
        name = in_plain_words(zone)
        axes.text(left, height + 0.06, name[0].upper() + name[1:], ha="left", va="bottom",
                  fontsize=9, color=QUIET, fontstyle="italic")  # fmt: skip
        axes.plot([left, right], [height, height], color="#BDBDBD", linewidth=0.8)


def title(axes: Axes, text: str) -> None:
    """The message of the figure, as a sentence over it."""
    axes.set_title(text, loc="left", fontsize=13, fontweight="bold", color=INK, pad=12)


class _SplitPatch(HandlerPatch):
    """Draws the legend's sample of a shared cell: cut in two, as in the grid."""

    def create_artists(  # type: ignore[override]
        self, legend: Legend, orig_handle: Patch, xdescent: float, ydescent: float, width: float,
        height: float, fontsize: float, trans: Transform,
    ) -> list[Patch]:  # fmt: skip
        x, y = -xdescent, -ydescent
        lower = customer_box(x, y, width, height)
        corners = [(x, y), (x, y + height), (x + width, y + height)]
        upper = Polygon(corners, facecolor=AWS, edgecolor=PAPER, linewidth=1)
        for half in (lower, upper):
            half.set_transform(trans)
        return [lower, upper]


def load_line(label: str) -> Line2D:
    """The legend's sample of a line with open marks."""
    return Line2D(
        [], [], color=INK, linewidth=2, marker="o", markersize=8, markerfacecolor=PAPER,
        markeredgewidth=2, label=label,
    )  # fmt: skip


def owner_legend(figure: Figure, shared: Patch | None = None, note: str = "") -> None:
    """Below the figure: how AWS, the customer and both are drawn; `note` names a line."""
    both = shared or Patch()
    both.set_label("shared: both act, each at its own layer")
    handles: list[Artist] = [
        Patch(facecolor=AWS, label="AWS acts"),
        customer_box(0, 0, 1, 1),
        both,
    ]
    handles[1].set_label("customer acts")
    if note:
        handles.append(load_line(note))
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False,
                  fontsize=9.5, handlelength=2.2, handleheight=1.1,
                  handler_map={} if shared else {both: _SplitPatch()})  # fmt: skip


def times(count: int, noun: str) -> str:
    """`no exceptions`, `1 exception`, `2 exceptions`."""
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"
