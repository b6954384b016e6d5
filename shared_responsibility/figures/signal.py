"""The way of a signal from event to act: who produces, switches on, keeps, reads and acts.

How a station follows from the tables: each names a cell (a domain of the service, and a setting
where the cell has several) and a clause of one of its two sentences. The party at the station is
the one in whose sentence the clause stands, `aws_does` or `customer_does`; no party is written
here. A station with a clause of each sentence belongs to both. A clause that the tables no longer
hold is refused, and a cell that is `not_applicable` gives a station without a party. A station is
a task, smaller than a cell, so a cell of the customer may hold a task that AWS does unasked: the
90 days for which GuardDuty keeps its findings.
"""

from __future__ import annotations

import textwrap
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from shared_responsibility.errors import CourseError, unknown
from shared_responsibility.figures.style import (
    AWS,
    CUSTOMER,
    INK,
    PAPER,
    QUIET,
    Chart,
    paper,
    times,
    title,
)
from shared_responsibility.matrix import Cell, service_id_of, who
from shared_responsibility.vocabulary import Party, in_plain_words


class Said(NamedTuple):
    """A cell, by domain and setting, and clauses of its sentences; none: no such layer."""

    domain_id: str
    variant: str | None
    clauses: tuple[str, ...] = ()


class Act(NamedTuple):
    """What a party does at a station, in the words of the tables."""

    party: Party
    clause: str
    cell: Cell


class Way(NamedTuple):
    """One way of a signal; the stations stand in the order of `STATIONS`."""

    name: str
    produced: Said
    switched_on: Said
    kept: Said
    read: Said
    acted_upon: Said

    @property
    def stations(self) -> tuple[Said, ...]:
        """The five stations without the name."""
        return self.produced, self.switched_on, self.kept, self.read, self.acted_upon


STATIONS = ("produced", "switched on", "kept", "read", "acted upon")


def _log(variant: str | None, *clauses: str) -> Said:
    return Said("logging_monitoring", variant, clauses)


def _act(variant: str | None, *clauses: str) -> Said:
    return Said("incident_response", variant, clauses)


def _copy(*clauses: str) -> Said:
    return Said("backup_recovery", None, clauses)


_TRACED = _act(None, "Traces an intruder's calls")
_FILES = _log("trail", "keeps its files as long as needed")
_CAPTURED = _log("recorder_on", "Captures each change")
_DELIVERED = _copy("Keeps the files of its delivery bucket")
WAYS: dict[str, tuple[Way, ...]] = {
    "cloudtrail": (
        Way(
            "CloudTrail,\nevent history",
            _log("event_history_only", "Records management events"),
            _log("event_history_only", "from the first day"),
            _log("event_history_only", "shows them for 90 days"),
            _log("event_history_only", "Looks through event history in time"),
            _TRACED,
        ),
        Way(
            "CloudTrail,\ntrail",
            _log(None, "Records management events"),
            _log("trail", "Creates the multi-Region trail"),
            _FILES,
            _log("trail", "reads them"),
            _TRACED,
        ),
        Way(
            "CloudTrail,\ndata events",
            _log("data_events", "Records each object-level or function call"),
            _log("data_events", "Selects the resources"),
            _FILES,
            _log("data_events", "reads who touched which object"),
            _TRACED,
        ),
    ),
    "guardduty": (
        Way(
            "GuardDuty,\nfindings",
            _log("enabled", "Analyses independent streams"),
            _log("not_enabled", "Enables GuardDuty there"),
            _copy("Keeps findings for 90 days", "Exports findings that it needs for longer"),
            _log("enabled", "Reads the findings"),
            _act(None, "Isolates or replaces the instance"),
        ),
    ),
    "config": (
        Way(
            "Config,\nrecorder and rules",
            _CAPTURED,
            _log("recorder_off", "Creates or restarts the recorder"),
            _DELIVERED,
            _log(None, "looks at noncompliant resources"),
            _act(None, "repairs the noncompliant resource by hand"),
        ),
        Way(
            "Config, automatic\nremediation",
            _CAPTURED,
            _act("automatic_remediation", "Chooses the document, its rights and its limits"),
            _DELIVERED,
            _log(None, "evaluates the rules"),
            _act(
                "automatic_remediation",
                "Starts the attached document",
                "handles what it cannot repair",
            ),
        ),
    ),
    "security_hub": (
        Way(
            "Security Hub,\nchecks",
            _log("enabled", "Repeats its checks"),
            _log("not_enabled", "Enables Security Hub and AWS Config there"),
            _copy("Sends findings that must last to storage of its own"),
            _log("enabled", "ranks the failed controls"),
            _act(None, "repairs the resource behind a finding"),
        ),
    ),
    "trusted_advisor": (
        Way(
            "Trusted Advisor,\ncore checks",
            _log(None, "Inspects the account against its checks"),
            _log(None, "a core of them is open to every account"),
            _copy(),
            _log(None, "Looks at the results"),
            _act(None, "Takes the recommended action"),
        ),
    ),
    "shield": (
        Way(
            "Shield Standard,\nnetwork floods",
            _log(None, "Detects events"),
            Said("provider_network", "standard", ("on every customer",)),
            _copy(),
            Said("provider_network", "standard", ("Detects and mitigates",)),
            _act(None, "Mitigates floods at network and transport layer"),
        ),
        Way(
            "Shield Advanced,\nweb floods",
            _log(None, "Detects events"),
            Said("service_configuration", "advanced", ("adds a protection to each resource",)),
            _copy(),
            _log(None, "Sets alarms on these metrics"),
            _act("layer7_none", "adds blocking rules to its web ACL"),
        ),
    ),
    "waf": (
        Way(
            "WAF,\nlog of requests",
            Said("network_config", None, ("Inspects requests to protected resources",)),
            _log(None, "Turns on web ACL logging"),
            _log(None, "names its destination"),
            _log(None, "studies what was blocked"),
            _act(None, "puts a blocking rule in place"),
        ),
    ),
    "inspector": (
        Way(
            "Inspector,\nknown flaws",
            _log("activated", "rates each flaw that it finds"),
            _log("not_activated", "Activates scanning there"),
            _copy("Exports findings that it needs as evidence"),
            _log("activated", "reads the ratings"),
            _act(None, "Handles what a finding reveals"),
        ),
    ),
    "cloudwatch": (
        Way(
            "CloudWatch,\na log group",
            _log(None, "Sends logs and in-guest metrics"),
            Said("runtime_engine", "agent", ("Installs the agent on its machines",)),
            _log("retention_default", "Keeps the log events of a group without an end date"),
            _log("retention_default", "reads the logs"),
            _act(None, "handles events in its own use"),
        ),
    ),
}
STEP, LINE, LABELS, TURN = 1.72, 0.152, 1.85, 20
FACE = {Party.AWS: AWS, Party.CUSTOMER: CUSTOMER}
MARKER = {Party.AWS: "o", Party.CUSTOMER: "s"}


