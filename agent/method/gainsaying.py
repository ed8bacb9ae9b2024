"""Whether a later message speaks against a sentence of a guide, however it is worded.

`contesting` compares two sentences that say nearly the same. People object in their own words and
over several sentences: what they tried, what has changed, what to do instead. So signs of it are
counted, in the sentence that shares most with the guide's and in those around it, and weighed as
`evals.fit.gainsaying` fitted them. What is found is for a steward to look at, no verdict.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from agent.method.contesting import amounts_differ, opens_another_case, turned_words
from agent.method.contradictions import LONGEST_COMPARED
from agent.method.gainsaying_signs import Shown, lie_apart, shown_in
from agent.method.readings import ContradictionKind
from prompts.gainsaying import load_gainsaying, load_gainsaying_weights

MOST_KEYS = 3
"""Common words of two clauses above which more tell nothing."""
SHARED_UP_TO = 4.0
STANCES = frozenset({"objects", "warns", "changes", "tries", "forbids"})
"""Marks of somebody who takes a stand on what was said."""
SPOKEN = ("near_objected", "warned", "changed", "tried")
"""Signs of somebody who speaks of what was said, and does not only say otherwise."""
DIFFER = ("clause_denied", "amounts", "figures", "lasts", "levelled")
"""Signs by which two sentences differ in what they say."""
SIGNS = (
    "shared", "told_part", "near_part", "said_part", "length", "denied", "turned", "clause_denied",
    "near_denied", "amounts", "figures", "lasts", "near_numbers", "freed", "levelled", "forbidden",
    "changed", "objected", "near_objected", "warned", "tried", "stance", "agreed", "hedged",
    "asked",
)  # fmt: skip
"""Names of the signs, in the order in which they are fitted."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much each word tells of what a sentence is about, by how many guide sentences hold it."""

    counts: Mapping[str, int] = field(default_factory=dict)
    sentences: int = 0

    @classmethod
    def of(cls, told: Iterable[str]) -> Self:
        """Count the words of a community's guides."""
        shown = [shown_in(text).keys for text in told]
        return cls(Counter(key for keys in shown for key in keys), len(shown))

    def weight(self, keys: Iterable[str]) -> float:
        """Sum of what the words weigh: 1 each, less where many sentences hold it."""
        reach = load_gainsaying().reach
        return sum(self._weight(key, reach.common_from, reach.lightest) for key in keys)

    def _weight(self, key: str, common: int, lightest: float) -> float:
        held = self.counts.get(key, 0)
        if held <= common or self.sentences <= common:
            return 1.0
        inverse = math.log(self.sentences / held) / math.log(self.sentences / common)
        return max(lightest, inverse)


@dataclass(frozen=True, slots=True)
class Against:
    """Where a message speaks against a guide's sentence."""

    told: int
    """Number of the guide's sentence among those it was held against, from 0."""
    place: int
    """Number of the message's sentence, from 0."""
    odds: float
    """Log-odds above what is needed."""
    kind: ContradictionKind


@dataclass(frozen=True, slots=True)
class ToldSentences:
    """Sentences of a community's guides, found by their words."""

    texts: tuple[str, ...]
    rarity: Rarity
    homes: Mapping[str, tuple[int, ...]]
    """Words to places in `texts`."""

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Read them once."""
        homes: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            for key in shown_in(text).keys:
                homes.setdefault(key, []).append(place)
        return cls(
            tuple(texts), Rarity.of(texts), {key: tuple(places) for key, places in homes.items()}
        )

    def spoken_against(self, said: Sequence[str]) -> tuple[Against, ...]:
        """Which of them a message speaks against, the plainest first.

        The more sentences it bears on, the more of them look contradicted by chance: what is
        needed rises with their number (Bonferroni).
        """
        words = frozenset().union(*(shown_in(text).keys for text in said))
        shared = Counter(place for word in words for place in self.homes.get(word, ()))
        least = load_gainsaying().reach.beginnings
        heard = [
            found
            for told in sorted(place for place, count in shared.items() if count >= least)
            if (found := self._weighed(told, said)) is not None
        ]
        needed = math.log(max(len({self.texts[one.told] for one in heard}), 1))
        return tuple(
            replace(one, odds=one.odds - needed)
            for one in sorted(heard, key=lambda one: (-one.odds, one.told))
            if one.odds > needed
        )

    def _weighed(self, told: int, said: Sequence[str]) -> Against | None:
        """The place that speaks most against one of them, whether or not it is enough."""
        entry, text, found = load_gainsaying_weights(), self.texts[told], []
        for place in places_about(text, said, self.rarity):
            signs = signs_at(text, said, place, self.rarity)
            if worth_weighing(signs):
                odds = entry.bias + sum(entry.weights[name] * signs[name] for name in SIGNS)
                found.append(Against(told, place, odds - entry.threshold, _kind(signs)))
        return max(found, key=lambda one: (one.odds, -one.place), default=None)


def places_about(told: str, said: Sequence[str], rarity: Rarity) -> Iterator[int]:
    """Sentences that speak of the same case as the guide's, with those around; no questions."""
    reach, keys = load_gainsaying().reach, shown_in(told).keys
    if len(told) > LONGEST_COMPARED:
        return
    for place, text in enumerate(said):
        shared = keys & shown_in(text).keys
        if not shared or len(text) > LONGEST_COMPARED or is_question(text):
            continue
        near = keys & _near_keys(said, place)
        if len(near) < reach.near_part * len(keys) or len(near) < reach.beginnings:
            continue
        told_of = rarity.weight(shared) >= reach.shared_least
        enough = told_of and rarity.weight(near) >= reach.near_least
        if enough and not opens_another_case(told, text):
            yield place


