"""Running a learner's `audit` and `remediate`: what leaves, and what no function can break."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared_responsibility import lab
from shared_responsibility.answers import accounts
from shared_responsibility.answers.handing_in import collect_work
from shared_responsibility.answers.wire import Collected, Work, read_work
from shared_responsibility.errors import CourseError
from shared_responsibility.exercises import code_exercise
from shared_responsibility.grading.accounts import GradingAccount, close_nursery
from shared_responsibility.lab.connecting import INSTALL, call
from shared_responsibility.lab.gate import BEGIN, END, MARK

ASKED = code_exercise("account-repair")
Audit = Callable[[lab.Account], Any]
needs_moto = pytest.mark.skipif(
    not lab.is_available(), reason="pip install -r requirements/lab.txt"
)


def nothing(account: lab.Account) -> None:
    """Repair nothing."""


@pytest.fixture(scope="module", autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    close_nursery()


@pytest.fixture(scope="module")
def subject() -> Iterator[lab.Account]:
    """One account of a grader for many runs; each run begins it anew."""
    with GradingAccount("many", sandboxed=False) as made:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in made.environment.items():
                patch.setenv(name, value)
            account = accounts.connected()
        assert account is not None
        yield account


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Iterator[GradingAccount]:
    with GradingAccount("collector") as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


def run(audit: Any, remediate: Any = nothing) -> Collected:
    found = collect_work(ASKED, {"audit": audit, "remediate": remediate})
    sent = json.loads(json.dumps(Work(ASKED.exercise, found.data).as_data()))
    assert read_work(sent, ASKED.exercise).data == found.data
    return found


def test_a_missing_function_is_one_sentence() -> None:
    assert collect_work(ASKED, {"audit": nothing}).problems == [
        "There is no variable 'remediate' yet: run the cell above, then this one again."
    ]
    problems = run([("no_trail", "account")]).problems
    assert problems == ["'audit' should be a function, def audit(account); it is of type list."]


def test_without_moto_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "is_available", lambda: False)
    found = run(lambda account: [])
    assert found.problems == [INSTALL]
    assert found.data == {}


def endless(account: lab.Account) -> Any:
    while True:
        yield ("no_trail", "account")


def fails(account: lab.Account) -> Any:
    raise KeyError("x" * 10_000)


def leaves(account: lab.Account) -> Any:
    raise SystemExit(3)


def falls(account: lab.Account) -> Any:
    return falls(account)


@needs_moto
@pytest.mark.slow
@pytest.mark.parametrize(
    ("audit", "kept", "told"),
    [
        (lambda account: [("no_trail", "account"), ["no_trail", "x"]], 2, ""),
        (lambda account: {("no_trail", "account")}, 1, ""),
        (lambda account: None, 0, "returned nothing: is a return missing?"),
        (lambda account: "no_trail", 0, "returned a str"),
        (lambda account: {"no_trail": "account"}, 0, "returned a dict"),
        (lambda account: 3, 0, "returned a int"),
        (lambda account: ["no_trail", ("no_trail",), (1, 2), None], 0, "4 entries are no pair"),
        (lambda account: [("no_trails", "account")], 1, "Did you mean 'no_trail'?"),
        (lambda account: [("no_trail", "x" * 9_999)], 1, ""),
        (endless, 300, "Only the first 300"),
        (fails, 0, "audit(account) failed with KeyError: 'xxx"),
        (leaves, 0, "audit(account) failed with SystemExit: 3"),
        (falls, 0, "audit(account) failed with RecursionError"),
        (lambda one, two: [], 0, "audit(account) failed with TypeError"),
        (lambda account: [account.client("sqs")], 0, "no service 'sqs'"),
    ],
)
def test_what_audit_returns_leaves_as_pairs_or_is_named(
    subject: lab.Account, audit: Audit, kept: int, told: str
) -> None:
    data, problems = accounts._run(subject, audit, nothing)
    assert read_work(Work(ASKED.exercise, data).as_data(), ASKED.exercise).data == data
    assert len(data["findings"]) == kept
    assert all(len(text) <= 200 for pair in data["findings"] for text in pair)
    assert told in " ".join(problems)
    assert bool(told) == bool(problems)


@needs_moto
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers")
def test_a_loop_is_stopped_and_the_rest_goes_on(
    given: GradingAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SECONDS_FOR_A_RUN", 0.3)

    def loops(account: lab.Account) -> None:
        while True:
            try:
                time.sleep(0.05)
            except Exception:
                continue

    began = time.monotonic()
    found = run(lambda account: [("no_trail", "account")], loops)
    assert time.monotonic() - began < 30
    assert found.data["late"] == ["remediate", "again"]
    assert found.data["findings"] == [["no_trail", "account"]]
    assert "was stopped after 0.3 s" in found.problems[0]
    assert given.record()["final"] is not None


@needs_moto
@pytest.mark.slow
def test_a_first_and_a_second_run_are_told_apart(given: GradingAccount) -> None:
    def grows(account: lab.Account) -> None:
        iam = account.client("iam")
        iam.create_user(UserName=f"user-{len(iam.list_users()['Users'])}")

    assert run(lambda account: [], grows).problems == []
    record = given.record()
    counts = [len(record[look]["users"]) for look in ("start", "first", "final")]
    assert counts == [4, 5, 6]


@needs_moto
@pytest.mark.slow
def test_cells_of_the_notebook_work_on_the_account_that_the_learner_saw(
    given: GradingAccount,
) -> None:
    seen = lab.account()
    before = seen.describe().tables["Databases"]
    for name in before.index:
        seen.client("rds").delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    names: list[str] = []

    def audit(account: lab.Account) -> list[Any]:
        found = account.client("rds").describe_db_instances()["DBInstances"]
        names.extend(one["DBInstanceIdentifier"] for one in found)
        return []

    run(audit)
    assert len(names) == 3
    assert not set(names) & set(before.index)
    # What cells do after the run does not reach the record.
    after = lab.account()
    after.client("iam").create_user(UserName="late")
    record = given.record()
    assert set(record["final"]["databases"]) == set(names)
    assert "late" not in record["final"]["users"]


@needs_moto
@pytest.mark.slow
def test_a_refused_call_says_why_in_every_dialect_of_aws(subject: lab.Account) -> None:
    def audit(account: lab.Account) -> list[Any]:
        from botocore.exceptions import ClientError

        ec2, s3 = account.client("ec2"), account.client("s3")
        machines = {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 10**6}
        bucket = s3.list_buckets()["Buckets"][0]["Name"]
        told = []
        for name, use in {
            "machine": lambda: ec2.run_instances(**machines),
            "large": lambda: s3.put_object(Bucket=bucket, Key="k", Body=b"x" * 2_000_000),
            "function": lambda: account.client("lambda").invoke(FunctionName="any"),
        }.items():
            try:
                use()
            except ClientError as problem:
                told.append((name, problem.response["Error"]["Message"]))
        return told

    data, _ = accounts._run(subject, audit, nothing)
    assert data["findings"] == [
        ["machine", "This account runs no machines."],
        ["large", "A call may hold 1000000 bytes at most."],
        ["function", "This account keeps functions, it does not run them."],
    ]


@needs_moto
@pytest.mark.slow
def test_bare_boto3_is_led_to_the_account_and_the_settings_come_back(
    given: GradingAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "real")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "REALREALREAL")

    def audit(account: lab.Account) -> list[tuple[str, str]]:
        import boto3

        users = boto3.client("iam").list_users()["Users"]
        return [("unused_access_key", user["UserName"]) for user in users]

    assert len(run(audit).data["findings"]) == 4
    assert os.environ["AWS_PROFILE"] == "real"
    assert os.environ["AWS_ACCESS_KEY_ID"] == "REALREALREAL"
    assert "AWS_ENDPOINT_URL" not in os.environ


@needs_moto
@pytest.mark.slow
def test_a_learner_who_speaks_to_the_gate_gains_nothing(given: GradingAccount) -> None:
    def remediate(account: lab.Account) -> None:
        for step in (END, MARK, BEGIN):
            call(f"{account.address}{step}")
        with pytest.raises(CourseError, match="Only calls to AWS"):
            call(f"{account.address}/moto-api/reset")
        account.client("rds").delete_db_instance(
            DBInstanceIdentifier=account.describe().tables["Databases"].index[0],
            SkipFinalSnapshot=True,
        )

    found = run(lambda account: [], remediate)
    record = given.record()
    assert found.data["raised"] == {}
    # Each `begin` built the account anew, so a repair in one run is gone in the next.
    assert len(record["start"]["databases"]) == 3
    assert len(record["final"]["databases"]) == 2


@needs_moto
@pytest.mark.slow
def test_a_learner_who_brings_the_simulation_down_is_alone_with_it(given: GradingAccount) -> None:
    def remediate(account: lab.Account) -> None:
        os.kill(given._server.process, signal.SIGKILL)

    found = run(lambda account: [("no_trail", "account")], remediate)
    assert found.data["findings"] == [["no_trail", "account"]]
    assert given.record() == {"start": None, "first": None, "final": None}
    with GradingAccount("next") as fresh:
        assert fresh.state()["users"] == {}


@needs_moto
@pytest.mark.slow
def test_a_rehearsal_gives_the_judge_what_grading_gives_and_leaves_no_trace() -> None:
    before = dict(os.environ)
    cells = {"audit": lambda account: [("no_trail", "account")], "remediate": nothing}
    found, data = accounts.rehearse(ASKED, cells, "self-check")
    assert data["handed"] == found.data
    assert data["start"] == data["first"] == data["final"]
    assert data["start"]["users"]
    assert dict(os.environ) == before


@needs_moto
@pytest.mark.slow
def test_outside_grading_the_functions_run_on_an_account_of_their_own() -> None:
    mine = lab.account()
    try:

        def remediate(account: lab.Account) -> None:
            account.client("iam").create_user(UserName="made-by-hand-in")

        found = run(lambda account: [("no_trail", "account")], remediate)
        assert "EntityAlreadyExists" in found.problems[0]
        assert found.problems[0].startswith("remediate(account), run a second time, failed with")
        users = [user["UserName"] for user in mine.client("iam").list_users()["Users"]]
        assert "made-by-hand-in" not in users
    finally:
        mine.close()
