"""An expert's yes to what will be published in their name: all of it, or sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.inquiry.dossier import view_thread
from agent.services.guides import find_guide, page_in
from agent.services.identity import Actor
from agent.services.reviewing import sentence_at
from agent.services.seeing import check_sees_all, sight_for
from agent.services.settling import (
    advance,
    check_unchanged,
    guide_in,
    guide_with_words_of,
    log_act,
    settle,
)
from agent.services.workplace import Workplace
from agent.sight import reader_for, sight_in
from memory.errors import PermissionDeniedError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import (
    Approval,
    Confirmation,
    CreditChoice,
    Guide,
    GuideSentence,
    GuideStatus,
    key_of,
)
from memory.records.inquiry import Facet, InquiryStatus
from memory.records.people import Credit, Member, most_careful
from memory.records.talk import EvidenceSpan, Message, Thread
from memory.store.protocols import Unit


@dataclass(frozen=True, slots=True)
class SourceWords:
    """Words that a sentence rests on, and where they stand."""

    span: EvidenceSpan
    message: Message
    thread: Thread
    author: Member | None


@dataclass(frozen=True, slots=True)
class NumberedSentence:
    """One sentence of a guide as its author and stewards look at it."""

    number: int
    """Counted over the whole guide, the summary being 1."""
    facet: Facet | None
    """Its section; `None` is the summary."""
    sentence: GuideSentence
    sources: tuple[SourceWords, ...]
    missing: tuple[str, ...]
    """Ids of authors whose yes it lacks."""


def numbered_sentences(
    work: Workplace, guide_id: str, member: Member | None = None
) -> tuple[Guide, list[NumberedSentence]]:
    """A guide sentence by sentence, each with the words it rests on and where they stand.

    Raises `PermissionDeniedError` where `member`, or else everybody of its community, does not see
    all that it rests on.
    """
    known = find_guide(work, guide_id)
    with work.store.reading() as unit:
        guide = guide_in(unit, known.id)
        sight = sight_for(unit, work, guide.community_id, member, guide.id)
        check_sees_all(sight, guide)
        page = page_in(unit, guide, sight)
        threads: dict[str, Thread] = {}
        for message in page.messages.values():
            if message.thread_id not in threads:
                threads[message.thread_id] = view_thread(unit, message.thread_id).thread
    lacking = {author: set(guide.missing(author)) for author in guide.current.authors()}
    found: list[NumberedSentence] = []
    for number, (facet, sentence) in enumerate(guide.current.placed(), start=1):
        key = key_of(facet, sentence)
        sources = []
        for span in sentence.evidence:
            message = page.messages[span.message_id]
            author = page.members.get(message.author_id or "")
            sources.append(SourceWords(span, message, threads[message.thread_id], author))
        missing = tuple(a for a in sentence.author_ids if key in lacking[a])
        found.append(NumberedSentence(number, facet, sentence, tuple(sources), missing))
    return guide, found


def confirm_guide(
    work: Workplace,
    actor: Actor,
    guide_id: str,
    *,
    credit: Credit | None = None,
    sentences: Sequence[int] = (),
    version: int | None = None,
) -> Guide:
    """Say yes to one's own words in a draft, credited as chosen. The last yes sends it on.

    `sentences` are numbers as of `numbered_sentences`; none means all of one's own. In Chatham
    House mode they have to be named, one by one: wording can tell who speaks.
    """
    known = find_guide(work, guide_id)
    now = work.clock.now()
    with work.store.writing() as unit:
        guide = _draft_of(unit, known.id, actor.member)
        check_unchanged(guide, version)
        mode = credit or guide.credit_of(actor.member.id, _default_of(unit, actor.member))
        if mode is Credit.CHATHAM_HOUSE and not sentences:
            raise UserInputError(
                "in Chatham House mode each sentence is approved by itself, because wording can "
                f"tell who speaks: read them with `passdown mine {guide.id}`, then approve with "
                f"`passdown confirm {guide.id} --credit chatham_house --sentence N` for each, or "
                "put one in other words with --correct N, or leave it out with --strike N"
            )
        keys = _keys(guide, actor.member, sentences)
        chosen = with_credit(guide, actor.member, mode, own=credit is not None)
        approved = with_yes(chosen, actor.member, keys, mode, now, one_by_one=bool(sentences))
        guide = settle(unit, work, approved)
        log_act(unit, work, actor, guide, Action.GUIDE_CONFIRMED, f"credit:{mode}")
    if guide.status is GuideStatus.CONFIRMED:
        advance(work, guide)
    return guide


def _default_of(unit: Unit, member: Member) -> Credit:
    stored = unit.people.member(member.id) or member
    return stored.consent.credit


def _draft_of(unit: Unit, guide_id: str, member: Member) -> Guide:
    guide = guide_with_words_of(unit, guide_id, member)
    reader = reader_for(member, guide.community_id)
    check_sees_all(sight_in(unit, guide.community_id, reader, guide.id), guide)
    inquiry = unit.inquiries.inquiry(guide.inquiry_id)
    verified = inquiry is not None and inquiry.status is InquiryStatus.WAITING_FOR_CONFIRMATION
    if guide.status is not GuideStatus.DRAFT or not guide.missing(member.id) or not verified:
        raise UserInputError(f"guide {guide.id!r} does not wait for you; it is {guide.status}")
    return guide


def _keys(guide: Guide, member: Member, numbers: Sequence[int]) -> tuple[str, ...]:
    """Keys of the sentences with these numbers, or of all of the member's own."""
    if not numbers:
        return guide.current.keys_of(member.id)
    placed = guide.current.placed()
    keys = []
    for number in numbers:
        own_sentence_at(guide, member, number)
        facet, sentence = placed[number - 1]
        keys.append(key_of(facet, sentence))
    return tuple(keys)


