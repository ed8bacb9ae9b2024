"""Who sees what was said: what the sources tell, and what stewards decide on it, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.journal import note
from agent.policy.governance import Deed, Relation, Seen, may
from agent.services.governing import refuse, rules_in
from agent.services.identity import Actor, find_member
from agent.services.seeing import reader_in
from agent.services.workplace import Workplace
from agent.sight import unseen_threads
from agent.sources.own_words import clean_text
from memory.errors import UserInputError
from memory.records.decisions import Action
from memory.records.people import Community, Member
from memory.records.talk import Thread
from memory.records.visibility import (
    Level,
    Scope,
    VisibilityAct,
    VisibilityActKind,
    applied,
    told_of,
)
from memory.store.protocols import Unit

LONGEST_REASON = 2_000
"""Characters."""
EVERYTHING, PRIVATE = "everything", "private"
"""Names of the two kinds of places that are decided on as a whole."""
KINDS = {EVERYTHING: Scope.REST, PRIVATE: Scope.PRIVATE}


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place, or a part of it that is open otherwise, as it is listed."""

    source: str
    channel: str
    """Empty for talk in no named place, such as direct messages."""
    level: Level
    """`MEMBERS` is told with the people who see it."""
    members: tuple[Member, ...]
    unknown: int
    """People who see it and of whom nothing else is known."""
    threads: int


@dataclass(frozen=True, slots=True)
class Places:
    """How far the places of a community are open, and what was decided on them."""

    lines: tuple[PlaceLine, ...]
    decided: tuple[VisibilityAct, ...]
    """By time, the latest last."""


def list_places(work: Workplace, actor: Actor) -> Places:
    """Every place with who sees it, for stewards. Nothing that was said is in it.

    Raises `PermissionDeniedError` for anybody else.
    """
    community_id = actor.member.community_id
    with work.store.reading() as unit:
        _check(unit, work, actor)
        known = {member.id: member for member in unit.people.members(community_id)}
        lines = [
            PlaceLine(
                source=one.source,
                channel=one.channel,
                level=Level.UNUSED
                if one.private
                else Level.COMMUNITY
                if one.seen_by is None
                else Level.MEMBERS,
                members=tuple(known[who] for who in one.seen_by or () if who in known),
                unknown=sum(who not in known for who in one.seen_by or ()),
                threads=one.threads,
            )
            for one in unit.visibility.places(community_id)
        ]
        acts = unit.visibility.acts(community_id)
    decided = tuple(act for act in acts if act.kind is VisibilityActKind.SET)
    return Places(tuple(lines), decided)


def set_visibility(
    work: Workplace,
    community: Community,
    actor: Actor,
    what: str,
    level: Level,
    because: str,
    *,
    only: Sequence[str] | None = None,
) -> VisibilityAct:
    """Say who sees a discussion (its id), a place (its name), `everything` or `private`.

    With `MEMBERS`, `only` names the people; without it those whom the source names are meant.
    A steward may close what they do not see, but opens it to nobody.

    Raises `PermissionDeniedError` without the right, or where it would show somebody what the
    steward does not see; `UserInputError` without a reason, or for what is no place.
    """
    reason = reason_of(because)
    if only is not None and level is not Level.MEMBERS:
        raise UserInputError("names go with the level 'members' alone")
    with work.store.writing() as unit:
        _check(unit, work, actor)
        people = None
        if only is not None:
            everybody = unit.people.members(community.id)
            people = tuple(sorted({find_member(everybody, who).id for who in only}))
        scope, subject, source, channel = _meant(unit, community, what)
        if scope is Scope.PRIVATE and (level is Level.COMMUNITY or people is not None):
            raise UserInputError(
                "private places are opened one by one; for all of them there is: use among their "
                "own members, no use, or as their source has them"
            )
        now = next_moment(unit, work, community.id)
        about = subject or f"{scope}/{source}/{channel}"
        act = VisibilityAct(
            id=VisibilityAct.id_of(community.id, "set", about, actor.member.id, now),
            community_id=community.id,
            kind=VisibilityActKind.SET,
            scope=scope,
            subject=subject,
            source=source,
            channel=channel,
            level=level,
            member_ids=people,
            by_id=actor.member.id,
            because=reason,
            made_at=now,
        )
        act = _in_sight(unit, work, actor, act)
        _check_named(unit, act)
        unit.visibility.save_act(act)
        note(
            unit,
            now,
            community.id,
            Action.VISIBILITY_SET,
            act.subject or act.id,
            **actor.logged(),
            reason=f"{scope}:{level}",
        )
    return act


