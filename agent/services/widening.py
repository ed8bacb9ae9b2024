"""Publishing a guide wider than the talk behind it: a steward wishes it, its experts agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.journal import note
from agent.policy.governance import Deed
from agent.policy.visibility import NOBODY, awaited, said_since, wish_of
from agent.services.browsing import check_reads
from agent.services.governing import check_here, check_may
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.seeing import sight_for
from agent.services.settling import guide_in
from agent.services.visibility import next_moment, reason_of
from agent.services.workplace import Workplace
from agent.sight import threads_behind, walled_words
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Guide, GuideStatus
from memory.records.people import Member
from memory.records.visibility import Scope, VisibilityAct, VisibilityActKind
from memory.store.protocols import Unit

_LOGGED = {
    VisibilityActKind.WIDENED: Action.GUIDE_WIDENED,
    VisibilityActKind.NARROWED: Action.GUIDE_NARROWED,
    VisibilityActKind.AGREED: Action.SHOWING_AGREED,
    VisibilityActKind.WITHDREW: Action.SHOWING_REFUSED,
}


@dataclass(frozen=True, slots=True)
class Width:
    """How far a guide is to be seen, and whose word that waits for."""

    guide: Guide
    wish: VisibilityAct | None
    """The act by which a steward wishes it wider."""
    agreed: tuple[Member, ...] = ()
    awaited: tuple[Member, ...] = ()
    """Authors of words from behind a wall who have not agreed."""
    declined: tuple[Member, ...] = ()
    """Those of them who said no."""
    nameless: int = 0
    """Authors who are not known any more, so that nobody can agree for them."""
    seen: bool = True
    """Whether who did something about it sees the guide; otherwise they are told its id alone."""

    @property
    def wide(self) -> bool:
        """Whether the whole community sees its words."""
        return self.wish is not None and not self.awaited and not self.nameless


@dataclass(frozen=True, slots=True)
class Consent:
    """A wish that waits, or waited, for one person's word."""

    width: Width
    words: tuple[str, ...]
    """The sentences that rest on what they said in talk that is not open to all."""
    agreed: bool | None
    """What they last said to it; `None` before they said anything, or where words came since."""


def widen(work: Workplace, actor: Actor, guide_id: str, because: str) -> Width:
    """Wish that a whole community sees the words of a published guide.

    It does as soon as everybody agreed whose words it quotes from talk that is not open to all;
    the talk itself stays closed. Raises `PermissionDeniedError` for anybody but a steward who sees
    all of it; `UserInputError` without a reason, or where there is nothing to widen.
    """
    known, reason = find_guide(work, guide_id), reason_of(because)
    with work.store.writing() as unit:
        guide = guide_in(unit, known.id)
        check_may(unit, work, actor, Deed.WIDEN, guide)
        if guide.status is not GuideStatus.PUBLISHED:
            raise UserInputError(f"guide {guide.id!r} is not published; nothing was changed")
        if not threads_behind(unit, guide):
            raise UserInputError(f"guide {guide.id!r} is open to its whole community already")
        if wish_of(unit.visibility.acts_about(guide.id)) is not None:
            raise UserInputError(_wished_already(_width(unit, guide)))
        _keep(unit, work, actor, guide, VisibilityActKind.WIDENED, reason)
        return _width(unit, guide)


def narrow(work: Workplace, actor: Actor, guide_id: str, because: str) -> Width:
    """Take that wish back, at once. Raises as `widen`, but for a steward who does not see it."""
    known, reason = find_guide(work, guide_id), reason_of(because)
    with work.store.writing() as unit:
        guide = guide_in(unit, known.id)
        if guide.community_id != actor.member.community_id:
            raise PermissionDeniedError(f"guide {guide.id!r} belongs to another community")
        check_here(unit, work, actor, Deed.OPEN)
        if wish_of(unit.visibility.acts_about(guide.id)) is None:
            raise UserInputError(f"guide {guide.id!r} is seen by no more than its talk is")
        _keep(unit, work, actor, guide, VisibilityActKind.NARROWED, reason)
        sight = sight_for(unit, work, guide.community_id, actor.member, guide.id)
        return replace(_width(unit, guide), seen=sight.sees(guide.id))


