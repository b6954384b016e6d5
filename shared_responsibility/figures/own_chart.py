"""A chart that a learner drew, shown with its alternative text and its table."""

from __future__ import annotations

import sys

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.style import Chart


def with_alt_text(axes: Axes, alt: str, table: pd.DataFrame) -> Chart:
    """The figure around `axes`, with `alt` for those who hear it and the table that it draws.

    Raises `CourseError` where the chart, the text or the table is missing.
    """
    figure = getattr(axes, "figure", None)
    if not isinstance(figure, Figure):
        raise CourseError(
            "The first thing to give is the chart: the axes that plt.subplots() or a plot returned."
        )
    if not isinstance(alt, str) or not alt.strip():
        raise CourseError("The second thing to give is the alternative text, in quotes.")
    if not isinstance(table, pd.DataFrame):
        raise CourseError("The third thing to give is the table that the chart draws.")
    _close(figure)
    return Chart(figure, " ".join(alt.split()), table)


def _close(figure: Figure) -> None:
    """Keep pyplot from showing the figure a second time, without its text."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)
