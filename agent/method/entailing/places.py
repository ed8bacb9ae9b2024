"""Who does what to whom: words keep their places and their neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from agent.method.entailing.alignment import Alignment
from agent.method.entailing.contexts import (
    MID,
    START,
    THEN,
    context_of,
    is_pronoun,
)
from agent.method.entailing.grammar import grammar
from agent.method.entailing.joining import (
    joined_otherwise,
    others_act,
    others_own,
    shown,
    then_between,
    turned_round,
    unsequenced,
)
from agent.method.entailing.numbers import numbers_elsewhere
from agent.method.entailing.tokens import Token

_ADVERBS = frozenset({"otherwise", "first", "now", "later", "afterward", "beforehand", "today",
                      "nowadays", "again", "often", "instead"})  # fmt: skip
"""Words that may stand anywhere in their clause."""
_AHEAD = 8
_UNCHANGED = frozenset({"put", "cut", "set", "shut", "hit", "let", "read", "split", "spread"})
"""Participles that are as their verbs."""
_PAIR = 2
_APART = 2
"""Content words from one word to another that has one in between."""
_NAME_WORDS = 3
_STEP = 4


def displaced(pair: Alignment) -> list[str]:
    """Words that stand in another order, or join with others, than in the source."""
    reasons = [
        f"puts {shown(pair, here)} and {shown(pair, there)} together as the source does not"
        for here, there in _steps(pair)
        if _breaks(pair, here, there)
    ]
    reasons += joined_otherwise(pair)
    reasons += turned_round(pair)
    reasons += numbers_elsewhere(pair)
    reasons += others_act(pair)
    reasons += others_own(pair)
    reasons += unsequenced(pair)
    reasons += _shuffled(pair)
    reasons += _exchanged(pair)
    return list(dict.fromkeys(reasons))


def _steps(pair: Alignment) -> Iterator[tuple[int, int]]:
    """Neighbouring aligned words of one sentence of the text."""
    for here, there in pairwise(sorted(pair.home)):
        if pair.said[here].sentence == pair.said[there].sentence:
            yield here, there


def _breaks(pair: Alignment, here: int, there: int) -> bool:
    """Whether two neighbours of the text have no business side by side."""
    p, q = pair.home[here], pair.home[there]
    onward = p < q and pair.source[p].sentence == pair.source[q].sentence
    skipped = any(pair.source[n].content for n in range(p + 1, q))
    if (onward and not skipped) or pair.said[there].bracketed or p == q:
        return False
    if resolved(pair, here, there) or _sequenced(pair, here, there) or _listed(pair, here, q):
        return False
    mine, theirs = context_of(pair.said, there), context_of(pair.source, q)
    if theirs == MID and mine in (START, "and"):
        named = frozenset(t.key for t in pair.said[: here + 1] if t.content)
        theirs = context_of(pair.source, q, named)
    if onward:
        same_clause = pair.source[p].clause == pair.source[q].clause
        if same_clause:
            return theirs == "mark:place" and mine.startswith("mark:") and mine != theirs
        if _skips_whole(pair.source, p, q, mine, theirs):
            return False
    return _parted(pair, here, there, mine, theirs)


def _listed(pair: Alignment, here: int, q: int) -> bool:
    """Whether two words that `and` joins changed places: `time and heat` for `heat and time`."""
    last = max((n for n in pair.home if n < here), default=None)
    if last is None or not pair.home[here] < pair.home[last] < q:
        return False
    between = pair.said[last + 1 : here]
    return bool(between) and between[0].surface in ("and", "or")


def _sequenced(pair: Alignment, here: int, there: int) -> bool:
    """Whether `B after A` stands for `A, then B` between two words."""
    return any(
        pair.said[n].marker in ("before", "after") and n not in pair.home and then_between(pair, n)
        for n in range(here + 1, there)
    )


def _skips_whole(source: Sequence[Token], p: int, q: int, mine: str, theirs: str) -> bool:
    """Whether what lies between two words of the source is a clause, or one part of a list."""
    if theirs == "and" or _aside(source, p, q):
        return True
    return theirs in (START, THEN, "if") and mine != MID


def _parted(pair: Alignment, here: int, there: int, mine: str, theirs: str) -> bool:
    """Whether a word left the words that it hangs on."""
    if pair.said[here].marker and not pair.said[here].content and mine.startswith("mark:"):
        return True
    if pair.said[there].marker:
        return _torn(pair, here, there, mine, theirs)
    if THEN in (mine, theirs):
        return mine != theirs and pair.home[here] > pair.home[there]
    if _fits(mine, theirs) or (theirs == START and _fronted(pair, here)):
        return False
    return not (_adverb(pair, here) or _adverb(pair, there) or _voice(pair, here, there))


def _fronted(pair: Alignment, here: int) -> bool:
    """Whether all before it in its clause ended one of the source: `Next time add ...`."""
    clause = pair.said[here].clause
    stretch = [pair.home[n] for n in sorted(pair.home) if n <= here and
               pair.said[n].clause == clause]  # fmt: skip
    if any(not 0 < later - earlier <= _STEP for earlier, later in pairwise(stretch)):
        return False
    source, after = pair.source, pair.home[here] + 1
    while after < len(source) and not source[after].bears and not source[after].opens:
        after += 1
    return after >= len(source) or source[after].opens


def _aside(source: Sequence[Token], p: int, q: int) -> bool:
    """Whether all that is skipped stands between two pauses."""
    last = max((n for n in range(p + 1, q) if source[n].content), default=p)
    ends = any(source[n].opens for n in range(last + 1, q + 1))
    return ends and any(source[n].opens for n in range(p + 1, min(q, p + 4)))


def _torn(pair: Alignment, here: int, there: int, mine: str, theirs: str) -> bool:
    """Whether a phrase moved away from the word it hangs on to another one."""
    if mine != MID or theirs != MID:
        return False
    source = pair.source
    return source[pair.home[here]].clause != source[pair.home[there]].clause


def _fits(mine: str, theirs: str) -> bool:
    if MID in (mine, theirs):
        return False
    free = {START, "and"}
    return mine == theirs or (mine in free and theirs in free)


def _adverb(pair: Alignment, place: int) -> bool:
    word = pair.said[place].surface
    return word.endswith("ly") or word in _ADVERBS


def resolved(pair: Alignment, here: int, there: int) -> bool:
    """Whether a pronoun of the one text stands for a noun of the other between the two."""
    mine = {t.surface for t in pair.said[here + 1 : there] if is_pronoun(t)}
    source = pair.source
    theirs = set()
    for start, step in ((pair.home[here], 1), (pair.home[there], -1)):
        n = start + step
        while 0 <= n < len(source) and not source[n].bears:
            if source[n].sentence != source[start].sentence:
                break
            if is_pronoun(source[n]):
                theirs.add(source[n].surface)
            n += step
    return bool(theirs - mine) or (bool(mine - theirs) and _named_before(pair, here, there))


def _named_before(pair: Alignment, here: int, there: int) -> bool:
    """Whether what a pronoun of the text replaces was named in the text before it."""
    p, q = pair.home[here], pair.home[there]
    named = {t.key for t in pair.said[: here + 1] if t.content}
    skipped = [t.key for t in pair.source[p + 1 : q] if t.content] if p < q else []
    last = next((t for t in reversed(pair.source[:q]) if t.content), None)
    if skipped or last is None or last.clause != pair.source[q].clause:
        return bool(skipped) and skipped[-1] in named
    return last.key in named


def _voice(pair: Alignment, here: int, there: int) -> bool:
    """Whether a verb at one of the two, or soon after, turned passive or active.

    With it its subject and object change sides; where neither does, it is no such turn.
    """
    later = [n for n in range(there + 1, min(len(pair.said), there + _AHEAD)) if n in pair.home]
    ahead = [n for n in later if pair.said[n].clause == pair.said[there].clause]
    return any(
        _passive(pair.said, verb) != _passive(pair.source, pair.home[verb])
        and any((n < verb) != (pair.home[n] < pair.home[verb]) for n in (here, there) if n != verb)
        for verb in (here, there, *ahead)
        if not pair.said[verb].marker
    )


def _passive(tokens: Sequence[Token], place: int) -> bool:
    """Whether a participle follows a form of `be` or `get`."""
    word = tokens[place].surface
    if not (word.endswith("ed") or word in grammar().past or word in _UNCHANGED):
        return False
    n = place - 1
    while n >= 0 and not tokens[n].bears and tokens[n].clause == tokens[place].clause:
        if tokens[n].surface in grammar().being:
            return True
        n -= 1
    return False


def _shuffled(pair: Alignment) -> list[str]:
    """Clauses of two sentences that change partners."""
    units: dict[int, list[int]] = {}
    named = _named_for_pronouns(pair)
    for place, home in sorted(pair.home.items()):
        if pair.said[place].content and place not in named:
            units.setdefault(pair.said[place].sentence, []).append(pair.source[home].sentence)
    mixed = [frozenset(found) for found in units.values() if len(set(found)) > 1]
    visits = [_visits(found) for found in units.values()]
    again = any(len(found) > len(set(found)) for found in visits)
    if again or len(mixed) > len(set(mixed)):
        return ["joins parts of sentences that the source keeps apart"]
    return []


def _exchanged(pair: Alignment) -> list[str]:
    """Two words of a sentence that change places while all others keep theirs."""
    by_sentence: dict[int, list[int]] = {}
    for place in sorted(pair.home):
        if pair.said[place].content:
            by_sentence.setdefault(pair.said[place].sentence, []).append(place)
    for places in by_sentence.values():
        homes = [pair.home[n] for n in places]
        wrong = [n for n, (a, b) in enumerate(zip(homes, sorted(homes), strict=True)) if a != b]
        if len(wrong) != _PAIR or wrong[1] - wrong[0] < _APART:
            continue
        here, there = places[wrong[0]], places[wrong[1]]
        if any(pair.said[n].surface.endswith("er") for n in (here, there)):
            continue
        if any(_passive(pair.said, n) != _passive(pair.source, pair.home[n]) for n in places):
            continue
        return [f"{shown(pair, here)} and {shown(pair, there)} change places"]
    return []


def _named_for_pronouns(pair: Alignment) -> set[int]:
    """Places of short runs that stand where the source has a pronoun."""
    found: set[int] = set()
    run: list[int] = []
    for here, there in pairwise(sorted(pair.home)):
        run.append(here)
        if pair.source[pair.home[here]].sentence != pair.source[pair.home[there]].sentence:
            if len(run) <= _NAME_WORDS and resolved(pair, here, there):
                found.update(run)
            run = []
    return found


def _visits(sentences: Sequence[int]) -> list[int]:
    """The sentences in the order in which they are come to."""
    return [s for n, s in enumerate(sentences) if not n or sentences[n - 1] != s]
