"""The inbox of this home: a delivered question is one that the store holds as open."""

from __future__ import annotations

from memory.records.inquiry import Question
from memory.store.protocols import Unit


class InboxChannel:
    """Delivers by storing: the person's own inbox reads open questions from the store."""

    name = "inbox"

    def deliver(self, unit: Unit, question: Question) -> None:
        """Store the question as it is; its status must be `open`."""
        unit.inquiries.save_question(question)
