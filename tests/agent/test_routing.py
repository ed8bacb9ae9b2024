"""Who is asked after the author: whom they name, who answered similar threads, who asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.method.readings import MomentReading, Standing, ThreadView
from agent.policy.routing import FROM_PERIPHERY, candidates
from agent.services.consent import opt_in, opt_out
from agent.services.sweeping import sweep
from memory.records.decisions import Action
from memory.records.inquiry import AnswerKind, CloseReason, QuestionStatus
from memory.records.people import Availability, Consent, Member
from memory.records.policy import AskPolicy, Policy
from tests.agent.conftest import ASKER, EXPERT, OTHER, Guild
from tests.agent.scripted_engine import ScriptedEngine
from tests.builders import MONDAY, make_member, make_message, make_thread

SEALS = ("the updates crawl, what to drop?", "drop the fillfactor on that table of slow updates")


def answer_similar_threads(guild: Guild, who: Member, threads: int = 2) -> None:
    """Store threads on the moment's topic that `who` answered, which hold no moment themselves."""
    with guild.work.store.writing() as unit:
        unit.people.save_members([who])
        for number in range(threads):
            thread = make_thread(f"similar{number}{who.handle}")
            asked = make_message(f"q{thread.native_id}", SEALS[0], ASKER, thread)
            told = make_message(
                f"a{thread.native_id}",
                SEALS[1],
                who,
                thread,
                sent_at=thread.last_at + timedelta(minutes=5),
                reply_to_id=asked.id,
            )
            unit.talk.save_threads([thread])
            unit.talk.save_messages([asked, told])
            unit.talk.mark_judged([thread.id], MONDAY)


def change(guild: Guild, member: Member, **fields: object) -> None:
    """Change somebody as stored."""
    with guild.work.store.writing() as unit:
        unit.people.update_member(member.model_copy(update=fields))


def reasons(guild: Guild, action: Action) -> list[str]:
    """Reasons that the log gives for an action, oldest first."""
    with guild.work.store.reading() as unit:
        return [d.reason for d in unit.log.decisions(limit=500) if d.action is action]


def test_candidates_come_in_their_order_and_once() -> None:
    """Whom an expert named goes before the author, experts on the topic after, the asker last."""
    found = candidates(
        EXPERT, referred=(OTHER,), on_topic=(OTHER, make_member("eve")), asker=ASKER, tried=()
    )
    assert [c.member.handle for c in found] == ["other", "expert", "eve", "asker"]
    assert [c.reason for c in found][-1] == FROM_PERIPHERY


@pytest.mark.parametrize("silent", [False, True])
def test_after_not_me_or_silence_the_topics_expert_is_asked(guild: Guild, *, silent: bool) -> None:
    """Nobody of the thread is left, so somebody who answered similar threads is asked."""
    ivy = make_member("ivy")
    answer_similar_threads(guild, ivy)
    guild.open()
    if silent:
        for days in (3, 7):
            guild.clock.at = MONDAY + timedelta(days=days)
            sweep(guild.work)
    else:
        guild.act(AnswerKind.NOT_ME)
    assert guild.open_question().asked_of == ivy.id
    assert reasons(guild, Action.EXPERT_CHOSEN) == ["author", "answered_on_topic"]


def test_a_single_answer_makes_no_expert(guild: Guild) -> None:
    """One answer to one similar thread is too little to be asked in another's place."""
    answer_similar_threads(guild, make_member("ivy"), threads=1)
    guild.open()
    guild.act(AnswerKind.NOT_ME)
    assert guild.inquiry().close_reason is CloseReason.NOBODY_TO_ASK


def test_the_asker_is_asked_for_context_once_something_was_said(guild: Guild) -> None:
    """Who asked is the last resort, only beside an expert's words, and only once."""
    guild.open()
    guild.reply("because the page has room for the new version then")
    guild.act(AnswerKind.NOT_ME)
    assert guild.open_question().asked_of == ASKER.id
    guild.reply("we run it on old disks")
    assert [q.asked_of for q in guild.questions()] == [EXPERT.id, EXPERT.id, ASKER.id]
    assert not [q for q in guild.questions() if q.status is QuestionStatus.OPEN]


def test_the_asker_alone_is_not_asked(guild: Guild) -> None:
    """Context without a word of expertise makes no guide, so nobody is bothered for it."""
    guild.open()
    guild.act(AnswerKind.NOT_ME)
    assert guild.inquiry().close_reason is CloseReason.NOBODY_TO_ASK


