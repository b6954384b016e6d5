"""Learner A, whose notebook runs first in a warm parent, can do nothing to B or to the parent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared_responsibility.grading.engine.running import Job, Outcome, Runner
from shared_responsibility.grading.sandbox import Limits, Mode, choose_mode

pytestmark = pytest.mark.slow

MARK = "the-answers-of-learner-a-" + "7f3c"


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    mode = choose_mode()
    if mode is not Mode.BUBBLEWRAP:
        pytest.skip("A parent is used again only inside bubblewrap.")
    with Runner(mode, Limits()) as made:
        made.run(Job([(0, "1")]))
        assert made.reuses, "this machine cannot nest namespaces, so nothing is shared here"
        yield made


def value(outcome: Outcome, cell: int = 0) -> object:
    """The last value of a cell, which is a plain literal here."""
    import ast

    assert cell in outcome.ran, outcome.why
    return ast.literal_eval(outcome.ran[cell].outputs[-1]["data"]["text/plain"])


ATTACKS = {
    "kill everything": "import os, signal\n"
    "tried = []\n"
    "for pid in [-1, *range(1, 200)]:\n"
    "    if pid == os.getpid(): continue\n"
    "    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGUSR1):\n"
    "        try: os.kill(pid, number); tried.append(pid)\n"
    "        except OSError: pass\n"
    "sorted(set(tried))",
    "trace everything": "import ctypes\nlibc = ctypes.CDLL(None)\n"
    "[pid for pid in range(1, 200) if libc.ptrace(16, pid, 0, 0) == 0]",
    "read and write foreign memory": "import os\ndone = []\n"
    "for pid in [p for p in os.listdir('/proc') if p.isdecimal()]:\n"
    "    if os.path.realpath('/proc/self').endswith('/' + pid): continue\n"
    "    for name, mode in (('mem', 'rb'), ('mem', 'r+b'), ('environ', 'rb'), ('maps', 'rb')):\n"
    "        try:\n"
    "            with open(f'/proc/{pid}/{name}', mode) as f:\n"
    "                if name != 'mem' and f.read(10): done.append((pid, name))\n"
    "                elif name == 'mem': done.append((pid, name))\n"
    "        except OSError: pass\n"
    "[(pid, name) for pid, name in done if pid not in ('1', '2')]",
    "new namespaces and mounts": "import ctypes\nlibc = ctypes.CDLL(None)\n"
    "[call for call, result in {\n"
    "    'unshare user': libc.unshare(0x10000000), 'unshare mounts': libc.unshare(0x20000),\n"
    "    'mount': libc.mount(b'tmpfs', b'/learner', b'tmpfs', 0, None),\n"
    "    'remount': libc.mount(None, b'/', None, 32 | 4096, None),\n"
    "    'unmount': libc.umount2(b'/learner', 2)}.items() if result == 0]",
    "capabilities": "[line.split()[1].strip('0') for line in open('/proc/self/status')\n"
    " if line.startswith(('CapEff', 'CapPrm', 'CapBnd', 'CapInh', 'CapAmb'))\n"
    " and line.split()[1].strip('0')]",
    "descriptors of the parent": "import os, socket, stat\nfound = []\n"
    "for fd in range(3, 1024):\n"
    "    try: mode = os.fstat(fd).st_mode\n"
    "    except OSError: continue\n"
    "    if stat.S_ISSOCK(mode):\n"
    "        try:\n"
    "            s = socket.socket(fileno=os.dup(fd)); s.getpeername()\n"
    "            if s.type == socket.SOCK_STREAM and fd not in own: found.append(fd)\n"
    "            s.close()\n"
    "        except OSError: pass\n"
    "found",
}
"""Each gives the list of what worked; it has to be empty, or name the own namespace only."""


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_reaches_nothing(name: str, runner: Runner) -> None:
    own = (
        "import asyncio\nloop = asyncio.get_event_loop()\n"
        "own = {loop._ssock.fileno(), loop._csock.fileno()}"
    )
    outcome = runner.run(Job([(0, own), (1, ATTACKS[name])]))
    # Killing reaches its own first process at most, which then ends or interrupts it.
    if name != "kill everything":
        assert value(outcome, 1) == []
    after = runner.run(Job([(0, "40 + 2")]))
    assert value(after) == 42
    assert runner.started == 1, "the parent had to be started anew"


LEAVE = """
import os, pathlib, time
for folder in {os.getcwd(), os.environ['HOME'], os.environ['TMPDIR'], '/tmp', '/dev', '/dev/shm',
               '/', '/srm', '/srm/library', '/srm/data', '/learner', '/learner/ipc'}:
    try: pathlib.Path(folder, 'left-by-a').write_text('x')
    except OSError: pass
import shared_responsibility, pandas
for module in (shared_responsibility, pandas):
    for path in pathlib.Path(module.__file__).parent.glob('*.py'):
        try: path.write_text('raise SystemExit')
        except OSError: pass
pandas.DataFrame.__len__ = lambda self: 99
os.environ['LEFT'] = 'x'
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: time.sleep(1)
    os._exit(0)
