"""Taking a published guide back: it leaves the search and all reading at once."""

from __future__ import annotations

from contextlib import suppress

from agent.policy.governance import Deed
from agent.services.governing import check_may
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.indexing import index_guides
from agent.services.settling import close_questions, guide_in, log_act
from agent.services.workplace import Workplace
from memory.errors import StoreError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import CloseReason, InquiryStatus
from memory.records.stewarding import StewardAct, StewardActKind
from memory.store.protocols import Unit


def retract_published(work: Workplace, actor: Actor, guide_id: str, reason: str) -> Guide:
    """Retract a published guide, with a reason that its authors and stewards may read.

    Nothing of it is shown, found or exported from then on; an export made before loses it with the
    next `passdown export`. An index that cannot be written now catches up later. Raises
    `UserInputError` without a reason or for a guide that is not published.
    """
    known = find_guide(work, guide_id)
    if not reason.strip():
        raise UserInputError("say why the guide is taken back")
    with work.store.writing() as unit:
        guide = guide_in(unit, known.id)
        steward = unit.people.member(actor.member.id) or actor.member
        check_may(unit, work, actor, Deed.RETRACT, guide)
        if guide.status is not GuideStatus.PUBLISHED:
            raise UserInputError(
                f"guide {guide.id!r} is not published; it is {guide.status}, so there is nothing "
                "to take back"
            )
        kind, number = StewardActKind.RETRACTED, guide.current.number
        unit.desk.save_act(
            StewardAct(
                id=StewardAct.id_of(guide.id, number, kind, steward.id, _again(unit, guide, kind)),
                community_id=guide.community_id,
                guide_id=guide.id,
                version=number,
                kind=kind,
                by_id=steward.id,
                comment=reason.strip(),
                made_at=work.clock.now(),
            )
        )
        gone = guide.model_copy(update={"status": GuideStatus.RETRACTED})
        unit.guides.save_guide(gone)
        inquiry = unit.inquiries.inquiry(guide.inquiry_id)
        if inquiry is not None and inquiry.status is InquiryStatus.PUBLISHED:
            close_questions(unit, work, inquiry, unit.inquiries.questions(inquiry.id))
            ended = {
                "status": InquiryStatus.CLOSED,
                "close_reason": CloseReason.RETRACTED,
                "updated_at": work.clock.now(),
            }
            unit.inquiries.save_inquiry(inquiry.model_copy(update=ended))
        log_act(unit, work, actor, guide, Action.GUIDE_RETRACTED, "by_steward")
    with suppress(StoreError):
        index_guides(work)
    return gone


def _again(unit: Unit, guide: Guide, kind: StewardActKind) -> str | None:
    """Tells a retraction from earlier ones of a guide that was restored; `None`: the first."""
    before = sum(act.kind is kind for act in unit.desk.acts(guide.id))
    return f"{before + 1}" if before else None
