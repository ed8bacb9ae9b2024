"""From what experts said to a cited guide, in their own words and no others'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from agent.method.facets import STATED_FROM, FacetDetector, read_message
from agent.method.measures import count_words, left_implied, measure, open_facets, told_facets
from agent.method.passages import (
    MOST_LEADING,
    Passage,
    forbids,
    lead_of,
    merge_alike,
    passages_of,
    without_repeated_leads,
)
from agent.method.readings import AnswerQuality, AnswerReading, ReadSentence, Sentence, ThreadView
from agent.method.sentences import own_sentences
from agent.method.standing import says_something, trimmed
from agent.method.summary import stems_by_message, summary_of, taken_up
from agent.method.titles import key_clause, title_of
from agent.method.words import content_stems
from memory.records.guide import Claim, GuideSection, GuideSentence, GuideVersion, TrailStep
from memory.records.inquiry import Facet, FacetCoverage, Inquiry, Question
from memory.records.talk import EvidenceSpan, Message, MessageKind
from prompts.catalogue import Catalogue

READING_ORDER = (
    Facet.SITUATION,
    Facet.ACTION,
    Facet.CUES,
    Facet.WHY,
    Facet.BOUNDARY,
    Facet.PITFALLS,
    Facet.HEURISTIC,
    Facet.CHECK,
    Facet.OPTIONS,
    Facet.WHATIF,
    Facet.GOAL,
    Facet.EVIDENCE,
)
"""Sections in the order in which a reader with the problem needs them."""

Interview = Sequence[tuple[Question, Message, AnswerReading]]

_SURE = 0.9
"""Confidence (three signals) from which a sentence of an answer goes elsewhere than was asked."""
_SURE_LIMIT = 0.85
"""The same for a limit (two signals): a reader may not overlook one."""
_BEFORE_MERGING = 3
"""Times the word limit that is compared for sentences said twice."""
_OTHERS_SHARED_STEMS = 2
_OTHERS_SHARED_PART = 0.3
_OWN_AFFAIRS = frozenset({Facet.EVIDENCE, Facet.GOAL, Facet.SITUATION})
"""Facets that tell of the speaker's own case, which is not the case of the moment."""
_FACETS_OF_OTHERS = {Facet.ACTION: Facet.OPTIONS}
"""What somebody else would do is an option beside the moment's advice."""
_ADVICE = {Facet.ACTION: 0.5, Facet.HEURISTIC: 0.25}
"""How much a facet makes a sentence the heart of a guide, in questions asked about it."""


def claims_of(
    inquiry: Inquiry,
    view: ThreadView,
    interview: Interview,
    moment_message_id: str,
    detector: FacetDetector,
) -> tuple[Claim, ...]:
    """Every sentence that says something, once, under its best facet.

    The moment's author counts in full; others who answered count with sentences that surely
    state a facet and share words with the moment or the title. From an answer, what states no other
    facet of its own for sure goes under the facet that was asked.
    """
    moment = next(m for m in view.messages if m.id == moment_message_id)
    topic = {*content_stems(view.thread.title), *content_stems(moment.own_words())}
    talk = stems_by_message([*view.messages, *(answer for _, answer, _ in interview)])
    claims: list[Claim] = []
    quotes = [question.quote for question, _, _ in interview]
    central = {chosen.sentence for chosen in _central(read_message(moment, detector), quotes)}
    for message in _speakers(view, moment):
        mine = message.author_id == moment.author_id
        for sentence in read_message(message, detector):
            is_central = message.id == moment.id and sentence.sentence in central
            text = sentence.sentence.text
            stated = _best(sentence, Facet.ACTION)[1] >= STATED_FROM and sentence.facets
            if not is_central and not (stated and says_something(text)):
                continue
            if not is_central and not taken_up(text, talk):
                continue
            if not mine and not _joins_in(sentence, topic):
                continue
            facet, confidence = _best(sentence, Facet.ACTION)
            if not mine:
                facet = _FACETS_OF_OTHERS.get(facet, facet)
            claims.append(_claim(inquiry, message, sentence, facet, confidence))
    for question, message, reading in interview:
        claims.extend(_answer_claims(inquiry, question, message, reading))
    return tuple({claim.id: claim for claim in claims}.values())


def _speakers(view: ThreadView, moment: Message) -> Iterator[Message]:
    """Messages of the moment's author, and answers of others who may be quoted."""
    asker = view.messages[0].author_id
    for message in view.messages:
        if message.deleted or message.from_bot or message.author_id is None:
            continue
        if message.kind in (MessageKind.SYSTEM, MessageKind.INTERVIEW):
            continue
        if message.author_id == moment.author_id:
            yield message
            continue
        person = view.people.get(message.author_id)
        if message.kind is MessageKind.QUESTION or message.author_id == asker:
            continue
        if person is None or person.may_be_asked:
            yield message


