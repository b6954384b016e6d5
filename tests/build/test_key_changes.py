"""`srm diff-key`: what moved between two states of the tables."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from shared_responsibility.build.key_changes import (
    changed_owners,
    flipped_items,
    reader,
    report,
)
from shared_responsibility.errors import CourseError
from shared_responsibility.items import load_items
from shared_responsibility.keys import key_of
from tests.conftest import Damage


def git(folder: Path, *words: str) -> None:
    names = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True)


def test_a_state_against_itself_has_not_moved(root: Path) -> None:
    told = report(str(root / "data"), str(root), root)
    assert told == "0 owners changed, 0 lines are new, 0 are gone; 0 items flip."


def test_the_raw_keys_are_the_keys_of_the_course(root: Path, tmp_path: Path) -> None:
    """Against a state without facts every item flips to its real key."""
    bare = tmp_path / "data"
    shutil.copytree(root / "data", bare)
    keys = bare / "answers" / "option_keys.csv"
    head, *_ = keys.read_text("utf-8").splitlines(keepends=True)
    keys.write_text(head, "utf-8")
    flipped = flipped_items(reader(str(bare), root), reader(str(root), root))
    told = dict(zip(flipped["item_id"], flipped["new"], strict=True))
    assert told.keys() == load_items().keys()
    for item_id, item in load_items().items():
        right = sorted(key_of(item).right_options)
        assert sorted(one.lstrip("0123456789") for one in told[item_id].split(", ")) == right


def test_a_changed_owner_names_the_cell_and_the_items_that_flip(
    damage: Damage, data_copy: Path, root: Path
) -> None:
    damage("responsibilities.csv", "dynamodb,encryption_at_rest,aws",
           "dynamodb,encryption_at_rest,customer")  # fmt: skip
    damage("variants.csv", "elastic_beanstalk,guest_os,managed_updates_on,shared",
           "elastic_beanstalk,guest_os,managed_updates_on,aws")  # fmt: skip
    old, new = reader(str(root / "data"), root), reader(str(data_copy), root)
    assert changed_owners(old, new).values.tolist() == [
        ["responsibilities", "dynamodb encryption_at_rest", "aws", "customer"],
        ["variants", "elastic_beanstalk guest_os managed_updates_on", "shared", "aws"],
    ]
    flipped = {row.item_id: (row.old, row.new) for row in flipped_items(old, new).itertuples()}
    assert flipped["dynamodb-default-table"] == ("aws", "customer")
    assert flipped["beanstalk-platform-retires"] == ("shared", "aws")


def test_two_revisions_are_compared_and_new_lines_counted(root: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(root / "data", clone / "data")
    git(clone, "init", "-q")
    git(clone, "add", ".")
    git(clone, "commit", "-qm", "one")
    table = clone / "data" / "responsibilities.csv"
    lines = table.read_text("utf-8").splitlines(keepends=True)
    changed = [
        line.replace("customer", "aws", 1) if line.startswith("ec2,guest_os,") else line
        for line in lines[:-1]
    ]
    table.write_text("".join(changed), "utf-8")
    git(clone, "commit", "-qam", "two")
    told = report("HEAD~1", "HEAD", clone)
    assert "responsibilities: ec2 guest_os: customer -> aws" in told
    assert "1 owners changed, 0 lines are new, 1 are gone" in told


@pytest.mark.parametrize("state", ["no-such-revision", "tests"])
def test_what_is_neither_a_revision_nor_a_folder_is_named(state: str, root: Path) -> None:
    with pytest.raises(CourseError, match=f"'{state}' is neither a git revision nor a folder"):
        reader(state, root)
