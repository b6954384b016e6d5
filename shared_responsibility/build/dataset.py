"""The tables as a dataset for others: a Frictionless data package that needs none of our code."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd

from shared_responsibility import __version__
from shared_responsibility.errors import CourseError, in_words
from shared_responsibility.matrix import load_matrix
from shared_responsibility.tables import TABLES, Column, Table, load_table

FORMATS = ("csv", "json", "parquet")
HOME = "https://github.com/shared-responsibility/shared-responsibility"
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}
README = """# Who secures what in AWS: a cited responsibility matrix

`matrix` is the whole of it in one table: one line for each service and domain, with the owner,
what each side does, the default of the service model and the source. The other tables are its
parts, the settings on which cells depend, the sources, the crosswalk to other frameworks, and the
questions of the course. Keys and explanations of the questions are left out.

`datapackage.json` describes every column. Licence: CC BY 4.0; name "Shared Responsibility" and the
address {home}. Not made or endorsed by AWS. Version {version}.
"""
SECRET = ("option_keys",)
"""Tables that a reader of the dataset should not meet by accident: they hold the answers."""
_DERIVED = {
    "service": "Name of the service.",
    "domain": "Name of the domain.",
    "default": "The owner under the service's model.",
    "exception": "Whether the layer exists and its owner differs from the default.",
}


def export(form: str, target: Path) -> list[str]:
    """Write the data package to `target`, a folder that is new or empty; the files written.

    `form` is csv, json or parquet. Nothing is left behind where writing fails.
    """
    if form not in FORMATS:
        raise CourseError(f"{form!r} is not a format. Allowed: {in_words(FORMATS, 'or')}.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CourseError(f"{target} holds something already. Name a folder that is new or empty.")
    target.parent.mkdir(parents=True, exist_ok=True)
    making = Path(mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        _write(form, making)
        if target.exists():
            target.rmdir()
        making.chmod(0o755)
        os.replace(making, target)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return sorted(path.name for path in target.iterdir())


def descriptor(form: str) -> dict[str, Any]:
    """The content of `datapackage.json`, after https://specs.frictionlessdata.io."""
    return {
        "profile": "data-package",
        "name": "shared-responsibility",
        "title": "Who secures what in AWS: a cited responsibility matrix",
        "description": "For every service of CLF-C02 and 22 domains of security work: whether AWS, "
        "the customer or both must act, what each does, and the page that says so.",
        "homepage": HOME,
        "version": __version__,
        "licenses": [LICENCE],
        "contributors": [{"title": "Shared Responsibility maintainers", "role": "author"}],
        "keywords": ["aws", "cloud security", "shared responsibility", "clf-c02"],
        "resources": [_resource("matrix", form, "The whole matrix in one table.", _matrix_schema())]
        + [_resource(t.name, form, t.meaning, _schema(t)) for t in _public_tables()],
    }


def _write(form: str, folder: Path) -> None:
    frames = {"matrix": load_matrix()} | {t.name: load_table(t.name) for t in _public_tables()}
    for name, frame in frames.items():
        _write_table(frame, form, folder / f"{name}.{form}")
    described = json.dumps(descriptor(form), indent=2, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(described, encoding="utf-8", newline="\n")
    readme = README.format(home=HOME, version=__version__)
    (folder / "README.md").write_text(readme, encoding="utf-8", newline="\n")
    licence = f"{LICENCE['title']} ({LICENCE['name']})\n{LICENCE['path']}\n"
    (folder / "LICENSE").write_text(licence, encoding="utf-8", newline="\n")


def _write_table(frame: pd.DataFrame, form: str, path: Path) -> None:
    if form == "csv":
        frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    elif form == "json":
        text = frame.to_json(orient="records", force_ascii=False, indent=1)
        path.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    else:
        try:
            frame.to_parquet(path, index=False)
        except ImportError:
            raise CourseError("Parquet needs pyarrow. Run: pip install pyarrow") from None


def _public_tables() -> list[Table]:
    return [table for table in TABLES.values() if table.name not in SECRET]


def _resource(name: str, form: str, meaning: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name.replace("_", "-"),
        "path": f"{name}.{form}",
        "format": form,
        "encoding": "utf-8",
        "profile": "tabular-data-resource" if form == "csv" else "data-resource",
        "description": meaning,
        "schema": schema,
    }


def _schema(table: Table) -> dict[str, Any]:
    return {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "foreignKeys": [
            {
                "fields": [column.name],
                "reference": {
                    "resource": column.refers_to.replace("_", "-"),
                    "fields": [TABLES[column.refers_to].key[0]],
                },
            }
            for column in table.columns
            # Several ids in one field, or a blank one, are no key that the standard knows.
            if column.refers_to and not column.several and not column.blank
        ],
        "missingValues": [""],
    }


def _field(column: Column) -> dict[str, Any]:
    rules: dict[str, Any] = {} if column.blank else {"required": True}
    if column.allowed:
        rules["enum"] = list(map(str, column.allowed))
    kind = "number" if column.number else "string"
    return {"name": column.name, "type": kind, "description": column.meaning, "constraints": rules}


def _matrix_schema() -> dict[str, Any]:
    described = {
        column.name: column
        for name in ("services", "domains", "responsibilities")
        for column in TABLES[name].columns
    }
    fields = []
    for name in load_matrix().columns:
        if name in _DERIVED:
            kind = "boolean" if name == "exception" else "string"
            fields.append({"name": name, "type": kind, "description": _DERIVED[name]})
        else:
            fields.append(_field(described[name]))
    return {"fields": fields, "primaryKey": ["service_id", "domain_id"]}
