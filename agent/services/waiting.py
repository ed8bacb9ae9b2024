"""What time and changed rules do to those who wait: remind, end, and try again sooner."""

from __future__ import annotations

from agent.inquiry.turns import postpone, verdict_on
from agent.inquiry.wakes import due_key, plan, plan_wake
from agent.journal import note
from agent.policy.budgets import QUESTION_OPEN, Turn, Verdict
from agent.policy.patience import ends_at, remind_at
from agent.policy.pausing import in_force
from agent.services.consent import close_open_questions
from agent.services.stopping import is_frozen
from agent.services.workplace import Workplace
from memory.records.decisions import Action
from memory.records.guide import GuideStatus
from memory.records.inquiry import Due, DueKind, Inquiry, InquiryStatus, Question, QuestionStatus
from memory.records.people import Community
from memory.store.protocols import Unit


def reconsider(work: Workplace, community: Community) -> None:
    """Hold who waits against the rules of now, without running anything.

    A raised budget, a shorter leave or another time zone reaches a waiting inquiry here, before
    its planned try; what is open to somebody who is not to be asked any more is closed. Somebody
    who was busy with another question is left in peace until the time planned.
    """
    with work.store.writing() as unit:
        for question in unit.inquiries.open_questions():
            member = unit.people.member(question.asked_of)
            if member is not None and not member.may_be_asked:
                close_open_questions(unit, work.clock.now(), member.id)
        waiting = unit.inquiries.inquiries(community.id, [InquiryStatus.WAITING_FOR_TURN])
        for inquiry in waiting:
            _try_sooner(unit, work, inquiry)


def _try_sooner(unit: Unit, work: Workplace, inquiry: Inquiry) -> None:
    now = work.clock.now()
    planned = unit.inquiries.planned(due_key(DueKind.TRY_TO_ASK, inquiry.id))
    if planned is None or planned.at <= now:
        return
    if _last_reason(unit, inquiry) == QUESTION_OPEN:
        return
    verdict = _verdict(unit, work, inquiry)
    at = verdict.at if verdict is not None and verdict.turn is Turn.LATER else now
    if at is not None and at < planned.at:
        plan(unit, inquiry.community_id, DueKind.TRY_TO_ASK, inquiry.id, at)


def is_paused(unit: Unit, work: Workplace, community_id: str) -> bool:
    """Whether the agent is to leave this community in peace; what is due stays due."""
    return in_force(unit.pauses.open_pause(community_id), work.clock.now()) is not None


def try_to_ask(work: Workplace, due: Due) -> str | None:
    """The inquiry whose turn has come, or `None`: it waits on, with another try planned."""
    with work.store.writing() as unit:
        if is_paused(unit, work, due.community_id):
            return None
        unit.inquiries.drop_due(due.key)
        inquiry = unit.inquiries.inquiry(due.subject_id)
        verdict = _verdict(unit, work, inquiry) if inquiry is not None else None
        if inquiry is None or verdict is None or verdict.turn is not Turn.LATER:
            plan_wake(unit, due.community_id, due.subject_id, work.clock.now())
            return due.subject_id
        postpone(unit, work.context, inquiry, verdict)
    return None


def _verdict(unit: Unit, work: Workplace, inquiry: Inquiry) -> Verdict | None:
    """Whether the person it waits for may be asked now; `None`: it waits for nobody."""
    if inquiry.status is not InquiryStatus.WAITING_FOR_TURN or inquiry.expert_id is None:
        return None
    moment = unit.inquiries.moment(inquiry.moment_id)
    thread = unit.talk.thread(moment.thread_id) if moment else None
    member = unit.people.member(inquiry.expert_id)
    if member is None or thread is None:
        return None
    return verdict_on(unit, work.context, member, thread)


def _last_reason(unit: Unit, inquiry: Inquiry) -> str:
    """Code of what was decided last about an inquiry."""
    last = unit.log.decisions(inquiry.id, limit=1)
    return last[-1].reason if last else ""


def remind(work: Workplace, due: Due) -> int:
    """Mark the question as reminded of, once and within asking hours; the inbox shows it so."""
    now = work.clock.now()
    with work.store.writing() as unit:
        if is_paused(unit, work, due.community_id) or is_frozen(unit, due):
            return 0
        unit.inquiries.drop_due(due.key)
        question = unit.inquiries.question(due.subject_id)
        member = unit.people.member(question.asked_of) if question else None
        if question is None or member is None or question.status is not QuestionStatus.OPEN:
            return 0
        at = remind_at(member, work.policy.ask, question, now)
        if at is not None and at > now:
            plan(unit, due.community_id, due.kind, question.id, at)
        if at != now or not unit.inquiries.claim_effect(f"remind:{question.id}", now):
            return 0
        reminded = question.model_copy(update={"reminded_at": now})
        unit.inquiries.save_question(reminded)
        ends = ends_at(member, work.policy.ask, reminded)
        plan(unit, due.community_id, DueKind.EXPIRE, question.id, ends)
        note(
            unit,
            now,
            due.community_id,
            Action.QUESTION_REMINDED,
            question.id,
            on_behalf_of=question.asked_of,
        )
    return 1


def expire(work: Workplace, due: Due) -> str | None:
    """Close an unanswered question, or let go a draft that nobody confirmed.

    Returns the inquiry that has to be moved on. A question whose person has been on leave
    meanwhile is given its working days.
    """
    now = work.clock.now()
    with work.store.writing() as unit:
        if is_paused(unit, work, due.community_id) or is_frozen(unit, due):
            return None
        unit.inquiries.drop_due(due.key)
        question = unit.inquiries.question(due.subject_id)
        guide = None if question else unit.guides.guide(due.subject_id)
        if question is not None and question.status is QuestionStatus.OPEN:
            if _has_time_left(unit, work, question):
                return None
            closed = {"status": QuestionStatus.EXPIRED, "closed_at": now}
            unit.inquiries.save_question(question.model_copy(update=closed))
            unit.inquiries.drop_due(due_key(DueKind.REMIND, question.id))
            inquiry_id = question.inquiry_id
        elif guide is not None and guide.status is GuideStatus.DRAFT:
            unit.guides.save_guide(guide.model_copy(update={"status": GuideStatus.REJECTED}))
            inquiry_id = guide.inquiry_id
        else:
            return None
        plan_wake(unit, due.community_id, inquiry_id, now)
        note(
            unit,
            now,
            due.community_id,
            Action.QUESTION_EXPIRED if question else Action.GUIDE_WITHDRAWN,
            due.subject_id,
            reason="timed_out",
        )
    return inquiry_id


def _has_time_left(unit: Unit, work: Workplace, question: Question) -> bool:
    """Whether the end has moved since it was planned; it is planned anew then."""
    member = unit.people.member(question.asked_of)
    if member is None:
        return False
    ends = ends_at(member, work.policy.ask, question)
    if ends <= work.clock.now():
        return False
    plan(unit, question.community_id, DueKind.EXPIRE, question.id, ends)
    return True
