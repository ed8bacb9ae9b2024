"""Engines that ask and write worse on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from agent.engines.embedded import EmbeddedEngine
from agent.method.readings import AnswerReading, AskContext, ComposedQuestion, ThreadView
from evals.sabotaged.writing import with_invention
from memory.records.guide import GuideVersion
from memory.records.inquiry import Question
from memory.records.policy import Policy
from memory.records.talk import Message
from prompts import Catalogue

AIMLESS = 'About "{q}": what are your thoughts?'


class Aimless(EmbeddedEngine):
    """Asks for nothing in particular."""

    def compose(self, context: AskContext) -> ComposedQuestion | None:
        composed = super().compose(context)
        if composed is None:
            return None
        return replace(composed, text=AIMLESS.format(q=composed.quote.quote))


class Inventive(EmbeddedEngine):
    """Writes a sentence into every guide that nobody said."""

    def keep_grounded(
        self, version: GuideVersion, view: ThreadView, texts: Mapping[str, str]
    ) -> tuple[GuideVersion | None, int]:
        kept, cut = super().keep_grounded(version, view, texts)
        if kept is None:
            return None, cut
        first, *others = kept.sections
        return kept.model_copy(update={"sections": (with_invention(first), *others)}), cut


class Deaf(EmbeddedEngine):
    """Passes over whatever contradicts what was said before."""

    def read_answer(
        self, answer: Message, question: Question, known: Sequence[Message]
    ) -> AnswerReading:
        return replace(super().read_answer(answer, question, known), contradicts=())


class Heedless(Inventive, Deaf):
    """Invents and passes over."""


class Worst(Aimless, Heedless):
    """All of these at once."""


class Forgetful(EmbeddedEngine):
    """Keeps the first half of what is said in an answer."""

    def read_answer(
        self, answer: Message, question: Question, known: Sequence[Message]
    ) -> AnswerReading:
        read = super().read_answer(answer, question, known)
        return replace(read, sentences=read.sentences[: len(read.sentences) // 2])


def engine_of(kind: type[EmbeddedEngine]) -> Callable[[Catalogue, Policy], EmbeddedEngine]:
    """Make an engine of this kind, reading as the shipped one does."""

    def make(catalogue: Catalogue, policy: Policy) -> EmbeddedEngine:
        from agent.reader.detector import FittedDetector
        from memory.index.minilm import MiniLmEmbedder

        return kind(catalogue, policy, FittedDetector(), MiniLmEmbedder())

    return make
