"""How a notebook's process tells what happens: frames of one letter, a length and bytes."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

HEAD = struct.Struct(">cI")
START, DONE, MESSAGE, FINISHED, REFUSED = b"S", b"D", b"M", b"F", b"R"
"""A cell begins, a cell has ended, an output, all cells have run, could not be shut in."""


def frame(letter: bytes, body: bytes = b"") -> bytes:
    """One frame, ready to write."""
    return HEAD.pack(letter, len(body)) + body


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte to a blocking descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


class Frames:
    """Cuts what arrives in pieces into whole frames. Never keeps more than it was given."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The frames that are whole now; what is left over waits for the next piece."""
        waiting = self._waiting
        waiting += data
        place = 0
        while place + HEAD.size <= len(waiting):
            letter, length = HEAD.unpack_from(waiting, place)
            end = place + HEAD.size + length
            if end > len(waiting):
                break
            yield letter, bytes(waiting[place + HEAD.size : end])
            place = end
        del waiting[:place]
