"""An engine that does as it is told, so that the graph is tested apart from the method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.engines.protocol import Exchange
from agent.method.readings import (
    AnswerQuality,
    AnswerReading,
    AskContext,
    ComposedQuestion,
    Missing,
    MomentReading,
    ReadSentence,
    Sentence,
    Standing,
    ThreadView,
)
from memory.records.guide import (
    Claim,
    GuideMeasures,
    GuideSection,
    GuideSentence,
    GuideVersion,
    TrailStep,
)
from memory.records.inquiry import (
    Facet,
    FacetCoverage,
    FacetStatus,
    Inquiry,
    Question,
)
from memory.records.talk import EvidenceSpan, Message

ORDER = (Facet.CUES, Facet.WHY, Facet.BOUNDARY, Facet.CHECK)
PASS_WORDS = {"ask": AnswerQuality.REFERS, "dunno": AnswerQuality.VAGUE}


class ScriptedEngine:
    """Asks the facets of `ORDER` in turn; an answer states the facet that was asked."""

    name = "scripted"

    def __init__(self, *, questions: int = 4, completeness: float = 0.6) -> None:
        self.questions = questions
        self.completeness = completeness
        self.composed = 0

    def judge(
        self, view: ThreadView, standings: Mapping[str, Standing]
    ) -> tuple[MomentReading, ...]:
        del standings
        return tuple(
            MomentReading(m, 0.9, (), ("a directive with no reason",)) for m in view.messages[1:2]
        )

    def read(self, view: ThreadView, message: Message) -> tuple[ReadSentence, ...]:
        del view, message
        return ()

    def missing(self, context: AskContext) -> Missing | None:
        return Missing(ORDER[0], EvidenceSpan.of(context.anchor, 0, len(context.anchor.text)))

    def coverage(
        self, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> tuple[FacetCoverage, ...]:
        del view, anchor
        known = {exchange.question.facet for exchange in exchanges}
        return tuple(
            FacetCoverage(
                facet=facet,
                status=FacetStatus.STATED if facet in known else FacetStatus.ABSENT,
                confidence=1.0,
            )
            for facet in Facet
        )

    def compose(self, context: AskContext) -> ComposedQuestion | None:
        self.composed += 1
        if len(context.asked_facets) >= self.questions:
            return None
        facet = ORDER[len(context.asked_facets)]
        quote = EvidenceSpan.of(context.anchor, 0, min(len(context.anchor.text), 20))
        text = f'About "{quote.quote}": what about {facet.value.lower()}?'
        return ComposedQuestion(facet, text, quote, f"{facet}.1", "it is missing", 1.0, 0.1)

    def read_answer(
        self, answer: Message, question: Question, known: Sequence[Message]
    ) -> AnswerReading:
        del question, known
        quality = PASS_WORDS.get(answer.text.split()[0], AnswerQuality.INFORMATIVE)
        said = ReadSentence(Sentence(answer.id, 0, len(answer.text), answer.text), ())
        named = answer.text if quality is AnswerQuality.REFERS else ""
        return AnswerReading(quality, (said,), refers_to=named)

    def claims(
        self, inquiry: Inquiry, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> tuple[Claim, ...]:
        del view, anchor
        return tuple(
            self._claim(inquiry, exchange)
            for exchange in exchanges
            if exchange.reading.quality is AnswerQuality.INFORMATIVE
        )

    def _claim(self, inquiry: Inquiry, exchange: Exchange) -> Claim:
        span = EvidenceSpan.of(exchange.message, 0, len(exchange.message.text))
        return Claim(
            id=Claim.id_of(inquiry.id, exchange.question.facet, span),
            community_id=inquiry.community_id,
            inquiry_id=inquiry.id,
            author_id=exchange.question.asked_of,
            facet=exchange.question.facet,
            text=span.quote,
            evidence=(span,),
        )

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
        del exchanges
        cited = [
            GuideSentence(text=c.text, author_id=c.author_id, evidence=c.evidence) for c in claims
        ]
        return GuideVersion(
            guide_id=guide_id,
            number=number,
            title=claims[0].text,
            title_evidence=claims[0].evidence[0],
            summary=cited[0],
            sections=tuple(
                GuideSection(facet=claim.facet, sentences=(sentence,))
                for claim, sentence in zip(claims, cited, strict=True)
            ),
            open_facets=(),
            coverage=tuple(coverage),
            trail=(
                TrailStep(
                    message_id=view.messages[0].id, author_id=None, at=created_at, part="asked"
                ),
            ),
            measures=GuideMeasures(
                completeness=self.completeness, citation_recall=1, citation_precision=1, words=9
            ),
            created_at=created_at,
        )

    def keep_grounded(
        self, version: GuideVersion, view: ThreadView, texts: Mapping[str, str]
    ) -> tuple[GuideVersion | None, int]:
        del view
        sections = tuple(
            section
            for section in version.sections
            if all(s.evidence[0].message_id in texts for s in section.sentences)
        )
        if not sections:
            return None, len(version.sections)
        cut = len(version.sections) - len(sections)
        return version.model_copy(update={"sections": sections}), cut
