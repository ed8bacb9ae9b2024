"""The shelf of a library: every published guide by title, sorted and found as one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from agent.method.words import content_stems
from agent.services.seeing import sight_for
from agent.services.workplace import Workplace
from memory.records.people import Community, Member

_NEVER = datetime.max.replace(tzinfo=UTC)
_EVER = datetime.min.replace(tzinfo=UTC)


class ShelfOrder(StrEnum):
    """Ways to sort the shelf."""

    NEWEST = "newest"
    HELPFUL = "most helpful"
    DUE = "due for review"


@dataclass(frozen=True, slots=True)
class ShelvedGuide:
    """A published guide in a long list."""

    guide_id: str
    title: str
    published_at: datetime | None
    review_by: datetime | None
    helped: int = 0
    failed: int = 0
    folded: str = ""
    """The title as a search looks at it."""


def read_shelf(
    work: Workplace, community: Community, member: Member | None = None
) -> tuple[ShelvedGuide, ...]:
    """The published guides that `member` sees, or else everybody of the community, newest first.

    Ten thousand take a moment.
    """
    with work.store.reading() as unit:
        sight = sight_for(unit, work, community.id, member)
        titles = [one for one in unit.guides.titles(community.id) if sight.sees(one.guide_id)]
        counts = unit.feedback.helpfulness(community.id)
    found: list[ShelvedGuide] = []
    for one in titles:
        helped, failed = counts.get(one.guide_id, (0, 0))
        found.append(
            ShelvedGuide(
                one.guide_id,
                one.title,
                one.published_at,
                one.review_by,
                helped,
                failed,
                one.title.casefold(),
            )
        )
    return tuple(found)


def sort_shelf(shelf: Sequence[ShelvedGuide], order: ShelfOrder) -> list[ShelvedGuide]:
    """The guides in this order; equal ones newest first.

    The most helpful are those that helped most people more than they failed.
    """
    key: Callable[[ShelvedGuide], Any]
    if order is ShelfOrder.HELPFUL:
        key = _helpfulness
    elif order is ShelfOrder.DUE:
        key = _due
    else:
        key = _age
    return sorted(sorted(shelf, key=_age), key=key)


def find_titles(shelf: Sequence[ShelvedGuide], typed: str) -> list[ShelvedGuide]:
    """Guides whose titles hold what was typed: those with most of its words first.

    Words count by their stems, and a word that is being typed as far as it is typed; stop words
    count only where nothing else was typed. Nothing typed finds everything.
    """
    wanted = _needles(typed.casefold())
    if not wanted:
        return list(shelf)
    titles = [one.folded for one in shelf]
    held = [[word in title for title in titles] for word in wanted]
    counts = list(map(sum, zip(*held, strict=True)))
    return [
        one
        for wished in sorted(set(counts) - {0}, reverse=True)
        for one, count in zip(shelf, counts, strict=True)
        if count == wished
    ]


def _needles(folded: str) -> tuple[str, ...]:
    """What to look for in titles: stems, without the `i` that stands for a `y` in some of them."""
    stems = (stem.removesuffix("i") or stem for stem in content_stems(folded))
    return tuple(dict.fromkeys(stems)) or tuple(dict.fromkeys(folded.split()))


def _age(one: ShelvedGuide) -> float:
    return -(one.published_at or _EVER).timestamp()


def _helpfulness(one: ShelvedGuide) -> tuple[int, int]:
    return (one.failed - one.helped, one.failed)


def _due(one: ShelvedGuide) -> datetime:
    return one.review_by or _NEVER
