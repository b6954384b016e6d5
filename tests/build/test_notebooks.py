from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from shared_responsibility.build.notebooks import as_text, clean, name_cells, read_percent
from shared_responsibility.errors import CourseError

WITHOUT_SLUGS = '''# %% [markdown]
"""
# Who locks the door?
"""

# %%
who("ec2", "guest_os")

# %% slug="kept-for-ever"
1 + 1

# %%

# %%
who("ec2", "guest_os")
'''


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "lesson.py"
    path.write_text(WITHOUT_SLUGS, encoding="utf-8")
    return path


def slugs_of(path: Path) -> list[str]:
    return [cell.id for cell in read_percent(path).cells]


def test_slugs_are_written_once_and_never_changed(written: Path) -> None:
    assert name_cells(written)
    slugs = slugs_of(written)
    assert slugs[2] == "kept-for-ever"
    assert slugs[0] == "who-locks-the-door"
    assert len(set(slugs)) == len(slugs) == 5
    named = written.read_text(encoding="utf-8")
    assert not name_cells(written)
    assert written.read_text(encoding="utf-8") == named
    written.write_text(named.replace("Who locks", "Who opens").replace("1 + 1", "2"), "utf-8")
    assert not name_cells(written)
    assert slugs_of(written) == slugs


def test_a_new_cell_gets_a_slug_of_its_own_and_the_others_keep_theirs(written: Path) -> None:
    name_cells(written)
    slugs = slugs_of(written)
    named = written.read_text(encoding="utf-8")
    written.write_text('# %%\nwho("ec2", "guest_os")\n\n' + named, encoding="utf-8")
    assert name_cells(written)
    assert slugs_of(written)[1:] == slugs
    assert slugs_of(written)[0] not in slugs


def test_a_missing_slug_is_named_with_its_line(written: Path) -> None:
    with pytest.raises(CourseError, match=r"^lesson\.py, line 1: the cell has no slug"):
        read_percent(written)


def test_a_doubled_slug_is_named_with_the_line_of_the_second(written: Path) -> None:
    written.write_text('# %% slug="a"\n1\n\n# %% slug="b"\n2\n\n# %% slug="a"\n3\n', "utf-8")
    with pytest.raises(CourseError, match=r"^lesson\.py, line 7: slug 'a' stands twice"):
        read_percent(written)


def test_code_before_the_first_cell_is_refused_in_a_sentence(written: Path) -> None:
    written.write_text('import this\n\n# %% slug="a"\n1\n', encoding="utf-8")
    with pytest.raises(CourseError, match=r"^lesson\.py"):
        read_percent(written)


def test_markdown_and_code_are_read_with_their_tags(written: Path) -> None:
    written.write_text(
        '# %% [markdown] slug="a"\n"""\n# Title\n"""\n\n# %% slug="b" tags=["x"]\n1\n', "utf-8"
    )
    title, code = read_percent(written).cells
    assert (title.cell_type, title.source) == ("markdown", "# Title")
    assert (code.cell_type, code.source, code.metadata["tags"]) == ("code", "1", ["x"])


def test_what_differs_between_machines_is_dropped() -> None:
    cell = new_code_cell("1", id="a", metadata={"execution": {"at": "noon"}, "tags": ["x"]})
    notebook = new_notebook(
        cells=[cell], metadata={"language_info": {"name": "python", "version": "3.99.1"}}
    )
    text = as_text(clean(notebook, "authoring/lessons/a.py"))
    assert "3.99" not in text
    assert "noon" not in text
    assert "authoring/lessons/a.py" in text
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    again = nbformat.reads(text, as_version=4)
    assert again.cells[0].metadata["tags"] == ["x"]
    assert as_text(clean(again, "authoring/lessons/a.py")) == text
