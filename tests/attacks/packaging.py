"""Folders with links, pipes, traps and files that are not what they seem."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import zipfile
from pathlib import Path

from attacks.kinds import CLASSIFY, Given, new_cell, packed, write
from shared_responsibility.grading.preflight.folder import STAND_IN

FILE = f"{CLASSIFY}.ipynb"
TRAP = "raise SystemExit('this file must never run')\n"


def honest(folder: Path, given: Given, name: str = CLASSIFY) -> None:
    write(folder, name, given.notebook)


@packed("A link to the solved notebook.", named="link")
def link_to_the_solution(folder: Path, given: Given) -> None:
    (folder / FILE).symlink_to(given.course / "source" / CLASSIFY / FILE)


@packed("A link to what another learner handed in.", named="link")
def link_to_another_learner(folder: Path, given: Given) -> None:
    (folder / FILE).symlink_to(f"../../aa-honest/{CLASSIFY}/{FILE}")


@packed("A second name of the solved notebook's file.", named="link")
def second_name_of_the_solution(folder: Path, given: Given) -> None:
    os.link(given.course / "source" / CLASSIFY / FILE, folder / FILE)


@packed("Links beside the notebook to all that is kept secret.", keeps=True)
def links_beside_the_notebook(folder: Path, given: Given) -> None:
    honest(folder, given)
    (folder / "book.db").symlink_to(given.course / "gradebook.db")
    (folder / "records").symlink_to(given.course / "manifests")
    (folder / "home").symlink_to(given.known["HOME_OUTSIDE"])
    (folder / "answers.csv").symlink_to("../../../data/answers/canary.csv")
    (folder / "environment").symlink_to("/proc/self/environ")
    os.link(given.course / "source" / CLASSIFY / FILE, folder / "solution.txt")


@packed("A folder full of links to secrets, one level down.", keeps=True)
def links_in_a_folder(folder: Path, given: Given) -> None:
    honest(folder, given)
    (folder / "data").mkdir()
    (folder / "data" / "others").symlink_to(given.course / "submitted")
    (folder / "data" / "book.db").symlink_to(given.course / "gradebook.db")


@packed("Links that lead in a circle.", named="link")
def links_in_a_circle(folder: Path, given: Given) -> None:
    (folder / FILE).symlink_to("other.ipynb")
    (folder / "other.ipynb").symlink_to(FILE)
    (folder / "up").symlink_to("..")


@packed("A link to nowhere.", named="link")
def link_to_nowhere(folder: Path, given: Given) -> None:
    (folder / FILE).symlink_to("/nowhere/at/all")


@packed("A link to a device that never ends.", named="link")
def link_to_an_endless_device(folder: Path, given: Given) -> None:
    (folder / FILE).symlink_to("/dev/zero")


@packed("A link in place of the whole folder, to another learner's.", named="link")
def folder_that_is_a_link(folder: Path, given: Given) -> None:
    folder.rmdir()
    folder.symlink_to(f"../aa-honest/{CLASSIFY}")


@packed("A pipe under the name of the notebook, on which a reader waits for ever.", named="pipe")
def pipe_as_notebook(folder: Path, given: Given) -> None:
    os.mkfifo(folder / FILE)


@packed("A pipe and a socket beside the notebook.", keeps=True)
def pipe_beside_the_notebook(folder: Path, given: Given) -> None:
    honest(folder, given)
    os.mkfifo(folder / "data.csv")
    here = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.bind("line")
    finally:
        os.chdir(here)


@packed("A folder under the name of the notebook.", named="folder")
def folder_as_notebook(folder: Path, given: Given) -> None:
    (folder / FILE).mkdir()
    honest(folder / FILE, given)


@packed("A file under the name of the folder.", named="not a folder")
def file_as_folder(folder: Path, given: Given) -> None:
    folder.rmdir()
    folder.write_text("x")


@packed("An empty folder.", named="folder is empty")
def empty_folder(folder: Path, given: Given) -> None:
    assert not any(folder.iterdir())


@packed("A link out, named as the empty notebook that grading puts there.", named="link")
def link_named_as_the_stand_in(folder: Path, given: Given) -> None:
    (folder / STAND_IN).symlink_to(f"{given.known['HOME_OUTSIDE']}/{given.mark}-written")


@packed("The notebook under another name.", keeps=True, named="was graded in its place")
def other_name(folder: Path, given: Given) -> None:
    honest(folder, given, "classify-scenarios (1) FINAL")


@packed("The notebook one folder down, as archives unpack.", keeps=True)
def one_folder_down(folder: Path, given: Given) -> None:
    (folder / "my work").mkdir()
    honest(folder / "my work", given)


@packed("Only an archive with the notebook in it.", named="no notebook in the folder")
def only_an_archive(folder: Path, given: Given) -> None:
    packed_up = io.BytesIO()
    with zipfile.ZipFile(packed_up, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(FILE, json.dumps(given.notebook))
        archive.writestr(f"../../../../tmp/{given.mark}-archive", "x")
        archive.writestr("zeros", bytes(50_000_000))
    (folder / "work.zip").write_bytes(packed_up.getvalue())


@packed("Several notebooks, of which one is another assignment.", keeps=True)
def several_notebooks(folder: Path, given: Given) -> None:
    honest(folder, given)
    write(folder, "other", {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []})


@packed("File names with line ends, quotes and commands.", keeps=True)
def names_with_commands(folder: Path, given: Given) -> None:
    honest(folder, given)
    for name in ("a\nb", "'; rm -rf ~ #", '"x"', "$(touch x)", "`id`", "a b\t", "%s%n", "*",
                 "<script>alert(1)<", "\x1b[2J"):  # fmt: skip
        (folder / name).write_text("x")


@packed("File names that look like options or like ways up.", keeps=True)
def names_like_options(folder: Path, given: Given) -> None:
    honest(folder, given)
    for name in ("-rf", "--help", "..x", "...", "~", "\\..\\..\\x", "C:x", "con", "a" * 250):
        (folder / name).write_text("x")


@packed("File names of letters that few systems know, and one that is no text.", keeps=True)
def names_of_odd_letters(folder: Path, given: Given) -> None:
    honest(folder, given)
    for name in ("\u202eipynb.exe", "é", "e\u0301", "\ufeff", "\U0001f600", "А", "\u2028"):
        (folder / name).write_text("x")
    with open(os.fsencode(folder) + b"/\xff\xfe\x80", "wb") as file:
        file.write(b"x")


@packed("Files that Python and IPython run when they start.", keeps=True)
def start_up_files(folder: Path, given: Given) -> None:
    honest(folder, given)
    for name in ("sitecustomize.py", "usercustomize.py", "conftest.py", "__init__.py", "x.pth",
                 ".ipython/profile_default/startup/00.py", "profile_default/startup/00.py",
                 ".ipython/profile_default/ipython_config.py", "ipython_config.py",
                 "ipython_kernel_config.py", ".pythonrc", "python311._pth"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TRAP)


@packed("Settings of Jupyter and nbgrader beside the notebook.", keeps=True)
def settings_beside_the_notebook(folder: Path, given: Given) -> None:
    honest(folder, given)
    for name in ("jupyter_config.py", "nbgrader_config.py", "jupyter_server_config.py",
                 "nbconvert_config.py", ".jupyter/jupyter_config.py"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("c = get_config()\nc.Sandbox.mode = 'limits'\n" + TRAP)
    kernel = {"argv": ["sh", "-c", f"touch /tmp/{given.mark}-kernel"], "language": "python"}
    (folder / "kernels" / "python3").mkdir(parents=True)
    (folder / "kernels" / "python3" / "kernel.json").write_text(json.dumps(kernel))
    (folder / "kernel.json").write_text(json.dumps(kernel))


@packed("Modules with the names of those that hand in and score.")
def modules_of_the_same_name(folder: Path, given: Given) -> None:
    honest(folder, given)
    for name in ("shared_responsibility", "pandas", "numpy", "ipykernel", "zmq", "json", "inside"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("hand_in = lambda exercise: 6.0\n")


@packed("A gradebook and records of its own beside the notebook.", keeps=True)
def gradebook_beside_the_notebook(folder: Path, given: Given) -> None:
    honest(folder, given)
    (folder / "gradebook.db").write_bytes(b"SQLite format 3\0" + bytes(100))
    (folder / "manifests" / CLASSIFY).mkdir(parents=True)
    (folder / "manifests" / CLASSIFY / "9999-x.json").write_text('{"format": 3, "exercises": []}')


@packed("A date of handing in that is none, and one of long ago.", keeps=True)
def odd_date(folder: Path, given: Given) -> None:
    honest(folder, given)
    (folder / "timestamp.txt").write_text("0001-01-01 25:61 Nowhere/Nothing\n\x00" + "9" * 1000)


@packed("Three thousand files.", keeps=True)
def thousands_of_files(folder: Path, given: Given) -> None:
    honest(folder, given)
    for number in range(3000):
        (folder / f"{number}.txt").write_text("x")


@packed("A file of 70 MB, nearly all of it air.", keeps=True)
def large_file_beside(folder: Path, given: Given) -> None:
    honest(folder, given)
    with (folder / "large.bin").open("wb") as file:
        file.truncate(70_000_000)


@packed("A file of a terabyte that takes no room here.", keeps=True)
def sparse_file_beside(folder: Path, given: Given) -> None:
    honest(folder, given)
    with (folder / "sparse.bin").open("wb") as file:
        file.truncate(1 << 40)


@packed("Folders in folders, two hundred deep.", keeps=True)
def deep_folders(folder: Path, given: Given) -> None:
    honest(folder, given)
    (folder / Path(*["d"] * 200)).mkdir(parents=True)


@packed("Files that nobody may read, or that run as their owner.", keeps=True)
def odd_permissions(folder: Path, given: Given) -> None:
    honest(folder, given)
    shutil.copy("/bin/true", folder / "program")
    (folder / "program").chmod(0o6755)
    (folder / "closed").mkdir(mode=0o700)
    (folder / "unreadable.txt").write_text("x")
    (folder / "unreadable.txt").chmod(0)


@packed("A folder of Git with programs that run on their own.", keeps=True)
def folder_of_git(folder: Path, given: Given) -> None:
    honest(folder, given)
    for name in (".git/hooks/post-checkout", ".git/config", ".vscode/tasks.json", ".envrc"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"#!/bin/sh\ntouch /tmp/{given.mark}-hook\n")


@packed("An old copy in the folder of checkpoints, with more in it than the notebook.")
def better_copy_in_checkpoints(folder: Path, given: Given) -> None:
    less = json.loads(json.dumps(given.notebook))
    less["cells"] = [new_cell("1")]
    write(folder, CLASSIFY, less)
    (folder / ".ipynb_checkpoints").mkdir()
    honest(folder / ".ipynb_checkpoints", given, f"{CLASSIFY}-checkpoint")
