"""Judges the problem set `build-the-matrix`: cleaned statements, matrix, contradictions, gaps.

What is right is worked out from the untidy file itself, by the rule that the learner follows: a
statement counts if it cites a page, and of several that do, the one read last.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared_responsibility.errors import CourseError, in_words, nearest
from shared_responsibility.judges import Judge
from shared_responsibility.matrix import domain_id_of, service_id_of
from shared_responsibility.scoring import Judgement, credit_of_several
from shared_responsibility.statements import load_statements
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Party, Scheme, as_word

Cell = tuple[str, str]
Row = dict[str, str]

DAY_MONTH_YEAR = "%d %b %Y"
SPELLINGS: dict[Party, tuple[str, ...]] = {
    Party.AWS: ("AWS", " aws", "Amazon"),
    Party.CUSTOMER: ("Customer", "customer ", "cust.", "the customer"),
    Party.SHARED: ("both", "Shared", "shared responsibility"),
    Party.NOT_APPLICABLE: ("n/a", "no such layer"),
}
"""How the owners stand in the untidy file."""
PAGE = "aws-shared-responsibility-model"
"""The page about which the last query asks."""
MOST_DETAILS = 5
# What honest answers never exceed; the rest of a larger one is left unread.
MOST_COLUMNS, MOST_ROWS, MOST_WORDS = 40, 2_000, 500
CLAIMED = {
    "network_config": "M04",
    "encryption_at_rest": "M03",
    "application_code": "M08",
    "identity_access": "M05",
    "customer_data": "M13",
}
"""What somebody believes who says that a domain leaves the customer on the way to RDS."""


# What is right


@dataclass(frozen=True)
class Statement:
    """A line of the untidy file, cleaned; `read_on` is an ISO date or blank."""

    statement_id: str
    service_id: str
    domain_id: str
    owner: str
    source_id: str
    read_on: str

    @property
    def cell(self) -> Cell:
        return self.service_id, self.domain_id


def cleaned() -> dict[str, Statement]:
    """Every statement once, by its number."""
    lines = load_statements().to_dict("records")
    return {line["statement_id"]: _cleaned(line) for line in lines}


def _cleaned(line: Mapping[Any, str]) -> Statement:
    return Statement(
        line["statement_id"],
        service_id_of(line["service"]),
        _domain_id(line["layer"]),
        next(str(party) for party, spelt in SPELLINGS.items() if line["who"] in spelt),
        line["source"],
        _iso(line["read on"]),
    )


def _domain_id(layer: str) -> str:
    """The domain of a layer, whose name may be misspelt."""
    try:
        return domain_id_of(layer)
    except CourseError:
        return domain_id_of(nearest(layer.strip(), load_table("domains")["name"], 1)[0])


def _iso(written: str) -> str:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}|", written):
        return written
    return datetime.strptime(written, DAY_MONTH_YEAR).date().isoformat()


def settled(statements: Iterable[Statement]) -> dict[Cell, Statement]:
    """The statement that decides each cell: of those that cite a page, the one read last."""
    cited = [one for one in statements if one.source_id]
    return {one.cell: one for one in sorted(cited, key=lambda one: one.read_on)}


def contradicted(statements: Iterable[Statement]) -> list[Cell]:
    """The cells for which two statements name different owners, cited or not."""
    owners: dict[Cell, set[str]] = {}
    for one in statements:
        owners.setdefault(one.cell, set()).add(one.owner)
    return sorted(cell for cell, named in owners.items() if len(named) > 1)


def _grid(statements: Collection[Statement]) -> tuple[list[str], list[str]]:
    services = sorted({one.service_id for one in statements})
    return services, sorted({one.domain_id for one in statements})


def gaps(statements: Collection[Statement]) -> list[Cell]:
    """The cells for which no statement cites a page."""
    services, domains = _grid(statements)
    held = settled(statements)
    return [(s, d) for s in services for d in domains if (s, d) not in held]


def _expected_clean(seed: str) -> dict[str, Any]:
    counted = Counter(load_statements()["statement_id"])
    rows = {
        one.statement_id: {
            "service_id": one.service_id,
            "domain_id": one.domain_id,
            "owner": one.owner,
            "read_on": one.read_on,
        }
        for one in cleaned().values()
    }
    twice = sorted(statement_id for statement_id, count in counted.items() if count > 1)
    return {"statements": rows, "twice": twice}


def _expected_matrix(seed: str) -> dict[str, Any]:
    statements = cleaned().values()
    services, domains = _grid(statements)
    held = settled(statements)
    owners = {s: {d: held[s, d].owner if (s, d) in held else "" for d in domains} for s in services}
    return {"owners": owners, "contradicted": [list(c) for c in contradicted(statements)]}


def _expected_contradictions(seed: str) -> dict[str, Any]:
    return {"cells": [list(cell) for cell in contradicted(cleaned().values())]}


def _expected_gaps(seed: str) -> dict[str, Any]:
    return {"cells": [list(cell) for cell in gaps(cleaned().values())]}


def _expected_queries(seed: str) -> dict[str, Any]:
    statements = cleaned().values()
    services, domains = _grid(statements)
    held = settled(statements)
    owner = {cell: one.owner for cell, one in held.items()}
    of_aws = {s: sum(owner.get((s, d)) == Party.AWS for d in domains) for s in services}
    named = {d: {owner[s, d] for s in services if (s, d) in owner} for d in domains}
    return {
        "system_to_patch": [s for s in services if owner.get((s, "guest_os")) == Party.CUSTOMER],
        "shared_cells": sum(one == Party.SHARED for one in owner.values()),
        "same_everywhere": [d for d in domains if len(named[d]) == 1],
        "most_aws_cells": [s for s in services if of_aws[s] == max(of_aws.values())],
        "changes_with_rds": [d for d in domains if owner.get(("ec2", d)) != owner.get(("rds", d))],
        "rest_on_page": sum(one.source_id == PAGE for one in held.values()),
    }


# What was handed in


def _text(value: object) -> str:
    """A cell as text; what is no text or number is blank."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        return ""
    return str(int(value)) if value == int(value) else str(value)


