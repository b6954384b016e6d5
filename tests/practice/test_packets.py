"""Each filter decides as AWS's guides say; a wrong rule is named in a sentence."""

from copy import deepcopy
from typing import Any

import pandas as pd
import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.practice.packets import COLUMNS, walk

ANYWHERE = "0.0.0.0/0"
PACKET: dict[str, Any] = {"source": "203.0.113.9", "source_port": 50123, "port": 443}
GROUP: dict[str, Any] = {"inbound": [{"port": 443, "source": ANYWHERE}], "outbound": []}
ACL: dict[str, Any] = {
    "inbound": [{"number": 100, "action": "allow", "port": 443, "source": ANYWHERE}],
    "outbound": [{"number": 100, "action": "allow", "port": "1024-65535", "destination": ANYWHERE}],
}
PLACES = ["internet gateway", "route table", "network ACL", "security group", "instance"]


def stop(steps: pd.DataFrame) -> list[tuple[str, str]]:
    stopped = steps[steps["decision"] == "stop"]
    return list(zip(stopped["way"], stopped["place"], strict=True))


def changed(table: dict[str, Any], way: str, *rules: dict[str, Any]) -> dict[str, Any]:
    copy = deepcopy(table)
    copy[way] = list(rules)
    return copy


def acl_rule(
    number: int, action: str, port: object = 443, source: str = ANYWHERE
) -> dict[str, Any]:
    return {"number": number, "action": action, "port": port, "source": source}


def test_a_walk_that_gets_through_visits_every_place_there_and_back() -> None:
    steps = walk(PACKET, GROUP, ACL)
    assert list(steps.columns) == COLUMNS
    assert list(steps["way"]) == ["in"] * 5 + ["back"] * 4
    assert list(steps["place"]) == PLACES + PLACES[:4][::-1]
    assert list(steps["to_port"]) == [443] * 5 + [50123] * 4
    assert set(steps["decision"]) == {"pass"}


def test_the_customer_writes_every_rule_and_aws_enforces_all_but_the_instance_s() -> None:
    steps = walk(PACKET, GROUP, ACL)
    assert set(steps["written_by"]) == {"customer"}
    assert set(steps.loc[steps["place"] == "instance", "enforced_by"]) == {"customer"}
    assert set(steps.loc[steps["place"] != "instance", "enforced_by"]) == {"aws"}


def test_a_security_group_without_outbound_rules_lets_the_answer_out_by_its_memory() -> None:
    steps = walk(PACKET, GROUP, ACL)
    there, back = steps[steps["place"] == "security group"].to_dict("records")
    assert there["memory"] == "notes 203.0.113.9:50123 to port 443"
    assert back["decision"] == "pass"
    assert back["memory"] == "knows 203.0.113.9:50123 to port 443"


@pytest.mark.parametrize("port", [443, 80, "1024-50122"])
def test_a_network_acl_forgets_so_the_answer_needs_a_rule_for_the_client_s_port(port: Any) -> None:
    rule = {"number": 100, "action": "allow", "port": port, "destination": ANYWHERE}
    steps = walk(PACKET, GROUP, changed(ACL, "outbound", rule))
    assert stop(steps) == [("back", "network ACL")]
    assert list(steps["decision"][-2:]) == ["not reached"] * 2
    assert "port 50123" in steps.loc[6, "because"]
    assert steps.loc[6, "memory"] == "none"


def test_without_a_rule_that_fits_the_security_group_stops_and_nothing_behind_is_reached() -> None:
    for rules in (
        [],
        [{"port": 22, "source": ANYWHERE}],
        [{"port": 443, "source": "198.51.100.0/24"}],
    ):
        steps = walk(PACKET, changed(GROUP, "inbound", *rules), ACL)
        assert stop(steps) == [("in", "security group")]
        assert set(steps["decision"][4:]) == {"not reached"}
        assert steps.loc[3, "memory"] == "nothing noted"


def test_any_rule_of_a_security_group_is_enough_in_whatever_order() -> None:
    rules = [{"port": 22, "source": "198.51.100.7/32"}, {"port": "all", "source": "203.0.113.0/24"}]
    for order in (rules, rules[::-1]):
        assert stop(walk(PACKET, changed(GROUP, "inbound", *order), ACL)) == []


