"""The pause button: the agent leaves a community in peace until it is resumed or time is up.

While it is paused, answers and decisions are taken as ever; nobody is asked, reminded or sent
anything, and no question ends unanswered. What waits for a person gets the time of the pause back.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.inquiry.wakes import plan
from agent.journal import note
from agent.policy.governance import Deed
from agent.policy.pausing import WAITING, in_force
from agent.services.governing import check_here, verdict_here
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.records.decisions import Action
from memory.records.pause import Pause
from memory.records.people import Community, Member
from memory.store.protocols import Unit

AT_MOST = 100_000
"""Planned things of one community that get their time back."""


def pause_now(work: Workplace, community: Community) -> Pause | None:
    """The pause of a community that is in force."""
    with work.store.reading() as unit:
        return in_force(unit.pauses.open_pause(community.id), work.clock.now())


def pause_agent(
    work: Workplace, actor: Actor, community: Community, until: datetime | None = None
) -> Pause:
    """Pause the agent at once, or change when its present pause ends.

    Raises `PermissionDeniedError` for anybody but coordinators and stewards, `UserInputError` for
    an end that has passed.
    """
    _check_may(work, actor)
    now = work.clock.now()
    if until is not None and until <= now:
        raise UserInputError(
            f"{until.isoformat(timespec='minutes')!r} has passed; name a day to come, or none"
        )
    with work.store.writing() as unit:
        pause = settle_pause(unit, work, community.id)
        if pause is None:
            pause = Pause(
                id=Pause.id_of(community.id, now),
                community_id=community.id,
                since=now,
                until=until,
                paused_by=actor.member.id,
            )
        elif pause.until == until:
            return pause
        else:
            pause = pause.model_copy(update={"until": until})
        unit.pauses.save_pause(pause)
        reason = f"until:{until:%Y-%m-%d}" if until is not None else "until:resumed"
        note(
            unit,
            now,
            community.id,
            Action.AGENT_PAUSED,
            community.id,
            reason=reason,
            **actor.logged(),
        )
    return pause


def resume_agent(work: Workplace, actor: Actor, community: Community) -> Pause:
    """End the pause now; the next sweep goes on where the agent stood.

    Raises `PermissionDeniedError` as `pause_agent` does, `UserInputError` where nothing is paused.
    """
    _check_may(work, actor)
    now = work.clock.now()
    with work.store.writing() as unit:
        pause = settle_pause(unit, work, community.id)
        if pause is None:
            raise UserInputError(f"the agent is not paused in {community.name!r}")
        ended = _end(unit, pause, now)
        note(unit, now, community.id, Action.AGENT_RESUMED, community.id, **actor.logged())
    return ended


def settle_pause(unit: Unit, work: Workplace, community_id: str) -> Pause | None:
    """The pause in force; one whose time has run out is recorded as ended, once."""
    now = work.clock.now()
    pause = unit.pauses.open_pause(community_id)
    if pause is None or pause.holds(now):
        return pause
    _end(unit, pause, pause.until or now)
    note(unit, now, community_id, Action.AGENT_RESUMED, community_id, reason="time_is_up")
    return None


def end_of_day(day: date, member: Member, work: Workplace) -> datetime:
    """The first moment after `day` in the person's own time zone, in UTC: a pause until then.

    Raises `UserInputError` for the end of the calendar.
    """
    zone = ZoneInfo(member.timezone or work.policy.ask.timezone)
    try:
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    except OverflowError as error:
        raise UserInputError(
            f"a pause through {day.isoformat()!r} has no end; leave the day out for that"
        ) from error


def _end(unit: Unit, pause: Pause, at: datetime) -> Pause:
    """Record the end and move on what was planned against people's time."""
    ended = pause.model_copy(update={"ended_at": at})
    unit.pauses.save_pause(ended)
    for due in unit.inquiries.upcoming(pause.community_id, AT_MOST):
        if due.kind in WAITING:
            later = due.at + (at - pause.since)
            plan(unit, due.community_id, due.kind, due.subject_id, later)
    return ended


def may_pause(work: Workplace, actor: Actor) -> bool:
    """Whether this person may pause the agent and wake it again."""
    with work.store.reading() as unit:
        return verdict_here(unit, work, actor, Deed.PAUSE).allowed


def _check_may(work: Workplace, actor: Actor) -> None:
    with work.store.reading() as unit:
        check_here(unit, work, actor, Deed.PAUSE)