def _rows(data: Any, prefix: str = "") -> tuple[list[str], list[Row]]:
    """The columns of a table and its rows as text. Raises `ValueError` where it is none.

    `prefix` is cut from headings: a pivot without `values` writes it before each.
    """
    columns, rows = (data.get(part) for part in ("columns", "rows")) if _is_map(data) else (0, 0)
    if not isinstance(columns, list) or not isinstance(rows, list):
        raise ValueError("this exercise asks for a table (a DataFrame)")
    shown = columns[:MOST_COLUMNS]
    names = [as_word(_text(column)).removeprefix(prefix) for column in shown]
    listed = [row for row in rows[:MOST_ROWS] if isinstance(row, list)]
    # Of two columns with one name the first counts, hence the reversal.
    return names, [
        {name: _text(value) for name, value in reversed(list(zip(names, row, strict=False)))}
        for row in listed
    ]


def _is_map(data: object) -> bool:
    return isinstance(data, Mapping)


def _need(columns: Sequence[str], *names: str) -> None:
    """Raises `ValueError` naming the first column that is missing and the nearest that is there."""
    for name in names:
        if name not in columns:
            close = nearest(name, [column for column in columns if column not in names], 1)
            advice = f"; is the column {close[0]!r} meant" if close else ""
            raise ValueError(f"the column {name!r} is missing{advice}")


# Exercise 1: the cleaned statements


