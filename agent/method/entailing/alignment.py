"""Which word of the cited words each word of a text stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.method.entailing.grammar import grammar
from agent.method.entailing.spelling import key_of, may_be_meant
from agent.method.entailing.tokens import Token

HELD = frozenset({"before", "after", "than", "instead", "above", "below", "against", "behind"})
"""Classes of joining words that have to keep what they bring."""
_NEXT = 4.0
_ONWARD = 1.5
_SAME_CLAUSE = 1.0
_SAME_SENTENCE = 0.5
_SAME_FORM = 0.5
_ALIKE = 0.3
_PER_STEP = 0.02
_FAR = 40
_MOST_CANDIDATES = 24


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two texts side by side; places count all tokens of a text."""

    said: Sequence[Token]
    source: Sequence[Token]
    home: Mapping[int, int]
    """From places of `said` to places of `source`."""
    back: Mapping[int, int]
    """The other way round; of several places the first."""
    orphans: tuple[int, ...]
    """Places of content in `said` that the source does not hold."""

    def kept(self, place: int) -> bool:
        """Whether a token of the source stands in the text."""
        return place in self.back


def align(said: Sequence[Token], source: Sequence[Token]) -> Alignment:
    """Lay content and joining words side by side so that neighbours stay neighbours.

    The best of all ways by dynamic programming: O(n k^2) for n words with k places each.
    """
    places = [n for n, token in enumerate(said) if token.bears]
    candidates = {n: found for n, found in _candidates(said, places, source).items() if found}
    order = {place: rank for rank, place in enumerate(n for n, t in enumerate(source) if t.bears)}
    home = _best_path([n for n in places if n in candidates], said, source, candidates, order)
    home = {
        n: there
        for n, there in home.items()
        if not _loose(said[n], source[there]) or _beside(said, source, home, n)
    }
    back: dict[int, int] = {}
    for mine, theirs in home.items():
        back.setdefault(theirs, mine)
        for partner in _partners(said[mine], source, theirs):
            back.setdefault(partner, mine)
    orphans = tuple(n for n in places if said[n].content and n not in home)
    return Alignment(said, source, home, back, orphans)


def _loose(token: Token, other: Token) -> bool:
    """Whether a word says so little that it needs a neighbour to be the one it stands for."""
    if token.marker:
        return token.marker not in HELD
    return token.key in grammar().light and token.key != other.key


def _beside(
    said: Sequence[Token], source: Sequence[Token], home: Mapping[int, int], place: int
) -> bool:
    """Whether a joining word has a neighbour in common with the one it stands for."""
    for step in (-1, 1):
        mine, theirs = _content(said, place, step), _content(source, home[place], step)
        if mine is not None and home.get(mine) == theirs:
            return True
    return False


def _content(tokens: Sequence[Token], place: int, step: int) -> int | None:
    n = place + step
    while 0 <= n < len(tokens) and tokens[n].sentence == tokens[place].sentence:
        if tokens[n].content:
            return n
        n += step
    return None


def _partners(token: Token, source: Sequence[Token], place: int) -> list[int]:
    """The second half of a compound that the text writes in one word."""
    after = place + 1
    joined = after < len(source) and source[place].key != token.key
    return [after] if joined and _compound(source, place) == token.surface else []


def _compound(tokens: Sequence[Token], place: int) -> str:
    after = place + 1
    if after >= len(tokens) or tokens[after].sentence != tokens[place].sentence:
        return ""
    return tokens[place].surface + tokens[after].surface


def _candidates(
    said: Sequence[Token], places: Sequence[int], source: Sequence[Token]
) -> dict[int, list[int]]:
    """For each place the places in the source that may be meant, none where there are none."""
    forms = grammar().forms
    by_key: dict[str, list[int]] = {}
    for place, token in enumerate(source):
        if token.bears:
            by_key.setdefault(token.key, []).append(place)
    joined = {_compound(source, n): n for n, t in enumerate(source) if t.bears}
    found: dict[int, list[int]] = {}
    for place in places:
        token = said[place]
        keys = [token.key, *(forms.get(token.key, ()) if token.content else ())]
        here = [n for key in keys for n in by_key.get(key, ())]
        if not here and token.content:
            whole = _compound(said, place), _compound(said, place - 1) if place else ""
            here = [n for word in whole if word for n in by_key.get(key_of(word), ())]
            here = here or ([joined[token.surface]] if token.surface in joined else [])
            here = here or _misspelt(token, source)
        found[place] = here[:_MOST_CANDIDATES]
    return found


def _best_path(
    places: Sequence[int],
    said: Sequence[Token],
    source: Sequence[Token],
    candidates: Mapping[int, Sequence[int]],
    order: Mapping[int, int],
) -> dict[int, int]:
    """Viterbi over the candidates; each step is the better the closer its two places."""
    if not places:
        return {}
    scores: list[dict[int, tuple[float, int | None]]] = []
    for nth, place in enumerate(places):
        row: dict[int, tuple[float, int | None]] = {}
        for here in candidates[place]:
            fit = _SAME_FORM * (source[here].key == said[place].key)
            fit += _alike_around(said, source, place, here)
            if not nth:
                row[here] = (fit, None)
                continue
            apart = _paused(said, places[nth - 1], place)
            options = (
                (score + _step(source, order, there, here, apart=apart), there)
                for there, (score, _) in scores[-1].items()
            )
            best, before = max(options, key=lambda one: one[0])
            row[here] = (best + fit, before)
        scores.append(row)
    path: dict[int, int] = {}
    at: int | None = max(scores[-1], key=lambda n: scores[-1][n][0])
    for nth in range(len(places) - 1, -1, -1):
        if at is None:
            break
        path[places[nth]] = at
        at = scores[nth][at][1]
    return path


def _paused(tokens: Sequence[Token], here: int, there: int) -> bool:
    return any(tokens[n].opens for n in range(here + 1, there + 1))


def _alike_around(said: Sequence[Token], source: Sequence[Token], place: int, home: int) -> float:
    """How many of the words right before and after two places are the same, as a score."""
    pairs = ((place - 1, home - 1), (place + 1, home + 1))
    return sum(
        _ALIKE
        for mine, theirs in pairs
        if 0 <= mine < len(said)
        and 0 <= theirs < len(source)
        and said[mine].surface == source[theirs].surface
    )


def _step(
    source: Sequence[Token], order: Mapping[int, int], there: int, here: int, *, apart: bool
) -> float:
    gap = order[here] - order[there]
    if gap == 1:
        return _NEXT if not apart else _NEXT / 2 + _SAME_SENTENCE
    if gap == 0:
        return -_NEXT
    near = _SAME_SENTENCE * (source[here].sentence == source[there].sentence)
    near += _SAME_CLAUSE * (source[here].clause == source[there].clause)
    return near + (_ONWARD if gap > 0 else 0.0) - _PER_STEP * min(abs(gap), _FAR)


def _misspelt(token: Token, source: Sequence[Token]) -> list[int]:
    """Places of words that no dictionary holds and that are this word but for a slip."""
    return [
        n
        for n, other in enumerate(source)
        if other.content and may_be_meant(token.surface, other.surface)
    ]
