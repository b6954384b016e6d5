"""Real notebooks in real kernels in the sandbox."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerFactory
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.sandbox import Mode, bubblewrap, execute, modes
from shared_responsibility.grading.sandbox.execute import ENDED_BY, SANDBOX, ExecuteInSandbox
from shared_responsibility.grading.sandbox.inside import landlock
from shared_responsibility.grading.sandbox.modes import why_not
from shared_responsibility.grading.sandbox.provisioner import (
    NAME,
    SandboxedKernelManager,
    SandboxProvisioner,
)

ROOT = Path(__file__).resolve().parents[3]
MODES = [mode for mode in Mode if mode is Mode.LIMITS or not why_not(mode)]
ALL = pytest.mark.parametrize("mode", MODES, ids=[mode.value for mode in MODES])

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(scratch / "runtime"))
    before = {one.pid for one in psutil.Process().children(recursive=True)}
    yield
    assert {one.pid for one in psutil.Process().children(recursive=True)} <= before
    left = [path for path in scratch.iterdir() if not path.name.startswith("srm-view")]
    assert [path for path in left if path.name != "runtime" or any(path.iterdir())] == []


def notebook(*sources: str) -> NotebookNode:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(
        cells=[new_code_cell(source) for source in sources], metadata={"kernelspec": kernel}
    )


def run(
    nb: NotebookNode, folder: Path, mode: str = "auto", timeout: int = 60, **settings: Any
) -> tuple[NotebookNode, dict[str, Any]]:
    settings = {"mode": mode, "allow_limits_only": mode == "limits", **settings}
    step = ExecuteInSandbox(config=Config({"Sandbox": settings}), timeout=timeout)
    step.log = logging.getLogger("sandbox")
    return step.preprocess(nb, {"metadata": {"path": str(folder)}, "nbgrader": {"student": "ada"}})


def outputs(nb: NotebookNode) -> list[Any]:
    return [cell.outputs for cell in nb.cells if cell.cell_type == "code"]


def text(cell: NotebookNode) -> str:
    return str(cell.outputs[0]["data"]["text/plain"]) if cell.outputs else ""


HONEST = (
    "import sys\nimport pandas as pd\nimport matplotlib.pyplot as plt\n"
    "from shared_responsibility import load_matrix, load_table, plot_shift, who",
    "who('rds', 'guest_os')",
    "load_table('services').head()",
    "plt.plot([1, 2, 3])\nplt.show()",
    "pd.DataFrame({'a': [1, 2]}).describe()",
    "print('out'); print('error', file=sys.stderr)",
    "1 / 0",
    "load_matrix().shape",
)


@ALL
def test_an_honest_notebook_has_the_outputs_it_has_outside(mode: Mode, tmp_path: Path) -> None:
    inside, told = run(notebook(*HONEST), tmp_path, mode.value)
    assert told[ENDED_BY] == ""
    assert told[SANDBOX] == mode.does_not_stop
    outside = notebook(*HONEST)
    Execute(timeout=60).preprocess(outside, {"metadata": {"path": str(tmp_path)}})
    assert outputs(inside) == outputs(outside)
    assert len(outputs(inside)[3][0]["data"]["image/png"]) > 1000


@pytest.mark.parametrize(
    "path",
    [ROOT / "course/00-start-here.ipynb", *sorted(ROOT.glob("source/classify*/*.ipynb"))],
    ids=lambda path: path.stem,
)
def test_the_notebooks_of_the_course_run_as_outside(path: Path, tmp_path: Path) -> None:
    inside, told = run(nbformat.read(path, as_version=4), tmp_path)
    assert told[ENDED_BY] == ""
    outside = nbformat.read(path, as_version=4)
    before = os.environ.pop("NBGRADER_EXECUTION", None)
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    try:
        Execute(timeout=60).preprocess(outside, {"metadata": {"path": str(tmp_path)}})
    finally:
        del os.environ["NBGRADER_EXECUTION"]
        if before is not None:
            os.environ["NBGRADER_EXECUTION"] = before
    assert outputs(inside) == outputs(outside)


@ALL
@pytest.mark.parametrize("source", ["import os; os._exit(1)", "import ctypes; ctypes.string_at(0)"])
def test_what_ran_before_a_dead_kernel_is_kept(source: str, mode: Mode, tmp_path: Path) -> None:
    nb, told = run(notebook("1 + 1", source, "3"), tmp_path, mode.value)
    note, first, second, third = nb.cells
    assert "stopped its own kernel" in note.source
    assert (text(first), second.outputs, third.outputs) == ("2", [], [])
    assert "kernel stopped" in told[ENDED_BY]


def test_a_message_that_makes_no_sense_is_left_out(tmp_path: Path) -> None:
    odd = {"stream": {}, "display_data": {"data": 1}, "comm_open": {"data": {"state": 1}}}
    source = (
        f"kernel = get_ipython().kernel\nfor kind, content in {odd!r}.items():\n"
        "    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())\n"
        "print('sent')"
    )
    nb, told = run(notebook("1 + 1", source, "3"), tmp_path)
    assert told[ENDED_BY] == ""
    assert [text(nb.cells[0]), text(nb.cells[2])] == ["2", "3"]
    assert nb.cells[1].outputs[-1]["text"] == "sent\n"


@ALL
def test_a_slow_cell_is_interrupted_and_the_rest_still_runs(mode: Mode, tmp_path: Path) -> None:
    nb, told = run(notebook("1 + 1", "while True: pass", "3"), tmp_path, mode.value, timeout=4)
    assert [text(nb.cells[0]), text(nb.cells[2])] == ["2", "3"]
    assert "CellTimeoutError" in str(nb.cells[1].outputs)
    assert told[ENDED_BY] == ""


def test_a_cell_that_ignores_the_interrupt_ends_the_run(tmp_path: Path) -> None:
    deaf = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    nb, told = run(notebook("1 + 1", deaf, "3"), tmp_path, timeout=4)
    assert text(nb.cells[1]) == "2"
    assert told[ENDED_BY].startswith("A cell did not end")
    assert nb.cells[3].outputs == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import os; os.kill(os.getpid(), 19)", "It ran longer than 8 seconds."),
        ("held = [bytearray(2**26) for _ in range(6)]\nwhile True: pass",
         "It used more than 300 MiB of memory."),
    ],
    ids=["stopped", "memory"],
)  # fmt: skip
def test_a_notebook_beyond_its_limits_says_which(source: str, why: str, tmp_path: Path) -> None:
    nb, told = run(notebook("1 + 1", source, "3"), tmp_path, seconds=8.0, total_memory=300 * 2**20)
    assert told[ENDED_BY] == why
    assert why in nb.cells[0].source
    assert text(nb.cells[1]) == "2"
    assert nb.cells[3].outputs == []


@pytest.mark.parametrize(
    "source",
    [
        "for _ in range(1000): print('x' * 100_000, flush=True)",
        "print('x' * 100_000_000)",
        "raise ValueError('x' * 3_000_000)",
        "from IPython.display import display\n"
        "for _ in range(100): display({'text/plain': 'x' * 100_000}, raw=True)",
        "import warnings\nfor n in range(100): warnings.warn('x' * 100_000 + str(n))",
    ],
    ids=["prints", "one print", "error", "displays", "warnings"],
)
def test_output_is_bounded(source: str, tmp_path: Path) -> None:
    before = psutil.Process().memory_info().rss
    nb, told = run(notebook("1 + 1", source, "3"), tmp_path, timeout=10, output_bytes=2**20)
    assert len(str(nb)) < 3 * 2**20
    assert told[ENDED_BY] != ""
    assert text(nb.cells[1]) == "2"
    assert nb.cells[3].outputs == []
    assert psutil.Process().memory_info().rss - before < 200 * 2**20


def test_files_beside_the_notebook_are_copied_in(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("5", encoding="utf-8")
    source = "kept = open('mine.csv').read(); open('mine.csv', 'w').write('6'); int(kept)"
    nb, _ = run(notebook(source), tmp_path)
    assert text(nb.cells[0]) == "5"
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8") == "5"


def test_a_step_gives_inputs_to_the_notebook(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs.json"
    inputs.write_text("[1]", encoding="utf-8")

    class WithInputs(ExecuteInSandbox):
        def files_for(self, nb: NotebookNode, resources: dict[str, Any]) -> dict[str, Path]:
            return {execute.INPUTS: inputs}

    nb = notebook("import os; open(os.environ['SRM_INPUTS']).read()")
    nb, _ = WithInputs(timeout=60).preprocess(nb, {"metadata": {"path": str(tmp_path)}})
    assert text(nb.cells[0]) == "'[1]'"


def test_outputs_that_were_there_do_not_count(tmp_path: Path) -> None:
    nb = notebook("import os; os._exit(1)", "3")
    nb.cells[1].outputs = [{"output_type": "stream", "name": "stdout", "text": "forged"}]
    nb, _ = run(nb, tmp_path)
    assert "forged" not in str(nb.cells)


def test_without_a_sandbox_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes.why_not.cache_clear()
    monkeypatch.setattr(bubblewrap, "program", lambda: None)
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    monkeypatch.delenv(modes.UNSANDBOXED, raising=False)
    ran = tmp_path / "ran"
    try:
        with pytest.raises(CourseError, match="No sandbox works here"):
            run(notebook(f"open({str(ran)!r}, 'w')"), tmp_path)
    finally:
        modes.why_not.cache_clear()
    assert not ran.exists()


def test_a_sandbox_that_fails_for_one_submission_gives_no_output_and_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> list[str]:
        return ["--no-such-option"]

    if why_not(Mode.BUBBLEWRAP):
        pytest.skip(why_not(Mode.BUBBLEWRAP))
    monkeypatch.setattr(bubblewrap, "options", broken)
    nb = notebook("1 + 1")
    nb.cells[0].outputs = [{"output_type": "stream", "name": "stdout", "text": "forged"}]
    nb, told = run(nb, tmp_path, "bubblewrap")
    assert "could not be set up" in told[ENDED_BY]
    assert "was not run" in nb.cells[0].source
    assert nb.cells[1].outputs == []
    assert "ada: NOT RUN, 0 points." in caplog.text


def test_a_kernel_that_cannot_start_is_not_taken_for_a_blank(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = KernelSpec(argv=["python", "-c", "raise SystemExit(1)"], language="python")
    monkeypatch.setattr(SandboxedKernelManager, "kernel_spec", broken)
    nb, told = run(notebook("1 + 1"), tmp_path)
    assert "did not start in the sandbox" in told[ENDED_BY]
    assert "was not run" in nb.cells[0].source
    assert nb.cells[1].outputs == []


def test_no_name_of_a_kernel_leads_out_of_the_sandbox(tmp_path: Path) -> None:
    nb = notebook("import os; os.environ['HOME'].endswith('/home') and os.getcwd()[-5:]")
    nb.metadata.kernelspec.name = "some-other-kernel"
    nb, told = run(nb, tmp_path)
    assert told[ENDED_BY] == ""
    assert text(nb.cells[0]) == "'/work'"


def test_a_factory_made_before_has_no_say(tmp_path: Path) -> None:
    """In the formgrader's server a kernel may have been started already."""
    factory = KernelProvisionerFactory.instance()
    try:
        assert factory.default_provisioner_name == "local-provisioner"
        nb, _ = run(notebook("import os; os.getcwd()[-13:]"), tmp_path)
        assert text(nb.cells[0]).endswith("learner/work'")
    finally:
        KernelProvisionerFactory.clear_instance()


def test_the_entry_point_names_the_provisioner(root: Path) -> None:
    import tomllib

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = project["entry-points"][KernelProvisionerFactory.GROUP_NAME]
    module, _, name = points[NAME].partition(":")
    assert f"{SandboxProvisioner.__module__}:{SandboxProvisioner.__name__}" == f"{module}:{name}"


def test_a_manager_by_itself_follows_the_settings(tmp_path: Path) -> None:
    async def first_answer() -> str:
        manager = SandboxedKernelManager()
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
            reply = await client.execute_interactive("import os; assert os.getpid() < 10")
            return str(reply["content"]["status"])
        finally:
            await manager.end()

    if why_not(Mode.BUBBLEWRAP):
        pytest.skip(why_not(Mode.BUBBLEWRAP))
    assert isinstance(SandboxedKernelManager().kernel_spec, KernelSpec)
    assert asyncio.run(first_answer()) == "ok"


def test_a_running_event_loop_is_no_hindrance(tmp_path: Path) -> None:
    """The formgrader's handlers grade inside the loop of its server."""

    async def handler() -> str:
        nb, told = run(notebook("1 + 1"), tmp_path)
        assert told[ENDED_BY] == ""
        return text(nb.cells[0])

    assert asyncio.run(handler()) == "2"
