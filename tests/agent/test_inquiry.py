"""The graph of one inquiry: every route ends where it should, and effects happen once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from agent.inquiry.checkpoints import open_checkpoints
from agent.inquiry.graph import draw_mermaid
from agent.inquiry.wakes import plan
from agent.services.answering import give_answer
from agent.services.confirming import confirm_guide
from agent.services.reviewing import review_guide
from agent.services.sweeping import sweep
from agent.services.withdrawing import withdraw_words
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Decision, Guide, GuideStatus
from memory.records.inquiry import (
    AnswerKind,
    CloseReason,
    DueKind,
    InquiryStatus,
    QuestionStatus,
)
from memory.records.people import Consent, Credit
from tests.agent.conftest import EXPERT, OTHER, STEWARD, Guild
from tests.builders import COMMUNITY, MONDAY

PICTURE = Path(__file__).parent / "inquiry.mermaid"


def guide_of(guild: Guild) -> Guide:
    """The inquiry's guide, which has to exist."""
    with guild.work.store.reading() as unit:
        guide = unit.guides.guide(Guide.id_of(guild.inquiry_id))
    assert guide is not None
    return guide


def interview(guild: Guild) -> Guide:
    """Answer all three probes, waiting out the weekly budget, and return the draft."""
    guild.open()
    guild.reply("because the page has room for the new version then")
    guild.reply("not on tables that are only ever inserted into")
    guild.clock.at = MONDAY + timedelta(days=7, hours=1)
    sweep(guild.work)
    guild.reply("n_tup_hot_upd should rise within the hour")
    return guide_of(guild)


def count(guild: Guild, action: Action) -> int:
    """How often the log holds an action."""
    with guild.work.store.reading() as unit:
        return sum(1 for d in unit.log.decisions(limit=1_000) if d.action is action)


def test_the_picture_is_the_wiring() -> None:
    """The drawn graph changes only on purpose: run with the new picture written beside it."""
    assert draw_mermaid() == PICTURE.read_text(encoding="utf-8")


def test_an_answered_inquiry_is_published_once_with_its_evidence(guild: Guild) -> None:
    """Three answers, the expert's yes and the steward's approval make one published guide."""
    draft = interview(guild)
    assert (draft.status, len(draft.current.sections)) == (GuideStatus.DRAFT, 3)
    confirm_guide(guild.work, guild.actor(EXPERT), draft.id, credit=Credit.ROLE_ONLY)
    assert guild.inquiry().status is InquiryStatus.WAITING_FOR_REVIEW
    published = review_guide(guild.work, guild.actor(STEWARD), draft.id, Decision.APPROVE)
    assert published.status is GuideStatus.PUBLISHED
    assert published.confirmations[0].credit is Credit.ROLE_ONLY
    assert guild.inquiry().status is InquiryStatus.PUBLISHED
    guild.advance()
    assert count(guild, Action.GUIDE_PUBLISHED) == 1
    assert guild.work.index.count() == 4


def test_the_third_question_waits_for_the_weekly_budget(guild: Guild) -> None:
    """Two questions a week: the third is sent by the sweep when the week is over."""
    guild.open()
    guild.reply("it leaves room")
    guild.reply("not on append-only tables")
    assert guild.inquiry().status is InquiryStatus.WAITING_FOR_TURN
    sweep(guild.work)
    assert len(guild.questions()) == 2
    guild.clock.at = MONDAY + timedelta(days=7, hours=1)
    sweep(guild.work)
    assert guild.open_question().turn == 3


def test_a_skip_closes_without_a_word(guild: Guild) -> None:
    """Skipping the first question ends the inquiry, and nobody else is bothered."""
    guild.open()
    guild.act(AnswerKind.SKIP)
    assert guild.inquiry().close_reason is CloseReason.SKIPPED
    assert count(guild, Action.QUESTION_DELIVERED) == 1


def test_a_skip_after_an_answer_still_makes_a_guide(guild: Guild) -> None:
    """What was said before a skip is not lost."""
    guild.open()
    guild.reply("it leaves room on the page")
    guild.act(AnswerKind.SKIP)
    assert guide_of(guild).status is GuideStatus.DRAFT


def test_not_me_refers_the_question_to_the_person_named(guild: Guild) -> None:
    """`not me` asks the one who was named, and they alone stand in the guide."""
    guild.open()
    guild.act(AnswerKind.NOT_ME, refer_to="other")
    assert guild.open_question().asked_of == OTHER.id
    guild.reply("it leaves room on the page")
    guild.act(AnswerKind.SKIP)
    assert {s.author_id for s in guide_of(guild).current.sentences()} == {OTHER.id}


