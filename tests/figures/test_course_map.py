"""The map of the course shows every lesson at the domains that the table of lessons gives it."""

from functools import cache

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from matplotlib.patches import Ellipse, FancyBboxPatch, Wedge
from matplotlib.text import Text

from shared_responsibility import plot_course_map
from shared_responsibility.figures.style import AWS, CUSTOMER, Chart
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import WORDS


@cache
def drawn() -> Chart:
    return plot_course_map()


def axes() -> Axes:
    return drawn().figure.axes[0]


def lessons() -> dict[str, tuple[str, set[str]]]:
    """Title and domains of each lesson, by its number."""
    return {
        row.lesson_id[:2]: (row.title, set(row.domain_ids.split())
                            if isinstance(row.domain_ids, str) else set())
        for row in load_table("lessons").itertuples()
    }  # fmt: skip


def heights() -> dict[float, str]:
    """The domain of each row, by the height at which its name is written."""
    names = load_table("domains").set_index("name")["domain_id"]
    first: dict[float, str] = {}
    left = min(text.get_position()[0] for text in axes().texts)
    for text in axes().texts:
        x, y = text.get_position()
        if x == left and text.get_text() in names.index:
            first[y] = names[text.get_text()]
    return first


def numbered() -> list[Text]:
    return [text for text in axes().texts if text.get_text() in lessons()]


def test_each_lesson_stops_at_its_own_domains_or_stands_over_all() -> None:
    found: dict[str, set[str]] = {number: set() for number in lessons()}
    stops = {patch.get_center() for patch in axes().patches if isinstance(patch, Ellipse)}
    bars = [patch for patch in axes().patches if isinstance(patch, FancyBboxPatch)]
    rows = heights()
    assert len(rows) == len(load_table("domains"))
    for text in numbered():
        place = text.get_position()
        if place in stops:
            found[text.get_text()].add(rows[place[1]])
        else:
            (bar,) = (one for one in bars if one.get_x() < place[0] < one.get_x() + one.get_width())
            assert bar.get_y() < min(rows)
            assert bar.get_y() + bar.get_height() > max(rows)
    assert found == {number: own for number, (_, own) in lessons().items()}
    assert len(bars) == sum(not own for own in found.values())


def test_every_domain_has_exactly_one_stop() -> None:
    stops = [text.get_position()[1] for text in numbered() if text.get_position()[1] in heights()]
    assert sorted(stops) == sorted(heights())


def test_a_stop_looks_as_its_zone_says_and_the_zone_is_written() -> None:
    zones = load_table("domains").set_index("domain_id")["zone"]
    halves = {tuple(one.get_transform().transform((0, 0))) for one in axes().patches
              if isinstance(one, Wedge)}  # fmt: skip
    for patch in axes().patches:
        if not isinstance(patch, Ellipse) or not patch.get_fill():
            continue
        zone = zones[heights()[patch.get_center()[1]]]
        customer = zone in ("always_customer", "always_shared")
        assert same_color(patch.get_facecolor(), AWS) == (zone == "always_provider")
        assert same_color(patch.get_facecolor(), CUSTOMER) == customer == bool(patch.get_hatch())
    assert len(halves) == (zones == "always_shared").sum()
    written = {text.get_text().lower() for text in axes().texts}
    assert {WORDS[zone].lower() for zone in zones.unique()} <= written


@pytest.mark.parametrize("number", lessons())
def test_each_title_is_written_once_and_told_in_words(number: str) -> None:
    name, own = lessons()[number]
    left = min(text.get_position()[0] for text in axes().texts)
    titles = [
        text
        for text in axes().texts
        if text.get_text().replace("\n", " ") == name and text.get_position()[0] > left
    ]
    assert len(titles) == 1
    assert f"{number} {name}" in drawn().alt
    told = drawn().table.loc[f"{number} {name}", "domains"]
    names = load_table("domains").set_index("domain_id")["name"]
    assert set(told.split(", ")) == ({names[one] for one in own} or {"the whole stack"})


def test_no_title_lies_over_a_bar_or_another_title() -> None:
    drawn().png()
    renderer = drawn().figure.canvas.get_renderer()  # type: ignore[attr-defined]
    bars = [one.get_window_extent() for one in axes().patches if isinstance(one, FancyBboxPatch)]
    names = {name for name, _ in lessons().values()}
    titles = [
        text.get_window_extent(renderer)
        for text in axes().texts
        if text.get_text().replace("\n", " ") in names and not text.get_rotation()
    ]
    for place, one in enumerate(titles):
        assert not any(one.overlaps(other) for other in [*bars, *titles[place + 1 :]])


def test_the_table_holds_every_lesson_with_its_minutes() -> None:
    table = load_table("lessons").sort_values("lesson_id")
    assert list(drawn().table["minutes"]) == list(table["minutes"])
