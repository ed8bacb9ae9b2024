"""Whether a later sentence contests one of a guide: reads further than `contradictions.opposes`.

An interview may not be troubled with a contradiction that is none; a steward may look at a few.
So a sentence of a guide may say more than what is said against it, may be limited to most cases,
and may deny in a clause of its own. What is denied is the word that a negation stands before:
it has to stand in both sentences, of one subject, with opposite signs. Opposites count as one
word with two signs, and numbers are compared unit by unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.method.contradictions import LONGEST_COMPARED, opposes
from agent.method.languages import is_foreign
from agent.method.readings import ContradictionKind
from agent.method.words import STOP_WORDS, content_stems, fold, stem, tokenise
from prompts.answers import load_answers
from prompts.life import ContestingEntry, load_life

_AMOUNT = re.compile(
    r"(?<![\w.,])(?P<low>\d+(?:[.,]\d+)?)(?:\s*(?:-|\u2013|to|or)\s*(?P<high>\d+(?:[.,]\d+)?))?"
    r"\s*(?P<unit>%|\u00b0\s?[CcFf]?|[A-Za-z]+)?"
)


@dataclass(frozen=True, slots=True)
class _Atom:
    """One content word: what it is, with which sign, and where."""

    key: str
    """Its stem; of a word that has opposites, the pair."""
    sign: bool
    """Whether it is turned: denied, or the second of two opposites, and not both."""
    weighs: bool
    """Whether a turned sign of it turns the sentence: what is denied first, and opposites."""
    clause: int
    place: int
    light: bool


@dataclass(frozen=True, slots=True)
class _Read:
    atoms: tuple[_Atom, ...]
    doubts: frozenset[str]
    bounds: frozenset[str]
    cases: tuple[tuple[int, str], ...]
    """Number of the clause and the word of each case that it is limited to."""
    limits: tuple[tuple[str, str], ...]
    """What binds it to a case, each with the content word that follows, if any does."""
    order: tuple[frozenset[str], frozenset[str]] | None
    """What it puts first and what second, where it compares or tells an order."""
    amounts: tuple[tuple[str, float, float], ...]
    hearsay: bool
    correlative: bool
    at_first: bool
    """Whether it begins with `none` or `nobody`, which denies all that follows."""

    def keys(self) -> frozenset[str]:
        return frozenset(atom.key for atom in self.atoms if not atom.light)


def contests(told: str, said: str) -> tuple[ContradictionKind, float] | None:
    """How a later sentence contradicts one of a guide, and the share of common words; or `None`."""
    if max(len(told), len(said)) > LONGEST_COMPARED:
        return None
    one, other = _read(told), _read(said)
    strict = opposes(told, said)
    if strict is not None and not _in_other_order(one, other):
        return strict
    entry = load_life().contesting
    if one.hearsay or other.hearsay or other.doubts - one.doubts:
        return None
    mine, theirs = one.keys(), other.keys()
    if any(bound not in one.bounds and of not in mine for bound, of in other.limits):
        return None
    shared = len(mine & theirs)
    part = entry.shared_part if shared > entry.shared_atoms else entry.few_part
    if shared < entry.shared_atoms or shared < part * min(len(mine), len(theirs)):
        return None
    kind = _kind(one, other, entry)
    return None if kind is None else (kind, shared / max(1, len(mine | theirs)))


def turned_words(told: str, said: str) -> tuple[int, int]:
    """Words that two sentences say with opposite signs: how many are denied, how many opposites."""
    turned = {mine.key for mine, _ in _flips(_read(told), _read(said))}
    opposites = sum(key.startswith("pole:") for key in turned)
    return len(turned) - opposites, opposites


def opens_another_case(told: str, said: str) -> bool:
    """Whether a later sentence begins with a case that the guide's does not name."""
    first = tokenise(said)[:1]
    begins = bool(first) and fold(first[0].text) in load_life().contesting.cases
    return begins and _of_another_case(_read(told), _read(said))


