import pandas as pd
import pytest

from shared_responsibility.errors import DataError
from shared_responsibility.schemas import schema_errors
from shared_responsibility.tables import TABLES, data_directory, read_lines


def lines_of(table: str) -> pd.DataFrame:
    return read_lines(TABLES[table], data_directory())


def errors_of(table: str, frame: pd.DataFrame) -> list[DataError]:
    return list(schema_errors(TABLES[table], frame))


@pytest.mark.parametrize("table", TABLES)
def test_the_real_table_fits_its_schema(table: str) -> None:
    assert errors_of(table, lines_of(table)) == []


@pytest.mark.parametrize(
    ("table", "column", "value", "allowed"),
    [
        ("domains", "zone", "sometimes", "always_provider, shifts, always_shared or always_cust"),
        ("domains", "name", "", "a value"),
        ("domains", "name", " Data ", "no space at either end"),
        ("domains", "name", "Data  and more", "none doubled"),
        ("domains", "position", "first", "a number"),
        ("domains", "domain_id", "Guest OS", "text like"),
        ("services", "lifecycle_date", "20 February 2026", "text like"),
        ("services", "as_of", "2026-1-2", "text like"),
        ("sources", "url", "docs.aws.amazon.com", "text like"),
        ("controls", "aws_does", "keeps it", "text like"),
        ("items", "objective", "2", "text like"),
        ("option_keys", "credit", "0.5", "0 or 1"),
    ],
)
def test_a_bad_value_is_reported_with_its_line_and_what_is_allowed(
    table: str, column: str, value: str, allowed: str
) -> None:
    frame = lines_of(table)
    frame.loc[4, column] = value
    errors = errors_of(table, frame)
    assert {(e.file, e.line, e.column) for e in errors} == {
        (f"data/{TABLES[table].path}", 4, column)
    }
    assert allowed in " ".join(e.allowed for e in errors)
    assert repr(value) in errors[0].problem or not value


@pytest.mark.parametrize("table", ["services", "model_defaults"], ids=["one", "two"])
def test_a_repeated_key_is_reported_in_plain_words(table: str) -> None:
    frame = lines_of(table)
    key = list(TABLES[table].key)
    frame.loc[4, key] = frame.loc[3, key]
    errors = errors_of(table, frame)
    assert {error.line for error in errors} <= {3, 4}
    assert errors
    for error in errors:
        assert "stands twice" in error.problem
        assert error.allowed == "each key once"


def test_every_error_of_a_table_is_reported_at_once_in_the_order_of_its_lines() -> None:
    frame = lines_of("services")
    frame.loc[[9, 3], "lifecycle"] = "resting"
    frame.loc[5, "in_clf_c02"] = "perhaps"
    assert [error.line for error in errors_of("services", frame)] == [3, 5, 9]
