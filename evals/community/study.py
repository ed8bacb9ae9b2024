"""The published study at work: the shipped review asks around, employees answer what they hold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from agent.engines.embedded import EmbeddedEngine
from agent.services.answering import give_answer, inbox
from agent.services.identity import Actor, pick_community
from agent.services.importing import import_into
from agent.services.incidents import open_review
from agent.services.workplace import Workplace, open_workplace
from evals.community.organisation import BEGINS
from evals.community.settings import CHOSEN, Choices, Firm, Setting, make_firm
from evals.sabotaged.asking import engine_of
from evals.worlds.another_engine import put_in
from evals.worlds.clock import SimulatedClock
from evals.worlds.scripted import Reply
from evals.worlds.village import KINDS
from memory.records.guide import Guide
from memory.records.inquiry import Question
from memory.records.people import Member
from memory.records.policy import AskPolicy, LessonPolicy, Policy

WEEK_OF = 4
POLICY = Policy(
    ask=AskPolicy(
        questions_per_expert_and_week=WEEK_OF,
        from_hour=0,
        to_hour=24,
        weekdays=(1, 2, 3, 4, 5, 6, 7),
    ),
    lesson=LessonPolicy(needs=()),
)
"""As in the study, there are no hours and no weekends; a lesson is whatever was told."""
SAID_ALL = "That is all I know."
MINUTES = 5


@dataclass(slots=True)
class Employees:
    """Everybody of a firm; they see the text of a question and nothing else."""

    firm: Firm
    choices: Choices = CHOSEN
    _told: dict[int, set[int]] = field(default_factory=dict, init=False)

    def respond(self, handle: str, question_text: str) -> Reply:
        """Tell the columns one holds, naming from whom they are; or name a neighbour."""
        person = int(handle.removeprefix("e"))
        if self.firm.title not in question_text:
            return Reply("skip")
        told = self._told.setdefault(person, set())
        held = self.firm.holds[person]
        left = [column for column in held if column not in told]
        if not left:
            return Reply("not_me", "", f"e{self._neighbour(person)}")
        now = left[: self.choices.columns_an_answer]
        told.update(now)
        words = [self.firm.sentences[column] for column in now]
        if now == left:
            other = self._other(person)
            words.append(SAID_ALL if other is None else f"You could ask {self.firm.names[other]}.")
        return Reply("reply", " ".join(words))

    def _other(self, person: int) -> int | None:
        """Whom somebody points to who has told all: nobody, where everything is their own."""
        sources = Counter(s for s in self.firm.holds[person].values() if s is not None)
        if not sources:
            return None
        named = self.choices.names_sources
        return sources.most_common(1)[0][0] if named else self._neighbour(person)

    def _neighbour(self, person: int) -> int:
        """A neighbour who holds something, else the line manager, else any neighbour."""
        firm = self.firm
        knowing = [n for n in firm.neighbours[person] if firm.holds[n]]
        if knowing:
            return max(knowing, key=lambda n: (len(firm.holds[n]), -n))
        parent = firm.parents[person]
        if parent is not None:
            return parent
        draw = Random(f"{firm.title}:{person}")  # noqa: S311 - a simulation
        return draw.choice(firm.neighbours[person])


def run_setting(
    setting: Setting,
    seed: int,
    kind: type[EmbeddedEngine] | None = None,
    choices: Choices = CHOSEN,
) -> dict[str, float]:
    """Ask around in one firm until the agent is satisfied or nobody is left.

    `kind` is another engine than the shipped one.
    """
    firm = make_firm(setting, seed, choices)
    with TemporaryDirectory() as folder:
        archive = Path(folder) / "firm.jsonl"
        archive.write_text("".join(json.dumps(line) + "\n" for line in _lines(firm)), "utf-8")
        clock = SimulatedClock(BEGINS)
        with open_workplace(Path(folder) / "home", clock=clock, policy=POLICY) as work:
            import_into(work, archive, "Firm", sample=True)
            if kind is not None:
                put_in(work, engine_of(kind))
            return _ask_around(work, clock, Employees(firm, choices))


def _lines(firm: Firm) -> Iterator[Mapping[str, str]]:
    for number, name in enumerate(firm.names):
        yield {"type": "member", "id": f"e{number}", "handle": f"e{number}", "name": name}
    yield {
        "id": "m0",
        "thread": "t0",
        "author": f"e{firm.start}",
        "text": "Good morning everybody.",
        "time": "2025-03-03T09:00:00Z",
    }


def _ask_around(work: Workplace, clock: SimulatedClock, employees: Employees) -> dict[str, float]:
    firm = employees.firm
    community = pick_community(work)
    with work.store.reading() as unit:
        members = {m.handle: m for m in unit.people.members(community.id)}
    by_id = {member.id: member for member in members.values()}
    first = members[f"e{firm.start}"]
    receipt = open_review(
        work,
        community,
        Actor(first, acting_as=True),
        firm.title,
        [first.handle],
        about="What its columns stand for.",
        around=True,
    )
    while asked := _open_question(work, by_id):
        member, question = asked
        reply = employees.respond(member.handle, question.text)
        clock.pass_minutes(MINUTES)
        give_answer(
            work,
            Actor(member, acting_as=True),
            question.id,
            KINDS[reply.kind],
            text=reply.text if reply.kind == "reply" else "",
            refer_to=reply.refer_to or None,
        )
    inquiry_id = receipt.progress.review.inquiry_id
    with work.store.reading() as unit:
        questions = unit.inquiries.questions(inquiry_id)
        guide = unit.guides.guide(Guide.id_of(inquiry_id))
        claims = unit.guides.claims(inquiry_id)
    report = "" if guide is None else " ".join(s.text for s in guide.current.sentences())
    kept = " ".join(claim.text for claim in claims)
    contacts = {question.asked_of for question in questions}
    return {
        "recall": sum(column in report for column in firm.columns) / len(firm.columns),
        "kept": sum(column in kept for column in firm.columns) / len(firm.columns),
        "questions": float(len(questions)),
        "contacts": float(len(contacts)),
        "met_zero": float(members[f"e{firm.zero}"].id in contacts),
        "holders": sum(bool(held) for held in firm.holds) / len(firm.holds),
    }


def _open_question(work: Workplace, by_id: Mapping[str, Member]) -> tuple[Member, Question] | None:
    """The one question that is open, with whoever it was put to, as their inbox shows it."""
    with work.store.reading() as unit:
        waiting = unit.inquiries.open_questions()
    for question in waiting:
        member = by_id[question.asked_of]
        for item in inbox(work, member):
            return member, item.question
    return None
