"""Each layer of a tower names and shows the owner that the matrix gives it."""

from collections.abc import Iterator
from functools import cache

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.layers import DOES, HEIGHT, LAYERS, WIDTH, plot_layers
from shared_responsibility.figures.style import AWS, CUSTOMER, PAPER
from shared_responsibility.matrix import compare, load_matrix
from shared_responsibility.vocabulary import WORDS

DRAWN = [("ec2", "ecs_fargate", "lambda", "opensearch", "connect"), ("s3",), ("rds", "s3", "ec2")]
CELLS = load_matrix().set_index(["service_id", "domain_id"])

drawn = cache(plot_layers)


@pytest.fixture(scope="module", autouse=True)
def charts_are_given_back() -> Iterator[None]:
    yield
    drawn.cache_clear()


@pytest.mark.parametrize("services", DRAWN)
def test_each_layer_is_drawn_in_the_look_of_its_owner(services: tuple[str, ...]) -> None:
    axes, owners = drawn(*services).figure.axes[0], compare(*services)
    boxes = {(b.get_x(), b.get_y()): b for b in axes.patches if isinstance(b, Rectangle)}
    halves = [patch for patch in axes.patches if isinstance(patch, Polygon)]
    cut = {tuple(half.get_xy().min(axis=0)) for half in halves}
    texts = {text.get_position(): text.get_text() for text in axes.texts}
    assert len(boxes) == len(services) * len(LAYERS)
    for column, service in enumerate(services):
        for row, layer in enumerate(LAYERS):
            owner = owners.loc[layer, service]
            box = boxes[column, row]
            face = {"aws": AWS, "not_applicable": PAPER}.get(owner, CUSTOMER)
            assert same_color(box.get_facecolor(), face)
            assert bool(box.get_hatch()) == (owner in ("customer", "shared"))
            assert ((column, row) in cut) == (owner == "shared")
            words = texts[column + WIDTH / 2, row + HEIGHT / 2].split("\n")
            assert words == list(dict.fromkeys([WORDS[owner], DOES[owner]]))


@pytest.mark.parametrize("services", DRAWN)
def test_words_and_table_tell_every_layer(services: tuple[str, ...]) -> None:
    chart = drawn(*services)
    assert len(chart.table) == len(services) * len(LAYERS)
    for service in services:
        name = CELLS.loc[(service, "guest_os"), "service"]
        tower = chart.table.loc[name].set_index("layer")
        for layer, (layer_name, _) in LAYERS.items():
            cell, row = CELLS.loc[(service, layer)], tower.loc[layer_name]
            assert row["owner"] == WORDS[cell["responsible"]]
            assert row["AWS does"] == cell["aws_does"]
            assert row["customer does"] == cell["customer_does"]
            told = chart.alt.split(f"{name}: ")[1].split(".")[0]
            assert f"{layer_name.lower()} {row['owner']}" in told


def test_the_title_promises_the_top_layer_only_where_it_is_the_customer_s() -> None:
    def said(*services: str) -> str:
        return drawn(*services).figure.axes[0].get_title(loc="left")

    assert "the top one stays with you" in said("ec2", "lambda")
    assert "elsewhere in each tower" in said("ec2", "connect")


def test_no_service_and_an_unknown_one_are_refused() -> None:
    with pytest.raises(CourseError, match="at least one service"):
        plot_layers()
    with pytest.raises(CourseError, match="Did you mean"):
        plot_layers("ec3")


@pytest.mark.parametrize("services", [*DRAWN, ("ec2", "lambda")])
def test_the_title_is_not_cut_off(services: tuple[str, ...]) -> None:
    figure = drawn(*services).figure
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    (written,) = (t for t in figure.findobj(Text) if t.get_fontsize() == 13)
    assert written.get_window_extent(canvas.get_renderer()).x1 < figure.bbox.x1
