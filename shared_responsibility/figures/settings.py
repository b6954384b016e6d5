"""The owner of one domain under each setting of a service: a lane for each owner."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from shared_responsibility.errors import CourseError, in_words
from shared_responsibility.figures.style import (
    INK,
    PAPER,
    Chart,
    owner_box,
    paper,
    title,
)
from shared_responsibility.matrix import domain_id_of, service_id_of
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Party, in_plain_words

LANES = {Party.AWS: 0.0, Party.SHARED: 1.0, Party.CUSTOMER: 2.0}
WIDTH, EDGE = 0.94, 0.09
WRAP, NAME_WRAP, LINE, PADDING, GAP = 27, 17, 0.2, 0.2, 0.1


def plot_settings(domain: str, *services: str) -> Chart:
    """Each setting of the services as a box in the lane of the owner that it brings about."""
    domain_id = domain_id_of(domain)
    variants = _variants(domain_id, services)
    domain_name = str(load_table("domains").set_index("domain_id").loc[domain_id, "name"])
    names = load_table("services").set_index("service_id")["name"]
    bands = [(str(names[one]), rows) for one, rows in variants.groupby("service_id", sort=False)]
    heights = [_height(name, rows) for name, rows in bands]
    total = sum(heights)
    figure, axes = paper(9.6, 1.35 + 0.82 * total)
    top = total
    for (name, rows), height in zip(bands, heights, strict=True):
        _draw_band(axes, top, height, name, rows)
        top -= height
    for party, left in LANES.items():
        axes.text(left + WIDTH / 2, total + 0.1, in_plain_words(party), ha="center", va="bottom",
                  fontsize=11.5, fontweight="bold", color=INK)  # fmt: skip
    title(axes, _message(bands, domain_name))
    axes.set(xlim=(-0.82, 3.0), ylim=(-0.05, total + 0.4))
    axes.axis("off")
    return Chart(figure, _alt(bands, domain_name), _table(bands))


def _variants(domain_id: str, services: tuple[str, ...]) -> pd.DataFrame:
    """The rows to draw: services in the order asked for, settings from AWS to the customer."""
    variants = load_table("variants")
    variants = variants[variants["domain_id"] == domain_id]
    known = sorted(set(variants["service_id"]))
    wanted = list(dict.fromkeys(service_id_of(one) for one in services))
    missing = [one for one in wanted if one not in known]
    if missing or not wanted:
        raise CourseError(
            f"No settings of {domain_id} to draw for {in_words(missing, 'and') or 'no service'}. "
            f"Services with settings there: {', '.join(known) or 'none'}."
        )
    lanes, order = list(LANES), {one: at for at, one in enumerate(wanted)}
    mine = variants[variants["service_id"].isin(wanted)]
    place = mine["responsible"].map(lambda owner: lanes.index(Party(owner)))
    return (
        mine.assign(_service=mine["service_id"].map(order), _lane=place)
        .sort_values(["_service", "_lane", "variant_id"])
        .drop(columns=["_service", "_lane"])
    )


def _wrapped(setting: str) -> str:
    return textwrap.fill(setting, WRAP)


def _lines(setting: str) -> int:
    return _wrapped(setting).count("\n") + 1


def _box_height(setting: str) -> float:
    return LINE * _lines(setting) + PADDING


def _height(name: str, rows: pd.DataFrame) -> float:
    """As high as the fullest lane, or as the name beside it."""
    boxes = rows["setting"].map(_box_height) + GAP
    fullest = float(boxes.groupby(rows["responsible"]).sum().max())
    return max(fullest, LINE * len(textwrap.wrap(name, NAME_WRAP)) + GAP) + 2 * EDGE


def _draw_band(axes: Axes, top: float, height: float, name: str, rows: pd.DataFrame) -> None:
    axes.plot([-0.8, 2 + WIDTH], [top, top], color="#BDBDBD", linewidth=0.8)
    axes.text(-0.8, top - height / 2, textwrap.fill(name, NAME_WRAP), ha="left", va="center",
              fontsize=11, fontweight="bold", color=INK, linespacing=1.2)  # fmt: skip
    for owner, mine in rows.groupby("responsible", sort=False):
        y = top - EDGE - GAP / 2
        for setting in mine["setting"]:
            box = _box_height(setting)
            _draw_box(axes, LANES[Party(str(owner))], y - box, box, Party(str(owner)), setting)
            y -= box + GAP


def _draw_box(axes: Axes, x: float, y: float, height: float, owner: Party, setting: str) -> None:
    style: dict[str, Any] = {"color": PAPER}
    owner_box(axes, x, y, WIDTH, height, owner)
    if owner is not Party.AWS:
        style = {"color": INK, "bbox": {"boxstyle": "round,pad=0.2", "facecolor": PAPER,
                                        "edgecolor": "none", "alpha": 0.94}}  # fmt: skip
    axes.text(x + WIDTH / 2, y + height / 2, _wrapped(setting), ha="center", va="center",
              fontsize=9.5, linespacing=1.15, **style)  # fmt: skip


def _message(bands: list[tuple[str, pd.DataFrame]], domain_name: str) -> str:
    if any(rows["responsible"].nunique() > 1 for _, rows in bands):
        return f"{domain_name}: the setting names the owner, not the service alone"
    return f"{domain_name}: no setting of these services moves the work"


def _alt(bands: list[tuple[str, pd.DataFrame]], domain_name: str) -> str:
    told = []
    for name, rows in bands:
        settings = [
            f"{in_plain_words(str(row.responsible))} under '{row.setting}'"
            for row in rows.itertuples()
        ]
        told.append(f"{name}: {'; '.join(settings)}")
    return (
        f"{domain_name} under each setting, in three lanes, AWS, shared and customer. "
        f"{'. '.join(told)}."
    )


def _table(bands: list[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    rows = [
        {
            "service": name,
            "setting": row.setting,
            "owner": in_plain_words(str(row.responsible)),
            "AWS does": row.aws_does,
            "customer does": row.customer_does,
        }
        for name, variants in bands
        for row in variants.itertuples()
    ]
    return pd.DataFrame(rows).set_index("service")
