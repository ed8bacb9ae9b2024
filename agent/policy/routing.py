"""Whom to ask: whom an expert names, the author, who has answered on this, and who asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memory.records.inquiry import Facet
from memory.records.people import Member

CONTEXT = frozenset({Facet.SITUATION, Facet.GOAL})
"""All that somebody at the periphery is asked: they know their case, not the trade."""
FROM_PERIPHERY = "asked_here"
"""Reason code: the person opened the thread."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be asked next, and why, as a code for the log."""

    member: Member
    reason: str


def candidates(
    author: Member | None,
    *,
    referred: Sequence[Member] = (),
    on_topic: Sequence[Member] = (),
    in_thread: Sequence[Member] = (),
    asker: Member | None = None,
    tried: Sequence[str] = (),
) -> tuple[Candidate, ...]:
    """Everybody worth asking about a moment, best first, each once.

    `referred` are people an expert named, `on_topic` others who have answered similar threads,
    `in_thread` those who answer and spoke here, each best first; the `asker` comes last. Those
    already tried (ids), those who opted out, and bots, are left out.
    """
    found: dict[str, Candidate] = {}
    for people, reason in (
        (referred, "referred"),
        ((author,), "author"),
        (on_topic, "answered_on_topic"),
        (in_thread, "answered_in_thread"),
        ((asker,), FROM_PERIPHERY),
    ):
        for member in people:
            if member is not None and member.id not in tried and member.may_be_asked:
                found.setdefault(member.id, Candidate(member, reason))
    return tuple(found.values())
