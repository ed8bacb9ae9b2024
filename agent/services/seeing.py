"""Who reads, and whether a community, a guide or a discussion is open to them."""

from __future__ import annotations

from collections.abc import Collection

from agent.policy.governance import Seen
from agent.policy.visibility import Reader, is_inside
from agent.services.workplace import Workplace
from agent.sight import Sight, reader_for, sight_in, unseen_threads
from memory.errors import PermissionDeniedError
from memory.records.guide import Guide
from memory.records.inquiry import Question
from memory.records.people import Community, Member
from memory.store.protocols import Unit


def reader_in(unit: Unit, work: Workplace, community_id: str, member: Member | None) -> Reader:
    """How somebody reads in a community; `None` is this account, where it is nobody there."""
    if member is not None and member.community_id == community_id:
        return reader_for(unit.people.member(member.id) or member, community_id)
    community = unit.people.community(community_id)
    account = work.home.account()
    here = member is None and unit.people.bound_member(account, community_id) is not None
    return Reader(
        inside=is_inside(
            member=here,
            elsewhere=member is not None or _is_elsewhere(unit, account, community_id),
            sample=community is not None and community.sample,
            readers=work.policy.visibility.of(community.name if community is not None else ""),
        ),
        member=here,
    )


def _is_elsewhere(unit: Unit, account: str, community_id: str) -> bool:
    """Whether the account is somebody in another community that is no sample."""
    return any(
        unit.people.bound_member(account, other.id) is not None
        for other in unit.people.communities()
        if other.id != community_id and not other.sample
    )


def sight_for(
    unit: Unit,
    work: Workplace,
    community_id: str,
    member: Member | None,
    guide_id: str | None = None,
) -> Sight:
    """What somebody sees of a community, or of one guide in it."""
    return sight_in(unit, community_id, reader_in(unit, work, community_id, member), guide_id)


def check_inside(sight: Sight, community: Community) -> None:
    """Raises `PermissionDeniedError` for somebody to whom nothing of a community is open."""
    if not sight.reader.inside:
        raise PermissionDeniedError(
            f"what {community.name!r} knows is open to its own members; say who you are there "
            "with `passdown me HANDLE --community NAME`"
        )


def check_open_to(work: Workplace, community: Community, member: Member | None = None) -> None:
    """Raises as `check_inside`; `None` is this account, where it is nobody there."""
    with work.store.reading() as unit:
        check_inside(sight_for(unit, work, community.id, member), community)


def check_sees(sight: Sight, guide: Guide) -> Seen:
    """How much of a guide a reader sees. Raises `PermissionDeniedError` for nothing."""
    seen = sight.of(guide.id)
    if seen is Seen.NOTHING:
        raise PermissionDeniedError(
            f"guide {guide.id!r} rests on talk that is not open to you, or to nobody outside its "
            "community"
        )
    return seen


def check_sees_all(sight: Sight, guide: Guide) -> None:
    """Raises `PermissionDeniedError` for who does not see all that a guide rests on."""
    if check_sees(sight, guide) is not Seen.ALL:
        raise PermissionDeniedError(f"not all that guide {guide.id!r} rests on is open to you")


def check_sees_evidence(work: Workplace, member: Member, guide: Guide) -> None:
    """`check_sees_all` before anything is said about a guide, in a transaction of its own."""
    with work.store.reading() as unit:
        check_sees_all(sight_for(unit, work, guide.community_id, member, guide.id), guide)


def reads_all(work: Workplace, member: Member | None, guide_ids: Collection[str]) -> bool:
    """Whether somebody sees all of these guides."""
    with work.store.reading() as unit:
        guides = [guide for one in guide_ids if (guide := unit.guides.guide(one)) is not None]
        return all(
            sight_for(unit, work, one.community_id, member, one.id).sees(one.id) for one in guides
        )


def sees_question(unit: Unit, member: Member, question: Question) -> bool:
    """Whether somebody sees the discussion that a question quotes and comes from."""
    inquiry = unit.inquiries.inquiry(question.inquiry_id)
    moment = unit.inquiries.moment(inquiry.moment_id) if inquiry is not None else None
    quoted = unit.talk.message(question.quote.message_id)
    threads = {moment.thread_id} if moment is not None else set[str]()
    threads |= {quoted.thread_id} if quoted is not None else set()
    known = unit.people.member(member.id) or member
    return not unseen_threads(unit, reader_for(known, question.community_id), threads)
