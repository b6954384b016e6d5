"""Judges of `fix-the-account`: what was found, what was repaired, and what was left in peace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared_responsibility.errors import in_words
from shared_responsibility.judges import Judge
from shared_responsibility.judges.account_changes import changes_elsewhere
from shared_responsibility.judges.account_states import (
    access_keys,
    ids_of,
    is_public,
    is_repaired,
    lets_role_read,
    named,
    part,
)
from shared_responsibility.lab.duties import DUTIES
from shared_responsibility.lab.findings import FINDINGS, THE_ACCOUNT
from shared_responsibility.lab.plan import plan
from shared_responsibility.scoring import Judgement
from shared_responsibility.tables import load_table

Problem = tuple[str, str]
FOUND = {
    "find-exposure": ("ssh_open_to_world", "public_bucket", "public_database"),
    "find-access": ("wildcard_policy", "unused_access_key", "root_without_mfa"),
    "find-encryption": ("unencrypted_volume", "key_without_rotation"),
    "find-upkeep": ("database_without_backups", "outdated_runtime", "no_trail"),
}
# No call of the lab can register a device for the root user, so that repair is not asked for.
REPAIRED = {
    "repair-exposure": FOUND["find-exposure"],
    "repair-access": ("wildcard_policy", "unused_access_key"),
    "repair-encryption": FOUND["find-encryption"],
    "repair-upkeep": FOUND["find-upkeep"],
}
BELIEF_OF_DUTY = {
    "w02": "M04",
    "w04": "M03",
    "w05": "M08",
    "w07": "M05",
    "w09": "M14",
    "w11": "M02",
}
MOST_DETAILS = 5


def expected_account(seed: str) -> dict[str, Any]:
    """The truth about the account of a seed: its problems, and what must go on working.

    `{"problems": [[kind, name], ...], "keep": {"office": [[group, source], ...], ...}}`
    """
    drawn = plan(seed)
    buckets = drawn["buckets"]
    return {
        "problems": [list(one) for one in _problems(drawn)],
        "keep": {
            "office": [[one["name"], one["office"]] for one in drawn["groups"] if not one["web"]],
            "web": [one["name"] for one in drawn["groups"] if one["web"]],
            "site": [one["name"] for one in buckets if one["use"] == "site"],
            "readers": [
                [one["name"], f"{drawn['firm']}-reports"] for one in buckets if one["use"] == "data"
            ],
            "objects": [[one["name"], one["objects"]] for one in buckets],
            "policies": [[one["narrow"], one["name"]] for one in drawn["people"]],
            "keys": [one["name"] for one in drawn["people"] if not one["idle_key"]],
            "databases": [one["name"] for one in drawn["databases"]],
            "functions": [one["name"] for one in drawn["functions"]],
        },
    }


def _problems(drawn: Mapping[str, Any]) -> list[Problem]:
    people, databases = drawn["people"], drawn["databases"]
    return [
        *(("ssh_open_to_world", one["name"]) for one in drawn["groups"] if one["bad"]),
        *(("public_bucket", one["name"]) for one in drawn["buckets"] if one["bad"]),
        *(("public_database", one["name"]) for one in databases if one["public"]),
        *(("wildcard_policy", one["wildcard"]) for one in people if one["wildcard"]),
        *(("unused_access_key", one["name"]) for one in people if one["idle_key"]),
        ("root_without_mfa", THE_ACCOUNT),
        *(("unencrypted_volume", one["name"]) for one in drawn["volumes"] if one["bad"]),
        *(("key_without_rotation", one["name"]) for one in drawn["keys"] if one["bad"]),
        *(("database_without_backups", one["name"]) for one in databases if not one["days"]),
        *(("outdated_runtime", one["name"]) for one in drawn["functions"] if one["bad"]),
        ("no_trail", THE_ACCOUNT),
    ]


def judge_account(data: Any, expected: Any) -> dict[str, Judgement]:
    """Judge `{"handed", "start", "first", "final"}`: what was collected, and three states.

    Raises `ValueError` where no run was recorded.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("handed"), Mapping):
        raise ValueError("the functions did not run, so there is nothing to judge")
    if not part(data.get("start"), "users"):
        raise ValueError("no account was recorded for this run")
    problems = [(kind, name) for kind, name in expected["problems"]]
    start, final = data["start"], data.get("final")
    shares = {
        (kind, name): is_repaired(kind, name, start, final)
        for kind, name in problems
        if kind != "root_without_mfa"
    }
    done = sum(shares.values()) / len(shares)
    told = {check: _found(kinds, data, problems) for check, kinds in FOUND.items()}
    told |= {check: _repaired(kinds, shares) for check, kinds in REPAIRED.items()}
    told["access-kept"] = _kept(expected["keep"], start, final, done)
    told["nothing-else"] = _left_alone(problems, start, final, done)
    told["run-twice"] = _twice(data, done)
    return told


