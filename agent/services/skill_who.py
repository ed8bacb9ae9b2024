"""Who knows about a question: people as ranked, what they have shown, and what became of it.

An answer to one question; there is no rank of persons apart from one. People who opted out are not
named; who is away, or has a question of the agent waiting, comes last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from agent.method.sentences import own_sentences
from agent.method.skill import Evidence, EvidenceKind, Topic
from agent.method.skill_ranking import Ranked, rank_people
from agent.method.words import stem_set
from agent.policy.hours import after_leave
from agent.services.masking import text_for
from agent.services.seeing import check_open_to, reader_in
from agent.services.skills import SkillGraph, read_skills
from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.records.people import Community, Member
from memory.records.talk import Message
from prompts.skill import load_skill

MAX_QUESTION = 2_000
LINES = 2
"""Answers of one person that are shown."""
MOSTLY = 0.5
"""Share of the most that anybody has shown on a question, from which the ranking alone decides."""
LEAST_SHARE = 0.2
"""Share of a question's topics from which it is about one of them."""
_WORDS = frozenset({EvidenceKind.ENDORSED, EvidenceKind.VOUCHED, EvidenceKind.TAGGED})


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of somebody's answer, verbatim, and what became of the answer."""

    message_id: str
    quote: str
    at: datetime
    kinds: tuple[EvidenceKind, ...]
    """What peers made of it; `answered` where they made nothing of it."""


@dataclass(frozen=True, slots=True)
class Knows:
    """Somebody who might know, and why."""

    member: Member
    shown: tuple[Shown, ...]
    answers: int
    """How many questions like this one they answered."""
    validated: int
    """How many of those answers peers accepted, thanked for, voted up or linked to."""
    endorsed_by: int
    """How many people vouch for them on these topics."""
    says_so: bool
    """Whether they themselves name the topic."""
    away_until: datetime | None
    busy: bool
    """Whether as many questions wait for them as may."""


@dataclass(frozen=True, slots=True)
class TopicGap:
    """A topic that one person alone knows, or nobody."""

    topic: Topic
    only: Member | None


@dataclass(frozen=True, slots=True)
class WhoKnows:
    """The answer to `passdown who`."""

    question: str
    topics: tuple[Topic, ...]
    people: tuple[Knows, ...]
    gaps: tuple[TopicGap, ...]
    """Topics of the question, or with no question of the community."""
    members: int
    """People of the community who may be asked."""
    has_topics: bool
    """Whether any topic can be told."""


def who_knows(
    work: Workplace,
    community: Community,
    question: str,
    *,
    limit: int = 5,
    asker: Member | None = None,
) -> WhoKnows:
    """People who have shown that they know about `question`, best first.

    Those whom peers bear out come before others, and those who have shown most on questions like
    this one before those who have shown little; among them the ranking decides.

    Only what was said in talk that is open to the whole community bears anybody out.
    Raises `UserInputError` for an empty or over-long question, `PermissionDeniedError` for an
    asker to whom nothing of the community is open, `PrivacyError` where nobody can tell what is
    private in what an asker from outside would read.
    """
    check_open_to(work, community, asker)
    question = " ".join(question.split())
    if not question:
        raise UserInputError('say about what, for example: passdown who "grinding for espresso"')
    if len(question) > MAX_QUESTION:
        raise UserInputError(f"a question has at most {MAX_QUESTION:,} characters")
    graph = read_skills(work, community)
    topics = [key for key, part in graph.weights(question).items() if part >= LEAST_SHARE]
    ranked = _ranked(graph, question, work.clock.now())
    known = [one for one in ranked if one.likest or _words(graph, one.member_id, topics)]
    ids = [one.member_id for one in known]
    ids += [who for who in graph.members if who not in set(ids) and _words(graph, who, topics)]
    likest = {one.member_id: one for one in ranked}
    with work.store.reading() as unit:
        waiting = {who: len(unit.inquiries.open_questions(who)) for who in ids}
    now, most = work.clock.now(), work.policy.ask.open_questions_per_expert
    people = [
        _knows(graph, who, likest.get(who), question, topics, now, busy=waiting[who] >= most)
        for who in ids
    ]
    strength = {who: _strength(likest.get(who)) for who in ids}
    enough = max(strength.values(), default=0.0) * MOSTLY
    people.sort(
        key=lambda one: (
            one.away_until is not None,
            one.busy,
            not (one.validated or one.endorsed_by),
            strength[one.member.id] < enough,
        )
    )
    gaps = [gap for gap in topic_gaps(graph) if gap.topic.id in topics]
    named = tuple(graph.topics[key] for key in topics)
    shown = _as_read(work, community, asker, people[:limit])
    return WhoKnows(question, named, shown, tuple(gaps), len(graph.members), bool(graph.topics))


