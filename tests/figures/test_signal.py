"""Each station of a signal says what the tables say and names the party that says it."""

import pytest
from matplotlib.colors import same_color

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.signal import STATIONS, WAYS, Said, _acts, plot_signal
from shared_responsibility.figures.style import AWS, CUSTOMER, Chart
from shared_responsibility.matrix import who
from shared_responsibility.tables import load_table

TOOLS = ["cloudtrail", "guardduty", "config", "security_hub", "trusted_advisor", "shield", "waf"]
EVERY = [(service, way) for service, ways in WAYS.items() for way in ways]
# Cells of the customer in which AWS does something unasked (GuardDuty keeps findings for 90 days)
# or runs what the customer sets up (the engine of WAF). Any other needs a second look.
AGAINST_THE_OWNER = {
    ("guardduty", "backup_recovery", "aws"),
    ("waf", "network_config", "aws"),
}


def party(chart: Chart, way: str, station: str) -> list[str]:
    rows = chart.table.loc[[(way, station)]]
    return list(rows["party"])


def test_every_act_is_a_clause_of_the_sentence_of_its_party() -> None:
    for service, way in EVERY:
        for said in way.stations:
            cell = who(service, said.domain_id, said.variant)
            for act in _acts(service, said):
                own, other = (
                    (cell.aws_does, cell.customer_does)
                    if act.party == "aws"
                    else (cell.customer_does, cell.aws_does)
                )
                assert act.clause in own
                assert act.clause not in other


def test_the_owner_of_the_cell_has_the_act_except_where_we_know_better() -> None:
    against = {
        (service, said.domain_id, act.party)
        for service, way in EVERY
        for said in way.stations
        for act in _acts(service, said)
        if act.cell.responsible not in (act.party, "shared")
    }
    assert against == AGAINST_THE_OWNER


def test_no_station_rests_on_an_offer_or_on_nothing() -> None:
    for service, way in EVERY:
        for said in way.stations:
            for clause in said.clauses:
                assert not clause.casefold().startswith(("offer", "nothing")), (service, way.name)


def test_settings_move_the_stations_of_cloudtrail() -> None:
    chart = plot_signal("cloudtrail")
    assert [party(chart, "CloudTrail, event history", s) for s in STATIONS] == [
        ["AWS"], ["AWS"], ["AWS"], ["customer"], ["customer"],
    ]  # fmt: skip
    for way in ("CloudTrail, trail", "CloudTrail, data events"):
        owners = [party(chart, way, station) for station in STATIONS]
        assert owners == [["AWS"], *[["customer"]] * 4]


def test_a_flood_of_packets_is_aws_to_the_end_and_one_of_requests_is_not() -> None:
    chart = plot_signal("shield")
    floods = [party(chart, "Shield Standard, network floods", s) for s in STATIONS]
    assert floods == [["AWS"], ["AWS"], ["no such layer"], ["AWS"], ["AWS"]]
    assert party(chart, "Shield Advanced, web floods", "acted upon") == ["customer"]


def test_an_order_given_in_advance_leaves_a_part_to_both() -> None:
    chart = plot_signal("config")
    assert party(chart, "Config, automatic remediation", "acted upon") == ["AWS", "customer"]


def test_the_table_holds_whole_sentences_of_the_tables() -> None:
    known = {
        sentence
        for name in ("responsibilities", "variants")
        for column in ("aws_does", "customer_does")
        for sentence in load_table(name)[column]
    }
    table = plot_signal(*WAYS).table
    acts = table[table["party"] != "no such layer"]
    assert set(acts["sentence"]) <= known
    assert len({way for way, _ in table.index}) == len(EVERY)


def test_each_act_has_a_marker_and_a_word_beside_its_colour() -> None:
    chart = plot_signal(*TOOLS)
    markers = [line for line in chart.figure.axes[0].lines if line.get_marker() in ("o", "s")]
    counts = chart.table["party"].value_counts()
    for colour, marker, name in ((AWS, "o", "AWS"), (CUSTOMER, "s", "customer")):
        drawn = [line for line in markers if same_color(line.get_markerfacecolor(), colour)]
        assert {line.get_marker() for line in drawn} == {marker}
        words = [text.get_text() for text in chart.figure.axes[0].texts]
        assert len(drawn) == words.count(name) == counts[name]


def test_the_title_counts_the_first_and_the_last_station() -> None:
    chart = plot_signal("cloudtrail", "shield", "cloudwatch")
    title = " ".join(chart.figure.axes[0].get_title(loc="left").split())
    assert title == (
        "AWS alone produces the signal in 5 of 6 ways; in 5 the customer alone acts on it"
    )
    assert chart.alt.startswith(title)
    assert "CloudWatch, a log group: produced customer, switched on customer, kept AWS" in chart.alt


def test_a_clause_that_the_tables_do_not_hold_is_refused() -> None:
    with pytest.raises(CourseError, match="one of two sentences"):
        _acts("guardduty", Said("logging_monitoring", "enabled", ("Calls you at night",)))


def test_a_missing_layer_and_a_clause_exclude_each_other() -> None:
    for said in (Said("backup_recovery", None, ("Keeps",)), Said("incident_response", None)):
        with pytest.raises(CourseError, match="go together"):
            _acts("trusted_advisor", said)


def test_no_service_or_one_without_a_way_is_refused() -> None:
    with pytest.raises(CourseError, match="at least one service"):
        plot_signal()
    with pytest.raises(CourseError, match="this figure"):
        plot_signal("ec2")


def test_a_service_named_twice_is_drawn_once() -> None:
    assert len(plot_signal("waf", "AWS WAF").table) == len(STATIONS)
