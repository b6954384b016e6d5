"""What is wrong, repaired, kept or changed in a recorded account. Pure: states in, facts out.

A state comes from the grader's own reader, yet parts of it, such as policies, were written by a
learner's code. So everything here takes any JSON and never fails on it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

from shared_responsibility.lab.findings import PUBLIC_TAG, RUNTIMES_IN_SUPPORT
from shared_responsibility.lab.showing import statements_of

State = Mapping[str, Any]
WIDE = 8
SSH = 22


def part(state: object, name: str) -> dict[str, dict[str, Any]]:
    """The entries of one part of a state, by id; empty where there is no such part."""
    found = state.get(name) if isinstance(state, Mapping) else None
    if not isinstance(found, Mapping):
        return {}
    return {str(key): dict(one) for key, one in found.items() if isinstance(one, Mapping)}


def named(entries: Mapping[str, Mapping[str, Any]], field: str, name: str) -> dict[str, Any]:
    """The entries that carry a name in a field, by id."""
    return {key: one for key, one in entries.items() if one.get(field) == name}


def world_ssh(rule: object) -> bool:
    """Whether a rule lets the world in on port 22."""
    if not isinstance(rule, list) or len(rule) != 4:
        return False
    protocol, low, high, source = rule
    if not (_whole(low) and _whole(high)) or not _is_wide(source):
        return False
    return protocol == "-1" or (protocol in ("tcp", "6") and (low <= SSH <= high or low == -1))


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_wide(source: object) -> bool:
    """Nobody's office is an eighth of the internet: a rule split in halves is still the world."""
    if not isinstance(source, str):
        return False
    try:
        return ipaddress.ip_network(source, strict=False).prefixlen < WIDE
    except ValueError:
        return False


def is_public(state: object, bucket: Mapping[str, Any]) -> bool:
    """Whether anybody can read the bucket by its policy or its grants, past every block."""
    blocks = [bucket.get("block"), state.get("block") if isinstance(state, Mapping) else None]
    on = {name for one in blocks if isinstance(one, Mapping) for name in one if one[name] is True}
    by_policy = _lets_all_read(bucket.get("policy")) and "RestrictPublicBuckets" not in on
    by_grant = bool(bucket.get("public_grants")) and "IgnorePublicAcls" not in on
    return by_policy or by_grant


def _lets_all_read(policy: object) -> bool:
    statements = statements_of(policy)
    if any(_is(one, "Deny") and _names_all(one) and _is_reading(one) for one in statements):
        return False
    return any(
        _is(one, "Allow") and _names_all(one) and _is_reading(one) and not one.get("Condition")
        for one in statements
    )


def lets_role_read(policy: object, role: str) -> bool:
    """Whether a bucket policy lets a role read objects."""
    statements = statements_of(policy)
    if any(_is(one, "Deny") and _names_all(one) and _is_reading(one) for one in statements):
        return False
    return any(
        _is(one, "Allow")
        and _is_reading(one)
        and (_names_all(one) or any(who.endswith(f":role/{role}") for who in _principals(one)))
        for one in statements
    )


def _is(statement: Mapping[str, Any], effect: str) -> bool:
    return statement.get("Effect") == effect


def _is_reading(statement: Mapping[str, Any]) -> bool:
    return any(
        action.lower() in ("*", "s3:*", "s3:get*", "s3:getobject", "s3:getobject*")
        for action in _texts(statement.get("Action"))
    )


def _names_all(statement: Mapping[str, Any]) -> bool:
    return "*" in _principals(statement)


def _principals(statement: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal")
    if isinstance(principal, Mapping):
        return _texts(principal.get("AWS"))
    return _texts(principal)


def _texts(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, str)]


def allows_everything(document: object) -> bool:
    """Whether a policy allows every action on every resource."""
    return any(
        _is(one, "Allow")
        and set(_texts(one.get("Action"))) & {"*", "*:*"}
        and "*" in _texts(one.get("Resource"))
        for one in statements_of(document)
    )


def ids_of(start: object, kind: str, name: str) -> set[str]:
    """Every way in which a learner may name the thing with a problem, in small letters."""
    finders: dict[str, Callable[[], Iterator[str]]] = {
        "ssh_open_to_world": lambda: iter(named(part(start, "groups"), "name", name)),
        "unencrypted_volume": lambda: iter(named(part(start, "volumes"), "name", name)),
        "key_without_rotation": lambda: _names_of_key(start, name),
        "wildcard_policy": lambda: _texts_of(part(start, "policies").get(name, {}).get("arn")),
        "unused_access_key": lambda: iter(access_keys(start, name)),
        "root_without_mfa": lambda: iter(("root", _number(start))),
        "no_trail": lambda: iter(("cloudtrail", _number(start))),
        "public_bucket": lambda: iter((f"arn:aws:s3:::{name}",)),
    }
    others = finders.get(kind, lambda: iter(()))()
    return {name.lower(), *(one.lower() for one in others)}


