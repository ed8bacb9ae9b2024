"""Whether somebody may do something to a guide now: the rules met with what is recorded.

Who typed counts as well as in whose name: the log tells whose hand was at the keyboard, so that
nobody passes through a grant what they may not do themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.policy.governance import Deed, Own, Relation, Verdict, may
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from agent.sight import reader_for, sight_in
from agent.stopped import stops_on_guide
from memory.errors import PermissionDeniedError
from memory.records.decisions import Action
from memory.records.governance import GovernanceRules
from memory.records.guide import Guide
from memory.records.people import Role
from memory.records.policy import Policy
from memory.records.stewarding import StewardActKind
from memory.store.protocols import Unit

WORDS = frozenset({Action.ANSWERED, Action.SENTENCE_CORRECTED, Action.GUIDE_CONFIRMED})
"""Acts by which words come to stand in somebody's name."""
PUBLISHING = frozenset({Deed.APPROVE, Deed.RESTORE})
LOGGED_AT_MOST = 10_000
"""Lines of the log that are read about one question or guide."""


def rules_in(unit: Unit, policy: Policy, community_id: str) -> GovernanceRules:
    """The rules of a community."""
    governance = policy.governance
    community = unit.people.community(community_id) if governance.communities else None
    return governance.of(community.name if community is not None else "")


def rules_of(work: Workplace, community_id: str) -> GovernanceRules:
    """`rules_in`, in a transaction of its own."""
    with work.store.reading() as unit:
        return rules_in(unit, work.policy, community_id)


def verdict_in(unit: Unit, work: Workplace, actor: Actor, deed: Deed, guide: Guide) -> Verdict:
    """Whether this person may do this to this guide now, by their present roles.

    What puts a guide out is held against whose hand does it; all else goes by the name.
    """
    member = unit.people.member(actor.member.id) or actor.member
    rules = rules_in(unit, work.policy, guide.community_id)
    named = actor if deed in PUBLISHING else Actor(member, acting_as=False)
    return may(member.roles, deed, rules, relation_in(unit, rules, named, guide))


def check_may(unit: Unit, work: Workplace, actor: Actor, deed: Deed, guide: Guide) -> None:
    """Raises `PermissionDeniedError` with the reason where `verdict_in` says no."""
    refuse(verdict_in(unit, work, actor, deed, guide))


def verdict_here(
    unit: Unit,
    work: Workplace,
    actor: Actor,
    deed: Deed,
    about: str | None = None,
    *,
    receives: bool = False,
    of_authority: bool = False,
) -> Verdict:
    """Whether this person may do what is about no guide, by their community and present roles.

    `about` is the id of the member that it is about; the rest is as in `Relation`.
    """
    member = unit.people.member(actor.member.id) or actor.member
    rules = rules_in(unit, work.policy, member.community_id)
    relation = Relation(
        oneself=about in member.ids,
        central=rules.is_central(member),
        receives=receives,
        of_authority=of_authority,
    )
    return may(member.roles, deed, rules, relation)


def check_here(
    unit: Unit, work: Workplace, actor: Actor, deed: Deed, about: str | None = None
) -> None:
    """Raises `PermissionDeniedError` with the reason where `verdict_here` says no."""
    refuse(verdict_here(unit, work, actor, deed, about))


def refuse(verdict: Verdict) -> None:
    """Raises `PermissionDeniedError` with the reason, unless it is allowed."""
    if not verdict.allowed:
        raise PermissionDeniedError(verdict.why)


def relation_in(unit: Unit, rules: GovernanceRules, actor: Actor, guide: Guide) -> Relation:
    """How somebody stands to a guide just now."""
    member = unit.people.member(actor.member.id) or actor.member
    return Relation(
        own=own_in(unit, actor, guide),
        central=rules.is_central(member),
        disputed=_is_put_to_authority(unit, guide, guide.current.number),
        settled=_is_settled(unit, guide),
        stopped=bool(stops_on_guide(unit, guide)),
        seen=sight_in(
            unit, guide.community_id, reader_for(member, guide.community_id), guide.id
        ).of(guide.id),
    )


def own_in(unit: Unit, actor: Actor, guide: Guide) -> Own:
    """How much of a guide this person said: in their own name, or typing for its authors."""
    people = (unit.people.member(hand) for hand in hands_of(actor))
    known = frozenset(person.id for person in people if person is not None)
    return share_of(known | hands_of(actor), typed_by(unit, guide))


def hands_of(actor: Actor) -> frozenset[str]:
    """Who acts, in name and at the keyboard."""
    return frozenset({actor.member.id, actor.by} - {""})


def share_of(hands: frozenset[str], typed: Mapping[str, frozenset[str]]) -> Own:
    """`ALL` where one and the same person stands behind every author."""
    if any(all(hand in behind for behind in typed.values()) for hand in hands):
        return Own.ALL
    return Own.PART if any(hands & behind for behind in typed.values()) else Own.NOTHING


def typed_by(unit: Unit, guide: Guide) -> Mapping[str, frozenset[str]]:
    """For each author, who stands behind the words: they themselves, and who typed for them."""
    subjects = [guide.id, *(q.id for q in unit.inquiries.questions(guide.inquiry_id))]
    typed = {author: {author} for author in guide.current.authors()}
    for subject in subjects:
        for line in unit.log.decisions(subject, LOGGED_AT_MOST):
            if line.action in WORDS and line.on_behalf_of in typed:
                typed[line.on_behalf_of].add(line.actor)
    return {author: frozenset(hands) for author, hands in typed.items()}


def _is_settled(unit: Unit, guide: Guide) -> bool:
    """Whether the guide is out by the technical authority's decision on a dispute."""
    review = guide.review
    if review is None or not _is_authority(unit, review.reviewer_id):
        return False
    return _is_put_to_authority(unit, guide, review.version)


def _is_put_to_authority(unit: Unit, guide: Guide, version: int) -> bool:
    """Whether this version was put to somebody who is the technical authority now."""
    kind = StewardActKind.ESCALATED
    acts = (a for a in unit.desk.acts(guide.id) if a.kind is kind and a.version == version)
    return any(_is_authority(unit, act.to_id) for act in acts)


def _is_authority(unit: Unit, member_id: str | None) -> bool:
    member = unit.people.member(member_id) if member_id else None
    return member is not None and Role.TECHNICAL_AUTHORITY in member.roles
