"""Communities, members, the account's own person, and grants, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, or_, select

from memory.errors import UserInputError
from memory.records.decisions import TO_MEMBER, Grant
from memory.records.joining import Joining
from memory.records.people import Community, Member
from memory.store import sqlite
from memory.store.codec import Codec, Row
from memory.store.erasure_guard import ErasureGuard
from memory.store.joining_tables import joinings
from memory.store.people_joined import as_one, changed
from memory.store.personal import JOININGS, PersonalLink
from memory.store.protocols import SaveCounts
from memory.store.saving import save_counted
from memory.store.separating import share_consents
from memory.store.tables import bindings, communities, grants, members

COMMUNITIES = Codec(Community, communities)
MEMBERS = Codec(Member, members, apart=frozenset({"also"}))
GRANTS = Codec(Grant, grants)
DECIDED_HERE = ("roles", "consent", "availability")


class SqlPeople:
    """`PeopleStore` over one transaction."""

    def __init__(self, link: PersonalLink) -> None:
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
        return save_counted(self._link.plain, MEMBERS, screened, merge=_keep_decisions)

    def update_member(self, member: Member) -> None:
        """Replace a person wholly. Raises `UserInputError` for an unknown one."""
        before = self.member(member.id)
        if before is None:
            raise UserInputError(f"there is no member {member.id!r}")
        parts = self._parts(before)
        rows = changed(before, member, parts) if len(parts) > 1 else [member]
        self._link.run(sqlite.upsert(members), [MEMBERS.row(one) for one in rows])

    def member(self, member_id: str) -> Member | None:
        """The person of this member: all of their members as one."""
        found = self.handle(self._link.persons.of(member_id))
        return None if found is None else as_one(self._parts(found))

    def members(self, community_id: str) -> Sequence[Member]:
        """Every person once, ordered by id."""
        persons = self._link.persons
        return [
            as_one(self._parts(one)) if persons.ids(one.id) != {one.id} else one
            for one in self.handles_in(community_id)
            if persons.of(one.id) == one.id
        ]

    def handle(self, member_id: str) -> Member | None:
        """A member by themselves, whoever they were joined with."""
        row = self._link.plain.row(MEMBERS.select().where(members.c.id == member_id))
        return None if row is None else MEMBERS.record(row)

    def handles_in(self, community_id: str) -> Sequence[Member]:
        """All members by themselves, ordered by id."""
        rows = self._link.plain.rows(
            MEMBERS.select().where(members.c.community_id == community_id).order_by(members.c.id)
        )
        return [MEMBERS.record(row) for row in rows]

    def _parts(self, person: Member) -> list[Member]:
        """The members of a person as they are stored, the one they go by first."""
        ids = self._link.persons.ids(person.id) - {person.id}
        first = self.handle(person.id)
        others = [self.handle(one) for one in sorted(ids)]
        return [one for one in (first, *others) if one is not None]

    def joinings(self, community_id: str, *, separated: bool = False) -> Sequence[Joining]:
        """Those that hold, with `separated` all of them, by `(joined_at, id)`."""
        wanted = JOININGS.select().where(joinings.c.community_id == community_id)
        if not separated:
            wanted = wanted.where(joinings.c.separated_at.is_(None))
        rows = self._link.plain.rows(wanted.order_by(joinings.c.joined_at, joinings.c.id))
        return [JOININGS.record(row) for row in rows]

    def save_joining(self, joining: Joining) -> None:
        """Insert or replace by id; from here on who is one person is read anew."""
        self._link.plain.run(sqlite.upsert(joinings), [JOININGS.row(joining)])
        self._link.forget_persons()

    def keep_consents(self, member_id: str) -> None:
        """Let each member of this person keep in guides what they said yes to as one."""
        found, ids = self.handle(member_id), self._link.persons.ids(member_id)
        if found is not None and len(ids) > 1:
            share_consents(self._link, found.community_id, ids)

    def drop_joinings(self, member_id: str) -> None:
        """Forget that a member was ever one with others."""
        either = or_(joinings.c.leader_id == member_id, joinings.c.member_id == member_id)
        self._link.plain.run(delete(joinings).where(either))
        self._link.forget_persons()

    def restore_handle(self, member: Member) -> None:
        """Replace one member by themselves wholly."""
        self._link.plain.run(sqlite.upsert(members), [MEMBERS.row(member)])

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
            select(bindings.c.member_id).where(
                bindings.c.account == account, bindings.c.community_id == community_id
            )
        )
        return None if row is None else self.member(str(row["member_id"]))

    def account_of(self, member_id: str) -> str | None:
        wanted = self._link.first_own(select(bindings.c.account), bindings.c.member_id, member_id)
        row = self._link.row(wanted)
        return None if row is None else str(row["account"])

    def save_grant(self, grant: Grant) -> None:
        self._link.run(sqlite.upsert(grants), [GRANTS.row(grant)])

    def grants(self, account: str) -> Sequence[Grant]:
        """All grants to an account, revoked ones too, by `(granted_at, id)`."""
        rows = self._link.rows(
            GRANTS.select()
            .where(grants.c.account.in_(self._accounts(account)))
            .order_by(grants.c.granted_at, grants.c.id)
        )
        return [GRANTS.record(row) for row in rows]

    def _accounts(self, account: str) -> Sequence[str]:
        """An account, or the ways in which a grant to this person may be made out."""
        if not account.startswith(TO_MEMBER):
            return (account,)
        ids = self._link.ids_of(account.removeprefix(TO_MEMBER))
        return [TO_MEMBER + one for one in ids]

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
