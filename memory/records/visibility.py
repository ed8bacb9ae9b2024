"""Who may see what was said: what stewards decide on places and guides, and experts' consent."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Id, Record, UtcTime, stable_id
from memory.records.talk import Thread, Told


class Readers(StrEnum):
    """Whose accounts read what a whole community sees."""

    MEMBERS = "members"
    """Those of its members."""
    HOME = "home"
    """Those, and accounts that are nobody yet in any community of the home."""
    ANYBODY = "anybody"
    """Every account of the home, members of other communities too."""


class VisibilityPolicy(Record):
    """`[visibility]` in `passdown.toml`: a community is by itself a wall."""

    readers: Readers = Readers.HOME
    communities: Mapping[str, Readers] = Field(default_factory=dict)
    """The same for single communities, by name."""

    def of(self, community: str) -> Readers:
        """For the community of this name."""
        own = {name.casefold(): readers for name, readers in self.communities.items()}
        return own.get(community.casefold(), self.readers)


class Level(StrEnum):
    """How far a discussion is open within its community."""

    COMMUNITY = "community"
    """Everybody of the community sees it."""
    MEMBERS = "members"
    """Only the people named, or those whom the source names."""
    UNUSED = "unused"
    """Nobody is shown it, and the agent makes nothing of it."""
    AS_TOLD = "as_told"
    """As the source has it."""


class Scope(StrEnum):
    """What a decision is about; a narrower one goes before a wider one."""

    GUIDE = "guide"
    THREAD = "thread"
    PLACE = "place"
    """All that was and will be said in one channel of one source."""
    PRIVATE = "private"
    """Whatever the source calls private."""
    REST = "rest"
    """Whatever the source says nothing against: the community's default."""


class VisibilityActKind(StrEnum):
    """What somebody did about who may see something."""

    SET = "set"
    """A steward decided who sees a discussion, a place, or all of one kind."""
    WIDENED = "widened"
    """A steward wishes a guide to be seen by the whole community."""
    NARROWED = "narrowed"
    """A steward took that back."""
    AGREED = "agreed"
    """Somebody whose words it quotes agreed."""
    WITHDREW = "withdrew"
    """Somebody whose words it quotes did not agree, or does no longer."""


class VisibilityAct(Record):
    """One act, kept for ever; the latest says what holds."""

    id: Id
    community_id: Id
    kind: VisibilityActKind
    scope: Scope
    subject: str = ""
    """Id of the thread or guide; empty for what is about neither."""
    source: str = ""
    """With `channel`, the place."""
    channel: str = ""
    level: Level | None = None
    """Of what was set."""
    member_ids: tuple[Id, ...] | None = None
    """Whom `MEMBERS` means; `None`: those whom the source names."""
    opens: bool = False
    """Whether it was decided in sight of a source that calls it private."""
    covers: tuple[Id, ...] = ()
    """The messages whose words somebody agreed to show."""
    by_id: Id
    because: str = Field(default="", max_length=2_000)
    made_at: UtcTime

    @staticmethod
    def id_of(community_id: str, kind: str, about: str, by_id: str, made_at: UtcTime) -> str:
        """A function of the act, so that doing it twice at one moment is one act."""
        return stable_id("vis", community_id, kind, about, by_id, made_at.isoformat())

    @model_validator(mode="after")
    def _says_what_it_is_about(self) -> Self:
        is_set = self.kind is VisibilityActKind.SET
        if is_set != (self.level is not None) or is_set == (self.scope is Scope.GUIDE):
            raise ValueError(f"visibility act {self.id!r} sets a level on talk, or is of a guide")
        if bool(self.subject) != (self.scope in (Scope.GUIDE, Scope.THREAD)):
            raise ValueError(f"visibility act {self.id!r} does not say what it is about")
        return self


class GuideWall(Record):
    """A discussion behind a guide that not everybody of the community sees."""

    guide_id: Id
    thread_id: Id
    seen_by: tuple[Id, ...] | None = None
    """Whom the source or a steward lets see it; `None`: nobody is named."""


def told_of(thread: Thread) -> Told:
    """What the source says about who sees a thread."""
    if thread.told is not None:
        return thread.told
    return Told(private=thread.private, seen_by=thread.seen_by)


def told_again(before: Told, now: Told) -> Told:
    """What a source says after it spoke of a thread once more.

    Saying nothing opens nothing, and it looks the same as saying that all see it.
    """
    seen_by = before.seen_by if now.seen_by is None else now.seen_by
    return Told(private=before.private or now.private, seen_by=seen_by)


def applied(told: Told, act: VisibilityAct) -> tuple[bool, tuple[str, ...] | None]:
    """Whether nothing is made of a thread, and who sees it, by a decision on what is told.

    What a source closes is opened only by a decision that was taken in sight of that.
    """
    as_told = (told.private, told.seen_by)
    closed = told.private or told.seen_by is not None
    if act.level is Level.AS_TOLD:
        return as_told
    if act.level is Level.UNUSED:
        return True, told.seen_by
    if act.level is Level.COMMUNITY:
        return (False, None) if act.opens or not closed else as_told
    if act.member_ids is None:
        return as_told if told.seen_by is None else (False, told.seen_by)
    if act.opens or not closed:
        return False, act.member_ids
    if told.seen_by is None:
        return as_told
    return told.private, tuple(one for one in act.member_ids if one in told.seen_by)
