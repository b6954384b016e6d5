"""A chart leaves as plain data, whoever drew it; what is no chart gets one sentence."""

import json
import math
from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shared_responsibility.answers.charts import LONGEST_ALT, MOST_BARS, collect, over
from shared_responsibility.answers.wire import LONGEST_TEXT, Collected
from shared_responsibility.exercises import CodeExercise
from shared_responsibility.figures.own_chart import with_alt_text
from shared_responsibility.vocabulary import ExerciseKind

SHARES = pd.DataFrame(
    {"customer": [0.5, 0.25], "shared": [0.25, 0.25], "aws": [0.25, 0.5]}, index=["PaaS", "SaaS"]
)
ONE = CodeExercise("set", "draw", ExerciseKind.CHART, ("chart",), (), ())
WITH_ALT = CodeExercise("set", "draw", ExerciseKind.CHART, ("chart", "alt"), (), ())


@pytest.fixture(autouse=True)
def no_open_figures() -> Iterator[None]:
    yield
    plt.close("all")


def fresh() -> Axes:
    return Figure().add_subplot()


def stacked(way: str) -> Axes:
    axes = fresh()
    if way.startswith("pandas"):
        kind = "barh" if way.endswith("horizontal") else "bar"
        return SHARES.plot(kind=kind, stacked=True, ax=axes)
    foot = np.zeros(len(SHARES))
    for party in SHARES:
        if way == "horizontal":
            axes.barh(SHARES.index, SHARES[party], left=foot, label=party)
        else:
            axes.bar(SHARES.index, SHARES[party], bottom=foot, label=party)
        foot = foot + SHARES[party].to_numpy()
    axes.legend()
    return axes


def read(chart: object) -> dict[str, Any]:
    found = collect(ONE, {"chart": chart})
    assert found.problems == []
    plain: dict[str, Any] = json.loads(json.dumps(found.data, allow_nan=False))
    assert plain == found.data
    return plain


@pytest.mark.parametrize("way", ["vertical", "horizontal", "pandas", "pandas horizontal"])
def test_stacks_are_read_alike_however_they_were_drawn(way: str) -> None:
    data = read(stacked(way))
    across, along = ("y", "x") if way.endswith("horizontal") else ("x", "y")
    start, length = along, "width" if along == "x" else "height"
    assert data["horizontal"] == (along == "x")
    parts = [(bar["label"], bar[start], bar[length]) for bar in data["bars"]]
    assert parts == [
        ("customer", 0, 0.5), ("customer", 0, 0.25), ("shared", 0.5, 0.25), ("shared", 0.25, 0.25),
        ("aws", 0.75, 0.25), ("aws", 0.5, 0.5),
    ]  # fmt: skip
    assert data["ticks"][across] == [{"at": 0, "text": "PaaS"}, {"at": 1, "text": "SaaS"}]
    assert [entry["text"] for entry in data["legend"]] == ["customer", "shared", "aws"]
    looks = [bar["colour"] for bar in data["bars"][::2]]
    assert [entry["colour"] for entry in data["legend"]] == looks
    assert len(set(looks)) == 3


def test_words_limits_and_looks_are_read() -> None:
    axes = fresh()
    axes.bar(["a"], [1], color="#F2A33A", hatch="//", edgecolor="black", linewidth=2)
    axes.bar(["b"], [1], color="navy", alpha=0.5)
    axes.set(title="One\nline", xlabel="model", ylabel="share", ylim=(1, 0), yscale="linear")
    data = read(axes)
    first, second = data["bars"]
    assert (first["colour"], first["edge"], first["edge_width"]) == ("#f2a33a", "#000000", 2)
    assert (first["hatch"], second["hatch"], second["edge"]) == ("//", "", None)
    assert second["colour"] == over((0, 0, 128 / 255, 0.5), "#ffffff")
    assert (data["title"], data["labels"]) == ("One line", {"x": "model", "y": "share"})
    assert data["limits"]["y"] == [1, 0]
    assert data["scales"]["y"] == "linear"


def test_transparent_paint_counts_as_the_eye_sees_it() -> None:
    assert over((0, 0, 0, 0), "#f2a33a") == "#f2a33a"
    assert over((1, 1, 1, 0.5), "#000000") == "#808080"


def test_every_usual_name_of_a_chart_is_the_chart() -> None:
    axes = stacked("vertical")
    figure = axes.figure
    assert isinstance(figure, Figure)
    known = read(axes)
    shown = with_alt_text(axes, "Two bars.", SHARES)
    for other in (figure, np.array([[axes]], dtype=object), [axes], axes.containers[0], shown):
        assert read(other) == known


def test_a_closed_figure_can_still_be_read() -> None:
    _, axes = plt.subplots(layout="constrained")
    SHARES.plot.bar(stacked=True, ax=axes)
    before = read(axes)
    plt.close("all")
    assert read(axes) == before


NOT_CHARTS = {
    "text": ("a chart", "It is of type str"),
    "table": (SHARES, "It is of type DataFrame"),
    "module": (plt, "It is of type module"),
    "empty figure": (Figure(), "holds 0 charts"),
    "two charts": (Figure().subplots(1, 2), "holds 2 charts"),
    "list": ([], "holds 0 charts"),
}


