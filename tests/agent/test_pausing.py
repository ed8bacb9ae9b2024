"""The pause: nobody is asked, reminded or let go; answers are taken; all goes on afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from agent.inquiry.wakes import due_key
from agent.policy.budgets import AskHistory, Turn, may_ask
from agent.policy.pausing import PAUSED
from agent.services.pausing import end_of_day, pause_agent, pause_now, resume_agent
from agent.services.sweeping import sweep
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.inquiry import AnswerKind, Due, DueKind, InquiryStatus, QuestionStatus
from memory.records.pause import Pause
from memory.records.policy import AskPolicy
from tests.agent.conftest import EXPERT, STEWARD, Guild
from tests.builders import COMMUNITY, MONDAY, make_member

DAY = timedelta(days=1)


def _pause(guild: Guild, **until: float) -> Pause:
    end = guild.clock.now() + timedelta(**until) if until else None
    return pause_agent(guild.work, guild.actor(STEWARD), COMMUNITY, end)


def _due(guild: Guild, kind: DueKind, subject: str) -> Due:
    with guild.work.store.reading() as unit:
        due = unit.inquiries.planned(due_key(kind, subject))
    assert due is not None
    return due


def _logged(guild: Guild, action: Action) -> int:
    with guild.work.store.reading() as unit:
        return sum(1 for line in unit.log.decisions(limit=1000) if line.action is action)


def test_nobody_is_asked_while_paused_and_everybody_later() -> None:
    """The one verdict that every question passes says `later`, until the pause is over."""
    pause = Pause(
        id=Pause.id_of(COMMUNITY.id, MONDAY),
        community_id=COMMUNITY.id,
        since=MONDAY,
        until=MONDAY + 2 * DAY,
        paused_by=STEWARD.id,
    )
    history = AskHistory(0, (), 0, pause=pause)
    verdict = may_ask(EXPERT, AskPolicy(), history, MONDAY + DAY)
    assert (verdict.turn, verdict.reason) == (Turn.LATER, PAUSED)
    assert verdict.at == MONDAY + 2 * DAY
    assert may_ask(EXPERT, AskPolicy(), history, MONDAY + 2 * DAY).turn is Turn.NOW


def test_a_paused_inquiry_asks_nothing_and_goes_on_by_itself(guild: Guild) -> None:
    """Neither an opened inquiry nor a sweep puts a question before the time set; then one does."""
    _pause(guild, days=1)
    with pytest.raises(AssertionError):
        guild.open()
    report = sweep(guild.work)
    assert report.paused == [COMMUNITY.name]
    assert report.inquiries_opened == len(report.advanced) == 0
    assert guild.questions() == []
    guild.clock.forward(days=1)
    report = sweep(guild.work)
    assert report.paused == []
    assert [question.status for question in guild.questions()] == [QuestionStatus.OPEN]
    assert _logged(guild, Action.AGENT_RESUMED) == 1


def test_an_answer_given_while_paused_is_kept_and_acted_on_afterwards(guild: Guild) -> None:
    """People need not wait for the agent: what they say is recorded, and no question follows."""
    guild.open()
    _pause(guild)
    guild.reply("because the page then has room for the next version of the row")
    assert [question.status for question in guild.questions()] == [QuestionStatus.ANSWERED]
    sweep(guild.work)
    assert len(guild.questions()) == 1
    assert guild.inquiry().status is InquiryStatus.WAITING_FOR_ANSWER
    resume_agent(guild.work, guild.actor(STEWARD), COMMUNITY)
    sweep(guild.work)
    assert len(guild.questions()) == 2


def test_a_pause_gives_people_their_time_back(guild: Guild) -> None:
    """No reminder and no end falls into a pause, and neither comes sooner because of it."""
    guild.open()
    question = guild.open_question()
    remind, end = (_due(guild, kind, question.id) for kind in (DueKind.REMIND, DueKind.EXPIRE))
    _pause(guild)
    guild.clock.forward(days=14)
    report = sweep(guild.work)
    assert (report.reminded, report.expired) == (0, 0)
    resume_agent(guild.work, guild.actor(STEWARD), COMMUNITY)
    assert _due(guild, DueKind.REMIND, question.id).at == remind.at + 14 * DAY
    assert _due(guild, DueKind.EXPIRE, question.id).at == end.at + 14 * DAY
    report = sweep(guild.work)
    assert (report.reminded, report.expired) == (0, 0)
    assert guild.open_question().reminded_at is None


def test_a_pause_that_ran_out_gives_back_its_own_length_once(guild: Guild) -> None:
    """However late the next sweep is, only the time of the pause is given back, and only once."""
    guild.open()
    question = guild.open_question()
    end = _due(guild, DueKind.EXPIRE, question.id)
    _pause(guild, hours=2)
    guild.clock.forward(hours=5)
    sweep(guild.work)
    sweep(guild.work)
    assert _due(guild, DueKind.EXPIRE, question.id).at == end.at + timedelta(hours=2)
    assert _logged(guild, Action.AGENT_RESUMED) == 1


def test_a_stop_is_honoured_while_paused(guild: Guild) -> None:
    """Passing, referring and stopping are taken as answers are."""
    guild.open()
    _pause(guild)
    guild.act(AnswerKind.STOP)
    assert [question.status for question in guild.questions()] == [QuestionStatus.STOPPED]


def test_the_pause_is_in_the_record_and_can_be_changed(guild: Guild) -> None:
    """Another process sees it at once; a second pause only moves its end; both are logged."""
    first = _pause(guild)
    assert pause_now(guild.work, COMMUNITY) == first
    again = _pause(guild, days=3)
    assert (again.id, again.until) == (first.id, guild.clock.now() + 3 * DAY)
    assert _pause(guild, days=3) == again
    assert _logged(guild, Action.AGENT_PAUSED) == 2
    with guild.work.home.store().reading() as unit:
        assert unit.pauses.pauses(COMMUNITY.id) == [again]
    guild.clock.forward(days=3)
    assert pause_now(guild.work, COMMUNITY) is None
    assert _pause(guild).id != first.id


def test_only_who_looks_after_the_community_pauses_it(guild: Guild) -> None:
    """An expert stops questions to themselves; quiet for all is for coordinators and stewards."""
    with pytest.raises(PermissionDeniedError, match="coordinator or a steward"):
        pause_agent(guild.work, guild.actor(EXPERT), COMMUNITY)
    with pytest.raises(PermissionDeniedError, match="coordinator or a steward"):
        resume_agent(guild.work, guild.actor(EXPERT), COMMUNITY)
    assert pause_now(guild.work, COMMUNITY) is None


def test_impossible_pauses_are_refused_plainly(guild: Guild) -> None:
    """A day that has passed, and waking an agent that is awake, change nothing."""
    with pytest.raises(UserInputError, match="has passed"):
        pause_agent(guild.work, guild.actor(STEWARD), COMMUNITY, MONDAY - DAY)
    with pytest.raises(UserInputError, match="is not paused"):
        resume_agent(guild.work, guild.actor(STEWARD), COMMUNITY)
    with guild.work.store.reading() as unit:
        assert unit.pauses.pauses(COMMUNITY.id) == []


def test_a_pause_until_a_day_holds_all_of_that_day_where_the_person_is(guild: Guild) -> None:
    """`--until 2025-03-09` ends with that day on the person's own calendar."""
    far = make_member("far", timezone="Pacific/Auckland")
    end = end_of_day(date(2025, 3, 9), far, guild.work)
    assert end.isoformat() == "2025-03-09T11:00:00+00:00"
