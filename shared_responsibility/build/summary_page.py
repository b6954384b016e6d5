"""The learner's summary: one page to print, as PDF and as HTML."""

from __future__ import annotations

import html

from shared_responsibility.figures.summary import plot_summary
from shared_responsibility.matrix import model_name, shift
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import in_plain_words

STYLE = """
@page { size: A4; margin: 12mm }
body { font: 10pt/1.35 sans-serif; color: #1b1b1b; max-width: 190mm; margin: auto }
table { border-collapse: collapse; width: 100%; font-size: 8pt }
th, td { border: 1px solid #bdbdbd; padding: 1px 4px; text-align: left }
td.aws { background: #08528c; color: #fff }
td.customer { background: #f9d5a3 }
td.shared { background: linear-gradient(115deg, #cfe2f3 50%, #f9d5a3 50%) }
ul { columns: 2; column-gap: 2.5em; font-size: 8pt; padding-left: 1.2em }
"""


def summary_pdf() -> dict[str, bytes]:
    """The sheet as PDF, by path inside the repository."""
    return {"course/summary.pdf": plot_summary().pdf()}


def summary_page() -> dict[str, str]:
    """The sheet as HTML, by path inside the repository. Owners are words, never colour alone."""
    owners = shift().iloc[::-1]
    names = load_table("domains").set_index("domain_id")["name"]
    head = "".join(f'<th scope="col">{html.escape(model_name(m))}</th>' for m in owners.columns)
    rows = "".join(
        f'<tr><th scope="row">{html.escape(names[domain_id])}</th>'
        + "".join(f'<td class="{owner}">{in_plain_words(owner)}</td>' for owner in line)
        + "</tr>"
        for domain_id, line in zip(owners.index, owners.to_numpy(), strict=True)
    )
    rules = "".join(
        f"<li>{html.escape(rule, quote=False)}</li>"
        for rule in load_table("misconceptions")["correction"]
    )
    page = f"""<!doctype html>
<!-- Made by `srm build` from data/. Do not edit. -->
<html lang="en">
<head>
<meta charset="utf-8">
<title>Shared responsibility on one page</title>
<style>{STYLE}</style>
</head>
<body>
<h1>Shared responsibility on one page</h1>
<p>AWS secures the cloud; the customer secures what it puts there. These are the defaults of each
service model; a service may differ, so look it up: <code>who("rds", "guest_os")</code>.</p>
<table>
<caption>Who must act, by domain and service model</caption>
<tr><th scope="col">Domain</th>{head}</tr>
{rows}
</table>
<h2>Rules to carry over</h2>
<ul>{rules}</ul>
</body>
</html>
"""
    return {"course/summary.html": page}
