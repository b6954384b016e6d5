"""`course/index.md`: lessons, domains, services and exam tasks, linked both ways."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from shared_responsibility.build.notebooks import read_percent
from shared_responsibility.items import load_items
from shared_responsibility.matrix import row_of
from shared_responsibility.tables import load_table

TASKS = {
    "2.1": "The AWS shared responsibility model",
    "2.2": "Security, governance and compliance",
    "2.3": "Access management",
    "2.4": "Components and resources for security",
}
"""The tasks of domain 2 of the CLF-C02 guide, in our words."""
HEAD = """<!-- Made by `srm build` from data/ and authoring/lessons/. Do not edit. -->
# Index of the course

Find a lesson by its question, by a domain of security work, by a service, or by a task of the exam.
Each way leads to the notebook.
"""


def index_page(root: Path) -> dict[str, str]:
    """The text of the index, by path inside the repository."""
    lessons = load_table("lessons").sort_values("lesson_id")
    written = {path.stem: path for path in (root / "authoring" / "lessons").glob("*.py")}
    lessons = lessons[lessons["lesson_id"].isin(written)]
    asked = _asked(lessons)
    services = {one: asked[one]["services"] | _in_code(written[one]) for one in asked}
    parts = [
        HEAD,
        _lessons(lessons),
        _domains(lessons, asked),
        _tasks(lessons, asked),
        _services(services),
    ]
    return {"course/index.md": "\n".join(parts)}


def _asked(lessons: pd.DataFrame) -> dict[str, dict[str, set[str]]]:
    """What the exercises of each lesson ask about: domains, services and tasks."""
    bank, forms = load_items(), load_table("forms")
    found = {}
    for lesson_id in lessons["lesson_id"]:
        items = [bank[one] for one in forms.loc[forms["assignment"] == lesson_id, "item_id"]]
        found[lesson_id] = {
            "domains": {item.domain_id for item in items},
            "services": {ref.service_id for item in items for ref in item.cells},
            "tasks": {item.objective for item in items},
        }
    return found


def _in_code(path: Path) -> set[str]:
    """The services that the code of a lesson names."""
    known = set(load_table("services")["service_id"])
    code = "\n".join(c.source for c in read_percent(path).cells if c.cell_type == "code")
    return set(re.findall(r'"([a-z0-9_]+)"', code)) & known


def _lessons(lessons: pd.DataFrame) -> str:
    names = load_table("domains").set_index("domain_id")["name"]
    rows = []
    for row in lessons.to_dict("records"):
        carried = ", ".join(names[one] for one in row["domain_ids"].split()) or "all"
        rows.append(
            f"| {_link(row['lesson_id'])} | {row['question']} | {row['minutes']:g} | {carried} "
            f"| {row['objectives'].replace(' ', ', ')} |"
        )
    head = "| lesson | question | minutes | domains | exam tasks |\n|---|---|---|---|---|\n"
    return "## By lesson\n\n" + head + "\n".join(rows) + "\n"


def _domains(lessons: pd.DataFrame, asked: dict[str, dict[str, set[str]]]) -> str:
    rows = []
    carried = {row["lesson_id"]: row["domain_ids"].split() for row in lessons.to_dict("records")}
    for row in load_table("domains").sort_values("position").to_dict("records"):
        domain_id = row["domain_id"]
        main = [one for one, domains in carried.items() if domain_id in domains]
        also = [one for one, what in asked.items() if domain_id in what["domains"]]
        also = [one for one in also if one not in main]
        rows.append(f"| {row['name']} | {row['definition']} | {_links(main)} | {_links(also)} |")
    head = "| domain | what belongs to it | carried by | asked in |\n|---|---|---|---|\n"
    return "## By domain\n\n" + head + "\n".join(rows) + "\n"


def _tasks(lessons: pd.DataFrame, asked: dict[str, dict[str, set[str]]]) -> str:
    rows = []
    for task, name in TASKS.items():
        told = [
            row["lesson_id"]
            for row in lessons.to_dict("records")
            if task in row["objectives"].split() or task in asked[row["lesson_id"]]["tasks"]
        ]
        rows.append(f"| {task} | {name} | {_links(told)} |")
    head = "| task | what it is about | lessons |\n|---|---|---|\n"
    return "## By exam task (CLF-C02)\n\n" + head + "\n".join(rows) + "\n"


def _services(services: dict[str, set[str]]) -> str:
    rows = []
    for row in load_table("services").sort_values("name").to_dict("records"):
        told = [lesson for lesson, named in services.items() if row["service_id"] in named]
        rows.append(f"| {row['name']} | `{row['service_id']}` | {_links(told)} |")
    head = (
        "Every service answers `who(id, domain)`; those without a lesson stand in the table alone."
        "\n\n| service | id | lessons |\n|---|---|---|\n"
    )
    return "## By service\n\n" + head + "\n".join(rows) + "\n"


def _links(lesson_ids: list[str]) -> str:
    return ", ".join(f"[{one[:2]}]({one}.ipynb)" for one in lesson_ids)


def _link(lesson_id: str) -> str:
    title = row_of("lessons", lesson_id=lesson_id)["title"]
    return f"[{lesson_id[:2]} {title}]({lesson_id}.ipynb)"
