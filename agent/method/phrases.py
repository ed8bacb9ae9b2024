"""Noun phrases of an English sentence: where they stand, their number and their part in it.

No dictionary: a phrase opens with a determiner, or is made of words that a thread uses as nouns
elsewhere, and closes at a pause or a word of a closed class. What cannot be told is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.method.lexicon import (
    ADVERBS,
    AUXILIARIES,
    CONDITIONS,
    COORDINATORS,
    DETERMINERS,
    HOLLOW_NOUNS,
    NEGATIONS,
    PREPOSITIONS,
    SUBJECTS,
    SUBORDINATORS,
)
from agent.method.syntax import VERBS
from agent.method.words import STOP_WORDS, Word, fold, stem, tokenise

_MOST_WORDS = 4
_POSSESSIVES = frozenset({"my", "our", "his", "her", "its", "their", "mine", "ours"})
_PLURAL_DETERMINERS = frozenset({"these", "those", "both", "few", "several", "many"})
_SINGULAR_DETERMINERS = frozenset({"a", "an", "this", "that", "each", "every", "one"})
_PERSONS = frozenset(
    {"i", "you", "we", "he", "she", "it", "they", "them", "him", "me", "us", "one", "ones"}
    | {"someone", "somebody", "anyone", "anybody", "nobody", "everyone", "everybody", "people"}
    | {"something", "anything", "nothing", "everything", "this", "that", "these", "those", "here"}
)
_IRREGULAR_PLURALS = frozenset({"people", "men", "women", "children", "feet", "teeth", "mice"})
_NO_PLURAL = ("ss", "us", "is", "ness", "ics")
_NOUN_ENDINGS = ("tion", "sion", "ness", "ment", "ity", "ance", "ence", "ism", "ure")
_QUANTITIES = frozenset(
    {"lot", "couple", "number", "bit", "kind", "type", "sort", "pair", "set", "bunch", "few"}
)
_CLOSED = (
    COORDINATORS
    | SUBORDINATORS
    | CONDITIONS
    | PREPOSITIONS
    | AUXILIARIES
    | SUBJECTS
    | ADVERBS
    | NEGATIONS
    | _PERSONS
    | (STOP_WORDS - DETERMINERS)
    | {"enough", "far", "early", "late", "soon", "later", "today", "always", "usually", "often"}
    | {"however", "instead", "except", "whatever", "till", "versus", "vs", "away", "together"}
)
_DETERMINERS = (DETERMINERS - {"no", "her"}) | {"both", "few", "several", "many", "two", "three"}
_BEFORE_NOUNS = frozenset({"of", "with", "without", "into", "onto", "from"})
_UNITS = frozenset(
    """second seconds minute minutes min hour hours day days week weeks month months year years time
    times degree degrees percent evening morning night""".split()  # noqa: SIM905 - a table of words
)
_CODE = re.compile(r"_|\w\.\w")
_PAUSE = re.compile(r"[,;:.!?()\[\]\"\u201c\u201d\u2026]|\s[-\u2013\u2014]+\s|\u2014|--")
_JOINED_AFTER = re.compile(
    r"\s*(?:of|and|or|nor|&)\s+(?!(?:then|it|you|i|we|they)\b)", re.IGNORECASE
)
_JOINED_BEFORE = re.compile(r"[\w)]\s+(?:and|or|nor|&)\s+$", re.IGNORECASE)


class Part(StrEnum):
    """What a noun phrase does in its clause."""

    SUBJECT = "subject"
    OBJECT = "object"
    OTHER = "other"
    """After a preposition."""


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun phrase `text[start:end]` of a sentence."""

    start: int
    end: int
    text: str
    plural: bool
    part: Part
    joined: bool = False
    """It is one of several that `and` joins, so that a pronoun seldom means it alone."""


