# %% [markdown] slug="fix-the-account"
"""
# Fix the account

*This notebook is made from `data/` and `authoring/assignments/fix-the-account.py` by `srm build`. Change those, not this file.*

Samira is the new engineer of a small company. The engineer before her left in a hurry. On her desk lies a note: "All on AWS, all fine, AWS looks after it." She has one morning and the right to change things.

You do her work on a **simulated account**. It runs on your machine, costs nothing, needs no AWS account and no network. Your code is plain *boto3*, the library that programs use to call AWS.

| exercise | you hand in | points |
|---|---|---|
| 1 repair | `audit(account)`, which names the problems, and `remediate(account)`, which repairs them | 13.5 |
| 2 not yours | the list of the work that only AWS can do | 3.5 |

**How it is graded.** Your two functions run on an account that you have not seen: same kinds of things, other names and numbers. Then the account itself is looked at. A name that is written into your code finds nothing there.

**What the simulation cannot do.** It stores settings; it does not enforce most of them. Nothing is judged that it cannot show. Two helps were needed: a new bucket has neither encryption nor a public access block in the simulation, while AWS sets both, so the lab sets them on each bucket that it makes. And the root user cannot get an MFA device there. Plan about 75 minutes.
"""

# %% slug="fix-import"
from shared_responsibility import hand_in, lab, who

account = lab.account()

# %% [markdown] slug="fix-look"
"""
## The account

If the last cell told you that something is not installed, run the command that it names in a terminal, restart the kernel, and come back.

Look around first. `account.describe()` shows what is there; run it again whenever you want to see what your code has done. A new account comes with `lab.account()`.
"""

# %% slug="fix-describe"
account.describe()

# %% [markdown] slug="fix-client"
"""
`account.client("s3")` gives a boto3 client that leads to this account. It reads no profile and no password of yours, so it cannot reach a real account. The clients are: `ec2`, `s3`, `s3control`, `iam`, `rds`, `lambda`, `kms`, `cloudtrail`, `sts`.

## A worked example: buckets without versioning

*Versioning* keeps the earlier version of an object that is overwritten or deleted. It is not asked for below, so you can watch the whole way on it: look, name, repair, look again.

**Look.** One call lists the buckets, a second one asks for a setting. A bucket that never had versioning answers without `Status`.
"""

# %% slug="fix-worked-look"
s3 = account.client("s3")
for bucket in s3.list_buckets()["Buckets"]:
    print(bucket["Name"], s3.get_bucket_versioning(Bucket=bucket["Name"]).get("Status"))

# %% [markdown] slug="fix-worked-words"
"""
**Name.** A finding is a pair: the kind of problem and the thing that has it.

**Repair.** The repair looks first and changes only what needs it. So a second run finds nothing to do.
"""

# %% slug="fix-worked-code"
def audit_versioning(account):
    s3 = account.client("s3")
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    return [
        ("bucket_without_versioning", name)
        for name in names
        if s3.get_bucket_versioning(Bucket=name).get("Status") != "Enabled"
    ]


def remediate_versioning(account):
    s3 = account.client("s3")
    for _, name in audit_versioning(account):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


print("before:", audit_versioning(account))
remediate_versioning(account)
print("after:", audit_versioning(account))

# %% [markdown] slug="fix-worked-errors"
"""
Some settings answer with an *error* where nobody has ever set them. Ask in a way that expects it:
"""

# %% slug="fix-worked-error-code"
from botocore.exceptions import ClientError


def tags_of(s3, bucket):
    """The tags of a bucket as a dictionary, empty where it has none."""
    try:
        found = s3.get_bucket_tagging(Bucket=bucket)["TagSet"]
    except ClientError as problem:
        if problem.response["Error"]["Code"] == "NoSuchTagSet":
            return {}
        raise
    return {tag["Key"]: tag["Value"] for tag in found}


{bucket["Name"]: tags_of(s3, bucket["Name"]) for bucket in s3.list_buckets()["Buckets"]}

# %% [markdown] slug="fix-exercise-repair"
"""
## Exercise 1: find and repair

These kinds of problem count, and no others. The last column says by what to name the thing.
"""

# %% slug="fix-findings"
lab.findings()

# %% [markdown] slug="fix-exercise-rules"
"""
Write two functions:

- `audit(account)` returns a list of pairs, such as `("no_trail", "account")`. It changes nothing.
- `remediate(account)` repairs what can be repaired. It returns nothing.

Four things to know:

1. **Some access is meant.** The office gets in by SSH, the web server serves the world, one bucket carries the tag `public=intended`, a role reads the data buckets, keys that are in use stay in use. All of this must still work afterwards.
2. **A volume cannot be encrypted in place.** Take a snapshot, make a volume from it with `Encrypted=True` (and the old tags), then delete the old volume and the snapshot, which is not encrypted either. `ec2.get_waiter("snapshot_completed")` waits until the snapshot is ready.
3. **A trail needs a bucket.** The one whose name holds `-logs-` has the policy for it.
4. **The root user** is yours, too. Your audit names it. No call of this account can give it an MFA device: a person signs in and registers it. So the repair leaves it out.

`lab.RUNTIMES_IN_SUPPORT` holds the runtimes that the company allows. Work one kind at a time: look, name, repair, run both again, `account.describe()`. The cell below yours takes some seconds: it builds a new account and runs both functions there.
"""

