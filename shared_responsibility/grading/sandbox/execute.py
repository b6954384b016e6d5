"""nbgrader's step that runs a notebook, with the kernel in the sandbox. It fails closed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader import preprocessors as stock

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.sandbox.configuration import Sandbox
from shared_responsibility.grading.sandbox.provisioner import SandboxedKernelManager, Shut

INPUTS, ACCOUNT = "SRM_INPUTS", "SRM_ACCOUNT_SOCKET"
SANDBOX, ENDED_BY = "srm_sandbox", "srm_sandbox_ended"
"""Keys in `resources`, for ledger and report: the sandbox used with what it does not stop, and
the sentence why the run was ended or never began ("" where it came to its end)."""
STOPPED = (
    "**The notebook stopped its own kernel while it ran.** Exercises after that point "
    "have no answers. Look for `exit()` or for a loop that does not end."
)
ENDED = "**The notebook was stopped while it ran.** {} Exercises after that point have no answers."
NO_END = "A cell did not end, or gave more output at once than can be taken."
NOT_RUN = "**This notebook was not run, so it has no points.** Tell your instructor: {}"


class ExecuteInSandbox(stock.Execute):
    """Runs a notebook shut in. What ran before a stop is kept, and the notebook says why.

    Where the sandbox of this submission cannot be started, nothing runs and no output is left.
    Where this machine offers no sandbox that is allowed, `CourseError` is raised.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs["kernel_manager_class"] = SandboxedKernelManager
        kwargs["shutdown_kernel"] = "immediate"
        # A loop that ignores Ctrl-C is given this long after the time for its cell.
        kwargs["iopub_timeout"] = 10
        super().__init__(**kwargs)
        self._manager: SandboxedKernelManager | None = None
        self._shut: Shut | None = None
        self._left = 0
        self._too_much = False
        self._polls: list[asyncio.Task[None] | None] = []

    def files_for(self, nb: NotebookNode, resources: dict[str, Any]) -> Mapping[str, Path]:
        """Environment variable -> file that the notebook may read, such as `INPUTS`."""
        return {}

    def sockets_for(self, nb: NotebookNode, resources: dict[str, Any]) -> Mapping[str, Path]:
        """Environment variable -> Unix socket that the notebook may use, such as `ACCOUNT`."""
        return {}

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Run the notebook in place."""
        settings = Sandbox(parent=self)
        mode = settings.choose()
        folder = resources.get("metadata", {}).get("path")
        self._manager, self._left, self._too_much = None, settings.output_bytes, False
        _clear(nb)
        resources[SANDBOX], resources[ENDED_BY] = mode.does_not_stop, ""
        try:
            self._shut = Shut(
                mode,
                settings.limits,
                Path(folder) if folder else None,
                self.files_for(nb, resources),
                self.sockets_for(nb, resources),
                # nbgrader works in the root of the course while it converts.
                secret=(Path.cwd(),),
            )
            super().preprocess(nb, resources)
        except Exception as problem:
            self._tell(nb, resources, problem)
        finally:
            self._clean_up()
        return nb, resources

    def create_kernel_manager(self) -> SandboxedKernelManager:
        """A manager whose kernel starts in the sandbox; the notebook's kernel name has no say."""
        self.km: Any = SandboxedKernelManager(shut=self._shut)
        self._manager = self.km
        return self._manager

    async def _async_poll_kernel_alive(self) -> None:
        # nbclient forgets this task where a message cannot be read.
        self._polls.append(asyncio.current_task())
        await super()._async_poll_kernel_alive()

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Take one message, unless the notebook has said too much or the message has no sense."""
        if msg["msg_type"] != "status":
            self._count(msg["content"], msg.get("buffers", ()))
            if self._too_much:
                return None
        try:
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception as problem:
            self.log.debug("A message was left out: %s: %s", type(problem).__name__, problem)
            return None

    def on_cell_executed(self, **kwargs: Any) -> None:
        """nbgrader adds the error of the reply to the outputs; it counts as output."""
        self._count(kwargs["execute_reply"]["content"], ())
        if not self._too_much:
            super().on_cell_executed(**kwargs)

    def _count(self, content: Any, buffers: Any) -> None:
        self._left -= len(json.dumps(content, default=str)) + sum(len(part) for part in buffers)
        if self._left < 0 and not self._too_much:
            self._too_much = True
            assert self._manager is not None
            self._manager.stop_now()

    def _tell(self, nb: NotebookNode, resources: dict[str, Any], problem: Exception) -> None:
        who = resources.get("nbgrader", {}).get("student", "")
        started = self._manager is not None and self._manager.has_answered
        if not started:
            _clear(nb)
            reason = str(problem) if isinstance(problem, CourseError) else (
                f"the kernel did not start in the sandbox ({type(problem).__name__}: {problem})."
            )  # fmt: skip
            self.log.error("%s: NOT RUN, 0 points. %s", who, reason)
            told = NOT_RUN.format(reason)
        else:
            reason = self._reason(problem)
            told = ENDED.format(reason) if reason else STOPPED
            reason = reason or f"The kernel stopped ({type(problem).__name__})."
            self.log.warning("%s: %s", who, reason)
        resources[ENDED_BY] = reason
        nb.cells.insert(0, new_markdown_cell(told, id="kernel-stopped"))

    def _reason(self, problem: Exception) -> str:
        if self._too_much:
            assert self._shut is not None
            return f"It printed more than {self._shut.limits.output_bytes // 1024} KiB."
        ended = self._manager.why_ended if self._manager else ""
        return ended or (NO_END if isinstance(problem, CellTimeoutError) else "")

    def _clean_up(self) -> None:
        for task in filter(None, self._polls):
            task.cancel()
        self._polls.clear()
        if self._manager is not None:
            run_sync(self._manager.end)()
        self.km = self.kc = None


def _clear(nb: NotebookNode) -> None:
    """No output that was there before may be taken for one of this run."""
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
