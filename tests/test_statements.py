"""The untidy statements: made from the facts, spoilt on purpose, false only where planted."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from shared_responsibility.build import statements as builder
from shared_responsibility.build.statements import Drawn, drawn
from shared_responsibility.errors import CourseError
from shared_responsibility.judges.build_the_matrix import cleaned, contradicted, gaps, settled
from shared_responsibility.matrix import load_matrix
from shared_responsibility.statements import load_statements
from shared_responsibility.tables import load_table
from tests.conftest import Damage

MADE = drawn()
MATRIX = load_matrix().set_index(["service_id", "domain_id"])
RAW = load_statements()


def test_the_file_is_what_the_facts_make(root: Path) -> None:
    for name, text in builder.statements().items():
        assert (root / name).read_text(encoding="utf-8") == text


def test_it_spans_every_cloud_model_owner_and_zone() -> None:
    services = load_table("services").set_index("service_id")
    assert set(services.loc[builder.SERVICES, "service_model"]) == {
        "iaas", "containers_managed", "paas", "faas", "saas",
    }  # fmt: skip
    assert {one.owner for one in MADE} == {"aws", "customer", "shared", "not_applicable"}
    zones = load_table("domains").set_index("domain_id")["zone"]
    assert set(zones[builder.DOMAINS]) == set(zones)
    assert 145 <= len(MADE) <= 155


def test_every_statement_is_a_fact_unless_it_was_planted() -> None:
    for one in MADE:
        fact = MATRIX.loc[one.cell]
        if one.planted in ("", "uncited", "agreeing"):
            assert one.owner == fact["responsible"]
        if one.planted == "":
            assert one.source_id == fact["source_id"]


def test_what_an_older_reading_says_is_true_under_its_setting() -> None:
    settings = load_table("variants")
    older = [one for one in MADE if one.planted in ("older", "agreeing")]
    assert len(older) == len(builder.OLDER) + len(builder.AGREEING)
    for one in older:
        same = settings[
            (settings["service_id"] == one.service_id)
            & (settings["domain_id"] == one.domain_id)
            & (settings["setting"] == one.note)
        ]
        assert list(same["responsible"]) == [one.owner]
        assert list(same["source_id"]) == [one.source_id]


def test_only_what_cites_no_page_is_false() -> None:
    false = [one for one in MADE if one.planted == "heard"]
    assert len(false) == len(builder.HEARD)
    for one in false:
        assert one.owner != MATRIX.loc[one.cell, "responsible"]
        assert (one.source_id, one.read_on) == ("", "")
        assert one.note


def test_the_planted_cells_are_found_and_no_others() -> None:
    found = cleaned().values()
    assert contradicted(found) == sorted([*builder.OLDER, *builder.HEARD])
    assert gaps(found) == sorted([*builder.GAPS, *builder.UNCITED])
    assert 5 <= len(contradicted(found)) <= 6


def test_cleaning_brings_back_what_was_drawn() -> None:
    found = cleaned()
    assert set(found) == {one.statement_id for one in MADE}
    for one in MADE:
        back = found[one.statement_id]
        assert (back.service_id, back.domain_id, back.owner, back.source_id, back.read_on) == (
            one.service_id, one.domain_id, one.owner, one.source_id, one.read_on,
        )  # fmt: skip


def test_the_rule_leads_back_to_the_matrix() -> None:
    held = settled(cleaned().values())
    assert len(held) == 144 - len(builder.GAPS) - len(builder.UNCITED)
    for cell, one in held.items():
        assert one.owner == MATRIX.loc[cell, "responsible"]


def test_the_file_is_untidy_in_every_way_that_the_notebook_names() -> None:
    assert list(RAW.columns[:-1]) == builder.HEADER[:-1]
    assert set(RAW.iloc[:, -1]) == {""}
    counted = Counter(RAW["statement_id"])
    twice = [one for one, count in counted.items() if count == 2]
    assert max(counted.values()) == 2
    equal = RAW[RAW.duplicated()]["statement_id"]
    assert len(equal) == len(builder.TWICE_AS_IT_STANDS)
    assert len(twice) - len(equal) == len(builder.TWICE_IN_OTHER_SPELLING)
    assert (RAW["source"] == "").sum() == len(builder.UNCITED) + len(builder.HEARD)
    assert (RAW["layer"] == "Identity and acces").sum() == 1
    spellings = RAW.groupby("service")["service"].count()
    assert len(spellings) > 3 * len(builder.SERVICES)
    assert set(RAW["service"]) & set(builder.SERVICES) == set()
    assert len(RAW) == 160  # The notebook's story counts them.


def test_both_formats_of_dates_are_common_and_pandas_reads_them() -> None:
    written = RAW.loc[RAW["read on"] != "", "read on"]
    iso = written.str.fullmatch(r"\d{4}-\d{2}-\d{2}")
    assert 0.4 <= iso.mean() <= 0.6
    assert written[~iso].str.fullmatch(r"\d{2} [A-Z][a-z]{2} \d{4}").all()
    read = pd.to_datetime(RAW["read on"], format="mixed")
    assert read.notna().sum() == len(written)


def test_an_older_reading_is_older_than_the_one_that_decides() -> None:
    held = settled(cleaned().values())
    for one in MADE:
        if one.planted in ("older", "agreeing"):
            decided = date.fromisoformat(held[one.cell].read_on)
            assert date.fromisoformat(one.read_on) < decided


def test_a_changed_fact_changes_only_its_own_lines(root: Path, damage: Damage) -> None:
    file = "data/untidy/statements.csv"
    before = (root / file).read_text(encoding="utf-8").splitlines()
    damage(
        "responsibilities.csv", "sagemaker,backup_recovery,shared", "sagemaker,backup_recovery,aws"
    )
    after = builder.statements()[file].splitlines()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) == 1


def test_a_setting_that_no_longer_differs_stops_the_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(builder, "OLDER", {("rds", "backup_recovery"): "retention_positive"})
    with pytest.raises(CourseError, match="retention_positive of rds backup_recovery no longer"):
        drawn()


def test_a_missing_file_is_named(data_copy: Path) -> None:
    (data_copy / "untidy" / "statements.csv").unlink()
    with pytest.raises(CourseError, match=r"data/untidy/statements\.csv is missing"):
        load_statements()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\xff", b"a,b\n1,2\n1,2,3\n"])
def test_a_file_that_is_no_table_is_named(data_copy: Path, content: bytes) -> None:
    (data_copy / "untidy" / "statements.csv").write_bytes(content)
    with pytest.raises(CourseError, match="is not a table"):
        load_statements()


def test_a_drawn_statement_knows_its_cell() -> None:
    assert Drawn("ec2", "guest_os", "customer", "", "").cell == ("ec2", "guest_os")
