"""A steward's queue: what waits for them, what is due again, what waits for others, with its risk.

Guides are read as lines, without their evidence, so that ten thousand of them stay quick.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from agent.method.risk import Risk, Told, risk_of
from agent.policy.governance import Deed, Own, Relation, Verdict, may
from agent.services.browsing import is_steward
from agent.services.governing import rules_in
from agent.services.questioned import Questioned
from agent.services.seeing import sight_for
from agent.services.workplace import Workplace
from agent.sight import Sight
from memory.records.guide import GuideStatus
from memory.records.inquiry import InquiryStatus
from memory.records.people import Member
from memory.records.stewarding import GuideLine, GuideStanding, StewardAct, StewardActKind
from memory.store.protocols import Unit
from prompts.desk import DeskEntry, load_desk

ALIVE = (GuideStatus.DRAFT, GuideStatus.CONFIRMED, GuideStatus.PUBLISHED)


class Section(StrEnum):
    """The parts of a desk, in their order. A part with nothing in it is not shown."""

    WAITING = "waiting"
    """Confirmed guides on which this steward may decide."""
    DUE = "due"
    """Published guides whose review is due."""
    QUESTIONED = "questioned"
    """Published guides that later words, their authors or a twin call into question."""
    DISPUTED = "disputed"
    """Guides in which their authors contradict each other."""
    DRAFTS = "drafts"
    """Drafts that wait for the yes of their authors."""
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One guide on the desk."""

    guide_id: str
    section: Section
    """The first of the sections it is in."""
    disputed: bool
    title: str
    version: int
    status: GuideStatus
    since: datetime
    """When it began to wait; of a published one, when its review is or was due."""
    risk: Risk
    completeness: float
    authors: tuple[str, ...]
    """Names, for stewards alone."""
    waits_for: tuple[str, ...] = ()
    """Names of authors whose yes is missing, of a draft."""
    put_by: str = ""
    """Who put it to this steward."""
    put_to: str = ""
    """To whom somebody put it, if not to this steward."""
    put_why: str = ""
    words: str = ""
    """Everything that a search looks at, case folded."""
    questioned: tuple[str, ...] = ()
    """In words, what calls a published one into question."""

    def is_in(self, section: Section) -> bool:
        """Whether it is listed there; a disputed guide stands in two places."""
        if section is Section.DISPUTED:
            return self.disputed
        if section is Section.QUESTIONED:
            return bool(self.questioned)
        due = section is Section.PUBLISHED and self.section is Section.DUE
        return due or self.section is section


@dataclass(frozen=True)
class Desk:
    """Everything on one steward's desk."""

    rows: tuple[DeskRow, ...]
    own_words: int = 0
    """Waiting guides whose words are all this steward's own: another one decides on them."""
    stewards: tuple[str, ...] = ()
    """Who decides here, by name and handle; for those who do not."""
    refused: bool = False
    """Whether this person is no steward, so that nothing is shown."""

    @cached_property
    def by_section(self) -> Mapping[Section, tuple[DeskRow, ...]]:
        """The rows of every section."""
        return {s: tuple(row for row in self.rows if row.is_in(s)) for s in Section}

    def sections(self) -> tuple[Section, ...]:
        """Those with something in them, and always the first."""
        return tuple(s for s in Section if s is Section.WAITING or self.by_section[s])

    def listed(self, section: Section) -> tuple[DeskRow, ...]:
        """The rows of one section."""
        return self.by_section[section]


class Order(StrEnum):
    """Ways to sort a section."""

    AGE = "age"
    RISK = "risk"
    COMPLETENESS = "completeness"
    TITLE = "title"


