"""The bricks are the domains of the matrix, each in the column of its class."""

from collections.abc import Iterator
from functools import cache

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color
from matplotlib.patches import Polygon, Rectangle

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.control_classes import CLASSES, WIDTH, plot_control_classes
from shared_responsibility.figures.style import AWS, CUSTOMER, PIXELS_PER_INCH
from shared_responsibility.matrix import load_matrix
from shared_responsibility.vocabulary import WORDS

SERVICES = ["ec2", "s3", "workmail", "artifact"]
MATRIX = load_matrix()

drawn = cache(plot_control_classes)


@pytest.fixture(scope="module", autouse=True)
def charts_are_given_back() -> Iterator[None]:
    yield
    drawn.cache_clear()


def test_each_domain_stands_once_in_the_column_of_its_class() -> None:
    for service in SERVICES:
        texts = drawn(service).figure.axes[0].texts
        cells = MATRIX[MATRIX["service_id"] == service]
        for domain, control_class in zip(cells["domain"], cells["control_class"], strict=True):
            (brick,) = (text for text in texts if text.get_text() == domain)
            assert int(brick.get_position()[0] // WIDTH) == CLASSES.index(control_class)


def test_the_counts_over_the_columns_are_those_of_the_matrix() -> None:
    for service in SERVICES:
        chart = drawn(service)
        found = MATRIX.loc[MATRIX["service_id"] == service, "control_class"].value_counts()
        words = [text.get_text() for text in chart.figure.axes[0].texts]
        for control_class in CLASSES:
            name, count = WORDS.get(control_class, str(control_class)), found.get(control_class, 0)
            assert f"{name}: {count}" in words
            assert f"{name} {count}" in chart.alt
        assert chart.table["domains"].sum() == found.sum() == MATRIX["domain_id"].nunique()


def test_the_table_names_every_domain_of_every_service() -> None:
    table = plot_control_classes(*SERVICES).table
    assert len(table) == len(SERVICES) * len(CLASSES)
    for service in SERVICES:
        cells = MATRIX[MATRIX["service_id"] == service]
        named = ", ".join(filter(None, table.loc[cells["service"].iloc[0], "names"])).split(", ")
        assert sorted(named) == sorted(cells["domain"])


def test_classes_have_a_hatch_a_cut_or_a_dash_beside_their_colour() -> None:
    chart = drawn("s3")
    patches = chart.figure.axes[0].patches
    counts = chart.table.droplevel("service")["domains"]
    hatched = [p for p in patches if same_color(p.get_facecolor(), CUSTOMER)]
    assert len(hatched) == counts["customer-specific"] + counts["shared"]
    assert all(p.get_hatch() for p in hatched)
    blue = [p for p in patches if same_color(p.get_facecolor(), AWS)]
    assert sum(isinstance(p, Polygon) for p in blue) == counts["shared"]
    assert sum(isinstance(p, Rectangle) for p in blue) == counts["inherited"]
    dashed = [p for p in patches if p.get_linestyle() not in ("-", "solid")]
    assert len(dashed) == counts["no such layer"] > 0


def test_the_title_counts_what_the_customer_carries_alone() -> None:
    chart = plot_control_classes("ec2", "workmail")
    own = [
        ((MATRIX["service_id"] == one) & (MATRIX["responsible"] == "customer")).sum()
        for one in ("ec2", "workmail")
    ]
    title = " ".join(chart.figure.axes[0].get_title(loc="left").split())
    assert title == (
        f"Of 22 domains, the customer alone carries {own[0]} with Amazon EC2 "
        f"and {own[1]} with Amazon WorkMail"
    )
    assert chart.alt.startswith(title)


def test_names_of_domains_stay_within_their_bricks() -> None:
    chart = plot_control_classes("rds")
    chart.figure.set_dpi(PIXELS_PER_INCH)
    canvas = FigureCanvasAgg(chart.figure)
    chart.figure.draw_without_rendering()
    axes = chart.figure.axes[0]
    for text in axes.texts:
        if text.get_text() in set(MATRIX["domain"]):
            box = text.get_window_extent(canvas.get_renderer()).transformed(
                axes.transData.inverted()
            )
            assert box.x1 <= (text.get_position()[0] // WIDTH + 1) * WIDTH - 0.08


def test_a_service_named_twice_is_drawn_once() -> None:
    assert len(plot_control_classes("s3", "Amazon S3").table) == len(CLASSES)


def test_no_service_or_an_unknown_one_is_refused() -> None:
    with pytest.raises(CourseError, match="at least one service"):
        plot_control_classes()
    with pytest.raises(CourseError, match="ec3"):
        plot_control_classes("ec3")
