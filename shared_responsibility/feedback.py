"""Results as something to read: your answer, what it assumes, the fact, the source, the rule."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from shared_responsibility.scoring import (
    AnyResult,
    CheckResult,
    FormResult,
    ItemKey,
    ItemResult,
    Verdict,
)
from shared_responsibility.vocabulary import FeedbackLevel

MOST_DETAILS = 5
REPORT_A_MISTAKE = "https://github.com/shared-responsibility/shared-responsibility/issues/new"
MARKS = {
    Verdict.RIGHT: "\u2713",
    Verdict.PARTLY: "\u25d1",
    Verdict.WRONG: "\u2717",
    Verdict.MISSING: "\u2013",
    Verdict.ILLEGAL: "?",
}


def told(result: AnyResult) -> list[tuple[str, str]]:
    """One result as pairs of label and text, in the order in which they teach."""
    return _check_told(result) if isinstance(result, CheckResult) else _item_told(result)


def _check_told(result: CheckResult) -> list[tuple[str, str]]:
    key, found = result.key, result.judgement
    lines = [("What you handed in", found.yours if found else "nothing that could be judged")]
    if result.verdict is not Verdict.RIGHT:
        if found:
            lines.append(("Expected", found.right))
            lines += [("For example", detail) for detail in found.details[:MOST_DETAILS]]
        if key.belief and result.misconception_id == key.misconception_id:
            lines.append(("What it assumes", key.belief))
        lines.append(("What to do", key.explanation))
    if key.rule:
        lines.append(("Rule to carry over", key.rule))
    if key.source:
        lines.append(("Source", f"{key.source}, {key.source_url}"))
    return lines


def _item_told(result: ItemResult) -> list[tuple[str, str]]:
    key, wrong = result.key, [result.key.options[name] for name in result.wrong_options]
    lines = [("Your answer", _answer_in_words(result))]
    if result.verdict is not Verdict.RIGHT:
        lines.append(("Right answer", _in_words(key, key.right_options)))
    beliefs: set[str] = set()
    for option in wrong:
        if option.belief and option.belief not in beliefs:
            lines.append(("What it assumes", option.belief))
        beliefs.add(option.belief)
        lines.append(("Why not", option.explanation))
    lines += [(f"Left out: {key.labels[name]}", key.options[name].missed)
              for name in result.left_out]  # fmt: skip
    several = len(key.right_options) > 1
    lines += [(f"Why {name}" if several else "Why", key.options[name].explanation)
              for name in key.right_options]  # fmt: skip
    if key.fact:
        lines.append(("The deciding fact", key.fact))
    rules = {option.rule: option.contrast for option in wrong if option.rule}
    for rule, contrast in rules.items():
        lines += [("Rule to carry over", rule), ("Compare", contrast)]
    # Who left something out took no wrong belief along, so no rule against one helps.
    if key.rule and not rules and not result.left_out:
        lines.append(("Rule to carry over", key.rule))
    lines.append(("Source", f"{key.source}, {key.source_url}"))
    return lines


def _answer_in_words(result: ItemResult) -> str:
    if result.verdict is Verdict.MISSING:
        return "none"
    if result.verdict is Verdict.ILLEGAL:
        allowed = ", ".join(result.key.labels)
        return f"{result.response!r}, which is not an answer here (allowed: {allowed})"
    return _in_words(result.key, result.chosen)


def _in_words(key: ItemKey, options: Sequence[str]) -> str:
    """Several options are told apart by their letters."""
    if len(options) == 1:
        return key.labels[options[0]]
    return " ".join(f"{name}) {_without_stop(key.labels[name])};" for name in options).rstrip(";")


def _without_stop(text: str) -> str:
    return text.rstrip(".")


def as_text(result: FormResult, *, with_points: bool = True) -> str:
    """A result for a terminal."""
    lines = [summary(result, with_points=with_points), *result.remarks]
    for item in result.items:
        lines.append(f"\n{MARKS[item.verdict]} {item.key.item_id}: {item.verdict}")
        lines += [f"    {label}: {text}" for label, text in told(item)]
    return "\n".join(lines)


def as_html(
    result: FormResult,
    *,
    with_points: bool = True,
    level: FeedbackLevel = FeedbackLevel.EXPLAINED,
) -> str:
    """A result for a notebook or a feedback page: what went wrong is open, the rest folds away.

    Below `explained` nothing of the key is in it, not even which answers are right.
    """
    if level is not FeedbackLevel.EXPLAINED:
        told = summary(result, with_points=with_points)
        if level is FeedbackLevel.NONE:
            told = f"{_given(result)} of {len(result.items)} handed in."
        lines = [told, *result.remarks]
        return "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    parts = [f"<p><strong>{summary(result, with_points=with_points)}</strong></p>"]
    parts += [f"<p>{html.escape(remark)}</p>" for remark in result.remarks]
    parts += [_item_html(item, with_points=with_points) for item in result.items]
    parts.append(
        f'<p><a href="{REPORT_A_MISTAKE}">Report a mistake</a> in a question or a fact.</p>'
    )
    return "".join(parts)


def summary(result: FormResult, *, with_points: bool) -> str:
    """One line: how many were right, and the points where they count."""
    if not result.items:
        return "Nothing is judged yet."
    right = sum(item.verdict is Verdict.RIGHT for item in result.items)
    counted = f"{right} of {len(result.items)} right"
    if with_points:
        counted += f", {in_points(result.points)} of {in_points(result.max_points)} points"
    return f"{counted}."


def _given(result: FormResult) -> int:
    return sum(item.verdict is not Verdict.MISSING for item in result.items)


def costliest_belief(results: Iterable[FormResult]) -> tuple[str, float] | None:
    """The misconception that cost most points and how many; `None` where none cost any."""
    lost: dict[str, float] = {}
    for item in (item for result in results for item in result.items):
        if item.misconception_id and item.points < item.max_points:
            belief = item.misconception_id
            lost[belief] = lost.get(belief, 0.0) + item.max_points - item.points
    return max(lost.items(), key=lambda pair: pair[1], default=None)


def _item_html(item: AnyResult, *, with_points: bool) -> str:
    rows = "".join(
        f"<dt><strong>{html.escape(label, quote=False)}</strong></dt>"
        + "".join(f"<dd>{_linked(line)}</dd>" for line in lines)
        for label, lines in _by_label(told(item)).items()
    )
    opened = "" if item.verdict is Verdict.RIGHT else " open"
    # nbgrader's page hides the triangle that says that a line can be opened.
    summary_style = 'style="display:list-item"'
    return (
        f"<details{opened}><summary {summary_style}>{MARKS[item.verdict]} "
        f"<code>{html.escape(item.item_id)}</code>: {item.verdict}"
        f"{_sure(item)}{_worth(item) if with_points else ''}</summary>"
        f"<p>{_with_code(item.key.prompt)}</p><dl>{rows}</dl></details>"
    )


def _sure(item: AnyResult) -> str:
    return ", and you were sure" if item.confidence == "sure" else ""


def _worth(item: AnyResult) -> str:
    return f" ({in_points(item.points)} of {in_points(item.max_points)})"


def in_points(points: float) -> str:
    """Points as people write them: two places at the most."""
    return f"{round(points, 2):g}"


def _linked(text: str) -> str:
    """Escaped text whose trailing address is a link."""
    before, comma, last = text.rpartition(", ")
    if comma and last.startswith(("http://", "https://")):
        address = html.escape(last, quote=True)
        return f'{html.escape(before, quote=False)}, <a href="{address}">{address}</a>'
    return _with_code(text)


def _with_code(text: str) -> str:
    """Escaped text whose words between backticks are set as code."""
    return re.sub(r"`([^`<>]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def _by_label(lines: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for label, text in lines:
        grouped.setdefault(label, []).append(text)
    return grouped
