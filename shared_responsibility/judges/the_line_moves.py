"""Judges of the assignment `the-line-moves`: shares, a chart that anyone can read, claims."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared_responsibility.errors import in_words
from shared_responsibility.judges import Judge
from shared_responsibility.judges.charts import (
    CONTRAST,
    PARTIES,
    StackedChart,
    read_chart,
    spelled,
)
from shared_responsibility.matrix import compare, customer_load, row_of
from shared_responsibility.scoring import Judgement, in_order
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import LOAD_OF_PARTY, Party, in_plain_words

SERVICES = (
    "connect", "dynamodb", "ec2", "ecs_fargate", "elastic_beanstalk", "kms", "lambda", "rds", "s3",
    "vpc",
)  # fmt: skip
SLIDE = ("connect", "ec2", "s3", "vpc", "rds")
"""The services of the misleading chart, in its order."""
TOLERANCE = 0.01
MOST_DETAILS = 5
SHORTEST_ALT, LONGEST_ALT = 80, 600
MOST_ROWS = 500
TREND = re.compile(
    r"\b(falls?|falling|fell|shrinks?|shrinking|decreas\w+|drops?|declin\w+|sinks?|lower|smaller"
    r"|less|rises?|rising|grows?|growing|increas\w+|larger|more)\b"
)


# What is expected: plain data, drawn from the tables.


def _expected_models(_: str) -> dict[str, Any]:
    return {"shares": _model_shares(), "spellings": _spellings("service_model", _model_shares())}


def _model_shares() -> dict[str, dict[str, float]]:
    counts = customer_load()[list(PARTIES)]
    total = counts.sum(axis=1)
    return {
        str(model): {
            str(party): float(counts.loc[model, party] / total[model]) for party in PARTIES
        }
        for model in counts.index
    }


def _service_rows(services: Sequence[str]) -> dict[str, dict[str, float]]:
    """For each service its layers, the share of each party among them, and the customer's load."""
    owners = compare(*services)
    rows = {}
    for service in services:
        held = [str(owner) for owner in owners[service] if owner != Party.NOT_APPLICABLE]
        shares = {str(party): held.count(party) / len(held) for party in PARTIES}
        load = sum(LOAD_OF_PARTY[party] * share for party, share in shares.items())
        rows[service] = {"layers": float(len(held)), "load": load, **shares}
    return rows


def _expected_services(_: str) -> dict[str, Any]:
    return {"rows": _service_rows(SERVICES), "layers_of_all": len(load_table("domains"))}


def _expected_slide(_: str) -> dict[str, Any]:
    rows = _service_rows(SLIDE)
    largest_first = sorted(rows, key=lambda service: -rows[service]["load"])
    shares = {service: {str(p): rows[service][p] for p in PARTIES} for service in largest_first}
    return {"shares": shares, "spellings": _spellings("service", shares)}


def _expected_claims(_: str) -> dict[str, Any]:
    shares = _model_shares()
    load = {m: sum(LOAD_OF_PARTY[p] * row[p] for p in PARTIES) for m, row in shares.items()}
    falls = [before - after for before, after in zip(load.values(), [*load.values()][1:],
                                                     strict=False)]  # fmt: skip
    paas = [row["load"] for service, row in _service_rows(SERVICES).items()
            if row_of("services", service_id=service)["service_model"] == "paas"]  # fmt: skip
    spread = max(paas) - min(paas)
    alone = shares["saas"][Party.CUSTOMER]
    return {
        "claim_1": {"verdict": alone == 0, "number": alone},
        "claim_2": {"verdict": falls[0] == max(falls), "number": falls[0]},
        "claim_3": {"verdict": spread <= 0.1, "number": spread},
    }


def _spellings(kind: str, keys: Mapping[str, Any]) -> dict[str, list[str]]:
    """How each model or service may be written under an axis, in plain letters."""
    found = {}
    for key in keys:
        if kind == "service_model":
            names = [key, row_of("service_models", model_id=key)["name"]]
        else:
            row = row_of("services", service_id=key)
            names = [key, row["name"], *filter(None, row["aliases"].split("; "))]
        found[key] = sorted({spelled(name) for name in names})
    return found


