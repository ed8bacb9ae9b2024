"""What one person has shown and what was said of them, for that person alone."""

from __future__ import annotations

from dataclasses import dataclass

from agent.method.skill import EvidenceKind, Topic
from agent.services.identity import Actor
from agent.services.skill_newcomer import used_by
from agent.services.skills import read_skills
from agent.services.workplace import Workplace
from memory.records.people import Community, Member
from memory.records.skill import SkillWord


@dataclass(frozen=True, slots=True)
class ShownTopic:
    """A topic with what somebody has shown of it, each kind with how often."""

    topic: Topic
    kinds: tuple[tuple[EvidenceKind, int], ...]


@dataclass(frozen=True, slots=True)
class OwnSkills:
    """Everything about one person's skills."""

    member: Member
    topics: tuple[ShownTopic, ...]
    words: tuple[tuple[SkillWord, Member | None], ...]
    """What was said of them, with who said it."""
    used: int | None
    """How often what they explained was used; `None` where they do not want to be told."""


def own_skills(work: Workplace, actor: Actor, community: Community) -> OwnSkills:
    """Read what somebody has shown; those who opted out have no part in the graph."""
    member = actor.member
    graph = read_skills(work, community)
    with work.store.reading() as unit:
        words = [word for word in unit.skills.words(community.id) if word.member_id == member.id]
        said = tuple((word, unit.people.member(word.by_id)) for word in words)
        choice = unit.skills.badge_choice(member.id)
    told = work.policy.skill.badges and (choice is None or choice.shown)
    found = []
    for topic in graph.topics.values():
        kinds = [one.kind for one in graph.evidence(member.id, topic.id)]
        if kinds:
            each = tuple((kind, kinds.count(kind)) for kind in EvidenceKind if kind in kinds)
            found.append(ShownTopic(topic, each))
    found.sort(key=lambda one: (-sum(number for _, number in one.kinds), one.topic.name))
    return OwnSkills(member, tuple(found), said, used_by(graph, member.id) if told else None)
