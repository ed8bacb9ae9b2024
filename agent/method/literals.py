"""Which of many regular expressions can match a text at all, told by three letters of each.

A text of a sentence has some 80 trigrams; a pattern is run only when the text holds a trigram
without which it cannot match. What is found is exactly what running all of them would find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from re import _constants as codes  # type: ignore[attr-defined]  # the parse tree has no public door
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

GRAM = 3
MOST_STRINGS = 64
"""Spellings of one stretch of a pattern that are written out."""

DIGITS = frozenset("0123456789")
"""What a digit may be in a pattern compiled for ASCII."""

_COMMON = " etaoinsrhldu"
"""Characters from the most common on; a trigram of rare ones rules out more."""


class LiteralIndex:
    """Patterns by a trigram that each of their matches holds. Texts and patterns in lower case."""

    def __init__(self, patterns: Sequence[str]) -> None:
        always: list[int] = []
        by_string: dict[str, list[int]] = {}
        for number, pattern in enumerate(patterns):
            strings = required_strings(pattern)
            if strings is None:
                always.append(number)
            for string in strings or ():
                by_string.setdefault(string, []).append(number)
        self._by_gram: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
        self._short: list[tuple[str, tuple[int, ...]]] = []
        for string, numbers in by_string.items():
            entry = (string, tuple(numbers))
            if len(string) < GRAM:
                self._short.append(entry)
            else:
                self._by_gram.setdefault(_rarest(string), []).append(entry)
        self._always = tuple(always)
        self._grams = frozenset(self._by_gram)

    def candidates(self, text: str) -> list[int]:
        """Return the numbers, ascending, of the patterns that may match somewhere in the text."""
        found = set(self._always)
        for string, numbers in self._short:
            if string in text:
                found.update(numbers)
        for gram in self._grams.intersection(trigrams(text)):
            for string, numbers in self._by_gram[gram]:
                if string in text:
                    found.update(numbers)
        return sorted(found)


def trigrams(text: str) -> set[str]:
    """Return all stretches of three characters."""
    return set(map("".join, zip(text, text[1:], text[2:], strict=False)))


def required_strings(pattern: str) -> frozenset[str] | None:
    """Return strings, one of which every match of the pattern holds, or `None` if unknown."""
    return _required(list(parser.parse(pattern)))


def _rarest(text: str) -> str:
    """Return the trigram of the text that is likely to be rare in English."""

    def commonness(gram: str) -> int:
        return sum(len(_COMMON) - _COMMON.find(c) if c in _COMMON else 0 for c in gram)

    return min((text[n : n + GRAM] for n in range(len(text) - GRAM + 1)), key=commonness)


def _required(items: Sequence[Any]) -> frozenset[str] | None:
    """Return strings of three or more characters, one of which is in every match."""
    found: list[frozenset[str]] = []
    stretch = frozenset({""})
    for item in items:
        spelled = _spellings(item)
        if spelled is None or len(spelled) * len(stretch) > MOST_STRINGS:
            found.append(stretch)
            stretch = frozenset({""}) if spelled is None else spelled
            if spelled is None and (inner := _inside(item)):
                found.append(inner)
        else:
            stretch = frozenset(a + b for a, b in product(stretch, spelled))
    found.append(stretch)
    usable = [strings for strings in found if all(strings)]
    return min(usable, key=_looseness) if usable else None


def _looseness(strings: frozenset[str]) -> tuple[bool, int, int]:
    shortest = min(map(len, strings))
    return shortest < GRAM, len(strings), -shortest


def _inside(item: Any) -> frozenset[str] | None:
    """Return what a part that cannot be spelled out requires all the same."""
    code, value = item
    if code is codes.SUBPATTERN:
        return _required(list(value[-1]))
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT} and value[0] >= 1:
        return _required(list(value[2]))
    if code is codes.BRANCH:
        return _any_of(_required(list(branch)) for branch in value[1])
    return None


def _any_of(branches: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    together: frozenset[str] = frozenset()
    for strings in branches:
        if strings is None:
            return None
        together |= strings
    return together


def _spellings(item: Any) -> frozenset[str] | None:
    """Return every string that this part of a pattern matches, or `None` if they are too many."""
    code, value = item
    if code is codes.LITERAL:
        return frozenset({chr(value)})
    if code in {codes.AT, codes.ASSERT, codes.ASSERT_NOT}:
        return frozenset({""})
    if code is codes.IN and all(kind is codes.LITERAL for kind, _ in value):
        return frozenset(chr(character) for _, character in value)
    if code is codes.IN and value == [(codes.CATEGORY, codes.CATEGORY_DIGIT)]:
        return DIGITS
    if code is codes.SUBPATTERN:
        return _all_spellings(value[-1])
    if code is codes.BRANCH:
        spelled = [_all_spellings(branch) for branch in value[1]]
        return _any_of(spelled)
    if code is codes.MAX_REPEAT and tuple(value[:2]) == (0, 1):
        spelled_once = _all_spellings(value[2])
        return None if spelled_once is None else spelled_once | {""}
    return None


def _all_spellings(items: Iterable[Any]) -> frozenset[str] | None:
    strings = frozenset({""})
    for item in items:
        spelled = _spellings(item)
        if spelled is None or len(spelled) * len(strings) > MOST_STRINGS:
            return None
        strings = frozenset(a + b for a, b in product(strings, spelled))
    return strings


def compiled(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """Compile patterns for lower-case text: over twice as fast as ignoring case in Unicode."""
    return tuple(re.compile(pattern, re.ASCII) for pattern in patterns)
