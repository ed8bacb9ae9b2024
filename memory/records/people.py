"""Communities and their members: who somebody is, what they agreed to, when they may be asked."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from memory.records.base import Id, Record, UtcTime, stable_id

ISO_WEEKDAYS = frozenset(range(1, 8))


def known_zone(name: str) -> str:
    """Return `name`; raises `ValueError` where it is no time zone of the IANA database."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone {name!r}") from error
    return name


def iso_weekdays(days: tuple[int, ...]) -> tuple[int, ...]:
    """Return `days`; raises `ValueError` where one is no ISO weekday."""
    if not set(days) <= ISO_WEEKDAYS:
        raise ValueError("weekdays are ISO numbers, 1 (Monday) to 7 (Sunday)")
    return days


def check_hours(from_hour: int, to_hour: int) -> None:
    """Raises `ValueError` where the hours of asking end before they begin."""
    if from_hour >= to_hour:
        raise ValueError(f"'from_hour' {from_hour!r} has to be before 'to_hour' {to_hour!r}")


class Role(StrEnum):
    """Roles of a community of practice (method, section 7)."""

    SPONSOR = "sponsor"
    COORDINATOR = "coordinator"
    CORE = "core"
    ACTIVE = "active"
    PERIPHERAL = "peripheral"
    EXPERT = "expert"
    STEWARD = "steward"
    TECHNICAL_AUTHORITY = "technical_authority"
    TECHNICAL_STEWARD = "technical_steward"


class Credit(StrEnum):
    """How an expert wants to appear (method, section 6)."""

    CREDITED = "credited"
    ROLE_ONLY = "role_only"
    CHATHAM_HOUSE = "chatham_house"


_TELLING_LEAST_FIRST = (Credit.CHATHAM_HOUSE, Credit.ROLE_ONLY, Credit.CREDITED)


def most_careful(ways: Iterable[Credit]) -> Credit:
    """Of several ways to appear the one that tells least; credited where there is none."""
    chosen = set(ways)
    return next((way for way in _TELLING_LEAST_FIRST if way in chosen), Credit.CREDITED)


class Consent(Record):
    """What a member agreed to. `opted_out_at` set means: never ask again, from that moment on."""

    opted_out_at: UtcTime | None = None
    credit: Credit = Credit.CREDITED


class Availability(Record):
    """When a member may be asked, in their own time zone. `None` leaves it to the policy."""

    weekdays: tuple[int, ...] | None = None
    """ISO weekdays, Monday is 1; none at all means never."""
    from_hour: int | None = Field(default=None, ge=0, le=23)
    to_hour: int | None = Field(default=None, ge=1, le=24)
    away_from: UtcTime | None = None
    """When a leave begins; `None` where it has begun already."""
    away_until: UtcTime | None = None
    """When a leave ends."""

    @field_validator("weekdays")
    @classmethod
    def _iso_weekdays(cls, days: tuple[int, ...] | None) -> tuple[int, ...] | None:
        return None if days is None else iso_weekdays(days)

    @model_validator(mode="after")
    def _hours_in_order(self) -> Self:
        if self.from_hour is not None and self.to_hour is not None:
            check_hours(self.from_hour, self.to_hour)
        return self

    @model_validator(mode="after")
    def _leave_ends(self) -> Self:
        """A leave that begins has an end: nobody is away for ever by a forgotten second date."""
        if self.away_from is None:
            return self
        if self.away_until is None or self.away_until <= self.away_from:
            raise ValueError("'away_until' has to be after 'away_from'")
        return self


class Community(Record):
    """A named group of people whose discussions are watched together."""

    id: Id
    name: str = Field(min_length=1, max_length=120)
    created_at: UtcTime
    sample: bool = False
    """True for the shipped sample: acting as any of its people is allowed."""

    @staticmethod
    def id_of(name: str) -> str:
        return stable_id("com", name.casefold())


class Handle(Record):
    """Another member's record of one and the same person: who they are at another place."""

    id: Id
    source: str
    native_id: str
    handle: str
    name: str


class Member(Record):
    """One person (or bot) of a community. The id is a function of source and native id."""

    id: Id
    community_id: Id
    source: str
    native_id: str
    handle: str
    """What others type to name this person, without `@`; unique only within one source."""
    name: str
    """What people read. Equals the handle where the archive has no names."""
    title: str = ""
    """Job title or profile line, shown instead of the name for `role only` credit."""
    is_bot: bool = False
    roles: tuple[Role, ...] = (Role.PERIPHERAL,)
    consent: Consent = Consent()
    availability: Availability = Availability()
    timezone: str | None = None
    also: tuple[Handle, ...] = ()
    """Where else this person goes by another handle, as stewards joined them; kept apart."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        return None if name is None else known_zone(name)

    @staticmethod
    def id_of(community_id: str, source: str, native_id: str) -> str:
        return stable_id("mem", community_id, source, native_id)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all handles of this person, their own first one among them."""
        return frozenset({self.id, *(other.id for other in self.also)})

    @property
    def handles(self) -> tuple[Handle, ...]:
        """All handles of this person with their places; the one they go by first."""
        own = Handle(
            id=self.id,
            source=self.source,
            native_id=self.native_id,
            handle=self.handle,
            name=self.name,
        )
        return (own, *self.also)

    @property
    def may_be_asked(self) -> bool:
        """Whether consent and nature allow a question at all (budgets are the policy's)."""
        return not self.is_bot and self.consent.opted_out_at is None
