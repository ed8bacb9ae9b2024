"""Who is at the keyboard: the person bound to this account, or another by sample or grant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.journal import note
from agent.policy.access import STEWARDS, grantee, may_act_as, may_give_roles
from agent.policy.governance import Deed, Relation, may
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.base import stable_id
from memory.records.decisions import Action, Grant
from memory.records.governance import GovernanceRules
from memory.records.people import Community, Member, Role
from memory.store.protocols import Unit

ACCOUNT = "account"
"""How the log names an account that is bound to nobody."""
AT_MOST = 5
"""People who are named in one sentence."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, and whether somebody else's account does it for them."""

    member: Member
    acting_as: bool
    by: str = ""
    """Who does it for them: the member of this account, or `ACCOUNT` for one that is nobody.

    Empty for whoever acts in their own name, and in the sample, where all is play.
    """

    def logged(self) -> dict[str, str]:
        """How the log names who acted, and for whom; merged into `note`."""
        if self.acting_as:
            return {"actor": self.by or ACCOUNT, "on_behalf_of": self.member.id}
        return {"actor": self.member.id}


def pick_community(work: Workplace, name: str | None = None) -> Community:
    """The named community (name or id), or the only one there is. Raises `UserInputError`."""
    with work.store.reading() as unit:
        known = unit.people.communities()
    if name is not None:
        for community in known:
            if name in (community.id, community.name) or (
                name.casefold() == community.name.casefold()
            ):
                return community
        names = ", ".join(repr(c.name) for c in known) or "none yet"
        raise UserInputError(f"no community {name!r} in this home; known: {names}")
    if not known:
        raise UserInputError(
            "this home holds no community yet; begin with `passdown import PATH --community NAME`"
        )
    if len(known) > 1:
        names = ", ".join(repr(c.name) for c in known)
        raise UserInputError(f"this home holds several communities ({names}); add --community NAME")
    return known[0]


