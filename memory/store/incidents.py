"""After-action reviews, in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from memory.records.incident import IncidentReview
from memory.store import sqlite
from memory.store.codec import Codec
from memory.store.connection import Link
from memory.store.tables import incident_reviews

REVIEWS = Codec(IncidentReview, incident_reviews)


class SqlIncidents:
    """`IncidentStore` over one transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def save_review(self, review: IncidentReview) -> None:
        """Insert or replace by id."""
        self._link.run(sqlite.upsert(incident_reviews), [REVIEWS.row(review)])

    def review(self, review_id: str) -> IncidentReview | None:
        row = self._link.row(REVIEWS.select().where(incident_reviews.c.id == review_id))
        return None if row is None else REVIEWS.record(row)

    def review_of(self, inquiry_id: str) -> IncidentReview | None:
        """The review that an inquiry belongs to."""
        held = incident_reviews.c.inquiry_id == inquiry_id
        row = self._link.row(REVIEWS.select().where(held))
        return None if row is None else REVIEWS.record(row)

    def reviews(self, community_id: str) -> Sequence[IncidentReview]:
        """By `(opened_at, id)`."""
        order = (incident_reviews.c.opened_at, incident_reviews.c.id)
        held = incident_reviews.c.community_id == community_id
        rows = self._link.rows(REVIEWS.select().where(held).order_by(*order))
        return [REVIEWS.record(row) for row in rows]
