"""What must hold after every step, written from the method (section 3) and not from the policy.

Nothing of `agent.policy` is used: hours, budgets and shares are counted here anew, over what the
store holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from memory.records.decisions import Action
from memory.records.guide import Decision
from memory.records.inquiry import Inquiry, InquiryStatus, Question, QuestionStatus
from memory.records.people import Member
from memory.records.policy import AskPolicy
from memory.store.protocols import Unit
from tests.agent.stateful_world import World
from tests.builders import COMMUNITY

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)
WEEKS_TO_END = 78


def local(at: datetime, member: Member, rules: AskPolicy) -> datetime:
    """A time on the person's own wall clock."""
    return at.astimezone(ZoneInfo(member.timezone or rules.timezone))


def is_working_day(day: date, member: Member, rules: AskPolicy) -> bool:
    """Whether a day of their calendar is one of their working days, leave aside."""
    own = member.availability.weekdays
    return day.isoweekday() in (rules.weekdays if own is None else own) and (
        day not in rules.days_off
    )


def is_away(at: datetime, member: Member) -> bool:
    """Whether somebody is on leave."""
    begin, end = member.availability.away_from, member.availability.away_until
    return end is not None and at < end and (begin is None or at >= begin)


def assert_good_time(at: datetime, member: Member, rules: AskPolicy) -> None:
    """A working day, within the hours, not on leave, and nobody who said stop."""
    assert not member.is_bot
    assert member.consent.opted_out_at is None
    there, own = local(at, member, rules), member.availability
    begins = rules.from_hour if own.from_hour is None else own.from_hour
    ends = rules.to_hour if own.to_hour is None else own.to_hour
    assert begins <= there.hour < ends
    assert is_working_day(there.date(), member, rules)
    assert not is_away(at, member)


