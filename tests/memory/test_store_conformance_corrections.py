"""What every system of record has to do, run over each one: authors' changes of their words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from memory.errors import UserInputError
from memory.records.correction import ChangeKind, Correction, Place
from memory.records.guide import (
    Approval,
    Confirmation,
    CreditChoice,
    GuideStatus,
    sentence_key,
)
from memory.records.inquiry import Facet
from memory.records.people import Credit
from memory.records.talk import EvidenceSpan
from memory.store.protocols import Store
from tests.memory.samples import (
    ADA,
    ADVICE,
    BEN,
    COMMUNITY,
    HOUR,
    NOON,
    SPAN,
    confirmation,
    guide,
    message,
    published,
    review,
    version,
)

KEY = sentence_key(None, ADVICE)


def correction(**changes: Any) -> Correction:
    """Ada strikes the summary of the sample guide."""
    fields = {
        "id": Correction.id_of(guide().id, 1, ADA.id, KEY),
        "community_id": COMMUNITY.id,
        "guide_id": guide().id,
        "version": 1,
        "author_id": ADA.id,
        "kind": ChangeKind.STRUCK,
        "sentence": KEY,
        "retired": (Place(message_id=SPAN.message_id, start=SPAN.start, end=SPAN.end),),
        "made_at": NOON,
    }
    return Correction.model_validate(fields | changes)


def withdrawal(**changes: Any) -> Correction:
    """Ada takes back all of her words."""
    whole = {"id": Correction.id_of(guide().id, 1, ADA.id, None), "sentence": None}
    return correction(**(whole | {"kind": ChangeKind.WITHDRAWN} | changes))


class TestCorrections:
    """Kept for ever, each once, in the order in which they were made."""

    def test_they_come_back_in_order(self, store: Store) -> None:
        """A guide's own changes, and all withdrawals of a community."""
        later = withdrawal(made_at=NOON + HOUR)
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            unit.guides.save_correction(later)
            unit.guides.save_correction(correction())
            assert unit.guides.corrections(guide().id) == [correction(), later]
            assert unit.guides.withdrawals(COMMUNITY.id) == [later]

    def test_the_same_words_are_changed_once(self, store: Store) -> None:
        """Of two who change the same sentence of a version at once the second is told."""
        with store.writing() as unit:
            unit.guides.save_guide(guide())
            unit.guides.save_correction(correction())
            with pytest.raises(UserInputError, match="a moment ago"):
                unit.guides.save_correction(correction(made_at=NOON + HOUR))
            assert unit.guides.corrections(guide().id) == [correction()]

    def test_credits_and_approvals_come_back(self, store: Store) -> None:
        """How people appear, what they said yes to and what was approved is kept with a guide."""
        yes = Approval(sentence=KEY, one_by_one=True, at=NOON)
        kept = guide(
            credits=(CreditChoice(member_id=ADA.id, credit=Credit.ROLE_ONLY, own=True),),
            confirmations=(confirmation().model_copy(update={"approved": (yes,)}),),
            approved=(KEY,),
        )
        with store.writing() as unit:
            unit.guides.save_guide(kept)
            assert unit.guides.guide(kept.id) == kept


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": ChangeKind.CORRECTED},
        {"message_id": message().id},
        {"sentence": None},
        {"kind": ChangeKind.WITHDRAWN},
    ],
)
def test_a_correction_fits_its_kind(wrong: dict[str, Any]) -> None:
    """Exactly a corrected sentence has new words, and exactly a withdrawal is of all sentences."""
    with pytest.raises(ValidationError, match="exactly"):
        correction(**wrong)


def test_a_place_touches_what_shares_a_character() -> None:
    """Neighbours do not touch; any overlap does."""
    place = Place(message_id=SPAN.message_id, start=5, end=10)
    for start, end, touches in ((0, 5, False), (0, 6, True), (9, 12, True), (10, 12, False)):
        assert place.touches(EvidenceSpan.of(message(), start, end)) is touches


def test_taking_words_away_keeps_an_approval() -> None:
    """A published version may hold less than what was approved, and nothing else."""
    shorter = version(2)
    keys = tuple(sentence_key(facet, s.text) for facet, s in shorter.placed())
    said = Confirmation.model_validate(
        {**dict(confirmation(2)), "approved": tuple(Approval(sentence=k, at=NOON) for k in keys)}
    )
    out = {"review": review(1), "confirmations": (said,)}
    assert published(shorter, approved=keys, **out).status is GuideStatus.PUBLISHED
    with pytest.raises(ValidationError, match="approving review"):
        published(shorter, approved=keys[:1], **out)


def test_a_yes_holds_for_the_same_words_under_the_same_kind_of_heading() -> None:
    """Advice may move to the summary; the same words as a limit are another statement."""
    assert sentence_key(None, ADVICE) == sentence_key(Facet.ACTION, ADVICE)
    assert sentence_key(Facet.BOUNDARY, ADVICE) != sentence_key(Facet.ACTION, ADVICE)
    yes = Approval(sentence=sentence_key(Facet.ACTION, ADVICE), at=NOON)
    said = confirmation().model_copy(update={"approved": (yes,)})
    assert guide(confirmations=(said,)).missing(ADA.id) == (sentence_key(Facet.PITFALLS, ADVICE),)
    assert guide(confirmations=(confirmation(),)).awaiting() == ()
    assert guide(confirmations=(confirmation(2),)).awaiting() == (ADA.id,)
    assert BEN.id not in guide().awaiting()
