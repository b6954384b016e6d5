"""A notebook in a fork of the warm process gives what nbclient and a real kernel give."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from shared_responsibility.grading.engine.running import Job, Outcome, Runner
from shared_responsibility.grading.sandbox import Limits, choose_mode

pytestmark = pytest.mark.slow

CELLS = [
    "print('one')\n1 + 1",
    "import sys\nprint('out'); print('err', file=sys.stderr); print('out again')",
    "_ + 1",
    "_ih[1], Out[1], _1, In[2][:10]",
    "from IPython.display import display, HTML, Markdown, clear_output\n"
    "print('before'); display(HTML('<b>x</b>')); print('after'); display(1, 'two')",
    "handle = display('first', display_id='d'); handle.update('second')",
    "display('later', display_id='d');",
    "print('gone'); clear_output(); print('kept')",
    "print('gone'); clear_output(wait=True); print('kept')",
    "class Rich:\n"
    "    def _repr_mimebundle_(self, **_):\n"
    "        return {'application/x+json': {'a': [1, None]}, 'text/plain': '0.0'}\n"
    "Rich()",
    "class Picture:\n    def _repr_png_(self):\n        return b'\\x89PNG\\r\\n'\nPicture()",
    "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})",
    "pd.DataFrame({'a': [1, 2]}).apply(lambda row: row['missing'], axis=1)",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(); ax.bar(['a'], [1])",
    "plt.plot([1, 2]); plt.show(); print('shown')",
    "fig",
    "import warnings\nwarnings.warn('careful')",
    "1 / 0",
    "def f(:",
    "  indented",
    "def inner():\n    raise ValueError('deep')\ndef outer():\n    inner()\nouter()",
    "class Odd(Exception):\n    def _render_traceback_(self): return ['line']\nraise Odd()",
    "raise SystemExit(3)",
    "import sys\nsys.exit('bye')",
    "input('name? ')",
    "import getpass\ngetpass.getpass()",
    "import asyncio\nasync def slow(): return await asyncio.sleep(0.01, 'slept')\nawait slow()",
    "await asyncio.sleep(0); raise KeyError('in async')",
    "asyncio.run(slow())",
    "%precision 2\n3.14159",
    "%%capture caught\nprint('captured')",
    "caught.stdout",
    "%no_such_magic",
    "%%writefile made.txt\nhello",
    "files = !ls made.txt\nfiles",
    "import os\nos.system('echo from a shell')",
    "import subprocess\nsubprocess.run(['echo', 'from a program']); None",
    "os.write(1, b'written to one\\n'); os.write(2, b'written to two\\n'); None",
    "?len",
    "get_ipython().run_line_magic('who_ls', '') and None",
    "get_ipython().set_next_input('x = 1')",
    "print('a\\rb'); print('x\\x08y')",
    "sys.stdout.write('no newline')",
    "print('flushed', flush=True); print('then')",
    "import logging\nlogging.warning('logged')",
    "lambda: 0",
    "x = 5; x;",
    "None",
    "",
    "   # only a comment",
    "float('nan'), {'k': [1, 2]}, 'é' * 3",
    "import threading\nt = threading.Thread(target=print, args=['in it']); t.start(); t.join()",
    "__name__, get_ipython().__class__.__name__, os.path.basename(os.getcwd())",
    "import random, numpy\nrandom.random() != random.random(), type(numpy.random.rand()).__name__",
    "from shared_responsibility import who\nwho('ec2', 'guest_os')",
    "import builtins\nbuiltins.print is print",
    "'last'",
]
"""What notebooks do. A test below compares the outputs of every one of them."""


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(choose_mode(), Limits()) as made:
        yield made


@pytest.fixture(scope="module")
def by_nbclient(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The same cells in a real kernel, as nbgrader runs them. `!ls` is left out: it needs a
    terminal, which the sandbox has not."""
    folder = tmp_path_factory.mktemp("nbclient") / "work"
    folder.mkdir()
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    step = Execute(config=Config(), record_timing=False)
    with pytest.MonkeyPatch.context() as patch:
        # Under pytest a kernel would not catch what programs print; and paths begin with ~ there.
        patch.delenv("PYTEST_CURRENT_TEST")
        patch.setenv("HOME", str(folder.parent))
        step.preprocess(notebook, {"metadata": {"path": str(folder)}})
    return notebook


