"""A simulated AWS account to look after: offline, without cost, served by a process of its own.

What the simulation cannot do, it is never asked about: it stores settings and enforces few of
them. `FINDINGS` lists the problems that the account may have.
"""

from shared_responsibility.lab.accounts import (
    Account,
    account,
    connected,
    is_available,
    real_account,
)
from shared_responsibility.lab.duties import duties
from shared_responsibility.lab.findings import FINDINGS, RUNTIMES_IN_SUPPORT, findings
from shared_responsibility.lab.showing import describe

__all__ = [
    "FINDINGS",
    "RUNTIMES_IN_SUPPORT",
    "Account",
    "account",
    "connected",
    "describe",
    "duties",
    "findings",
    "is_available",
    "real_account",
]
