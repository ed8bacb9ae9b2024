"""Records as JSON values for programs. What a reader may not learn is not in them either."""

from __future__ import annotations

from typing import Any

from agent.services.answering import InboxItem
from agent.services.asked import AskedLine
from agent.services.browsing import SeenMoment
from agent.services.drafts import Unsent
from agent.services.health import HomeStatus
from agent.services.recall import FoundGuide, Recall
from memory.records.decisions import LoggedDecision
from memory.records.guide import Guide, GuideSentence
from memory.records.people import Community, Member
from prompts.catalogue import load_catalogue
from tui.render.beside import beside_lines
from tui.render.guide import GuidePage
from tui.render.marks import marks_payload
from tui.render.stopped import stop_payload

Json = dict[str, Any]


def member_payload(member: Member) -> Json:
    """Who somebody is; neither consent nor availability are others' business."""
    return {
        "id": member.id,
        "handle": member.handle,
        "name": member.name,
        "title": member.title,
        "roles": [role.value for role in member.roles],
        "bot": member.is_bot,
        "handles": [{"handle": h.handle, "place": h.source, "id": h.id} for h in member.handles],
    }


def community_payload(community: Community) -> Json:
    """A community by id and name."""
    return {"id": community.id, "name": community.name, "sample": community.sample}


def question_payload(item: InboxItem) -> Json:
    """A question with its thread, for whom it was put to."""
    question, thread = item.question, item.dossier.view.thread
    return {
        "id": question.id,
        "status": question.status.value,
        "text": question.text,
        "quote": question.quote.quote,
        "facet": question.facet.value,
        "because": question.because,
        "minutes": question.minutes,
        "turn": question.turn,
        "delivered_at": question.delivered_at.isoformat() if question.delivered_at else None,
        "reminded_at": question.reminded_at.isoformat() if question.reminded_at else None,
        "thread": {"id": thread.id, "title": thread.title, "channel": thread.channel},
        "message_id": question.quote.message_id,
    }


def put_off_payload(line: AskedLine) -> Json:
    """A question that its person put off."""
    until = line.question.snoozed_until
    return {
        "id": line.question.id,
        "text": line.question.text,
        "snoozed_until": until.isoformat() if until else None,
    }


def unsent_payload(one: Unsent) -> Json:
    """Words that were not sent before their question closed, for whoever wrote them."""
    return {
        "question": one.question.id,
        "status": one.question.status.value,
        "text": one.draft.text,
        "saved_at": one.draft.saved_at.isoformat(),
    }


def guide_line_payload(guide: Guide) -> Json:
    """A guide in a list."""
    return {
        "id": guide.id,
        "title": guide.current.title,
        "status": guide.status.value,
        "version": guide.current.number,
        "completeness": guide.current.measures.completeness,
        "published_at": guide.published_at.isoformat() if guide.published_at else None,
        "review_by": guide.review_by.isoformat() if guide.review_by else None,
    }


def sentence_payload(page: GuidePage, sentence: GuideSentence) -> Json:
    """A sentence with its citations, each as far as its author lets readers know."""
    citations: list[Json] = []
    for span in sentence.evidence:
        message = page.messages.get(span.message_id)
        author = message.author_id if message else sentence.author_id
        known = message is not None and page.is_named(author)
        citations.append(
            {
                "quote": span.quote,
                "who": page.who(author),
                "when": message.sent_at.isoformat() if message and known else None,
                "message_id": span.message_id if page.may_open(span.message_id) else None,
            }
        )
    named = all(page.is_named(author) for author in sentence.author_ids)
    asked = {"asked": sentence.asked} if sentence.asked and named else {}
    worded = {"worded_by": sentence.worded_by} if sentence.worded_by else {}
    return {"text": sentence.text, **asked, **worded, "citations": citations}


def guide_payload(page: GuidePage) -> Json:
    """A whole guide."""
    version = page.guide.current
    return {
        **guide_line_payload(page.guide),
        **marks_payload(page.marks),
        "summary": sentence_payload(page, version.summary),
        "sections": [
            {
                "facet": section.facet.value,
                "sentences": [sentence_payload(page, s) for s in section.sentences],
            }
            for section in version.sections
        ],
        "also_said": [
            {"kind": line.kind.value, "who": line.who, "text": line.text}
            for line in beside_lines(page, load_catalogue())
        ],
        "open_facets": [facet.value for facet in version.open_facets],
        "measures": version.measures.model_dump(mode="json"),
    }


def moment_payload(seen: SeenMoment) -> Json:
    """A moment with its reasons and its message."""
    return {
        "id": seen.moment.id,
        "score": seen.moment.score,
        "reasons": list(seen.moment.reasons),
        "author": member_payload(seen.author) if seen.author else None,
        "message": {
            "id": seen.message.id,
            "text": seen.message.text,
            "sent_at": seen.message.sent_at.isoformat(),
        },
        "thread": {
            "id": seen.thread.id,
            "title": seen.thread.title,
            "channel": seen.thread.channel,
        },
    }


def recall_payload(recall: Recall, pages: dict[str, GuidePage]) -> Json:
    """What the memory says; `pages` holds each found guide's page by guide id."""

    def found_payload(found: FoundGuide) -> Json:
        page = pages[found.page.guide.id]
        return {
            **guide_line_payload(page.guide),
            **marks_payload(page.marks),
            "score": round(found.score, 4),
            "limits_met": [sentence_payload(page, s) for s in found.applies.limits],
            "other_case": [sentence_payload(page, s) for s in found.applies.elsewhere],
            "unspoken": list(found.applies.unspoken),
            "does_not_apply": [sentence_payload(page, s) for s in found.boundaries()],
            "passages": [sentence_payload(page, s) for s in found.sentences()],
        }

    return {
        "question": recall.question,
        "known": bool(recall.guides),
        "stopped": [stop_payload(stop) for stop in recall.stopped],
        "held_back": recall.held,
        "other_language": recall.is_foreign,
        "guides": [found_payload(found) for found in recall.guides],
        "who_might_know": [
            {**member_payload(knower.member), "messages": knower.messages} for knower in recall.who
        ],
    }


def status_payload(status: HomeStatus) -> Json:
    """The home in numbers."""
    return {
        "home": status.path,
        "communities": [
            {
                "community": community_payload(each.community),
                "messages": each.messages,
                "threads": each.threads,
                "members": each.members,
                "moments": each.moments,
                "inquiries": dict(each.inquiries),
                "guides": dict(each.guides),
                "open_questions": each.open_questions,
            }
            for each in status.communities
        ],
        "next_due": status.next_due.isoformat() if status.next_due else None,
        "unindexed": status.unindexed,
    }


def decision_payload(line: LoggedDecision) -> Json:
    """One line of the log."""
    return line.model_dump(mode="json")