def is_verb(word: str) -> bool:
    """Whether a folded word is a known verb, in its base form or with `-s`, `-ed`, `-ing`."""
    bases = {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("d")}
    bases |= {word.removesuffix("ed"), word.removesuffix("ing"), word.removesuffix("ing") + "e"}
    if word.endswith("ies"):
        bases.add(word[:-3] + "y")
    doubled = word.removesuffix("ing").removesuffix("ed")
    if len(doubled) > 2 and doubled[-1] == doubled[-2]:  # noqa: PLR2004 - `stopp`ed, `grabb`ing
        bases.add(doubled[:-1])
    return bool(bases & VERBS)


def nouns_of(texts: Iterable[str]) -> frozenset[str]:
    """Stems of the words that stand alone after a determiner, or after `of` and its like.

    `the screen fits` tells of no noun, `the screen.` and `the screen of` do.
    """
    found: set[str] = set()
    for text in texts:
        words = tokenise(text)
        for place, word in enumerate(words[:-1]):
            noun = words[place + 1]
            if fold(word.text) not in _DETERMINERS | _BEFORE_NOUNS or not _open(noun):
                continue
            if fold(noun.text).endswith(("ing", "ly", "ed")):
                continue
            if _parted(text, word, noun):
                continue
            after = words[place + 2] if place + 2 < len(words) else None
            ends = after is None or _parted(text, noun, after)
            if ends or (after is not None and fold(after.text) in _CLOSED | _DETERMINERS):
                found.add(stem(noun.text))
    return frozenset(found)


def _open(word: Word) -> bool:
    folded = fold(word.text)
    return folded not in _CLOSED and folded not in _DETERMINERS and folded[0].isalpha()


def _parted(text: str, left: Word, right: Word) -> bool:
    return bool(_PAUSE.search(text[left.end : right.start]))


def noun_phrases(text: str, nouns: frozenset[str]) -> tuple[NounPhrase, ...]:
    """Find the noun phrases of a sentence, in order; `nouns` are stems known as nouns."""
    words = tokenise(text)
    found: list[NounPhrase] = []
    place = 0
    while place < len(words):
        end = _phrase_end(text, words, place, nouns)
        if end is None:
            place += 1
            continue
        made = _phrase(text, words, place, end)
        place = end
        owner = _of_phrase(text, words, found, made)
        if owner is not None:
            found[-1] = owner
        else:
            found.append(made)
    return _mark_joined(text, [one for one in found if _is_named(one, text)])


def _is_named(phrase: NounPhrase, text: str) -> bool:
    """Whether a phrase names something that stands on its own: not `my wife`, not `the thing`."""
    words = [fold(word.text) for word in tokenise(phrase.text)]
    if not determined(phrase.text) and len(words) == 1 and is_verb(words[0]):
        return text[phrase.end :].lstrip()[:3].casefold() in {"is ", "was", "are"}
    return not (set(words) & _POSSESSIVES) and words[-1] not in HOLLOW_NOUNS | _UNITS


def determined(phrase: str) -> bool:
    """Whether a phrase opens with a determiner."""
    return fold(tokenise(phrase)[0].text) in _DETERMINERS


def _phrase_end(text: str, words: Sequence[Word], start: int, nouns: frozenset[str]) -> int | None:
    """Where the phrase that begins at `start` ends; `None` where none surely does."""
    article = fold(words[start].text) in _DETERMINERS
    first = start + 1 if article else start
    if not article and is_verb(fold(words[start].text)) and _goes_on(text, words, start):
        return None
    end = first
    while end < len(words) and end - first < _MOST_WORDS:
        word = words[end]
        apart = end > start and _parted(text, words[end - 1], word)
        if apart or not (_open(word) or _is_code(word)):
            break
        if end > first and _turns_verb(words, end, nouns):
            break
        end += 1
    if end == first:
        return None
    head = words[end - 1]
    known = stem(head.text) in nouns or _is_code(head) or fold(head.text).endswith(_NOUN_ENDINGS)
    known = known or (article and _is_loud(head))
    if known:
        return end
    if not article or end - first == _MOST_WORDS:
        return None
    if end - first == 1:
        return None if is_verb(fold(head.text)) else end
    heads = (n for n in range(end - 1, first, -1) if stem(words[n - 1].text) in nouns)
    return next(heads, None)


