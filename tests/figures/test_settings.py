"""Each setting is drawn in the lane of the owner that the table of variants names."""

import pytest
from matplotlib.colors import same_color
from matplotlib.patches import Polygon, Rectangle

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.settings import LANES, WIDTH, plot_settings
from shared_responsibility.figures.style import AWS, CUSTOMER
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import WORDS, Party

DRAWN = [
    ("runtime_engine", ("rds", "lambda", "elastic_beanstalk")),
    ("guest_os", ("eks_mng",)),
    ("guest_os", ("systems_manager", "emr")),
]


def wanted(domain: str, services: tuple[str, ...]) -> list[tuple[str, str]]:
    variants = load_table("variants")
    mine = (variants["domain_id"] == domain) & variants["service_id"].isin(services)
    return sorted(map(tuple, variants.loc[mine, ["setting", "responsible"]].to_numpy()))


@pytest.mark.parametrize(("domain", "services"), DRAWN)
def test_each_setting_stands_in_its_owner_s_lane_and_look(
    domain: str, services: tuple[str, ...]
) -> None:
    axes = plot_settings(domain, *services).figure.axes[0]
    boxes = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    halves = [patch for patch in axes.patches if isinstance(patch, Polygon)]
    lane_of = {left + WIDTH / 2: party for party, left in LANES.items()}
    drawn = []
    for text in axes.texts:
        x, y = text.get_position()
        inside = [box for box in boxes if box.get_bbox().contains(x, y)]
        if not inside:
            continue
        (box,) = inside
        party = lane_of[x]
        assert same_color(box.get_facecolor(), AWS if party is Party.AWS else CUSTOMER)
        assert bool(box.get_hatch()) == (party is not Party.AWS)
        cut = any(half.get_path().contains_point((x - 0.01, y + 0.05)) for half in halves)
        assert cut == (party is Party.SHARED)
        drawn.append((text.get_text().replace("\n", " "), str(party)))
    assert sorted(drawn) == wanted(domain, services)
    assert len(boxes) == len(drawn)


@pytest.mark.parametrize(("domain", "services"), DRAWN)
def test_no_box_overlaps_another_or_a_line_between_services(
    domain: str, services: tuple[str, ...]
) -> None:
    axes = plot_settings(domain, *services).figure.axes[0]
    boxes = [p.get_bbox() for p in axes.patches if isinstance(p, Rectangle)]
    for at, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[at + 1 :])
        for line in axes.lines:
            assert not box.y0 < line.get_ydata()[0] < box.y1
    assert len(axes.lines) == len(services)


@pytest.mark.parametrize(("domain", "services"), DRAWN)
def test_lanes_words_and_table_tell_every_setting(domain: str, services: tuple[str, ...]) -> None:
    chart = plot_settings(domain, *services)
    texts = {text.get_text(): text.get_position()[0] for text in chart.figure.axes[0].texts}
    for party, left in LANES.items():
        assert texts[WORDS[party]] == left + WIDTH / 2
    told = [(row["setting"], row["owner"]) for _, row in chart.table.iterrows()]
    assert sorted(told) == sorted((one, WORDS[owner]) for one, owner in wanted(domain, services))
    for setting, owner in told:
        assert f"{owner} under '{setting}'" in chart.alt
    names = load_table("services").set_index("service_id")["name"]
    assert list(dict.fromkeys(chart.table.index)) == [names[one] for one in services]


def test_the_title_says_whether_the_setting_matters() -> None:
    def said(*wanted: str) -> str:
        return plot_settings(*wanted).figure.axes[0].get_title(loc="left")

    assert "the setting names the owner" in said("runtime_engine", "lambda")
    assert "no setting of these services" in said("guest_os", "systems_manager")


def test_what_has_no_settings_is_refused_with_those_that_have() -> None:
    with pytest.raises(CourseError, match="elastic_beanstalk"):
        plot_settings("guest_os", "ec2")
    with pytest.raises(CourseError, match="no service"):
        plot_settings("guest_os")
    with pytest.raises(CourseError, match="guest_os"):
        plot_settings("guest_as", "emr")
