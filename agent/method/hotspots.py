"""Words inside a clause that only practice can measure out: degrees, steps, qualities, figures.

`too coarse`, `a little harder`, `a mid-range grinder`, `at least 2 weeks`: where an expert's
words stay vague or bare, there is something that they perceive, weigh or know by heart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from agent.method.lexicon import (
    AUXILIARIES,
    CONDITIONS,
    DETERMINERS,
    HOLLOW_NOUNS,
    MANNERS,
    NEVER_LAST,
    QUALITIES,
    SUBJECTS,
)
from agent.method.syntax import VERBS
from agent.method.words import STOP_WORDS, Word, fold, tokenise


class Hotspot(NamedTuple):
    """A place `clause[start:end]` and what kind of words stand there."""

    start: int
    end: int
    form: Literal["degree", "step", "thing", "amount"]
    time: bool = False


_TOO = re.compile(
    r"(?<!not )(?<!n't )(?<!only )\btoo (?:(?:much|many|few|little|[a-z]+ly) )?[a-z-]{3,}\b",
    re.IGNORECASE,
)
_ENOUGH = re.compile(r"\b[a-z-]{3,} enough\b", re.IGNORECASE)
_STEP = re.compile(
    r"\b(?:a (?:little|bit|touch)|slightly|somewhat) (?:(?:more|less) )?[a-z-]{3,}\b"
    r"(?: [a-z]+ly)?",
    re.IGNORECASE,
)
_NUMBER = (
    r"(?:\d[\d.,/]*(?:\s?(?:-|\u2013|to|or)\s?\d[\d.,/]*)?|half an?|one|two|three|four|five|six"
    r"|seven|eight|ten|twelve|a (?:few|couple(?: of)?))"
)
_TIMES = r"seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?"
_UNITS = (
    r"%|percent|\u00b0 ?[CF]?|degrees?(?: (?:celsius|fahrenheit|[CF]\b))?|celsius"
    r"|fahrenheit|kg|g|grams?|kilos?|oz|ounces?|ml|cl|lit(?:er|re)s?|gallons?|cups?|tbsp|tsp|tablespoons?|teaspoons?|psi|bars?|cm|mm"
    r"|inch(?:es)?|feet|MB|GB|KB|TB|ms|mg|ppm|lbs?|pounds?|parts?|F|C|scoops?|drops?|pints?|times"
)
_AMOUNT = re.compile(
    r"\b(?:(?:at least|at most|no more than|up to|less than|more than|about|around|roughly"
    rf"|approximately|maybe) )*{_NUMBER}[ -]?(?:(?P<time>{_TIMES})|(?:{_UNITS}))(?!\w)"
    r"(?! (?:ago|old|of age))(?: (?:per|to a|a) [a-z]+)?",
    re.IGNORECASE,
)
_NO_DEGREE = frozenset(
    {"too", "sure", "well", "good", "soon", "have", "has", "had", "get", "got", "there", "just"}
    | {"much", "many", "often", "bad", "similar", "same", "enough", "late", "early", "oddly"}
    | {"funnily", "interestingly", "fair", "large", "easy", "of", "people", "time", "the"}
)
_HOLLOW = HOLLOW_NOUNS - {"time", "place", "number"}
_ENDS = STOP_WORDS | AUXILIARIES | CONDITIONS | SUBJECTS | DETERMINERS | NEVER_LAST
_MAX_AFTER = 2


@lru_cache(maxsize=4096)
def hotspots(clause: str) -> tuple[Hotspot, ...]:
    """Return the places in a clause that a question can be about by themselves, in no order."""
    return (*_degrees(clause), *_steps(clause), *_qualities(clause), *_amounts(clause))


def _plain(word: str) -> bool:
    return word not in _NO_DEGREE | STOP_WORDS and word not in VERBS - {"cool", "warm", "dry"}


def _degrees(clause: str) -> Iterator[Hotspot]:
    for found in _TOO.finditer(clause):
        if found.group()[0] == "t" and _plain(fold(found.group().split()[-1])):
            yield Hotspot(found.start(), found.end(), "degree")
    for found in _ENOUGH.finditer(clause):
        word = fold(found.group().split()[0])
        if _plain(word) and not found.group()[0].isupper() and not word.endswith(("ed", "ly")):
            yield Hotspot(found.start(), found.end(), "degree")


def _steps(clause: str) -> Iterator[Hotspot]:
    for found in _STEP.finditer(clause):
        last = fold(found.group().split()[-1])
        comparing = (
            "more" in found.group() or "less" in found.group() or last.endswith(("er", "ly"))
        )
        if comparing and _plain(last):
            after = re.match(r" ([a-z-]+)\b", clause[found.end() :])
            noun = after is not None and after[1] not in _ENDS and not after[1].endswith("ly")
            end = found.end() + (after.end() if noun and after else 0)
            yield Hotspot(found.start(), end, "step")


def _qualities(clause: str) -> Iterator[Hotspot]:
    words = tokenise(clause)
    for at, word in enumerate(words):
        if word.text not in QUALITIES:
            continue
        nouns = _nouns_after(words, at, clause)
        if nouns and re.match(r" of\b", clause[nouns[-1].end :]):
            linked = next(i for i, one in enumerate(words) if one.start > nouns[-1].end)
            nouns = _nouns_after(words, linked, clause)
        named = [fold(noun.text) for noun in nouns]
        if not nouns or named[-1] in _HOLLOW | MANNERS or "deal" in named:
            continue
        before = words[at - 1] if at else None
        determined = before is not None and fold(before.text) in {"a", "an", "the", "your"}
        start = before.start if determined and before is not None else word.start
        yield Hotspot(start, nouns[-1].end, "thing")


def _nouns_after(words: tuple[Word, ...], at: int, clause: str) -> list[Word]:
    """The content words right after an adjective, if a function word or a pause ends them."""
    nouns: list[Word] = []
    for word in words[at + 1 : at + 2 + _MAX_AFTER]:
        gap = clause[nouns[-1].end if nouns else words[at].end : word.start]
        if gap.strip() or fold(word.text) in _ENDS:
            return nouns
        if word.text.endswith("ly") or (nouns and fold(word.text) in VERBS):
            return []
        nouns.append(word)
    over = at + 2 + _MAX_AFTER
    return [] if len(words) > over and fold(words[over].text) not in _ENDS else nouns


def _amounts(clause: str) -> Iterator[Hotspot]:
    for found in _AMOUNT.finditer(clause):
        if len(tokenise(found.group())) > 1 or re.search(r"\d", found.group()):
            yield Hotspot(found.start(), found.end(), "amount", time=bool(found["time"]))
