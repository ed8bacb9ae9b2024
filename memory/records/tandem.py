"""Tandems: tasks that two or more people do together, and what each of them said to it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Fraction, Id, Record, UtcTime, stable_id
from memory.records.incident import AfterAction
from memory.records.inquiry import Facet

MAX_TITLE = 160
MAX_WORDS = 4_000
MOST_LEARNERS = 3
"""Juniors beside one senior: a pair with their senior, or a pod of three."""


class TandemProfile(Record):
    """What somebody wants of tandems. Without `opted_in_at` nobody is ever proposed to them."""

    member_id: Id
    community_id: Id
    opted_in_at: UtcTime | None = None
    learns: bool = True
    helps: bool = True
    wishes: tuple[str, ...] = ()
    """What they would like to learn, in their own words."""
    reports_to: Id | None = None
    """Whom they report to; the two are never put together, nor anybody further up."""
    changed_at: UtcTime

    @model_validator(mode="after")
    def _not_their_own_chief(self) -> Self:
        if self.reports_to == self.member_id:
            raise ValueError("nobody reports to themselves")
        return self


class TaskOrigin(StrEnum):
    """Where a task comes from."""

    OPEN_QUESTION = "open_question"
    OPEN_FACET = "open_facet"
    REVIEW_DUE = "review_due"
    DOC_GAP = "doc_gap"
    LESSON = "lesson"
    BACKLOG = "backlog"
    PROPOSED = "proposed"


class TopicShare(Record):
    """How much of a task is about one topic."""

    topic_id: Id
    share: Fraction


class TandemTask(Record):
    """Something worth doing together. What a person set by hand is never estimated again."""

    id: Id
    community_id: Id
    origin: TaskOrigin
    source: str = Field(max_length=200)
    """Id of the thread or guide, or the name of the entry in its file."""
    title: str = Field(min_length=1, max_length=MAX_TITLE)
    description: str = Field(default="", max_length=MAX_WORDS)
    link: str = Field(default="", max_length=500)
    facet: Facet | None = None
    """What a guide leaves open, where that is the task."""
    topics: tuple[TopicShare, ...] = ()
    difficulty: Fraction = 0.5
    value: Fraction = 0.5
    days: float = Field(default=3.0, gt=0, le=365)
    reversible: bool = True
    urgent: bool = False
    learners: int = Field(default=1, ge=1, le=MOST_LEARNERS)
    by_hand: tuple[str, ...] = ()
    """Names of fields that a person set."""
    proposed_by: Id | None = None
    created_at: UtcTime
    closed_at: UtcTime | None = None
    """When it was done, or is no longer worth doing."""

    @staticmethod
    def id_of(community_id: str, origin: TaskOrigin, source: str) -> str:
        return stable_id("tsk", community_id, origin, source)


class TandemState(StrEnum):
    """Where a tandem stands."""

    SUGGESTED = "suggested"
    PICKED = "picked"
    """Every junior said yes; the senior has not yet."""
    RUNNING = "running"
    REVIEWED = "reviewed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Somebody took their yes back before it began, or it is no longer offered."""
    LEFT = "left"
    """Somebody left while it ran: a safe exit."""
    LAPSED = "lapsed"
    """The senior did not confirm in time."""


HOLDING = (TandemState.PICKED, TandemState.RUNNING)
"""States in which a tandem holds its task and its people."""
OPEN = (TandemState.SUGGESTED, *HOLDING)


class Yes(Record):
    """One person's consent to one tandem."""

    member_id: Id
    at: UtcTime


class Going(StrEnum):
    """How it goes, in a word."""

    WELL = "well"
    SLOWLY = "slowly"
    STUCK = "stuck"


class CheckIn(Record):
    """What somebody said of a running tandem; read by those who are in it."""

    member_id: Id
    at: UtcTime
    going: Going
    words: str = Field(default="", max_length=MAX_WORDS)


class ReviewAnswer(Record):
    """One person's answer to one of the four questions at the end."""

    member_id: Id
    part: AfterAction
    words: str = Field(min_length=1, max_length=MAX_WORDS)
    at: UtcTime
    thread_id: Id | None = None
    """Where it was taken in as knowledge; none until then."""


class Tandem(Record):
    """A senior and one or more juniors on one task, and everything they said to it."""

    id: Id
    community_id: Id
    task_id: Id
    senior_id: Id
    junior_ids: tuple[Id, ...] = Field(min_length=1, max_length=MOST_LEARNERS)
    state: TandemState = TandemState.SUGGESTED
    yes: tuple[Yes, ...] = ()
    checkins: tuple[CheckIn, ...] = ()
    answers: tuple[ReviewAnswer, ...] = ()
    suggested_at: UtcTime
    changed_at: UtcTime
    running_since: UtcTime | None = None
    ended_by: Id | None = None
    """Who declined, withdrew or left; told to nobody but the people in it."""

    @staticmethod
    def id_of(task_id: str, senior_id: str, juniors: tuple[str, ...], at: datetime) -> str:
        return stable_id("tan", task_id, senior_id, *juniors, at.isoformat())

    @model_validator(mode="after")
    def _people_differ(self) -> Self:
        if len({self.senior_id, *self.junior_ids}) != 1 + len(self.junior_ids):
            raise ValueError(f"tandem {self.id!r} names somebody twice")
        return self

    @model_validator(mode="after")
    def _nothing_without_consent(self) -> Self:
        said = {one.member_id for one in self.yes}
        if self.state in {TandemState.RUNNING, TandemState.REVIEWED}:
            missing = set(self.people) - said
        elif self.state is TandemState.PICKED:
            missing = set(self.junior_ids) - said
        else:
            return self
        if missing:
            raise ValueError(f"tandem {self.id!r} has no yes of {sorted(missing)!r}")
        return self

    @property
    def people(self) -> tuple[str, ...]:
        """Senior first."""
        return (self.senior_id, *self.junior_ids)

    def agreed(self, member_id: str) -> bool:
        """Whether somebody said yes."""
        return any(one.member_id == member_id for one in self.yes)
