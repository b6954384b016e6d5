"""boto3 clients that lead to one address, whatever the machine is set to use for a real account."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import socketserver
import threading
from collections.abc import Callable, Mapping
from functools import cache
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from shared_responsibility.errors import CourseError
from shared_responsibility.lab.gate import REGION

INSTALL = (
    "The simulated account needs boto3 and moto, which are not installed here. "
    "Run this in a terminal, then restart the kernel: pip install -r requirements/lab.txt"
)
DUMMY = {"aws_access_key_id": "SIMULATED", "aws_secret_access_key": "simulated"}

NO_HEADERS: Mapping[str, str] = {}

Clients = Callable[[str], Any]
# A session makes one client at a time.
_MAKING = threading.Lock()


def clients_of(url: str, credentials: Mapping[str, str] = DUMMY) -> Clients:
    """A function from the name of a service to a boto3 client at `url`, made once for each."""
    session = _session()

    @cache
    def client(service: str) -> Any:
        with _MAKING:
            made = session.create_client(
                service, region_name=REGION, endpoint_url=url, config=_config(), **credentials
            )
        made.meta.events.register("before-sign.s3-control", _without_number)
        return made

    return client


def _without_number(request: Any, **_: object) -> None:
    """`s3control` puts the number of the account before the host, where no host is called that."""
    request.url = re.sub(r"//\d{12}\.", "//", request.url)


@cache
def _session() -> Any:
    """A session that reads no settings of the learner's own: no file, no profile, no variable.

    One for all, since it keeps the descriptions of the services that it has read.
    """
    try:
        from botocore.session import Session
    except ImportError:
        raise CourseError(INSTALL) from None
    unread = {
        name: (config, None, default, convert)
        for name, (config, _, default, convert) in Session.SESSION_VARIABLES.items()
        if not isinstance(default, dict)
    }
    nowhere = (None, None, os.devnull, None)
    session = Session({**unread, "config_file": nowhere, "credentials_file": nowhere})
    session.set_config_variable("region", REGION)
    return session


def _config() -> Any:
    from botocore.config import Config

    return Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"total_max_attempts": 1},
        # An empty dictionary means: no proxy, whatever the machine says.
        proxies={},
        s3={"addressing_style": "path"},
        ignore_configured_endpoint_urls=True,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class Forwarder:
    """A port on this machine that leads to a Unix socket, since boto3 only knows addresses."""

    def __init__(self, path: str) -> None:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as inner:
                    inner.connect(path)
                    _join(self.request, inner)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()


def _join(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until either side ends."""
    back = threading.Thread(target=_carry, args=(other, one), daemon=True)
    back.start()
    _carry(one, other)
    back.join()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65_536):
            target.sendall(chunk)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def call(
    url: str,
    data: object = None,
    method: str = "POST",
    headers: Mapping[str, str] = NO_HEADERS,
) -> Any:
    """Send JSON, or text as it is, to a server of this machine; JSON comes back as data.

    Raises `CourseError` for a refusal. Knows no proxy.
    """
    place = urlsplit(url)
    connection = HTTPConnection(str(place.hostname), place.port or 80, timeout=60)
    try:
        body = data if isinstance(data, str) else json.dumps(data)
        path = f"{place.path}?{place.query}" if place.query else place.path
        connection.request(method, path, None if data is None else body.encode(), dict(headers))
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
    if answer.status >= 300:
        raise CourseError(f"The simulated account refused {place.path[-20:]}: {text[:200]}")
    try:
        return json.loads(text)
    except ValueError:
        return text
