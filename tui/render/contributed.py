"""What became of something a member brought, for people and for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from agent.services.incidents import ReviewProgress, ReviewReceipt
from agent.services.notes import NoteReceipt
from memory.records.inquiry import InquiryStatus
from memory.records.people import Member
from tui.render.listing import indented
from tui.render.safe import one_line
from tui.render.times import counted, said_time

Json = dict[str, Any]
REVIEW_STATUS = {
    InquiryStatus.WAITING_FOR_TURN: "its people are asked in their hours, within their budgets",
    InquiryStatus.WAITING_FOR_ANSWER: "its people are being asked",
    InquiryStatus.WAITING_FOR_CONFIRMATION: "the lesson waits for the yes of its authors",
    InquiryStatus.WAITING_FOR_REVIEW: "the lesson waits for a steward",
    InquiryStatus.PUBLISHED: "the lesson is published",
    InquiryStatus.CLOSED: "ended without a lesson",
}


def note_payload(receipt: NoteReceipt, member: Member) -> Json:
    """What became of a note."""
    question, inquiry = receipt.question, receipt.inquiry
    return {
        "note": receipt.thread.id,
        "new": receipt.new,
        "title": receipt.thread.title,
        "turns": [
            {"message": m.id, "author": m.author_id, "mine": m.author_id == member.id}
            for m in receipt.messages
        ],
        "declined": receipt.declined,
        "why": receipt.why,
        "guide": receipt.guide_id,
        "inquiry": inquiry.id if inquiry else None,
        "status": inquiry.status.value if inquiry else None,
        "question": {"id": question.id, "text": question.text} if question else None,
        "ask_at": receipt.ask_at.isoformat() if receipt.ask_at else None,
    }


def note_blocks(receipt: NoteReceipt, member: Member, now: datetime) -> list[RenderableType]:
    """What became of a note, in a few lines."""
    head = "Thank you. It is kept" if receipt.new else "This note was taken before"
    lines: list[RenderableType] = [Text(f"{head}: {receipt.thread.id}.")]
    turns = _turns_in_words(receipt, member)
    if turns:
        lines.append(Text(turns))
    if receipt.why:
        lines.append(Text(one_line(receipt.why)))
    elif receipt.question is not None:
        lines += [
            Text(),
            Text.assemble(("QUESTION  ", "bold"), (one_line(receipt.question.text), "bold")),
            indented(Text(f"Why you: {one_line(receipt.question.because)}", style="dim")),
        ]
    elif receipt.inquiry is not None:
        lines.append(Text(_standing(receipt, now)))
    return lines


def _turns_in_words(receipt: NoteReceipt, member: Member) -> str:
    """How a transcript was split, where it was one."""
    authors = [message.author_id for message in receipt.messages]
    if authors == [member.id]:
        return ""
    mine = sum(author == member.id for author in authors)
    nobodys = authors.count(None)
    others = len(authors) - mine - nobodys
    parts = [f"{counted(mine, 'turn')} yours"]
    parts += [f"{others} of other members"] if others else []
    parts += [f"{nobodys} of nobody known here, used for nothing"] if nobodys else []
    return f"Read as a transcript: {', '.join(parts)}."


def _standing(receipt: NoteReceipt, now: datetime) -> str:
    inquiry = receipt.inquiry
    if receipt.ask_at is not None:
        return f"You will be asked about it {said_time(receipt.ask_at, now)} at the earliest."
    if inquiry is not None and inquiry.status is InquiryStatus.CLOSED:
        return "There is nothing left to ask about it for now."
    return "A question about it follows."


def review_payload(progress: ReviewProgress) -> Json:
    """How a review stands; who has answered is in no field of it."""
    review = progress.review
    return {
        "id": review.id,
        "inquiry": review.inquiry_id,
        "title": progress.title,
        "thread": review.discussed_id,
        "opened_at": review.opened_at.isoformat(),
        "status": progress.status.value,
        "people": progress.people,
        "answers": progress.answers,
        "guide": progress.guide_id,
    }


def receipt_payload(receipt: ReviewReceipt) -> Json:
    """What became of a request for a review."""
    return {
        "review": review_payload(receipt.progress),
        "new": receipt.new,
        "left_out": [member.handle for member in receipt.left_out],
        "not_in_it": [member.handle for member in receipt.not_in_it],
    }


def receipt_blocks(receipt: ReviewReceipt) -> list[RenderableType]:
    """What became of a request for a review, in a few lines."""
    begun = "The review has begun." if receipt.new else "This review was begun before."
    return [
        Text(begun),
        *review_blocks(receipt.progress),
        *(
            Text(f"{one_line(member.name)} asked not to be asked, and is left out.")
            for member in receipt.left_out
        ),
        *(
            Text(
                f"{one_line(member.name)} is not part of it: who looks back is settled when a "
                "review begins. Begin one of its own, with another title."
            )
            for member in receipt.not_in_it
        ),
    ]


def review_blocks(progress: ReviewProgress) -> list[RenderableType]:
    """One review in a list."""
    told = "" if progress.answers is None else f", {counted(progress.answers, 'answer')} so far"
    lines: list[RenderableType] = [
        Text.assemble((progress.review.id, "bold"), f"  {one_line(progress.title)}"),
        indented(Text(f"{_people(progress.people)}{told}; {REVIEW_STATUS[progress.status]}")),
    ]
    if progress.guide_id is not None:
        lines.append(indented(Text(f"lesson: {progress.guide_id}", style="dim")))
    return lines


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"
