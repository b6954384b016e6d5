"""Files that are no notebooks, or notebooks of an odd kind."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import zipfile

from attacks.kinds import Notebook, cell_of, damage
from attacks.tools import MARK

CUT, BROKEN = "could not be read", "JSON is broken"


def as_bytes(notebook: Notebook) -> bytes:
    return json.dumps(notebook).encode()


@damage("An empty file.", named=CUT)
def empty_file(notebook: Notebook) -> bytes:
    return b""


@damage("Only white space.", named=CUT)
def white_space(notebook: Notebook) -> bytes:
    return b" \n" * 1000


@damage("Zero bytes, as after a crash of the disk.", named=CUT)
def zero_bytes(notebook: Notebook) -> bytes:
    return bytes(40_000)


@damage("A file cut off in the middle.", named=BROKEN)
def cut_off(notebook: Notebook) -> bytes:
    raw = as_bytes(notebook)
    return raw[: len(raw) // 2]


@damage("Rubbish after the end.", named=CUT)
def rubbish_after_the_end(notebook: Notebook) -> bytes:
    return as_bytes(notebook) + b"}]\x01 rubbish"


@damage("Marks of a merge of two versions.", named=BROKEN)
def merge_conflict(notebook: Notebook) -> bytes:
    raw = json.dumps(notebook, indent=1).encode()
    return raw.replace(b'"cells"', b'<<<<<<< HEAD\n"cells"\n=======\n', 1)


@damage("Text of 16 bits with its mark.")
def utf_16(notebook: Notebook) -> bytes:
    return json.dumps(notebook, ensure_ascii=False).encode("utf-16")


@damage("Text of 32 bits without a mark.", named=CUT)
def utf_32_without_mark(notebook: Notebook) -> bytes:
    return json.dumps(notebook).encode("utf-32-le")


@damage("A byte order mark, as old editors write it.", keeps=True)
def byte_order_mark(notebook: Notebook) -> bytes:
    return b"\xef\xbb\xbf" + as_bytes(notebook)


@damage("Text in the encoding of another century.", named=CUT)
def latin_1(notebook: Notebook) -> bytes:
    cell_of(notebook, "scenarios-one-task")["source"] += "\n# é"
    return json.dumps(notebook, ensure_ascii=False).encode("latin-1", "replace")


@damage("Ends of lines of another system.", keeps=True)
def line_ends_of_windows(notebook: Notebook) -> bytes:
    return json.dumps(notebook, indent=1).encode().replace(b"\n", b"\r\n")


@damage("Lists in lists in lists.", named="nested more than")
def deep_lists(notebook: Notebook) -> bytes:
    return b"[" * 5_000_000


@damage("A whole notebook with something very deep inside.", named="nested more than")
def deep_metadata(notebook: Notebook) -> bytes:
    raw = as_bytes(notebook)
    return raw.replace(
        b'"metadata"', b'"deep": ' + b"[" * 99_000 + b"]" * 99_000 + b', "metadata"', 1
    )


@damage("The same key twice, with other cells the second time.")
def keys_twice(notebook: Notebook) -> bytes:
    return as_bytes(notebook)[:-1] + b', "cells": [], "cells": [], "nbformat": 4}'


@damage("A whole number of ten million digits.")
def endless_number(notebook: Notebook) -> bytes:
    return as_bytes(notebook)[:-1] + b', "x": ' + b"9" * 10_000_000 + b"}"


@damage("Numbers that JSON does not have.", keeps=True)
def numbers_json_has_not(notebook: Notebook) -> bytes:
    return as_bytes(notebook)[:-1] + b', "x": [NaN, Infinity, -Infinity, 1e999999, -0]}'


@damage("A file of 25 MB.", named="larger than")
def too_large_a_file(notebook: Notebook) -> bytes:
    return as_bytes(notebook) + b" " * 25_000_000


@damage("A million cells.", named=CUT)
def a_million_cells(notebook: Notebook) -> bytes:
    return b'{"nbformat": 4, "cells": [' + b"{}," * 1_500_000 + b"{}]}"


@damage("A string that never ends, full of escapes.", named=CUT)
def string_without_end(notebook: Notebook) -> bytes:
    return b'{"cells": "' + b"\\u0041\\" * 1_000_000


@damage("Format 3 of the notebook, with sheets.", keeps=True)
def format_3(notebook: Notebook) -> Notebook:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {},
            "worksheets": [{"cells": notebook["cells"]}]}  # fmt: skip


@damage("A format that does not exist yet.", keeps=True)
def format_99(notebook: Notebook) -> None:
    notebook["nbformat"], notebook["nbformat_minor"] = 99, 99


@damage("Numbers of the format that are none.", keeps=True)
def format_of_a_wrong_kind(notebook: Notebook) -> None:
    notebook["nbformat"], notebook["nbformat_minor"] = "4", [5]


@damage("A list instead of a notebook.", named=CUT)
def a_list(notebook: Notebook) -> bytes:
    return json.dumps([notebook]).encode()


@damage("A notebook in a string of JSON.", named=CUT)
def a_string(notebook: Notebook) -> bytes:
    return json.dumps(json.dumps(notebook)).encode()


@damage("Cells that are no cells.", named="no cell of this assignment")
def cells_of_wrong_kinds(notebook: Notebook) -> None:
    notebook["cells"] = [None, 1, "x", [], {}, {"cell_type": 1}, [[]]] * 50


@damage("Cells in a dictionary.")
def cells_in_a_dictionary(notebook: Notebook) -> None:
    notebook["cells"] = dict(enumerate(notebook["cells"]))


@damage("A page of the web, as after saving the wrong thing.", named=CUT)
def web_page(notebook: Notebook) -> bytes:
    return b"<!doctype html><html><script>alert(1)</script><a href=x>Sign in</a></html>"


@damage("A program of Python.", named=CUT)
def python_program(notebook: Notebook) -> bytes:
    return f"import os\nos.system('touch /tmp/{MARK}-program')\n".encode()


@damage("A packed program of Python.", named=CUT)
def pickled_program(notebook: Notebook) -> bytes:
    return pickle.dumps(notebook) + f"cos\nsystem\n(S'touch /tmp/{MARK}'\ntR.".encode()


@damage("A packed file under the name of a notebook.", named=CUT)
def packed_with_gzip(notebook: Notebook) -> bytes:
    return gzip.compress(as_bytes(notebook))


@damage("An archive under the name of a notebook, with a way out of its folder.", named=CUT)
def archive_as_notebook(notebook: Notebook) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../../gradebook.db", "x")
        archive.writestr("classify-scenarios.ipynb", as_bytes(notebook))
    return packed.getvalue()


@damage("A picture, a page and a notebook in one file.", named=CUT)
def three_formats_in_one(notebook: Notebook) -> bytes:
    return b"GIF89a/*<script>*/=1;/*" + as_bytes(notebook) + b"*/%PDF-1.4"


@damage("Half characters and controls in every text.")
def half_characters(notebook: Notebook) -> bytes:
    raw = as_bytes(notebook)
    return raw.replace(b'"# ', b'"\\ud800\\u0000\\u001b[2J\\udfff # ')


@damage("Keys that lead into objects.", keeps=True)
def keys_into_objects(notebook: Notebook) -> None:
    notebook |= {"__class__": "x", "__proto__": {"points": 9}, "$ref": "file:///etc/passwd"}


@damage("Ten thousand small notebooks in one.", named=CUT)
def many_notebooks(notebook: Notebook) -> bytes:
    return b'{"nbformat": 4, "cells": []}\n' * 10_000
