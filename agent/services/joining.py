"""Joining members who are one person, and separating them again, each time with a reason.

Joining is a relation: from then on every reader of the store sees one person, and no record is
rewritten (see `memory.store.personal`). So separating puts everything back as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.journal import note
from agent.method.same_person import Likely, likely_same
from agent.policy.governance import Deed
from agent.services.consent import close_open_questions
from agent.services.governing import refuse, verdict_here
from agent.services.identity import Actor, find_member
from agent.services.workplace import Workplace
from memory.errors import PassdownError, StoreError, UserInputError
from memory.records.decisions import Action
from memory.records.joining import Joining
from memory.records.people import Community, Member, Role
from memory.records.stewarding import StewardActKind
from memory.store.people_joined import stops_again
from memory.store.protocols import Unit


@dataclass(frozen=True, slots=True)
class JoinedPerson:
    """A person of several members, with the joinings that make them one."""

    member: Member
    joinings: tuple[Joining, ...]


def join_members(
    work: Workplace, community: Community, actor: Actor, first: str, second: str, because: str
) -> JoinedPerson:
    """Make two members one person; `first` is the name they go by.

    Only stewards may, and nobody about themselves; whoever is one with the technical authority is
    for a coordinator or another authority to say. Raises `PermissionDeniedError` for others,
    `UserInputError` for a bot, a pair that is joined already, and records in which the two cannot
    be one.
    """
    reason = _reason(because)
    with work.store.writing() as unit:
        one, other = (_handle(unit, community, who) for who in (first, second))
        _check_may(unit, work, actor, Deed.JOIN, one, other)
        _check_two(unit, one, other)
        now = work.clock.now()
        joining = Joining(
            id=Joining.id_of(one.id, other.id, now),
            community_id=community.id,
            leader_id=one.id,
            member_id=other.id,
            because=reason,
            joined_by=actor.member.id,
            joined_at=now,
            before={member.id: member.consent for member in (one, other)},
        )
        unit.people.save_joining(joining)
        for joined in (one, other):
            to = "with:" + ({one.id, other.id} - {joined.id}).pop()
            note(unit, now, community.id, Action.PEOPLE_JOINED, joined.id, **actor.logged(),
                 reason=to)  # fmt: skip
        _check_readable(unit, community, "joined")
        person = _person(unit, one.id)
        if not person.member.may_be_asked:
            close_open_questions(unit, now, person.member.id)
        return person


def separate_members(
    work: Workplace,
    community: Community,
    actor: Actor,
    first: str,
    second: str | None = None,
    *,
    because: str,
) -> Sequence[JoinedPerson]:
    """Take back that two members are one person; of one member alone, from everybody.

    What each agreed to before is as it was. Only stewards may, and nobody about themselves. Raises
    `PermissionDeniedError` for others, `UserInputError` where the two were never joined by a word.
    """
    reason = _reason(because)
    with work.store.writing() as unit:
        one = _handle(unit, community, first)
        other = None if second is None else _handle(unit, community, second)
        _check_may(unit, work, actor, Deed.SEPARATE, one)
        ids = {one.id} if other is None else {one.id, other.id}
        held = [j for j in unit.people.joinings(community.id) if ids <= j.pair]
        if not held:
            raise UserInputError(_not_joined(unit, one, other))
        now = work.clock.now()
        unit.people.keep_consents(one.id)
        for joining in held:
            taken_back = {
                "separated_by": actor.member.id,
                "separated_at": max(now, joining.joined_at),
                "separated_because": reason,
            }
            unit.people.save_joining(joining.model_copy(update=taken_back))
            pair = (joining.leader_id, joining.member_id)
            for parted, from_whom in (pair, pair[::-1]):
                _stop_again(unit, parted, [joining])
                note(unit, now, community.id, Action.PEOPLE_SEPARATED, parted, **actor.logged(),
                     reason=f"from:{from_whom}")  # fmt: skip
        _check_readable(unit, community, "separated")
        touched = dict.fromkeys(one for joining in held for one in sorted(joining.pair))
        people = {person.member.id: person for person in (_person(unit, m) for m in touched)}
        return list(people.values())


def joined_people(work: Workplace, community: Community) -> Sequence[JoinedPerson]:
    """Everybody who goes by several handles, by id."""
    with work.store.reading() as unit:
        held = unit.people.joinings(community.id)
        heads = {unit.people.member(joining.leader_id) for joining in held}
        return [_person(unit, one) for one in sorted(m.id for m in heads if m is not None)]


def propose_same(work: Workplace, community: Community) -> Sequence[Likely]:
    """People who are likely one, what speaks most for it first; nothing is changed.

    Pairs that a steward has separated are not proposed again.
    """
    with work.store.reading() as unit:
        members = unit.people.members(community.id)
        known = unit.people.joinings(community.id, separated=True)
    return likely_same(members, [joining.pair for joining in known])


def _reason(because: str) -> str:
    reason = " ".join(because.split())
    if not reason:
        raise UserInputError("say why with --because: whoever is joined can ask for the reason")
    return reason


def _handle(unit: Unit, community: Community, who: str) -> Member:
    return find_member(unit.people.handles_in(community.id), who)


def _check_may(unit: Unit, work: Workplace, actor: Actor, deed: Deed, *whom: Member) -> None:
    """The deed is about oneself under any of one's names, and for whose hand it is."""
    people = [unit.people.member(one.id) or one for one in whom]
    ids = frozenset[str]().union(*(person.ids for person in people))
    refuse(
        verdict_here(
            unit,
            work,
            actor,
            deed,
            actor.member.id if {actor.member.id, actor.by} & ids else people[0].id,
            of_authority=any(Role.TECHNICAL_AUTHORITY in person.roles for person in people),
        )
    )


