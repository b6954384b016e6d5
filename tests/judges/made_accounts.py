"""Accounts as the grader would record them, made from a plan without a simulation.

`tests/judges/test_fix_the_account.py` compares them once with what a real run records.
"""

from __future__ import annotations

import copy
from typing import Any

from shared_responsibility.lab.plan import plan
from shared_responsibility.lab.state import BLOCKS

NUMBER = "123456789012"
State = dict[str, Any]


def account_of(seed: str) -> State:
    """The account of a seed before anybody worked on it; its ids are its names."""
    drawn = plan(seed)
    role = f"arn:aws:iam::{NUMBER}:role/{drawn['firm']}-reports"
    return {
        "account": NUMBER,
        "block": None,
        "mfa": 0,
        "groups": {f"sg-{one['name']}": _group(one) for one in drawn["groups"]},
        "buckets": {one["name"]: _bucket(one, role) for one in drawn["buckets"]},
        "users": {one["name"]: _user(one) for one in drawn["people"]},
        "roles": {f"{drawn['firm']}-reports": {"trust": {}, "inline": []}},
        "policies": {name: policy for one in drawn["people"] for name, policy in _policies(one)},
        "volumes": {
            f"vol-{one['name']}": {
                "name": one["name"],
                "encrypted": not one["bad"],
                "gib": one["size"],
                "from_snapshot": "",
            }
            for one in drawn["volumes"]
        },
        "snapshots": {},
        "keys": {
            f"key-{one['name']}": {
                "alias": one["name"],
                "state": "Enabled",
                "rotated": not one["bad"],
            }
            for one in drawn["keys"]
        },
        "databases": {
            one["name"]: {
                "public": one["public"],
                "backup_days": one["days"],
                "encrypted": True,
                "engine": "postgres",
                "class": "db.t4g.micro",
            }
            for one in drawn["databases"]
        },
        "functions": {
            one["name"]: {
                "runtime": one["runtime"],
                "role": role,
                "handler": "app.handler",
                "code": "",
            }
            for one in drawn["functions"]
        },
        "trails": {},
    }


def _group(one: dict[str, Any]) -> State:
    rules = [["tcp", 22, 22, one["office"]]]
    if one["web"]:
        rules = [["tcp", 443, 443, "0.0.0.0/0"], ["tcp", 443, 443, "::/0"]]
    if one["bad"]:
        rules += [["tcp", 22, 22, "0.0.0.0/0"], ["tcp", 22, 22, "::/0"]]
    outbound = [["-1", -1, -1, "0.0.0.0/0"]]
    return {"name": one["name"], "inbound": sorted(rules, key=str), "outbound": outbound}


def _bucket(one: dict[str, Any], role: str) -> State:
    public = one["bad"] or one["use"] == "site"
    allow = {"Effect": "Allow", "Action": "s3:GetObject"}
    statements = []
    if one["use"] == "data":
        statements.append({**allow, "Principal": {"AWS": role}})
    if public:
        statements.append({**allow, "Principal": "*"})
    if one["use"] == "logs":
        service = {"Service": "cloudtrail.amazonaws.com"}
        statements.append({**allow, "Action": "s3:PutObject", "Principal": service})
    return {
        "block": dict.fromkeys(BLOCKS, not public),
        "policy": {"Version": "2012-10-17", "Statement": statements},
        "public_grants": [],
        "tags": {"public": "intended"} if one["use"] == "site" else {},
        "encryption": "AES256",
        "objects": dict.fromkeys(one["objects"], "tag"),
    }


def _user(one: dict[str, Any]) -> State:
    key = {"status": "Active", "used": not one["idle_key"]}
    return {"keys": {f"AKIA{one['name'].upper()}": key}, "inline": []}


def _policies(one: dict[str, Any]) -> list[tuple[str, State]]:
    policies = [(one["narrow"], "s3:GetObject", "arn:aws:s3:::some/*")]
    if one["wildcard"]:
        policies.append((one["wildcard"], "*", "*"))
    return [
        (
            name,
            {
                "arn": f"arn:aws:iam::{NUMBER}:policy/{name}",
                "document": {
                    "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]
                },
                "held_by": [one["name"]],
            },
        )
        for name, action, resource in policies
    ]


def repaired(start: State) -> State:
    """The account after a repair of all that can be repaired."""
    state = copy.deepcopy(start)
    for group in state["groups"].values():
        if ["tcp", 443, 443, "::/0"] not in group["inbound"]:
            group["inbound"] = [rule for rule in group["inbound"] if "/0" not in rule[3]]
    for bucket in state["buckets"].values():
        if not bucket["tags"]:
            bucket["block"] = dict.fromkeys(BLOCKS, True)
    for user in state["users"].values():
        for key in user["keys"].values():
            key["status"] = "Active" if key["used"] else "Inactive"
    for policy in state["policies"].values():
        if policy["document"]["Statement"][0]["Action"] == "*":
            policy["held_by"] = []
    for volume_id in [one for one, told in state["volumes"].items() if not told["encrypted"]]:
        old = state["volumes"].pop(volume_id)
        copied = {**old, "encrypted": True, "from_snapshot": f"snap-{old['name']}"}
        state["volumes"][f"{volume_id}-new"] = copied
    for key in state["keys"].values():
        key["rotated"] = True
    for database in state["databases"].values():
        database["public"] = False
        database["backup_days"] = database["backup_days"] or 7
    for function in state["functions"].values():
        if function["runtime"] in ("python3.7", "python3.8"):
            function["runtime"] = "python3.14"
    logs = next(name for name in state["buckets"] if "-logs-" in name)
    state["trails"] = {
        "main": {"bucket": logs, "all_regions": True, "validated": True, "recording": True}
    }
    return state
