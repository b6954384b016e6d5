"""Nothing that a learner wrote or printed acts on the page that shows it."""

import base64
import copy
import json
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bleach import clean
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)
from nbgrader.api import Gradebook
from nbgrader.utils import compute_checksum
from traitlets.config import Config

from shared_responsibility.answers import ANSWERS_MIME
from shared_responsibility.grading.learners import submit
from shared_responsibility.grading.marking import RESULT_MIME
from shared_responsibility.grading.sanitising import (
    APART,
    LARGEST_IMAGE,
    LONGEST_TEXT,
    SanitiseOutputs,
    SanitiseText,
    safe_markdown,
    safe_output,
    safe_text,
)
from shared_responsibility.grading.steps import GRADING_STEPS, SaveGrades, ScoreAnswers

ROOT = Path(__file__).parents[2]
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 40).decode()
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + b"\0" * 40).decode()
MARK = "zqxmark"

BATTERY = {
    "script": f"<script>{MARK}()</script>",
    "script-src": f"<script src='//evil.example/{MARK}.js'></script>",
    "upper-case": f"<SCRIPT>{MARK}()</SCRIPT>",
    "slash": f"<script/x>{MARK}()</script>",
    "newline": f"<script\n>{MARK}()</script\n>",
    "nested": f"<scr<script>ipt>{MARK}()</script>",
    "unclosed": f"<script>{MARK}()",
    "img-onerror": f"<img src=x onerror={MARK}()>",
    "img-external": f"<img src=https://evil.example/{MARK}.png>",
    "iframe": f"<iframe src='https://evil.example/{MARK}'></iframe>",
    "iframe-srcdoc": f"<iframe srcdoc='&lt;script&gt;{MARK}()&lt;/script&gt;'></iframe>",
    "svg": f"<svg onload={MARK}()><script>{MARK}()</script></svg>",
    "math": f"<math><mtext><style><img src=x onerror={MARK}()></style></mtext></math>",
    "style": f"<style>body{{background:url(https://evil.example/{MARK})}}</style>",
    "style-attribute": f"<p style='background:url(//evil.example/{MARK})'>x</p>",
    "link": f"<link rel=stylesheet href=https://evil.example/{MARK}.css>",
    "meta": f"<meta http-equiv=refresh content='0;url=https://evil.example/{MARK}'>",
    "base": f"<base href=https://evil.example/{MARK}/>",
    "form": f"<form action=https://evil.example/{MARK}><button>Full credit</button></form>",
    "object": f"<object data=https://evil.example/{MARK}></object>",
    "embed": f"<embed src=https://evil.example/{MARK}>",
    "details": f"<details open ontoggle={MARK}()>x</details>",
    "comment": f"<!-- --!><img src=x onerror={MARK}()> -->",
    "cdata": f"<![CDATA[<img src=x onerror={MARK}()>]]>",
    "instruction": f"<?xml-stylesheet href=https://evil.example/{MARK}?>",
    "closing-panel": f"</div></div></body><h1>{MARK}</h1>",
    "anchor": f"<a href='javascript:{MARK}()'>x</a>",
    "video": f"<video><source onerror={MARK}()></video>",
    "in-code-fence": f"```html\n<script>{MARK}()</script>\n```",
    "in-code": f"`<script>{MARK}()</script>`",
    "in-math": f"$a <script>{MARK}()</script> b$",
    "in-math-block": f"$$\n<img src=x onerror={MARK}()>\n$$",
    "in-environment": f"\\begin{{align}}<img src=x onerror={MARK}()>\\end{{align}}",
    "in-table": f"|a|b|\n|-|-|\n|<img src=x onerror={MARK}()>|b|",
    "in-heading": f"# <img src=x onerror={MARK}()>",
    "in-link-text": f"[<img src=x onerror={MARK}()>](https://ok.example)",
    "md-javascript": f"[x](javascript:{MARK}())",
    "md-upper": f"[x](JaVaScRiPt:{MARK}())",
    "md-tab-entity": f"[x](java&Tab;script:{MARK}())",
    "md-number-entity": f"[x](&#106;avascript:{MARK}())",
    "md-space": f"[x]( javascript:{MARK}())",
    "md-angle": f"[x](<javascript:{MARK}()>)",
    "md-title": f"[x](https://ok.example 'a\" onmouseover=\"{MARK}()')",
    "md-quote": f"[x](https://ok.example/\"onmouseover=\"{MARK}())",
    "md-vbscript": f"[x](vbscript:{MARK}())",
    "md-data": f"[x](data:text/html,<script>{MARK}()</script>)",
    "md-file": f"[x](file:///etc/{MARK})",
    "md-relative": f"[x](/formgrader/{MARK})",
    "md-reference": f"[x][1]\n\n[1]: javascript:{MARK}()",
    "md-autolink": f"<javascript:{MARK}()>",
    "md-image": f"![x](https://evil.example/{MARK}.png)",
    "md-image-reference": f"![x][1]\n\n[1]: https://evil.example/{MARK}.png",
    "md-image-attachment": f"![x](attachment:{MARK}.png)",
    "md-image-in-link": f"[![x](https://evil.example/{MARK}.png)](https://ok.example)",
    "tex-href": f"$\\href{{javascript:{MARK}()}}{{x}}$",
    "tex-style": f"$\\style{{background:url(https://evil.example/{MARK})}}{{x}}$",
    "tex-require": f"$\\require{{html}}\\class{{{MARK}}}{{x}}$",
}  # fmt: skip


