"""The way in: what to read, whom to follow, a first task at the edge, and the path from there.

A person's path is shown to that person; sponsors see how many moved, and never fewer than five.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent.method.skill import Evidence, EvidenceKind, Topic
from agent.services.identity import Actor
from agent.services.seeing import sight_for
from agent.services.skill_evidence import ReadThread
from agent.services.skills import SkillGraph, read_skills
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError
from memory.records.guide import Guide, GuideStatus
from memory.records.people import Community, Member, Role
from memory.records.talk import Thread

TOPICS = 3
GUIDES = 3
THREADS = 5
LEAST_PEOPLE = 5
"""Fewer are not told (method, section 9)."""
CORE_FROM = 5
"""Pieces of evidence by peers from which somebody counts as the core."""
_MAY_SEE_MOVEMENT = frozenset(
    {Role.SPONSOR, Role.COORDINATOR, Role.STEWARD, Role.TECHNICAL_AUTHORITY}
)


class Stage(StrEnum):
    """How far somebody has come in, from the edge to the core."""

    AROUND = "around"
    """Has written something."""
    ANSWERS = "answers"
    """Has answered somebody."""
    TRUSTED = "trusted"
    """Peers made something of an answer."""
    CORE = "core"
    """Often, or in a guide."""


@dataclass(frozen=True, slots=True)
class ReadFirst:
    """A discussion worth reading, and the topic it is central to."""

    thread: Thread
    opening: str
    """The words it began with."""
    topic: Topic


@dataclass(frozen=True, slots=True)
class FirstTask:
    """Something small and real at the edge: answer an open question, or try an old guide."""

    thread: Thread | None
    guide: Guide | None
    opening: str = ""
    """The words the thread began with."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """What a newcomer is told, and nobody else."""

    member: Member
    topics: tuple[Topic, ...]
    chosen: bool
    """Whether they named the topics or wrote about them; else they are the community's own."""
    guides: tuple[Guide, ...]
    threads: tuple[ReadFirst, ...]
    follow: tuple[tuple[Member, Topic], ...]
    task: FirstTask | None
    path: tuple[tuple[Stage, datetime | None], ...]
    """When each stage was reached, `None` for those to come."""


@dataclass(frozen=True, slots=True)
class Movement:
    """How many people moved inwards; `None` where fewer than five did, or stand there."""

    since: datetime
    standing: Mapping[Stage, int | None]
    moved: Mapping[Stage, int | None]
    """Into each stage since then."""
    people: int


def way_in(work: Workplace, actor: Actor, community: Community, interests: str = "") -> WayIn:
    """What to read, whom to follow and what to do first, on these topics or on one's own."""
    graph = read_skills(work, community)
    member = actor.member
    weights = graph.weights(interests) or _own_topics(graph, member.id)
    talked = graph.talked_about
    common = sorted(talked, key=lambda key: (-talked[key], key))
    topics = tuple(list(weights)[:TOPICS] or common[:TOPICS])
    with work.store.reading() as unit:
        sight = sight_for(unit, work, community.id, member)
        published = unit.guides.guides(community.id, [GuideStatus.PUBLISHED])
        guides = [guide for guide in published if sight.sees(guide.id)]
    near = sorted(
        (guide for guide in guides if _about(graph, guide, topics)),
        key=lambda guide: (-_about(graph, guide, topics), guide.id),
    )
    return WayIn(
        member=member,
        topics=tuple(graph.topics[key] for key in topics),
        chosen=bool(weights),
        guides=tuple(near[:GUIDES]),
        threads=tuple(_central(graph, topics)),
        follow=tuple(_follow(graph, member, topics)),
        task=_first_task(graph, member, topics, near, work.clock.now()),
        path=_path(graph, member.id),
    )


def movement(work: Workplace, actor: Actor, community: Community, days: int = 180) -> Movement:
    """How many people stand at each stage, and moved there within `days`; nobody is named.

    Raises `PermissionDeniedError` for who is neither sponsor, coordinator nor steward.
    """
    if not _MAY_SEE_MOVEMENT & set(actor.member.roles):
        raise PermissionDeniedError("movement is for sponsors, coordinators and stewards")
    graph = read_skills(work, community)
    since = graph.at - timedelta(days=days)
    standing: Counter[Stage] = Counter()
    moved: Counter[Stage] = Counter()
    people = 0
    for member_id in graph.members:
        reached = {stage: at for stage, at in _path(graph, member_id) if at is not None}
        if not reached:
            continue
        people += 1
        standing[list(reached)[-1]] += 1
        moved.update(stage for stage, at in reached.items() if at > since)
    return Movement(
        since,
        {stage: _told(standing[stage]) for stage in Stage},
        {stage: _told(moved[stage]) for stage in Stage},
        people,
    )