def _judge_clean(data: Any, expected: Any) -> dict[str, Judgement]:
    columns, rows = _rows(data)
    _need(columns, "statement_id")
    right: dict[str, Row] = expected["statements"]
    given: dict[str, list[Row]] = {statement_id: [] for statement_id in right}
    for row in rows:
        if row.get("statement_id") in given:
            given[row["statement_id"]].append(row)
    owners = Counter(row["owner"] for row in right.values())
    return {
        "services": _column("service_id", columns, given, right),
        "domains": _column("domain_id", columns, given, right),
        "owners": _column("owner", columns, given, right, max(owners.values()) / len(right)),
        "dates": _column("read_on", columns, given, right, 0.5),
        "once": _once(given, expected["twice"]),
    }


def _column(
    name: str,
    columns: Sequence[str],
    given: Mapping[str, Sequence[Row]],
    right: Mapping[str, Row],
    unworked: float = 0.0,
) -> Judgement:
    """How many statements have the right value in a column.

    `unworked` is the share that is right without any work: that much earns nothing.
    """
    told = f"{len(right)} statements with the right `{name}`"
    if name not in columns:
        close = nearest(name, columns, 1)
        advice = f" (is `{close[0]}` meant?)" if close else ""
        return Judgement(0.0, f"no column `{name}`{advice}", told)
    wrong, absent = [], 0
    for statement_id, row in right.items():
        values = [_value(name, one) for one in given[statement_id]]
        absent += not values
        bad = next((value for value in values if value != row[name]), None)
        if bad is not None:
            wrong.append(f"{statement_id}: {_shown(bad)}, expected {_shown(row[name])}")
    share = (len(right) - len(wrong) - absent) / len(right)
    details = ([f"{absent} statements are not in the table"] if absent else []) + wrong
    credit = max(0.0, (share - unworked) / (1 - unworked))
    yours = f"{len(right) - len(wrong) - absent} of {len(right)} statements are right"
    return Judgement(credit, yours, told, tuple(details[:MOST_DETAILS]))


def _value(name: str, row: Row) -> str:
    value = row.get(name, "")
    if name != "read_on":
        return value
    # A date of pandas ends in a time of day, and a missing one may have become text.
    value = re.sub(r"[ T]00:00:00(\.0+)?$", "", value)
    return "" if value in ("NaT", "nan", "None") else value


def _shown(value: str) -> str:
    return repr(value[:40]) if value else "a blank"


def _once(given: Mapping[str, Sequence[Row]], twice: Sequence[str]) -> Judgement:
    """Each statement once: what was there twice is left once, and nothing is lost."""
    single = [statement_id for statement_id in twice if len(given[statement_id]) == 1]
    there = sum(bool(rows) for rows in given.values())
    repeated = [f"{one} stands {len(rows)} times" for one, rows in given.items() if len(rows) > 1]
    lost = [f"{one} is missing" for one, rows in given.items() if not rows]
    credit = len(single) / len(twice) * there / len(given) if twice else there / len(given)
    return Judgement(
        credit,
        f"{there} of {len(given)} statements are there, {len(repeated)} of them more than once",
        f"{len(given)} statements, each once",
        tuple([*repeated, *lost][:MOST_DETAILS]),
    )


# Exercise 2: the matrix


def _judge_matrix(data: Any, expected: Any) -> dict[str, Judgement]:
    right: dict[Cell, str] = {
        (service, domain): owner
        for service, owners in expected["owners"].items()
        for domain, owner in owners.items()
    }
    columns, rows = _rows(data, "owner_")
    given = _given_cells(columns, rows, right)
    parties = (Party.AWS, Party.CUSTOMER, Party.SHARED)
    judged = {str(party): _owner_cells(given, right, party) for party in parties}
    judged["shape"] = _shape(columns, rows, expected["owners"])
    judged["settled"] = _settled_cells(given, right, [(s, d) for s, d in expected["contradicted"]])
    judged["blank"] = _blank_cells(given, right)
    return judged