def _names_of_key(start: object, alias: str) -> Iterator[str]:
    yield f"alias/{alias}"
    for key_id in named(part(start, "keys"), "alias", alias):
        yield key_id
        yield f"arn:aws:kms:eu-central-1:{_number(start)}:key/{key_id}"


def _texts_of(value: object) -> Iterator[str]:
    yield from _texts(value)


def _number(state: object) -> str:
    found = state.get("account") if isinstance(state, Mapping) else None
    return found if isinstance(found, str) else ""


def access_keys(state: object, user: str) -> dict[str, Any]:
    """The access keys of a user, by id."""
    return part(part(state, "users").get(user, {}), "keys")


def is_repaired(kind: str, name: str, start: object, final: object) -> float:
    """How far a problem is gone in the final state, from 0 to 1; a thing that is gone is not."""
    repairs: dict[str, Callable[[str, object, object], float]] = {
        "ssh_open_to_world": _group_closed,
        "public_bucket": _bucket_closed,
        "public_database": _database_closed,
        "wildcard_policy": _policy_gone,
        "unused_access_key": _key_off,
        "unencrypted_volume": _volume_replaced,
        "key_without_rotation": _key_rotated,
        "database_without_backups": _database_saved,
        "outdated_runtime": _runtime_current,
        "no_trail": _trail_recording,
    }
    return float(repairs[kind](name, start, final))


def _group_closed(name: str, _: object, final: object) -> float:
    groups = named(part(final, "groups"), "name", name).values()
    rules = [rule for group in groups for rule in _listed(group.get("inbound"))]
    return bool(groups) and not any(map(world_ssh, rules))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _bucket_closed(name: str, _: object, final: object) -> float:
    bucket = part(final, "buckets").get(name)
    return bucket is not None and not is_public(final, bucket)


def _database_closed(name: str, _: object, final: object) -> float:
    return part(final, "databases").get(name, {}).get("public") is False


def _database_saved(name: str, _: object, final: object) -> float:
    days = part(final, "databases").get(name, {}).get("backup_days")
    return _whole(days) and 1 <= days <= 35


def _policy_gone(name: str, _: object, final: object) -> float:
    policy = part(final, "policies").get(name)
    if policy is None:
        return bool(part(final, "policies"))
    return not policy.get("held_by") or not allows_everything(policy.get("document"))


def _key_off(user: str, start: object, final: object) -> float:
    if user not in part(final, "users"):
        return 0.0
    left = access_keys(final, user)
    idle = [key for key, one in access_keys(start, user).items() if one.get("used") is False]
    return all(left.get(key, {}).get("status") != "Active" for key in idle)


def _volume_replaced(name: str, start: object, final: object) -> float:
    """A third each: an encrypted copy made from a snapshot, the old volume gone, no open copy."""
    old = set(named(part(start, "volumes"), "name", name))
    volumes, snapshots = part(final, "volumes"), part(final, "snapshots")
    size = [one.get("gib") for one in named(part(start, "volumes"), "name", name).values()]
    copies = [
        one
        for key, one in volumes.items()
        if key not in part(start, "volumes")
        and one.get("encrypted") is True
        and one.get("from_snapshot")
        and one.get("gib") in size
    ]
    if not copies or not old:
        return 0.0
    gone = not old & set(volumes)
    in_clear = [
        one
        for one in snapshots.values()
        if str(one.get("of_volume")) in old and one.get("encrypted") is not True
    ]
    return (1 + gone + (gone and not in_clear)) / 3


def _key_rotated(alias: str, start: object, final: object) -> float:
    now = part(final, "keys")
    ids = named(part(start, "keys"), "alias", alias)
    return bool(ids) and all(
        now.get(key, {}).get("rotated") is True and now[key].get("state") == "Enabled"
        for key in ids
    )


def _runtime_current(name: str, _: object, final: object) -> float:
    return part(final, "functions").get(name, {}).get("runtime") in RUNTIMES_IN_SUPPORT


def _trail_recording(_: str, __: object, final: object) -> float:
    buckets = part(final, "buckets")
    return any(
        trail.get("all_regions") is True
        and trail.get("recording") is True
        and (bucket := buckets.get(str(trail.get("bucket")))) is not None
        and not is_public(final, bucket)
        for trail in part(final, "trails").values()
    )


def is_meant_public(bucket: Mapping[str, Any]) -> bool:
    """Whether a tag says that everybody may read the bucket."""
    key, value = PUBLIC_TAG
    return part({"tags": {"": bucket.get("tags")}}, "tags").get("", {}).get(key) == value
