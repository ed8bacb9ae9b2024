"""Versions of a guide: which one a steward saw last, and what is different since."""

from __future__ import annotations

from dataclasses import dataclass

from agent.method.changes import ChangeOf, SentenceChange, changes_between
from agent.services.settling import guide_in
from agent.services.workplace import Workplace
from memory.records.guide import Guide
from memory.store.protocols import Unit


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one version to the present one. A first version has nothing before it."""

    before: int | None
    after: int
    changes: tuple[SentenceChange, ...] = ()
    title_before: str = ""
    """The earlier title, where it was another."""
    decided: bool = False
    """Whether the earlier version is one that a steward decided on."""

    @property
    def counted(self) -> dict[ChangeOf, int]:
        """How many sentences there are of each kind of change."""
        kinds = [change.change for change in self.changes]
        return {kind: kinds.count(kind) for kind in ChangeOf if kind in kinds}


def difference(work: Workplace, guide_id: str, since: int | None = None) -> Difference:
    """What is different since `since`, or since the version that a steward saw last.

    Raises `UserInputError` for an unknown guide.
    """
    with work.store.reading() as unit:
        return difference_in(unit, guide_in(unit, guide_id), since)


def difference_in(unit: Unit, guide: Guide, since: int | None = None) -> Difference:
    """The same, in a transaction."""
    present = guide.current
    earlier = {v.number: v for v in unit.guides.versions(guide.id) if v.number < present.number}
    decided = {review.version for review in unit.guides.reviews(guide.id)} & set(earlier)
    if since is None:
        since = max(decided or earlier, default=None)
    before = earlier.get(since) if since is not None else None
    if before is None:
        return Difference(None, present.number)
    return Difference(
        before.number,
        present.number,
        changes_between(before, present),
        before.title if before.title != present.title else "",
        before.number in decided,
    )
