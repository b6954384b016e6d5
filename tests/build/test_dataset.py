"""`srm export-data`: a stranger can read the dataset without our code."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from frictionless import Package

from shared_responsibility.build import dataset
from shared_responsibility.build.dataset import export
from shared_responsibility.errors import CourseError
from shared_responsibility.matrix import load_matrix
from shared_responsibility.tables import TABLES, load_table


def test_the_package_is_valid_with_its_keys_and_references(tmp_path: Path) -> None:
    export("csv", tmp_path / "out")
    checked = Package(str(tmp_path / "out" / "datapackage.json")).validate()
    assert checked.flatten(["name", "type", "message"]) == []


def test_a_broken_reference_would_be_found(tmp_path: Path) -> None:
    export("csv", tmp_path / "out")
    table = tmp_path / "out" / "responsibilities.csv"
    table.write_text(table.read_text("utf-8").replace("aws-shared-resp", "no-shared-resp"), "utf-8")
    checked = Package(str(tmp_path / "out" / "datapackage.json")).validate()
    assert "foreign-key" in {error[1] for error in checked.flatten(["name", "type"])}


@pytest.mark.parametrize("form", dataset.FORMATS)
def test_every_format_holds_the_same_facts(form: str, tmp_path: Path) -> None:
    export(form, tmp_path)
    read = {
        "csv": lambda path: pd.read_csv(path, keep_default_na=False, dtype={"exception": bool}),
        "json": lambda path: pd.DataFrame(json.loads(path.read_text("utf-8"))),
        "parquet": pd.read_parquet,
    }[form]
    matrix = load_matrix()
    assert read(tmp_path / f"matrix.{form}").to_dict("records") == matrix.to_dict("records")
    described = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    for resource in described["resources"]:
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert list(read(tmp_path / resource["path"]).columns) == fields
        assert all(field["description"] for field in resource["schema"]["fields"])
    sources = read(tmp_path / f"sources.{form}")
    assert list(sources["url"]) == list(load_table("sources")["url"])


def test_it_says_its_licence_and_leaves_the_answers_out(tmp_path: Path) -> None:
    written = export("csv", tmp_path)
    assert {"README.md", "LICENSE", "datapackage.json"} <= set(written)
    assert "option_keys.csv" not in written
    assert {f"{name}.csv" for name in TABLES if name != "option_keys"} <= set(written)
    described = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert described["licenses"][0]["name"] == "CC-BY-4.0"


def test_a_foreign_format_or_a_full_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="csv, json or parquet"):
        export("xlsx", tmp_path / "out")
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(CourseError, match="holds something already"):
        export("csv", tmp_path)
    assert (tmp_path / "mine.txt").read_text("utf-8") == "mine"


def test_a_failing_export_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(dataset, "_write_table", full)
    with pytest.raises(OSError, match="no space"):
        export("csv", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
