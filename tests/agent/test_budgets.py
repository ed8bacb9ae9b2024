"""Budgets hold, whatever was asked before."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.policy.budgets import WEEK, AskHistory, Turn, may_ask
from memory.records.inquiry import Facet, Question, QuestionStatus
from memory.records.people import Consent
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
