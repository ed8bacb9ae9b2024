"""From what experts said to a cited guide, in their own words and no others'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from agent.method.facets import STATED_FROM, FacetDetector, read_message
from agent.method.measures import count_words, measure
from agent.method.passages import (
    LONGEST,
    Passage,
    dangles,
    merge_alike,
    passages_of,
    says_something,
    trimmed,
    without_connective,
)
from agent.method.readings import AnswerQuality, AnswerReading, ReadSentence, Sentence, ThreadView
from agent.method.sentences import own_sentences
from agent.method.titles import key_clause, title_of
from agent.method.words import content_stems
from memory.records.guide import Claim, GuideSection, GuideSentence, GuideVersion, TrailStep
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus, Inquiry, Question
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
_STATED = frozenset({FacetStatus.STATED, FacetStatus.CONFIRMED})


def claims_of(
    inquiry: Inquiry,
    view: ThreadView,
    interview: Interview,
    moment_message_id: str,
    detector: FacetDetector,
) -> tuple[Claim, ...]:
    """Every sentence that says something, once, under its best facet.

    The moment's author counts in full; others who answered count with sentences that surely
    state a facet and share words with the moment or the title. From an answer, what states no
    facet of its own goes under the facet that was asked.
    """
    moment = next(m for m in view.messages if m.id == moment_message_id)
    topic = {*content_stems(view.thread.title), *content_stems(moment.own_words())}
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
        if place == 0 or sentence.states(question.facet) or not sentence.facets:
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
    sections = _sections(passages)
    if not sections:
        return None
    title, title_evidence = title_of(view, moment, central.evidence[0])
    stated = {entry.facet for entry in coverage if entry.status in _STATED}
    told = {summary.facet, *(section.facet for section in sections)}
    missing = [facet for facet in Facet if facet not in stated | told]
    cited = summary.cited()
    return GuideVersion(
        guide_id=guide_id,
        number=number,
        title=title,
        title_evidence=title_evidence,
        summary=cited,
        sections=sections,
        open_facets=tuple(sorted(missing, key=lambda f: -catalogue.facets[f].weight)),
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
    summary = _summary(central, home)
    quotes = {answer.id: question.quote for question, answer, _ in interview}
    passages: list[Passage] = []
    for message in sorted(messages.values(), key=lambda m: (m.sent_at, m.id)):
        here = [c for c in claims if c.evidence[0].message_id == message.id]
        places = [(s.start, s.end) for s in own_sentences(message)]
        if message.id != home.id:
            passages += passages_of(message, here, places, weights, quotes.get(message.id))
            continue
        first, last = summary.spans[0].start, summary.spans[-1].end
        before = [c for c in here if c.evidence[0].start < first]
        after = [c for c in here if c.evidence[0].start >= last]
        clause = key_clause(home, central.evidence[0])
        upper, lower = [p for p in places if p[1] <= first], [p for p in places if p[0] >= last]
        passages += passages_of(message, before, upper, weights, None)
        passages += passages_of(message, after, lower, weights, clause)
    return summary, passages


def _summary(central: Claim, home: Message) -> Passage:
    """The central sentence, with the one before where it needs that, without a leading `So`."""
    span = central.evidence[0]
    if len(span.quote) > LONGEST:
        span = key_clause(home, span)
    start = without_connective(home.text, span.start, span.end)
    spans = [EvidenceSpan.of(home, start, span.end)]
    before = [s for s in own_sentences(home) if s.end <= span.start]
    if dangles(spans[0].quote) and before and says_something(before[-1].text):
        first = trimmed(home.text, before[-1].start, before[-1].end)
        spans.insert(0, EvidenceSpan.of(home, *first))
    return Passage(central.facet, central.author_id, tuple(spans), 1.0)


def _within_words(summary: Passage, passages: list[Passage], limit: int) -> list[Passage]:
    """The passages without those of lowest value that would exceed the limit, in order."""
    words = {place: count_words(passage.text) for place, passage in enumerate(passages)}
    total = count_words(summary.text) + sum(words.values())
    for place in sorted(words, key=lambda n: (passages[n].value, -n)):
        if total <= limit:
            break
        total -= words.pop(place)
    return [passages[place] for place in sorted(words)]


def _sections(passages: Sequence[Passage]) -> tuple[GuideSection, ...]:
    sections = []
    for facet in READING_ORDER:
        cited: list[GuideSentence] = [p.cited() for p in passages if p.facet is facet]
        if cited:
            sections.append(GuideSection(facet=facet, sentences=tuple(cited)))
    return tuple(sections)


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