def test_a_reply_that_names_somebody_refers_too(guild: Guild) -> None:
    """`ask Other` in words leads to the same person."""
    guild.open()
    guild.reply("ask Other, they built it")
    assert guild.open_question().asked_of == OTHER.id


def test_stop_opts_out_at_once_and_for_good(guild: Guild) -> None:
    """After `stop` nothing is open to that person and no later sweep asks again."""
    guild.open()
    guild.act(AnswerKind.STOP)
    with guild.work.store.reading() as unit:
        member = unit.people.member(EXPERT.id)
        assert member is not None
        assert member.consent.opted_out_at == guild.clock.now()
        assert not unit.inquiries.open_questions(EXPERT.id)
    guild.clock.forward(days=60)
    sweep(guild.work)
    with guild.work.store.reading() as unit:
        assert not unit.inquiries.open_questions(EXPERT.id)


def test_silence_is_reminded_of_once_and_then_closes(guild: Guild) -> None:
    """One reminder after three working days, then the question expires and the next is asked."""
    guild.open()
    guild.clock.at = MONDAY + timedelta(days=3)
    assert sweep(guild.work).reminded == 1
    assert sweep(guild.work).reminded == 0
    guild.clock.at = MONDAY + timedelta(days=7)
    assert sweep(guild.work).expired == 1
    first, *later = guild.questions()
    assert first.status is QuestionStatus.EXPIRED
    assert [q.asked_of for q in later] == []
    assert guild.inquiry().close_reason is CloseReason.TIMED_OUT


def test_a_revision_asks_one_more_question_and_confirms_again(guild: Guild) -> None:
    """Sent back, the agent may probe once more; the new version needs its own yes."""
    draft = interview(guild)
    confirm_guide(guild.work, guild.actor(EXPERT), draft.id)
    guild.clock.at = MONDAY + timedelta(days=14, hours=2)
    review_guide(guild.work, guild.actor(STEWARD), draft.id, Decision.REVISE, "when does it fail?")
    assert guild.open_question().turn == 4
    guild.reply("watch the bloat")
    again = guide_of(guild)
    assert (again.current.number, again.status) == (2, GuideStatus.DRAFT)
    assert again.awaiting() == (EXPERT.id,)
    confirm_guide(guild.work, guild.actor(EXPERT), draft.id)
    done = review_guide(guild.work, guild.actor(STEWARD), draft.id, Decision.APPROVE)
    assert (done.status, done.current.number) == (GuideStatus.PUBLISHED, 2)


def test_a_rejected_guide_is_never_published(guild: Guild) -> None:
    """Rejection ends the inquiry."""
    draft = interview(guild)
    confirm_guide(guild.work, guild.actor(EXPERT), draft.id)
    review_guide(guild.work, guild.actor(STEWARD), draft.id, Decision.REJECT, "not ours")
    assert guild.inquiry().close_reason is CloseReason.REJECTED
    assert guild.work.index.count() == 0


def test_a_withdrawn_draft_is_let_go(guild: Guild) -> None:
    """The expert's no ends it, whatever the steward would say."""
    draft = interview(guild)
    withdraw_words(guild.work, guild.actor(EXPERT), draft.id)
    assert guild.inquiry().close_reason is CloseReason.NOT_CONFIRMED
    with pytest.raises(UserInputError, match="does not wait"):
        review_guide(guild.work, guild.actor(STEWARD), draft.id, Decision.APPROVE)


def test_an_unconfirmed_draft_times_out(guild: Guild) -> None:
    """A draft nobody says yes to is let go; no inquiry waits for ever."""
    interview(guild)
    guild.clock.forward(days=29)
    sweep(guild.work)
    assert guild.inquiry().close_reason is CloseReason.NOT_CONFIRMED


def test_a_deleted_source_closes_the_inquiry(guild: Guild) -> None:
    """A message that was taken back is not asked about."""
    gone = guild.messages[1].model_copy(update={"text": "", "segments": (), "deleted": True})
    with guild.work.store.writing() as unit:
        unit.talk.save_messages([gone])
    guild.open()
    assert guild.inquiry().close_reason is CloseReason.SOURCE_DELETED


def test_too_little_said_makes_no_guide(guild: Guild) -> None:
    """Below the draft threshold the inquiry closes."""
    guild.engine.completeness = 0.1
    guild.open()
    guild.reply("it leaves room")
    guild.act(AnswerKind.SKIP)
    assert guild.inquiry().close_reason is CloseReason.TOO_LITTLE


