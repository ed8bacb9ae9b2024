"""What a person says about being asked and named: stop, start again, hours, leave, credit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent.inquiry.wakes import due_key, plan_wake
from agent.journal import note
from agent.services.confirming import with_credit
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.settling import ALIVE, advance, guide_with_words_of, log_act, settle
from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.records.decisions import Action
from memory.records.guide import Guide
from memory.records.inquiry import DueKind, InquiryStatus, QuestionStatus
from memory.records.people import Availability, Credit, Member, most_careful
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


@dataclass(frozen=True, slots=True)
class Credited:
    """What became of a choice of credit."""

    credit: Credit
    guides: tuple[Guide, ...]
    """Those in which the person appears in another way from now on."""
    kept: tuple[Guide, ...] = ()
    """Those that keep a choice of their own, or were confirmed under a closer one."""


def choose_credit(
    work: Workplace, actor: Actor, credit: Credit, guide_id: str | None = None
) -> Credited:
    """Say how one appears: in one guide, or by default; published pages follow at once.

    A default reaches every guide without a choice of its own, but never names anybody in one that
    they confirmed under a closer mode. Before publication, going over to Chatham House asks for a
    yes to each sentence by itself.
    """
    if guide_id is not None:
        chosen = _choose_in(work, actor, credit, find_guide(work, guide_id).id)
    else:
        chosen = _choose_default(work, actor, credit)
    for guide in chosen.guides:
        advance(work, guide)
    return chosen


def _choose_in(work: Workplace, actor: Actor, credit: Credit, guide_id: str) -> Credited:
    with work.store.writing() as unit:
        member = _member(unit, actor)
        guide = guide_with_words_of(unit, guide_id, member)
        if guide.status not in ALIVE:
            raise UserInputError(f"guide {guide.id!r} is {guide.status}; nobody is named in it")
        changed = settle(unit, work, with_credit(guide, member, credit, own=True))
        log_act(unit, work, actor, guide, Action.CREDIT_CHOSEN, f"credit:{credit}")
    return Credited(credit, (changed,))


def _choose_default(work: Workplace, actor: Actor, credit: Credit) -> Credited:
    with work.store.writing() as unit:
        member = _member(unit, actor)
        consent = member.consent.model_copy(update={"credit": credit})
        unit.people.update_member(member.model_copy(update={"consent": consent}))
        note(
            unit,
            work.clock.now(),
            member.community_id,
            Action.CREDIT_CHOSEN,
            member.id,
            **actor.logged(),
            reason=f"credit:{credit}",
        )
        reached: list[Guide] = []
        kept: list[Guide] = []
        for guide in unit.guides.guides(member.community_id, ALIVE):
            if member.id not in guide.current.authors():
                continue
            settled = [c for c in guide.credits if c.member_id == member.id]
            before = most_careful(c.credit for c in settled)
            if not settled:
                reached.append(guide)
            elif not any(c.own for c in settled) and _closer(credit, before):
                changed = with_credit(guide, member, credit, own=False)
                reached.append(settle(unit, work, changed))
            elif before is not credit:
                kept.append(guide)
    return Credited(credit, tuple(reached), tuple(kept))


_CLOSENESS = (Credit.CREDITED, Credit.ROLE_ONLY, Credit.CHATHAM_HOUSE)


def _closer(credit: Credit, other: Credit) -> bool:
    """Whether a mode tells less of a person than another."""
    return _CLOSENESS.index(credit) > _CLOSENESS.index(other)


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
