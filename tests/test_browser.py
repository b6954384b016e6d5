"""A learner in a real browser: run a lesson, fill in an exercise, read what the form check says."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

if not os.environ.get("CI"):
    pytest.importorskip("playwright", reason="not here: pip install -r requirements/browser.txt")

from playwright.sync_api import Page, sync_playwright

from shared_responsibility.items import form
from shared_responsibility.practice import workspace

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
TOKEN = "learner"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
MINUTE = 60_000

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def chromium() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("CI must run the browser test, and there is no Chromium here.")
    if found is None:
        pytest.skip("no Chromium here; on Debian: sudo apt install chromium")
    return found


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab whose folder holds a learner's copies."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("course", "release"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    workspace.start(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "ServerApp.port": port,
        "ServerApp.ip": "127.0.0.1",
        "IdentityProvider.token": TOKEN,
        "LabApp.expose_app_in_browser": "True",
        "ServerApp.allow_root": "True",
        "LabApp.user_settings_dir": folder / "settings",
        "LabApp.workspaces_dir": folder / "workspaces",
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser"]
    log = (folder / "lab.log").open("wb")
    server = subprocess.Popen(
        [*command, *(f"--{name}={value}" for name, value in options.items())],
        cwd=folder, stdout=log, stderr=log,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api?token={TOKEN}", folder / "lab.log")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def wait_for(address: str, log: Path) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"JupyterLab did not answer:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def page(lab: str, chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        opened = context.new_page()
        opened.set_default_timeout(MINUTE)
        yield opened
        browser.close()


def open_notebook(page: Page, lab: str, name: str) -> None:
    page.goto(f"{lab}/lab/tree/my-work/{name}?token={TOKEN}&reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status"
        " === 'idle'"
    )


OUTPUTS = """() => {
  const cells = [...window.jupyterapp.shell.currentWidget.content.model.cells];
  return cells.filter(cell => cell.type === 'code').map(cell => ({
    run: cell.executionCount, outputs: cell.toJSON().outputs}));
}"""


def test_lesson_runs_to_the_end_without_an_error(page: Page, lab: str) -> None:
    open_notebook(page, lab, "01-two-sides-of-one-line.ipynb")
    assert page.locator(".jp-Notification, .Toastify__toast").count() == 0
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    cells = page.evaluate(OUTPUTS)
    assert len(cells) >= 5
    assert [cell["run"] for cell in cells] == list(range(1, len(cells) + 1))
    kinds = [output["output_type"] for cell in cells for output in cell["outputs"]]
    assert "error" not in kinds
    assert "stream" not in [
        output["output_type"]
        for cell in cells
        for output in cell["outputs"]
        if output.get("name") == "stderr"
    ]
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")


def test_figure_has_its_alternative_text_on_the_page(page: Page) -> None:
    picture = page.locator(".jp-OutputArea-output img").first
    picture.scroll_into_view_if_needed()
    assert len(picture.get_attribute("alt") or "") > 80


def test_an_exercise_is_filled_by_keyboard_and_its_form_checked(page: Page, lab: str) -> None:
    open_notebook(page, lab, "classify-scenarios/classify-scenarios.ipynb")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    asked = form("scenarios-one-task")
    first = asked.entries[0].item.item_id
    answer_cell = page.locator(".jp-CodeCell", has_text=f'"{first}": None').first
    answer_cell.scroll_into_view_if_needed()
    answer_cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    lines = "".join(f"'{e.item.item_id}': 'aws, a, sure', " for e in asked.entries[:-1])
    page.keyboard.insert_text(f"scenarios_one_task = {{{lines}}}")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    message = page.locator("[role=status] p", has_text="5 of 6 answered with a label that counts.")
    message.wait_for()
    missing = page.get_by_text(f"Without an answer: {asked.entries[-1].item.item_id}.")
    missing.wait_for()
    shown = page.locator(".jp-OutputArea", has=message).inner_text()
    assert "Nothing is submitted yet" in shown
    assert "correct" not in shown.casefold()