def _given_cells(
    columns: Sequence[str], rows: Sequence[Row], right: Mapping[Cell, str]
) -> dict[Cell, str]:
    """The owner of each cell, from a table of services by domains, its transpose or a long one."""
    if {"service_id", "domain_id", "owner"} <= set(columns):
        listed = [(row.get("service_id"), row.get("domain_id"), row.get("owner")) for row in rows]
    elif "service_id" in columns:
        listed = [(row.get("service_id"), d, v) for row in rows for d, v in row.items()]
    elif "domain_id" in columns:
        listed = [(s, row.get("domain_id"), v) for row in rows for s, v in row.items()]
    else:
        _need(columns, "service_id")
    given: dict[Cell, str] = {}
    for service, domain, value in listed:
        cell = as_word(service or ""), as_word(domain or "")
        if cell in right:
            word = as_word(value or "")
            word = "" if word in ("nan", "none", "<na>") else word
            given[cell] = word if given.get(cell, word) == word else "two owners"
    return given


def _shape(
    columns: Sequence[str], rows: Sequence[Row], owners: Mapping[str, Mapping[str, str]]
) -> Judgement:
    services, domains = list(owners), list(next(iter(owners.values())))
    told = (
        f"a row for each of {len(services)} services, a column for each of {len(domains)} domains"
    )
    counted = Counter(row.get("service_id", "") for row in rows)
    if "service_id" not in columns or "domain_id" in columns:
        return Judgement(0.0, "the rows of the table are not services", told)
    there = [one for one in services if counted[one] == 1]
    held = [one for one in domains if one in columns]
    lost = [one for one in (*services, *domains) if one not in (*there, *held)]
    yours = f"{len(there)} services once each, {len(held)} domains"
    credit = len(there) / len(services) * len(held) / len(domains)
    details = tuple(f"{one} is missing, or stands twice" for one in lost[:MOST_DETAILS])
    return Judgement(credit, yours, told, details)


def _owner_cells(given: Mapping[Cell, str], right: Mapping[Cell, str], party: str) -> Judgement:
    """How far the cells with an owner are the right ones."""
    wanted = [cell for cell, owner in right.items() if owner == party]
    chosen = [cell for cell, owner in given.items() if owner == party]
    hits = len(set(wanted) & set(chosen))
    wrong = [cell for cell in (*chosen, *wanted) if given.get(cell, "") != right[cell]]
    inherited = [c for c in wrong if right[c] == Party.AWS and given.get(c) == Party.CUSTOMER]
    belief = "M12" if party == Party.AWS and 2 * len(inherited) > len(wanted) else ""
    return Judgement(
        credit_of_several(Scheme.COVERAGE, wanted, chosen, len(right)),
        f"{len(chosen)} cells say `{party}`, {hits} of them rightly",
        f"{len(wanted)} cells say `{party}`",
        _wrong_cells(wrong, given, right),
        belief,
    )


def _settled_cells(
    given: Mapping[Cell, str], right: Mapping[Cell, str], cells: Sequence[Cell]
) -> Judgement:
    wrong = [cell for cell in cells if given.get(cell) != right[cell]]
    return Judgement(
        (len(cells) - len(wrong)) / len(cells),
        f"{len(cells) - len(wrong)} of {len(cells)} contradicted cells are settled by the rule",
        f"{len(cells)} cells settled by the newest statement that cites a page",
        _wrong_cells(wrong, given, right),
    )


def _blank_cells(given: Mapping[Cell, str], right: Mapping[Cell, str]) -> Judgement:
    wanted = [cell for cell, owner in right.items() if not owner]
    chosen = [cell for cell, owner in given.items() if not owner]
    wrong = [cell for cell in given if (cell in wanted) != (cell in chosen)]
    return Judgement(
        credit_of_several(Scheme.COVERAGE, wanted, chosen, len(right)),
        f"{len(chosen)} cells are blank",
        f"{len(wanted)} cells are blank",
        _wrong_cells(wrong, given, right),
    )


def _wrong_cells(
    cells: Iterable[Cell], given: Mapping[Cell, str], right: Mapping[Cell, str]
) -> tuple[str, ...]:
    told = (
        f"{' / '.join(cell)}: {_shown(given.get(cell, ''))}, expected {_shown(right[cell])}"
        for cell in dict.fromkeys(cells)
    )
    return tuple(told)[:MOST_DETAILS]


