"""Votes of peers on a guide: one per member and version, changeable until enough agree.

Counted are persons, not names: whoever votes for another by a grant has voted already, and nobody
votes on their own words, nor lets somebody else's hand do it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.policy.governance import Deed, Own, Relation, may, votes
from agent.policy.visibility import Reader, may_see
from agent.services.governing import LOGGED_AT_MOST, relation_in, rules_in, share_of, typed_by
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.settling import guide_in, log_act
from agent.services.workplace import Workplace
from agent.sight import EVERYBODY, sight_in
from memory.records.decisions import Action
from memory.records.governance import GovernanceRules
from memory.records.guide import Decision, Guide, GuideStatus
from memory.records.people import Member
from memory.records.stewarding import StewardAct, StewardActKind
from memory.store.protocols import Unit

KINDS: Mapping[Decision, StewardActKind] = {
    Decision.REVISE: StewardActKind.VOTED_REVISE,
    Decision.REJECT: StewardActKind.VOTED_REJECT,
    Decision.APPROVE: StewardActKind.VOTED_APPROVE,
}
"""In the order in which they decide where a lowered quorum lets several: the careful first."""
_DECISIONS = {kind: decision for decision, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Tally:
    """How the votes on one version stand."""

    quorum: int
    voters: int
    """How many people may vote on it."""
    counted: Mapping[Decision, tuple[StewardAct, ...]]

    @property
    def reached(self) -> Decision | None:
        """What enough of them agree on."""
        return next((d for d in KINDS if self.count(d) >= self.quorum), None)

    def count(self, decision: Decision) -> int:
        """How many persons want this."""
        return len(self.counted.get(decision, ()))


def is_voted_on(unit: Unit, rules: GovernanceRules, actor: Actor, guide: Guide) -> bool:
    """Whether a decision on this guide is one vote of several."""
    return votes(rules, relation_in(unit, rules, actor, guide))


def cast_vote(
    unit: Unit, work: Workplace, actor: Actor, guide: Guide, decision: Decision, comment: str
) -> Tally:
    """Record one vote, in place of an earlier one of this member, and count."""
    number = guide.current.number
    unit.desk.save_act(
        StewardAct(
            id=StewardAct.vote_id_of(guide.id, number, actor.member.id),
            community_id=guide.community_id,
            guide_id=guide.id,
            version=number,
            kind=KINDS[decision],
            by_id=actor.member.id,
            comment=comment,
            made_at=work.clock.now(),
        )
    )
    log_act(unit, work, actor, guide, Action.GUIDE_VOTED, f"version:{number}:{decision}")
    return tally_in(unit, rules_in(unit, work.policy, guide.community_id), guide)


def tally_of(work: Workplace, actor: Actor, guide_id: str) -> Tally | None:
    """How the votes on a waiting guide stand; `None` where it waits for no votes."""
    known = find_guide(work, guide_id)
    with work.store.reading() as unit:
        guide = guide_in(unit, known.id)
        rules = rules_in(unit, work.policy, guide.community_id)
        waits = guide.status is GuideStatus.CONFIRMED
        if not waits or not is_voted_on(unit, rules, actor, guide):
            return None
        return tally_in(unit, rules, guide)


def tally_in(unit: Unit, rules: GovernanceRules, guide: Guide) -> Tally:
    """Count the votes on the present version; votes on earlier ones count for nothing.

    Of one person the last vote counts, in whosever name it was cast.
    """
    typed = typed_by(unit, guide)
    walls = sight_in(unit, guide.community_id, EVERYBODY, guide.id).walls.get(guide.id, ())
    voters = {
        member.id
        for member in unit.people.members(guide.community_id)
        if not member.is_bot and _may_vote(member, rules, typed, walls)
    }
    acts = {act.by_id: act for act in _votes(unit, guide)}
    last: dict[str, StewardAct] = {}
    for voter, hand in _hands(unit, guide).items():
        if voter in acts and voter in voters and share_of(frozenset({hand}), typed) is Own.NOTHING:
            last[hand] = acts[voter]
    counted: dict[Decision, list[StewardAct]] = {}
    for act in last.values():
        counted.setdefault(_DECISIONS[act.kind], []).append(act)
    kept = {decision: tuple(acts) for decision, acts in counted.items()}
    return Tally(rules.quorum, len(voters), kept)


def _votes(unit: Unit, guide: Guide) -> Sequence[StewardAct]:
    number = guide.current.number
    acts = unit.desk.acts(guide.id)
    return [act for act in acts if act.version == number and act.kind in _DECISIONS]


def _may_vote(
    member: Member,
    rules: GovernanceRules,
    typed: Mapping[str, frozenset[str]],
    walls: Sequence[frozenset[str]],
) -> bool:
    own = share_of(frozenset({member.id}), typed)
    seen = may_see(Reader(member.ids), walls)
    relation = Relation(own=own, central=rules.is_central(member), seen=seen)
    return may(member.roles, Deed.REJECT, rules, relation).allowed


def _hands(unit: Unit, guide: Guide) -> Mapping[str, str]:
    """Who cast each member's last vote on the present version, by the log, latest last.

    In the sample, where one person plays everybody, they did so themselves.
    """
    community = unit.people.community(guide.community_id)
    sample = community is not None and community.sample
    wanted = f"version:{guide.current.number}:"
    hands: dict[str, str] = {}
    for line in unit.log.decisions(guide.id, LOGGED_AT_MOST):
        if line.action is Action.GUIDE_VOTED and line.reason.startswith(wanted):
            voter = line.on_behalf_of or line.actor
            hands.pop(voter, None)
            hands[voter] = voter if sample else line.actor
    return hands
