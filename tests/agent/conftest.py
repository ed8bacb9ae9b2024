"""A small community in a real store, with a graph over a scripted engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from agent.channels.inbox import InboxChannel
from agent.inquiry.runner import InquiryRunner
from agent.inquiry.state import AgentContext
from agent.inquiry.wakes import plan_wake
from agent.services.answering import give_answer
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from memory.home import Home
from memory.records.inquiry import (
    AnswerKind,
    Inquiry,
    InquiryStatus,
    Moment,
    Question,
)
from memory.records.people import Member, Role
from memory.records.policy import Policy
from memory.records.talk import Message
from tests.agent.scripted_engine import ScriptedEngine
from tests.builders import COMMUNITY, SettableClock, make_member, make_message, make_thread
from tests.index.support import HashingEmbedder

ASKER, EXPERT, OTHER = make_member("asker"), make_member("expert"), make_member("other")
STEWARD = make_member("steward", roles=(Role.STEWARD,))


@dataclass
class Guild:
    """The community at work: clock, workplace, the scripted engine, and one moment."""

    work: Workplace
    clock: SettableClock
    engine: ScriptedEngine
    moment: Moment
    messages: tuple[Message, ...]
    inquiry_id: str = ""
    replies: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Open the inquiry of the moment and let it run to its first stop."""
        now = self.clock.now()
        inquiry = Inquiry(
            id=Inquiry.id_of(self.moment.id),
            community_id=COMMUNITY.id,
            moment_id=self.moment.id,
            status=InquiryStatus.WAITING_FOR_TURN,
            opened_at=now,
            updated_at=now,
        )
        with self.work.store.writing() as unit:
            unit.inquiries.save_inquiry(inquiry)
            plan_wake(unit, COMMUNITY.id, inquiry.id, now)
        self.inquiry_id = inquiry.id
        self.advance()

    def advance(self) -> None:
        """Wake the inquiry."""
        with InquiryRunner(self.work.context, self.work.home.checkpoints) as another:
            assert another.advance(self.inquiry_id)

    def inquiry(self) -> Inquiry:
        with self.work.store.reading() as unit:
            inquiry = unit.inquiries.inquiry(self.inquiry_id)
        assert inquiry is not None
        return inquiry

    def questions(self) -> list[Question]:
        with self.work.store.reading() as unit:
            return list(unit.inquiries.questions(self.inquiry_id))

    def open_question(self) -> Question:
        (question,) = [q for q in self.questions() if q.status.value == "open"]
        return question

    def reply(self, text: str) -> None:
        """Answer the open question in words, as the person it was put to."""
        self.act(AnswerKind.REPLY, text=text)

    def act(self, kind: AnswerKind, *, text: str = "", refer_to: str | None = None) -> None:
        question = self.open_question()
        with self.work.store.reading() as unit:
            member = unit.people.member(question.asked_of)
        assert member is not None
        actor = Actor(member, acting_as=False)
        give_answer(self.work, actor, question.id, kind, text=text, refer_to=refer_to)

    def actor(self, member: Member) -> Actor:
        return Actor(member, acting_as=False)


@pytest.fixture
def guild(tmp_path: Path) -> Iterator[Guild]:
    """A thread in which the expert gave a terse directive, and an open store around it."""
    made = make_guild(tmp_path)
    yield made
    made.work.close()


def make_guild(folder: Path) -> Guild:
    """The same in a new home below `folder`; whoever makes it closes it."""
    home = Home.open(folder / "home")
    store = home.store()
    clock = SettableClock()
    thread = make_thread()
    asked = make_message("m1", "our updates are slow, what should we do?", ASKER, thread)
    said = make_message(
        "m2",
        "just drop the fillfactor to 85 on that table",
        EXPERT,
        thread,
        sent_at=thread.last_at + timedelta(minutes=5),
    )
    earlier = [
        make_message(
            f"o{n}",
            f"answer {n} by somebody else",
            OTHER,
            make_thread(f"o{n}"),
            reply_to_id=asked.id,
        )
        for n in range(3)
    ]
    moment = Moment(
        id=Moment.id_of(said.id),
        community_id=COMMUNITY.id,
        thread_id=thread.id,
        message_id=said.id,
        author_id=EXPERT.id,
        score=0.9,
        signals=(),
        reasons=("a directive with no reason",),
        found_at=clock.now(),
    )
    with store.writing() as unit:
        unit.people.save_community(COMMUNITY)
        unit.people.save_members([ASKER, EXPERT, OTHER, STEWARD])
        unit.people.update_member(STEWARD)
        unit.talk.save_threads([thread, *(make_thread(f"o{n}") for n in range(3))])
        unit.talk.save_messages([asked, said, *earlier])
        unit.inquiries.save_moments([moment])
    engine = ScriptedEngine()
    policy = Policy()
    work = Workplace(home, store, clock, policy)
    work.__dict__["context"] = AgentContext(
        store, clock, policy, work.catalogue, engine, InboxChannel()
    )
    work.__dict__["index"] = _index(home)
    return Guild(work, clock, engine, moment, (asked, said))


def _index(home: Home) -> object:
    from memory.index.chroma import ChromaIndex

    return ChromaIndex(home.index_dir, home.lock_dir, HashingEmbedder())
