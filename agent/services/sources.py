"""A cited message in its discussion, as far as everybody in it lets a reader see."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agent.inquiry.dossier import corrections_for
from agent.method.retiring import hollowed
from agent.policy.governance import Seen
from agent.services.browsing import check_reads
from agent.services.guides import find_guide, page_in
from agent.services.identity import Actor
from agent.services.masking import page_for, text_for
from agent.services.pages import GuidePage
from agent.services.settling import guide_in
from agent.services.workplace import Workplace
from agent.sight import sees_thread
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.guide import TrailStep
from memory.records.people import Credit
from memory.records.talk import INTERVIEW_SOURCE, Message, MessageKind, Thread
from memory.store.protocols import Unit

AROUND = 60
"""Messages shown on each side of the cited one."""


@dataclass(frozen=True, slots=True)
class SourceTalk:
    """The discussion around a cited message, as the trail of a page of the same guide."""

    page: GuidePage
    """Its `guide.current.trail` is the discussion; names and words go by it as on the guide."""
    thread: Thread
    message_id: str
    told_to_agent: bool = False
    """Whether it was told to the agent, so that the debate behind the guide is around it."""
    earlier: int = 0
    later: int = 0


def open_source(work: Workplace, actor: Actor, guide_id: str, message_id: str) -> SourceTalk:
    """A message that a guide cites, with what was said around it.

    Raises `PermissionDeniedError` where its author is not credited by name, for a discussion that
    was made private, and for a guide that is not for this reader; `UserInputError` where the guide
    cites no such message any more.
    """
    known = find_guide(work, guide_id)
    with work.store.reading() as unit:
        guide = guide_in(unit, known.id)
        sight = check_reads(unit, work, actor.member, guide)
        page = page_in(unit, guide, sight)
        message = page.messages.get(message_id)
        thread = unit.talk.thread(message.thread_id) if message else None
        if message is None or thread is None or message.deleted:
            raise UserInputError(
                f"guide {guide.id!r} does not cite message {message_id!r} any more"
            )
        if page.credit.get(message.author_id or "") is not Credit.CREDITED:
            raise PermissionDeniedError(
                "whoever said this stays unnamed here, so nothing leads to where it was said"
            )
        if not sees_thread(unit, sight.reader, thread) or (
            thread.source == INTERVIEW_SOURCE and sight.of(guide.id) is not Seen.ALL
        ):
            raise PermissionDeniedError("this discussion is not open to you; only the quote is")
        told = text_for(unit, work, sight.reader, guide.community_id, thread.title)
        thread = thread.model_copy(update={"title": told})
        if thread.source == INTERVIEW_SOURCE:
            shown = page_for(unit, work, sight.reader, page)
            return SourceTalk(shown, thread, message.id, told_to_agent=True)
        if thread.private:
            raise PermissionDeniedError("this discussion was made private; only the quote is left")
        talk = _around(unit, page, thread, message)
        return replace(talk, page=page_for(unit, work, sight.reader, talk.page))


def _around(unit: Unit, page: GuidePage, thread: Thread, message: Message) -> SourceTalk:
    """The page with the discussion in place of the debate, and everybody who speaks in it."""
    every = [one for one in unit.talk.thread_messages(thread.id) if not one.deleted]
    place = next(n for n, one in enumerate(every) if one.id == message.id)
    first, last = max(0, place - AROUND), place + AROUND + 1
    guide = page.guide
    changes = corrections_for(unit, guide.id, guide.community_id)
    places = [one for change in changes for one in change.retired]
    shown = [hollowed(one, places) for one in every[first:last]]
    authors = {one.author_id for one in shown if one.author_id} - page.members.keys()
    joined = [m for a in sorted(authors) if (m := unit.people.member(a)) is not None]
    steps = tuple(
        TrailStep(message_id=one.id, author_id=one.author_id, at=one.sent_at, part=_part(one))
        for one in shown
    )
    version = guide.current.model_copy(update={"trail": steps})
    view = replace(
        page,
        guide=guide.model_copy(update={"current": version}),
        messages={**page.messages, **{one.id: one for one in shown}},
        members={**page.members, **{m.id: m for m in joined}},
        credit={**page.credit, **{m.id: m.consent.credit for m in joined}},
    )
    return SourceTalk(view, thread, message.id, earlier=first, later=max(0, len(every) - last))


def _part(message: Message) -> str:
    return "asked" if message.kind is MessageKind.QUESTION else "said"