def test_in_a_network_acl_the_lowest_number_that_fits_decides() -> None:
    deny, allow = acl_rule(90, "deny", source="203.0.113.0/24"), acl_rule(100, "allow")
    for order in ((deny, allow), (allow, deny)):
        steps = walk(PACKET, GROUP, changed(ACL, "inbound", *order))
        assert stop(steps) == [("in", "network ACL")]
        assert steps.loc[2, "because"] == "rule 90 denies port 443 from 203.0.113.0/24"
    late = acl_rule(110, "deny", source="203.0.113.0/24")
    assert stop(walk(PACKET, GROUP, changed(ACL, "inbound", late, allow))) == []


def test_an_empty_network_acl_denies() -> None:
    steps = walk(PACKET, GROUP, changed(ACL, "inbound"))
    assert stop(steps) == [("in", "network ACL")]
    assert "last rule (*) denies" in steps.loc[2, "because"]


def test_without_a_route_to_the_gateway_the_answer_finds_no_way_out() -> None:
    assert stop(walk(PACKET, GROUP, ACL, routes=[])) == [("back", "route table")]
    assert stop(walk(PACKET, GROUP, ACL, routes=["198.51.100.0/24"])) == [("back", "route table")]
    steps = walk(PACKET, GROUP, ACL, routes=[ANYWHERE, "203.0.113.0/24"])
    assert "203.0.113.0/24" in steps.loc[7, "because"]


def test_what_was_given_is_left_as_it_was() -> None:
    before = deepcopy((PACKET, GROUP, ACL))
    walk(PACKET, GROUP, ACL)
    assert before == (PACKET, GROUP, ACL)


@pytest.mark.parametrize(
    ("packet", "told"),
    [
        ({"source": "203.0.113.9", "port": 443}, "source_port missing"),
        ({**PACKET, "soruce": "1.2.3.4"}, "'soruce' is not a field. Did you mean source"),
        ({**PACKET, "source": "203.0.113"}, "not an IPv4 address"),
        ({**PACKET, "source": None}, "not an IPv4 address"),
        ({**PACKET, "source": "10.0.0.4"}, "is a private address"),
        ({**PACKET, "port": "443"}, "a port is a whole number"),
        ({**PACKET, "port": 70000}, "a port is a whole number"),
        (None, "expected a dictionary with source, source_port and port"),
    ],
)
def test_a_packet_that_cannot_be_is_refused(packet: Any, told: str) -> None:
    with pytest.raises(CourseError, match=told):
        walk(packet, GROUP, ACL)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"port": 443, "source": ANYWHERE, "action": "deny"}, "belongs in the network ACL"),
        ({"port": 443}, "inbound rule 1: source missing"),
        ({"port": 443, "destination": ANYWHERE}, "'destination' is not a field"),
        ({"port": "https", "source": ANYWHERE}, "Write a number, a range"),
        ({"port": "90-80", "source": ANYWHERE}, "runs backwards"),
        ({"port": "1-99999", "source": ANYWHERE}, "from 0 to 65535"),
        ({"port": 443, "source": "everyone"}, "'0.0.0.0/0' for every address"),
        ({"port": 443, "source": "203.0.113.0/40"}, "not an IPv4 address range"),
        (None, "expected a dictionary"),
    ],
)
def test_a_rule_of_a_security_group_that_cannot_be_is_refused(rule: Any, told: str) -> None:
    with pytest.raises(CourseError, match=told):
        walk(PACKET, changed(GROUP, "inbound", rule), ACL)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([acl_rule(100, "allow"), acl_rule(100, "deny")], "the number 100 is taken"),
        ([acl_rule(0, "allow")], "goes from 1 to 32766"),
        ([acl_rule(100, "block")], "may be allow or deny"),
        ([{"port": 443, "source": ANYWHERE, "action": "allow"}], "number missing"),
    ],
)
def test_a_rule_of_a_network_acl_that_cannot_be_is_refused(rules: Any, told: str) -> None:
    with pytest.raises(CourseError, match=told):
        walk(PACKET, GROUP, changed(ACL, "inbound", *rules))


def test_a_filter_needs_both_directions_as_lists() -> None:
    with pytest.raises(CourseError, match="security_group: outbound missing"):
        walk(PACKET, {"inbound": []}, ACL)
    with pytest.raises(CourseError, match="has to be a list of rules"):
        walk(PACKET, {"inbound": GROUP["inbound"][0], "outbound": []}, ACL)


def test_a_route_that_cannot_be_is_refused() -> None:
    with pytest.raises(CourseError, match="routes: 'igw' is not an IPv4 address range"):
        walk(PACKET, GROUP, ACL, routes=["igw"])
    with pytest.raises(CourseError, match="routes has to be a list"):
        walk(PACKET, GROUP, ACL, routes=ANYWHERE)
