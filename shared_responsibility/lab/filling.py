"""Build what a plan says in an empty simulated account."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from typing import Any

from shared_responsibility.lab.connecting import Clients, call
from shared_responsibility.lab.findings import PUBLIC_TAG
from shared_responsibility.lab.gate import REGION
from shared_responsibility.lab.plan import Plan
from shared_responsibility.lab.plan import plan as plan_of
from shared_responsibility.lab.state import BLOCKS

WORLD = ("0.0.0.0/0", "::/0")


def furnish(client: Clients, url: str, seed: str) -> None:
    """Empty the account that a server has at `url` and build the one of `seed` in it.

    `client` leads there. The ids that the account gives out depend on the seed as well.
    """
    call(f"{url}/moto-api/reset")
    call(f"{url}/moto-api/seed?a={zlib.crc32(seed.encode())}")
    _fill(client, url, plan_of(seed))


def _fill(client: Clients, url: str, plan: Plan) -> None:
    keys = _fill_keys(client("kms"), plan)
    _fill_groups(client("ec2"), plan)
    role = _fill_roles(client("iam"), plan)
    _fill_people(client("iam"), url, plan)
    for bucket in plan["buckets"]:
        _fill_bucket(client("s3"), bucket, role)
    _fill_volumes(client("ec2"), plan, keys)
    _fill_databases(client("rds"), plan, keys)
    _fill_functions(client("lambda"), plan, role)


def _fill_keys(kms: Any, plan: Plan) -> str:
    """Make the keys; returns the id of one that is rotated."""
    rotated = ""
    for key in plan["keys"]:
        key_id = kms.create_key(Description=key["name"])["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=f"alias/{key['name']}", TargetKeyId=key_id)
        if not key["bad"]:
            kms.enable_key_rotation(KeyId=key_id)
            rotated = key_id
    return rotated


def _fill_groups(ec2: Any, plan: Plan) -> None:
    for group in plan["groups"]:
        group_id = ec2.create_security_group(
            GroupName=group["name"], Description="Made for the lab."
        )["GroupId"]
        rules = [_rule(443, *WORLD)] if group["web"] else [_rule(22, group["office"])]
        ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=rules)
        if group["bad"]:
            ec2.authorize_security_group_ingress(
                GroupId=group_id, IpPermissions=[_rule(22, *WORLD)]
            )


def _rule(port: int, source: str, sixth: str = "") -> dict[str, Any]:
    rule: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    rule["IpRanges"] = [{"CidrIp": source}]
    if sixth:
        rule["Ipv6Ranges"] = [{"CidrIpv6": sixth}]
    return rule


def _fill_roles(iam: Any, plan: Plan) -> str:
    """Make the role of the functions and reports; returns its ARN."""
    trusted = {"Service": "lambda.amazonaws.com"}
    trust = [{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}]
    role = iam.create_role(
        RoleName=f"{plan['firm']}-reports",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust}),
    )
    return str(role["Role"]["Arn"])


def _fill_people(iam: Any, url: str, plan: Plan) -> None:
    bucket = plan["buckets"][0]["name"]
    narrow = ["s3:GetObject"], [f"arn:aws:s3:::{bucket}/*"]
    for person in plan["people"]:
        iam.create_user(UserName=person["name"])
        _give(iam, person["name"], person["narrow"], *narrow)
        if person["wildcard"]:
            _give(iam, person["name"], person["wildcard"], "*", "*")
        key = iam.create_access_key(UserName=person["name"])["AccessKey"]
        if not person["idle_key"]:
            _use(url, key["AccessKeyId"])


def _give(iam: Any, user: str, name: str, action: object, resource: object) -> None:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policy = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]
    iam.attach_user_policy(UserName=user, PolicyArn=policy["Arn"])


def _use(url: str, key_id: str) -> None:
    """One call with a key, so that the account knows when it was last used.

    Written out by hand: a client for each key would take longer than all the rest, and the
    simulation looks at the id of the key alone.
    """
    scope = f"{key_id}/20260101/{REGION}/s3/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={'0' * 64}"
    call(f"{url}/", method="GET", headers={"Authorization": signed})


def _fill_bucket(s3: Any, bucket: dict[str, Any], role: str) -> None:
    """A bucket as AWS makes it, with objects; then opened where the plan says so.

    The simulation gives a new bucket neither encryption nor a block. AWS gives both, so they are
    set here.
    """
    name, open_to_all = bucket["name"], bucket["bad"] or bucket["use"] == "site"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    sse = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=sse)
    blocked = dict.fromkeys(BLOCKS, not open_to_all)
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=blocked)
    for key in bucket["objects"]:
        s3.put_object(Bucket=name, Key=key, Body=f"{key} of {name}".encode())
    if bucket["use"] == "site":
        tag = dict(zip(("Key", "Value"), PUBLIC_TAG, strict=True))
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [tag]})
    statements = _statements(bucket, role)
    if statements:
        document = {"Version": "2012-10-17", "Statement": statements}
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps(document))


def _statements(bucket: dict[str, Any], role: str) -> list[dict[str, Any]]:
    arn = f"arn:aws:s3:::{bucket['name']}"
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{arn}/*"}
    statements = []
    if bucket["use"] == "data":
        statements.append({"Sid": "Reports", **read, "Principal": {"AWS": role}})
    if bucket["bad"] or bucket["use"] == "site":
        statements.append({"Sid": "Everybody", **read, "Principal": "*"})
    if bucket["use"] == "logs":
        trail = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
        statements = [
            {"Sid": "Check", **trail, "Action": "s3:GetBucketAcl", "Resource": arn},
            {"Sid": "Write", **trail, "Action": "s3:PutObject", "Resource": f"{arn}/*"},
        ]
    return statements


def _fill_volumes(ec2: Any, plan: Plan, key: str) -> None:
    for volume in plan["volumes"]:
        tag = {"Key": "Name", "Value": volume["name"]}
        how = {} if volume["bad"] else {"KmsKeyId": key}
        ec2.create_volume(
            AvailabilityZone=f"{REGION}a",
            Size=volume["size"],
            Encrypted=not volume["bad"],
            TagSpecifications=[{"ResourceType": "volume", "Tags": [tag]}],
            **how,
        )


def _fill_databases(rds: Any, plan: Plan, key: str) -> None:
    for database in plan["databases"]:
        rds.create_db_instance(
            DBInstanceIdentifier=database["name"],
            Engine="postgres",
            DBInstanceClass="db.t4g.micro",
            AllocatedStorage=20,
            MasterUsername="keeper",
            MasterUserPassword="only-in-the-lab",
            PubliclyAccessible=database["public"],
            BackupRetentionPeriod=database["days"],
            StorageEncrypted=True,
            KmsKeyId=key,
        )


def _fill_functions(functions: Any, plan: Plan, role: str) -> None:
    code = _code()
    for function in plan["functions"]:
        functions.create_function(
            FunctionName=function["name"],
            Runtime=function["runtime"],
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": code},
        )


def _code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        # A fixed date keeps the hash of the code the same.
        entry = zipfile.ZipInfo("app.py", (2026, 1, 1, 0, 0, 0))
        archive.writestr(entry, "def handler(event, context):\n    return 'done'\n")
    return packed.getvalue()
