"""Guides as people read them: one with all it cites, lists, and those that wait for somebody."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from agent.inquiry.dossier import corrections_for
from agent.method.retiring import hollowed
from agent.policy.governance import Seen
from agent.services.challenging_marks import marks_of
from agent.services.masking import page_for
from agent.services.pages import GuidePage
from agent.services.seeing import check_sees, sight_for
from agent.services.settling import guide_in
from agent.services.veiling import veiled
from agent.services.workplace import Workplace
from agent.sight import Sight
from memory.errors import UserInputError
from memory.records.correction import Correction
from memory.records.guide import Decision, Guide, GuideSentence, GuideStatus, Review
from memory.records.inquiry import InquiryStatus, Question
from memory.records.people import Credit, Member
from memory.records.stewarding import StewardActKind
from memory.records.talk import Message
from memory.store.protocols import Unit


def list_guides(
    work: Workplace, community_id: str, statuses: Sequence[GuideStatus] = ()
) -> Sequence[Guide]:
    """Guides of a community, by id."""
    with work.store.reading() as unit:
        return unit.guides.guides(community_id, statuses)


def find_guide(work: Workplace, guide_id: str) -> Guide:
    """By guide or inquiry id, or a unique beginning of one. Raises `UserInputError`."""
    with work.store.reading() as unit:
        guide = unit.guides.guide(guide_id)
        if guide is not None:
            return guide
        found = [
            g
            for g in unit.guides.guides()
            if guide_id
            and any(
                i.startswith(guide_id) or i.partition("_")[2].startswith(guide_id)
                for i in (g.id, g.inquiry_id)
            )
        ]
    if len(found) != 1:
        problem = "several guides begin" if found else "no guide begins"
        raise UserInputError(f"{problem} with {guide_id!r}; see `passdown guides`")
    return found[0]


def open_page(work: Workplace, guide_id: str, member: Member | None = None) -> GuidePage:
    """Read a guide with everything it cites, as far as `member` sees it, or else everybody.

    Raises `PermissionDeniedError` where they see nothing of it.
    """
    guide_id = find_guide(work, guide_id).id
    with work.store.reading() as unit:
        guide = guide_in(unit, guide_id)
        sight = sight_for(unit, work, guide.community_id, member, guide.id)
        return page_for(unit, work, sight.reader, page_in(unit, guide, sight))


def page_in(unit: Unit, guide: Guide, sight: Sight) -> GuidePage:
    """The guide with everything it cites, as of this transaction, as far as a reader sees it.

    Raises `PermissionDeniedError` where they see nothing of it.
    """
    whole = check_sees(sight, guide) is Seen.ALL
    ids = {span.message_id for s in guide.current.sentences() for span in s.evidence}
    ids.add(guide.current.title_evidence.message_id)
    ids |= {step.message_id for step in guide.current.trail}
    changes = corrections_for(unit, guide.id, guide.community_id)
    places = [place for change in changes for place in change.retired]
    stored = unit.talk.messages(ids)
    messages = {message.id: hollowed(message, places) for message in stored.values()}
    if not whole:
        guide, messages = veiled(unit, sight.reader, guide, messages)
    people = {m.author_id for m in messages.values() if m.author_id}
    people |= {step.author_id for step in guide.current.trail if step.author_id}
    people |= set(guide.current.authors())
    members = {
        member.id: member
        for member_id in sorted(people)
        if (member := unit.people.member(member_id)) is not None
    }
    credit = {m.id: guide.credit_of(m.id, m.consent.credit) for m in members.values()}
    asked = [
        question
        for question_id in sorted({s.question_id for s in guide.current.trail if s.question_id})
        if (question := unit.inquiries.question(question_id)) is not None
    ]
    questions = {
        question.id: question.text
        for question in asked
        if not _gives_away(unit, question, stored, members, credit, changes)
    }
    hidden = {question.text for question in asked} - set(questions.values())
    reviews = unit.guides.reviews(guide.id) if whole else ()
    is_lesson = unit.incidents.review_of(guide.inquiry_id) is not None
    seen = _unasked(guide, hidden)
    marks = marks_of(unit, guide, sight.reader)
    return GuidePage(seen, messages, members, reviews, credit, questions, is_lesson, marks)


def _unasked(guide: Guide, hidden: Collection[str]) -> Guide:
    """The guide as readers see it: without questions that give somebody away.

    Seen, not stored: whose yes it has is a matter of the record.
    """
    current = guide.current
    if not any(sentence.asked in hidden for sentence in current.sentences()):
        return guide

    def shown(sentence: GuideSentence) -> GuideSentence:
        return sentence.model_copy(update={"asked": ""}) if sentence.asked in hidden else sentence

    sections = tuple(
        section.model_copy(update={"sentences": tuple(map(shown, section.sentences))})
        for section in current.sections
    )
    seen = current.model_copy(update={"summary": shown(current.summary), "sections": sections})
    return Guide.model_construct(**{**dict(guide), "current": seen})


def _gives_away(
    unit: Unit,
    question: Question,
    messages: Mapping[str, Message],
    members: Mapping[str, Member],
    credit: Mapping[str, Credit],
    changes: Sequence[Correction],
) -> bool:
    """Whether a question quotes, or was put to, somebody who stays unnamed, or quotes words that
    were taken out of use.
    """
    if any(change.retires(question.quote) for change in changes):
        return True
    quoted = messages.get(question.quote.message_id)
    for member_id in (question.asked_of, quoted.author_id if quoted else None):
        member = members.get(member_id or "") or unit.people.member(member_id or "")
        if member is not None:
            shown = credit.get(member.id, member.consent.credit)
            if shown is Credit.CHATHAM_HOUSE:
                return True
    return False


def drafts_to_confirm(work: Workplace, member: Member) -> Sequence[Guide]:
    """Drafts that wait for this person's yes."""
    with work.store.reading() as unit:
        drafts = unit.guides.guides_with(member.id, [GuideStatus.DRAFT])
        sight = sight_for(unit, work, member.community_id, member)
        return [
            g
            for g in drafts
            if sight.sees(g.id)
            and member.id in g.awaiting()
            and _waits(unit, g, InquiryStatus.WAITING_FOR_CONFIRMATION)
        ]


