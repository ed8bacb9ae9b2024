"""Grants: who may act for whom, given and taken back, each time with a line in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.journal import note
from agent.policy.access import grantee, is_in_force
from agent.policy.governance import Deed
from agent.services.governing import refuse, verdict_here
from agent.services.identity import Actor, find_member
from agent.services.workplace import Workplace
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.base import stable_id
from memory.records.decisions import TO_MEMBER, Action, Grant
from memory.records.people import Community, Handle, Member
from memory.store.protocols import Unit


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One grant as it is listed."""

    grant: Grant
    member: Member
    """Whom the other may act as."""
    to: Member | None
    """Who may; `None` where it is made out to an account."""
    giver: Member | None
    in_force: bool

    @property
    def to_words(self) -> str:
        """The handle of who may act, or the account."""
        return f"@{self.to.handle}" if self.to is not None else f"account {self.grant.account}"


def give_grant(
    work: Workplace,
    community: Community,
    actor: Actor,
    who: str,
    to: str,
    *,
    until: datetime | None = None,
) -> GrantLine:
    """Let `to` (a member, else an account of that name) act as `who`; `until` ends it by itself.

    Raises `PermissionDeniedError` for anybody but the person and stewards, and for stewards who
    would act by it themselves, `UserInputError` for an end that has passed, or a grant to oneself.
    """
    now = work.clock.now()
    if until is not None and until <= now:
        last = (until - timedelta(seconds=1)).date()
        raise UserInputError(f"{last.isoformat()!r} has passed; name a day to come, or none")
    with work.store.writing() as unit:
        member = find_member(unit.people.members(community.id), who)
        name, receiver = _receiver(unit, community, to)
        receives = not community.sample and _is_own(unit, work, actor, name, receiver)
        _check_may(unit, work, actor, member, receives=receives)
        if receiver is not None and receiver.id == member.id:
            raise UserInputError(f"{member.handle!r} needs no grant to act as themselves")
        grant = Grant(
            id=stable_id("grt", name, member.id),
            community_id=community.id,
            account=name,
            member_id=member.id,
            granted_by=actor.member.id,
            granted_at=now,
            revoked_at=until,
        )
        unit.people.save_grant(grant)
        _log(unit, now, actor, Action.GRANT_GIVEN, grant)
        return _line(unit, grant, now)


def revoke_grant(
    work: Workplace, community: Community, actor: Actor, who: str, to: str
) -> GrantLine:
    """End a grant at once. Raises as `give_grant` does, and where there is none in force."""
    now = work.clock.now()
    with work.store.writing() as unit:
        member = find_member(unit.people.members(community.id), who)
        name, _ = _receiver(unit, community, to)
        _check_may(unit, work, actor, member)
        held = [
            grant
            for grant in unit.people.grants(name)
            if grant.member_id == member.id and is_in_force(grant, now)
        ]
        if not held:
            raise UserInputError(f"{to!r} holds no grant for {member.handle!r}; see the grants")
        for grant in held:
            ended = grant.model_copy(update={"revoked_at": now})
            unit.people.save_grant(ended)
            _log(unit, now, actor, Action.GRANT_REVOKED, ended)
        return _line(unit, ended, now)


def list_grants(
    work: Workplace, community: Community, actor: Actor, *, ended: bool = False
) -> Sequence[GrantLine]:
    """Grants that this person may know of, by time: stewards all, others those about themselves."""
    now = work.clock.now()
    with work.store.reading() as unit:
        lines = [_line(unit, grant, now) for grant in unit.people.grants_in(community.id)]
        keeps = verdict_here(unit, work, actor, Deed.GRANT).allowed
    mine = (line for line in lines if keeps or actor.member.id in _parties(line))
    return [line for line in mine if ended or line.in_force]


def _parties(line: GrantLine) -> tuple[str, ...]:
    return (line.member.id, line.to.id if line.to is not None else "")


def _is_own(unit: Unit, work: Workplace, actor: Actor, name: str, receiver: Member | None) -> bool:
    """Whether a grant would be to whoever gives it, by name or by an account of theirs."""
    if receiver is None:
        receiver = unit.people.bound_member(name, actor.member.community_id)
    hands = {actor.member.id, actor.by}
    return name == work.home.account() or (receiver is not None and bool(receiver.ids & hands))


def _check_may(
    unit: Unit, work: Workplace, actor: Actor, member: Member, *, receives: bool = False
) -> None:
    """A grant is given by the person or a steward, and by nobody who acts by such a grant."""
    if actor.by and actor.member.id == member.id:
        raise PermissionDeniedError(
            f"who acts as {member.handle!r} by a grant cannot pass it on, prolong or end it so; "
            "they themselves or another steward can"
        )
    refuse(verdict_here(unit, work, actor, Deed.GRANT, member.id, receives=receives))


def _receiver(unit: Unit, community: Community, to: str) -> tuple[str, Member | None]:
    """What the grant is made out to. Raises `UserInputError` where several members fit."""
    wanted = to.removeprefix("@").casefold()
    members = unit.people.members(community.id)
    for matches in (
        [m for m in members if to in m.ids],
        [m for m in members if any(one.handle.casefold() == wanted for one in m.handles)],
        [m for m in members if any(_placed(one) == wanted for one in m.handles)],
        [m for m in members if any(one.name.casefold() == wanted for one in m.handles)],
    ):
        if matches:
            member = find_member(matches, to)
            return grantee(member), member
    if ":" in to or not to.strip():
        raise UserInputError(f"{to!r} is neither a member nor an account")
    return to, None


def _placed(handle: Handle) -> str:
    return f"{handle.handle}@{handle.source}".casefold()


def _line(unit: Unit, grant: Grant, now: datetime) -> GrantLine:
    member = unit.people.member(grant.member_id)
    if member is None:
        raise UserInputError(f"grant {grant.id!r} is for nobody who is known here")
    to_id = grant.account.removeprefix(TO_MEMBER) if grant.account.startswith(TO_MEMBER) else ""
    return GrantLine(
        grant,
        member,
        unit.people.member(to_id) if to_id else None,
        unit.people.member(grant.granted_by),
        is_in_force(grant, now),
    )


def _log(unit: Unit, now: datetime, actor: Actor, action: Action, grant: Grant) -> None:
    to = grant.account.removeprefix(TO_MEMBER)
    words = f"to:{to}" if grant.account.startswith(TO_MEMBER) else "to:account"
    if action is Action.GRANT_GIVEN and grant.revoked_at is not None:
        words += f":until:{grant.revoked_at:%Y-%m-%d}"
    note(unit, now, grant.community_id, action, grant.member_id, **actor.logged(), reason=words)
