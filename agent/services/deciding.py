"""A steward's decisions from the desk: approve what the checks let pass, send back, reject.

Of two stewards at once the first decides; the other is told by whom, and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.services.checks import Verdict, check_guide, refuse_stopped
from agent.services.conflicts import OtherGuides
from agent.services.guides import find_guide
from agent.services.identity import Actor
from agent.services.reviewing import review_guide
from agent.services.seeing import check_sees_evidence
from agent.services.settling import check_unchanged, guide_in
from agent.services.voting import tally_of
from agent.services.workplace import Workplace
from memory.errors import PassdownError, StoreError, UserInputError
from memory.records.guide import Decision, Guide
from memory.records.inquiry import Facet
from memory.records.stewarding import StewardAct, StewardActKind
from prompts.desk import load_desk


@dataclass(frozen=True, slots=True)
class Left:
    """A guide that was not approved with the others, and why."""

    guide: Guide
    why: str


@dataclass(frozen=True, slots=True)
class BulkApproval:
    """What became of several guides at once."""

    approved: tuple[Guide, ...]
    left: tuple[Left, ...]
    voted: tuple[Guide, ...] = ()
    """On which this was one vote of several, and not the last."""


def approve(work: Workplace, actor: Actor, guide_id: str, *, version: int | None = None) -> Guide:
    """Approve a guide that no check stops; it is published then.

    Raises `UserInputError` with the reasons of the checks, or where the guide is not the version
    that was looked at, or is decided already; `PermissionDeniedError` without the right.
    """
    known = _unchanged(work, guide_id, version)
    check_sees_evidence(work, actor.member, known)
    refuse_stopped(check_guide(work, known.id), known)
    return review_guide(work, actor, known.id, Decision.APPROVE)


def approve_clean(work: Workplace, actor: Actor, guides: Sequence[tuple[str, int]]) -> BulkApproval:
    """Approve those of the guides (id, version looked at) whose checks all pass.

    The others are left as they are, each with what there is to look at. Raises only where the
    home cannot be used, and `PermissionDeniedError` for one whose evidence they may not see.
    """
    with work.store.reading() as unit:
        community_id = actor.member.community_id
        others = OtherGuides.read(unit, community_id)
    for guide_id, _ in guides:
        check_sees_evidence(work, actor.member, find_guide(work, guide_id))
    approved: list[Guide] = []
    voted: list[Guide] = []
    left: list[Left] = []
    for guide_id, version in guides:
        known = find_guide(work, guide_id)
        try:
            known = _unchanged(work, guide_id, version)
            why = _why_not_clean(work, known, others)
            if why:
                left.append(Left(known, why))
            else:
                after = review_guide(work, actor, known.id, Decision.APPROVE)
                waits = tally_of(work, actor, after.id) is not None
                (voted if waits else approved).append(after)
        except StoreError:
            raise
        except PassdownError as refused:
            left.append(Left(known, str(refused)))
    return BulkApproval(tuple(approved), tuple(left), tuple(voted))


def _why_not_clean(work: Workplace, guide: Guide, others: OtherGuides) -> str:
    for check in check_guide(work, guide.id, others):
        if check.verdict is not Verdict.PASSED:
            words = check.findings[0].words if check.key != "completeness" else check.words
            return load_desk().say("left_not_clean", check=check.name, words=words or check.words)
    return ""


def send_back(
    work: Workplace,
    actor: Actor,
    guide_id: str,
    comment: str = "",
    *,
    about: Sequence[Facet] = (),
    version: int | None = None,
) -> Guide:
    """Send a guide back. `comment` is read by its authors; of `about` the agent asks first.

    One of the two is enough. Raises `UserInputError` where both are missing.
    """
    known = _unchanged(work, guide_id, version)
    if about:
        headings = ", ".join(work.heading(facet) for facet in dict.fromkeys(about))
        comment = comment.strip() or load_desk().say("asked_about", headings=headings)
        _ask_about(work, actor, known, tuple(dict.fromkeys(about)), comment)
    return review_guide(work, actor, known.id, Decision.REVISE, comment)


def _ask_about(
    work: Workplace, actor: Actor, guide: Guide, about: tuple[Facet, ...], comment: str
) -> None:
    """Note what the agent shall ask about. It counts only once the version is sent back."""
    number = guide.current.number
    kind = StewardActKind.ASKED_ABOUT
    with work.store.writing() as unit:
        unit.desk.save_act(
            StewardAct(
                id=StewardAct.id_of(guide.id, number, kind, actor.member.id),
                community_id=guide.community_id,
                guide_id=guide.id,
                version=number,
                kind=kind,
                by_id=actor.member.id,
                facets=about,
                comment=comment,
                made_at=work.clock.now(),
            )
        )


def reject(
    work: Workplace, actor: Actor, guide_id: str, comment: str, *, version: int | None = None
) -> Guide:
    """Let a guide go, with a reason. Raises `UserInputError` without one."""
    known = _unchanged(work, guide_id, version)
    return review_guide(work, actor, known.id, Decision.REJECT, comment)


def _unchanged(work: Workplace, guide_id: str, version: int | None) -> Guide:
    """The guide as it is now; refused in words where somebody was quicker or it changed."""
    known = find_guide(work, guide_id)
    with work.store.reading() as unit:
        guide = guide_in(unit, known.id)
        reviews = [r for r in unit.guides.reviews(guide.id) if r.version == (version or 0)]
        decider = unit.people.member(reviews[-1].reviewer_id) if reviews else None
    if reviews:
        who = decider.name if decider is not None else "somebody else"
        raise UserInputError(
            f"{who} was quicker: version {version} of guide {guide.id!r} is decided already "
            f"({reviews[-1].decision}); nothing was changed"
        )
    check_unchanged(guide, version)
    return guide