@pytest.fixture(scope="module")
def by_fork(runner: Runner) -> Outcome:
    return runner.run(Job([(n, source) for n, source in enumerate(CELLS) if source.strip()]))


@pytest.mark.parametrize("number", range(len(CELLS)), ids=lambda n: CELLS[n][:30])
def test_a_cell_has_the_outputs_of_a_real_kernel(
    number: int, by_nbclient: Any, by_fork: Outcome
) -> None:
    expected = by_nbclient.cells[number]
    found = by_fork.ran.get(number)
    if not CELLS[number].strip():
        assert found is None
        return
    assert found is not None, by_fork.why
    assert found.execution_count == expected.execution_count
    assert plain(found.outputs) == plain(expected.outputs)


def plain(outputs: Any) -> Any:
    """Outputs without process ids, addresses and folders."""
    text = json.dumps(outputs, sort_keys=True, indent=1)
    text = re.sub(r"(/learner)?/tmp/ipykernel_\d+", "<tmp>", text)
    text = re.sub(r"0x[0-9a-f]{6,}", "<address>", text)
    return re.sub(r'/srm/library/|/[^" ]*/(?=shared_responsibility/)', "", text)


def test_a_notebook_runs_to_its_end(by_fork: Outcome) -> None:
    assert by_fork.finished
    assert by_fork.why == ""


def test_a_fork_knows_nothing_of_the_one_before(runner: Runner) -> None:
    first = runner.run(Job([(0, "secret = 'a'\nopen('left.txt', 'w').write('a')\nIn")]))
    second = runner.run(Job([(0, "import os\n'secret' in globals(), os.listdir('.'), len(In)")]))
    assert first.finished
    assert text_of(second, 0) == "(False, [], 2)"
    assert runner.started == 1


def text_of(outcome: Outcome, cell: int) -> str:
    """The plain text of the last value of a cell."""
    return str(outcome.ran[cell].outputs[-1]["data"]["text/plain"])


def test_forks_draw_numbers_of_their_own(runner: Runner) -> None:
    job = Job([(0, "import random, numpy\n(random.random(), float(numpy.random.rand()))")])
    assert text_of(runner.run(job), 0) != text_of(runner.run(job), 0)


def test_files_and_inputs_lie_in_the_work_folder(runner: Runner) -> None:
    source = "import json, os\nopen('d/x.csv').read(), json.load(open(os.environ['SRM_INPUTS']))"
    outcome = runner.run(Job([(0, source)], {"d/x.csv": b"1,2"}, {"f": [[1]]}))
    assert text_of(outcome, 0) == "('1,2', {'f': [[1]]})"


@pytest.mark.parametrize(
    "last",
    ["import os\nos._exit(1)", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
     "import ctypes\nctypes.string_at(0)"],
    ids=["exit", "kill", "crash"],
)  # fmt: skip
def test_a_notebook_that_dies_keeps_what_came_before(runner: Runner, last: str) -> None:
    outcome = runner.run(Job([(0, "print('kept')\n7"), (1, last), (2, "'never'")]))
    assert not outcome.finished
    assert text_of(outcome, 0) == "7"
    assert 2 not in outcome.ran


def test_a_cell_that_takes_too_long_is_interrupted_and_the_rest_runs(runner: Runner) -> None:
    cells = [(0, "import time\ntime.sleep(60)"), (1, "'goes on'")]
    outcome = runner.run(Job(cells, cell_seconds=1))
    assert [output["ename"] for output in outcome.ran[0].outputs] == [
        "KeyboardInterrupt",
        "CellTimeoutError",
    ]
    assert text_of(outcome, 1) == "'goes on'"


