"""A packet's way from the internet to an instance and back: pass or stop, whose rule it was."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle

from shared_responsibility.errors import CourseError, in_words
from shared_responsibility.figures.style import (
    AWS,
    INK,
    PAPER,
    QUIET,
    Chart,
    customer_box,
    paper,
    title,
)
from shared_responsibility.vocabulary import Party, in_plain_words

NEEDED = (
    "way", "place", "to_port", "decision", "because", "memory", "written_by", "enforced_by",
)  # fmt: skip
MARKS = {"pass": "✓ pass", "stop": "✗ STOP", "not reached": "not reached"}
WHAT = {
    "internet gateway": "door of the\nVPC",
    "route table": "signposts of\nthe subnet",
    "network ACL": "filter of the subnet,\nno memory",
    "security group": "filter of the instance,\nremembers",
    "instance": "your system\nand program",
}
UP, DOWN, WRITTEN, ENFORCED = 3.25, 2.05, 0.72, 0.0
HEIGHT = 0.56
STEP, WIDTH = 1.6, 1.28


def plot_packet_walk(steps: pd.DataFrame) -> Chart:
    """The steps that `walk` returned: request above, answer below, whose rule and whose filter."""
    missing = [name for name in NEEDED if name not in getattr(steps, "columns", [])]
    if missing or steps.empty:
        raise CourseError("plot_packet_walk draws the table that `walk(...)` returns.")
    request = steps[steps["way"] == "in"]
    places = [str(place) for place in request["place"]]
    x_of = {place: STEP * (at + 1) for at, place in enumerate(places)}
    figure, axes = paper(10, 5.6)
    for place, x in x_of.items():
        _name(axes, x, place)
    _draw_way(axes, steps, "in", x_of)
    _draw_way(axes, steps, "back", x_of)
    for row in request.itertuples():
        x = x_of[str(row.place)]
        _owner(axes, x, WRITTEN, Party(str(row.written_by)))
        _owner(axes, x, ENFORCED, Party(str(row.enforced_by)))
    for y, way, words in ((UP, "in", "request"), (DOWN, "back", "answer")):
        port = steps.loc[steps["way"] == way, "to_port"].iloc[0]
        axes.text(0, y + 0.2, f"{words}\nto port {port}", ha="center", fontsize=9.5, color=INK,
                  fontstyle="italic")  # fmt: skip
        axes.text(0, y, "internet", ha="center", va="center", fontsize=10, color=INK,
                  fontweight="bold")  # fmt: skip
    for y, words in ((WRITTEN, "the rule is\nwritten by"), (ENFORCED, "and carried\nout by")):
        axes.text(0, y, words, ha="center", va="center", fontsize=9.5, color=INK)
    title(axes, _message(steps))
    _reason(axes, steps, max(x_of.values()))
    axes.set(xlim=(-0.62, max(x_of.values()) + 0.75), ylim=(-0.38, 4.62))
    axes.axis("off")
    return Chart(figure, _alt(steps), _table(steps))


def _name(axes: Axes, x: float, place: str) -> None:
    axes.add_patch(Rectangle((x - WIDTH / 2 - 0.06, DOWN - 0.42), WIDTH + 0.12, UP - DOWN + 0.84,
                             facecolor="#F3F3F3", edgecolor="none", zorder=0))  # fmt: skip
    axes.text(x, UP + 1.26, place.capitalize() if place.islower() else place[0].upper() + place[1:],
              ha="center", va="top", fontsize=10.5, fontweight="bold", color=INK)  # fmt: skip
    axes.text(x, UP + 0.98, WHAT.get(place, ""), ha="center", va="top", fontsize=9, color=QUIET)


def _draw_way(axes: Axes, steps: pd.DataFrame, way: str, x_of: dict[str, float]) -> None:
    """The arrows and marks of one way; solid as far as the packet came, dotted behind."""
    y = UP if way == "in" else DOWN
    visits = steps[steps["way"] == way].to_dict("records")
    if way == "in":
        before, came = 0.0, True
    else:
        turn = max(x_of.values())
        last = steps[steps["way"] == "in"]["decision"].iloc[-1]
        before, came = turn, last == "pass"
        _arrow(axes, (turn, UP - HEIGHT / 2 - 0.06), (turn, DOWN), came, head=False)
        axes.plot(turn, DOWN, marker="o", markersize=4, color=INK if came else "#B5B5B5")
        before = turn + WIDTH / 2
    side = 1 if way == "in" else -1
    for visit in visits:
        x, decision = x_of[str(visit["place"])], str(visit["decision"])
        start = before + side * (0.42 if before == 0.0 else WIDTH / 2)
        _arrow(axes, (start, y), (x - side * WIDTH / 2, y), came)
        _mark(axes, x, y, decision, _words(visit))
        came, before = decision == "pass", x
    if way == "back":
        _arrow(axes, (before - WIDTH / 2, y), (0.42, y), came)


def _arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], came: bool, head: bool = True
) -> None:
    axes.annotate("", end, start, arrowprops={
        "arrowstyle": "-|>" if head else "-", "shrinkA": 0, "shrinkB": 0,
        "color": INK if came else "#B5B5B5", "linewidth": 2 if came else 1.2,
        "linestyle": "-" if came else ":",
    })  # fmt: skip


def _words(visit: dict[Hashable, Any]) -> str:
    """The mark, and under it what the filter keeps in mind."""
    decision, memory = str(visit["decision"]), str(visit["memory"])
    if decision == "pass" and visit["place"] == "instance":
        return "✓ answers"
    verb = memory.partition(" ")[0]
    kept = f"\n{verb} it" if verb in ("notes", "knows") else ""
    return MARKS[decision] + kept


def _mark(axes: Axes, x: float, y: float, decision: str, words: str) -> None:
    stop, reached = decision == "stop", decision != "not reached"
    axes.add_patch(FancyBboxPatch(
        (x - WIDTH / 2 + 0.06, y - HEIGHT / 2), WIDTH - 0.12, HEIGHT, boxstyle="round,pad=0.06",
        facecolor=INK if stop else PAPER, edgecolor=INK if reached else "#B5B5B5",
        linewidth=1.6 if reached else 1, linestyle="-" if reached else ":",
    ))  # fmt: skip
    axes.text(x, y, words, ha="center", va="center", fontsize=10 if reached else 9,
              color=PAPER if stop else INK if reached else QUIET,
              fontweight="bold" if stop else "normal")  # fmt: skip


def _owner(axes: Axes, x: float, y: float, party: Party) -> None:
    left, bottom = x - WIDTH / 2, y - 0.24
    if party is Party.AWS:
        axes.add_patch(Rectangle((left, bottom), WIDTH, 0.48, facecolor=AWS, edgecolor="none"))
        axes.text(x, y, in_plain_words(party), ha="center", va="center", fontsize=10, color=PAPER)
        return
    axes.add_patch(customer_box(left, bottom, WIDTH, 0.48))
    axes.text(x, y, in_plain_words(party), ha="center", va="center", fontsize=10, color=INK,
              bbox={"boxstyle": "round,pad=0.18", "facecolor": PAPER, "edgecolor": "none",
                    "alpha": 0.93})  # fmt: skip


def _stop(steps: pd.DataFrame) -> dict[str, str] | None:
    stopped = steps[steps["decision"] == "stop"].to_dict("records")
    return {str(k): str(v) for k, v in stopped[0].items()} if stopped else None


def _message(steps: pd.DataFrame) -> str:
    stop = _stop(steps)
    if stop is None:
        return "The request gets in and the answer gets out: every place lets it pass"
    what = "request" if stop["way"] == "in" else "answer"
    return f"The {what} stops at the {stop['place']}, where a customer's rule decides"


def _reason(axes: Axes, steps: pd.DataFrame, right: float) -> None:
    """Why it stopped, in the words of the table, between the ways and the owners."""
    stop = _stop(steps)
    words = f"Stopped at the {stop['place']}: {stop['because']}." if stop else ""
    axes.text((right - STEP) / 2 + STEP, (DOWN - 0.42 + WRITTEN + 0.24) / 2, words, ha="center",
              va="center", fontsize=10, color=INK, fontweight="bold")  # fmt: skip


def _alt(steps: pd.DataFrame) -> str:
    told = []
    for way, what in (("in", "The request"), ("back", "The answer")):
        part = steps[steps["way"] == way]
        passed = _places(part.loc[part["decision"] == "pass", "place"])
        stopped = _places(part.loc[part["decision"] == "stop", "place"])
        if passed:
            told.append(f"{what} to port {part['to_port'].iloc[0]} passes {passed}.")
        if stopped:
            because = part.loc[part["decision"] == "stop", "because"].iloc[0]
            told.append(f"{what} stops at the {stopped}: {because}.")
        if (part["decision"] == "not reached").all():
            told.append(f"{what} is never sent.")
    request = steps[steps["way"] == "in"]
    for column, verb in (("written_by", "writes the rules of"), ("enforced_by", "carries out")):
        for party in (Party.AWS, Party.CUSTOMER):
            places = _places(request.loc[request[column] == party, "place"])
            if places:
                who = "AWS" if party is Party.AWS else "The customer"
                told.append(f"{who} {verb}: {places}.")
    return "A packet's walk. " + " ".join(told)


def _places(places: Iterable[object]) -> str:
    return in_words([str(place) for place in places], "and")


def _table(steps: pd.DataFrame) -> pd.DataFrame:
    shown = steps.copy()
    for column in ("written_by", "enforced_by"):
        shown[column] = [in_plain_words(str(party)) for party in shown[column]]
    return shown.set_index("way")