class DeskMemory:
    """What was read of versions before: they never change, so a desk reads each of them once."""

    def __init__(self) -> None:
        self.held = threading.Lock()
        self._lines: dict[tuple[str, int], GuideLine] = {}
        self._risks: dict[tuple[str, int, bool], Risk] = {}
        self._words: dict[tuple[str, int], str] = {}

    def read(self, unit: Unit, standings: Sequence[GuideStanding]) -> None:
        """Read the versions that are not known yet, and forget those that are none any more."""
        wanted = {(standing.id, standing.version) for standing in standings}
        known = {key: line for key, line in self._lines.items() if key in wanted}
        fresh = unit.desk.lines(sorted(wanted - known.keys()))
        self._lines = known | {(line.id, line.version): line for line in fresh}
        self._risks = {key: risk for key, risk in self._risks.items() if key[:2] in wanted}
        self._words = {key: words for key, words in self._words.items() if key in wanted}

    def line(self, standing: GuideStanding) -> GuideLine:
        """The words of a guide that was read."""
        return self._lines[standing.id, standing.version]

    def risk(self, line: GuideLine, entry: DeskEntry, *, edited: bool) -> Risk:
        """Its risk, taken once."""
        key = (line.id, line.version, edited)
        if key not in self._risks:
            self._risks[key] = line_risk(line, entry, edited=edited)
        return self._risks[key]

    def words(self, line: GuideLine, names: Sequence[str]) -> str:
        """Everything that a search looks at, case folded."""
        key = (line.id, line.version)
        if key not in self._words:
            told = (line.title, *names, *(sentence.text for sentence in line.sentences))
            self._words[key] = " ".join(told).casefold()
        return self._words[key]


def open_desk(work: Workplace, member: Member, memory: DeskMemory | None = None) -> Desk:
    """What is on this person's desk, by age; whoever is no steward is told who is."""
    with work.store.reading() as unit:
        members = {m.id: m for m in unit.people.members(member.community_id)}
        known = members.get(member.id, member)
        rules = rules_in(unit, work.policy, member.community_id)
        if not is_steward(known, rules):
            told = [m for m in members.values() if is_steward(m, rules)]
            names = tuple(sorted(f"{m.name} (@{m.handle})" for m in told))
            return Desk((), stewards=names, refused=True)
        sight = sight_for(unit, work, member.community_id, known)
        alive = unit.desk.standings(member.community_id, ALIVE)
        standings = [standing for standing in alive if sight.sees(standing.id)]
        remembered = memory or DeskMemory()
        with remembered.held:
            remembered.read(unit, standings)
            reading = _Reading(unit, work, known, members, remembered, sight)
            rows = tuple(row for one in standings if (row := reading.row(one)) is not None)
    return Desk(tuple(sorted(rows, key=_by_age)), own_words=reading.own_words)


