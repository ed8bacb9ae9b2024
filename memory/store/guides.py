"""Claims, guides with all their versions, reviews, and what the index has yet to learn, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, update

from memory.errors import StoreError, UserInputError
from memory.records.correction import ChangeKind, Correction
from memory.records.guide import Claim, Guide, GuideStatus, GuideVersion, Review
from memory.store import sqlite
from memory.store.codec import Codec, Row
from memory.store.connection import Link, batches
from memory.store.evidence import EvidenceTexts
from memory.store.reader_protocols import GuideTitle
from memory.store.tables import (
    claims,
    corrections,
    guide_versions,
    guides,
    inquiries,
    messages,
    moments,
    questions,
    reviews,
)
from memory.store.visibility_tables import guide_sources

CLAIMS = Codec(Claim, claims)
GUIDES = Codec(Guide, guides, apart=frozenset({"current"}))
VERSIONS = Codec(GuideVersion, guide_versions)
REVIEWS = Codec(Review, reviews)
CORRECTIONS = Codec(Correction, corrections)


class SqlGuides:
    """`GuideStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._evidence = EvidenceTexts(link)

    def save_claims(self, claims: Iterable[Claim]) -> None:
        """Upsert by id; their evidence is checked as `save_guide` checks it."""
        for batch in batches(claims):
            rows = self._evidence.seal([CLAIMS.row(claim) for claim in batch])
            self._link.run(sqlite.upsert(CLAIMS.table), rows)

    def claims(self, inquiry_id: str) -> Sequence[Claim]:
        """By id."""
        rows = self._link.rows(
            CLAIMS.select().where(claims.c.inquiry_id == inquiry_id).order_by(claims.c.id)
        )
        return [CLAIMS.record(row) for row in self._evidence.open(rows)]

    def save_guide(self, guide: Guide) -> None:
        """Insert or replace by id, and keep its current version for ever.

        Raises `StoreError` for evidence that is not in the stored messages, and for another
        wording under a version number that is kept already (when it was written may differ: the
        first time stands).
        """
        self._keep_version(guide.current)
        stored = self._link.row(select(guides).where(guides.c.id == guide.id))
        row = GUIDES.row(guide, version=guide.current.number, revision=0, indexed_revision=0)
        if stored is not None:
            row["revision"] = stored["revision"]
            row["indexed_revision"] = stored["indexed_revision"]
        if _concerns_index(stored, row):
            row["revision"] += 1
        self._link.run(sqlite.upsert(guides), [row])
        self._note_sources(guide)

    def _note_sources(self, guide: Guide) -> None:
        """Remember which discussions it draws on; what earlier versions drew on stays."""
        cited = guide.current.cited()
        begun = (
            select(moments.c.thread_id)
            .join(inquiries, inquiries.c.moment_id == moments.c.id)
            .where(inquiries.c.id == guide.inquiry_id)
        )
        found = [row["thread_id"] for row in self._link.rows(begun)]
        for batch in batches(sorted(cited)):
            chosen = select(messages.c.thread_id).where(messages.c.id.in_(batch)).distinct()
            found += [row["thread_id"] for row in self._link.rows(chosen)]
        self._link.run(
            sqlite.insert_new(guide_sources),
            [{"guide_id": guide.id, "thread_id": one} for one in sorted(set(found))],
        )

    def guide(self, guide_id: str) -> Guide | None:
        found = self._guides(_with_version().where(guides.c.id == guide_id))
        return found[0] if found else None

    def guides(
        self, community_id: str | None = None, statuses: Iterable[GuideStatus] = ()
    ) -> Sequence[Guide]:
        """By id; no statuses means all."""
        statement = _with_version().order_by(guides.c.id)
        wanted = [status.value for status in statuses]
        if community_id is not None:
            statement = statement.where(guides.c.community_id == community_id)
        if wanted:
            statement = statement.where(guides.c.status.in_(wanted))
        return self._guides(statement)

    def guides_with(self, member_id: str, statuses: Iterable[GuideStatus] = ()) -> Sequence[Guide]:
        """Guides of inquiries in which this member was asked, by id; no statuses means all."""
        person = self._link.ids_of(member_id)
        asked = select(questions.c.inquiry_id).where(questions.c.asked_of.in_(person))
        statement = _with_version().where(guides.c.inquiry_id.in_(asked)).order_by(guides.c.id)
        wanted = [status.value for status in statuses]
        if wanted:
            statement = statement.where(guides.c.status.in_(wanted))
        return self._guides(statement)

    def titles(self, community_id: str) -> Sequence[GuideTitle]:
        """All published guides of a community without their words, newest first, then by id."""
        is_current = and_(
            guide_versions.c.guide_id == guides.c.id, guide_versions.c.number == guides.c.version
        )
        rows = self._link.rows(
            select(
                guides.c.id.label("guide_id"),
                guide_versions.c.title,
                guides.c.version,
                guides.c.published_at,
                guides.c.review_by,
            )
            .select_from(guides)
            .join(guide_versions, is_current)
            .where(
                guides.c.community_id == community_id,
                guides.c.status == GuideStatus.PUBLISHED.value,
            )
            .order_by(guides.c.published_at.desc(), guides.c.id)
        )
        return [GuideTitle(**row) for row in rows]

    def versions(self, guide_id: str) -> Sequence[GuideVersion]:
        """By number."""
        rows = self._link.rows(
            VERSIONS.select()
            .where(guide_versions.c.guide_id == guide_id)
            .order_by(guide_versions.c.number)
        )
        return [VERSIONS.record(row) for row in self._evidence.open(rows)]

    def save_review(self, review: Review) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(reviews), [REVIEWS.row(review)])

    def reviews(self, guide_id: str) -> Sequence[Review]:
        """By `(version, decided_at, id)`."""
        rows = self._link.rows(
            REVIEWS.select()
            .where(reviews.c.guide_id == guide_id)
            .order_by(reviews.c.version, reviews.c.decided_at, reviews.c.id)
        )
        return [REVIEWS.record(row) for row in rows]

    def save_correction(self, correction: Correction) -> None:
        """Insert once. Raises `UserInputError` where these words were changed before."""
        row = CORRECTIONS.row(correction)
        if self._link.run(sqlite.insert_new(corrections), [row]) == 0:
            raise UserInputError(
                f"these words of version {correction.version} of guide {correction.guide_id!r} "
                "were changed a moment ago; look again with `passdown mine`"
            )

    def corrections(self, guide_id: str) -> Sequence[Correction]:
        """By `(made_at, version, id)`."""
        return self._corrections(corrections.c.guide_id == guide_id)

    def withdrawals(self, community_id: str) -> Sequence[Correction]:
        """What was taken back from any guide of a community, by `(made_at, version, id)`."""
        return self._corrections(
            and_(
                corrections.c.community_id == community_id,
                corrections.c.kind == ChangeKind.WITHDRAWN.value,
            )
        )

    def _corrections(self, which: ColumnElement[bool]) -> Sequence[Correction]:
        order = (corrections.c.made_at, corrections.c.version, corrections.c.id)
        rows = self._link.rows(CORRECTIONS.select().where(which).order_by(*order))
        return [CORRECTIONS.record(row) for row in rows]

    def unindexed(self, limit: int = 100) -> Sequence[tuple[str, int]]:
        """`(guide_id, revision)` of guides whose index entry is behind, by id."""
        rows = self._link.rows(
            select(guides.c.id, guides.c.revision)
            .where(guides.c.revision > guides.c.indexed_revision)
            .order_by(guides.c.id)
            .limit(limit)
        )
        return [(row["id"], row["revision"]) for row in rows]

    def count_unindexed(self) -> int:
        """How many guides' index entries are behind, all of them."""
        behind = guides.c.revision > guides.c.indexed_revision
        row = self._link.row(select(func.count().label("behind")).where(behind))
        return int(row["behind"]) if row else 0

    def mark_indexed(self, guide_id: str, revision: int) -> None:
        """The index holds this revision; a later change stays marked."""
        self._link.run(
            update(guides)
            .where(
                guides.c.id == guide_id,
                guides.c.indexed_revision < revision,
                guides.c.revision >= revision,
            )
            .values(indexed_revision=revision)
        )

    def _keep_version(self, version: GuideVersion) -> None:
        row = self._evidence.seal([VERSIONS.row(version)])[0]
        if self._link.run(sqlite.insert_new(guide_versions), [row]) == 1:
            return
        found = self._link.row(
            VERSIONS.select().where(
                guide_versions.c.guide_id == version.guide_id,
                guide_versions.c.number == version.number,
            )
        )
        kept = dict(found or {})
        if not kept or not (_same(kept, row) or _same(self._as_written_now(kept), row)):
            raise StoreError(
                f"version {version.number} of guide {version.guide_id!r} is kept already and"
                " differs; a change needs the next number"
            )

    def _as_written_now(self, kept: Row) -> Row:
        """A kept version as this release writes it: an earlier one did not know every field."""
        opened = VERSIONS.record(self._evidence.open([kept])[0])
        return self._evidence.seal([VERSIONS.row(opened)])[0]

    def _guides(self, statement: Select[Any]) -> list[Guide]:
        opened = self._evidence.open(self._link.rows(statement))
        return [GUIDES.record(row, current=VERSIONS.record(_version_part(row))) for row in opened]


def _same(kept: Row, row: Row) -> bool:
    """Whether two rows hold one version; when it was written does not matter."""
    return all(kept[name] == row[name] for name in VERSIONS.fields if name != "created_at")


def _with_version() -> Select[Any]:
    """Select guides, and their current version's columns under `v_` and the column's name."""
    version = [guide_versions.c[name].label(f"v_{name}") for name in VERSIONS.fields]
    return (
        select(*(guides.c[name] for name in GUIDES.fields), *version)
        .select_from(guides)
        .join(
            guide_versions,
            and_(
                guide_versions.c.guide_id == guides.c.id,
                guide_versions.c.number == guides.c.version,
            ),
        )
    )


def _version_part(row: Row) -> Row:
    return {name: row[f"v_{name}"] for name in VERSIONS.fields}


def _concerns_index(stored: Mapping[Any, Any] | None, row: Row) -> bool:
    """Whether the guide becomes or stops being published, or changes while it is."""
    published = GuideStatus.PUBLISHED.value
    was = stored is not None and stored["status"] == published
    if not was or stored is None:
        return bool(row["status"] == published)
    return any(stored[name] != row[name] for name in (*GUIDES.fields, "version"))
