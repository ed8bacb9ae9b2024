"""Deciding from the desk: what is recorded, what is refused, and what nobody can do twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.inquiry.asking import _steward_asked
from agent.inquiry.dossier import read_dossier
from agent.services.deciding import approve, approve_clean, reject, send_back
from agent.services.deskdrafts import drop_draft, keep_draft
from agent.services.exporting import published_guides
from agent.services.judging import Judged, open_judging
from agent.services.recall import ask_memory
from agent.services.retracting import retract_published
from agent.services.reviewing import edit_sentence
from agent.services.rewording import reword
from agent.services.versions import difference
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Decision, Guide, GuideStatus
from memory.records.inquiry import CloseReason, Facet, InquiryStatus
from memory.records.stewarding import StewardActKind
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import (
    ADA,
    BO,
    KETTLE,
    LENA,
    MILO,
    RISKY,
    World,
    desk_world,
    furnish,
)

EDITED = KETTLE[0][2].rstrip(".")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Guides in every state that a desk shows."""
    with desk_world(tmp_path / "home") as opened:
        yield furnish(opened)


def judged(world: World, name: str) -> Judged:
    """A guide as Lena judges it."""
    return open_judging(world.work, world.actor(), world.guides[name].id)


def count(world: World, guide: Guide, action: Action) -> int:
    """How often the log holds an action on a guide."""
    with world.work.store.reading() as unit:
        return sum(d.action is action for d in unit.log.decisions(guide.id))


def test_a_clean_guide_is_approved_and_published(world: World) -> None:
    """Approving publishes, once, with the steward's review."""
    guide = world.guides["kettle"]
    after = approve(world.work, world.actor(), guide.id, version=1)
    assert after.status is GuideStatus.PUBLISHED
    assert after.review is not None
    assert after.review.reviewer_id == LENA.id
    assert count(world, guide, Action.GUIDE_PUBLISHED) == 1


def test_what_a_check_stops_is_not_approved(world: World) -> None:
    """Nothing is recorded of an approval that a check stops, and the reasons are told."""
    guide = world.guides["risky"]
    with pytest.raises(UserInputError, match="cannot be published"):
        approve(world.work, world.actor(), guide.id)
    assert world.now("risky").status is GuideStatus.CONFIRMED
    assert count(world, guide, Action.GUIDE_APPROVED) == 0


def test_an_ungrounded_sentence_stops_an_approval(world: World) -> None:
    """A sentence that its sources do not carry is not published, whoever approves it."""
    guide = world.guides["kettle"]
    summary = guide.current.summary.model_copy(update={"text": "Boil the brewer for 9 hours."})
    version = guide.current.model_copy(update={"summary": summary, "number": 2})
    said = guide.confirmations[0].model_copy(update={"approved": None, "version": 2})
    with world.work.store.writing() as unit:
        unit.guides.save_guide(
            guide.model_copy(update={"current": version, "confirmations": (said,)})
        )
    with pytest.raises(UserInputError, match="sentence 1"):
        approve(world.work, world.actor(), guide.id)


def test_of_two_stewards_the_first_decides(world: World) -> None:
    """The second is told by whom, and nothing changes; so is one who looked at an older version."""
    guide = world.guides["kettle"]
    reject(world.work, world.actor(MILO), guide.id, "Too thin.", version=1)
    for act in (approve, reject, send_back):
        more = {} if act is approve else {"comment": "Mine."}
        with pytest.raises(UserInputError, match="Milo Varga was quicker"):
            act(world.work, world.actor(), guide.id, version=1, **more)
    assert world.now("kettle").status is GuideStatus.REJECTED
    other = world.guides["disputed"]
    edit_sentence(
        world.work, world.actor(MILO), other.id, 2, other.current.placed()[1][1].text[:-1]
    )
    with pytest.raises(UserInputError, match="changed meanwhile"):
        approve(world.work, world.actor(), other.id, version=1)