@pytest.mark.parametrize("case", NOT_CHARTS)
def test_what_is_no_chart_gets_a_sentence(case: str) -> None:
    given, said = NOT_CHARTS[case]
    found = collect(ONE, {"chart": given})
    assert found.data == {}
    (problem,) = found.problems
    assert said in problem
    assert problem.endswith(".")


def test_axes_taken_out_of_their_figure_are_no_chart() -> None:
    axes = stacked("vertical")
    axes.remove()
    assert collect(ONE, {"chart": axes}).data == {}


def test_a_chart_without_bars_says_so() -> None:
    axes = fresh()
    axes.plot([0, 1], [0, 1])
    (problem,) = collect(ONE, {"chart": axes}).problems
    assert "no bars" in problem


def test_numbers_that_json_cannot_hold_become_nothing() -> None:
    axes = fresh()
    axes.bar([0, 1, 2], [math.nan, 1, np.float32(2)])
    found = collect(ONE, {"chart": axes})
    assert [bar["height"] for bar in found.data["bars"]] == [None, 1, 2]
    assert "NaN" in found.problems[0]
    json.dumps(found.data, allow_nan=False)


def test_what_nobody_sees_is_not_read() -> None:
    axes = stacked("vertical")
    axes.tick_params(labelbottom=False)
    legend = axes.get_legend()
    assert legend is not None
    legend.set_visible(False)
    data = read(axes)
    assert (data["ticks"]["x"], data["legend"]) == ([], [])
    axes.set(xlabel="model")
    axes.axis("off")
    data = read(axes)
    assert (data["ticks"], data["labels"]) == ({"x": [], "y": []}, {"x": "", "y": ""})


def test_texts_stand_in_the_units_of_the_axes() -> None:
    axes = stacked("vertical")
    axes.bar_label(axes.containers[1], labels=["shared", ""], label_type="center")
    axes.text(1, 0.75, "AWS", ha="center", va="center")
    axes.annotate("customer", xy=(0, 0.1), xytext=(3, 3), arrowprops={"arrowstyle": "->"})
    placed = {one["text"]: (one["x"], one["y"]) for one in read(axes)["texts"]}
    assert placed["shared"] == pytest.approx((0, 0.625), abs=0.02)
    assert placed["AWS"] == pytest.approx((1, 0.75), abs=0.02)
    assert placed["customer"] == pytest.approx((0, 0.1))


def test_a_legend_of_the_figure_counts() -> None:
    axes = fresh()
    axes.bar(["a"], [1], label="customer", hatch="xx")
    figure = axes.figure
    assert isinstance(figure, Figure)
    figure.legend()
    (entry,) = read(axes)["legend"]
    assert (entry["text"], entry["hatch"]) == ("customer", "xx")


def test_names_given_bar_by_bar_are_read() -> None:
    axes = fresh()
    axes.bar(["a", "a"], [0.5, 0.5], bottom=[0, 0.5], label=["customer", "AWS"])
    assert [bar["label"] for bar in read(axes)["bars"]] == ["customer", "AWS"]


def alt_of(given: object) -> Collected:
    return collect(WITH_ALT, {"chart": stacked("vertical"), "alt": given})


def test_the_alternative_text_comes_along_or_is_asked_for() -> None:
    good = alt_of("Two bars,\n one longer.")
    assert (good.data["alt"], good.problems) == ("Two bars, one longer.", [])
    for given, said in ((None, "still None"), (7, "type int"), ("  ", "is empty")):
        found = alt_of(given)
        assert len(found.data["bars"]) == 6
        assert said in found.problems[0]
    long = alt_of("word " * 1_000)
    assert len(long.data["alt"]) <= LONGEST_ALT
    assert "Only the first" in long.problems[0]


def test_a_huge_chart_stays_small_on_the_wire() -> None:
    axes = fresh()
    axes.bar(range(2 * MOST_BARS), np.ones(2 * MOST_BARS), label="x" * 5_000)
    for at in range(500):
        axes.text(at, 1, "y" * 5_000)
    axes.set_title("z" * 5_000)
    found = collect(ONE, {"chart": axes})
    assert len(found.data["bars"]) == MOST_BARS
    assert len(found.data["title"]) == LONGEST_TEXT
    assert len(json.dumps(found.data)) < 200_000
    assert f"first {MOST_BARS}" in found.problems[0]


def test_a_part_that_cannot_be_drawn_costs_a_sentence_not_a_traceback() -> None:
    class Broken(Artist):
        def draw(self, renderer: object) -> None:
            raise RuntimeError("no ink")

    axes = stacked("vertical")
    axes.add_artist(Broken())
    found = collect(ONE, {"chart": axes})
    assert found.data == {}
    assert "RuntimeError: no ink" in found.problems[0]


def test_reading_a_chart_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    axes = stacked("vertical")
    axes.set_title("\U0001f9ea \u6f22")
    read(axes)
    assert capfd.readouterr() == ("", "")


def test_other_charts_in_the_figure_are_named() -> None:
    axes = stacked("vertical")
    axes.twinx()
    (problem,) = collect(ONE, {"chart": axes}).problems
    assert "other charts" in problem