def agree(work: Workplace, actor: Actor, guide_id: str, *, yes: bool = True) -> Width:
    """Agree that a guide shows one's words to the whole community, or take that back at once.

    Nobody agrees for another. Raises `PermissionDeniedError` for somebody whose words it does not
    quote from closed talk; `UserInputError` where no steward wishes it.
    """
    if actor.acting_as and actor.by:
        raise PermissionDeniedError("only they themselves agree to show their words to more people")
    known = find_guide(work, guide_id)
    with work.store.writing() as unit:
        guide = guide_in(unit, known.id)
        words = walled_words(unit, guide.current, threads_behind(unit, guide))
        acts = unit.visibility.acts_about(guide.id)
        before = any(act.by_id == actor.member.id and act.covers for act in acts)
        if actor.member.id not in words and not before:
            raise PermissionDeniedError(
                f"guide {guide.id!r} quotes no words of yours from talk that is not open to all"
            )
        if wish_of(acts) is None:
            raise UserInputError(f"no steward wishes guide {guide.id!r} to be seen by more people")
        kind = VisibilityActKind.AGREED if yes else VisibilityActKind.WITHDREW
        covers = tuple(sorted(words.get(actor.member.id, ()))) if yes else ()
        _keep(unit, work, actor, guide, kind, covers=covers)
        return _width(unit, guide)


def width_of(work: Workplace, actor: Actor, guide_id: str) -> Width:
    """How far a guide is to be seen. Raises as `check_reads` for who may not read it."""
    known = find_guide(work, guide_id)
    with work.store.reading() as unit:
        guide = guide_in(unit, known.id)
        check_reads(unit, work, actor.member, guide)
        return _width(unit, guide)


def asked_to_agree(work: Workplace, member: Member) -> Sequence[Consent]:
    """Wishes that wait for this person's word, by guide; who said no is not asked again."""
    with work.store.reading() as unit:
        acts = unit.visibility.acts(member.community_id)
        wished = sorted({a.subject for a in acts if a.kind is VisibilityActKind.WIDENED})
        found = [_consent(unit, member, one) for one in wished]
    return [one for one in found if one is not None and one.agreed is None]


def consent_to(work: Workplace, member: Member, guide_id: str) -> Consent | None:
    """What somebody is asked, or said, about a guide; `None` where nobody asks them."""
    with work.store.reading() as unit:
        return _consent(unit, member, guide_id)


def _consent(unit: Unit, member: Member, guide_id: str) -> Consent | None:
    guide = unit.guides.guide(guide_id)
    if guide is None or guide.status is not GuideStatus.PUBLISHED:
        return None
    acts = unit.visibility.acts_about(guide.id)
    walled = walled_words(unit, guide.current, threads_behind(unit, guide)).get(member.id)
    if wish_of(acts) is None or not walled:
        return None
    words = tuple(
        sentence.text
        for sentence in guide.current.sentences()
        if any(span.message_id in walled for span in sentence.evidence)
    )
    last = said_since(acts).get(member.id)
    agreed = None if last is None else last.kind is VisibilityActKind.AGREED
    if agreed and awaited(acts, {member.id: walled}):
        agreed = None
    return Consent(_width(unit, guide), words, agreed)


def _wished_already(width: Width) -> str:
    start = f"a steward wishes guide {width.guide.id!r} to be seen by all already"
    if width.wide:
        return f"guide {width.guide.id!r} is seen by its whole community already"
    waits = ", ".join(f"@{member.handle}" for member in width.awaited)
    return f"{start}; it waits for the yes of {waits or 'people who are not known any more'}"


def _width(unit: Unit, guide: Guide) -> Width:
    acts = unit.visibility.acts_about(guide.id)
    words = walled_words(unit, guide.current, threads_behind(unit, guide))
    waiting, said = awaited(acts, words), said_since(acts)
    people = {one: unit.people.member(one) for one in words if one != NOBODY}
    known = {one: member for one, member in people.items() if member is not None}
    return Width(
        guide,
        wish_of(acts),
        agreed=tuple(member for one, member in known.items() if one not in waiting),
        awaited=tuple(known[one] for one in waiting if one in known),
        declined=tuple(
            known[one]
            for one in waiting
            if one in known and one in said and said[one].kind is VisibilityActKind.WITHDREW
        ),
        nameless=sum(one not in known for one in waiting),
    )


def _keep(
    unit: Unit,
    work: Workplace,
    actor: Actor,
    guide: Guide,
    kind: VisibilityActKind,
    because: str = "",
    *,
    covers: tuple[str, ...] = (),
) -> None:
    now, who = next_moment(unit, work, guide.community_id), actor.member.id
    unit.visibility.save_act(
        VisibilityAct(
            id=VisibilityAct.id_of(guide.community_id, kind, guide.id, who, now),
            community_id=guide.community_id,
            kind=kind,
            scope=Scope.GUIDE,
            subject=guide.id,
            covers=covers,
            by_id=who,
            because=because,
            made_at=now,
        )
    )
    version = f"version:{guide.current.number}"
    note(unit, now, guide.community_id, _LOGGED[kind], guide.id, **actor.logged(), reason=version)
