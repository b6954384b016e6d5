"""Twelve pieces of work around the account of the lab, each resting on one cell of the matrix."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from shared_responsibility.matrix import Cell, who
from shared_responsibility.reading import Readable, readable


@dataclass(frozen=True)
class Duty:
    """One piece of work, and the cell (and setting) that says whose it is."""

    duty_id: str
    text: str
    service_id: str
    domain_id: str
    variant_id: str = ""

    @property
    def cell(self) -> Cell:
        """The cell that settles the owner."""
        return who(self.service_id, self.domain_id, self.variant_id or None)


DUTIES = (
    Duty("w01", "Patch the operating system under the databases.", "rds", "guest_os"),
    Duty("w02", "Close a port that a security group opens to the world.", "ec2", "network_config"),
    Duty("w03", "Destroy a worn-out drive that held parts of the volumes.", "ebs", "hardware"),
    Duty("w04", "Have the volumes encrypted.", "ebs", "encryption_at_rest"),
    Duty(
        "w05",
        "Move a function away from a runtime version that is no longer patched.",
        "lambda",
        "runtime_engine",
        "deprecated_runtime",
    ),
    Duty("w06", "Patch the hypervisor under the database instances.", "rds", "virtualization"),
    Duty(
        "w07",
        "Register an MFA device for the root user.",
        "iam",
        "identity_access",
        "root_user",
    ),
    Duty(
        "w08",
        "Patch the Linux system on which the functions run.",
        "lambda",
        "guest_os",
    ),
    Duty(
        "w09",
        "Apply a trail to all Regions and turn on log file validation.",
        "cloudtrail",
        "service_configuration",
    ),
    Duty(
        "w10",
        "Repair a flaw in the software behind the REST endpoints of the buckets.",
        "s3",
        "service_platform",
    ),
    Duty("w11", "Keep Block Public Access on for the buckets.", "s3", "service_configuration"),
    Duty(
        "w12",
        "Retire the hardware security modules that guard the keys.",
        "kms",
        "hardware",
    ),
)


def duties() -> Readable:
    """The pieces of work as a table: `id, work`."""
    table = pd.DataFrame([(one.duty_id, one.text) for one in DUTIES], columns=["id", "work"])
    return readable(table.set_index("id"))