def amounts_differ(told: str, said: str) -> bool:
    """Whether both give numbers of one unit, and these lie apart."""
    return _amounts_differ(_read(told).amounts, _read(said).amounts)


def _kind(one: _Read, other: _Read, entry: ContestingEntry) -> ContradictionKind | None:
    every = _flips(one, other)
    if _in_other_order(one, other):
        return None if every else ContradictionKind.OPPOSITE
    if _of_another_case(one, other):
        return None
    turned = {mine.key for mine, _ in every}
    if any(_of_one_thing(one, other, *pair, entry) for pair in every):
        each_alone = len({mine.clause for mine, _ in every}) == len(turned)
        one_rule = one.correlative or other.correlative or bool(other.bounds)
        if len(turned) % 2 == 0 and (one_rule or not each_alone):
            return None
        poles = all(key.startswith("pole:") for key in turned)
        return ContradictionKind.OPPOSITE if poles else ContradictionKind.DENIAL
    enough = len(one.keys() & other.keys()) >= entry.shared_of_numbers
    limited = any(case not in other.bounds for _, case in one.cases)
    apart = enough and not limited and _amounts_differ(one.amounts, other.amounts)
    if apart and _says_little_else(one, other, entry):
        return ContradictionKind.NUMBER
    return None


def _of_another_case(one: _Read, other: _Read) -> bool:
    """Whether the later sentence is bound to a case that the guide's does not name so."""
    named = {(atom.key, atom.sign) for atom in one.atoms}
    bound = {clause for clause, _ in other.cases}
    return any(
        (atom.key, atom.sign) not in named
        for atom in other.atoms
        if atom.clause in bound and not (atom.light or atom.weighs)
    )


def _in_other_order(one: _Read, other: _Read) -> bool:
    """Whether both compare, or put in order, the same two things the other way round."""
    if one.order is None or other.order is None:
        return False
    if any(not key.startswith("pole:") for key in other.keys() - one.keys()):
        return False
    (first, second), (their_first, their_second) = one.order, other.order
    swapped = bool(first & their_second) and bool(second & their_first)
    return swapped and not second & their_second