# %% exercise="account-repair" slug="account-repair-cell"
def audit(account):
    """The problems of an account: a list of pairs (kind, resource), kinds as in lab.findings()."""
    found = []
    ### BEGIN SOLUTION
    ec2, s3, iam = account.client("ec2"), account.client("s3"), account.client("iam")
    for group in ec2.describe_security_groups()["SecurityGroups"]:
        if open_rules(group):
            found.append(("ssh_open_to_world", group["GroupId"]))
    for volume in ec2.describe_volumes()["Volumes"]:
        if not volume["Encrypted"]:
            found.append(("unencrypted_volume", volume["VolumeId"]))
    for bucket in s3.list_buckets()["Buckets"]:
        if is_public(s3, bucket["Name"]) and not is_meant(s3, bucket["Name"]):
            found.append(("public_bucket", bucket["Name"]))
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        if allows_everything(iam, policy):
            found.append(("wildcard_policy", policy["Arn"]))
    for user in iam.list_users()["Users"]:
        for key in iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]:
            used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
            if key["Status"] == "Active" and "LastUsedDate" not in used["AccessKeyLastUsed"]:
                found.append(("unused_access_key", key["AccessKeyId"]))
    if not iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"]:
        found.append(("root_without_mfa", "account"))
    for database in account.client("rds").describe_db_instances()["DBInstances"]:
        if database["PubliclyAccessible"]:
            found.append(("public_database", database["DBInstanceIdentifier"]))
        if not database["BackupRetentionPeriod"]:
            found.append(("database_without_backups", database["DBInstanceIdentifier"]))
    for function in account.client("lambda").list_functions()["Functions"]:
        if function["Runtime"] not in lab.RUNTIMES_IN_SUPPORT:
            found.append(("outdated_runtime", function["FunctionName"]))
    found += [("key_without_rotation", key) for key in keys_not_rotated(account.client("kms"))]
    if not trail_is_recording(account.client("cloudtrail")):
        found.append(("no_trail", "account"))
    ### END SOLUTION
    return found


def remediate(account):
    """Repair what the audit finds. A second run changes nothing."""
    ### BEGIN SOLUTION
    repairs = {
        "ssh_open_to_world": close_ssh,
        "public_bucket": close_bucket,
        "wildcard_policy": detach_policy,
        "unused_access_key": switch_key_off,
        "unencrypted_volume": replace_volume,
        "public_database": close_database,
        "database_without_backups": keep_backups,
        "outdated_runtime": move_runtime,
        "key_without_rotation": rotate_key,
        "no_trail": record_trail,
    }
    for kind, resource in audit(account):
        if kind in repairs:
            repairs[kind](account, resource)


WORLD = ("0.0.0.0/0", "::/0")


def open_rules(group):
    """The rules that let the world in on port 22, as revoke_security_group_ingress wants them."""
    rules = []
    for rule in group["IpPermissions"]:
        ports = rule["IpProtocol"] == "-1" or rule.get("FromPort", 0) <= 22 <= rule.get("ToPort", 0)
        fourth = [one for one in rule.get("IpRanges", []) if one["CidrIp"] in WORLD]
        sixth = [one for one in rule.get("Ipv6Ranges", []) if one["CidrIpv6"] in WORLD]
        if ports and (fourth or sixth):
            same = {name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule}
            rules.append({**same, "IpRanges": fourth, "Ipv6Ranges": sixth})
    return rules


def or_none(call, part, **asked):
    try:
        return call(**asked)[part]
    except ClientError:
        return None


def is_public(s3, name):
    block = or_none(s3.get_public_access_block, "PublicAccessBlockConfiguration", Bucket=name)
    status = or_none(s3.get_bucket_policy_status, "PolicyStatus", Bucket=name) or {}
    return bool(status.get("IsPublic")) and not (block or {}).get("RestrictPublicBuckets")


def is_meant(s3, name):
    tags = or_none(s3.get_bucket_tagging, "TagSet", Bucket=name) or []
    return {"Key": "public", "Value": "intended"} in tags


def allows_everything(iam, policy):
    if not policy["AttachmentCount"]:
        return False
    version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
    statements = version["PolicyVersion"]["Document"]["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    return any(
        one["Effect"] == "Allow" and one["Action"] in ("*", ["*"]) and one["Resource"] in ("*", ["*"])
        for one in listed
    )


