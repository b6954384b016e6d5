"""From the frames of a notebook's process to the outputs of its cells, as nbclient stores them.

Everything here was sent by a process that ran a learner's code: it is checked for shape and size,
and trusted for nothing else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode, from_dict

from shared_responsibility.grading.engine.warm.frames import (
    DONE,
    FINISHED,
    MESSAGE,
    REFUSED,
    START,
    Frames,
)

MOST_OUTPUTS = 10_000
"""Outputs of one notebook."""
DEEPEST = 50
TIMED_OUT = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"],
}
"""As nbgrader's `Execute.error_on_timeout`."""
NO_TRACEBACK = ["ERROR: An error occurred while showtraceback was disabled"]


@dataclass
class Ran:
    """What came of one code cell."""

    execution_count: int
    outputs: list[NotebookNode] = field(default_factory=list)


class Collector:
    """Takes the bytes of one notebook's process and knows where it stands."""

    def __init__(self, cells: list[int]) -> None:
        self.cells = cells
        self.ran: dict[int, Ran] = {}
        self.current: int | None = None
        self.finished = False
        self.problem = ""
        self._frames = Frames()
        self._count = 0
        self._shown: dict[str, list[NotebookNode]] = {}
        self._clear_next = False
        self._part_open = False
        self._replied: dict[str, Any] = {}
        self._timed_out = False

    def feed(self, data: bytes) -> None:
        """Read what arrived."""
        for letter, body in self._frames.feed(data):
            if letter == MESSAGE:
                self._message(body)
            elif letter == START:
                self._start()
            elif letter == DONE:
                self._done()
            elif letter == FINISHED:
                self.finished = True
            elif letter == REFUSED:
                self.problem = body.decode("utf-8", "replace")[:500]

    def time_out(self) -> None:
        """The cell that runs now had its time; its error is added when it has ended."""
        self._timed_out = True

    @property
    def started(self) -> int:
        """How many cells have begun."""
        return len(self.ran)

    def _start(self) -> None:
        """Cells run in their order, whatever the frame says."""
        if self.started < len(self.cells):
            self.current = self.cells[self.started]
            self.ran[self.current] = Ran(self.started + 1)
            self._clear_next = self._part_open = self._timed_out = False
            self._replied = {}

    def _done(self) -> None:
        if self.current is None:
            return
        reply = TIMED_OUT if self._timed_out else self._replied
        self._add_missing_error(self.ran[self.current].outputs, reply)
        self.current = None

    def _add_missing_error(self, outputs: list[NotebookNode], reply: dict[str, Any]) -> None:
        """As nbgrader's `Execute.on_cell_executed`."""
        name = reply.get("ename")
        if not isinstance(name, str):
            return
        if any(o.output_type == "error" and o.ename == name for o in outputs):
            return
        self._add(_error({**reply, "traceback": reply.get("traceback") or NO_TRACEBACK}))

    def _message(self, body: bytes) -> None:
        if self.current is None or self._count >= MOST_OUTPUTS:
            return
        try:
            message = json.loads(body)
            kind, content = message["type"], message["content"]
            if message["cell"] == f"cell-{self.current}" and isinstance(content, dict):
                self._take(kind, content)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return

    def _take(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "execute_reply":
            self._replied = content if content.get("status") == "error" else {}
        elif kind == "stream":
            self._stream(content)
        elif kind == "error":
            self._add(_error(content))
        elif kind == "clear_output":
            self._clear_next = bool(content.get("wait"))
            if not self._clear_next:
                self._outputs.clear()
        elif kind in ("execute_result", "display_data", "update_display_data"):
            self._shown_data(kind, content)

    @property
    def _outputs(self) -> list[NotebookNode]:
        assert self.current is not None
        return self.ran[self.current].outputs

    def _add(self, output: NotebookNode) -> None:
        if self._clear_next:
            self._outputs.clear()
            self._clear_next = False
        self._part_open = False
        self._count += 1
        self._outputs.append(output)

    def _stream(self, content: dict[str, Any]) -> None:
        name = "stderr" if content["name"] == "stderr" else "stdout"
        text = str(content["text"])
        last = self._outputs[-1] if self._outputs else None
        goes_on = self._part_open and last is not None and last.get("name") == name
        if goes_on and last is not None and not self._clear_next:
            last["text"] += text
        else:
            self._add(from_dict({"output_type": "stream", "name": name, "text": text}))
        self._part_open = content.get("part") is True

    def _shown_data(self, kind: str, content: dict[str, Any]) -> None:
        data, metadata = _bundle(content["data"]), _plain(content.get("metadata") or {})
        transient = content.get("transient")
        display_id = transient.get("display_id") if isinstance(transient, dict) else None
        known = self._shown.setdefault(display_id, []) if isinstance(display_id, str) else []
        for output in known:
            output["data"], output["metadata"] = from_dict(data), from_dict(metadata)
        if kind == "update_display_data":
            return
        made: dict[str, Any] = {"output_type": kind, "data": data, "metadata": metadata}
        if kind == "execute_result":
            made["execution_count"] = self.ran[self.current].execution_count  # type: ignore[index]
        output = from_dict(made)
        self._add(output)
        known.append(output)


def _bundle(data: Any) -> dict[str, Any]:
    """Data by MIME type: JSON for JSON types, text for all others."""
    if not isinstance(data, dict):
        raise TypeError("no bundle")
    return {
        str(kind): _plain(value) if kind.endswith("json") else _text(value)
        for kind, value in data.items()
    }


def _text(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return value if isinstance(value, str) else str(value)


def _plain(value: Any, depth: int = 0) -> Any:
    """JSON that does not nest without end. Raises `ValueError` for what does."""
    if depth > DEEPEST:
        raise ValueError("too deep")
    if isinstance(value, dict):
        return {str(key): _plain(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    return value


def _error(content: dict[str, Any]) -> NotebookNode:
    lines = content.get("traceback")
    return from_dict(
        {
            "output_type": "error",
            "ename": str(content.get("ename")),
            "evalue": str(content.get("evalue")),
            "traceback": [str(line) for line in lines] if isinstance(lines, list) else [],
        }
    )
