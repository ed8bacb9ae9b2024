"""What stewards decided about places, put on every thread on its way into the record.

A source may close at any time what it told openly; a decision holds against that only if it was
taken in sight of a closed place. What a source closed once no import opens: many of its files say
nothing about it. A steward does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from sqlalchemy import select

from memory.records.talk import INTERVIEW_SOURCE, Thread, Told
from memory.records.visibility import (
    Scope,
    VisibilityAct,
    VisibilityActKind,
    applied,
    told_again,
    told_of,
)
from memory.store.codec import Codec
from memory.store.connection import Link
from memory.store.visibility_tables import visibility_acts

ACTS = Codec(VisibilityAct, visibility_acts)
Key = tuple[str, Scope, str, str, str]
"""Community, scope, thread, source and channel."""


class DecidedPlaces:
    """The decisions that hold in one transaction. Costs one query where nothing was decided."""

    def __init__(self, link: Link) -> None:
        self._link = link

    @cached_property
    def _latest(self) -> Mapping[Key, VisibilityAct]:
        chosen = select(*(visibility_acts.c[name] for name in ACTS.fields)).where(
            visibility_acts.c.kind == VisibilityActKind.SET.value
        )
        rows = self._link.rows(chosen.order_by(visibility_acts.c.made_at, visibility_acts.c.id))
        return {_key(act): act for act in map(ACTS.record, rows)}

    def threads(self, talk: Iterable[Thread]) -> Iterator[Thread]:
        """The threads as far as stewards leave them open."""
        for thread in talk:
            yield self.decided(thread) if self._latest else thread

    def decided(self, thread: Thread) -> Thread:
        """One thread as far as stewards leave it open; what the source says is kept beside it."""
        if thread.source == INTERVIEW_SOURCE:
            return thread
        told = told_of(thread)
        act = self._named(self._act(thread, told), told)
        private, seen_by = (told.private, told.seen_by) if act is None else applied(told, act)
        differs = (private, seen_by) != (told.private, told.seen_by)
        return thread.model_copy(
            update={"private": private, "seen_by": seen_by, "told": told if differs else None}
        )

    def again(self, stored: Thread, thread: Thread) -> Thread:
        """A thread that is known, as it is told once more: closed as far as it was before."""
        if thread.source == INTERVIEW_SOURCE:
            return thread
        told = told_again(told_of(stored), told_of(thread))
        return self.decided(thread.model_copy(update={"told": told}))

    def _named(self, act: VisibilityAct | None, told: Told) -> VisibilityAct | None:
        """An act with the people it names as those of their members whom the source names."""
        if act is None or act.member_ids is None or told.seen_by is None:
            return act
        named: dict[str, None] = {}
        for member_id in act.member_ids:
            ids = self._link.ids_of(member_id)
            theirs = [one for one in told.seen_by if one in ids]
            named |= dict.fromkeys(theirs or [member_id])
        return act.model_copy(update={"member_ids": tuple(named)})

    def _act(self, thread: Thread, told: Told) -> VisibilityAct | None:
        kind = Scope.PRIVATE if told.private else None
        if not told.private and told.seen_by is None:
            kind = Scope.REST
        keys: list[Key] = [(thread.community_id, Scope.THREAD, thread.id, "", "")]
        if thread.channel:
            keys.append((thread.community_id, Scope.PLACE, "", thread.source, thread.channel))
        if kind is not None:
            keys.append((thread.community_id, kind, "", "", ""))
        return next((self._latest[key] for key in keys if key in self._latest), None)


def _key(act: VisibilityAct) -> Key:
    return act.community_id, act.scope, act.subject, act.source, act.channel
