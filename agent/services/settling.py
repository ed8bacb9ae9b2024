"""Storing a guide after a person's act: its status, its inquiry, what is due, and the log.

One rule for every act: new words need the yes of all their authors and a steward's approval again;
words that only go need neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from agent.inquiry.deadlines import plan_confirmation
from agent.inquiry.wakes import due_key, plan_wake
from agent.journal import note
from agent.privacy.guides import conceal_in
from agent.services.identity import Actor
from agent.services.indexing import index_guides
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, StoreError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import (
    Decision,
    Guide,
    GuideStatus,
    GuideVersion,
    Review,
    key_of,
)
from memory.records.inquiry import (
    CloseReason,
    DueKind,
    Inquiry,
    InquiryStatus,
    Question,
    QuestionStatus,
)
from memory.records.people import Member
from memory.store.protocols import Unit

ALIVE = frozenset({GuideStatus.DRAFT, GuideStatus.CONFIRMED, GuideStatus.PUBLISHED})


def guide_in(unit: Unit, guide_id: str) -> Guide:
    """The guide as stored now. Raises `UserInputError` for an unknown one."""
    guide = unit.guides.guide(guide_id)
    if guide is None:
        raise UserInputError(f"no guide {guide_id!r}")
    return guide


def guide_with_words_of(unit: Unit, guide_id: str, member: Member) -> Guide:
    """The guide, if something stands in it in this name; else `PermissionDeniedError`."""
    guide = guide_in(unit, guide_id)
    if member.id not in guide.current.authors():
        raise PermissionDeniedError(f"none of your words stand in guide {guide.id!r}")
    return guide


def check_unchanged(guide: Guide, version: int | None) -> None:
    """Raises `UserInputError` where the guide is not the version that was looked at any more."""
    if version is not None and version != guide.current.number:
        raise UserInputError(
            f"guide {guide.id!r} was changed meanwhile: it is version {guide.current.number} now, "
            f"you looked at {version}; nothing was changed, look again with `passdown mine "
            f"{guide.id}`"
        )


def is_sent_back(unit: Unit, guide: Guide) -> bool:
    """Whether a steward sent the present version back, so that another one will be drafted."""
    return any(_sends_back(review, guide) for review in unit.guides.reviews(guide.id))


def _sends_back(review: Review, guide: Guide) -> bool:
    return review.decision is Decision.REVISE and review.version == guide.current.number


def check_alive(unit: Unit, guide: Guide) -> None:
    """Raises `UserInputError` for a guide that was let go, or that is being written just now."""
    if guide.status not in ALIVE:
        raise UserInputError(f"guide {guide.id!r} is {guide.status}; there is nothing to change")
    written = guide.status is not GuideStatus.DRAFT or _is_shown(unit, guide)
    if not written and not is_sent_back(unit, guide):
        raise UserInputError(f"guide {guide.id!r} is being written just now; try again in a moment")


def settle(
    unit: Unit, work: Workplace, changed: Guide, version: GuideVersion | None = None
) -> Guide:
    """Store the guide, with `version` as its words where given, under the status it has earned.

    A published guide stays out there as long as every sentence has its authors' yes and a
    steward's approval; a corrected one leaves the search until it has both. While a version is
    being written, or asked about again, it stays a draft.
    """
    stored = guide_in(unit, changed.id)
    before = stored.current
    current = before
    if version is not None:
        current = conceal_in(unit, work.policy.privacy, changed, version)
    approved = changed.approved
    if stored.status is GuideStatus.PUBLISHED and not approved:
        approved = keys_in(before)
    kept = tuple(
        said.model_copy(update={"approved": said.approvals(before)})
        for said in changed.confirmations
    )
    words = {"current": current, "confirmations": kept, "approved": approved}
    drafted = changed.model_copy(update={**words, "status": GuideStatus.DRAFT})
    waits = bool(drafted.awaiting())
    stands = not waits and set(keys_in(current)) <= set(approved)
    if stored.status is GuideStatus.PUBLISHED and stands:
        return _keep(unit, work, drafted.model_copy(update={"status": stored.status}))
    if stored.status is GuideStatus.DRAFT and not _is_shown(unit, stored):
        _carry_reviews(unit, stored, current.number)
        return _keep(unit, work, drafted)
    status = GuideStatus.DRAFT if waits else GuideStatus.CONFIRMED
    unpublished = {"review": None, "published_at": None, "review_by": None, "status": status}
    settled = drafted.model_copy(update=unpublished)
    _move(unit, work, settled)
    return _keep(unit, work, settled)


def keys_in(version: GuideVersion) -> tuple[str, ...]:
    """`sentence_key` of every sentence, each once."""
    return tuple(dict.fromkeys(key_of(facet, s) for facet, s in version.placed()))


def _is_shown(unit: Unit, draft: Guide) -> bool:
    """Whether a draft is put to its authors as it is: neither in the writing nor sent back."""
    waiting = _inquiry(unit, draft).status is InquiryStatus.WAITING_FOR_CONFIRMATION
    return waiting and not is_sent_back(unit, draft)


def _keep(unit: Unit, work: Workplace, guide: Guide) -> Guide:
    unit.guides.save_guide(guide)
    plan_wake(unit, guide.community_id, guide.inquiry_id, work.clock.now())
    return guide


def _move(unit: Unit, work: Workplace, guide: Guide) -> None:
    """Let the inquiry wait for whom the guide waits for, even if it had ended with the guide."""
    inquiry = _inquiry(unit, guide)
    if guide.status is GuideStatus.DRAFT:
        status = InquiryStatus.WAITING_FOR_CONFIRMATION
        plan_confirmation(unit, work.context, guide)
    else:
        status = InquiryStatus.WAITING_FOR_REVIEW
        unit.inquiries.drop_due(due_key(DueKind.EXPIRE, guide.id))
    moved = {"status": status, "updated_at": work.clock.now()}
    unit.inquiries.save_inquiry(inquiry.model_copy(update=moved))


def _inquiry(unit: Unit, guide: Guide) -> Inquiry:
    inquiry = unit.inquiries.inquiry(guide.inquiry_id)
    if inquiry is None:
        raise StoreError(f"inquiry {guide.inquiry_id!r} of {guide.id!r} is not in the store")
    return inquiry


def _carry_reviews(unit: Unit, guide: Guide, number: int) -> None:
    """What sent a version back sends the one back too from which its author took something."""
    for review in unit.guides.reviews(guide.id):
        if _sends_back(review, guide) and number != review.version:
            carried = Review.id_of(guide.id, number, review.reviewer_id)
            unit.guides.save_review(review.model_copy(update={"id": carried, "version": number}))


def retract(unit: Unit, work: Workplace, guide: Guide) -> Guide:
    """Let a guide go of which its authors left nothing worth reading; none of it is shown again."""
    now = work.clock.now()
    inquiry = _inquiry(unit, guide)
    gone = guide.model_copy(update={"status": GuideStatus.RETRACTED})
    unit.guides.save_guide(gone)
    unit.inquiries.drop_due(due_key(DueKind.EXPIRE, guide.id))
    close_questions(unit, work, inquiry, unit.inquiries.questions(inquiry.id))
    if inquiry.status is InquiryStatus.PUBLISHED:
        ended = {
            "status": InquiryStatus.CLOSED,
            "close_reason": CloseReason.WITHDRAWN,
            "updated_at": now,
        }
        unit.inquiries.save_inquiry(inquiry.model_copy(update=ended))
    plan_wake(unit, guide.community_id, guide.inquiry_id, now)
    note(unit, now, guide.community_id, Action.GUIDE_RETRACTED, guide.id, reason="too_little_left")
    return gone


def close_questions(
    unit: Unit, work: Workplace, inquiry: Inquiry, questions: Sequence[Question]
) -> None:
    """Close those of the questions that are open, without holding it against anybody."""
    now = work.clock.now()
    for question in questions:
        if question.status is QuestionStatus.OPEN:
            closed = {"status": QuestionStatus.STOPPED, "closed_at": now}
            unit.inquiries.save_question(question.model_copy(update=closed))
            for kind in (DueKind.REMIND, DueKind.EXPIRE):
                unit.inquiries.drop_due(due_key(kind, question.id))
            plan_wake(unit, inquiry.community_id, inquiry.id, now)


def log_act(
    unit: Unit, work: Workplace, actor: Actor, guide: Guide, action: Action, reason: str
) -> None:
    """One line in the log about a guide, by whoever acted."""
    now = work.clock.now()
    note(unit, now, guide.community_id, action, guide.id, **actor.logged(), reason=reason)


def advance(work: Workplace, guide: Guide) -> None:
    """Let the inquiry go on. An index that cannot be written now catches up later."""
    work.runner.advance(guide.inquiry_id)
    with suppress(StoreError):
        index_guides(work)
