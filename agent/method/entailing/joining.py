"""Words that join: each brings and follows what it does in the cited words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.method.entailing.alignment import HELD, Alignment
from agent.method.entailing.contexts import neighbour
from agent.method.entailing.grammar import grammar
from agent.method.entailing.operators import host_of
from agent.method.entailing.tokens import Token

_STRONG = frozenset({"before", "after", "above", "below", "than", "instead", "behind", "ahead",
                     "against", "up", "down", "outside", "out"})  # fmt: skip
_OBJECT_REACH = 5
_LASTING = frozenset({"during", "for"})
_SPANNING = frozenset({"through", "across", "along", "around", "on"})
_OWNERS = {"my": "i", "mine": "i", "our": "i", "ours": "i", "your": "you", "yours": "you",
           "his": "he", "her": "she", "hers": "she", "their": "they", "theirs": "they"}  # fmt: skip
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
        if _otherwise_put(pair, place):
            continue
        if token.surface == "since" and any(t.turn == "cause" for t in pair.source):
            continue
        if against is not None and token.marker not in {o.marker for o in others}:
            yield f"says {token.surface!r} where the source says {against.surface!r}"
        elif token.marker in _STRONG and token.marker not in classes and not idle(pair, place):
            yield f"adds {token.surface.replace('_', ' ')!r}"


def idle(pair: Alignment, place: int) -> bool:
    """Whether a particle leaves its verb's meaning as it is: `heat it up` for `heat it`."""
    token = pair.said[place]
    verbs = grammar().particles.get(token.surface, frozenset())
    clause = pair.said[max(0, place - _OBJECT_REACH) : place]
    return any(t.key in verbs and t.clause == token.clause for t in clause)


def _otherwise_put(pair: Alignment, place: int) -> bool:
    """`A over B` for `A to B` with a preference, `A rather than B` for `rather A than B`."""
    word = pair.said[place].surface
    if word == "over" and any(t.key == "prefer" for t in pair.source):
        return True
    others = _markers_there(pair, place)
    if word == "over" and any(o.surface in _SPANNING or o.marker in _LASTING for o in others):
        return True
    if word in ("from", "of") and any(o.surface in ("of", "from") for o in others):
        return True
    if word == "instead_of":
        return any(t.surface == "rather" for t in pair.source)
    if word == "after" and _once(pair, place):
        return True
    return pair.said[place].marker in ("before", "after") and then_between(pair, place)


def _once(pair: Alignment, place: int) -> bool:
    """Whether `after` stands for `once` before the same word."""
    brought = neighbour(pair.said, place, 1)
    n = pair.home.get(brought, 0) - 1 if brought is not None else -1
    while n >= 0 and not pair.source[n].content:
        if pair.source[n].surface == "once":
            return True
        n -= 1
    return False


def then_between(pair: Alignment, place: int) -> bool:
    """Whether `A before B`, or `after A, B`, stands for `A, then B`."""
    brought = neighbour(pair.said, place, 1)
    home = pair.home.get(brought, -1) if brought is not None else -1
    thens = [n for n, t in enumerate(pair.source) if t.surface == "then"]
    others = [
        pair.home[n]
        for n, t in enumerate(pair.said)
        if t.content and n in pair.home and t.clause != pair.said[place].clause
    ]
    if home < 0:
        return False
    if pair.said[place].marker == "before":
        return any(n < home and all(o < n for o in others if o < home) for n in thens)
    return any(home < n and any(n < o for o in others) for n in thens)


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
        fronted = pair.source[pair.home[place]].opens
        n = pair.home[place] + 1
        while n < len(pair.source) and len(brought) < _OBJECT_REACH:
            if pair.source[n].sentence != pair.source[pair.home[place]].sentence:
                break
            if brought and fronted and pair.source[n].opens:
                break
            if pair.source[n].content:
                brought.append(n)
            n += 1
        if brought and pair.home[mine] not in brought:
            word = token.surface.replace("_", " ")
            yield f"{word!r} brings {shown(pair, mine)}, and something else in the source"


def unsequenced(pair: Alignment) -> Iterator[str]:
    """Where `before` or `after` went and what it set in order stands the other way round."""
    if any(token.marker in ("before", "after") for token in pair.said):
        return
    for place, token in enumerate(pair.source):
        if token.marker not in ("before", "after") or token.turn or token.content:
            continue
        brought = neighbour(pair.source, place, 1)
        host = next((n for n in host_of(pair.source, place) if pair.kept(n)), None)
        if brought is None or host is None or not pair.kept(brought):
            continue
        later, earlier = (brought, host) if token.marker == "before" else (host, brought)
        if pair.back[later] < pair.back[earlier]:
            yield f"drops {token.surface!r}"


def others_own(pair: Alignment) -> Iterator[str]:
    """Two owners who change their things: `your letter, then theirs` for the reverse."""
    mine, theirs = _owners(pair.said), _owners(pair.source)
    for place, owner in mine.items():
        other = theirs.get(pair.home.get(place + 1, 0) - 1)
        if other is None or other == owner or not pair.said[place + 1].content:
            continue
        if owner in theirs.values() and other in mine.values():
            yield f"{shown(pair, place + 1)} is another's in the source"


def _owners(tokens: Sequence[Token]) -> dict[int, str]:
    return {n: _OWNERS[t.surface] for n, t in enumerate(tokens[:-1]) if t.surface in _OWNERS}


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
