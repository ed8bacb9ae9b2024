"""What every system of record has to do, run over each one: the steward's desk."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from memory.records.base import stable_id
from memory.records.decisions import Action, LoggedDecision
from memory.records.guide import Approval, Guide, GuideStatus, sentence_key
from memory.records.inquiry import Facet, InquiryStatus
from memory.records.stewarding import DeskDraft, StewardAct, StewardActKind
from memory.store.protocols import Store
from tests.memory.samples import (
    ADA,
    BEN,
    COMMUNITY,
    HOUR,
    NOON,
    confirmation,
    guide,
    inquiry,
    published,
    version,
)


def act(**changes: Any) -> StewardAct:
    """Ada puts the guide to Ben."""
    fields: dict[str, Any] = {
        "id": StewardAct.id_of(guide().id, 1, StewardActKind.ESCALATED, ADA.id, BEN.id),
        "community_id": COMMUNITY.id,
        "guide_id": guide().id,
        "version": 1,
        "kind": StewardActKind.ESCALATED,
        "by_id": ADA.id,
        "to_id": BEN.id,
        "comment": "Which kettle is meant?",
        "made_at": NOON,
    }
    return StewardAct(**(fields | changes))


def draft(**changes: Any) -> DeskDraft:
    """What Ada has typed to send the guide back."""
    fields: dict[str, Any] = {
        "member_id": ADA.id,
        "guide_id": guide().id,
        "act": "revise",
        "community_id": COMMUNITY.id,
        "text": "Say why",
        "saved_at": NOON,
    }
    return DeskDraft(**(fields | changes))


class TestDesk:
    """Acts, drafts, standings and lines."""

    def test_acts_come_back_in_order(self, store: Store) -> None:
        """Of a guide, and of one kind in a community; saved twice is saved once."""
        asked = act(
            id=stable_id("act", "asked"),
            kind=StewardActKind.ASKED_ABOUT,
            to_id=None,
            facets=(Facet.WHY, Facet.CHECK),
            made_at=NOON + HOUR,
        )
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            for one in (asked, act(), act()):
                unit.desk.save_act(one)
            assert unit.desk.acts(guide().id) == [act(), asked]
            kind = StewardActKind.ESCALATED
            assert unit.desk.acts_of_kind(COMMUNITY.id, kind) == [act()]
            assert unit.desk.acts(stable_id("gui", "none")) == []

    @pytest.mark.parametrize(
        "changes",
        [
            {"to_id": None},
            {"to_id": ADA.id},
            {"comment": " "},
            {"facets": (Facet.WHY,)},
            {"kind": StewardActKind.RETRACTED},
            {"kind": StewardActKind.ASKED_ABOUT, "to_id": None},
        ],
    )
    def test_an_illegal_act_cannot_be_built(self, changes: dict[str, Any]) -> None:
        """Without a word why, to oneself, or with what is another kind's."""
        with pytest.raises(ValidationError):
            act(**changes)

    def test_a_person_has_one_draft_per_guide_and_act(self, store: Store) -> None:
        """The latest words stay, other people's and other acts' are apart."""
        later = draft(text="Say why, please", saved_at=NOON + HOUR)
        other = draft(act="reject", text="No")
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            for one in (draft(), later, other, draft(member_id=BEN.id)):
                unit.desk.save_draft(one)
            assert unit.desk.drafts(ADA.id, guide().id) == [other, later]
            unit.desk.drop_draft(ADA.id, guide().id, "reject")
            assert unit.desk.drafts(ADA.id, guide().id) == [later]
            assert len(unit.desk.drafts(BEN.id, guide().id)) == 1

    def test_a_standing_tells_what_a_list_needs(self, store: Store) -> None:
        """Status, version and what it waits for; who said yes only while that matters."""
        with store.writing() as unit:
            unit.guides.save_guide(guide(confirmations=(confirmation(),)))
            (waiting,) = unit.desk.standings(COMMUNITY.id)
            assert (waiting.id, waiting.version, waiting.status) == (
                guide().id,
                1,
                GuideStatus.DRAFT,
            )
            assert waiting.waits_for is InquiryStatus.WAITING_FOR_ANSWER
            assert [yes.member_id for yes in waiting.said] == [ADA.id]
            unit.guides.save_guide(published(version(2)))
            (out,) = unit.desk.standings(COMMUNITY.id, [GuideStatus.PUBLISHED])
            assert (out.version, out.review_by, out.said) == (
                2,
                published(version(2)).review_by,
                (),
            )
            assert unit.desk.standings(COMMUNITY.id, [GuideStatus.DRAFT]) == []

    def test_a_line_holds_the_words_of_its_version(self, store: Store) -> None:
        """Of two versions the one that is asked for, sentence by sentence as the record has it."""
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            unit.guides.save_guide(published(version(2)))
            for number in (1, 2):
                (line,) = unit.desk.lines([(guide().id, number)])
                kept = version(number)
                assert (line.version, line.title) == (number, kept.title)
                assert [(s.facet, s.text) for s in line.sentences] == [
                    (facet, sentence.text) for facet, sentence in kept.placed()
                ]
                assert line.author_ids == kept.authors()
                assert line.completeness == kept.measures.completeness
                assert line.open_facets == kept.open_facets
                assert line.written_at == kept.created_at
            assert unit.desk.lines([(guide().id, 9)]) == []

    @pytest.mark.parametrize("given", ["none", "whole", "by sentence", "older", "one"])
    def test_who_is_awaited_is_what_the_record_says(self, store: Store, given: str) -> None:
        """Lists tell whose yes is missing exactly as the guide itself does."""
        facet, first = version().placed()[0]
        one = (Approval(sentence=sentence_key(facet, first.text), at=NOON),)
        keys = version().keys_of(ADA.id)
        every = tuple(Approval(sentence=key, at=NOON) for key in keys)
        said = {
            "none": (),
            "whole": (confirmation(),),
            "by sentence": (confirmation().model_copy(update={"approved": every}),),
            "older": (confirmation(2),),
            "one": (confirmation().model_copy(update={"approved": one}),),
        }[given]
        stored: Guide = guide(confirmations=said)
        with store.writing() as unit:
            unit.guides.save_guide(stored)
            (standing,) = unit.desk.standings(COMMUNITY.id)
            (line,) = unit.desk.lines([(stored.id, 1)])
        assert line.awaiting(standing.said) == stored.awaiting()

    def test_an_edit_is_known_of(self, store: Store) -> None:
        """Guides of which a steward edited a sentence are told, and no others."""
        edit = LoggedDecision(
            at=NOON,
            community_id=COMMUNITY.id,
            actor=BEN.id,
            action=Action.SENTENCE_EDITED,
            subject=guide().id,
        )
        with store.writing() as unit:
            unit.log.append(edit)
            unit.log.append(edit.model_copy(update={"action": Action.GUIDE_APPROVED}))
            assert unit.desk.edited(COMMUNITY.id) == {guide().id}
            assert unit.desk.edited(inquiry().id) == frozenset()
