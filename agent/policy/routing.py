"""Whom to ask: whom an expert names, the author, then who else has answered on this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memory.records.people import Member


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be asked next, and why, as a code for the log."""

    member: Member
    reason: str


def candidates(
    author: Member | None,
    *,
    referred: Sequence[Member] = (),
    in_thread: Sequence[Member] = (),
    tried: Sequence[str] = (),
) -> tuple[Candidate, ...]:
    """Everybody worth asking about a moment, best first, each once.

    `referred` are people an expert named, `in_thread` others who answer in the community and
    spoke here; each best first. Those already tried (ids), those who opted out, and bots, are
    left out.
    """
    found: dict[str, Candidate] = {}
    for people, reason in (
        (referred, "referred"),
        ((author,), "author"),
        (in_thread, "answered_in_thread"),
    ):
        for member in people:
            if member is not None and member.id not in tried and member.may_be_asked:
                found.setdefault(member.id, Candidate(member, reason))
    return tuple(found.values())
