"""Keeping a home: who was forgotten, and which copies of the home exist outside of it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from memory.records.base import Id, Record, UtcTime


class ForgetMode(StrEnum):
    """What becomes of the words of somebody who is forgotten."""

    ANONYMISE = "anonymise"
    """They stay as evidence, under an id that leads to nobody."""
    DELETE = "delete"
    """They go, and with them every sentence that rests on them."""


class NamePattern(Record):
    """A name of a forgotten person, as the keyed hash of its words."""

    words: int = Field(ge=1)
    """How many words the name has."""
    exact: bool = False
    """Whether capitals count."""
    after_at: bool = False
    """Whether it is a name only after `@`, since without it is an ordinary word."""
    hash: str


class Forgotten(Record):
    """One person who was forgotten in one community. It tells nobody's name."""

    id: Id
    """The opaque id that stands for them: a keyed hash of the id they had."""
    community_id: Id
    mode: ForgetMode
    names: tuple[NamePattern, ...] = ()
    begun_at: UtcTime
    erased_at: UtcTime | None = None
    """Since when the database holds nothing of them; importing is screened from then on."""
    finished_at: UtcTime | None = None
    """When the index, the exports and the backups had been seen to as well."""


class CopyKind(StrEnum):
    """What kind of copy it is."""

    BACKUP = "backup"
    MARKDOWN = "markdown"
    SITE = "site"


class KnownCopy(Record):
    """A copy of what a home holds, made by Passdown outside of it."""

    path: str = Field(min_length=1)
    kind: CopyKind
    community_id: Id | None = None
    """Whose guides an export holds; a backup holds everything."""
    made_at: UtcTime
