"""What a good item keeps to, beyond what the tables can check. `srm lint-items` runs it all.

After A. Haladyna and M. Rodriguez, Developing and Validating Test Items (2013): no cue in form or
length, one problem each, plain words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import pyphen
from rapidfuzz import fuzz, process

from shared_responsibility.build.data_rules import data_errors
from shared_responsibility.errors import CourseError
from shared_responsibility.items import Item, form, load_items
from shared_responsibility.keys import NO_EVIDENCE, key_of, right_party, source_ids_of
from shared_responsibility.matrix import plain, source, who
from shared_responsibility.scoring import ItemKey
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Grain, ItemKind, Part, Party

LONGEST_PROMPT = 80
LONGEST_RATIO, SMALLEST_DIFFERENCE = 1.5, 12
LIKE = 80
"""Similarity, from 0 to 100, from which two prompts count as one."""
HARDEST_GRADE, LONGEST_SENTENCE = 12.0, 20
"""Flesch-Kincaid grade of a prompt without names, and mean words in a sentence."""
LARGEST_SHARE, SMALLEST_SAMPLE = 0.45, 12
OLDEST_SOURCE = timedelta(days=365)
SHORTEST_EXPLANATION, LONGEST_EXPLANATION = 12, 70
STRONG = re.compile(r"\b(?:always|never|only|all|none|every|nothing)\b", re.IGNORECASE)
EVERYDAY_SHARED = re.compile(
    r"\bshar(?:e|es|ed|ing)\b(?! (?:responsibility|control))", re.IGNORECASE
)
EXAM = re.compile(r"\b(?:exam question|real exam|on the exam|braindump)\b", re.IGNORECASE)
_SYLLABLES = pyphen.Pyphen(lang="en_GB")


@dataclass(frozen=True)
class Finding:
    """One thing to put right in one item."""

    rule: str
    item_id: str
    problem: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.item_id} ({self.rule}): {self.problem}. Allowed: {self.allowed}."


@dataclass(frozen=True)
class Judged:
    """An item with its key."""

    item: Item
    key: ItemKey

    @property
    def written_parts(self) -> dict[str, dict[str, str]]:
        """The parts whose options somebody wrote; the lines of a dossier are records."""
        if self.item.kind is ItemKind.EVIDENCE:
            return {}
        return {part: texts for part, texts in self.item.parts.items() if part != Part.OWNER}

    def right_in(self, part: str) -> list[str]:
        """The right options of one part."""
        return [name for name in self.key.in_part(part) if self.key.options[name].credit >= 1]


Bank = list[Judged]
Found = Iterator[tuple[str, str, str]]
"""Item id, problem, what is allowed."""


def findings() -> list[Finding]:
    """What is wrong with the live items. Tables that do not fit their schema come first."""
    broken = [
        Finding("schema", error.file, str(error), "what data/README.md says")
        for error in data_errors()
    ]
    return broken or lint(live_items())


def live_items() -> Bank:
    """The live items of the bank with their keys."""
    return [Judged(item, key_of(item)) for item in load_items().values() if item.status == "live"]


def lint(bank: Bank) -> list[Finding]:
    """What the rules find in these items, in the order of the rules."""
    return [
        Finding(rule.__name__, item_id, problem, allowed)
        for rule in RULES
        for item_id, problem, allowed in rule(bank)
    ]


def key_agrees_with_matrix(bank: Bank) -> Found:
    """A task in a cell that one party owns alone is that party's."""
    for one in bank:
        item = one.item
        if item.grain is not Grain.TASK or Part.OWNER not in item.parts or not item.cells:
            continue
        ref = item.cells[-1]
        owner = who(ref.service_id, ref.domain_id, ref.variant_id or None).responsible
        right = right_party(item)
        if owner in (Party.AWS, Party.CUSTOMER) and right != owner:
            problem = f"the key is {right!r}, but {owner} owns {ref.service_id} {ref.domain_id}"
            yield item.item_id, problem, owner


def owners_are_not_written_twice(bank: Bank) -> Found:
    """Where the facts decide, a written credit would be a second truth."""
    written = load_table("option_keys")
    written = written[(written["part"] == Part.OWNER) & (written["credit"] != "")]
    named = set(written["item_id"])
    for one in bank:
        if one.item.owner_is_derived and one.item.item_id in named:
            yield one.item.item_id, "its owner is derived and written too", "a blank credit"


def tempting_option_is_wrong(bank: Bank) -> Found:
    """An item with one answer names the wrong option that draws most."""
    for one in bank:
        several = one.item.kind in (ItemKind.MULTI, ItemKind.ORDER, ItemKind.EVIDENCE)
        wrong = set(one.item.labels) - set(one.key.right_options)
        if several and one.item.tempting:
            yield one.item.item_id, "more than one answer, yet a tempting one", "a blank"
        if not several and one.item.tempting not in wrong:
            yield (
                one.item.item_id,
                f"{one.item.tempting!r} is no wrong option",
                ", ".join(sorted(wrong)),
            )


