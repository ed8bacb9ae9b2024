"""The append-only log of decisions, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert

from memory.records.decisions import Action, LoggedDecision
from memory.store.codec import Codec
from memory.store.connection import Link
from memory.store.tables import decisions

DECISIONS = Codec(LoggedDecision, decisions)


class SqlDecisionLog:
    """`DecisionLog` over one transaction. Order is the order of appending."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def append(self, decision: LoggedDecision) -> None:
        self._link.run(insert(decisions), [DECISIONS.row(decision)])

    def decisions(self, subject: str | None = None, limit: int = 200) -> Sequence[LoggedDecision]:
        """Newest last; of one subject where given, the newest `limit` of them."""
        statement = DECISIONS.select().order_by(decisions.c.seq.desc()).limit(limit)
        if subject is not None:
            statement = statement.where(decisions.c.subject.in_(self._link.ids_of(subject)))
        return [DECISIONS.record(row) for row in reversed(self._link.rows(statement))]

    def decisions_since(
        self, community_id: str, since: datetime, actions: Iterable[Action]
    ) -> Sequence[LoggedDecision]:
        """These actions at or after `since` in one community, newest last."""
        statement = (
            DECISIONS.select()
            .where(
                decisions.c.community_id == community_id,
                decisions.c.at >= since,
                decisions.c.action.in_([action.value for action in actions]),
            )
            .order_by(decisions.c.at, decisions.c.seq)
        )
        return [DECISIONS.record(row) for row in self._link.rows(statement)]
