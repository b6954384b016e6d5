"""What the inside sees of this machine: an interpreter, libraries, and the course without keys."""

from __future__ import annotations

import atexit
import compileall
import json
import os
import shutil
import site
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from py_compile import PycInvalidationMode

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.sandbox import inside
from shared_responsibility.grading.sandbox.scratch import scratch_prefix
from shared_responsibility.tables import data_directory

PACKAGE = Path(__file__).resolve().parents[2]
HIDDEN_ROOMS = frozenset({"grading", "build", "judges", "cli.py", "schemas.py", "data"})
"""Parts of the package that no learner's notebook imports, or that know what is right."""
HIDDEN_TABLES = frozenset({"answers"})

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/fonts", "/etc/localtime",
    "/etc/alternatives",
)  # fmt: skip
"""Of `/etc` only what starting a program, fonts and the time of day need."""
TOO_WIDE = frozenset({"/", "/home", "/root", "/etc", "/var", "/proc", "/dev", "/sys", "/tmp"})


@dataclass(frozen=True)
class View:
    """Folders of the outside that may be read inside, and what of them stays hidden."""

    system: tuple[Path, ...]
    """Seen at their own paths."""
    library: Path
    """A folder with the filtered package and `inside`; comes first on the path."""
    data: Path
    """The tables without answers."""
    settings: Path
    """Matplotlib's settings with a finished list of fonts."""
    masked: tuple[Path, ...]
    """Below `system`, yet never to be seen: the installed package itself, the course."""
    python: Path
    further_packages: tuple[Path, ...]
    """Folders of packages beside those of the interpreter, for example of `pip --user`."""


def view(secret: Iterable[Path] = ()) -> View:
    """The view for this process; the filtered copies are made once and removed at its end.

    `secret`: folders that hold the course or other learners' work, hidden wherever they lie.
    Raises `CourseError` where the interpreter cannot be shown without showing more.
    """
    copies = _copies(_fingerprint())
    further = tuple(_further_packages())
    system = tuple(_without_nested([*_interpreter(), *further, *map(Path, SYSTEM + SETTINGS)]))
    hidden = {PACKAGE, data_directory().resolve(), *(path.resolve() for path in secret)}
    masked = tuple(sorted(path for path in hidden if any(_lies_in(path, s) for s in system)))
    for path in masked:
        if any(_lies_in(Path(p).resolve(), path) for p in (sys.prefix, sys.base_prefix)):
            masked = tuple(one for one in masked if one != path)
    return View(
        system, copies / "library", copies / "data", copies / "settings", masked,
        Path(sys.executable), further,
    )  # fmt: skip


def readable_below(folder: Path, masked: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """(paths to allow, folders whose names may be listed) so that nothing masked is allowed."""
    inner = [path for path in masked if _lies_in(path, folder)]
    if folder in inner:
        return [], []
    if not inner:
        return [folder], []
    allowed: list[Path] = []
    listed = [folder]
    for child in sorted(folder.iterdir()):
        if child.is_symlink():
            continue
        more, names = readable_below(child, inner)
        allowed += more
        listed += names
    return allowed, listed


def _interpreter() -> Iterator[Path]:
    paths = {
        Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix),
        Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("platstdlib")),
        Path(sys.executable).resolve().parent,
    }  # fmt: skip
    for path in sorted(paths):
        if str(path) in TOO_WIDE or path == Path.home():
            raise CourseError(
                f"The interpreter lies in {path}, too wide a folder to show to a learner's code. "
                "Use Python from a virtual environment."
            )
        yield path


def _further_packages() -> Iterator[Path]:
    own = [Path(sys.prefix), Path(sys.base_prefix)]
    named = [*site.getsitepackages(), site.getusersitepackages()]
    for name in named:
        path = Path(name)
        if name in sys.path and path.is_dir() and not any(_lies_in(path, p) for p in own):
            yield path


def _without_nested(paths: Iterable[Path]) -> Iterator[Path]:
    """Existing paths, none below another one; symbolic links stay as they are."""
    kept: list[Path] = []
    for path in sorted({path for path in paths if path.exists()}):
        if not any(_lies_in(path, one) and not one.is_symlink() for one in kept):
            kept.append(path)
    yield from kept


def _lies_in(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def _fingerprint() -> tuple[tuple[str, int, int], ...]:
    """Changes whenever a file of the package or of the tables does."""
    found = []
    for root, hidden in ((PACKAGE, HIDDEN_ROOMS), (data_directory().resolve(), HIDDEN_TABLES)):
        for path in _files(root, hidden):
            about = path.stat()
            found.append((str(path), about.st_mtime_ns, about.st_size))
    return tuple(found)


def _files(root: Path, hidden: frozenset[str]) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        top = Path(folder) == root
        folders[:] = sorted(f for f in folders if f != "__pycache__" and not (top and f in hidden))
        for name in sorted(names):
            path = Path(folder, name)
            if not (top and name in hidden) and not path.is_symlink():
                yield path


@cache
def _home_of_copies() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=scratch_prefix("view-")))
    atexit.register(_remove_if_mine, folder, os.getpid())
    return folder


def _remove_if_mine(folder: Path, pid: int) -> None:
    # A forked child runs the parent's exit handlers too.
    if os.getpid() == pid:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _copies(fingerprint: tuple[tuple[str, int, int], ...]) -> Path:
    copies = Path(tempfile.mkdtemp(prefix="view-", dir=_home_of_copies()))
    package = copies / "library" / PACKAGE.name
    data = data_directory().resolve()
    for name, _, _ in fingerprint:
        path = Path(name)
        if _lies_in(path, data):
            _copy(path, copies / "data" / path.relative_to(data))
        else:
            _copy(path, package / path.relative_to(PACKAGE))
    for path in sorted(Path(inside.__file__).parent.glob("*.py")):
        _copy(path, copies / "library" / "inside" / path.name)
    # Nothing can be written inside, so bytecode that is not there is made again at each start.
    compileall.compile_dir(
        str(copies / "library"),
        quiet=2,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        stripdir=str(copies),
    )
    _font_list(copies / "settings")
    for path in (copies, *copies.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return copies


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _font_list(folder: Path) -> None:
    """Matplotlib's list of fonts, found once here, without the fonts that nobody sees inside."""
    import matplotlib
    from matplotlib import font_manager

    folder.mkdir()
    version = font_manager.FontManager.__version__
    made = Path(matplotlib.get_cachedir()) / f"fontlist-v{version}.json"
    if not made.is_file():
        font_manager.json_dump(font_manager.fontManager, made)
    content = json.loads(made.read_text(encoding="utf-8"))
    for fonts in ("ttflist", "afmlist"):
        content[fonts] = [one for one in content[fonts] if _is_seen(one["fname"])]
    text = json.dumps(content)
    (folder / made.name).write_text(text, encoding="utf-8")


def _is_seen(font: str) -> bool:
    path = Path(font)
    # Matplotlib writes its own fonts relative to itself.
    return not path.is_absolute() or any(_lies_in(path, Path(s)) for s in (*SYSTEM, sys.prefix))
