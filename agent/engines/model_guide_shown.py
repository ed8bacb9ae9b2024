"""What is known of a guide beside its claims: what people were shown, and whose words stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from memory.records.guide import Guide, GuideVersion
from memory.records.people import Credit
from memory.store.protocols import Store, Unit


@dataclass(frozen=True, slots=True)
class Shown:
    """One guide as its people know it."""

    version: GuideVersion | None = None
    """The version that they were shown last, if any."""
    veiled: frozenset[str] = frozenset()
    """Ids of people whose style must not be touched by others: Chatham House mode."""
    review: bool = False
    """What comes of an after-action review, whose words stay as they were told."""


Recall = Callable[[str, str], Shown]
"""What is known of a guide, by its id and its inquiry's."""


def recall_from(store: Store) -> Recall:
    """Read it from the system of record, in a transaction of its own."""

    def recall(guide_id: str, inquiry_id: str) -> Shown:
        with store.reading() as unit:
            guide = unit.guides.guide(guide_id)
            return Shown(
                version=guide.current if guide is not None else None,
                veiled=_veiled(unit, guide, inquiry_id),
                review=unit.incidents.review_of(inquiry_id) is not None,
            )

    return recall


def _veiled(unit: Unit, guide: Guide | None, inquiry_id: str) -> frozenset[str]:
    """Whoever chose Chatham House mode in general, for an answer, or in the guide."""
    found = set()
    if guide is not None:
        found = {c.member_id for c in guide.credits if c.credit is Credit.CHATHAM_HOUSE}
    for question in unit.inquiries.questions(inquiry_id):
        answer = unit.inquiries.answer(question.id)
        if answer is not None and answer.credit is Credit.CHATHAM_HOUSE:
            found.add(answer.member_id)
        member = unit.people.member(question.asked_of)
        if member is not None and member.consent.credit is Credit.CHATHAM_HOUSE:
            found.add(member.id)
    return frozenset(found)