def test_top_level_await_that_takes_too_long_is_interrupted(runner: Runner) -> None:
    cells = [(0, "import asyncio\nawait asyncio.sleep(60)"), (1, "'goes on'")]
    outcome = runner.run(Job(cells, cell_seconds=1))
    assert outcome.ran[0].outputs[-1]["ename"] == "CellTimeoutError"
    assert text_of(outcome, 1) == "'goes on'"


def test_a_cell_that_ignores_the_interrupt_is_ended(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared_responsibility.grading.engine.running.INTERRUPT_SECONDS", 1)
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    outcome = runner.run(Job([(0, "1"), (1, stubborn), (2, "2")], cell_seconds=1))
    assert not outcome.finished
    assert "did not end" in outcome.why
    assert text_of(outcome, 0) == "1"
    assert text_of(runner.run(Job([(0, "'next learner'")])), 0) == "'next learner'"


def test_printing_without_end_is_cut_and_the_rest_runs(runner: Runner) -> None:
    cells = [(0, "for _ in range(200):\n    print('x' * 100_000)"), (1, "'goes on'")]
    outcome = runner.run(Job(cells))
    text = outcome.ran[0].outputs[0]["text"]
    assert len(text) < 1_100_000
    assert text.endswith("... Output truncated ...\n")
    assert text_of(outcome, 1) == "'goes on'"


def test_showing_more_than_allowed_ends_the_notebook(runner: Runner) -> None:
    cells = [(0, "1"), (1, "for _ in range(50):\n    display('x' * 1_000_000)"), (2, "2")]
    outcome = runner.run(Job(cells))
    assert not outcome.finished
    assert outcome.why.startswith("It printed more than")


def test_a_late_thread_prints_into_no_other_cell(runner: Runner) -> None:
    late = "import threading, time\nthreading.Timer(0.2, lambda: print('late')).start()"
    outcome = runner.run(Job([(0, late), (1, "time.sleep(0.5)\n'quiet'")]))
    kinds = [output["output_type"] for output in outcome.ran[1].outputs]
    assert "execute_result" in kinds


def test_forged_frames_hold_no_other_cell(runner: Runner) -> None:
    forge = (
        "import os, json, struct, stat\n"
        "body = json.dumps({'type': 'execute_result', 'cell': 'cell-0', 'content': "
        "{'data': {'text/plain': '99'}, 'metadata': {}}}).encode()\n"
        "for fd in range(3, 64):\n"
        "    try:\n"
        "        os.write(fd, struct.pack('>cI', b'M', len(body)) + body)\n"
        "    except OSError: pass\n"
    )
    outcome = runner.run(Job([(0, "1"), (1, forge), (2, "2")]))
    assert [o["data"]["text/plain"] for o in outcome.ran[0].outputs] == ["1"]


def test_junk_from_a_notebook_is_no_output(runner: Runner) -> None:
    junk = (
        "import os, struct\n"
        "for fd in range(3, 64):\n"
        "    try:\n"
        "        for body in (b'{', b'[]', b'null', b'[' * 100000, b'\\xff', b'{\"type\": 1}'):\n"
        "            os.write(fd, struct.pack('>cI', b'M', len(body)) + body)\n"
        "        os.write(fd, struct.pack('>cI', b'M', 2**31))\n"
        "    except OSError: pass\n"
    )
    outcome = runner.run(Job([(0, "1"), (1, junk)], cell_seconds=5))
    assert text_of(outcome, 0) == "1"


def test_a_folder_of_two_hundred_forks_leaves_nothing(runner: Runner, tmp_path: Path) -> None:
    """Descriptors that a fork inherits would hang a later one: about 170 were too many."""
    for number in range(200):
        outcome = runner.run(Job([(0, f"print({number})")]))
        assert outcome.finished
        assert outcome.ran[0].outputs[0]["text"] == f"{number}\n"
    assert runner.started <= 2
