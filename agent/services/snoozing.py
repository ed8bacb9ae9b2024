"""Putting a question off: until tomorrow, until Monday, until a day that its person names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.inquiry.wakes import due_key, plan
from agent.journal import note
from agent.policy.patience import ends_at, remind_at
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.inquiry import DueKind, Question, QuestionStatus
from memory.records.people import Member
from memory.records.policy import AskPolicy

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST = 3
"""Letters from which a day's name is understood."""


@dataclass(frozen=True, slots=True)
class SnoozeChoice:
    """A time until which a question can be put off, with its name."""

    name: str
    until: datetime


def snooze_choices(work: Workplace, member: Member) -> Sequence[SnoozeChoice]:
    """Tomorrow, in three days and next Monday, soonest first, each day once.

    Each is the hour from which the person may be asked that day.
    """
    policy, today = work.policy.ask, _today(work, member)
    monday = today + timedelta(days=7 - today.weekday())
    named = (
        ("Tomorrow", today + timedelta(days=1)),
        ("In three days", today + timedelta(days=3)),
        ("Monday", monday),
    )
    days = {day: name for name, day in reversed(named)}
    return [SnoozeChoice(days[day], _morning(day, member, policy)) for day in sorted(days)]


def until_when(work: Workplace, member: Member, words: str) -> datetime:
    """The time that `tomorrow`, a weekday (`mon`) or a day (`2026-05-04`) names, in UTC.

    It is the hour from which the person may be asked on that day of their own calendar. Raises
    `UserInputError` for other words and for a day that is not to come.
    """
    wanted, today = words.strip().casefold(), _today(work, member)
    if wanted == "tomorrow":
        day = today + timedelta(days=1)
    elif len(wanted) >= _SHORTEST and any(name.startswith(wanted) for name in _DAYS):
        weekday = next(n for n, name in enumerate(_DAYS) if name.startswith(wanted))
        day = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    else:
        try:
            day = date.fromisoformat(wanted)
        except ValueError as error:
            raise UserInputError(
                f"{words!r} is no day; write tomorrow, a weekday such as mon, or a date such as "
                f"{today + timedelta(days=10)}"
            ) from error
    if day <= today:
        raise UserInputError(f"{words!r} is not to come; the first day is tomorrow")
    try:
        return _morning(day, member, work.policy.ask)
    except OverflowError as error:
        raise UserInputError(f"{words!r} is too far away") from error


def snooze(work: Workplace, actor: Actor, question_id: str, until: datetime) -> Question:
    """Put an open question off; it stays open, and is reminded of and ends as much later.

    Nothing else is asked of the person meanwhile. Raises `UserInputError` for a question that is
    not open, and for a day beyond the policy's longest wait.
    """
    now = work.clock.now()
    with work.store.writing() as unit:
        question = unit.inquiries.question(question_id)
        if question is None or question.asked_of != actor.member.id:
            raise PermissionDeniedError(f"question {question_id!r} was not put to you")
        if question.status is not QuestionStatus.OPEN:
            raise UserInputError(f"question {question_id!r} is not open any more")
        latest = (question.delivered_at or now) + timedelta(days=work.policy.ask.longest_wait_days)
        if until > latest:
            raise UserInputError(
                f"question {question_id!r} can wait until {latest:%d %b %Y} at most; to pass it "
                "altogether, skip it or say who would know"
            )
        member = unit.people.member(actor.member.id) or actor.member
        snoozed = question.model_copy(update={"snoozed_until": max(until, now)})
        unit.inquiries.save_question(snoozed)
        unit.inquiries.drop_due(due_key(DueKind.REMIND, question.id))
        for kind, at in (
            (DueKind.REMIND, remind_at(member, work.policy.ask, snoozed, now)),
            (DueKind.EXPIRE, ends_at(member, work.policy.ask, snoozed)),
        ):
            if at is not None:
                plan(unit, question.community_id, kind, question.id, at)
        days = (snoozed.snoozed_until or now) - now
        note(
            unit,
            now,
            question.community_id,
            Action.SNOOZED,
            question.id,
            **actor.logged(),
            reason=f"days:{max(0, days.days)}",
        )
    return snoozed


def _zone(member: Member, policy: AskPolicy) -> ZoneInfo:
    return ZoneInfo(member.timezone or policy.timezone)


def _today(work: Workplace, member: Member) -> date:
    return work.clock.now().astimezone(_zone(member, work.policy.ask)).date()


def _morning(day: date, member: Member, policy: AskPolicy) -> datetime:
    """When the person may first be asked on a day, leaves and days off aside."""
    own = member.availability.from_hour
    hour = own if own is not None else policy.from_hour
    return datetime.combine(day, time(hour), _zone(member, policy)).astimezone(ZoneInfo("UTC"))
