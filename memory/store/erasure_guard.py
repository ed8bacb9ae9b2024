"""Keeps forgotten people out of whatever is stored later: members, threads and messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select, update

from memory.records.keeping import ForgetMode
from memory.records.people import Member
from memory.records.talk import Message, SegmentKind, Thread
from memory.store.connection import Link
from memory.store.erasure_names import NameMask, cover, opaque_member_id
from memory.store.erasure_tables import erasure_keys, forgotten, masked_messages
from memory.store.evidence import MESSAGES
from memory.store.tables import messages, threads


@dataclass(frozen=True)
class _Gone:
    """Who was forgotten in one community."""

    secret: str
    modes: Mapping[str, ForgetMode]
    """By opaque id."""
    mask: NameMask


class ErasureGuard:
    """Screens records on their way into one transaction. Costs one query where nobody is gone."""

    def __init__(self, link: Link) -> None:
        self._link = link

    @cached_property
    def _gone(self) -> dict[str, _Gone]:
        rows = self._link.rows(select(forgotten).where(forgotten.c.erased_at.is_not(None)))
        if not rows:
            return {}
        from memory.store.erasure_store import FORGOTTEN

        key = self._link.row(select(erasure_keys.c.secret))
        secret = str(key["secret"]) if key else ""
        found: dict[str, _Gone] = {}
        known = [FORGOTTEN.record(row) for row in rows]
        for community_id in {one.community_id for one in known}:
            here = [one for one in known if one.community_id == community_id]
            patterns = [pattern for one in here for pattern in one.names]
            modes = {one.id: one.mode for one in here}
            found[community_id] = _Gone(secret, modes, NameMask(secret, patterns))
        return found

    def members(self, people: Iterable[Member]) -> Iterator[Member]:
        """Without those who were forgotten: a nameless record stands in their place already."""
        for member in people:
            gone = self._gone.get(member.community_id)
            if gone is None or opaque_member_id(gone.secret, member.id) not in gone.modes:
                yield member

    def threads(self, talk: Iterable[Thread]) -> Iterator[Thread]:
        """With names masked, and without the titles that forgotten people gave."""
        for thread in talk:
            gone = self._gone.get(thread.community_id)
            if gone is None:
                yield thread
                continue
            title = "" if self._began(gone, thread.id) else gone.mask.masked(thread.title)
            channel = gone.mask.masked(thread.channel)
            seen_by = thread.seen_by and tuple(self._stood_in(gone, one) for one in thread.seen_by)
            kept = {"title": title, "channel": channel, "seen_by": seen_by}
            yield thread.model_copy(update=kept)

    def _stood_in(self, gone: _Gone, member_id: str) -> str:
        opaque = opaque_member_id(gone.secret, member_id)
        return opaque if opaque in gone.modes else member_id

    def messages(self, talk: Iterable[Message]) -> Iterator[Message]:
        """With what forgotten people said deleted or without a name, and their names masked."""
        for message in talk:
            gone = self._gone.get(message.community_id)
            yield message if gone is None else self._screened(gone, message)

    def untitle(self, thread_ids: Iterable[str]) -> None:
        """Take the titles of threads that turn out to have been begun by who was forgotten."""
        if not self._gone:
            return
        for thread_id in thread_ids:
            found = self._link.row(select(threads.c.community_id).where(threads.c.id == thread_id))
            gone = self._gone.get(found["community_id"]) if found else None
            if gone is not None and self._began(gone, thread_id):
                change = update(threads).where(threads.c.id == thread_id).values(title="")
                self._link.run(change)

    def _screened(self, gone: _Gone, message: Message) -> Message:
        author = self._opaque(gone, message.author_id)
        mentions = tuple(self._opaque(gone, who) or who for who in message.mentions)
        file = gone.mask.masked(message.origin.file)
        origin = message.origin.model_copy(update={"file": file})
        attachments = tuple(
            one.model_copy(update={"name": gone.mask.masked(one.name)})
            for one in message.attachments
        )
        changes = {"mentions": mentions, "origin": origin, "attachments": attachments}
        if author is None:
            return self._of_another(gone, message, changes)
        if gone.modes[author] is ForgetMode.DELETE:
            empty = dict.fromkeys(("segments", "mentions", "reactions", "attachments"), ())
            blank = {"text": "", "deleted": True, "author_id": author, "origin": origin}
            return message.model_copy(update=empty | blank)
        signed = [(s.start, s.end) for s in message.segments if s.kind is SegmentKind.SIGNATURE]
        places = sorted([*gone.mask.places(message.text), *signed])
        text = cover(message.text, places)
        return message.model_copy(update={**changes, "author_id": author, "text": text})

    def _of_another(self, gone: _Gone, message: Message, changes: Mapping[str, object]) -> Message:
        """A message of somebody else. One that was masked before stays as it is stored."""
        frozen = select(masked_messages).where(masked_messages.c.message_id == message.id)
        stored = self._link.row(MESSAGES.select().where(messages.c.id == message.id))
        if stored is not None and self._link.row(frozen) is not None:
            kept = MESSAGES.record(stored)
            return message.model_copy(
                update={**changes, "text": kept.text, "segments": kept.segments}
            )
        places = gone.mask.places(message.text)
        if stored is None and any(s.kind is SegmentKind.QUOTE for s in message.segments):
            quoted = [s for s in message.segments if s.kind is SegmentKind.QUOTE]
            if self._took_part(gone, message.thread_id):
                places += [(s.start, s.end) for s in quoted]
        text = cover(message.text, sorted(places))
        return message.model_copy(update={**changes, "text": text})

    def _opaque(self, gone: _Gone, member_id: str | None) -> str | None:
        """The opaque id of somebody who was forgotten; `None` for anybody else."""
        if member_id is None:
            return None
        if member_id in gone.modes:
            return member_id
        opaque = opaque_member_id(gone.secret, member_id)
        return opaque if opaque in gone.modes else None

    def _deleted(self, gone: _Gone) -> list[str]:
        return [who for who, mode in gone.modes.items() if mode is ForgetMode.DELETE]

    def _took_part(self, gone: _Gone, thread_id: str) -> bool:
        """Whether somebody whose words were deleted wrote here: quotations may be theirs."""
        theirs = messages.c.author_id.in_(self._deleted(gone))
        found = select(messages.c.id).where(messages.c.thread_id == thread_id, theirs).limit(1)
        return self._link.row(found) is not None

    def _began(self, gone: _Gone, thread_id: str) -> bool:
        first = (
            select(messages.c.author_id)
            .where(messages.c.thread_id == thread_id)
            .order_by(messages.c.sent_at, messages.c.id)
            .limit(1)
        )
        row = self._link.row(first)
        return row is not None and row["author_id"] in self._deleted(gone)
