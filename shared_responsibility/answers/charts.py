"""A chart that a learner drew with matplotlib, as plain data: its bars, axes, words and texts."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Annotation, Text

from shared_responsibility.answers.wire import LARGEST_NUMBER, LONGEST_TEXT, Collected
from shared_responsibility.exercises import CodeExercise

MOST_BARS = 240
MOST_TICKS = 80
MOST_TEXTS = 160
LONGEST_ALT = 1_500
WANTED = "the axes that plt.subplots() or a plot of pandas returns"


def collect(asked: CodeExercise, cells: Mapping[str, Any]) -> Collected:
    """The chart in the first variable and, where there is a second, its alternative text.

    `{"bars", "horizontal", "ticks", "limits", "scales", "labels", "title", "legend", "texts",
    "alt"}`; lengths are in the units of the axes, colours are opaque `#rrggbb` on their paper.
    """
    name = asked.variable
    axes = axes_of(cells[name])
    if axes is None:
        return Collected({}, "There is no chart yet.", [_not_a_chart(name, cells[name])])
    try:
        data = read_chart(axes)
    except Exception as problem:  # Artists of a learner may raise anything while they are drawn.
        why = f"matplotlib cannot draw {name!r}: {type(problem).__name__}: {problem}"
        return Collected({}, "There is no chart yet.", [f"{why[:LONGEST_TEXT]}."])
    problems = _problems(name, axes, data)
    if len(asked.variables) > 1:
        data["alt"], told = _alt(asked.variables[1], cells[asked.variables[1]])
        problems += told
    return Collected(data, _told(data), problems)


def axes_of(given: object) -> Axes | None:
    """The one pair of axes in what a learner named: axes, a figure, bars, or a list with one."""
    if isinstance(given, Axes):
        return given if isinstance(given.figure, Figure) else None
    if isinstance(given, BarContainer):
        return axes_of(given.patches[0].axes) if given.patches else None
    if isinstance(given, np.ndarray | list | tuple):
        inside = list(np.ravel(np.asarray(given, dtype=object))[:2])
        return axes_of(inside[0]) if len(inside) == 1 else None
    figure = given if isinstance(given, Figure) else getattr(given, "figure", None)
    if isinstance(figure, Figure) and len(figure.axes) == 1:
        return figure.axes[0]
    return None


def _not_a_chart(name: str, given: object) -> str:
    if isinstance(given, Figure | np.ndarray | list | tuple):
        held = len(given.axes) if isinstance(given, Figure) else len(np.ravel(np.asarray(given)))
        return f"{name!r} holds {held} charts; it should be one: {WANTED}."
    return f"{name!r} should be a chart: {WANTED}. It is of type {type(given).__name__}."


def read_chart(axes: Axes) -> dict[str, Any]:
    """The data of `axes` after its layout, whether or not its figure is still open."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure.draw_without_rendering()
    shown = axes.axison
    background = _paper(axes, figure)
    return {
        "bars": _bars(axes, background)[:MOST_BARS],
        "horizontal": _is_horizontal(axes),
        "ticks": {
            "x": _ticks(axes.xaxis) if shown else [],
            "y": _ticks(axes.yaxis) if shown else [],
        },
        "limits": {"x": _numbers(axes.get_xlim()), "y": _numbers(axes.get_ylim())},
        "scales": {"x": axes.get_xscale(), "y": axes.get_yscale()},
        "labels": {
            "x": _text(axes.get_xlabel()) if shown else "",
            "y": _text(axes.get_ylabel()) if shown else "",
        },
        "title": _title(axes, figure),
        "legend": _legend(axes, figure, background)[:MOST_TEXTS],
        "texts": _texts(axes, figure)[:MOST_TEXTS],
        "alt": None,
    }


def _paper(axes: Axes, figure: Figure) -> str:
    white = "#ffffff"
    below = over(figure.get_facecolor(), white)
    return over(axes.get_facecolor(), below) if axes.patch.get_visible() else below


def over(colour: Any, background: str) -> str:
    """What the eye sees of a colour with transparency on a background, as `#rrggbb`."""
    red, green, blue, alpha = colour
    below = to_rgb(background)
    mixed = [alpha * c + (1 - alpha) * b for c, b in zip((red, green, blue), below, strict=True)]
    return to_hex((mixed[0], mixed[1], mixed[2]))


def _bars(axes: Axes, background: str) -> list[dict[str, Any]]:
    series = [container for container in axes.containers if isinstance(container, BarContainer)]
    if not series:
        loose = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
        return [_bar(patch, 0, "", background) for patch in loose if patch.get_visible()]
    return [
        _bar(patch, number, str(container.get_label()), background)
        for number, container in enumerate(series)
        for patch in container.patches
        if patch.get_visible()
    ]


