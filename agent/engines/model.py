"""The engine with a model: it proposes, and code decides; whatever fails, the embedded one does.

Built around the embedded engine, which keeps every step that is not named here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from agent.engines.embedded import EmbeddedEngine
from agent.engines.protocol import Exchange
from agent.method.phrasing import addressee_of, suits
from agent.method.questions import Leeway
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
from agent.method.wordings import Wordings
from agent.model.asking import StepAsker
from agent.model.failures import ModelFailure
from agent.model.shapes import ProposedQuestions
from memory.clock import Clock
from memory.errors import StoreError
from memory.records.guide import Claim, GuideVersion
from memory.records.inquiry import FacetCoverage, Inquiry, Moment, Question
from memory.records.model_call import StepTaken
from memory.records.model_policy import ModelPolicy, ModelStep
from memory.records.talk import Message
from prompts import Catalogue
from prompts.steps.step import load_step, load_wording

STEP = ModelStep.COMPOSE_QUESTION
WORDED = "model"
"""Begins the name of the phrasing of a question that a model worded: `model.1.WHY`."""
LONGEST_MESSAGE = 4_000
"""Characters of a message that a model is shown."""
QUOTABLE_SHOWN = 8
EXAMPLES = 5
NONE_PASSED, NOT_THE_AUTHOR, NO_ROOM = "none_passed", "not_the_author", "no_room"
LEDGER_FAILED = "ledger_failed"


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
    ) -> None:
        self._embedded = embedded
        self._asker = asker
        self._clock = clock
        self._catalogue = catalogue
        self._policy = policy
        self._wordings = Wordings(catalogue, load_wording().general)

    def compose(self, context: AskContext) -> ComposedQuestion | None:
        """The embedded engine's question, in a model's words where some pass every gate.

        Whether, whom and what to ask is decided before a model is called, and no call is made
        where nothing is asked. Addressee, facet, value and reason stay as they are.
        """
        own = self._embedded.compose(context)
        if own is None or not self._policy.of_step(STEP).use:
            return own
        inquiry_id = Inquiry.id_of(Moment.id_of(context.anchor.id))
        refused: tuple[str, ...] = ()
        worded = None
        try:
            worded, reason, refused = self._reworded(own, context, inquiry_id)
        except ModelFailure as failure:
            reason = failure.outcome.value
        except StoreError:
            reason = LEDGER_FAILED
        taken = StepTaken(
            at=self._clock.now(),
            step=STEP,
            inquiry_id=inquiry_id,
            by_model=worded is not None,
            reason=reason,
            refused=refused,
        )
        with contextlib.suppress(StoreError):  # a full disk is told where people's acts are kept
            self._asker.client.ledger.note_step(taken)
        return worded or own

    def _reworded(
        self, own: ComposedQuestion, context: AskContext, inquiry_id: str
    ) -> tuple[ComposedQuestion | None, str, tuple[str, ...]]:
        """The question in other words, or `None` and why; and codes of what was refused."""
        leeway = self._embedded.leeway(own, context)
        if leeway is None or not leeway.quotable:
            return None, NO_ROOM, ()
        if leeway.message.author_id != addressee_of(context):
            return None, NOT_THE_AUTHOR, ()
        proposed = self._asker.ask(
            STEP,
            ProposedQuestions,
            self._inputs(own, context, leeway),
            _community(leeway),
            community_id=context.anchor.community_id,
            inquiry_id=inquiry_id,
        )
        texts = [one.question for one in proposed.candidates[: self._policy.candidates]]
        best, refused = self._wordings.choose(texts, leeway)
        if best is None:
            return None, NONE_PASSED, refused
        template = f"{WORDED}.{load_step(STEP.value).version}.{own.facet}"
        worded = replace(own, text=best.text, quote=best.quotable.span, template=template)
        return worded, "", refused

    def _inputs(self, own: ComposedQuestion, context: AskContext, leeway: Leeway) -> dict[str, str]:
        """The house's own words in the prompt: what is asked for, and how such questions read."""
        entry = self._catalogue.facets[own.facet]
        follows = bool(context.interview) and own.quote.message_id == context.interview[-1].id
        probes = [
            probe
            for probe in ((*entry.follow_ups, *entry.probes) if follows else entry.probes)
            if not probe.slots - {"q"}
            and probe.name not in context.templates_used
            and any(suits(probe, cast) for one in leeway.quotable for cast in one.casts)
        ]
        step = max(1, len(probes) // EXAMPLES)
        examples = [f"- {probe.text.format(q='...')}" for probe in probes[::step][:EXAMPLES]]
        return {
            "number": str(self._policy.candidates),
            "sense": entry.definition,
            "examples": "\n".join(examples),
            "lead": 'You wrote "...": what ...?',
            "most_words": str(self._catalogue.gates.max_words_outside_quote),
        }

    def judge(
        self, view: ThreadView, standings: Mapping[str, Standing]
    ) -> tuple[MomentReading, ...]:
        return self._embedded.judge(view, standings)

    def coverage(
        self, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> tuple[FacetCoverage, ...]:
        return self._embedded.coverage(view, anchor, exchanges)

    def read(self, view: ThreadView, message: Message) -> tuple[ReadSentence, ...]:
        return self._embedded.read(view, message)

    def missing(self, context: AskContext) -> Missing | None:
        return self._embedded.missing(context)

    def read_answer(
        self, answer: Message, question: Question, known: Sequence[Message]
    ) -> AnswerReading:
        return self._embedded.read_answer(answer, question, known)

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
        return self._embedded.draft(guide_id, number, claims, view, exchanges, coverage, created_at)

    def keep_grounded(
        self, version: GuideVersion, view: ThreadView, texts: Mapping[str, str]
    ) -> tuple[GuideVersion | None, int]:
        return self._embedded.keep_grounded(version, view, texts)


def _community(leeway: Leeway) -> dict[str, str]:
    """People's words in the prompt: the author's own of one message, and what may be quoted."""
    quotable = [one.span.quote for one in leeway.quotable[:QUOTABLE_SHOWN]]
    return {
        "message": leeway.message.own_words()[:LONGEST_MESSAGE],
        "quotable": "\n".join(f"- {quote}" for quote in quotable),
    }
