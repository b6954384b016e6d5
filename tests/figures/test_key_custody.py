"""Who holds and who rules each key is drawn as the table of variants says."""

import pytest
from matplotlib.colors import same_color
from matplotlib.patches import Polygon, Rectangle

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.key_custody import CUSTODY, HALF, OWNER_AT, plot_key_custody
from shared_responsibility.figures.style import AWS, CUSTOMER
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import WORDS, Party

SERVICES = sorted(CUSTODY)


def owners(service: str) -> dict[str, str]:
    variants = load_table("variants")
    mine = (variants["service_id"] == service) & (variants["domain_id"] == "key_management")
    return dict(variants.loc[mine, ["variant_id", "responsible"]].to_numpy())


@pytest.mark.parametrize("service", SERVICES)
def test_the_figure_knows_every_way_of_the_table_and_agrees_with_its_owner(service: str) -> None:
    assert set(CUSTODY[service]) == set(owners(service))
    for way, owner in owners(service).items():
        custody = CUSTODY[service][way]
        parties = {*custody.material, *custody.rules}
        wanted = {Party.AWS, Party.CUSTOMER} if owner == "shared" else {Party(owner)}
        assert parties == wanted, way


@pytest.mark.parametrize("service", SERVICES)
def test_each_box_stands_on_its_side_in_its_party_s_look(service: str) -> None:
    axes = plot_key_custody(service).figure.axes[0]
    wanted = sorted(
        (f"{kind}: {words}", party)
        for custody in CUSTODY[service].values()
        for kind, held in (("key", custody.material), ("rules", custody.rules))
        for party, words in held.items()
    )
    drawn = []
    for text in axes.texts:
        if not text.get_text().startswith(("key: ", "rules: ")):
            continue
        x, y = text.get_position()
        (box,) = (
            b for b in axes.patches if isinstance(b, Rectangle) and b.get_bbox().contains(x, y)
        )
        party = Party.AWS if x < HALF else Party.CUSTOMER
        assert same_color(box.get_facecolor(), AWS if party is Party.AWS else CUSTOMER)
        assert bool(box.get_hatch()) == (party is Party.CUSTOMER)
        drawn.append((text.get_text(), party))
    assert sorted(drawn) == wanted


@pytest.mark.parametrize("service", SERVICES)
def test_the_owner_beside_each_row_is_the_table_s(service: str) -> None:
    chart = plot_key_custody(service)
    axes = chart.figure.axes[0]
    written = {
        round(text.get_position()[1], 3): text.get_text()
        for text in axes.texts
        if text.get_position()[0] == OWNER_AT + 0.47 and text.get_text() in WORDS.values()
    }
    names = {t.get_text(): round(t.get_position()[1], 3) for t in axes.texts}
    for way, owner in owners(service).items():
        assert written[names[CUSTODY[service][way].name]] == WORDS[owner]
    halves = [patch for patch in axes.patches if isinstance(patch, Polygon)]
    assert len(halves) == list(owners(service).values()).count("shared")


@pytest.mark.parametrize("service", SERVICES)
def test_words_and_table_tell_every_way_with_its_sentences(service: str) -> None:
    chart = plot_key_custody(service)
    variants = load_table("variants").set_index(["service_id", "domain_id", "variant_id"])
    assert len(chart.table) == len(owners(service))
    for way, owner in owners(service).items():
        name = CUSTODY[service][way].name.replace("\n", " ")
        row = chart.table.loc[name]
        cell = variants.loc[(service, "key_management", way)]
        assert row["owner"] == WORDS[owner]
        assert (row["AWS does"], row["customer does"]) == (cell["aws_does"], cell["customer_does"])
        assert name in chart.alt
        assert f"rules by {row['rules']}, owner {WORDS[owner]}" in chart.alt


def test_a_service_without_such_rows_is_refused_with_those_that_have_them() -> None:
    with pytest.raises(CourseError, match="kms"):
        plot_key_custody("ec2")