def _joins_in(sentence: ReadSentence, topic: set[str]) -> bool:
    facet, confidence = _best(sentence, Facet.ACTION)
    if confidence < STATED_FROM or facet in _OWN_AFFAIRS:
        return False
    words = set(content_stems(sentence.sentence.text))
    shared = len(words & topic)
    return shared >= _OTHERS_SHARED_STEMS and shared >= _OTHERS_SHARED_PART * len(words)


def _best(sentence: ReadSentence, default: Facet) -> tuple[Facet, float]:
    best = max(sentence.facets, key=lambda reading: reading.confidence, default=None)
    return (best.facet, best.confidence) if best else (default, 0.5)


def _central(
    sentences: Sequence[ReadSentence], quotes: Sequence[EvidenceSpan]
) -> list[ReadSentence]:
    """The sentences that were asked about, else the surest directive, else what comes first."""
    asked = [read for read in sentences if any(_holds(read.sentence, quote) for quote in quotes)]
    if asked:
        return asked
    telling = [read for read in sentences if says_something(read.sentence.text)]

    def directive(read: ReadSentence) -> float:
        return max((f.confidence for f in read.facets if f.facet is Facet.ACTION), default=0.0)

    return [max(telling, key=directive)] if telling else []


def _holds(outer: Sentence | EvidenceSpan, quote: EvidenceSpan) -> bool:
    """Whether a quote starts inside a sentence."""
    return outer.message_id == quote.message_id and outer.start <= quote.start < outer.end


def _claim(
    inquiry: Inquiry, message: Message, read: ReadSentence, facet: Facet, confidence: float
) -> Claim:
    start, end = trimmed(message.text, read.sentence.start, read.sentence.end)
    span = EvidenceSpan.of(message, start, end)
    return Claim(
        id=Claim.id_of(inquiry.id, facet, span),
        community_id=inquiry.community_id,
        inquiry_id=inquiry.id,
        author_id=str(message.author_id),
        facet=facet,
        text=span.quote,
        evidence=(span,),
        confidence=min(1.0, max(0.0, confidence)),
    )


def _answer_claims(
    inquiry: Inquiry, question: Question, message: Message, reading: AnswerReading
) -> Iterator[Claim]:
    if reading.quality is not AnswerQuality.INFORMATIVE or message.author_id is None:
        return
    telling = [s for s in reading.sentences if says_something(s.sentence.text)]
    for place, sentence in enumerate(telling):
        facet, confidence = _best(sentence, question.facet)
        sure = confidence >= (_SURE_LIMIT if facet is Facet.BOUNDARY else _SURE)
        if place == 0 or not sure or sentence.states(question.facet):
            facet = question.facet
        yield _claim(inquiry, message, sentence, facet, max(confidence, 0.8))


def draft_guide(
    guide_id: str,
    number: int,
    claims: Sequence[Claim],
    view: ThreadView,
    interview: Interview,
    coverage: Sequence[FacetCoverage],
    catalogue: Catalogue,
    created_at: datetime,
    *,
    max_words: int = 700,
) -> GuideVersion | None:
    """Set the claims as a guide; `None` where nothing but the central sentence is known.

    Sections come in `READING_ORDER`, sentences in the order they were said, each once. Above
    `max_words` the passages of lowest facet weight times confidence are left out.
    """
    messages = {m.id: m for m in (*view.messages, *(answer for _, answer, _ in interview))}
    known = [claim for claim in claims if claim.evidence[0].message_id in messages]
    central = _central_claim(known, interview)
    if central is None:
        return None
    moment = messages[central.evidence[0].message_id]
    summary, passages = _arrange(central, known, messages, interview, catalogue)
    few = _within_words(summary, passages, _BEFORE_MERGING * max_words)
    summary, *passages = merge_alike([summary, *few])
    passages = _within_words(summary, passages, max_words)
    sections = _sections(passages, summary)
    if not sections:
        return None
    title, title_evidence = title_of(view, moment, central.evidence[0])
    coverage = _told(coverage, summary, sections)
    headed = {summary.facet, *(section.facet for section in sections)}
    cited = summary.cited()
    return GuideVersion(
        guide_id=guide_id,
        number=number,
        title=title,
        title_evidence=title_evidence,
        summary=cited,
        sections=sections,
        open_facets=open_facets(coverage, headed, catalogue),
        coverage=tuple(coverage),
        trail=_trail(view, interview),
        measures=measure(cited, sections, coverage, catalogue),
        created_at=created_at,
    )


def _central_claim(claims: Sequence[Claim], interview: Interview) -> Claim | None:
    answers = {answer.id for _, answer, _ in interview}
    said = [claim for claim in claims if claim.evidence[0].message_id not in answers]

    def weight(claim: Claim) -> tuple[float, float]:
        asked = sum(_holds(claim.evidence[0], question.quote) for question, _, _ in interview)
        return asked + _ADVICE.get(claim.facet, 0.0), claim.confidence

    return max(said or claims, key=weight, default=None)


