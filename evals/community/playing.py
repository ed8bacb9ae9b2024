"""The harder world at work: the shipped services ask, its people answer, and a record is kept."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.services.consent import set_hours
from agent.services.guides import list_guides
from agent.services.identity import Actor, find_member, pick_community, set_role
from agent.services.importing import import_into
from agent.services.incidents import open_review
from agent.services.workplace import Workplace, open_workplace
from evals.community.organisation import BEGINS, Organisation, write_archive
from evals.community.people import CommunityPeople
from evals.worlds.another_engine import MakeEngine, put_in
from evals.worlds.clock import SimulatedClock
from evals.worlds.village import Village
from memory.errors import UserInputError
from memory.records.decisions import Action, LoggedDecision
from memory.records.guide import Claim, Guide
from memory.records.inquiry import Answer, Inquiry, InquiryStatus, Question
from memory.records.people import Availability, Community, Member, Role
from memory.records.policy import AskPolicy, LessonPolicy, Policy
from memory.records.talk import Message

POLICY = Policy(ask=AskPolicy(probes_per_inquiry=8), lesson=LessonPolicy(needs=()))
"""The shipped policy, but for how many questions an inquiry may put: what is known behind one
discussion is spread over several people here, and has three to five facets. A lesson is whatever
was told."""
DAYS = 120
"""Simulated days after which the world is left."""
STEWARDS = (0, 1)
"""Who approves guides; they give no advice, and are asked like everybody."""


@dataclass(frozen=True, slots=True)
class Played:
    """What is left in the record after a run."""

    organisation: Organisation
    people: CommunityPeople
    policy: Policy
    members: tuple[Member, ...]
    questions: tuple[Question, ...]
    """Those that were delivered."""
    inquiries: tuple[Inquiry, ...]
    guides: tuple[Guide, ...]
    messages: dict[str, Message]
    """Everything said in discussions and answers, by id."""
    log: tuple[LoggedDecision, ...]
    claims: tuple[Claim, ...]
    """What the agent keeps as said, with evidence."""
    answers: tuple[Answer, ...]
    topic_of: dict[str, int]
    """By inquiry: the number of its topic."""
    reviews: frozenset[str]
    """Ids of inquiries that asked around."""
    revisions: dict[str, int]
    """By inquiry: how often a steward sent its guide back."""
    days: float


def play(
    organisation: Organisation,
    policy: Policy = POLICY,
    make_engine: MakeEngine | None = None,
    *,
    around: bool = True,
) -> Played:
    """Run an organisation until nothing more comes; `make_engine` makes another engine.

    Without `around`, no steward has it asked around afterwards.
    """
    with TemporaryDirectory() as folder:
        archive = Path(folder) / "talk.jsonl"
        write_archive(organisation, archive)
        clock = SimulatedClock(BEGINS)
        home = Path(folder) / "home"
        with open_workplace(home, clock=clock, policy=policy) as work:
            import_into(work, archive, "Organisation", sample=True)
            community = pick_community(work)
            if make_engine is not None:
                put_in(work, make_engine)
            stewards = _set_up(work, community, organisation)
            people = CommunityPeople(organisation, clock.now)
            village = Village(work, clock, community, people, stewards)
            acted = BEGINS
            for _ in village.run(DAYS):
                acted = clock.now()
            if around:
                _ask_around(work, community, organisation, stewards[0])
            for _ in village.run(DAYS):
                acted = clock.now()
            return _record(work, community, people, policy, acted)


def _set_up(work: Workplace, community: Community, organisation: Organisation) -> Sequence[Member]:
    """Name the stewards and say when everybody may be asked."""
    first: Member | None = None
    stewards = []
    for number in STEWARDS:
        handle = organisation.people[number].handle
        steward = set_role(work, community, first, handle, Role.STEWARD)
        first = first or steward
        stewards.append(steward)
    with work.store.reading() as unit:
        members = unit.people.members(community.id)
    for person in organisation.people:
        away_from, away_until = person.away or (None, None)
        hours = Availability(weekdays=person.weekdays, away_from=away_from, away_until=away_until)
        member = find_member(members, person.handle)
        set_hours(work, Actor(member, acting_as=True), hours, person.zone)
    return stewards


def _ask_around(
    work: Workplace, community: Community, organisation: Organisation, steward: Member
) -> None:
    """Let a steward have it asked around about each discussion that no guide came of.

    Which these are stands in the record for every steward. The first to be asked is whoever gave
    the advice. What is refused, for instance as still open, is left.
    """
    with work.store.reading() as unit:
        threads = {t.title: t.id for t in unit.talk.threads(community.id)}
        moments = {m.id: m.thread_id for m in unit.inquiries.moments(community.id)}
        told = {
            moments[i.moment_id]
            for i in unit.inquiries.inquiries(community.id)
            if i.status is InquiryStatus.PUBLISHED
        }
    for topic, author in zip(organisation.topics, organisation.authors, strict=True):
        thread, first = threads[topic.title], organisation.people[author].handle
        if thread not in told:
            with suppress(UserInputError):
                actor = Actor(steward, acting_as=True)
                open_review(
                    work, community, actor, topic.title, [first], thread=thread, around=True
                )


def _record(
    work: Workplace,
    community: Community,
    people: CommunityPeople,
    policy: Policy,
    acted: datetime,
) -> Played:
    guides = tuple(list_guides(work, community.id))
    with work.store.reading() as unit:
        inquiries = tuple(unit.inquiries.inquiries(community.id))
        threads = unit.talk.threads(community.id)
        messages = {m.id: m for t in threads for m in unit.talk.thread_messages(t.id)}
        questions = tuple(
            q
            for inquiry in inquiries
            for q in unit.inquiries.questions(inquiry.id)
            if q.delivered_at is not None
        )
        found = (unit.inquiries.answer(question.id) for question in questions)
        answers = tuple(answer for answer in found if answer is not None)
        titles = [topic.title for topic in people.organisation.topics]
        of_thread = {t.id: titles.index(t.title) for t in threads if t.title in titles}
        moments = {m.id: m.thread_id for m in unit.inquiries.moments(community.id)}
        messages |= unit.talk.messages([a.message_id for a in answers if a.message_id])
        log = tuple(unit.log.decisions(limit=1_000_000))
        return Played(
            organisation=people.organisation,
            people=people,
            policy=policy,
            members=tuple(unit.people.members(community.id)),
            questions=questions,
            inquiries=inquiries,
            guides=guides,
            messages=messages,
            log=log,
            claims=tuple(c for i in inquiries for c in unit.guides.claims(i.id)),
            answers=answers,
            topic_of={
                i.id: of_thread[moments[i.moment_id]]
                for i in inquiries
                if moments.get(i.moment_id) in of_thread
            },
            reviews=frozenset(r.inquiry_id for r in unit.incidents.reviews(community.id)),
            revisions={
                guide.inquiry_id: sum(
                    review.decision.value == "revise" for review in unit.guides.reviews(guide.id)
                )
                for guide in guides
            },
            days=(acted - BEGINS).total_seconds() / 86_400,
        )


def differing(played: Played) -> frozenset[str]:
    """Ids of questions whose answers the agent found to differ from earlier words."""
    return frozenset(line.subject for line in played.log if line.action is Action.ANSWER_DIFFERS)