def test_of_many_only_the_clean_are_approved_and_the_others_are_named(world: World) -> None:
    """A guide with anything to look at is left, each with its reason, whoever marks it."""
    names = ("risky", "kettle", "disputed", "own", "draft")
    guides = [(world.guides[name].id, 1) for name in names]
    done = approve_clean(world.work, world.actor(), guides)
    assert [guide.id for guide in done.approved] == [world.guides["kettle"].id]
    assert {left.guide.id for left in done.left} == {g for g, _ in guides} - {
        world.guides["kettle"].id
    }
    assert all(left.why for left in done.left)
    again = approve_clean(world.work, world.actor(), guides[1:2])
    assert not again.approved
    assert "quicker" in again.left[0].why


def test_sending_back_needs_words_or_something_to_ask_about(world: World) -> None:
    """Either is enough; with neither nothing happens."""
    guide = world.guides["risky"]
    with pytest.raises(UserInputError, match="comment"):
        send_back(world.work, world.actor(), guide.id, " ")
    assert world.now("risky").status is GuideStatus.CONFIRMED
    send_back(world.work, world.actor(), guide.id, about=[Facet.WHY, Facet.WHY])
    with world.work.store.reading() as unit:
        (review,) = unit.guides.reviews(guide.id)
        (act,) = unit.desk.acts(guide.id)
    assert review.decision is Decision.REVISE
    assert review.comment == "Please tell more about: Why it works"
    assert (act.kind, act.facets) == (StewardActKind.ASKED_ABOUT, (Facet.WHY,))


def test_the_agent_asks_first_about_what_a_steward_chose(world: World) -> None:
    """It counts for the version that was sent back, and only once it was."""
    guide = world.guides["risky"]
    with world.work.store.reading() as unit:
        assert _steward_asked(unit, read_dossier(unit, guide.inquiry_id)) == frozenset()
    world.work.__dict__["runner"] = _Still()
    send_back(world.work, world.actor(), guide.id, "More.", about=[Facet.BOUNDARY])
    with world.work.store.reading() as unit:
        asked = _steward_asked(unit, read_dossier(unit, guide.inquiry_id))
    assert asked == {Facet.BOUNDARY}


class _Still:
    """A runner that leaves inquiries where they are, as after a kill."""

    def advance(self, inquiry_id: str) -> bool:
        del inquiry_id
        return True


def test_a_retracted_guide_is_found_read_and_exported_no_more(world: World) -> None:
    """It leaves the search at once, every later export, and what a steward reads of it."""
    guide = approve(world.work, world.actor(), world.guides["kettle"].id)
    question = KETTLE[0][2]
    assert guide.id in {f.page.guide.id for f in ask_memory(world.work, COMMUNITY, question).guides}
    gone = retract_published(world.work, world.actor(), guide.id, "The filter was recalled.")
    assert gone.status is GuideStatus.RETRACTED
    found = {f.page.guide.id for f in ask_memory(world.work, COMMUNITY, question).guides}
    assert guide.id not in found
    exported = published_guides(world.work, COMMUNITY)
    assert guide.id not in {one.page.guide.id for one in exported}
    with world.work.store.reading() as unit:
        assert unit.guides.count_unindexed() == 0
        inquiry = unit.inquiries.inquiry(guide.inquiry_id)
    assert inquiry is not None
    assert (inquiry.status, inquiry.close_reason) == (InquiryStatus.CLOSED, CloseReason.RETRACTED)
    seen = judged(world, "kettle")
    assert (seen.talks, seen.checks) == ({}, ())
    assert seen.acts[-1].comment == "The filter was recalled."
    assert count(world, guide, Action.GUIDE_RETRACTED) == 1


def test_only_a_steward_retracts_a_published_guide_and_says_why(world: World) -> None:
    """A refusal changes nothing and says what one can do instead."""
    out = world.guides["out"]
    with pytest.raises(PermissionDeniedError, match="--withdraw"):
        retract_published(world.work, world.actor(ADA), out.id, "Mine.")
    with pytest.raises(UserInputError, match="say why"):
        retract_published(world.work, world.actor(), out.id, "  ")
    with pytest.raises(UserInputError, match="not published"):
        retract_published(world.work, world.actor(), world.guides["kettle"].id, "No.")
    assert world.now("out").status is GuideStatus.PUBLISHED