def _order(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Words that stand on one side alone of what compares or orders, the first thing's first."""
    for pattern in _wording().orders:
        found = pattern.search(text)
        if found is not None:
            first = frozenset(content_stems(found["first"]))
            second = frozenset(content_stems(found["second"]))
            if first - second and second - first:
                return first - second, second - first
    return None


def _flips(one: _Read, other: _Read) -> list[tuple[_Atom, _Atom]]:
    """Words with opposite signs of which one weighs; none that a sentence says both ways."""
    return [
        (mine, theirs)
        for mine in one.atoms
        for theirs in other.atoms
        if mine.key == theirs.key
        and mine.sign != theirs.sign
        and (mine.weighs or theirs.weighs)
        and not _said_both_ways(one, mine.key)
        and not _said_both_ways(other, mine.key)
    ]


def _said_both_ways(read: _Read, key: str) -> bool:
    return len({atom.sign for atom in read.atoms if atom.key == key}) > 1


def _of_one_thing(
    one: _Read, other: _Read, mine: _Atom, theirs: _Atom, entry: ContestingEntry
) -> bool:
    """Whether both speak of one subject, and deny and say the same of it."""
    mine_keys, their_keys = one.keys(), other.keys()
    subject = {a.key for a in one.atoms if a.clause in (0, mine.clause)}
    before = _around(other, theirs, after=False) - subject
    if any(clause <= mine.clause for clause, case in one.cases if case not in other.bounds):
        return False
    if before or (other.at_first and their_keys - mine_keys):
        return False
    led = 0.0 if other.at_first else _missing(_around(one, mine, after=False), their_keys)
    if led > entry.led_part:
        return False
    said, told = _around(other, theirs, after=True), _around(one, mine, after=True)
    if _missing(said, mine_keys) > entry.said_part:
        return False
    return not told or not said or bool(told & their_keys)


def _around(read: _Read, atom: _Atom, *, after: bool) -> frozenset[str]:
    """Other words of the clause, before or after; a clause that begins with it has the first's."""
    clause = [
        a for a in read.atoms if a.clause == atom.clause and not a.light and a.key != atom.key
    ]
    found = frozenset(a.key for a in clause if (a.place > atom.place) == after)
    if found or after or atom.clause == 0:
        return found
    return frozenset(a.key for a in read.atoms if a.clause == 0 and not a.light)


def _missing(wanted: frozenset[str], known: frozenset[str]) -> float:
    return len(wanted - known) / len(wanted) if wanted else 0.0


def _says_little_else(one: _Read, other: _Read, entry: ContestingEntry) -> bool:
    """Whether the later sentence names nothing but what the guide's does, and denies nothing."""
    signs = {(a.key, a.sign) for a in one.atoms} ^ {(a.key, a.sign) for a in other.atoms}
    turned = {key for key, _ in signs} & one.keys() & other.keys()
    return not turned and _missing(other.keys(), one.keys()) <= entry.numbers_part


@lru_cache(maxsize=4096)
def _read(text: str) -> _Read:
    entry, known = load_life().contesting, load_answers().contradicting
    wording = _wording()
    plain = wording.measures.sub(" ", text)
    numbered = wording.numbers.sub(lambda found: f"{known.numbers[found[0].lower()]:g}", text)
    amounts = tuple(_amounts(numbered))
    return _Read(
        atoms=tuple(_atoms(numbered, {unit for unit, _, _ in amounts if unit in wording.known})),
        doubts=frozenset(fold(found[0]) for found in wording.doubts.finditer(plain)),
        bounds=frozenset(fold(found[0]) for found in wording.conditions.finditer(plain)),
        cases=tuple(
            (sum(turn.start() < found.start() for turn in wording.turns.finditer(text)), word)
            for found in wording.conditions.finditer(plain)
            if (word := fold(found[0])) in entry.cases
        ),
        limits=tuple(_limits(plain)),
        order=_order(text),
        amounts=amounts,
        hearsay=bool(wording.opinions.search(plain)) or is_foreign(text) or text.endswith("?"),
        correlative=bool(re.search(entry.correlatives, text, re.IGNORECASE)),
        at_first=bool(re.search(entry.at_first, text, re.IGNORECASE)),
    )


def _atoms(text: str, units: set[str]) -> Iterator[_Atom]:
    """Content words in order, each with its sign: of its own pole, and of what denies it.

    A negation turns the first word after it and no other, else it would count twice.
    """
    wording = _wording()
    turns = [found.start() for found in wording.turns.finditer(text)]
    denials = [(found.start(), found.end()) for found in wording.negations.finditer(text)]
    first: set[int] = set()
    for place, word in enumerate(tokenise(text)):
        folded = fold(word.text)
        clause = sum(turn < word.start for turn in turns)
        over = [start for start, end in denials if end <= word.start
                and not any(end <= turn < word.start for turn in turns)]  # fmt: skip
        within = any(start <= word.start < end for start, end in denials)
        poles = () if within else wording.poles.get(folded, ())
        stems = () if within else content_stems(word.text)
        stems = tuple(one for one in stems if one not in STOP_WORDS)
        if not poles and (not stems or stems[0][0].isdigit() or stems[0] in units):
            continue
        light = bool(wording.light.search(folded)) and not poles
        fresh = set() if light else set(over) - first
        first |= fresh
        heads, turned = bool(fresh), len(fresh) % 2 == 1
        if poles:
            number, side = poles[0]
            key, turned, heads = f"pole:{number}", turned != bool(side), True
        else:
            bare = wording.prefixes.sub("", folded)
            if bare != folded:
                stems, turned, heads = (stem(bare),), not turned, True
            key = wording.irregular.get(folded) or stems[0]
        yield _Atom(key, turned, heads, clause, place, light)


def _limits(text: str) -> Iterator[tuple[str, str]]:
    """Words that bind to a case, with the content word after each."""
    cases = load_life().contesting.cases
    for found in _wording().conditions.finditer(text):
        bound, after = fold(found[0]), content_stems(text[found.end() :])
        if after or bound in cases:
            yield bound, "" if bound in cases else after[0]


def _amounts(text: str) -> Iterator[tuple[str, float, float]]:
    """Unit, least and most; any word may be a unit, a known one in its one spelling."""
    units = _wording().units
    for found in _AMOUNT.finditer(text):
        spelled = (found["unit"] or "").lower().replace(" ", "")
        unit = units.get(spelled) or (stem(spelled) if content_stems(spelled) else "")
        if unit:
            base, times = _wording().scales.get(unit, (unit, 1.0))
            low = float(found["low"].replace(",", "."))
            high = float((found["high"] or found["low"]).replace(",", "."))
            yield base, low * times, high * times


def _amounts_differ(
    told: Sequence[tuple[str, float, float]], said: Sequence[tuple[str, float, float]]
) -> bool:
    """Whether all numbers of a unit lie apart, or one of several that stand in the same order."""
    within = load_answers().contradicting.same_within

    def lie_apart(one: tuple[str, float, float], other: tuple[str, float, float]) -> bool:
        return one[1] > other[2] * (1 + within) or other[1] > one[2] * (1 + within)

    for unit in {unit for unit, _, _ in told} & {unit for unit, _, _ in said}:
        mine = [one for one in told if one[0] == unit]
        theirs = [one for one in said if one[0] == unit]
        if all(lie_apart(a, b) for a in mine for b in theirs):
            return True
        if len(mine) == len(theirs) > 1 and any(map(lie_apart, mine, theirs)):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Wording:
    negations: re.Pattern[str]
    doubts: re.Pattern[str]
    conditions: re.Pattern[str]
    opinions: re.Pattern[str]
    numbers: re.Pattern[str]
    turns: re.Pattern[str]
    light: re.Pattern[str]
    prefixes: re.Pattern[str]
    measures: re.Pattern[str]
    orders: tuple[re.Pattern[str], ...]
    irregular: dict[str, str]
    scales: dict[str, tuple[str, float]]
    """Unit to the one it is told in, and how many of those it is."""
    known: frozenset[str]
    poles: dict[str, tuple[tuple[int, int], ...]]
    units: dict[str, str]


@lru_cache(maxsize=1)
def _wording() -> _Wording:
    known, entry = load_answers().contradicting, load_life().contesting

    def any_of(patterns: Sequence[str]) -> re.Pattern[str]:
        return re.compile("|".join(patterns), re.IGNORECASE)

    poles: dict[str, tuple[tuple[int, int], ...]] = {}
    for number, pair in enumerate((*known.opposites, *entry.opposites)):
        for side, words in enumerate(pair):
            for word in words.split():
                poles.setdefault(word, ((number, side),))
    return _Wording(
        negations=any_of(known.negations),
        doubts=any_of(known.doubts),
        conditions=any_of(known.conditions),
        opinions=any_of(known.others_opinion),
        numbers=re.compile(rf"\b(?:{'|'.join(known.numbers)})\b", re.IGNORECASE),
        turns=any_of(entry.turns),
        light=any_of(entry.light),
        prefixes=any_of(entry.prefixes),
        measures=any_of(entry.measures),
        orders=tuple(re.compile(one, re.IGNORECASE | re.DOTALL) for one in entry.orders),
        scales={
            unit: (base, times)
            for base, units in entry.scales.items()
            for unit, times in units.items()
        },
        known=frozenset(known.units) | frozenset(entry.scales),
        irregular={
            form: stem(base) for base, forms in entry.irregular.items() for form in forms.split()
        },
        poles=poles,
        units={word: unit for unit, words in known.units.items() for word in words.split()},
    )
