"""The grid of the two losses holds each service where the matrix puts it."""

import pytest
from matplotlib.colors import same_color, to_hex
from matplotlib.patches import Polygon, Rectangle

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.style import AWS, CUSTOMER, Chart
from shared_responsibility.figures.two_losses import (
    DELETION,
    FAILURE,
    HEIGHT,
    WIDTH,
    plot_two_losses,
)
from shared_responsibility.matrix import compare
from shared_responsibility.vocabulary import WORDS

SERVICES = ["ec2", "ebs", "s3", "s3_glacier", "dynamodb", "rds", "efs", "workmail"]
COLUMN = {"aws": 0, "shared": 1, "customer": 2}
ROW = {"customer": 0, "shared": 1, "aws": 2}


def names_at(chart: Chart, column: int, row: int) -> str:
    place = column * WIDTH + WIDTH / 2, row * HEIGHT + HEIGHT / 2
    (text,) = (
        t for t in chart.figure.axes[0].texts if t.get_position() == pytest.approx(place)
    )  # fmt: skip
    return " ".join(text.get_text().split())


def test_each_service_stands_in_the_cell_of_its_two_owners_and_nowhere_else() -> None:
    chart, owners = plot_two_losses(*SERVICES), compare(*SERVICES)
    cells = {(c, r): names_at(chart, c, r).split(", ") for c in range(3) for r in range(3)}
    for service, name in zip(SERVICES, chart.table.index, strict=True):
        cell = COLUMN[str(owners.loc[FAILURE, service])], ROW[str(owners.loc[DELETION, service])]
        assert [place for place, names in cells.items() if name in names] == [cell]


def test_an_empty_cell_says_none() -> None:
    chart = plot_two_losses("ec2")
    written = [names_at(chart, c, r) for c in range(3) for r in range(3)]
    assert sorted(written) == ["EC2", *["none"] * 8]


def test_the_table_and_the_words_are_those_of_the_matrix() -> None:
    chart, owners = plot_two_losses(*SERVICES), compare(*SERVICES)
    expected = owners.loc[[FAILURE, DELETION]].T.map(WORDS.get)
    assert chart.table.to_numpy().tolist() == expected.to_numpy().tolist()
    for name, (failure, deletion) in zip(
        chart.table.index, chart.table.to_numpy().tolist(), strict=True
    ):
        assert f"{name}: failure {failure}, deletion {deletion}" in chart.alt


def test_the_title_counts_where_aws_has_work() -> None:
    chart, owners = plot_two_losses(*SERVICES), compare(*SERVICES)
    title = " ".join(chart.figure.axes[0].get_title(loc="left").split())
    fails, deletes = (
        sum(owner != "customer" for owner in owners.loc[domain]) for domain in (FAILURE, DELETION)
    )
    assert title == (
        f"Of {len(SERVICES)} services, AWS has work in {fails} when a zone or disk fails, "
        f"in {deletes} when somebody deletes"
    )


def test_owners_have_a_hatch_and_words_beside_their_colour() -> None:
    axes = plot_two_losses("ec2").figure.axes[0]
    looks = [p for p in axes.patches if to_hex(p.get_facecolor()) == to_hex(CUSTOMER)]
    assert len(looks) == 4
    assert all(isinstance(p, Rectangle) and p.get_hatch() for p in looks)
    assert sum(isinstance(p, Polygon) for p in axes.patches) == 2
    assert sum(same_color(p.get_facecolor(), AWS) for p in axes.patches) == 4
    words = [text.get_text() for text in axes.texts]
    for meaning in ("AWS alone", "both have work", "the customer alone"):
        assert words.count(meaning) == 2


def test_a_service_without_one_of_the_layers_is_named_below_and_not_counted() -> None:
    chart = plot_two_losses("s3", "cloudfront")
    written = " ".join(text.get_text() for text in chart.figure.axes[0].texts)
    assert "Without one of the two layers: CloudFront." in written
    assert chart.figure.axes[0].get_title(loc="left").startswith("Of 1 service,")
    assert list(chart.table.index) == ["S3", "CloudFront"]


def test_a_service_named_twice_is_drawn_once() -> None:
    assert list(plot_two_losses("s3", "Amazon S3").table.index) == ["S3"]


def test_no_service_or_an_unknown_one_is_refused() -> None:
    with pytest.raises(CourseError, match="at least one service"):
        plot_two_losses()
    with pytest.raises(CourseError, match="ec3"):
        plot_two_losses("ec3")
