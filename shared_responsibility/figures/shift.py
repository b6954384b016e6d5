"""The shift figure: who owns each domain under each model."""

from __future__ import annotations

import pandas as pd

from shared_responsibility.errors import in_words
from shared_responsibility.figures.style import (
    INK,
    Chart,
    draw_owner,
    name_zones,
    owner_legend,
    paper,
    rows_by_zone,
    title,
)
from shared_responsibility.matrix import model_name, shift
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Party, in_plain_words


def plot_shift() -> Chart:
    """Who owns each domain under each service model, before any exception."""
    owners = shift()
    domains = load_table("domains").set_index("domain_id")
    rows = rows_by_zone(domains)
    figure, axes = paper(10, 9.4)
    for domain_id, height in rows.items():
        for column, model in enumerate(owners.columns):
            draw_owner(axes, column, height, str(owners.loc[domain_id, model]))
    name_zones(axes, domains, rows, left=-2.62, right=len(owners.columns))
    for domain_id, height in rows.items():
        axes.text(-0.08, height + 0.42, str(domains.loc[domain_id, "name"]), ha="right",
                  va="center", fontsize=9.5, color=INK)  # fmt: skip
    top = max(rows.values()) + 1.85
    for column, model in enumerate(owners.columns):
        axes.text(column + 0.48, top - 0.1, model_name(model).replace(" ", "\n"), ha="center",
                  va="center", fontsize=10.5, fontweight="bold", color=INK)  # fmt: skip
    title(axes, "The customer's part shrinks from left to right, and never disappears")
    axes.set(xlim=(-2.62, len(owners.columns)), ylim=(-0.15, top + 0.4))
    axes.axis("off")
    owner_legend(figure)
    return Chart(figure, _alt_of_shift(owners), _shown(owners.iloc[::-1], domains))


def _shown(owners: pd.DataFrame, domains: pd.DataFrame) -> pd.DataFrame:
    """Owners under names instead of ids."""
    names = dict(domains["name"])
    named = owners.map(in_plain_words).rename(index=names, columns=model_name)
    return pd.DataFrame(named.rename_axis("domain"))


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
