"""From what services return to the pages that guides and questions are rendered from."""

from __future__ import annotations

from collections.abc import Mapping

from agent.services.answering import InboxItem
from agent.services.pages import GuidePage as CitedGuide
from memory.errors import StoreError
from memory.records.talk import Message
from prompts.incident import load_incident
from tui.render.guide import GuidePage
from tui.render.question import QuestionPage

BEFORE = 3
"""How many messages before the quoted one are shown."""


def guide_page(cited: CitedGuide, questions: Mapping[str, str] | None = None) -> GuidePage:
    """A guide's page, each author credited as they choose now."""
    return GuidePage(
        guide=cited.guide,
        members=cited.members,
        messages=cited.messages,
        credit=cited.credit,
        questions=cited.questions if questions is None else questions,
        is_lesson=cited.is_lesson,
        marks=cited.marks,
    )


def quoted_message(item: InboxItem) -> Message:
    """The message that a question quotes: one of the thread, or an earlier reply to the agent."""
    wanted = item.question.quote.message_id
    for message in (*item.dossier.view.messages, *item.dossier.replies.values()):
        if message.id == wanted:
            return message
    raise StoreError(f"message {wanted!r} of question {item.question.id!r} is not in the store")


def question_page(item: InboxItem) -> QuestionPage:
    """A question with the words around the quote and the messages just before it."""
    view, quoted = item.dossier.view, quoted_message(item)
    place = next((i for i, m in enumerate(view.messages) if m.id == quoted.id), 0)
    before = [
        (_name(item, message.author_id), message.own_words())
        for message in view.messages[max(0, place - BEFORE) : place]
        if not message.deleted and message.own_words().strip()
    ]
    channel = f"#{view.thread.channel}" if view.thread.channel else ""
    return QuestionPage(
        question=item.question,
        quoted=quoted,
        thread_title=view.thread.title,
        channel=channel,
        before=before,
        author=_name(item, quoted.author_id),
        **_destination(item),
    )


def _destination(item: InboxItem) -> dict[str, str]:
    """Where an answer in a review goes; for any other the page says so by itself."""
    if item.dossier.incident is None:
        return {}
    return {"destination": load_incident().wording.destination}


def _name(item: InboxItem, member_id: str | None) -> str:
    member = item.dossier.view.people.get(member_id or "")
    return member.name if member else "somebody"
