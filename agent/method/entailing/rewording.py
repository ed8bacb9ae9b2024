"""Where another turning word, or none, says what the cited words say."""

from __future__ import annotations

from collections.abc import Sequence

from agent.method.entailing.alignment import Alignment
from agent.method.entailing.grammar import grammar
from agent.method.entailing.operators import Operator
from agent.method.entailing.tokens import Token

_WEAKER = {
    "possibility": (("ability",),),
    "ability": (("possibility",),),
    "advice": (("duty",),),
    "opinion": (("likelihood",),),
    "likelihood": (("opinion",),),
    "frequency": (("most",),),
    "most": (("frequency",),),
    "exception": (("condition", "negation"),),
}
"""What may stand for words of other groups, that then count as used up."""
_JUST = frozenset({"just", "simply", "alone"})
_CONCEDES = frozenset({"although", "though", "despite"})
_EFFECT_FIRST = frozenset({"because", "since", "as"})


def excused(
    pair: Alignment, operator: Operator, theirs: Sequence[Operator], spare: list[int]
) -> bool:
    """Whether an added word only spells out what the source says in another form."""
    heads = [pair.home[n] for n in operator.governed if n in pair.home]
    turn = operator.turn
    if any(_spent(pair, operator, theirs, spare, turns) for turns in _WEAKER.get(turn, ())):
        return True
    if turn == "advice":
        return bool(heads) and _instructs(pair.source, heads[0])
    if turn == "some":
        return _holds_before(pair, heads[:1], frozenset({"there"}))
    if turn == "limit":
        return _holds_before(pair, heads[:1], _JUST)
    if turn == "cause":
        return _opening_so(pair, operator) or _caused(pair, operator, theirs, spare)
    if turn == "condition":
        return bool(heads) and (
            pair.source[heads[0]].asked or _then_follows(pair, operator, heads[-1])
        )
    if turn == "negation":
        return pair.said[operator.place].surface == "not" and _contrast(pair, operator)
    return False


def _holds_before(pair: Alignment, heads: Sequence[int], words: frozenset[str]) -> bool:
    """Whether one of some words stands shortly before what is governed in the source."""
    return any(words & {t.surface for t in pair.source[max(0, n - 4) : n]} for n in heads)


def _then_follows(pair: Alignment, operator: Operator, last: int) -> bool:
    """`When A, B` for `A. Then B`."""
    if pair.said[operator.place].surface not in ("when", "once"):
        return False
    after = [t for t in pair.source[last + 1 : last + 8] if t.clause > pair.source[last].clause]
    return any(t.surface == "then" for t in after[:3])


def _opening_so(pair: Alignment, operator: Operator) -> bool:
    """`So`, `Therefore` at the head of a text joins it to nothing that it says."""
    return (
        operator.turn == "cause"
        and not operator.place
        and (pair.said[0].surface not in _EFFECT_FIRST)
    )


def _caused(
    pair: Alignment, operator: Operator, theirs: Sequence[Operator], spare: list[int]
) -> bool:
    """`Y, because X` for `X, so Y`, or the reverse."""
    mine = [pair.home[n] for n in operator.governed if n in pair.home]
    if mine and any(
        t.key == "reason" or t.surface == "so_that"
        for t in pair.source
        if t.sentence == pair.source[mine[0]].sentence
    ):
        return True
    backward = pair.said[operator.place].surface in _EFFECT_FIRST
    for n in spare:
        word = pair.source[theirs[n].place]
        if word.turn != "cause" or (word.surface in _EFFECT_FIRST) == backward or not mine:
            continue
        near = abs(pair.source[mine[0]].sentence - word.sentence) <= 1
        if near and mine[0] not in theirs[n].governed:
            spare.remove(n)
            return True
    return False


def conceded(pair: Alignment, operator: Operator) -> str:
    """The word by which the text makes a reason of the source a thing that hinders nothing."""
    heads = [pair.back[n] for n in operator.governed if pair.kept(n)]
    n = heads[0] - 1 if heads else -1
    while n >= 0 and not pair.said[n].content:
        if pair.said[n].surface in _CONCEDES:
            return pair.said[n].surface
        n -= 1
    return ""


def _contrast(pair: Alignment, operator: Operator) -> bool:
    """`A, not B` for `A rather than B`."""
    head = next((pair.home[n] for n in operator.governed if n in pair.home), None)
    if head is None:
        return False
    n = head - 1
    while n >= 0 and not pair.source[n].content:
        if pair.source[n].marker == "instead":
            return True
        n -= 1
    return False


def _spent(
    pair: Alignment,
    operator: Operator,
    theirs: Sequence[Operator],
    spare: list[int],
    turns: tuple[str, ...],
) -> bool:
    """Use up one source word of each group in the clause that the operator governs."""
    homes = [pair.source[pair.home[n]].clause for n in operator.governed if n in pair.home]
    found = [
        next((n for n in spare if theirs[n].turn == turn
              and pair.source[theirs[n].place].clause in homes), None)
        for turn in turns
    ]  # fmt: skip
    if any(n is None for n in found):
        return False
    for n in found:
        if n is not None:
            spare.remove(n)
    return True


def _instructs(tokens: Sequence[Token], place: int) -> bool:
    """Whether a verb opens its clause with nobody before it."""
    n = place - 1
    while n >= 0 and tokens[n].clause == tokens[place].clause:
        if tokens[n].content or tokens[n].marker or tokens[n].surface in grammar().pronouns:
            return False
        if tokens[n].surface in grammar().speaker:
            return False
        n -= 1
    return True
