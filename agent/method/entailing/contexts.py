"""What a word stands beside: what it follows, and its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

from agent.method.entailing.grammar import grammar
from agent.method.entailing.tokens import Token

_SUBJECTS = frozenset({"it", "there", "you", "we", "they", "he", "she", "i"})
"""Pronouns with which a clause begins, be there a pause before it or not."""
_HELPING = frozenset({"will", "would", "can", "has", "have", "had", "does", "do", "should", "may",
                      "might", "could", "must"})  # fmt: skip
_OPENING = frozenset({"while", "where", "so_that"})
_OBJECTS = frozenset({"it", "them", "him", "her", "me", "us", "you", "this", "those", "these"})
_LINKING = frozenset({"otherwise", "instead", "finally", "next", "usually", "sometimes"})
"""Adverbs that begin a clause where a pause stands before them."""
_DETERMINERS = _SUBJECTS | {"the", "a", "an", "this", "that", "these", "those", "your", "my", "its",
                            "their", "our", "his", "her"}  # fmt: skip
MID = "mid"
START = "start"
THEN = "then"


def context_of(tokens: Sequence[Token], place: int, named: frozenset[str] = frozenset()) -> str:
    """What a word follows: a clause's `start`, `and`, `if`, a joining word, or content (`mid`).

    Content in `named` is passed over as if it were a pronoun.
    """
    token = tokens[place]
    n = place if token.opens else place - 1
    while n >= 0 and tokens[n].sentence == token.sentence and not token.opens:
        before = tokens[n]
        if before.content and before.opens and before.surface in _LINKING:
            return START
        if before.content and (fronted := _fronted_condition(tokens, n, place)):
            return fronted
        if before.content and (before.key not in named or before.clause != token.clause):
            return MID if before.clause == token.clause else START
        found = "" if before.content else _told_by(tokens, n, place)
        if found:
            return found
        if before.opens or before.surface == "but":
            return START
        n -= 1
    return START


def _fronted_condition(tokens: Sequence[Token], n: int, place: int) -> str:
    """`if` for the subject of `if after two days the glue is soft`."""
    if tokens[place - 1].surface not in _DETERMINERS or tokens[n].clause != tokens[place].clause:
        return ""
    start = n
    while start > 0 and tokens[start - 1].clause == tokens[place].clause:
        start -= 1
    while start < n and tokens[start].surface in ("and", "but", "or"):
        start += 1
    if tokens[start].turn != "condition" or not tokens[start + 1].marker:
        return ""
    inner = (t for t in tokens[start + 2 : place] if t.marker and t.surface != "of")
    return "" if any(inner) else "if"


def _told_by(tokens: Sequence[Token], n: int, place: int) -> str:
    """What a small word tells of the word at `place` after it, if anything."""
    before = tokens[n]
    if before.surface in _OPENING or _is_subject(tokens, n):
        return START
    if before.marker:
        return START if _has_object(tokens, n, place) else f"mark:{before.marker}"
    if before.turn in ("condition", "exception", "until"):
        return "if"
    if before.surface == "then":
        return THEN
    if before.surface in ("and", "or", "plus"):
        return "and"
    if _is_correlate(tokens, n) and _pairs(tokens, n):
        return f"the:{_correlated(tokens, n)}"
    return ""


def _has_object(tokens: Sequence[Token], marker: int, place: int) -> bool:
    """Whether a pronoun is all that a joining word brings: `of them for some time`."""
    return marker + 1 < place and tokens[marker + 1].surface in _OBJECTS


def _is_subject(tokens: Sequence[Token], place: int) -> bool:
    """Whether a pronoun begins a clause of its own: `in most cases it is ...`."""
    after = tokens[place + 1].surface if place + 1 < len(tokens) else ""
    return tokens[place].surface in _SUBJECTS and (after in grammar().being or after in _HELPING)


def _is_correlate(tokens: Sequence[Token], place: int) -> bool:
    """Whether `the` opens one half of `the more ..., the less ...`."""
    after = tokens[place + 1].surface if place + 1 < len(tokens) else ""
    compares = after.endswith("er") or after in ("more", "less", "fewer")
    return tokens[place].surface == "the" and tokens[place].opens and compares


def _pairs(tokens: Sequence[Token], place: int) -> bool:
    here = tokens[place].sentence
    return sum(t.sentence == here and _is_correlate(tokens, n) for n, t in enumerate(tokens)) > 1


def _correlated(tokens: Sequence[Token], place: int) -> int:
    """Which half it is."""
    here = tokens[place].sentence
    return sum(t.sentence == here and _is_correlate(tokens, n)
               for n, t in enumerate(tokens[:place]))  # fmt: skip


def is_pronoun(token: Token) -> bool:
    """Whether a token stands for a thing named elsewhere; `that` may also begin a clause."""
    return (
        not token.content
        and token.surface in grammar().pronouns
        and (token.surface != "that" or token.opens)
    )


def neighbour(tokens: Sequence[Token], place: int, step: int) -> int | None:
    """The next content word of the sentence in one direction."""
    n = place + step
    while 0 <= n < len(tokens) and tokens[n].sentence == tokens[place].sentence:
        if tokens[n].content:
            return n
        n += step
    return None


def beside(tokens: Sequence[Token], place: int, step: int) -> int | None:
    """The next content or joining word in the clause."""
    n = place + step
    while 0 <= n < len(tokens) and tokens[n].clause == tokens[place].clause:
        if tokens[n].bears:
            return n
        n += step
    return None
