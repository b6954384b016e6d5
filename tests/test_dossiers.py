"""The dossiers of the post-mortems: how they show, what they hold, and how evidence is scored."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from shared_responsibility.build.data_rules import dossiers_are_whole
from shared_responsibility.dossiers import RECORDS, dossier
from shared_responsibility.errors import CourseError
from shared_responsibility.items import Item, forms_of
from shared_responsibility.keys import key_of
from shared_responsibility.scoring import Verdict, score_item
from shared_responsibility.tables import TABLES, data_directory, load_table, read_lines
from shared_responsibility.vocabulary import ItemKind

ASSIGNMENT = "post-mortems"
IDS = list(load_table("dossiers").sort_values("position")["dossier_id"])
ENTRIES = [entry for asked in forms_of(ASSIGNMENT) for entry in asked.entries]
EVIDENCE = [entry.item for entry in ENTRIES if entry.item.kind is ItemKind.EVIDENCE]
INVENTED = [
    ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/8")
]


class Reader(HTMLParser):
    """What a browser would show: the text inside each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts[self.open[-1]][-1] += data


@pytest.mark.parametrize("dossier_id", IDS)
def test_both_forms_of_a_dossier_show_every_line_under_its_record(dossier_id: str) -> None:
    shown = dossier(dossier_id)
    read = Reader(shown._repr_html_())
    numbers = [number for lines in shown.lines.values() for number in lines]
    texts = [text for lines in shown.lines.values() for text in lines.values()]
    assert numbers == [f"l{place:02d}" for place in range(1, len(numbers) + 1)]
    assert read.open == []
    assert read.texts["h3"] == [shown.title]
    assert read.texts["h4"] == list(RECORDS.values())
    assert read.texts["th"] == numbers
    assert read.texts["code"] == texts
    flat = " ".join(repr(shown).split())
    assert all(f"{number} {text}" in flat for number, text in zip(numbers, texts, strict=True))
    assert [heading for heading in repr(shown).splitlines() if heading in RECORDS.values()] == [
        *RECORDS.values()
    ]


@pytest.mark.parametrize("dossier_id", IDS)
def test_a_dossier_is_short_enough_to_read_in_eight_minutes(dossier_id: str) -> None:
    shown = dossier(dossier_id)
    texts = [text for lines in shown.lines.values() for text in lines.values()]
    assert 14 <= len(texts) <= 22
    assert all(shown.lines.values())
    assert sum(len(text.split()) for text in texts) <= 300
    assert max(map(len, texts)) <= 320


def test_an_unknown_dossier_is_a_sentence_with_the_nearest() -> None:
    with pytest.raises(CourseError, match="Did you mean map-archive"):
        dossier("map-archives")


def test_addresses_and_accounts_are_invented() -> None:
    told = " ".join([*load_table("dossier_lines")["text"], *load_table("dossiers")["story"]])
    addresses = set(re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", told)) - {"0.0.0.0"}
    accounts = re.findall(r"\b\d{12}\b", told)
    assert addresses
    assert len(set(accounts)) == len(IDS)
    for address in addresses:
        assert any(ip_address(address) in net for net in INVENTED), address
    for account in accounts:
        assert re.fullmatch(r"(\d)\1{3}(\d)\2{3}(\d)\3{3}", account), account


def test_two_dossiers_lie_on_each_side_and_the_points_are_seventeen() -> None:
    owners = [key_of(e.item).right for e in ENTRIES if e.item.item_id.endswith("-owner")]
    letters = [
        key_of(e.item).right for e in ENTRIES if re.search("-(control|action)$", e.item.item_id)
    ]
    assert Counter(owners) == {"aws": 2, "customer": 2, "shared": 2}
    assert set(Counter(letters).values()) == {3}
    assert sum(entry.points for entry in ENTRIES) == 17
    assert all(entry.item.exposure == "graded" for entry in ENTRIES)


@pytest.mark.parametrize("item", EVIDENCE, ids=lambda item: item.item_id)
def test_evidence_pays_for_the_lines_that_prove_and_for_no_others(item: Item) -> None:
    key = key_of(item)
    assert list(key.options) == list(item.labels)
    right = list(key.right_options)
    wrong = [line for line in key.options if line not in right]
    assert score_item(key, ", ".join(reversed(right)), 1.0).points == 1.0
    fewer = score_item(key, right[:-1], 1.0)
    assert fewer.verdict is Verdict.PARTLY
    assert fewer.points == pytest.approx(1 - 1 / len(right))
    assert score_item(key, [*right, wrong[0]], 1.0).points == pytest.approx(
        len(right) / (len(right) + 1)
    )
    assert score_item(key, list(key.options), 1.0).points <= 0.25
    assert score_item(key, wrong, 1.0).points == 0.0


def test_the_notebook_shows_each_dossier_before_its_questions(root: Path) -> None:
    text = (root / "authoring" / "assignments" / f"{ASSIGNMENT}.py").read_text(encoding="utf-8")
    steps = re.findall(r'^dossier\("([a-z-]+)"\)|^# %% exercise="dossier-\d-([a-z-]+)"', text, re.M)
    assert [shown or asked for shown, asked in steps] == [one for one in IDS for _ in range(2)]


def test_a_gap_in_the_numbers_and_a_dossier_without_lines_are_found() -> None:
    frames = {
        name: read_lines(TABLES[name], data_directory()) for name in ("dossiers", "dossier_lines")
    }
    lines = frames["dossier_lines"]
    gap = (lines["dossier_id"] == "map-archive") & (lines["line"] == "l05")
    empty = lines["dossier_id"] == "seed-library"
    first = lines.index[gap][0]
    frames["dossier_lines"] = lines[~gap & ~empty]
    found = [(error.file, error.line, error.column) for error in dossiers_are_whole(frames)]
    none = frames["dossiers"].index[frames["dossiers"]["dossier_id"] == "seed-library"][0]
    assert found == [
        ("data/dossier_lines.csv", first + 1, "line"),
        ("data/dossiers.csv", none, "dossier_id"),
    ]
