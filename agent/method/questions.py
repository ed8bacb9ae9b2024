"""Compose the one question worth asking next: facet, quote and phrasing that pass every gate."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from agent.method.answers import is_vague, says_no_more
from agent.method.clauses import Shape, shape_of
from agent.method.facets import FacetDetector, read_message
from agent.method.gaps import (
    Gap,
    ThreadStatements,
    coverage_values,
    facet_asked_last,
    open_gaps,
    question_of,
)
from agent.method.gates import GateContext, check_question, question_sentences
from agent.method.readings import AnswerQuality, AskContext, ComposedQuestion, Missing
from agent.method.sentences import own_sentences
from agent.method.spans import Candidate, foils, rank_spans, spans_for
from agent.method.words import tokenise
from memory.records.inquiry import Facet
from memory.records.people import Credit
from memory.records.talk import EvidenceSpan, Message
from prompts.catalogue import Catalogue, Probe

_EMBEDDED = re.compile(r'\b(?:to|that|where|you|they|not|which|whether) "\{q\}"')
_FOIL_SLOTS = ("a", "b", "c")
_SPANS_TRIED = 5
_BEST_FIT = 1.0
_SAME_FACET_AGAIN = 1.5
_MIN_ANSWER_WORDS = 5
_AUTHOR_FIRST = re.compile(r"^You (wrote|said) ")
_PLAIN_NAME = re.compile(r"[^\W\d_][\w'\u2019-]*(?: [^\W\d_][\w'\u2019-]*){0,3}")
_SOMEBODY = "Somebody"


@dataclass(frozen=True, slots=True)
class _Draft:
    """One filled phrasing."""

    probe: Probe
    span: EvidenceSpan
    text: str


def _shuffled(message_id: str, probe: Probe) -> str:
    """A place in an order that differs from message to message and is always the same for one."""
    return hashlib.blake2b(f"{message_id}/{probe.name}".encode(), digest_size=8).hexdigest()


def _least_used(probes: Sequence[Probe], context: AskContext) -> list[Probe]:
    """Order phrasings: those this person has read least and longest ago first."""
    used = context.templates_used
    last = {name: place for place, name in enumerate(used)}

    def key(probe: Probe) -> tuple[int, int, str]:
        shuffled = _shuffled(context.anchor.id, probe)
        return used.count(probe.name), last.get(probe.name, -1), shuffled

    return sorted(probes, key=key)


def _reads_well(probe: Probe, quote: str) -> bool:
    """Whether a phrasing can stand around this quote as it is written."""
    shape = shape_of(quote)
    if probe.fits and shape.value not in probe.fits:
        return False
    starts_sentence = quote[0].isupper() and not re.match(r"I\b|[A-Z][A-Z]|\w+[A-Z]", quote)
    inflexible = starts_sentence or shape is Shape.ADVICE
    return not (inflexible and _EMBEDDED.search(probe.text))


def _author_name(message: Message, context: AskContext) -> str:
    """Who wrote the quoted words, as they agreed to appear; `Somebody` where that hides them."""
    author = context.view.people.get(message.author_id or "")
    if author is None or author.consent.credit is not Credit.CREDITED:
        return _SOMEBODY
    return author.name if _PLAIN_NAME.fullmatch(author.name) else _SOMEBODY


def _addressee(context: AskContext) -> str:
    """Id of the person who is asked."""
    return context.addressee.id if context.addressee else context.anchor.author_id or ""


def _fill(probe: Probe, span: EvidenceSpan, message: Message, context: AskContext) -> _Draft | None:
    """Put quote and foils into a phrasing, with the author's name where somebody else is asked.

    `None` where the thread has no foil for a slot, or where only the author could answer.
    """
    text = probe.text
    if message.author_id != _addressee(context):
        if probe.only_author:
            return None
        name = _author_name(message, context)
        text = _AUTHOR_FIRST.sub(lambda found: f"{name} {found[1]} ", text)
    slots = {"q": span.quote}
    open_slots = [slot for slot in _FOIL_SLOTS if slot in probe.slots]
    if open_slots:
        names = foils(context.view, context.anchor, span.quote)
        if len(names) < len(open_slots):
            return None
        slots |= dict(zip(open_slots, names, strict=False))
    return _Draft(probe, span, text.format(**slots))


def _last_answer(context: AskContext) -> Message | None:
    """The addressee's last answer, if a follow-up can build on it."""
    if not context.interview or context.interview[-1].author_id != _addressee(context):
        return None
    last = context.interview[-1]
    said = [
        s.text for s in own_sentences(last) if not is_vague(s.text) and not says_no_more(s.text)
    ]
    enough = sum(len(tokenise(text)) for text in said) >= _MIN_ANSWER_WORDS
    return last if enough else None