def find_member(members: Sequence[Member], who: str) -> Member:
    """The person with this id, `handle@place`, handle or name, by any of their handles.

    Raises `UserInputError` for nobody, and for several with what tells them apart.
    """
    wanted = who.removeprefix("@").casefold()
    handle, _, place = wanted.rpartition("@")
    by_handle = {m.id: {one.handle.casefold() for one in m.handles} for m in members}
    by_name = {m.id: {one.name.casefold() for one in m.handles} for m in members}
    for matches in (
        [m for m in members if who in m.ids],
        [m for m in members if wanted in by_handle[m.id]],
        [m for m in members if handle and (handle, place) in _placed(m)],
        [m for m in members if wanted in by_name[m.id]],
        [m for m in members if any(wanted in name.split() for name in by_name[m.id])],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise UserInputError(f"{who!r} could be {_told_apart(matches)}")
    near = sorted(m.handle for m in members if wanted[:3] and wanted[:3] in m.handle.casefold())
    hint = f"; similar: {', '.join(map(repr, near[:5]))}" if near else ""
    raise UserInputError(f"nobody called {who!r} in this community{hint}")


def _placed(member: Member) -> set[tuple[str, str]]:
    return {(one.handle.casefold(), one.source.casefold()) for one in member.handles}


def _told_apart(matches: Sequence[Member]) -> str:
    """Some people with what names each of them alone: the handle, with the place, or the id."""
    handles = [m.handle.casefold() for m in matches]
    placed = [(m.handle.casefold(), m.source.casefold()) for m in matches]
    if len(set(handles)) == len(handles):
        return f"{', '.join(repr(m.handle) for m in matches[:AT_MOST])}; give the handle"
    told = [
        f"{f'{m.handle}@{m.source}'!r} ({m.name}, {m.id})"
        if placed.count(one) == 1
        else f"{m.id!r} ({m.name}, {m.handle}@{m.source}, there {m.native_id!r})"
        for m, one in zip(matches, placed, strict=True)
    ]
    more = f" and {len(told) - AT_MOST} more" if len(told) > AT_MOST else ""
    return f"{', '.join(told[:AT_MOST])}{more}; give handle@place or the id"


def actor_of(work: Workplace, community: Community, as_who: str | None = None) -> Actor:
    """Whoever acts. `as_who` needs a sample community or a grant, and is logged."""
    account = work.home.account()
    with work.store.reading() as unit:
        bound = unit.people.bound_member(account, community.id)
        if as_who is None:
            if bound is None:
                raise PermissionDeniedError(
                    f"this account is nobody in {community.name!r} yet; say who you are with "
                    "`passdown me HANDLE`"
                    + (", or be anybody of the sample with `--as`" if community.sample else "")
                )
            return Actor(bound, acting_as=False)
        member = find_member(unit.people.members(community.id), as_who)
        if bound is not None and bound.id == member.id:
            return Actor(bound, acting_as=False)
        grants = list(unit.people.grants(account))
        if bound is not None:
            grants += unit.people.grants(grantee(bound))
    if not may_act_as(community, grants, member, work.clock.now()):
        raise PermissionDeniedError(
            f"this account may not act as {member.handle!r}; they or a steward can allow it with "
            f"`passdown grant {member.handle} --to {bound.handle if bound else account}`"
        )
    hand = bound.id if bound is not None else ACCOUNT
    actor = Actor(member, acting_as=True, by="" if community.sample else hand)
    with work.store.writing() as unit:
        logged = actor.logged()
        _log(unit, work, community, Action.ACTED_AS, member.id, **logged)
    return actor


def bind_account(work: Workplace, community: Community, who: str) -> Member:
    """Bind this account to a member. A bound account is not bound again to somebody else."""
    account = work.home.account()
    with work.store.writing() as unit:
        member = find_member(unit.people.members(community.id), who)
        bound = unit.people.bound_member(account, community.id)
        if bound is not None and bound.id != member.id and not community.sample:
            raise PermissionDeniedError(
                f"this account is already {bound.handle!r} in {community.name!r}; a steward can "
                f"let it act as {member.handle!r} with `passdown grant`"
            )
        other = unit.people.account_of(member.id)
        if other not in (None, account) and not community.sample:
            raise PermissionDeniedError(
                f"{member.handle!r} is bound to another account; a steward can let yours act as "
                f"them with `passdown grant {member.handle} --to {account}`"
            )
        unit.people.bind_account(account, member.id)
        _log(unit, work, community, Action.ACCOUNT_BOUND, member.id)
    return member


def set_role(
    work: Workplace,
    community: Community,
    actor: Member | None,
    who: str,
    role: Role,
    *,
    remove: bool = False,
    by: Actor | None = None,
) -> Member:
    """Give or take a role. Without any steward yet, whoever is at the keyboard may name one.

    `by` tells the log whose hand it is, where `actor` is acted for.
    The account that names the first steward may act as them, by a grant like any other: somebody
    who runs a community alone could not go on otherwise.
    """
    with work.store.writing() as unit:
        members = unit.people.members(community.id)
        member = find_member(members, who)
        if not may_give_roles(actor, members):
            raise PermissionDeniedError("only a coordinator or a steward changes roles")
        if role is Role.TECHNICAL_AUTHORITY:
            _check_authority(member, members, actor, by, remove=remove)
        first = role is Role.STEWARD and not any(STEWARDS & set(m.roles) for m in members)
        if first and not remove and actor is not member:
            _grant_first_steward(unit, work, community, member)
        roles = tuple(r for r in member.roles if r is not role) + (() if remove else (role,))
        changed = member.model_copy(update={"roles": roles or (Role.PERIPHERAL,)})
        unit.people.update_member(changed)
        _log(
            unit,
            work,
            community,
            Action.ROLE_GRANTED,
            member.id,
            **(by.logged() if by is not None else {"actor": actor.id if actor else ACCOUNT}),
            reason=f"{'minus' if remove else 'plus'}:{role.value}",
        )
    return changed


def _check_authority(
    member: Member,
    members: Sequence[Member],
    actor: Member | None,
    by: Actor | None,
    *,
    remove: bool,
) -> None:
    """Raises `PermissionDeniedError` where this hand may not name or dismiss the authority.

    Whoever holds the role may lay it down.
    """
    hands = {actor.id if actor is not None else "", by.by if by is not None else ""}
    if remove and actor is not None and actor.id == member.id:
        return
    relation = Relation(
        oneself=member.id in hands,
        founding=not any(STEWARDS & set(one.roles) for one in members),
        vacant=not any(Role.TECHNICAL_AUTHORITY in one.roles for one in members),
    )
    roles = actor.roles if actor is not None else ()
    verdict = may(roles, Deed.GIVE_AUTHORITY, GovernanceRules(), relation)
    if not verdict.allowed:
        raise PermissionDeniedError(verdict.why)


def _grant_first_steward(
    unit: Unit, work: Workplace, community: Community, steward: Member
) -> None:
    account = work.home.account()
    if unit.people.account_of(steward.id) is not None:
        return
    unit.people.save_grant(
        Grant(
            id=stable_id("grt", account, steward.id),
            community_id=community.id,
            account=account,
            member_id=steward.id,
            granted_by=steward.id,
            granted_at=work.clock.now(),
        )
    )
    _log(unit, work, community, Action.GRANT_GIVEN, steward.id, reason="first_steward")


def _log(
    unit: Unit,
    work: Workplace,
    community: Community,
    action: Action,
    subject: str,
    *,
    actor: str = "account",
    on_behalf_of: str | None = None,
    reason: str = "",
) -> None:
    note(
        unit,
        work.clock.now(),
        community.id,
        action,
        subject,
        actor=actor,
        on_behalf_of=on_behalf_of,
        reason=reason,
    )
