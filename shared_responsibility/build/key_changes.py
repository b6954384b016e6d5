"""What moved between two states of `data/`: owners of cells, and the items whose key flips."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from shared_responsibility.errors import CourseError

OWNERS = {
    "responsibilities": (("service_id", "domain_id"), "responsible"),
    "variants": (("service_id", "domain_id", "variant_id"), "responsible"),
    "model_defaults": (("domain_id", "model_id"), "responsible"),
    "controls": (("control_id",), "control_class"),
}
"""The tables that say who owns what: their key and the column of the owner."""
ABSENT = "(absent)"

Rows = list[dict[str, str]]
Read = Callable[[str], Rows]
"""Reads the raw rows of a table by its name, so that a state with other columns can be read."""


def reader(state: str, root: Path) -> Read:
    """The tables of a folder, or of a git revision of `root`.

    Raises `CourseError` where `state` is neither.
    """
    for folder in (Path(state) / "data", Path(state)):
        if (folder / "responsibilities.csv").is_file():
            return lambda name: _rows((folder / f"{name}.csv").read_bytes())
    if Path(state).is_dir() or _git(root, f"{state}:data/responsibilities.csv") is None:
        raise CourseError(f"{state!r} is neither a git revision nor a folder with the tables.")
    return lambda name: _rows(_git(root, f"{state}:data/{name}.csv") or b"")


def changed_owners(old: Read, new: Read) -> pd.DataFrame:
    """The lines whose owner differs: `table, key, old, new`, sorted; a new line was absent."""
    rows = []
    for table in OWNERS:
        before, after = _owners(old, table), _owners(new, table)
        for key in sorted(before.keys() | after.keys()):
            was, now = before.get(key, ABSENT), after.get(key, ABSENT)
            if was != now:
                rows.append((table, " ".join(key), was, now))
    return pd.DataFrame(rows, columns=["table", "key", "old", "new"])


def flipped_items(old: Read, new: Read) -> pd.DataFrame:
    """The items of both states whose key differs: `item_id, old, new`.

    A key flips when the facts under it move, or when its written credit changes.
    """
    before, after = _keys(old), _keys(new)
    rows = [
        (item_id, before[item_id], after[item_id])
        for item_id in sorted(before.keys() & after.keys())
        if before[item_id] != after[item_id]
    ]
    return pd.DataFrame(rows, columns=["item_id", "old", "new"])


def report(old: str, new: str, root: Path) -> str:
    """Both lists as text."""
    before, after = reader(old, root), reader(new, root)
    owners, items = changed_owners(before, after), flipped_items(before, after)
    moved = owners[(owners["old"] != ABSENT) & (owners["new"] != ABSENT)]
    lines = [f"{r.table}: {r.key}: {r.old} -> {r.new}" for r in moved.itertuples()]
    lines += [f"items: {r.item_id}: {r.old} -> {r.new}" for r in items.itertuples()]
    came, went = (owners["old"] == ABSENT).sum(), (owners["new"] == ABSENT).sum()
    lines.append(
        f"{len(moved)} owners changed, {came} lines are new, {went} are gone; "
        f"{len(items)} items flip."
    )
    return "\n".join(lines)


def _rows(text: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8"), newline="")))


def _git(root: Path, path: str) -> bytes | None:
    done = subprocess.run(["git", "show", path], cwd=root, capture_output=True, check=False)
    return None if done.returncode else done.stdout


def _owners(read: Read, table: str) -> dict[tuple[str, ...], str]:
    key, owner = OWNERS[table]
    return {tuple(row[column] for column in key): row[owner] for row in read(table)}


def _keys(read: Read) -> dict[str, str]:
    """The right answer to every item; where the owner is derived, from the facts of that state."""
    owners = {table: _owners(read, table) for table in OWNERS}
    last_cell = {row["item_id"]: row for row in read("item_cells")}
    written: dict[str, list[str]] = {}
    derived = set()
    for row in read("answers/option_keys"):
        if row["part"] == "owner" and not row["credit"]:
            derived.add(row["item_id"])
        elif row["credit"] == "1" or row.get("rank"):
            written.setdefault(row["item_id"], []).append(row.get("rank", "") + row["option_id"])
    keys = {}
    for item in read("items"):
        item_id = item["item_id"]
        owner = [_owner({**item, **last_cell.get(item_id, {})}, owners)]
        options = sorted(written.get(item_id, []))
        keys[item_id] = ", ".join((owner if item_id in derived else []) + options)
    return keys


def _owner(item: dict[str, str], owners: dict[str, dict[tuple[str, ...], str]]) -> str:
    cell = (item["service_id"], item["domain_id"])
    if item["control_id"]:
        return owners["controls"].get((item["control_id"],), ABSENT)
    if item["model_id"]:
        return owners["model_defaults"].get((item["domain_id"], item["model_id"]), ABSENT)
    if item["variant_id"]:
        return owners["variants"].get((*cell, item["variant_id"]), ABSENT)
    return owners["responsibilities"].get(cell, ABSENT)
