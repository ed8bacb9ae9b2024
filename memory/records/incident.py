"""After-action reviews: an incident that is over, and the people who look back on it together."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Id, Record, UtcTime, stable_id
from memory.records.inquiry import Facet


class AfterAction(StrEnum):
    """The four questions of an after-action review (method, section 1), in their order."""

    INTENDED = "intended"
    HAPPENED = "happened"
    WHY = "why"
    NEXT = "next"


ASKED_AS: Mapping[AfterAction, Facet] = {
    AfterAction.INTENDED: Facet.GOAL,
    AfterAction.HAPPENED: Facet.SITUATION,
    AfterAction.WHY: Facet.WHY,
    AfterAction.NEXT: Facet.ACTION,
}
"""The facet that each question asks for; an answer may state others of `TELLS`."""
TELLS: Mapping[AfterAction, frozenset[Facet]] = {
    AfterAction.INTENDED: frozenset({Facet.GOAL}),
    AfterAction.HAPPENED: frozenset({Facet.SITUATION, Facet.CUES}),
    AfterAction.WHY: frozenset({Facet.WHY}),
    AfterAction.NEXT: frozenset(
        {Facet.ACTION, Facet.HEURISTIC, Facet.PITFALLS, Facet.CHECK, Facet.BOUNDARY}
    ),
}
"""The facets under which the answers to each question stand in a lesson."""


class IncidentReview(Record):
    """One incident put to several people. Its inquiry holds the questions and the answers."""

    id: Id
    community_id: Id
    inquiry_id: Id
    message_id: Id
    """What was said when the review was opened: the title, and what it is about."""
    discussed_id: Id | None = None
    """The thread in which the incident was handled, where there is one."""
    people: tuple[Id, ...] = Field(min_length=1)
    """Who is asked, each once, in the order in which they were named."""
    opened_by: Id
    opened_at: UtcTime

    @staticmethod
    def id_of(community_id: str, title: str, about: str) -> str:
        """`about` is what it is about in words, or the id of the thread."""
        return stable_id("inc", community_id, title.casefold(), about)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.people)) != len(self.people):
            raise ValueError(f"somebody is named twice in review {self.id!r}")
        return self