def signs_at(told: str, said: Sequence[str], place: int, rarity: Rarity) -> Mapping[str, float]:
    """The signs by name, between 0 and 1 but for the weight of what is shared."""
    reach = load_gainsaying().reach
    mine, theirs = shown_in(told), shown_in(said[place])
    around = said[max(0, place - reach.nearby) : place + reach.nearby + 1]
    near = frozenset().union(*(shown_in(text).marks for text in around))
    near -= mine.marks & {"forbids"}
    shared = rarity.weight(mine.keys & theirs.keys)
    near_part = rarity.weight(mine.keys & _near_keys(said, place)) / _least(rarity, mine)
    denied, turned = turned_words(told, said[place])
    clause = _clause_denied(mine, theirs, rarity)
    figures = bool(mine.figures and theirs.figures) and not mine.figures & theirs.figures
    amounts = amounts_differ(told, said[place])
    lasts = lie_apart(mine.spans, theirs.spans)
    levelled = ("levels" in theirs.marks and "compares" in mine.marks) or (
        "levels" in mine.marks and "compares" in theirs.marks
    )
    return {
        "shared": min(shared, SHARED_UP_TO),
        "told_part": shared / _least(rarity, mine),
        "near_part": near_part,
        "said_part": shared / _least(rarity, theirs),
        "length": min(len(theirs.keys), reach.longest) / reach.longest,
        "denied": float(denied > 0),
        "turned": float(turned > 0),
        "clause_denied": clause,
        "near_denied": clause * near_part,
        "amounts": float(amounts),
        "figures": float(figures),
        "lasts": float(lasts),
        "near_numbers": float(amounts or figures or lasts) * near_part,
        "freed": float("obliges" in mine.marks and "permits" in theirs.marks),
        "levelled": float(levelled),
        "forbidden": float("directs" in mine.marks and "forbids" in theirs.marks - mine.marks),
        "changed": float("changes" in theirs.marks),
        "objected": float("objects" in theirs.marks),
        "near_objected": float("objects" in near),
        "warned": float("warns" in near),
        "tried": float("tries" in near),
        "stance": float(bool(near & STANCES)),
        "agreed": float("agrees" in near),
        "hedged": float("hedges" in theirs.marks),
        "asked": float(any("?" in text for text in around)),
    }


def worth_weighing(signs: Mapping[str, float]) -> bool:
    """Whether somebody takes a stand, or says in other words what differs.

    What says little but the guide's own words is for `contesting`, which reads such pairs closely,
    unless somebody speaks of it as an objection, a warning, a change or what was tried.
    """
    if signs["said_part"] < load_gainsaying().reach.seen_whole:
        return bool(signs["stance"]) or any(signs[name] for name in DIFFER)
    return any(signs[name] for name in SPOKEN)


def is_question(text: str) -> bool:
    """Whether a sentence asks."""
    return text.rstrip("\"')").endswith("?")


def _kind(signs: Mapping[str, float]) -> ContradictionKind:
    if signs["denied"]:
        return ContradictionKind.DENIAL
    if signs["amounts"] or signs["figures"] or signs["lasts"]:
        return ContradictionKind.NUMBER
    return ContradictionKind.OPPOSITE if signs["turned"] else ContradictionKind.DENIAL


def _near_keys(said: Sequence[str], place: int) -> frozenset[str]:
    """Words of a sentence, of those before it and of the next."""
    nearby = load_gainsaying().reach.nearby
    around = said[max(0, place - nearby) : place + 2]
    return frozenset().union(*(shown_in(text).keys for text in around))


def _clause_denied(mine: Shown, theirs: Shown, rarity: Rarity) -> float:
    """How much two clauses have in common of which one denies and the other does not, 0 to 1."""
    common = (
        rarity.weight(keys & others)
        for others, denies in theirs.clauses
        for keys, denied in mine.clauses
        if denies != denied and keys & others
    )
    return min(max(common, default=0.0), MOST_KEYS) / MOST_KEYS


def _least(rarity: Rarity, shown: Shown) -> float:
    return max(rarity.weight(shown.keys), 0.1)