class Page(HTMLParser):
    """What a page holds: its tags, the values of their attributes, its scripts, its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.values: list[str] = []
        self.handlers: list[str] = []
        self.scripts = self.text = self._inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._inside = tag
        for name, value in attrs:
            # Headings are named by their text; a plain link to the web waits to be clicked.
            plain = (value or "").startswith(("#", "https://")) and (tag, name) == ("a", "href")
            self.values += [] if name == "id" or plain else [value or ""]
        self.handlers += [name for name, value in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style"):
            self.scripts += data
        else:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def exported(notebook: NotebookNode, template: str) -> str:
    nbformat.validate(notebook)
    config = Config()
    config.HTMLExporter.template_name = template
    config.HTMLExporter.sanitize_html = False
    html, _ = HTMLExporter(config=config).from_notebook_node(copy.deepcopy(notebook))
    return str(html)


def sanitised(notebook: NotebookNode) -> NotebookNode:
    resources: dict[str, Any] = {}
    for step in (SanitiseOutputs, SanitiseText):
        notebook, _ = step()(notebook, resources)
    return notebook


def answer(source: str) -> NotebookNode:
    cell = new_markdown_cell(source)
    cell.metadata["nbgrader"] = {
        "grade": True, "solution": True, "locked": False, "task": False, "schema_version": 3,
        "grade_id": "why", "points": 2, "cell_type": "markdown",
    }  # fmt: skip
    return cell


@pytest.mark.parametrize("template", ["classic", "lab"])
@pytest.mark.parametrize("kind", [new_markdown_cell, answer, new_raw_cell])
def test_nothing_acts_in_text_of_any_kind(kind: Callable[[str], Any], template: str) -> None:
    marked = {name: f"{MARK}{number:02d}" for number, name in enumerate(BATTERY)}
    cells = [kind(BATTERY[name].replace(MARK, mark)) for name, mark in marked.items()]
    page = Page(exported(sanitised(new_notebook(cells=cells)), template))
    assert [value for value in page.values if MARK in value] == []
    assert MARK not in page.scripts
    assert page.handlers == Page(exported(new_notebook(), template)).handlers
    assert not page.tags & {"iframe", "svg", "object", "embed", "form", "base", "details"}
    assert [name for name, mark in marked.items() if mark not in page.text] == []


@pytest.mark.parametrize("name", ["script", "img-onerror", "iframe", "svg", "md-image"])
def test_without_the_step_the_battery_does_act(name: str) -> None:
    """The check above can fail: stock export shows these as they are."""
    html = exported(new_notebook(cells=[new_markdown_cell(BATTERY[name])]), "classic")
    page = Page(html)
    acts = MARK in page.scripts or MARK in "".join(page.values)
    assert acts


@pytest.mark.parametrize("name", BATTERY)
def test_a_cleaner_finds_nothing_left_to_escape(name: str) -> None:
    """A second opinion: bleach, which allows no tag here, changes signs but finds no tag."""
    text = safe_markdown(BATTERY[name])
    left = clean(text, tags=set(), strip=True)
    assert left.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">") == (
        text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    )


@pytest.mark.parametrize("name", BATTERY)
def test_it_reads_as_before_and_twice_changes_nothing(name: str) -> None:
    once = safe_markdown(BATTERY[name])
    assert once.replace(APART, "") == BATTERY[name]
    assert safe_markdown(once) == once


PLAIN = (
    "The customer patches the guest, since **AWS** cannot log in.\n\n"
    "- 3 < 4 and 5 > 2\n- `a[0] = 1` [docs](https://docs.aws.amazon.com/x/y.html#z)\n\n> quoted"
)


def test_an_ordinary_answer_stays_as_it_is() -> None:
    assert safe_markdown(PLAIN) == PLAIN
    html = exported(sanitised(new_notebook(cells=[answer(PLAIN)])), "classic")
    assert "<strong>AWS</strong>" in html
    assert 'href="https://docs.aws.amazon.com/x/y.html#z"' in html


def test_what_the_release_wrote_is_not_touched() -> None:
    cell = new_markdown_cell("<b>Read</b> ![figure](attachment:x.png)")
    cell.metadata["nbgrader"] = answer("").metadata["nbgrader"] | {
        "grade": False, "solution": False, "locked": True,
    }  # fmt: skip
    before = cell.source
    assert sanitised(new_notebook(cells=[cell])).cells[0].source == before


def test_attachments_are_dropped() -> None:
    cell = new_markdown_cell("x", attachments={"a.svg": {"image/svg+xml": "<svg onload=x>"}})
    assert "attachments" not in sanitised(new_notebook(cells=[cell])).cells[0]


def test_marks_are_saved_before_an_answer_is_touched_and_outputs_before_scoring() -> None:
    order = [step.__name__ for step in GRADING_STEPS]
    assert order.index("SanitiseOutputs") < order.index(ScoreAnswers.__name__)
    assert order.index(SaveGrades.__name__) < order.index("SanitiseText")
    cell = answer("Say why <here>.")
    checksum = compute_checksum(cell)
    sanitised(new_notebook(cells=[cell]))
    assert compute_checksum(cell) != checksum


def shown(**data: Any) -> NotebookNode:
    return new_output("display_data", data={k.replace("_", "/"): v for k, v in data.items()})


def test_outputs_keep_text_images_and_answers_only() -> None:
    output = new_output(
        "execute_result",
        data={
            "text/plain": "<Figure>", "text/html": "<script>x()</script>", "image/png": PNG,
            "image/jpeg": JPEG, "image/svg+xml": "<svg onload=x()>", "text/latex": "$x$",
            "text/markdown": "![x](//evil)", "application/javascript": "x()",
            "application/vnd.jupyter.widget-view+json": {"model_id": "x"},
            ANSWERS_MIME: {"a": "b"}, RESULT_MIME: {"items": []},
        },
        metadata={"image/png": {"width": '1" onerror="x()'}},
        execution_count=3,
    )  # fmt: skip
    made = safe_output(output)
    assert made is not None
    assert set(made.data) == {"text/plain", "image/png", "image/jpeg", ANSWERS_MIME}
    assert made.data[ANSWERS_MIME] == {"a": "b"}
    assert made.metadata == {}
    assert made.execution_count == 3
    nbformat.validate(new_notebook(cells=[new_code_cell(outputs=[made])]))


@pytest.mark.parametrize(
    "image",
    ["", "x", '" onerror="x()', base64.b64encode(b"<svg onload=x()>").decode(), [1, 2], {"a": 1},
     base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(LARGEST_IMAGE)).decode(), PNG + '"><script>'],
    ids="empty short quote svg list object large tail".split(),
)  # fmt: skip
def test_an_image_that_is_none_is_dropped(image: object) -> None:
    output = NotebookNode(output_type="display_data", data=NotebookNode({"image/png": image}))
    assert safe_output(output) is None


def test_an_image_in_lines_becomes_one_line() -> None:
    made = safe_output(new_output("display_data", data={"image/png": [PNG[:20] + "\n", PNG[20:]]}))
    assert made is not None
    assert made.data["image/png"] == PNG


def test_signs_that_steer_a_terminal_are_taken_out() -> None:
    assert safe_text(
        "\x1b[31mred\x1b[0m \x1b]8;;https://evil\x07link\x1b]8;;\x1b\\ \x9b1m\x00\b"
    ) == ("red link 1m")
    assert safe_text("line\n\ttab") == "line\n\ttab"
    assert safe_text(["a\n", "b"]) == "a\nb"


def test_text_is_bounded() -> None:
    made = safe_output(new_output("stream", name="stdout", text="x" * 10_000_000))
    assert made is not None
    assert len(made.text) < LONGEST_TEXT + 20
    many = new_notebook(cells=[new_code_cell(outputs=[shown(text_plain="x")] * 500)])
    assert len(sanitised(many).cells[0].outputs) == 100


def test_errors_and_what_the_kernel_tells_of_itself_are_plain() -> None:
    cell = new_code_cell(
        "x",
        outputs=[
            new_output("error", ename="<b>E", evalue="\x1b[1mbold", traceback=["\x1b[0;31mT"])
        ],
    )
    notebook = new_notebook(cells=[cell])
    notebook.metadata["language_info"] = {"name": "<script>", "pygments_lexer": "evil"}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    made = sanitised(notebook)
    assert made.metadata.language_info.name == "python"
    assert "widgets" not in made.metadata
    assert made.cells[0].outputs[0].evalue == "bold"
    html = exported(made, "lab")
    assert "<b>E" not in html


@pytest.mark.parametrize("template", ["classic", "lab"])
def test_html_that_a_cell_shows_is_not_in_the_page(template: str) -> None:
    outputs = [new_output("display_data", data={"text/html": text, "text/plain": "kept"})
               for text in BATTERY.values()]  # fmt: skip
    html = exported(
        sanitised(new_notebook(cells=[new_code_cell("show()", outputs=outputs)])), template
    )
    assert MARK not in html
    assert "kept" in html


HAND_GRADED = "post-mortems"
HOSTILE = "Because <script>zqxmark()</script> ![x](https://evil.example/zqxmark.png) **truly**."


@pytest.mark.slow
def test_an_answer_graded_by_hand_goes_through_nbgrader_readable_and_harmless(
    tmp_path: Path,
) -> None:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "source" / HAND_GRADED, tmp_path / "source" / HAND_GRADED)
    nbgrader(tmp_path, "generate_assignment", HAND_GRADED)
    submit(tmp_path, HAND_GRADED, {"blank": json.dumps, "eve": hostile_answers})
    nbgrader(tmp_path, "autograde", HAND_GRADED)
    nbgrader(tmp_path, "generate_feedback", HAND_GRADED)
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        waiting = {
            submission.student_id: submission.needs_manual_grade
            for submission in gradebook.assignment_submissions(HAND_GRADED)
        }
    assert waiting == {"blank": False, "eve": True}
    path = tmp_path / "autograded" / "eve" / HAND_GRADED / f"{HAND_GRADED}.ipynb"
    shown = exported(nbformat.read(path, as_version=4), "classic")
    assert MARK not in "".join(Page(shown).values)
    assert MARK not in Page(shown).scripts
    assert "<strong>truly</strong>" in shown
    feedback = tmp_path / "feedback" / "eve" / HAND_GRADED / f"{HAND_GRADED}.html"
    page = Page(feedback.read_text(encoding="utf-8"))
    assert HOSTILE in page.text.replace(APART, "")
    assert "&lt;" not in page.text


def hostile_answers(notebook: dict[str, Any]) -> str:
    """Markup in every answer that a person reads, and a cell that shows a script."""
    for cell in notebook["cells"]:
        marks = cell["metadata"]["nbgrader"]
        if marks["solution"] and cell["cell_type"] == "markdown":
            cell["source"] = HOSTILE
    show = f"from IPython.display import HTML\nHTML('<script>{MARK}()</script>')"
    extra = {"cell_type": "code", "id": "x", "metadata": {}, "source": show, "outputs": []}
    notebook["cells"].append(extra | {"execution_count": None})
    return json.dumps(notebook)


def nbgrader(course: Path, *words: str) -> None:
    command = [str(Path(sysconfig.get_path("scripts")) / "nbgrader"), *words]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("told", [-5, True, "3", 10**12, None, 2.5])
def test_a_count_that_no_notebook_may_hold_is_left_out(told: object) -> None:
    cell = NotebookNode(
        cell_type="code", source="", metadata=NotebookNode(), execution_count=told,
        outputs=[NotebookNode(output_type="execute_result", execution_count=told,
                              data=NotebookNode({"text/plain": "1"}), metadata=NotebookNode())],
    )  # fmt: skip
    nb = NotebookNode(cells=[cell], metadata=NotebookNode())
    SanitiseOutputs().preprocess(nb, {})
    assert cell.execution_count is None
    assert cell.outputs[0].execution_count is None