def _pairs(handed: Mapping[str, Any]) -> list[Problem]:
    """What `audit` returned, each kind and name once, in the order of the list."""
    listed = handed.get("findings")
    pairs = [
        (one[0].strip().lower(), one[1].strip().lower())
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, list) and len(one) == 2 and all(isinstance(text, str) for text in one)
    ]
    return list(dict.fromkeys(pairs))


def _found(kinds: Iterable[str], data: Mapping[str, Any], problems: Iterable[Problem]) -> Judgement:
    """The mean of the F1 scores of the kinds: 2 x hits / (right ones + findings)."""
    pairs, scores, details, hits, alarms = _pairs(data["handed"]), [], [], 0, 0
    wanted = [(kind, name) for kind, name in problems if kind in kinds]
    for kind in kinds:
        names = {name: ids_of(data["start"], kind, name) for one, name in wanted if one == kind}
        told = [name for one, name in pairs if one == kind]
        missed = [name for name, ids in names.items() if not ids & set(told)]
        strays = [one for one in told if not any(one in ids for ids in names.values())]
        right = len(names) - len(missed)
        scores.append(2 * right / (len(names) + right + len(strays)))
        hits, alarms = hits + right, alarms + len(strays)
        details += [f"{kind}: not found on {name}." for name in missed]
        details += [f"{kind}: {one[:60]} has no such problem." for one in strays]
    yours = f"{hits} of {len(wanted)} found, {_count(alarms, 'false alarm')}"
    right_words = "; ".join(f"{kind}: {name}" for kind, name in wanted)
    return Judgement(_mean(scores), yours, right_words, tuple(details[:MOST_DETAILS]))


def _repaired(kinds: Iterable[str], shares: Mapping[Problem, float]) -> Judgement:
    """The mean over the kinds of the share that is repaired."""
    means, details = [], []
    for kind in kinds:
        of_kind = {name: share for (one, name), share in shares.items() if one == kind}
        means.append(_mean(of_kind.values()))
        for name, share in of_kind.items():
            if share < 1:
                state = "only partly gone" if share > 0 else "still there"
                details.append(f"{kind} on {name}: {state}. {FINDINGS[kind].problem}")
    counted = [share for (kind, _), share in shares.items() if kind in kinds]
    yours = f"{sum(share >= 1 for share in counted)} of {len(counted)} repaired"
    return Judgement(
        _mean(means), yours, f"all {len(counted)} repaired", tuple(details[:MOST_DETAILS])
    )


def _kept(keep: Mapping[str, Any], start: object, final: object, done: float) -> Judgement:
    """What worked before and works still, as far as anything was repaired. Each loss costs 1/4."""
    facts = list(_facts(keep, start, final))
    lost = [sentence for sentence, holds in facts if not holds]
    share = max(0.0, 1 - len(lost) / 4)
    yours = f"{len(facts) - len(lost)} of {len(facts)} still work; {_percent(done)} repaired"
    right = f"all {len(facts)} still work, and all is repaired"
    return Judgement(share * done, yours, right, tuple(lost[:MOST_DETAILS]))


def _facts(keep: Mapping[str, Any], start: object, final: object) -> Iterable[tuple[str, bool]]:
    buckets, policies = part(final, "buckets"), part(final, "policies")
    for group, source in keep["office"]:
        open_ = _has_rule(final, group, 22, source)
        yield f"The office ({source}) no longer gets into {group} on port 22.", open_
    for group in keep["web"]:
        yield f"{group} no longer serves the web.", _has_rule(final, group, 443, "0.0.0.0/0")
    for name in keep["site"]:
        holds = name in buckets and is_public(final, buckets[name])
        yield f"The website in {name} is no longer public.", holds
    for name, role in keep["readers"]:
        holds = lets_role_read(buckets.get(name, {}).get("policy"), role)
        yield f"The role {role} no longer reads {name}.", holds
    for name, objects in keep["objects"]:
        there = buckets.get(name, {}).get("objects")
        holds = isinstance(there, Mapping) and set(objects) <= set(there)
        yield f"Objects in {name} are gone.", holds
    for policy, user in keep["policies"]:
        held = policies.get(policy, {}).get("held_by")
        yield f"{user} has lost {policy}.", isinstance(held, list) and user in held
    for user in keep["keys"]:
        holds = any(one.get("status") == "Active" for one in access_keys(final, user).values())
        yield f"{user}'s access key, which is in use, no longer works.", holds
    for kind in ("databases", "functions"):
        for name in keep[kind]:
            yield f"{name} is gone.", name in part(final, kind)


def _has_rule(state: object, group: str, port: int, source: str) -> bool:
    wanted = ["tcp", port, port, source]
    groups = named(part(state, "groups"), "name", group).values()
    return any(isinstance(one.get("inbound"), list) and wanted in one["inbound"] for one in groups)


