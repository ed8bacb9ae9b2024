"""Looking around: members, moments, questions in their threads, guides one may read, the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.inquiry.dossier import read_dossier
from agent.policy.governance import Deed, Own, Relation, may
from agent.services.answering import InboxItem, find_question
from agent.services.governing import rules_in, rules_of, verdict_in
from agent.services.guides import guides_to_review, page_in
from agent.services.identity import Actor
from agent.services.masking import page_for
from agent.services.pages import GuidePage
from agent.services.seeing import check_sees, reader_in, sees_question, sight_for
from agent.services.settling import guide_in
from agent.services.workplace import Workplace
from agent.sight import Sight, unseen_threads
from memory.errors import PermissionDeniedError, StoreError, UserInputError
from memory.records.decisions import LoggedDecision
from memory.records.governance import GovernanceRules
from memory.records.guide import Guide, GuideStatus
from memory.records.inquiry import Moment
from memory.records.people import Community, Member
from memory.records.talk import Message, Thread
from memory.store.protocols import Unit

OPEN_TO_ALL = frozenset({GuideStatus.PUBLISHED})
"""Any other guide is read by the people whose words are in it, and by those who keep guides."""
HOUSE_RULES = GovernanceRules()
"""What holds where a caller knows no policy."""


@dataclass(frozen=True, slots=True)
class SeenMoment:
    """A moment with the message it is about and the discussion around it."""

    moment: Moment
    message: Message
    thread: Thread
    author: Member | None


def is_steward(member: Member, rules: GovernanceRules = HOUSE_RULES) -> bool:
    """Whether this person keeps guides: reads them with their sources before they are out."""
    central = Relation(central=rules.is_central(member))
    return may(member.roles, Deed.SEE, rules, central).allowed


def community_of(work: Workplace, community_id: str) -> Community:
    """The community with this id. Raises `StoreError` if it is not in the store."""
    with work.store.reading() as unit:
        community = unit.people.community(community_id)
    if community is None:
        raise StoreError(f"community {community_id!r} is not in the store")
    return community


def bound_members(work: Workplace) -> Sequence[tuple[Community, Member | None]]:
    """Who this account is in each community of the home."""
    account = work.home.account()
    with work.store.reading() as unit:
        return [
            (community, unit.people.bound_member(account, community.id))
            for community in unit.people.communities()
        ]


def list_members(work: Workplace, community: Community, find: str = "") -> Sequence[Member]:
    """Members by handle; with `find`, those whose handle, name or title holds it."""
    with work.store.reading() as unit:
        members = unit.people.members(community.id)
    wanted = find.removeprefix("@").casefold()
    fitting = [
        m
        for m in members
        if wanted in m.title.casefold()
        or any(wanted in f"{h.handle}\n{h.name}".casefold() for h in m.handles)
    ]
    return sorted(fitting, key=lambda m: (m.is_bot, m.handle.casefold(), m.id))


def list_moments(
    work: Workplace, community: Community, limit: int, member: Member | None = None
) -> tuple[int, Sequence[SeenMoment]]:
    """How many moments there are in talk that `member` sees, or else everybody of the community,
    and the best `limit` of them, best first.
    """
    with work.store.reading() as unit:
        reader = reader_in(unit, work, community.id, member)
        every = unit.inquiries.moments(community.id)
        unseen = unseen_threads(unit, reader, {moment.thread_id for moment in every})
        moments = [moment for moment in every if moment.thread_id not in unseen]
        messages = unit.talk.messages(m.message_id for m in moments[:limit])
        seen: list[SeenMoment] = []
        for moment in moments[:limit]:
            message, thread = messages.get(moment.message_id), unit.talk.thread(moment.thread_id)
            if message is not None and thread is not None:
                author = unit.people.member(moment.author_id)
                seen.append(SeenMoment(moment, message, thread, author))
    return len(moments), seen


def open_question(work: Workplace, question_id: str) -> InboxItem:
    """A question with everything around it. Raises `UserInputError` for an unknown one."""
    question = find_question(work, question_id)
    with work.store.reading() as unit:
        dossier = read_dossier(unit, question.inquiry_id)
    if any(change.retires(question.quote) for change in dossier.corrections):
        raise UserInputError(
            f"question {question.id!r} quotes words that their author does not stand by any more"
        )
    return InboxItem(question, dossier)


def read_question(work: Workplace, actor: Actor, question_id: str) -> InboxItem:
    """A question with everything around it, for somebody who may read it.

    Raises `PermissionDeniedError` for anybody else, `UserInputError` for an unknown one.
    """
    item = open_question(work, question_id)
    with work.store.reading() as unit:
        rules = rules_in(unit, work.policy, item.question.community_id)
        if not sees_question(unit, actor.member, item.question):
            raise PermissionDeniedError(
                f"question {item.question.id!r} is about talk that is not open to you"
            )
    check_may_read_question(actor, item, rules)
    return item


def check_may_read_question(
    actor: Actor, item: InboxItem, rules: GovernanceRules = HOUSE_RULES
) -> None:
    """A question is read by whom it was put to and by stewards."""
    if item.question.asked_of != actor.member.id and not is_steward(actor.member, rules):
        raise PermissionDeniedError(f"question {item.question.id!r} was put to somebody else")


def is_public(guide: Guide) -> bool:
    """Whether anybody may read this guide."""
    return guide.status in OPEN_TO_ALL


def may_read(member: Member | None, guide: Guide, rules: GovernanceRules = HOUSE_RULES) -> bool:
    """Whether `member` (or a person who is nobody here yet) may read this guide."""
    if is_public(guide):
        return True
    withdrawn = guide.status is GuideStatus.RETRACTED
    if withdrawn or member is None or member.community_id != guide.community_id:
        return False
    own = Own.PART if member.id in guide.current.authors() else Own.NOTHING
    relation = Relation(own=own, central=rules.is_central(member))
    return may(member.roles, Deed.SEE, rules, relation).allowed


def check_may_read_guide(actor: Actor, guide: Guide, rules: GovernanceRules = HOUSE_RULES) -> None:
    """Raises `PermissionDeniedError` for a guide that is not out yet and not theirs to see."""
    if guide.status is GuideStatus.RETRACTED:
        raise PermissionDeniedError(
            f"guide {guide.id!r} was taken back, by its authors or by a steward; none "
            "of it is shown any more"
        )
    if not may_read(actor.member, guide, rules):
        raise PermissionDeniedError(
            f"guide {guide.id!r} is not published; until then its authors and stewards read it"
        )


def readable_guides(
    work: Workplace,
    community: Community,
    member: Member | None,
    statuses: Sequence[GuideStatus] = (),
) -> tuple[Sequence[Guide], int]:
    """The guides that somebody may read, by id, and how many more are only not out yet.

    Those that rest on talk which is not open to them are not even counted.
    """
    with work.store.reading() as unit:
        sight = sight_for(unit, work, community.id, member)
        rules = rules_in(unit, work.policy, community.id)
        open_to = [g for g in unit.guides.guides(community.id, statuses) if sight.sees(g.id)]
    found = [guide for guide in open_to if may_read(member, guide, rules)]
    return found, len(open_to) - len(found)


def check_reads(unit: Unit, work: Workplace, member: Member | None, guide: Guide) -> Sight:
    """What somebody sees of a guide that is theirs to read.

    Raises `PermissionDeniedError` for one that is not out yet and not theirs to see, that was
    taken back, or that rests on talk which is not open to them.
    """
    sight = sight_for(unit, work, guide.community_id, member, guide.id)
    check_sees(sight, guide)
    known = None if member is None else unit.people.member(member.id) or member
    rules = rules_in(unit, work.policy, guide.community_id)
    if known is None:
        if not is_public(guide):
            raise PermissionDeniedError(f"guide {guide.id!r} is not published; say who you are")
    else:
        check_may_read_guide(Actor(known, acting_as=False), guide, rules)
    return sight


def read_page(work: Workplace, member: Member | None, guide_id: str) -> GuidePage:
    """A guide with everything it cites, for somebody who may read it. Raises as `check_reads`."""
    with work.store.reading() as unit:
        guide = guide_in(unit, guide_id)
        sight = check_reads(unit, work, member, guide)
        return page_for(unit, work, sight.reader, page_in(unit, guide, sight))


def reviews_for(work: Workplace, member: Member) -> Sequence[Guide]:
    """Guides that wait for a decision which this person may take."""
    if not is_steward(member, rules_of(work, member.community_id)):
        return ()
    waiting, actor = guides_to_review(work, member.community_id), Actor(member, acting_as=False)
    with work.store.reading() as unit:
        return [g for g in waiting if verdict_in(unit, work, actor, Deed.REJECT, g).allowed]


def questions_in(work: Workplace, page: GuidePage) -> Mapping[str, str]:
    """Texts of the agent's questions in a guide's trail that give nobody away, by id."""
    del work
    return page.questions


def decisions(work: Workplace, subject: str | None, limit: int) -> Sequence[LoggedDecision]:
    """The log, newest last. Raises `UserInputError` for a subject it knows nothing of."""
    with work.store.reading() as unit:
        lines = unit.log.decisions(subject, limit)
    if subject is not None and not lines:
        raise UserInputError(f"the log holds nothing about {subject!r}; give the whole id")
    return lines
