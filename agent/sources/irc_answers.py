"""Who answers whom in a chat log that does not tell: each message answers one before it, or none.

A linear model over pairs, after Kummerfeld et al. 2019 (A Large-Scale Corpus for Conversation
Disentanglement); it looks at earlier messages only, so a grown log changes no decision. A pair has
one active case in each feature group and scores the sum of their weights, as beginning anew does;
the best score wins. Weights are those of `prompts/replies.toml`, fitted by `evals.fit.replies`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import getitem

from agent.sources.irc_turns import LONGEST_GAP, Turn, Window
from memory.errors import PromptError
from prompts.replies import load_replies

RARE = 4
"""Candidates that may hold a word that still counts as rare."""
GAPS = (0.5, 1.5, 3.5, 7.5, 15.5, 30.5, 60.5)
"""Upper ends in minutes, as in the other series but distances (messages) and lengths (words)."""
SHORT_GAPS = (1.5, 5.5, 20.5)
SEEN_GAPS = (1.5, 5.5, 15.5, 60.5)
DISTANCES = (1, 2, 3, 4, 6, 9, 14, 24, 39)
LENGTHS = (1, 3, 7, 15)
NEAR = 20
"""Candidates from which on only those count that are by or to somebody concerned."""
RANKS = 4
RELATIONS = 14
UNRELATED = 11
"""The first of the relations in which neither addresses the other."""
BETWEEN = 4
START_GROUPS: Mapping[str, int] = {
    "start": 4 * 2 * 2 * 2,
    "start_seen": 6 * 4,
    "start_called": 5 * 4,
    "start_length": 5 * 4,
    "start_gap": 8,
    "start_bot": 2,
}
"""Features of beginning anew: name to the number of cases."""
PAIR_GROUPS: Mapping[str, int] = {
    "relation_rank_gap": RELATIONS * RANKS * 4,
    "relation_asks": RELATIONS * 8,
    "distance_directed": 10 * 3,
    "gap": 8,
    "words": 4 * 3,
    "reaction": 4 * RELATIONS,
    "partner": 3 * 3 * 3,
    "lengths": 5 * 5,
    "between": BETWEEN * BETWEEN * 2,
    "bots": 3 * 2,
}
"""Features of answering one candidate."""


@dataclass(frozen=True, slots=True)
class Cases:
    """The active case of each group: of beginning anew, and of answering each candidate."""

    start: Sequence[int]
    pairs: Sequence[Sequence[int]]
    indices: Sequence[int]
    """Index of each candidate."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the cases, by group, in the order of the groups."""

    start: tuple[tuple[float, ...], ...]
    pair: tuple[tuple[float, ...], ...]


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """Return the fitted weights. Raises `PromptError` where a group does not have its cases."""
    entry = load_replies()
    return Weights(
        _in_order(entry.start, START_GROUPS, "start"), _in_order(entry.pair, PAIR_GROUPS, "pair")
    )


def _in_order(
    found: Mapping[str, tuple[float, ...]], groups: Mapping[str, int], table: str
) -> tuple[tuple[float, ...], ...]:
    if {name: len(weights) for name, weights in found.items()} != dict(groups):
        raise PromptError(f"'replies.toml' table {table!r} needs these groups and sizes: {groups}")
    return tuple(found[name] for name in groups)


def answered(window: Window, turn: Turn, weights: Weights) -> int | None:
    """Return the index of the turn that this one answers; `None` where it begins anew."""
    cases = cases_of(window, turn)
    best = sum(map(getitem, weights.start, cases.start))
    place: int | None = None
    for index, row in zip(cases.indices, cases.pairs, strict=True):
        score = sum(map(getitem, weights.pair, row))
        if score > best:
            best, place = score, index
    return place


def cases_of(window: Window, turn: Turn) -> Cases:
    """Return the active cases of a turn that is not in the window yet."""
    found = window.candidates(turn.at)
    pairs = _pair_cases(window, turn, found)
    return Cases(_start_cases(window, turn, found), list(pairs.values()), list(pairs))


def _directed(turn: Turn) -> int:
    return 2 if turn.targets else int(bool(turn.named))


