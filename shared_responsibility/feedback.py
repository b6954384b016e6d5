"""Results as something to read: your answer, what it assumes, the fact, the source, the rule."""

from __future__ import annotations

import html

from shared_responsibility.scoring import FormResult, ItemResult, Verdict
from shared_responsibility.vocabulary import as_word

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
    key, chosen = result.key, result.chosen
    right = key.options[key.right]
    lines = [("Your answer", _answer_in_words(result))]
    if result.verdict is not Verdict.RIGHT:
        lines.append(("Right answer", key.labels.get(key.right, key.right)))
    if chosen is not None and result.verdict is not Verdict.RIGHT:
        if chosen.belief:
            lines.append(("What it assumes", chosen.belief))
        lines.append(("Why not", chosen.explanation))
    lines.append(("Why", right.explanation))
    if key.fact:
        lines.append(("The deciding fact", key.fact))
    if chosen is not None and chosen.rule:
        lines.append(("Rule to carry over", chosen.rule))
        lines.append(("Compare", chosen.contrast))
    lines.append(("Source", f"{key.source}, {key.source_url}"))
    return lines


def _answer_in_words(result: ItemResult) -> str:
    if result.verdict is Verdict.MISSING:
        return "none"
    if result.verdict is Verdict.ILLEGAL:
        allowed = ", ".join(result.key.labels)
        return f"{result.response!r}, which is not an answer here (allowed: {allowed})"
    return result.key.labels[as_word(result.response)]


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
