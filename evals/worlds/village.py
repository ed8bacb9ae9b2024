"""A community at work in simulated time: people answer, experts confirm, stewards decide.

Everything goes through the services a person's commands use. People see the text of a question
and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from agent.services.answering import InboxItem, give_answer, inbox
from agent.services.confirming import confirm_guide
from agent.services.guides import drafts_to_confirm, guides_to_review
from agent.services.health import home_status
from agent.services.identity import Actor
from agent.services.reviewing import publishing_obstacles, review_guide
from agent.services.sweeping import SweepReport, sweep
from agent.services.workplace import Workplace
from evals.worlds.clock import SimulatedClock
from evals.worlds.scripted import Reply
from memory.records.guide import Decision, Guide
from memory.records.inquiry import AnswerKind
from memory.records.people import Community, Member

MINUTES_TO_ANSWER = 20
KINDS = {
    "reply": AnswerKind.REPLY,
    "skip": AnswerKind.SKIP,
    "not_me": AnswerKind.NOT_ME,
    "stop": AnswerKind.STOP,
}


class Responder(Protocol):
    """Somebody who reacts to the text of a question put to a person."""

    def respond(self, handle: str, question_text: str) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A question reached a person, who did something with it."""

    at: datetime
    member: Member
    item: InboxItem
    reply: Reply


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An author said yes to their words."""

    at: datetime
    member: Member
    guide: Guide


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A steward decided."""

    at: datetime
    member: Member
    guide: Guide
    decision: Decision
    comment: str


@dataclass(frozen=True, slots=True)
class Swept:
    """The agent did what was due."""

    at: datetime
    report: SweepReport


Event = Asked | Confirmed | Reviewed | Swept


class Village:
    """Runs a community forward in simulated time until nothing more comes."""

    def __init__(
        self,
        work: Workplace,
        clock: SimulatedClock,
        community: Community,
        people: Responder,
        stewards: Sequence[Member],
        absent: Collection[str] = (),
    ) -> None:
        """`absent` are handles of people who do not come: what is asked of them waits."""
        self._work = work
        self._clock = clock
        self._community = community
        self._people = people
        self._stewards = stewards
        self._absent = frozenset(absent)
        self._silent: set[str] = set()
        self._sent_back: set[str] = set()

    def run(self, days: int) -> Iterator[Event]:
        """Yield what happens over at most `days` simulated days."""
        end = self._clock.now() + timedelta(days=days)
        while True:
            yield Swept(self._clock.now(), sweep(self._work, self._community))
            acted = False
            for event in self._people_act():
                acted = True
                yield event
            if acted:
                continue
            due = home_status(self._work).next_due
            if due is None or due > end:
                return
            self._clock.move_to(max(due, self._clock.now()))

    def _people_act(self) -> Iterator[Event]:
        with self._work.store.reading() as unit:
            members = [m for m in unit.people.members(self._community.id) if not m.is_bot]
        for member in members:
            if member.handle in self._absent:
                continue
            yield from self._answer(member)
            for guide in drafts_to_confirm(self._work, member):
                self._clock.pass_minutes(MINUTES_TO_ANSWER)
                confirmed = confirm_guide(self._work, Actor(member, acting_as=True), guide.id)
                yield Confirmed(self._clock.now(), member, confirmed)
        for guide in guides_to_review(self._work, self._community.id):
            yield from self._review(guide)

    def _answer(self, member: Member) -> Iterator[Event]:
        for item in inbox(self._work, member):
            if item.question.id in self._silent:
                continue
            reply = self._people.respond(member.handle, item.question.text)
            if reply.kind == "silence":
                self._silent.add(item.question.id)
            else:
                self._clock.pass_minutes(MINUTES_TO_ANSWER)
                give_answer(
                    self._work,
                    Actor(member, acting_as=True),
                    item.question.id,
                    KINDS[reply.kind],
                    text=reply.text if reply.kind == "reply" else "",
                    refer_to=reply.refer_to or None,
                )
            yield Asked(self._clock.now(), member, item, reply)

    def _review(self, guide: Guide) -> Iterator[Event]:
        authors = set(guide.current.authors())
        steward = next((s for s in self._stewards if s.id not in authors), None)
        if steward is None:
            return
        decision, comment = self._verdict_on(guide)
        self._clock.pass_minutes(MINUTES_TO_ANSWER)
        decided = review_guide(
            self._work, Actor(steward, acting_as=True), guide.id, decision, comment
        )
        yield Reviewed(self._clock.now(), steward, decided, decision, comment)

    def _verdict_on(self, guide: Guide) -> tuple[Decision, str]:
        """Go by the rules alone: approve what may be published, send back once, then reject."""
        obstacles = publishing_obstacles(self._work, guide)
        if not obstacles:
            return Decision.APPROVE, ""
        sent_back = guide.id in self._sent_back
        self._sent_back.add(guide.id)
        return (Decision.REJECT if sent_back else Decision.REVISE), "; ".join(obstacles)
