"""Everything in an account that the lab looks at, read call by call into plain data.

The calls only describe, list and get, so they are safe on a real account as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from shared_responsibility.lab.connecting import Clients

State = dict[str, Any]
BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
EVERYBODY = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
MOST_OBJECTS = 100


def read_state(client: Clients) -> State:
    """The account as plain JSON, its parts by id: groups, buckets, people, policies and the rest.

    `client("ec2")` gives a boto3 client. What changes by itself, such as times, is left out.
    """
    number = client("sts").get_caller_identity()["Account"]
    return {
        "account": number,
        "block": _account_block(client("s3control"), number),
        "groups": _groups(client("ec2")),
        "buckets": _buckets(client("s3")),
        "mfa": client("iam").get_account_summary()["SummaryMap"].get("AccountMFAEnabled", 0),
        "users": _users(client("iam")),
        "roles": _roles(client("iam")),
        "policies": _policies(client("iam")),
        "volumes": _volumes(client("ec2")),
        "snapshots": _snapshots(client("ec2")),
        "keys": _keys(client("kms")),
        "databases": _databases(client("rds")),
        "functions": _functions(client("lambda")),
        "trails": _trails(client("cloudtrail")),
    }


def _all(client: Any, call: str, part: str, **asked: Any) -> Iterator[Any]:
    """The entries of a list, page by page where the service gives pages."""
    if client.can_paginate(call):
        for page in client.get_paginator(call).paginate(**asked):
            yield from page.get(part, [])
    else:
        yield from getattr(client, call)(**asked).get(part, [])


def _or_nothing(call: Callable[..., Any], **asked: Any) -> Any:
    """What a call gives, or nothing where the setting was never made."""
    from botocore.exceptions import ClientError

    try:
        return call(**asked)
    except ClientError as problem:
        code = str(problem.response.get("Error", {}).get("Code", ""))
        if code.startswith("NoSuch") or "NotFound" in code:
            return None
        raise


def _name(tags: list[dict[str, str]] | None) -> str:
    return next((tag["Value"] for tag in tags or [] if tag["Key"] == "Name"), "")


def _document(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str) else text


def _groups(ec2: Any) -> State:
    return {
        group["GroupId"]: {
            "name": group["GroupName"],
            "inbound": _rules(group["IpPermissions"]),
            "outbound": _rules(group.get("IpPermissionsEgress", [])),
        }
        for group in _all(ec2, "describe_security_groups", "SecurityGroups")
    }


def _rules(permissions: list[dict[str, Any]]) -> list[list[Any]]:
    """`[protocol, from port, to port, source]`, sorted; a port is -1 where all are meant."""
    rules = []
    for one in permissions:
        sources = [there["CidrIp"] for there in one.get("IpRanges", [])]
        sources += [there["CidrIpv6"] for there in one.get("Ipv6Ranges", [])]
        sources += [there["GroupId"] for there in one.get("UserIdGroupPairs", [])]
        sources += [there["PrefixListId"] for there in one.get("PrefixListIds", [])]
        ports = [one.get("FromPort", -1), one.get("ToPort", -1)]
        rules += [[one["IpProtocol"], *ports, source] for source in sources]
    return sorted(rules, key=str)


def _buckets(s3: Any) -> State:
    return {one["Name"]: _bucket(s3, one["Name"]) for one in s3.list_buckets()["Buckets"]}


def _bucket(s3: Any, name: str) -> State:
    block = _or_nothing(s3.get_public_access_block, Bucket=name)
    policy = _or_nothing(s3.get_bucket_policy, Bucket=name)
    tags = _or_nothing(s3.get_bucket_tagging, Bucket=name)
    encryption = _or_nothing(s3.get_bucket_encryption, Bucket=name)
    grants = s3.get_bucket_acl(Bucket=name)["Grants"]
    objects = s3.list_objects_v2(Bucket=name, MaxKeys=MOST_OBJECTS).get("Contents", [])
    return {
        "block": _block(block),
        "policy": _document(policy["Policy"]) if policy else None,
        "public_grants": sorted(
            grant["Permission"] for grant in grants if grant["Grantee"].get("URI") in EVERYBODY
        ),
        "tags": {tag["Key"]: tag["Value"] for tag in (tags or {}).get("TagSet", [])},
        "encryption": _algorithm(encryption),
        "objects": {one["Key"]: one["ETag"].strip('"') for one in objects},
    }


def _block(answer: Any) -> State | None:
    if not answer:
        return None
    found = answer["PublicAccessBlockConfiguration"]
    return {name: bool(found.get(name)) for name in BLOCKS}


def _algorithm(answer: Any) -> str:
    if not answer:
        return ""
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"]
    return str(rules[0].get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm", ""))


def _account_block(s3control: Any, number: str) -> State | None:
    return _block(_or_nothing(s3control.get_public_access_block, AccountId=number))


def _users(iam: Any) -> State:
    return {
        user["UserName"]: {
            "keys": _access_keys(iam, user["UserName"]),
            "inline": sorted(iam.list_user_policies(UserName=user["UserName"])["PolicyNames"]),
        }
        for user in _all(iam, "list_users", "Users")
    }


def _access_keys(iam: Any, user: str) -> State:
    keys = {}
    for key in _all(iam, "list_access_keys", "AccessKeyMetadata", UserName=user):
        used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
        keys[key["AccessKeyId"]] = {"status": key["Status"], "used": "LastUsedDate" in used}
    return keys


def _roles(iam: Any) -> State:
    return {
        role["RoleName"]: {
            "trust": _document(role.get("AssumeRolePolicyDocument")),
            "inline": sorted(iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]),
        }
        for role in _all(iam, "list_roles", "Roles")
    }


def _policies(iam: Any) -> State:
    return {
        policy["PolicyName"]: _policy(iam, policy)
        for policy in _all(iam, "list_policies", "Policies", Scope="Local")
    }


def _policy(iam: Any, policy: dict[str, Any]) -> State:
    arn = policy["Arn"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
    held = iam.list_entities_for_policy(PolicyArn=arn)
    return {
        "arn": arn,
        "document": _document(version["PolicyVersion"]["Document"]),
        "held_by": sorted(
            [one["UserName"] for one in held["PolicyUsers"]]
            + [one["RoleName"] for one in held["PolicyRoles"]]
            + [one["GroupName"] for one in held["PolicyGroups"]]
        ),
    }


def _volumes(ec2: Any) -> State:
    return {
        volume["VolumeId"]: {
            "name": _name(volume.get("Tags")),
            "encrypted": volume["Encrypted"],
            "gib": volume["Size"],
            "from_snapshot": volume.get("SnapshotId") or "",
        }
        for volume in _all(ec2, "describe_volumes", "Volumes")
    }


def _snapshots(ec2: Any) -> State:
    return {
        snapshot["SnapshotId"]: {
            "of_volume": snapshot.get("VolumeId") or "",
            "encrypted": snapshot["Encrypted"],
        }
        for snapshot in _all(ec2, "describe_snapshots", "Snapshots", OwnerIds=["self"])
    }


def _keys(kms: Any) -> State:
    """The keys of the customer. Keys of AWS carry an alias of AWS, and are left out."""
    aliases = {
        one["TargetKeyId"]: one["AliasName"].removeprefix("alias/")
        for one in _all(kms, "list_aliases", "Aliases")
        if "TargetKeyId" in one
    }
    keys = {}
    for key_id in [one["KeyId"] for one in _all(kms, "list_keys", "Keys")]:
        about = kms.describe_key(KeyId=key_id)["KeyMetadata"]
        alias = aliases.get(key_id, "")
        if about["KeyManager"] == "AWS" or alias.startswith("aws/"):
            continue
        rotated = _or_nothing(kms.get_key_rotation_status, KeyId=key_id) or {}
        keys[key_id] = {
            "alias": alias,
            "state": about["KeyState"],
            "rotated": bool(rotated.get("KeyRotationEnabled")),
        }
    return keys


def _databases(rds: Any) -> State:
    return {
        one["DBInstanceIdentifier"]: {
            "public": one["PubliclyAccessible"],
            "backup_days": one["BackupRetentionPeriod"],
            "encrypted": one["StorageEncrypted"],
            "engine": one["Engine"],
            "class": one["DBInstanceClass"],
        }
        for one in _all(rds, "describe_db_instances", "DBInstances")
    }


def _functions(functions: Any) -> State:
    return {
        one["FunctionName"]: {
            "runtime": one.get("Runtime", ""),
            "role": one["Role"],
            "handler": one.get("Handler", ""),
            "code": one["CodeSha256"],
        }
        for one in _all(functions, "list_functions", "Functions")
    }


def _trails(cloudtrail: Any) -> State:
    trails = cloudtrail.describe_trails()["trailList"]
    return {
        one["Name"]: {
            "bucket": one.get("S3BucketName", ""),
            "all_regions": bool(one.get("IsMultiRegionTrail")),
            "validated": bool(one.get("LogFileValidationEnabled")),
            "recording": cloudtrail.get_trail_status(Name=one["TrailARN"])["IsLogging"],
        }
        for one in trails
    }
