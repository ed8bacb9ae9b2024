"""Compose the one question worth asking next: facet, quote and phrasing that pass every gate."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from agent.method.answers import is_vague, says_no_more
from agent.method.casts import Cast, casts_of
from agent.method.facets import FacetDetector, before_of, judge_message, read_message
from agent.method.focus import Focus
from agent.method.gaps import (
    Gap,
    ThreadStatements,
    coverage_values,
    facet_asked_last,
    open_gaps,
    question_of,
)
from agent.method.gates import GateContext, check_question, question_sentences
from agent.method.phrasing import (
    SOMEBODY,
    Draft,
    Pairing,
    addressee_of,
    author_name,
    fill,
    pairings,
    place_of,
)
from agent.method.readings import (
    AnswerQuality,
    AskContext,
    Before,
    ComposedQuestion,
    Judgement,
    Missing,
)
from agent.method.sentences import own_sentences
from agent.method.spans import Candidate, rank_spans, spans_for
from agent.method.words import tokenise
from memory.records.inquiry import Facet
from memory.records.offered import OFFERED
from memory.records.talk import EvidenceSpan, Message, MessageKind
from prompts import Catalogue, Probe

_SPANS_TRIED = 8
_BEST_FIT = 1.0
_SAME_FACET_AGAIN = 1.5
_MIN_ANSWER_WORDS = 5
_LONGEST_TITLE = 90


def _last_answer(context: AskContext) -> Message | None:
    """The addressee's last answer, if a follow-up can build on it."""
    if not context.interview or context.interview[-1].author_id != addressee_of(context):
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
    """One facet with all that could be asked about it, by source, best worth first."""

    gap: Gap
    by_source: tuple[tuple[Pairing, ...], ...]
    urge: float
    """How much the facet calls for being asked, given the best question there is about it."""


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
        before = _before(context, message)
        reads = [
            read
            for read in read_message(message, detector, before)
            if not is_vague(read.sentence.text) and not says_no_more(read.sentence.text)
        ]
        judgement = judge_message(message, detector, before)
        ranked = rank_spans(
            message,
            reads,
            catalogue,
            topic,
            may_be_terse=message is not last,
            focus=None if judgement is None else Focus(message, judgement),
        )
        found.append(_Source(message, ranked, message is last))
    return tuple(found)


def _before(context: AskContext, message: Message) -> Before:
    """What a message answers: an answer of the interview, the last question."""
    if message.id in {answer.id for answer in context.interview}:
        return Before(talk=context.asked[-1] if context.asked else "")
    return before_of(context.view, message)


def _judged(context: AskContext, detector: FacetDetector) -> Judgement | None:
    return judge_message(context.anchor, detector, _before(context, context.anchor))


def _casts(facet: Facet, source: _Source, catalogue: Catalogue) -> list[tuple[float, Cast]]:
    """What a source offers to ask about a facet, with the worth of the clause each is from."""
    asking = catalogue.asking
    found: list[tuple[float, Cast]] = []
    for worth, one in spans_for(facet, source.ranked, catalogue, limit=_SPANS_TRIED):
        for cast in casts_of(source.message, one.span):
            plain = asking.part_worth + max(worth, one.worth)
            form = asking.form_worth.get(facet, {}).get(cast.form.value, 0.0)
            found.append(((plain if cast.part else worth) + form, cast))
    return found


def _probes(
    facet: Facet, source: _Source, context: AskContext, catalogue: Catalogue
) -> tuple[Probe, ...]:
    entry = catalogue.facets[facet]
    if source.answered:
        about_any = (probe for probe in entry.probes if not probe.text.startswith("You "))
        return (*entry.follow_ups, *about_any)
    vague = context.last_answer is AnswerQuality.VAGUE
    return entry.concrete if vague and entry.concrete else entry.probes


def _plan(
    gap: Gap, sources: Sequence[_Source], context: AskContext, catalogue: Catalogue
) -> _Plan | None:
    entry, asking = catalogue.facets[gap.facet], catalogue.asking
    used = frozenset(context.templates_used)
    by_source: list[tuple[Pairing, ...]] = []
    for source in sources:
        told = source.answered or source.message.source in OFFERED
        least = asking.least_worth_answer if told else asking.least_worth
        probes = _probes(gap.facet, source, context, catalogue)
        offered = pairings(
            source.message,
            _casts(gap.facet, source, catalogue),
            [probe for probe in probes if probe.name not in used],
        )
        worthy = [one for one in offered if one.worth >= least]
        if worthy:
            by_source.append(tuple(sorted(worthy, key=lambda one: -one.worth)))
    if not by_source:
        return None
    best, plain = by_source[0][0].worth, sources[0].ranked[0].worth
    urge = gap.urge + max(-_BEST_FIT, min(best - plain, _BEST_FIT))
    vague = context.last_answer is AnswerQuality.VAGUE
    if vague and entry.concrete and gap.facet in context.asked_facets[-1:]:
        urge += _SAME_FACET_AGAIN
    return _Plan(gap, tuple(by_source), urge)


def _in_turn(offered: Sequence[Pairing], context: AskContext, slack: float) -> Iterator[Pairing]:
    """Yield all that is offered, best first; what is about as good as the best takes turns."""
    left = list(offered)
    while left:
        near = [one for one in left if one.worth >= left[0].worth - slack]
        yield from sorted(near, key=lambda one: place_of(context, one.probe, one.cast))
        left = left[len(near) :]


