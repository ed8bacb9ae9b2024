"""What every system of record has to do: drafts, enough, meanings, credit, and putting off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memory.errors import StoreError
from memory.records.base import stable_id
from memory.records.inbox import Draft, Enough, SentenceMeaning
from memory.records.inquiry import AnswerKind, Facet, QuestionStatus
from memory.records.people import Credit
from memory.store.protocols import Store
from tests.memory.samples import (
    ADA,
    BEN,
    COMMUNITY,
    HOUR,
    NOON,
    answer,
    guide,
    inquiry,
    message,
    question,
)


def draft(text: str = "it leaves", **changes: object) -> Draft:
    """Ada's unsent words to the sample question."""
    fields: dict[str, object] = {
        "community_id": COMMUNITY.id,
        "member_id": ADA.id,
        "question_id": question().id,
        "text": text,
        "saved_at": NOON,
    }
    return Draft.model_validate(fields | changes)


def meaning(**changes: object) -> SentenceMeaning:
    """What Ada says of the first sentence of the sample message."""
    said = message()
    fields: dict[str, object] = {
        "id": SentenceMeaning.id_of(said.id, 0),
        "community_id": COMMUNITY.id,
        "inquiry_id": inquiry().id,
        "question_id": question().id,
        "message_id": said.id,
        "start": 0,
        "end": 5,
        "facet": Facet.WHY,
        "member_id": ADA.id,
        "said_at": NOON,
    }
    return SentenceMeaning.model_validate(fields | changes)


class TestInbox:
    """Drafts, enough, meanings."""

    def test_one_draft_per_person_and_question(self, store: Store) -> None:
        """The last words stand; another person's are another draft; dropped is dropped."""
        with store.writing() as unit:
            unit.inquiries.save_question(question())
            unit.inbox.save_draft(draft())
            unit.inbox.save_draft(draft("it leaves room", saved_at=NOON + HOUR))
            unit.inbox.save_draft(draft("no idea", member_id=BEN.id))
        with store.reading() as unit:
            assert [d.text for d in unit.inbox.drafts(ADA.id)] == ["it leaves room"]
            assert unit.inbox.draft(BEN.id, question().id) == draft("no idea", member_id=BEN.id)
        with store.writing() as unit:
            unit.inbox.drop_draft(ADA.id, question().id)
            unit.inbox.drop_draft(ADA.id, question().id)
        with store.reading() as unit:
            assert unit.inbox.draft(ADA.id, question().id) is None
            assert len(unit.inbox.drafts(BEN.id)) == 1

    def test_a_draft_belongs_to_a_question(self, store: Store) -> None:
        """Words without what they answer cannot be stored."""
        with pytest.raises(StoreError), store.writing() as unit:
            unit.inbox.save_draft(draft(question_id=stable_id("que", "none")))

    def test_a_draft_goes_with_the_answer_or_not_at_all(self, store: Store) -> None:
        """A transaction that fails leaves both as they were."""
        with store.writing() as unit:
            unit.inquiries.save_question(question())
            unit.inbox.save_draft(draft())

        def drop_and_fail() -> None:
            with store.writing() as unit:
                unit.inbox.drop_draft(ADA.id, question().id)
                unit.inbox.save_draft(draft(question_id=stable_id("que", "none")))

        with pytest.raises(StoreError):
            drop_and_fail()
        with store.reading() as unit:
            assert unit.inbox.draft(ADA.id, question().id) == draft()

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=2_000))
    def test_words_come_back_as_they_were(self, store: Store, text: str) -> None:
        """No character of a draft is changed by being kept."""
        with store.writing() as unit:
            unit.inquiries.save_question(question())
            unit.inbox.save_draft(draft(text))
        with store.reading() as unit:
            kept = unit.inbox.draft(ADA.id, question().id)
        assert kept is not None
        assert kept.text == text

    def test_enough_is_said_once(self, store: Store) -> None:
        """The first time stands, and it is one person's in one inquiry."""
        first = Enough(
            community_id=COMMUNITY.id, inquiry_id=inquiry().id, member_id=ADA.id, said_at=NOON
        )
        with store.writing() as unit:
            unit.inbox.save_enough(first)
            unit.inbox.save_enough(first.model_copy(update={"said_at": NOON + HOUR}))
        with store.reading() as unit:
            assert unit.inbox.enough(inquiry().id) == [first]
            assert unit.inbox.enough(stable_id("inq", "none")) == []

    def test_what_an_author_said_last_of_a_sentence_holds(self, store: Store) -> None:
        """One meaning per sentence, in the order of the message."""
        later = meaning(id=SentenceMeaning.id_of(message().id, 6), start=6, end=9, facet=None)
        with store.writing() as unit:
            unit.inbox.save_meaning(later)
            unit.inbox.save_meaning(meaning())
            unit.inbox.save_meaning(meaning(facet=Facet.CUES, drafted=2))
        with store.reading() as unit:
            found = unit.inbox.meanings(inquiry().id)
        assert found == [meaning(facet=Facet.CUES, drafted=2), later]

    def test_a_sentence_holds_something(self) -> None:
        """An empty stretch is no sentence."""
        with pytest.raises(ValueError, match="is empty"):
            meaning(start=5, end=5)


class TestNewFields:
    """Columns that came with the inbox."""

    def test_credit_and_putting_off_come_back(self, store: Store) -> None:
        """An answer's credit and until when a question was put off are kept."""
        asked = question().model_copy(update={"snoozed_until": NOON + timedelta(days=3)})
        words = {"kind": AnswerKind.REPLY, "message_id": message().id}
        said = answer().model_copy(update={**words, "credit": Credit.CHATHAM_HOUSE})
        with store.writing() as unit:
            unit.inquiries.save_question(asked)
            unit.inquiries.save_answer(said)
        with store.reading() as unit:
            assert unit.inquiries.question(asked.id) == asked
            assert unit.inquiries.answer(asked.id) == said

    def test_enough_closes_a_question_and_is_an_answer(self, store: Store) -> None:
        """Both sides of it are legal records."""
        closed = question().model_copy(
            update={"status": QuestionStatus.ENOUGH, "closed_at": NOON + HOUR}
        )
        said = answer().model_copy(update={"kind": AnswerKind.ENOUGH, "message_id": None})
        with store.writing() as unit:
            unit.inquiries.save_question(closed)
            unit.inquiries.save_answer(said)
        with store.reading() as unit:
            assert unit.inquiries.open_questions() == []
            assert unit.inquiries.answer(closed.id) == said

    def test_guides_are_found_by_who_was_asked(self, store: Store) -> None:
        """Of a whole community only those of one's own inquiries are read."""
        with store.writing() as unit:
            unit.inquiries.save_question(question())
            unit.guides.save_guide(guide())
        asked, other = (
            question().asked_of,
            next(m.id for m in (ADA, BEN) if m.id != question().asked_of),
        )
        with store.reading() as unit:
            assert [g.id for g in unit.guides.guides_with(asked)] == [guide().id]
            assert [g.id for g in unit.guides.guides_with(asked, [guide().status])] == [guide().id]
            assert unit.guides.guides_with(other) == []
