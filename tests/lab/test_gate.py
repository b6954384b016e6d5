"""What passes the gate of a graded account: AWS calls of the lab, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import pytest

from shared_responsibility.lab.gate import (
    LARGEST_REQUEST,
    MARK,
    MOST_REQUESTS,
    MOST_STEPS,
    Gate,
    UnderPrefix,
    problem_of_path,
)


def signature(service: str = "s3", region: str = "eu-central-1") -> str:
    return (
        f"AWS4-HMAC-SHA256 Credential=SIMULATED/20261124/{region}/{service}/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={'a' * 64}"
    )


def inner(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"inner:" + environ["wsgi.input"].read()]


class Caller:
    """Calls an application as a server would."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.status = ""

    def __call__(
        self,
        path: str = "/",
        method: str = "GET",
        body: bytes = b"",
        signed: str | None = "",
        **more: str,
    ) -> bytes:
        environ: dict[str, Any] = {
            "PATH_INFO": path,
            "RAW_URI": path,
            "REQUEST_METHOD": method,
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": "evil.s3.amazonaws.com",
            "wsgi.input": io.BytesIO(body),
            **more,
        }
        if signed is not None:
            environ["HTTP_AUTHORIZATION"] = signed or signature()
        self.environ = environ
        return b"".join(self.app(environ, self._start))

    def _start(self, status: str, _: object) -> None:
        self.status = status


@pytest.fixture
def call() -> Caller:
    return Caller(Gate(inner, {}))


def test_a_signed_call_passes_with_its_body_and_under_one_name_of_host(call: Caller) -> None:
    assert call("/bucket/key", "PUT", b"data") == b"inner:data"
    assert call.environ["HTTP_HOST"] == "127.0.0.1"


@pytest.mark.parametrize(
    "path",
    [
        "/moto-api/reset",
        "/moto-api/data.json",
        "//moto-api/reset",
        "/%6doto-api/reset",
        "/%256doto-api/reset",
        "/MOTO-API/",
        "/latest/meta-data/",
        "/favicon.ico",
        "/static/app.js",
        "/bucket/../moto-api/reset",
        "moto-api/reset",
        "",
    ],
)
def test_no_other_path_passes(call: Caller, path: str) -> None:
    assert b"inner" not in call(path)
    assert call.status.startswith("403")
    assert problem_of_path(path)


@pytest.mark.parametrize(
    "signed",
    [
        None,
        "Basic c2VjcmV0",
        signature("dynamodb"),
        signature("motoapi.amazonaws.com"),
        signature("moto_api"),
        signature("s3", "us-west-2"),
        signature().replace("/aws4_request", ""),
        signature() + ", more",
        signature().replace("SIMULATED", "a/b"),
    ],
)
def test_only_calls_signed_for_the_services_and_the_region_pass(
    call: Caller, signed: str | None
) -> None:
    assert b"inner" not in call("/", "POST", b"Action=ListUsers", signed)
    assert call.status.startswith("403")


@pytest.mark.parametrize(
    ("path", "body", "more"),
    [
        ("/", b"Action=RunInstances&MaxCount=1000000", {}),
        ("/", b"MaxCount=1&Action=RunInstances", {}),
        ("/", b"Action=Describe&Action=RunInstances", {}),
        ("/", b"", {"QUERY_STRING": "Action=RunInstances"}),
        ("/2015-03-31/functions/resize/invocations", b"", {}),
        ("/2014-11-13/functions/resize/invoke-async/", b"", {}),
    ],
)
def test_neither_machines_nor_functions_run(
    call: Caller, path: str, body: bytes, more: dict[str, str]
) -> None:
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    told = call(path, "POST", body, signature("ec2"), CONTENT_TYPE=kind, **more)
    assert b"inner" not in told
    assert b"runs no machines." in told or b"does not run them." in told


@pytest.mark.parametrize("length", [str(LARGEST_REQUEST + 1), "-1", "1e9", "9" * 30, "x"])
def test_a_body_of_no_bounded_length_does_not_pass(call: Caller, length: str) -> None:
    assert b"inner" not in call("/", "PUT", b"x", CONTENT_LENGTH=length)
    assert b"inner" not in call("/", "PUT", b"x", HTTP_TRANSFER_ENCODING="chunked")


def test_the_number_of_calls_is_bounded() -> None:
    call = Caller(Gate(inner, {}))
    for _ in range(MOST_REQUESTS):
        call("/")
    assert b"no more" in call("/")


def test_a_step_is_said_by_post_alone_and_not_without_end() -> None:
    said: list[str] = []
    call = Caller(Gate(inner, {MARK: said.append}))
    call(MARK, "GET", signed=None)
    assert said == []
    assert call(MARK, "POST", b"s" * 500, signed=None) == b'{"done": true}'
    assert said == ["s" * 60]
    for _ in range(2 * MOST_STEPS):
        call(MARK, "POST", signed=None)
    assert len(said) == MOST_STEPS


@pytest.mark.parametrize("path", ["/", "/bucket", "/wordy/bucket", "/wor", ""])
def test_without_the_word_nothing_answers(path: str) -> None:
    call = Caller(UnderPrefix("word", inner))
    assert b"inner" not in call(path)


def test_with_the_word_the_path_goes_on_without_it() -> None:
    call = Caller(UnderPrefix("word", Gate(inner, {})))
    assert call("/word/bucket", "GET", b"") == b"inner:"
    assert call("/word", "GET", b"") == b"inner:"
    assert b"inner" not in call("/word/moto-api/reset", "POST")
