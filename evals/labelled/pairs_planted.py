"""A home in which sentences stand in published guides, and others are said against them later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.inquiry.dossier import view_thread
from agent.method.contesting import contests
from agent.services.challenging import Compare, PublishedSentences, keep_challenges
from agent.services.challenging_marks import Contested, shown_of
from agent.services.settling import keys_in
from agent.services.workplace import Workplace
from evals.labelled.pairs import Pair
from evals.worlds.clock import SimulatedClock
from memory.home import Home
from memory.records.guide import (
    Confirmation,
    Decision,
    Guide,
    GuideMeasures,
    GuideSection,
    GuideSentence,
    GuideStatus,
    GuideVersion,
    Review,
)
from memory.records.inquiry import Facet, Inquiry, InquiryStatus, Moment
from memory.records.people import Community, Credit, Member, Role
from memory.records.policy import Policy
from memory.records.talk import (
    EvidenceSpan,
    Message,
    MessageKind,
    Origin,
    Segment,
    SegmentKind,
    Thread,
)

AT = datetime(2025, 3, 3, 11, tzinfo=UTC)
LATER = timedelta(days=30)
SOURCE = "planted"


class PlantedHome:
    """One home, with a community of its own for every pair."""

    def __init__(self, folder: Path) -> None:
        home = Home.open(folder)
        self.work = Workplace(home, home.store(), SimulatedClock(AT + LATER), Policy())

    def close(self) -> None:
        """Let go of the store."""
        self.work.close()

    def say_against(self, pair: Pair, compare: Compare = contests) -> tuple[Contested, ...]:
        """Publish the guide, let somebody write the later sentence, and judge its thread.

        What is returned is read back from the store: both sides as they stand there.
        """
        community = Community(id=Community.id_of(pair.id), name=pair.id, created_at=AT)
        expert, steward, other = (_member(community, name) for name in ("ed", "sue", "ann"))
        steward = steward.model_copy(update={"roles": (Role.STEWARD,)})
        told = _said(community, expert, "told", pair.told, AT)
        later = _said(community, other, "said", pair.said, AT + LATER / 2)
        guide, moment, inquiry = _guide(community, told[1], expert, steward)
        with self.work.store.writing() as unit:
            unit.people.save_community(community)
            unit.people.save_members([expert, steward, other])
            unit.talk.save_threads([told[0], later[0]])
            unit.talk.save_messages([told[1], later[1]])
            unit.inquiries.save_moments([moment])
            unit.inquiries.save_inquiry(inquiry)
            if guide.review is not None:
                unit.guides.save_review(guide.review)
            unit.guides.save_guide(guide)
        published = PublishedSentences.read(self.work.store, community.id, compare)
        with self.work.store.reading() as unit:
            view = view_thread(unit, later[0].id)
        found = published.against(view, self.work.clock.now())
        with self.work.store.writing() as unit:
            keep_challenges(unit, self.work, found)
        with self.work.store.reading() as unit:
            kept = unit.life.challenges_of(guide.id)
            shown = (shown_of(unit, guide, one) for one in kept)
            return tuple(one for one in shown if one is not None)


def _member(community: Community, name: str) -> Member:
    return Member(
        id=Member.id_of(community.id, SOURCE, name),
        community_id=community.id,
        source=SOURCE,
        native_id=name,
        handle=name,
        name=name,
    )


def _said(
    community: Community, author: Member, name: str, text: str, at: datetime
) -> tuple[Thread, Message]:
    thread = Thread(
        id=Thread.id_of(community.id, SOURCE, name),
        community_id=community.id,
        source=SOURCE,
        native_id=name,
        started_at=at,
        last_at=at,
    )
    message = Message(
        id=Message.id_of(community.id, SOURCE, name),
        community_id=community.id,
        thread_id=thread.id,
        source=SOURCE,
        native_id=name,
        author_id=author.id,
        kind=MessageKind.CHAT,
        text=text,
        segments=(Segment(kind=SegmentKind.OWN, start=0, end=len(text)),),
        sent_at=at,
        origin=Origin(file=SOURCE, line=1),
    )
    return thread, message


def _guide(
    community: Community, message: Message, expert: Member, steward: Member
) -> tuple[Guide, Moment, Inquiry]:
    """A published guide of one sentence, with what it rests on."""
    moment = Moment(
        id=Moment.id_of(message.id),
        community_id=community.id,
        thread_id=message.thread_id,
        message_id=message.id,
        author_id=expert.id,
        score=0.9,
        signals=(),
        reasons=(),
        found_at=AT,
    )
    inquiry_id = Inquiry.id_of(moment.id)
    guide_id = Guide.id_of(inquiry_id)
    span = EvidenceSpan.of(message, 0, len(message.text))
    sentence = GuideSentence(text=message.text, author_id=expert.id, evidence=(span,))
    version = GuideVersion(
        guide_id=guide_id,
        number=1,
        title=message.text,
        title_evidence=span,
        summary=sentence,
        sections=(GuideSection(facet=Facet.ACTION, sentences=(sentence,)),),
        open_facets=(),
        coverage=(),
        trail=(),
        measures=GuideMeasures(
            completeness=0.5, citation_recall=1.0, citation_precision=1.0, words=10
        ),
        created_at=AT,
    )
    review = Review(
        id=Review.id_of(guide_id, 1, steward.id),
        community_id=community.id,
        guide_id=guide_id,
        version=1,
        reviewer_id=steward.id,
        decision=Decision.APPROVE,
        decided_at=AT,
    )
    yes = Confirmation(
        guide_id=guide_id,
        version=1,
        member_id=expert.id,
        credit=Credit.CREDITED,
        confirmed_at=AT,
    )
    guide = Guide(
        id=guide_id,
        community_id=community.id,
        inquiry_id=inquiry_id,
        status=GuideStatus.PUBLISHED,
        current=version,
        confirmations=(yes,),
        review=review,
        published_at=AT,
        review_by=AT + LATER * 6,
        approved=keys_in(version),
    )
    inquiry = Inquiry(
        id=inquiry_id,
        community_id=community.id,
        moment_id=moment.id,
        expert_id=expert.id,
        status=InquiryStatus.PUBLISHED,
        guide_id=guide_id,
        opened_at=AT,
        updated_at=AT,
    )
    return guide, moment, inquiry