def _arrange(
    central: Claim,
    claims: Sequence[Claim],
    messages: dict[str, Message],
    interview: Interview,
    catalogue: Catalogue,
) -> tuple[Passage, list[Passage]]:
    """The summary, and the other passages in the order of the debate."""
    weights = {facet: entry.weight for facet, entry in catalogue.facets.items()}
    home = messages[central.evidence[0].message_id]
    clause = key_clause(home, central.evidence[0])
    summary = summary_of(central, home, claims, stems_by_message([*messages.values()]))
    leads = {
        answer.id: _lead(question.quote, messages, clause, summary)
        for question, answer, _ in interview
        if _own_words(question.quote, answer, messages)
    }
    if home.id in leads:
        summary = replace(summary, lead=leads[home.id])
    passages: list[Passage] = []
    for message in sorted(messages.values(), key=lambda m: (m.sent_at, m.id)):
        here = [c for c in claims if c.evidence[0].message_id == message.id]
        places = [(s.start, s.end) for s in own_sentences(message)]
        if message.id != home.id:
            passages += passages_of(message, here, places, weights, leads.get(message.id))
            continue
        first, last = summary.spans[0].start, summary.spans[-1].end
        before = [c for c in here if c.evidence[0].start < first]
        after = [c for c in here if c.evidence[0].start >= last]
        upper, lower = [p for p in places if p[1] <= first], [p for p in places if p[0] >= last]
        passages += passages_of(message, before, upper, weights, None)
        passages += passages_of(message, after, lower, weights, clause)
    return summary, passages


def _own_words(quote: EvidenceSpan, answer: Message, messages: Mapping[str, Message]) -> bool:
    """Whether who answered also wrote the quoted words: nobody's stand in another's name."""
    source = messages.get(quote.message_id)
    return source is not None and source.author_id == answer.author_id


def _lead(
    quote: EvidenceSpan, messages: Mapping[str, Message], clause: EvidenceSpan, summary: Passage
) -> EvidenceSpan:
    """What an answer is about; for the forbidding part of a directive, the directive whole.

    `Only if ...` after `don't ...` would say the opposite of what was meant.
    """
    home = messages.get(quote.message_id)
    lead = lead_of(home, quote, clause)
    first, last = summary.spans[0], summary.spans[-1]
    inside = lead.message_id == first.message_id and first.start <= lead.start < last.end
    short = count_words(summary.text) <= MOST_LEADING
    if home is None or not (inside and short and forbids(lead.quote)):
        return lead
    return EvidenceSpan.of(home, first.start, last.end)


def _within_words(summary: Passage, passages: list[Passage], limit: int) -> list[Passage]:
    """The passages without those of lowest value that would exceed the limit, in order."""
    words = {place: count_words(passage.text) for place, passage in enumerate(passages)}
    total = count_words(summary.text) + sum(words.values())
    for place in sorted(words, key=lambda n: (passages[n].value, -n)):
        if total <= limit:
            break
        total -= words.pop(place)
    return [passages[place] for place in sorted(words)]


def _sections(passages: Sequence[Passage], summary: Passage) -> tuple[GuideSection, ...]:
    sections = []
    for facet in READING_ORDER:
        here = without_repeated_leads([p for p in passages if p.facet is facet], summary)
        cited: list[GuideSentence] = [passage.cited() for passage in here]
        if cited:
            sections.append(GuideSection(facet=facet, sentences=tuple(cited)))
    return tuple(sections)


def _told(
    coverage: Sequence[FacetCoverage], summary: Passage, sections: Sequence[GuideSection]
) -> tuple[FacetCoverage, ...]:
    """Coverage as the guide tells it: what was stated in words that it leaves out is implied."""
    printed = [*summary.spans]
    printed += [span for section in sections for s in section.sentences for span in s.evidence]
    headed = {summary.facet, *(section.facet for section in sections)}
    return left_implied(coverage, set(Facet) - told_facets(coverage, headed, printed))


def _trail(view: ThreadView, interview: Interview) -> tuple[TrailStep, ...]:
    """The debate in order: asked, said, the agent asked, explained."""
    steps = []
    spoken = [
        m
        for m in view.messages
        if not (m.deleted or m.from_bot or m.kind in (MessageKind.SYSTEM, MessageKind.INTERVIEW))
    ]
    for place, message in enumerate(spoken):
        asked = message.kind is MessageKind.QUESTION or place == 0
        part = "asked" if asked else "said"
        steps.append(_step(message, part))
    for question, answer, _ in interview:
        steps.append(
            TrailStep(
                message_id=question.quote.message_id,
                author_id=None,
                at=question.delivered_at or question.composed_at,
                part="the agent asked",
                question_id=question.id,
            )
        )
        steps.append(_step(answer, "explained", question.id))
    return tuple(steps)


def _step(message: Message, part: str, question_id: str | None = None) -> TrailStep:
    return TrailStep(
        message_id=message.id,
        author_id=message.author_id,
        at=message.sent_at,
        part=part,
        question_id=question_id,
    )
