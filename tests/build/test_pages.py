"""Pages made beside the lessons: the index links both ways, the summary holds every rule."""

from __future__ import annotations

import re
from pathlib import Path

from shared_responsibility.build.index_page import index_page
from shared_responsibility.build.instructor_notes import instructor_notes
from shared_responsibility.build.summary_page import summary_page, summary_pdf
from shared_responsibility.figures.summary import plot_summary
from shared_responsibility.matrix import shift
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import in_plain_words

LESSONS = load_table("lessons")


def lines_of(page: str, heading: str) -> dict[str, str]:
    """The rows of the table under a heading, by their first cell."""
    section = page.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return {line.split(" | ")[0].removeprefix("| "): line for line in rows}


def test_every_lesson_of_the_table_is_written_and_no_other(root: Path) -> None:
    written = {path.stem for path in (root / "authoring" / "lessons").glob("*.py")}
    assert written == set(LESSONS["lesson_id"])


def test_the_index_leads_to_every_lesson_domain_task_and_service(root: Path) -> None:
    page = index_page(root)["course/index.md"]
    for link in set(re.findall(r"\]\(([^)]+)\)", page)):
        assert (root / "course" / link).is_file()
    assert len(lines_of(page, "By lesson")) == len(LESSONS)
    assert len(lines_of(page, "By service")) == len(load_table("services"))
    names = load_table("domains").set_index("domain_id")["name"]
    by_domain = lines_of(page, "By domain")
    for row in LESSONS.to_dict("records"):
        for domain_id in row["domain_ids"].split():
            assert f"({row['lesson_id']}.ipynb)" in by_domain[names[domain_id]]
    for line in by_domain.values():
        assert ".ipynb" in line
    for task in ("2.1", "2.2", "2.3", "2.4"):
        assert ".ipynb" in lines_of(page, "By exam task")[task]


def test_every_domain_is_carried_by_one_lesson() -> None:
    carried = [one for ids in LESSONS["domain_ids"] for one in ids.split()]
    assert sorted(carried) == sorted(load_table("domains")["domain_id"])


def test_the_notes_speak_of_every_lesson(root: Path) -> None:
    notes = instructor_notes(root)["course/instructor-notes.md"]
    headings = re.findall(r"^## (\d\d) ", notes, re.MULTILINE)
    assert headings == [lesson[:2] for lesson in sorted(LESSONS["lesson_id"])]


def test_the_summary_holds_every_owner_and_rule_in_words() -> None:
    page = summary_page()["course/summary.html"]
    for rule in load_table("misconceptions")["correction"]:
        assert f"<li>{rule.replace('&', '&amp;')}</li>" in page
    cells = re.findall(r'<td class="(\w+)">([^<]+)</td>', page)
    assert len(cells) == shift().size
    assert all(word == in_plain_words(owner) for owner, word in cells)
    assert 'lang="en"' in page
    assert "http" not in page


def test_the_sheet_is_one_page_of_a4_and_always_the_same() -> None:
    (pdf,) = summary_pdf().values()
    assert pdf == summary_pdf()["course/summary.pdf"]
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1
    width, height = plot_summary().figure.get_size_inches()
    assert (round(width * 25.4), round(height * 25.4)) == (210, 297)
    texts = [text.get_text() for axes in plot_summary().figure.axes for text in axes.texts]
    for rule in load_table("misconceptions")["correction"]:
        assert any(text.replace("\n", " ") == rule for text in texts)
