"""`authoring/lessons/*.py` -> `course/*.ipynb`, executed."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from shared_responsibility.build.notebooks import as_text, clean, read_percent
from shared_responsibility.errors import CourseError

SECONDS_PER_CELL = 60
# Otherwise every kernel warns on the console that it talks in clear text.
CIPHER = Config({"KernelManager": {"transport_encryption": "auto"}})


def lessons(root: Path) -> dict[str, str]:
    """The text of every lesson notebook, by path inside `root`. Runs each in a new kernel."""
    written = sorted((root / "authoring" / "lessons").glob("*.py"))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        texts = list(pool.map(_lesson, written))
    return {f"course/{path.stem}.ipynb": text for path, text in zip(written, texts, strict=True)}


def _lesson(path: Path) -> str:
    notebook = read_percent(path)
    clean(notebook, f"authoring/lessons/{path.name}")
    with TemporaryDirectory() as elsewhere:
        client = NotebookClient(
            notebook,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            record_timing=False,
            config=CIPHER,
            resources={"metadata": {"path": elsewhere}},
        )
        try:
            client.execute()
        except CellExecutionError as problem:
            reason = f"{problem.ename}: {problem.evalue}"
            raise CourseError(f"authoring/lessons/{path.name} does not run: {reason}") from None
    return as_text(clean(notebook, f"authoring/lessons/{path.name}"))
