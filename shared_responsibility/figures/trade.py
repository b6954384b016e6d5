"""The trade of control for duty: the work that a service leaves, and the rows where you decide.

Both numbers are read from the same rows of the matrix, over the layers that the service has:

- *load*: 1 for each row that is the customer's alone, one half for each shared row;
- *say*: the rows in which the customer has any work, alone or shared.

No row gives a say without work, so a point never lies above twice its load or below its load. A
row of AWS's may still hold an option for the customer; it is not counted, because nothing has to be
done there.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from shared_responsibility.errors import CourseError, in_words
from shared_responsibility.figures.style import INK, PAPER, QUIET, Chart, paper, times, title
from shared_responsibility.matrix import compare, row_of, service_id_of
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import LOAD_OF_PARTY, Party, Role

Pixels = NDArray[np.float64]

MOST = 12
POINT, OTHER, LINE = INK, "#CFCFCF", "#8C8C8C"
# How far a label may stand from its point, in pixels: close first.
GAPS = (10, 22, 36, 54, 74, 98, 126, 160)
PLATE: dict[str, Any] = {"boxstyle": "round,pad=0.1", "facecolor": PAPER, "edgecolor": "none",
                         "alpha": 0.85}  # fmt: skip
COLUMNS = ["customer alone", "shared", "AWS", "layers", "load", "say"]


def trade_of(*services: str) -> pd.DataFrame:
    """Load and say of each named service (rows, by id), with the counts that they come from."""
    owners = compare(*services)
    counts = pd.DataFrame({party: (owners == party).sum() for party in Party})
    absent = counts.pop(Party.NOT_APPLICABLE)
    trade = counts[[Party.CUSTOMER, Party.SHARED, Party.AWS]]
    trade = trade.assign(layers=len(owners) - absent)
    weights = pd.Series(LOAD_OF_PARTY)[[Party.CUSTOMER, Party.SHARED]]
    trade["load"] = trade[list(weights.index)] @ weights
    trade["say"] = trade[Party.CUSTOMER] + trade[Party.SHARED]
    return trade.set_axis(COLUMNS, axis="columns")


def plot_trade(*services: str) -> Chart:
    """Each named service by the work that it leaves (across) and the rows with a say (up).

    Grey dots are the other services of the matrix that carry a workload. Raises `CourseError` for
    an unknown service, for none, and for more than can be labelled.
    """
    if not services:
        raise CourseError('Name at least one service, for example plot_trade("ec2", "rds").')
    ids = list(dict.fromkeys(service_id_of(name) for name in services))
    if len(ids) > MOST:
        raise CourseError(f"plot_trade() labels at most {MOST} services, and you named {len(ids)}.")
    trade = trade_of(*ids)
    trade.index = pd.Index([short_name(one) for one in ids])
    others = trade_of(*(one for one in _workloads() if one not in ids))
    figure, axes = paper(9.4, 6.4)
    axes.scatter(others["load"], others["say"], s=22, color=OTHER, linewidth=0, zorder=2)
    axes.scatter(trade["load"], trade["say"], s=75, color=POINT, edgecolor=PAPER, zorder=4)
    _draw_limits(axes, pd.concat([trade, others]))
    _name_axes(axes)
    message = _message_of(trade)
    title(axes, message)
    _label_points(figure, axes, trade)
    return Chart(figure, _alt_of(message, trade, len(others)), trade.rename_axis("service"))


def short_name(service_id: str) -> str:
    """`Amazon ECS on AWS Fargate` is `ECS on AWS Fargate`: the maker is the same for all."""
    name = str(row_of("services", service_id=service_id)["name"])
    return name.removeprefix("Amazon ").removeprefix("AWS ")


def _workloads() -> list[str]:
    services = load_table("services")
    return [str(one) for one in services.loc[services["role"] == Role.WORKLOAD, "service_id"]]


def _draw_limits(axes: Axes, shown: pd.DataFrame) -> None:
    """The two lines between which every service lies."""
    left, right = shown["load"].min() - 1, shown["load"].max() + 2.1
    low, high = shown["say"].min() - 1, shown["say"].max() + 1.4
    axes.set(xlim=(left, right), ylim=(low, high))
    ends = [left, right]
    axes.plot(ends, ends, color=LINE, linewidth=1, linestyle=(0, (5, 3)), zorder=1)
    axes.plot(ends, [2 * end for end in ends], color=LINE, linewidth=1, linestyle=(0, (5, 3)),
              zorder=1)  # fmt: skip
    told: dict[str, Any] = {"fontsize": 9, "color": QUIET, "rotation_mode": "anchor",
                            "transform_rotates_text": True, "zorder": 1}  # fmt: skip
    axes.text(low + 0.75, low + 0.5, "no row shared: say = load", rotation=45, va="top", **told)
    axes.text(high / 2 - 0.3, high - 0.2, "every row shared: say = 2 × load", ha="right",
              va="bottom", rotation=63.43, **told)  # fmt: skip


def _name_axes(axes: Axes) -> None:
    axes.set_xlabel(
        "load: work left to you (a row alone counts 1, a shared row \u00bd)", fontsize=11, color=INK
    )
    axes.set_ylabel("say: rows in which you have work", fontsize=11, color=INK)
    axes.xaxis.set_major_locator(MultipleLocator(1))
    axes.yaxis.set_major_locator(MultipleLocator(1))
    axes.tick_params(labelsize=10, colors=INK, length=3)
    axes.grid(color="#EDEDED", linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    corner: dict[str, Any] = {"fontsize": 10, "color": QUIET, "fontstyle": "italic",
                              "transform": axes.transAxes}  # fmt: skip
    axes.text(0.99, 0.015, "grey: the other services of the matrix", ha="right", va="bottom",
              **corner)  # fmt: skip


def _label_points(figure: Figure, axes: Axes, trade: pd.DataFrame) -> None:
    """Write the names beside their points, each at the first place that is still free.

    Two services on one point have the same numbers, so they share a label.
    """
    FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    frame = axes.get_window_extent()
    points = trade.drop_duplicates(["load", "say"]).sort_values(["say", "load"])
    centres = axes.transData.transform(points[["load", "say"]].to_numpy())
    taken = [Bbox.from_bounds(x - 7, y - 7, 14, 14) for x, y in centres]
    for (_, point), centre in zip(points.iterrows(), centres, strict=True):
        label = axes.annotate(
            _words_at(point, trade), (point["load"], point["say"]), xytext=(0, 0),
            textcoords="offset points", ha="left", va="bottom", fontsize=10, color=INK,
            linespacing=1.1, zorder=5, bbox=PLATE,
        )  # fmt: skip
        size = label.get_window_extent()
        box, leader = _free_place(centre, size.width, size.height, frame, taken)
        points_per_pixel = 72 / figure.dpi
        away = (box.x0 - centre[0], box.y0 - centre[1])
        label.set_position((away[0] * points_per_pixel, away[1] * points_per_pixel))
        taken += [box, *(Bbox.from_bounds(x - 2, y - 2, 4, 4) for x, y in leader)]
        if len(leader):
            ends = axes.transData.inverted().transform(leader[[0, -1]])
            axes.plot(ends[:, 0], ends[:, 1], color=LINE, linewidth=0.9, zorder=3)


def _words_at(point: pd.Series, trade: pd.DataFrame) -> str:
    """The names of the services on one point, and what the point is made of."""
    here = (trade["load"] == point["load"]) & (trade["say"] == point["say"])
    names = textwrap.fill(in_words(map(str, trade.index[here]), "and"), 30)
    return f"{names}\n{point['customer alone']:g} alone, {point['shared']:g} shared"


def _free_place(
    centre: Pixels, width: float, height: float, frame: Bbox, taken: list[Bbox]
) -> tuple[Bbox, Pixels]:
    """The nearest place in the frame where neither label nor leader meets anything.

    The last one tried, if none is. The leader is a row of points, empty for a label close by.
    """
    box, leader = Bbox.null(), np.empty((0, 2))
    for box in _places(centre, width, height):
        leader = _leader(centre, box)
        inside = frame.x0 < box.x0 and box.x1 < frame.x1 and frame.y0 < box.y0 and box.y1 < frame.y1
        crosses = any(other.contains(x, y) for other in taken for x, y in leader)
        if inside and not crosses and not box.count_overlaps(taken):
            break
    return box, leader


def _leader(centre: Pixels, box: Bbox) -> Pixels:
    """A row of points from the rim of the mark to the nearest spot of a label that stands away."""
    near = np.clip(centre, (box.x0, box.y0), (box.x1, box.y1))
    distance = float(np.hypot(*(near - centre)))
    if distance <= 1.5 * GAPS[0]:
        return np.empty((0, 2))
    steps = np.linspace(1.1 * GAPS[0] / distance, 1, 12)[:, None]
    return np.asarray(centre + steps * (near - centre))


def _places(centre: Pixels, width: float, height: float) -> Iterator[Bbox]:
    """Places around a point: beside it, over and under it, then the corners, ever further away."""
    x, y = centre
    for gap in GAPS:
        right, left = x + gap, x - gap - width
        above, below = y + gap, y - gap - height
        middle, across = y - height / 2, x - width / 2
        for corner in (
            (right, middle), (left, middle), (across, above), (across, below),
            (right, above), (right, below), (left, above), (left, below),
        ):  # fmt: skip
            yield Bbox.from_bounds(*corner, width, height)


def _message_of(trade: pd.DataFrame) -> str:
    """What the named services give up on the way from the most work to the least."""
    by_load = trade.sort_values(["load", "say"], kind="stable")
    least, most = by_load.iloc[0], by_load.iloc[-1]
    if len(trade) == 1:
        rows = f"{least['say']:g} of {times(int(least['layers']), 'row')}"
        return f"{least.name} leaves a load of {least['load']:g} and a say in {rows}"
    if most["load"] == least["load"]:
        says = sorted({f"{say:g}" for say in trade["say"]}, key=float)
        return f"The same load of {least['load']:g}, with a say in {in_words(says, 'or')} rows"
    less = most["say"] - least["say"]
    change = "keep a say in as many rows"
    if less:
        change = f"{'lose' if less > 0 else 'gain'} a say in {times(int(abs(less)), 'row')}"
    fall = f"{most['load'] - least['load']:g}"
    return f"From {most.name} to {least.name} the load falls by {fall}, and you {change}"


def _alt_of(message: str, trade: pd.DataFrame, others: int) -> str:
    told = [
        f"{service}: load {row['load']:g}, say {row['say']:g} "
        f"({row['customer alone']:g} alone, {row['shared']:g} shared, {row['AWS']:g} AWS)"
        for service, row in trade.iterrows()
    ]
    return (
        f"{message}. Points by load (across) and rows with a say (up), in grey "
        f"{times(others, 'other service')}. {'; '.join(told)}."
    )
