"""Compose the one question worth asking next: facet, quote and phrasing that pass every gate."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.method.answers import is_vague
from agent.method.clauses import Shape, shape_of
from agent.method.facets import FacetDetector
from agent.method.gaps import Gap, coverage_values, open_gaps, question_of, thread_states
from agent.method.gates import GateContext, check_question, question_sentences
from agent.method.readings import AskContext, ComposedQuestion
from agent.method.sentences import own_sentences
from agent.method.spans import anchor_spans, foils
from agent.method.words import tokenise
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message
from prompts.catalogue import Catalogue, Probe

_EMBEDDED = re.compile(r'\b(?:to|that|you|they|not|when|which|whether) "\{q\}"')
_TAKEN_AS = {Shape.ADVICE: Shape.DIRECTIVE, Shape.DIAGNOSIS: Shape.CLAIM}
_FOIL_SLOTS = ("a", "b", "c")
_SPANS_TRIED = 5
_OPENING_WORDS = 2
_MIN_ANSWER_WORDS = 5


@dataclass(frozen=True, slots=True)
class _Draft:
    """One filled phrasing."""

    probe: Probe
    span: EvidenceSpan
    text: str


def opening(question: str) -> str:
    """The first words of a question, lower case: what makes two of them look alike."""
    return " ".join(word.text.casefold() for word in tokenise(question)[:_OPENING_WORDS])


def _shuffled(message_id: str, probe: Probe) -> str:
    """A place in an order that differs from message to message and is always the same for one."""
    return hashlib.blake2b(f"{message_id}/{probe.name}".encode(), digest_size=8).hexdigest()


def _least_used(probes: Sequence[Probe], context: AskContext, opens: Sequence[str]) -> list[Probe]:
    """Order phrasings: those this person has read least and longest ago first."""
    used = context.templates_used
    last = {name: place for place, name in enumerate(used)}

    def key(probe: Probe) -> tuple[int, int, int, str]:
        alike = opens.count(opening(probe.text.replace("{q}", "")))
        shuffled = _shuffled(context.anchor.id, probe)
        return used.count(probe.name), last.get(probe.name, -1), alike, shuffled

    return sorted(probes, key=key)


def _reads_well(probe: Probe, quote: str) -> bool:
    """Whether a phrasing can stand around this quote as it is written."""
    shape = shape_of(quote)
    taken_as = {shape.value, _TAKEN_AS.get(shape, shape).value}
    if probe.fits and taken_as.isdisjoint(probe.fits):
        return False
    starts_sentence = quote[0].isupper() and not re.match(r"I\b|[A-Z][A-Z]|\w+[A-Z]", quote)
    inflexible = starts_sentence or shape is Shape.ADVICE
    return not (inflexible and _EMBEDDED.search(probe.text))


def _fill(probe: Probe, span: EvidenceSpan, context: AskContext) -> _Draft | None:
    """Put quote and foils into a phrasing; `None` where the thread has no foil for a slot."""
    slots = {"q": span.quote}
    open_slots = [slot for slot in _FOIL_SLOTS if slot in probe.slots]
    if open_slots:
        names = foils(context.view, context.anchor, span.quote)
        if len(names) < len(open_slots):
            return None
        slots |= dict(zip(open_slots, names, strict=False))
    return _Draft(probe, span, probe.text.format(**slots))


def _last_answer(context: AskContext) -> Message | None:
    """The last answer of the interview, if a follow-up can build on it."""
    if not context.interview:
        return None
    last = context.interview[-1]
    said = [s.text for s in own_sentences(last) if not is_vague(s.text)]
    enough = sum(len(tokenise(text)) for text in said) >= _MIN_ANSWER_WORDS
    return last if enough else None


@dataclass(frozen=True, slots=True)
class _Plan:
    """One facet with the quotes that could carry a question about it, best first."""

    gap: Gap
    quotes: tuple[tuple[Message, EvidenceSpan, tuple[Probe, ...]], ...]

    def urge(self, catalogue: Catalogue) -> float:
        """How much the facet calls for being asked, given the best quote there is for it."""
        shape = shape_of(self.quotes[0][1].quote)
        return self.gap.urge + catalogue.asking.pairing.get(self.gap.facet, {}).get(shape, 0.0)


def _plan(gap: Gap, context: AskContext, catalogue: Catalogue, detector: FacetDetector) -> _Plan:
    """Find what to quote: the last answer first, if one was given, then the anchor."""
    entry = catalogue.facets[gap.facet]
    topic = (context.view.thread.title, question_of(context))
    sources = [(context.anchor, entry.probes)]
    last = _last_answer(context)
    if last is not None:
        sources = [s for s in sources if s[0].id != last.id]
        sources.insert(0, (last, entry.follow_ups))
    quotes: list[tuple[Message, EvidenceSpan, tuple[Probe, ...]]] = []
    for message, probes in sources:
        spans = anchor_spans(
            message,
            gap.facet,
            detector,
            catalogue,
            topic=topic,
            limit=_SPANS_TRIED,
            least=-math.inf if message is last else catalogue.asking.least_worth,
        )
        quotes += [(message, span, probes) for span in spans]
    return _Plan(gap, tuple(quotes))


def _is_quoted(quote: str, asked: Sequence[str]) -> bool:
    return any(quote in earlier for earlier in asked)


def _drafts(
    plan: _Plan, context: AskContext, detector: FacetDetector, opens: Sequence[str]
) -> Iterator[tuple[Message, _Draft]]:
    """Yield filled phrasings in the order in which they should be tried."""
    fresh_first = sorted(plan.quotes, key=lambda one: _is_quoted(one[1].quote, context.asked))
    for message, span, probes in fresh_first:
        if thread_states(plan.gap.facet, span.quote, context, detector):
            continue
        for probe in _least_used(probes, context, opens):
            if _reads_well(probe, span.quote) and (draft := _fill(probe, span, context)):
                yield message, draft


def _because(facet: Facet, message: Message, context: AskContext, catalogue: Catalogue) -> str:
    """Why it is asked, in one sentence that names the place of the words it quotes."""
    thread = context.view.thread
    if message.id in {answer.id for answer in context.interview}:
        where = "in your last answer"
    elif thread.title:
        where = f"under \u201c{thread.title}\u201d"
    elif thread.channel:
        where = f"in #{thread.channel.lstrip('#')}"
    else:
        where = "there"
    return catalogue.asking.because[facet].format(where=where)


def _thread_questions(context: AskContext) -> tuple[str, ...]:
    found = [context.view.thread.title] if context.view.thread.title.endswith("?") else []
    for message in context.view.messages:
        found += question_sentences(message.own_words())
    return tuple(found)


def compose(
    context: AskContext,
    catalogue: Catalogue,
    detector: FacetDetector,
    *,
    min_value: float,
    member_opens: Sequence[str] = (),
) -> ComposedQuestion | None:
    """Return the most valuable question that passes every gate, or `None`.

    Facets are tried by value, quotes by how much of the judgement they carry, and phrasings by
    how little this person has read them; `member_opens` holds the opening words (`opening`) of
    questions the person read lately, which come last. The same context gives the same question.
    """
    gaps = [gap for gap in open_gaps(context, catalogue) if gap.value > min_value]
    plans = [_plan(gap, context, catalogue, detector) for gap in gaps]
    plans = sorted((p for p in plans if p.quotes), key=lambda plan: -plan.urge(catalogue))
    gate = _gate(context, catalogue)
    for plan in plans:
        facet = plan.gap.facet
        for message, draft in _drafts(plan, context, detector, member_opens):
            addressee = message.author_id or ""
            held = replace(gate, anchor=message, facet=facet, addressee_id=addressee)
            if check_question(draft.text, draft.span.quote, held):
                continue
            return ComposedQuestion(
                facet=facet,
                text=draft.text,
                quote=draft.span,
                template=draft.probe.name,
                because=_because(facet, message, context, catalogue),
                minutes=catalogue.facets[facet].minutes,
                value=plan.gap.value,
            )
    return None


def _gate(context: AskContext, catalogue: Catalogue) -> GateContext:
    """What every draft of this moment is held against."""
    return GateContext(
        anchor=context.anchor,
        addressee_id=context.anchor.author_id or "",
        facet=catalogue.order[0],
        gates=catalogue.gates,
        coverage=coverage_values(context.coverage, catalogue),
        last_facet=context.asked_facets[-1] if context.asked_facets else None,
        asked=context.asked,
        thread_questions=_thread_questions(context),
        now=context.now,
    )
