"""What a learner wrote or printed, made harmless for every page that shows it.

The formgrader and nbconvert show notebooks as they are, so that a cell with a script would run in
the grader's browser. Two steps: outputs before anything is scored, so that what we add later stays;
text after marks are saved, since nbgrader compares an answer with the release by its checksum.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors.base import NbGraderPreprocessor
from nbgrader.utils import is_locked, is_task

from shared_responsibility.answers import ANSWERS_MIME

Resources = dict[str, Any]
IMAGES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
LARGEST_IMAGE = 2_000_000
LARGEST_ANSWERS = 2_000_000
LONGEST_TEXT = 50_000
MOST_OUTPUTS = 100
LARGEST_COUNT = 1_000_000
# Invisible, it parts a sign from what would make it markup; text and code look the same.
APART = "\u200b"
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}

ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles and links of a terminal
    r"|\x1b\[[0-?]*[ -/]*[@-~]?"  # colours, cursor
    r"|\x1b[@-_]?"
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
TAG = re.compile(r"<(?=[A-Za-z/!?])")
IMAGE = re.compile(r"!\[([^\]\[]{0,1000})\](?=\()")
ANY_IMAGE = re.compile(r"!(?=\[)")
# A link stays where its address is plainly one of the web.
LINK = re.compile(r"\](?=\()(?!\(https?://[\w.~/?#=%+,@-]+\))", re.ASCII)
DEFINITION = re.compile(r"\](?=:)")
TEX = re.compile(
    r"\\(?=(?:href|url|require|style|class|cssId|data|html|include|unicode|def|let)\b)",
    re.IGNORECASE,
)
SCRIPT = re.compile(r"(?<=script)(?=\s*:)", re.IGNORECASE)


class SanitiseOutputs(NbGraderPreprocessor):
    """After the run and before scoring: outputs are plain text, small images and answers."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        # Both are told by the learner's kernel.
        nb.metadata.pop("widgets", None)
        nb.metadata["language_info"] = NotebookNode(LANGUAGE)
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.execution_count = _count(cell.get("execution_count"))
                kept = [safe_output(output) for output in cell.outputs[:MOST_OUTPUTS]]
                cell.outputs = [output for output in kept if output is not None]
        return nb, resources


class SanitiseText(NbGraderPreprocessor):
    """Last, after marks are saved: Markdown and raw cells of a learner hold no markup that acts."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        for cell in nb.cells:
            cell.pop("attachments", None)
            if cell.cell_type != "code" and not is_locked(cell) and not is_task(cell):
                cell.source = safe_markdown(cell.source)
        return nb, resources


def safe_markdown(text: str) -> str:
    """Markdown in which HTML, images, and links to anything but plain web addresses are text.

    The text reads as before; only an invisible sign is added. Doing it twice changes nothing.
    """
    text = IMAGE.sub(rf"!{APART}[\1]{APART}", text)
    for pattern in (ANY_IMAGE, TAG, LINK, DEFINITION, TEX):
        text = pattern.sub(lambda found: found[0] + APART, text)
    return SCRIPT.sub(APART, text)


def safe_text(text: object, most: int = LONGEST_TEXT) -> str:
    """Text without the signs that steer a terminal, cut where it is too long."""
    joined = "".join(map(str, text)) if isinstance(text, list) else str(text)
    plain = CONTROLS.sub("", ESCAPES.sub("", joined[: 4 * most]))
    return plain if len(plain) <= most else f"{plain[:most]}\n... (cut)"


def safe_output(output: NotebookNode) -> NotebookNode | None:
    """One output of a learner's cell as it may be shown; `None` where nothing of it is left."""
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return NotebookNode(output_type="stream", name=name, text=safe_text(output.get("text", "")))
    if kind == "error":
        lines = output.get("traceback")
        return NotebookNode(
            output_type="error",
            ename=safe_text(output.get("ename", ""), 200),
            evalue=safe_text(output.get("evalue", ""), 2_000),
            traceback=[safe_text(line) for line in lines] if isinstance(lines, list) else [],
        )
    if kind not in ("display_data", "execute_result"):
        return None
    given = output.get("data")
    data = _safe_data(given) if isinstance(given, dict) else {}
    if not data:
        return None
    # Metadata can hold attributes of an image, which templates do not escape.
    made = NotebookNode(output_type=kind, data=NotebookNode(data), metadata=NotebookNode())
    if kind == "execute_result":
        made["execution_count"] = _count(output.get("execution_count"))
    return made


def _count(told: object) -> int | None:
    """A number that a learner's shell told, where a notebook may hold it."""
    return told if type(told) is int and 0 <= told < LARGEST_COUNT else None


def _safe_data(given: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if "text/plain" in given:
        data["text/plain"] = safe_text(given["text/plain"])
    for kind in IMAGES:
        image = _safe_image(given.get(kind), kind)
        if image:
            data[kind] = image
    if ANSWERS_MIME in given and _is_small(given[ANSWERS_MIME]):
        data[ANSWERS_MIME] = given[ANSWERS_MIME]
    return data


def _is_small(answers: object) -> bool:
    try:
        return len(json.dumps(answers)) <= LARGEST_ANSWERS
    except (TypeError, ValueError, RecursionError):
        return False


def _safe_image(given: object, kind: str) -> str:
    """The image as plain base64, or nothing where it is too large or no such image."""
    text = "".join(map(str, given)) if isinstance(given, list) else given
    if not isinstance(text, str) or len(text) > LARGEST_IMAGE * 4 / 3:
        return ""
    try:
        image = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(image).decode("ascii") if image.startswith(IMAGES[kind]) else ""
