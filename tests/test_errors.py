import pytest

from shared_responsibility.errors import CourseError, DataError, in_words, nearest, unknown


def test_ipython_shows_the_sentence_and_no_traceback() -> None:
    assert CourseError("Say it.")._render_traceback_() == ["Say it."]


@pytest.mark.parametrize(
    ("line", "column", "allowed", "sentence"),
    [
        (3, "zone", "a or b", "data/x.csv, line 3, column zone: 'c' is wrong. Allowed: a or b."),
        (None, None, "", "data/x.csv: 'c' is wrong."),
    ],
)
def test_a_data_error_says_where_what_and_what_else(
    line: int | None, column: str | None, allowed: str, sentence: str
) -> None:
    assert str(DataError("data/x.csv", line, column, "'c' is wrong", allowed)) == sentence


@pytest.mark.parametrize(
    ("words", "told"),
    [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")],
)
def test_words_are_listed_as_in_a_sentence(words: list[str], told: str) -> None:
    assert in_words(words, "or") == told


def test_nearest_ignores_case_and_finds_nothing_where_nothing_is_alike() -> None:
    assert nearest("EC3", ["s3", "ec2"])[0] == "ec2"
    assert nearest("zzzz", ["s3", "ec2"]) == []


def test_an_unknown_name_gets_near_names_or_the_first_known_ones() -> None:
    assert str(unknown("service", "ec3", ["ec2", "kms"])).endswith("Did you mean ec2?")
    assert str(unknown("service", "qqq", ["kms", "ec2"])).endswith("Known: ec2 and kms.")
    assert str(unknown("service", "qqq", "abcdefgh")).endswith("Known: a, b, c, d, e, f, ....")
