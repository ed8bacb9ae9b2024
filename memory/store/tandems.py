"""What people want of tandems, their tasks, and the tandems, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from memory.records.tandem import Tandem, TandemProfile, TandemState, TandemTask
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import Link
from memory.store.tandem_tables import tandem_profiles, tandem_tasks, tandems

PROFILES = Codec(TandemProfile, tandem_profiles)
TASKS = Codec(TandemTask, tandem_tasks)
TANDEMS = Codec(Tandem, tandems)


class SqlTandems:
    """`TandemStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def save_profile(self, profile: TandemProfile) -> None:
        """Insert or replace: a person has one."""
        self._link.run(sqlite.upsert(tandem_profiles), [PROFILES.row(profile)])

    def profile(self, member_id: str) -> TandemProfile | None:
        """What somebody wants, if they ever said."""
        row = self._link.row(
            self._link.first_own(PROFILES.select(), tandem_profiles.c.member_id, member_id)
        )
        return None if row is None else _profile(row)

    def profiles(self, community_id: str) -> Sequence[TandemProfile]:
        """By member id, one for each person."""
        person = self._link.person(tandem_profiles.c.member_id)
        rows = self._link.rows(
            PROFILES.select()
            .where(tandem_profiles.c.community_id == community_id)
            .order_by(person, person == tandem_profiles.c.member_id)
        )
        return list({row["member_id"]: _profile(row) for row in rows}.values())

    def save_task(self, task: TandemTask) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(tandem_tasks), [TASKS.row(task)])

    def task(self, task_id: str) -> TandemTask | None:
        """The task, if there is one."""
        row = self._link.row(TASKS.select().where(tandem_tasks.c.id == task_id))
        return None if row is None else TASKS.record(row)

    def tasks(self, community_id: str, *, closed: bool = False) -> Sequence[TandemTask]:
        """Those still open, with `closed` all of them, by `(created_at, id)`."""
        wanted = TASKS.select().where(tandem_tasks.c.community_id == community_id)
        if not closed:
            wanted = wanted.where(tandem_tasks.c.closed_at.is_(None))
        rows = self._link.rows(wanted.order_by(tandem_tasks.c.created_at, tandem_tasks.c.id))
        return [TASKS.record(row) for row in rows]

    def save_tandem(self, tandem: Tandem) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(tandems), [TANDEMS.row(tandem)])

    def tandem(self, tandem_id: str) -> Tandem | None:
        """The tandem, if there is one."""
        row = self._link.row(TANDEMS.select().where(tandems.c.id == tandem_id))
        return None if row is None or _is_of_one(row) else TANDEMS.record(row)

    def tandems(self, community_id: str, states: Iterable[TandemState] = ()) -> Sequence[Tandem]:
        """By `(suggested_at, id)`; no states means all."""
        wanted = TANDEMS.select().where(tandems.c.community_id == community_id)
        if named := [state.value for state in states]:
            wanted = wanted.where(tandems.c.state.in_(named))
        rows = self._link.rows(wanted.order_by(tandems.c.suggested_at, tandems.c.id))
        return [TANDEMS.record(row) for row in rows if not _is_of_one(row)]


def _is_of_one(row: Mapping[Any, Any]) -> bool:
    """Whether somebody was paired with a handle of their own: no tandem while they are one."""
    return row["senior_id"] in row["junior_ids"]


def _profile(row: Mapping[Any, Any]) -> TandemProfile:
    """What somebody wants; nobody is their own chief under another handle."""
    own = row["reports_to"] is not None and row["reports_to"] == row["member_id"]
    return PROFILES.record({**row, "reports_to": None} if own else row)
