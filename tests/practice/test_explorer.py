"""The explorer shows what the plain calls show; without ipywidgets it names them."""

import ast
import re
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.style import Chart
from shared_responsibility.figures.trade import MOST, plot_trade, short_name
from shared_responsibility.matrix import compare, service_id_of
from shared_responsibility.practice import explorer
from shared_responsibility.practice.explorer import BOXES, NO_CHOICE, explore
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import WORDS

drawn = cache(plot_trade)


@pytest.fixture(scope="module", autouse=True)
def charts_are_given_back() -> Iterator[None]:
    yield
    drawn.cache_clear()


@pytest.fixture(autouse=True)
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts of the same services are drawn once for all tests."""
    monkeypatch.setattr(explorer, "plot_trade", drawn)


@pytest.fixture
def no_image(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of the words: the chart without its image."""
    monkeypatch.setattr(Chart, "png", lambda _: b"")


@pytest.fixture
def widgets() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries below ipywidgets, when first imported
        return pytest.importorskip("ipywidgets")


@pytest.fixture
def no_widgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)


def parts_of(shown: Any) -> tuple[list[Any], Any]:
    """The selection boxes, and what stands under them."""
    row, view = shown.children
    return list(row.children), view


@pytest.mark.usefixtures("no_image")
def test_each_box_is_named_and_offers_all_services(widgets: Any) -> None:
    boxes, _ = parts_of(explore("ec2", "rds"))
    assert len(boxes) == BOXES
    assert all(isinstance(box, widgets.Combobox) for box in boxes)
    assert [box.description for box in boxes] == [f"Service {n}" for n in range(1, BOXES + 1)]
    assert [box.value for box in boxes] == ["EC2", "RDS", "", ""]
    services = [str(one) for one in load_table("services")["service_id"]]
    assert {service_id_of(name) for name in boxes[0].options} == set(services)
    assert len(boxes[0].options) == len(services)


def test_it_shows_the_chart_and_the_owners_of_the_matrix(widgets: Any) -> None:
    _, view = parts_of(explore("rds", "lambda"))
    chart = drawn("rds", "lambda")
    assert chart._repr_mimebundle_()["text/html"] in view.value
    owners = compare("rds", "lambda")
    rows = re.findall(r"<tr>\s*<th[^>]*>([^<]*)</th>\s*<td[^>]*>([^<]*)</td>\s*<td[^>]*>([^<]*)<",
                      view.value.split("</details>")[1])  # fmt: skip
    names = load_table("domains").set_index("domain_id")["name"]
    expected = [
        (names[domain], WORDS[row["rds"]], WORDS[row["lambda"]])
        for domain, row in owners.iterrows()
    ]
    assert rows == expected
    assert "Shown: RDS and Lambda." in view.value


@pytest.mark.usefixtures("no_image")
def test_a_changed_box_redraws(widgets: Any) -> None:
    boxes, view = parts_of(explore("ec2", "rds"))
    before = view.value
    boxes[1].value = "DynamoDB"
    assert view.value != before
    assert drawn("ec2", "dynamodb").alt in view.value
    boxes[2].value = "Amazon EC2"  # the same service in two boxes is shown once
    assert drawn("ec2", "dynamodb").alt in view.value
    for box in reversed(boxes):
        box.value = ""
    assert NO_CHOICE in view.value


@pytest.mark.usefixtures("no_image")
def test_a_name_with_a_slip_is_answered_with_the_nearest(widgets: Any) -> None:
    boxes, view = parts_of(explore("ec2"))
    boxes[1].value = "dynamdb"
    assert "Did you mean" in view.value
    assert "dynamodb" in view.value.casefold()
    boxes[1].value = "dynamodb"
    assert drawn("ec2", "dynamodb").alt in view.value


@pytest.mark.usefixtures("no_image")
def test_without_a_name_it_starts_with_two_and_with_many_it_has_more_boxes(widgets: Any) -> None:
    boxes, _ = parts_of(explore())
    assert [box.value for box in boxes] == ["EC2", "RDS", "", ""]
    many = ["ec2", "rds", "lambda", "s3", "Amazon DynamoDB"]
    boxes, _ = parts_of(explore(*many))
    assert [box.value for box in boxes] == ["EC2", "RDS", "Lambda", "S3", "DynamoDB"]


@pytest.mark.usefixtures("no_widgets")
def test_without_ipywidgets_one_sentence_names_plain_calls_that_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert explore("ec2", "Amazon RDS") is None
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.count(".") == 1
    calls = re.findall(r"(plot_trade|compare)(\([^)]*\))", said.out)
    assert [name for name, _ in calls] == ["plot_trade", "compare"]
    assert all(ast.literal_eval(named) == ("ec2", "rds") for _, named in calls)


@pytest.mark.parametrize("missing", [True, False])
def test_an_unknown_service_and_too_many_are_refused_with_and_without_ipywidgets(
    monkeypatch: pytest.MonkeyPatch, missing: bool
) -> None:
    if missing:
        monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(CourseError, match="Did you mean"):
        explore("ec3")
    with pytest.raises(CourseError, match=f"at most {MOST}"):
        explore(*load_table("services")["service_id"].head(MOST + 1))


def test_short_names_stay_distinct() -> None:
    ids = load_table("services")["service_id"]
    assert len({short_name(str(one)) for one in ids}) == len(ids)