# Exercises 3 and 4: lists of cells


def _judge_cells(data: Any, expected: Any) -> dict[str, Judgement]:
    columns, rows = _rows(data)
    _need(columns, "service_id", "domain_id")
    wanted: list[Cell] = [(service, domain) for service, domain in expected["cells"]]
    named = ((row.get("service_id", ""), row.get("domain_id", "")) for row in rows)
    chosen = list(dict.fromkeys((as_word(s), as_word(d)) for s, d in named if s or d))
    hits = [cell for cell in chosen if cell in wanted]
    details = [f"{' / '.join(c)[:60]} does not belong here" for c in chosen if c not in wanted]
    details += [f"{' / '.join(cell)} is not named" for cell in wanted if cell not in chosen]
    return {
        "found": Judgement(
            credit_of_several(Scheme.COVERAGE, wanted, chosen, len(wanted)),
            f"{len(chosen)} cells named, {len(hits)} of them rightly",
            f"{len(wanted)} cells",
            tuple(details[:MOST_DETAILS]),
        )
    }


# Exercise 5: the queries


def _judge_queries(data: Any, expected: Any) -> dict[str, Judgement]:
    values = data.get("values") if _is_map(data) else None
    if not _is_map(values):
        raise ValueError("this exercise asks for the dictionary of the cell")
    assert isinstance(values, Mapping)
    judged = {}
    for name, right in expected.items():
        judge = _judge_list if isinstance(right, list) else _judge_number
        if values.get(name) is not None:
            judged[name.replace("_", "-")] = judge(name, values[name], right)
    return judged


def _judge_number(name: str, value: object, right: int) -> Judgement:
    written = _text(value).strip()
    return Judgement(float(written == str(right)), written[:40] or "no number", str(right))


def _judge_list(name: str, value: object, right: list[str]) -> Judgement:
    listed = (value if isinstance(value, list) else _text(value).split(","))[:MOST_WORDS]
    chosen = [word for word in dict.fromkeys(as_word(_text(one)) for one in listed) if word]
    belief = BELIEFS[name](chosen, right) if name in BELIEFS else ""
    details = [f"{one[:40]} does not belong here" for one in chosen if one not in right]
    details += [f"{one} is not named" for one in right if one not in chosen]
    return Judgement(
        credit_of_several(Scheme.COVERAGE, right, chosen, len(right)),
        in_words([one[:40] for one in chosen[:20]], "and") or "nothing",
        in_words(right, "and"),
        tuple(details[:MOST_DETAILS]),
        belief,
    )


def _patching_belief(chosen: Sequence[str], right: Sequence[str]) -> str:
    """Who leaves EC2 out believes that AWS patches it; who adds services claims AWS's work."""
    if "ec2" not in chosen:
        return "M01"
    return "M12" if set(chosen) - set(right) else ""


def _move_belief(chosen: Sequence[str], right: Sequence[str]) -> str:
    added = [domain for domain in chosen if domain not in right]
    return next((CLAIMED[domain] for domain in added if domain in CLAIMED), "")


def _label_belief(chosen: Sequence[str], right: Sequence[str]) -> str:
    """Who names the only SaaS trusts the label more than the cells."""
    return "M11" if "connect" in chosen and "connect" not in right else ""


BELIEFS: dict[str, Callable[[Sequence[str], Sequence[str]], str]] = {
    "system_to_patch": _patching_belief,
    "changes_with_rds": _move_belief,
    "most_aws_cells": _label_belief,
}

JUDGES: dict[str, Judge] = {
    "clean-statements": Judge(_expected_clean, _judge_clean),
    "pivot-matrix": Judge(_expected_matrix, _judge_matrix),
    "contradictions": Judge(_expected_contradictions, _judge_cells),
    "gaps": Judge(_expected_gaps, _judge_cells),
    "queries": Judge(_expected_queries, _judge_queries),
}
