"""What turns a meaning has to govern in a text what it governs in the cited words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.method.entailing.alignment import Alignment
from agent.method.entailing.grammar import grammar
from agent.method.entailing.matching import matched
from agent.method.entailing.operators import (
    REACH,
    Operator,
    bare_clauses,
    content_of_clause,
    host_of,
    operators_of,
)
from agent.method.entailing.rewording import conceded, excused, put_otherwise
from agent.method.entailing.tokens import Token

_BINDING = frozenset({"condition", "exception", "until"})


def turned(pair: Alignment, context: frozenset[str] = frozenset()) -> list[str]:
    """What the text adds to, or drops from, words that both hold.

    What turns only words that were put for a pronoun may come from the thread, as these did.
    """
    mine, theirs = operators_of(pair.said), operators_of(pair.source)
    pairs = matched(pair, mine, theirs)
    spare = [n for n in range(len(theirs)) if n not in pairs.values()]
    reasons = []
    for n, operator in enumerate(mine):
        if n in pairs or operator.turn in grammar().may_come:
            continue
        token = pair.said[operator.place]
        named = token.bracketed or (operator.governed and operator.governed[0] in pair.orphans)
        if named and {token.surface, token.key} & context:
            continue
        if excused(pair, operator, theirs, spare):
            continue
        reasons.append(f"adds {_shown(pair.said[operator.place])}")
    reasons += [
        f"drops {_shown(pair.source[theirs[n].place])}" for n in spare if _dropped(pair, theirs[n])
    ]
    reasons += [
        f"says {word!r} where the source gives a reason"
        for n in spare
        if theirs[n].turn == "cause" and (word := conceded(pair, theirs[n]))
    ]
    reasons += _loosened(pair, theirs, set(pairs.values()))
    return list(dict.fromkeys(reasons))


def _loosened(pair: Alignment, theirs: Sequence[Operator], kept: set[int]) -> Iterator[str]:
    """Of a condition of two parts, `if A and B`, the part that went."""
    tokens = pair.source
    for n in kept:
        operator = theirs[n]
        if operator.turn != "condition":
            continue
        home = tokens[operator.place]
        own = [
            p for p in content_of_clause(tokens, operator.place, home.clause) if p > operator.place
        ]
        start = next((p for p in range(operator.place, len(tokens))
                      if tokens[p].clause == home.clause + 1), None)  # fmt: skip
        if start is None or not own or tokens[start].surface != "and" or tokens[start].opens:
            continue
        part = content_of_clause(tokens, start, home.clause + 1)
        ends = part and (part[-1] + 1 == len(tokens) or tokens[part[-1] + 1].opens)
        if ends and any(pair.kept(p) for p in own) and not any(pair.kept(p) for p in part):
            yield f"leaves out {' '.join(tokens[p].surface for p in range(start, part[-1] + 1))!r}"


def _shown(token: Token) -> str:
    return repr(token.surface.replace("_", " "))


def _dropped(pair: Alignment, operator: Operator) -> bool:
    """Whether a turning word of the source went while what it governs stayed."""
    tokens, place = pair.source, operator.place
    if _begun_anew(tokens, place):
        return False
    if operator.bare and _left_bare(pair, operator):
        return True
    if put_otherwise(pair, operator):
        return False
    if operator.turn in _BINDING:
        return _unbound(pair, operator)
    if operator.turn == "negation" and _replaced(pair, operator):
        return False
    reach = operator.governed[:REACH]
    kept = next((n for n in reach if pair.kept(n)), None)
    if kept is None:
        return False
    if operator.turn in grammar().may_go:
        denied = place > 0 and tokens[place - 1].turn == "negation"
        return denied and operator.turn != "ability"
    return True


def _left_bare(pair: Alignment, operator: Operator) -> bool:
    """Whether all but the word is left of a clause without content: `we do` of `we don't`."""
    word = pair.source[operator.place].surface
    rest = tuple(other for other in operator.bare if other != word)
    return bool(rest) and rest in bare_clauses(pair.said)


def _begun_anew(tokens: Sequence[Token], place: int) -> bool:
    """Whether a speaker breaks off and begins with the same word again."""
    ahead = tokens[place + 1 : place + 1 + REACH]
    return any(
        t.surface == tokens[place].surface and t.opens and t.sentence == tokens[place].sentence
        for t in ahead
    ) and not any(t.content for t in ahead[:2])


def _replaced(pair: Alignment, operator: Operator) -> bool:
    """`A rather than B` for `A, not B`."""
    head = next((pair.back[n] for n in operator.governed if pair.kept(n)), None)
    n = -1 if head is None else head - 1
    while n >= 0 and not pair.said[n].content:
        if pair.said[n].marker == "instead":
            return True
        n -= 1
    return False


def _unbound(pair: Alignment, operator: Operator) -> bool:
    """Whether a condition went while what it binds, or what it supposes, stayed."""
    tokens, home = pair.source, pair.source[operator.place]
    own = [n for n in operator.governed if tokens[n].clause == home.clause and n > operator.place]
    if any(pair.kept(n) for n in own):
        return True
    if not own and operator.governed and not pair.kept(operator.governed[0]):
        return False
    host = host_of(tokens, operator.place)
    return bool(host) and sum(pair.kept(n) for n in host) * 2 >= len(host)
