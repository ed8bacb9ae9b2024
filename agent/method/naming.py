"""Names of people in a text, by grammar: what an entity reader proposes, and the words around.

Pure: the reader's proposals come in as `Entity`. What the words around tell as a name is certain;
what the reader alone takes for a full name is likely (so are many brands and places); one word that
it takes for a name, and a part of a name found elsewhere, is possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from prompts.privacy import NamesEntry

PERSON = "PERSON"
_PARTICLE = re.compile(
    r"(?i)^(?:de|del|della|di|da|dos|das|du|van|von|der|den|ter|ten|la|le|el|al|bin|ben|af|av|zu)$"
)
_TOKEN = re.compile(r"\S+")
_TRIM = ' \t\n>*?.,;:!"()[]{}\u201c\u201d\u2026'
_OTHER = re.compile(r"[\d@/_\\=<>|#$%^~`+]|://|\.\w")
_FEWEST = 3
"""Letters of a part of a name that is looked for by itself."""


class Confidence(IntEnum):
    """How far a finding is to be trusted."""

    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3


@dataclass(frozen=True, slots=True)
class Entity:
    """What an entity reader proposes: its label, and where, in characters, the end excluded."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Where a name stands, in characters, the end excluded."""

    start: int
    end: int
    confidence: Confidence


def names_in(text: str, entities: Sequence[Entity], entry: NamesEntry) -> tuple[NamedPerson, ...]:
    """Every name found in `text`, in order; no two overlap, the surer one stands."""
    taken: list[NamedPerson] = []
    for start, end in _by_context(text, entry):
        _take(taken, _tried(text, start, end, entry, Confidence.CERTAIN))
    for match in _compiled(entry.initialed).finditer(text):
        if "." in match[0]:
            _take(taken, _tried(text, *match.span(), entry, Confidence.CERTAIN))
    spoken = list(_spoken_of(text, entry))
    for one in entities:
        if one.label == PERSON:
            for start, end in _lines(text, one.start, one.end):
                full = " " in text[start:end].strip()
                told = any(a <= start < b or a < end <= b for a, b in spoken)
                found = Confidence.LIKELY if full else Confidence.POSSIBLE
                found = Confidence.CERTAIN if full and told else found
                _take(taken, _tried(text, start, end, entry, found))
    for start, end in (*_formed(text, entry), *_listed(text, taken, entry)):
        _take(taken, _tried(text, start, end, entry, Confidence.POSSIBLE))
    for start, end in _parts(text, taken, entry):
        _take(taken, _tried(text, start, end, entry, Confidence.POSSIBLE))
    return tuple(sorted(taken, key=lambda one: one.start))


def _take(taken: list[NamedPerson], found: NamedPerson | None) -> None:
    if found and all(found.end <= one.start or one.end <= found.start for one in taken):
        taken.append(found)


def _tried(
    text: str, start: int, end: int, entry: NamesEntry, confidence: Confidence
) -> NamedPerson | None:
    """The stretch without what is no part of a name; `None` where no name is left."""
    never = _compiled(entry.never)
    words = [(start + m.start(), start + m.end()) for m in _TOKEN.finditer(text[start:end])]
    while words and _is_none(text, words[0], never):
        words.pop(0)
    while words and _is_none(text, words[-1], never):
        words.pop()
    if not words:
        return None
    begin, last = _bare(text, words[0][0], words[-1][1])
    found = text[begin:last]
    if not found or _OTHER.search(found) or _compiled(entry.firm).search(found):
        return None
    bare = found.split()
    if not all(_is_capital(word) for word in bare) or len(bare) > _MOST_WORDS:
        return None
    if len(bare) == 1 and (bare[0].isupper() or len(bare[0]) < _FEWEST_ALONE):
        return None
    return NamedPerson(begin, last, confidence)


_MOST_WORDS = 5
_FEWEST_ALONE = 2


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without marks around it and a genitive."""
    while start < end and text[start] in _TRIM:
        start += 1
    while start < end and text[end - 1] in _TRIM + "'\u2019":
        end -= 1
    if re.search(r"['\u2019]s$", text[start:end]):
        end -= 2
    return start, end


def _is_none(text: str, word: tuple[int, int], never: re.Pattern[str]) -> bool:
    start, end = _bare(text, *word)
    return start >= end or never.match(text[start:end]) is not None


def _is_capital(word: str) -> bool:
    return word[:1].isupper() or _PARTICLE.match(word) is not None


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines that a stretch runs over."""
    for match in re.finditer(r"[^\n]+", text[start:end]):
        yield start + match.start(), start + match.end()


def _by_context(text: str, entry: NamesEntry) -> Iterator[tuple[int, int]]:
    for pattern in (*entry.after, *entry.before):
        for match in _compiled(pattern).finditer(text):
            yield match.span("it")
    for match in _compiled(entry.alone).finditer(text):
        below = "\n".join([x for x in text[match.end() :].split("\n") if x][: entry.head_lines])
        if _compiled(entry.head).search(below):
            yield match.span("it")


def _formed(text: str, entry: NamesEntry) -> Iterator[tuple[int, int]]:
    """What has the form of a name and may be another thing: initials, lines of speakers."""
    for match in _compiled(entry.initialed).finditer(text):
        yield match.span()
    speakers = list(_compiled(entry.speaker).finditer(text))
    if len(speakers) >= entry.speakers_from:
        yield from (match.span("it") for match in speakers)


def may_be_named(text: str, entry: NamesEntry) -> bool:
    """Whether a reader's proposals could make a name certain here that is not so without them."""
    return any(True for _ in _spoken_of(text, entry))


def _spoken_of(text: str, entry: NamesEntry) -> Iterator[tuple[int, int]]:
    """What stands where people are asked, thanked or quoted, and sometimes firms and tools."""
    for pattern in entry.spoken_of:
        for match in _compiled(pattern).finditer(text):
            yield match.span("it")


def _listed(text: str, taken: Iterable[NamedPerson], entry: NamesEntry) -> list[tuple[int, int]]:
    """Single words in a row with one that is a name: people are listed with people."""
    known = [(one.start, one.end) for one in taken]
    found = []
    for match in _compiled(entry.listed).finditer(text):
        places = [
            (match.start() + m.start(), match.start() + m.end())
            for m in re.finditer(r"[^\W\d_][\w'\u2019-]*[^\W\d_]", match[0])
            if m[0] != "and"
        ]
        if any(place in known for place in places):
            found += places
    return found


def _parts(text: str, taken: Iterable[NamedPerson], entry: NamesEntry) -> list[tuple[int, int]]:
    """Parts of full names where they stand alone."""
    never, firm = _compiled(entry.never), _compiled(entry.firm)
    parts = {
        part
        for one in taken
        if " " in text[one.start : one.end] and one.confidence >= Confidence.LIKELY
        for part in text[one.start : one.end].split()
        if len(part) >= _FEWEST
        and part[:1].isupper()
        and not never.match(part)
        and not firm.search(part)
    }
    return [
        match.span()
        for part in sorted(parts)
        for match in re.finditer(rf"(?<![\w-]){re.escape(part)}(?![\w-])", text)
    ]


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