def comments_on(work: Workplace, guide_id: str) -> Sequence[Review]:
    """Reviews and votes that sent a guide back, each once, with what has to change."""
    with work.store.reading() as unit:
        found = [r for r in unit.guides.reviews(guide_id) if r.decision is Decision.REVISE]
        sent_back = {review.version for review in found}
        voted = [
            act
            for act in unit.desk.acts(guide_id)
            if act.kind is StewardActKind.VOTED_REVISE and act.version in sent_back
        ]
    found += [
        Review(
            id=Review.id_of(guide_id, act.version, act.by_id),
            community_id=act.community_id,
            guide_id=guide_id,
            version=act.version,
            reviewer_id=act.by_id,
            decision=Decision.REVISE,
            comment=act.comment,
            decided_at=act.made_at,
        )
        for act in voted
    ]
    return list({(r.decided_at, r.reviewer_id): r for r in found}.values())


def guides_to_review(work: Workplace, community_id: str) -> Sequence[Guide]:
    """Confirmed guides that wait for a steward; what was decided and not yet acted on does not."""
    with work.store.reading() as unit:
        confirmed = unit.guides.guides(community_id, [GuideStatus.CONFIRMED])
        return [
            g
            for g in confirmed
            if _waits(unit, g, InquiryStatus.WAITING_FOR_REVIEW) and not _is_decided(unit, g)
        ]


def _is_decided(unit: Unit, guide: Guide) -> bool:
    """Whether a steward has decided on the present version."""
    return any(review.version == guide.current.number for review in unit.guides.reviews(guide.id))


def _waits(unit: Unit, guide: Guide, status: InquiryStatus) -> bool:
    inquiry = unit.inquiries.inquiry(guide.inquiry_id)
    return inquiry is not None and inquiry.status is status
