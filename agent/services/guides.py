"""Guides as people meet them: confirm, review, list, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from agent.inquiry.wakes import due_key, plan_wake
from agent.journal import note
from agent.method.measures import publishable
from agent.policy.access import may_review
from agent.services.identity import Actor
from agent.services.indexing import index_guides
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, StoreError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import (
    Confirmation,
    Decision,
    Guide,
    GuideStatus,
    Review,
)
from memory.records.inquiry import DueKind, Inquiry, InquiryStatus
from memory.records.people import Credit, Member
from memory.records.talk import Message
from memory.store.protocols import Unit

DECISION_ACTION = {
    Decision.APPROVE: Action.GUIDE_APPROVED,
    Decision.REVISE: Action.GUIDE_RETURNED,
    Decision.REJECT: Action.GUIDE_REJECTED,
}


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A guide with the messages and people it cites, read in one transaction."""

    guide: Guide
    messages: Mapping[str, Message]
    members: Mapping[str, Member]
    reviews: Sequence[Review]


def list_guides(
    work: Workplace, community_id: str, statuses: Sequence[GuideStatus] = ()
) -> Sequence[Guide]:
    """Guides of a community, by id."""
    with work.store.reading() as unit:
        return unit.guides.guides(community_id, statuses)


def find_guide(work: Workplace, guide_id: str) -> Guide:
    """By guide or inquiry id, or a unique beginning of one. Raises `UserInputError`."""
    with work.store.reading() as unit:
        guide = unit.guides.guide(guide_id)
        if guide is not None:
            return guide
        found = [
            g
            for g in unit.guides.guides()
            if guide_id
            and any(
                i.startswith(guide_id) or i.partition("_")[2].startswith(guide_id)
                for i in (g.id, g.inquiry_id)
            )
        ]
    if len(found) != 1:
        problem = "several guides begin" if found else "no guide begins"
        raise UserInputError(f"{problem} with {guide_id!r}; see `passdown guides`")
    return found[0]


def open_page(work: Workplace, guide_id: str) -> GuidePage:
    """Read a guide with everything it cites."""
    guide_id = find_guide(work, guide_id).id
    with work.store.reading() as unit:
        guide = _guide(unit, guide_id)
        ids = {span.message_id for s in guide.current.sentences() for span in s.evidence}
        ids.add(guide.current.title_evidence.message_id)
        ids |= {step.message_id for step in guide.current.trail}
        messages = unit.talk.messages(ids)
        people = {m.author_id for m in messages.values() if m.author_id}
        people |= {step.author_id for step in guide.current.trail if step.author_id}
        people |= {s.author_id for s in guide.current.sentences()}
        members = {
            member.id: member
            for member_id in sorted(people)
            if (member := unit.people.member(member_id)) is not None
        }
        return GuidePage(guide, messages, members, unit.guides.reviews(guide_id))


def drafts_to_confirm(work: Workplace, member: Member) -> Sequence[Guide]:
    """Drafts that wait for this person's yes."""
    with work.store.reading() as unit:
        drafts = unit.guides.guides(member.community_id, [GuideStatus.DRAFT])
        return [
            g
            for g in drafts
            if member.id in g.awaiting() and _waits(unit, g, InquiryStatus.WAITING_FOR_CONFIRMATION)
        ]


def guides_to_review(work: Workplace, community_id: str) -> Sequence[Guide]:
    """Confirmed guides that wait for a steward."""
    with work.store.reading() as unit:
        confirmed = unit.guides.guides(community_id, [GuideStatus.CONFIRMED])
        return [g for g in confirmed if _waits(unit, g, InquiryStatus.WAITING_FOR_REVIEW)]


def _waits(unit: Unit, guide: Guide, status: InquiryStatus) -> bool:
    inquiry = unit.inquiries.inquiry(guide.inquiry_id)
    return inquiry is not None and inquiry.status is status


def _guide(unit: Unit, guide_id: str) -> Guide:
    guide = unit.guides.guide(guide_id)
    if guide is None:
        raise UserInputError(f"no guide {guide_id!r}")
    return guide


def confirm_guide(
    work: Workplace, actor: Actor, guide_id: str, *, credit: Credit | None = None
) -> Guide:
    """Say yes to one's own words in a draft, credited as chosen. The last yes sends it on."""
    known = find_guide(work, guide_id)
    now = work.clock.now()
    with work.store.writing() as unit:
        guide = _draft_of(unit, known.id, actor.member)
        confirmation = Confirmation(
            guide_id=guide.id,
            version=guide.current.number,
            member_id=actor.member.id,
            credit=credit or actor.member.consent.credit,
            confirmed_at=now,
        )
        guide = guide.model_copy(update={"confirmations": (*guide.confirmations, confirmation)})
        complete = not guide.awaiting()
        if complete:
            guide = guide.model_copy(update={"status": GuideStatus.CONFIRMED})
            unit.inquiries.drop_due(due_key(DueKind.EXPIRE, guide.id))
            _move(unit, work, guide, InquiryStatus.WAITING_FOR_REVIEW)
        unit.guides.save_guide(guide)
        _log(unit, work, actor, guide, Action.GUIDE_CONFIRMED, f"credit:{confirmation.credit}")
    if complete:
        _advance(work, guide)
    return guide


