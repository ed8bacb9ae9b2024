"""Small words of a sentence that its source leaves to be understood."""

from __future__ import annotations

from collections.abc import Iterator

from agent.method.entailing.alignment import Alignment
from agent.method.entailing.contexts import is_pronoun
from agent.method.entailing.grammar import grammar
from agent.method.entailing.tokens import Token
from agent.method.words import stem

_WHICH = frozenset(
    {"first", "second", "third", "last", "other", "next", "latter", "former", "same"}
)
_QUANTIFIERS = frozenset({"most", "neither", "either", "none", "both", "each"})
_OF = frozenset({"of", "the", "a", "an"})
_COUNTED = frozenset({"each", "both", "all", "any", "some", "several", "many", "most", "few",
                      "neither", "either", "none"})  # fmt: skip
"""Words that stand alone where their noun is understood, as numbers do."""
_HELPING = frozenset({"has", "have", "had", "does", "do", "did", "is", "are", "was", "were", "will",
                      "would", "can", "should", "not"})  # fmt: skip
"""Helping verbs, which stand alone where their verb is understood: `if it has`."""
_BRINGS = frozenset({"with", "using"})
_LEAST_ROOT = 5
"""Letters that two words of one root have in common."""
_ENDING = 6
"""Letters that may follow them."""


def named_in(token: Token, context: frozenset[str]) -> bool:
    """Whether a thread holds a word, another form of it or one of its root."""
    own = stem(token.surface)
    if {token.key, own} & context:
        return True
    if token.exact or len(own) < _LEAST_ROOT:
        return False
    return any(_one_root(own, other) for other in context if other[0] == own[0])


def _one_root(word: str, other: str) -> bool:
    """Whether two stems differ in what follows five letters or more: `certif`, `certificat`."""
    short, long = sorted((word, other), key=len)
    return len(short) >= _LEAST_ROOT and long.startswith(short) and len(long) - len(short) < _ENDING


def unsaid_noun(pair: Alignment, place: int) -> bool:
    """Whether a word follows a number, `each` or `has` that stands alone in the source."""
    last = place - 1
    while last > 0 and pair.said[last].surface in ("of", "the"):
        last -= 1
    before = pair.said[last] if last >= 0 else None
    if before is None or before.sentence != pair.said[place].sentence:
        return False
    if (before.is_number or _ranks(before)) and last in pair.home:
        return _stands_alone(pair, pair.home[last])
    if before.surface not in _COUNTED | _HELPING:
        return False
    return any(
        token.surface == before.surface and _stands_alone(pair, n)
        for n, token in enumerate(pair.source)
    )


def _stands_alone(pair: Alignment, home: int) -> bool:
    """Whether nothing that a word could count follows it in its clause."""
    here, following = pair.source[home], pair.source[home + 1 : home + 2]
    if not following or following[0].opens or following[0].sentence != here.sentence:
        return True
    helps = following[0].surface in _HELPING | grammar().being
    return helps or (here.surface in _QUANTIFIERS and following[0].surface not in _OF)


def _ranks(token: Token) -> bool:
    """Whether a word tells which one of several: `the first`, `the smaller`."""
    return token.surface in _WHICH or token.surface.endswith(("er", "est"))


def done_lightly(pair: Alignment, place: int) -> bool:
    """Whether a verb that says little more than that something is done makes a clause whole.

    `Use a strap` for a bare `A strap`, `keeping it shut` for `with it shut`, `use this` for `it
    should be this`.
    """
    token = pair.said[place]
    if not _opens_clause(pair, place):
        return token.key == "use" and any(t.surface in _BRINGS for t in _leading(pair, place))
    if begins_unsaid(pair, place):
        return True
    led = tuple(_leading(pair, place))
    if any(t.surface in _BRINGS for t in led):
        return True
    should = any(t.turn in ("advice", "duty") for t in led)
    return should and any(t.surface in grammar().being for t in led)


def _leading(pair: Alignment, place: int) -> Iterator[Token]:
    """Small words of the source's clause before the counterpart of the next word."""
    later = after(pair, place)
    home = pair.home[later[0]] if later else 0
    for n in range(home - 1, -1, -1):
        token = pair.source[n]
        if token.content or (token.clause != pair.source[home].clause):
            return
        if not (token.marker and pair.kept(n)):
            yield token


def _opens_clause(pair: Alignment, place: int) -> bool:
    """Whether no content stands before a word in its clause: it is the verb of a fragment."""
    clause = pair.said[place].clause
    return not any(t.content for t in pair.said[:place] if t.clause == clause)


def after(pair: Alignment, place: int) -> list[int]:
    """Places after `place` in its sentence that have a counterpart."""
    here = pair.said[place].sentence
    return [
        n
        for n in range(place + 1, len(pair.said))
        if n in pair.home and pair.said[n].sentence == here
    ]


def last_before(pair: Alignment, place: int) -> int | None:
    """The place before `place` in its sentence that has a counterpart."""
    here = pair.said[place].sentence
    for n in range(place - 1, -1, -1):
        if pair.said[n].sentence != here:
            return None
        if n in pair.home:
            return n
    return None


def begins_unsaid(pair: Alignment, place: int) -> bool:
    """Whether a stretch of the source begins with the next word and names nobody before it."""
    later = after(pair, place)
    if not later:
        return False
    home = pair.home[later[0]]
    n = home - 1
    while n >= 0 and not pair.source[n].bears:
        if pair.source[n].sentence != pair.source[home].sentence:
            return True
        if pair.source[n + 1].opens:
            return True
        if is_pronoun(pair.source[n]) or pair.source[n].surface in grammar().addressee:
            return False
        n -= 1
    return n < 0 or pair.source[n].sentence != pair.source[home].sentence
