"""What the rules say of a guide before a steward decides."""

from __future__ import annotations

from agent.method.measures import publishable
from agent.services.workplace import Workplace
from memory.records.guide import Decision, Guide


def verdict_on(work: Workplace, guide: Guide) -> tuple[Decision, str]:
    """What a steward who goes by the rules alone would decide, with the reasons in words.

    A guide that is not yet publishable is sent back once, and rejected the second time.
    """
    version = guide.current
    ready, reasons = publishable(version.measures, version.coverage, work.policy.guide)
    if ready:
        return Decision.APPROVE, ""
    comment = "; ".join(reasons)
    with work.store.reading() as unit:
        sent_back = any(
            review.decision is Decision.REVISE for review in unit.guides.reviews(guide.id)
        )
    return (Decision.REJECT if sent_back else Decision.REVISE), comment