def test_the_sources_are_for_stewards(world: World) -> None:
    """Judging shows who said what to the agent alone, so nobody else opens it."""
    with pytest.raises(PermissionDeniedError):
        open_judging(world.work, world.actor(BO), world.guides["kettle"].id)


def test_each_sentence_leads_to_the_talk_it_comes_from(world: World) -> None:
    """Public words stand in their thread, an answer to the agent behind its question."""
    seen = judged(world, "kettle")
    for number, sentence in enumerate(seen.guide.current.sentences(), start=1):
        for span in seen.evidence(number):
            talk = seen.talks[span.message_id]
            (turn,) = [turn for turn in talk.turns if turn.message_id == span.message_id]
            assert turn.text[span.start : span.end] == span.quote
            assert sentence.text in turn.text
    told = seen.talks[seen.evidence(6)[0].message_id]
    assert told.private
    assert [turn.who for turn in told.turns] == ["", "Ada Berg"]


def test_words_that_were_taken_back_are_not_shown_to_a_steward(world: World) -> None:
    """What an author withdrew elsewhere is blank in the talk around a citation."""
    from agent.services.withdrawing import withdraw_words

    guide = world.guides["due"]
    withdraw_words(world.work, world.actor(ADA), guide.id)
    seen = judged(world, "due")
    assert seen.guide.status is GuideStatus.RETRACTED
    assert seen.talks == {}


def test_the_verdict_while_typing_is_the_verdict_of_saving(world: World) -> None:
    """What the dialog lets pass is saved; what it refuses is refused by the service too."""
    guide = world.guides["kettle"]
    trying = reword(world.work, guide.id, 1)
    assert not trying.is_new(f" {trying.text} ")
    assert trying.problems("") == ("says nothing",)
    assert "1,000" in trying.problems("x" * 1_001)[0]
    bad = "Boil the brewer for 9 hours."
    assert trying.problems(bad)
    with pytest.raises(UserInputError, match="was not changed"):
        edit_sentence(world.work, world.actor(), guide.id, 1, bad, version=1)
    assert not trying.problems(EDITED)
    after = edit_sentence(world.work, world.actor(), guide.id, 1, EDITED, version=1)
    assert after.status is GuideStatus.DRAFT
    assert after.missing(ADA.id)
    changed = difference(world.work, guide.id)
    assert (changed.before, changed.after, changed.decided) == (1, 2, False)
    assert [c.number for c in changed.changes if c.change.value != "same"] == [1]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_no_text_breaks_the_verdict_while_typing(world: World, text: str) -> None:
    """Whatever is typed, pasted or half deleted is judged, never refused with an error."""
    trying = reword(world.work, world.guides["kettle"].id, 2)
    assert isinstance(trying.problems(text), tuple)


def test_a_first_version_has_nothing_to_be_compared_with(world: World) -> None:
    """The difference says so rather than showing everything as new."""
    assert difference(world.work, world.guides["risky"].id).before is None


def test_what_is_typed_is_kept_until_it_is_sent(world: World) -> None:
    """One draft per act; nothing but white space is none."""
    guide, work = world.guides["risky"], world.work
    keep_draft(work, LENA, guide, "revise", "Say why")
    keep_draft(work, LENA, guide, "revise", "Say why, please")
    keep_draft(work, LENA, guide, "reject", "No")
    assert judged(world, "risky").drafts == {"revise": "Say why, please", "reject": "No"}
    keep_draft(work, LENA, guide, "reject", " ")
    drop_draft(work, LENA, guide.id, "revise")
    assert judged(world, "risky").drafts == {}


def test_a_steward_may_look_at_a_guide_of_their_own_words_and_not_decide(world: World) -> None:
    """Separation of duties is told as a reason."""
    seen = judged(world, "own")
    assert not seen.decidable
    assert "your own" in seen.refusal


def test_reasons_of_a_left_guide_name_the_check(world: World) -> None:
    """Bulk approval tells which check was not clean."""
    (left,) = approve_clean(world.work, world.actor(), [(world.guides["disputed"].id, 1)]).left
    assert left.why.startswith("Contradictions: ")
    assert RISKY[0][2] not in left.why
