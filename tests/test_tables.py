import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shared_responsibility.errors import CourseError, DataError
from shared_responsibility.tables import TABLES, Table, data_directory, has_answers, load_table
from tests.conftest import Damage

DEFAULTS = "model_defaults.csv"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_loads_with_all_its_lines_and_columns(table: Table, root: Path) -> None:
    with (root / "data" / table.path).open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    frame = load_table(table.name)
    assert list(frame.columns) == list(written[0])
    for column in table.columns:
        values = [row[column.name] for row in written]
        assert list(frame[column.name]) == (list(map(float, values)) if column.number else values)


def test_a_loaded_table_may_be_changed_without_harm() -> None:
    taken = load_table("services")
    taken["name"] = "spoilt"
    assert "spoilt" not in set(load_table("services")["name"])


@pytest.mark.parametrize(
    ("table", "old", "new", "column", "problem", "allowed"),
    [
        (DEFAULTS, "facilities,faas,aws", "facilities,faas,azure", "responsible",
         "'azure' is not a word here", "aws, customer or shared"),
        (DEFAULTS, "facilities,faas,aws", "facilities,faas,", "responsible",
         "the value is blank", "aws, customer or shared"),
        (DEFAULTS, "facilities,faas,aws", "facilitys,faas,aws", "domain_id",
         "'facilitys' is not in data/domains.csv", "facilities"),
        (DEFAULTS, "facilities,faas,aws", "facilities,iaas,aws", "domain_id",
         "the key 'facilities, iaas' stands twice", "each key once"),
        (DEFAULTS, "facilities,faas,aws", "facilities,faas,aws,aws", None,
         "4 fields", "3 fields on one line"),
        (DEFAULTS, "facilities,faas,aws", 'facilities,faas,"aw\ns"', None,
         "a line break inside", "3 fields on one line"),
        (DEFAULTS, "facilities,faas,aws", "", None, "0 fields", "3 fields on one line"),
        (DEFAULTS, "model_id,", "modell_id,", "modell_id", "not known", "model_id"),
        (DEFAULTS, "model_id,responsible", "responsible", None, "missing",
         "domain_id,model_id,responsible"),
        ("service_models.csv", "?,3\n", "?,three\n", "position", "'three' is not a number",
         "a number"),
        ("incidents.csv", ",customer,application_code identity_access,",
         ",customer,application_code identity_acces,", "domain_ids",
         "'identity_acces' is not in data/domains.csv", "identity_access"),
    ],
    ids=("word blank reference key fields line-break empty-line unknown-column missing-column "
         "number one-of-several").split(),
)  # fmt: skip
def test_a_bad_value_is_refused_with_its_place_and_what_is_allowed(
    damage: Damage, table: str, old: str, new: str, column: str | None, problem: str, allowed: str
) -> None:
    line = damage(table, old, new)
    if problem.startswith("the key"):
        line += 1  # The line that was there before is now the second with this key.
    with pytest.raises(DataError) as caught:
        load_table(table.removesuffix(".csv"))
    error = caught.value
    assert (error.file, error.line, error.column) == (f"data/{table}", line, column)
    assert problem in error.problem
    for part in (error.file, f"line {line}", error.problem, allowed, column or ""):
        assert part in str(error)


def test_a_file_that_is_not_utf8_is_refused(data_copy: Path) -> None:
    (data_copy / "services.csv").write_bytes("service_id,naïve\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"^data/services\.csv: the file is not UTF-8 text\.$"):
        load_table("services")


def test_a_quote_that_never_ends_is_refused(damage: Damage) -> None:
    line = damage("services.csv", "kms,AWS KMS", 'kms,"AWS KMS')
    with pytest.raises(DataError) as caught:
        load_table("services")
    assert caught.value.file == "data/services.csv"
    assert caught.value.line is not None
    assert caught.value.line >= line


def test_a_missing_file_is_named_with_the_command_that_brings_it_back(data_copy: Path) -> None:
    (data_copy / "services.csv").unlink()
    with pytest.raises(CourseError, match=r"data/services\.csv is missing.*git checkout -- data"):
        load_table("services")


def test_all_but_the_keys_loads_without_the_answers(data_copy: Path) -> None:
    assert has_answers()
    shutil.rmtree(data_copy / "answers")
    assert not has_answers()
    for name in TABLES:
        if name != "option_keys":
            assert len(load_table(name))
    with pytest.raises(CourseError, match=r"option_keys\.csv is missing"):
        load_table("option_keys")


def test_srm_data_decides_which_folder_is_read(damage: Damage, data_copy: Path) -> None:
    damage("services.csv", "Amazon EC2", "Amazon Elastic Compute Cloud")
    assert data_directory() == data_copy
    assert "Amazon Elastic Compute Cloud" in set(load_table("services")["name"])


def test_without_srm_data_the_tables_beside_the_package_are_read(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SRM_DATA", raising=False)
    assert data_directory() == root / "data"


def modules_after(code: str) -> set[str]:
    """The modules that a fresh Python holds after running `code`."""
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(told.stdout.split())


def test_importing_the_package_loads_no_pandas() -> None:
    loaded = modules_after("import shared_responsibility")
    assert "shared_responsibility" in loaded
    assert not loaded & {"pandas", "numpy", "matplotlib"}


@pytest.mark.slow
def test_a_learner_s_import_loads_nothing_heavy_and_still_checks(damage: Damage) -> None:
    damage(DEFAULTS, "facilities,faas,aws", "facilities,faas,azure")
    loaded = modules_after(
        "from shared_responsibility import *\n"
        "try: load_matrix()\n"
        "except ValueError as error: assert 'azure' in str(error)\n"
        "else: raise SystemExit('not refused')"
    )
    assert "pandas" in loaded
    heavy = {"nbgrader", "nbconvert", "nbformat", "jupytext", "pandera", "rich", "typer", "IPython"}
    assert not loaded & heavy
