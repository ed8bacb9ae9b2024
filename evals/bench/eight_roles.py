"""Programs that share one home, each of which may be killed at any moment.

    python -m evals.bench.eight_roles HOME FOLDER ROLE

Roles: `talk` and `mails` grow an archive of their own and import it, `person0` to `person2` answer
and confirm, `steward` decides, `reader` asks the memory. What somebody was told is done is written
to a journal right after, so that it can be looked for later. SIGTERM ends a program in order.
"""

from __future__ import annotations

import json
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from agent.services.workplace import Workplace, open_workplace
from memory.errors import PassdownError
from memory.records.inquiry import AnswerKind
from memory.records.people import Member, Role

T = TypeVar("T")
COMMUNITY = "Eight"
STEWARD = "steward"
PEOPLE = 3
"""Programs that answer; each of them plays a third of the members."""
BEGAN = datetime(2025, 3, 3, 9, tzinfo=UTC)
THREAD_OF = 3
"""Messages of every thread."""
TRIES = 6
FIRST_PAUSE = 0.2
"""Seconds before something is tried again; twice as long each time."""
SAYINGS = (
    "Because the planner keeps room on the page for the next version of the row.",
    "Not on tables that are only inserted into, unless they are under 10 GB.",
    "You can tell by the ratio of hot updates, it should rise within an hour.",
    "People often forget to rebuild the table afterwards, then nothing changes.",
    "If an updated column is itself in an index, it won't help at any setting.",
    "I noticed that every update wrote to all five indexes, so the pages were full.",
    "Otherwise each new row version lands on another page, which causes the growth.",
    "Rather than a bigger disk, because the growth would only come back in a month.",
)


class Journal:
    """What one role was told is done, and what went wrong; it survives the role's process."""

    def __init__(self, folder: Path, role: str) -> None:
        self._file = folder / f"{role}.journal"

    def add(self, kind: str, **facts: Any) -> None:
        line = json.dumps({"kind": kind, **facts}) + "\n"
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(line)

    @staticmethod
    def read(folder: Path) -> Iterable[dict[str, Any]]:
        """Every whole line of every role's journal; a kill may leave half a line."""
        for file in sorted(folder.glob("*.journal")):
            for line in file.read_text(encoding="utf-8").splitlines():
                try:
                    yield {"role": file.stem, **json.loads(line)}
                except ValueError:
                    continue


