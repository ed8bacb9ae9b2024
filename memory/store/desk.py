"""Acts of stewards, what they have typed and not sent, and guides as lists show them, in SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, null, select

from memory.records.decisions import Action
from memory.records.guide import GuideStatus
from memory.records.inquiry import Facet, InquiryStatus
from memory.records.stewarding import (
    DeskDraft,
    GuideLine,
    GuideStanding,
    SaidYes,
    SentenceLine,
    StewardAct,
    StewardActKind,
)
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import Link, batches
from memory.store.tables import (
    decisions,
    desk_drafts,
    guide_versions,
    guides,
    inquiries,
    steward_acts,
)

ACTS = Codec(StewardAct, steward_acts)
DRAFTS = Codec(DeskDraft, desk_drafts)


class SqlDesk:
    """`DeskStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def save_act(self, act: StewardAct) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(steward_acts), [ACTS.row(act)])

    def acts(self, guide_id: str) -> Sequence[StewardAct]:
        """By `(made_at, id)`."""
        return self._acts(steward_acts.c.guide_id == guide_id)

    def acts_of_kind(self, community_id: str, kind: StewardActKind) -> Sequence[StewardAct]:
        """By `(made_at, id)`."""
        community = steward_acts.c.community_id == community_id
        return self._acts(and_(community, steward_acts.c.kind == kind.value))

    def save_draft(self, draft: DeskDraft) -> None:
        """Insert or replace: a person has one draft per guide and act."""
        self._link.run(sqlite.upsert(desk_drafts), [DRAFTS.row(draft)])

    def drafts(self, member_id: str, guide_id: str) -> Sequence[DeskDraft]:
        """By act."""
        held = self._draft(member_id, guide_id)
        rows = self._link.rows(DRAFTS.select().where(held).order_by(desk_drafts.c.act))
        return [DRAFTS.record(row) for row in rows]

    def drop_draft(self, member_id: str, guide_id: str, act: str) -> None:
        held = and_(self._draft(member_id, guide_id), desk_drafts.c.act == act)
        self._link.run(delete(desk_drafts).where(held))

    def _draft(self, member_id: str, guide_id: str) -> Any:
        whose = desk_drafts.c.member_id.in_(self._link.ids_of(member_id))
        return and_(whose, desk_drafts.c.guide_id == guide_id)

    def standings(
        self, community_id: str, statuses: Iterable[GuideStatus] = ()
    ) -> Sequence[GuideStanding]:
        """Where guides of a community stand, by id; no statuses means all."""
        columns = [guides.c[name] for name in ("id", "status", "version", "review_by")]
        waits = inquiries.c.status.label("waits_for")
        waiting = guides.c.status.in_([GuideStatus.DRAFT.value, GuideStatus.CONFIRMED.value])
        said = case((waiting, guides.c.confirmations), else_=null()).label("said")
        held = guides.c.community_id == community_id
        wanted = [status.value for status in statuses]
        joined = guides.join(inquiries, inquiries.c.id == guides.c.inquiry_id)
        statement = select(*columns, waits, said).select_from(joined).where(held)
        statement = statement.order_by(guides.c.id)
        if wanted:
            statement = statement.where(guides.c.status.in_(wanted))
        return [_standing(row) for row in self._link.rows(statement)]

    def lines(self, versions: Iterable[tuple[str, int]]) -> Sequence[GuideLine]:
        """Words of versions (guide id, number) as lists show them, in any order."""
        columns = [guide_versions.c[name] for name in _OF_VERSION]
        found: list[GuideLine] = []
        for batch in batches(versions):
            numbers = dict(batch)
            statement = select(*columns).where(guide_versions.c.guide_id.in_(list(numbers)))
            if all(number == 1 for number in numbers.values()):
                statement = statement.where(guide_versions.c.number == 1)
            rows = self._link.rows(statement)
            found += [_line(row) for row in rows if numbers[row["guide_id"]] == row["number"]]
        return found

    def edited(self, community_id: str) -> frozenset[str]:
        """Ids of guides of which a steward ever edited a sentence."""
        held = and_(
            decisions.c.community_id == community_id,
            decisions.c.action == Action.SENTENCE_EDITED.value,
        )
        rows = self._link.rows(select(decisions.c.subject).where(held).distinct())
        return frozenset(row["subject"] for row in rows)

    def _acts(self, held: Any) -> Sequence[StewardAct]:
        """Without what was put to somebody who is one person now with who put it to them."""
        order = (steward_acts.c.made_at, steward_acts.c.id)
        rows = self._link.rows(ACTS.select().where(held).order_by(*order))
        return [ACTS.record(row) for row in rows if not _is_to_oneself(row)]


def _is_to_oneself(row: Mapping[Any, Any]) -> bool:
    return row["to_id"] is not None and row["to_id"] == row["by_id"]


_OF_VERSION = (
    *("guide_id", "number", "title", "summary", "sections"),
    *("measures", "open_facets", "created_at"),
)


def _standing(row: Mapping[Any, Any]) -> GuideStanding:
    said = row["said"]
    stored = json.loads(said) if isinstance(said, str) else said
    return GuideStanding(
        row["id"],
        _WAITS[row["waits_for"]],
        _STATUS[row["status"]],
        row["version"],
        row["review_by"],
        tuple(_said(one) for one in stored or ()),
    )


def _said(stored: Mapping[str, Any]) -> SaidYes:
    approved = stored.get("approved")
    keys = None if approved is None else frozenset(yes["sentence"] for yes in approved)
    at = datetime.fromisoformat(stored["confirmed_at"])
    return SaidYes(stored["member_id"], stored["version"], keys, at)


def _line(row: Mapping[Any, Any]) -> GuideLine:
    return GuideLine(
        row["guide_id"],
        row["number"],
        row["title"],
        tuple(_sentences(row)),
        row["measures"]["completeness"],
        tuple(map(_FACETS.__getitem__, row["open_facets"])),
        row["created_at"],
    )


_STATUS = {status.value: status for status in GuideStatus}
_WAITS = {status.value: status for status in InquiryStatus}
_FACETS = {facet.value: facet for facet in Facet}


def _sentences(row: Mapping[Any, Any]) -> Iterator[SentenceLine]:
    yield _sentence(None, row["summary"])
    for section in row["sections"]:
        facet = _FACETS[section["facet"]]
        for sentence in section["sentences"]:
            yield _sentence(facet, sentence)


def _sentence(facet: Facet | None, stored: Mapping[str, Any]) -> SentenceLine:
    authors = (stored["author_id"], *stored.get("also_ids", ()))
    dispute, asked = stored.get("dispute", 0), stored.get("asked", "")
    return SentenceLine(facet, stored["text"], authors, dispute, asked)
