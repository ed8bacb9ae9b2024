"""An after-action review as records: what was said when it was opened, its moment and inquiry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.sources.own_words import segment_markdown
from memory.records.base import stable_id
from memory.records.incident import IncidentReview
from memory.records.inquiry import Inquiry, InquiryStatus, Moment
from memory.records.offered import INCIDENT
from memory.records.people import Community, Member
from memory.records.talk import Message, MessageKind, Origin, Thread


@dataclass(frozen=True, slots=True)
class OpenedReview:
    """Everything that is stored when a review is opened."""

    thread: Thread
    message: Message
    """Its first words are the title."""
    moment: Moment
    inquiry: Inquiry
    review: IncidentReview


def review_records(
    community: Community,
    opener: Member,
    title: str,
    people: Sequence[Member],
    at: datetime,
    *,
    about: str = "",
    discussed: Thread | None = None,
    reason: str = "",
) -> OpenedReview:
    """Return the records of a review of what `about` tells, or of what a thread discussed.

    The same title about the same is one review. `reason` is why it is a moment, in words.
    """
    review_id = IncidentReview.id_of(community.id, title, discussed.id if discussed else about)
    thread, message = _opening(community, opener, title, about, review_id, at)
    moment = Moment(
        id=stable_id("mom", review_id),
        community_id=community.id,
        thread_id=thread.id,
        message_id=message.id,
        author_id=opener.id,
        score=1.0,
        signals=(),
        reasons=(reason,) if reason else (),
        found_at=at,
    )
    inquiry = Inquiry(
        id=Inquiry.id_of(moment.id),
        community_id=community.id,
        moment_id=moment.id,
        status=InquiryStatus.WAITING_FOR_TURN,
        opened_at=at,
        updated_at=at,
    )
    review = IncidentReview(
        id=review_id,
        community_id=community.id,
        inquiry_id=inquiry.id,
        message_id=message.id,
        discussed_id=discussed.id if discussed else None,
        people=tuple(dict.fromkeys(member.id for member in people)),
        opened_by=opener.id,
        opened_at=at,
    )
    return OpenedReview(thread, message, moment, inquiry, review)


def _opening(
    community: Community, opener: Member, title: str, about: str, native: str, at: datetime
) -> tuple[Thread, Message]:
    segmented = segment_markdown(f"{title}\n\n{about}".strip())
    thread = Thread(
        id=Thread.id_of(community.id, INCIDENT, native),
        community_id=community.id,
        source=INCIDENT,
        native_id=native,
        title=title,
        started_at=at,
        last_at=at,
    )
    message = Message(
        id=Message.id_of(community.id, INCIDENT, native),
        community_id=community.id,
        thread_id=thread.id,
        source=INCIDENT,
        native_id=native,
        author_id=opener.id,
        kind=MessageKind.COMMENT,
        text=segmented.text,
        segments=segmented.segments,
        sent_at=at,
        origin=Origin(file=INCIDENT, line=0),
    )
    return thread, message
