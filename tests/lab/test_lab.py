"""The simulated account, run for real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared_responsibility import lab
from shared_responsibility.errors import CourseError
from shared_responsibility.judges.account_states import (
    allows_everything,
    is_public,
    part,
    world_ssh,
)
from shared_responsibility.judges.fix_the_account import expected_account
from shared_responsibility.lab import serving
from shared_responsibility.lab.connecting import INSTALL, call
from shared_responsibility.lab.serving import Server
from shared_responsibility.lab.state import read_state

needs_moto = pytest.mark.skipif(
    not lab.is_available(), reason="pip install -r requirements/lab.txt"
)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def account() -> Iterator[lab.Account]:
    made = lab.account("a test")
    yield made
    made.close()


@pytest.fixture(scope="module")
def state(account: lab.Account) -> Any:
    return read_state(account.client)


@needs_moto
def test_the_account_has_just_the_problems_of_its_plan(state: Any) -> None:
    found: set[tuple[str, str]] = {("root_without_mfa", "account"), ("no_trail", "account")}
    assert not state["mfa"]
    assert not state["trails"]
    for group in part(state, "groups").values():
        if any(map(world_ssh, group["inbound"])):
            found.add(("ssh_open_to_world", group["name"]))
    for name, bucket in part(state, "buckets").items():
        if is_public(state, bucket) and bucket["tags"] != {"public": "intended"}:
            found.add(("public_bucket", name))
    for name, user in part(state, "users").items():
        if any(not key["used"] for key in user["keys"].values()):
            found.add(("unused_access_key", name))
    for name, policy in part(state, "policies").items():
        if allows_everything(policy["document"]):
            found.add(("wildcard_policy", name))
    for one in part(state, "volumes").values():
        if not one["encrypted"]:
            found.add(("unencrypted_volume", one["name"]))
    for one in part(state, "keys").values():
        if not one["rotated"]:
            found.add(("key_without_rotation", one["alias"]))
    for name, one in part(state, "databases").items():
        if one["public"]:
            found.add(("public_database", name))
        if not one["backup_days"]:
            found.add(("database_without_backups", name))
    for name, one in part(state, "functions").items():
        if one["runtime"] not in lab.RUNTIMES_IN_SUPPORT:
            found.add(("outdated_runtime", name))
    assert found == {tuple(one) for one in expected_account("a test")["problems"]}


@needs_moto
def test_a_bucket_of_the_lab_is_set_as_aws_sets_it(state: Any) -> None:
    buckets = part(state, "buckets").values()
    assert {one["encryption"] for one in buckets} == {"AES256"}
    assert any(all(one["block"].values()) for one in buckets)


@needs_moto
def test_describe_shows_all_of_it_as_tables(account: lab.Account) -> None:
    told = account.describe()
    shown = told._repr_html_()
    for kind, name in expected_account("a test")["problems"]:
        assert name in shown or kind in ("root_without_mfa", "no_trail")
    assert "none" in told.tables["Trails"].index
    assert "Databases" in repr(told)


@needs_moto
def test_another_service_is_refused_with_the_names_of_those_there_are(
    account: lab.Account,
) -> None:
    with pytest.raises(CourseError, match=r"no service 'sqs'\. It has: ec2, s3"):
        account.client("sqs")


@needs_moto
def test_a_port_without_the_secret_word_answers_nobody(account: lab.Account) -> None:
    url = account.client("ec2").meta.endpoint_url
    bare = url.rpartition("/")[0]
    with pytest.raises(CourseError, match="not your account"):
        call(f"{bare}/moto-api/reset")


@needs_moto
def test_settings_of_the_learner_do_not_lead_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile real]\nregion = us-west-2\nendpoint_url = http://127.0.0.1:1\n")
    for name, value in {
        "AWS_CONFIG_FILE": str(config),
        "AWS_PROFILE": "real",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_REGION": "us-west-2",
        "AWS_ACCESS_KEY_ID": "REALREALREAL",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
    made = lab.account("elsewhere")
    try:
        assert made.number == "123456789012"
        assert made.client("ec2").meta.region_name == "eu-central-1"
    finally:
        made.close()


@needs_moto
def test_nothing_is_left_when_the_notebook_ends() -> None:
    code = """
        import os
        from shared_responsibility import lab
        account = lab.account()
        server = account._end.__self__
        print(server.process, server.nursery.process.pid)
        account.describe()
        os._exit(1)  # as a killed kernel ends: nothing of ours runs any more
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    left = [int(pid) for pid in done.stdout.split()[:2]]
    assert len(left) == 2
    for _ in range(100):
        left = [pid for pid in left if _is_alive(pid)]
        if not left:
            return
        time.sleep(0.1)
    pytest.fail("the servers outlived the notebook")


