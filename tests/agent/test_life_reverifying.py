"""Does a guide still hold: one question to its author, and what each answer does to the guide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.services.answering import give_answer, inbox
from agent.services.challenging_marks import marks_of
from agent.services.confirming import confirm_guide
from agent.services.consent import stop_asking
from agent.services.desk import Section, open_desk
from agent.services.guides import open_page
from agent.services.questioned import open_upkeep
from agent.services.reverifying import ask_again, let_stand, renew, settle_rechecks
from agent.services.reverifying_replies import read_reply
from agent.services.reviewing import review_guide
from agent.services.sweeping import sweep
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.challenge import ChallengeState, Recheck, RecheckState
from memory.records.decisions import Action
from memory.records.guide import Decision, GuideStatus
from memory.records.inquiry import AnswerKind, InquiryStatus, Question
from tests.agent.test_life_challenging import AGAINST, judge, say_later
from tests.builders import COMMUNITY
from tests.tui.screens.desk_world import ADA, BO, KETTLE, LENA, World, desk_world
from tui.render.marks import mark_lines
from tui.render.pages import question_page

RULE = KETTLE[0][2]
NO = "No, the new paper has no taste any more. Put it in dry."


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """One published guide, due for its check."""
    with desk_world(tmp_path / "home") as opened:
        opened.add(
            "kettle", KETTLE, GuideStatus.PUBLISHED, title="The paper taste", hours=30, review_in=-4
        )
        yield opened


def asked(world: World) -> list[Question]:
    """What waits in Ada's inbox."""
    return [item.question for item in inbox(world.work, ADA)]


def rechecks(world: World) -> list[Recheck]:
    """Every question about guides, by time."""
    with world.work.store.reading() as unit:
        return list(unit.life.rechecks(COMMUNITY.id))


def answer(world: World, text: str, kind: AnswerKind = AnswerKind.REPLY) -> None:
    """Ada answers what waits for her."""
    (question,) = asked(world)
    words = text if kind is AnswerKind.REPLY else ""
    give_answer(world.work, world.actor(ADA), question.id, kind, text=words)


def test_the_author_of_a_guide_that_is_due_is_asked_once(world: World) -> None:
    """One private question that quotes the guide; sweeping again asks nothing more."""
    assert ask_again(world.work, COMMUNITY) == 1
    for _ in range(2):
        sweep(world.work, COMMUNITY)
    (item,) = inbox(world.work, ADA)
    assert RULE.rstrip(".") in item.question.text
    assert question_page(item).quoted.author_id == ADA.id
    assert inbox(world.work, BO) == []
    (recheck,) = rechecks(world)
    assert (recheck.state, recheck.asked_of) == (RecheckState.ASKED, ADA.id)
    assert world.now("kettle").status is GuideStatus.PUBLISHED


def test_budgets_hours_and_consent_hold_for_it(world: World) -> None:
    """Nobody is asked outside their hours, beside an open question, or after a stop."""
    world.clock.at -= timedelta(hours=9)
    assert ask_again(world.work, COMMUNITY) == 0
    world.clock.at += timedelta(hours=9)
    with world.work.store.writing() as unit:
        stop_asking(unit, world.clock.now(), ADA)
    assert ask_again(world.work, COMMUNITY) == 0
    assert rechecks(world) == []


def test_an_open_question_comes_first(world: World) -> None:
    """The check counts as a question like any other."""
    world.add("second", KETTLE, GuideStatus.PUBLISHED, title="Again", hours=300, review_in=-1)
    assert ask_again(world.work, COMMUNITY) == 1
    assert ask_again(world.work, COMMUNITY) == 0
    assert len(asked(world)) == 1


def test_still_holds_puts_the_next_check_off(world: World) -> None:
    """A yes extends the date, is logged with whose word it is, and changes nothing else."""
    ask_again(world.work, COMMUNITY)
    answer(world, "Yes, it still holds.")
    after = world.now("kettle")
    days = timedelta(days=world.work.policy.guide.review_after_days)
    assert after.review_by == world.clock.now() + days
    assert after.current == world.guides["kettle"].current
    (recheck,) = rechecks(world)
    assert recheck.state is RecheckState.HOLDS
    with world.work.store.reading() as unit:
        lines = unit.log.decisions(after.id)
        inquiry = unit.inquiries.inquiry(after.inquiry_id)
    told = [(line.action, line.on_behalf_of, line.reason) for line in lines]
    assert (Action.GUIDE_RECHECKED, ADA.id, f"holds:{recheck.id}") in told
    assert inquiry is not None
    assert inquiry.status is InquiryStatus.PUBLISHED
    assert settle_rechecks(world.work, COMMUNITY) == 0
    assert ask_again(world.work, COMMUNITY) == 0


