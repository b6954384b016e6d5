"""Run a learner's `audit` and `remediate` on an account that nobody is studying."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.client import HTTPException
from itertools import islice
from typing import Any

from shared_responsibility.answers.calling import TooLate, bounded_call
from shared_responsibility.answers.wire import LONGEST_TEXT, Collected
from shared_responsibility.errors import CourseError, nearest
from shared_responsibility.exercises import CodeExercise
from shared_responsibility.lab.accounts import Account, account, connected, is_available
from shared_responsibility.lab.connecting import DUMMY, INSTALL, call
from shared_responsibility.lab.findings import FINDINGS
from shared_responsibility.lab.gate import BEGIN, END, MARK, REGION
from shared_responsibility.lab.watched import WatchedAccount

SECONDS_FOR_A_RUN = 15.0
MOST_FINDINGS = 300
SEED = "hand-in"
PAIRS = 'audit(account) should return a list of pairs such as ("no_trail", "account")'


def collect(asked: CodeExercise, cells: Mapping[str, Any]) -> Collected:
    """`{"findings": [[kind, resource], ...], "raised": {step: text}, "late": [step, ...]}`.

    The steps are `audit`, `remediate` and `again`. Outside grading they run on a new account.
    """
    wrong = [name for name in asked.variables if not callable(cells[name])]
    if wrong:
        kind = type(cells[wrong[0]]).__name__
        return Collected({}, "There is no function yet.", [_no_function(wrong[0], kind)])
    given = connected()
    if given is None and not is_available():
        return Collected({}, "Your functions did not run.", [INSTALL])
    subject = given or account(SEED)
    try:
        data, problems = _run(subject, cells["audit"], cells["remediate"])
    finally:
        subject.close()
    return Collected(data, _told(data), problems)


def rehearse(
    asked: CodeExercise, cells: Mapping[str, Any], seed: str
) -> tuple[Collected, dict[str, Any]]:
    """Run the functions as grading does, on the account of a seed, in this process.

    Returns what was collected, and the data for the judge: `{"handed", "start", "first",
    "final"}`. Raises `CourseError` when moto is not installed.
    """
    with WatchedAccount(seed, sandboxed=False) as watched:
        with _environment(watched.environment):
            found = collect(asked, cells)
        return found, {"handed": found.data, **watched.record()}


def _no_function(name: str, kind: str) -> str:
    return f"{name!r} should be a function, def {name}(account); it is of type {kind}."


def _run(
    subject: Account, audit: Callable[[Account], object], remediate: Callable[[Account], object]
) -> tuple[dict[str, Any], list[str]]:
    steps = _Steps(subject)
    _tell(subject, BEGIN)
    returned = steps.do("audit", lambda one: _bounded(audit(one)))
    steps.do("remediate", remediate)
    _tell(subject, MARK)
    if "remediate" in steps.late:
        # It would be late again, and the cell has a time limit of its own.
        steps.late.append("again")
    else:
        steps.do("again", remediate)
    _tell(subject, END)
    pairs, problems = _pairs(returned) if "audit" not in steps.failed else ([], [])
    data = {"findings": pairs, "raised": steps.raised, "late": steps.late}
    return data, [*steps.problems(), *problems]


class _Steps:
    """Calls functions one after the other; one that fails costs itself alone."""

    def __init__(self, subject: Account) -> None:
        self.subject = subject
        self.raised: dict[str, str] = {}
        self.late: list[str] = []

    @property
    def failed(self) -> set[str]:
        return {*self.raised, *self.late}

    def do(self, step: str, function: Callable[[Account], object]) -> object:
        try:
            with _only_the_lab(self.subject), bounded_call(SECONDS_FOR_A_RUN):
                return function(self.subject)
        except TooLate:
            self.late.append(step)
        except KeyboardInterrupt:
            raise
        except (Exception, SystemExit) as problem:
            self.raised[step] = f"{type(problem).__name__}: {problem}"[:LONGEST_TEXT]
        return None

    def problems(self) -> list[str]:
        names = {"audit": "audit(account)", "remediate": "remediate(account)"}
        names["again"] = "remediate(account), run a second time,"
        failed = [f"{names[step]} failed with {told}." for step, told in self.raised.items()]
        seconds = f"{SECONDS_FOR_A_RUN:g} s"
        return failed + [f"{names[step]} was stopped after {seconds}." for step in self.late]


def _tell(subject: Account, step: str) -> None:
    """Tell the grader's side where the run is; elsewhere nobody listens."""
    if subject.address:
        # Where nobody answers, the run itself fails and says so.
        with contextlib.suppress(CourseError, OSError, HTTPException):
            call(f"{subject.address}{step}")


def _bounded(returned: object) -> object:
    """The first entries of what was returned, where it has entries; read within the time limit."""
    if isinstance(returned, str | bytes | Mapping) or not isinstance(returned, Iterable):
        return returned
    return list(islice(returned, MOST_FINDINGS + 1))


def _pairs(returned: object) -> tuple[list[list[str]], list[str]]:
    """The pairs among what was returned, and what is wrong with the rest."""
    if returned is None:
        return [], ["audit(account) returned nothing: is a return missing?"]
    if not isinstance(returned, list):
        return [], [f"{PAIRS}; it returned a {type(returned).__name__}."]
    pairs = [[one[0][:LONGEST_TEXT], one[1][:LONGEST_TEXT]] for one in returned if _is_pair(one)]
    return pairs[:MOST_FINDINGS], _problems_of_pairs(returned, pairs)


def _is_pair(one: object) -> bool:
    return (
        isinstance(one, tuple | list)
        and len(one) == 2
        and all(isinstance(part, str) for part in one)
    )


def _problems_of_pairs(listed: list[object], pairs: list[list[str]]) -> list[str]:
    problems = []
    if len(pairs) < len(listed):
        problems.append(f"{PAIRS}; {len(listed) - len(pairs)} entries are no pair of two texts.")
    if len(listed) > MOST_FINDINGS:
        problems.append(f"Only the first {MOST_FINDINGS} findings are handed in.")
    for kind in dict.fromkeys(kind for kind, _ in pairs if kind not in FINDINGS):
        close = nearest(kind, FINDINGS, 1)
        advice = f" Did you mean {close[0]!r}?" if close else " lab.findings() lists them."
        problems.append(f"{kind[:40]!r} is not a kind of finding.{advice}")
    return problems[:8]


def _told(data: Mapping[str, Any]) -> str:
    where = "on an account that you have not seen"
    return f"Your functions ran {where}. Findings handed in: {len(data['findings'])}."


@contextlib.contextmanager
def _only_the_lab(subject: Account) -> Iterator[None]:
    """Lead boto3 to the lab even where a function does not use `account.client`."""
    endpoint = subject.client("sts").meta.endpoint_url
    wanted = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": DUMMY["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": DUMMY["aws_secret_access_key"],
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    unwanted = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")
    with _environment({**wanted, **dict.fromkeys(unwanted)}):
        yield


@contextlib.contextmanager
def _environment(wanted: Mapping[str, str | None]) -> Iterator[None]:
    """Variables for a while; `None` takes one away."""
    before = {name: os.environ.get(name) for name in wanted}
    _set(wanted)
    try:
        yield
    finally:
        _set(before)


def _set(wanted: Mapping[str, str | None]) -> None:
    for name, value in wanted.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