def _start_cases(window: Window, turn: Turn, found: Sequence[tuple[int, Turn]]) -> list[int]:
    directed = _directed(turn)
    if turn.targets and not any(one.speaker in turn.targets for _, one in found):
        directed = 3
    last, called = window.last_said.get(turn.speaker), window.last_called.get(turn.speaker)
    seen = len(SEEN_GAPS) + 1 if last is None else bisect_left(SEEN_GAPS, turn.at - last)
    recall = len(SHORT_GAPS) + 1 if called is None else bisect_left(SHORT_GAPS, turn.at - called[0])
    gap = turn.at - found[0][1].at if found else LONGEST_GAP
    return [
        ((directed * 2 + turn.asks) * 2 + turn.opens) * 2 + turn.reacts,
        seen * 4 + directed,
        recall * 4 + directed,
        bisect_left(LENGTHS, turn.length) * 4 + turn.asks * 2 + (last is None),
        bisect_left(GAPS, gap),
        int(turn.from_bot),
    ]


def _pair_cases(
    window: Window, turn: Turn, found: Sequence[tuple[int, Turn]]
) -> dict[int, tuple[int, ...]]:
    """Return the cases of each candidate, by its index; distant ones of others are left out."""
    speaker, directed = turn.speaker, _directed(turn)
    shares = [turn.words & one.words for _, one in found]
    rare = _rare_words(shares)
    partners, caller = window.last_targets.get(speaker), window.last_called.get(speaker)
    reaction = turn.closes * 2 + turn.reacts
    length = bisect_left(LENGTHS, turn.length) * (len(LENGTHS) + 1)
    ranks = [0] * RELATIONS
    mine = calls = 0
    spoken: set[str] = set()
    rows: dict[int, tuple[int, ...]] = {}
    for distance, ((index, one), shared) in enumerate(zip(found, shares, strict=True)):
        relation, gap = _relation(turn, one), turn.at - one.at
        if distance >= NEAR and relation >= UNRELATED:
            continue
        called = 1 if partners is None else 2 * (one.speaker in partners)
        was_called = 1 if caller is None else 2 * (one.speaker == caller[1])
        rows[index] = (
            (relation * RANKS + ranks[relation]) * 4 + bisect_left(SHORT_GAPS, gap),
            relation * 8 + turn.asks * 4 + one.asks * 2 + one.opens,
            bisect_left(DISTANCES, distance) * 3 + directed,
            bisect_left(GAPS, gap),
            (min(len(shared), 3) * 3 + min(len(shared & rare), 2)) if shared else 0,
            reaction * RELATIONS + relation,
            (called * 3 + was_called) * 3 + directed,
            length + bisect_left(LENGTHS, one.length),
            (mine * BETWEEN + calls) * 2 + (one.speaker in spoken),
            (2 if one.from_bot else int(turn.from_bot)) * 2 + (one.speaker == speaker),
        )
        ranks[relation] = min(ranks[relation] + 1, RANKS - 1)
        mine = min(mine + (one.speaker == speaker), BETWEEN - 1)
        calls = min(calls + (speaker in one.targets), BETWEEN - 1)
        spoken.add(one.speaker)
    return rows


def _relation(turn: Turn, one: Turn) -> int:
    """How speakers and addressees of two messages stand to each other: 5 cases of one speaker,
    3 where the later addresses the earlier speaker, 1 where it names them, 2 where the earlier
    addresses the later speaker, 3 where neither does.
    """
    if one.speaker == turn.speaker:
        if turn.targets & one.targets:
            return 1
        return (2 if one.targets else 0) if not turn.targets else (4 if one.targets else 3)
    if one.speaker in turn.targets:
        return 5 if turn.speaker in one.targets else (7 if one.targets else 6)
    if one.speaker in turn.named:
        return 8
    if turn.speaker in one.targets:
        return 10 if turn.targets else 9
    if turn.targets:
        return 11 if turn.targets & one.targets else 12
    return 12 if one.targets or turn.speaker in one.named else 13


def _rare_words(shares: Sequence[frozenset[str]]) -> frozenset[str]:
    """Return the words that only few of the candidates share."""
    counts = Counter(chain.from_iterable(shares))
    return frozenset(word for word, count in counts.items() if count <= RARE)
