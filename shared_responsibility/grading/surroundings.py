"""What a notebook needs around it while it is graded: unseen cases, and a simulated account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from shared_responsibility.answers.functions import INPUTS
from shared_responsibility.errors import CourseError
from shared_responsibility.grading.manifest import Manifest
from shared_responsibility.grading.sandbox.scratch import scratch_prefix
from shared_responsibility.vocabulary import ExerciseKind


@dataclass
class Surroundings:
    """`inputs` is a file of cases to read; `account` a simulated account, where one is needed.

    `measured()` is what was read from that account, outside the learner's process; call it when
    that process has ended.
    """

    inputs: Path
    account: Any = None

    def environment(self) -> dict[str, str]:
        """How a notebook that runs without a sandbox finds them."""
        reached = self.account.environment if self.account is not None else {}
        return {INPUTS: str(self.inputs), **reached}

    def measured(self) -> dict[str, Any] | None:
        """The account at the start, at the mark and at the end; `None` where there is none."""
        return self.account.record() if self.account is not None else None


def inputs_of(manifest: Manifest) -> dict[str, Any]:
    """The cases of every exercise that has some. What is right is not among them."""
    return {one.exercise: one.inputs for one in manifest.exercises if one.inputs is not None}


@contextmanager
def surroundings(manifest: Manifest, *, sandboxed: bool) -> Iterator[Surroundings]:
    """Set up what the notebook of one learner needs, and clear it away afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix=scratch_prefix())))
        inputs = folder / "inputs.json"
        inputs.write_text(json.dumps(inputs_of(manifest)), encoding="utf-8")
        account = None
        if needs_account(manifest):
            account = stack.enter_context(_account(manifest.seed, sandboxed))
        yield Surroundings(inputs, account)


def needs_account(manifest: Manifest) -> bool:
    """Whether an exercise of the release is judged on a simulated account."""
    return any(one.kind == ExerciseKind.ACCOUNT for one in manifest.exercises)


def _account(seed: str, sandboxed: bool) -> Any:
    try:
        from shared_responsibility.grading.accounts import GradingAccount
    except ModuleNotFoundError as missing:
        raise CourseError(
            f"This assignment is judged on a simulated account, which needs {missing.name}. "
            "Run: pip install -r requirements/lab.txt"
        ) from None
    return GradingAccount(seed, sandboxed=sandboxed)
