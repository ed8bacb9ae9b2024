"""Split an author's own words into sentences with exact spans.

Lines and list items are boundaries; a full stop ends a sentence only where the text around it
says so, so that abbreviations, numbers, versions, addresses and file names stay whole.
"""

from __future__ import annotations

import re

from agent.method.readings import Sentence
from memory.records.talk import Message

_SHORT_FORMS = """
e.g i.e eg ie etc vs cf ca approx resp incl excl esp viz al mr mrs ms dr prof st jr sr inc ltd co
corp dept est fig figs eq sec sect ch vol no nos nr pp ed eds rev ver jan feb mar apr jun jul aug
sep sept oct nov dec mon tue wed thu fri sat sun min max avg temp tbsp tsp oz lb lbs ft u.s u.k
a.m p.m ph.d b.c a.d i.a d.h z.b
"""
ABBREVIATIONS = frozenset(_SHORT_FORMS.split())
"""Words whose full stop does not end a sentence, lower case, without the last stop."""

NEEDS_NUMBER = frozenset({"no", "fig", "figs", "ch", "sec", "vol", "ed", "eq", "p", "pp", "nr"})
"""Abbreviations that are words as well: they abbreviate only in front of a number."""

OFTEN_LAST = frozenset({"etc", "co", "inc", "ltd", "corp", "a.m", "p.m", "al", "u.s", "u.k"})
"""Abbreviations that may end a sentence: a capital after them says that they did."""

WORDS_TOO = frozenset({"sun", "sat", "mar", "dec", "min", "max", "est", "rev", "temp", "ca"})
"""Short forms that are ordinary words too: a capital after them ends the sentence."""

LONGEST_WORD = 24
"""Characters before a stop that are looked at for an abbreviation."""

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BULLET = re.compile(
    r"\s*+(?:[-*+\u2022\u2023\u25e6\u2043\u2013\u2014>]++|\(?\d{1,3}[.)]|\(?[a-z]\))\s++"
)
_STOP = re.compile(
    r"(?<![.!?\u2026])(?P<mark>[.!?\u2026]++)(?P<close>[\"'\u2019\u201d)\]*_]*+)(?=\s|$)"
)
_FOLLOWING = re.compile(r"\s*+[\"'\u201c\u2018(\[*_]*+(?P<character>\S)")
_LAST_WORD = re.compile(r"[^\s(\[\"'\u201c\u2018]*$")
_WORD_CHARACTER = re.compile(r"[^\W_]")


def own_sentences(message: Message) -> tuple[Sentence, ...]:
    """Return the sentences of the author's own words in order.

    Each holds `message.text[start:end] == text`, has no space at its ends, and lies inside one
    own segment. What is left out is white space, bullets and stretches without a letter or digit.
    """
    if message.deleted:
        return ()
    found: list[Sentence] = []
    for start, end in message.own_spans():
        own = message.text[start:end]
        found += [Sentence(message.id, start + a, start + b, own[a:b]) for a, b in split_text(own)]
    return tuple(found)


def split_text(text: str) -> list[tuple[int, int]]:
    """Return `(start, end)` of each sentence of `text`: ordered, disjoint, stripped, not empty."""
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        start = line.start()
        bullet = _BULLET.match(text, start, line.end())
        if bullet and bullet.end() < line.end():
            start = bullet.end()
        for a, b in _split_line(text, start, line.end()):
            spans += _strip(text, a, b)
    return spans


def _split_line(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    for stop in _STOP.finditer(text, start, end):
        if _ends_sentence(text, start, stop, end):
            pieces.append((start, stop.end()))
            start = stop.end()
    pieces.append((start, end))
    return pieces


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    mark, next_up = stop["mark"], _FOLLOWING.match(text, stop.end(), end)
    if next_up is None:
        return True
    following = next_up["character"]
    if not _WORD_CHARACTER.search(text, start, stop.start()):
        return False
    if mark[0] == "\u2026" or mark.startswith(".."):
        return following.isupper()
    if set(mark) & {"!", "?"}:
        return not (stop["close"] and following.islower())
    last = _LAST_WORD.search(text[max(start, stop.start() - LONGEST_WORD) : stop.start()])
    return not _is_abbreviation(last[0].casefold() if last else "", following)


def _is_abbreviation(word: str, following: str) -> bool:
    """Whether the stop after `word` belongs to it, judged by the character that follows."""
    if word in NEEDS_NUMBER:
        return following.isdigit()
    if word in OFTEN_LAST or word in WORDS_TOO:
        return not following.isupper()
    if word in ABBREVIATIONS:
        return True
    return len(word) == 1 and word.isalpha() and word != "i" and following.isupper()


def _strip(text: str, start: int, end: int) -> list[tuple[int, int]]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    return [(start, end)] if _WORD_CHARACTER.search(text, start, end) else []