def own_sentence_at(guide: Guide, member: Member, number: int) -> GuideSentence:
    """The sentence with this number, if it stands in this name; else it says which do."""
    sentence = sentence_at(guide, number)
    if member.id not in sentence.author_ids:
        own = [
            str(n)
            for n, other in enumerate(guide.current.sentences(), start=1)
            if member.id in other.author_ids
        ]
        raise PermissionDeniedError(
            f"sentence {number} of guide {guide.id!r} is somebody else's; yours: {', '.join(own)}"
        )
    return sentence


def with_credit(guide: Guide, member: Member, credit: Credit, *, own: bool) -> Guide:
    """The guide with how this person appears in it; a choice of their own for it outlasts others.

    Whoever goes by several names may have chosen under each. What was not chosen for this guide
    never tells more of them than a choice that was.
    Going over to Chatham House before publication takes back every yes that was not given to a
    sentence by itself.
    """
    chosen_before = [c.credit for c in guide.credits if c.member_id == member.id and c.own]
    if not own:
        credit = most_careful([credit, *chosen_before])
    chosen = CreditChoice(member_id=member.id, credit=credit, own=own or bool(chosen_before))
    others = [c for c in guide.credits if c.member_id != member.id]
    changes: dict[str, object] = {"credits": (*others, chosen)}
    if credit is Credit.CHATHAM_HOUSE and guide.status is not GuideStatus.PUBLISHED:
        changes["status"] = (
            GuideStatus.DRAFT if guide.status is GuideStatus.CONFIRMED else (guide.status)
        )
        changes["confirmations"] = tuple(
            said.model_copy(
                update={"approved": tuple(y for y in said.approvals(guide.current) if y.one_by_one)}
            )
            if said.member_id == member.id
            else said
            for said in guide.confirmations
        )
    return guide.model_copy(update=changes)


def with_yes(
    guide: Guide,
    member: Member,
    keys: Sequence[str],
    credit: Credit,
    at: datetime,
    *,
    one_by_one: bool,
) -> Guide:
    """The guide with this person's yes to some sentences, beside what they said yes to before."""
    mine = [said for said in guide.confirmations if said.member_id == member.id]
    given = {yes.sentence: yes for said in mine for yes in said.approvals(guide.current)}
    for key in keys:
        known = given.get(key)
        if known is None or (one_by_one and not known.one_by_one):
            given[key] = Approval(sentence=key, one_by_one=one_by_one, at=at)
    said = Confirmation(
        guide_id=guide.id,
        version=guide.current.number,
        member_id=member.id,
        credit=credit,
        confirmed_at=at,
        approved=tuple(given.values()),
    )
    others = [other for other in guide.confirmations if other.member_id != member.id]
    return guide.model_copy(update={"confirmations": (*others, said)})
