"""Communities, members, the account's own person, and grants, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from memory.errors import UserInputError
from memory.records.decisions import Grant
from memory.records.people import Community, Member
from memory.store import sqlite
from memory.store.codec import Codec, Row
from memory.store.connection import Link
from memory.store.erasure_guard import ErasureGuard
from memory.store.protocols import SaveCounts
from memory.store.saving import save_counted
from memory.store.tables import bindings, communities, grants, members

COMMUNITIES = Codec(Community, communities)
MEMBERS = Codec(Member, members)
GRANTS = Codec(Grant, grants)
DECIDED_HERE = ("roles", "consent", "availability")


class SqlPeople:
    """`PeopleStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._guard = ErasureGuard(link)

    def save_community(self, community: Community) -> None:
        self._link.run(sqlite.upsert(communities), [COMMUNITIES.row(community)])

    def community(self, community_id: str) -> Community | None:
        row = self._link.row(COMMUNITIES.select().where(communities.c.id == community_id))
        return None if row is None else COMMUNITIES.record(row)

    def communities(self) -> Sequence[Community]:
        """All communities, ordered by name, then id."""
        rows = self._link.rows(COMMUNITIES.select().order_by(communities.c.name, communities.c.id))
        return [COMMUNITIES.record(row) for row in rows]

    def save_members(self, members: Iterable[Member]) -> SaveCounts:
        """Upsert by id, keeping what was decided here; an unknown time zone is filled in.

        Whoever was forgotten stays so.
        """
        screened = self._guard.members(members)
        return save_counted(self._link, MEMBERS, screened, merge=_keep_decisions)

    def update_member(self, member: Member) -> None:
        """Replace a member wholly. Raises `UserInputError` for an unknown one."""
        if self.member(member.id) is None:
            raise UserInputError(f"there is no member {member.id!r}")
        self._link.run(sqlite.upsert(members), [MEMBERS.row(member)])

    def member(self, member_id: str) -> Member | None:
        row = self._link.row(MEMBERS.select().where(members.c.id == member_id))
        return None if row is None else MEMBERS.record(row)

    def members(self, community_id: str) -> Sequence[Member]:
        """All members, ordered by id."""
        rows = self._link.rows(
            MEMBERS.select().where(members.c.community_id == community_id).order_by(members.c.id)
        )
        return [MEMBERS.record(row) for row in rows]

    def bind_account(self, account: str, member_id: str) -> None:
        """Make `account` that member. Raises `UserInputError` for an unknown one."""
        member = self.member(member_id)
        if member is None:
            raise UserInputError(f"there is no member {member_id!r}")
        binding = {
            "account": account,
            "community_id": member.community_id,
            "member_id": member_id,
        }
        self._link.run(sqlite.upsert(bindings), [binding])

    def bound_member(self, account: str, community_id: str) -> Member | None:
        row = self._link.row(
            MEMBERS.select()
            .join(bindings, bindings.c.member_id == members.c.id)
            .where(bindings.c.account == account, bindings.c.community_id == community_id)
        )
        return None if row is None else MEMBERS.record(row)

    def account_of(self, member_id: str) -> str | None:
        row = self._link.row(select(bindings.c.account).where(bindings.c.member_id == member_id))
        return None if row is None else str(row["account"])

    def save_grant(self, grant: Grant) -> None:
        self._link.run(sqlite.upsert(grants), [GRANTS.row(grant)])

    def grants(self, account: str) -> Sequence[Grant]:
        """All grants to an account, revoked ones too, by `(granted_at, id)`."""
        rows = self._link.rows(
            GRANTS.select()
            .where(grants.c.account == account)
            .order_by(grants.c.granted_at, grants.c.id)
        )
        return [GRANTS.record(row) for row in rows]

    def grants_in(self, community_id: str) -> Sequence[Grant]:
        """All grants of a community, ended ones too, by `(granted_at, id)`."""
        rows = self._link.rows(
            GRANTS.select()
            .where(grants.c.community_id == community_id)
            .order_by(grants.c.granted_at, grants.c.id)
        )
        return [GRANTS.record(row) for row in rows]


def _keep_decisions(stored: Mapping[Any, Any], new: Row) -> Row:
    kept = {name: stored[name] for name in DECIDED_HERE}
    return new | kept | {"timezone": stored["timezone"] or new["timezone"]}