'left'
"""
LOOK = """
import os, pathlib, pandas
found = [str(p) for f in ('/', '/learner', '/dev', '/srm', '/srm/library', '/srm/data', '/tmp')
         for p in [pathlib.Path(f, 'left-by-a')] if p.exists()]
found += [str(p) for p in pathlib.Path('/learner').rglob('*') if 'left' in p.name]
processes = [p for p in os.listdir('/proc') if p.isdecimal()]
(found, 'LEFT' in os.environ, len(pandas.DataFrame({'a': [1, 2]})), os.listdir('.'))
"""


def test_nothing_of_a_is_left_for_b(runner: Runner) -> None:
    first = runner.run(Job([(0, LEAVE)], {"own.csv": b"1"}))
    assert value(first) == "left"
    second = runner.run(Job([(0, LOOK)]))
    assert value(second) == ([], False, 2, [])


def test_a_process_that_a_left_is_gone(runner: Runner) -> None:
    count = "import os\nlen([p for p in os.listdir('/proc') if p.isdecimal()])"
    before = value(runner.run(Job([(0, count)])))
    runner.run(Job([(0, LEAVE)]))
    assert value(runner.run(Job([(0, count)]))) <= before  # type: ignore[operator]
    assert before <= 5  # type: ignore[operator]


SEARCH = """
wanted, found = bytes(reversed({reversed!r})), 0
# The list of what is mapped, then each piece that can be read.
with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb') as memory:
    for line in list(maps):
        words = line.split()
        start, end = (int(n, 16) for n in words[0].split('-'))
        if 'r' not in words[1] or end - start > 1 << 30 or '[v' in line: continue
        try:
            memory.seek(start)
            found += memory.read(end - start).count(wanted)
        except (OSError, ValueError): pass
found
"""


def test_the_memory_that_b_inherits_holds_nothing_of_a(runner: Runner) -> None:
    # Written backwards, so that the question itself is found in one place only.
    search = SEARCH.format(reversed=bytes(reversed(MARK.encode())))
    before = value(runner.run(Job([(0, search)])))
    source = f"answers = '{MARK}'\nprint(answers)"
    runner.run(Job([(0, source)], {"notes.txt": MARK.encode()}, {"exercise": [[MARK]]}))
    assert value(runner.run(Job([(0, search)]))) == before
    with_its_own = runner.run(Job([(0, f"own = '{MARK}'"), (1, search)]))
    assert value(with_its_own, 1) > before  # type: ignore[operator]


def test_a_bomb_of_processes_ends_with_a(runner: Runner) -> None:
    bomb = "import os\nfor _ in range(500):\n    try: os.fork()\n    except OSError: break"
    runner.run(Job([(0, bomb)], cell_seconds=5))
    assert value(runner.run(Job([(0, "1 + 1")]))) == 2


def test_too_much_memory_ends_a_and_says_so() -> None:
    limits = Limits(total_memory=600 * 1024 * 1024)
    with Runner(choose_mode(), limits) as own:
        outcome = own.run(
            Job(
                [(0, "kept = 1\nkept"), (1, "b = bytearray(2 * 1024**3)\nb[::4096] = b[::4096]\nb")]
            )
        )
        assert not outcome.finished
        assert "memory" in outcome.why
        assert value(outcome) == 1
        assert value(own.run(Job([(0, "1 + 1")]))) == 2


def test_a_full_disk_is_the_learners_own() -> None:
    limits = Limits(work_bytes=20 * 1024 * 1024)
    mode = choose_mode()
    if mode is not Mode.BUBBLEWRAP:
        pytest.skip("Only bubblewrap gives a disk of its own.")
    with Runner(mode, limits) as own:
        fill = "open('big', 'wb').write(b'x' * 50_000_000)"
        outcome = own.run(Job([(0, fill), (1, "'goes on'")]))
        assert outcome.ran[0].outputs[-1]["ename"] == "OSError"
        assert value(outcome, 1) == "goes on"
        assert value(own.run(Job([(0, "import os\nos.listdir('.')")]))) == []


def test_where_a_fork_cannot_be_shut_in_each_notebook_has_a_parent_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mode = choose_mode()
    with Runner(mode, Limits()) as own:
        own.reuses = False
        assert value(own.run(Job([(0, "open('left', 'w').write('x')")]))) == 1
        assert value(own.run(Job([(0, "import os\nos.listdir('.')")]))) == []
        assert own.started == 2


def test_a_notebook_that_stops_its_own_parent_costs_itself_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared_responsibility.grading.engine.running.INTERRUPT_SECONDS", 2)
    stop = "import os, signal, time\nos.kill(os.getppid(), signal.SIGSTOP)\ntime.sleep(60)"
    with Runner(choose_mode(), Limits()) as own:
        own.reuses = False
        outcome = own.run(Job([(0, "1"), (1, stop)], cell_seconds=1))
        # Landlock lets it stop nobody, so that it is only interrupted there.
        assert not outcome.finished or own.mode is not Mode.BUBBLEWRAP
        assert value(outcome) == 1
        assert value(own.run(Job([(0, "1 + 1")]))) == 2
