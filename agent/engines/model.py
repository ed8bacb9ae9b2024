"""The engine with a model: it proposes, and code decides; whatever fails, the embedded one does.

Built around the embedded engine, which keeps every step that is not named here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.engines.embedded import EmbeddedEngine
from agent.engines.model_answers import AnswerStep
from agent.engines.model_guide_shown import Recall
from agent.engines.model_guides import GuideSteps
from agent.engines.model_judging import JudgingStep
from agent.engines.model_questions import WORDED, QuestionStep
from agent.engines.model_reading import ReadingStep
from agent.engines.model_steps import ModelSteps
from agent.engines.model_tandems import TandemWords
from agent.engines.protocol import Exchange
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
from agent.model.asking import StepAsker
from memory.clock import Clock
from memory.records.guide import Claim, GuideVersion
from memory.records.inquiry import FacetCoverage, Inquiry, Question
from memory.records.model_policy import ModelPolicy
from memory.records.talk import Message
from prompts import Catalogue

__all__ = ["WORDED", "ModelEngine"]


class ModelEngine:
    """Asks a model for better words within what the embedded engine decided."""

    name = "model"

    def __init__(
        self,
        embedded: EmbeddedEngine,
        asker: StepAsker,
        clock: Clock,
        catalogue: Catalogue,
        policy: ModelPolicy,
        recall: Recall | None = None,
    ) -> None:
        self._embedded = embedded
        steps = ModelSteps(asker, clock, policy)
        self._guides = GuideSteps(asker, clock, catalogue, policy, recall, embedded.embedder)
        self.tandems = TandemWords(asker, clock, policy)
        self._judging = JudgingStep(steps)
        self._reading = ReadingStep(steps, catalogue)
        self._questions = QuestionStep(embedded, steps, catalogue)
        self._answers = AnswerStep(steps, catalogue)

    def compose(self, context: AskContext) -> ComposedQuestion | None:
        """The embedded engine's question, in a model's words where some pass every gate.

        Whether, whom and what to ask is decided before a model is called, and no call is made
        where nothing is asked. Addressee, facet, value and reason stay as they are.
        """
        own = self._embedded.compose(context)
        return own if own is None else self._questions.compose(own, context)

    def judge(
        self, view: ThreadView, standings: Mapping[str, Standing]
    ) -> tuple[MomentReading, ...]:
        own = self._embedded.judge(view, standings)
        return self._judging.rank(own, view, self._embedded.ask_threshold)

    def coverage(
        self, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> tuple[FacetCoverage, ...]:
        talk = self._reading.read(self._embedded.talk(view, anchor, exchanges), anchor)
        return self._embedded.covered(talk, exchanges)

    def read(self, view: ThreadView, message: Message) -> tuple[ReadSentence, ...]:
        own = self._embedded.read(view, message)
        ((_, read),) = self._reading.read([(message, own)], message)
        return read

    def missing(self, context: AskContext) -> Missing | None:
        return self._embedded.missing(context)

    def read_answer(
        self, answer: Message, question: Question, known: Sequence[Message]
    ) -> AnswerReading:
        own = self._embedded.read_answer(answer, question, known)
        return self._answers.understand(own, question)

    def claims(
        self, inquiry: Inquiry, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> tuple[Claim, ...]:
        return self._embedded.claims(inquiry, view, anchor, exchanges)

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
        own = self._embedded.draft(guide_id, number, claims, view, exchanges, coverage, created_at)
        return None if own is None else self._guides.word(own, claims, view, exchanges)

    def keep_grounded(
        self, version: GuideVersion, view: ThreadView, texts: Mapping[str, str]
    ) -> tuple[GuideVersion | None, int]:
        return self._embedded.keep_grounded(version, view, texts)
