"""Services as towers of software layers: each layer with the party that repairs it."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from shared_responsibility.errors import CourseError
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
from shared_responsibility.vocabulary import Party, in_plain_words

# From the ground up, with what a library such as Log4j could hide in.
LAYERS = {
    "service_platform": ("Service platform", "programs of the\nservice itself"),
    "guest_os": ("Guest system", "operating system\nand its packages"),
    "runtime_engine": ("Runtime or engine", "Java, Python, a\ndatabase or search engine"),
    "application_code": ("Application code", "the program, its image\nand its dependencies"),
}
WIDTH, HEIGHT, TOP = 0.86, 0.9, "application_code"
DOES = {
    Party.AWS: "repairs it",
    Party.CUSTOMER: "repairs it",
    Party.SHARED: "both repair",
    Party.NOT_APPLICABLE: "no such layer",
}


def plot_layers(*services: str) -> Chart:
    """A tower for each service; every layer names its owner, who repairs it after a flaw."""
    wanted = list(dict.fromkeys(service_id_of(one) for one in services))
    if not wanted:
        raise CourseError('Name at least one service, for example plot_layers("ec2", "lambda").')
    matrix = load_matrix().query("service_id in @wanted")
    owners = matrix.pivot(index="domain_id", columns="service_id", values="responsible")
    owners = owners.loc[list(LAYERS), wanted]
    names = matrix.drop_duplicates("service_id").set_index("service_id")["service"].to_dict()
    count = len(wanted)
    figure, axes = paper(max(8.0, 2.6 + 1.5 * count), 5.4)
    for row, (name, content) in enumerate(LAYERS.values()):
        axes.text(-0.12, row + HEIGHT / 2 + 0.03, name, ha="right", va="bottom", fontsize=11,
                  fontweight="bold", color=INK)  # fmt: skip
        axes.text(-0.12, row + HEIGHT / 2 - 0.02, content, ha="right", va="top", fontsize=9.5,
                  color=QUIET)  # fmt: skip
    for column, service in enumerate(wanted):
        for row, layer in enumerate(LAYERS):
            _draw_layer(axes, column, row, Party(str(owners.loc[layer, service])))
        axes.text(column + WIDTH / 2, -0.1, textwrap.fill(names[service], 15), ha="center",
                  va="top", fontsize=10.5, fontweight="bold", color=INK)  # fmt: skip
    axes.plot([-0.05, count - 1 + WIDTH + 0.05], [-0.04, -0.04], color=INK, linewidth=1.6)
    title(axes, _message(owners))
    axes.set(xlim=(-1.75, count - 0.08), ylim=(-0.75, len(LAYERS) + 0.02))
    axes.axis("off")
    return Chart(figure, _alt(owners, names), _table(matrix, wanted))


def _draw_layer(axes: Axes, x: float, y: float, owner: Party) -> None:
    style: dict[str, Any] = {"color": INK}
    backed = {"boxstyle": "round,pad=0.2", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.94}
    if owner is Party.NOT_APPLICABLE:
        axes.add_patch(Rectangle((x, y), WIDTH, HEIGHT, facecolor=PAPER, edgecolor=QUIET,
                                 linestyle="--", linewidth=1))  # fmt: skip
        style = {"color": QUIET, "fontstyle": "italic"}
    else:
        owner_box(axes, x, y, WIDTH, HEIGHT, owner)
        style = {"color": PAPER} if owner is Party.AWS else {"color": INK, "bbox": backed}
    absent = owner is Party.NOT_APPLICABLE
    words = DOES[owner] if absent else f"{in_plain_words(owner)}\n{DOES[owner]}"
    axes.text(x + WIDTH / 2, y + HEIGHT / 2, words, ha="center", va="center", fontsize=9.5,
              linespacing=1.2, **style)  # fmt: skip


def _message(owners: pd.DataFrame) -> str:
    top = set(owners.loc[TOP])
    if top == {Party.CUSTOMER}:
        return "The lower layers move to AWS; the top one stays with you"
    return "Who owns a layer repairs it, and the line lies elsewhere in each tower"


def _alt(owners: pd.DataFrame, names: dict[Any, Any]) -> str:
    told = []
    for service in owners:
        layers = [
            f"{LAYERS[str(layer)][0].lower()} "
            + (DOES[Party.NOT_APPLICABLE] if owner == Party.NOT_APPLICABLE
               else in_plain_words(str(owner)))
            for layer, owner in owners[service].items()
        ]  # fmt: skip
        told.append(f"{names[service]}: {', '.join(layers)}")
    return (
        "Towers of software layers with the party that repairs each, from the ground up. "
        f"{'. '.join(told)}."
    )


def _table(matrix: pd.DataFrame, wanted: list[str]) -> pd.DataFrame:
    """What is drawn, from the top of each tower down, with the sentences of the matrix."""
    cells = matrix.set_index(["service_id", "domain_id"])
    rows = [
        {
            "service": cells.loc[(service, layer), "service"],
            "layer": LAYERS[layer][0],
            "owner": in_plain_words(str(cells.loc[(service, layer), "responsible"])),
            "AWS does": cells.loc[(service, layer), "aws_does"],
            "customer does": cells.loc[(service, layer), "customer_does"],
        }
        for service in wanted
        for layer in reversed(LAYERS)
    ]
    return pd.DataFrame(rows).set_index("service")