def reason_of(because: str) -> str:
    """The reason on one line. Raises `UserInputError` where there is none, or too long a one."""
    reason = " ".join(clean_text(because).split())
    if not reason or len(reason) > LONGEST_REASON:
        raise UserInputError(f"say why in 1 to {LONGEST_REASON:,} characters, with --because")
    return reason


def next_moment(unit: Unit, work: Workplace, community_id: str) -> datetime:
    """Now, or just after the last act: the order of acts says which of them holds."""
    acts = unit.visibility.acts(community_id)
    now = work.clock.now()
    return max(now, acts[-1].made_at + timedelta(microseconds=1)) if acts else now


def _check(unit: Unit, work: Workplace, actor: Actor, seen: Seen = Seen.ALL) -> None:
    member = unit.people.member(actor.member.id) or actor.member
    rules = rules_in(unit, work.policy, member.community_id)
    relation = Relation(central=rules.is_central(member), seen=seen)
    refuse(may(member.roles, Deed.OPEN, rules, relation))


def _meant(unit: Unit, community: Community, what: str) -> tuple[Scope, str, str, str]:
    """Scope, thread, source and channel that somebody means."""
    if what in KINDS:
        return KINDS[what], "", "", ""
    thread = unit.talk.thread(what)
    if thread is not None and thread.community_id == community.id:
        return Scope.THREAD, thread.id, "", ""
    places = {(one.source, one.channel) for one in unit.visibility.places(community.id)}
    wanted = what.casefold()
    for named in (wanted, wanted.removeprefix("#")):
        fitting = sorted(
            place
            for place in places
            if place[1] and named in (place[1].casefold(), "/".join(place).casefold())
        )
        if len(fitting) == 1:
            return Scope.PLACE, "", *fitting[0]
        if fitting:
            names = ", ".join(repr("/".join(place)) for place in fitting)
            raise UserInputError(f"{what!r} is several places; name one: {names}")
    raise UserInputError(
        f"{what!r} is no discussion's id and no place; see `passdown visibility`, or give "
        f"{EVERYTHING!r} or {PRIVATE!r}"
    )


def _in_sight(unit: Unit, work: Workplace, actor: Actor, act: VisibilityAct) -> VisibilityAct:
    """The act as it may be done: whoever would open a discussion to somebody has to see it."""
    closed = unit.visibility.closed_in(act)
    if act.scope in (Scope.THREAD, Scope.PLACE):
        opens = any(told_of(one).private or told_of(one).seen_by is not None for one in closed)
        act = act.model_copy(update={"opens": opens})
    spared = _may_take_back(unit, act)
    widened = [
        thread.id
        for thread in closed
        if _shows_more(thread, act) and not (spared and _only_unused(thread, actor.member.id))
    ]
    reader = reader_in(unit, work, act.community_id, actor.member)
    if unseen_threads(unit, reader, widened):
        _check(unit, work, actor, Seen.NOTHING)
    return act


def _check_named(unit: Unit, act: VisibilityAct) -> None:
    """Raises `UserInputError` for talk left to those whom its source names, where it names none."""
    if act.level is not Level.MEMBERS or act.member_ids is not None or act.scope is Scope.PRIVATE:
        return
    if not any(told_of(one).seen_by is not None for one in unit.visibility.closed_in(act)):
        raise UserInputError(
            "its source names nobody who sees it, so this would close nothing; say who sees it "
            "with --only WHO, once for each"
        )


def _may_take_back(unit: Unit, act: VisibilityAct) -> bool:
    """Whether talk that is not used may be opened by whoever its source lets see it.

    Not where any decision kept them out, for that it is unused now must not undo it.
    """
    return all(
        one.level is not Level.MEMBERS or act.by_id in (one.member_ids or ())
        for one in unit.visibility.acts(act.community_id)
        if one.kind is VisibilityActKind.SET
    )


def _only_unused(thread: Thread, member_id: str) -> bool:
    """Whether a decision alone keeps talk from use that its source lets this person see."""
    told = told_of(thread)
    open_to_them = told.seen_by is None or member_id in told.seen_by
    return thread.private and not told.private and open_to_them


def _shows_more(thread: Thread, act: VisibilityAct) -> bool:
    """Whether an act shows a discussion to somebody who does not see it yet, or has it used."""
    private, seen_by = applied(told_of(thread), act)
    if act.scope is Scope.PRIVATE or (private, seen_by) == (thread.private, thread.seen_by):
        return False
    if private:
        return False
    if seen_by is None:
        return True
    return thread.seen_by is None or not set(seen_by) <= set(thread.seen_by)
