"""A discussion about a pump, and its expert with a question open to her, in a real home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from agent.channels.inbox import InboxChannel
from agent.engines.embedded import EmbeddedEngine
from agent.inquiry.state import AgentContext
from agent.inquiry.wakes import plan_wake
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from memory.home import Home
from memory.records.inquiry import Inquiry, InquiryStatus, Moment, Question, QuestionStatus
from memory.records.people import Member, Role
from memory.records.policy import AskPolicy, GuidePolicy, Policy
from memory.records.talk import Message, Segment, SegmentKind
from tests.builders import COMMUNITY, MONDAY, SettableClock, make_member, make_message, make_thread
from tests.index.support import HashingEmbedder
from tui.seat import Seat

ANN = make_member("ann", name="Ann Lee", title="Pump engineer")
BO = make_member("bo", name="Bo\x1b[31m Ek", title="Trainee")
YUI = make_member("yui", name="\u5c71\u7530\u512a\u8863", title="\u6280\u8853\u8005")
LENA = make_member("lena", name="Lena Park", roles=(Role.STEWARD,))
PEOPLE = (ANN, BO, YUI, LENA)
ADVICE = "Always purge the feed line before you restart the pump. Then open the valve by hand."
ANSWER = (
    "You can tell by the hum of the motor. Because air in the line makes the pump run dry. "
    "Never do it while the line is hot."
)
POLICY = Policy(
    ask=AskPolicy(min_value=-100.0, open_questions_per_expert=3, questions_per_expert_and_week=9),
    guide=GuidePolicy(draft_completeness=0.0),
)


@dataclass
class InboxWorld:
    """The community, its clock, and its inquiries by name."""

    work: Workplace
    clock: SettableClock
    inquiries: dict[str, str] = field(default_factory=dict)

    def seat(self, member: Member = ANN) -> Seat:
        """Where somebody works; as stored now."""
        with self.work.store.reading() as unit:
            stored = unit.people.member(member.id)
        assert stored is not None
        return Seat(self.work, COMMUNITY, Actor(stored, acting_as=False))

    def actor(self, member: Member = ANN) -> Actor:
        return Actor(member, acting_as=False)

    def ask(
        self,
        name: str,
        opening: str = "The valve sticks again \x1b[2Jafter every weekend.\nWhat should I do?",
        *,
        title: str = "The feed valve sticks",
    ) -> None:
        """A discussion in which Ann gave advice, and an inquiry into it, run to its first stop."""
        thread = make_thread(name, title=title, channel="pumps")
        said = [
            make_message(
                f"{name}1",
                opening,
                BO,
                thread,
                sent_at=MONDAY - timedelta(days=1, hours=2),
            ),
            make_message(
                f"{name}2", ADVICE, ANN, thread, sent_at=MONDAY - timedelta(days=1, hours=1)
            ),
            _quoting(f"{name}3", thread_name=name, title=title),
        ]
        moment = Moment(
            id=Moment.id_of(said[1].id),
            community_id=COMMUNITY.id,
            thread_id=thread.id,
            message_id=said[1].id,
            author_id=ANN.id,
            score=0.9,
            signals=(),
            reasons=("a directive with no reason",),
            found_at=self.clock.now(),
        )
        inquiry = Inquiry(
            id=Inquiry.id_of(moment.id),
            community_id=COMMUNITY.id,
            moment_id=moment.id,
            status=InquiryStatus.WAITING_FOR_TURN,
            opened_at=self.clock.now(),
            updated_at=self.clock.now(),
        )
        with self.work.store.writing() as unit:
            unit.talk.save_threads([thread])
            unit.talk.save_messages(said)
            unit.inquiries.save_moments([moment])
            unit.inquiries.save_inquiry(inquiry)
            plan_wake(unit, COMMUNITY.id, inquiry.id, self.clock.now())
        self.inquiries[name] = inquiry.id
        assert self.work.runner.advance(inquiry.id)

    def questions(self, name: str = "valve") -> list[Question]:
        """The questions of an inquiry, by turn."""
        with self.work.store.reading() as unit:
            return list(unit.inquiries.questions(self.inquiries[name]))

    def question(self, name: str = "valve") -> Question:
        """The open question of an inquiry."""
        (one,) = [q for q in self.questions(name) if q.status is QuestionStatus.OPEN]
        return one

    def reply_of(self, question: Question) -> Message | None:
        """The stored words of an answer."""
        with self.work.store.reading() as unit:
            answer = unit.inquiries.answer(question.id)
            return unit.talk.message(answer.message_id) if answer and answer.message_id else None


def _quoting(native_id: str, *, thread_name: str, title: str) -> Message:
    """Thanks in another script, below a quotation."""
    text = (
        "Then open the valve by hand.\n\n\u3042\u308a\u304c\u3068\u3046, \u05ea\u05d5\u05d3\u05d4!"
    )
    message = make_message(
        native_id,
        text,
        YUI,
        make_thread(thread_name, title=title, channel="pumps"),
        sent_at=MONDAY - timedelta(days=1),
    )
    own = text.index("\u3042")
    segments = (
        Segment(kind=SegmentKind.QUOTE, start=0, end=own - 2),
        Segment(kind=SegmentKind.OWN, start=own, end=len(text)),
    )
    return message.model_copy(update={"segments": segments})


@contextmanager
def inbox_world(home: Path) -> Iterator[InboxWorld]:
    """The community in a home at `home`, with nothing asked yet; the engine needs no weights."""
    opened = Home.open(home)
    store, clock = opened.store(), SettableClock()
    work = Workplace(opened, store, clock, POLICY)
    engine = EmbeddedEngine(work.catalogue, POLICY)
    work.__dict__["context"] = AgentContext(
        store, clock, POLICY, work.catalogue, engine, InboxChannel()
    )
    work.__dict__["embedder"] = HashingEmbedder()
    with store.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members(PEOPLE)
        for member in PEOPLE:
            unit.people.update_member(member)
    try:
        yield InboxWorld(work, clock)
    finally:
        work.close()