@needs_moto
def test_a_second_account_is_quick_and_its_own(account: lab.Account) -> None:
    other = lab.account("another test")
    try:
        assert other._end is not None
        assert other._end.__self__.nursery is account._end.__self__.nursery
        assert read_state(other.client)["users"] != read_state(account.client)["users"]
        pid = other._end.__self__.process
    finally:
        other.close()
    assert not _is_alive(pid)
    assert account.number


@needs_moto
def test_an_interrupted_notebook_keeps_its_account(account: lab.Account) -> None:
    assert account._end is not None
    server = account._end.__self__
    for pid in (server.process, server.nursery.process.pid):
        os.kill(pid, signal.SIGINT)
    assert account.number
    other = lab.account("after the interrupt")
    assert other._end.__self__.nursery is server.nursery
    other.close()


@needs_moto
def test_a_lost_process_is_replaced() -> None:
    first = Server()
    first.nursery.process.kill()
    first.nursery.process.wait()
    first.stop()
    second = Server()
    assert second.nursery is not first.nursery
    second.stop()


def _is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    if status.parent.parent.exists():
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def test_without_moto_one_sentence_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "find_spec", lambda name: None)
    with pytest.raises(CourseError) as told:
        lab.account()
    assert str(told.value) == INSTALL
    assert "pip install -r requirements/lab.txt" in INSTALL


@needs_moto
class TestARealAccount:
    """A simulated account that is reached as a real one would be."""

    @pytest.fixture
    def session(self) -> Any:
        import boto3

        return boto3.Session("A" * 20, "s" * 40, region_name="eu-central-1")

    @pytest.fixture
    def url(self, account: lab.Account) -> str:
        return str(account.client("ec2").meta.endpoint_url)

    def test_it_reads(self, session: Any, url: str, state: Any) -> None:
        real = lab.real_account(session, endpoint_url=url)
        assert real.client("iam").list_users()["Users"]
        assert real.number == state["account"]

    @pytest.mark.parametrize(
        ("service", "name", "asked"),
        [
            ("ec2", "delete_volume", {"VolumeId": "vol-1"}),
            ("s3", "put_bucket_policy", {"Bucket": "b", "Policy": "{}"}),
            ("iam", "create_user", {"UserName": "eve"}),
            ("s3", "get_object", {"Bucket": "b", "Key": "k"}),
            ("sts", "assume_role", {"RoleArn": "r" * 20, "RoleSessionName": "me"}),
            ("sts", "get_session_token", {}),
            ("kms", "schedule_key_deletion", {"KeyId": "k"}),
        ],
    )
    def test_it_sends_no_change(
        self, session: Any, service: str, name: str, asked: dict[str, str]
    ) -> None:
        # No server listens there: a call that was sent would end in another error.
        real = lab.real_account(session, endpoint_url="http://127.0.0.1:1")
        with pytest.raises(CourseError, match="it was not sent"):
            getattr(real.client(service), name)(**asked)

    def test_changes_need_the_number_of_the_account(self, session: Any, url: str) -> None:
        with pytest.raises(CourseError, match="need its number"):
            lab.real_account(session, endpoint_url=url, allow_changes=True)
        with pytest.raises(CourseError, match="not to 999999999999"):
            lab.real_account(session, endpoint_url=url, allow_changes=True, number="999999999999")
        allowed = lab.real_account(
            session, endpoint_url=url, allow_changes=True, number="123456789012"
        )
        allowed.client("iam").create_user(UserName="visitor")
        allowed.client("iam").delete_user(UserName="visitor")

    @pytest.mark.parametrize("session", [None, "practice"])
    def test_it_is_never_an_accident(self, session: Any) -> None:
        with pytest.raises(CourseError, match="names a profile and a Region"):
            lab.real_account(session)
