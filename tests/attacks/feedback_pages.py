"""Putting active pages into what learners and graders look at afterwards.

`MARK` stands in every tag, so that the tests know an active part of the attacker's from ours.
"""

from __future__ import annotations

from attacks.kinds import MORTEMS, Notebook, cell_of, code, damage, new_cell
from attacks.tools import MARK, Forged, hand_in_instead, send_instead, sent

EVIL = (
    "<script>alert('srm-page')</script><img src=https://srm-page.example/x.png onerror=srm-page()>"
    "<iframe srcdoc='srm-page'></iframe><a href='javascript:srm-page'>x</a>"
    "<svg onload=srm-page()><style>@import 'https://srm-page.example'</style></svg>"
    "<form action=https://srm-page.example><input name=srm-page></form>"
    "<meta http-equiv=refresh content='0;url=https://srm-page.example'><base href=//srm-page>"
    "<object data=srm-page></object><link rel=stylesheet href=//srm-page.example/x.css>"
    "<math><mtext></table></math><p style='background:url(//srm-page.example)'>"
)
MARKDOWN = (
    "[x](javascript:srm-page) ![x](https://srm-page.example/x.png) <https://srm-page.example>\n\n"
    "[ref]: javascript:srm-page 'x'\n\n[x][ref]\n\n$\\href{javascript:srm-page}{x}$\n\n"
)


@code("Answers with pages: scripts, pictures from elsewhere, frames, forms.")
def answers_that_are_pages() -> None:
    evil = f"<script>{MARK}</script><img src=//{MARK}.example onerror={MARK}()>"
    send_instead(dict.fromkeys(scenarios_one_task, evil) | {evil: evil})


@code("Dictionary with pages as keys and values, handed in the ordinary way.")
def dictionary_of_pages() -> None:
    global scenarios_one_task
    evil = f"</td></table><script>{MARK}</script><svg onload={MARK}()>"
    scenarios_one_task = {evil + name: evil for name in scenarios_one_task}


@code("Shows pages as outputs of its own cells.")
def outputs_that_are_pages() -> None:
    from IPython.display import HTML, SVG, IFrame, Javascript, Latex, Markdown, display

    evil = f"<script>{MARK}</script><img src=//{MARK}.example onerror={MARK}()>"
    display(HTML(evil), Markdown(evil), Latex(f"$\\href{{javascript:{MARK}}}{{x}}$"))
    display(Javascript(f"alert('{MARK}')"), IFrame(f"https://{MARK}.example", 9, 9))
    display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg' onload='{MARK}()'/>"))
    display({"application/vnd.jupyter.widget-view+json": {"model_id": MARK}}, raw=True)


@code("Gives outputs a kind that is no kind, and pictures that are pages.")
def outputs_of_odd_kinds() -> None:
    from IPython.display import display

    evil = f'"><script>{MARK}</script>'
    display({f"text/{evil}": evil, "image/png": evil, "image/jpeg": evil}, raw=True)
    display({"image/svg+xml": evil, "application/pdf": evil}, raw=True,
            metadata={"image/png": {"width": evil, "alt": evil}})  # fmt: skip


@code("Puts a page into the output of the graded cell.")
def page_in_the_graded_cell() -> None:
    evil = f"<script>{MARK}</script>"
    hand_in_instead(lambda exercise: Forged({**sent(exercise, {}), "text/html": evil}, evil))


@code("Prints and fails with pages.")
def prints_pages() -> None:
    evil = f"<script>{MARK}</script>\x1b]8;;https://{MARK}.example\x07x\x1b[0m<img src=//{MARK}>"
    print(evil)
    raise type(evil, (Exception,), {})(evil)


@damage("A text for a person to grade that is a page.", assignment=MORTEMS)
def page_in_a_written_answer(notebook: Notebook) -> None:
    cell_of(notebook, "note-to-management")["source"] = f"# My note\n\n{EVIL}\n\n{MARKDOWN}"


@damage("Extra cells of text that are pages.", keeps=True)
def pages_in_extra_cells(notebook: Notebook) -> None:
    notebook["cells"].insert(1, new_cell(EVIL + "\n\n" + MARKDOWN, "markdown"))
    notebook["cells"].append(new_cell(EVIL, "raw", metadata={"format": "text/html"}))
    notebook["cells"].append(new_cell(f"%%html\n{EVIL}"))
    notebook["cells"].append(new_cell("%%javascript\nalert('srm-page')"))


@damage("Names of cells, of keys and of files that are pages.")
def pages_in_names(notebook: Notebook) -> bytes:
    import json

    cell = cell_of(notebook, "scenarios-one-task")
    cell["id"] = cell["metadata"]["nbgrader"]["grade_id"] = EVIL
    raw = json.dumps(notebook)[:-1]
    key = json.dumps(EVIL)
    return f"{raw}, {key}: 1, {key}: 2}}".encode()