def _check_two(unit: Unit, one: Member, other: Member) -> None:
    if one.id == other.id:
        raise UserInputError(f"{one.handle!r} is one already; name two handles")
    for member in (one, other):
        if member.is_bot:
            raise UserInputError(f"{member.handle!r} is a program, and no person")
    pair = frozenset({one.id, other.id})
    if any(joining.pair == pair for joining in unit.people.joinings(one.community_id)):
        raise UserInputError(f"{one.handle!r} and {other.handle!r} are joined already")


def _not_joined(unit: Unit, one: Member, other: Member | None) -> str:
    if other is None:
        return f"{one.handle!r} is joined with nobody"
    person = unit.people.member(one.id)
    if person is None or other.id not in person.ids:
        return f"{one.handle!r} and {other.handle!r} are not joined"
    handles = ", ".join(f"{each.handle}@{each.source}" for each in person.handles)
    return (
        f"{one.handle!r} and {other.handle!r} are one only by way of others ({handles}); separate "
        "one of those pairs, or one handle from all"
    )


def _stop_again(unit: Unit, member_id: str, taken_back: Sequence[Joining]) -> None:
    """Whoever had said stop by themselves before has said it again."""
    handle = unit.people.handle(member_id)
    if handle is not None:
        unit.people.restore_handle(stops_again(handle, taken_back))


def _check_readable(unit: Unit, community: Community, done: str) -> None:
    """Raises `UserInputError` where a record cannot be of these people so; nothing is changed."""
    try:
        unit.people.members(community.id)
        for guide in unit.guides.guides(community.id):
            unit.feedback.feedback(guide.id)
        for inquiry in unit.inquiries.inquiries(community.id):
            unit.inbox.enough(inquiry.id)
        for kind in StewardActKind:
            unit.desk.acts_of_kind(community.id, kind)
        unit.incidents.reviews(community.id)
        unit.life.challenges(community.id)
        unit.life.rechecks(community.id)
        unit.tandems.tandems(community.id)
        unit.tandems.profiles(community.id)
        unit.skills.words(community.id)
    except StoreError as error:
        raise UserInputError(f"these two cannot be {done}: {error}") from error


def _person(unit: Unit, member_id: str) -> JoinedPerson:
    member = unit.people.member(member_id)
    if member is None:
        raise PassdownError(f"member {member_id!r} is gone")
    held = unit.people.joinings(member.community_id)
    return JoinedPerson(member, tuple(one for one in held if one.pair <= member.ids))