def test_a_second_answer_to_one_question_is_refused(guild: Guild) -> None:
    """The first answer counts; the second is told so and not stored."""
    guild.open()
    question = guild.open_question()
    guild.reply("it leaves room")
    with pytest.raises(UserInputError, match="no longer open"):
        give_answer(guild.work, guild.actor(EXPERT), question.id, AnswerKind.REPLY, text="again")


def test_nobody_answers_for_somebody_else(guild: Guild) -> None:
    """A question belongs to the person it was put to."""
    guild.open()
    with pytest.raises(PermissionDeniedError):
        give_answer(
            guild.work, guild.actor(OTHER), guild.open_question().id, AnswerKind.REPLY, text="me!"
        )


@pytest.mark.parametrize("lost_after", range(5))
def test_losing_the_checkpoints_loses_nothing(guild: Guild, lost_after: int) -> None:
    """At whatever step the checkpoint file is lost, the guide is the same and nothing repeats."""
    steps: list[Callable[[], object]] = [
        guild.open,
        lambda: guild.reply("because the page has room"),
        lambda: guild.reply("not on append-only tables"),
        lambda: guild.reply("a look at the bloat tells"),
        lambda: confirm_guide(guild.work, guild.actor(EXPERT), Guide.id_of(guild.inquiry_id)),
    ]
    for number, step in enumerate(steps):
        if number == 3:
            guild.clock.at = MONDAY + timedelta(days=7, hours=1)
            sweep(guild.work)
        step()
        if number == lost_after:
            for file in guild.work.home.path.glob("checkpoints*"):
                file.unlink()
            guild.advance()
    review_guide(guild.work, guild.actor(STEWARD), Guide.id_of(guild.inquiry_id), Decision.APPROVE)
    assert guide_of(guild).status is GuideStatus.PUBLISHED
    assert count(guild, Action.QUESTION_DELIVERED) == 3
    assert count(guild, Action.GUIDE_PUBLISHED) == 1


def test_a_damaged_checkpoint_file_is_put_aside(guild: Guild) -> None:
    """Rubbish in place of the checkpoints costs nothing but the rubbish."""
    guild.open()
    for file in guild.work.home.path.glob("checkpoints*"):
        file.unlink()
    guild.work.home.checkpoints.write_bytes(b"no database at all" * 500)
    guild.reply("it leaves room on the page")
    assert guild.open_question().turn == 2
    assert count(guild, Action.QUESTION_DELIVERED) == 2


def test_a_finished_inquiry_leaves_no_checkpoint(guild: Guild) -> None:
    """What a closed inquiry knew stands in the store alone."""
    guild.open()
    guild.act(AnswerKind.SKIP)
    with open_checkpoints(guild.work.home.checkpoints) as saver:
        assert not list(saver.list(None))


def publishing_ready(guild: Guild) -> Guide:
    """A draft that its expert has confirmed."""
    draft = interview(guild)
    return confirm_guide(guild.work, guild.actor(EXPERT), draft.id)


def test_a_draft_is_confirmed_only_after_the_grounding_gate(guild: Guild) -> None:
    """A version that a crash left unverified cannot be confirmed by its id."""
    draft = interview(guild)
    unverified = guild.inquiry().model_copy(update={"status": InquiryStatus.WAITING_FOR_ANSWER})
    with guild.work.store.writing() as unit:
        unit.inquiries.save_inquiry(unverified)
    with pytest.raises(UserInputError, match="does not wait"):
        confirm_guide(guild.work, guild.actor(EXPERT), draft.id)


def test_a_thread_made_private_is_left_alone(guild: Guild) -> None:
    """Privacy that comes later ends the inquiry, and nothing more is asked."""
    guild.open()
    with guild.work.store.writing() as unit:
        thread = unit.talk.thread(guild.moment.thread_id)
        assert thread is not None
        unit.talk.save_threads([thread.model_copy(update={"private": True})])
    guild.reply("it leaves room on the page")
    assert guild.inquiry().close_reason is CloseReason.SOURCE_WITHDRAWN
    assert count(guild, Action.QUESTION_DELIVERED) == 1


