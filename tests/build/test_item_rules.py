"""`srm lint-items`: each rule finds the item that breaks it, and nothing in a sound one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from shared_responsibility.build.item_rules import (
    RULES,
    Bank,
    Judged,
    counts,
    findings,
    lint,
    live_items,
    reading_level,
)
from shared_responsibility.items import CellRef, load_items
from shared_responsibility.keys import key_of
from shared_responsibility.scoring import ItemKey, OptionKey
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Grain, ItemKind, Part
from tests.conftest import Damage

LONG = "Because " + "the hypervisor of the host is patched by AWS and by nobody else at all "


def judged(item_id: str) -> Judged:
    item = load_items()[item_id]
    return Judged(item, key_of(item))


def written(item_id: str, right: str, **texts: str) -> Judged:
    """An item with one right written option, on the base of a real one."""
    options = {
        name: OptionKey(float(name == right), f"Case {item_id}, option {name}: " + "word " * 12)
        for name in texts
    }
    base = load_items()["ec2-hypervisor-flaw"]
    item = replace(
        base, item_id=item_id, kind=ItemKind.SINGLE, parts={Part.ANSWER: texts},
        tempting=next(name for name in texts if name != right), cells=(),
        prompt=f"Case {item_id} tells of a lost badge. What follows?",
    )  # fmt: skip
    key = ItemKey(item_id, 1, item.prompt, texts, options, "Fact.", "S", "https://example.org")
    return Judged(item, key)


def with_prompt(prompt: str) -> Judged:
    one = judged("ec2-hypervisor-flaw")
    return Judged(replace(one.item, prompt=prompt), one.key)


def task_against_its_cell() -> Judged:
    one = judged("ec2-hypervisor-flaw")
    flipped = {
        name: replace(option, credit=1 - option.credit) for name, option in one.key.options.items()
    }
    return Judged(one.item, replace(one.key, options=flipped))


def of_another_cell(one: Judged) -> Judged:
    return Judged(replace(one.item, cells=(CellRef("ec2", "guest_os", ""),)), one.key)


BROKEN: dict[str, Bank] = {
    "key_agrees_with_matrix": [of_another_cell(judged("ec2-hypervisor-flaw"))],
    "tempting_option_is_wrong": [
        Judged(replace(judged("ec2-hypervisor-flaw").item, tempting="aws"),
               judged("ec2-hypervisor-flaw").key)],
    "options_have_one_length": [
        written("badge", "a", a=LONG, b="Because of the badge.", c="Because of AWS.")],
    "options_have_one_grammar": [
        written("badge", "a", a="The badge was lost", b="The badge was found.", c="Nobody came.")],
    "no_strong_word_in_the_key_alone": [
        written("badge", "a", a="The badge is never lost.", b="The badge is found.",
                c="The badge is lost.")],
    "key_positions_are_balanced": [
        written(f"badge-{n}", "a", a="The badge is lost.", b="The badge is new.",
                c="The badge is here.") for n in range(12)],
    "prompts_are_not_alike": [
        written("one", "a", a="It is lost.", b="It is new.", c="It is old."),
        Judged(replace(written("two", "b", a="It is lost.", b="It is new.", c="It is old.").item,
                       prompt="Case one tells of a lost badge again. What follows?"),
               written("two", "b", a="It is lost.", b="It is new.", c="It is old.").key)],
    "prompts_are_short": [with_prompt("On Amazon EC2 a new rule holds. " * 14)],
    "prompts_are_plain": [
        with_prompt("On Amazon EC2, organisational responsibility considerations necessitate "
                    "interdisciplinary prioritisation of infrastructural vulnerabilities.")],
    "shared_is_no_everyday_word": [
        with_prompt("Two teams share one account on Amazon EC2. Who closes the flaw?")],
    "prompts_name_their_service": [with_prompt("A flaw was found below the guest. Who acts?")],
    "explanations_are_whole": [
        Judged(judged("ec2-hypervisor-flaw").item,
               replace(judged("ec2-hypervisor-flaw").key, options={
                   "aws": OptionKey(1, "Too short."),
                   "customer": judged("ec2-hypervisor-flaw").key.options["customer"]}))],
    "provenance_is_known": [
        with_prompt("This exam question is about Amazon EC2. Who closes the flaw?")],
}  # fmt: skip
FROM_THE_TABLES = {"owners_are_not_written_twice", "sources_are_fresh", "forms_are_balanced"}


def test_every_rule_is_tried() -> None:
    assert BROKEN.keys() | FROM_THE_TABLES == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_finds_the_item_that_breaks_it(rule: str) -> None:
    assert rule in {finding.rule for finding in lint(BROKEN[rule])}


def test_sound_items_have_no_findings() -> None:
    assert [str(finding) for finding in findings()] == []


def test_an_owner_written_where_the_matrix_decides_is_found(damage: Damage) -> None:
    damage("answers/option_keys.csv", "dynamodb-default-table,owner,aws,,",
           "dynamodb-default-table,owner,aws,1,")  # fmt: skip
    assert ("owners_are_not_written_twice", "dynamodb-default-table") in {
        (finding.rule, finding.item_id) for finding in lint(live_items())
    }


def test_a_source_that_nobody_read_for_a_year_is_found(request: pytest.FixtureRequest) -> None:
    # Tables are read once for each folder, so this is read before the copy is made.
    item = load_items()["ec2-hypervisor-flaw"]
    row = load_table("sources").set_index("source_id").loc[item.source_id]
    damage: Damage = request.getfixturevalue("damage")
    old = (date.today() - timedelta(days=400)).isoformat()
    damage("sources.csv", f"{row['url']},{row['section']},{row['read_on']}",
           f"{row['url']},{row['section']},{old}")  # fmt: skip
    assert ("sources_are_fresh", item.item_id) in {
        (finding.rule, finding.item_id) for finding in lint(live_items())
    }


def test_a_form_on_which_one_party_is_mostly_right_is_found(
    request: pytest.FixtureRequest,
) -> None:
    bank = live_items()
    damage: Damage = request.getfixturevalue("damage")
    rights = [one.item.item_id for one in bank
              if one.item.grain is Grain.TASK and one.key.right == "customer"]  # fmt: skip
    rows = "".join(f"zz-form,zz-form,{n},{item_id},0\n" for n, item_id in enumerate(rights[:20], 1))
    damage("forms.csv", "assignment,exercise,position,item_id,points\n",
           f"assignment,exercise,position,item_id,points\n{rows}")  # fmt: skip
    assert ("forms_are_balanced", "zz-form") in {
        (finding.rule, finding.item_id) for finding in lint(bank)
    }


def test_tables_that_do_not_fit_come_first(damage: Damage) -> None:
    damage("items.csv", ",live,", ",alive,")
    assert {finding.rule for finding in findings()} == {"schema"}


def test_reading_level_counts_names_once_and_long_words_in_full() -> None:
    plain, mean = reading_level("The disk is old. Who takes it out?")
    hard, _ = reading_level("Organisational considerations necessitate prioritisation.")
    named, _ = reading_level("The disk of Amazon Elastic Kubernetes Service is old.")
    assert plain < named < hard
    assert mean == 4
    assert reading_level("") == (0, 0)


def test_counts_speak_of_every_item() -> None:
    bank = live_items()
    tallies = counts(bank)
    assert sum(tallies["kind"].values()) == sum(tallies["domain"].values()) == len(bank)
