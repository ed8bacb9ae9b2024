"""What the record holds of who knows what: answers and what became of them, guides, words given."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from agent.method.skill import Evidence, EvidenceKind
from agent.method.skill_ranking import PastAnswer, PastThread
from agent.method.skill_topics import Discussed, TopicModel, central
from agent.method.surroundings import wordlists
from agent.sight import sight_in
from memory.records.feedback import FeedbackKind
from memory.records.guide import Guide, GuideStatus
from memory.records.people import Credit
from memory.records.skill import SkillWordKind
from memory.records.talk import Message, MessageKind, Thread
from memory.records.tandem import TandemState
from memory.store.protocols import Unit
from prompts import load_catalogue
from prompts.skill import SkillEntry

PAGE = 500
MUCH_VOTED = 10
"""Votes or reactions that count as a whole piece of evidence."""
_ANSWERS = frozenset({MessageKind.ANSWER, MessageKind.CHAT})
_NUMBER_IN_LINK = re.compile(r"/(?:questions|a|q|answers)/(\d+)")


@dataclass(frozen=True)
class ReadThread:
    """A public thread as it stood at one time."""

    thread: Thread
    messages: tuple[Message, ...]

    @cached_property
    def opener(self) -> Message | None:
        """What opened it, if a person did."""
        return next((m for m in self.messages if m.author_id and not m.from_bot), None)

    @cached_property
    def discussed(self) -> Discussed:
        """What it is about."""
        opening = self.opener.own_words() if self.opener else ""
        channel = (self.thread.channel,) if self.thread.channel else ()
        return Discussed(
            self.thread.id,
            (*self.thread.tags, *channel),
            f"{self.thread.title}\n{opening}",
            "\n".join(m.own_words() for m in self.messages if not m.from_bot),
        )

    @cached_property
    def past(self) -> PastThread:
        """The thread as people are ranked by it."""
        thread, opener = self.thread, self.opener
        first = opener or self.messages[0]
        return PastThread(
            thread_id=thread.id,
            at=first.sent_at,
            asker_id=opener.author_id if opener else None,
            text=f"{thread.title}\n{self.discussed.text}\n{' '.join(self.discussed.labels)}",
            answers=tuple(
                PastAnswer(m.author_id or "", m.id, m.sent_at, _worth(thread, m))
                for m in self.answers()
            ),
            accepted_id=thread.accepted_message_id,
        )

    def answers(self) -> Iterator[Message]:
        """What others than who opened it said in answer."""
        asker = self.opener.author_id if self.opener else None
        for message in self.messages:
            said = message.author_id is not None and not (message.from_bot or message.deleted)
            if said and message.author_id != asker and message.kind in _ANSWERS:
                yield message


def _worth(thread: Thread, message: Message) -> float:
    """What peers made of an answer: accepted, votes and reactions; 1 where they made nothing."""
    votes = max(0, message.score) + sum(one.count for one in message.reactions)
    return 1 + float(thread.accepted_message_id == message.id) + _votes(votes)


def _votes(votes: int) -> float:
    """Share of a whole piece of evidence that votes are, 0 to 1."""
    return min(1.0, math.log1p(votes) / math.log1p(MUCH_VOTED))


def read_threads(unit: Unit, community_id: str, at: datetime) -> Sequence[ReadThread]:
    """All public threads of a community with what was said in them before `at`, by id."""
    found: list[ReadThread] = []
    after = ""
    while page := unit.talk.threads(community_id, after_id=after, limit=PAGE):
        for thread in page:
            messages = tuple(m for m in unit.talk.thread_messages(thread.id) if m.sent_at <= at)
            if messages:
                found.append(ReadThread(thread, messages))
        after = page[-1].id
    return found


def read_evidence(
    unit: Unit,
    community_id: str,
    threads: Sequence[ReadThread],
    model: TopicModel,
    at: datetime,
    entry: SkillEntry,
) -> Sequence[Evidence]:
    """All evidence of a community up to `at`, in no order.

    Of guides in which somebody is not credited by name nothing counts for them, for it would tell
    who they are.
    """
    most = entry.topics.most_topics
    topics = {
        one.thread.id: central(model.weights(one.discussed.text, one.discussed.labels), most)
        for one in threads
    }
    linked = _linked(threads)
    found = [
        piece
        for thread in threads
        for piece in _from_thread(thread, topics[thread.thread.id], linked)
    ]
    found += _from_agent(unit, community_id, topics, at)
    found += _from_tandems(unit, community_id, model, most)
    answered = {(one.member_id, topic) for one in found for topic in one.topic_weights}
    found += _from_words(unit, community_id, model, answered, most)
    return [one for one in found if one.at <= at]


def _from_thread(
    thread: ReadThread, topics: Mapping[str, float], linked: Mapping[str, datetime]
) -> Iterator[Evidence]:
    thanked = _thanked(thread)
    for message in thread.answers():
        worth: list[tuple[EvidenceKind, datetime, float]] = []
        if thread.thread.accepted_message_id == message.id:
            worth.append((EvidenceKind.ACCEPTED, message.sent_at, 1.0))
        if message.id in thanked:
            worth.append((EvidenceKind.THANKED, thanked[message.id], 1.0))
        votes = max(0, message.score) + sum(one.count for one in message.reactions)
        if votes:
            worth.append((EvidenceKind.VOTED, message.sent_at, _votes(votes)))
        if message.id in linked:
            worth.append((EvidenceKind.REUSED, linked[message.id], 1.0))
        if not worth:
            worth.append((EvidenceKind.ANSWERED, message.sent_at, 1.0))
        for kind, when, weight in worth:
            yield Evidence(message.author_id or "", topics, kind, when, message.id, weight)


def _from_words(
    unit: Unit,
    community_id: str,
    model: TopicModel,
    answered: Collection[tuple[str, str]],
    most: int,
) -> Iterator[Evidence]:
    """Self-tags and endorsements; who has shown something of the topic vouches in full."""
    for word in unit.skills.words(community_id):
        topics = central(model.weights(word.topic), most)
        kind = EvidenceKind.TAGGED
        if word.kind is SkillWordKind.ENDORSE:
            known = any((word.by_id, topic) in answered for topic in topics)
            kind = EvidenceKind.ENDORSED if known else EvidenceKind.VOUCHED
        yield Evidence(word.member_id, topics, kind, word.said_at, word.id)


def _from_tandems(
    unit: Unit, community_id: str, model: TopicModel, most: int
) -> Iterator[Evidence]:
    """Tasks that were done in tandem and reviewed, for everybody who took part."""
    for tandem in unit.tandems.tandems(community_id, [TandemState.REVIEWED]):
        task = unit.tandems.task(tandem.task_id)
        if task is None:
            continue
        shares = {t.topic_id: t.share for t in task.topics if t.topic_id in model.topics}
        topics = central(shares or model.weights(f"{task.title}\n{task.description}"), most)
        for member_id in (tandem.senior_id, *tandem.junior_ids):
            yield Evidence(member_id, topics, EvidenceKind.TASK_DONE, tandem.changed_at, tandem.id)


def _thanked(thread: ReadThread) -> Mapping[str, datetime]:
    """Answers that somebody else thanked for, and when: a reply to it, or the next words of who
    asked.
    """
    lists = wordlists(load_catalogue())
    asker = thread.opener.author_id if thread.opener else None
    found: dict[str, datetime] = {}
    last: Message | None = None
    answers = {message.id: message for message in thread.answers()}
    for message in thread.messages:
        hits = lists.hits(message.own_words().casefold())
        if message.author_id and not message.deleted and hits & {"thanks", "worked"}:
            meant = answers.get(message.reply_to_id or "")
            if meant is None and message.author_id == asker:
                meant = last
            if meant is not None and meant.author_id != message.author_id:
                found.setdefault(meant.id, message.sent_at)
        if message.id in answers:
            last = message
    return found


def _linked(threads: Sequence[ReadThread]) -> Mapping[str, datetime]:
    """Answers whose thread or self others link to from another thread, and when first."""
    accepted: dict[str, str] = {}
    native: dict[str, tuple[str, str]] = {}
    for one in threads:
        if one.thread.accepted_message_id:
            accepted[one.thread.native_id] = one.thread.accepted_message_id
        for message in one.answers():
            native[message.native_id] = (message.id, one.thread.id)
    authors = {m.id: m.author_id for one in threads for m in one.answers()}
    found: dict[str, datetime] = {}
    for one in threads:
        for message in one.messages:
            for number in _NUMBER_IN_LINK.findall(message.text):
                meant = native.get(number, (accepted.get(number, ""), ""))[0]
                own = authors.get(meant) == message.author_id
                if meant and not own and number != one.thread.native_id:
                    found.setdefault(meant, message.sent_at)
    return found


def _from_agent(
    unit: Unit, community_id: str, topics: Mapping[str, Mapping[str, float]], at: datetime
) -> Iterator[Evidence]:
    """Questions answered for the agent, words in published guides, and what readers say of them.

    As far as all of it is open to the whole community.
    """
    thread_of: dict[str, str] = {}
    for inquiry in unit.inquiries.inquiries(community_id):
        moment = unit.inquiries.moment(inquiry.moment_id)
        thread_of[inquiry.id] = moment.thread_id if moment else ""
    walled = unit.visibility.seen_by(set(thread_of.values()) - {""})
    for inquiry_id, thread_id in thread_of.items():
        if thread_id in walled:
            continue
        weights = topics.get(thread_id, {})
        for question in unit.inquiries.questions(inquiry_id):
            answer = unit.inquiries.answer(question.id)
            if answer is not None and answer.message_id is not None and answer.given_at <= at:
                yield Evidence(
                    answer.member_id, weights, EvidenceKind.TOLD, answer.given_at, answer.message_id
                )
    hidden = sight_in(unit, community_id).hidden()
    for guide in unit.guides.guides(community_id, [GuideStatus.PUBLISHED]):
        if guide.id not in hidden:
            weights = topics.get(thread_of.get(guide.inquiry_id, ""), {})
            yield from _from_guide(unit, guide, weights, at)


def _from_guide(
    unit: Unit, guide: Guide, weights: Mapping[str, float], at: datetime
) -> Iterator[Evidence]:
    if guide.published_at is None or guide.published_at > at:
        return
    for author in guide.current.authors():
        if not _is_credited(unit, guide, author):
            continue
        yield Evidence(author, weights, EvidenceKind.CONFIRMED, guide.published_at, guide.id)
        for said in unit.feedback.feedback(guide.id):
            if said.given_at <= at:
                helped = said.kind is FeedbackKind.HELPED
                kind = EvidenceKind.HELPED if helped else EvidenceKind.FAILED
                yield Evidence(author, weights, kind, said.given_at, said.id)


def _is_credited(unit: Unit, guide: Guide, author: str) -> bool:
    """Whether somebody appears in a guide by name."""
    member = unit.people.member(author)
    if member is None:
        return False
    return guide.credit_of(author, member.consent.credit) is Credit.CREDITED
