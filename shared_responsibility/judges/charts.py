"""Reads a stacked bar chart from plain data: its stacks, whose each segment is, how it looks.

What comes in is a stranger's JSON. Anything that is not as a collector makes it is left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

from shared_responsibility.matrix import plain
from shared_responsibility.vocabulary import Party

PARTIES = (Party.CUSTOMER, Party.SHARED, Party.AWS)
MOST_READ = 300
LARGEST = 1e9
VISIBLE = 0.004
"""A share below this is no segment that anybody sees."""
TOUCHING = 0.01
"""Shares: how far the end of a segment may lie from the start of the next."""
CONTRAST = 3.0
"""WCAG 2.2, success criterion 1.4.11: graphical objects against what is next to them."""
THINNEST_LINE = 0.5


@dataclass(frozen=True)
class Segment:
    """One bar of a stack, from `start` to `end` in shares of the whole; `at` is across the bars."""

    party: Party | None
    at: float
    start: float
    end: float
    colour: str
    edge: str
    hatch: str

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Words:
    """A text in the chart: `along` the bars in shares of the whole, `at` across them."""

    text: str
    at: float
    along: float


@dataclass(frozen=True)
class Entry:
    """One line of the legend; without `colour` it shows no bar."""

    text: str
    colour: str
    hatch: str


@dataclass(frozen=True)
class Stack:
    """The segments over one name, lowest first."""

    name: str
    segments: tuple[Segment, ...]

    def length_of(self, party: Party) -> float:
        return sum(one.length for one in self.segments if one.party is party)

    @property
    def is_whole(self) -> bool:
        """Whether the segments stand on 0 and on each other, without gap, up to 1."""
        seen = [one for one in self.segments if one.length > VISIBLE]
        if not seen or abs(seen[0].start) > TOUCHING or abs(seen[-1].end - 1) > 2 * TOUCHING:
            return False
        in_line = all(abs(one.at - seen[0].at) < 0.05 for one in seen)
        return in_line and all(
            abs(low.end - high.start) <= TOUCHING for low, high in pairwise(seen)
        )


@dataclass(frozen=True)
class StackedChart:
    """A chart as a judge sees it; stacks stand as they are read, left to right or downwards."""

    horizontal: bool
    stacks: tuple[Stack, ...]
    texts: tuple[Words, ...]
    legend: tuple[Entry, ...]
    title: str
    axis_labels: tuple[str, str]
    low: float
    high: float
    linear: bool
    alt: str

    @property
    def segments(self) -> list[Segment]:
        return [s for stack in self.stacks for s in stack.segments if s.length > VISIBLE]

    @property
    def starts_at_zero(self) -> bool:
        """Whether the axis of the lengths is linear, begins at 0 and runs on to the whole."""
        return self.linear and -0.05 <= self.low <= 0.0005 and 0.99 <= self.high <= 3

    def stack(self, spellings: Sequence[str], place: int, count: int) -> Stack | None:
        """The stack with this name, or, where no stack has a name, the one at this place."""
        for stack in self.stacks:
            if spelled(stack.name) in spellings:
                return stack
        nameless = not any(stack.name for stack in self.stacks)
        return self.stacks[place] if nameless and len(self.stacks) == count else None

    def names_parties(self) -> bool:
        """Whether the legend or texts in or beside the segments name the three parties."""
        named = {party_of(entry.text) for entry in self.legend}
        return set(PARTIES) <= named or self.labelled_parties() == set(PARTIES)

    def labelled_parties(self) -> set[Party]:
        """The parties whose word stands in or beside one of their segments."""
        return {
            one.party
            for one in self.segments
            if one.party and any(_is_label_of(one, words) for words in self.texts)
        }

    def told_without_colour(self) -> bool:
        """Whether each party has a hatch of its own (one may go without), or its word.

        A legend that shows other hatches than the bars leaves the reader with the colours.
        """
        drawn = {party: self._hatches(party) for party in PARTIES}
        if not all(drawn.values()):
            return False
        apart = all(not drawn[a] & drawn[b] for a, b in combinations(PARTIES, 2))
        shown = all(_strokes(entry.hatch) in drawn[party] for entry in self.legend
                    if entry.colour and (party := party_of(entry.text)))  # fmt: skip
        return (apart and shown) or self.labelled_parties() == set(PARTIES)

    def _hatches(self, party: Party) -> set[str]:
        return {_strokes(one.hatch) for one in self.segments if one.party is party}

    def contrasts(self) -> dict[tuple[str, str], float]:
        """For each two parties that touch in a stack, the lowest contrast between them."""
        found: dict[tuple[str, str], float] = {}
        for stack in self.stacks:
            seen = [one for one in stack.segments if one.length > VISIBLE]
            for low, high in pairwise(seen):
                first, second = sorted((str(low.party or "?"), str(high.party or "?")))
                if first != second:
                    pair = first, second
                    found[pair] = min(found.get(pair, 21.0), _set_apart(low, high))
        return found


def _strokes(hatch: str) -> str:
    """The strokes of a hatch; a denser pattern of the same strokes is the same."""
    return "".join(sorted(set(hatch)))


def _is_label_of(segment: Segment, words: Words) -> bool:
    inside = segment.start - TOUCHING <= words.along <= segment.end + TOUCHING
    return inside and abs(words.at - segment.at) <= 1 and party_of(words.text) is segment.party


def spelled(name: str) -> str:
    """A name to compare, without case, maker, line breaks and what stands in brackets."""
    return plain(re.sub(r"\([^()]*\)", "", name))


def party_of(label: str) -> Party | None:
    """The party that a label names: shared, or the only one of customer and AWS."""
    words = set(re.findall(r"[a-z]+", label.casefold()))
    if words & {"shared", "both"}:
        return Party.SHARED
    customer, aws = bool(words & {"customer", "customers"}), "aws" in words
    if customer == aws:
        return None
    return Party.CUSTOMER if customer else Party.AWS


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` after WCAG 2.2, from 0 (black) to 1 (white)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours after WCAG 2.2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _set_apart(one: Segment, other: Segment) -> float:
    """The contrast of two neighbours, or that of a line between them with the nearer of both."""
    lines = [edge for edge in (one.edge, other.edge) if edge]
    between = [min(contrast(edge, one.colour), contrast(edge, other.colour)) for edge in lines]
    return max([contrast(one.colour, other.colour), *between])


def read_chart(data: Any) -> StackedChart:
    """The chart in data of a learner. Raises `ValueError` where there is none to read."""
    chart = _mapping(data)
    horizontal = chart.get("horizontal") is True
    across, along = ("y", "x") if horizontal else ("x", "y")
    raw = [bar for bar in _rows(chart.get("bars")) if _has_sides(bar)]
    if not raw:
        raise ValueError("there is no bar in the chart")
    scale = _scale(raw, along, horizontal)
    parties = _parties(raw, _rows(chart.get("legend")))
    bars = [
        _segment(bar, party, horizontal, scale) for bar, party in zip(raw, parties, strict=True)
    ]
    ticks = [(at, name) for at, name in _ticks(chart, across) if re.search("[A-Za-z]", name)]
    low, high = _limits(chart, along)
    start, end = _limits(chart, across)
    backwards = end < start
    stacks = _stacks(bars, ticks)
    labels = _mapping(chart.get("labels"))
    return StackedChart(
        horizontal=horizontal,
        stacks=tuple(reversed(stacks) if backwards else stacks),
        texts=tuple(_words(chart, across, along, scale)),
        legend=tuple(
            Entry(_text(entry.get("text")), *_look(entry)) for entry in _rows(chart.get("legend"))
        ),
        title=_text(chart.get("title")),
        axis_labels=(_text(labels.get("x")), _text(labels.get("y"))),
        low=low * scale,
        high=high * scale,
        linear=_mapping(chart.get("scales")).get(along) == "linear",
        alt=_text(chart.get("alt")),
    )


def _segment(
    bar: Mapping[str, Any], party: Party | None, horizontal: bool, scale: float
) -> Segment:
    x, y, width, height = (_number(bar.get(side)) or 0.0 for side in ("x", "y", "width", "height"))
    first, length = (x, width) if horizontal else (y, height)
    at = y + height / 2 if horizontal else x + width / 2
    low, high = sorted((first * scale, (first + length) * scale))
    thick = (_number(bar.get("edge_width")) or 0.0) >= THINNEST_LINE
    return Segment(
        party, at, low, high, _colour(bar.get("colour")) or "#ffffff",
        _colour(bar.get("edge")) if thick else "", _text(bar.get("hatch")),
    )  # fmt: skip


def _scale(raw: Sequence[Mapping[str, Any]], along: str, horizontal: bool) -> float:
    """1 for shares, 0.01 where the bars reach as far as percentages do."""
    side = "width" if horizontal else "height"
    ends = [abs((_number(bar[along]) or 0) + (_number(bar[side]) or 0)) for bar in raw]
    return 0.01 if max(ends) > 1.5 else 1.0


def _parties(
    raw: Sequence[Mapping[str, Any]], legend: Sequence[Mapping[str, Any]]
) -> list[Party | None]:
    """Whose each bar is: by the legend's look, else by its label, else by the order of series."""
    looks: dict[tuple[str, str], list[str]] = {}
    for entry in legend:
        looks.setdefault(_look(entry), []).append(_text(entry.get("text")))
    told = {look: party_of(texts[0]) for look, texts in looks.items() if len(texts) == 1}
    named = [told.get(_look(bar)) or party_of(_text(bar.get("label"))) for bar in raw]
    series = list(dict.fromkeys(str(bar.get("series"))[:20] for bar in raw))
    if any(named) or len(series) != len(PARTIES):
        return named
    return [PARTIES[series.index(str(bar.get("series"))[:20])] for bar in raw]


