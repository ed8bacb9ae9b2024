"""A community as a matching sees it: skills from evidence, wishes, hours, lines and load."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from agent.method.facets import CatalogueDetector, read_message
from agent.method.tandem_gates import hours_bits
from agent.method.tandem_pool import Pool, TaskNeed, sparse
from agent.services.skills import SkillGraph
from agent.services.workplace import Workplace
from memory.records.inquiry import Facet
from memory.records.people import Community, Member
from memory.records.policy import Policy
from memory.records.talk import Message
from memory.records.tandem import HOLDING, Tandem, TandemProfile, TandemState, TandemTask
from memory.store.protocols import Unit

TACIT = frozenset({Facet.CUES, Facet.WHY, Facet.BOUNDARY, Facet.PITFALLS})
MESSAGES_EACH = 40
"""Messages of one person on one topic that are read for what they hold, the newest first."""


@dataclass(frozen=True)
class Gathered:
    """The community as arrays, with what the places in them stand for."""

    graph: SkillGraph
    pool: Pool
    members: tuple[Member, ...]
    """In the order of the pool's rows."""
    topics: tuple[str, ...]
    """Ids, in the order of the pool's columns."""
    profiles: Mapping[str, TandemProfile]
    tandems: Sequence[Tandem]

    def place(self, member_id: str) -> int | None:
        """The row of a member, if they are in the pool."""
        return self._places.get(member_id)

    @property
    def _places(self) -> Mapping[str, int]:
        return {member.id: n for n, member in enumerate(self.members)}

    def need(self, task: TandemTask) -> TaskNeed:
        """What a task asks for; topics that are known no more are left out."""
        column = {topic: n for n, topic in enumerate(self.topics)}
        shares = {column[one.topic_id]: one.share for one in task.topics if one.topic_id in column}
        total = sum(shares.values()) or 1.0
        topics = sorted(shares)
        places = self._places
        turned_down = {
            places[one.ended_by]
            for one in self.tandems
            if one.task_id == task.id and one.ended_by is not None and one.ended_by in places
        }
        return TaskNeed(
            np.array(topics, dtype=np.int64),
            np.array([shares[topic] / total for topic in topics]),
            task.difficulty,
            task.value,
            frozenset(turned_down),
        )


def gather(work: Workplace, community: Community, graph: SkillGraph) -> Gathered:
    """Read everything a matching needs in one transaction; only who may be asked is in it."""
    members = tuple(graph.members[key] for key in sorted(graph.members))
    topics = tuple(sorted(graph.topics))
    with work.store.reading() as unit:
        profiles = {one.member_id: one for one in unit.tandems.profiles(community.id)}
        tandems = unit.tandems.tandems(community.id)
        taking_part = {key for key, one in profiles.items() if one.opted_in_at is not None}
        tacit = _tacit(unit, work, graph, taking_part)
        waiting = Counter(
            member.id for member in members for _ in unit.inquiries.open_questions(member.id)
        )
    row = {member.id: n for n, member in enumerate(members)}
    column = {topic: n for n, topic in enumerate(topics)}
    prior = graph.skill("", topics[0]).mean if topics else 0.0
    known = {
        (row[who], column[topic]): graph.skill(who, topic).mean - prior
        for who, topic in graph.given
        if who in row and topic in column
    }
    wishes = {
        (row[who], column[topic]): 1.0
        for who, profile in profiles.items()
        if who in row
        for wish in profile.wishes
        for topic in graph.weights(wish)
        if topic in column
    }
    size = (len(members), len(topics))
    pool = Pool(
        known=sparse(known, *size),
        prior=prior,
        tacit=sparse({(row[w], column[t]): share for (w, t), share in tacit.items()}, *size),
        wishes=sparse(wishes, *size),
        hours=np.array([working_hours(one, work.policy, graph.at) for one in members], np.uint64),
        chief=_chiefs(members, row, profiles),
        **_people(members, profiles, tandems, waiting, work.policy),
    )
    return Gathered(graph, pool, members, topics, profiles, tandems)