def test_a_deleted_citation_stops_publication(guild: Guild) -> None:
    """A guide is not published on a message that was taken back after it was verified."""
    guide = publishing_ready(guild)
    cited = guide.current.summary.evidence[0].message_id
    with guild.work.store.writing() as unit:
        message = unit.talk.message(cited)
        assert message is not None
        gone = {"text": "", "segments": (), "deleted": True}
        unit.talk.save_messages([message.model_copy(update=gone)])
    review_guide(guild.work, guild.actor(STEWARD), guide.id, Decision.APPROVE)
    assert guide_of(guild).status is GuideStatus.REJECTED
    assert guild.inquiry().close_reason is CloseReason.SOURCE_DELETED


def test_what_is_not_ready_cannot_be_approved(guild: Guild) -> None:
    """The policy's needs hold whoever approves; the refusal says what is missing."""
    guild.open()
    guild.reply("it leaves room on the page")
    guild.act(AnswerKind.SKIP)
    draft = guide_of(guild)
    confirm_guide(guild.work, guild.actor(EXPERT), draft.id)
    with pytest.raises(UserInputError, match="why it works"):
        review_guide(guild.work, guild.actor(STEWARD), draft.id, Decision.APPROVE)
    assert guide_of(guild).status is GuideStatus.CONFIRMED


def test_a_yes_can_be_taken_back_before_publication(guild: Guild) -> None:
    """Until it is published, an author can withdraw a draft they had confirmed."""
    guide = publishing_ready(guild)
    withdraw_words(guild.work, guild.actor(EXPERT), guide.id)
    assert guild.inquiry().close_reason is CloseReason.NOT_CONFIRMED


def test_a_closed_inquiry_leaves_nothing_open(guild: Guild) -> None:
    """No question stays open and no draft stays a draft once an inquiry has ended."""
    draft = interview(guild)
    confirm_guide(guild.work, guild.actor(EXPERT), draft.id)
    guild.clock.at = MONDAY + timedelta(days=14, hours=2)
    review_guide(guild.work, guild.actor(STEWARD), draft.id, Decision.REVISE, "when does it fail?")
    gone = guild.messages[1].model_copy(update={"text": "", "segments": (), "deleted": True})
    with guild.work.store.writing() as unit:
        unit.talk.save_messages([gone])
    guild.reply("watch the bloat")
    assert not guild.inquiry().is_open
    assert guide_of(guild).status is GuideStatus.REJECTED
    assert all(q.closed_at is not None for q in guild.questions())


def test_talk_in_progress_is_waited_out(guild: Guild) -> None:
    """Nobody is asked about a thread in which somebody has just spoken."""
    with guild.work.store.writing() as unit:
        thread = unit.talk.thread(guild.moment.thread_id)
        assert thread is not None
        spoken = thread.model_copy(update={"last_at": guild.clock.now() - timedelta(minutes=5)})
        unit.talk.save_threads([spoken])
    guild.open()
    assert guild.inquiry().status is InquiryStatus.WAITING_FOR_TURN
    assert not guild.questions()


def test_one_broken_inquiry_does_not_stop_the_sweep(guild: Guild) -> None:
    """What cannot be done is named and tried later; everything else is done."""
    guild.open()
    with guild.work.store.writing() as unit:
        plan(unit, COMMUNITY.id, DueKind.RESUME, "inq_00000000000000ff", guild.clock.now())
    guild.clock.at = MONDAY + timedelta(days=3)
    report = sweep(guild.work)
    assert report.reminded == 1
    assert len(report.failed) == 1
    assert "inq_00000000000000ff" in report.failed[0]


def test_losing_the_checkpoints_in_a_revision_keeps_the_extra_probe(guild: Guild) -> None:
    """A guide that was sent back is asked about once more, whatever happened to the file."""
    draft = interview(guild)
    confirm_guide(guild.work, guild.actor(EXPERT), draft.id)
    guild.clock.at = MONDAY + timedelta(days=12)
    review_guide(guild.work, guild.actor(STEWARD), draft.id, Decision.REVISE, "when does it fail?")
    assert guild.inquiry().status is InquiryStatus.WAITING_FOR_TURN
    for file in guild.work.home.path.glob("checkpoints*"):
        file.unlink()
    guild.clock.at = MONDAY + timedelta(days=14, hours=2)
    sweep(guild.work)
    assert guild.open_question().turn == 4


def test_opting_out_protects_ones_words_too(guild: Guild) -> None:
    """After their author opted out, nobody else is asked about what they wrote."""
    with guild.work.store.writing() as unit:
        gone = EXPERT.model_copy(update={"consent": Consent(opted_out_at=guild.clock.now())})
        unit.people.update_member(gone)
    guild.open()
    assert not guild.inquiry().is_open
    assert not guild.questions()