def plot_signal(*services: str) -> Chart:
    """One line for each way of a signal of the named services, with the party at each station."""
    if not services:
        raise CourseError('Name at least one service, for example plot_signal("cloudtrail").')
    ids = list(dict.fromkeys(service_id_of(name) for name in services))
    for service_id in ids:
        if service_id not in WAYS:
            raise unknown("service of this figure", service_id, WAYS)
    ways = [(way, _walk(service_id, way)) for service_id in ids for way in WAYS[service_id]]
    heights = [_height(walk) for _, walk in ways]
    figure, axes = paper(10, 1.35 + sum(heights))
    y = sum(heights)
    for at, station in enumerate(STATIONS):
        axes.text(at * STEP, y + 0.22, station, ha="center", va="bottom", fontsize=11,
                  fontweight="bold", color=INK)  # fmt: skip
    for (way, walk), height in zip(ways, heights, strict=True):
        _draw_way(axes, y, way.name, walk)
        y -= height
        axes.plot([-LABELS - 0.72, 4.5 * STEP], [y + 0.17] * 2, color="#E0E0E0", linewidth=0.8)
    message = _message([walk for _, walk in ways])
    title(axes, message.replace("; ", ";\n"))
    axes.set(xlim=(-LABELS - 0.74, 4.5 * STEP), ylim=(0.1, sum(heights) + 0.5))
    axes.axis("off")
    handles = [
        Line2D([], [], linestyle="none", marker=MARKER[party], markersize=11, markeredgecolor=INK,
               markerfacecolor=FACE[party], label=f"{in_plain_words(party)} acts")
        for party in FACE
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=10)
    return Chart(figure, _alt(message, ways), _table(ways))


def _walk(service_id: str, way: Way) -> list[list[Act]]:
    """The acts at each station; an empty list where the cell says that there is no such layer."""
    return [_acts(service_id, said) for said in way.stations]


def _acts(service_id: str, said: Said) -> list[Act]:
    cell = who(service_id, said.domain_id, said.variant)
    if cell.responsible == Party.NOT_APPLICABLE or not said.clauses:
        if cell.responsible == Party.NOT_APPLICABLE and not said.clauses:
            return []
        raise CourseError(f"{service_id}, {said.domain_id}: a clause and a layer go together.")
    return [Act(_speaker(cell, clause), clause, cell) for clause in said.clauses]


