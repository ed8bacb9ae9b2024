"""Acting for another by grant, and the roles that keep guides; what they may do is `governance`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from agent.policy.governance import ROLE_GIVERS as GIVERS
from agent.policy.governance import Deed, Relation, may
from memory.records import governance
from memory.records.decisions import Grant
from memory.records.governance import GovernanceRules
from memory.records.people import Community, Member

STEWARDS = frozenset(governance.STEWARDS)
ROLE_GIVERS = GIVERS


def grantee(member: Member) -> str:
    """What a grant to a member is made out to."""
    return Grant.to_member(member.id)


def is_in_force(grant: Grant, now: datetime) -> bool:
    """Whether a grant holds at `now`: begun, not revoked, and its time not run out."""
    return grant.granted_at <= now and (grant.revoked_at is None or grant.revoked_at > now)


def may_act_as(
    community: Community, grants: Iterable[Grant], member: Member, now: datetime
) -> bool:
    """Whether this account may act as `member` though it is bound to somebody else.

    Always in a sample community; elsewhere only by a grant that is in force.
    """
    return community.sample or any(
        grant.member_id == member.id and is_in_force(grant, now) for grant in grants
    )


def may_give_roles(member: Member | None, members: Iterable[Member]) -> bool:
    """Whether `member` may change roles. In a community without a steward anybody may name one."""
    founding = not any(STEWARDS & set(other.roles) for other in members)
    roles = member.roles if member is not None else ()
    return may(roles, Deed.GIVE_ROLES, GovernanceRules(), Relation(founding=founding)).allowed
