"""What an engine does: it judges, finds what is missing, asks, understands and drafts.

Policy, routes, permissions and publishing are never an engine's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.method.readings import (
    AnswerReading,
    AskContext,
    ComposedQuestion,
    Missing,
    MomentReading,
    ReadSentence,
    Standing,
    ThreadView,
)
from memory.records.guide import Claim, GuideVersion
from memory.records.inquiry import FacetCoverage, Inquiry, Question
from memory.records.talk import Message


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question that was answered in words, with what the answer was understood to say."""

    question: Question
    message: Message
    reading: AnswerReading


class Engine(Protocol):
    """One way to do the thinking; the embedded one needs no model."""

    name: str

    def judge(
        self, view: ThreadView, standings: Mapping[str, Standing]
    ) -> tuple[MomentReading, ...]:
        """Moments of a settled thread, each with the gates it failed."""
        ...

    def coverage(
        self, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> tuple[FacetCoverage, ...]:
        """What is known of each of the twelve facets, from the thread and the interview."""
        ...

    def read(self, view: ThreadView, message: Message) -> tuple[ReadSentence, ...]:
        """The author's own sentences in order, each with the facets it states."""
        ...

    def missing(self, context: AskContext) -> Missing | None:
        """What the anchor leaves out, whether or not asking about it is worth anybody's time."""
        ...

    def compose(self, context: AskContext) -> ComposedQuestion | None:
        """The next question worth asking, or `None`."""
        ...

    def read_answer(
        self, answer: Message, question: Question, known: Sequence[Message]
    ) -> AnswerReading: ...

    def claims(
        self, inquiry: Inquiry, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> tuple[Claim, ...]:
        """What those who were asked said, sentence by sentence, with evidence."""
        ...

    def draft(
        self,
        guide_id: str,
        number: int,
        claims: Sequence[Claim],
        view: ThreadView,
        exchanges: Sequence[Exchange],
        coverage: Sequence[FacetCoverage],
        created_at: datetime,
    ) -> GuideVersion | None:
        """A version made of what was said, or `None` if that is nothing worth reading."""
        ...

    def keep_grounded(
        self, version: GuideVersion, view: ThreadView, texts: Mapping[str, str]
    ) -> tuple[GuideVersion | None, int]:
        """The version without what its cited messages do not carry, and how many were cut.

        `texts` are the present texts of the cited messages, by id. `None`: nothing was left.
        """
        ...
