"""One kind of error for everything a person can put right: a sentence, never a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class CourseError(ValueError):
    """Something the reader can put right. The message is one or two plain sentences."""

    def _render_traceback_(self) -> list[str]:
        """IPython calls this instead of printing a traceback."""
        return [str(self)]


class DataError(CourseError):
    """A bad value in a table: says where it stands and what would be right there."""

    def __init__(
        self, file: str, line: int | None, column: str | None, problem: str, allowed: str = ""
    ) -> None:
        self.file, self.line, self.column = file, line, column
        self.problem, self.allowed = problem, allowed
        place = [file]
        if line is not None:
            place.append(f"line {line}")
        if column is not None:
            place.append(f"column {column}")
        advice = f" Allowed: {allowed}." if allowed else ""
        super().__init__(f"{', '.join(place)}: {problem}.{advice}")


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known words most like `word`, best first; empty when nothing is alike."""
    by_folded = {name.casefold(): name for name in known}
    matches = difflib.get_close_matches(word.casefold(), by_folded, n=count, cutoff=0.5)
    return [by_folded[match] for match in matches]


def unknown(kind: str, word: object, known: Iterable[str]) -> CourseError:
    """The error for a name that is not in the course, with the nearest names that are."""
    names = sorted(set(known))
    close = nearest(str(word), names)
    if close:
        advice = f"Did you mean {in_words(close, 'or')}?"
    else:
        shown = in_words(names[:6], "and") if len(names) <= 6 else ", ".join(names[:6]) + ", ..."
        advice = f"Known: {shown}."
    article = "an" if kind[0] in "aeiou" else "a"
    return CourseError(f"{str(word)!r} is not {article} {kind} of this course. {advice}")


def in_words(names: Iterable[str], joiner: str) -> str:
    """`a, b or c`."""
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {joiner} {listed[-1]}"
