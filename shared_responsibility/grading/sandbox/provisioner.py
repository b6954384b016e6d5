"""Starts an IPython kernel shut in, for Jupyter's kernel managers."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Any as AnyTrait
from traitlets import default

from shared_responsibility.grading.sandbox.configuration import Sandbox
from shared_responsibility.grading.sandbox.launching import Run, launch
from shared_responsibility.grading.sandbox.limits import Limits
from shared_responsibility.grading.sandbox.modes import Mode

NAME = "srm-sandbox"
"""Name of the entry point in the group `jupyter_client.kernel_provisioners`."""
MOST_MESSAGE_BYTES = 16 * 1024**2
MOST_WAITING = 20
"""Messages of one socket that wait in the grader's memory; the others wait in the kernel."""
PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


@dataclass(frozen=True)
class Shut:
    """How a kernel is shut in, and what it is given; see `launch`."""

    mode: Mode
    limits: Limits = field(default_factory=Limits)
    work: Path | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    sockets: Mapping[str, Path] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    secret: tuple[Path, ...] = ()


class SandboxProvisioner(KernelProvisionerBase):
    """Starts the kernel in a sandbox, over Unix sockets in a folder of the sandbox's own.

    The manager's `shut` says how; without one the settings of `c.Sandbox` hold.
    """

    run: Run | None = None
    why_ended = ""
    """Why the last run was ended from outside, in a sentence."""

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and not yet waited for."""
        return self.run is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Only the words: environment and folder of the outside do not go in."""
        extra = kwargs.pop("extra_arguments", None) or []
        return {"cmd": [*self.kernel_spec.argv, *extra]}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel. Raises `CourseError` where it cannot be shut in."""
        manager: Any = self.parent
        shut = getattr(manager, "shut", None) or shut_by_settings(manager)
        key = manager.session.key.decode()
        connection = _connection(key, "{home}/ipc/k")
        argv = [
            "python",
            *(word.replace("{connection_file}", "{home}/kernel.json") for word in cmd[1:]),
        ]
        self.run = launch(
            argv, mode=shut.mode, limits=shut.limits, work=shut.work, files=shut.files,
            sockets=shut.sockets, env=shut.env, secret=shut.secret,
            texts={"kernel.json": json.dumps(connection)},
        )  # fmt: skip
        inside = str(connection["ip"])
        if connection["transport"] == "ipc":
            inside = str(self.run.outside(f"{self.run.ipc}/k"))
        told: Any = {**connection, "ip": inside, "key": key.encode()}
        self.connection_info = told
        return self.connection_info

    async def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self.run.poll() if self.run else 0

    async def wait(self) -> int | None:
        """Wait for the end, and remove what the run left."""
        if self.run is None:
            return 0
        status = self.run.wait()
        self._end()
        return status

    async def send_signal(self, signum: int) -> None:
        """Ctrl-C reaches the kernel; every other signal ends all of it."""
        if self.run is None:
            return
        if signum == signal.SIGINT:
            self.run.interrupt()
        else:
            self.run.kill()

    async def kill(self, restart: bool = False) -> None:
        """End every process of the sandbox."""
        if self.run:
            self.run.kill()

    async def terminate(self, restart: bool = False) -> None:
        """The same: nothing inside is worth a farewell."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove what the run left."""
        self._end()

    def _end(self) -> None:
        if self.run:
            self.run.end()
            self.why_ended = self.run.why_ended
            self.run = None


class SandboxedClient(AsyncKernelClient):
    """Takes no message above a size, and lets few wait."""

    is_ready = False

    @default("context")
    def _context_default(self) -> zmq.asyncio.Context:
        self._created_context = True
        return bounded_context()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the kernel's first answer."""
        await self._async_wait_for_ready(timeout)
        self.is_ready = True


class SandboxedKernelManager(AsyncKernelManager):
    """A kernel manager whose kernels always run in the sandbox, whatever the notebook names."""

    shut = AnyTrait(None, allow_none=True, help="A `Shut`; None for the settings of `c.Sandbox`.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._client: Any = None
        self.client_factory = SandboxedClient
        # Only this process can open the sockets; a cipher would add nothing.
        self.transport_encryption = "disabled"

    @default("context")
    def _context_default(self) -> zmq.asyncio.Context:
        self._created_context = True
        return bounded_context()

    @property
    def kernel_spec(self) -> KernelSpec:
        """Always this interpreter's kernel."""
        return KernelSpec(
            argv=["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3 (sandbox)",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": NAME}},
        )

    async def _async_pre_start_kernel(self, **kwargs: Any) -> tuple[list[str], dict[str, Any]]:
        # Set here, so that neither a missing entry point nor a factory made earlier decides.
        if self.provisioner is None:
            self.provisioner = SandboxProvisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
        return await super()._async_pre_start_kernel(**kwargs)

    pre_start_kernel = _async_pre_start_kernel

    def client(self, **kwargs: Any) -> Any:
        """A client; `has_answered` tells whether the kernel ever spoke to it."""
        self._client = super().client(**kwargs)
        return self._client

    @property
    def has_answered(self) -> bool:
        """Whether the kernel came up, so that the learner's code may have run."""
        return self._client is not None and self._client.is_ready

    @property
    def why_ended(self) -> str:
        """Why the kernel was ended from outside, in a sentence; "" where it was not."""
        provisioner = self.provisioner
        if not isinstance(provisioner, SandboxProvisioner):
            return ""
        return provisioner.run.why_ended if provisioner.run else provisioner.why_ended

    def stop_now(self) -> None:
        """End every process of the kernel's sandbox."""
        if isinstance(self.provisioner, SandboxProvisioner) and self.provisioner.run:
            self.provisioner.run.kill()

    async def end(self) -> None:
        """Remove everything, however far the start came. May be called twice."""
        self.stop_now()
        if self._client is not None:
            self._client.stop_channels()
        await self.cleanup_resources()


def bounded_context() -> zmq.asyncio.Context:
    """Sockets that drop a peer with too large a message, before it fills the memory."""
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.MAXMSGSIZE, MOST_MESSAGE_BYTES)
    context.setsockopt(zmq.RCVHWM, MOST_WAITING)
    return context


def shut_by_settings(manager: Any) -> Shut:
    """As `c.Sandbox` says. Raises `CourseError` where nothing that is allowed works."""
    settings = Sandbox(parent=manager)
    return Shut(settings.choose(), settings.limits)


def _connection(key: str, ip: str) -> dict[str, Any]:
    common = {"key": key, "signature_scheme": "hmac-sha256", "kernel_name": "python3"}
    if os.name != "nt":
        numbers = {name: place for place, name in enumerate(PORTS, start=1)}
        return {"transport": "ipc", "ip": ip, **numbers, **common}
    return {"transport": "tcp", "ip": "127.0.0.1", **_free_ports(), **common}


def _free_ports() -> dict[str, int]:
    from jupyter_client.connect import LocalPortCache

    ports = LocalPortCache.instance()
    return {name: ports.find_available_port("127.0.0.1") for name in PORTS}
