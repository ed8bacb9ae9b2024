"""Where a sentence says the opposite of an earlier one: precise rather than complete.

Two sentences contradict each other when they share their topic, neither is bound to a case of its
own, and one denies the other, uses the opposite word, or gives another number of the same unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.method.languages import is_foreign
from agent.method.readings import Contradiction, ContradictionKind, Sentence
from agent.method.sentences import own_sentences
from agent.method.words import content_stems, fold, stem, tokenise
from memory.records.talk import Message
from prompts.answers import ContradictingEntry, load_answers

LONGEST_COMPARED = 300
"""Characters of a sentence above which it says too much to be held against another."""
MOST_EARLIER = 400
"""Earlier sentences that are looked at, the latest first."""

_NUMBER = re.compile(
    r"(?<![\w.,])(?P<low>\d+(?:[.,]\d+)?)(?:\s*(?:-|\u2013|to)\s*(?P<high>\d+(?:[.,]\d+)?))?"
    r"\s*(?P<unit>%|\u00b0\s?[CcFf]?|[A-Za-z]+)?"
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One sentence as far as it is held against others."""

    topic: frozenset[str]
    """Content stems without numbers and words that an opposite belongs to."""
    negated: bool
    doubtful: bool
    bounds: frozenset[str]
    """What binds it to a case, in its words."""
    poles: tuple[frozenset[tuple[int, int]], ...]
    """Of each word that has opposites, the pairs it is of, by number, with its side in each."""
    amounts: tuple[tuple[str, float, float], ...]
    """Unit, lowest and highest."""
    figures: frozenset[str]
    """All numbers, as they are written."""


@dataclass(frozen=True, slots=True)
class _Wording:
    negations: re.Pattern[str]
    doubts: re.Pattern[str]
    conditions: re.Pattern[str]
    opinions: re.Pattern[str]
    poles: dict[str, tuple[tuple[int, int], ...]]
    units: dict[str, str]
    numbers: re.Pattern[str]


@lru_cache(maxsize=1)
def _wording() -> _Wording:
    entry = load_answers().contradicting
    poles: dict[str, tuple[tuple[int, int], ...]] = {}
    for number, pair in enumerate(entry.opposites):
        for side, words in enumerate(pair):
            for word in words.split():
                poles[word] = (*poles.get(word, ()), (number, side))
    return _Wording(
        negations=re.compile("|".join(entry.negations), re.IGNORECASE),
        doubts=re.compile("|".join(entry.doubts), re.IGNORECASE),
        conditions=re.compile("|".join(entry.conditions), re.IGNORECASE),
        opinions=re.compile("|".join(entry.others_opinion), re.IGNORECASE),
        poles=poles,
        units={word: unit for unit, words in entry.units.items() for word in words.split()},
        numbers=re.compile(rf"\b(?:{'|'.join(entry.numbers)})\b", re.IGNORECASE),
    )


def negates(text: str) -> bool:
    """Whether a sentence denies: an odd number of negations."""
    return len(_wording().negations.findall(text)) % 2 == 1


def contradictions_in(
    said: Sequence[Sentence], known: Sequence[Message]
) -> tuple[Contradiction, ...]:
    """Return where sentences of an answer contradict one of the messages before it.

    At most one per sentence, the nearest in wording. Bots, deleted messages and quotations are
    nobody's word.
    """
    earlier = list(_earlier(known))
    found: list[Contradiction] = []
    for sentence in said:
        against = [
            (shared, position, kind)
            for position, (_, other) in enumerate(earlier)
            if (verdict := opposes(sentence.text, other.text)) is not None
            for kind, shared in (verdict,)
        ]
        if against:
            _, position, kind = max(against, key=lambda one: (one[0], -one[1]))
            message, other = earlier[position]
            found.append(Contradiction(sentence, other, message.author_id or "", kind))
    return tuple(found)


def _earlier(known: Sequence[Message]) -> Iterator[tuple[Message, Sentence]]:
    """Sentences of people, latest first, without questions."""
    count = 0
    for message in reversed(known):
        if message.from_bot or message.deleted or message.author_id is None:
            continue
        for sentence in own_sentences(message):
            if sentence.text.rstrip("\"')").endswith("?"):
                continue
            if count == MOST_EARLIER:
                return
            count += 1
            yield message, sentence


def opposes(left: str, right: str) -> tuple[ContradictionKind, float] | None:
    """How two sentences contradict each other, and the share of their topic in both; or `None`."""
    if max(len(left), len(right)) > LONGEST_COMPARED:
        return None
    one, other = _read(left), _read(right)
    entry = load_answers().contradicting
    shared = len(one.topic & other.topic) + _shared_poles(one, other)
    fewest = min(len(one.topic) + len(one.poles), len(other.topic) + len(other.poles))
    if shared < entry.shared_stems or shared < entry.shared_part * fewest:
        return None
    if one.doubtful or other.doubtful or _differently_bound(one, other):
        return None
    if kind := _kind(one, other, entry):
        return kind, len(one.topic & other.topic) / max(len(one.topic | other.topic), 1)
    return None


