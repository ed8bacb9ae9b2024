"""The rules a community lives by, as its members may read them, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.policy.governance import Deed, Relation, may
from agent.services.governing import rules_in, verdict_here
from agent.services.granting import GrantLine, list_grants
from agent.services.identity import Actor
from agent.services.stopping import Spoken, list_stops, spoken_of
from agent.services.workplace import Workplace
from memory.records.governance import GovernanceModel, GovernanceRules, StopWork
from memory.records.people import Community, Member, Role
from memory.records.policy import Policy
from memory.store.protocols import Unit
from prompts.governance import load_governance


@dataclass(frozen=True, slots=True)
class StopLine:
    """One order to stop work, with what it freezes."""

    stop: StopWork
    by: Member | None
    frozen: Spoken


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What one person may know of how their community is governed, and may do about it."""

    rules: GovernanceRules
    holders: tuple[tuple[Role, tuple[Member, ...]], ...]
    """Roles beside being on the periphery, with those who hold them, by name."""
    deciders: int
    """How many people may decide, or vote, on what others said."""
    problems: tuple[str, ...]
    stops: tuple[StopLine, ...]
    grants: tuple[GrantLine, ...]
    """Those in force that this person may know of."""
    may_stop: bool
    may_resume: bool
    may_grant_all: bool
    """Whether they may let somebody act for others than themselves."""


def read_rulebook(work: Workplace, community: Community, actor: Actor) -> Rulebook:
    """How the community is governed now, as far as this person may know."""
    with work.store.reading() as unit:
        rules = rules_in(unit, work.policy, community.id)
        members = unit.people.members(community.id)
        problems = problems_of(unit, work.policy, community)
        allowed = {
            deed: verdict_here(unit, work, actor, deed).allowed
            for deed in (Deed.STOP_WORK, Deed.RESUME_WORK, Deed.GRANT)
        }
    known = {one: member for member in members for one in member.ids}
    return Rulebook(
        rules=rules,
        holders=tuple(_holders(members)),
        deciders=len(deciders_of(members, rules)),
        problems=problems,
        stops=tuple(
            StopLine(stop, known.get(stop.stopped_by), spoken_of(work, community, stop.topic))
            for stop in list_stops(work, community)
        ),
        grants=tuple(list_grants(work, community, actor)),
        may_stop=allowed[Deed.STOP_WORK],
        may_resume=allowed[Deed.RESUME_WORK],
        may_grant_all=allowed[Deed.GRANT],
    )


def deciders_of(members: Sequence[Member], rules: GovernanceRules) -> Sequence[Member]:
    """People who may decide, or vote, on a guide of which they said nothing."""
    return [
        member
        for member in members
        if not member.is_bot
        and may(
            member.roles, Deed.APPROVE, rules, Relation(central=rules.is_central(member))
        ).allowed
    ]


def problems_of(unit: Unit, policy: Policy, community: Community) -> tuple[str, ...]:
    """Rules of a community that cannot work as they stand, in words; none for sound ones.

    While nobody holds a role yet, that nobody can decide is no fault of the rules.
    """
    say = load_governance().say
    rules = rules_in(unit, policy, community.id)
    members = unit.people.members(community.id)
    found = [
        say("unknown_central", handle=repr(name), community=community.name)
        for name in rules.central_stewards
        if not any(_is_named(name, member) for member in members)
    ]
    voters = len(deciders_of(members, rules))
    if rules.model is GovernanceModel.DECENTRALISED:
        if members and voters < rules.quorum:
            counts = {"quorum": rules.quorum, "voters": voters}
            found.append(say("few_voters", community=community.name, **counts))
    elif not voters and any(roles for _, roles in _holders(members)):
        found.append(say("no_decider", community=community.name))
    return tuple(found)


def problems_at_home(unit: Unit, policy: Policy) -> tuple[str, ...]:
    """The same for every community of a home, and rules of communities that there are not."""
    communities = unit.people.communities()
    names = {community.name.casefold() for community in communities}
    say = load_governance().say
    unknown = [
        say("unknown_community", community=name)
        for name in policy.governance.communities
        if communities and name.casefold() not in names
    ]
    return (*unknown, *(w for one in communities for w in problems_of(unit, policy, one)))


def _is_named(name: str, member: Member) -> bool:
    return GovernanceRules(central_stewards=(name,)).is_central(member)


def _holders(members: Sequence[Member]) -> Iterator[tuple[Role, tuple[Member, ...]]]:
    for role in Role:
        if role is not Role.PERIPHERAL:
            holders = [m for m in members if role in m.roles and not m.is_bot]
            if holders:
                yield role, tuple(sorted(holders, key=lambda m: (m.name, m.id)))
