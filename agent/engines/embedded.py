"""The engine that needs no model: the method's own functions, deterministic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.engines.protocol import Exchange
from agent.method.answers import read_answer
from agent.method.facets import (
    KNOWN_FROM,
    STATED_FROM,
    CatalogueDetector,
    FacetDetector,
    before_of,
    coverage_of,
    read_message,
)
from agent.method.grounding import keep_grounded
from agent.method.questions import Leeway, compose, leeway_of, missing
from agent.method.readings import (
    AnswerQuality,
    AnswerReading,
    AskContext,
    Before,
    ComposedQuestion,
    Missing,
    MomentReading,
    ReadSentence,
    Standing,
    ThreadView,
)
from agent.method.synthesis import claims_of, draft_guide
from agent.method.triage import Readers, judge_thread
from memory.index.protocols import Embedder
from memory.records.guide import Claim, GuideVersion
from memory.records.inquiry import FacetCoverage, Inquiry, Question
from memory.records.policy import Policy
from memory.records.talk import Message
from prompts import Catalogue


class EmbeddedEngine:
    """Catalogue, signals and templates; the same input always gives the same output."""

    name = "embedded"

    def __init__(
        self,
        catalogue: Catalogue,
        policy: Policy,
        detector: FacetDetector | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        """Read with `detector`, without one by the catalogue's signals alone.

        With `embedder` paraphrases of several people are told by their meaning too.
        """
        self._embedder = embedder
        signals = CatalogueDetector(catalogue)
        self._signals = signals
        self._catalogue = catalogue
        self._policy = policy
        self._detector = detector or signals
        self._fitted = detector is not None
        whole = detector if policy.triage.read_meaning else None
        self._readers = Readers(signals, whole)

    @property
    def embedder(self) -> Embedder | None:
        """What tells paraphrases by their meaning, where there is one."""
        return self._embedder

    def _read(self, message: Message, before: Before | None = None) -> tuple[ReadSentence, ...]:
        return read_message(message, self._detector, before)

    def judge(
        self, view: ThreadView, standings: Mapping[str, Standing]
    ) -> tuple[MomentReading, ...]:
        return judge_thread(view, standings, self._readers, self._catalogue)

    @property
    def ask_threshold(self) -> float:
        """The score from which a moment is worth asking about: the policy's, or the catalogue's."""
        own = self._policy.triage.ask_threshold
        return self._catalogue.triage.threshold if own is None else own

    def coverage(
        self, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> tuple[FacetCoverage, ...]:
        """What the moment's author and those who were asked have stated."""
        return self.covered(self.talk(view, anchor, exchanges), exchanges)

    def talk(
        self, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> list[tuple[Message, tuple[ReadSentence, ...]]]:
        """What the moment's author and those who were asked said in the thread, as it is read."""
        speakers = {anchor.author_id, *(e.message.author_id for e in exchanges)}
        return [
            (m, self._read(m, before_of(view, m)))
            for m in view.messages
            if m.author_id in speakers and not m.from_bot
        ]

    def covered(
        self,
        talk: Sequence[tuple[Message, tuple[ReadSentence, ...]]],
        exchanges: Sequence[Exchange],
    ) -> tuple[FacetCoverage, ...]:
        """How far talk that was read and the answers given since cover the twelve facets."""
        answers = [
            (e.message, e.reading.sentences)
            for e in exchanges
            if e.reading.quality is AnswerQuality.INFORMATIVE
        ]
        known_from = KNOWN_FROM if self._fitted else STATED_FROM
        return coverage_of([*talk, *answers], self._catalogue, known_from=known_from)

    def read(self, view: ThreadView, message: Message) -> tuple[ReadSentence, ...]:
        return self._read(message, before_of(view, message))

    def missing(self, context: AskContext) -> Missing | None:
        return missing(context, self._catalogue, self._detector)

    def compose(self, context: AskContext) -> ComposedQuestion | None:
        return compose(
            context,
            self._catalogue,
            self._detector,
            min_value=self._policy.ask.min_value,
            max_age_days=self._policy.ask.live_max_age_days,
        )

    def leeway(self, composed: ComposedQuestion, context: AskContext) -> Leeway | None:
        """Within what its own question may be worded otherwise."""
        return leeway_of(
            composed,
            context,
            self._catalogue,
            self._detector,
            max_age_days=self._policy.ask.live_max_age_days,
        )

    def read_answer(
        self, answer: Message, question: Question, known: Sequence[Message]
    ) -> AnswerReading:
        return read_answer(answer, question, known, self._signals)

    def claims(
        self, inquiry: Inquiry, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> tuple[Claim, ...]:
        """Only words of people who were asked and answered: theirs to confirm."""
        answered = {exchange.message.author_id for exchange in exchanges}
        fitted = self._detector if self._fitted else None
        found = claims_of(inquiry, view, _interview(exchanges), anchor.id, self._signals, fitted)
        return tuple(claim for claim in found if claim.author_id in answered)

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
        return draft_guide(
            guide_id,
            number,
            claims,
            view,
            _interview(exchanges),
            coverage,
            self._catalogue,
            created_at,
            max_words=self._policy.guide.max_words,
            embedder=self._embedder,
        )

    def keep_grounded(
        self, version: GuideVersion, view: ThreadView, texts: Mapping[str, str]
    ) -> tuple[GuideVersion | None, int]:
        words = [word for message in view.messages for word in message.own_words().split()]
        return keep_grounded(version, texts, self._catalogue, words, view.thread.title)


def _interview(exchanges: Sequence[Exchange]) -> list[tuple[Question, Message, AnswerReading]]:
    return [(e.question, e.message, e.reading) for e in exchanges]