def _goes_on(text: str, words: Sequence[Word], place: int) -> bool:
    """Whether an open word follows without a pause, as an object does after its verb."""
    after = words[place + 1] if place + 1 < len(words) else None
    if after is None or _parted(text, words[place], after):
        return False
    return _open(after) or fold(after.text) in _DETERMINERS


def _is_code(word: Word) -> bool:
    return bool(_CODE.search(word.text)) and not word.text[0].isdigit()


def _is_loud(word: Word) -> bool:
    """Whether a word is a name in capitals, as a keyword of a language: `the UPDATE`."""
    return word.text.isupper() and len(word.text) > 2  # noqa: PLR2004 - two letters may be a unit


def _turns_verb(words: Sequence[Word], place: int, nouns: frozenset[str]) -> bool:
    """Whether the word after a noun is the verb of its clause: `the screen fits`."""
    folded, before = fold(words[place].text), words[place - 1]
    if stem(before.text) not in nouns and not _is_code(before) and not _is_loud(before):
        return folded.endswith("ly")
    inflected = folded.endswith(("s", "ed", "ing")) and not folded.endswith(_NO_PLURAL)
    if stem(folded) in nouns:
        return is_verb(folded) and folded.endswith("s") and not before.text.endswith("s")
    return is_verb(folded) or inflected or folded.endswith("ly")


def _phrase(text: str, words: Sequence[Word], start: int, end: int) -> NounPhrase:
    first, head = words[start], words[end - 1]
    quote = text[first.start : head.end]
    return NounPhrase(
        first.start, head.end, quote, _is_plural(first, head), _part(text, words, start)
    )


def _is_plural(first: Word, head: Word) -> bool:
    determiner, noun = fold(first.text), fold(head.text)
    if determiner in _PLURAL_DETERMINERS | {"two", "three"}:
        return True
    if determiner in _SINGULAR_DETERMINERS:
        return False
    if noun in _IRREGULAR_PLURALS:
        return True
    return noun.endswith("s") and not noun.endswith(_NO_PLURAL) and not _is_code(head)


def _part(text: str, words: Sequence[Word], start: int) -> Part:
    if start == 0 or _parted(text, words[start - 1], words[start]):
        return Part.SUBJECT
    before = fold(words[start - 1].text)
    if before in PREPOSITIONS - {"as", "than", "like"} or before in {"as", "than", "like"}:
        return Part.OTHER
    clause = COORDINATORS | SUBORDINATORS | CONDITIONS | {"then", "also"}
    return Part.SUBJECT if before in clause else Part.OBJECT


def _of_phrase(
    text: str, words: Sequence[Word], found: list[NounPhrase], made: NounPhrase
) -> NounPhrase | None:
    """The phrase before with `of` and this one: `a ring of grounds`."""
    if not found or text[found[-1].end : made.start].strip().casefold() != "of":
        return None
    del words
    before = found[-1]
    head = fold(tokenise(before.text)[-1].text)
    plural = made.plural if head in _QUANTITIES else before.plural
    return NounPhrase(
        before.start, made.end, text[before.start : made.end], plural, before.part, before.joined
    )


def _mark_joined(text: str, found: list[NounPhrase]) -> tuple[NounPhrase, ...]:
    marked = list(found)
    for place, one in enumerate(found):
        after = _JOINED_AFTER.match(text, one.end)
        before = _JOINED_BEFORE.search(text, 0, one.start)
        if after or before:
            marked[place] = NounPhrase(
                one.start, one.end, one.text, one.plural, one.part, joined=True
            )
    return tuple(marked)
