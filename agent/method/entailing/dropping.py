"""What a shortened text may not leave out: the words that bound what it keeps."""

from __future__ import annotations

from collections.abc import Sequence

from agent.method.entailing.alignment import Alignment
from agent.method.entailing.operators import host_of
from agent.method.entailing.tokens import Token

_FREE = frozenset({"of", "to", "like", "as", "about", "instead_of", "than", "so_that", "up", "down",
                   "for_example", "out", "off", "away", "back", "over", "versus",
                   "along"})  # fmt: skip
"""With these begin phrases that may go: reasons, purposes, examples, and the ends of verbs."""
_SUBJECTS = frozenset({"i", "we", "you", "they", "he", "she", "it"})
_RELATIVES = frozenset({"who", "whose", "which"})
_HELPING = frozenset({"is", "are", "was", "were", "s", "has", "have", "had", "does", "do", "will",
                      "would", "can", "could"})  # fmt: skip
_BINDING_CLAUSES = frozenset({"while", "where", "before", "after"})


def left_out(pair: Alignment) -> list[str]:
    """Phrases that bound a kept clause and went."""
    reasons = []
    for place, token in enumerate(pair.source):
        if not token.marker or token.content or token.surface in _FREE or pair.kept(place):
            continue
        if token.opens and token.surface in ("where", "while"):
            continue
        phrase = _phrase(pair.source, place)
        if not phrase or any(pair.kept(n) for n in phrase):
            continue
        host = _host(pair, place, phrase)
        if host is not None and pair.kept(host):
            words = " ".join(t.surface for t in pair.source[place : phrase[-1] + 1])
            reasons.append(f"leaves out {words.replace('_', ' ')!r}")
    return reasons + _unrestricted(pair)


def _phrase(tokens: Sequence[Token], place: int) -> list[int]:
    """Content that a joining word brings, up to the next joining word or pause."""
    found: list[int] = []
    for n in range(place + 1, len(tokens)):
        other = tokens[n]
        if other.clause != tokens[place].clause:
            break
        if other.marker and other.surface != "of" and found:
            break
        if found and other.surface in _SUBJECTS:
            break
        if other.content:
            found.append(n)
    return found


def _unrestricted(pair: Alignment) -> list[str]:
    """Relative clauses that tell which one is meant and went: `a horse who has had an accident`."""
    tokens, reasons = pair.source, []
    for place, token in enumerate(tokens[:-1]):
        which = token.surface in _RELATIVES or (
            token.surface == "that" and tokens[place + 1].surface in _HELPING | _SUBJECTS
        )
        if not which or token.opens or not place or not tokens[place - 1].content:
            continue
        clause: list[int] = []
        for n in range(place + 1, len(tokens)):
            if tokens[n].opens or (clause and tokens[n].surface in _SUBJECTS):
                break
            if tokens[n].content:
                clause.append(n)
        if clause and pair.kept(place - 1) and not any(pair.kept(n) for n in clause):
            words = " ".join(t.surface for t in tokens[place : clause[0] + 1])
            reasons.append(f"leaves out {words.replace('_', ' ')!r}")
    return reasons


def _host(pair: Alignment, place: int, phrase: Sequence[int]) -> int | None:
    """The content word before the phrase in its clause, else the first one after it.

    What belongs to another phrase at the head of the sentence is passed over unless it is kept.
    """
    tokens = pair.source
    home = tokens[place]
    n = place - 1
    while n >= 0 and tokens[n].clause == home.clause:
        if tokens[n].content:
            return n
        n -= 1
    if tokens[place].surface in _BINDING_CLAUSES:
        host = host_of(tokens, place)
        return host[0] if host else None
    first = place == 0 or tokens[place - 1].sentence != home.sentence
    if not first and not home.opens:
        return None
    for after in range(phrase[-1] + 1, len(tokens)):
        if tokens[after].sentence != home.sentence:
            return None
        if tokens[after].content and (pair.kept(after) or not _in_phrase(tokens, after)):
            return after
    return None


def _in_phrase(tokens: Sequence[Token], place: int) -> bool:
    """Whether a joining word brings a word."""
    n = place - 1
    while n >= 0 and not tokens[n].bears and tokens[n].sentence == tokens[place].sentence:
        n -= 1
    return n >= 0 and bool(tokens[n].marker) and not tokens[n].content
