"""A community whose people, clock and rules are driven from outside, through the real services."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from agent.channels.inbox import InboxChannel
from agent.inquiry.state import AgentContext
from agent.services.answering import give_answer
from agent.services.confirming import confirm_guide
from agent.services.consent import opt_in, opt_out, set_hours
from agent.services.identity import Actor
from agent.services.reviewing import review_guide
from agent.services.sweeping import sweep
from agent.services.withdrawing import withdraw_words
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.home import Home
from memory.records.guide import Decision, Guide, GuideStatus
from memory.records.inquiry import AnswerKind
from memory.records.people import Availability, Member, Role
from memory.records.policy import AskPolicy, Policy, TriagePolicy
from memory.records.talk import Message, Thread
from memory.store.protocols import Unit
from tests.agent.scripted_engine import ScriptedEngine
from tests.builders import COMMUNITY, SettableClock, make_member, make_message, make_thread
from tests.index.support import HashingEmbedder

if TYPE_CHECKING:
    from memory.index.chroma import ChromaIndex

Thing = TypeVar("Thing")

ZONES = (
    None,
    "Europe/Berlin",
    None,
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Pacific/Auckland",
)
TOPICS = ("pump seal leaks", "boiler scale grows", "grinder burr dulls", "valve spring sticks")
REPLIES = (
    "because the old part carries the load until then",
    "not on the small one, it has no room for it",
    "dunno, it depends",
    "ask Person3, they built it",
    "a newcomer would not hear the hum before it",
    "you see the needle drop within the hour",
)
KINDS = (
    *(AnswerKind.REPLY,) * 9,
    *(AnswerKind.NOT_ME,) * 4,
    *(AnswerKind.SKIP,) * 2,
    AnswerKind.STOP,
)
DECISIONS = (Decision.APPROVE, Decision.REVISE, Decision.REJECT)
HOURS = (
    Availability(),
    Availability(weekdays=(2, 4), from_hour=8, to_hour=9),
    Availability(from_hour=22, to_hour=24),
    Availability(weekdays=(6, 7)),
    Availability(weekdays=()),
)
ASK_POLICIES = (
    AskPolicy(),
    AskPolicy(monthly_share_free=1, monthly_share_from_people=3, probes_per_inquiry=2),
    AskPolicy(questions_per_expert_and_week=9, monthly_share_free=9),
    AskPolicy(days_off=tuple(date(2025, 3, day) for day in range(4, 29)), from_hour=0, to_hour=2),
    AskPolicy(questions_per_expert_and_week=1, weekdays=(1, 3), timezone="Asia/Tokyo"),
)
WAITS = tuple(
    timedelta(minutes=minutes)
    for minutes in (10, 60, 60, 240, 300, 540, 1440, 1440, 3 * 1440, 3 * 1440 + 540, 8 * 1440)
)


def pick(things: Sequence[Thing], number: int) -> Thing:
    """One of them, by a number of any size."""
    return things[number % len(things)]


class World:
    """One home with its people. Every deed takes plain numbers, so that anything can drive it."""

    def __init__(self, folder: Path, rules: int = 0) -> None:
        self.folder = folder
        self.clock = SettableClock()
        self.rules = Policy(
            ask=pick(ASK_POLICIES, rules), triage=TriagePolicy(max_open_inquiries=6)
        )
        self.threads = 0
        self.answers: dict[str, str] = {}
        """Author ids of answers in the archive, by message id."""
        home = Home.open(folder)
        store = home.store()
        people = [make_member(f"person{n}", timezone=pick(ZONES, n)) for n in range(7)]
        stewards = [make_member(f"steward{n}", roles=(Role.STEWARD,)) for n in range(2)]
        with store.writing() as unit:
            unit.people.save_community(COMMUNITY)
            unit.people.save_members([*people, *stewards, make_member("robot", is_bot=True)])
            for number in range(6):
                self._say(unit, number * 13)
        store.close()
        self.work = self._open()

    def reopen(self) -> None:
        """Work on as a new process would, under the present rules."""
        self.work.close()
        self.work = self._open()

    def _open(self) -> Workplace:
        home = Home.open(self.folder)
        store = home.store()
        work = Workplace(home, store, self.clock, self.rules, lambda: _index(home))
        work.__dict__["context"] = AgentContext(
            store, self.clock, self.rules, work.catalogue, ScriptedEngine(), InboxChannel()
        )
        return work

    def people(self) -> list[Member]:
        """Everybody as stored, by id."""
        with self.work.store.reading() as unit:
            return list(unit.people.members(COMMUNITY.id))

    def _actor(self, member_id: str) -> Actor:
        return Actor(next(m for m in self.people() if m.id == member_id), acting_as=False)

    def sweep(self) -> None:
        assert not sweep(self.work).failed

    def wait(self, number: int) -> None:
        """Time passes, minutes to a week or, seldom, a month."""
        self.clock.at += timedelta(days=30) if number % 97 == 0 else pick(WAITS, number)

    def pass_time(self, number: int) -> None:
        """Time passes and the agent looks what is due."""
        self.wait(number)
        self.sweep()

    def answer(self, number: int, kind: int, words: int, *, amid: bool = False) -> None:
        """Somebody deals with one of the open questions, if there is one; or `amid` new talk."""
        with self.work.store.reading() as unit:
            questions = unit.inquiries.open_questions()
        if not questions:
            return
        question, how = pick(questions, number), pick(KINDS, kind)
        if amid:
            with self.work.store.writing() as unit:
                anchor = unit.talk.message(question.quote.message_id)
                self._interject(unit, anchor.thread_id if anchor else "")
        named = f"person{words % 7}"
        actor = self._actor(question.asked_of)
        refers = how is AnswerKind.NOT_ME and words % 2 and actor.member.handle != named
        give_answer(
            self.work,
            actor,
            question.id,
            how,
            text=pick(REPLIES, words) if how is AnswerKind.REPLY else "",
            refer_to=named if refers else None,
        )

    def _guides(self, status: GuideStatus) -> Sequence[Guide]:
        with self.work.store.reading() as unit:
            return unit.guides.guides(COMMUNITY.id, [status])

    def confirm(self, number: int) -> None:
        """An author says yes to a draft."""
        drafts = [guide for guide in self._guides(GuideStatus.DRAFT) if guide.awaiting()]
        if drafts:
            guide = pick(drafts, number)
            confirm_guide(self.work, self._actor(pick(guide.awaiting(), number)), guide.id)

    def withdraw(self, number: int) -> None:
        """An author says no to a draft, or takes back a yes."""
        guides = (*self._guides(GuideStatus.DRAFT), *self._guides(GuideStatus.CONFIRMED))
        if guides:
            guide = pick(guides, number)
            withdraw_words(self.work, self._actor(guide.current.summary.author_id), guide.id)

    def review(self, number: int, decision: int) -> None:
        """A steward decides; what may not be decided so is refused in words."""
        confirmed = self._guides(GuideStatus.CONFIRMED)
        if not confirmed:
            return
        stewards = [member for member in self.people() if Role.STEWARD in member.roles]
        actor = Actor(pick(stewards, number), acting_as=False)
        try:
            review_guide(
                self.work, actor, pick(confirmed, number).id, pick(DECISIONS, decision), "why?"
            )
        except (UserInputError, PermissionDeniedError):
            return

    def _asked(self, number: int) -> list[Member]:
        """With an even number, people to whom a question is open."""
        with self.work.store.reading() as unit:
            asked = {question.asked_of for question in unit.inquiries.open_questions()}
        return [] if number % 2 else [member for member in self.people() if member.id in asked]

    def consent(self, number: int, *, asked: bool) -> None:
        """Somebody opts in or out, beside any question; as often as not one who is being asked."""
        actor = Actor(pick(self._asked(number) or self.people(), number), acting_as=False)
        (opt_in if asked else opt_out)(self.work, actor)

    def go_away(self, number: int, begins: int, days: int) -> None:
        """Somebody says when they are on leave, in days from now."""
        member = pick(self._asked(number) or self.people(), number)
        begin = self.clock.now() + timedelta(days=begins)
        leave = member.availability.model_copy(
            update={"away_from": begin, "away_until": begin + timedelta(days=days)}
        )
        set_hours(self.work, Actor(member, acting_as=False), leave, member.timezone)

    def change_hours(self, number: int, hours: int, zone: int) -> None:
        """Somebody changes their hours and moves to another time zone."""
        actor = Actor(pick(self.people(), number), acting_as=False)
        set_hours(self.work, actor, pick(HOURS, hours), pick(ZONES, zone))

    def change_rules(self, number: int) -> None:
        """The operator edits the policy."""
        self.rules = self.rules.model_copy(update={"ask": pick(ASK_POLICIES, number)})
        self.reopen()

    def forget(self) -> None:
        """The checkpoints are lost, and the process begins anew."""
        self.work.close()
        for file in self.folder.glob("checkpoints*"):
            file.unlink()
        self.reopen()

    def talk(self, number: int) -> None:
        """A new thread, or a word in an old one."""
        with self.work.store.writing() as unit:
            if number % 2:
                self._say(unit, number)
                return
            known = [thread.id for thread in unit.talk.threads(COMMUNITY.id)]
            self._interject(unit, pick(known, number) if known else "")

    def _interject(self, unit: Unit, thread_id: str) -> None:
        """A passing word in a thread, if it is still there."""
        thread, now = unit.talk.thread(thread_id), self.clock.now()
        if thread is not None:
            said = make_message(f"x{thread_id}-{now}", "same here", None, thread, sent_at=now)
            unit.talk.save_threads([thread.model_copy(update={"last_at": now})])
            unit.talk.save_messages([said])

    def take_back(self, number: int) -> None:
        """A thread is made private, or a message is deleted."""
        with self.work.store.writing() as unit:
            threads = unit.talk.threads(COMMUNITY.id)
            if not threads:
                return
            thread = pick(threads, number)
            if number % 2:
                unit.talk.save_threads([thread.model_copy(update={"private": True})])
                return
            message = pick(unit.talk.thread_messages(thread.id), number)
            gone = message.model_copy(update={"text": "", "segments": (), "deleted": True})
            unit.talk.save_messages([gone])
            self.answers.pop(message.id, None)

    def _say(self, unit: Unit, number: int) -> None:
        """A problem, advice to it, and thanks, that ended just now."""
        self.threads += 1
        now, name = self.clock.now(), f"t{self.threads}"
        thread = make_thread(name, started_at=now - timedelta(hours=1), last_at=now)
        topic = pick(TOPICS, number)
        asker, expert = make_member(f"person{number % 7}"), make_member(f"person{number // 7 % 7}")
        asked = _message(name, 1, f"our {topic} again, what now?", asker, thread)
        advice = f"just change the {topic} part {number} before the shift"
        told = _message(name, 2, advice, expert, thread, asked)
        third = make_member(f"person{number // 49 % 7}")
        also = _message(name, 3, f"the {topic} here too, I waited", third, thread, asked)
        unit.talk.save_threads([thread])
        unit.talk.save_messages([asked, told, also])
        for message, author in ((told, expert), (also, third)):
            if author.id != asker.id:
                self.answers[message.id] = author.id

    def close(self) -> None:
        self.work.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _message(
    name: str, place: int, text: str, author: Member, thread: Thread, to: Message | None = None
) -> Message:
    at = thread.started_at + timedelta(minutes=place)
    reply_to = to.id if to else None
    return make_message(f"{name}.{place}", text, author, thread, sent_at=at, reply_to_id=reply_to)


def _index(home: Home) -> ChromaIndex:
    from memory.index.chroma import ChromaIndex

    return ChromaIndex(home.index_dir, home.lock_dir, HashingEmbedder())