def sources_are_fresh(bank: Bank) -> Found:
    """Every source of an item was read in the last year."""
    limit = (date.today() - OLDEST_SOURCE).isoformat()
    for one in bank:
        for source_id in sorted(source_ids_of(one.item)):
            if source(source_id).read_on < limit:
                read = source(source_id).read_on
                yield one.item.item_id, f"{source_id} was read on {read}", f"{limit} or later"


def options_have_one_length(bank: Bank) -> Found:
    """A right answer that is much longer or shorter gives itself away."""
    for one in bank:
        if one.item.kind is ItemKind.ORDER:
            continue
        for texts in one.written_parts.values():
            lengths = {option: len(text) for option, text in texts.items()}
            longest, shortest = max(lengths.values()), min(lengths.values())
            near = longest - shortest <= SMALLEST_DIFFERENCE
            if not near and longest > LONGEST_RATIO * shortest:
                told = ", ".join(f"{option} {length}" for option, length in lengths.items())
                allowed = f"the longest at most {LONGEST_RATIO} times the shortest"
                yield one.item.item_id, f"the options differ in length ({told})", allowed


def options_have_one_grammar(bank: Bank) -> Found:
    """All options of a part begin and end alike: capital and final stop on all or on none."""
    for one in bank:
        for texts in one.written_parts.values():
            stops = {text.endswith(".") for text in texts.values()}
            starts = {text[:1].isupper() or not text[:1].isalpha() for text in texts.values()}
            if len(stops) > 1 or len(starts) > 1:
                yield one.item.item_id, "some options look unlike the others", "one form for all"


def no_strong_word_in_the_key_alone(bank: Bank) -> Found:
    """`always`, `never` and the like must not mark the right option."""
    for one in bank:
        for part, texts in one.written_parts.items():
            right = one.right_in(part)
            strong = {option for option, text in texts.items() if STRONG.search(text)}
            if right and strong and strong <= set(right) and len(right) < len(texts):
                yield (
                    one.item.item_id,
                    "a strong word stands in the right option alone",
                    ("such a word in no option, or in a wrong one too"),
                )


def key_positions_are_balanced(bank: Bank) -> Found:
    """Over the bank no letter, and not the longest option, is right too often."""
    places: Counter[str] = Counter()
    longest = total = 0
    for one in bank:
        if one.item.kind not in (ItemKind.SINGLE, ItemKind.OWNER_REASON):
            continue
        for part, texts in one.written_parts.items():
            right = one.right_in(part)[0]
            places[right] += 1
            total += 1
            longest += len(texts[right]) == max(map(len, texts.values()))
    if total < SMALLEST_SAMPLE:
        return
    for told, count in [*places.items(), ("the longest option", longest)]:
        if count / total > LARGEST_SHARE:
            problem = f"{told} is right in {count} of {total} written questions"
            yield "the bank", problem, f"at most {LARGEST_SHARE:.0%}"


def prompts_are_not_alike(bank: Bank) -> Found:
    """Two prompts from one mould are one item."""
    prompts = [one.item.prompt for one in bank]
    if not prompts:
        return
    scores = process.cdist(prompts, prompts, scorer=fuzz.token_sort_ratio, score_cutoff=LIKE)
    for first, row in enumerate(scores):
        for second in range(first + 1, len(prompts)):
            if row[second]:
                yield (
                    bank[second].item.item_id,
                    f"the prompt is much like that of {bank[first].item.item_id}",
                    "a case of its own",
                )


def prompts_are_short(bank: Bank) -> Found:
    """At most 80 words."""
    for one in bank:
        words = len(one.item.prompt.split())
        if words > LONGEST_PROMPT:
            yield one.item.item_id, f"{words} words", f"{LONGEST_PROMPT} at most"


def prompts_are_plain(bank: Bank) -> Found:
    """Short sentences and common words; names of services are not counted."""
    for one in bank:
        grade, mean = reading_level(one.item.prompt)
        if grade > HARDEST_GRADE or mean > LONGEST_SENTENCE:
            yield (
                one.item.item_id,
                f"reading grade {grade:.1f}, {mean:.0f} words a sentence",
                f"grade {HARDEST_GRADE:g} and {LONGEST_SENTENCE} words at most",
            )


def shared_is_no_everyday_word(bank: Bank) -> Found:
    """In a stem `shared` is a term of the course or does not stand there."""
    for one in bank:
        if one.item.grain is Grain.CONTROL:
            continue
        if found := EVERYDAY_SHARED.search(one.item.prompt):
            yield one.item.item_id, f"{found[0]!r} is a term of the course", "another word"