def withdraw_draft(work: Workplace, actor: Actor, guide_id: str) -> Guide:
    """Say no, or take back a yes before publication: the draft is let go, the inquiry ends."""
    known = find_guide(work, guide_id)
    with work.store.writing() as unit:
        guide = _guide_with_words_of(unit, known.id, actor.member)
        if guide.status not in (GuideStatus.DRAFT, GuideStatus.CONFIRMED):
            raise UserInputError(f"guide {guide.id!r} is {guide.status}; only a draft is let go")
        guide = guide.model_copy(update={"status": GuideStatus.REJECTED})
        unit.guides.save_guide(guide)
        unit.inquiries.drop_due(due_key(DueKind.EXPIRE, guide.id))
        plan_wake(unit, guide.community_id, guide.inquiry_id, work.clock.now())
        _log(unit, work, actor, guide, Action.GUIDE_WITHDRAWN, "by_author")
    _advance(work, guide)
    return guide


def _guide_with_words_of(unit: Unit, guide_id: str, member: Member) -> Guide:
    guide = _guide(unit, guide_id)
    authors = {s.author_id for s in guide.current.sentences()}
    if member.id not in authors:
        raise PermissionDeniedError(f"none of your words stand in guide {guide.id!r}")
    return guide


def _draft_of(unit: Unit, guide_id: str, member: Member) -> Guide:
    guide = _guide_with_words_of(unit, guide_id, member)
    verified = _waits(unit, guide, InquiryStatus.WAITING_FOR_CONFIRMATION)
    if guide.status is not GuideStatus.DRAFT or member.id not in guide.awaiting() or not verified:
        raise UserInputError(f"guide {guide.id!r} does not wait for you; it is {guide.status}")
    return guide


def review_guide(
    work: Workplace, actor: Actor, guide_id: str, decision: Decision, comment: str = ""
) -> Guide:
    """Decide on a confirmed guide. Of two stewards at once the first decides.

    Raises `PermissionDeniedError` without the right, `UserInputError` for a guide that does not
    wait for a decision, or a revision or rejection without a comment.
    """
    known = find_guide(work, guide_id)
    if decision is not Decision.APPROVE and not comment.strip():
        raise UserInputError("say in a comment what has to change, or why it is rejected")
    now = work.clock.now()
    with work.store.writing() as unit:
        guide = _guide(unit, known.id)
        refusal = may_review(actor.member, guide)
        if refusal:
            raise PermissionDeniedError(refusal)
        if guide.status is not GuideStatus.CONFIRMED:
            raise UserInputError(
                f"guide {guide.id!r} does not wait for a decision; it is {guide.status}"
            )
        obstacles = publishing_obstacles(work, guide)
        if decision is Decision.APPROVE and obstacles:
            raise UserInputError(
                f"guide {guide.id!r} cannot be published yet: {'; '.join(obstacles)}; send it back "
                "with --revise"
            )
        version = guide.current.number
        if any(review.version == version for review in unit.guides.reviews(guide.id)):
            raise UserInputError(f"version {version} of guide {guide.id!r} is decided already")
        unit.guides.save_review(
            Review(
                id=Review.id_of(guide.id, version, actor.member.id),
                community_id=guide.community_id,
                guide_id=guide.id,
                version=version,
                reviewer_id=actor.member.id,
                decision=decision,
                comment=comment.strip(),
                decided_at=now,
            )
        )
        if decision is not Decision.APPROVE:
            status = GuideStatus.DRAFT if decision is Decision.REVISE else GuideStatus.REJECTED
            unit.guides.save_guide(guide.model_copy(update={"status": status}))
        plan_wake(unit, guide.community_id, guide.inquiry_id, now)
        _log(unit, work, actor, guide, DECISION_ACTION[decision], f"version:{version}")
    _advance(work, guide)
    return find_guide(work, guide.id)


def publishing_obstacles(work: Workplace, guide: Guide) -> tuple[str, ...]:
    """What the policy still misses before a guide may be published, in words."""
    version = guide.current
    return publishable(version.measures, version.coverage, work.policy.guide)[1]


def _move(unit: Unit, work: Workplace, guide: Guide, status: InquiryStatus) -> Inquiry | None:
    now = work.clock.now()
    inquiry = unit.inquiries.inquiry(guide.inquiry_id)
    if inquiry is not None and inquiry.is_open:
        unit.inquiries.save_inquiry(
            inquiry.model_copy(update={"status": status, "updated_at": now})
        )
    plan_wake(unit, guide.community_id, guide.inquiry_id, now)
    return inquiry


def _advance(work: Workplace, guide: Guide) -> None:
    """Let the inquiry go on. An index that cannot be written now catches up later."""
    work.runner.advance(guide.inquiry_id)
    with suppress(StoreError):
        index_guides(work)


def _log(
    unit: Unit, work: Workplace, actor: Actor, guide: Guide, action: Action, reason: str
) -> None:
    note(
        unit,
        work.clock.now(),
        guide.community_id,
        action,
        guide.id,
        **actor.logged(),
        reason=reason,
    )
