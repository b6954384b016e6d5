"""Pages of results: what each level tells, what none may give away, and how the page is built."""

import random
import re
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from shared_responsibility.exercises import CodeExercise, code_exercises_of
from shared_responsibility.feedback import REPORT_A_MISTAKE
from shared_responsibility.items import Form, forms_of
from shared_responsibility.keys import check_keys, keys_of_form
from shared_responsibility.pages import Section, result_page
from shared_responsibility.scoring import (
    AnyResult,
    CheckKey,
    CheckResult,
    FormResult,
    ItemKey,
    ItemResult,
    Judgement,
    OptionKey,
    score_checks,
    score_form,
)
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import ExerciseKind, FeedbackLevel, ItemKind

SETS = list(load_table("assignments")["assignment"])
GRADED_FORMS = set(load_table("forms").loc[lambda t: t["points"] > 0, "assignment"])
HOSTILE = '<script src="https://evil.example/x.js">alert(1)</script>&"\''
CLOSED = [FeedbackLevel.NONE, FeedbackLevel.COUNTS]
NEXT_HEADING = {"h1": {"h2"}, "h2": {"h2", "h3"}, "h3": {"h2", "h3"}}


def exercises(assignment: str) -> list[Form | CodeExercise]:
    forms = forms_of(assignment) if assignment in GRADED_FORMS else []
    code = [one for one in code_exercises_of(assignment) if one.kind is not ExerciseKind.MANUAL]
    return [*forms, *code]


def results(asked: Form | CodeExercise, seed: int) -> FormResult:
    """A result of somebody who answers at random."""
    draw = random.Random(f"{seed} {asked.exercise}")
    if isinstance(asked, Form):
        keys = keys_of_form(asked)
        return score_form(keys, {key.item_id: _drawn(key, draw) for key, _ in keys})
    judged = {
        key.check_id: Judgement(draw.choice([0, 0.5, 1]), "SECRET yours", "SECRET right",
                                ("SECRET detail",))
        for key, _ in check_keys(asked)
    }  # fmt: skip
    return score_checks(check_keys(asked), judged)


def _drawn(key: ItemKey, draw: random.Random) -> str:
    if key.kind == ItemKind.OWNER_REASON:
        parts = [key.in_part("owner"), key.in_part("reason")]
        return ", ".join([*map(draw.choice, parts), draw.choice(["sure", "unsure"])])
    return draw.choice(list(key.options))


def secrets(keys: Iterable[ItemKey | CheckKey]) -> set[str]:
    """Every text that only the key holds."""
    found: set[str] = {"SECRET"}
    for key in keys:
        if isinstance(key, ItemKey):
            found |= {key.fact, key.source, key.source_url, key.rule, key.right}
            for option in key.options.values():
                found |= {option.explanation, option.belief, option.rule, option.contrast,
                          option.missed}  # fmt: skip
            found |= {key.labels[name] for name in key.right_options if len(key.labels[name]) > 12}
        else:
            found |= {key.explanation, key.rule, key.belief, key.correction, key.contrast,
                      key.source, key.source_url, key.misconception_id}  # fmt: skip
    return {text for text in found if len(text) > 3}


def page_of(sections: list[Section], level: FeedbackLevel, **more: Any) -> str:
    return result_page("A set: your feedback", sections, level=level, **more)


def section_of(asked: Form | CodeExercise, seed: int = 0) -> Section:
    result = results(asked, seed)
    return Section(asked.exercise, result.max_points, result.points, result)


def written(text: str) -> str:
    """A page without its own address for mistakes."""
    return text.replace(REPORT_A_MISTAKE, "")


@pytest.mark.parametrize("level", CLOSED)
@pytest.mark.parametrize("assignment", SETS)
def test_below_explained_nothing_of_the_key_is_in_a_page(
    assignment: str, level: FeedbackLevel
) -> None:
    asked = exercises(assignment)
    hidden = secrets(item.key for one in asked for item in results(one, 0).items)
    assert len(hidden) > 10
    for seed in range(3):
        page = page_of([section_of(one, seed) for one in asked], level)
        leaked = {text for text in hidden if text in page}
        assert not leaked
        assert "<details" not in page
        assert not re.search(r"\bM\d\d\b", page)


@pytest.mark.parametrize("assignment", SETS)
def test_at_explained_the_key_is_there_which_shows_that_the_scan_can_see_it(
    assignment: str,
) -> None:
    sections = [section_of(one) for one in exercises(assignment)]
    page = page_of(sections, FeedbackLevel.EXPLAINED)
    items = [item for one in sections if one.result for item in one.result.items]
    assert sum(text in page for text in secrets(item.key for item in items)) > 5


