"""Judges `decide`: a function on unseen cases and on rules, and a learner's own test cases."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from shared_responsibility.errors import in_words
from shared_responsibility.judges import Judge
from shared_responsibility.judges.decide_draw import EXERCISE, groups_of
from shared_responsibility.judges.decide_facts import (
    NOT_ASKED,
    UNKNOWN,
    WRONG_FUNCTIONS,
    Case,
    Facts,
    decide,
    facts,
    ignores_the_setting,
    trusts_the_label,
)
from shared_responsibility.scoring import Judgement
from shared_responsibility.tables import OWNERS, load_table
from shared_responsibility.vocabulary import LOAD_OF_PARTY, Party, as_word, in_plain_words

ANSWERS = (*map(str, OWNERS), UNKNOWN)
BY_OWNER = ("known", "settings", "invented")
"""Checks that average over the owners. The others are rules: a pair or move counts as a whole."""
UNITS = {"moves": "moves"}
MOST_DETAILS, LONGEST_SHOWN = 5, 60
FEWEST_CASES, MOST_CASES = 8, 12
COLUMNS = ("service_id", "service_model", "task", "configuration", "expected")
TRUSTS_THE_LABEL, CLAIMS_TOO_MUCH, OPTION_IS_DUTY = "M11", "M12", "M15"


@dataclass(frozen=True)
class Answered:
    """One input with its right answer and what the function gave: `label` is blank if no answer."""

    arguments: Sequence[Any]
    right: str
    shortcut: str
    too_much_aws: str
    label: str
    shown: str

    @property
    def is_right(self) -> bool:
        return self.label == self.right

    def __str__(self) -> str:
        service, task, configuration = self.arguments
        asked = [str(service["name"]), str(task), *filter(None, [configuration])]
        return f"{', '.join(asked)}: {self.shown}, right is {self.right!r}"


def expected_function(seed: str) -> dict[str, Any]:
    """Inputs and right answers of a seed; the cases of the rules come twice, in two orders.

    `marks` holds the numbers of the inputs that count together, by check. `shortcut` is what the
    label alone, or the cell without its setting, would say; `too_much_aws` is the misconception
    behind giving a case to AWS.
    """
    listed = [
        (check, place, one)
        for check, groups in groups_of(seed).items()
        for place, group in enumerate(groups)
        for one in group
    ]
    listed += [entry for entry in reversed(listed) if entry[0] not in BY_OWNER]
    marks: dict[str, list[list[int]]] = {}
    for number, (check, place, _) in enumerate(listed):
        groups = marks.setdefault(check, [])
        if place == len(groups):
            groups.append([])
        groups[place].append(number)
    known, beliefs = facts(), _beliefs()
    cases = [one.case for _, _, one in listed]
    return {
        "inputs": [one.arguments for _, _, one in listed],
        "right": [decide(known, case) for case in cases],
        "shortcut": [_shortcut(known, case) for case in cases],
        "too_much_aws": [beliefs.get(case.task, "") for case in cases],
        "marks": marks,
    }


def _beliefs() -> dict[str, str]:
    return dict(load_table("domains").set_index("domain_id")["misconception_id"])


def _shortcut(known: Facts, case: Case) -> str:
    return ignores_the_setting(known, case) if case.configuration else trusts_the_label(known, case)


def judge_function(data: Any, expected: Any) -> dict[str, Judgement]:
    """A judgement for each check. Raises `ValueError` where `data` holds no list of outputs."""
    outputs = data.get("outputs") if isinstance(data, Mapping) else None
    if not isinstance(outputs, list):
        raise ValueError("the outputs of responsible() are not a list, one for each case")
    answered = [_answered(expected, outputs, number) for number in range(len(expected["right"]))]
    judgements = {}
    for check, marks in expected["marks"].items():
        groups = [[answered[number] for number in numbers] for numbers in marks]
        judge = _by_owner if check in BY_OWNER else _by_group
        judgements[check] = judge(check, groups)
    return judgements


def _answered(expected: Mapping[str, Any], outputs: Sequence[Any], number: int) -> Answered:
    label, shown = _answer(outputs, number)
    told = ("right", "shortcut", "too_much_aws")
    known = {name: expected[name][number] for name in told}
    return Answered(expected["inputs"][number], **known, label=label, shown=shown)


def _answer(outputs: Sequence[Any], number: int) -> tuple[str, str]:
    """An owner or `unknown`, blank where the function gave neither, and how to tell it."""
    output = outputs[number] if number < len(outputs) else None
    if not isinstance(output, Mapping):
        return "", "no answer"
    if output.get("late"):
        return "", "no answer in time"
    if "raised" in output:
        return "", f"failed with {_cut(output['raised'])}"
    value = output.get("value")
    label = as_word(value[:LONGEST_SHOWN]) if isinstance(value, str) else ""
    if label not in ANSWERS:
        return "", f"{_cut(value)} is not an answer here"
    return label, repr(label)


def _cut(value: object) -> str:
    """A value as it may be shown; what is not short and plain is named, not shown."""
    if value is None or isinstance(value, bool | float | str):
        shown = " ".join(str(value).split()) or "an empty text"
        return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}..."
    return f"a {type(value).__name__}"


def _by_owner(check: str, groups: Sequence[Sequence[Answered]]) -> Judgement:
    """Mean share of right answers over the owners; the best constant answer earns 0."""
    cases = [one for group in groups for one in group]
    owners = [owner for owner in map(str, OWNERS) if any(one.right == owner for one in cases)]
    hits = {owner: [one.is_right for one in cases if one.right == owner] for owner in owners}
    mean = sum(sum(found) / len(found) for found in hits.values()) / len(owners)
    constant = 1 / len(owners)
    told = [f"{in_plain_words(o)} {sum(found)} of {len(found)}" for o, found in hits.items()]
    right = sum(one.is_right for one in cases)
    return Judgement(
        credit=max(0.0, (mean - constant) / (1 - constant)),
        yours=f"{right} of {len(cases)} cases right: {in_words(told, 'and')}",
        right=f"{len(cases)} of {len(cases)} cases",
        details=_details(one for one in cases if not one.is_right),
        misconception_id=_belief(cases),
    )


def _by_group(check: str, groups: Sequence[Sequence[Answered]]) -> Judgement:
    """Share of the pairs or moves of which every answer is right, both times."""
    failed = [group for group in groups if not all(one.is_right for one in group)]
    unit = UNITS.get(check, "pairs")
    firsts = [next(one for one in group if not one.is_right) for group in failed]
    kept = len(groups) - len(failed)
    return Judgement(
        credit=kept / len(groups),
        yours=f"{kept} of {len(groups)} {unit}",
        right=f"{len(groups)} of {len(groups)} {unit}",
        details=tuple(
            f"{one}{_broken(check, group)}" for one, group in zip(firsts, failed, strict=True)
        )[:MOST_DETAILS],
        misconception_id=_belief([one for group in failed for one in group]),
    )


def _details(wrong: Iterable[Answered]) -> tuple[str, ...]:
    return tuple(map(str, islice(wrong, MOST_DETAILS)))


def _broken(check: str, group: Sequence[Answered]) -> str:
    """What a failed group shows beyond the one wrong answer."""
    labels: dict[str, list[str]] = {}
    for one in group:
        labels.setdefault(repr(one.arguments), []).append(one.label)
    if any(len(set(given)) > 1 for given in labels.values()):
        return "; asked twice, it gave two answers"
    loads = [LOAD_OF_PARTY.get(given[0], math.nan) for given in labels.values()]
    grows = any(after > before for before, after in zip(loads[::2], loads[1::2], strict=True))
    return "; the move adds a duty" if check == "moves" and grows else ""


def _belief(cases: Iterable[Answered]) -> str:
    """The misconception that the wrong owners show most; blank where they show none."""
    wrong = [one for one in cases if not one.is_right and one.label in OWNERS]
    if wrong and all(one.label == one.shortcut for one in wrong):
        return TRUSTS_THE_LABEL
    beliefs = Counter(filter(None, map(_belief_behind, wrong)))
    return beliefs.most_common(1)[0][0] if beliefs else ""


def _belief_behind(one: Answered) -> str:
    if one.right == Party.AWS:
        return OPTION_IS_DUTY if one.label == Party.SHARED else CLAIMS_TOO_MUCH
    if one.right == UNKNOWN or one.label == Party.CUSTOMER:
        return ""
    return one.too_much_aws


def expected_tests(seed: str) -> dict[str, Any]:
    """The facts as they were at release; the same for every seed."""
    return facts().as_data()


@dataclass(frozen=True)
class OwnCase:
    """One case of the learner, with the answer it expects and the right one."""

    row: int
    case: Case
    expected: str
    right: str

    @property
    def is_right(self) -> bool:
        return self.right != NOT_ASKED and self.expected == self.right

    def __str__(self) -> str:
        case = self.case
        asked = filter(None, [case.service_id, case.service_model, case.task, case.configuration])
        return (
            f"row {self.row} ({', '.join(asked)}): you expect {self.expected or 'nothing'}, "
            f"right is {self.right or 'no answer: this is not asked'}"
        )


def judge_tests(data: Any, expected: Any) -> dict[str, Judgement]:
    """A judgement for each check. Raises `ValueError` where `data` is not the table asked for."""
    known = Facts.from_data(expected)
    cases = _own_cases(known, data)
    right = [one for one in cases if one.is_right]
    judgements = {"cases-right": _judge_cases(cases, right)}
    for check, wrong_function in WRONG_FUNCTIONS.items():
        finders = [one.row for one in right if wrong_function(known, one.case) != one.right]
        judgements[check] = Judgement(
            credit=float(bool(finders)),
            yours=f"found by row {finders[0]}" if finders else "not found",
            right="found by a case of yours that is right",
        )
    return judgements


def _own_cases(known: Facts, data: Any) -> list[OwnCase]:
    """The first rows of the table, each case once."""
    columns = data.get("columns") if isinstance(data, Mapping) else None
    rows = data.get("rows") if isinstance(data, Mapping) else None
    if not isinstance(columns, list) or not isinstance(rows, list):
        raise ValueError("my_cases is not a table")
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise ValueError(f"my_cases lacks the column {in_words(missing, 'and')}")
    places = [columns.index(name) for name in COLUMNS]
    cases: dict[Case, OwnCase] = {}
    for number, row in enumerate(rows, 1):
        words = [_word(row, place) for place in places]
        case = Case(*words[:4])
        if any(words) and len(cases) < MOST_CASES:
            cases.setdefault(case, OwnCase(number, case, words[4], decide(known, case)))
    return list(cases.values())


def _word(row: Any, place: int) -> str:
    value = row[place] if isinstance(row, list) and place < len(row) else None
    return as_word(value[:LONGEST_SHOWN]) if isinstance(value, str) else ""


def _judge_cases(cases: Sequence[OwnCase], right: Sequence[OwnCase]) -> Judgement:
    """Share of right cases, lower where there are too few or where an answer never comes."""
    covered = {one.right for one in right}
    enough = min(1.0, len(cases) / FEWEST_CASES)
    share = len(right) / len(cases) if cases else 0.0
    wrong = [one for one in cases if not one.is_right]
    lacking = [repr(answer) for answer in ANSWERS if answer not in covered]
    lacks = f"; no right case expects {in_words(lacking, 'or')}" if lacking else ""
    return Judgement(
        credit=share * enough * len(covered) / len(ANSWERS),
        yours=f"{len(right)} of {len(cases)} cases right{lacks}",
        right=f"at least {FEWEST_CASES} cases, all right, and each of the four answers expected",
        details=tuple(map(str, wrong[:MOST_DETAILS])),
    )


JUDGES = {
    EXERCISE: Judge(expected_function, judge_function),
    "decide-tests": Judge(expected_tests, judge_tests),
}
