"""Nodes that make a guide: draft, verify, wait for the experts' yes and the steward's, publish."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from agent.inquiry.deadlines import plan_confirmation
from agent.inquiry.dossier import Dossier, read_dossier
from agent.inquiry.redrafting import as_credited, draft_version, still_given, without_retired
from agent.inquiry.state import AgentContext, InquiryState
from agent.inquiry.telling import says_enough, shaped, told
from agent.inquiry.wakes import due_key, plan, plan_wake
from agent.journal import note
from agent.privacy.guides import conceal_in, look_ahead
from agent.stopped import stops_on_guide
from memory.records.decisions import Action
from memory.records.guide import (
    Decision,
    Guide,
    GuideStatus,
    GuideVersion,
    key_of,
)
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
    QuestionStatus.ENOUGH: CloseReason.SKIPPED,
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


LET_GO = frozenset({GuideStatus.REJECTED, GuideStatus.RETRACTED})


def _reason_let_go(dossier: Dossier) -> CloseReason:
    """Whether a steward turned the guide down, or no author stood by it."""
    if dossier.withdrawn is not None:
        return dossier.withdrawn
    turned_down = any(review.decision is Decision.REJECT for review in dossier.reviews)
    return CloseReason.REJECTED if turned_down else CloseReason.NOT_CONFIRMED


def draft_guide(
    state: InquiryState, runtime: Runtime[AgentContext]
) -> Command[Literal["verify_grounding", "draft_guide", "close_inquiry"]]:
    """Write the next version from what was said; too little said closes the inquiry.

    What an author said meanwhile about the meaning of a sentence is drafted anew.
    """
    context = runtime.context
    with context.store.reading() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
    guide_id = Guide.id_of(dossier.inquiry.id)
    if dossier.guide is not None and not (dossier.sent_back or dossier.read_anew):
        return Command(goto="verify_grounding", update={"guide_id": guide_id})
    if dossier.withdrawn is not None:
        return _close(dossier.withdrawn)
    exchanges = dossier.exchanges(context.engine)
    coverage, claims = told(context, dossier, exchanges)
    if not exchanges or not claims:
        return _close(_reason_without_draft(dossier, anything_said=False))
    number = dossier.guide.current.number + 1 if dossier.guide else 1
    now = context.clock.now()
    version = draft_version(context, dossier, number, claims, exchanges, coverage)
    if version is None or not says_enough(context, dossier, version):
        return _close(_reason_without_draft(dossier, anything_said=True))
    guide = Guide(
        id=guide_id,
        community_id=dossier.inquiry.community_id,
        inquiry_id=dossier.inquiry.id,
        status=GuideStatus.DRAFT,
        current=version,
        credits=dossier.guide.credits if dossier.guide else (),
        confirmations=still_given(dossier.guide, version) if dossier.guide else (),
        approved=dossier.guide.approved if dossier.guide else (),
    )
    guide = _concealed(context, dossier, guide)
    with context.store.writing() as unit:
        if tuple(unit.inbox.meanings(dossier.inquiry.id)) != dossier.meanings:
            return Command(goto="draft_guide")
        stored = unit.guides.guide(guide_id)
        late = stored is not None and stored.current.number >= number
        if late or (stored is not None and stored.status in LET_GO):
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
            reason=_drafted(guide.current),
        )
    return Command(goto="verify_grounding", update={"guide_id": guide_id})


def _concealed(context: AgentContext, dossier: Dossier, guide: Guide) -> Guide:
    """The draft as it is stored: private words masked, and its authors as they wish to appear."""
    credited = as_credited(guide, dossier)
    with context.store.reading() as unit:
        version = conceal_in(unit, context.policy.privacy, credited, guide.current)
    if version == guide.current:
        return credited
    kept = still_given(dossier.guide, version) if dossier.guide else ()
    return as_credited(
        guide.model_copy(update={"current": version, "confirmations": kept}), dossier
    )


def _drafted(version: GuideVersion) -> str:
    """Which version it is, and how many of its sentences a model worded."""
    worded = sum(bool(sentence.worded_by) for sentence in version.sentences())
    return f"version:{version.number}" + (f"-worded:{worded}" if worded else "")


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
) -> Command[Literal["await_confirmation", "draft_guide", "close_inquiry"]]:
    """Hold every sentence against the stored messages; what they do not carry is cut."""
    context = runtime.context
    now = context.clock.now()
    look_ahead(context.store, context.policy.privacy, state["guide_id"])
    with context.store.writing() as unit:
        dossier = read_dossier(unit, state["inquiry_id"])
        guide = dossier.guide
        if guide is None or guide.status is not GuideStatus.DRAFT:
            return Command(goto="await_confirmation")
        if dossier.read_anew:
            return Command(goto="draft_guide")
        usable = without_retired(unit, context, dossier, guide.current)
        if usable is None:
            return _close(CloseReason.TOO_LITTLE)
        kept, cut = context.engine.keep_grounded(
            usable, dossier.view, _evidence_texts(unit, usable)
        )
        if kept is None or not says_enough(context, dossier, kept):
            return _close(CloseReason.TOO_LITTLE)
        kept = shaped(context, dossier, kept)
        kept = conceal_in(unit, context.policy.privacy, guide, kept)
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
        waits = bool(guide.awaiting())
        if not waits:
            unit.guides.save_guide(guide.model_copy(update={"status": GuideStatus.CONFIRMED}))
        status = (
            InquiryStatus.WAITING_FOR_CONFIRMATION if waits else InquiryStatus.WAITING_FOR_REVIEW
        )
        unit.inquiries.save_inquiry(
            dossier.inquiry.model_copy(update={"status": status, "updated_at": now})
        )
        if waits:
            plan_confirmation(unit, context, guide)
    return Command(goto="await_confirmation")


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
    if guide.status in LET_GO:
        return _close(_reason_let_go(dossier))
    if dossier.sent_back or dossier.read_anew:
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
    if guide is not None and guide.status in LET_GO:
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
            (
                review
                for review in dossier.reviews
                if review.version == guide.current.number and review.decision is Decision.APPROVE
            ),
            None,
        )
        if stops_on_guide(unit, guide):
            later = now + timedelta(days=1)
            plan(unit, guide.community_id, DueKind.RESUME, guide.inquiry_id, later)
            return Command(goto="__end__")
        if approved is None or guide.status is not GuideStatus.CONFIRMED:
            plan_wake(unit, guide.community_id, guide.inquiry_id, now)
            return Command(goto="__end__")
        if unit.inquiries.claim_effect(f"publish:{guide.id}:{guide.current.number}", now):
            published = guide.model_copy(
                update={
                    "status": GuideStatus.PUBLISHED,
                    "review": approved,
                    "published_at": now,
                    "review_by": now + timedelta(days=context.policy.guide.review_after_days),
                    "approved": tuple(
                        dict.fromkeys(key_of(f, s) for f, s in guide.current.placed())
                    ),
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