@dataclass(frozen=True, slots=True)
class _Source:
    """A message to quote from, with all that can be quoted of it."""

    message: Message
    ranked: tuple[Candidate, ...]
    answered: bool
    """It is an answer of the interview, so follow-ups are asked about it."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """One facet with the quotes that could carry a question about it, best first."""

    gap: Gap
    quotes: tuple[tuple[Message, Candidate, tuple[Probe, ...]], ...]
    urge: float
    """How much the facet calls for being asked, given the best quote there is for it."""


def _sources(
    context: AskContext, catalogue: Catalogue, detector: FacetDetector
) -> tuple[_Source, ...]:
    """What to quote from: the last answer first, if one was given, then the anchor."""
    topic = (context.view.thread.title, question_of(context))
    found: list[_Source] = []
    last = _last_answer(context)
    for message in (last, context.anchor):
        if message is None or message.id in {source.message.id for source in found}:
            continue
        reads = [
            read
            for read in read_message(message, detector)
            if not is_vague(read.sentence.text) and not says_no_more(read.sentence.text)
        ]
        ranked = rank_spans(message, reads, catalogue, topic, may_be_terse=message is not last)
        found.append(_Source(message, ranked, message is last))
    return tuple(found)


def _plan(
    gap: Gap, sources: Sequence[_Source], context: AskContext, catalogue: Catalogue
) -> _Plan | None:
    entry, asking = catalogue.facets[gap.facet], catalogue.asking
    vague = context.last_answer is AnswerQuality.VAGUE
    quotes: list[tuple[Message, Candidate, tuple[Probe, ...]]] = []
    urge = gap.urge
    for source in sources:
        probes = entry.follow_ups if source.answered else entry.probes
        least = asking.least_worth_answer if source.answered else asking.least_worth
        if vague and not source.answered:
            probes = (*entry.concrete, *probes)
        spans = spans_for(gap.facet, source.ranked, catalogue, limit=_SPANS_TRIED, least=least)
        if spans and not quotes:
            best, plain = spans[0][0], source.ranked[0].worth
            urge += min(best - plain, _BEST_FIT)
        quotes += [(source.message, one, probes) for _, one in spans]
    if vague and entry.concrete and gap.facet in context.asked_facets[-1:]:
        urge += _SAME_FACET_AGAIN
    return _Plan(gap, tuple(quotes), urge) if quotes else None


def _is_quoted(quote: str, asked: Sequence[str]) -> bool:
    return any(quote in earlier for earlier in asked)


def _drafts(
    plan: _Plan, context: AskContext, statements: ThreadStatements
) -> Iterator[tuple[Message, _Draft]]:
    """Yield filled phrasings in the order in which they should be tried."""
    fresh_first = sorted(plan.quotes, key=lambda one: _is_quoted(one[1].span.quote, context.asked))
    concrete_first = context.last_answer is AnswerQuality.VAGUE
    for message, one, probes in fresh_first:
        if statements.states(plan.gap.facet, one.span.quote):
            continue
        ordered = _least_used(probes, context)
        if concrete_first:
            ordered.sort(key=lambda probe: not probe.name.startswith("concrete."))
        for probe in ordered:
            if not _reads_well(probe, one.span.quote):
                continue
            if draft := _fill(probe, one.span, message, context):
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
    said = "what you wrote"
    if message.author_id != _addressee(context):
        name = _author_name(message, context)
        said = f"what {name if name != _SOMEBODY else name.lower()} wrote"
    return catalogue.asking.because[facet].format(said=said, where=where)


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
    max_age_days: int = 30,
) -> ComposedQuestion | None:
    """Return the most valuable question that passes every gate, or `None`.

    Facets that a guide cannot do without come first once probes run short, the others by value;
    quotes by how much of the judgement they carry, and phrasings by how little this person has
    read them. Watching live, nothing is asked about words older than `max_age_days`. The same
    context gives the same question.
    """
    gaps = [gap for gap in open_gaps(context, catalogue) if gap.value > min_value]
    if not gaps:
        return None
    sources = _sources(context, catalogue, detector)
    planned = (_plan(gap, sources, context, catalogue) for gap in gaps)
    plans = sorted(
        (plan for plan in planned if plan is not None),
        key=lambda plan: (plan.gap.facet not in context.needed, -plan.urge),
    )
    gate = replace(_gate(context, catalogue), max_age=timedelta(days=max_age_days))
    statements = ThreadStatements(context, detector)
    for plan in plans:
        facet = plan.gap.facet
        for message, draft in _drafts(plan, context, statements):
            held = replace(gate, anchor=message, facet=facet)
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


def missing(context: AskContext, catalogue: Catalogue, detector: FacetDetector) -> Missing | None:
    """Return what the anchor leaves out and the words to quote, whatever asking is worth.

    `None` where every facet is known well enough.
    """
    gaps = open_gaps(context, catalogue)
    if not gaps:
        return None
    chosen = max(gaps, key=lambda gap: gap.urge)
    ranked = _sources(context, catalogue, detector)[-1].ranked
    spans = spans_for(chosen.facet, ranked, catalogue, limit=1)
    return Missing(chosen.facet, spans[0][1].span if spans else None)


def _gate(context: AskContext, catalogue: Catalogue) -> GateContext:
    """What every draft of this moment is held against."""
    return GateContext(
        anchor=context.anchor,
        addressee_id=_addressee(context),
        facet=catalogue.order[0],
        gates=catalogue.gates,
        coverage=coverage_values(context.coverage, catalogue),
        last_facet=facet_asked_last(context),
        asked=context.asked,
        thread_questions=_thread_questions(context),
        now=context.now,
    )