def prompts_name_their_service(bank: Bank) -> Found:
    """The service stands in the prompt by a name that the course knows."""
    services = load_table("services").set_index("service_id")
    for one in bank:
        for service_id in {ref.service_id for ref in one.item.cells}:
            row = services.loc[service_id]
            name = re.sub(r" \(.*\)$", "", str(row["name"]))
            names = [name, *filter(None, str(row["aliases"]).split("; "))]
            if not any(plain(known) in plain(one.item.prompt) for known in names):
                yield one.item.item_id, f"{service_id} is not named", f"{name} in the prompt"


def explanations_are_whole(bank: Bank) -> Found:
    """Long enough to teach, short enough to read, and written for one option."""
    seen: dict[str, str] = {}
    for one in bank:
        for name, option in one.key.options.items():
            if option.explanation == NO_EVIDENCE:
                continue
            words = len(option.explanation.split())
            if not SHORTEST_EXPLANATION <= words <= LONGEST_EXPLANATION:
                allowed = f"{SHORTEST_EXPLANATION} to {LONGEST_EXPLANATION} words"
                yield one.item.item_id, f"the explanation of {name} has {words} words", allowed
            if (other := seen.setdefault(option.explanation, one.item.item_id)) != one.item.item_id:
                problem = f"the explanation of {name} stands in {other} too"
                yield one.item.item_id, problem, "one of its own"


def provenance_is_known(bank: Bank) -> Found:
    """Who wrote it and when; nothing comes from a real exam."""
    rows = load_table("items").set_index("item_id")
    today = date.today().isoformat()
    for one in bank:
        if one.item.item_id not in rows.index:
            continue
        written = str(rows.loc[one.item.item_id, "written_on"])
        if written > today:
            yield one.item.item_id, f"written on {written}, which has not come", today
        if EXAM.search(one.item.prompt):
            yield one.item.item_id, "the prompt speaks of a real exam", "a case of its own"


def forms_are_balanced(bank: Bank) -> Found:
    """On a form of 12 or more no party is right in more than 45 %."""
    live = {one.item.item_id for one in bank}
    for exercise in load_table("forms")["exercise"].drop_duplicates():
        items = [entry.item for entry in form(exercise).entries if entry.item.item_id in live]
        parties = pd.Series([right_party(item) for item in items], dtype=str)
        parties = parties[parties != ""]
        shares = parties.value_counts(normalize=True)
        if len(parties) >= SMALLEST_SAMPLE and shares.iloc[0] > LARGEST_SHARE:
            problem = f"{shares.index[0]} is right in {shares.iloc[0]:.0%} of the form"
            yield exercise, problem, f"at most {LARGEST_SHARE:.0%}"


def reading_level(text: str) -> tuple[float, float]:
    """The Flesch-Kincaid grade of a text and its mean words in a sentence.

    Names, that is capitalised words inside a sentence, count as words of one syllable, since a
    prompt has to name its service in full. J. P. Kincaid et al., Research Branch Report 8-75
    (1975).
    """
    sentences = [part for part in re.split(r"(?<=[.?!:;])\s+", text.strip()) if part]
    words = [word for part in sentences for word in _words(part)]
    if not words:
        return 0.0, 0.0
    mean = len(words) / len(sentences)
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * mean + 11.8 * syllables / len(words) - 15.59, mean


def _words(sentence: str) -> list[str]:
    """The words of a sentence; names become one word each."""
    words = re.findall(r"[A-Za-z][A-Za-z'-]*", sentence)
    return [word.lower() if place == 0 else word for place, word in enumerate(words)]


def _syllables(word: str) -> int:
    return 1 if word[:1].isupper() else len(_SYLLABLES.inserted(word).split("-"))


RULES: tuple[Callable[[Bank], Iterable[tuple[str, str, str]]], ...] = (
    key_agrees_with_matrix,
    owners_are_not_written_twice,
    tempting_option_is_wrong,
    sources_are_fresh,
    options_have_one_length,
    options_have_one_grammar,
    no_strong_word_in_the_key_alone,
    key_positions_are_balanced,
    prompts_are_not_alike,
    prompts_are_short,
    prompts_are_plain,
    shared_is_no_everyday_word,
    prompts_name_their_service,
    explanations_are_whole,
    provenance_is_known,
    forms_are_balanced,
)


def counts(bank: Bank) -> dict[str, dict[str, int]]:
    """How many items there are, by kind, objective, domain, model and service."""
    models = load_table("services").set_index("service_id")["service_model"]
    tallies: dict[str, Counter[str]] = {
        name: Counter() for name in ("kind", "objective", "domain", "model", "service", "owner")
    }
    for one in bank:
        item = one.item
        services = {ref.service_id for ref in item.cells}
        tallies["kind"][item.kind] += 1
        tallies["objective"][item.objective] += 1
        tallies["domain"][item.domain_id] += 1
        tallies["service"].update(services)
        tallies["model"].update({item.model_id, *(str(models[s]) for s in services)} - {""})
        try:
            tallies["owner"][right_party(item)] += 1
        except CourseError:
            continue
    return {name: dict(tally.most_common()) for name, tally in tallies.items()}
