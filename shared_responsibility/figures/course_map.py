"""The lessons as one way through the stack of domains, from the building to the laptop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, FancyBboxPatch, Wedge
from matplotlib.transforms import Affine2D, Transform

from shared_responsibility.errors import in_words
from shared_responsibility.figures.style import (
    AWS,
    CUSTOMER,
    CUSTOMER_HATCH,
    HATCH_INK,
    INK,
    PAPER,
    QUIET,
    Chart,
    name_zones,
    paper,
    rows_by_zone,
    title,
)
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Zone, in_plain_words

WHOLE = "the whole stack"
NOTE = """A numbered stop: the lesson is about this domain.
A grey bar: the lesson is about all domains at once.
Colour of a stop: whose work it is in the cloud, by
default. Blue: AWS. White: it depends on the service.
Half blue: both. Hatched orange: the customer."""

LEFT, GAP = -7.0, 3.7
"""Where the names of domains begin, and the room for titles after the last stop."""

ACROSS, UP = 0.76, 0.8
"""Size of a stop in units of the axes; the two make a circle on the paper."""


@dataclass(frozen=True)
class _Lesson:
    """A lesson where it stands; `stops` are its domains, lowest first, and empty for a bar."""

    number: str
    name: str
    minutes: int
    x: float
    stops: dict[str, float]

    @property
    def heights(self) -> list[float]:
        return list(self.stops.values())

    @property
    def called(self) -> str:
        return f"{self.number} {self.name}"


def plot_course_map() -> Chart:
    """Which lesson is about which domains: a stop at each of them, or a bar over all."""
    domains = load_table("domains").set_index("domain_id")
    rows = rows_by_zone(domains)
    lessons = _lessons(rows)
    figure, axes = paper(10, 9)
    right, top = lessons[-1].x + 0.6, max(rows.values()) + 1.5
    for domain_id, height in rows.items():
        axes.text(LEFT, height, str(domains.loc[domain_id, "name"]), va="center", fontsize=9.5,
                  color=INK)  # fmt: skip
        axes.plot([-0.5, right], [height, height], color="#ECECEC", linewidth=0.8, zorder=0)
    name_zones(axes, domains, rows, left=LEFT, right=right, above=0.56)
    _draw_way(axes, lessons)
    for lesson, following in zip(lessons, [*lessons[1:], None], strict=True):
        if not lesson.stops:
            _draw_bar(axes, lesson, top)
            continue
        for domain_id, height in lesson.stops.items():
            zone = str(domains.loc[domain_id, "zone"])
            _draw_stop(axes, lesson.x, height, lesson.number, zone)
        _name_stops(axes, lesson, following)
    end = max(lesson.x for lesson in lessons if lesson.stops) + GAP
    axes.text(end + 0.3, 0.1, NOTE, ha="right", va="bottom", fontsize=9, color=QUIET,
              multialignment="left", linespacing=1.4,
              bbox={"facecolor": PAPER, "edgecolor": "none"})  # fmt: skip
    axes.set(xlim=(LEFT - 0.1, right + 0.1), ylim=(-0.8, top + 0.2))
    axes.axis("off")
    title(axes, "From the building to the laptop: every domain has its lesson")
    table = _table(lessons, domains)
    return Chart(figure, _alt(lessons, domains), table)


def _lessons(rows: dict[str, float]) -> list[_Lesson]:
    """All lessons in order, each in a column of its own."""
    lessons: list[_Lesson] = []
    x = 0.0
    for row in load_table("lessons").sort_values("lesson_id").to_dict("records"):
        own = str(row["domain_ids"]).split() if isinstance(row["domain_ids"], str) else []
        stops = {one: rows[one] for one in sorted(own, key=lambda one: rows[one])}
        if lessons and lessons[-1].stops and not stops:
            x += GAP
        number = str(row["lesson_id"]).split("-")[0]
        lessons.append(_Lesson(number, str(row["title"]), int(row["minutes"]), x, stops))
        x += 1
    return lessons


def _draw_way(axes: Axes, lessons: list[_Lesson]) -> None:
    """One line from the first lesson to the last stop; a column is entered at its nearer end."""
    points: list[tuple[float, float]] = []
    last = 0.0
    until = max(place for place, lesson in enumerate(lessons) if lesson.stops)
    for lesson in lessons[: until + 1]:
        way = lesson.heights or [last]
        if abs(last - way[-1]) < abs(last - way[0]):
            way = way[::-1]
        points += [(lesson.x, height) for height in way]
        last = way[-1]
    x, y = zip(*points, strict=True)
    axes.plot(x, y, color="#8C8C8C", linewidth=2.6, solid_joinstyle="round", zorder=1)


def _draw_stop(axes: Axes, x: float, y: float, number: str, zone: str) -> None:
    """A numbered stop in the look of its zone; the zone's name stands over its rows."""
    face: dict[str, Any] = {"facecolor": PAPER}
    if zone == Zone.ALWAYS_PROVIDER:
        face = {"facecolor": AWS}
    elif zone in (Zone.ALWAYS_CUSTOMER, Zone.ALWAYS_SHARED):
        face = {"facecolor": CUSTOMER, "hatch": CUSTOMER_HATCH}
    axes.add_patch(Ellipse((x, y), ACROSS, UP, edgecolor=HATCH_INK, linewidth=0, zorder=2, **face))
    if zone == Zone.ALWAYS_SHARED:
        half = Wedge((0, 0), 0.5, 90, 270, facecolor=AWS, linewidth=0, zorder=2)
        half.set_transform(_to_stop(axes, x, y))
        axes.add_patch(half)
    axes.add_patch(Ellipse((x, y), ACROSS, UP, fill=False, edgecolor=INK, linewidth=1.2, zorder=3))
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 9, "fontweight": "bold",
                             "zorder": 4}  # fmt: skip
    if zone == Zone.ALWAYS_PROVIDER:
        axes.text(x, y, number, color=PAPER, **style)
        return
    back = {"boxstyle": "round,pad=0.08", "facecolor": PAPER, "edgecolor": "none"}
    axes.text(x, y, number, color=INK, bbox=None if zone == Zone.SHIFTS else back, **style)


