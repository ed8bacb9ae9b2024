"""A guide by two authors, and a witness of what each of them said yes to or took back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent.engines.protocol import Exchange
from agent.method.readings import ThreadView
from agent.services.answering import give_answer
from agent.services.confirming import confirm_guide
from agent.services.consent import choose_credit
from agent.services.correcting import Changed, correct_sentence, strike_sentences
from agent.services.guides import page_in
from agent.services.reviewing import edit_sentence, review_guide
from agent.services.withdrawing import withdraw_words
from agent.sight import sight_in
from memory.index.passages import passages_of
from memory.records.guide import (
    Claim,
    Decision,
    Guide,
    GuideSection,
    GuideSentence,
    GuideStatus,
    GuideVersion,
    sentence_key,
)
from memory.records.inquiry import (
    AnswerKind,
    Facet,
    FacetCoverage,
    FacetStatus,
    Inquiry,
    QuestionStatus,
)
from memory.records.people import Credit, Member
from memory.records.talk import EvidenceSpan, Message
from tests.agent.conftest import EXPERT, OTHER, STEWARD, Guild
from tests.agent.scripted_engine import ScriptedEngine

AUTHORS = (EXPERT, OTHER)
FACETS = (Facet.ACTION, Facet.WHY, Facet.BOUNDARY, Facet.CHECK, Facet.CUES)
SAID = {
    EXPERT.id: (
        "lower the fillfactor to 85 before the table grows",
        "repack the table in a quiet night",
        "the page keeps room for the next version of a row",
    ),
    OTHER.id: (
        "lower the fillfactor before the table grows",
        "small tables gain nothing from it",
        "hot updates should climb within the hour",
    ),
}


class SharedEngine(ScriptedEngine):
    """Every line of an answer is a claim; lines that begin with `lower` are one shared summary."""

    def coverage(
        self, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> tuple[FacetCoverage, ...]:
        del view, anchor, exchanges
        stated = FacetStatus.STATED
        return tuple(FacetCoverage(facet=f, status=stated, confidence=1.0) for f in Facet)

    def claims(
        self, inquiry: Inquiry, view: ThreadView, anchor: Message, exchanges: Sequence[Exchange]
    ) -> tuple[Claim, ...]:
        del view, anchor
        return tuple(
            _claim(inquiry, one, line) for one in exchanges for line in one.message.text.split("\n")
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
        advice = [c for c in claims if c.text.startswith("lower")]
        others = [c for c in claims if c not in advice]
        if not advice or not others:
            return None
        plain = super().draft(guide_id, number, claims, view, exchanges, coverage, created_at)
        if plain is None:
            return None
        cited = {c.id: s for c, s in zip(claims, _sentences(plain), strict=True)}
        authors = tuple(dict.fromkeys(c.author_id for c in advice))
        spans = tuple(span for c in advice for span in c.evidence)
        shared = {"also_ids": authors[1:], "evidence": spans}
        parts = [tuple(cited[c.id] for c in others[n :: len(FACETS)]) for n in range(len(FACETS))]
        sections = [
            GuideSection(facet=facet, sentences=part)
            for facet, part in zip(FACETS, parts, strict=True)
            if part
        ]
        return plain.model_copy(
            update={
                "summary": cited[advice[0].id].model_copy(update=shared),
                "sections": tuple(sections),
                "title": advice[0].text,
            }
        )


def _sentences(version: GuideVersion) -> list[GuideSentence]:
    return [s for section in version.sections for s in section.sentences]


def _claim(inquiry: Inquiry, one: Exchange, line: str) -> Claim:
    start = one.message.text.index(line)
    span = EvidenceSpan.of(one.message, start, start + len(line))
    return Claim(
        id=Claim.id_of(inquiry.id, one.question.facet, span),
        community_id=inquiry.community_id,
        inquiry_id=inquiry.id,
        author_id=one.question.asked_of,
        facet=one.question.facet,
        text=line,
        evidence=(span,),
    )


@dataclass
class Pair:
    """The guild at work on one guide, and its witness."""

    guild: Guild
    said_yes: set[tuple[str, str]] = field(default_factory=set)
    """`(author_id, sentence_key)` of every yes, a correction being one."""
    alone: set[tuple[str, str]] = field(default_factory=set)
    """Those that were given to a sentence by itself."""
    taken_back: set[str] = field(default_factory=set)
    """Words that their authors corrected, struck or withdrew."""

    def begin(self) -> None:
        """Let both authors answer, so that a draft waits for them."""
        self.guild.engine = SharedEngine()
        context = self.guild.work.context
        object.__setattr__(context, "engine", self.guild.engine)
        self.guild.open()
        self.answer("\n".join(SAID[EXPERT.id]))
        self.guild.act(AnswerKind.NOT_ME, refer_to="other")
        self.answer("\n".join(SAID[OTHER.id]))

    def answer(self, text: str) -> bool:
        """Answer the open question, if there is one, as the person it was put to."""
        for question in self.guild.questions():
            if question.status is QuestionStatus.OPEN:
                member = next(m for m in AUTHORS if m.id == question.asked_of)
                actor = self.guild.actor(member)
                give_answer(self.guild.work, actor, question.id, AnswerKind.REPLY, text=text)
                return True
        return False

    def status(self) -> GuideStatus:
        """Where the guide stands."""
        return self.guide.status

    @property
    def guide(self) -> Guide:
        """As stored now."""
        with self.guild.work.store.reading() as unit:
            guide = unit.guides.guide(Guide.id_of(self.guild.inquiry_id))
        assert guide is not None
        return guide

    def numbers_of(self, member: Member) -> list[int]:
        """Numbers of the sentences in a member's name."""
        sentences = enumerate(self.guide.current.sentences(), start=1)
        return [number for number, s in sentences if member.id in s.author_ids]

    def confirm(self, member: Member, *numbers: int, credit: Credit | None = None) -> Guide:
        """Say yes to some sentences, or to all of one's own."""
        before = self.guide
        after = confirm_guide(
            self.guild.work, self.guild.actor(member), before.id, credit=credit, sentences=numbers
        )
        placed = before.current.placed()
        for number in numbers or self._own(before, member):
            facet, sentence = placed[number - 1]
            yes = member.id, sentence_key(facet, sentence.text)
            self.said_yes.add(yes)
            if numbers:
                self.alone.add(yes)
        return after

    def _own(self, guide: Guide, member: Member) -> list[int]:
        sentences = enumerate(guide.current.sentences(), start=1)
        return [number for number, s in sentences if member.id in s.author_ids]

    def correct(self, member: Member, number: int, text: str) -> Changed:
        """Put other words in the place of a sentence."""
        before = self.guide
        actor = self.guild.actor(member)
        changed = correct_sentence(self.guild.work, actor, before.id, number, text)
        facet = before.current.placed()[number - 1][0]
        yes = member.id, sentence_key(facet, f"{text}.")
        self.said_yes.add(yes)
        self.alone.add(yes)
        self._take_back(before, member, [number])
        return changed

    def strike(self, member: Member, *numbers: int) -> Changed:
        """Leave sentences out."""
        before = self.guide
        changed = strike_sentences(self.guild.work, self.guild.actor(member), before.id, numbers)
        self._take_back(before, member, numbers)
        return changed

    def withdraw(self, member: Member) -> Changed:
        """Take all words back."""
        before = self.guide
        changed = withdraw_words(self.guild.work, self.guild.actor(member), before.id)
        self._take_back(before, member, self._own(before, member))
        self.taken_back |= set(SAID[member.id])
        return changed

    def _take_back(self, guide: Guide, member: Member, numbers: Sequence[int]) -> None:
        """Remember the member's own words in some sentences as gone."""
        with self.guild.work.store.reading() as unit:
            for number in numbers:
                for span in guide.current.sentences()[number - 1].evidence:
                    message = unit.talk.message(span.message_id)
                    if message is None or message.author_id == member.id:
                        self.taken_back.add(span.quote)

    def credit(self, member: Member, mode: Credit, *, default: bool = False) -> None:
        """Choose how to appear, here or by default."""
        guide_id = None if default else self.guide.id
        choose_credit(self.guild.work, self.guild.actor(member), mode, guide_id)

    def review(self, decision: Decision) -> Guide:
        """Let the steward decide."""
        actor = self.guild.actor(STEWARD)
        return review_guide(self.guild.work, actor, self.guide.id, decision, "say more")

    def edit(self, number: int, text: str) -> Guide:
        """Let the steward reword a sentence."""
        actor = self.guild.actor(STEWARD)
        return edit_sentence(self.guild.work, actor, self.guide.id, number, text)

    def assert_all_is_well(self) -> None:
        """Nothing is out without its authors' yes, and nothing taken back is anywhere."""
        with self.guild.work.store.reading() as unit:
            guide = unit.guides.guide(Guide.id_of(self.guild.inquiry_id))
            assert unit.guides.count_unindexed() == 0
            if guide is None or guide.status is GuideStatus.RETRACTED:
                return
            page = page_in(unit, guide, sight_in(unit, guide.community_id, guide_id=guide.id))
        if guide.status is GuideStatus.PUBLISHED:
            for facet, sentence in guide.current.placed():
                for author in sentence.author_ids:
                    assert (author, sentence_key(facet, sentence.text)) in self.said_yes
        shown = [guide.current.title, *(s.text for s in guide.current.sentences())]
        shown += [span.quote for s in guide.current.sentences() for span in s.evidence]
        shown += [span.quote for entry in guide.current.coverage for span in entry.evidence]
        shown += [message.own_words() for message in page.messages.values()]
        shown += [guide.current.title_evidence.quote, *page.questions.values()]
        shown += [passage.text for passage in passages_of(guide, lambda facet: facet.value)]
        for gone in self.taken_back:
            assert not any(gone in words for words in shown), gone
