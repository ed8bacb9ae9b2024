"""What a system of record offers for keeping a home: forgetting people, and knowing its copies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from memory.records.keeping import ForgetMode, Forgotten, KnownCopy
from memory.records.people import Member


class KeepingStore(Protocol):
    """Forgotten people, and copies of the home outside of it."""

    def secret(self) -> str:
        """The key of the home's hashes, in hex; made at its first use, which has to be writing."""
        ...

    def adopt(self, secret: str) -> None:
        """Take the key of another home, of which this one is a copy."""
        ...

    def opaque_id(self, member_id: str) -> str:
        """The id that stands for a member once they are forgotten."""
        ...

    def plan(
        self, member: Member, mode: ForgetMode, at: datetime, ordinary: Collection[str]
    ) -> Forgotten:
        """What has to be known of a person to forget them; `ordinary` words are no handles."""
        ...

    def save_forgotten(self, who: Forgotten) -> None: ...
    def forgotten(self) -> Sequence[Forgotten]:
        """By `(begun_at, id)`."""
        ...

    def erase(self, who: Forgotten, member_id: str, stand_in: str, at: datetime) -> int:
        """Take everything of one person out of every table; how many rows were touched."""
        ...

    def traces(self, member: Member) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Rows by table in which a person's id stands, as plain values."""
        ...

    def save_copy(self, copy: KnownCopy) -> None: ...
    def copies(self) -> Sequence[KnownCopy]:
        """By path."""
        ...

    def drop_copy(self, path: str) -> None: ...