def _drafts(
    plan: _Plan, context: AskContext, statements: ThreadStatements, slack: float
) -> Iterator[tuple[Message, Draft]]:
    """Yield filled phrasings in the order in which they should be tried."""
    for offered in plan.by_source:
        for one in _in_turn(offered, context, slack):
            if statements.states(plan.gap.facet, one.cast.span.quote):
                continue
            if draft := fill(one, context):
                yield one.message, draft


def _because(facet: Facet, message: Message, context: AskContext, catalogue: Catalogue) -> str:
    """Why it is asked, in one sentence that names what was written and where."""
    thread = context.view.thread
    if message.id in {answer.id for answer in context.interview}:
        kind = "reply"
    elif thread.title:
        kind = "answer" if message.kind is MessageKind.ANSWER else "message"
    else:
        kind = "channel" if thread.channel else "bare"
    name = ""
    if message.author_id != addressee_of(context):
        kind, name = f"other_{kind}", author_name(message, context)
        name = name if name != SOMEBODY else name.lower()
    title = textwrap.shorten(thread.title, _LONGEST_TITLE, placeholder=" \u2026")
    slots = {"title": title, "channel": thread.channel.lstrip("#"), "name": name}
    moment = catalogue.say(f"moment_{kind}", **slots)
    return catalogue.asking.because[facet].format(moment=moment)


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

    Facets that a guide cannot do without come first once probes run short, the others by value
    and by the best question there is about each; of those about as good, message and person
    decide. No phrasing that this person has read in a month is used again. Watching live,
    nothing is asked about words older than `max_age_days`. The same context gives the same
    question.
    """
    found = open_gaps(context, catalogue, _judged(context, detector))
    gaps = [gap for gap in found if gap.value > min_value]
    if not gaps:
        return None
    sources = [one for one in _sources(context, catalogue, detector) if one.ranked]
    planned = (_plan(gap, sources, context, catalogue) for gap in gaps) if sources else ()
    plans = sorted(
        (plan for plan in planned if plan is not None),
        key=lambda plan: (plan.gap.facet not in context.needed, -plan.urge),
    )
    gate = replace(_gate(context, catalogue), max_age=timedelta(days=max_age_days))
    statements = ThreadStatements(context, detector)
    for plan in plans:
        facet = plan.gap.facet
        for message, draft in _drafts(plan, context, statements, catalogue.asking.slack):
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


@dataclass(frozen=True, slots=True)
class Quotable:
    """Words that a question about a facet may quote, as what they can stand, and their worth."""

    span: EvidenceSpan
    casts: tuple[Cast, ...]
    worth: float


@dataclass(frozen=True, slots=True)
class Leeway:
    """How a question may be worded otherwise: what it may quote, and what it is held against."""

    message: Message
    quotable: tuple[Quotable, ...]
    """Best first, each text once."""
    gate: GateContext


def leeway_of(
    composed: ComposedQuestion,
    context: AskContext,
    catalogue: Catalogue,
    detector: FacetDetector,
    *,
    max_age_days: int = 30,
) -> Leeway | None:
    """Return within what `composed` may be worded otherwise; `None` where it may not be.

    The quotes are those that `compose` itself could have taken from the same message for the
    same facet.
    """
    asking, statements = catalogue.asking, ThreadStatements(context, detector)
    for source in _sources(context, catalogue, detector):
        if source.message.id != composed.quote.message_id:
            continue
        told = source.answered or source.message.source in OFFERED
        least = asking.least_worth_answer if told else asking.least_worth
        found: dict[str, Quotable] = {}
        for worth, cast in _casts(composed.facet, source, catalogue):
            if worth + cast.worth < least:
                continue
            known = found.get(cast.span.quote, Quotable(cast.span, (), least))
            best = max(known.worth, worth + cast.worth)
            found[cast.span.quote] = Quotable(known.span, (*known.casts, cast), best)
        quotable = sorted(found.values(), key=lambda one: -one.worth)
        gate = replace(
            _gate(context, catalogue),
            anchor=source.message,
            facet=composed.facet,
            max_age=timedelta(days=max_age_days),
        )
        kept = [one for one in quotable if not statements.states(gate.facet, one.span.quote)]
        return Leeway(source.message, tuple(kept), gate)
    return None


def missing(context: AskContext, catalogue: Catalogue, detector: FacetDetector) -> Missing | None:
    """Return what the anchor leaves out and the words to quote, whatever asking is worth.

    `None` where every facet is known well enough.
    """
    judgement = _judged(context, detector)
    gaps = open_gaps(context, catalogue, judgement)
    if not gaps:
        return None
    chosen = max(gaps, key=lambda gap: gap.urge)
    passage = None if judgement is None else Focus(context.anchor, judgement).passage
    if passage is None:
        ranked = _sources(context, catalogue, detector)[-1].ranked
        spans = spans_for(chosen.facet, ranked, catalogue, limit=1)
        passage = spans[0][1].span if spans else None
    return Missing(chosen.facet, passage)


def _gate(context: AskContext, catalogue: Catalogue) -> GateContext:
    """What every draft of this moment is held against."""
    return GateContext(
        anchor=context.anchor,
        addressee_id=addressee_of(context),
        facet=catalogue.order[0],
        gates=catalogue.gates,
        coverage=coverage_values(context.coverage, catalogue),
        last_facet=facet_asked_last(context),
        asked=context.asked,
        thread_questions=_thread_questions(context),
        now=context.now,
    )
