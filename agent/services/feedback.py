"""What readers say of a published guide: it helped, or it did not work here, and why.

Readers speak when they want to; what they open or search is stored nowhere. Reasons are read by
the guide's authors and by stewards, without the reader's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.journal import note
from agent.services.browsing import is_steward
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.seeing import check_sees
from agent.services.settling import guide_in
from agent.services.workplace import Workplace
from agent.sight import reader_for, sight_in
from agent.sources.own_words import clean_text
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.feedback import MAX_REASON, Feedback, FeedbackKind
from memory.records.guide import Guide, GuideStatus
from memory.records.people import Member
from memory.store.protocols import Unit


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a guide did not work for somebody, in their own words."""

    version: int
    because: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class FeedbackSummary:
    """How many people a guide helped and failed; each person counts once, by their last word."""

    helped: int = 0
    failed: int = 0
    reasons: tuple[Reason, ...] = ()
    """Newest first. For the guide's authors and stewards alone: see `may_read_reasons`."""


@dataclass(frozen=True, slots=True)
class GuideThanks:
    """What readers say of one guide with words of a person in it."""

    guide_id: str
    title: str
    feedback: FeedbackSummary


@dataclass(frozen=True, slots=True)
class Thanks:
    """What readers say of all published guides with words of one person in them."""

    helped: int
    failed: int
    guides: tuple[GuideThanks, ...]
    """Those of which anybody said anything, most helpful first."""


def give_feedback(
    work: Workplace, actor: Actor, guide_id: str, kind: FeedbackKind, because: str = ""
) -> Feedback:
    """Record what a reader says of the guide as it is now, in place of what they said before.

    Raises `UserInputError` for a guide that is not published, and for a guide that did not work
    without a reason of at most `MAX_REASON` characters; nothing is recorded then.
    """
    known = find_guide(work, guide_id)
    words = _reason(kind, because)
    now = work.clock.now()
    with work.store.writing() as unit:
        guide = _published(unit, actor.member, known.id)
        if kind is FeedbackKind.HELPED and actor.member.id in guide.current.authors():
            raise UserInputError(
                f"guide {guide.id!r} holds words of your own; whom it helped is for others to say"
            )
        version = guide.current.number
        said = Feedback(
            id=Feedback.id_of(guide.id, version, actor.member.id),
            community_id=guide.community_id,
            guide_id=guide.id,
            version=version,
            member_id=actor.member.id,
            kind=kind,
            because=words,
            given_at=now,
        )
        before = unit.feedback.feedback_of(guide.id, actor.member.id)
        for same in before:
            if (same.version, same.kind, same.because) == (version, kind, words):
                return same
        unit.feedback.save_feedback(said)
        _log(unit, now, actor, guide, Action.FEEDBACK_GIVEN, kind)
    return said


def take_back_feedback(work: Workplace, actor: Actor, guide_id: str) -> Feedback:
    """Delete what a reader said of a guide last, and return it.

    Raises `UserInputError` where they have said nothing.
    """
    known = find_guide(work, guide_id)
    with work.store.writing() as unit:
        guide = guide_in(unit, known.id)
        said = unit.feedback.feedback_of(guide.id, actor.member.id)
        if not said:
            raise UserInputError(f"you have said nothing about guide {guide.id!r}")
        last = said[-1]
        unit.feedback.drop_feedback(last.id)
        now = work.clock.now()
        _log(unit, now, actor, guide, Action.FEEDBACK_TAKEN_BACK, last.kind)
    return last


def feedback_on(work: Workplace, guide_id: str) -> FeedbackSummary:
    """What all readers say of a guide; the caller shows reasons only to `may_read_reasons`."""
    with work.store.reading() as unit:
        return summary_in(unit, guide_id)


def feedback_by(work: Workplace, member: Member, guide_id: str) -> Feedback | None:
    """What one person said of a guide last."""
    with work.store.reading() as unit:
        said = unit.feedback.feedback_of(guide_id, member.id)
    return said[-1] if said else None


def may_read_reasons(member: Member | None, guide: Guide) -> bool:
    """Whether `member` reads why the guide failed somebody: its authors and stewards do."""
    if member is None or member.community_id != guide.community_id:
        return False
    return is_steward(member) or member.id in guide.current.authors()


def thanks_for(work: Workplace, member: Member) -> Thanks:
    """What readers say of published guides with this person's words, read in one transaction."""
    with work.store.reading() as unit:
        counts = unit.feedback.helpfulness(member.community_id)
        reader = reader_for(member, member.community_id)
        sight = sight_in(unit, member.community_id, reader)
        found: list[GuideThanks] = []
        for guide_id in counts:
            guide = unit.guides.guide(guide_id)
            if guide is None or guide.status is not GuideStatus.PUBLISHED:
                continue
            if member.id in guide.current.authors() and sight.sees(guide.id):
                told = summary_in(unit, guide_id)
                found.append(GuideThanks(guide_id, guide.current.title, told))
    found.sort(key=lambda one: (-one.feedback.helped, one.feedback.failed, one.guide_id))
    helped = sum(one.feedback.helped for one in found)
    return Thanks(helped, sum(one.feedback.failed for one in found), tuple(found))


def summary_in(unit: Unit, guide_id: str) -> FeedbackSummary:
    """What all readers say of a guide, as of this transaction."""
    said = unit.feedback.feedback(guide_id)
    return FeedbackSummary(
        helped=_number(said, FeedbackKind.HELPED),
        failed=_number(said, FeedbackKind.FAILED),
        reasons=tuple(
            Reason(one.version, one.because, one.given_at)
            for one in said
            if one.kind is FeedbackKind.FAILED
        ),
    )


def _number(said: Sequence[Feedback], kind: FeedbackKind) -> int:
    return sum(1 for one in said if one.kind is kind)


def _reason(kind: FeedbackKind, because: str) -> str:
    """The reason on one line, as it is stored; none for a guide that helped."""
    if kind is FeedbackKind.HELPED:
        return ""
    if len(because) > MAX_REASON:
        raise UserInputError(
            f"the reason has {len(because):,} characters, at most {MAX_REASON:,} are taken; "
            "nothing was stored, please say it in a sentence"
        )
    words = " ".join(clean_text(because).split())
    if not words:
        raise UserInputError("say in a sentence why it did not work here; nothing was stored")
    return words


def _published(unit: Unit, member: Member, guide_id: str) -> Guide:
    guide = guide_in(unit, guide_id)
    if member.community_id != guide.community_id:
        raise PermissionDeniedError(f"guide {guide.id!r} belongs to another community")
    reader = reader_for(member, guide.community_id)
    check_sees(sight_in(unit, guide.community_id, reader, guide.id), guide)
    if guide.status is not GuideStatus.PUBLISHED:
        raise UserInputError(
            f"guide {guide.id!r} is not published any more, or not yet; nothing was stored"
        )
    return guide


def _log(
    unit: Unit, now: datetime, actor: Actor, guide: Guide, action: Action, kind: FeedbackKind
) -> None:
    note(unit, now, guide.community_id, action, guide.id, reason=kind.value, **actor.logged())
