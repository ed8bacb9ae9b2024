"""What every system of record has to do, run over each one: guides and the decision log."""

from __future__ import annotations

import pytest

from memory.errors import StoreError
from memory.records.base import stable_id
from memory.records.decisions import Action, LoggedDecision
from memory.records.guide import Claim, Guide, GuideStatus
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Segment, SegmentKind
from memory.store.protocols import Store
from tests.memory.samples import (
    ADA,
    ADVICE,
    COMMUNITY,
    HOUR,
    NOON,
    SPAN,
    guide,
    inquiry,
    message,
    moment,
    published,
    question,
    review,
    sentence,
    version,
)


class TestGuides:
    """Claims, guides, versions, reviews, and what the index is behind with."""

    def test_claims_come_back_with_their_evidence(self, store: Store) -> None:
        """A claim keeps the words it rests on."""
        claim = Claim(
            id=Claim.id_of(inquiry().id, Facet.PITFALLS, SPAN),
            community_id=COMMUNITY.id,
            inquiry_id=inquiry().id,
            author_id=ADA.id,
            facet=Facet.PITFALLS,
            text=SPAN.quote,
            evidence=(SPAN,),
        )
        with store.writing() as unit:
            unit.guides.save_claims([claim])
            unit.guides.save_claims([claim])
            assert unit.guides.claims(inquiry().id) == [claim]
            assert unit.guides.claims(stable_id("inq", "none")) == []

    def test_a_guide_keeps_every_version(self, store: Store) -> None:
        """The latest is current, and what was written before can be read for ever."""
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            unit.guides.save_guide(published(version(2)))
            assert unit.guides.guide(guide().id) == published(version(2))
            assert unit.guides.versions(guide().id) == [version(1), version(2)]
            assert unit.guides.guides(COMMUNITY.id, [GuideStatus.DRAFT]) == []
            assert unit.guides.guides(None, [GuideStatus.PUBLISHED]) == [published(version(2))]
            assert unit.guides.guide(stable_id("gui", "none")) is None

    def test_a_kept_version_is_never_reworded(self, store: Store) -> None:
        """A change needs the next number; writing the same again, later, is no change."""
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            unit.guides.save_guide(guide(version(created_at=NOON + 9 * HOUR)))
            with pytest.raises(StoreError, match="next number"):
                unit.guides.save_guide(guide(version(title="Reworded")))
            assert unit.guides.guides() == [guide()]

    @pytest.mark.parametrize(
        ("part", "words"),
        [
            ({"quote": "Always open the kettle"}, "does not stand"),
            ({"start": 1}, "does not stand"),
            ({"message_id": stable_id("msg", "nowhere")}, "not stored"),
        ],
    )
    def test_a_tampered_quote_is_refused(
        self, store: Store, part: dict[str, object], words: str
    ) -> None:
        """A guide whose evidence is not in the stored message is not saved."""
        forged = EvidenceSpan.model_construct(**(SPAN.model_dump() | part))
        with store.writing() as unit:
            with pytest.raises(StoreError, match=words):
                unit.guides.save_guide(guide(version(summary=sentence(forged))))
            assert unit.guides.guides() == []

    def test_words_that_are_not_the_authors_own_are_refused(self, store: Store) -> None:
        """A quotation inside a message is not evidence for its author."""
        quoting = message("m2", segments=())
        span = EvidenceSpan.model_validate(
            {"message_id": quoting.id, "start": 0, "end": 5, "quote": ADVICE[:5]},
            context={"texts": {quoting.id: ADVICE}},
        )
        with store.writing() as unit:
            unit.talk.save_messages([quoting])
            with pytest.raises(StoreError, match="own words"):
                unit.guides.save_guide(guide(version(span=span)))

    def test_a_text_that_is_kept_makes_no_quotation_evidence(self, store: Store) -> None:
        """Own words of a message being evidence already, what it quotes still is not."""
        parts = (
            Segment(kind=SegmentKind.OWN, start=0, end=5),
            Segment(kind=SegmentKind.QUOTE, start=6, end=len(ADVICE)),
        )
        mixed = message("m3", segments=parts)
        own, quoted = EvidenceSpan.of(mixed, 0, 5), ADVICE[6:14]
        forged = EvidenceSpan.model_validate(
            {"message_id": mixed.id, "start": 6, "end": 14, "quote": quoted},
            context={"texts": {mixed.id: ADVICE}},
        )
        with store.writing() as unit:
            unit.talk.save_messages([mixed])
            unit.guides.save_guide(guide(version(span=own)))
            with pytest.raises(StoreError, match="own words"):
                unit.guides.save_guide(guide(version(2, span=forged)))

    @pytest.mark.parametrize("text", ["Rewritten altogether.", ""])
    def test_an_edit_at_the_source_rewrites_no_evidence(self, store: Store, text: str) -> None:
        """An old guide reads, and can be saved again, after its source is edited or deleted."""
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            unit.inquiries.save_question(question())
            unit.talk.save_messages([message(text=text, deleted=not text, edited_at=NOON)])
            assert unit.guides.guide(guide().id) == guide()
            assert unit.inquiries.question(question().id) == question()
            unit.guides.save_guide(published())
            assert unit.guides.versions(guide().id) == [version()]

    def test_one_guide_may_rest_on_two_texts_of_one_message(self, store: Store) -> None:
        """Each span is verified against the text it was cut from."""
        edited = message(text=f"Edited: {ADVICE}", edited_at=NOON)
        span = EvidenceSpan.of(edited, 0, 7)
        both = version(2, summary=sentence(span))
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            unit.talk.save_messages([edited])
            unit.guides.save_guide(guide(both))
            assert unit.guides.versions(guide().id) == [version(), both]

    def test_reviews_come_by_version(self, store: Store) -> None:
        """The record of who decided what stays with the guide."""
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            unit.guides.save_review(review(2))
            unit.guides.save_review(review(1))
            assert unit.guides.reviews(guide().id) == [review(1), review(2)]

    def test_the_index_learns_of_publishing_and_of_its_end(self, store: Store) -> None:
        """A change while the index was being written stays marked."""
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            assert unit.guides.unindexed() == []
            unit.guides.save_guide(published())
            unit.guides.save_guide(published())
            (first,) = unit.guides.unindexed()
            assert unit.guides.count_unindexed() == 1
            unit.guides.save_guide(published(status=GuideStatus.RETRACTED))
            unit.guides.mark_indexed(*first)
            (second,) = unit.guides.unindexed()
            assert (second[0], second[1] > first[1]) == (guide().id, True)
            unit.guides.mark_indexed(*second)
            unit.guides.mark_indexed(*first)
            assert unit.guides.unindexed() == []
            assert unit.guides.count_unindexed() == 0

    def test_every_guide_the_index_lacks_is_counted(self, store: Store) -> None:
        """The count goes on where one reading of what is behind ends."""
        one = published()
        assert one.review is not None
        with store.writing() as unit:
            for n in range(103):
                found = moment().model_copy(update={"id": stable_id("mom", str(n))})
                asked = inquiry(found)
                changes = {"guide_id": stable_id("gui", str(n))}
                other = {
                    "id": changes["guide_id"],
                    "inquiry_id": asked.id,
                    "current": one.current.model_copy(update=changes),
                    "confirmations": [yes.model_copy(update=changes) for yes in one.confirmations],
                    "review": one.review.model_copy(update=changes),
                }
                unit.inquiries.save_moments([found])
                unit.inquiries.save_inquiry(asked)
                unit.guides.save_guide(Guide.model_validate(dict(one) | other))
            assert unit.guides.count_unindexed() == 103
            assert len(unit.guides.unindexed()) == 100


class TestLog:
    """The decision log."""

    def test_the_newest_decisions_come_last(self, store: Store) -> None:
        """A limit keeps the newest, and one subject can be followed."""
        subjects = [inquiry().id, moment().id, inquiry().id]
        logged = [
            LoggedDecision(
                at=NOON + i * HOUR,
                community_id=COMMUNITY.id,
                actor="agent",
                action=Action.INQUIRY_OPENED,
                subject=subject,
            )
            for i, subject in enumerate(subjects)
        ]
        with store.writing() as unit:
            for decision in logged:
                unit.log.append(decision)
            assert unit.log.decisions() == logged
            assert unit.log.decisions(limit=2) == logged[1:]
            assert unit.log.decisions(inquiry().id) == [logged[0], logged[2]]
