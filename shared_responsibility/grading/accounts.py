"""The simulated account of one submission, outside the sandbox.

    with GradingAccount(seed, sandboxed=True) as account:
        run the notebook with account.environment, and account.socket bound into the sandbox
        record = account.record()

`record` goes to the judge beside what the learner handed in.
"""

from __future__ import annotations

from shared_responsibility.lab.serving import close_nursery
from shared_responsibility.lab.watched import WatchedAccount

__all__ = ["GradingAccount", "close_nursery"]

GradingAccount = WatchedAccount
