"""Numbers keep their units and the words beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from agent.method.entailing.alignment import Alignment
from agent.method.entailing.contexts import beside
from agent.method.entailing.tokens import Token

_NEAR = 3
_BEFORE_NUMBERS = frozenset({"to", "by", "from", "over", "under", "above", "below", "until"})


def numbers_elsewhere(pair: Alignment) -> Iterator[str]:
    """Numbers whose unit or whose neighbours are others, or that are led up to otherwise."""
    used: Counter[int] = Counter(
        h for n, h in pair.home.items() if pair.said[n].is_number and not pair.said[n].bracketed
    )
    for place, home in pair.home.items():
        if not pair.said[place].is_number or pair.said[place].bracketed:
            continue
        if used[home] > 1:
            yield f"{pair.said[place].surface!r} stands more often than in the source"
        mine, theirs = beside(pair.said, place, 1), beside(pair.source, home, 1)
        onward = pair.home.get(mine, -1) - home if mine is not None else -1
        follows = mine is not None and (pair.home.get(mine) == theirs or 0 < onward <= _NEAR)
        last, before = beside(pair.said, place, -1), beside(pair.source, home, -1)
        precedes = last is not None and pair.home.get(last) == before
        unit = theirs is not None and pair.source[theirs].content and theirs == home + 1
        if unit and mine is not None and not follows and pair.said[mine].content:
            yield f"{pair.said[place].surface!r} has another unit in the source"
        elif mine is not None and last is not None and not follows and not precedes:
            yield f"{pair.said[place].surface!r} stands with other words than in the source"
        led, leads = _leading(pair.said, place), _leading(pair.source, home)
        if led != leads and led in _BEFORE_NUMBERS and leads != "and" and not _range(pair, place):
            yield f"says {led!r} before {pair.said[place].surface!r}, as the source does not"


def _range(pair: Alignment, place: int) -> bool:
    """Whether `5 to 6` stands for `5-6`."""
    before = place - 2
    return (
        before in pair.home
        and pair.said[before].is_number
        and pair.home[before] == pair.home[place] - 1
    )


def _leading(tokens: Sequence[Token], place: int) -> str:
    n = place - 1
    if n < 0 or tokens[n].sentence != tokens[place].sentence or tokens[place].opens:
        return ""
    return tokens[n].surface
