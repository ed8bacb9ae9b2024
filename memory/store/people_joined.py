"""What a person of several members agreed to, and who they are: their members' records as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from memory.records.joining import Joining
from memory.records.people import Availability, Consent, Member, Role, most_careful


def as_one(members: Sequence[Member]) -> Member:
    """One person out of their members; the first is the one they go by.

    Whoever said stop under one handle said it; they appear as the most careful choice says, and
    may be asked when each of their handles may.
    """
    first, *others = members
    if not others:
        return first
    handles = tuple(other.handles[0] for other in others)
    zones = (one.timezone for one in members if one.timezone is not None)
    titles = (one.title for one in members if one.title)
    return first.model_copy(
        update={
            "title": next(titles, ""),
            "roles": roles_of(members),
            "consent": _consent([one.consent for one in members]),
            "availability": _availability([one.availability for one in members]),
            "timezone": next(zones, None),
            "also": handles,
        }
    )


def roles_of(members: Iterable[Member]) -> tuple[Role, ...]:
    """Every role that somebody holds under one of their handles."""
    roles = tuple(dict.fromkeys(role for one in members for role in one.roles))
    more = tuple(role for role in roles if role is not Role.PERIPHERAL)
    return more or roles


def _consent(given: Sequence[Consent]) -> Consent:
    stops = [one.opted_out_at for one in given if one.opted_out_at is not None]
    credit = most_careful([one.credit for one in given])
    return Consent(opted_out_at=min(stops, default=None), credit=credit)


def _availability(given: Sequence[Availability]) -> Availability:
    """Hours and days that suit every handle; the leave that ends last."""
    weekdays = [set(one.weekdays) for one in given if one.weekdays is not None]
    begins = [one.from_hour for one in given if one.from_hour is not None]
    ends = [one.to_hour for one in given if one.to_hour is not None]
    leaves = [one for one in given if one.away_until is not None]
    leave = max(leaves, key=lambda one: str(one.away_until), default=Availability())
    begin, end = max(begins, default=None), min(ends, default=None)
    days = tuple(sorted(set.intersection(*weekdays))) if weekdays else None
    if begin is not None and end is not None and begin >= end:
        begin, end = given[0].from_hour, given[0].to_hour
    return Availability(
        weekdays=days,
        from_hour=begin,
        to_hour=end,
        away_from=leave.away_from,
        away_until=leave.away_until,
    )


def changed(before: Member, after: Member, members: Sequence[Member]) -> list[Member]:
    """The members of a person, after the person was changed from `before` to `after`.

    What they agreed to and when they may be asked is said for all of their handles, a role is
    given to the one they go by and taken from all.
    """
    gone = set(before.roles) - set(after.roles)
    new = [role for role in after.roles if role not in before.roles]
    said = {
        name: getattr(after, name)
        for name in ("consent", "availability", "timezone")
        if getattr(after, name) != getattr(before, name)
    }
    told = {
        name: getattr(after, name)
        for name in ("handle", "name", "title", "is_bot")
        if getattr(after, name) != getattr(before, name)
    }
    rows = []
    for one in members:
        leads = one.id == after.id
        roles = [role for role in one.roles if role not in gone] + (new if leads else [])
        kept = {"roles": tuple(roles) or (Role.PERIPHERAL,)} | said | (told if leads else {})
        rows.append(one.model_copy(update=kept))
    return rows


def stops_again(member: Member, taken_back: Iterable[Joining]) -> Member:
    """A member who is by themselves again, as much protected as before they were joined."""
    before = [joining.before[member.id] for joining in taken_back if member.id in joining.before]
    stops = [one.opted_out_at for one in before if one.opted_out_at is not None]
    if not stops or member.consent.opted_out_at is not None:
        return member
    consent = member.consent.model_copy(update={"opted_out_at": min(stops)})
    return member.model_copy(update={"consent": consent})
