"""Stretches of a sentence that can be quoted: clauses and phrases of 2 to 12 words.

English surface grammar only: a stretch starts and ends where a reader would pause, and never
holds code, a link, a path, a mention, a greeting, a quotation mark or half a word. A name such as
`lock_timeout`, a setting such as `cache_size=0` and the columns of `on (a, b)` are words of prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.method.lexicon import (
    ADVERBS,
    ADVISERS,
    ADVISING,
    AUXILIARIES,
    CONDITIONS,
    COORDINATORS,
    DETERMINERS,
    LAST_OF_CLAUSE,
    LEADING_TO,
    NEGATIONS,
    NEVER_FIRST,
    NEVER_LAST,
    PREPOSITIONS,
    RELATIVES,
    RESTRICTING,
    SOFTENERS,
    SUBJECTS,
    SUBORDINATORS,
    WEAK_VERBS,
)
from agent.method.shapes import Shape, shape_of
from agent.method.syntax import VERBS
from agent.method.words import Word, fold, tokenise

__all__ = [
    "AS_IT_STANDS",
    "AUXILIARIES",
    "CONDITIONS",
    "LAST_OF_CLAUSE",
    "MAX_WORDS",
    "MIN_WORDS",
    "NEVER_FIRST",
    "NEVER_LAST",
    "SOFTENERS",
    "SUBJECTS",
    "Shape",
    "Stretch",
    "shape_of",
    "stretches",
]

MAX_WORDS = 12
MIN_WORDS = 2
AS_IT_STANDS = (["where", "it", "is"], ["as", "it", "is"], ["where", "they", "are"])
_SHORTEST_PAST = 4
PARTICLES = frozenset({"on", "over", "before", "after"})
_PARTICLE_OF = frozenset({"it", "them", "this", "that"})
_FORBIDDEN = re.compile(
    r"`[^`]*`?|\b(?:https?|ftp)://\S+|\bwww\.\S+|\S+@\S+\.\w+|(?<!\w)@[\w.-]+|[\"\u201c\u201d<>{}*|]"
    r"|(?<!\S)[~/$][\w./~-]+|\\\w+|\s--?\w[\w-]*(?:=\S+)?|\[\d+\]|\w+\([^()\s]*\)"
)
_UNIT = re.compile(
    r"(?<=\bon )\([A-Za-z]\w*(?:, ?[A-Za-z]\w*)*\)|\b[A-Za-z]\w*_\w*\s?=\s?(?:[\w.-]*\w|'[\w.-]+')"
)
"""Names that are read as one word: the columns of an index, a setting with its value."""
_ADDRESSEE = re.compile(r"^\s*[\w\[\]^`|-]{2,24}\s*[:,]\s+(?=\S)")
_BREAK = re.compile(
    r"[;:()\[\]?!\u2026]+|-{2,}|\.(?=\s|$|\.)|\.{2,}|\s[-\u2013\u2014]+\s|\u2014|^\s*[-\u2013*]\s"
)
_HALF_QUOTED = re.compile(r"(?:^|\s)'\w|\w'(?=\s)")
_COMMA = re.compile(r",(?=\s|$)")
_CODE_WORD = re.compile(r"^[_$]|\w/\w+/|[a-z]\.[a-z]{2,4}$")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A quotable stretch `sentence[start:end]`; flags say how whole it is."""

    start: int
    end: int
    words: tuple[Word, ...]
    opens: bool
    """It starts where a clause starts."""
    closes: bool
    """It ends where a clause ends."""


@dataclass(frozen=True, slots=True)
class _Atom:
    """A part of a sentence that a quote may not cross."""

    words: list[Word]
    pauses: frozenset[int]
    """Word indices after a comma."""
    cut_left: bool
    """Code, a link or a mention stands right before it, so its first words are no beginning."""
    cut_right: bool


