"""What every system of record has to do, run over each one: inquiries, the schedule and races."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from memory.errors import UserInputError
from memory.records.base import stable_id
from memory.records.inquiry import Due, DueKind, InquiryStatus, QuestionStatus
from memory.store.protocols import Store
from tests.memory.samples import (
    ADA,
    BEN,
    COMMUNITY,
    HOUR,
    NOON,
    answer,
    coverage,
    inquiry,
    message,
    moment,
    question,
)


class TestInquiries:
    """Moments, inquiries, questions, answers."""

    def test_moments_by_falling_score_and_without_inquiry(self, store: Store) -> None:
        """The best moment that nobody asks about yet comes first."""
        more = [message(f"m{i}", f"Never {i}.") for i in range(2, 6)]
        found = [moment(said, 0.1 * i) for i, said in enumerate(more, start=1)]
        with store.writing() as unit:
            unit.talk.save_messages(more)
            unit.inquiries.save_moments(found)
            assert unit.inquiries.moments(COMMUNITY.id) == [moment(), *reversed(found)]
            free = unit.inquiries.moments_without_inquiry(COMMUNITY.id, 2)
            assert free == [found[3], found[2]]
            assert unit.inquiries.moment(found[0].id) == found[0]
            assert unit.inquiries.moment(moment(message("none")).id) is None

    def test_inquiries_by_community_and_status(self, store: Store) -> None:
        """An inquiry moves on under its id and is found by where it stands."""
        moved = inquiry(status=InquiryStatus.WAITING_FOR_REVIEW, updated_at=NOON + HOUR)
        with store.writing() as unit:
            unit.inquiries.save_inquiry(moved)
            assert unit.inquiries.inquiry(moved.id) == moved
            assert unit.inquiries.inquiries() == [moved]
            wanted = [InquiryStatus.WAITING_FOR_ANSWER]
            assert unit.inquiries.inquiries(COMMUNITY.id, wanted) == []
            assert unit.inquiries.inquiries(None, [*wanted, moved.status]) == [moved]
            assert unit.inquiries.inquiry(stable_id("inq", "none")) is None

    def test_coverage_is_replaced_whole_and_in_order(self, store: Store) -> None:
        """Evidence comes back with it, verified."""
        with store.writing() as unit:
            unit.inquiries.save_coverage(inquiry().id, coverage())
            assert tuple(unit.inquiries.coverage(inquiry().id)) == coverage()
            unit.inquiries.save_coverage(inquiry().id, coverage()[1:])
            assert tuple(unit.inquiries.coverage(inquiry().id)) == coverage()[1:]

    def test_questions_by_turn_delivery_and_status(self, store: Store) -> None:
        """Budgets and inboxes count what was delivered to whom, and what is open."""
        second = question(2, asked_of=BEN.id)
        waiting = question(3, status=QuestionStatus.COMPOSED, delivered_at=None)
        with store.writing() as unit:
            for asked in (waiting, second, question()):
                unit.inquiries.save_question(asked)
            at = unit.inquiries
            assert at.questions(inquiry().id) == [question(), second, waiting]
            assert at.questions_delivered(COMMUNITY.id, NOON) == [question(), second]
            assert at.questions_delivered(COMMUNITY.id, NOON + 2 * HOUR) == [second]
            assert at.questions_delivered(COMMUNITY.id, NOON, ADA.id) == [question()]
            assert at.open_questions() == [question(), second]
            closed = question(status=QuestionStatus.SKIPPED, closed_at=NOON)
            at.save_question(closed)
            assert at.open_questions(ADA.id) == []
            assert at.question(closed.id) == closed
            assert at.question(question(9).id) is None

    def test_a_question_is_answered_once(self, store: Store) -> None:
        """The second answer is refused and the first one stands."""
        with store.writing() as unit:
            unit.inquiries.save_question(question())
            unit.inquiries.save_answer(answer())
        with store.writing() as unit:
            with pytest.raises(UserInputError, match=question().id):
                unit.inquiries.save_answer(answer())
            assert unit.inquiries.answer(question().id) == answer()
            assert unit.inquiries.answers_of(ADA.id) == [answer()]
            assert unit.inquiries.answers_of(BEN.id) == []
            assert unit.inquiries.answer(question(2).id) is None


class TestSchedule:
    """Dues, effects, leases."""

    def test_dues_are_planned_moved_and_dropped_by_key(self, store: Store) -> None:
        """Planning twice plans once, and what is due comes in order of time."""
        due = [
            Due(
                key=f"remind:{i}",
                community_id=COMMUNITY.id,
                kind=DueKind.REMIND,
                subject_id=question().id,
                at=NOON + i * HOUR,
            )
            for i in range(3)
        ]
        moved = due[0].model_copy(update={"at": NOON + 5 * HOUR})
        with store.writing() as unit:
            assert unit.inquiries.next_due() is None
            for one in reversed(due):
                unit.inquiries.plan(one)
            assert unit.inquiries.due(NOON + HOUR) == due[:2]
            assert unit.inquiries.due(NOON + HOUR, limit=1) == due[:1]
            unit.inquiries.plan(moved)
            assert unit.inquiries.planned(moved.key) == moved
            assert unit.inquiries.next_due() == due[1]
            unit.inquiries.drop_due(due[1].key)
            assert unit.inquiries.planned(due[1].key) is None
            assert unit.inquiries.due(NOON + 9 * HOUR) == [due[2], moved]

    def test_an_effect_is_claimed_once(self, store: Store) -> None:
        """The second caller of a key is told so."""
        with store.writing() as unit:
            assert unit.inquiries.claim_effect("send:1", NOON)
            assert not unit.inquiries.claim_effect("send:1", NOON)
        with store.writing() as unit:
            assert not unit.inquiries.claim_effect("send:1", NOON)

    def test_a_lease_is_held_until_it_runs_out_or_is_given_back(self, store: Store) -> None:
        """Another holder waits; the same holder prolongs; only the holder gives it back."""
        with store.writing() as unit:
            at = unit.inquiries
            assert at.lease_holder("inq") is None
            assert at.take_lease("inq", "one", NOON, NOON + HOUR)
            assert not at.take_lease("inq", "two", NOON, NOON + HOUR)
            assert at.take_lease("inq", "one", NOON, NOON + 2 * HOUR)
            assert not at.take_lease("inq", "two", NOON + HOUR, NOON + 3 * HOUR)
            assert at.take_lease("inq", "two", NOON + 2 * HOUR, NOON + 3 * HOUR)
            at.drop_lease("inq", "one")
            assert at.lease_holder("inq") == "two"
            at.drop_lease("inq", "two")
            assert at.lease_holder("inq") is None


ROOT = Path(__file__).parents[2]
RACER = """
import sys, pathlib
from memory.errors import UserInputError
from tests.memory.samples import HOUR, NOON, answer
from tests.memory.conftest import OPENERS
store = OPENERS[sys.argv[1]](pathlib.Path(sys.argv[2]))
won = [0, 0, 0]
for turn in range(40):
    with store.writing() as unit:
        at = unit.inquiries
        won[0] += at.take_lease(f"inq:{turn}", sys.argv[3], NOON, NOON + HOUR)
        won[1] += at.claim_effect(f"send:{turn}", NOON)
try:
    with store.writing() as unit:
        unit.inquiries.save_answer(answer())
        won[2] = 1
except UserInputError:
    pass
store.close()
print(*won)
"""


def test_two_processes_race_and_each_prize_goes_to_one(
    store: Store, opener: str, tmp_path: Path
) -> None:
    """A lease, an effect and an answer are never had by two processes, and nobody fails."""
    with store.writing() as unit:
        unit.inquiries.save_question(question())
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, opener, str(tmp_path / "store"), name],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    ended = [(process.communicate(timeout=100), process.returncode) for process in racing]
    assert [code for _, code in ended] == [0, 0], ended
    won = [[int(n) for n in out.split()] for (out, _), _ in ended]
    assert [sum(prize) for prize in zip(*won, strict=True)] == [40, 40, 1]