def test_a_contested_sentence_is_put_to_its_author_with_both_sides(world: World) -> None:
    """The question quotes the guide and the later words; a yes settles the contradiction."""
    say_later(world)
    judge(world)
    ask_again(world.work, COMMUNITY)
    (question,) = asked(world)
    assert RULE.rstrip(".") in question.text
    assert AGAINST.rstrip(".") in question.text
    answer(world, "Yes, this is still true.")
    with world.work.store.reading() as unit:
        (challenge,) = unit.life.challenges(COMMUNITY.id)
    assert (challenge.state, challenge.settled_by) == (ChallengeState.UPHELD, ADA.id)
    judge(world)
    assert not open_page(world.work, world.guides["kettle"].id).marks


def test_holds_no_longer_marks_the_guide_until_a_new_version_stands(world: World) -> None:
    """Readers see the mark at once; the author's words are published by yes and approval only."""
    guide = world.guides["kettle"]
    ask_again(world.work, COMMUNITY)
    answer(world, NO)
    page = open_page(world.work, guide.id)
    assert page.guide.status is GuideStatus.PUBLISHED
    (line,) = mark_lines(page.marks)
    assert "holds no longer" in line
    assert "new paper" not in line
    assert open_desk(world.work, LENA).listed(Section.QUESTIONED)
    (waiting,) = open_upkeep(world.work, world.actor()).waiting
    assert (waiting.text, waiting.answer) == (RULE, NO)
    renewed = renew(world.work, world.actor(), guide.id)
    assert (renewed.status, renewed.current.number) == (GuideStatus.DRAFT, 2)
    assert renewed.awaiting() == (ADA.id,)
    assert NO in {sentence.text for sentence in renewed.current.sentences()}
    assert RULE not in {sentence.text for sentence in renewed.current.sentences()}
    confirm_guide(world.work, world.actor(ADA), guide.id)
    after = review_guide(world.work, world.actor(), guide.id, Decision.APPROVE)
    assert after.status is GuideStatus.PUBLISHED
    assert after.current.number == 2
    with world.work.store.reading() as unit:
        assert [v.number for v in unit.guides.versions(guide.id)] == [1, 2]
        assert not marks_of(unit, after)
    assert rechecks(world)[0].state is RecheckState.RENEWED


def test_no_answer_is_left_to_a_steward(world: World) -> None:
    """A skipped check is nobody's fault: the steward sees it, and may let the guide stand."""
    guide = world.guides["kettle"]
    ask_again(world.work, COMMUNITY)
    answer(world, "", AnswerKind.SKIP)
    assert rechecks(world)[0].state is RecheckState.UNANSWERED
    (row,) = open_desk(world.work, LENA).listed(Section.QUESTIONED)
    assert "did not answer" in row.questioned[0]
    with pytest.raises(UserInputError, match="nothing to make"):
        renew(world.work, world.actor(), guide.id)
    with pytest.raises(PermissionDeniedError):
        let_stand(world.work, world.actor(BO), guide.id, "it is fine")
    after = let_stand(world.work, world.actor(), guide.id, "I brewed by it today")
    assert after.review_by is not None
    assert after.review_by > world.clock.now()
    assert rechecks(world)[0].state is RecheckState.SETTLED
    assert open_desk(world.work, LENA).listed(Section.QUESTIONED) == ()


def test_a_question_that_ran_out_is_left_to_a_steward(world: World) -> None:
    """Silence ends the question in its time, without another one."""
    ask_again(world.work, COMMUNITY)
    for _ in range(6):
        world.clock.forward(days=7)
        sweep(world.work, COMMUNITY)
    assert asked(world) == []
    assert [one.state for one in rechecks(world)] == [RecheckState.UNANSWERED]


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Yes.", RecheckState.HOLDS),
        ("Yep, still true, we did it this morning.", RecheckState.HOLDS),
        ("It still holds.", RecheckState.HOLDS),
        ("Nothing has changed.", RecheckState.HOLDS),
        ("No.", RecheckState.CHANGED),
        ("No, since the last release it is done by itself.", RecheckState.CHANGED),
        ("That doesn't hold any more, use the other valve.", RecheckState.CHANGED),
        ("It was replaced by a setting.", RecheckState.CHANGED),
        ("Yes, but only for the old machine.", RecheckState.UNCLEAR),
        ("Yes, though it was changed by the new filters.", RecheckState.UNCLEAR),
        ("Set it to 64 instead of 32, that is all.", RecheckState.CHANGED),
        ("Ask Ben.", RecheckState.UNCLEAR),
        ("", RecheckState.UNCLEAR),
    ],
)
def test_answers_are_read_as_yes_no_or_left_to_a_steward(said: str, state: RecheckState) -> None:
    """A yes with a turn is no yes, and what is neither is decided by a person."""
    assert read_reply(said) is state