def _to_stop(axes: Axes, x: float, y: float) -> Transform:
    """From a circle of diameter 1 to the shape of a stop at this place."""
    return Affine2D().scale(ACROSS, UP).translate(x, y) + axes.transData


def _name_stops(axes: Axes, lesson: _Lesson, following: _Lesson | None) -> None:
    """The title beside the lowest stops, on the side where the way of the next does not cross."""
    lowest = lesson.heights[0]
    near = [height for height in lesson.heights if height - lowest < len(lesson.stops)]
    after = following.heights if following else []
    left = bool(after) and min(after) < lowest < max(after)
    lines = _broken(lesson.name) if len(near) > 1 else lesson.name
    axes.text(lesson.x + (-0.52 if left else 0.52), sum(near) / len(near), lines,
              ha="right" if left else "left", va="center", fontsize=9.5, color=INK,
              linespacing=1.15, zorder=5,
              bbox={"boxstyle": "square,pad=0.1", "facecolor": PAPER, "edgecolor": "none",
                    "alpha": 0.9})  # fmt: skip


def _broken(name: str) -> str:
    """A title on two lines, broken at the space nearest to its middle."""
    spaces = [place for place, letter in enumerate(name) if letter == " "]
    middle = min(spaces, key=lambda place: abs(place - len(name) / 2), default=None)
    return name if middle is None else f"{name[:middle]}\n{name[middle + 1 :]}"


def _draw_bar(axes: Axes, lesson: _Lesson, top: float) -> None:
    """A lesson about all domains at once: a bar as high as the stack, its title along it."""
    axes.add_patch(
        FancyBboxPatch((lesson.x - 0.26, -0.3), 0.52, top - 0.1, boxstyle="round,pad=0.1",
                       facecolor="#F3F3F3", edgecolor=QUIET, linewidth=1, zorder=2)
    )  # fmt: skip
    axes.text(lesson.x, top - 0.75, lesson.number, ha="center", va="center", fontsize=9,
              fontweight="bold", color=INK, zorder=4)  # fmt: skip
    axes.text(lesson.x, top / 2, lesson.name, ha="center", va="center", fontsize=10, color=INK,
              rotation=90, zorder=4)  # fmt: skip


def _alt(lessons: list[_Lesson], domains: pd.DataFrame) -> str:
    told = [
        f"{lesson.called}: {', '.join(_names(lesson, domains))}"
        for lesson in lessons
        if lesson.stops
    ]
    whole = [lesson.called for lesson in lessons if not lesson.stops]
    return (
        f"The {len(lessons)} lessons on their way through the {len(domains)} domains, from the "
        f"building at the bottom to the laptop at the top. {'; '.join(told)}. "
        f"About {WHOLE}: {in_words(whole, 'and')}."
    )


def _names(lesson: _Lesson, domains: pd.DataFrame) -> list[str]:
    return [str(domains.loc[one, "name"]) for one in lesson.stops]


def _table(lessons: list[_Lesson], domains: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for lesson in lessons:
        zones = [in_plain_words(str(domains.loc[one, "zone"])) for one in lesson.stops]
        rows.append(
            {
                "lesson": lesson.called,
                "domains": ", ".join(_names(lesson, domains)) or WHOLE,
                "whose work, by default": ", ".join(dict.fromkeys(zones)),
                "minutes": lesson.minutes,
            }
        )
    return pd.DataFrame(rows).set_index("lesson")
