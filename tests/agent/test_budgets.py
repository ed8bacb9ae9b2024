"""Budgets hold, whatever was asked before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policy.budgets import WEEK, AskHistory, Turn, may_ask, probes_left
from agent.policy.patience import ends_at, remind_at
from memory.records.inquiry import Facet, Question, QuestionStatus
from memory.records.people import Availability, Consent
from memory.records.policy import AskPolicy
from memory.records.talk import EvidenceSpan
from tests.builders import COMMUNITY, MONDAY, make_member, make_message, make_thread

POLICY = AskPolicy()
ANA, BEN = make_member("ana"), make_member("ben")
SAID = make_message("m1", "just drop the fillfactor", ANA, make_thread())


def asked(person: str, at: datetime, turn: int = 1) -> Question:
    """A question that was delivered at a time."""
    inquiry = "inq_" + f"{turn:016x}"
    return Question(
        id=Question.id_of(inquiry, turn),
        community_id=COMMUNITY.id,
        inquiry_id=inquiry,
        turn=turn,
        asked_of=person,
        facet=Facet.WHY,
        text="What makes that work?",
        quote=EvidenceSpan.of(SAID, 0, len(SAID.text)),
        template="WHY.1",
        because="-",
        minutes=1.5,
        value=0.1,
        status=QuestionStatus.ANSWERED,
        composed_at=at,
        delivered_at=at,
        closed_at=at,
    )


def history(*delivered: Question, open_now: int = 0, people: int = 3) -> AskHistory:
    """A history of deliveries, oldest first."""
    ordered = sorted(delivered, key=lambda q: q.delivered_at or MONDAY)
    return AskHistory(open_now, ordered, people)


def test_a_first_question_may_be_asked() -> None:
    """Nothing stands in the way of a first question in working hours."""
    assert may_ask(ANA, POLICY, history(), MONDAY).turn is Turn.NOW


def test_who_opted_out_is_never_asked() -> None:
    """Opting out holds for good."""
    gone = ANA.model_copy(update={"consent": Consent(opted_out_at=MONDAY)})
    verdict = may_ask(gone, POLICY, history(), MONDAY + timedelta(days=400))
    assert (verdict.turn, verdict.reason) == (Turn.NEVER, "opted_out")


def test_one_open_question_at_a_time() -> None:
    """While one question is open a second waits."""
    verdict = may_ask(ANA, POLICY, history(open_now=1), MONDAY)
    assert (verdict.turn, verdict.reason) == (Turn.LATER, "question_open")


def test_the_third_question_of_a_week_waits_until_the_first_is_a_week_old() -> None:
    """Two questions a week, counted over any seven days."""
    first = MONDAY - timedelta(days=3)
    verdict = may_ask(
        ANA,
        POLICY,
        history(asked(ANA.id, first), asked(ANA.id, MONDAY - timedelta(days=1), 2)),
        MONDAY,
    )
    assert (verdict.turn, verdict.reason, verdict.at) == (Turn.LATER, "weekly_budget", first + WEEK)


def test_nobody_carries_more_than_their_share_of_a_month() -> None:
    """Where five could answer, nobody gets more than a fifth beyond the free allowance."""
    spread = [asked(ANA.id, MONDAY - timedelta(days=8 + n), n + 1) for n in range(4)]
    others = [asked(BEN.id, MONDAY - timedelta(days=9 + n), n + 9) for n in range(4)]
    assert (
        may_ask(ANA, POLICY, history(*spread, *others, people=5), MONDAY).reason == "monthly_share"
    )
    assert may_ask(ANA, POLICY, history(*spread, *others, people=4), MONDAY).turn is Turn.NOW


def test_a_used_up_share_is_tried_again_when_it_frees_up() -> None:
    """The next try is when the oldest of one's questions is a month old, not every day."""
    spread = [asked(ANA.id, MONDAY - timedelta(days=8 + 2 * n), n + 1) for n in range(4)]
    verdict = may_ask(ANA, POLICY, history(*spread, people=5), MONDAY)
    assert verdict.at == MONDAY + timedelta(days=16)


def test_somebody_away_for_longer_than_the_policy_waits_is_passed_over() -> None:
    """A long leave is `never`, so that somebody else's turn comes; a short one is waited out."""
    for days, turn in ((50, Turn.LATER), (70, Turn.NEVER)):
        leave = Availability(away_until=MONDAY + timedelta(days=days))
        member = ANA.model_copy(update={"availability": leave})
        assert may_ask(member, POLICY, history(), MONDAY).turn is turn


def test_a_thread_in_which_people_talk_waits() -> None:
    """Four hours of quiet are needed before anybody is asked about it."""
    said = MONDAY - timedelta(hours=1)
    verdict = may_ask(ANA, POLICY, AskHistory(0, (), 3, last_said_at=said), MONDAY)
    assert (verdict.reason, verdict.at) == ("thread_not_quiet", MONDAY + timedelta(hours=3))


@pytest.mark.parametrize(("asked_now", "revisions", "left"), [(0, 0, 3), (3, 0, 0), (3, 1, 1)])
def test_three_probes_and_one_more_for_each_revision(
    asked_now: int, revisions: int, left: int
) -> None:
    """An inquiry puts three questions at most, and one each time its guide is sent back."""
    assert probes_left(POLICY, asked_now, revisions) == left


def test_a_late_reminder_leaves_as_much_time_as_one_in_time() -> None:
    """Two working days lie between reminder and end, whenever the reminder came."""
    question = asked(ANA.id, MONDAY)
    assert ends_at(ANA, POLICY, question) == MONDAY + timedelta(days=7)
    late = question.model_copy(update={"reminded_at": MONDAY + timedelta(days=8)})
    assert ends_at(ANA, POLICY, late) == MONDAY + timedelta(days=10)
    assert remind_at(ANA, POLICY, late, MONDAY + timedelta(days=9)) is None
    night = MONDAY.replace(hour=23) + timedelta(days=3)
    assert remind_at(ANA, POLICY, question, night) == MONDAY.replace(hour=10) + timedelta(days=4)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 29 * 24)), max_size=12),
    st.integers(0, 2),
    st.integers(0, 24 * 14),
)
def test_now_is_only_ever_said_within_every_budget(
    past: list[tuple[bool, int]], open_now: int, later: int
) -> None:
    """Over random histories `now` breaks no budget and `later` names a time that is not past."""
    now = MONDAY + timedelta(hours=later)
    deliveries = [
        asked(ANA.id if mine else BEN.id, now - timedelta(hours=hours), n + 1)
        for n, (mine, hours) in enumerate(past)
    ]
    verdict = may_ask(ANA, POLICY, history(*deliveries, open_now=open_now, people=6), now)
    if verdict.turn is Turn.NOW:
        week = [
            q
            for q in deliveries
            if q.asked_of == ANA.id and q.delivered_at and q.delivered_at > now - WEEK
        ]
        assert open_now < POLICY.open_questions_per_expert
        assert len(week) < POLICY.questions_per_expert_and_week
        assert now.isoweekday() in POLICY.weekdays
        assert POLICY.from_hour <= now.hour < POLICY.to_hour
    elif verdict.turn is Turn.LATER:
        assert verdict.at is not None
        assert verdict.at > now
