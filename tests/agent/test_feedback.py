"""Readers' words on a guide: counted once a person, kept as said, theirs to take back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.services.feedback import (
    feedback_by,
    feedback_on,
    give_feedback,
    may_read_reasons,
    take_back_feedback,
    thanks_for,
)
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.home import Home
from memory.records.decisions import Action
from memory.records.feedback import MAX_REASON, FeedbackKind
from memory.records.guide import Guide
from memory.records.people import Member, Role
from memory.records.policy import Policy
from tests.builders import SettableClock
from tests.memory import samples
from tests.tui.shelf import publish, shelf, withdraw

HELPED, FAILED = FeedbackKind.HELPED, FeedbackKind.FAILED
WHY = "Our kettle holds 400 litres and never cools below 85 degrees."
CAI, DEE = samples.member("cai"), samples.member("dee")


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workplace]:
    """A home with a published guide of Ada's words and two more readers."""
    home = Home.open(shelf(tmp_path / "home"))
    store = home.store()
    with store.writing() as unit:
        unit.people.save_members([CAI, DEE])
    yield Workplace(home, store, SettableClock(), Policy())
    store.close()


@pytest.fixture
def guide(work: Workplace) -> Guide:
    """The guide."""
    return publish(work.home.path)


def _actor(member: Member) -> Actor:
    return Actor(member, acting_as=False)


def test_each_person_counts_once_by_their_last_word(work: Workplace, guide: Guide) -> None:
    """Saying it again, or otherwise, replaces what was said before."""
    give_feedback(work, _actor(CAI), guide.id, HELPED)
    give_feedback(work, _actor(CAI), guide.id, HELPED)
    give_feedback(work, _actor(DEE), guide.id, HELPED)
    give_feedback(work, _actor(DEE), guide.id, FAILED, WHY)
    told = feedback_on(work, guide.id)
    assert (told.helped, told.failed) == (1, 1)
    assert [(reason.version, reason.because) for reason in told.reasons] == [(1, WHY)]
    with work.store.reading() as unit:
        actions = [line.action for line in unit.log.decisions(guide.id)]
    assert actions == [Action.FEEDBACK_GIVEN] * 3


def test_words_on_a_new_version_take_the_place_of_those_on_an_old_one(
    work: Workplace, guide: Guide
) -> None:
    """A person who was failed once and helped since counts as helped."""
    give_feedback(work, _actor(CAI), guide.id, FAILED, WHY)
    publish(work.home.path, number=2)
    assert feedback_on(work, guide.id).failed == 1
    give_feedback(work, _actor(CAI), guide.id, HELPED)
    told = feedback_on(work, guide.id)
    assert (told.helped, told.failed, told.reasons) == (1, 0, ())


def test_what_was_said_can_be_taken_back(work: Workplace, guide: Guide) -> None:
    """Nothing of it is left but that it was taken back; the version before counts again."""
    give_feedback(work, _actor(CAI), guide.id, FAILED, WHY)
    said = feedback_by(work, CAI, guide.id)
    assert said is not None
    assert said.because == WHY
    assert take_back_feedback(work, _actor(CAI), guide.id) == said
    assert feedback_by(work, CAI, guide.id) is None
    assert feedback_on(work, guide.id).failed == 0
    with pytest.raises(UserInputError, match="said nothing"):
        take_back_feedback(work, _actor(CAI), guide.id)


def test_authors_see_what_became_of_their_words(work: Workplace, guide: Guide) -> None:
    """Thanks are counted over all their published guides; those of others are not theirs."""
    other = publish(work.home.path, "m2", "Stir it slowly or the yeast settles.", "Stirring")
    give_feedback(work, _actor(CAI), other.id, HELPED)
    give_feedback(work, _actor(DEE), other.id, HELPED)
    give_feedback(work, _actor(CAI), guide.id, FAILED, WHY)
    thanks = thanks_for(work, samples.ADA)
    assert (thanks.helped, thanks.failed) == (2, 1)
    assert [one.title for one in thanks.guides] == ["Stirring", "Cooling the kettle"]
    assert thanks.guides[1].feedback.reasons[0].because == WHY
    assert thanks_for(work, CAI).guides == ()
    withdraw(work.home.path, other)
    assert thanks_for(work, samples.ADA).helped == 0


def test_reasons_are_for_authors_and_stewards(guide: Guide) -> None:
    """Counts are for all; words only for those who can mend the guide."""
    steward = samples.member("eve", roles=(Role.STEWARD,))
    assert may_read_reasons(samples.ADA, guide)
    assert may_read_reasons(steward, guide)
    assert not may_read_reasons(CAI, guide)
    assert not may_read_reasons(None, guide)


def test_nobody_thanks_themselves(work: Workplace, guide: Guide) -> None:
    """An author may say that it fails, and not that it helps."""
    with pytest.raises(UserInputError, match="your own"):
        give_feedback(work, _actor(samples.ADA), guide.id, HELPED)
    give_feedback(work, _actor(samples.ADA), guide.id, FAILED, "not on the new kettles")
    assert feedback_on(work, guide.id).failed == 1


@pytest.mark.parametrize(
    ("because", "told"),
    [("", "in a sentence why"), (" \n\t", "in a sentence why"), ("x" * (MAX_REASON + 1), "1,001")],
)
def test_a_reason_is_a_sentence(work: Workplace, guide: Guide, because: str, told: str) -> None:
    """Without one, or with a page of it, nothing is stored."""
    with pytest.raises(UserInputError, match=told):
        give_feedback(work, _actor(CAI), guide.id, FAILED, because)
    assert feedback_on(work, guide.id).failed == 0


def test_a_reason_is_kept_as_it_was_said_on_one_line(work: Workplace, guide: Guide) -> None:
    """Lines run together; words, wide and right-to-left ones too, stay as they are."""
    give_feedback(work, _actor(CAI), guide.id, FAILED, "  \u5bb6\u3067\u306f\n\u05dc\u05d0  ok ")
    assert feedback_on(work, guide.id).reasons[0].because == "\u5bb6\u3067\u306f \u05dc\u05d0 ok"


def test_only_published_guides_of_ones_own_community_are_spoken_of(
    work: Workplace, guide: Guide
) -> None:
    """A guide that was taken back while it was open takes no more words."""
    stranger = CAI.model_copy(update={"community_id": "com_0123456789abcdef"})
    with pytest.raises(PermissionDeniedError, match="another community"):
        give_feedback(work, _actor(stranger), guide.id, HELPED)
    withdraw(work.home.path, guide)
    with pytest.raises(UserInputError, match="not published any more"):
        give_feedback(work, _actor(CAI), guide.id, FAILED, WHY)