def _look(shown: Mapping[str, Any]) -> tuple[str, str]:
    return _colour(shown.get("colour")), _text(shown.get("hatch"))


def _stacks(bars: Sequence[Segment], ticks: Sequence[tuple[float, str]]) -> list[Stack]:
    """The bars gathered under the nearest name, or by their place where there are no names."""
    members: dict[tuple[float, str], list[Segment]] = {}
    for bar in bars:
        near = min(ticks, key=lambda tick: abs(tick[0] - bar.at)) if ticks else None
        if near is None or abs(near[0] - bar.at) > 0.5:
            near = round(bar.at, 3), ""
        members.setdefault(near, []).append(bar)
    return [
        Stack(name, tuple(sorted(inside, key=lambda one: (one.start, one.end))))
        for (_, name), inside in sorted(members.items(), key=lambda entry: entry[0])
    ]


def _words(chart: Mapping[str, Any], across: str, along: str, scale: float) -> Iterable[Words]:
    for one in _rows(chart.get("texts")):
        at, far = _number(one.get(across)), _number(one.get(along))
        if at is not None and far is not None:
            yield Words(_text(one.get("text")), at, far * scale)


def _ticks(chart: Mapping[str, Any], across: str) -> Iterable[tuple[float, str]]:
    for tick in _rows(_mapping(chart.get("ticks")).get(across)):
        at = _number(tick.get("at"))
        if at is not None:
            yield at, _text(tick.get("text"))


def _limits(chart: Mapping[str, Any], axis: str) -> tuple[float, float]:
    """The two ends of an axis; an axis without two ends starts nowhere near 0."""
    limits = _mapping(chart.get("limits")).get(axis)
    found = [_number(one) for one in limits[:2]] if isinstance(limits, list) else []
    if len(found) != 2 or found[0] is None or found[1] is None:
        return LARGEST, LARGEST
    return found[0], found[1]


def _has_sides(bar: Mapping[str, Any]) -> bool:
    return all(_number(bar.get(side)) is not None for side in ("x", "y", "width", "height"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _rows(value: Any) -> list[Mapping[str, Any]]:
    listed = value[:MOST_READ] if isinstance(value, list) else []
    return [row for row in listed if isinstance(row, Mapping)]


def _text(value: Any) -> str:
    return value[:2_000].strip() if isinstance(value, str) else ""


def _colour(value: Any) -> str:
    return value if isinstance(value, str) and re.fullmatch("#[0-9a-fA-F]{6}", value) else ""


def _number(value: Any) -> float | None:
    """A finite number of a size that a chart has, or `None`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return float(value) if abs(value) <= LARGEST else None