def working_hours(member: Member, policy: Policy, at: datetime) -> int:
    """The half hours of a day in UTC in which somebody works, as bits."""
    zone = ZoneInfo(member.timezone or policy.ask.timezone)
    offset = at.astimezone(zone).utcoffset()
    shift = round(offset.total_seconds() / 1800) if offset else 0
    gates, own = policy.tandem.gates, member.availability
    start = own.from_hour if own.from_hour is not None else gates.from_hour
    end = own.to_hour if own.to_hour is not None else gates.to_hour
    return hours_bits(2 * start - shift, 2 * end - shift)


def _people(
    members: Sequence[Member],
    profiles: Mapping[str, TandemProfile],
    tandems: Sequence[Tandem],
    waiting: Mapping[str, int],
    policy: Policy,
) -> dict[str, np.ndarray]:
    """Arrays of consent, room, coaching, acceptance and load, by name in `Pool`."""
    held = [one for one in tandems if one.state in HOLDING]
    helping = Counter(one.senior_id for one in held)
    learning = {junior for one in held for junior in one.junior_ids}
    offered, taken = _history(tandems)
    rules = policy.tandem
    profile = [profiles.get(one.id) for one in members]
    inside = np.array([one is not None and one.opted_in_at is not None for one in profile], bool)
    learns = np.array([one is not None and one.learns for one in profile], bool)
    helps = np.array([one is not None and one.helps for one in profile], bool)
    room = np.array([helping[one.id] < rules.gates.active_per_senior for one in members], bool)
    alone = np.array([one.id not in learning for one in members], bool)
    accepts = {
        side: np.array(
            [(taken[side, one.id] + 2) / (offered[side, one.id] + 4) for one in members], float
        )
        for side in ("junior", "senior")
    }
    load = np.array([helping[one.id] + 0.5 * waiting[one.id] for one in members], float)
    return {
        "opted_in": inside,
        "learning": inside & learns & alone,
        "helping": inside & helps & room,
        "coach": np.full(len(members), rules.shape.coach_unknown),
        "junior_accepts": accepts["junior"],
        "senior_accepts": accepts["senior"],
        "load": np.minimum(1.0, load / rules.shape.full_load),
    }


def _history(
    tandems: Sequence[Tandem],
) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """How often people were asked and said yes, by side; silence is not held against anybody."""
    offered: Counter[tuple[str, str]] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    for one in tandems:
        for side, people in (("senior", (one.senior_id,)), ("junior", one.junior_ids)):
            for who in people:
                said_no = one.state is TandemState.DECLINED and one.ended_by == who
                offered[side, who] += one.agreed(who) or said_no
                taken[side, who] += one.agreed(who)
    return offered, taken


def _chiefs(
    members: Sequence[Member], row: Mapping[str, int], profiles: Mapping[str, TandemProfile]
) -> np.ndarray:
    chiefs = [profiles[one.id].reports_to if one.id in profiles else None for one in members]
    return np.array([row.get(chief or "", -1) for chief in chiefs], dtype=np.int64)


def _tacit(
    unit: Unit, work: Workplace, graph: SkillGraph, people: set[str]
) -> dict[tuple[str, str], float]:
    """Share of each person's messages on a topic that hold enough of the facets that matter."""
    detector = CatalogueDetector(work.catalogue)
    named: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (who, topic), evidence in graph.given.items():
        if who in people:
            sources = dict.fromkeys(one.source_id for one in evidence)
            named[who, topic] = [key for key in sources if key.startswith("msg_")][:MESSAGES_EACH]
    messages = unit.talk.messages({key for keys in named.values() for key in keys})
    rich = {key: _is_rich(message, detector, work.policy) for key, message in messages.items()}
    return {
        place: sum(rich.get(key, False) for key in keys) / len(keys)
        for place, keys in named.items()
        if keys
    }


def _is_rich(message: Message, detector: CatalogueDetector, policy: Policy) -> bool:
    facets = {reading.facet for read in read_message(message, detector) for reading in read.facets}
    return len(facets & TACIT) >= policy.tandem.shape.tacit_facets
