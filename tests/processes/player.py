"""A program that plays a whole community on one home, and can be killed at any moment.

    python -m tests.processes.player HOME ARCHIVE import
    python -m tests.processes.player HOME ARCHIVE play
    python -m tests.processes.player HOME ARCHIVE bring

It prints `ready` when its imports are done. Its simulated time is kept in a file beside the home,
so that a second start goes on where the first was killed.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.services.answering import give_answer, inbox
from agent.services.confirming import confirm_guide
from agent.services.correcting import correct_sentence, strike_sentences
from agent.services.guides import drafts_to_confirm, guides_to_review
from agent.services.health import home_status
from agent.services.identity import Actor, pick_community, set_role
from agent.services.importing import import_into
from agent.services.incidents import open_review
from agent.services.mine import in_my_name
from agent.services.notes import submit_note
from agent.services.reviewing import publishing_obstacles, review_guide
from agent.services.sweeping import sweep
from agent.services.withdrawing import withdraw_words
from agent.services.workplace import Workplace, open_workplace
from memory.records.correction import ChangeKind
from memory.records.guide import Decision, Guide, GuideStatus
from memory.records.inquiry import AnswerKind
from memory.records.people import Member, Role
from memory.records.policy import Policy, TriagePolicy

START = datetime(2025, 3, 3, 11, tzinfo=UTC)
POLICY = Policy(triage=TriagePolicy(ask_threshold=0.0))
QUIET = Policy(triage=TriagePolicy(ask_threshold=1.0))
"""Nothing in the archive is worth asking: who is asked does not hang on who was asked first."""
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
NOTE = (
    "Never raise the pool above forty connections. I look at the lock waits first, otherwise the "
    "server only gets slower and nobody sees why."
)
ABOUT = "Orders took five seconds for an hour; they were back to normal by noon."


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


def act(work: Workplace, members: list[Member], steward: Member, *, changing: bool = True) -> bool:
    """Let everybody do what waits for them; whether anybody did.

    With `changing`, authors also correct drafts, and strike or withdraw what is published.
    """
    acted = False
    for member in members:
        actor = Actor(member, acting_as=False)
        for item in inbox(work, member):
            text = say(item.question.text)
            give_answer(work, actor, item.question.id, AnswerKind.REPLY, text=text)
            acted = True
        for guide in drafts_to_confirm(work, member):
            if changing and not _changes(work, guide, ChangeKind.CORRECTED):
                first = _numbers(guide, member)[0]
                correct_sentence(work, actor, guide.id, first, f"Lower it a bit: {guide.id}.")
            else:
                confirm_guide(work, actor, guide.id)
            acted = True
        for own in in_my_name(work, member).others if changing else ():
            acted = change_published(work, actor, own.guide) or acted
    for guide in guides_to_review(work, members[0].community_id):
        ready = not publishing_obstacles(work, guide)
        decision = Decision.APPROVE if ready else Decision.REJECT
        actor = Actor(steward, acting_as=False)
        review_guide(work, actor, guide.id, decision, "" if ready else "too little is known")
        acted = True
    return acted


def bring(work: Workplace) -> None:
    """Hand in a note of one person, and open an after-action review of three others."""
    community = pick_community(work)
    with work.store.reading() as unit:
        members = {member.handle: member for member in unit.people.members(community.id)}
    writer = Actor(members["asker0"], acting_as=False)
    submit_note(work, community, writer, NOTE, title="A full pool")
    actor = Actor(members["expert0"], acting_as=False)
    people = [f"expert{n}" for n in range(3)]
    open_review(work, community, actor, "The orders were slow", people, about=ABOUT)


def change_published(work: Workplace, actor: Actor, guide: Guide) -> bool:
    """Strike the last sentence of a published guide, or withdraw all words, by its id; once."""
    if guide.status is not GuideStatus.PUBLISHED:
        return False
    if sum(guide.id.encode()) % 2:
        withdraw_words(work, actor, guide.id)
        return True
    if _changes(work, guide, ChangeKind.STRUCK):
        return False
    strike_sentences(work, actor, guide.id, _numbers(guide, actor.member)[-1:])
    return True


def _numbers(guide: Guide, member: Member) -> list[int]:
    """Numbers of the sentences in this name."""
    sentences = enumerate(guide.current.sentences(), start=1)
    return [number for number, sentence in sentences if member.id in sentence.author_ids]


def _changes(work: Workplace, guide: Guide, kind: ChangeKind) -> int:
    with work.store.reading() as unit:
        return sum(change.kind is kind for change in unit.guides.corrections(guide.id))


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
    policy = QUIET if what == "bring" else POLICY
    with open_workplace(home, clock=clock, policy=policy) as work:
        import_into(work, archive, "kills")
        if what == "bring":
            bring(work)
        if what in ("play", "bring"):
            play(work, clock)


if __name__ == "__main__":
    main()
