"""Results as something to read: your answer, what it assumes, the fact, the source, the rule."""

from __future__ import annotations

import html
from collections.abc import Sequence

from shared_responsibility.scoring import FormResult, ItemKey, ItemResult, Verdict

REPORT_A_MISTAKE = "https://github.com/shared-responsibility/shared-responsibility/issues/new"
MARKS = {
    Verdict.RIGHT: "\u2713",
    Verdict.PARTLY: "\u25d1",
    Verdict.WRONG: "\u2717",
    Verdict.MISSING: "\u2013",
    Verdict.ILLEGAL: "?",
}


def told(result: ItemResult) -> list[tuple[str, str]]:
    """One result as pairs of label and text, in the order in which they teach."""
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


def as_html(result: FormResult, *, with_points: bool = True) -> str:
    """A result for a notebook or a feedback page: what went wrong is open, the rest folds away."""
    parts = [f"<p><strong>{summary(result, with_points=with_points)}</strong></p>"]
    parts += [f"<p>{html.escape(remark)}</p>" for remark in result.remarks]
    parts += [_item_html(item) for item in result.items]
    parts.append(
        f'<p><a href="{REPORT_A_MISTAKE}">Report a mistake</a> in a question or a fact.</p>'
    )
    return "".join(parts)


def summary(result: FormResult, *, with_points: bool) -> str:
    """One line: how many were right, and the points where they count."""
    right = sum(item.verdict is Verdict.RIGHT for item in result.items)
    counted = f"{right} of {len(result.items)} right"
    if with_points:
        counted += f", {result.points:g} of {result.max_points:g} points"
    return f"{counted}."


def _item_html(item: ItemResult) -> str:
    rows = "".join(
        f"<dt><strong>{label}</strong></dt><dd>{_linked(text)}</dd>" for label, text in told(item)
    )
    opened = "" if item.verdict is Verdict.RIGHT else " open"
    # nbgrader's page hides the triangle that says that a line can be opened.
    summary_style = 'style="display:list-item"'
    return (
        f"<details{opened}><summary {summary_style}>{MARKS[item.verdict]} "
        f"<code>{item.key.item_id}</code>: {item.verdict}</summary>"
        f"<p>{html.escape(item.key.prompt)}</p><dl>{rows}</dl></details>"
    )


def _linked(text: str) -> str:
    """Escaped text whose trailing address is a link."""
    before, comma, last = text.rpartition(", ")
    if comma and last.startswith(("http://", "https://")):
        address = html.escape(last, quote=True)
        return f'{html.escape(before, quote=False)}, <a href="{address}">{address}</a>'
    return html.escape(text, quote=False)
