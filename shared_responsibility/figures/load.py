"""How much the customer carries under each model."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from shared_responsibility.figures.style import (
    AWS,
    CUSTOMER,
    CUSTOMER_HATCH,
    HATCH_INK,
    INK,
    PAPER,
    Chart,
    owner_legend,
    paper,
    title,
)
from shared_responsibility.matrix import customer_load, model_name
from shared_responsibility.vocabulary import Party, in_plain_words


def plot_load() -> Chart:
    """How many of the domains the customer carries under each model."""
    load = customer_load()
    figure, axes = paper(9, 5.4)
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
    title(axes, f"From {first:g} domains to {last:g}: the customer's load falls, but not to zero")
    owner_legend(figure, Patch(**looks["shared"]), "load: own domain 1, shared \u00bd")
    return Chart(figure, _alt_of_load(load), load.rename(index=model_name))


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