def test_who_has_left_is_passed_over(guild: Guild) -> None:
    """An author who is away for longer than the policy waits leaves the turn to the next."""
    ivy = make_member("ivy")
    answer_similar_threads(guild, ivy)
    left = Availability(away_until=MONDAY.replace(year=8000))
    change(guild, EXPERT, availability=left)
    guild.open()
    assert guild.open_question().asked_of == ivy.id


def test_opting_out_closes_what_is_open_at_once(guild: Guild) -> None:
    """No reminder follows, the inquiry ends, and importing again changes nothing."""
    guild.open()
    opt_out(guild.work, guild.actor(EXPERT))
    assert [q.status for q in guild.questions()] == [QuestionStatus.STOPPED]
    with guild.work.store.writing() as unit:
        unit.people.save_members([EXPERT])
    guild.clock.at = MONDAY + timedelta(days=3)
    assert sweep(guild.work).reminded == 0
    assert guild.inquiry().close_reason is CloseReason.STOPPED
    with guild.work.store.reading() as unit:
        stored = unit.people.member(EXPERT.id)
    assert stored is not None
    assert not stored.may_be_asked


def test_a_withdrawn_consent_is_found_whoever_wrote_it(guild: Guild) -> None:
    """A question that is open to somebody who opted out elsewhere is closed by the next sweep."""
    guild.open()
    change(guild, EXPERT, consent=Consent(opted_out_at=MONDAY))
    sweep(guild.work)
    assert [q.status for q in guild.questions()] == [QuestionStatus.STOPPED]


def test_only_a_word_of_their_own_lets_somebody_be_asked_again(guild: Guild) -> None:
    """Opting in lifts an opting out."""
    opt_out(guild.work, guild.actor(EXPERT))
    opt_in(guild.work, guild.actor(EXPERT))
    guild.open()
    assert guild.open_question().asked_of == EXPERT.id


def test_a_raised_budget_reaches_who_waits_at_the_next_sweep(guild: Guild) -> None:
    """The third question of a week is asked as soon as the rules allow three."""
    guild.open()
    guild.reply("it leaves room")
    guild.reply("not on append-only tables")
    guild.clock.forward(minutes=5)
    sweep(guild.work)
    assert len(guild.questions()) == 2
    raised = Policy(ask=AskPolicy(questions_per_expert_and_week=3))
    guild.work.policy = raised
    guild.work.__dict__["context"] = replace(guild.work.context, policy=raised)
    del guild.work.__dict__["runner"]
    sweep(guild.work)
    assert guild.open_question().turn == 3


def test_leave_moves_the_reminder_and_the_end(guild: Guild) -> None:
    """Days of leave are no working days: a question waits them out before it reminds or ends."""
    guild.open()
    away = Availability(away_from=MONDAY + timedelta(days=1), away_until=MONDAY + timedelta(days=8))
    change(guild, EXPERT, availability=away)
    guild.clock.at = MONDAY + timedelta(days=7)
    report = sweep(guild.work)
    assert (report.reminded, report.expired) == (0, 0)
    guild.clock.at = MONDAY + timedelta(days=11)
    assert sweep(guild.work).reminded == 1
    guild.clock.at = MONDAY + timedelta(days=16)
    assert sweep(guild.work).expired == 1


def test_nobody_is_reminded_at_night(guild: Guild) -> None:
    """A reminder that comes due waits for the person's own hours."""
    guild.open()
    guild.clock.at = (MONDAY + timedelta(days=3)).replace(hour=22)
    assert sweep(guild.work).reminded == 0
    guild.clock.at = (MONDAY + timedelta(days=4)).replace(hour=10)
    assert sweep(guild.work).reminded == 1


def test_an_incident_that_breaks_out_later_stops_the_asking(guild: Guild) -> None:
    """When a changed thread is judged anew and a gate fails, its moment is not asked about."""

    class Alarmed(ScriptedEngine):
        def judge(
            self, view: ThreadView, standings: Mapping[str, Standing]
        ) -> tuple[MomentReading, ...]:
            found = super().judge(view, standings)
            return tuple(replace(each, gates_failed=("sensitive_topic",)) for each in found)

    guild.work.__dict__["context"] = replace(guild.work.context, engine=Alarmed())
    sweep(guild.work)
    assert not guild.questions()
    guild.open()
    assert guild.inquiry().close_reason is CloseReason.GATED
    assert not guild.questions()
