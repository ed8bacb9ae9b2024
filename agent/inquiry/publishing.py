"""Nodes that make a guide: draft, verify, wait for the experts' yes and the steward's, publish."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from agent.inquiry.dossier import Dossier, read_dossier
from agent.inquiry.state import AgentContext, InquiryState
from agent.inquiry.wakes import due_key, plan
from agent.journal import note
from agent.policy.hours import add_workdays
from memory.records.decisions import Action
from memory.records.guide import Decision, Guide, GuideStatus, GuideVersion
from memory.records.inquiry import (
    CloseReason,
    DueKind,
    Inquiry,
    InquiryStatus,
    QuestionStatus,
)
from memory.store.protocols import Unit

WITHOUT_WORDS = {
    QuestionStatus.SKIPPED: CloseReason.SKIPPED,
    QuestionStatus.STOPPED: CloseReason.STOPPED,
    QuestionStatus.EXPIRED: CloseReason.TIMED_OUT,
    QuestionStatus.REFERRED: CloseReason.NOBODY_TO_ASK,
    QuestionStatus.ANSWERED: CloseReason.TOO_LITTLE,
}
"""Why an inquiry in which nothing was said ends, by what became of its last question."""


def _close(reason: CloseReason) -> Command[Any]:
    return Command(goto="close_inquiry", update={"close_reason": reason.value})


def _reason_without_draft(dossier: Dossier, *, anything_said: bool) -> CloseReason:
    if anything_said:
        return CloseReason.TOO_LITTLE
    if not dossier.delivered:
        return (
            CloseReason.NOBODY_TO_ASK
            if dossier.inquiry.expert_id is None
            else CloseReason.NOTHING_MISSING
        )
    return WITHOUT_WORDS[dossier.delivered[-1].status]


def _reason_let_go(dossier: Dossier) -> CloseReason:
    """Whether a steward turned the guide down, or no author stood by it."""
    turned_down = any(review.decision is Decision.REJECT for review in dossier.reviews)
    return CloseReason.REJECTED if turned_down else CloseReason.NOT_CONFIRMED


def draft_guide(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["verify_grounding", "close_inquiry"]]:
    """Write the next version from what was said; too little said closes the inquiry."""
    context = runtime.context
    with context.store.reading() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
    guide_id = Guide.id_of(dossier.inquiry.id)
    if dossier.guide is not None and not dossier.sent_back:
        return Command(goto="verify_grounding", update={"guide_id": guide_id})
    exchanges = dossier.exchanges(context.engine)
    coverage = context.engine.coverage(dossier.view, dossier.anchor, exchanges)
    claims = context.engine.claims(dossier.inquiry, dossier.view, dossier.anchor, exchanges)
    if not exchanges or not claims:
        return _close(_reason_without_draft(dossier, anything_said=False))
    number = dossier.guide.current.number + 1 if dossier.guide else 1
    now = context.clock.now()
    version = context.engine.draft(guide_id, number, claims, dossier.view, exchanges, coverage, now)
    enough = context.policy.guide.draft_completeness
    if version is None or version.measures.completeness < enough:
        return _close(_reason_without_draft(dossier, anything_said=True))
    guide = Guide(
        id=guide_id,
        community_id=dossier.inquiry.community_id,
        inquiry_id=dossier.inquiry.id,
        status=GuideStatus.DRAFT,
        current=version,
    )
    with context.store.writing() as unit:
        stored = unit.guides.guide(guide_id)
        if stored is not None and stored.current.number >= number:
            return Command(goto="verify_grounding", update={"guide_id": guide_id})
        unit.inquiries.save_coverage(dossier.inquiry.id, coverage)
        unit.guides.save_claims(claims)
        unit.guides.save_guide(guide)
        unit.inquiries.save_inquiry(
            dossier.inquiry.model_copy(update={"guide_id": guide_id, "updated_at": now})
        )
        note(
            unit,
            now,
            guide.community_id,
            Action.GUIDE_DRAFTED,
            guide_id,
            reason=f"version:{number}",
        )
    return Command(goto="verify_grounding", update={"guide_id": guide_id})


def _evidence_texts(unit: Unit, version: GuideVersion) -> dict[str, str]:
    """Present texts of what a version cites, its title included; deleted messages have none."""
    return {
        message.id: message.text
        for message in unit.talk.messages(_cited(version)).values()
        if not message.deleted
    }


def _cited(version: GuideVersion) -> set[str]:
    spans = [span for sentence in version.sentences() for span in sentence.evidence]
    return {span.message_id for span in (*spans, version.title_evidence)}


def verify_grounding(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["await_confirmation", "close_inquiry"]]:
    """Hold every sentence against the stored messages; what they do not carry is cut."""
    context = runtime.context
    now = context.clock.now()
    with context.store.writing() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
        guide = dossier.guide
        if guide is None or guide.status is not GuideStatus.DRAFT:
            return Command(goto="await_confirmation")
        kept, cut = context.engine.keep_grounded(
            guide.current, dossier.view, _evidence_texts(unit, guide.current)
        )
        enough = context.policy.guide.draft_completeness
        if kept is None or kept.measures.completeness < enough:
            return _close(CloseReason.TOO_LITTLE)
        if kept != guide.current:
            kept = kept.model_copy(update={"number": guide.current.number + 1})
            guide = guide.model_copy(update={"current": kept})
            unit.guides.save_guide(guide)
            note(
                unit,
                now,
                guide.community_id,
                Action.SENTENCE_CUT,
                guide.id,
                reason=f"sentences:{cut}",
            )
        unit.inquiries.save_inquiry(
            dossier.inquiry.model_copy(
                update={"status": InquiryStatus.WAITING_FOR_CONFIRMATION, "updated_at": now}
            )
        )
        _plan_confirmation(unit, context, guide)
    return Command(goto="await_confirmation")


def _plan_confirmation(unit: Unit, context: AgentContext, guide: Guide) -> None:
    """Plan the end of waiting: the latest of its authors' deadlines."""
    now = context.clock.now()
    days = context.policy.guide.confirm_within_workdays
    authors = [unit.people.member(member_id) for member_id in guide.awaiting()]
    deadlines = [add_workdays(m, context.policy.ask, now, days) for m in authors if m is not None]
    at = max(deadlines, default=now + timedelta(days=days))
    plan(unit, guide.community_id, DueKind.EXPIRE, guide.id, at)


