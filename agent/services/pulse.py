"""The pulse: what the agent did today, what it will do next, its budgets, and what it waits for.

Counts alone: nothing in it says who was asked, who answered, or how often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from agent.policy.budgets import WEEK
from agent.policy.pausing import in_force
from agent.services.workplace import Workplace
from agent.sight import EVERYBODY, sight_in
from memory.records.decisions import Action, LoggedDecision
from memory.records.guide import GuideStatus
from memory.records.inquiry import Due, DueKind, InquiryStatus
from memory.records.pause import Pause
from memory.records.people import Community, Member
from memory.store.protocols import Unit

PLANNED = 500
"""Planned things that are looked at; what comes after them is far away."""


class Act(StrEnum):
    """What the agent, or a person with it, did."""

    ASKED = "asked"
    REMINDED = "reminded"
    ANSWERED = "answered"
    DRAFTED = "drafted"
    PUBLISHED = "published"
    LET_GO = "let_go"
    PAUSED = "paused"
    RESUMED = "resumed"


ACT_OF: Mapping[Action, Act] = {
    Action.QUESTION_DELIVERED: Act.ASKED,
    Action.QUESTION_REMINDED: Act.REMINDED,
    Action.ANSWERED: Act.ANSWERED,
    Action.GUIDE_DRAFTED: Act.DRAFTED,
    Action.GUIDE_PUBLISHED: Act.PUBLISHED,
    Action.QUESTION_EXPIRED: Act.LET_GO,
    Action.INQUIRY_CLOSED: Act.LET_GO,
    Action.AGENT_PAUSED: Act.PAUSED,
    Action.AGENT_RESUMED: Act.RESUMED,
}


@dataclass(frozen=True, slots=True)
class Done:
    """One act of today; `number` of them in the same minute."""

    at: datetime
    act: Act
    number: int = 1
    title: str = ""
    """Of what was published."""


@dataclass(frozen=True, slots=True)
class Coming:
    """What time will do: things of one kind in the same minute."""

    at: datetime
    kind: DueKind
    number: int
    of_drafts: bool = False
    """Whether it is drafts, and not questions, that an end comes to."""


@dataclass(frozen=True, slots=True)
class AskBudget:
    """Questions of the last seven days against the policy."""

    asked: int
    per_person: int
    """What the policy allows one person and week."""
    people: int
    """How many may be asked at all."""

    @property
    def allowed(self) -> int:
        """What the policy allows the community and week."""
        return self.per_person * self.people


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the agent is doing in one community, as of one moment."""

    community: Community
    zone: str
    """Time zone that times are told in, and that `today` is a day of."""
    now: datetime
    pause: Pause | None
    """The pause in force."""
    paused_by: str
    """Name of who paused it."""
    today: tuple[Done, ...]
    """Oldest first."""
    coming: tuple[Coming, ...]
    """Soonest first; what is due and not done yet stands in the past."""
    budget: AskBudget
    inquiries: Mapping[InquiryStatus, int]
    """Open ones by where they stand."""
    questions_open: int

    def number(self, act: Act) -> int:
        """How often that was done today."""
        return sum(done.number for done in self.today if done.act is act)


def pulse_of(work: Workplace, community: Community, member: Member | None = None) -> Pulse:
    """Read the pulse in one transaction; days and times are those of `member`, else the policy's.

    The log says what was done, the due table what is to come.
    """
    now = work.clock.now()
    zone = (member.timezone if member else None) or work.policy.ask.timezone
    local = now.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(local.date(), time(), ZoneInfo(zone)).astimezone(UTC)
    with work.store.reading() as unit:
        pause = in_force(unit.pauses.open_pause(community.id), now)
        pauser = unit.people.member(pause.paused_by) if pause else None
        people = [m for m in unit.people.members(community.id) if m.may_be_asked]
        logged = unit.log.decisions_since(community.id, midnight, ACT_OF)
        asked = unit.inquiries.questions_delivered(community.id, now - WEEK)
        inquiries = unit.inquiries.inquiries(community.id, _OPEN)
        open_questions = unit.inquiries.open_questions()
        return Pulse(
            community=community,
            zone=zone,
            now=now,
            pause=pause,
            paused_by=pauser.name if pauser else "",
            today=tuple(_done(unit, logged)),
            coming=tuple(_coming(unit.inquiries.upcoming(community.id, PLANNED))),
            budget=AskBudget(
                len(asked), work.policy.ask.questions_per_expert_and_week, len(people)
            ),
            inquiries=Counter(inquiry.status for inquiry in inquiries),
            questions_open=sum(q.community_id == community.id for q in open_questions),
        )


_OPEN = (
    InquiryStatus.WAITING_FOR_TURN,
    InquiryStatus.WAITING_FOR_ANSWER,
    InquiryStatus.WAITING_FOR_CONFIRMATION,
    InquiryStatus.WAITING_FOR_REVIEW,
)


def _done(unit: Unit, logged: Sequence[LoggedDecision]) -> Sequence[Done]:
    """Acts of one kind in the same minute together; published guides one by one, by title."""
    found: list[Done] = []
    for line in logged:
        act, at = ACT_OF[line.action], line.at.replace(second=0, microsecond=0)
        if act is Act.PUBLISHED:
            guide = unit.guides.guide(line.subject)
            shown = (
                guide is not None
                and guide.status is GuideStatus.PUBLISHED
                and sight_in(unit, guide.community_id, EVERYBODY, guide.id).sees(guide.id)
            )
            found.append(Done(at, act, 1, guide.current.title if guide and shown else ""))
            continue
        last = found[-1] if found else None
        if last is not None and (last.at, last.act) == (at, act):
            found[-1] = Done(at, act, last.number + 1)
        else:
            found.append(Done(at, act))
    return found


def _coming(planned: Sequence[Due]) -> Sequence[Coming]:
    """What is planned, by minute and kind."""
    counts: Counter[tuple[datetime, DueKind, bool]] = Counter()
    for due in planned:
        of_drafts = due.kind is DueKind.EXPIRE and due.subject_id.startswith("gui_")
        counts[due.at.replace(second=0, microsecond=0), due.kind, of_drafts] += 1
    return [Coming(at, kind, number, drafts) for (at, kind, drafts), number in counts.items()]
