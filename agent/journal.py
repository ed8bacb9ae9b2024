"""One line in the decision log: who did what to which record, when and why."""

from __future__ import annotations

from datetime import datetime

from memory.records.decisions import Action, LoggedDecision
from memory.store.protocols import Unit


def note(
    unit: Unit,
    at: datetime,
    community_id: str | None,
    action: Action,
    subject: str,
    *,
    actor: str = "agent",
    on_behalf_of: str | None = None,
    reason: str = "",
) -> None:
    """Append to the log, in the transaction of what it records. Ids and codes only, no text."""
    unit.log.append(
        LoggedDecision(
            at=at,
            community_id=community_id,
            actor=actor,
            on_behalf_of=on_behalf_of,
            action=action,
            subject=subject,
            reason=reason,
        )
    )
