"""The three kinds of line of the JSONL format (described in `jsonl`), validated."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from agent.sources.own_words import clean_line
from agent.sources.stream import from_iso, from_unix
from memory.records.talk import MessageKind

_MOST = 10**15


def _as_id(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST:
        return str(value)
    return value


def _clean_id(value: str) -> str:
    if not value or clean_line(value) != value:
        raise ValueError("an id is one line of 1 to 300 characters without control characters")
    return value


def _as_time(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("a time is an ISO 8601 text or seconds since 1970")  # noqa: TRY004  pydantic reports ValueError alone
    if isinstance(value, str):
        return from_iso(value.strip())
    if not 0 <= value < _MOST:
        raise ValueError(f"no sensible time: {value}")
    return from_unix(int(value), round((value - int(value)) * 1_000_000))


def _known_zone(name: str | None) -> str | None:
    try:
        return ZoneInfo(name).key if name else None
    except (KeyError, ValueError, OSError):
        return None


def _importable(kind: MessageKind) -> MessageKind:
    if kind is MessageKind.INTERVIEW:
        raise ValueError("kind is question, answer, comment, chat or system")
    return kind


NativeId = Annotated[str, BeforeValidator(_as_id), AfterValidator(_clean_id)]
Time = Annotated[datetime, BeforeValidator(_as_time)]
Count = Annotated[int, Field(ge=0, lt=10**9)]


class _Line(BaseModel):
    """Fields are never coerced, but for ids and times; unknown ones are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class MemberLine(_Line):
    """A person or bot."""

    id: NativeId
    handle: str = ""
    name: str = ""
    title: str = ""
    timezone: Annotated[str | None, AfterValidator(_known_zone)] = None
    bot: bool = False


class ThreadLine(_Line):
    """A discussion."""

    id: NativeId
    title: str = ""
    channel: str = ""
    tags: tuple[str, ...] = ()
    private: bool = False
    seen_by: tuple[NativeId, ...] | None = None
    accepted: NativeId | None = None


class FileLine(_Line):
    """A file that was shared with a message."""

    name: str
    mimetype: str = ""


class MessageLine(_Line):
    """A message."""

    id: NativeId
    text: str
    time: Time
    author: NativeId | None = None
    thread: NativeId | None = None
    channel: str = ""
    kind: Annotated[MessageKind, AfterValidator(_importable)] = MessageKind.CHAT
    reply_to: NativeId | None = None
    edited: Time | None = None
    deleted: bool = False
    bot: bool = False
    private: bool = False
    mentions: tuple[NativeId, ...] = ()
    reactions: dict[str, Count] = {}
    attachments: tuple[FileLine, ...] = ()
    score: Annotated[int, Field(gt=-(10**9), lt=10**9)] = 0


Line = MemberLine | ThreadLine | MessageLine
_KINDS: dict[str, type[Line]] = {
    "member": MemberLine,
    "thread": ThreadLine,
    "message": MessageLine,
}


def read_line(raw: dict[str, Any]) -> Line:
    """Validate one line. Raises `ValueError` (a `ValidationError` where a field is wrong)."""
    kind = raw.get("type", "message")
    model = _KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise ValueError(f"type is member, thread or message, not {str(kind)[:40]!r}")
    return model.model_validate(raw)
