"""A program that plays a whole community on one home, and can be killed at any moment.

    python -m tests.processes.player HOME ARCHIVE import
    python -m tests.processes.player HOME ARCHIVE play

It prints `ready` when its imports are done. Its simulated time is kept in a file beside the home,
so that a second start goes on where the first was killed.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.services.answering import give_answer, inbox
from agent.services.guides import (
    confirm_guide,
    drafts_to_confirm,
    guides_to_review,
    publishing_obstacles,
    review_guide,
)
from agent.services.health import home_status
from agent.services.identity import Actor, pick_community, set_role
from agent.services.importing import import_into
from agent.services.sweeping import sweep
from agent.services.workplace import Workplace, open_workplace
from memory.records.guide import Decision
from memory.records.inquiry import AnswerKind
from memory.records.people import Member, Role
from memory.records.policy import Policy, TriagePolicy

START = datetime(2025, 3, 3, 11, tzinfo=UTC)
POLICY = Policy(triage=TriagePolicy(ask_threshold=0.0))
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


class FileClock:
    """Simulated time that survives a kill: written to a file before it is believed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._at = datetime.fromisoformat(file.read_text()) if file.exists() else START

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        self._file.with_suffix(".new").write_text(at.isoformat())
        os.replace(self._file.with_suffix(".new"), self._file)  # noqa: PTH105 - atomic
        self._at = at


def say(question: str) -> str:
    """The same sayings for the same question, whatever happened before: enough for a guide."""
    half = len(SAYINGS) // 2
    return " ".join(SAYINGS[:half] if sum(question.encode()) % 2 else SAYINGS[half:])


def act(work: Workplace, members: list[Member], steward: Member) -> bool:
    """Let everybody do what waits for them; whether anybody did."""
    acted = False
    for member in members:
        actor = Actor(member, acting_as=False)
        for item in inbox(work, member):
            text = say(item.question.text)
            give_answer(work, actor, item.question.id, AnswerKind.REPLY, text=text)
            acted = True
        for guide in drafts_to_confirm(work, member):
            confirm_guide(work, actor, guide.id)
            acted = True
    for guide in guides_to_review(work, members[0].community_id):
        ready = not publishing_obstacles(work, guide)
        decision = Decision.APPROVE if ready else Decision.REJECT
        actor = Actor(steward, acting_as=False)
        review_guide(work, actor, guide.id, decision, "" if ready else "too little is known")
        acted = True
    return acted


def play(work: Workplace, clock: FileClock, days: int = 40) -> None:
    """Sweep and act, from one due time to the next, until nothing is due any more."""
    community = pick_community(work)
    with work.store.reading() as unit:
        members = [m for m in unit.people.members(community.id) if not m.is_bot]
    steward = next((m for m in members if Role.STEWARD in m.roles), None)
    if steward is None:
        steward = set_role(work, community, None, "steward", Role.STEWARD)
    while True:
        sweep(work)
        if act(work, members, steward):
            continue
        due = home_status(work).next_due
        if due is None or due > START + timedelta(days=days):
            return
        clock.move_to(max(due, clock.now()))


def main() -> None:
    """Do what the arguments say."""
    home, archive, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    import memory.index.chroma  # noqa: F401 - its loading is no part of what is killed

    clock = FileClock(home.with_suffix(".clock"))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with open_workplace(home, clock=clock, policy=POLICY) as work:
        import_into(work, archive, "kills")
        if what == "play":
            play(work, clock)


if __name__ == "__main__":
    main()
