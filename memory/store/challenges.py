"""Contradictions, questions whether guides still hold, twins and successors, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from memory.records.challenge import (
    AlikePair,
    Challenge,
    ChallengeState,
    Recheck,
    RecheckState,
    Succession,
)
from memory.store import sqlite
from memory.store.challenge_tables import alike_pairs, challenges, rechecks, successions
from memory.store.codec import Codec
from memory.store.connection import Link, batches
from memory.store.tables import effects

CHALLENGES = Codec(Challenge, challenges)
RECHECKS = Codec(Recheck, rechecks)
PAIRS = Codec(AlikePair, alike_pairs)
SUCCESSIONS = Codec(Succession, successions)


class SqlChallenges:
    """`ChallengeStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def save_challenge(self, challenge: Challenge) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(challenges), [CHALLENGES.row(challenge)])

    def challenge(self, challenge_id: str) -> Challenge | None:
        """The challenge, if there is one."""
        row = self._link.row(CHALLENGES.select().where(challenges.c.id == challenge_id))
        return None if row is None else CHALLENGES.record(row)

    def challenges(
        self, community_id: str, states: Iterable[ChallengeState] = ()
    ) -> Sequence[Challenge]:
        """By `(said_at, id)`; no states means all."""
        wanted = CHALLENGES.select().where(challenges.c.community_id == community_id)
        if named := [state.value for state in states]:
            wanted = wanted.where(challenges.c.state.in_(named))
        rows = self._link.rows(wanted.order_by(challenges.c.said_at, challenges.c.id))
        return [CHALLENGES.record(row) for row in rows]

    def challenges_of(self, guide_id: str) -> Sequence[Challenge]:
        """By `(said_at, id)`."""
        rows = self._link.rows(
            CHALLENGES.select()
            .where(challenges.c.guide_id == guide_id)
            .order_by(challenges.c.said_at, challenges.c.id)
        )
        return [CHALLENGES.record(row) for row in rows]

    def save_recheck(self, recheck: Recheck) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(rechecks), [RECHECKS.row(recheck)])

    def recheck(self, recheck_id: str) -> Recheck | None:
        """The recheck, if there is one."""
        row = self._link.row(RECHECKS.select().where(rechecks.c.id == recheck_id))
        return None if row is None else RECHECKS.record(row)

    def recheck_of(self, question_id: str) -> Recheck | None:
        """The recheck that a question belongs to."""
        row = self._link.row(RECHECKS.select().where(rechecks.c.question_id == question_id))
        return None if row is None else RECHECKS.record(row)

    def rechecks(self, community_id: str, states: Iterable[RecheckState] = ()) -> Sequence[Recheck]:
        """By `(asked_at, id)`; no states means all."""
        wanted = RECHECKS.select().where(rechecks.c.community_id == community_id)
        if named := [state.value for state in states]:
            wanted = wanted.where(rechecks.c.state.in_(named))
        rows = self._link.rows(wanted.order_by(rechecks.c.asked_at, rechecks.c.id))
        return [RECHECKS.record(row) for row in rows]

    def rechecks_of(self, guide_id: str) -> Sequence[Recheck]:
        """By `(asked_at, id)`."""
        rows = self._link.rows(
            RECHECKS.select()
            .where(rechecks.c.guide_id == guide_id)
            .order_by(rechecks.c.asked_at, rechecks.c.id)
        )
        return [RECHECKS.record(row) for row in rows]

    def save_pair(self, pair: AlikePair) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(alike_pairs), [PAIRS.row(pair)])

    def pair(self, pair_id: str) -> AlikePair | None:
        """The pair, if it was ever proposed."""
        row = self._link.row(PAIRS.select().where(alike_pairs.c.id == pair_id))
        return None if row is None else PAIRS.record(row)

    def pairs(self, community_id: str) -> Sequence[AlikePair]:
        """By falling likeness, then id."""
        rows = self._link.rows(
            PAIRS.select()
            .where(alike_pairs.c.community_id == community_id)
            .order_by(alike_pairs.c.likeness.desc(), alike_pairs.c.id)
        )
        return [PAIRS.record(row) for row in rows]

    def looked_at(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of the effects that were claimed before."""
        found: set[str] = set()
        for batch in batches(keys):
            rows = self._link.rows(select(effects.c.key).where(effects.c.key.in_(batch)))
            found |= {row["key"] for row in rows}
        return frozenset(found)

    def save_succession(self, succession: Succession) -> None:
        """Insert or replace: a guide has one successor at most."""
        self._link.run(sqlite.upsert(successions), [SUCCESSIONS.row(succession)])

    def drop_succession(self, guide_id: str) -> None:
        """The guide has no successor any more."""
        self._link.run(delete(successions).where(successions.c.guide_id == guide_id))

    def succession(self, guide_id: str) -> Succession | None:
        """What took this guide's place."""
        row = self._link.row(SUCCESSIONS.select().where(successions.c.guide_id == guide_id))
        return None if row is None else SUCCESSIONS.record(row)

    def succeeded_by(self, successor_id: str) -> Sequence[Succession]:
        """What this guide took the place of, by guide id."""
        rows = self._link.rows(
            SUCCESSIONS.select()
            .where(successions.c.successor_id == successor_id)
            .order_by(successions.c.guide_id)
        )
        return [SUCCESSIONS.record(row) for row in rows]
