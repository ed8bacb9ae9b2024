"""Who knows what in a community: its topics, its people, and the evidence for each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from agent.method.skill import Evidence, EvidenceKind, Skill, Topic, skill_from
from agent.method.skill_topics import Named, TopicModel, make_topics, term_key
from agent.services.skill_evidence import ReadThread, read_evidence, read_threads
from agent.services.workplace import Workplace
from memory.records.people import Community, Member
from memory.records.talk import Message
from prompts.skill import SkillWeights, load_skill

SAID_ENOUGH = 2
"""Threads in whose own words a channel's name stands, for it to be a subject as well."""


@dataclass(frozen=True)
class SkillGraph:
    """What a community's record shows of who knows what, as of one time.

    People who opted out, and bots, are no part of it.
    """

    community: Community
    at: datetime
    """Evidence fades up to here: the time asked for, or when anything was shown last, whichever
    is earlier, so that an archive does not fade because nobody imports into it."""
    members: Mapping[str, Member]
    """Everybody who may be asked, by id."""
    model: TopicModel
    half_life_days: float
    given: Mapping[tuple[str, str], Sequence[Evidence]] = field(repr=False)
    """Evidence by member and topic id, the newest first."""
    rules: SkillWeights = field(repr=False)

    threads: Sequence[ReadThread] = field(repr=False)
    """Public threads as they stood, by id."""
    every: Mapping[str, Sequence[Evidence]] = field(repr=False)
    """All evidence by member, also what is of no topic, the newest first."""
    made_of: Mapping[str, Sequence[EvidenceKind]] = field(repr=False)
    """Kinds of evidence by its source's id."""

    @cached_property
    def messages(self) -> Mapping[str, Message]:
        """What was said in public threads, by id."""
        return {message.id: message for one in self.threads for message in one.messages}

    @cached_property
    def talked_about(self) -> Mapping[str, int]:
        """In how many threads each topic is talked about, by id."""
        return Counter(
            topic
            for one in self.threads
            for topic in self.model.weights(one.discussed.text, one.discussed.labels)
        )

    @cached_property
    def places(self) -> frozenset[str]:
        """Ids of topics that only say where one talks: channels whose name hardly anybody says."""
        channels = {term_key(one.thread.channel) for one in self.threads if one.thread.channel}
        said = Counter(
            topic for one in self.threads for topic in self.model.weights(one.discussed.text)
        )
        return frozenset(
            topic.id
            for topic in self.topics.values()
            if term_key(topic.name) in channels and said[topic.id] < SAID_ENOUGH
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """By id."""
        return self.model.topics

    def weights(self, text: str) -> dict[str, float]:
        """Shares of topics in a text, by id, summing to 1; empty where none is recognised."""
        return self.model.weights(text)

    def evidence(self, member_id: str, topic_id: str) -> Sequence[Evidence]:
        """What speaks for and against somebody on a topic, the newest first."""
        return self.given.get((member_id, topic_id), ())

    def skill(self, member_id: str, topic_id: str) -> Skill:
        """How well somebody knows a topic; the prior of a beginner where nothing is known."""
        return skill_from(
            self.evidence(member_id, topic_id), topic_id, self.at, self.half_life_days, self.rules
        )

    def people(self, topic_id: str) -> Sequence[tuple[Member, Skill]]:
        """Everybody with evidence on a topic, the surest first."""
        found = [
            (self.members[member_id], self.skill(member_id, topic_id))
            for member_id, topic in self.given
            if topic == topic_id
        ]
        return sorted(found, key=lambda one: (-one[1].mean, one[0].id))

    def knowers(self, topic_id: str) -> Sequence[Member]:
        """Those of them whose skill counts as knowing it."""
        return [who for who, skill in self.people(topic_id) if skill.mean >= self.rules.knows_from]


def read_skills(work: Workplace, community: Community, *, at: datetime | None = None) -> SkillGraph:
    """Read the skill graph of a community in one transaction; nothing after `at` counts."""
    now = at or work.clock.now()
    entry = load_skill()
    with work.store.reading() as unit:
        members = {
            member.id: member for member in unit.people.members(community.id) if member.may_be_asked
        }
        threads = read_threads(unit, community.id, now)
        model = make_topics(
            community.id,
            [thread.discussed for thread in threads],
            entry.topics,
            work.embedder.embed,
            [Named(one.term, one.name, one.into) for one in unit.skills.topic_names(community.id)],
        )
        found = list(read_evidence(unit, community.id, threads, model, now, entry))
    given: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
    every: defaultdict[str, list[Evidence]] = defaultdict(list)
    for one in sorted(found, key=lambda one: (one.at, one.source_id, one.kind), reverse=True):
        if one.member_id in members:
            every[one.member_id].append(one)
            for topic_id in one.topic_weights:
                given[one.member_id, topic_id].append(one)
    last = max((one.at for one in found), default=now)
    days = work.policy.skill.half_life(community.name)
    made_of: defaultdict[str, list[EvidenceKind]] = defaultdict(list)
    for one in found:
        made_of[one.source_id].append(one.kind)
    return SkillGraph(
        community=community,
        at=min(now, last),
        members=members,
        model=model,
        half_life_days=days,
        given=given,
        rules=entry.weights,
        threads=threads,
        every=every,
        made_of=made_of,
    )
