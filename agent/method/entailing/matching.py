"""Which turning word of the cited words each one of a text stands for."""

from __future__ import annotations

from collections.abc import Sequence

from agent.method.entailing.alignment import Alignment
from agent.method.entailing.operators import REACH, REASONS, Operator
from agent.method.entailing.tokens import Token

_ANYWHERE = frozenset({"possibility", "likelihood", "frequency", "opinion", "rarity", "dependence",
                       "all", "free", "some", "degree", "still", "even", "duty", "advice",
                       "certain"})  # fmt: skip
"""Groups that may stand anywhere in their sentence."""
_DENIED = 2
"""Content words that a word that denies may govern at once."""


def matched(
    pair: Alignment, mine: Sequence[Operator], theirs: Sequence[Operator]
) -> dict[int, int]:
    """One to one, the closest first: the turning words that stand for each other."""
    offers = []
    for m, said in enumerate(mine):
        for t, source in enumerate(theirs):
            if said.turn == source.turn:
                level = _distance(pair, said, source)
                if level is not None:
                    same = pair.said[said.place].surface == pair.source[source.place].surface
                    offers.append((level, not same, m, t))
    matched: dict[int, int] = {}
    for _, _, m, t in sorted(offers):
        if m not in matched and t not in matched.values():
            matched[m] = t
    return matched


def _distance(pair: Alignment, said: Operator, source: Operator) -> int | None:
    """0 for one head, 1 for one clause, 2 for one sentence; `None` where they are apart."""
    if said.turn == "cause" and _brings(pair.said, said) != _brings(pair.source, source):
        return None
    if said.bare and said.bare == source.bare:
        return 1
    mine = [pair.home[n] for n in said.governed if n in pair.home]
    kept = [n for n in source.governed if pair.kept(n)]
    if not mine and not kept:
        return 2
    ahead = _ahead(pair.said, said.place)
    if ahead is not None and pair.home.get(ahead) == _ahead(pair.source, source.place):
        return 1
    behind = _ahead(pair.said, said.place, -1)
    alike = pair.said[said.place].surface == pair.source[source.place].surface
    if alike and said.turn in _ANYWHERE and behind is not None and not mine:
        return 1 if pair.home.get(behind) == _ahead(pair.source, source.place, -1) else None
    if mine and kept and (mine[0] == kept[0] or _near(pair, said, source, mine, kept)):
        return int(mine[0] != kept[0])
    loose = bool(mine) and said.turn in _ANYWHERE
    same = loose and pair.source[mine[0]].sentence == pair.source[source.place].sentence
    return 2 if same else None


def _near(
    pair: Alignment, said: Operator, source: Operator, mine: Sequence[int], kept: Sequence[int]
) -> bool:
    """Whether what two words govern first is of one clause in either text, or next to it."""
    head, home = pair.source[mine[0]], pair.source[source.place]
    reach = _DENIED if said.turn == "negation" else REACH
    reached = mine[0] in source.governed[:reach] or kept[0] in mine[:reach]
    if reached and head.sentence == home.sentence:
        return True
    together = pair.said[pair.back[kept[0]]].clause == pair.said[said.place].clause
    return head.clause == home.clause and together


def _brings(tokens: Sequence[Token], operator: Operator) -> bool:
    """Whether a word of cause brings the reason, not the effect."""
    return tokens[operator.place].surface in REASONS


def _ahead(tokens: Sequence[Token], place: int, step: int = 1) -> int | None:
    """The next content word of the sentence in one direction."""
    n = place + step
    while 0 <= n < len(tokens) and tokens[n].sentence == tokens[place].sentence:
        if tokens[n].content:
            return n
        n += step
    return None
