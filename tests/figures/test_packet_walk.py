"""The packet's walk as drawn is the table of steps."""

from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.packet_walk import DOWN, ENFORCED, UP, WRITTEN, plot_packet_walk
from shared_responsibility.figures.style import AWS, CUSTOMER
from shared_responsibility.practice.packets import walk
from shared_responsibility.vocabulary import WORDS

ANYWHERE = "0.0.0.0/0"
PACKET = {"source": "203.0.113.9", "source_port": 50123, "port": 443}
IN = [{"number": 100, "action": "allow", "port": 443, "source": ANYWHERE}]
OUT = [{"number": 100, "action": "allow", "port": "1024-65535", "destination": ANYWHERE}]


def steps(case: str) -> pd.DataFrame:
    source = "198.51.100.0/24" if case == "security group" else ANYWHERE
    group = {"inbound": [{"port": 443, "source": source}], "outbound": []}
    acl: dict[str, Any] = {"inbound": IN, "outbound": OUT}
    if case == "acl in":
        acl["inbound"] = []
    if case == "acl back":
        acl["outbound"] = []
    return walk(PACKET, group, acl, routes=[] if case == "route" else [ANYWHERE])


CASES = ["through", "security group", "acl in", "acl back", "route"]
MARKS = {"pass": ("✓ pass", "✓ answers"), "stop": ("✗ STOP",), "not reached": ("not reached",)}


def at(axes: Axes, x: float, y: float) -> str:
    (text,) = (t.get_text() for t in axes.texts if t.get_position() == (x, y))
    return text


@pytest.mark.parametrize("case", CASES)
def test_each_step_stands_at_its_place_with_its_decision_and_owners(case: str) -> None:
    table = steps(case)
    axes = plot_packet_walk(table).figure.axes[0]
    places = list(table["place"][:5])
    names = {text.get_text().casefold(): text.get_position()[0] for text in axes.texts}
    x_of = {place: names[place.casefold()] for place in places}
    assert sorted(x_of.values()) == [x_of[place] for place in places]
    for row in table.itertuples():
        x = x_of[row.place]
        mark = at(axes, x, UP if row.way == "in" else DOWN)
        assert mark.split("\n")[0] in MARKS[row.decision]
        assert ("notes it" in mark) == row.memory.startswith("notes ")
        assert ("knows it" in mark) == row.memory.startswith("knows ")
        for y, owner in ((WRITTEN, row.written_by), (ENFORCED, row.enforced_by)):
            assert at(axes, x, y) == WORDS[owner]
            (box,) = (
                b for b in axes.patches if isinstance(b, Rectangle) and b.get_bbox().contains(x, y)
            )
            assert same_color(box.get_facecolor(), AWS if owner == "aws" else CUSTOMER)
            assert bool(box.get_hatch()) == (owner == "customer")


@pytest.mark.parametrize("case", CASES)
def test_title_words_and_alt_text_name_the_stop_and_its_reason(case: str) -> None:
    table = steps(case)
    chart = plot_packet_walk(table)
    axes = chart.figure.axes[0]
    stopped = table[table["decision"] == "stop"]
    assert "to port 443" in chart.alt
    assert "AWS carries out: internet gateway, route table" in chart.alt
    assert "The customer writes the rules of: internet gateway" in chart.alt
    if case == "through":
        assert stopped.empty
        assert "every place lets it pass" in axes.get_title(loc="left")
        assert "stops" not in chart.alt
        return
    (row,) = stopped.to_dict("records")
    what = "request" if row["way"] == "in" else "answer"
    assert f"The {what} stops at the {row['place']}" in axes.get_title(loc="left")
    assert f"The {what} stops at the {row['place']}: {row['because']}." in chart.alt
    assert any(row["because"] in text.get_text() for text in axes.texts)
    assert ("The answer is never sent" in chart.alt) == (row["way"] == "in")


def test_the_table_behind_the_figure_is_the_steps() -> None:
    table = steps("acl back")
    shown = plot_packet_walk(table).table
    assert list(shown.index) == list(table["way"])
    for column in ("place", "to_port", "decision", "because", "memory"):
        assert list(shown[column]) == list(table[column])
    for column in ("written_by", "enforced_by"):
        assert list(shown[column]) == [WORDS[party] for party in table[column]]


@pytest.mark.parametrize("wrong", [None, pd.DataFrame(), pd.DataFrame({"way": ["in"]})])
def test_something_else_than_steps_is_refused(wrong: Any) -> None:
    with pytest.raises(CourseError, match="draws the table that"):
        plot_packet_walk(wrong)
