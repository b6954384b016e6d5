"""A result as one page of HTML: readable by machine and ear, and loading nothing from elsewhere."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared_responsibility.feedback import as_html, costliest_belief, in_points
from shared_responsibility.scoring import AnyResult, CheckResult, FormResult
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import FeedbackLevel

STYLE = """
body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem;
color:#1b1b1b;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2rem;border-top:1px solid #767676;
padding-top:.75rem}a{color:#00539c}dt{margin-top:.5rem}dd{margin-left:1rem}
details{border:1px solid #767676;border-radius:4px;padding:.5rem .75rem;margin:.75rem 0}
summary{cursor:pointer}pre{white-space:pre-wrap;background:#f3f3f3;padding:.5rem}
table{border-collapse:collapse}th,td{text-align:left;padding:.2rem .8rem .2rem 0}
aside{border-left:6px solid #00539c;padding:.1rem 1rem;background:#f3f7fb;margin-top:1rem}
aside h2{border:0;margin-top:.5rem;padding:0}
@media(prefers-color-scheme:dark){body{color:#eee;background:#16181b}a{color:#9ecbff}
pre,aside{background:#22262b}}
""".strip()
LATER = "Your work has arrived. What is right is told when your instructor opens it."
BY_HAND = "A person grades this by the rubric in the notebook."


@dataclass(frozen=True)
class Section:
    """What a page says of one exercise.

    `result` is `None` for prose: then `text` is what the learner wrote, and `points` is `None`
    until a person has given some.
    """

    title: str
    max_points: float
    points: float | None
    result: FormResult | None = None
    text: str = ""
    comment: str = ""


def result_page(
    title: str,
    sections: Sequence[Section],
    *,
    level: FeedbackLevel,
    notes: Iterable[str] = (),
    penalty: float = 0.0,
    later: str = "",
) -> str:
    """The whole page. Below `explained` nothing of the key is in it.

    `later` says what is not judged on this page.
    """
    parts = [f"<h1>{html.escape(title)}</h1>", _total(sections, level, penalty)]
    if later:
        parts.append(f"<p>{html.escape(later)}</p>")
    if listed := "".join(f"<li>{html.escape(note)}</li>" for note in notes):
        parts.append(f"<h2>Before grading</h2><ul>{listed}</ul>")
    if level is FeedbackLevel.EXPLAINED:
        parts.append(_first(sections))
    parts += [_section(section, level) for section in sections]
    return html_page(title, "".join(parts))


def html_page(title: str, body: str) -> str:
    """A whole page around a body."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _total(sections: Sequence[Section], level: FeedbackLevel, penalty: float) -> str:
    if level is FeedbackLevel.NONE:
        return f"<p>{LATER}</p>"
    earned = max(0.0, sum(section.points or 0.0 for section in sections) - penalty)
    most = sum(section.max_points for section in sections)
    waiting = sum(section.max_points for section in sections if section.points is None)
    told = f"<p><strong>{in_points(earned)} of {in_points(most)} points.</strong>"
    if penalty:
        told += f" {in_points(penalty)} points were taken off because it was late."
    if waiting:
        told += f" {in_points(waiting)} of them are still to be given by a person."
    rows = "".join(
        f'<tr><th scope="row">{html.escape(section.title)}</th><td>{_points(section)}</td></tr>'
        for section in sections
    )
    head = '<thead><tr><th scope="col">exercise</th><th scope="col">points</th></tr></thead>'
    return f"{told}</p><table>{head}<tbody>{rows}</tbody></table>"


def _points(section: Section) -> str:
    earned = "not yet graded" if section.points is None else in_points(section.points)
    return f"{earned} of {in_points(section.max_points)}"


def _first(sections: Sequence[Section]) -> str:
    """What to look at first: the belief that cost most."""
    results = [section.result for section in sections if section.result is not None]
    costly = costliest_belief(results)
    if costly is None:
        return ""
    belief, points = costly
    items = [item for result in results for item in result.items]
    held = [item for item in items if item.misconception_id == belief and _lost(item)]
    said, rule, contrast = next(filter(any, map(_words, held)), _words_of_today(belief))
    listed = ", ".join(f"<code>{html.escape(item.item_id)}</code>" for item in held)
    return (
        "<aside><h2>Look at this first</h2>"
        f"<p>One belief cost you {in_points(points)} points: <strong>{html.escape(said)}</strong>"
        f"</p><p>{html.escape(rule)}</p><p>Compare: {html.escape(contrast)}</p>"
        f"<p>You met it in {listed}.</p></aside>"
    )


def _lost(item: AnyResult) -> bool:
    return item.points < item.max_points


def _words(item: AnyResult) -> tuple[str, str, str]:
    """The belief behind a miss, the rule against it and its contrast pair."""
    if isinstance(item, CheckResult):
        if item.misconception_id != item.key.misconception_id:
            return "", "", ""
        return item.key.belief, item.key.correction, item.key.contrast
    for name in item.wrong_options:
        option = item.key.options[name]
        if option.misconception_id == item.misconception_id:
            return option.belief, option.rule, option.contrast
    return "", "", ""


def _words_of_today(misconception_id: str) -> tuple[str, str, str]:
    """The same from the table, for a belief that a judge found and that no key speaks of."""
    known = load_table("misconceptions").set_index("misconception_id")
    if misconception_id not in known.index:
        return misconception_id, "", ""
    found = known.loc[misconception_id]
    return str(found["belief"]), str(found["correction"]), str(found["contrast"])


def _section(section: Section, level: FeedbackLevel) -> str:
    parts = [f"<h2>{html.escape(section.title)}</h2>"]
    if section.result is not None:
        parts.append(as_html(section.result, level=level))
    else:
        if level is not FeedbackLevel.NONE:
            parts.append(f"<p>{_points(section)} points. {BY_HAND}</p>")
        parts.append(f"<pre>{html.escape(section.text)}</pre>")
    if section.comment and level is not FeedbackLevel.NONE:
        parts.append(f"<h3>Comment</h3><p>{html.escape(section.comment)}</p>")
    return "".join(parts)
