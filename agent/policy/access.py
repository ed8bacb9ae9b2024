"""Who may do what: the person of this account, roles, and acting for another by grant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from memory.records.decisions import Grant
from memory.records.guide import Guide
from memory.records.people import Community, Member, Role

STEWARDS = frozenset({Role.STEWARD, Role.TECHNICAL_AUTHORITY})
ROLE_GIVERS = frozenset({Role.COORDINATOR, Role.STEWARD, Role.TECHNICAL_AUTHORITY})


def may_act_as(
    community: Community, grants: Iterable[Grant], member: Member, now: datetime
) -> bool:
    """Whether this account may act as `member` though it is bound to somebody else.

    Always in a sample community; elsewhere only by a grant that has not been revoked.
    """
    return community.sample or any(
        grant.member_id == member.id
        and grant.granted_at <= now
        and (grant.revoked_at is None or grant.revoked_at > now)
        for grant in grants
    )


def may_review(member: Member, guide: Guide) -> str:
    """Empty if `member` may decide on `guide`; otherwise the reason in words.

    Separation of duties: nobody approves alone what they said alone.
    """
    if not STEWARDS & set(member.roles):
        return "only a steward or the technical authority decides on guides"
    authors = set(guide.current.authors())
    if authors == {member.id}:
        return "all of its words are your own; another steward has to decide"
    return ""


def may_give_roles(member: Member | None, members: Iterable[Member]) -> bool:
    """Whether `member` may change roles. In a community without a steward anybody may name one."""
    if not any(STEWARDS & set(other.roles) for other in members):
        return True
    return member is not None and bool(ROLE_GIVERS & set(member.roles))
