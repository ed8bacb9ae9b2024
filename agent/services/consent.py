"""What a person says about being asked at all: stop, start again, hours, leave and time zone."""

from __future__ import annotations

from datetime import datetime

from agent.inquiry.wakes import due_key, plan_wake
from agent.journal import note
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.records.decisions import Action
from memory.records.inquiry import DueKind, InquiryStatus, QuestionStatus
from memory.records.people import Availability, Member
from memory.store.protocols import Unit


def opt_out(work: Workplace, actor: Actor) -> Member:
    """Ask the person nothing more, at once and for good; what is open to them is closed."""
    now = work.clock.now()
    with work.store.writing() as unit:
        member = _member(unit, actor)
        if member.consent.opted_out_at is not None:
            return member
        stopped = stop_asking(unit, now, member)
        note(unit, now, member.community_id, Action.OPTED_OUT, member.id, **actor.logged())
    return stopped


def opt_in(work: Workplace, actor: Actor) -> Member:
    """Let the person be asked again; only they can say so."""
    now = work.clock.now()
    with work.store.writing() as unit:
        member = _member(unit, actor)
        consent = member.consent.model_copy(update={"opted_out_at": None})
        member = member.model_copy(update={"consent": consent})
        unit.people.update_member(member)
        note(unit, now, member.community_id, Action.OPTED_IN, member.id, **actor.logged())
    return member


def set_hours(
    work: Workplace, actor: Actor, availability: Availability, timezone: str | None
) -> Member:
    """Say when one may be asked: working days, hours, leave, and the time zone they hold in.

    Raises `UserInputError` for an unknown time zone. The next sweep goes by it.
    """
    now = work.clock.now()
    with work.store.writing() as unit:
        member = _member(unit, actor)
        fields = member.model_dump() | {"availability": availability, "timezone": timezone}
        try:
            member = Member.model_validate(fields)
        except ValueError as error:
            raise UserInputError(f"there is no time zone {timezone!r}") from error
        unit.people.update_member(member)
        note(unit, now, member.community_id, Action.HOURS_CHANGED, member.id, **actor.logged())
    return member


def stop_asking(unit: Unit, now: datetime, member: Member) -> Member:
    """Withdraw the consent and close every open question, in one transaction, without a log line.

    Inquiries that wait for this person are woken, to go on without them.
    """
    consent = member.consent.model_copy(update={"opted_out_at": now})
    stopped = member.model_copy(update={"consent": consent})
    unit.people.update_member(stopped)
    close_open_questions(unit, now, member.id)
    waiting = unit.inquiries.inquiries(member.community_id, [InquiryStatus.WAITING_FOR_TURN])
    for inquiry in waiting:
        if inquiry.expert_id == member.id:
            plan_wake(unit, inquiry.community_id, inquiry.id, now)
    return stopped


def close_open_questions(unit: Unit, now: datetime, member_id: str) -> int:
    """Close whatever is open to a person who is not to be asked; returns how many there were."""
    open_now = unit.inquiries.open_questions(member_id)
    for question in open_now:
        closed = {"status": QuestionStatus.STOPPED, "closed_at": now}
        unit.inquiries.save_question(question.model_copy(update=closed))
        for kind in (DueKind.REMIND, DueKind.EXPIRE):
            unit.inquiries.drop_due(due_key(kind, question.id))
        plan_wake(unit, question.community_id, question.inquiry_id, now)
    return len(open_now)


def _member(unit: Unit, actor: Actor) -> Member:
    """The person as stored now; what the actor holds may be older."""
    member = unit.people.member(actor.member.id)
    if member is None:
        raise UserInputError(f"there is no member {actor.member.id!r}")
    return member
