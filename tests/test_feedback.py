import html
import re
from dataclasses import replace

import pytest

from shared_responsibility.feedback import as_html, as_text, summary, told
from shared_responsibility.scoring import ItemKey, OptionKey, Verdict, score_form, score_item

KEY = ItemKey(
    "kms-keys", 1, "Who <rotates> it?", {"aws": "AWS", "customer": "customer"},
    {
        "aws": OptionKey(0, "AWS & co. only <host> it.", "M03", "AWS does all.", "Ask whose.",
                         "SSE-S3 and SSE-KMS."),
        "customer": OptionKey(1, "The customer made it."),
    },
    "KMS: customer.", "AWS: KMS (Keys), read 2026-11-01", "https://example.org/a?b=1&c=2",
)  # fmt: skip
WRONG = ["Your answer", "Right answer", "What it assumes", "Why not", "Why", "The deciding fact",
         "Rule to carry over", "Compare", "Source"]  # fmt: skip


def test_a_wrong_answer_is_explained_in_the_order_in_which_it_teaches() -> None:
    lines = told(score_item(KEY, "aws", 1))
    assert [label for label, _ in lines] == WRONG
    texts = dict(lines)
    assert texts["Your answer"] == "AWS"
    assert texts["Right answer"] == "customer"
    assert texts["What it assumes"] == "AWS does all."
    assert texts["Rule to carry over"] == "Ask whose."
    assert texts["The deciding fact"] == "KMS: customer."
    assert texts["Source"].endswith("https://example.org/a?b=1&c=2")


@pytest.mark.parametrize(
    ("answer", "labels", "shown"),
    [
        ("customer", ["Your answer", "Why", "The deciding fact", "Source"], "customer"),
        (None, ["Your answer", "Right answer", "Why", "The deciding fact", "Source"], "none"),
        ("azure", ["Your answer", "Right answer", "Why", "The deciding fact", "Source"],
         "'azure', which is not an answer here (allowed: aws, customer)"),
    ],
    ids=["right", "missing", "illegal"],
)  # fmt: skip
def test_other_answers_get_what_fits_them(
    answer: str | None, labels: list[str], shown: str
) -> None:
    lines = told(score_item(KEY, answer, 1))
    assert [label for label, _ in lines] == labels
    assert lines[0][1] == shown


@pytest.mark.parametrize("answer", ["aws", "customer", None, "<b>azure</b>"])
def test_both_renderings_say_the_same_and_the_page_is_escaped(answer: str | None) -> None:
    result = score_form([(KEY, 2.0)], {"kms-keys": answer, "<i>": "aws"})
    text, page = as_text(result), as_html(result)
    read = html.unescape(re.sub(r"<[^>]*>", "", page))
    for label, line in told(result.items[0]):
        assert f"{label}: {line}" in text
        assert line in read
    assert result.remarks[0] in text
    assert result.remarks[0] in read
    for raw in ("<rotates>", "<host>", "<b>", "<i>"):
        assert raw not in page
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page


def test_what_went_wrong_is_open_and_the_rest_folds_away() -> None:
    opened = {
        answer: "<details open>" in as_html(score_form([(KEY, 1)], {"kms-keys": answer}))
        for answer in ("customer", "aws", None)
    }
    assert opened == {"customer": False, "aws": True, None: True}


def test_every_verdict_has_its_own_mark_beside_its_word() -> None:
    pages = {
        answer: as_html(score_form([(KEY, 1)], {"kms-keys": answer}))
        for answer in ("customer", "aws", None, "azure")
    }
    marks = {re.search(r"<summary[^>]*>(\S+) ", page)[1] for page in pages.values()}  # type: ignore[index]
    assert len(marks) == 4
    assert str(Verdict.WRONG) in pages["aws"]


def test_points_are_shown_only_where_they_count() -> None:
    result = score_form([(KEY, 2.0)], {"kms-keys": "customer"})
    assert summary(result, with_points=True) == "1 of 1 right, 2 of 2 points."
    assert summary(result, with_points=False) == "1 of 1 right."
    assert "points" not in as_text(result, with_points=False)
    assert "points" not in as_html(result, with_points=False)


def several() -> ItemKey:
    """Two right options out of four, one with a misconception."""
    options = {
        "a": OptionKey(1, "A holds.", missed="A was missing."),
        "b": OptionKey(1, "B holds.", missed="B was missing."),
        "c": OptionKey(0, "C fails.", "M12", "I do all.", "Leave it.", "Mine and theirs."),
    }
    labels = {"a": "Alpha.", "b": "Beta.", "c": "Gamma."}
    return ItemKey("m", 1, "Which?", labels, options, "", "S", "https://example.org", "multi",
                   "Leave it.")  # fmt: skip


def test_what_was_left_out_and_what_was_wrong_are_both_explained() -> None:
    lines = told(score_item(several(), "a, c", 1))
    assert lines[:2] == [
        ("Your answer", "a) Alpha; c) Gamma"),
        ("Right answer", "a) Alpha; b) Beta"),
    ]
    assert ("Why not", "C fails.") in lines
    assert ("Left out: Beta.", "B was missing.") in lines
    assert [label for label, _ in lines].count("Rule to carry over") == 1
    assert ("Why a", "A holds.") in lines


def test_a_right_answer_takes_the_rule_along() -> None:
    lines = told(score_item(several(), "a, b", 1))
    assert ("Rule to carry over", "Leave it.") in lines
    assert "Left out: Beta." not in dict(lines)


def test_who_only_left_something_out_is_not_told_a_rule_against_another_mistake() -> None:
    lines = dict(told(score_item(several(), "a", 1)))
    assert lines["Left out: Beta."] == "B was missing."
    assert "Rule to carry over" not in lines


def test_a_belief_behind_two_wrong_choices_is_named_once() -> None:
    one = several()
    twice = replace(one, options=one.options | {"d": one.options["c"]},
                    labels=one.labels | {"d": "Delta."})  # fmt: skip
    labels = [label for label, _ in told(score_item(twice, "c, d", 1))]
    assert labels.count("What it assumes") == 1
    assert labels.count("Why not") == 2
