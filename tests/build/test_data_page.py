from shared_responsibility.build.data_page import data_page
from shared_responsibility.tables import TABLES

(PATH, PAGE) = next(iter(data_page().items()))


def test_the_page_describes_every_column_of_every_table_once_and_in_order() -> None:
    assert list(data_page()) == ["data/README.md"] == [PATH]
    _, *parts = PAGE.split("\n## ")
    assert [part.splitlines()[0] for part in parts] == [table.path for table in TABLES.values()]
    for part, table in zip(parts, TABLES.values(), strict=True):
        rows = [line.split(" | ") for line in part.splitlines() if line.startswith("| `")]
        names = [row[0].removeprefix("| ").split()[0].strip("`") for row in rows]
        assert names == table.column_names
        for row, column in zip(rows, table.columns, strict=True):
            assert ("(key)" in row[0]) == (column.name in table.key)
            assert row[1] == column.meaning
            for word in column.allowed:
                assert f"`{word}`" in row[2]
            assert row[2].endswith("or blank |") == column.blank
            if column.refers_to:
                assert TABLES[column.refers_to].path in row[2]


def test_a_pattern_never_breaks_the_table() -> None:
    for line in PAGE.splitlines():
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") == 4, line