def _bar(patch: Rectangle, series: int, label: str, background: str) -> dict[str, Any]:
    edge = to_rgba(patch.get_edgecolor())
    width = patch.get_linewidth()
    has_edge = edge[3] > 0 and width > 0
    return {
        "x": _number(patch.get_x()),
        "y": _number(patch.get_y()),
        "width": _number(patch.get_width()),
        "height": _number(patch.get_height()),
        "colour": over(patch.get_facecolor(), background),
        "edge": over(edge, background) if has_edge else None,
        "edge_width": _number(width) if has_edge else 0.0,
        "hatch": _text(patch.get_hatch() or ""),
        "label": _spoken(label) or _spoken(str(patch.get_label())),
        "series": series,
    }


def _spoken(label: str) -> str:
    """A label as a legend shows it; matplotlib's own names begin with a line."""
    return "" if label.startswith("_") else _text(label)


def _is_horizontal(axes: Axes) -> bool:
    turned = [c.orientation for c in axes.containers if isinstance(c, BarContainer)]
    return bool(turned) and turned.count("horizontal") * 2 > len(turned)


def _ticks(axis: Axis) -> list[dict[str, Any]]:
    labels = [(label.get_text(), label.get_visible()) for label in axis.get_ticklabels()]
    if not axis.get_visible():
        return []
    return [
        {"at": _number(at), "text": _text(text)}
        for at, (text, visible) in zip(axis.get_ticklocs(), labels, strict=False)
        if visible and text.strip()
    ][:MOST_TICKS]


def _title(axes: Axes, figure: Figure) -> str:
    parts = [axes.get_title(loc=place) for place in ("left", "center", "right")]
    return _text(" ".join(filter(None, [figure.get_suptitle(), *parts])))


def _legend(axes: Axes, figure: Figure, background: str) -> list[dict[str, Any]]:
    own = axes.get_legend()
    found: list[Legend] = [own] if own is not None else []
    found += figure.legends
    return [
        _entry(handle, text, background)
        for legend in found
        if legend.get_visible()
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False)
    ]


def _entry(handle: object, text: Text, background: str) -> dict[str, Any]:
    """A line of the legend: its words and, where it shows a patch, the patch's look."""
    entry: dict[str, Any] = {"text": _text(text.get_text()), "colour": None, "hatch": ""}
    if isinstance(handle, Patch):
        entry["colour"] = over(handle.get_facecolor(), background)
        entry["hatch"] = _text(handle.get_hatch() or "")
    return entry


def _texts(axes: Axes, figure: Figure) -> list[dict[str, Any]]:
    written = [text for text in [*axes.texts, *figure.texts] if text.get_visible()]
    return [_placed(text, axes) for text in written if text.get_text().strip()]


def _placed(text: Text, axes: Axes) -> dict[str, Any]:
    """A text with its middle in the units of the axes; one with an arrow stands where that ends."""
    if isinstance(text, Annotation) and text.arrow_patch and text.xycoords == "data":
        x = axes.xaxis.convert_units(text.xy[0])  # type: ignore[no-untyped-call]
        y = axes.yaxis.convert_units(text.xy[1])  # type: ignore[no-untyped-call]
    else:
        box = Text.get_window_extent(text)
        middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        x, y = axes.transData.inverted().transform(middle)
    return {"x": _number(x), "y": _number(y), "text": _text(text.get_text())}


def _number(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) and abs(number) <= LARGEST_NUMBER else None


def _numbers(values: Iterable[Any]) -> list[float | None]:
    return [_number(value) for value in values]


def _text(text: str) -> str:
    return " ".join(str(text).split())[:LONGEST_TEXT]


def _alt(name: str, given: object) -> tuple[str | None, list[str]]:
    if given is None:
        return None, [f"{name!r} is still None: write the alternative text, in quotes."]
    if not isinstance(given, str):
        kind = type(given).__name__
        return None, [f"{name!r} should be a text in quotes; it is of type {kind}."]
    flat = " ".join(given.split())
    problems = [] if flat else [f"{name!r} is empty."]
    if len(flat) > LONGEST_ALT:
        problems.append(f"Only the first {LONGEST_ALT:,} characters of {name!r} are handed in.")
    return flat[:LONGEST_ALT], problems


def _told(data: Mapping[str, Any]) -> str:
    series = len({bar["series"] for bar in data["bars"]})
    way = "horizontal" if data["horizontal"] else "vertical"
    legend = "a legend" if data["legend"] else "no legend"
    title = "a title" if data["title"] else "no title"
    return f"A chart of {len(data['bars'])} {way} bars in {series} series, {title}, {legend}."


def _problems(name: str, axes: Axes, data: Mapping[str, Any]) -> list[str]:
    problems = []
    bars = data["bars"]
    if not bars:
        problems.append(f"{name!r} holds no bars: draw them with ax.bar, ax.barh or plot.bar.")
    sides = ("x", "y", "width", "height")
    if any(bar[side] is None for bar in bars for side in sides):
        problems.append("Some bars have no length, because their number is missing (NaN).")
    if len(axes.patches) > MOST_BARS:
        problems.append(f"Only the first {MOST_BARS} bars are handed in.")
    figure = axes.get_figure(root=True)
    if figure is not None and len(figure.axes) > 1:
        problems.append(f"The figure of {name!r} has other charts too; only {name!r} is read.")
    return problems
