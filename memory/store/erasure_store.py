"""The home's key, who was forgotten, and which copies of the home are known, in SQL."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from memory.records.keeping import ForgetMode, Forgotten, KnownCopy
from memory.records.people import Member
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import Link
from memory.store.erasure import erase
from memory.store.erasure_names import opaque_member_id
from memory.store.erasure_plan import ErasurePlan, names_of
from memory.store.erasure_portrait import Rows, traces
from memory.store.erasure_tables import copies, erasure_keys, forgotten

FORGOTTEN = Codec(Forgotten, forgotten)
COPIES = Codec(KnownCopy, copies)
KEY_BYTES = 32


class SqlKeeping:
    """`KeepingStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def secret(self) -> str:
        """The key of the home's hashes, in hex; made at its first use, which has to be writing."""
        row = self._link.row(select(erasure_keys.c.secret))
        if row is not None:
            return str(row["secret"])
        made = secrets.token_hex(KEY_BYTES)
        self._link.run(insert(erasure_keys), [{"number": 1, "secret": made}])
        return made

    def adopt(self, secret: str) -> None:
        """Take the key of another home, of which this one is a copy."""
        self._link.run(sqlite.upsert(erasure_keys), [{"number": 1, "secret": secret}])

    def opaque_id(self, member_id: str) -> str:
        """The id that stands for a member once they are forgotten."""
        return opaque_member_id(self.secret(), member_id)

    def plan(
        self, member: Member, mode: ForgetMode, at: datetime, ordinary: Collection[str]
    ) -> Forgotten:
        """What has to be known of a person to forget them; `ordinary` words are no handles."""
        secret = self.secret()
        return Forgotten(
            id=opaque_member_id(secret, member.id),
            community_id=member.community_id,
            mode=mode,
            names=names_of(self._link, secret, member, ordinary),
            begun_at=at,
        )

    def save_forgotten(self, who: Forgotten) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(forgotten), [FORGOTTEN.row(who)])

    def forgotten(self) -> Sequence[Forgotten]:
        """By `(begun_at, id)`."""
        rows = self._link.rows(FORGOTTEN.select().order_by(forgotten.c.begun_at, forgotten.c.id))
        return [FORGOTTEN.record(row) for row in rows]

    def erase(self, who: Forgotten, member_id: str, stand_in: str, at: datetime) -> int:
        """Take everything of one person out of every table; how many rows were touched.

        `stand_in` is what they are called from now on.
        """
        plan = ErasurePlan(
            secret=self.secret(),
            member_id=member_id,
            opaque_id=who.id,
            community_id=who.community_id,
            mode=who.mode,
            names=who.names,
            stand_in=stand_in,
            at=at,
        )
        return erase(self._link, plan)

    def traces(self, member: Member) -> Mapping[str, Rows]:
        """Rows by table in which a person's id stands, as plain values."""
        return traces(self._link, member)

    def save_copy(self, copy: KnownCopy) -> None:
        """Insert or replace by path."""
        self._link.run(sqlite.upsert(copies), [COPIES.row(copy)])

    def copies(self) -> Sequence[KnownCopy]:
        """By path."""
        rows = self._link.rows(COPIES.select().order_by(copies.c.path))
        return [COPIES.record(row) for row in rows]

    def drop_copy(self, path: str) -> None:
        """A copy that is gone need not be known."""
        self._link.run(delete(copies).where(copies.c.path == path))
