"""Policy of tandems: every weight, gate and constant of the matching (method, section 8)."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Fraction, Record
from memory.records.people import check_hours


class TandemWeights(Record):
    """What each term of a match counts; `load` counts against it."""

    zone: Fraction = 0.30
    exchange: Fraction = 0.20
    complement: Fraction = 0.15
    acceptance: Fraction = 0.15
    value: Fraction = 0.10
    reverse: Fraction = 0.10
    load: Fraction = 0.20


class TandemGates(Record):
    """What two people and a task have to fulfil before anything is weighed."""

    overlap_hours: float = Field(default=2.0, ge=0, le=24)
    """Working hours that two people have to have in common on a day."""
    from_hour: int = Field(default=9, ge=0, le=23)
    """When a working day begins for who has not said so, on their own clock."""
    to_hour: int = Field(default=17, ge=1, le=24)
    longest_days: float = Field(default=7.0, gt=0)
    active_per_senior: int = Field(default=1, ge=1)
    """Tandems that one senior may be in at once."""

    @model_validator(mode="after")
    def _hours_in_order(self) -> Self:
        check_hours(self.from_hour, self.to_hour)
        return self


class TandemShape(Record):
    """The curves of the terms."""

    steepness: float = Field(default=6.0, gt=0)
    coaching: Fraction = 0.5
    """Share of a coaching senior's skill that helps a junior at the task."""
    centre: Fraction = 0.85
    """Probability of success with help at which a junior learns most."""
    width: float = Field(default=0.12, gt=0)
    solo_at_most: Fraction = 0.60
    """From this probability of success alone on, a task needs no tandem."""
    best_gap: float = Field(default=0.4, gt=0, le=1)
    gap_width: float = Field(default=0.3, gt=0)
    expert_from: Fraction = 0.6
    """Skill from which somebody counts as one who knows a topic."""
    tacit_facets: int = Field(default=3, ge=1, le=4)
    """Of cues, why, boundary and pitfalls: how many an insight holds that counts as tacit."""
    coach_unknown: Fraction = 0.9
    """How well somebody is taken to coach."""
    full_load: float = Field(default=3.0, gt=0)
    """Running tandems, and half as much for each question that waits, at which somebody is full."""
    interest: Fraction = 0.5
    """How much of a junior's doubt is gone where they asked to learn the topic."""


class TandemSearch(Record):
    """How many people are weighed for one task, so that large communities stay quick."""

    seniors: int = Field(default=12, ge=1)
    juniors: int = Field(default=24, ge=1)
    scanned: int = Field(default=240, ge=10)
    """People near a task's topics who are looked at before the shortlists are made."""
    pairs: int = Field(default=36, ge=1)
    """Pairs that are kept for the assignment, the best of each task."""


class TandemPolicy(Record):
    """The whole of `[tandem]`."""

    least_match: Fraction = 0.5
    offers: int = Field(default=3, ge=1)
    """Tandems offered to one junior, and to one senior, at once."""
    offer_days: float = Field(default=14.0, ge=0)
    """Days that an offer stays which nobody answered, while those in it can do it."""
    confirm_within_workdays: int = Field(default=5, ge=1)
    """Working days after which a pick that the senior has not confirmed is let go."""
    weights: TandemWeights = TandemWeights()
    gates: TandemGates = TandemGates()
    shape: TandemShape = TandemShape()
    search: TandemSearch = TandemSearch()
