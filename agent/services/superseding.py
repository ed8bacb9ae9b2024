"""Guides that take another's place, and guides that come back: stewards decide, the log explains.

Every version is kept. A guide that was superseded is read no more; whoever looks for it is led to
the one that took its place, as often as that happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from agent.inquiry.dossier import corrections_for
from agent.policy.governance import Deed
from agent.services.challenging import keep_act
from agent.services.checks import check_guide, refuse_stopped
from agent.services.governing import check_may
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.indexing import index_guides
from agent.services.seeing import check_sees_all, check_sees_evidence, sight_for
from agent.services.settling import close_questions, guide_in, log_act
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, StoreError, UserInputError
from memory.records.challenge import Succession
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import CloseReason, InquiryStatus
from memory.records.stewarding import StewardActKind
from memory.records.talk import INTERVIEW_SOURCE
from memory.store.protocols import Unit

MOST_STEPS = 100
"""Successors that are followed one after another."""


@dataclass(frozen=True, slots=True)
class Led:
    """Where a reader who looks for a guide is led, and through which guides."""

    guide: Guide
    through: tuple[tuple[Guide, Succession], ...] = ()
    """Superseded guides on the way, the first being the one that was looked for."""


def supersede(work: Workplace, actor: Actor, guide_id: str, by_guide_id: str, reason: str) -> Guide:
    """Let one published guide take another's place, with a reason that stewards may read.

    Raises `UserInputError` without a reason, for guides that are not both published, of two
    communities, or the same; `PermissionDeniedError` for whoever may not take the one back, or
    does not see all that the other rests on.
    """
    old, new = find_guide(work, guide_id), find_guide(work, by_guide_id)
    with work.store.writing() as unit:
        after = supersede_in(unit, work, actor, old.id, new.id, reason)
    with suppress(StoreError):
        index_guides(work)
    return after


def supersede_in(
    unit: Unit, work: Workplace, actor: Actor, guide_id: str, by_guide_id: str, reason: str
) -> Guide:
    """The same, in a transaction."""
    old, new = guide_in(unit, guide_id), guide_in(unit, by_guide_id)
    _check_reason(reason)
    _check_community(actor, old)
    check_may(unit, work, actor, Deed.RETRACT, old)
    if old.id == new.id or old.community_id != new.community_id:
        raise UserInputError("name two different guides of one community")
    member = actor.member
    check_sees_all(sight_for(unit, work, new.community_id, member, new.id), new)
    for guide in (old, new):
        if guide.status is not GuideStatus.PUBLISHED:
            raise UserInputError(
                f"guide {guide.id!r} is {guide.status}; only a published guide takes the place of "
                "another published one"
            )
    now = work.clock.now()
    keep_act(unit, work, actor, old, StewardActKind.SUPERSEDED, reason, about=_once(work, new.id))
    unit.life.save_succession(
        Succession(
            guide_id=old.id,
            successor_id=new.id,
            community_id=old.community_id,
            by_id=actor.member.id,
            at=now,
        )
    )
    after = old.model_copy(update={"status": GuideStatus.SUPERSEDED})
    unit.guides.save_guide(after)
    inquiry = unit.inquiries.inquiry(old.inquiry_id)
    if inquiry is not None:
        close_questions(unit, work, inquiry, unit.inquiries.questions(inquiry.id))
    log_act(unit, work, actor, old, Action.GUIDE_SUPERSEDED, f"by:{new.id}")
    return after


def restore(work: Workplace, actor: Actor, guide_id: str, reason: str) -> Guide:
    """Bring back a guide that a steward retracted or replaced, as it was published.

    Raises `UserInputError` without a reason, for any other guide, and where its words could not
    be published today: a message it rests on was deleted, made private or taken back, a yes is
    missing, or a check stops it. `PermissionDeniedError` for somebody who is no steward.
    """
    known = find_guide(work, guide_id)
    _check_reason(reason)
    check_sees_evidence(work, actor.member, known)
    refuse_stopped(check_guide(work, known.id), known)
    with work.store.writing() as unit:
        guide = guide_in(unit, known.id)
        _check_community(actor, guide)
        check_may(unit, work, actor, Deed.RESTORE, guide)
        _check_restorable(unit, guide)
        before = guide.status
        keep_act(unit, work, actor, guide, StewardActKind.RESTORED, reason, about=_once(work))
        unit.life.drop_succession(guide.id)
        after = guide.model_copy(update={"status": GuideStatus.PUBLISHED})
        unit.guides.save_guide(after)
        inquiry = unit.inquiries.inquiry(guide.inquiry_id)
        if inquiry is not None and inquiry.status is InquiryStatus.CLOSED:
            again = {
                "status": InquiryStatus.PUBLISHED,
                "close_reason": None,
                "updated_at": work.clock.now(),
            }
            unit.inquiries.save_inquiry(inquiry.model_copy(update=again))
        log_act(unit, work, actor, guide, Action.GUIDE_RESTORED, f"from:{before.value}")
    with suppress(StoreError):
        index_guides(work)
    return after


def led_to(work: Workplace, guide_id: str) -> Led:
    """The guide that stands in the place of the one looked for: itself, for most."""
    known = find_guide(work, guide_id)
    with work.store.reading() as unit:
        guide = guide_in(unit, known.id)
        through: list[tuple[Guide, Succession]] = []
        while guide.status is GuideStatus.SUPERSEDED and len(through) < MOST_STEPS:
            succession = unit.life.succession(guide.id)
            if succession is None:
                break
            through.append((guide, succession))
            guide = guide_in(unit, succession.successor_id)
    return Led(guide, tuple(through))


def replaced_by(work: Workplace, guide_id: str) -> Sequence[Guide]:
    """Guides whose place this one took, by id."""
    known = find_guide(work, guide_id)
    with work.store.reading() as unit:
        return [guide_in(unit, one.guide_id) for one in unit.life.succeeded_by(known.id)]


def _check_restorable(unit: Unit, guide: Guide) -> None:
    if guide.status not in (GuideStatus.RETRACTED, GuideStatus.SUPERSEDED):
        raise UserInputError(f"guide {guide.id!r} is {guide.status}; there is nothing to restore")
    inquiry = unit.inquiries.inquiry(guide.inquiry_id)
    by_authors = inquiry is not None and inquiry.close_reason not in (None, CloseReason.RETRACTED)
    if guide.published_at is None or (guide.status is GuideStatus.RETRACTED and by_authors):
        raise UserInputError(
            f"guide {guide.id!r} was not taken back by a steward; what its authors took back or "
            "never agreed to does not return"
        )
    spans = [span for s in guide.current.sentences() for span in s.evidence]
    spans.append(guide.current.title_evidence)
    messages = unit.talk.messages({span.message_id for span in spans})
    changes = corrections_for(unit, guide.id, guide.community_id)
    for span in spans:
        message = messages.get(span.message_id)
        thread = unit.talk.thread(message.thread_id) if message else None
        gone = message is None or message.deleted or thread is None
        hidden = thread is not None and thread.private and thread.source != INTERVIEW_SOURCE
        if gone or hidden or any(change.retires(span) for change in changes):
            raise UserInputError(
                f"guide {guide.id!r} rests on a message that was deleted, made private or taken "
                "back since; it cannot be restored"
            )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise UserInputError("say why, so that others can follow it; nothing was changed")


def _check_community(actor: Actor, guide: Guide) -> None:
    if actor.member.community_id != guide.community_id:
        raise PermissionDeniedError(f"guide {guide.id!r} belongs to another community")


def _once(work: Workplace, about: str = "") -> str:
    """Tells an act from an earlier one of the same kind on the same version."""
    return f"{about}@{work.clock.now().isoformat()}"
