"""Asking: moments worth a question, inquiries, questions, answers, and what is due when."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Fraction, Id, Record, UtcTime, stable_id
from memory.records.people import Credit
from memory.records.talk import EvidenceSpan


class Facet(StrEnum):
    """The twelve facets of an insight (method, section 2), in a reader's order."""

    SITUATION = "SITUATION"
    GOAL = "GOAL"
    CUES = "CUES"
    ACTION = "ACTION"
    OPTIONS = "OPTIONS"
    WHY = "WHY"
    BOUNDARY = "BOUNDARY"
    PITFALLS = "PITFALLS"
    HEURISTIC = "HEURISTIC"
    CHECK = "CHECK"
    EVIDENCE = "EVIDENCE"
    WHATIF = "WHATIF"


class FacetStatus(StrEnum):
    """How far a facet is known; coverage of each status stands in the catalogue."""

    ABSENT = "absent"
    IMPLIED = "implied"
    STATED = "stated"
    CONFIRMED = "confirmed"


class FacetCoverage(Record):
    """What is known of one facet of one insight."""

    facet: Facet
    status: FacetStatus
    confidence: Fraction
    """How sure the detector is, 0 to 1."""
    evidence: tuple[EvidenceSpan, ...] = ()


class Signal(Record):
    """One reading behind a triage score: its name, its value, and what it added to the log-odds."""

    name: str
    value: float
    weight: float


class Moment(Record):
    """A message worth asking about, with the score and the reasons in words."""

    id: Id
    community_id: Id
    thread_id: Id
    message_id: Id
    author_id: Id
    score: Fraction
    signals: tuple[Signal, ...]
    reasons: tuple[str, ...]
    found_at: UtcTime

    @staticmethod
    def id_of(message_id: str) -> str:
        return stable_id("mom", message_id)


class InquiryStatus(StrEnum):
    """Where an inquiry stands. The last three are final."""

    WAITING_FOR_TURN = "waiting_for_turn"
    """Framed, but nobody may be asked just now (budget, quiet hours); the sweep tries again."""
    WAITING_FOR_ANSWER = "waiting_for_answer"
    WAITING_FOR_CONFIRMATION = "waiting_for_confirmation"
    WAITING_FOR_REVIEW = "waiting_for_review"
    PUBLISHED = "published"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why an inquiry ended without a guide."""

    NOTHING_MISSING = "nothing_missing"
    NOBODY_TO_ASK = "nobody_to_ask"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    TIMED_OUT = "timed_out"
    TOO_LITTLE = "too_little"
    NOT_CONFIRMED = "not_confirmed"
    REJECTED = "rejected"
    SOURCE_DELETED = "source_deleted"
    SOURCE_WITHDRAWN = "source_withdrawn"
    """The discussion was made private, or its author asked not to be asked."""
    WITHDRAWN = "withdrawn"
    """Its authors took back so much of their words that no guide is left."""
    RETRACTED = "retracted"
    """A steward took the published guide back."""
    GATED = "gated"
    """A later word closed a gate of triage, such as an incident or a conflict."""


class Inquiry(Record):
    """One attempt to draw out the reasoning behind one moment. One per moment."""

    id: Id
    community_id: Id
    moment_id: Id
    expert_id: Id | None = None
    status: InquiryStatus
    close_reason: CloseReason | None = None
    guide_id: Id | None = None
    opened_at: UtcTime
    updated_at: UtcTime

    @staticmethod
    def id_of(moment_id: str) -> str:
        return stable_id("inq", moment_id)

    @model_validator(mode="after")
    def _closed_with_reason(self) -> Self:
        if (self.status is InquiryStatus.CLOSED) != (self.close_reason is not None):
            raise ValueError("an inquiry has a close reason exactly when it is closed")
        return self

    @property
    def is_open(self) -> bool:
        return self.status not in (InquiryStatus.PUBLISHED, InquiryStatus.CLOSED)


class QuestionStatus(StrEnum):
    """The life of one question. Only `open` ones wait for a person."""

    COMPOSED = "composed"
    OPEN = "open"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    ENOUGH = "enough"
    """Its person said enough for now; what they told before goes into the draft."""
    REFERRED = "referred"
    STOPPED = "stopped"
    EXPIRED = "expired"


class Question(Record):
    """One short question to one person.

    Its id is a function of inquiry and turn; in a review of an incident, where several people are
    asked at a time, of inquiry, person and phrasing.
    """

    id: Id
    community_id: Id
    inquiry_id: Id
    turn: int = Field(ge=1)
    asked_of: Id
    facet: Facet
    text: str
    quote: EvidenceSpan
    template: str
    """Name of the catalogue phrasing, e.g. `WHY.1`; `follow-up.BOUNDARY.2`."""
    because: str
    """Why it is asked, in words for the person."""
    minutes: float = Field(gt=0)
    value: float
    """V of method section 3, at the time of asking."""
    status: QuestionStatus = QuestionStatus.COMPOSED
    composed_at: UtcTime
    delivered_at: UtcTime | None = None
    reminded_at: UtcTime | None = None
    snoozed_until: UtcTime | None = None
    """Until when its person does not want to see it; it stays open meanwhile."""
    closed_at: UtcTime | None = None

    @staticmethod
    def id_of(inquiry_id: str, turn: int) -> str:
        return stable_id("que", inquiry_id, str(turn))

    @model_validator(mode="after")
    def _times_fit_status(self) -> Self:
        if (self.status is QuestionStatus.COMPOSED) != (self.delivered_at is None):
            raise ValueError(f"question {self.id!r} is delivered exactly when it is not composed")
        waiting = (QuestionStatus.COMPOSED, QuestionStatus.OPEN)
        if (self.status in waiting) != (self.closed_at is None):
            raise ValueError(f"question {self.id!r} has a closing time exactly when it is closed")
        return self


class AnswerKind(StrEnum):
    """What a person chose to do with a question."""

    REPLY = "reply"
    SKIP = "skip"
    ENOUGH = "enough"
    NOT_ME = "not_me"
    STOP = "stop"


class Answer(Record):
    """What a person did with one question. One per question.

    A reply's words live in a message of kind `interview`, so evidence always is a message.
    """

    id: Id
    community_id: Id
    question_id: Id
    member_id: Id
    kind: AnswerKind
    message_id: Id | None = None
    refer_to_id: Id | None = None
    credit: Credit | None = None
    """How the person wants to appear with these words; `None` leaves it to their default."""
    given_at: UtcTime

    @staticmethod
    def id_of(question_id: str) -> str:
        return stable_id("ans", question_id)

    @model_validator(mode="after")
    def _fields_fit_kind(self) -> Self:
        if (self.kind is AnswerKind.REPLY) != (self.message_id is not None):
            raise ValueError("exactly a reply has a message")
        if self.refer_to_id is not None and self.kind is not AnswerKind.NOT_ME:
            raise ValueError("only a `not me` answer refers to somebody")
        if self.credit is not None and self.kind is not AnswerKind.REPLY:
            raise ValueError("only words can be credited")
        return self


class DueKind(StrEnum):
    """What the sweep does when a time has come."""

    TRY_TO_ASK = "try_to_ask"
    REMIND = "remind"
    EXPIRE = "expire"
    RESUME = "resume"


class Due(Record):
    """One thing that time has to do. Keyed, so that planning it twice plans it once."""

    key: str
    """Unique: kind and subject, e.g. `remind:que_...`."""
    community_id: Id
    kind: DueKind
    subject_id: Id
    at: UtcTime