class Watch:
    """Looks at a world after every step; remembers what it has seen before."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._delivered: dict[str, Question] = {}

    @property
    def delivered(self) -> int:
        """How many questions have reached a person so far."""
        return len(self._delivered)

    def look(self) -> None:
        """Raise `AssertionError` for the first thing that must not be."""
        with self._world.work.store.reading() as unit:
            people = {member.id: member for member in unit.people.members(COMMUNITY.id)}
            ordered = list(_in_order(unit, self._delivered))
            now = {q.id: q for q in unit.inquiries.questions_delivered(COMMUNITY.id, BEGINNING)}
            assert set(now) == {*self._delivered, *(q.id for q in ordered)}
            for question in ordered:
                self._assert_may_be_delivered(unit, question, people)
                self._delivered[question.id] = question
            self._assert_reminders(unit, now, people)
            self._assert_open_is_one(list(now.values()), people)
            planned = {due.key for due in unit.inquiries.due(FOR_EVER, limit=1_000)}
            for inquiry in unit.inquiries.inquiries(COMMUNITY.id):
                _assert_moves_on(unit, inquiry, now, planned)
        self._delivered = now

    def _assert_may_be_delivered(
        self, unit: Unit, question: Question, people: dict[str, Member]
    ) -> None:
        rules, at = self._world.rules.ask, self._world.clock.now()
        assert question.delivered_at == at
        assert_good_time(at, people[question.asked_of], rules)
        before = list(self._delivered.values())
        own = [q for q in before if q.asked_of == question.asked_of]
        week = [q for q in own if q.delivered_at and q.delivered_at > at - timedelta(days=7)]
        assert len(week) + 1 <= rules.questions_per_expert_and_week
        month = [q for q in before if q.delivered_at and q.delivered_at >= at - timedelta(days=30)]
        mine = sum(1 for q in month if q.asked_of == question.asked_of) + 1
        answered = set(self._world.answers.values())
        could = sum(1 for id_ in answered if not people[id_].consent.opted_out_at)
        if could >= rules.monthly_share_from_people and mine > rules.monthly_share_free:
            assert mine <= rules.monthly_share_per_expert * (len(month) + 1)
        inquiry = unit.inquiries.inquiry(question.inquiry_id)
        assert inquiry is not None
        probes = sum(1 for q in before if q.inquiry_id == inquiry.id) + 1
        assert probes <= rules.probes_per_inquiry + _sent_back(unit, inquiry)
        moment = unit.inquiries.moment(inquiry.moment_id)
        thread = unit.talk.thread(moment.thread_id) if moment else None
        assert thread is not None
        assert not thread.private
        assert at - thread.last_at >= timedelta(hours=rules.quiet_thread_hours)

    def _assert_reminders(
        self, unit: Unit, now: dict[str, Question], people: dict[str, Member]
    ) -> None:
        rules, at = self._world.rules.ask, self._world.clock.now()
        for question in now.values():
            before = self._delivered[question.id].reminded_at
            if question.reminded_at == before:
                continue
            assert before is None
            assert question.reminded_at == at
            member = people[question.asked_of]
            assert_good_time(at, member, rules)
            assert question.delivered_at is not None
            day, days = local(question.delivered_at, member, rules).date(), 0
            while day < local(at, member, rules).date():
                day += timedelta(days=1)
                days += is_working_day(day, member, rules)
            assert days >= rules.remind_after_workdays
            told = [d.action for d in unit.log.decisions(question.id)]
            assert told.count(Action.QUESTION_REMINDED) == 1

    def _assert_open_is_one(self, questions: Sequence[Question], people: dict[str, Member]) -> None:
        waiting = Counter(q.asked_of for q in questions if q.status is QuestionStatus.OPEN)
        for person, count in waiting.items():
            assert count == 1
            assert people[person].consent.opted_out_at is None


def _in_order(unit: Unit, known: dict[str, Question]) -> Iterator[Question]:
    """What was delivered since, in the order of the log."""
    for decision in unit.log.decisions(limit=200):
        if decision.action is Action.QUESTION_DELIVERED and decision.subject not in known:
            question = unit.inquiries.question(decision.subject)
            assert question is not None
            yield question


def _sent_back(unit: Unit, inquiry: Inquiry) -> int:
    reviews = unit.guides.reviews(inquiry.guide_id) if inquiry.guide_id else ()
    return sum(1 for review in reviews if review.decision is Decision.REVISE)


def _assert_moves_on(
    unit: Unit, inquiry: Inquiry, questions: dict[str, Question], planned: set[str]
) -> None:
    """An inquiry that has not ended has something planned that will move it, or a steward has it.

    One that has ended leaves nothing open.
    """
    open_now = [
        q
        for q in questions.values()
        if q.inquiry_id == inquiry.id and q.status is QuestionStatus.OPEN
    ]
    if f"resume:{inquiry.id}" in planned:
        return
    match inquiry.status:
        case InquiryStatus.WAITING_FOR_TURN:
            assert f"try_to_ask:{inquiry.id}" in planned
        case InquiryStatus.WAITING_FOR_ANSWER:
            assert [f"expire:{q.id}" in planned for q in open_now] == [True]
        case InquiryStatus.WAITING_FOR_CONFIRMATION:
            assert f"expire:{inquiry.guide_id}" in planned
        case InquiryStatus.WAITING_FOR_REVIEW:
            guide = unit.guides.guide(inquiry.guide_id or "")
            assert guide is not None
            assert guide.status.value == "confirmed"
        case _:
            assert not open_now


def let_time_pass(world: World, watch: Watch) -> int:
    """Everybody falls silent: run on until nothing waits but for a steward; the weeks it took.

    Raises `AssertionError` for an inquiry of the time before that has not ended by then.
    """
    began = world.clock.now()
    before = {inquiry.id for inquiry in _waiting(world)}
    while any(inquiry.id in before for inquiry in _waiting(world)):
        assert world.clock.now() - began < timedelta(weeks=WEEKS_TO_END)
        world.sweep()
        watch.look()
        with world.work.store.reading() as unit:
            due = unit.inquiries.next_due()
        if due is not None:
            world.clock.at = max(due.at, world.clock.now() + timedelta(hours=1))
    return (world.clock.now() - began).days // 7


def _waiting(world: World) -> list[Inquiry]:
    """Inquiries that wait for anybody but a steward."""
    with world.work.store.reading() as unit:
        known = unit.inquiries.inquiries(COMMUNITY.id)
    return [
        inquiry
        for inquiry in known
        if inquiry.is_open and inquiry.status is not InquiryStatus.WAITING_FOR_REVIEW
    ]
