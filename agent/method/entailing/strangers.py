"""Content of a text that the cited words do not hold, and what may stand there all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from agent.method.entailing.alignment import Alignment
from agent.method.entailing.contexts import is_pronoun
from agent.method.entailing.fillers import (
    after,
    begins_unsaid,
    done_lightly,
    last_before,
    named_in,
    unsaid_noun,
)
from agent.method.entailing.grammar import grammar
from agent.method.entailing.joining import idle
from agent.method.entailing.tokens import Token
from agent.method.words import stem

_POINTING = frozenset({"this", "that", "these", "those", "such", "both"})
_PEOPLE = frozenset(
    {"people", "person", "persons", "man", "men", "woman", "women", "user", "users"}
)
_OWNERS = frozenset({"its", "their", "his", "her"})
_ARTICLES = frozenset({"a", "an", "one"})
_WORDS_PER_PRONOUN = 3
_NAME_REACH = 4
"""Words after a name put for a pronoun within which the source goes on."""
_UNSAID_SUBJECT = frozenset(
    {"have", "had", "was", "were", "would", "did", "could", "been", "used", "never"}
)
"""With these a report begins whose `I` is left out: `never seen it`."""


def untraced(pair: Alignment, context: frozenset[str]) -> list[str]:
    """Reasons for all content that is neither cited, nor a name put for a pronoun.

    `context` are keys of the thread's words.
    """
    reasons = []
    for place in pair.orphans:
        token = pair.said[place]
        if _excused(pair, place):
            continue
        known = named_in(token, context) or token.surface in _PEOPLE
        if known and (token.bracketed or unsaid_noun(pair, place) or _for_a_pronoun(pair, place)):
            continue
        kind = "number, code or name" if token.exact else "word"
        reasons.append(f"{kind} {token.surface.replace('_', ' ')!r} is not in the cited words")
    return reasons


def spoken_otherwise(pair: Alignment) -> list[str]:
    """Where a text speaks as somebody, or to somebody, and its source does not."""
    mine, theirs = ({t.surface for t in tokens} for tokens in (pair.said, pair.source))
    speaker = grammar().speaker
    reasons = []
    added = next((t.surface for t in pair.said if t.surface in speaker), None)
    if added is not None and not theirs & speaker and not _report(pair.source):
        reasons.append(f"speaks as {added!r} where the source does not")
    you = frozenset({"you", "your", "yours"})
    if mine & you and not theirs & you and theirs & {"i", "we"}:
        reasons.append("speaks to 'you' where the source tells of itself")
    return reasons


def _report(source: Sequence[Token]) -> bool:
    """Whether a source tells what its author did without saying `I`."""
    first = source[0].surface if source else ""
    return first in _UNSAID_SUBJECT or first.endswith("ed") or first in grammar().past


def _excused(pair: Alignment, place: int) -> bool:
    """Whether a word needs no counterpart: it names the author, or says a small word in full."""
    token, words = pair.said[place], grammar()
    if token.surface in words.tellers:
        speaks = any(t.surface in words.speaker for t in pair.source)
        return speaks or begins_unsaid(pair, place)
    if token.key in words.saying or token.surface in words.ways:
        before = next((t for t in reversed(pair.said[:place]) if t.content), None)
        if before is not None and before.surface in words.tellers:
            return True
    if token.key == "2" and any(t.surface == "both" for t in pair.source):
        return True
    if token.key in words.light and done_lightly(pair, place):
        return True
    if token.key == "1":
        leads = {t.surface for t in _before_next(pair, place)}
        return bool(leads & _ARTICLES) or (token.surface == "one" and bool(leads & words.addressee))
    if idle(pair, place):
        return True
    if token.surface == "first":
        return any(t.surface == "then" for t in (*pair.source, *pair.said[place:]))
    return _fuller(pair, place)


def _before_next(pair: Alignment, place: int) -> Iterator[Token]:
    """Small words of the source right before the counterpart of the next word."""
    later = after(pair, place)
    n = pair.home[later[0]] - 1 if later else -1
    while n >= 0 and not pair.source[n].bears:
        yield pair.source[n]
        n -= 1


def _fuller(pair: Alignment, place: int) -> bool:
    """Whether a full verb stands for `get`, `have`, `make` and the like at its place."""
    token = pair.said[place]
    forms = grammar().forms.get(token.key, frozenset()) | {token.key}
    if token.exact:
        return False
    last, later = last_before(pair, place), after(pair, place)
    low = pair.home[last] if last is not None else -1
    high = pair.home[later[0]] if later else len(pair.source)
    return any(
        not t.bears and not t.turn and stem(t.surface) in forms for t in pair.source[low + 1 : high]
    )


def _for_a_pronoun(pair: Alignment, place: int) -> bool:
    """Whether a word of the thread stands where the source has a pronoun, which is gone."""
    last, later = last_before(pair, place), after(pair, place)
    near: list[int | None] = [n for n in later[:3] if n - place <= _NAME_REACH or n == later[0]]
    if any(_in_slot(pair, place, last, following) for following in near or [None]):
        return True
    if _led_by_stranger(pair, place):
        return _spells_out(pair, place)
    return _pronouns_gone(pair, place)


def _in_slot(pair: Alignment, place: int, last: int | None, following: int | None) -> bool:
    source = pair.source
    slot: set[int] = set()
    for edge, step in ((last, 1), (following, -1)):
        if edge is not None:
            slot.update(_small_words(pair, pair.home[edge], step))
    theirs = Counter(source[n].surface for n in slot if _points(source[n]))
    start = 0 if last is None else last + 1
    end = len(pair.said) if following is None else following
    mine = Counter(t.surface for t in pair.said[start:end] if _points(t))
    if theirs - mine:
        return True
    lead = next((t.surface for t in reversed(pair.said[start:place]) if not t.content), "")
    return lead in _POINTING and theirs[lead] > 0


def _small_words(pair: Alignment, edge: int, step: int) -> Iterator[int]:
    """Places from an edge on up to the next content; `these beers` is passed over if it went."""
    source, n = pair.source, edge + step
    while 0 <= n < len(source) and source[n].sentence == source[edge].sentence:
        if source[n].bears:
            pointed = n > 0 and source[n - 1].surface in _POINTING
            if not (source[n].content and pointed and not pair.kept(n)):
                return
        yield n
        n += step


def _points(token: Token) -> bool:
    return is_pronoun(token) or token.surface in _POINTING


def _led_by_stranger(pair: Alignment, place: int) -> bool:
    """Whether a joining word that the source does not have brings the word: `with alum`."""
    here = pair.said[place].sentence
    for n in range(place - 1, -1, -1):
        token = pair.said[n]
        if token.sentence != here:
            return False
        if token.marker:
            return n not in pair.home
        if n in pair.home:
            return False
    return False


def _spells_out(pair: Alignment, place: int) -> bool:
    """Whether a phrase tells which ones were pointed at: `beers with much hops`, `these beers`."""
    n = place - 1
    while n >= 0 and n not in pair.home and pair.said[n].sentence == pair.said[place].sentence:
        n -= 1
    home = pair.home.get(n, 0)
    led = pair.source[home - 1].surface if home else ""
    return led in _POINTING | _OWNERS and (not n or not _points(pair.said[n - 1]))


def _pronouns_gone(pair: Alignment, place: int) -> bool:
    """Whether the sentence has so many pronouns fewer than its source as it has new words."""
    here = pair.said[place].sentence
    mine = [n for n, token in enumerate(pair.said) if token.sentence == here]
    homes = {pair.source[pair.home[n]].sentence for n in mine if n in pair.home}
    homes = homes or {t.sentence for t in pair.source}
    theirs = Counter(t.surface for t in pair.source if t.sentence in homes and _points(t))
    gone = theirs - Counter(pair.said[n].surface for n in mine if _points(pair.said[n]))
    new = sum(pair.said[n].sentence == here for n in pair.orphans)
    return bool(gone) and gone.total() * _WORDS_PER_PRONOUN >= new
