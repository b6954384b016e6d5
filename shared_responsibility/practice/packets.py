"""A packet's walk from the internet to an instance and the answer's walk back, filter by filter.

A model to learn with, not a network: TCP over IPv4, one instance with a public address, and the
internet gateway attached. What it models is told in AWS's guides on security groups, network ACLs
and internet gateways.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Any, NamedTuple

import pandas as pd

from shared_responsibility.errors import CourseError, in_words, unknown

PASS, STOP, NOT_REACHED = "pass", "stop", "not reached"
COLUMNS = ["way", "place", "to_port", "decision", "because", "memory", "written_by", "enforced_by"]
ALLOW, DENY = "allow", "deny"
PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
LAST_NUMBER = 32766

Rule = Mapping[str, Any]
Rules = Mapping[str, Sequence[Rule]]


class _Packet(NamedTuple):
    source: IPv4Address
    source_port: int
    port: int


class _Rule(NamedTuple):
    number: int
    ports: range
    network: IPv4Network
    action: str
    words: str

    def fits(self, address: IPv4Address, port: int) -> bool:
        return port in self.ports and address in self.network


class _Verdict(NamedTuple):
    passes: bool
    because: str
    memory: str = ""


def walk(
    packet: Mapping[str, Any],
    security_group: Rules,
    network_acl: Rules,
    routes: Sequence[str] = ("0.0.0.0/0",),
) -> pd.DataFrame:
    """Each step of the request on its way in and of the answer on its way back.

    `packet` has `source`, `source_port` and `port` (where it wants to go). The two filters have
    lists `inbound` and `outbound`. A rule of the security group has `port` and `source` (or, in
    `outbound`, `destination`); a rule of the network ACL also has `number` and `action`. A port
    is a number, a range such as `"1024-65535"`, or `"all"`. `routes` are the destinations that
    the route table of the subnet sends to the internet gateway.
    """
    sent = _packet(packet)
    group = {way: _group_rules(security_group, way) for way in ("inbound", "outbound")}
    acl = {way: _acl_rules(network_acl, way) for way in ("inbound", "outbound")}
    if isinstance(routes, str):
        raise CourseError(f"routes has to be a list, such as [{routes!r}].")
    ways_out = [_network(route, "routes") for route in routes]
    answer_port = sent.source_port
    connection = f"{sent.source}:{sent.source_port} to port {sent.port}"

    steps: list[tuple[str, str, str, Callable[[], _Verdict]]] = [
        ("in", "internet gateway", "aws", lambda: _Verdict(
            True, "passes it on to the private address of the instance")),
        ("in", "route table", "aws", lambda: _Verdict(
            True, "the local route leads to every subnet of the VPC")),
        ("in", "network ACL", "aws", lambda: _by_acl(acl["inbound"], sent.source, sent.port)),
        ("in", "security group", "aws", lambda: _by_group(group["inbound"], sent, connection)),
        ("in", "instance", "customer", lambda: _Verdict(
            True, f"a program takes port {sent.port} and answers to port {answer_port}")),
        ("back", "security group", "aws", lambda: _Verdict(
            True, "answer to a connection that it let in; no outbound rule is read",
            f"knows {connection}")),
        ("back", "network ACL", "aws", lambda: _by_acl(
            acl["outbound"], sent.source, answer_port)),
        ("back", "route table", "aws", lambda: _by_route(ways_out, sent.source)),
        ("back", "internet gateway", "aws", lambda: _Verdict(
            True, "puts the public address back and sends it out")),
    ]  # fmt: skip
    rows, stopped = [], False
    for way, place, enforcer, decide in steps:
        verdict = _Verdict(False, "") if stopped else decide()
        decision = NOT_REACHED if stopped else PASS if verdict.passes else STOP
        stopped = stopped or not verdict.passes
        port = sent.port if way == "in" else answer_port
        row = (way, place, port, decision, verdict.because, verdict.memory, "customer", enforcer)
        rows.append(dict(zip(COLUMNS, row, strict=True)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _by_acl(rules: Sequence[_Rule], address: IPv4Address, port: int) -> _Verdict:
    """The lowest number that fits decides; where none fits, the last rule `*` denies."""
    found = next((rule for rule in rules if rule.fits(address, port)), None)
    if found is None:
        return _Verdict(False, f"no rule fits port {port}, so the last rule (*) denies", "none")
    verb = "allows" if found.action == ALLOW else "denies"
    told = f"rule {found.number} {verb} {found.words}"
    return _Verdict(found.action == ALLOW, told, "none")


def _by_group(rules: Sequence[_Rule], sent: _Packet, connection: str) -> _Verdict:
    """Any rule that fits lets the request in, and the connection is remembered."""
    found = next((rule for rule in rules if rule.fits(sent.source, sent.port)), None)
    if found is None:
        return _Verdict(
            False, f"no rule lets {sent.source} in to port {sent.port}", "nothing noted"
        )
    return _Verdict(True, f"a rule allows {found.words}", f"notes {connection}")


def _by_route(ways_out: Sequence[IPv4Network], address: IPv4Address) -> _Verdict:
    fitting = [network for network in ways_out if address in network]
    if not fitting:
        return _Verdict(False, f"no route leads to {address}")
    nearest = max(fitting, key=lambda network: network.prefixlen)
    return _Verdict(True, f"the route {nearest} leads to the internet gateway")


def _packet(packet: Mapping[str, Any]) -> _Packet:
    _fields("packet", packet, ("source", "source_port", "port"))
    source = packet["source"]
    try:
        address = IPv4Address(source)
    except (AddressValueError, ValueError) as error:
        raise CourseError(
            f"packet: source {source!r} is not an IPv4 address. Write it like '203.0.113.9'."
        ) from error
    if any(address in network for network in PRIVATE):
        raise CourseError(
            f"packet: {source} is a private address, and this walk starts on the internet. "
            "Take a public one, such as '203.0.113.9'."
        )
    return _Packet(
        address, _port(packet["source_port"], "packet: source_port"),
        _port(packet["port"], "packet: port"),
    )  # fmt: skip


def _group_rules(rules: Rules, way: str) -> list[_Rule]:
    found = []
    for place, rule in _listed("security_group", rules, way):
        if str(rule.get("action", ALLOW)).casefold() != ALLOW:
            raise CourseError(
                f"{place}: a security group knows allow rules only. "
                "A deny rule belongs in the network ACL."
            )
        fields = {name: value for name, value in rule.items() if name != "action"}
        end = _end_of(way)
        _fields(place, fields, ("port", end))
        found.append(_rule(place, 0, fields["port"], fields[end], end, ALLOW))
    return found


def _acl_rules(rules: Rules, way: str) -> list[_Rule]:
    found: dict[int, _Rule] = {}
    for place, rule in _listed("network_acl", rules, way):
        end = _end_of(way)
        _fields(place, rule, ("number", "action", "port", end))
        number, action = rule["number"], str(rule["action"]).casefold()
        if not _whole(number) or not 1 <= number <= LAST_NUMBER:
            raise CourseError(f"{place}: number is {number!r}, but goes from 1 to {LAST_NUMBER}.")
        if number in found:
            raise CourseError(f"{place}: the number {number} is taken. Each rule has its own.")
        if action not in (ALLOW, DENY):
            raise CourseError(f"{place}: action is {rule['action']!r}, but may be allow or deny.")
        found[number] = _rule(place, number, rule["port"], rule[end], end, action)
    return [found[number] for number in sorted(found)]


def _listed(name: str, rules: Rules, way: str) -> list[tuple[str, Rule]]:
    """The rules of one direction, each with the words for its place in an error."""
    _fields(name, rules, ("inbound", "outbound"))
    listed = rules[way]
    if isinstance(listed, str | Mapping) or not isinstance(listed, Sequence):
        raise CourseError(f"{name}: {way} has to be a list of rules; put [ ] around it.")
    placed = [(f"{name}, {way} rule {at}", rule) for at, rule in enumerate(listed, start=1)]
    for place, rule in placed:
        if not isinstance(rule, Mapping):
            raise CourseError(f"{place}: expected a dictionary, but it is {rule!r}.")
    return placed


def _rule(place: str, number: int, port: object, end: object, word: str, action: str) -> _Rule:
    ports, network = _ports(port, place), _network(end, place)
    first, last = ports.start, ports.stop - 1
    shown = f"port {first}" if first == last else f"ports {first}-{last}"
    if len(ports) == 65536:
        shown = "all ports"
    joiner = "from" if word == "source" else "to"
    return _Rule(number, ports, network, action, f"{shown} {joiner} {network}")


def _end_of(way: str) -> str:
    return "source" if way == "inbound" else "destination"


def _fields(place: str, given: object, wanted: Sequence[str]) -> None:
    if not isinstance(given, Mapping):
        raise CourseError(f"{place}: expected a dictionary with {in_words(wanted, 'and')}.")
    for name in given:
        if name not in wanted:
            problem = str(unknown("field", name, wanted)).replace(" of this course", "")
            raise CourseError(f"{place}: {problem}")
    missing = [name for name in wanted if name not in given]
    if missing:
        raise CourseError(f"{place}: {in_words(missing, 'and')} missing.")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _port(value: object, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 65535:
        raise CourseError(f"{place} is {value!r}, but a port is a whole number from 0 to 65535.")
    return value


def _ports(value: object, place: str) -> range:
    """One port, `"first-last"`, or `"all"`."""
    if not isinstance(value, str):
        port = _port(value, f"{place}: port")
        return range(port, port + 1)
    if value.strip().casefold() == "all":
        return range(65536)
    first, dash, last = value.partition("-")
    ends = [first.strip(), last.strip() if dash else first.strip()]
    if not all(end.isascii() and end.isdigit() for end in ends):
        raise CourseError(
            f"{place}: port is {value!r}. Write a number, a range like '1024-65535', or 'all'."
        )
    low, high = (_port(int(end), f"{place}: port") for end in ends)
    if low > high:
        raise CourseError(f"{place}: the range {value!r} runs backwards.")
    return range(low, high + 1)


def _network(value: object, place: str) -> IPv4Network:
    try:
        return IPv4Network(str(value), strict=False)
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        raise CourseError(
            f"{place}: {value!r} is not an IPv4 address range. Write it like '203.0.113.0/24', "
            "or '0.0.0.0/0' for every address."
        ) from error
