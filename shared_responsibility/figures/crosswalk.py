"""The domains of the course against the words of other frameworks, with how near each word is."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from shared_responsibility.errors import CourseError, in_words, unknown
from shared_responsibility.figures.style import (
    INK,
    PAPER,
    QUIET,
    Chart,
    name_zones,
    paper,
    rows_by_zone,
    title,
)
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Framework, Relation

NAMES: dict[str, str] = {
    Framework.AWS: "AWS",
    Framework.MICROSOFT: "Microsoft Azure",
    Framework.GOOGLE: "Google Cloud",
    Framework.CSA_CCM: "CSA CCM v4",
    Framework.CIS: "CIS Controls v8",
    Framework.NIST: "NIST SP 800-53",
    Framework.PCI_DSS: "PCI DSS v4",
}

# What a code stands for, shortened; the full names stand in the sources of the crosswalk.
CODES: dict[str, dict[str, str]] = {
    Framework.NIST: {
        "AC": "access control", "AT": "training", "AU": "audit logs", "CA": "assessment",
        "CM": "configuration", "CP": "contingency", "IA": "identification",
        "IR": "incident response", "MA": "maintenance", "MP": "media", "PE": "physical",
        "PL": "planning", "PM": "programme", "PS": "personnel", "PT": "personal data",
        "RA": "risk", "SA": "system acquisition", "SC": "system, communications",
        "SI": "integrity", "SR": "supply chain",
    },
    Framework.CSA_CCM: {
        "A&A": "audit", "AIS": "applications, interfaces", "BCR": "business continuity",
        "CCC": "change control", "CEK": "encryption, keys", "DCS": "data centre",
        "DSP": "data, privacy", "GRC": "governance", "HRS": "people", "IAM": "identity, access",
        "IVS": "infrastructure", "LOG": "logging", "SEF": "incidents", "STA": "supply chain",
        "TVM": "vulnerabilities", "UEM": "endpoints",
    },
    Framework.CIS: {
        "1": "devices", "3": "data protection", "4": "secure settings", "5": "accounts",
        "6": "access control", "7": "vulnerabilities", "8": "audit logs",
        "9": "mail and browser", "10": "malware", "11": "data recovery",
        "12": "network devices", "13": "network defence", "14": "training",
        "15": "service providers", "16": "application software", "17": "incident response",
    },
    Framework.PCI_DSS: {
        "1": "network controls", "2": "secure settings", "3": "stored data",
        "4": "data on the way", "5": "malware", "6": "secure software", "7": "need to know",
        "8": "users and sign-in", "9": "physical access", "10": "logs",
        "12": "policies, programmes",
    },
}  # fmt: skip

LOOKS: dict[str, dict[str, Any]] = {
    Relation.SAME: {"linestyle": "-", "linewidth": 1.8, "facecolor": "#E3EEF7"},
    Relation.PART: {"linestyle": (0, (4, 2.5)), "linewidth": 1.1, "facecolor": PAPER},
    Relation.WIDER: {"linestyle": (0, (1, 1.4)), "linewidth": 2.2, "facecolor": "#FBF1E2"},
}
MEANING = {
    Relation.SAME: "the same meaning",
    Relation.PART: "they overlap in part",
    Relation.WIDER: "their terms reach further",
    Relation.NONE: "no such term on the page read",
}

NAME_WIDTH, COLUMNS_WIDTH, INSET, TAG = 2.35, 7.4, 0.05, 0.5
GAP, LINE, LETTER = 0.16, 0.42, 0.077


@dataclass(frozen=True)
class Box:
    """Where a term stands: left edge, middle, width and depth."""

    left: float
    middle: float
    width: float
    depth: float


def plot_crosswalk(*frameworks: str) -> Chart:
    """The 22 domains, bottom of the stack below, against the terms of two or three frameworks."""
    asked = [_framework_of(name) for name in frameworks]
    if not 2 <= len(asked) <= 3 or len(set(asked)) < len(asked):
        raise CourseError(
            "plot_crosswalk() takes two or three frameworks, each once, for example "
            'plot_crosswalk("microsoft", "google").'
        )
    domains = load_table("domains").set_index("domain_id")
    terms = load_table("crosswalk").set_index(["domain_id", "framework"])
    column = COLUMNS_WIDTH / len(asked)
    lines = {
        (str(domain_id), framework): _lines_of(
            spelled_out(framework, str(terms.loc[(domain_id, framework), "term"])),
            int((column - 2 * INSET - TAG) / LETTER),
        )
        for domain_id in domains.index
        for framework in asked
    }
    rows, depths = _rows_and_depths(domains, asked, lines)
    width, top = NAME_WIDTH + COLUMNS_WIDTH, max(rows.values()) + 1.75
    figure, axes = paper(10, 0.36 * (top + 2.6) + 0.9)
    axes.set(xlim=(0, width), ylim=(-1.75, top + 0.6))
    axes.axis("off")
    for domain_id, height in rows.items():
        axes.text(NAME_WIDTH - 0.1, height, str(domains.loc[domain_id, "name"]), ha="right",
                  va="center", fontsize=9.3, color=INK)  # fmt: skip
        for place, framework in enumerate(asked):
            box = Box(NAME_WIDTH + place * column + INSET, height, column - 2 * INSET,
                      depths[domain_id])  # fmt: skip
            relation = str(terms.loc[(domain_id, framework), "relation"])
            _draw_term(axes, box, lines[domain_id, framework], relation)
    for place, framework in enumerate(asked):
        axes.text(NAME_WIDTH + (place + 0.5) * column, top, NAMES[framework], ha="center",
                  va="center", fontsize=11.5, fontweight="bold", color=INK)  # fmt: skip
    axes.text(NAME_WIDTH - 0.1, top, "our domain", ha="right", va="center", fontsize=11.5,
              fontweight="bold", color=INK)  # fmt: skip
    name_zones(axes, domains, rows, left=0.05, right=width - 0.05, above=0.8)
    _draw_key(axes, width)
    table = _table_of(asked, domains, terms, list(rows))
    message = _message_of(asked, terms, len(domains))
    title(axes, textwrap.fill(message, 75))
    return Chart(figure, _alt_of(message, asked, domains, terms), table)


def _framework_of(name: str) -> Framework:
    folded = str(name).strip().casefold()
    for framework in Framework:
        if folded in (framework.value, NAMES[framework].casefold()):
            return framework
    raise unknown("framework", name, [framework.value for framework in Framework])


def spelled_out(framework: str, term: str) -> str:
    """A term with the short name behind each code: `7; 8` is `7 need to know; 8 users`."""
    codes = CODES.get(framework)
    if codes is None or term == "-":
        return term
    return "; ".join(f"{code} {codes[code]}" for code in re.split(r"; ", term))


def _lines_of(term: str, letters: int) -> str:
    """A term in lines of at most so many letters, broken between its parts where that helps."""
    lines = [""]
    for part in re.split(r"(?<=;) ", term):
        if len(lines[-1]) + 1 + len(part) <= letters:
            lines[-1] = f"{lines[-1]} {part}".strip()
        else:
            lines += textwrap.wrap(part, letters)
    return "\n".join(line for line in lines if line)


def _rows_and_depths(
    domains: pd.DataFrame, asked: list[Framework], lines: dict[tuple[str, Framework], str]
) -> tuple[dict[str, float], dict[str, float]]:
    """The middle and the depth of each row: a row is as deep as its longest term needs."""
    middles: dict[str, float] = {}
    depths: dict[str, float] = {}
    shift = 0.0
    for domain_id, height in rows_by_zone(domains).items():
        most = max(lines[domain_id, framework].count("\n") for framework in asked) + 1
        extra = max(0, most - 2) * LINE
        depths[domain_id] = 1 - GAP + extra
        middles[domain_id] = height + shift + extra / 2
        shift += extra
    return middles, depths


def _draw_term(axes: Axes, box: Box, text: str, relation: str) -> None:
    """A box with the relation as its border and as a word; no box where there is no term."""
    tag: dict[str, Any] = {"va": "center", "fontsize": 9, "color": QUIET, "fontstyle": "italic"}
    if relation == Relation.NONE:
        axes.text(box.left + box.width / 2, box.middle, relation, ha="center", **tag)
        return
    axes.add_patch(
        FancyBboxPatch((box.left, box.middle - box.depth / 2), box.width, box.depth,
                       boxstyle="square,pad=0", edgecolor=INK, **LOOKS[relation])
    )  # fmt: skip
    axes.text(box.left + 0.07, box.middle, relation, **tag)
    axes.text(box.left + TAG, box.middle, text, va="center", fontsize=9, color=INK,
              linespacing=1.0)  # fmt: skip


def _draw_key(axes: Axes, width: float) -> None:
    """What the four words mean, below the rows."""
    step = (width - 0.1) / len(MEANING)
    for place, (relation, meaning) in enumerate(MEANING.items()):
        box = Box(0.1 + place * step, -1.2, TAG - 0.02, 1 - GAP)
        _draw_term(axes, box, "", relation)
        axes.text(box.left + TAG + 0.06, box.middle, textwrap.fill(meaning, 18), va="center",
                  fontsize=9, color=INK, linespacing=1.05)  # fmt: skip


def _counts(terms: pd.DataFrame, framework: str) -> dict[str, int]:
    relations = terms.xs(framework, level="framework")["relation"]
    return {relation.value: int((relations == relation).sum()) for relation in Relation}


def _message_of(asked: list[Framework], terms: pd.DataFrame, total: int) -> str:
    first, *others = [(NAMES[one], _counts(terms, one)[Relation.SAME]) for one in asked]
    told = [f"{first[0]} has a term of the same meaning for {first[1]}"]
    told += [f"{name} for {count}" for name, count in others]
    return f"Of our {total} domains, {in_words(told, 'and')}"


def _table_of(
    asked: list[Framework], domains: pd.DataFrame, terms: pd.DataFrame, order: list[str]
) -> pd.DataFrame:
    columns: dict[str, list[str]] = {}
    for framework in asked:
        found = terms.xs(framework, level="framework").loc[order]
        columns[NAMES[framework]] = [spelled_out(framework, term) for term in found["term"]]
        columns[f"{NAMES[framework]}, relation"] = list(found["relation"])
    table = pd.DataFrame(columns, index=[str(domains.loc[one, "name"]) for one in order])
    return table.iloc[::-1].rename_axis("our domain")


def _alt_of(
    message: str, asked: list[Framework], domains: pd.DataFrame, terms: pd.DataFrame
) -> str:
    told = []
    for framework in asked:
        relations = terms.xs(framework, level="framework")["relation"]
        without = relations.index[relations == Relation.NONE]
        names = [str(domains.loc[one, "name"]) for one in domains.index if one in set(without)]
        counts = ", ".join(f"{count} {one}" for one, count in _counts(terms, framework).items())
        missing = f"; no term for {in_words(names, 'and')}" if names else ""
        told.append(f"{NAMES[framework]}: {counts}{missing}")
    return f"A grid of domains and terms. {message}. {'. '.join(told)}."
