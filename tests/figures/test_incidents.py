"""Every incident is drawn once, on its domains, in the look and under the word of its side."""

import pytest
from matplotlib.colors import same_color
from matplotlib.lines import Line2D

from shared_responsibility.figures.incidents import HEADS, MARKS, TITLE, WORDS, plot_incidents
from shared_responsibility.figures.style import AWS, CUSTOMER
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Party, Zone

INCIDENTS = load_table("incidents")
DOMAINS = load_table("domains").sort_values("position")
CHART = plot_incidents()
AXES = CHART.figure.axes[0]


def heights() -> dict[str, float]:
    """The row of each incident, by its title."""
    titles = set(INCIDENTS["title"])
    found = [t for t in AXES.texts if t.get_text() in titles and t.get_position()[0] == TITLE]
    assert len(found) == len(titles) == len(INCIDENTS)
    return {text.get_text(): text.get_position()[1] for text in found}


def columns() -> dict[str, float]:
    """Where each domain's dots stand: its name begins a little to the left of them."""
    names = dict(zip(DOMAINS["name"], DOMAINS["domain_id"], strict=True))
    return {names[t.get_text()]: t.get_position()[0] + 0.04 for t in AXES.texts
            if t.get_text() in names}  # fmt: skip


def dots(height: float) -> Line2D:
    """The markers of one row."""
    marked = [line for line in AXES.lines if line.get_marker() in MARKS.values()]
    (found,) = [line for line in marked if line.get_ydata()[0] == height]
    return found


def test_each_incident_has_a_dot_on_each_of_its_domains_and_no_other() -> None:
    places = columns()
    assert set(places) == set(DOMAINS["domain_id"])
    for incident in INCIDENTS.itertuples():
        drawn = sorted(dots(heights()[incident.title]).get_xdata())
        assert drawn == pytest.approx(sorted(places[one] for one in incident.domain_ids.split()))


def test_columns_follow_the_stack_from_the_ground_up() -> None:
    places = columns()
    across = [places[one] for one in DOMAINS["domain_id"]]
    assert across == sorted(across)


def test_each_row_tells_its_side_by_marker_colour_and_word() -> None:
    faces = {Party.AWS: AWS, Party.SHARED: AWS, Party.CUSTOMER: CUSTOMER}
    assert len(set(MARKS.values())) == len(MARKS)
    for incident in INCIDENTS.itertuples():
        height, side = heights()[incident.title], Party(incident.failed_side)
        marks = dots(height)
        assert marks.get_marker() == MARKS[side]
        assert same_color(marks.get_markerfacecolor(), faces[side])
        assert (marks.get_fillstyle() == "left") == (side is Party.SHARED)
        here = [text.get_text() for text in AXES.texts if text.get_position()[1] == height]
        assert WORDS[side] in here
        assert str(incident.year) in here


def test_rows_stand_in_groups_under_a_head_with_the_right_count() -> None:
    texts = {text.get_text(): text.get_position()[1] for text in AXES.texts}
    rows = heights()
    floor = float("inf")
    for side, head in HEADS.items():
        group = INCIDENTS.loc[INCIDENTS["failed_side"] == side, "title"]
        above = texts[f"{head}: {len(group)}"]
        assert max(rows[name] for name in group) < above < floor
        floor = min(rows[name] for name in group)


def test_title_alt_text_and_table_say_what_the_incidents_say() -> None:
    below = set(DOMAINS.loc[DOMAINS["zone"] == Zone.ALWAYS_PROVIDER, "domain_id"])
    low = INCIDENTS["domain_ids"].map(lambda ids: bool(below & set(ids.split())))
    title = " ".join(AXES.get_title(loc="left").split())
    for side in Party.AWS, Party.SHARED, Party.CUSTOMER:
        mine = INCIDENTS["failed_side"] == side
        assert f"{int((low & mine).sum())} of {int(mine.sum())}" in title
    assert title in CHART.alt
    names = DOMAINS.set_index("domain_id")["name"]
    touched = set(" ".join(INCIDENTS["domain_ids"]).split())
    for domain_id in set(DOMAINS["domain_id"]) - touched:
        assert names[domain_id] in CHART.alt.split("Never touched here: ")[1]
    assert len(CHART.table) == len(INCIDENTS)
    for incident in INCIDENTS.itertuples():
        row = CHART.table.loc[incident.title]
        assert row["year"] == incident.year
        assert row["whose duty was called for"] == WORDS[Party(incident.failed_side)]
        listed = {names[one] for one in incident.domain_ids.split()}
        assert set(row["domains touched"].split(", ")) == listed