@lru_cache(maxsize=2048)
def _read(text: str) -> _Reading:
    wording = _wording()
    folded = [fold(word.text) for word in tokenise(text)]
    numbered = wording.numbers.sub(lambda found: _figure(found[0]), text)
    poles = tuple(frozenset(wording.poles[word]) for word in folded if word in wording.poles)
    apart = {stem(word) for word in folded if word in wording.poles}
    apart |= {s for found in wording.negations.finditer(text) for s in content_stems(found[0])}
    amounts = tuple(_amounts(numbered, wording.units))
    if amounts:
        apart |= {stem(word) for word in folded if word in wording.units}
    topic = frozenset(s for s in content_stems(numbered) if not s[0].isdigit())
    return _Reading(
        topic=topic - apart,
        negated=negates(text),
        doubtful=bool(wording.doubts.search(text) or wording.opinions.search(text))
        or is_foreign(text),
        bounds=frozenset(fold(found[0]) for found in wording.conditions.finditer(text)),
        poles=poles,
        amounts=amounts,
        figures=frozenset(found["low"] for found in _NUMBER.finditer(numbered)),
    )


def _figure(word: str) -> str:
    return f"{load_answers().contradicting.numbers[word.lower()]:g}"


def _amounts(text: str, units: dict[str, str]) -> Iterator[tuple[str, float, float]]:
    for found in _NUMBER.finditer(text):
        unit = units.get((found["unit"] or "").lower().replace(" ", ""))
        if unit is not None and not _is_adjective(found["low"], found["unit"], units):
            low = float(found["low"].replace(",", "."))
            high = float((found["high"] or found["low"]).replace(",", "."))
            yield unit, low, high


def _is_adjective(number: str, unit: str, units: dict[str, str]) -> bool:
    """Whether the amount tells which thing is meant (`2 hour parking`), and not how much."""
    return number != "1" and unit.isalpha() and units.get(f"{unit.lower()}s") is not None


def _differently_bound(one: _Reading, other: _Reading) -> bool:
    """Whether a case that limits one of them is not named by the other too."""
    bound = one.bounds or other.bounds
    return bool(bound) and (one.topic != other.topic or one.bounds != other.bounds)


def _kind(one: _Reading, other: _Reading, entry: ContradictingEntry) -> ContradictionKind | None:
    """Which way of contradicting fits, of two sentences on one topic."""
    within, near = entry.same_within, entry.denied_part
    narrower = one.topic <= other.topic or other.topic <= one.topic
    opposed = _opposed_poles(one, other)
    alike = _shared_poles(one, other)
    if one.negated != other.negated:
        denial, statement = (one, other) if one.negated else (other, one)
        wide = denial.topic <= statement.topic and denial.figures <= statement.figures
        wide = wide and len(denial.topic) >= near * len(statement.topic)
        matched = len(one.poles) == len(other.poles) == alike
        if wide and matched and not opposed and not _amounts_differ(one, other, within):
            return ContradictionKind.DENIAL
        return None
    if narrower and not one.negated and not opposed and _amounts_differ(one, other, within):
        return ContradictionKind.NUMBER
    alone = one.topic == other.topic and one.figures == other.figures
    if opposed == 1 and alone and len(one.poles) == len(other.poles) == 1 + alike:
        return ContradictionKind.OPPOSITE
    return None


def _shared_poles(one: _Reading, other: _Reading) -> int:
    """How many words with opposites stand in both, on the same side."""
    return sum(any(mine & theirs for theirs in other.poles) for mine in one.poles)


def _opposed_poles(one: _Reading, other: _Reading) -> int:
    """How many words of one have their opposite in the other."""
    theirs = {(number, 1 - side) for pairs in other.poles for number, side in pairs}
    return sum(bool(pairs & theirs) for pairs in one.poles)


def _amounts_differ(one: _Reading, other: _Reading, within: float) -> bool:
    """Whether both name one unit, once, and the numbers lie apart."""
    mine, theirs = _by_unit(one.amounts), _by_unit(other.amounts)
    for unit in mine.keys() & theirs.keys():
        (low, high), (least, most) = mine[unit], theirs[unit]
        if low > most * (1 + within) or least > high * (1 + within):
            return True
    return False


def _by_unit(amounts: Sequence[tuple[str, float, float]]) -> dict[str, tuple[float, float]]:
    """Amounts by unit; a unit named more than once is left out, for it may mean two things."""
    units = [unit for unit, _, _ in amounts]
    return {unit: (low, high) for unit, low, high in amounts if units.count(unit) == 1}
