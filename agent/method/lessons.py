"""The after-action review: its questions about an incident, and what their answers tell.

Each of the four questions is answered by several people. What they say stands under the facets
of its question, in each person's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from agent.method.gates import GateContext, check_question
from agent.method.readings import AnswerQuality, AnswerReading, ComposedQuestion, ReadSentence
from memory.records.guide import Claim, GuideVersion
from memory.records.incident import ASKED_AS, TELLS, AfterAction
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus, Inquiry, Question
from memory.records.people import Member
from memory.records.policy import LessonPolicy
from memory.records.talk import EvidenceSpan, Message
from prompts.catalogue import Catalogue
from prompts.incident import load_incident, part_of, template_of

FRAMED = 0.6
"""How surely a sentence that shows no facet of its question states the one it was asked for."""
_KNOWN = frozenset({FacetStatus.STATED, FacetStatus.CONFIRMED})

Told = Sequence[tuple[Question, Message, AnswerReading]]
"""The answered questions of a review."""


def compose_part(
    part: AfterAction,
    opening: Message,
    title: str,
    addressee: Member,
    before: Sequence[Question],
    catalogue: Catalogue,
) -> ComposedQuestion | None:
    """Put one of the four questions about an incident to a person.

    `opening` holds the `title` as its first words; `before` are the questions of this review to
    this person. Put again, a question has its next phrasing. `None` where a gate forbids it.
    """
    entry = load_incident().questions[part]
    times = sum(part_of(question.template) is part for question in before)
    quote = EvidenceSpan.of(opening, 0, len(title))
    text = entry.texts[times % len(entry.texts)].format(q=quote.quote)
    gate = GateContext(
        anchor=opening,
        addressee_id=addressee.id,
        facet=ASKED_AS[part],
        gates=catalogue.gates,
        coverage={},
        last_facet=before[-1].facet if before and not times else None,
        asked=tuple(question.text for question in before),
        max_age=timedelta.max,
    )
    if check_question(text, quote.quote, gate):
        return None
    return ComposedQuestion(
        facet=ASKED_AS[part],
        text=text,
        quote=quote,
        template=template_of(part, times + 1),
        because=entry.because,
        minutes=entry.minutes,
        value=catalogue.facets[ASKED_AS[part]].weight,
    )


def lesson_claims(inquiry: Inquiry, told: Told) -> tuple[Claim, ...]:
    """Every sentence of an answer that says something, under a facet of the question it answers."""
    claims: dict[str, Claim] = {}
    for question, message, reading in told:
        part = part_of(question.template)
        if part is None or reading.quality is not AnswerQuality.INFORMATIVE:
            continue
        for sentence in reading.sentences:
            claim = _claim(inquiry, message, sentence, part)
            claims.setdefault(claim.id, claim)
    return tuple(claims.values())


def _claim(inquiry: Inquiry, message: Message, read: ReadSentence, part: AfterAction) -> Claim:
    span = EvidenceSpan.of(message, read.sentence.start, read.sentence.end)
    surely = load_incident().questions[part].surely
    fitting = [
        reading
        for reading in read.facets
        if reading.facet in TELLS[part] and reading.confidence >= surely
    ]
    best = max(fitting, key=lambda reading: reading.confidence, default=None)
    facet = best.facet if best else ASKED_AS[part]
    return Claim(
        id=Claim.id_of(inquiry.id, facet, span),
        community_id=inquiry.community_id,
        inquiry_id=inquiry.id,
        author_id=str(message.author_id),
        facet=facet,
        text=span.quote,
        evidence=(span,),
        confidence=min(1.0, max(FRAMED, best.confidence if best else FRAMED)),
    )


def lesson_coverage(claims: Iterable[Claim]) -> tuple[FacetCoverage, ...]:
    """The twelve facets as the claims state them, with their spans."""
    held = tuple(claims)
    found = []
    for facet in Facet:
        here = [claim for claim in held if claim.facet is facet]
        found.append(
            FacetCoverage(
                facet=facet,
                status=FacetStatus.STATED if here else FacetStatus.ABSENT,
                confidence=max((claim.confidence for claim in here), default=0.0),
                evidence=tuple(span for claim in here for span in claim.evidence),
            )
        )
    return tuple(found)


def parts_told(coverage: Iterable[FacetCoverage]) -> frozenset[AfterAction]:
    """The questions that somebody has answered, by the facets that are stated."""
    known = {entry.facet for entry in coverage if entry.status in _KNOWN}
    return frozenset(part for part, facets in TELLS.items() if facets & known)


def lacking(coverage: Iterable[FacetCoverage], policy: LessonPolicy) -> tuple[AfterAction, ...]:
    """The questions that the policy needs answered and nobody has."""
    told = parts_told(coverage)
    return tuple(part for part in policy.needs if part not in told)


def worth_drafting(coverage: Iterable[FacetCoverage], policy: LessonPolicy) -> bool:
    """Whether anything was said that makes a lesson: one of what the policy needs, or all of it."""
    told = parts_told(coverage)
    return bool(told & set(policy.needs)) if policy.needs else bool(told)


def as_lesson(version: GuideVersion, title: EvidenceSpan, policy: LessonPolicy) -> GuideVersion:
    """The version as a lesson: called as its incident was, in the order of an after-action review.

    Open is what the policy needs and nobody has answered, not what a guide would tell besides.
    """
    order = {facet: place for place, facet in enumerate(load_incident().headings)}
    sections = sorted(version.sections, key=lambda s: order.get(s.facet, len(order)))
    return version.model_copy(
        update={
            "title": title.quote,
            "title_evidence": title,
            "sections": tuple(sections),
            "open_facets": tuple(ASKED_AS[part] for part in lacking(version.coverage, policy)),
        }
    )


def lesson_obstacles(
    coverage: Iterable[FacetCoverage], words: int, policy: LessonPolicy, *, max_words: int
) -> tuple[str, ...]:
    """What a lesson still misses before it may be published, in words."""
    entry = load_incident()
    lacks = [entry.lacks[part] for part in lacking(coverage, policy)]
    if words > max_words:
        lacks.append(f"it has {words} words; {max_words} are the most")
    return tuple(lacks)
