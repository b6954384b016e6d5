"""The timeline shows every failure with a part for AWS, in its year, with an answer."""

import pytest
from matplotlib.colors import same_color, to_hex
from matplotlib.patches import Polygon, Rectangle

from shared_responsibility.errors import CourseError
from shared_responsibility.figures import timeline
from shared_responsibility.figures.style import AWS, CUSTOMER
from shared_responsibility.figures.timeline import ANSWERS, AXIS, MARKS, TITLE, WHAT, plot_timeline
from shared_responsibility.tables import load_table

INCIDENTS = load_table("incidents").query("failed_side in ['aws', 'shared']")
AXES = plot_timeline().figure.axes[0]


def rows() -> dict[str, float]:
    titles = set(INCIDENTS["title"])
    texts = {" ".join(t.get_text().split()): t.get_position() for t in AXES.texts}
    return {name: texts[name][1] for name in titles if texts[name][0] == TITLE}


def test_every_failure_of_aws_or_of_both_is_drawn_and_answered() -> None:
    assert set(ANSWERS) == set(INCIDENTS["incident_id"])
    assert set(rows()) == set(INCIDENTS["title"])


def test_each_row_is_tied_to_its_year() -> None:
    years = {t.get_text(): t.get_position()[1] for t in AXES.texts if t.get_text().isdigit()}
    ties = {float(line.get_ydata()[-1]): float(line.get_ydata()[0]) for line in AXES.lines
            if len(line.get_xdata()) == 3 and line.get_xdata()[0] == AXIS}  # fmt: skip
    heights = rows()
    assert len(ties) == len(INCIDENTS)
    for incident in INCIDENTS.itertuples():
        assert ties[heights[incident.title]] == pytest.approx(years[str(incident.year)])


def test_the_oldest_stands_on_top() -> None:
    years = INCIDENTS.set_index("title")["year"].astype(int)
    downwards = sorted(rows().items(), key=lambda row: -row[1])
    assert [years[name] for name, _ in downwards] == sorted(years)


def test_each_row_carries_its_side_as_a_word_and_its_answer_with_a_mark() -> None:
    texts = [(*t.get_position(), " ".join(t.get_text().split())) for t in AXES.texts]
    marks = {float(line.get_ydata()[0]): line.get_marker() for line in AXES.lines
             if line.get_marker() in MARKS.values()}  # fmt: skip
    heights = rows()
    for incident in INCIDENTS.itertuples():
        height, answer = heights[incident.title], ANSWERS[str(incident.incident_id)]
        here = {text: x for x, y, text in texts if y == height}
        assert ("AWS" if incident.failed_side == "aws" else "both") in here
        assert here[answer.text] == WHAT
        assert marks[height] == MARKS[answer.kind]


def test_sides_have_a_hatch_and_a_cut_beside_their_colour() -> None:
    both = (INCIDENTS["failed_side"] == "shared").sum()
    hatched = [p for p in AXES.patches if to_hex(p.get_facecolor()) == to_hex(CUSTOMER)]
    assert len(hatched) == both == sum(isinstance(p, Polygon) for p in AXES.patches)
    assert all(isinstance(p, Rectangle) and p.get_hatch() for p in hatched)
    assert sum(same_color(p.get_facecolor(), AWS) for p in AXES.patches) == len(INCIDENTS)


def test_the_title_the_words_and_the_table_are_those_of_the_incidents() -> None:
    chart = plot_timeline()
    kinds = [answer.kind for answer in ANSWERS.values()]
    title = " ".join(AXES.get_title(loc="left").split())
    assert title.startswith(f"Of {len(INCIDENTS)} events")
    second = kinds.count(timeline.ZONE) + kinds.count(timeline.REGION)
    assert f"{second} call for a second place" in title
    assert f"{kinds.count(timeline.OWN)} for a repair on your side" in title
    assert f"{kinds.count(timeline.LITTLE)} leave you little to do" in title
    for incident in INCIDENTS.itertuples():
        answer = ANSWERS[str(incident.incident_id)].text
        assert f"{incident.year}, {incident.title}" in chart.alt
        assert answer in chart.alt
        row = chart.table.loc[incident.title]
        assert [str(row.iloc[0]), row.iloc[2]] == [str(incident.year), answer]


def test_a_failure_without_an_answer_is_not_left_out_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(ANSWERS, "sydney_power_2016")
    with pytest.raises(CourseError, match="sydney_power_2016"):
        plot_timeline()
