"""Changes in a recorded account that belong to no problem. Pure: states in, sentences out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from shared_responsibility.judges.account_states import (
    allows_everything,
    is_meant_public,
    is_public,
    part,
    world_ssh,
)

Entry = Mapping[str, Any] | None
Bad = Mapping[str, set[str]]
WHAT = {
    "groups": "security group",
    "buckets": "bucket",
    "users": "user",
    "roles": "role",
    "policies": "policy",
    "volumes": "volume",
    "keys": "key",
    "databases": "database",
    "functions": "function",
}


def changes_elsewhere(
    problems: Iterable[tuple[str, str]], start: object, final: object
) -> Iterator[str]:
    """A sentence for each entry that was made, changed or deleted without need.

    Hardening beyond the problems is no change in this sense: encryption, a block of public access
    on a private bucket, a new trail, a new narrow policy.
    """
    bad: dict[str, set[str]] = {}
    for kind, name in problems:
        bad.setdefault(kind, set()).add(name)
    permits = _permits(final)
    for name, what in WHAT.items():
        before, after = part(start, name), part(final, name)
        for key in sorted({*before, *after}):
            old, new = before.get(key), after.get(key)
            if old != new and not permits[name](key, old, new, bad):
                yield f"The {what} {_called(key, old or new)} was {_verb(old, new)}."


def _called(key: str, entry: Entry) -> str:
    told = (entry or {}).get("name") or (entry or {}).get("alias")
    return str(told)[:80] if told else key[:80]


def _verb(old: Entry, new: Entry) -> str:
    if old is None:
        return "made"
    return "deleted" if new is None else "changed"


def _permits(final: object) -> dict[str, Callable[[str, Entry, Entry, Bad], bool]]:
    def bucket(key: str, old: Entry, new: Entry, bad: Bad) -> bool:
        return _bucket(final, key, old, new, bad)

    return {
        "groups": _group,
        "buckets": bucket,
        "users": _user,
        "roles": lambda *_: False,
        "policies": _policy,
        "volumes": _volume,
        "keys": _key,
        "databases": _database,
        "functions": _function,
    }


def _same(old: Mapping[str, Any], new: Mapping[str, Any], *fields: str) -> bool:
    return all(old.get(field) == new.get(field) for field in fields)


def _group(_: str, old: Entry, new: Entry, bad: Bad) -> bool:
    """Only the rules that let the world in on port 22 may go."""
    if old is None or new is None or str(old.get("name")) not in bad.get("ssh_open_to_world", ()):
        return False
    return _same(old, new, "name", "outbound") and _others(old) == _others(new)


def _others(group: Mapping[str, Any]) -> list[Any]:
    rules = group.get("inbound")
    return [rule for rule in rules if not world_ssh(rule)] if isinstance(rules, list) else []


def _bucket(final: object, key: str, old: Entry, new: Entry, bad: Bad) -> bool:
    if new is None:
        return False
    if old is None:
        return not is_public(final, new)
    if not _same(old, new, "objects", "tags") or not new.get("encryption"):
        return False
    if key in bad.get("public_bucket", ()):
        return True
    if is_meant_public(old):
        return _same(old, new, "block", "policy", "public_grants")
    return not is_public(final, new) and _same(old, new, "block", "public_grants")


def _user(key: str, old: Entry, new: Entry, bad: Bad) -> bool:
    """A key that was never used may be off or gone."""
    if old is None or new is None or key not in bad.get("unused_access_key", ()):
        return False
    before, after = part(old, "keys"), part(new, "keys")
    same = all(after[one] == before.get(one) for one in after if _active(after[one]))
    return _same(old, new, "inline") and set(after) <= set(before) and same


def _active(key: Mapping[str, Any]) -> bool:
    return key.get("status") == "Active"


def _policy(key: str, old: Entry, new: Entry, bad: Bad) -> bool:
    if key in bad.get("wildcard_policy", ()):
        return True
    return old is None and new is not None and not allows_everything(new.get("document"))


def _volume(_: str, old: Entry, new: Entry, bad: Bad) -> bool:
    """An open volume may go; a new one must be encrypted."""
    if new is None:
        return str((old or {}).get("name")) in bad.get("unencrypted_volume", ())
    return old is None and new.get("encrypted") is True


def _key(_: str, old: Entry, new: Entry, bad: Bad) -> bool:
    if old is None:
        return True
    wanted = str(old.get("alias")) in bad.get("key_without_rotation", ())
    return wanted and new is not None and _same(old, new, "alias", "state")


def _database(key: str, old: Entry, new: Entry, bad: Bad) -> bool:
    if old is None or new is None or not _same(old, new, "encrypted", "engine", "class"):
        return False
    closed = key in bad.get("public_database", ()) or _same(old, new, "public")
    saved = key in bad.get("database_without_backups", ()) or _same(old, new, "backup_days")
    return closed and saved


def _function(key: str, old: Entry, new: Entry, bad: Bad) -> bool:
    if old is None or new is None or key not in bad.get("outdated_runtime", ()):
        return False
    return _same(old, new, "role", "handler", "code")
