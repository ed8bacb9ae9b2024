"""Words that join: each brings and follows what it does in the cited words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.method.entailing.alignment import HELD, Alignment
from agent.method.entailing.contexts import neighbour
from agent.method.entailing.grammar import grammar
from agent.method.entailing.tokens import Token

_STRONG = frozenset({"before", "after", "above", "below", "than", "instead", "behind", "ahead",
                     "against", "up", "down", "outside", "out"})  # fmt: skip
_OBJECT_REACH = 5
_PERSONS = {"i": "i", "we": "i", "you": "you", "he": "third", "she": "third", "they": "third"}


def shown(pair: Alignment, place: int) -> str:
    """A word of the text as reasons quote it."""
    return repr(pair.said[place].surface.replace("_", " "))


def joined_otherwise(pair: Alignment) -> Iterator[str]:
    """Joining words that say the contrary of what the source has in their place."""
    opposed = grammar().opposed
    classes = {token.marker for token in pair.source if token.marker}
    for place, token in enumerate(pair.said):
        if not token.marker or token.bracketed or token.content:
            continue
        if place in pair.home and _same_side(pair, place):
            continue
        others = _markers_there(pair, place)
        against = next((o for o in others if (token.marker, o.marker) in opposed), None)
        if token.marker == "instead" and _denied_there(pair, place):
            continue
        if token.surface == "since" and any(t.turn == "cause" for t in pair.source):
            continue
        if against is not None and token.marker not in {o.marker for o in others}:
            yield f"says {token.surface!r} where the source says {against.surface!r}"
        elif token.marker in _STRONG and token.marker not in classes:
            yield f"adds {token.surface.replace('_', ' ')!r}"


def _denied_there(pair: Alignment, place: int) -> bool:
    """Whether the source has `not` before what `rather than` brings."""
    brought = neighbour(pair.said, place, 1)
    n = pair.home.get(brought, 0) - 1 if brought is not None else -1
    while n >= 0 and not pair.source[n].content:
        if pair.source[n].turn == "negation":
            return True
        n -= 1
    return False


def turned_round(pair: Alignment) -> Iterator[str]:
    """Joining words such as `before` and `than` that bring something else than in the source."""
    for place, token in enumerate(pair.said):
        if token.marker not in HELD or place not in pair.home:
            continue
        mine = neighbour(pair.said, place, 1)
        if mine is None or mine not in pair.home:
            continue
        brought: list[int] = []
        n = pair.home[place] + 1
        while n < len(pair.source) and len(brought) < _OBJECT_REACH:
            if pair.source[n].sentence != pair.source[pair.home[place]].sentence:
                break
            if pair.source[n].content:
                brought.append(n)
            n += 1
        if brought and pair.home[mine] not in brought:
            word = token.surface.replace("_", " ")
            yield f"{word!r} brings {shown(pair, mine)}, and something else in the source"


def others_act(pair: Alignment) -> Iterator[str]:
    """Two persons who change their parts: `he left when I came` for `I left when he came`."""
    acts: dict[str, set[str]] = {}
    for place, home in pair.home.items():
        mine, theirs = _actor(pair.said, place), _actor(pair.source, home)
        if mine and theirs:
            acts.setdefault(mine, set()).add(theirs)
    for person, played in acts.items():
        others = (one for other, one in acts.items() if other != person)
        if person not in played and any(person in one for one in others):
            yield "the persons change their parts"
            return


def _actor(tokens: Sequence[Token], place: int) -> str:
    """The person of a pronoun that stands before a word as its subject."""
    n = place - 1
    while n >= 0 and not tokens[n].bears and tokens[n].sentence == tokens[place].sentence:
        if tokens[n].surface in _PERSONS:
            return _PERSONS[tokens[n].surface]
        n -= 1
    return ""


def _same_side(pair: Alignment, place: int) -> bool:
    """Whether a joining word keeps a neighbour."""
    home = pair.home[place]
    last = neighbour(pair.said, place, -1), neighbour(pair.source, home, -1)
    following = neighbour(pair.said, place, 1), neighbour(pair.source, home, 1)
    return any(
        mine is not None and pair.home.get(mine) == theirs for mine, theirs in (last, following)
    )


def _markers_there(pair: Alignment, place: int) -> list[Token]:
    """Joining words of the source after the word before, and before the word after."""
    found: list[Token] = []
    source = pair.source
    last, following = neighbour(pair.said, place, -1), neighbour(pair.said, place, 1)
    for mine, step in ((last, 1), (following, -1)):
        if mine is None or mine not in pair.home:
            continue
        n = pair.home[mine] + step
        while 0 <= n < len(source) and not (source[n].content and not source[n].marker):
            if source[n].sentence != source[pair.home[mine]].sentence:
                break
            if source[n].marker:
                found.append(source[n])
            n += step
    return found
