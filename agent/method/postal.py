"""Postal addresses by the grammar of several countries' forms, each as far as it reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from prompts.privacy import PlacesEntry

Stretch = tuple[int, int]
"""Start and end in characters, the end excluded."""


def addresses_in(text: str, streets: Iterable[Stretch], entry: PlacesEntry) -> tuple[Stretch, ...]:
    """The addresses of `text`: `streets` (found by other forms) and those of `entry`.

    Each reaches over the district, town, country and code that follow it. No two overlap.
    """
    found = [*streets, *_streets(text, entry)]
    grown = sorted((start, _end_of(text, end, entry)) for start, end in found)
    apart: list[Stretch] = []
    for start, end in grown:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], end))
        else:
            apart.append((start, end))
    return tuple(apart)


def _streets(text: str, entry: PlacesEntry) -> Iterator[Stretch]:
    for pattern in _patterns(entry.patterns()):
        for match in pattern.finditer(text):
            start, end = match.span("it") if "it" in match.re.groupindex else match.span()
            yield start, end - (len(text[start:end]) - len(text[start:end].rstrip(" .,\n")))


def _end_of(text: str, end: int, entry: PlacesEntry) -> int:
    """Where an address ends whose street ends at `end`.

    Words that follow belong to it only where a code follows them in turn: else a sentence does.
    """
    certain, place = end, end
    code, words = _patterns((entry.tail, entry.tail_words))
    for _ in range(entry.tail_steps):
        numbered = code.match(text, place)
        if numbered is not None and numbered.end() > place:
            certain = place = numbered.end()
            continue
        worded = words.match(text, place)
        if worded is None or worded.end() == place:
            break
        place = worded.end()
    return certain


@lru_cache(maxsize=4)
def _patterns(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, patterns))