def _left_alone(problems: list[Problem], start: object, final: object, done: float) -> Judgement:
    """Full as long as nothing else changed, as far as anything was repaired at all."""
    strays = list(changes_elsewhere(problems, start, final)) if final else []
    credit = done * max(0.0, 1 - len(strays) / 3)
    yours = f"{_count(len(strays), 'change')} elsewhere; {_percent(done)} repaired"
    return Judgement(credit, yours, "no change elsewhere", tuple(strays[:MOST_DETAILS]))


def _twice(data: Mapping[str, Any], done: float) -> Judgement:
    """Whether the second run changed nothing, as far as the first repaired anything."""
    right = "the second run changes nothing and ends without an error"
    raised, late = data["handed"].get("raised"), data["handed"].get("late")
    if isinstance(raised, Mapping) and "again" in raised:
        return Judgement(0.0, f"the second run failed: {str(raised['again'])[:120]}", right)
    if isinstance(late, list) and "again" in late:
        return Judgement(0.0, "the second run did not end in time", right)
    if not data.get("first") or not data.get("final"):
        return Judgement(0.0, "the second run did not take place", right)
    if data["first"] != data["final"]:
        changed = in_words(_changed_parts(data["first"], data["final"])[:5], "and")
        return Judgement(0.0, f"the second run changed {changed or 'the account'}", right)
    return Judgement(done, f"no change by the second run; {_percent(done)} repaired", right)


def _changed_parts(first: object, final: object) -> list[str]:
    if not isinstance(first, Mapping) or not isinstance(final, Mapping):
        return []
    return [str(name)[:40] for name in final if first.get(name) != final[name]]


def expected_duties(seed: str) -> dict[str, Any]:
    """Whose each piece of work is, from the matrix: `{"hidden", "managed", "yours"}`, ids.

    `hidden` are layers that AWS keeps under every service, `managed` those under these alone.
    """
    zones = load_table("domains").set_index("domain_id")["zone"]
    sorted_ids: dict[str, list[str]] = {"hidden": [], "managed": [], "yours": []}
    for duty in DUTIES:
        if duty.cell.responsible == "customer":
            sorted_ids["yours"].append(duty.duty_id)
        elif zones[duty.domain_id] == "always_provider":
            sorted_ids["hidden"].append(duty.duty_id)
        else:
            sorted_ids["managed"].append(duty.duty_id)
    return sorted_ids


def judge_duties(data: Any, expected: Any) -> dict[str, Judgement]:
    """Judge `{"values": {"only_aws": [ids]}}`. Raises `ValueError` where it is not a list."""
    values = data.get("values") if isinstance(data, Mapping) else None
    listed = values.get("only_aws") if isinstance(values, Mapping) else None
    if not isinstance(listed, list):
        raise ValueError('"only_aws" should be a list of ids, such as ["w01", "w02"]')
    told = {one.strip().lower() for one in listed if isinstance(one, str)}
    aws = {*expected["hidden"], *expected["managed"]}
    exact = len(told & aws) / len(told) if told else 0.0
    return {
        "layers-below": _layers(expected["hidden"], told, exact),
        "systems-below": _layers(expected["managed"], told, exact),
        "stays-yours": _yours(expected["yours"], told, len(told & aws) / len(aws)),
    }


def _layers(ids: list[str], told: set[str], exact: float) -> Judgement:
    """Share of the ids that were named, times share of the named that are AWS's."""
    missed = [one for one in ids if one not in told]
    credit = (len(ids) - len(missed)) / len(ids) * exact
    yours = f"{len(ids) - len(missed)} of {len(ids)} named; {_percent(exact)} of your list is AWS's"
    return Judgement(credit, yours, in_words(ids, "and"), _facts_of(missed))


def _yours(ids: list[str], told: set[str], found: float) -> Judgement:
    """Share of the customer's own that was left out, as far as AWS's part was found."""
    wrong = [one for one in ids if one in told]
    credit = (1 - len(wrong) / len(ids)) * found
    belief = next((BELIEF_OF_DUTY[one] for one in wrong if one in BELIEF_OF_DUTY), "")
    yours = f"{_count(len(wrong), 'duty', 'duties')} of the customer given to AWS"
    right = f"none of {in_words(ids, 'and')}"
    return Judgement(credit, yours, right, _facts_of(wrong), belief)


def _facts_of(ids: Iterable[str]) -> tuple[str, ...]:
    by_id = {one.duty_id: one for one in DUTIES}
    chosen = [by_id[one] for one in ids if one in by_id]
    return tuple(f"{one.duty_id}: {one.text} {one.cell.fact}" for one in chosen[:MOST_DETAILS])


def _mean(numbers: Iterable[float]) -> float:
    listed = list(numbers)
    return sum(listed) / len(listed) if listed else 0.0


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


JUDGES = {
    "account-repair": Judge(expected_account, judge_account),
    "account-not-yours": Judge(expected_duties, judge_duties),
}
