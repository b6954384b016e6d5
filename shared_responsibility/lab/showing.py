"""What is in an account, as tables that a person can read."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_responsibility.lab.state import State, read_state
from shared_responsibility.reading import left_aligned

if TYPE_CHECKING:
    from shared_responsibility.lab.accounts import Account


class Description:
    """Tables of an account, each under a title; `tables` holds them as data frames."""

    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self.tables = tables

    def __repr__(self) -> str:
        return "\n\n".join(f"{title}\n{told.to_string()}" for title, told in self.tables.items())

    def _repr_html_(self) -> str:
        return "".join(
            f"<h4>{html.escape(title)}</h4>{left_aligned(told)}"
            for title, told in self.tables.items()
        )


def describe(account: Account) -> Description:
    """What is in an account: a table for each kind of resource."""
    return tables_of(read_state(account.client))


def tables_of(state: State) -> Description:
    """The tables of a state that was read."""
    rows: dict[str, tuple[str, Callable[[State], list[dict[str, Any]]]]] = {
        "Account": ("account", _account),
        "Security groups: inbound rules": ("group", _groups),
        "Buckets": ("bucket", _buckets),
        "Users and access keys": ("user", _users),
        "Policies of the customer": ("policy", _policies),
        "Volumes": ("volume", _volumes),
        "KMS keys of the customer": ("key", _keys),
        "Databases": ("database", _databases),
        "Functions": ("function", _functions),
        "Trails": ("trail", _trails),
    }
    return Description(
        {title: _framed(make(state), first) for title, (first, make) in rows.items()}
    )


def _framed(rows: list[dict[str, Any]], first: str) -> pd.DataFrame:
    if not rows:
        return pd.DataFrame({first: ["none"], "": [""]}).set_index(first)
    return pd.DataFrame(rows).set_index(first)


def _account(state: State) -> list[dict[str, Any]]:
    return [{"account": state["account"], "AccountMFAEnabled (root user)": state["mfa"]}]


def _groups(state: State) -> list[dict[str, Any]]:
    return [
        {"group": group["name"], "GroupId": group_id, "port": _ports(low, high), "from": source}
        for group_id, group in state["groups"].items()
        for _, low, high, source in group["inbound"]
    ]


def _ports(low: int, high: int) -> str:
    if low < 0:
        return "all"
    return str(low) if low == high else f"{low} to {high}"


def _buckets(state: State) -> list[dict[str, Any]]:
    return [
        {
            "bucket": name,
            "public access block": _blocks(bucket["block"]),
            "policy allows": ", ".join(dict.fromkeys(_principals(bucket["policy"]))) or "-",
            "tags": ", ".join(f"{key}={value}" for key, value in bucket["tags"].items()) or "-",
            "encryption": bucket["encryption"] or "-",
            "objects": len(bucket["objects"]),
        }
        for name, bucket in state["buckets"].items()
    ]


def _blocks(block: State | None) -> str:
    on = sum((block or {}).values())
    return {0: "off", 4: "on"}.get(on, f"{on} of 4")


def _principals(policy: Any) -> list[str]:
    """Who is allowed something by a policy, each as it is written there."""
    named = []
    for statement in statements_of(policy):
        if statement.get("Effect") == "Allow":
            principal = statement.get("Principal")
            found = list(principal.values()) if isinstance(principal, dict) else [principal]
            named += [str(one).rpartition("/")[2] for one in found]
    return named


def statements_of(policy: Any) -> list[dict[str, Any]]:
    """The statements of a policy, whether it holds one or a list of them."""
    found = policy.get("Statement") if isinstance(policy, dict) else None
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, dict)]


def _users(state: State) -> list[dict[str, Any]]:
    return [
        {
            "user": name,
            "AccessKeyId": key_id,
            "status": key["status"],
            "used": "yes" if key["used"] else "never",
        }
        for name, user in state["users"].items()
        for key_id, key in user["keys"].items()
    ]


def _policies(state: State) -> list[dict[str, Any]]:
    return [
        {
            "policy": name,
            "allows": ", ".join(_allowed(policy["document"], "Action")),
            "on": ", ".join(_allowed(policy["document"], "Resource")),
            "attached to": ", ".join(policy["held_by"]) or "-",
        }
        for name, policy in state["policies"].items()
    ]


def _allowed(document: Any, part: str) -> list[str]:
    allowed = []
    for statement in statements_of(document):
        if statement.get("Effect") == "Allow":
            found = statement.get(part)
            allowed += [str(one) for one in (found if isinstance(found, list) else [found])]
    return allowed


def _volumes(state: State) -> list[dict[str, Any]]:
    return [
        {
            "volume": volume["name"] or "-",
            "VolumeId": volume_id,
            "GiB": volume["gib"],
            "encrypted": volume["encrypted"],
            "from snapshot": volume["from_snapshot"] or "-",
        }
        for volume_id, volume in state["volumes"].items()
    ]


def _keys(state: State) -> list[dict[str, Any]]:
    return [
        {"key": key["alias"] or "-", "KeyId": key_id, "rotated": key["rotated"]}
        for key_id, key in state["keys"].items()
    ]


def _databases(state: State) -> list[dict[str, Any]]:
    return [
        {"database": name, "public": one["public"], "backup days": one["backup_days"]}
        for name, one in state["databases"].items()
    ]


def _functions(state: State) -> list[dict[str, Any]]:
    return [
        {"function": name, "runtime": one["runtime"]} for name, one in state["functions"].items()
    ]


def _trails(state: State) -> list[dict[str, Any]]:
    return [
        {
            "trail": name,
            "bucket": trail["bucket"],
            "all Regions": trail["all_regions"],
            "recording": trail["recording"],
        }
        for name, trail in state["trails"].items()
    ]