def _speaker(cell: Cell, clause: str) -> Party:
    """The party in whose sentence the clause stands."""
    sentences = {Party.AWS: cell.aws_does, Party.CUSTOMER: cell.customer_does}
    found = [party for party, sentence in sentences.items() if clause in sentence]
    if len(found) != 1:
        raise CourseError(
            f"{cell.service}, {cell.domain}: {clause!r} has to stand in one of two sentences, "
            f"{cell.aws_does!r} and {cell.customer_does!r}"
        )
    return found[0]


def _lines(acts: list[Act]) -> list[tuple[str, bool]]:
    """What is written below a station, and whether it is the name of a party."""
    lines: list[tuple[str, bool]] = []
    for act in acts:
        lines.append((in_plain_words(act.party), True))
        lines += [(line, False) for line in textwrap.wrap(act.clause, TURN)]
    return lines


def _height(walk: list[list[Act]]) -> float:
    return 0.48 + LINE * max(len(_lines(acts)) for acts in walk)


def _draw_way(axes: Axes, y: float, name: str, walk: list[list[Act]]) -> None:
    axes.text(-LABELS - 0.72, y - 0.08, name, ha="left", va="center", fontsize=10.5,
              fontweight="bold", color=INK, linespacing=1.25)  # fmt: skip
    axes.annotate("", (4.42 * STEP, y), (-0.45, y),
                  arrowprops={"arrowstyle": "-|>", "color": QUIET, "linewidth": 1.6,
                              "shrinkA": 0, "shrinkB": 0}, zorder=1)  # fmt: skip
    for at, acts in enumerate(walk):
        _draw_station(axes, at * STEP, y, acts)


def _draw_station(axes: Axes, x: float, y: float, acts: list[Act]) -> None:
    if not acts:
        axes.text(x, y, in_plain_words(Party.NOT_APPLICABLE), ha="center", va="center",
                  fontsize=9, color=QUIET, fontstyle="italic",
                  bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 2})  # fmt: skip
        return
    for place, act in enumerate(acts):
        shift = 0.26 * (place - (len(acts) - 1) / 2)
        axes.add_line(
            Line2D([x + shift], [y], marker=MARKER[act.party], markersize=12, linestyle="none",
                   markerfacecolor=FACE[act.party], markeredgecolor=INK, zorder=3)
        )  # fmt: skip
    for row, (text, bold) in enumerate(_lines(acts)):
        axes.text(x, y - 0.17 - row * LINE, text, ha="center", va="top", fontsize=9.2, color=INK,
                  fontweight="bold" if bold else "normal")  # fmt: skip


def parties(acts: list[Act]) -> str:
    """Whose station it is: one party, both, or none."""
    if not acts:
        return Party.NOT_APPLICABLE
    found = {act.party for act in acts}
    return Party.SHARED if len(found) == len(FACE) else found.pop()


def _message(walks: list[list[list[Act]]]) -> str:
    first = sum(parties(walk[0]) == Party.AWS for walk in walks)
    last = sum(parties(walk[-1]) == Party.CUSTOMER for walk in walks)
    return (
        f"AWS alone produces the signal in {first} of {times(len(walks), 'way')}; "
        f"in {last} the customer alone acts on it"
    )


def _alt(message: str, ways: list[tuple[Way, list[list[Act]]]]) -> str:
    told = []
    for way, walk in ways:
        owners = [in_plain_words(parties(acts)) for acts in walk]
        stations = ", ".join(f"{s} {o}" for s, o in zip(STATIONS, owners, strict=True))
        told.append(f"{' '.join(way.name.split())}: {stations}")
    return f"{message}. {'; '.join(told)}."


def _table(ways: list[tuple[Way, list[list[Act]]]]) -> pd.DataFrame:
    """Each act with the cell, the setting and the whole sentence that it follows from."""
    rows = []
    for way, walk in ways:
        for station, acts in zip(STATIONS, walk, strict=True):
            names = {"way": " ".join(way.name.split()), "station": station}
            if not acts:
                rows.append({**names, "party": in_plain_words(Party.NOT_APPLICABLE)})
            for act in acts:
                cell = act.cell
                aws = act.party is Party.AWS
                rows.append(
                    {
                        **names,
                        "party": in_plain_words(act.party),
                        "domain": cell.domain,
                        "setting": cell.setting,
                        "sentence": cell.aws_does if aws else cell.customer_does,
                    }
                )
    columns = ["way", "station", "party", "domain", "setting", "sentence"]
    return pd.DataFrame(rows, columns=columns).fillna("").set_index(["way", "station"])