def _as_read(
    work: Workplace, community: Community, asker: Member | None, people: Sequence[Knows]
) -> tuple[Knows, ...]:
    """What they have shown as this reader may read it: private words are barred outside."""
    with work.store.reading() as unit:
        reader = reader_in(unit, work, community.id, asker)
        barred = partial(text_for, unit, work, reader, community.id)
        return tuple(
            replace(one, shown=tuple(replace(line, quote=barred(line.quote)) for line in one.shown))
            for one in people
        )


def known_gaps(work: Workplace, community: Community, *, asker: Member | None = None) -> WhoKnows:
    """All topics of a community that one person alone knows, and those that nobody does.

    Raises `PermissionDeniedError` as `who_knows`.
    """
    check_open_to(work, community, asker)
    graph = read_skills(work, community)
    return WhoKnows("", (), (), tuple(topic_gaps(graph)), len(graph.members), bool(graph.topics))


def topic_gaps(graph: SkillGraph) -> Sequence[TopicGap]:
    """Topics with one knower or none, the most talked about first."""
    found = []
    for topic in graph.topics.values():
        if topic.id in graph.places:
            continue
        knowers = graph.knowers(topic.id)
        if len(knowers) <= 1:
            found.append(TopicGap(topic, knowers[0] if knowers else None))
    talked = graph.talked_about
    found.sort(key=lambda gap: (-talked.get(gap.topic.id, 0), gap.topic.name))
    return found


def _strength(ranked: Ranked | None) -> float:
    """What somebody has shown on questions like this one, by likeness and what peers made of it."""
    return sum(like * answer.worth for like, answer in ranked.likest) if ranked else 0.0


def _ranked(graph: SkillGraph, question: str, now: datetime) -> Sequence[Ranked]:
    ranked = rank_people(
        [thread.past for thread in graph.threads], question, now, load_skill().ranking
    )
    return [one for one in ranked if one.member_id in graph.members]


def _words(graph: SkillGraph, member_id: str, topics: Sequence[str]) -> Sequence[Evidence]:
    """What was said of somebody's skill on these topics, each word once."""
    every = {
        one.source_id: one
        for topic in topics
        for one in graph.evidence(member_id, topic)
        if one.kind in _WORDS
    }
    return list(every.values())


def _knows(
    graph: SkillGraph,
    member_id: str,
    ranked: Ranked | None,
    question: str,
    topics: Sequence[str],
    now: datetime,
    *,
    busy: bool,
) -> Knows:
    member = graph.members[member_id]
    likest = ranked.likest if ranked else ()
    kinds = graph.made_of
    shown = [
        _shown(graph.messages[answer.message_id], question, kinds) for _, answer in likest[:LINES]
    ]
    validated = sum(bool(_by_peers(kinds.get(answer.message_id, ()))) for _, answer in likest)
    words = _words(graph, member_id, topics)
    back = after_leave(member, now)
    return Knows(
        member=member,
        shown=tuple(shown),
        answers=len(likest),
        validated=validated,
        endorsed_by=sum(one.kind is not EvidenceKind.TAGGED for one in words),
        says_so=any(one.kind is EvidenceKind.TAGGED for one in words),
        away_until=back if back > now else None,
        busy=busy,
    )


def _by_peers(kinds: Sequence[EvidenceKind]) -> tuple[EvidenceKind, ...]:
    weights = load_skill().weights.kinds
    return tuple(kind for kind in kinds if weights[kind].by_peers)


def _shown(message: Message, question: str, kinds: Mapping[str, Sequence[EvidenceKind]]) -> Shown:
    """The sentence of an answer that shares most words with the question, the first of equals."""
    wanted = stem_set(question)
    sentences = own_sentences(message)
    best = max(
        sentences,
        key=lambda one: (len(wanted & stem_set(one.text)), -one.start),
        default=None,
    )
    quote = best.text if best else message.own_words()
    made = _by_peers(kinds.get(message.id, ())) or (EvidenceKind.ANSWERED,)
    return Shown(message.id, quote, message.sent_at, tuple(dict.fromkeys(made)))
