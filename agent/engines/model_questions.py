"""The step `compose_question`: the embedded engine's question, worded by a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.engines.embedded import EmbeddedEngine
from agent.engines.model_guide_prompts import in_a_line
from agent.engines.model_steps import Asked, Decided, ModelSteps
from agent.method.marking import Lead, Proposal
from agent.method.phrasing import addressee_of, author_name, suits
from agent.method.questions import Leeway, Quotable
from agent.method.readings import AskContext, ComposedQuestion
from agent.method.wordings import YOU, Wordings
from agent.model.shapes import ProposedQuestions
from memory.records.inquiry import Inquiry, Moment
from memory.records.model_policy import ModelStep
from prompts.catalogue import Catalogue
from prompts.steps.step import load_step, load_wording

STEP = ModelStep.COMPOSE_QUESTION
WORDED = "model"
"""Begins the name of the phrasing of a question that a model worded: `model.1.WHY`."""
LONGEST_MESSAGE = 4_000
"""Characters of a message that a model is shown."""
QUOTABLE_SHOWN = 8
EXAMPLES = 5
LED = '"{q}":'
"""What stands in a phrasing that puts its quotation before the question."""
NONE_PASSED, NO_ROOM = "none_passed", "no_room"


class QuestionStep:
    """Whether, whom and what to ask is decided before a model is called."""

    def __init__(self, embedded: EmbeddedEngine, steps: ModelSteps, catalogue: Catalogue) -> None:
        self._embedded = embedded
        self._steps = steps
        self._catalogue = catalogue
        self._wordings = Wordings(catalogue, load_wording().general)

    def compose(self, own: ComposedQuestion, context: AskContext) -> ComposedQuestion:
        """The question `own` in a model's words where some pass every gate; else `own`.

        Addressee, facet, value and reason stay as they are.
        """
        if not self._steps.uses(STEP):
            return own
        leeway = self._embedded.leeway(own, context)
        shown = () if leeway is None else tuple(filter(self._wordings.may_lead, leeway.quotable))
        numbered = [one.span.quote for one in shown[:QUOTABLE_SHOWN]]
        asked = self._asked(own, context, leeway, shown[:QUOTABLE_SHOWN])
        if leeway is None or not shown:
            none: Decided[ComposedQuestion] = Decided(None, NO_ROOM)
            self._steps.note(asked, none)
            return own
        held, by = leeway, _author(leeway, context)

        def decide(proposed: ProposedQuestions) -> Decided[ComposedQuestion]:
            return self._decided(own, held, by, numbered, proposed)

        return self._steps.take(asked, ProposedQuestions, decide) or own

    def _decided(
        self,
        own: ComposedQuestion,
        leeway: Leeway,
        by: str,
        numbered: Sequence[str],
        proposed: ProposedQuestions,
    ) -> Decided[ComposedQuestion]:
        kept = proposed.candidates[: self._steps.policy.candidates]
        proposals = [Proposal(_passage(numbered, one.passage), one.question) for one in kept]
        lead = Lead(by, load_wording().lead)
        best, refused = self._wordings.choose(proposals, leeway, lead)
        if best is None:
            return Decided(None, NONE_PASSED, refused)
        template = f"{WORDED}.{load_step(STEP.value).version}.{own.facet}"
        worded = replace(own, text=best.text, quote=best.quotable.span, template=template)
        return Decided(worded, "", refused)

    def _asked(
        self,
        own: ComposedQuestion,
        context: AskContext,
        leeway: Leeway | None,
        shown: Sequence[Quotable],
    ) -> Asked:
        """What is asked for, how such questions read, and the words they may quote."""
        wording, entry = load_wording(), self._catalogue.facets[own.facet]
        message = leeway.message if leeway else context.anchor
        ours = message.author_id == addressee_of(context)
        return Asked(
            STEP,
            inputs={
                "number": str(self._steps.policy.candidates),
                "sense": entry.definition,
                "examples": "\n".join(self._examples(own, context, shown, only_ours=ours)),
                "asked": wording.asked_author if ours else wording.asked_other,
            },
            community={
                "message": message.own_words()[:LONGEST_MESSAGE],
                "quotable": "\n".join(
                    f"{number}. {in_a_line(one.span.quote)}"
                    for number, one in enumerate(shown, start=1)
                ),
            },
            community_id=context.anchor.community_id,
            inquiry_id=Inquiry.id_of(Moment.id_of(context.anchor.id)),
            most=self._steps.policy.candidates,
        )

    def _examples(
        self,
        own: ComposedQuestion,
        context: AskContext,
        shown: Sequence[Quotable],
        *,
        only_ours: bool,
    ) -> Sequence[str]:
        """Some of the house's own phrasings for the facet, without their quotes."""
        entry = self._catalogue.facets[own.facet]
        follows = bool(context.interview) and own.quote.message_id == context.interview[-1].id
        probes = [
            probe
            for probe in ((*entry.follow_ups, *entry.probes) if follows else entry.probes)
            if LED in probe.text
            and not probe.slots - {"q"}
            and (only_ours or not probe.only_author)
            and probe.name not in context.templates_used
            and any(suits(probe, cast) for one in shown for cast in one.casts)
        ]
        step = max(1, len(probes) // EXAMPLES)
        asking = [probe.text.partition(LED)[2].strip() for probe in probes[::step]]
        wording, by = load_wording(), YOU if only_ours else load_wording().somebody
        return [
            wording.lead.format(by=by, quote=wording.example, question=text)
            for text in asking[:EXAMPLES]
        ]


def _passage(numbered: Sequence[str], number: int) -> str:
    """The passage with this number, counted from 1; empty, which no gate lets pass, for others."""
    return numbered[number - 1] if 1 <= number <= len(numbered) else ""


def _author(leeway: Leeway, context: AskContext) -> str:
    """Who wrote the quoted words, as the person who is asked reads it."""
    ours = leeway.message.author_id == addressee_of(context)
    return YOU if ours else author_name(leeway.message, context)
