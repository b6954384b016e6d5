"""What the server of the lab lets through: calls to a few AWS services, and nothing else."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

REGION = "eu-central-1"
SERVICES = ("ec2", "s3", "iam", "rds", "lambda", "kms", "cloudtrail", "sts")
REGIONS = {"iam": (REGION, "us-east-1"), "sts": (REGION, "us-east-1")}
PRACTICE, BEGIN, MARK, END = "/srm-practice", "/srm-begin", "/srm-mark", "/srm-end"
"""What the learner's side may say beside calls to AWS: see `server.Run`."""
MOST_STEPS = 60
LONGEST_SEED = 60
LARGEST_REQUEST = 1_000_000
MOST_REQUESTS = 5_000
MOST_BYTES = 50_000_000
SIGNATURE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[A-Za-z0-9]{1,128}/\d{8}/([a-z0-9-]{1,32})/([a-z0-9-]{1,32})"
    r"/aws4_request, ?SignedHeaders=[A-Za-z0-9;-]{1,1000}, ?Signature=[0-9a-f]{64}"
)
# Machines would fill the memory of the server, and a function would run a stranger's code there.
REFUSED_ACTIONS = ("RunInstances", "RequestSpotInstances", "CreateFleet", "RequestSpotFleet")
REFUSED_PATHS = re.compile(r"/(invocations|invoke-async|response-streaming-invocations)/?$")
INNER_PATHS = re.compile(r"/+(moto-api|latest|favicon\.ico|static|_)", re.IGNORECASE)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]


class UnderPrefix:
    """An application that answers under a secret first part of the path, and nowhere else.

    A port on this machine is open to everybody who works on it; who does not know the word is
    turned away.
    """

    def __init__(self, word: str, app: App) -> None:
        self.prefix, self.app = f"/{word}", app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if path != self.prefix and not path.startswith(f"{self.prefix}/"):
            return refused(start_response, "This is not your account.")
        environ = dict(environ)
        environ["PATH_INFO"] = path.removeprefix(self.prefix) or "/"
        for raw in ("RAW_URI", "REQUEST_URI"):
            if raw in environ:
                rest = str(environ[raw]).removeprefix(self.prefix)
                environ[raw] = rest if rest.startswith("/") else f"/{rest}"
        return self.app(environ, start_response)


class Gate:
    """Passes signed calls to the services of the lab, of bounded size and number.

    `steps` are the few other things that may be said, each a path with what is done then.
    """

    def __init__(self, app: App, steps: Mapping[str, Callable[[str], object]]) -> None:
        self.app, self.steps = app, steps
        self.calls = self.turned_away = self.bytes = self.said = 0
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        problem = self._problem(environ)
        step = self.steps.get(str(environ.get("PATH_INFO")))
        if step is not None and environ.get("REQUEST_METHOD") == "POST":
            return self._step(step, environ, start_response)
        if problem:
            with self._lock:
                self.turned_away += 1
            return refused(start_response, problem, _service(environ))
        return self.app(environ, start_response)

    def _step(
        self, step: Callable[[str], object], environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        with self._lock:
            self.said += 1
            if self.said > MOST_STEPS:
                return refused(start_response, "This account was begun too many times.")
            step(environ["wsgi.input"].read(LONGEST_SEED).decode("utf-8", "replace"))
        return answered(start_response, {"done": True})

    def _problem(self, environ: Environ) -> str:
        """Why a call may not pass, or nothing. Leaves the body where the next reads it."""
        received, environ["wsgi.input"] = environ["wsgi.input"], io.BytesIO()
        if environ.get("HTTP_TRANSFER_ENCODING"):
            return "A call must say how long it is."
        length = _number(environ.get("CONTENT_LENGTH"))
        with self._lock:
            self.calls += 1
            self.bytes += max(length, 0)
            many = self.calls > MOST_REQUESTS or self.bytes > MOST_BYTES
        if many:
            return f"This account takes {MOST_REQUESTS} calls and {MOST_BYTES} bytes, no more."
        if not 0 <= length <= LARGEST_REQUEST:
            return f"A call may hold {LARGEST_REQUEST} bytes at most."
        body = received.read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(body)
        # The name of a host would choose another part of the simulation.
        environ["HTTP_HOST"] = "127.0.0.1"
        return problem_of_path(str(environ.get("PATH_INFO", ""))) or problem_of_call(environ, body)


def problem_of_path(path: str) -> str:
    """Why a path is not one of AWS's, or nothing."""
    seen = path
    for _ in range(4):
        if INNER_PATHS.match(seen) or "/../" in f"{seen}/" or not seen.startswith("/"):
            return "Only calls to AWS services pass here."
        seen = unquote(seen)
    if REFUSED_PATHS.search(path):
        return "This account keeps functions, it does not run them."
    return ""


def problem_of_call(environ: Environ, body: bytes) -> str:
    """Why a call is not one that the account takes, or nothing."""
    signed = SIGNATURE.fullmatch(str(environ.get("HTTP_AUTHORIZATION", "")))
    if signed is None:
        return "Only signed calls pass here: use account.client(...)."
    region, service = signed.groups()
    if service not in SERVICES:
        return f"This account has no {service}. It has: {', '.join(SERVICES)}."
    if region not in REGIONS.get(service, (REGION,)):
        return f"This account is in {REGION} alone."
    asked = {*_actions(str(environ.get("QUERY_STRING", ""))), *_actions(_form(environ, body))}
    asked.add(str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2])
    if asked & set(REFUSED_ACTIONS):
        return "This account runs no machines."
    return ""


def _actions(text: str) -> list[str]:
    return parse_qs(text, max_num_fields=5_000).get("Action", []) if "Action" in text else []


def _form(environ: Environ, body: bytes) -> str:
    kind = str(environ.get("CONTENT_TYPE", ""))
    return body.decode("utf-8", "replace") if kind.startswith("application/x-www-form") else ""


def _number(text: object) -> int:
    written = str(text or "0")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 12 else -1


def _service(environ: Environ) -> str:
    signed = SIGNATURE.fullmatch(str(environ.get("HTTP_AUTHORIZATION", "")))
    return signed.group(2) if signed else ""


def refused(start_response: StartResponse, why: str, service: str = "") -> Iterable[bytes]:
    """A refusal in one sentence, in the form in which boto3 reads errors of the service."""
    error = f"<Error><Code>NotInTheLab</Code><Message>{escape(why)}</Message></Error>"
    shapes = {
        "ec2": f"<Response><Errors>{error}</Errors></Response>",
        "s3": error,
        **dict.fromkeys(("iam", "rds", "sts"), f"<ErrorResponse>{error}</ErrorResponse>"),
        **dict.fromkeys(("lambda", "kms", "cloudtrail"), json.dumps({"message": why})),
    }
    start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
    return [shapes.get(service, why).encode()]


def answered(start_response: StartResponse, data: object) -> Iterable[bytes]:
    """Plain data as JSON."""
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(data).encode()]