def await_confirmation(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["await_confirmation", "await_review", "draft_guide", "close_inquiry"]]:
    """Wait until every author has said yes to their own words, or one has said no."""
    with runtime.context.store.reading() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
    guide = dossier.guide
    if guide is None:
        return Command(goto="draft_guide")
    if guide.status in (GuideStatus.CONFIRMED, GuideStatus.PUBLISHED):
        return Command(goto="await_review", update={"guide_id": guide.id})
    if guide.status is GuideStatus.REJECTED:
        return _close(_reason_let_go(dossier))
    if dossier.sent_back:
        return Command(goto="draft_guide")
    interrupt({"waits_for": "confirmation", "guide_id": guide.id})
    return Command(goto="await_confirmation")


def await_review(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["await_review", "publish_guide", "choose_expert", "close_inquiry"]]:
    """Wait for the steward's decision on this version and route on it."""
    with runtime.context.store.reading() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
    guide = dossier.guide
    if guide is not None and guide.status is GuideStatus.REJECTED:
        return _close(_reason_let_go(dossier))
    if guide is not None:
        for review in dossier.reviews:
            if review.version != guide.current.number:
                continue
            if review.decision is Decision.APPROVE:
                return Command(goto="publish_guide")
            if review.decision is Decision.REVISE:
                return Command(goto="choose_expert")
            return _close(_reason_let_go(dossier))
    interrupt({"waits_for": "review", "guide_id": state["guide_id"]})
    return Command(goto="await_review")


def publish_guide(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["close_inquiry", "__end__"]]:
    """Publish the approved version, once; the store marks it for the index in one step."""
    context = runtime.context
    now = context.clock.now()
    with context.store.writing() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
        guide = dossier.guide
        if guide is None or guide.status is GuideStatus.PUBLISHED:
            return Command(goto="__end__")
        if dossier.withdrawn is not None:
            return _close(dossier.withdrawn)
        if _cited(guide.current) != set(_evidence_texts(unit, guide.current)):
            return _close(CloseReason.SOURCE_DELETED)
        approved = next(
            review
            for review in dossier.reviews
            if review.version == guide.current.number and review.decision is Decision.APPROVE
        )
        if unit.inquiries.claim_effect(f"publish:{guide.id}:{guide.current.number}", now):
            published = guide.model_copy(
                update={
                    "status": GuideStatus.PUBLISHED,
                    "review": approved,
                    "published_at": now,
                    "review_by": now + timedelta(days=context.policy.guide.review_after_days),
                }
            )
            unit.guides.save_guide(published)
            unit.inquiries.save_inquiry(
                dossier.inquiry.model_copy(
                    update={"status": InquiryStatus.PUBLISHED, "updated_at": now}
                )
            )
            note(
                unit,
                now,
                guide.community_id,
                Action.GUIDE_PUBLISHED,
                guide.id,
                reason=f"version:{guide.current.number}",
            )
    return Command(goto="__end__")


def close_inquiry(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["__end__"]]:
    """End without a guide, silently; nothing is ever held against the person.

    Whatever still waits for somebody is let go with it: an open question, an unpublished guide.
    """
    context = runtime.context
    now = context.clock.now()
    reason = CloseReason(state["close_reason"])
    with context.store.writing() as unit:
        inquiry = unit.inquiries.inquiry(state["inquiry_id"])
        if inquiry is None or not inquiry.is_open:
            return Command(goto="__end__")
        _let_go(unit, inquiry, now)
        closed = {"status": InquiryStatus.CLOSED, "close_reason": reason, "updated_at": now}
        unit.inquiries.save_inquiry(inquiry.model_copy(update=closed))
        note(
            unit,
            now,
            inquiry.community_id,
            Action.INQUIRY_CLOSED,
            inquiry.id,
            reason=reason.value,
        )
    return Command(goto="__end__")


def _let_go(unit: Unit, inquiry: Inquiry, now: datetime) -> None:
    for question in unit.inquiries.questions(inquiry.id):
        if question.status is QuestionStatus.OPEN:
            expired = {"status": QuestionStatus.EXPIRED, "closed_at": now}
            unit.inquiries.save_question(question.model_copy(update=expired))
            for kind in (DueKind.REMIND, DueKind.EXPIRE):
                unit.inquiries.drop_due(due_key(kind, question.id))
    unit.inquiries.drop_due(due_key(DueKind.TRY_TO_ASK, inquiry.id))
    guide = unit.guides.guide(inquiry.guide_id) if inquiry.guide_id else None
    if guide is not None:
        unit.inquiries.drop_due(due_key(DueKind.EXPIRE, guide.id))
        if guide.status in (GuideStatus.DRAFT, GuideStatus.CONFIRMED):
            unit.guides.save_guide(guide.model_copy(update={"status": GuideStatus.REJECTED}))