# Tables.


def _rows_by(data: Any, key: str) -> dict[str, dict[str, Any]]:
    """The rows of a handed-in table by their id; the first row of an id counts."""
    columns = data.get("columns") if isinstance(data, Mapping) else None
    rows = data.get("rows") if isinstance(data, Mapping) else None
    if not isinstance(columns, list) or not isinstance(rows, list):
        raise ValueError("what was handed in is not a table")
    if key not in columns:
        raise ValueError(f"the table has no column {key!r}")
    found: dict[str, dict[str, Any]] = {}
    for row in rows[:MOST_ROWS]:
        if isinstance(row, list):
            named = {str(column): value for column, value in zip(columns, row, strict=False)}
            if isinstance(named.get(key), str):
                found.setdefault(named[key].strip().casefold(), named)
    return found


def _is_near(given: Any, right: float, tolerance: float = TOLERANCE) -> bool:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return False
    return abs(given - right) <= tolerance + 1e-9 if abs(given) <= 1e9 else False


def _shown(value: Any) -> str:
    """A stranger's value in a few characters."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float) and abs(value) <= 1e9:
        return f"{value:.3g}"
    return repr(value[:40]) if isinstance(value, str) else "something else"


def _judge_models(data: Any, expected: Any) -> dict[str, Judgement]:
    shares = expected["shares"]
    rows = _rows_by(data, "model_id")
    given = list(rows)
    named = sum(model in rows for model in shares)
    order = 1.0 if given == list(shares) else 0.5 if named == len(given) == len(shares) else 0.0
    cells = [(model, party) for model in shares for party in PARTIES]
    wrong = [
        (model, party)
        for model, party in cells
        if not _is_near(rows.get(model, {}).get(party), shares[model][party])
    ]
    details = [
        f"{model}, {party}: yours {_shown(rows.get(model, {}).get(party))}, "
        f"the table says {shares[model][party]:.3f}"
        for model, party in wrong
    ]
    all_own = [model for model in shares if _is_near(rows.get(model, {}).get("customer"), 1.0)]
    return {
        "models": Judgement(
            order, f"{named} of {len(shares)} models in {len(given)} rows", in_words(shares, "and")
        ),
        "shares": Judgement(
            (len(cells) - len(wrong)) / len(cells),
            f"{len(cells) - len(wrong)} of {len(cells)} shares",
            f"all {len(cells)} shares within {TOLERANCE:g}",
            _cut(details),
            "M12" if len(all_own) >= len(shares) - 1 else "",
        ),
    }


def _judge_services(data: Any, expected: Any) -> dict[str, Judgement]:
    right, whole = expected["rows"], expected["layers_of_all"]
    rows = _rows_by(data, "service_id")
    return {
        "layers": _judge_layers(rows, right, whole),
        "share": _judge_shares(rows, right, whole),
        "order": _judge_order(list(rows), right),
    }


def _judge_layers(rows: Any, right: Any, whole: int) -> Judgement:
    """Layers that are missing somewhere count; calling a full stack incomplete counts against."""
    hit = {name: _is_near(rows.get(name, {}).get("layers"), row["layers"]) for name, row in
           right.items()}  # fmt: skip
    partial = [name for name, row in right.items() if row["layers"] < whole]
    full = [name for name in right if name not in partial]
    found = sum(hit[name] for name in partial) / len(partial)
    missed = sum(not hit[name] for name in full) / len(full)
    details = [
        f"{name}: yours {_shown(rows.get(name, {}).get('layers'))}, "
        f"the table has {right[name]['layers']:g}"
        for name in right
        if not hit[name]
    ]
    return Judgement(
        max(0.0, found - missed),
        f"{sum(hit.values())} of {len(right)} services",
        f"fewer than {whole} for {in_words(partial, 'and')}, {whole} for the others",
        _cut(details),
    )


def _judge_shares(rows: Any, right: Any, whole: int) -> Judgement:
    wrong = [name for name, row in right.items()
             if not _is_near(rows.get(name, {}).get("share"), row["load"])]  # fmt: skip
    details = [
        f"{name}: yours {_shown(rows.get(name, {}).get('share'))}, "
        f"the table gives {right[name]['load']:.3f}"
        for name in wrong
    ]
    guess = _way_of_counting(rows, right, whole)
    own = [name for name in right if _is_near(rows.get(name, {}).get("share"), 1.0)]
    return Judgement(
        (len(right) - len(wrong)) / len(right),
        f"{len(right) - len(wrong)} of {len(right)} services",
        f"(own + \u00bd shared) / layers, within {TOLERANCE:g}",
        _cut([guess, *details] if guess else details),
        "M12" if len(own) > len(right) / 2 else "",
    )


def _way_of_counting(rows: Any, right: Any, whole: int) -> str:
    """The usual ways to count otherwise, where all the given shares follow one of them."""
    ways: dict[str, Callable[[Mapping[str, float]], float]] = {
        "You left the shared rows out.": lambda row: row["customer"],
        "You counted a shared row as a whole one.": lambda row: row["customer"] + row["shared"],
        f"You divided by {whole}, also where a service has fewer layers.": lambda row: (
            row["load"] * row["layers"] / whole
        ),
        "Your numbers are percentages; the exercise asks for fractions.": lambda row: (
            100 * row["load"]
        ),
    }
    for told, way in ways.items():
        near = [_is_near(rows.get(name, {}).get("share"), way(row), max(TOLERANCE, way(row) / 90))
                for name, row in right.items()]  # fmt: skip
        exact = [_is_near(rows.get(name, {}).get("share"), row["load"])
                 for name, row in right.items()]  # fmt: skip
        if all(near) and not all(exact):
            return told
    return ""


def _judge_order(given: Sequence[str], right: Any) -> Judgement:
    largest_first = sorted(right, key=lambda name: -right[name]["load"])
    known = [name for name in given if name in right]
    credit = in_order(largest_first, known) if len(known) == len(right) else 0.0
    return Judgement(credit, in_words(known, "then"), in_words(largest_first, "then"))


# Charts.


def _judge_shift_chart(data: Any, expected: Any) -> dict[str, Judgement]:
    chart = read_chart(data)
    return {
        "segments": _judge_segments(chart, expected),
        "stack": _judge_stack(chart, expected),
        "axis": _judge_axis(chart),
        "models": _judge_names(chart, expected),
        "words": _judge_words(chart),
        "carrier": _judge_carrier(chart),
        "contrast": _judge_contrast(chart),
        "alt": _judge_alt(chart, expected),
    }


def _judge_honest_chart(data: Any, expected: Any) -> dict[str, Judgement]:
    chart = read_chart(data)
    stack, axis = _judge_stack(chart, expected), _judge_axis(chart)
    carrier, contrast = _judge_carrier(chart), _judge_contrast(chart)
    names = _judge_names(chart, expected)
    return {
        "segments": _judge_segments(chart, expected),
        "order": Judgement(1.0 if names.credit == 1 else 0.0, names.yours, names.right),
        "whole": _both(stack, axis),
        "look": _both(carrier, contrast),
    }


def _both(one: Judgement, other: Judgement) -> Judgement:
    """Two findings in one check, half of the credit each."""
    return Judgement(
        (one.credit + other.credit) / 2,
        f"{one.yours}; {other.yours}",
        f"{one.right}; {other.right}",
        _cut([*one.details, *other.details]),
    )


def _judge_segments(chart: StackedChart, expected: Any) -> Judgement:
    shares, spellings = expected["shares"], expected["spellings"]
    hits, details, own = 0, [], 0
    for place, (name, row) in enumerate(shares.items()):
        stack = chart.stack(spellings[name], place, len(shares))
        if stack is None:
            details.append(f"{name}: no bar with this name")
            continue
        own += stack.length_of(Party.CUSTOMER) > 0.99
        for party in PARTIES:
            drawn = stack.length_of(party)
            if abs(drawn - row[party]) <= TOLERANCE:
                hits += 1
            else:
                told = f"{name}, {in_plain_words(party)}: drawn {drawn:.3f}"
                details.append(f"{told}, the table says {row[party]:.3f}")
    total = len(shares) * len(PARTIES)
    belief = "M12" if own >= len(shares) - 1 else ""
    return Judgement(
        hits / total, f"{hits} of {total} segments", f"{total} segments as in the table",
        _cut(details), belief,
    )  # fmt: skip


def _judge_stack(chart: StackedChart, expected: Any) -> Judgement:
    count = len(expected["shares"])
    whole = sum(stack.is_whole for stack in chart.stacks)
    extra = max(0, len(chart.stacks) - count)
    broken = [stack.name or "a bar without a name" for stack in chart.stacks if not stack.is_whole]
    return Judgement(
        max(0.0, (min(whole, count) - extra) / count),
        f"{whole} of {count} bars reach from 0 to 1 without a gap",
        f"{count} bars from 0 to 1 (or 100 %)",
        _cut([f"{name[:40]}: does not go from 0 to 1 without gap" for name in broken]),
    )


def _judge_axis(chart: StackedChart) -> Judgement:
    kind = "" if chart.linear else ", not linear"
    return Judgement(
        1.0 if chart.starts_at_zero else 0.0,
        f"the axis goes from {_shown(round(chart.low, 3))} to {_shown(round(chart.high, 3))}{kind}",
        "a linear axis from 0 to 1 or a little more",
    )


def _judge_names(chart: StackedChart, expected: Any) -> Judgement:
    """Credit 1 for all names in order, a half where only the order is wrong."""
    spellings = expected["spellings"]
    by_spelling = {one: key for key, listed in spellings.items() for one in listed}
    read = [by_spelling.get(spelled(stack.name), "") for stack in chart.stacks]
    wanted = list(spellings)
    directions = [read, read[::-1]] if chart.horizontal else [read]
    credit = 1.0 if wanted in directions else 0.5 if sorted(read) == sorted(wanted) else 0.0
    shown = [stack.name[:40] or "no name" for stack in chart.stacks[:12]]
    return Judgement(credit, in_words(shown, "then"), in_words(wanted, "then"))


def _judge_words(chart: StackedChart) -> Judgement:
    there = {
        "a title": bool(chart.title),
        "a label on the horizontal axis": bool(chart.axis_labels[0]),
        "a label on the vertical axis": bool(chart.axis_labels[1]),
        "the names of the three parties": chart.names_parties(),
    }
    missing = [name for name, found in there.items() if not found]
    yours = f"without {in_words(missing, 'and')}" if missing else "all four are there"
    credit = (len(there) - len(missing)) / len(there)
    return Judgement(credit, yours, in_words(there, "and"))


def _judge_carrier(chart: StackedChart) -> Judgement:
    apart = chart.told_without_colour()
    absent = [in_plain_words(p) for p in PARTIES if not any(s.party is p for s in chart.segments)]
    yours = "told apart by hatch or word" if apart else "told apart by colour alone"
    if absent:
        yours = f"no segment that says {in_words(absent, 'or')}"
    return Judgement(float(apart), yours, "a hatch of its own for each party, or its word")


def _judge_contrast(chart: StackedChart) -> Judgement:
    found = chart.contrasts()
    low = {pair: ratio for pair, ratio in found.items() if ratio < CONTRAST - 1e-9}
    if not found:
        yours = "no segments of two parties that touch"
    else:
        yours = f"lowest contrast {min(found.values()):.1f} to 1"
    details = [f"{one} and {other}: {ratio:.1f} to 1" for (one, other), ratio in low.items()]
    credit = (len(found) - len(low)) / len(found) if found else 0.0
    return Judgement(credit, yours, f"at least {CONTRAST:g} to 1", _cut(details))


def _judge_alt(chart: StackedChart, expected: Any) -> Judgement:
    length = len(chart.alt)
    fits = SHORTEST_ALT <= length <= LONGEST_ALT
    numbers = _numbers_named(chart.alt, expected["shares"])
    trend = _tells_trend(chart.alt, expected["spellings"])
    says = numbers >= 2 or trend
    yours = f"{length} characters, {numbers} numbers of the chart"
    if trend:
        yours += ", and the trend"
    return Judgement(
        1.0 if fits and says else 0.5 if says else 0.0,
        yours if length else "no text",
        f"{SHORTEST_ALT} to {LONGEST_ALT} characters with two numbers of the chart or the trend",
    )


def _numbers_named(alt: str, shares: Any) -> int:
    """How many different shares of the chart a text names, as `59 %`, `0.59` or `13 of 22`."""
    alt = alt.casefold()
    found = [float(n) / 100 for n in
             re.findall(r"(\d{1,3}(?:\.\d{1,4})?)\s?(?:%|per ?cent)", alt)]  # fmt: skip
    found += [float(n) for n in re.findall(r"(?<![\d.])0?\.\d{1,6}", alt)]
    found += [int(a) / int(b) for a, b in re.findall(r"(\d{1,3}) of (\d{1,3})\b", alt) if int(b)]
    values = {round(share, 6) for row in shares.values() for share in row.values() if share > 0}
    loads = {round(sum(LOAD_OF_PARTY[p] * row[p] for p in PARTIES), 6) for row in shares.values()}
    return sum(any(abs(one - value) <= 0.006 for one in found) for value in values | loads)


def _tells_trend(alt: str, spellings: Mapping[str, Sequence[str]]) -> bool:
    """Whether a text says which way the customer's part goes between two of the models."""
    letters = re.sub(r"[^a-z]+", "", alt.casefold())
    named = sum(any(name in letters for name in names) for names in spellings.values())
    about = "customer" in letters
    return named >= 2 and about and TREND.search(alt.casefold()) is not None


