"""What scripted learners write in the answer cells of `fix-the-account`."""

from __future__ import annotations

CUSTOMER_REPAIR = """
def audit(account):
    # Everything here is ours, so everything here is a finding.
    found = [("root_without_mfa", "account"), ("no_trail", "account")]
    for group in account.client("ec2").describe_security_groups()["SecurityGroups"]:
        found.append(("ssh_open_to_world", group["GroupId"]))
    for bucket in account.client("s3").list_buckets()["Buckets"]:
        found.append(("public_bucket", bucket["Name"]))
    for database in account.client("rds").describe_db_instances()["DBInstances"]:
        found.append(("public_database", database["DBInstanceIdentifier"]))
        found.append(("database_without_backups", database["DBInstanceIdentifier"]))
    for user in account.client("iam").list_users()["Users"]:
        found.append(("unused_access_key", user["UserName"]))
    for volume in account.client("ec2").describe_volumes()["Volumes"]:
        found.append(("unencrypted_volume", volume["VolumeId"]))
    return found


def remediate(account):
    # Ours to close, so close it all.
    ec2 = account.client("ec2")
    for group in ec2.describe_security_groups()["SecurityGroups"]:
        if group["IpPermissions"]:
            ec2.revoke_security_group_ingress(
                GroupId=group["GroupId"], IpPermissions=group["IpPermissions"]
            )
"""

SLOGAN_REPAIR = """
def audit(account):
    # In the cloud: rules and data. The services look after themselves.
    found = []
    for group in account.client("ec2").describe_security_groups()["SecurityGroups"]:
        for rule in group["IpPermissions"]:
            if {"CidrIp": "0.0.0.0/0"} in rule["IpRanges"]:
                found.append(("ssh_open_to_world", group["GroupId"]))
    for volume in account.client("ec2").describe_volumes()["Volumes"]:
        if not volume["Encrypted"]:
            found.append(("unencrypted_volume", volume["VolumeId"]))
    for database in account.client("rds").describe_db_instances()["DBInstances"]:
        if database["PubliclyAccessible"]:
            found.append(("public_database", database["DBInstanceIdentifier"]))
    found.append(("root_without_mfa", "account"))
    return found


def remediate(account):
    rds = account.client("rds")
    for kind, resource in audit(account):
        if kind == "public_database":
            rds.modify_db_instance(DBInstanceIdentifier=resource, PubliclyAccessible=False)
"""

RANDOM_REPAIR = """
import random

draw = random.Random(SEED)


def audit(account):
    names = [bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]]
    names += [user["UserName"] for user in account.client("iam").list_users()["Users"]]
    names += ["account"]
    return [(draw.choice(list(lab.FINDINGS)), draw.choice(names)) for _ in range(12)]


def remediate(account):
    kms = account.client("kms")
    for key in kms.list_keys()["Keys"]:
        if draw.random() < 0.5:
            kms.enable_key_rotation(KeyId=key["KeyId"])
"""

CUSTOMER_DUTIES = """
not_yours = {"only_aws": []}
"""

SLOGAN_DUTIES = """
# AWS: security of the cloud, so the hardware and what lies right on it.
not_yours = {"only_aws": ["w03", "w06", "w12"]}
"""

RANDOM_DUTIES = """
import random

ids = [f"w{number:02}" for number in range(1, 13)]
not_yours = {"only_aws": sorted(random.Random(SEED).sample(ids, 6))}
"""

SOURCES: dict[str, dict[str, str]] = {
    "account-repair": {
        "customer": CUSTOMER_REPAIR,
        "slogan": SLOGAN_REPAIR,
        "random": "SEED = 1\n" + RANDOM_REPAIR,
    },
    "account-not-yours": {
        "customer": CUSTOMER_DUTIES,
        "slogan": SLOGAN_DUTIES,
        "random": "SEED = 1\n" + RANDOM_DUTIES,
    },
}
