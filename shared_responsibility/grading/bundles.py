"""The files in a folder or a zip that somebody else packed, with no trust in names or sizes.

Nothing is written here, and nothing is read before its size is known to be within bounds.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.preflight import read_plain

MOST_FILES = 50_000
MOST_BYTES = 4_000_000_000
LARGEST_FILE = 50_000_000
DEEPEST = 12
LONGEST_PATH = 240
UTF8_FLAG, ENCRYPTED_FLAG = 0x800, 0x1
EXTENDED_TIME = 0x5455
HIDDEN = ("__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini")
ODD = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
# A clock that was never set.
NO_TIME = (1980, 1, 1)


class RefusedError(ValueError):
    """A file that is left alone, with the reason in words."""


@dataclass(frozen=True)
class Piece:
    """A file: its path as words, when it was handed in where that is told, and how to read it.

    `refused` says why it may not be read; blank where it may.
    """

    path: tuple[str, ...]
    size: int
    content: Callable[[], bytes]
    time: datetime | None = None
    refused: str = ""

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def shown(self) -> str:
        """The path as people read it."""
        return "".join(c if c.isprintable() else "?" for c in "/".join(self.path))

    def read(self) -> bytes:
        """The content. Raises `RefusedError` where it may not or cannot be read."""
        if self.refused:
            raise RefusedError(self.refused)
        return self.content()


def pieces(source: Path) -> Iterator[Piece]:
    """Every file of a folder or a zip, in order of path, zips of learners unpacked once.

    Raises `CourseError` where the whole cannot be read.
    """
    if source.is_dir():
        found = _in_folder(source)
    elif source.is_file():
        found = _in_zip(_opened(source), None)
    else:
        raise CourseError(f"There is no folder and no zip {source.name}.")
    for piece in sorted(found, key=lambda one: one.path):
        yield from _unpacked(piece)


def _unpacked(piece: Piece) -> Iterator[Piece]:
    if piece.refused or not piece.name.lower().endswith(".zip"):
        yield piece
        return
    try:
        with _archive(piece) as archive:
            yield from sorted(_in_zip(archive, piece), key=lambda one: one.path)
    except (RefusedError, CourseError, zipfile.BadZipFile, *_BROKEN) as problem:
        yield _refused(piece, f"the zip could not be read: {problem}")


def _archive(outer: Piece) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(outer.read()))


_BROKEN = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    struct.error,
    zlib.error,
)


def _refused(piece: Piece, reason: str) -> Piece:
    return Piece(piece.path, piece.size, piece.content, piece.time, reason)


def _in_folder(folder: Path) -> Iterator[Piece]:
    count = 0
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if not _is_hidden(one))
        linked = [one for one in folders if Path(where, one).is_symlink()]
        for name in [*names, *linked]:
            path = Path(where, name)
            if _is_hidden(name):
                continue
            count += 1
            if count > MOST_FILES:
                raise CourseError(f"{folder.name} holds more than {MOST_FILES:,} files.")
            yield _file(folder, path)


def _file(folder: Path, path: Path) -> Piece:
    about = path.lstat()
    words = path.relative_to(folder).parts
    reason = _why_not(words, about.st_size)
    if not stat.S_ISREG(about.st_mode):
        reason = "it is a link or no file"

    def content() -> bytes:
        data = read_plain(path, LARGEST_FILE)
        if data is None:
            raise RefusedError("it is a link, no file, or cannot be read")
        return data

    return Piece(words, about.st_size, content, None, reason)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, *_BROKEN) as problem:
        raise CourseError(f"{path.name} is not a zip that can be read: {problem}.") from None


def _in_zip(archive: zipfile.ZipFile, outer: Piece | None) -> Iterator[Piece]:
    """The files of a zip; those of a learner's own stand below its path, with its time."""
    listed = archive.infolist()
    if len(listed) > MOST_FILES or sum(one.file_size for one in listed) > MOST_BYTES:
        raise CourseError(
            f"The zip unfolds into more than {MOST_FILES:,} files or "
            f"{MOST_BYTES // 1_000_000_000} GB."
        )
    # As if it had been unpacked into a folder of its own name, which may tell the learner.
    before = (*outer.path[:-1], outer.name[: -len(".zip")]) if outer else ()
    room = LARGEST_FILE if outer else MOST_BYTES
    for info in listed:
        name = _decoded(info)
        words = tuple(word for word in name.split("/") if word not in ("", "."))
        if info.is_dir() or not words or any(_is_hidden(word) for word in words):
            continue
        reason = _why_not_member(info, name, words)
        room -= info.file_size
        if room < 0 and not reason:
            reason = f"its zip unfolds into more than {LARGEST_FILE // 1_000_000} MB"
        time = outer.time if outer else _time(info)
        yield Piece((*before, *words), info.file_size, _reader(archive, info, outer), time, reason)


def _reader(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, outer: Piece | None
) -> Callable[[], bytes]:
    def content() -> bytes:
        # A learner's own zip is read again, so that no more than one is held in memory.
        again = _archive(outer) if outer else archive
        try:
            with again.open(info) as file:
                # No more comes out than the zip has declared, whatever is packed in it.
                return file.read(info.file_size)
        except (zipfile.BadZipFile, *_BROKEN) as problem:
            raise RefusedError(f"it could not be unpacked: {problem}") from None

    return content


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name: UTF-8 where it says so or can only be that, else as old programs write it."""
    name = info.orig_filename
    if not info.flag_bits & UTF8_FLAG:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _why_not_member(info: zipfile.ZipInfo, name: str, words: tuple[str, ...]) -> str:
    if info.flag_bits & ENCRYPTED_FLAG:
        return "it is encrypted"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind and kind != stat.S_IFREG:
        return "it is a link or no file"
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        return "its name is an absolute path"
    return _why_not(words, info.file_size)


def _why_not(words: tuple[str, ...], size: int) -> str:
    if any("\\" in word for word in words):
        return "its name holds a backslash"
    if ".." in words:
        return "its name leads out of the folder"
    if len(words) > DEEPEST or len("/".join(words)) > LONGEST_PATH:
        return "its name is too long or too deep"
    if size > LARGEST_FILE:
        return f"it is larger than {LARGEST_FILE // 1_000_000} MB"
    return ""


def _is_hidden(word: str) -> bool:
    return word in HIDDEN or (word.startswith(".") and word not in (".", ".."))


def portable(word: str) -> bool:
    """Whether a file may have this name on every system."""
    return not ODD.search(word) and not word.endswith((".", " ")) and word == word.lstrip()


def _time(info: zipfile.ZipInfo) -> datetime | None:
    """When the file was last changed, in UTC; a time without zone is one of this machine."""
    seconds = _extended_time(info.extra)
    try:
        if seconds is not None:
            found = datetime.fromtimestamp(seconds, UTC)
        elif info.date_time[:3] == NO_TIME:
            return None
        else:
            found = datetime(*info.date_time).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found <= datetime.now(UTC) else None


def _extended_time(extra: bytes) -> int | None:
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, place)
        if kind == EXTENDED_TIME and size >= 5 and place + 9 <= len(extra) and extra[place + 4] & 1:
            return int(struct.unpack_from("<i", extra, place + 5)[0])
        place += 4 + size
    return None