def _atoms(sentence: str) -> list[_Atom]:
    """Split a sentence at code, links, mentions and strong punctuation."""
    blocked = [m.span() for m in _FORBIDDEN.finditer(sentence)]
    breaks = [m.span() for m in _BREAK.finditer(sentence)]
    addressee = _ADDRESSEE.match(sentence)
    if addressee:
        breaks.append(addressee.span())
    units = [m.span() for m in _UNIT.finditer(sentence) if not _meets(blocked, *m.span())]
    breaks = [span for span in breaks if not _meets(units, *span)]
    commas = [m.start() for m in _COMMA.finditer(sentence) if not _meets(units, *m.span())]
    atoms: list[_Atom] = []
    words: list[Word] = []
    pauses: list[int] = []
    cut = False

    def close(*, cut_right: bool) -> None:
        nonlocal cut
        if words:
            atoms.append(_Atom(list(words), frozenset(pauses), cut, cut_right))
        words.clear()
        pauses.clear()
        cut = cut_right

    previous = 0
    for word in _joined(sentence, units):
        named = _meets(units, word.start, word.end)
        coded = not named and bool(_CODE_WORD.search(word.text))
        if _meets(breaks, previous, word.end):
            close(cut_right=False)
        if _meets(blocked, previous, word.end) or coded:
            close(cut_right=True)
        if not _meets(breaks + blocked, word.start, word.end) and not coded:
            if words and any(previous <= comma < word.start for comma in commas):
                pauses.append(len(words))
            words.append(word)
        previous = word.end
    close(cut_right=_meets(blocked, previous, len(sentence)))
    return atoms


def _joined(sentence: str, units: list[tuple[int, int]]) -> list[Word]:
    """The words of a sentence, where each unit is one word."""
    found = [w for w in tokenise(sentence) if not _meets(units, w.start, w.end)]
    found += [Word(sentence[start:end], start, end) for start, end in units]
    return sorted(found, key=lambda word: word.start)


def _meets(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in spans)


def _fold_at(words: list[Word], index: int) -> str:
    return fold(words[index].text) if index < len(words) else ""


def _opens(index: int, words: list[Word], pauses: frozenset[int]) -> bool:
    """Whether a clause or a verb phrase starts at this word."""
    word = fold(words[index].text)
    if word in NEVER_FIRST:
        return False
    if index == 0 or word in CONDITIONS:
        return True
    starts_clause = word in SUBJECTS | VERBS | CONDITIONS | AUXILIARIES
    if index in pauses:
        introduced = fold(words[0].text) in CONDITIONS | ADVERBS | PREPOSITIONS | SUBORDINATORS
        if _fold_at(words, index + 1) in COORDINATORS:
            return False
        return introduced or starts_clause or word in DETERMINERS | {"never", "always", "don't"}
    before = fold(words[index - 1].text)
    if before in COORDINATORS:
        return starts_clause and (word not in VERBS or _orders(words))
    if before in ADVERBS:
        return index == 1 or index - 1 in pauses or (before == "so" and starts_clause)
    if before in RELATIVES and word in VERBS:
        return False
    return before in SUBORDINATORS or (word in VERBS - WEAK_VERBS and _advises(index, words))


def _orders(words: list[Word]) -> bool:
    """Whether a sentence opens as an instruction, so that `and turn it` goes on with it."""
    first = next((w for word in words if (w := fold(word.text)) not in SOFTENERS | ADVERBS), "")
    return first in VERBS | CONDITIONS | {"you", "i'd", "you'd"}


def _advises(index: int, words: list[Word]) -> bool:
    """Whether the words before this verb recommend it: `you could`, `it is best to`."""
    before = [fold(word.text) for word in words[max(0, index - 5) : index]]
    if any(word in NEGATIONS or word.endswith("n't") for word in before):
        return False
    while before and before[-1] in SOFTENERS:
        before.pop()
    if not before:
        return False
    if before[-1] == "to":
        return len(before) > 1 and before[-2] in LEADING_TO
    if before[-1] in {"i'd", "you'd", "i'll", "you'll", "please"}:
        return True
    return before[-1] in ADVISING and len(before) > 1 and before[-2] in ADVISERS


