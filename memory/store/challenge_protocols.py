"""What a system of record offers for the life of published guides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from memory.records.challenge import (
    AlikePair,
    Challenge,
    ChallengeState,
    Recheck,
    RecheckState,
    Succession,
)


class ChallengeStore(Protocol):
    """Contradictions, questions whether guides still hold, twins and successors."""

    def save_challenge(self, challenge: Challenge) -> None:
        """Insert or replace by id."""
        ...

    def challenge(self, challenge_id: str) -> Challenge | None: ...
    def challenges(
        self, community_id: str, states: Iterable[ChallengeState] = ()
    ) -> Sequence[Challenge]:
        """By `(said_at, id)`; no states means all."""
        ...

    def challenges_of(self, guide_id: str) -> Sequence[Challenge]:
        """By `(said_at, id)`."""
        ...

    def save_recheck(self, recheck: Recheck) -> None:
        """Insert or replace by id."""
        ...

    def recheck(self, recheck_id: str) -> Recheck | None: ...
    def recheck_of(self, question_id: str) -> Recheck | None:
        """The recheck that a question belongs to."""
        ...

    def rechecks(self, community_id: str, states: Iterable[RecheckState] = ()) -> Sequence[Recheck]:
        """By `(asked_at, id)`; no states means all."""
        ...

    def rechecks_of(self, guide_id: str) -> Sequence[Recheck]:
        """By `(asked_at, id)`."""
        ...

    def save_pair(self, pair: AlikePair) -> None:
        """Insert or replace by id."""
        ...

    def pair(self, pair_id: str) -> AlikePair | None: ...
    def pairs(self, community_id: str) -> Sequence[AlikePair]:
        """By falling likeness, then id."""
        ...

    def looked_at(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of the keys that `claim_effect` was called with in an earlier transaction."""
        ...

    def save_succession(self, succession: Succession) -> None:
        """Insert or replace: a guide has one successor at most."""
        ...

    def drop_succession(self, guide_id: str) -> None: ...
    def succession(self, guide_id: str) -> Succession | None: ...
    def succeeded_by(self, successor_id: str) -> Sequence[Succession]:
        """What this guide took the place of, by guide id."""
        ...
