"""Putting a guide to another steward or the technical authority, with a word why.

Put to another steward it waits for everybody as before, and who decides first decides. Put to the
technical authority it is a dispute: their word is final, and nobody else's counts on that version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.policy.governance import Deed, Relation, is_steward, may
from agent.services.governing import check_may, relation_in, rules_in, rules_of
from agent.services.guides import find_guide
from agent.services.identity import Actor, find_member
from agent.services.settling import check_unchanged, guide_in, log_act
from agent.services.workplace import Workplace
from memory.errors import UserInputError
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus
from memory.records.people import Member, Role
from memory.records.stewarding import StewardAct, StewardActKind
from memory.store.protocols import Unit


def who_may_be_asked(work: Workplace, member: Member) -> Sequence[Member]:
    """To whom this person may put a guide: the technical authority first, then other stewards."""
    with work.store.reading() as unit:
        members = unit.people.members(member.community_id)
    rules = rules_of(work, member.community_id)
    deciders = [
        other
        for other in members
        if other.id != member.id
        and is_steward(other.roles, Relation(central=rules.is_central(other)))
    ]
    return sorted(deciders, key=lambda m: (Role.TECHNICAL_AUTHORITY not in m.roles, m.name, m.id))


def escalate(
    work: Workplace,
    actor: Actor,
    guide_id: str,
    comment: str,
    *,
    to: str | None = None,
    version: int | None = None,
) -> tuple[Guide, Member]:
    """Put a waiting guide to somebody (a handle, name or id; by default the technical authority).

    Raises `UserInputError` without a comment, for somebody who does not decide on guides, or for a
    guide that waits for no decision; `PermissionDeniedError` for anybody but a steward.
    """
    known = find_guide(work, guide_id)
    if not comment.strip():
        raise UserInputError("say in a comment what they should look at")
    asked = _person(work, actor.member, to)
    with work.store.writing() as unit:
        guide = guide_in(unit, known.id)
        steward = unit.people.member(actor.member.id) or actor.member
        check_may(unit, work, actor, Deed.ESCALATE, guide)
        check_unchanged(guide, version)
        _check_can_decide(unit, work, asked, guide)
        number = guide.current.number
        if guide.status is not GuideStatus.CONFIRMED or any(
            review.version == number for review in unit.guides.reviews(guide.id)
        ):
            raise UserInputError(f"guide {guide.id!r} does not wait for a decision")
        kind = StewardActKind.ESCALATED
        unit.desk.save_act(
            StewardAct(
                id=StewardAct.id_of(guide.id, number, kind, steward.id, asked.id),
                community_id=guide.community_id,
                guide_id=guide.id,
                version=number,
                kind=kind,
                by_id=steward.id,
                to_id=asked.id,
                comment=comment.strip(),
                made_at=work.clock.now(),
            )
        )
        log_act(unit, work, actor, guide, Action.GUIDE_ESCALATED, f"version:{number}")
    return guide, asked


def _check_can_decide(unit: Unit, work: Workplace, asked: Member, guide: Guide) -> None:
    """Raises `UserInputError` where the guide would only get stuck with whom it is put to."""
    rules = rules_in(unit, work.policy, guide.community_id)
    known = relation_in(unit, rules, Actor(asked, acting_as=False), guide)
    relation = replace(known, disputed=Role.TECHNICAL_AUTHORITY in asked.roles)
    verdict = may(asked.roles, Deed.REJECT, rules, relation)
    if not verdict.allowed:
        raise UserInputError(f"{asked.name} could not decide on it: {verdict.why}")


def _person(work: Workplace, steward: Member, to: str | None) -> Member:
    candidates = who_may_be_asked(work, steward)
    if not candidates:
        raise UserInputError("nobody else decides on guides here; a coordinator may name somebody")
    if to is not None:
        with work.store.reading() as unit:
            meant = find_member(unit.people.members(steward.community_id), to)
        if meant.id not in {member.id for member in candidates}:
            names = ", ".join(repr(member.handle) for member in candidates)
            raise UserInputError(f"{to!r} is nobody to put it to; there are: {names}")
        return meant
    authorities = [m for m in candidates if Role.TECHNICAL_AUTHORITY in m.roles]
    if len(authorities) == 1:
        return authorities[0]
    names = ", ".join(repr(member.handle) for member in authorities or candidates)
    raise UserInputError(f"say to whom: {names}")