def _restricts(words: list[Word]) -> bool:
    """Whether a word among these reaches over what follows, so that a cut turns the meaning."""
    return any((word := fold(w.text)) in RESTRICTING or word.endswith("n't") for w in words)


def _may_end(index: int, words: list[Word], *, stops: bool = False) -> bool:
    """Whether the word before `index` can be the last of a quote; `stops`: the clause ends too."""
    last = fold(words[index - 1].text)
    if stops and last in LAST_OF_CLAUSE:
        return True
    if stops and [fold(word.text) for word in words[max(0, index - 3) : index]] in AS_IT_STANDS:
        return True
    if last in NEVER_LAST:
        return False
    if last in {"before", "after"}:
        return index == len(words)
    return last not in PARTICLES or (index > 1 and fold(words[index - 2].text) in _PARTICLE_OF)


def _starts_anew(index: int, words: list[Word]) -> bool:
    """Whether what follows a comma is no further word of a list: `cool, dark`."""
    word = fold(words[index].text)
    ended = not words[index - 1].text[-1].isalnum()
    starts = SUBJECTS | VERBS | CONDITIONS | AUXILIARIES | COORDINATORS | SUBORDINATORS
    others = DETERMINERS | PREPOSITIONS | ADVERBS | NEGATIONS
    return ended or word in starts | others or word.endswith(("ing", "ly"))


def _closes(start: int, index: int, words: list[Word], pauses: frozenset[int]) -> bool:
    """Whether a clause that starts at `start` ends before this word."""
    stops = index == len(words) or index in pauses
    if index < len(words) and index in pauses and not _starts_anew(index, words):
        return False
    if stops or not _may_end(index, words):
        return _may_end(index, words, stops=stops)
    after = fold(words[index].text)
    if after in {"and", "or"}:
        follower = _fold_at(words, index + 1)
        starts = follower in SUBJECTS | VERBS | CONDITIONS | AUXILIARIES
        return starts or (len(follower) > _SHORTEST_PAST and follower.endswith("ed"))
    if after in {"before", "after", "until"} and _fold_at(words, index + 1) not in SUBJECTS:
        return False
    if after in CONDITIONS:
        return not _restricts(words[start:index])
    return after in (COORDINATORS | SUBORDINATORS) - RELATIVES


def _ends_phrase(start: int, index: int, words: list[Word]) -> bool:
    """Whether a phrase ends before this word: the next one opens a prepositional phrase."""
    after = fold(words[index].text) if index < len(words) else ""
    opens = after in PREPOSITIONS - {"of", "to", "than"}
    return opens and _may_end(index, words) and not _restricts(words[start:index])


def _clause_ends(start: int, words: list[Word], pauses: frozenset[int]) -> list[int]:
    """Where a clause that starts here may end; a long one is cut after its longest phrase."""
    reach = range(start + MIN_WORDS, min(len(words), start + MAX_WORDS) + 1)
    inner = min((pause for pause in pauses if pause > start), default=len(words))
    ends = [e for e in reach if e <= inner and _closes(start, e, words, pauses)]
    if not ends:
        ends = [e for e in reach if e <= inner and _ends_phrase(start, e, words)][-1:]
    return ends


def stretches(sentence: str) -> tuple[Stretch, ...]:
    """Return every quotable stretch of a sentence, in order of start, then end."""
    found: list[Stretch] = []
    for atom in _atoms(sentence):
        words, pauses = atom.words, atom.pauses
        for start in range(len(words)):
            if (start == 0 and atom.cut_left) or not _opens(start, words, pauses):
                continue
            for end in _clause_ends(start, words, pauses):
                if end == len(words) and atom.cut_right:
                    continue
                chosen = tuple(words[start:end])
                quote = sentence[chosen[0].start : chosen[-1].end]
                if len(tokenise(quote)) > MAX_WORDS or _HALF_QUOTED.search(quote):
                    continue
                first = start == 0 or start in pauses
                last = _closes(start, end, words, pauses)
                found.append(Stretch(chosen[0].start, chosen[-1].end, chosen, first, last))
    return tuple(found)