class _Reading:
    """What it takes to make rows of guides, read once."""

    def __init__(
        self,
        unit: Unit,
        work: Workplace,
        steward: Member,
        members: Mapping[str, Member],
        memory: DeskMemory,
        sight: Sight,
    ) -> None:
        self._sight = sight
        community_id = steward.community_id
        self._steward = steward
        self._members = members
        self._memory = memory
        self._now = work.clock.now()
        self._rules = rules_in(unit, work.policy, community_id)
        self._entry: DeskEntry = load_desk()
        self._edited = unit.desk.edited(community_id)
        self._questioned = Questioned.read(unit, work, sight, community_id)
        acts = unit.desk.acts_of_kind(community_id, StewardActKind.ESCALATED)
        self._put = {(act.guide_id, act.version): act for act in acts}
        self._put |= {(a.guide_id, a.version): a for a in acts if a.to_id == steward.id}
        self.own_words = 0

    def row(self, standing: GuideStanding) -> DeskRow | None:
        """The row of a guide; `None` for one that waits for nobody just now."""
        line = self._memory.line(standing)
        section = self._section(standing, line)
        if section is None:
            return None
        put = self._put.get((line.id, line.version)) if section is Section.WAITING else None
        names = tuple(self._name(author) for author in line.author_ids)
        mine = put is not None and put.to_id == self._steward.id
        published = standing.status is GuideStatus.PUBLISHED
        missing = line.awaiting(standing.said) if section is Section.DRAFTS else ()
        return DeskRow(
            guide_id=line.id,
            section=section,
            disputed=any(sentence.dispute for sentence in line.sentences),
            title=line.title,
            version=line.version,
            status=standing.status,
            since=_since(standing, line, section),
            risk=self._memory.risk(line, self._entry, edited=line.id in self._edited),
            completeness=line.completeness,
            authors=names,
            waits_for=tuple(map(self._name, missing)),
            put_by=self._name(put.by_id) if put and mine else "",
            put_to=self._put_to(put) if not mine else "",
            put_why=put.comment if put else "",
            words=self._memory.words(line, names),
            questioned=self._questioned.words(line.id) if published else (),
        )

    def _section(self, standing: GuideStanding, line: GuideLine) -> Section | None:
        if standing.status is GuideStatus.PUBLISHED:
            due = standing.review_by is not None and standing.review_by <= self._now
            return Section.DUE if due else Section.PUBLISHED
        status = standing.waits_for
        if standing.status is GuideStatus.DRAFT:
            return Section.DRAFTS if status is InquiryStatus.WAITING_FOR_CONFIRMATION else None
        if status is not InquiryStatus.WAITING_FOR_REVIEW:
            return None
        verdict = self._may_decide(line)
        self.own_words += verdict.code == "own_words"
        return Section.WAITING if verdict.allowed else None

    def _may_decide(self, line: GuideLine) -> Verdict:
        """By the words alone: a guide that was put to somebody stays in sight of all."""
        authors, steward = set(line.author_ids), self._steward
        own = Own.ALL if authors == {steward.id} else Own.NOTHING
        own = Own.PART if own is Own.NOTHING and steward.id in authors else own
        relation = Relation(
            own=own, central=self._rules.is_central(steward), seen=self._sight.of(line.id)
        )
        return may(steward.roles, Deed.REJECT, self._rules, relation)

    def _put_to(self, put: StewardAct | None) -> str:
        return self._name(put.to_id) if put is not None and put.to_id is not None else ""

    def _name(self, member_id: str) -> str:
        member = self._members.get(member_id)
        return member.name or member.handle if member is not None else "somebody"


def _since(standing: GuideStanding, line: GuideLine, section: Section) -> datetime:
    if section in (Section.DUE, Section.PUBLISHED) and standing.review_by is not None:
        return standing.review_by
    if section is Section.WAITING:
        return max(line.written_at, *(yes.at for yes in standing.said), line.written_at)
    return line.written_at


def line_risk(line: GuideLine, entry: DeskEntry, *, edited: bool) -> Risk:
    """The risk of a guide as a list shows it."""
    told = Told(
        sentences=[sentence.text for sentence in line.sentences],
        authors=len(line.author_ids),
        disputed=any(sentence.dispute for sentence in line.sentences),
        edited=edited,
        completeness=line.completeness,
        open_facets=line.open_facets,
    )
    return risk_of(told, entry.risk)


def found_in(rows: Sequence[DeskRow], wanted: str) -> list[DeskRow]:
    """Rows that hold every word of a search; `risk:high` and the like ask for a level of risk."""
    words = wanted.casefold().split()
    levels = tuple({word.removeprefix("risk:") for word in words if word.startswith("risk:")})
    found = list(rows)
    if any(levels):
        starts = tuple(level for level in levels if level)
        found = [row for row in found if row.risk.level.value.startswith(starts)]
    for text in (word for word in words if not word.startswith("risk:")):
        found = [row for row in found if text in row.words or row.guide_id.startswith(text)]
    return found


def in_order(rows: Sequence[DeskRow], order: Order) -> list[DeskRow]:
    """Rows sorted: what was put to this steward first, then oldest, riskiest, or least complete."""
    keys: Mapping[Order, Callable[[DeskRow], Any]] = {
        Order.AGE: lambda row: (not row.put_by, row.since, row.guide_id),
        Order.RISK: lambda row: (not row.put_by, -row.risk.points, row.since, row.guide_id),
        Order.COMPLETENESS: lambda row: (not row.put_by, row.completeness, row.since, row.guide_id),
        Order.TITLE: lambda row: (not row.put_by, row.title.casefold(), row.guide_id),
    }
    return sorted(rows, key=keys[order])


def _by_age(row: DeskRow) -> tuple[datetime, str]:
    return row.since, row.guide_id
