"""What people want of tandems: whether at all, to learn or to help, and whom they report to."""

from __future__ import annotations

from collections.abc import Sequence

from agent.journal import note
from agent.policy.access import STEWARDS
from agent.services.identity import Actor
from agent.services.workplace import Workplace
from agent.sources.own_words import clean_line
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.people import Member
from memory.records.tandem import OPEN, TandemProfile, TandemState
from memory.store.protocols import Unit

MOST_WISHES = 12
LONGEST_WISH = 80


def profile_in(unit: Unit, member: Member, work: Workplace) -> TandemProfile:
    """What somebody wants; who never said so is in no tandem."""
    return unit.tandems.profile(member.id) or TandemProfile(
        member_id=member.id, community_id=member.community_id, changed_at=work.clock.now()
    )


def tandem_wishes(work: Workplace, member: Member) -> TandemProfile:
    """What somebody wants of tandems."""
    with work.store.reading() as unit:
        return profile_in(unit, member, work)


def opt_in(
    work: Workplace,
    actor: Actor,
    *,
    learns: bool = True,
    helps: bool = True,
    wishes: Sequence[str] | None = None,
) -> TandemProfile:
    """Let tandems be offered to the actor from now on; `wishes` left out stay as they are.

    Raises `UserInputError` where somebody wants neither to learn nor to help, or wishes too much.
    """
    if not (learns or helps):
        raise UserInputError("say that you want to learn, to help, or both")
    named = None if wishes is None else tuple(_wish(one) for one in wishes)
    if named is not None and len(named) > MOST_WISHES:
        raise UserInputError(f"at most {MOST_WISHES} wishes are kept; you gave {len(named)}")
    now = work.clock.now()
    with work.store.writing() as unit:
        before = profile_in(unit, actor.member, work)
        after = before.model_copy(
            update={
                "opted_in_at": before.opted_in_at or now,
                "learns": learns,
                "helps": helps,
                "wishes": before.wishes if named is None else named,
                "changed_at": now,
            }
        )
        unit.tandems.save_profile(after)
        _log(unit, work, actor, actor.member, "in")
    return after


def opt_out(work: Workplace, actor: Actor) -> TandemProfile:
    """Offer no tandem to the actor any more; what has not begun is withdrawn at once.

    A running tandem goes on until somebody leaves it.
    """
    now = work.clock.now()
    with work.store.writing() as unit:
        after = profile_in(unit, actor.member, work).model_copy(
            update={"opted_in_at": None, "changed_at": now}
        )
        unit.tandems.save_profile(after)
        for tandem in unit.tandems.tandems(actor.member.community_id, OPEN):
            if actor.member.id in tandem.people and tandem.state is not TandemState.RUNNING:
                unit.tandems.save_tandem(
                    tandem.model_copy(
                        update={
                            "state": TandemState.WITHDRAWN,
                            "changed_at": now,
                            "ended_by": actor.member.id,
                        }
                    )
                )
        _log(unit, work, actor, actor.member, "out")
    return after


def set_chief(work: Workplace, actor: Actor, member: Member, chief: Member | None) -> TandemProfile:
    """Record whom somebody reports to, or that it is nobody.

    Everybody may say so of themselves, a coordinator or steward of anybody. Raises
    `PermissionDeniedError` otherwise, `UserInputError` where somebody would report to themselves.
    """
    if actor.member.id != member.id and not STEWARDS & set(actor.member.roles):
        raise PermissionDeniedError("only a coordinator or a steward says whom others report to")
    if chief is not None and chief.id == member.id:
        raise UserInputError(f"{member.handle!r} cannot report to themselves")
    with work.store.writing() as unit:
        after = profile_in(unit, member, work).model_copy(
            update={
                "reports_to": chief.id if chief else None,
                "changed_at": work.clock.now(),
            }
        )
        unit.tandems.save_profile(after)
        _log(unit, work, actor, member, "line")
    return after


def _wish(text: str) -> str:
    words = clean_line(text, LONGEST_WISH)
    if not any(character.isalnum() for character in words):
        raise UserInputError(f"{text!r} names nothing to learn")
    return words


def _log(unit: Unit, work: Workplace, actor: Actor, member: Member, reason: str) -> None:
    now = work.clock.now()
    action = Action.TANDEM_WISHES_CHANGED
    note(unit, now, member.community_id, action, member.id, reason=reason, **actor.logged())