# Claims.


def _judge_claims(data: Any, expected: Any) -> dict[str, Judgement]:
    values = data.get("values") if isinstance(data, Mapping) else None
    if not isinstance(values, Mapping):
        raise ValueError("the answers are not a dictionary of named values")
    beliefs = {"claim_1": "M02", "claim_2": "", "claim_3": "M11"}
    return {
        claim.replace("_", "-"): _judge_claim(values, claim, right, beliefs[claim])
        for claim, right in expected.items()
    }


def _judge_claim(
    values: Mapping[str, Any], claim: str, right: Mapping[str, Any], belief: str
) -> Judgement:
    """Half for the number; the other half for the verdict, which counts only with its number."""
    verdict, number = values.get(claim), values.get(claim.replace("claim", "number"))
    near = _is_near(number, right["number"])
    agreed = _truth(verdict) is right["verdict"]
    details = []
    if not near and _is_near(number, 100 * right["number"], 1):
        details.append("Your number is a percentage; the exercise asks for a fraction.")
    if agreed and not near:
        details.append("The verdict counts only with the number that proves it.")
    return Judgement(
        (0.5 + 0.5 * agreed) if near else 0.0,
        "no answer"
        if verdict is None and number is None
        else f"{_shown(verdict)}, {_shown(number)}",
        f"{right['verdict']}, {right['number']:.3f}",
        tuple(details),
        "" if agreed or _truth(verdict) is None else belief,
    )


def _truth(verdict: Any) -> bool | None:
    if isinstance(verdict, str):
        return {"true": True, "false": False}.get(verdict.strip().casefold())
    return verdict if isinstance(verdict, bool) else None


def _cut(details: Sequence[str]) -> tuple[str, ...]:
    return tuple(details[:MOST_DETAILS])


JUDGES: dict[str, Judge] = {
    "share-by-model": Judge(_expected_models, _judge_models),
    "share-by-service": Judge(_expected_services, _judge_services),
    "shift-chart": Judge(_expected_models, _judge_shift_chart),
    "honest-chart": Judge(_expected_slide, _judge_honest_chart),
    "claims": Judge(_expected_claims, _judge_claims),
}
