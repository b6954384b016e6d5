"""What is drawn is what the tables say; no owner is told by colour alone."""

import html
import re
from collections.abc import Iterator
from functools import cache

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import same_color, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Annotation, Text

from shared_responsibility.errors import CourseError
from shared_responsibility.figures import (
    AWS,
    CUSTOMER,
    PAPER,
    Chart,
    plot_load,
    plot_service,
    plot_shift,
)
from shared_responsibility.matrix import customer_load, load_matrix, model_name, shift
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import WORDS

# Every model, absent layers, no exception at all, and the longest names.
SERVICES = ["outposts", "ecs_fargate", "rds", "iot_greengrass", "lambda", "connect", "cli",
            "application_discovery_service"]  # fmt: skip
MATRIX = load_matrix()
OWNERS = {"AWS": "aws", "customer": "customer", "shared": "shared"}


@cache
def drawn(name: str) -> Chart:
    plots = {"shift": plot_shift, "load": plot_load}
    return plots[name]() if name in plots else plot_service(name)


@pytest.fixture(scope="module", autouse=True)
def charts_are_given_back() -> Iterator[None]:
    yield
    drawn.cache_clear()


def axes_of(chart: Chart) -> Axes:
    return chart.figure.axes[0]


def texts_of(chart: Chart) -> list[Text]:
    return [text for text in axes_of(chart).texts if not isinstance(text, Annotation)]


def inside(text: Text, box: Rectangle) -> bool:
    x, y = text.get_position()
    left, low = box.get_xy()
    return left < x < left + box.get_width() and low < y < low + box.get_height()


def luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_white_text_on_the_blue_of_aws_can_be_read() -> None:
    light, dark = sorted((luminance(PAPER), luminance(AWS)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_two_owners_differ_in_brightness_for_the_colour_blind() -> None:
    assert luminance(CUSTOMER) / luminance(AWS) > 3


def test_shift_draws_one_box_for_each_cell_in_its_owner_s_look() -> None:
    axes, table = axes_of(drawn("shift")), shift()
    boxes = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    halves = [patch for patch in axes.patches if isinstance(patch, Polygon)]
    counts = table.stack().value_counts()
    assert len(boxes) == table.size
    assert sum(same_color(box.get_facecolor(), AWS) for box in boxes) == counts["aws"]
    hatched = [box for box in boxes if same_color(box.get_facecolor(), CUSTOMER)]
    assert len(hatched) == counts["customer"] + counts["shared"]
    assert all(box.get_hatch() for box in hatched)
    assert len(halves) == counts["shared"]
    assert all(same_color(half.get_facecolor(), AWS) for half in halves)


def test_shift_writes_the_owner_of_the_table_into_each_box() -> None:
    chart, table = drawn("shift"), shift()
    names = load_table("domains").set_index("domain_id")["name"]
    heights = {
        text.get_text(): text.get_position()[1]
        for text in texts_of(chart)
        if text.get_text() in set(names)
    }
    boxes = [patch for patch in axes_of(chart).patches if isinstance(patch, Rectangle)]
    words = [text for text in texts_of(chart) if text.get_text() in OWNERS]
    assert len(words) == len(boxes) == table.size
    for domain_id in table.index:
        for column, model in enumerate(table.columns):
            (box,) = (
                box
                for box in boxes
                if box.get_x() == column
                and box.get_y() < heights[names[domain_id]] < box.get_y() + box.get_height()
            )
            (word,) = (word for word in words if inside(word, box))
            owner = table.loc[domain_id, model]
            assert OWNERS[word.get_text()] == owner
            assert same_color(box.get_facecolor(), AWS) == (owner == "aws")
            assert same_color(word.get_color(), PAPER) == (owner == "aws")


def test_the_table_behind_shift_is_shift() -> None:
    table = shift().iloc[::-1]
    assert drawn("shift").table.to_numpy().tolist() == table.map(WORDS.get).to_numpy().tolist()
    names = load_table("domains").set_index("domain_id")["name"]
    assert list(drawn("shift").table.index) == [names[one] for one in table.index]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_s_marks_stand_in_the_lanes_of_the_table(service: str) -> None:
    chart = drawn(service)
    texts = {text.get_text(): text.get_position() for text in texts_of(chart)}
    lane_of = {owner: texts[WORDS[owner]][0] for owner in ("aws", "shared", "customer")}
    absent = {text.get_position()[1] for text in texts_of(chart)
              if text.get_text() == "no such layer"}  # fmt: skip
    marks: dict[tuple[float, str], Line2D] = {}
    for line in axes_of(chart).lines:
        if line.get_marker() in ("o", "D") and len(line.get_xdata()) == 1:
            kind = "default" if same_color(line.get_markerfacecolor(), PAPER) else "owner"
            marks[float(line.get_ydata()[0]), kind] = line
    cells = MATRIX[MATRIX["service_id"] == service]
    assert len(cells) == 22
    expected_marks = 0
    for cell in cells.itertuples():
        height = texts[cell.domain][1]
        assert (height in absent) == (cell.responsible == "not_applicable")
        if height in absent:
            assert (height, "owner") not in marks
            continue
        mark = marks[height, "owner"]
        expected_marks += 1 + cell.exception
        assert mark.get_xdata()[0] == lane_of[cell.responsible]
        assert (mark.get_marker() == "D") == cell.exception
        assert (mark.get_fillstyle() == "left") == (cell.responsible == "shared")
        assert ((height, "default") in marks) == cell.exception
        if cell.exception:
            assert marks[height, "default"].get_xdata()[0] == lane_of[cell.default]
    assert len(marks) == expected_marks
    arrows = [text for text in axes_of(chart).texts if isinstance(text, Annotation)]
    assert len(arrows) == cells["exception"].sum()


@pytest.mark.parametrize("service", SERVICES)
def test_the_words_for_a_service_name_its_exceptions_and_absent_layers(service: str) -> None:
    chart = drawn(service)
    cells = MATRIX[MATRIX["service_id"] == service]
    different = cells[cells["exception"]]
    assert re.search(rf"\b{len(different) or 'No'} exceptions?\b", chart.alt)
    for cell in different.itertuples():
        told = f"{cell.domain} is {WORDS[cell.responsible]} instead of {WORDS[cell.default]}"
        assert told in chart.alt
    absent = cells.loc[cells["responsible"] == "not_applicable", "domain"]
    assert ("It has no layer for" in chart.alt) == bool(len(absent))
    assert all(domain in chart.alt for domain in absent)
    table = chart.table.iloc[::-1]
    assert list(table.index) == list(cells["domain"])
    assert list(table["responsible"]) == list(cells["responsible"].map(WORDS))
    assert list(table["exception"]) == list(cells["exception"])


def test_an_unknown_service_is_not_drawn() -> None:
    with pytest.raises(CourseError, match="Did you mean ecr or ec2"):
        plot_service("ec3")


def test_load_draws_bars_and_a_line_as_high_as_the_table_says() -> None:
    axes, load = axes_of(drawn("load")), customer_load()
    assert len(axes.containers) == 3
    bottoms = [0.0] * len(load)
    for party, bars in zip(("customer", "shared", "aws"), axes.containers, strict=True):
        assert [bar.get_height() for bar in bars] == list(load[party])
        assert [bar.get_y() for bar in bars] == bottoms
        bottoms = [b + bar.get_height() for b, bar in zip(bottoms, bars, strict=True)]
        assert {bool(bar.get_hatch()) for bar in bars} == {party != "aws"}
        for bar in bars:
            labels = [text.get_text() for text in axes.texts if inside(text, bar)]
            told = f"{bar.get_height():g} {WORDS[party]}"
            assert labels == ([told] if bar.get_height() else [])
    (line,) = axes.lines
    assert list(line.get_ydata()) == list(load["load"])
    written = [t.get_text() for t in axes.texts if t.get_text().startswith("load ")]
    assert written == [f"load {value:g}" for value in load["load"]]
    ticks = [label.get_text().replace("\n", " ") for label in axes.get_xticklabels()]
    assert ticks == [model_name(model) for model in load.index]


def test_the_table_and_the_words_of_load_are_its_numbers() -> None:
    chart, load = drawn("load"), customer_load()
    assert chart.table.to_numpy().tolist() == load.to_numpy().tolist()
    for model, row in load.iterrows():
        told = f"{row['customer']:g} customer, {row['shared']:g} shared, {row['aws']:g} AWS"
        assert f"{model_name(str(model))} {row['load']:g} ({told})" in chart.alt


def test_the_words_of_shift_count_the_owners_of_each_model() -> None:
    for model, row in customer_load().iterrows():
        told = [f"{row[p]:g} {WORDS[p]}" for p in ("aws", "customer", "shared") if row[p]]
        (part,) = re.findall(rf"{model_name(str(model))}: ([^;.]*)[;.]", drawn("shift").alt)
        assert re.split(", | and ", part) == told


@pytest.mark.parametrize("name", ["shift", "load", "rds"])
def test_owners_are_named_in_a_legend(name: str) -> None:
    (legend,) = drawn(name).figure.legends
    words = " ".join(text.get_text() for text in legend.get_texts())
    told = ("exception", "default") if name == "rds" else ("AWS acts", "customer acts", "shared")
    assert all(part in words for part in told)


def test_a_notebook_shows_the_image_its_words_and_its_table() -> None:
    chart = drawn("load")
    shown = chart._repr_mimebundle_()
    assert shown["text/plain"] == repr(chart) == chart.alt
    page = shown["text/html"]
    assert f'alt="{html.escape(chart.alt)}"' in page
    assert page.startswith('<img src="data:image/png;base64,')
    assert page.count("<tr") == len(chart.table) + page.count("<thead>") * 2
    for model in chart.table.index:
        assert re.search(rf"<th[^>]*>{model}</th>", page)
