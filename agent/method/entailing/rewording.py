"""Where another turning word, or none, says what the cited words say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from agent.method.entailing.alignment import Alignment
from agent.method.entailing.grammar import grammar
from agent.method.entailing.operators import REASONS, Operator
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
_FRAME = 4
"""Words within which a small word still belongs to what it stands before."""
_JUST = frozenset({"just", "simply", "alone"})
_BARE_ORDERS = frozenset({"let", "make", "get", "have", "do", "be", "make_sure"})
"""Verbs without content that order where they open a clause."""
_ADVISING = frozenset({"recommend", "advis", "suggest"})
_IMPLIED = {"some": frozenset({"there"}), "limit": _JUST}
"""Groups that small words before what they govern imply."""
_STEADY = {"only": _JUST, "once": frozenset({"after"})}
_HAPPENING = frozenset({"it", "you", "they", "the", "your", "there"})
_CONCEDES = frozenset({"although", "though", "despite"})


def excused(
    pair: Alignment, operator: Operator, theirs: Sequence[Operator], spare: list[int]
) -> bool:
    """Whether an added word only spells out what the source says in another form."""
    heads = [pair.home[n] for n in operator.governed if n in pair.home]
    turn = operator.turn
    told = pair.said[operator.place].surface == "authors_word"
    if told or (turn == "most_at" and _no_more(pair, theirs, spare)):
        return True
    if any(_spent(pair, operator, theirs, spare, turns) for turns in _WEAKER.get(turn, ())):
        return True
    if turn == "advice":
        return any(t.key in _ADVISING for t in pair.source) or (
            bool(heads) and _instructs(pair.source, heads[0])
        )
    if turn in _IMPLIED:
        return _holds_before(pair, heads[:1], _IMPLIED[turn])
    if turn == "cause":
        return _opening_so(pair, operator) or _caused(pair, operator, theirs, spare)
    if turn == "condition":
        return bool(heads) and _supposed(pair, operator, heads)
    if turn == "negation":
        return pair.said[operator.place].surface == "not" and _contrast(pair, operator)
    return False


def _supposed(pair: Alignment, operator: Operator, heads: Sequence[int]) -> bool:
    """Whether the source supposes, in another form, what an added condition supposes."""
    return (
        pair.source[heads[0]].asked
        or _then_follows(pair, operator, heads[-1])
        or _framed(pair, heads)
        or _with_effect(pair.source, heads)
        or _holds_before(pair, heads[:1], frozenset({"after"}))
    )


def _holds_before(pair: Alignment, heads: Sequence[int], words: frozenset[str]) -> bool:
    """Whether one of some words stands shortly before what is governed in the source."""
    return any(words & {t.surface for t in pair.source[max(0, n - 4) : n]} for n in heads)


def _no_more(pair: Alignment, theirs: Sequence[Operator], spare: list[int]) -> bool:
    """`at most 5` for `not ... more than 5`, whose denial is used up by it."""
    for n in spare:
        place = theirs[n].place
        if theirs[n].turn != "negation":
            continue
        after = pair.source[place + 1 : place + _FRAME]
        if any(t.surface == "more" and u.surface == "than" for t, u in pairwise(after)):
            spare.remove(n)
            return True
    return False


def _framed(pair: Alignment, heads: Sequence[int]) -> bool:
    """`When you have A, B` for `With A, B`: a phrase that opens its clause, put as a clause."""
    source = pair.source
    for n in range(min(heads) - 1, max(-1, min(heads) - _FRAME), -1):
        token = source[n]
        if token.surface == "with" and not pair.kept(n):
            return token.opens or (n > 0 and source[n - 1].surface in ("and", "but"))
        if token.opens:
            return False
    return False


def _with_effect(source: Sequence[Token], heads: Sequence[int]) -> bool:
    """`If you do A, B happens` for `Do A and B happens`."""
    if not _instructs(source, heads[0]):
        return False
    clause, sentence = source[heads[0]].clause, source[heads[0]].sentence
    start = next((n for n in range(heads[0], len(source) - 1) if source[n].clause > clause), None)
    if start is None or source[start].sentence != sentence or source[start].surface != "and":
        return False
    return source[start + 1].surface in _HAPPENING


def put_otherwise(pair: Alignment, operator: Operator) -> bool:
    """Whether the text says `just` for `only`, or `after` for `once`."""
    words = _STEADY.get(pair.source[operator.place].surface, frozenset())
    kept = [pair.back[n] for n in operator.governed if pair.kept(n)]
    return bool(kept) and any(
        t.surface in words for t in pair.said[max(0, kept[0] - _FRAME) : kept[0]]
    )


def _then_follows(pair: Alignment, operator: Operator, last: int) -> bool:
    """`When A, B` for `A. Then B`."""
    if pair.said[operator.place].surface not in ("when", "once"):
        return False
    after = [t for t in pair.source[last + 1 : last + 8] if t.clause > pair.source[last].clause]
    return any(t.surface == "then" for t in after[:3])


def _opening_so(pair: Alignment, operator: Operator) -> bool:
    """`So`, `Therefore` at the head of a text joins it to nothing that it says."""
    return operator.turn == "cause" and not operator.place and (pair.said[0].surface not in REASONS)


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
    backward = pair.said[operator.place].surface in REASONS
    for n in spare:
        word = pair.source[theirs[n].place]
        if word.turn != "cause" or (word.surface in REASONS) == backward or not mine:
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


def _opens(tokens: Sequence[Token], place: int) -> bool:
    """Whether nothing but a coordinator stands before a word in its clause."""
    before = place - 1
    if before >= 0 and tokens[before].surface in ("and", "then", "but", "please", "so"):
        return True
    return tokens[place].opens or before < 0 or tokens[before].clause != tokens[place].clause


def _instructs(tokens: Sequence[Token], place: int) -> bool:
    """Whether a verb opens its clause with nobody before it."""
    n = place - 1
    while n >= 0 and tokens[n].clause == tokens[place].clause:
        if tokens[n].surface in _BARE_ORDERS and _opens(tokens, n):
            return True
        if n and tokens[n - 1].surface == "let" and not tokens[n].content:
            n -= 1
            continue
        if tokens[n].content or tokens[n].marker or tokens[n].surface in grammar().pronouns:
            return False
        if tokens[n].surface in grammar().speaker:
            return False
        n -= 1
    return True
