"""Words that turn a meaning, and what each of them governs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.method.entailing.grammar import grammar
from agent.method.entailing.tokens import Token

_SIGHT = 120
"""Tokens to either side that may be of the same sentence."""
_SUBJECTS = frozenset({"i", "we", "you", "they", "he", "she", "it"})
_HELPING = frozenset({"will", "would", "should", "must", "can", "could", "may", "might", "do"})
_COUNTING = frozenset({"all", "some", "free", "most"})
REACH = 4
"""Content words between a turning word and the first one left of those that it governs."""
REASONS = frozenset({"because", "since", "as"})
"""Words that bring a cause; the other words of their group bring an effect."""
_ANY = frozenset({"any", "anything", "anyone"})


@dataclass(frozen=True, slots=True)
class Operator:
    """A turning word, and the content words it governs, nearest first."""

    place: int
    turn: str
    governed: tuple[int, ...]
    bare: tuple[str, ...] = ()
    """All words of its clause, where none of them is content: `if you like`."""


def operators_of(tokens: Sequence[Token]) -> list[Operator]:
    """All turning words of a text with what they govern."""
    return [
        Operator(place, token.turn, tuple(_governed(tokens, place)), _bare(tokens, place))
        for place, token in enumerate(tokens)
        if token.turn and not _idle(tokens, place)
    ]


def _bare(tokens: Sequence[Token], place: int) -> tuple[str, ...]:
    """All words of a clause without content; nothing where it has any."""
    start = end = place
    while start > 0 and tokens[start - 1].clause == tokens[place].clause:
        start -= 1
    while end < len(tokens) and tokens[end].clause == tokens[place].clause:
        end += 1
    clause = tokens[start:end]
    if any(t.content for t in clause):
        return ()
    return tuple(t.surface for t in clause if t.surface not in ("and", "but", "or"))


def bare_clauses(tokens: Sequence[Token]) -> set[tuple[str, ...]]:
    """The words of each clause without content."""
    starts = [n for n, t in enumerate(tokens) if not n or tokens[n - 1].clause != t.clause]
    return {found for n in starts if (found := _bare(tokens, n))}


def _idle(tokens: Sequence[Token], place: int) -> bool:
    """Whether it says nothing: `any` in a denial, `nor` after `neither`, a bare `No,`."""
    home = tokens[place]
    here = [t for t in tokens if t.sentence == home.sentence]
    if home.surface == "nor":
        return any(t.surface == "neither" for t in here)
    if home.surface == "no" and home.opens and _bare(tokens, place) == ("no",):
        return True
    if home.surface not in _ANY:
        return False
    return any(t.turn in ("negation", "condition", "exception") for t in here)


def _governed(tokens: Sequence[Token], place: int) -> Iterator[int]:
    """Content after it in its clause; where none is, before it; else in the next clause."""
    home = tokens[place]
    inside = [
        n
        for n in range(max(0, place - _SIGHT), min(len(tokens), place + _SIGHT))
        if tokens[n].clause == home.clause and tokens[n].content
    ]
    after = [n for n in inside if n > place]
    pronoun = place + 1 < len(tokens) and tokens[place + 1].surface in grammar().pronouns
    if pronoun and home.turn in _COUNTING:
        return
    if after:
        yield from after
        return
    before = [n for n in reversed(inside) if n < place]
    if before:
        yield from before
        return
    if pronoun and home.turn not in ("condition", "exception", "until", "opinion"):
        return
    for step in (-1, 1) if home.turn == "opinion" else (1, -1):
        n, found = place + step, 0
        while 0 <= n < len(tokens) and tokens[n].sentence == home.sentence and found < REACH:
            if tokens[n].content:
                yield n
                found += 1
            n += step
        if found:
            return


def host_of(tokens: Sequence[Token], place: int) -> list[int]:
    """Content of the clause that a subordinate clause beginning at `place` hangs on.

    What stands before it; where nothing does, or a conjunction looks ahead, what follows.
    """
    home = tokens[place].clause
    inside = [n for n in content_of_clause(tokens, place, home) if n < place]
    if inside:
        return inside
    ahead = _joined(tokens, place)
    clause = home - 1
    while not ahead and _in_sentence(tokens, place, clause):
        if before := content_of_clause(tokens, place, clause):
            return before
        clause -= 1
    return _host_ahead(tokens, place)


def _host_ahead(tokens: Sequence[Token], place: int) -> list[int]:
    """Of the clauses that follow, the first after a pause; where none pauses, the first."""
    clause, first, last = tokens[place].clause + 1, list[int](), list[int]()
    while _in_sentence(tokens, place, clause):
        found = content_of_clause(tokens, place, clause)
        start = next(n for n in range(place, len(tokens)) if tokens[n].clause == clause)
        if found and tokens[start].opens:
            return found
        if found and not first and tokens[start].surface not in ("and", "or"):
            first = found
        last = found or last
        clause += 1
    return first or _after_subject(tokens, last)


def _after_subject(tokens: Sequence[Token], run_on: Sequence[int]) -> list[int]:
    """Of a clause that runs on into the next without a pause, what its last subject does."""
    for n in range(run_on[-1] - 1, run_on[0], -1) if run_on else ():
        if tokens[n].surface in _SUBJECTS and tokens[n + 1].surface in _HELPING:
            return [one for one in run_on if one > n]
    return []


def _joined(tokens: Sequence[Token], place: int) -> bool:
    """Whether a coordinator stands right before: `..., and if ...` looks ahead."""
    return place > 0 and tokens[place - 1].surface in ("and", "but", "or", "so", "then")


def _in_sentence(tokens: Sequence[Token], place: int, clause: int) -> bool:
    return any(
        t.clause == clause and t.sentence == tokens[place].sentence
        for t in tokens[max(0, place - _SIGHT) : place + _SIGHT]
    )


def content_of_clause(tokens: Sequence[Token], place: int, clause: int) -> list[int]:
    """Places of the content of a clause of the same sentence."""
    return [
        n
        for n in range(max(0, place - _SIGHT), min(len(tokens), place + _SIGHT))
        if tokens[n].clause == clause
        and tokens[n].content
        and tokens[n].sentence == tokens[place].sentence
    ]
