"""The learner's summary on one sheet: the grid of owners and the rules to carry over."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shared_responsibility.figures.style import INK, PAPER, QUIET, Chart, owner_box
from shared_responsibility.matrix import model_name, shift
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Party, in_plain_words

A4 = (8.27, 11.69)
LETTER = {Party.AWS: "AWS", Party.CUSTOMER: "customer", Party.SHARED: "both"}
WIDTH_OF_RULE = 56
SUBTITLE = (
    "AWS secures the cloud; the customer secures what it puts there. Defaults of each model; a "
    "service may differ."
)


def plot_summary() -> Chart:
    """One A4 page: who owns each domain under each model, and the rules against each belief."""
    owners = shift().iloc[::-1]
    names = load_table("domains").set_index("domain_id")["name"]
    rules = load_table("misconceptions")
    figure = Figure(figsize=A4)
    figure.text(0.06, 0.965, "Shared responsibility on one page", fontsize=17, fontweight="bold",
                color=INK)  # fmt: skip
    figure.text(0.06, 0.948, SUBTITLE, fontsize=8.5, color=QUIET)
    grid = figure.add_axes((0.06, 0.46, 0.88, 0.47))
    _draw_grid(grid, owners, dict(names))
    text = figure.add_axes((0.06, 0.03, 0.88, 0.41))
    _write_rules(text, list(rules["correction"]))
    table = owners.map(in_plain_words).rename(index=dict(names), columns=model_name)
    alt = (
        f"One page: a grid of {len(owners)} domains by {len(owners.columns)} service models with "
        f"the owner of each, and {len(rules)} rules to carry over."
    )
    return Chart(figure, alt, pd.DataFrame(table))


def _draw_grid(axes: Axes, owners: pd.DataFrame, names: dict[str, str]) -> None:
    for row, (domain_id, line) in enumerate(owners.iterrows()):
        y = len(owners) - row - 1
        axes.text(-0.08, y + 0.45, names[str(domain_id)], ha="right", va="center", fontsize=8,
                  color=INK)  # fmt: skip
        for column, owner in enumerate(line):
            _draw_cell(axes, column, y, Party(owner))
    for column, model in enumerate(owners.columns):
        axes.text(column + 0.48, len(owners) + 0.35, model_name(str(model)).replace(" ", "\n"),
                  ha="center", va="bottom", fontsize=8.5, fontweight="bold", color=INK)  # fmt: skip
    axes.set(xlim=(-2.3, len(owners.columns)), ylim=(-0.2, len(owners) + 1.9))
    axes.axis("off")


def _draw_cell(axes: Axes, x: float, y: float, owner: Party) -> None:
    width, height = 0.95, 0.88
    owner_box(axes, x, y, width, height, owner)
    box = None if owner is Party.AWS else {"facecolor": PAPER, "edgecolor": "none", "pad": 1.2}
    axes.text(x + width / 2, y + height / 2, LETTER[owner], ha="center", va="center", fontsize=6.8,
              color=PAPER if owner is Party.AWS else INK, bbox=box)  # fmt: skip


def _write_rules(axes: Axes, rules: list[str]) -> None:
    axes.axis("off")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.text(0, 1, "Rules to carry over", fontsize=11, fontweight="bold", color=INK, va="top")
    half = (len(rules) + 1) // 2
    for column, listed in enumerate((rules[:half], rules[half:])):
        y = 0.93
        for rule in listed:
            lines = textwrap.wrap(rule, WIDTH_OF_RULE)
            axes.text(0.52 * column, y, "\u2022", fontsize=8, color=INK, va="top")
            axes.text(0.52 * column + 0.018, y, "\n".join(lines), fontsize=8.4, color=INK,
                      va="top", linespacing=1.25)  # fmt: skip
            y -= 0.038 * len(lines) + 0.028