class Player:
    """One role at work."""

    def __init__(self, work: Workplace, folder: Path, role: str) -> None:
        self.work = work
        self.folder = folder
        self.role = role
        self.journal = Journal(folder, role)
        self.stopping = threading.Event()
        self.drawn = random.Random(role)  # noqa: S311  any question will do

    def turn(self) -> None:
        """Do what this role does once."""
        if self.role in {"talk", "mails"}:
            self._import()
        elif self.role == "reader":
            self._ask()
        elif self.role == "steward":
            self._decide()
        else:
            self._answer()
        self.journal.add("turn")

    def patiently(self, what: str, act: Callable[[], T]) -> T | None:
        """Do something, again where it fails; what no retry cures is kept as such."""
        pause = FIRST_PAUSE
        for attempt in range(TRIES):
            try:
                return act()
            except PassdownError as error:
                last = attempt == TRIES - 1
                told = f"{type(error).__name__}: {error}"
                self.journal.add("uncured" if last else "error", what=what, why=told)
                self.stopping.wait(pause)
                pause *= 2
        return None

    def _import(self) -> None:
        from agent.services.importing import import_into

        file = self.folder / ("talk.jsonl" if self.role == "talk" else "mails.mbox")
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        written = text.count('"thread"') if self.role == "talk" else text.count("\nMessage-ID:")
        begin = written // THREAD_OF
        make = jsonl_threads if self.role == "talk" else mail_threads
        new = file.with_suffix(".new")
        new.write_text(text + make(f"{self.role}_", begin, begin + 2), encoding="utf-8")
        new.replace(file)
        report = self.patiently("import", lambda: import_into(self.work, file, COMMUNITY))
        if report is not None:
            self.journal.add("imported", messages=report.messages)
        self.stopping.wait(2.0)

    def _ask(self) -> None:
        from agent.services.identity import pick_community
        from agent.services.recall import ask_memory

        question = f"when should I lower the fillfactor of orders_{self.drawn.randrange(200)}?"
        community = pick_community(self.work)
        found = self.patiently("ask", lambda: ask_memory(self.work, community, question))
        if found is not None:
            self.journal.add("asked", guides=len(found.guides))
        self.stopping.wait(0.2)

    def _members(self) -> list[Member]:
        from agent.services.identity import pick_community

        community = pick_community(self.work)
        with self.work.store.reading() as unit:
            return [m for m in unit.people.members(community.id) if not m.is_bot]

    def _answer(self) -> None:
        """Play a third of the members: answer, and confirm drafts."""
        mine = int(self.role.removeprefix("person"))
        for member in self._members():
            if sum(member.id.encode()) % PEOPLE == mine and not self.stopping.is_set():
                self._answer_as(member)
                self._confirm_as(member)
        self.stopping.wait(0.5)

    def _answer_as(self, member: Member) -> None:
        from agent.services.answering import inbox

        for item in inbox(self.work, member)[:2]:
            question_id = item.question.id
            drawn = sum(question_id.encode()) % 10
            kind = AnswerKind.SKIP if drawn == 0 else AnswerKind.REPLY
            text = " ".join(SAYINGS[drawn % 2 :: 2]) if kind is AnswerKind.REPLY else ""
            give = partial(self._give, member, question_id, kind, text)
            if self.patiently("answer", give) is not None:
                self.journal.add("answered", question=question_id, text=text)

    def _give(self, member: Member, question_id: str, kind: AnswerKind, text: str) -> str:
        """Answer, unless an earlier try was recorded after all."""
        from agent.services.answering import give_answer
        from agent.services.identity import Actor

        with self.work.store.reading() as unit:
            known = unit.inquiries.answer(question_id)
        if known is not None:
            return known.id
        actor = Actor(member, acting_as=False)
        return give_answer(self.work, actor, question_id, kind, text=text).answer.id

    def _confirm_as(self, member: Member) -> None:
        from agent.services.confirming import confirm_guide
        from agent.services.guides import drafts_to_confirm
        from agent.services.identity import Actor

        actor = Actor(member, acting_as=False)
        for guide in drafts_to_confirm(self.work, member)[:2]:

            def act(guide_id: str = guide.id) -> bool:
                if guide_id not in {g.id for g in drafts_to_confirm(self.work, member)}:
                    return False
                confirm_guide(self.work, actor, guide_id)
                return True

            if self.patiently("confirm", act):
                self.journal.add("confirmed", guide=guide.id, member=member.id)

    def _decide(self) -> None:
        from agent.services.guides import guides_to_review
        from agent.services.identity import Actor
        from agent.services.reviewing import publishing_obstacles, review_guide
        from memory.records.guide import Decision

        steward = next((m for m in self._members() if Role.STEWARD in m.roles), None)
        if steward is None:
            self.stopping.wait(1.0)
            return
        community, actor = steward.community_id, Actor(steward, acting_as=False)
        for guide in guides_to_review(self.work, community)[:5]:

            def act(guide_id: str = guide.id) -> str:
                waiting = {g.id: g for g in guides_to_review(self.work, community)}
                if guide_id not in waiting:
                    return ""
                ready = not publishing_obstacles(self.work, waiting[guide_id])
                decision = Decision.APPROVE if ready else Decision.REJECT
                comment = "" if ready else "too little is known"
                review_guide(self.work, actor, guide_id, decision, comment)
                return decision.value

            if decided := self.patiently("review", act):
                self.journal.add("reviewed", guide=guide.id, decision=decided)
        self.stopping.wait(0.5)


def thread_of(prefix: str, number: int) -> list[tuple[str, str, datetime, str]]:
    """Id, author, time and text of a thread's three messages: a problem, advice, thanks."""
    at = BEGAN + timedelta(minutes=20 * number)
    thing = f"orders_{prefix}{number}"
    said = (
        (f"asker{number % 7}", f"updates on table {thing} are slow, what should we do?"),
        (f"expert{number % 6}", f"just drop the fillfactor on {thing} to 85 and repack it"),
        (f"asker{number % 7}", "thanks, that worked!"),
    )
    return [
        (f"{prefix}{number}-{place}", author, at + timedelta(minutes=place), text)
        for place, (author, text) in enumerate(said)
    ]


def jsonl_threads(prefix: str, begin: int, end: int) -> str:
    """Threads as JSON lines."""
    return "".join(
        json.dumps(
            {
                "id": native_id,
                "thread": f"{prefix}{number}",
                "author": author,
                "time": at.isoformat(),
                "text": text,
            }
        )
        + "\n"
        for number in range(begin, end)
        for native_id, author, at, text in thread_of(prefix, number)
    )


def mail_threads(prefix: str, begin: int, end: int) -> str:
    """The same as mails, each answering the one before."""
    mails = []
    for number in range(begin, end):
        before = ""
        for native_id, author, at, text in thread_of(prefix, number):
            answers = f"In-Reply-To: <{before}>\n" if before else ""
            before = f"{native_id}@x.org"
            mails.append(
                f"From {author}@x.org {at:%a %b %d %H:%M:%S %Y}\n"
                f"From: {author.capitalize()} <{author}@x.org>\n"
                f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000\nSubject: orders {prefix}{number}\n"
                f"Message-ID: <{before}>\n{answers}\n{text}\n\n"
            )
    return "".join(mails)


def main() -> None:
    """Take turns until told to stop."""
    home, folder, role = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    with open_workplace(home) as work:
        player = Player(work, folder, role)
        signal.signal(signal.SIGTERM, lambda *_: player.stopping.set())
        while not player.stopping.is_set():
            began = time.monotonic()
            player.turn()
            player.stopping.wait(max(0.0, 0.05 - (time.monotonic() - began)))


if __name__ == "__main__":
    main()
