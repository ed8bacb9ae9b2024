"""Who may see what: one pure verdict over a reader, the walls around evidence, and consent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.policy.governance import Seen
from memory.records.visibility import Readers, VisibilityAct, VisibilityActKind

_CONSENT = (VisibilityActKind.AGREED, VisibilityActKind.WITHDREW)
_WIDTH = (VisibilityActKind.WIDENED, VisibilityActKind.NARROWED)
NOBODY = ""
"""Whose the words of a message are whose author is not known: nobody can agree for them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads in one community."""

    ids: frozenset[str] = frozenset()
    """Of all their handles; none for somebody who is nobody there."""
    inside: bool = True
    """Whether what is open to the whole community is open to them."""
    member: bool = False
    """Whether they are somebody there; from others what is private is hidden."""


def may_see(reader: Reader, walls: Iterable[Collection[str]], *, widened: bool = False) -> Seen:
    """How much of something a reader sees that rests on talk behind these walls.

    Each wall is the people to whom one discussion is open. All that a guide rests on has to be
    open to its reader (the intersection), unless its words were published wider.
    """
    if not reader.inside:
        return Seen.NOTHING
    if all(not reader.ids.isdisjoint(wall) for wall in walls):
        return Seen.ALL
    return Seen.WORDS if widened else Seen.NOTHING


def is_inside(*, member: bool, elsewhere: bool, sample: bool, readers: Readers) -> bool:
    """Whether an account reads what a whole community sees.

    `member`: it is somebody there; `elsewhere`: it is somebody in another community of the home.
    The sample is nobody's.
    """
    if member or sample or readers is Readers.ANYBODY:
        return True
    return readers is Readers.HOME and not elsewhere


def is_wide(acts: Sequence[VisibilityAct], needed: Mapping[str, Collection[str]]) -> bool:
    """Whether a guide is published wider: a steward wishes it, and everybody needed agreed.

    `acts` are those about it, in order; `needed` are the messages whose words are behind a wall,
    by author.
    """
    return wish_of(acts) is not None and not awaited(acts, needed)


def wish_of(acts: Sequence[VisibilityAct]) -> VisibilityAct | None:
    """The act by which a steward wishes a guide wider, where no later one took it back."""
    latest = next((act for act in reversed(acts) if act.kind in _WIDTH), None)
    return latest if latest is not None and latest.kind is VisibilityActKind.WIDENED else None


def said_since(acts: Sequence[VisibilityAct]) -> Mapping[str, VisibilityAct]:
    """What each author last said to the wish that stands; nothing where none does."""
    wish = wish_of(acts)
    if wish is None:
        return {}
    since = acts[[act.id for act in acts].index(wish.id) + 1 :]
    return {act.by_id: act for act in since if act.kind in _CONSENT}


def awaited(
    acts: Sequence[VisibilityAct], needed: Mapping[str, Collection[str]]
) -> tuple[str, ...]:
    """Authors who have not agreed, since it was wished, to show all their words that it quotes."""
    said = said_since(acts)
    return tuple(
        author
        for author, messages in needed.items()
        if author not in said
        or said[author].kind is not VisibilityActKind.AGREED
        or not set(messages) <= set(said[author].covers)
    )
