"""What no tracked text of the repository may hold."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TRACKED = subprocess.run(
    ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
).stdout.split("\0")[:-1]
TEXTS = [
    name
    for name in TRACKED
    if (ROOT / name).is_file() and b"\0" not in (ROOT / name).read_bytes()[:8000]
]
NOTEBOOKS = [name for name in TEXTS if name.endswith(".ipynb")]
AUTHORED = [name for name in TEXTS if name.startswith("authoring/")]
TABLES = [name for name in TEXTS if name.startswith("data/") and name.endswith(".csv")]
PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+|\"image/png\": \"[^\"]*\"")

pytestmark = pytest.mark.skipif(not TRACKED, reason="not a clone: git lists no files")


def read(name: str) -> str:
    return PICTURE.sub("", (ROOT / name).read_bytes().decode("utf-8"))


def test_there_is_something_to_look_at() -> None:
    assert NOTEBOOKS
    assert AUTHORED
    assert len(TABLES) >= 15


@pytest.mark.parametrize("name", TEXTS)
def test_lines_end_as_on_every_machine(name: str) -> None:
    text = (ROOT / name).read_bytes()
    assert b"\r" not in text
    assert not text or text.endswith(b"\n")


@pytest.mark.parametrize("name", NOTEBOOKS + AUTHORED)
def test_what_learners_read_holds_no_path(name: str) -> None:
    text = read(name)
    assert "../" not in text
    assert not re.findall(r"(?<![\w.:/])/(?:home|root|Users|tmp|work|opt|var|usr)/\S*", text)
    assert not re.findall(r"\b[A-Z]:\\\\?(?:Users|Windows)", text)


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "tests/test_text_hygiene.py"])
def test_no_text_names_the_host_of_a_package_registry(name: str) -> None:
    hosts = r"(?:pypi|pythonhosted|npmjs|anaconda|conda)\.(?:org|com)|artifactory|index-url\s*="
    assert not re.findall(hosts, read(name), re.IGNORECASE)
