"""`srm check-data --stale`: what nobody has read for long, and what rests on it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shared_responsibility.build.staleness import days_of, hanging_on, report, stale_sources
from shared_responsibility.errors import CourseError
from shared_responsibility.tables import load_table

READ = sorted(load_table("sources")["read_on"].unique())
LAST = date.fromisoformat(READ[-1])


@pytest.mark.parametrize(("age", "days"), [("180d", 180), ("26w", 182), (" 1Y ", 365)])
def test_an_age_is_read_in_days_weeks_or_years(age: str, days: int) -> None:
    assert days_of(age) == days


@pytest.mark.parametrize("age", ["", "180", "d", "-3d", "3 months"])
def test_another_age_is_refused_with_what_is_allowed(age: str) -> None:
    with pytest.raises(CourseError, match="180d, 26w or 1y"):
        days_of(age)


def test_only_sources_read_before_the_limit_are_old() -> None:
    old = stale_sources(0, date.fromisoformat(READ[0]) + timedelta(days=1))
    assert set(old["read_on"]) == {READ[0]}
    assert stale_sources(0, date.fromisoformat(READ[0])).empty
    assert len(stale_sources(0, LAST + timedelta(days=1))) == len(load_table("sources"))


def test_cells_settings_and_items_hang_on_a_source() -> None:
    hanging = hanging_on(["s3-usingkmsencryption", "iam-best-practices"])
    told = set(hanging.itertuples(index=False, name=None))
    assert ("s3-usingkmsencryption", "responsibilities", "s3 key_management") in told
    assert ("s3-usingkmsencryption", "variants", "s3 key_management sse_kms_cmk") in told
    assert ("iam-best-practices", "items", "s3-choir-former-treasurer") in told


def test_the_report_lists_each_source_with_what_hangs_on_it() -> None:
    told = report(30, LAST + timedelta(days=40))
    sources = load_table("sources")
    old = sources[sources["read_on"] < (LAST + timedelta(days=10)).isoformat()]
    assert all(f"{source_id}, read " in told for source_id in old["source_id"])
    assert "    responsibilities: ec2 guest_os" in told
    assert report(365, LAST).startswith("Every source was read within 365 days")
