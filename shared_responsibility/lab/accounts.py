"""An account to look after: simulated and new, simulated and given, or a real one on purpose."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from shared_responsibility.errors import CourseError
from shared_responsibility.lab.connecting import Clients, Forwarder, call, clients_of
from shared_responsibility.lab.filling import furnish
from shared_responsibility.lab.gate import PRACTICE, REGION
from shared_responsibility.lab.serving import Server, is_available
from shared_responsibility.lab.showing import Description, describe

__all__ = ["Account", "account", "connected", "is_available", "real_account"]

SOCKET, ADDRESS = "SRM_ACCOUNT_SOCKET", "SRM_ACCOUNT"
SERVICES = ("ec2", "s3", "s3control", "iam", "rds", "lambda", "kms", "cloudtrail", "sts")
READING = ("Describe", "List", "Get", "Head")
# These read content or hand out credentials, which no look at settings needs.
NOT_FOR_READING = ("GetObject", "GetSessionToken", "GetFederationToken", "GetObjectTorrent")


class Account:
    """One AWS account, reached with plain boto3 through `client`."""

    def __init__(
        self, clients: Clients, end: Callable[[], None] | None = None, address: str = ""
    ) -> None:
        self._clients, self._end = clients, end
        self.address = address
        self.region = REGION

    def client(self, service: str) -> Any:
        """A boto3 client for one of the services of the lab, such as `"ec2"` or `"s3"`.

        Raises `CourseError` for any other service.
        """
        if service not in SERVICES:
            raise CourseError(
                f"The account has no service {str(service)[:40]!r}. It has: {', '.join(SERVICES)}."
            )
        return self._clients(service)

    @property
    def number(self) -> str:
        """The number of the account, 12 digits."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def describe(self) -> Description:
        """What is in the account, as tables."""
        return describe(self)

    def close(self) -> None:
        """End the simulated account. Closing twice does no harm; a real one stays."""
        if self._end is not None:
            self._end()
            self._end = None

    def __repr__(self) -> str:
        return f"<account in {self.region}>"


def account(seed: str = "lab") -> Account:
    """A new simulated account on this machine; names and numbers in it depend on `seed`.

    It costs nothing, needs no AWS account and no network, and ends with the notebook. Raises
    `CourseError` with the command that installs what is missing. While a notebook is graded, the
    grader serves the account.
    """
    given = connected()
    if given is not None:
        call(f"{given.address}{PRACTICE}", str(seed))
        return given
    server = Server()
    furnish(server.clients, server.url, str(seed))
    return Account(server.clients, server.stop)


def connected() -> Account | None:
    """The account that the grader gives, or `None` where nobody gives one."""
    socket = os.environ.get(SOCKET)
    if socket:
        way = Forwarder(socket)
        return Account(clients_of(way.url), way.close, way.url)
    address = os.environ.get(ADDRESS)
    return Account(clients_of(address), address=address) if address else None


class RealAccount(Account):
    """A real account; changes are refused before they are sent, unless they are allowed."""

    def __init__(self, session: Any, endpoint_url: str | None, allow_changes: bool) -> None:
        self._session, self._endpoint, self._allowed = session, endpoint_url, allow_changes
        self._made: dict[str, Any] = {}
        super().__init__(self._made_once)
        self.region = session.region_name

    def _made_once(self, service: str) -> Any:
        if service not in self._made:
            made = self._session.client(service, endpoint_url=self._endpoint)
            if not self._allowed:
                made.meta.events.register("before-parameter-build", _refuse_changes)
            self._made[service] = made
        return self._made[service]


def real_account(
    session: Any,
    *,
    endpoint_url: str | None = None,
    allow_changes: bool = False,
    number: str | None = None,
) -> Account:
    """A real AWS account, named on purpose by a `boto3.Session` with your own credentials.

    Only calls that describe, list or get settings are sent; any other raises `CourseError` before
    anything leaves this machine. With `allow_changes=True` your code may change and delete what
    is there: pass the 12 digits of the account as `number` too, they are compared first. Use an
    account made for practice, never one that anybody depends on; resources may cost money.
    """
    if not hasattr(session, "client") or not getattr(session, "region_name", None):
        raise CourseError(
            "Pass a boto3 session that names a profile and a Region: "
            'real_account(boto3.Session(profile_name="practice", region_name="eu-central-1")).'
        )
    if not allow_changes:
        return RealAccount(session, endpoint_url, allow_changes=False)
    if number is None:
        raise CourseError(
            "Changes to a real account need its number as well: "
            'real_account(session, allow_changes=True, number="123456789012").'
        )
    real = RealAccount(session, endpoint_url, allow_changes=True)
    if real.number != str(number):
        raise CourseError(
            f"These credentials belong to account {real.number}, not to {number}. "
            "Nothing was changed."
        )
    return real


def _refuse_changes(model: Any, **_: object) -> None:
    """Called by botocore before a call is put together."""
    name = str(model.name)
    if not name.startswith(READING) or name.startswith(NOT_FOR_READING):
        raise CourseError(
            f"{name} is not a look at settings, so it was not sent to the real account. "
            "To allow changes, read help(lab.real_account) first."
        )
