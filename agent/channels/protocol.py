"""How a question reaches a person."""

from __future__ import annotations

from typing import Protocol

from memory.records.inquiry import Question
from memory.store.protocols import Unit


class Channel(Protocol):
    """Hands a question to its person, once.

    `deliver` runs inside the transaction that marks the question as delivered, so a channel
    that sends elsewhere records what it has to send there and sends after the commit, by key.
    """

    name: str

    def deliver(self, unit: Unit, question: Question) -> None: ...
