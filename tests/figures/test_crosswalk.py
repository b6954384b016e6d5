"""The crosswalk shows every term of the table, with its relation as a word and as a border."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import FancyBboxPatch

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.crosswalk import (
    CODES,
    LOOKS,
    NAME_WIDTH,
    NAMES,
    plot_crosswalk,
    spelled_out,
)
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Framework, Relation

CROSSWALK = load_table("crosswalk")
DOMAINS = load_table("domains").set_index("domain_id")["name"]
KEY = -1.2
PAIRS = [("aws", "microsoft", "google"), ("nist", "csa_ccm", "pci_dss"), ("cis", "microsoft")]

drawn = cache(plot_crosswalk)


@pytest.fixture(scope="module", autouse=True)
def charts_are_given_back() -> Iterator[None]:
    yield
    drawn.cache_clear()


def told(axes: Axes) -> Counter[tuple[float, str]]:
    """The words of the grid and the height at which they stand."""
    return Counter(
        (round(t.get_position()[1], 6), " ".join(t.get_text().split()).replace("- ", "-"))
        for t in axes.texts
        if t.get_position()[1] != KEY and t.get_position()[0] > NAME_WIDTH
    )


def rows(axes: Axes) -> dict[str, float]:
    names = {name: domain_id for domain_id, name in DOMAINS.items()}
    return {str(names[t.get_text()]): round(t.get_position()[1], 6) for t in axes.texts
            if t.get_text() in names and t.get_position()[0] < NAME_WIDTH}  # fmt: skip


@pytest.mark.parametrize("asked", PAIRS)
def test_each_cell_shows_the_term_and_the_relation_of_the_table(asked: tuple[str, ...]) -> None:
    axes = drawn(*asked).figure.axes[0]
    words, heights = told(axes), rows(axes)
    assert set(heights) == set(DOMAINS.index)
    wanted: Counter[tuple[float, str]] = Counter()
    for row in CROSSWALK[CROSSWALK["framework"].isin(asked)].itertuples():
        wanted[heights[row.domain_id], row.relation] += 1
        if row.relation != Relation.NONE:
            wanted[heights[row.domain_id], spelled_out(row.framework, row.term)] += 1
    assert wanted <= words


@pytest.mark.parametrize("asked", PAIRS)
def test_each_relation_has_a_border_of_its_own_and_none_has_no_box(asked: tuple[str, ...]) -> None:
    axes = drawn(*asked).figure.axes[0]
    relations = Counter(CROSSWALK.loc[CROSSWALK["framework"].isin(asked), "relation"])
    boxes = [p for p in axes.patches if isinstance(p, FancyBboxPatch)]
    borders = Counter(box.get_linewidth() for box in boxes)
    styles = {str(look["linestyle"]) for look in LOOKS.values()}
    assert len(styles) == len(LOOKS) == len(Relation) - 1
    for relation, look in LOOKS.items():
        # One more of each stands in the key.
        assert borders[look["linewidth"]] == relations[relation] + 1
    assert sum(borders.values()) == len(boxes)


def test_every_code_of_the_table_has_a_name_and_every_name_is_used() -> None:
    for framework, codes in CODES.items():
        terms = CROSSWALK.loc[CROSSWALK["framework"] == framework, "term"]
        used = {code for term in terms if term != "-" for code in term.split("; ")}
        assert set(codes) == used
    assert set(NAMES) == {framework.value for framework in Framework}


@pytest.mark.parametrize("asked", [*PAIRS, ("cis", "nist", "google")])
def test_no_text_leaves_its_box(asked: tuple[str, ...]) -> None:
    chart = drawn(*asked)
    canvas = FigureCanvasAgg(chart.figure)
    chart.figure.draw_without_rendering()
    axes = chart.figure.axes[0]
    boxes = [box.get_window_extent() for box in axes.patches if isinstance(box, FancyBboxPatch)]
    for text in axes.texts:
        if text.get_position()[0] < NAME_WIDTH or text.get_position()[1] == KEY:
            continue
        extent = text.get_window_extent(canvas.get_renderer())
        middle = (extent.y0 + extent.y1) / 2
        for box in boxes:
            if box.x0 < extent.x0 < box.x1 and box.y0 < middle < box.y1:
                assert extent.x1 <= box.x1, text.get_text()
                assert extent.height <= box.height, text.get_text()


def test_title_alt_text_and_table_hold_the_counts_and_all_rows() -> None:
    chart = plot_crosswalk("aws", "microsoft")
    title = " ".join(chart.figure.axes[0].get_title(loc="left").split())
    for framework in ("aws", "microsoft"):
        mine = CROSSWALK[CROSSWALK["framework"] == framework].set_index("domain_id")
        assert f"for {(mine['relation'] == 'same').sum()}" in title
        for domain_id, row in mine.iterrows():
            shown = chart.table.loc[DOMAINS[domain_id]]
            assert shown[NAMES[framework]] == row["term"]
            assert shown[f"{NAMES[framework]}, relation"] == row["relation"]
            if row["relation"] == "none":
                assert DOMAINS[domain_id] in chart.alt
    assert title in chart.alt
    assert len(chart.table) == len(DOMAINS)


def test_names_are_understood_and_others_refused_with_advice() -> None:
    assert "Microsoft Azure" in plot_crosswalk("NIST", "microsoft azure").alt
    with pytest.raises(CourseError, match="microsoft"):
        plot_crosswalk("aws", "microsft")
    for asked in [(), ("aws",), ("aws", "aws"), ("aws", "nist", "cis", "google")]:
        with pytest.raises(CourseError, match="two or three"):
            plot_crosswalk(*asked)
