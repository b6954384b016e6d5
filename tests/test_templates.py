"""Templates: many valid items, the same for the same seed, right by the matrix."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.feedback import told
from shared_responsibility.matrix import shift, who
from shared_responsibility.scoring import Verdict, score_item
from shared_responsibility.tables import load_table
from shared_responsibility.templates import Drawn, cases_of, draw, drawn, load_templates
from shared_responsibility.vocabulary import LOAD_OF_PARTY, ItemKind, Part, Pattern

TEMPLATES = load_templates()
DEFAULTS = shift()
DIFFERENT, MOST_DRAWN = 20, 40
NAMES = {row["name"]: row["service_id"] for row in load_table("services").to_dict("records")}
DOMAINS = {row["name"]: row["domain_id"] for row in load_table("domains").to_dict("records")}


@cache
def pool(template_id: str) -> tuple[Drawn, ...]:
    """The items of the first seeds, up to the twentieth different one."""
    items: list[Drawn] = []
    seen: set[tuple[str, str]] = set()
    for seed in range(MOST_DRAWN):
        items.append(draw(template_id, seed))
        seen.add(as_read(items[-1]))
        if len(seen) == DIFFERENT:
            break
    return tuple(items)


def as_read(made: Drawn) -> tuple[str, str]:
    return made.item.prompt, str(made.item.parts)


def test_there_are_forty_and_more_over_every_domain_and_pattern() -> None:
    assert len(TEMPLATES) >= 40
    assert {template.pattern for template in TEMPLATES.values()} == set(Pattern)
    asked = {domain for template in TEMPLATES.values() for domain in template.domain_ids}
    assert asked >= set(DOMAINS.values()) - {"client_endpoints"}


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_a_template_has_twenty_cases_and_draws_different_items(template_id: str) -> None:
    cases = cases_of(TEMPLATES[template_id])
    assert len(set(cases)) == len(cases) >= 20
    assert len({as_read(made) for made in pool(template_id)}) == DIFFERENT


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_every_drawn_item_is_whole_and_can_be_solved(template_id: str) -> None:
    for made in pool(template_id)[:2]:
        assert drawn(made.item.item_id) == made
    for made in pool(template_id):
        item, key = made.item, made.key
        assert list(item.labels) == list(key.options)
        assert "{" not in item.prompt
        assert len(item.prompt.split()) <= 80
        assert score_item(key, key.right, 1).verdict is Verdict.RIGHT
        assert key.fact
        assert key.source_url.startswith("http")
        for name, option in key.options.items():
            wrong = item.kind is not ItemKind.ORDER and option.credit < 1
            assert bool(option.belief and option.rule and option.contrast) == wrong, name
            assert option.explanation.endswith(".")
            assert "  " not in option.explanation
            assert ".." not in option.explanation
        if item.kind is ItemKind.MULTI:
            assert 1 < len(key.right_options) < len(item.labels)
        elif item.kind is not ItemKind.ORDER:
            assert len(key.right_options) == len(item.parts)


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_the_key_is_what_the_matrix_says(template_id: str) -> None:
    template = TEMPLATES[template_id]
    for made in pool(template_id):
        item, key = made.item, made.key
        if Part.OWNER in item.parts:
            right = [name for name in key.right_options if name in item.parts[Part.OWNER]]
            if item.model_id:
                assert right == [DEFAULTS.loc[item.domain_id, item.model_id]]
            elif template.pattern is not Pattern.SETTING:
                cell = item.cells[0]
                assert right == [who(cell.service_id, cell.domain_id).responsible]
        elif template.pattern is Pattern.EXCEPTION:
            service = item.cells[0].service_id
            odd = [name for name, text in item.labels.items()
                   if who(service, DOMAINS[text]).is_exception]  # fmt: skip
            assert list(key.right_options) == odd
        else:
            owners = {name: who(NAMES[text], item.domain_id).responsible
                      for name, text in item.labels.items()}  # fmt: skip
            if template.pattern is Pattern.LADDER:
                loads = [LOAD_OF_PARTY[owners[name]] for name in key.right_options]
                assert loads == sorted(loads, reverse=True)
            else:
                right = [name for name, owner in owners.items() if owner == template.owner]
                assert list(key.right_options) == right


@pytest.mark.slow
def test_the_same_seed_gives_the_same_item_in_another_process() -> None:
    code = (
        "import sys; from shared_responsibility.templates import draw; "
        "print([draw(t, 11) for t in sys.argv[1:]])"
    )
    one_of_each = {template.pattern: name for name, template in TEMPLATES.items()}.values()
    done = subprocess.run(
        [sys.executable, "-c", code, *one_of_each], capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8", "PATH": ""},
    )  # fmt: skip
    assert done.stdout.strip() == str([draw(name, 11) for name in one_of_each])


def test_a_wrong_answer_to_a_drawn_item_is_explained_like_a_written_one() -> None:
    made = draw("kernel-bulletin", 5)
    wrong = next(name for name in made.item.labels if name != made.key.right)
    lines = dict(told(score_item(made.key, wrong, 1)))
    assert list(lines) == [
        "Your answer",
        "Right answer",
        "What it assumes",
        "Why not",
        "Why",
        "The deciding fact",
        "Rule to carry over",
        "Compare",
        "Source",
    ]
    assert all(lines.values())


@pytest.mark.parametrize(
    ("item_id", "message"),
    [
        ("kernel-buletin~1", "Did you mean kernel-bulletin"),
        ("kernel-bulletin~x", "is not a drawn item"),
        ("kernel-bulletin", "is not a drawn item"),
        ("kernel-bulletin~-1", "is not a drawn item"),
    ],
)
def test_what_cannot_be_drawn_is_named(item_id: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        drawn(item_id)


def test_doubtful_cells_ended_services_and_tools_are_not_asked_about() -> None:
    services = load_table("services").set_index("service_id").to_dict("index")
    for template in TEMPLATES.values():
        for case in cases_of(template):
            for cell in case.cells:
                if template.pattern is not Pattern.SETTING:
                    assert services[cell.service_id]["role"] == "workload"
                    assert services[cell.service_id]["lifecycle"] != "ended"
                    assert cell.confidence != "low"
                    assert cell.responsible != "not_applicable"