def keys_not_rotated(kms):
    aliases = kms.list_aliases()["Aliases"]
    of_aws = {one.get("TargetKeyId") for one in aliases if one["AliasName"].startswith("alias/aws/")}
    mine = [key["KeyId"] for key in kms.list_keys()["Keys"] if key["KeyId"] not in of_aws]
    return [key for key in mine if not kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]]


def trail_is_recording(cloudtrail):
    return any(
        trail["IsMultiRegionTrail"] and cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"]
        for trail in cloudtrail.describe_trails()["trailList"]
    )


def close_ssh(account, group_id):
    ec2 = account.client("ec2")
    group = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
    ec2.revoke_security_group_ingress(GroupId=group_id, IpPermissions=open_rules(group))


def close_bucket(account, name):
    parts = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    account.client("s3").put_public_access_block(
        Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(parts, True)
    )


def detach_policy(account, arn):
    iam = account.client("iam")
    held = iam.list_entities_for_policy(PolicyArn=arn)
    for user in held["PolicyUsers"]:
        iam.detach_user_policy(UserName=user["UserName"], PolicyArn=arn)
    for role in held["PolicyRoles"]:
        iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=arn)


def switch_key_off(account, key_id):
    iam = account.client("iam")
    user = iam.get_access_key_last_used(AccessKeyId=key_id)["UserName"]
    iam.update_access_key(UserName=user, AccessKeyId=key_id, Status="Inactive")


def replace_volume(account, volume_id):
    ec2 = account.client("ec2")
    old = ec2.describe_volumes(VolumeIds=[volume_id])["Volumes"][0]
    snapshot = ec2.create_snapshot(VolumeId=volume_id)["SnapshotId"]
    ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[snapshot])
    new = ec2.create_volume(
        SnapshotId=snapshot,
        AvailabilityZone=old["AvailabilityZone"],
        Encrypted=True,
        TagSpecifications=[{"ResourceType": "volume", "Tags": old.get("Tags", [])}],
    )
    ec2.get_waiter("volume_available").wait(VolumeIds=[new["VolumeId"]])
    ec2.delete_volume(VolumeId=volume_id)
    ec2.delete_snapshot(SnapshotId=snapshot)


def close_database(account, name):
    account.client("rds").modify_db_instance(
        DBInstanceIdentifier=name, PubliclyAccessible=False, ApplyImmediately=True
    )


def keep_backups(account, name):
    account.client("rds").modify_db_instance(
        DBInstanceIdentifier=name, BackupRetentionPeriod=7, ApplyImmediately=True
    )


def move_runtime(account, name):
    account.client("lambda").update_function_configuration(
        FunctionName=name, Runtime=lab.RUNTIMES_IN_SUPPORT[-1]
    )


def rotate_key(account, key_id):
    account.client("kms").enable_key_rotation(KeyId=key_id)


def record_trail(account, _):
    names = [bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]]
    bucket = next(name for name in names if "-logs-" in name)
    cloudtrail = account.client("cloudtrail")
    trail = cloudtrail.create_trail(
        Name="all-regions", S3BucketName=bucket, IsMultiRegionTrail=True, EnableLogFileValidation=True
    )
    cloudtrail.start_logging(Name=trail["TrailARN"])
    ### END SOLUTION

# %% [markdown] slug="fix-exercise-not-yours"
"""
## Exercise 2: what is not yours to fix

Samira writes her report. Below are twelve pieces of work around this account. For some, nobody at the company can lift a hand; they are AWS's alone. List the ids of **these** in `only_aws`.

A worked example, with two pieces of work that are not in the list: *"Guard the building in which the buckets lie"* is AWS's, so its id goes into the list. *"Test whether a backup can be restored"* is the company's, so its id stays out. `who("s3", "facilities")` and `who("rds", "backup_recovery")` show why.
"""

# %% slug="fix-duties"
lab.duties()

# %% exercise="account-not-yours" slug="account-not-yours-cell"
not_yours = {
    "only_aws": None,  # a list of ids, such as ["w01", "w02"]
}
### BEGIN SOLUTION
not_yours["only_aws"] = ["w01", "w03", "w06", "w08", "w10", "w12"]
### END SOLUTION

# %% [markdown] slug="fix-real-account"
"""
## With a real account

The same functions run on a real account when you say so on purpose:

> `lab.real_account(boto3.Session(profile_name="practice", region_name="eu-central-1"))`

It refuses every call that changes something. Run `help(lab.real_account)` before you allow more, and use an account on which nobody depends: a wrong repair there locks people out, a deleted volume stays deleted, and resources cost money.

## Before you hand in

- Restart the kernel and run all cells from the top: menu *Run*, then *Restart Kernel and Run All Cells*.
- Your functions use `account.client(...)` alone, no names of this account, and no variable from other cells except imports and your own functions.
- Save the notebook. Then hand it in as your instructor told you.

Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