def used_by(graph: SkillGraph, member_id: str) -> int:
    """How many times others accepted, thanked for, linked to or were helped by their words."""
    return len({(one.source_id, one.kind) for one in _evidence_of(graph, member_id, _USED)})


_USED = frozenset(
    {EvidenceKind.ACCEPTED, EvidenceKind.THANKED, EvidenceKind.REUSED, EvidenceKind.HELPED}
)


def _told(number: int) -> int | None:
    return number if number >= LEAST_PEOPLE else None


def _own_topics(graph: SkillGraph, member_id: str) -> Mapping[str, float]:
    """Shares of topics in what somebody wrote and asked."""
    texts: list[str] = []
    for one in graph.threads:
        own = [m.own_words() for m in one.messages if m.author_id == member_id and not m.deleted]
        if own:
            texts += [*own, *one.discussed.labels]
    return graph.weights("\n".join(texts))


def _about(graph: SkillGraph, guide: Guide, topics: Sequence[str]) -> float:
    shares = graph.weights(f"{guide.current.title}\n{guide.current.summary.text}")
    return sum(shares.get(topic, 0.0) for topic in topics)


def _central(graph: SkillGraph, topics: Sequence[str]) -> list[ReadFirst]:
    """Threads that are most about a topic and whose answers peers made most of, topics in turn."""
    found: list[ReadFirst] = []
    taken: set[str] = set()
    best: dict[str, list[tuple[float, ReadThread]]] = {topic: [] for topic in topics}
    for one in graph.threads:
        worth = max((answer.worth for answer in one.past.answers), default=0.0)
        shares = graph.model.weights(one.discussed.text, one.discussed.labels)
        for topic in topics:
            if worth and topic in shares:
                best[topic].append((shares[topic] * worth, one))
    for place in range(THREADS):
        for topic in topics:
            ranked = sorted(best[topic], key=lambda pair: (-pair[0], pair[1].thread.id))
            if place < len(ranked) and ranked[place][1].thread.id not in taken:
                one = ranked[place][1]
                taken.add(one.thread.id)
                found.append(ReadFirst(one.thread, _opening(one), graph.topics[topic]))
    return found[:THREADS]


def _follow(graph: SkillGraph, member: Member, topics: Sequence[str]) -> list[tuple[Member, Topic]]:
    """Of each topic one person who has shown most of it, nobody twice."""
    found: list[tuple[Member, Topic]] = []
    for topic in topics:
        taken = {member.id, *(who.id for who, _ in found)}
        for who, skill in graph.people(topic):
            if who.id not in taken and skill.peer > 0:
                found.append((who, graph.topics[topic]))
                break
    return found


def _first_task(
    graph: SkillGraph,
    member: Member,
    topics: Sequence[str],
    guides: Sequence[Guide],
    now: datetime,
) -> FirstTask | None:
    """An open question with a guide near, else a guide to try anew, else an open question."""
    unanswered = [
        one
        for one in sorted(graph.threads, key=lambda t: (t.past.at, t.thread.id), reverse=True)
        if not one.past.answers
        and one.past.asker_id not in (None, member.id)
        and set(topics) & set(graph.model.weights(one.discussed.text, one.discussed.labels))
    ]
    if unanswered and guides:
        return FirstTask(unanswered[0].thread, guides[0], _opening(unanswered[0]))
    due = [guide for guide in guides if guide.review_by is not None and guide.review_by <= now]
    if due or guides:
        return FirstTask(None, (due or list(guides))[0])
    if not unanswered:
        return None
    return FirstTask(unanswered[0].thread, None, _opening(unanswered[0]))


def _opening(one: ReadThread) -> str:
    return one.opener.own_words() if one.opener else ""


def _path(graph: SkillGraph, member_id: str) -> tuple[tuple[Stage, datetime | None], ...]:
    """When somebody reached each stage."""
    wrote = min(
        (m.sent_at for m in graph.messages.values() if m.author_id == member_id), default=None
    )
    answered = min(
        (a.at for t in graph.threads for a in t.past.answers if a.member_id == member_id),
        default=None,
    )
    peers = frozenset(kind for kind in EvidenceKind if graph.rules.kinds[kind].by_peers)
    validated = sorted(one.at for one in _evidence_of(graph, member_id, peers))
    guided = [one.at for one in _evidence_of(graph, member_id, {EvidenceKind.CONFIRMED})]
    core = min([*guided, *validated[CORE_FROM - 1 : CORE_FROM]], default=None)
    trusted = min([*validated[:1], *guided], default=None)
    reached = dict(zip(Stage, (wrote, answered, trusted, core), strict=True))
    return tuple(reached.items())


def _evidence_of(
    graph: SkillGraph, member_id: str, kinds: frozenset[EvidenceKind] | set[EvidenceKind]
) -> Sequence[Evidence]:
    """Each piece once, however many topics it is about."""
    return [one for one in graph.every.get(member_id, ()) if one.kind in kinds]
