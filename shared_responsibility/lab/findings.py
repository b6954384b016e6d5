"""The problems that an account of the lab may have. The list is closed: nothing else is judged."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from shared_responsibility.reading import Readable, readable

THE_ACCOUNT = "account"
PUBLIC_TAG = ("public", "intended")
RUNTIMES_IN_SUPPORT = ("python3.12", "python3.13", "python3.14")
"""Language versions that the functions of the lab may use."""


@dataclass(frozen=True)
class Finding:
    """One kind of problem: what it is, and how the thing that has it is named."""

    problem: str
    resource: str


FINDINGS: dict[str, Finding] = {
    "ssh_open_to_world": Finding(
        "A security group lets the whole world (0.0.0.0/0 or ::/0) in on port 22.",
        "GroupId or GroupName",
    ),
    "public_bucket": Finding(
        "Anybody can read the objects, and no tag public=intended says that this is meant.",
        "name of the bucket",
    ),
    "public_database": Finding("PubliclyAccessible is true.", "DBInstanceIdentifier"),
    "wildcard_policy": Finding(
        "A policy of the customer allows every action on every resource.", "PolicyName or Arn"
    ),
    "unused_access_key": Finding("A key is Active and was never used.", "AccessKeyId or UserName"),
    "root_without_mfa": Finding("AccountMFAEnabled is 0.", f'"{THE_ACCOUNT}"'),
    "unencrypted_volume": Finding("Encrypted is false.", "VolumeId or tag Name"),
    "key_without_rotation": Finding("A customer managed KMS key is not rotated.", "KeyId or alias"),
    "database_without_backups": Finding("BackupRetentionPeriod is 0.", "DBInstanceIdentifier"),
    "outdated_runtime": Finding("The runtime is not in lab.RUNTIMES_IN_SUPPORT.", "FunctionName"),
    "no_trail": Finding("No trail of all Regions is recording.", f'"{THE_ACCOUNT}"'),
}


def findings() -> Readable:
    """The kinds of problem as a table: `kind, problem, resource`."""
    rows = [(kind, one.problem, one.resource) for kind, one in FINDINGS.items()]
    table = pd.DataFrame(rows, columns=["kind", "problem", "name it by"])
    return readable(table.set_index("kind"))