@pytest.mark.parametrize("assignment", SETS)
def test_at_none_a_page_does_not_depend_on_what_is_right(assignment: str) -> None:
    asked = exercises(assignment)
    pages = set()
    for credit in (0.0, 1.0):
        sections = []
        for one in asked:
            result = results(one, 0)
            items = tuple(_with_credit(item, credit) for item in result.items)
            made = FormResult(items)
            sections.append(Section(one.exercise, made.max_points, made.points, made))
        pages.add(page_of(sections, FeedbackLevel.NONE))
    assert len(pages) == 1


def _with_credit(item: AnyResult, credit: float) -> AnyResult:
    if isinstance(item, ItemResult):
        return replace(item, earned=credit * item.max_points)
    assert item.judgement is not None
    return replace(item, judgement=replace(item.judgement, credit=credit))


def test_counts_tells_points_and_nothing_of_single_answers() -> None:
    asked = forms_of("classify-scenarios")[0]
    section = section_of(asked)
    page = page_of([section], FeedbackLevel.COUNTS)
    assert section.result is not None
    right = sum(item.points == item.max_points for item in section.result.items)
    assert f"{right} of 6 right" in page
    assert not any(entry.item.item_id in page for entry in asked.entries)


class Reader(HTMLParser):
    """Notes headings, addresses and whether every element is closed."""

    VOID = ("meta", "br", "img", "link", "input", "hr")

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.links: list[str] = []
        self.loads: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            if name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in ("src", "href", "srcset", "action", "data", "poster", "background"):
                self.loads.append((tag, value or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def hostile_key() -> ItemKey:
    options = {
        "a": OptionKey(1, f"Why {HOSTILE}", missed=f"Missed {HOSTILE}"),
        "b": OptionKey(1, f"Why {HOSTILE}", missed=f"Missed {HOSTILE}"),
        "c": OptionKey(0, HOSTILE, "M12", HOSTILE, HOSTILE, HOSTILE),
    }
    return ItemKey(HOSTILE, 1, HOSTILE, dict.fromkeys(options, HOSTILE), options, HOSTILE, HOSTILE,
                   'https://example.org/?"><script>', kind="multi", rule=HOSTILE)  # fmt: skip


def hostile_sections() -> list[Section]:
    key = hostile_key()
    check = CheckKey(HOSTILE, 1, HOSTILE, HOSTILE, HOSTILE, HOSTILE, "https://example.org/",
                     "M12", HOSTILE, HOSTILE, HOSTILE)  # fmt: skip
    found = Judgement(0.5, HOSTILE, HOSTILE, (HOSTILE,) * 9)
    forms = [
        score_form([(key, 1.0)], {HOSTILE: answer, "<i>": "x"}) for answer in ("a, c", HOSTILE)
    ]
    checks = FormResult((CheckResult(check, found, 2.0), CheckResult(check, None, 1.0)), (HOSTILE,))
    sections = [
        Section(HOSTILE, one.max_points, one.points, one, comment=HOSTILE)
        for one in (*forms, checks)
    ]
    return [
        *sections,
        Section(HOSTILE, 3.0, None, text=HOSTILE, comment=HOSTILE),
        Section(HOSTILE, 3.0, 2.0, text=HOSTILE),
    ]


@pytest.mark.parametrize("level", FeedbackLevel)
def test_a_page_is_whole_loads_nothing_and_survives_hostile_text(level: FeedbackLevel) -> None:
    page = result_page(
        HOSTILE, hostile_sections(), level=level, notes=[HOSTILE, HOSTILE], penalty=1.0
    )
    reader = read(page)
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<meta charset="utf-8">' in page
    assert reader.headings.count("h1") == 1
    assert reader.headings[0] == "h1"
    for before, after in zip(reader.headings, reader.headings[1:], strict=False):
        assert after in NEXT_HEADING[before]
    # A citation is a link to follow; nothing is fetched while the page is read.
    assert reader.loads == []
    assert not re.search(r"url\(|@import|<script|<link|<iframe|<img", page)
    assert all(link.startswith("https://") for link in reader.links)
    assert not any("evil.example" in link for link in reader.links)
    assert not {"script", "i"} & set(reader.tags)


@pytest.mark.parametrize("assignment", SETS)
@pytest.mark.parametrize("level", FeedbackLevel)
def test_the_page_of_every_set_is_whole(assignment: str, level: FeedbackLevel) -> None:
    sections = [section_of(one) for one in exercises(assignment)]
    reader = read(page_of(sections, level))
    assert reader.loads == []
    assert reader.headings.count("h2") >= len(sections)


def believing(*lost: tuple[str, float]) -> FormResult:
    """Wrong answers out of these beliefs, each with what it cost."""
    items = []
    for number, (belief, points) in enumerate(lost):
        option = OptionKey(0, "Why not.", belief, f"Belief {belief}.", f"Rule {belief}.", "Pair.")
        options = {"a": option, "b": OptionKey(1, "Why.")}
        labels = {"a": "A", "b": "B"}
        key = ItemKey(f"item-{number}", 1, "?", labels, options, "F.", "S", "https://e.org")
        items.append((key, points))
    return score_form(items, {key.item_id: "a" for key, _ in items})


def first_told(page: str) -> str:
    found = re.search(r"<aside>.*?</aside>", page)
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("lost", "belief", "points"),
    [
        ([("M01", 1), ("M02", 2)], "M02", "2"),
        ([("M01", 1), ("M02", 1.5), ("M01", 1)], "M01", "2"),
        ([("M05", 0.5)], "M05", "0.5"),
    ],
)
def test_the_costliest_belief_comes_first(
    lost: list[tuple[str, float]], belief: str, points: str
) -> None:
    result = believing(*lost)
    page = page_of([Section("x", 9, 0, result)], FeedbackLevel.EXPLAINED)
    told = first_told(page)
    assert f"One belief cost you {points} points: <strong>Belief {belief}.</strong>" in told
    assert f"Rule {belief}." in told
    named = [f"item-{n}" for n, (one, _) in enumerate(lost) if one == belief]
    assert re.findall(r"<code>(item-\d)</code>", told) == named
    assert page.index("<aside>") < page.index("<details")
    for level in CLOSED:
        assert first_told(page_of([Section("x", 9, 0, result)], level)) == ""


def test_beliefs_are_counted_over_all_exercises() -> None:
    one, two = believing(("M01", 2)), believing(("M02", 1.5), ("M02", 1.5))
    page = page_of([Section("x", 2, 0, one), Section("y", 3, 0, two)], FeedbackLevel.EXPLAINED)
    assert "Belief M02." in first_told(page)


def test_nothing_comes_first_where_no_belief_cost_anything() -> None:
    key = believing(("M01", 1)).items[0].key
    assert isinstance(key, ItemKey)
    for answers in ({"item-0": "b"}, {}):
        result = score_form([(key, 1.0)], answers)
        page = page_of([Section("x", 1, 0, result)], FeedbackLevel.EXPLAINED)
        assert first_told(page) == ""
    dropped = believing(("M01", 1)).without(["item-0"])
    assert first_told(page_of([Section("x", 1, 1, dropped)], FeedbackLevel.EXPLAINED)) == ""


def test_a_belief_that_only_the_judge_saw_is_told_in_its_own_words() -> None:
    key = CheckKey("x/a", 1, "Criterion.", "Do it.", misconception_id="M05", belief="Other belief.",
                   correction="Other rule.", contrast="Other pair.")  # fmt: skip
    result = score_checks([(key, 2.0)], {"a": Judgement(0, "", "", misconception_id="M12")})
    told = first_told(page_of([Section("x", 2, 0, result)], FeedbackLevel.EXPLAINED))
    beliefs = load_table("misconceptions").set_index("misconception_id")["belief"]
    assert "Other" not in told
    assert beliefs["M12"].split("'")[0][:20] in told


def test_prose_waits_until_a_person_has_graded_it_and_then_shows_points_and_comment() -> None:
    waiting = Section("note", 3.0, None, text="My note.", comment="")
    page = page_of([waiting], FeedbackLevel.COUNTS)
    assert "0 of 3 points." in page
    assert "3 of them are still to be given by a person." in page
    assert "not yet graded of 3" in page
    graded = replace(waiting, points=2.5, comment="Name the evidence.")
    page = page_of([graded], FeedbackLevel.COUNTS)
    assert "2.5 of 3 points." in page
    assert "still to be given" not in page
    assert "<h3>Comment</h3><p>Name the evidence.</p>" in page
    page = page_of([graded], FeedbackLevel.NONE)
    assert "My note." in page
    for told in ("2.5", "Name the evidence", "Comment"):
        assert told not in page


@pytest.mark.parametrize(("penalty", "left"), [(0, "2 of 3"), (0.5, "1.5 of 3"), (9, "0 of 3")])
def test_what_being_late_costs_is_told_and_never_takes_more_than_there_is(
    penalty: float, left: str
) -> None:
    page = page_of([Section("note", 3.0, 2.0, text="x")], FeedbackLevel.COUNTS, penalty=penalty)
    assert f"<strong>{left} points.</strong>" in page
    assert ("taken off because it was late" in page) == bool(penalty)


def test_being_sure_and_wrong_is_said_beside_the_answer() -> None:
    key = believing(("M01", 1)).items[0].key
    assert isinstance(key, ItemKey)
    for word, said in (("sure", True), ("unsure", False), ("", False)):
        result = score_form([(key, 1.0)], {"item-0": f"a, {word}"})
        page = page_of([Section("x", 1, 0, result)], FeedbackLevel.EXPLAINED)
        assert ("and you were sure" in page) == said
