"""The chart of the trade draws the counts of the matrix, and every point has its words."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.text import Annotation

from shared_responsibility.errors import CourseError
from shared_responsibility.figures import trade
from shared_responsibility.figures.style import Chart
from shared_responsibility.figures.trade import MOST, plot_trade, short_name, trade_of
from shared_responsibility.matrix import compare, customer_load, load_matrix
from shared_responsibility.tables import load_table

LESSON = ("ec2", "lightsail", "elastic_beanstalk", "ecs_fargate", "lambda", "rds", "aurora",
          "dynamodb")  # fmt: skip
FULL = ("rds", "rds_custom", "glue", "s3", "connect", "workmail", "outposts", "iot_greengrass",
        "chime", "ecs_managed_instances", "eks_fargate", "vpc")  # fmt: skip
DRAWN = [LESSON, FULL, ("rds",), ("cloudfront", "cost_explorer")]
OWNERS = {
    one: list(owners) for one, owners in compare(*load_table("services")["service_id"]).items()
}

drawn = cache(plot_trade)


@pytest.fixture(scope="module", autouse=True)
def charts_are_given_back() -> Iterator[None]:
    yield
    drawn.cache_clear()


def clouds_of(chart: Chart) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """The grey points and the named ones."""
    clouds = [c for c in chart.figure.axes[0].collections if isinstance(c, PathCollection)]
    others, named = ([tuple(point) for point in cloud.get_offsets()] for cloud in clouds)
    return others, named


def labels_of(chart: Chart) -> list[Annotation]:
    return [text for text in chart.figure.axes[0].texts if isinstance(text, Annotation)]


def message_of(chart: Chart) -> str:
    return chart.figure.axes[0].get_title(loc="left")


def counted(service: str) -> dict[str, float]:
    """The numbers of a service, counted here by hand."""
    owners = OWNERS[service]
    own, shared, aws = (owners.count(party) for party in ("customer", "shared", "aws"))
    absent = owners.count("not_applicable")
    return {"customer alone": own, "shared": shared, "AWS": aws, "layers": len(owners) - absent,
            "load": own + shared / 2, "say": own + shared}  # fmt: skip


@pytest.mark.parametrize("services", DRAWN)
def test_each_point_stands_where_the_matrix_puts_it(services: tuple[str, ...]) -> None:
    others, named = clouds_of(drawn(*services))
    expected = [(counted(one)["load"], counted(one)["say"]) for one in services]
    assert named == expected
    workloads = load_matrix().query("role == 'workload'")["service_id"].unique()
    rest = [counted(one) for one in workloads if one not in services]
    assert sorted(others) == sorted((one["load"], one["say"]) for one in rest)


@pytest.mark.parametrize("services", DRAWN)
def test_the_table_and_the_words_are_complete(services: tuple[str, ...]) -> None:
    chart = drawn(*services)
    assert list(chart.table.index) == [short_name(one) for one in services]
    for service, (name, row) in zip(services, chart.table.iterrows(), strict=True):
        numbers = counted(service)
        assert dict(row) == numbers
        assert (
            f"{name}: load {numbers['load']:g}, say {numbers['say']:g} "
            f"({numbers['customer alone']} alone, {numbers['shared']} shared, "
            f"{numbers['AWS']} AWS)"
        ) in chart.alt
    assert chart.alt.startswith(message_of(chart))


@pytest.mark.parametrize("services", DRAWN)
def test_each_service_is_named_at_its_point_with_what_the_point_is_made_of(
    services: tuple[str, ...],
) -> None:
    labels = labels_of(drawn(*services))
    for service in services:
        numbers = counted(service)
        (label,) = (t for t in labels if t.xy == (numbers["load"], numbers["say"]))
        *names, made_of = label.get_text().split("\n")
        assert short_name(service) in " ".join(names)
        assert made_of == f"{numbers['customer alone']} alone, {numbers['shared']} shared"


@pytest.mark.parametrize("services", DRAWN)
def test_no_label_covers_another_or_leaves_the_frame(services: tuple[str, ...]) -> None:
    chart = drawn(*services)
    FigureCanvasAgg(chart.figure)
    chart.figure.draw_without_rendering()
    boxes = [label.get_window_extent().padded(-1) for label in labels_of(chart)]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    frame = chart.figure.axes[0].get_window_extent()
    assert all(frame.x0 < b.x0 and b.x1 < frame.x1 and b.y1 < frame.y1 for b in boxes)
    (title,) = (t for t in chart.figure.findobj(match=lambda a: getattr(a, "get_text", str)()
                == message_of(chart)))  # fmt: skip
    assert title.get_window_extent().x1 < chart.figure.bbox.x1


def test_every_service_lies_between_the_two_lines() -> None:
    every = trade_of(*load_table("services")["service_id"])
    assert (every["say"] >= every["load"]).all()
    assert (every["say"] <= 2 * every["load"]).all()
    told = " ".join(text.get_text() for text in drawn("rds").figure.axes[0].texts)
    assert "say = load" in told
    assert "say = 2 × load" in told


def test_the_load_is_weighed_as_that_of_the_models() -> None:
    ec2, iaas = trade_of("ec2").loc["ec2"], customer_load().loc["iaas"]
    assert (ec2["load"], ec2["customer alone"]) == (iaas["load"], iaas["customer"])


@pytest.mark.parametrize(
    ("services", "words"),
    [
        (("dynamodb", "ec2"), "From EC2 to DynamoDB the load falls by 5.5, and you lose a say in"),
        (("ec2", "elastic_beanstalk"), "and you keep a say in as many rows"),
        (("lightsail", "ecs_fargate"), "and you gain a say in 1 row"),
        (("rds", "rds_custom"), "The same load of 11.5, with a say in 16 rows"),
        (("aurora", "ebs", "redshift"), "the load falls by"),
        (("rds",), "RDS leaves a load of 11.5 and a say in 16 of 22 rows"),
    ],
)
def test_the_title_says_what_is_given_up(
    monkeypatch: pytest.MonkeyPatch, services: tuple[str, ...], words: str
) -> None:
    # To place the labels takes nearly all of the time.
    monkeypatch.setattr(trade, "_label_points", lambda *_: None)
    assert words in message_of(plot_trade(*services))


def test_a_service_named_twice_is_drawn_once() -> None:
    assert list(plot_trade("s3", "Amazon S3").table.index) == ["S3"]


def test_none_an_unknown_one_and_too_many_are_refused() -> None:
    with pytest.raises(CourseError, match="at least one service"):
        plot_trade()
    with pytest.raises(CourseError, match="Did you mean"):
        plot_trade("ec3")
    with pytest.raises(CourseError, match=f"at most {MOST} services"):
        plot_trade(*load_table("services")["service_id"].head(MOST + 1))


def test_the_say_falls_slower_than_the_load_at_first_and_faster_later() -> None:
    """What lesson 13 tells of the whole matrix: the grey cloud bends at a load of 12."""
    workloads = load_matrix().query("role == 'workload'")["service_id"].unique()
    every = trade_of(*workloads)
    low, middle, high = (
        every[every["load"].between(*band)].mean() for band in ((6, 9), (9.5, 12), (12.5, 15))
    )
    slopes = [
        (more["say"] - less["say"]) / (more["load"] - less["load"])
        for less, more in pairwise((low, middle, high))
    ]
    assert slopes[0] > 1 > slopes[1] > 0
    assert low["AWS"] - middle["AWS"] > middle["AWS"] - high["AWS"]
