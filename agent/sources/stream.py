"""What all sources share: windows between progress marks, going on after one, reading JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.sources.protocol import Item, Progress, Skipped
from agent.sources.scanning import RawRecord
from memory.errors import SourceError
from memory.records.people import Member
from memory.records.talk import Thread

WINDOW_RECORDS = 500
"""Records between two progress marks."""
LONGEST_REASON = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND = int((datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds())


class Window:
    """Members and threads already yielded since the last progress mark.

    Each window names again who and what its messages refer to, so that reading can be taken up
    at any mark without remembering the whole archive.
    """

    def __init__(self) -> None:
        self._yielded: dict[str, Item] = {}

    def once(self, item: Member | Thread) -> Iterator[Item]:
        if self._yielded.get(item.id) != item:
            self._yielded[item.id] = item
            yield item

    def clear(self) -> None:
        self._yielded.clear()


def go_on_after(items: Iterator[Item], after: str) -> Iterator[Item]:
    """Yield what comes after the mark `after`; raises `SourceError` for a mark never met."""
    for item in items:
        if isinstance(item, Progress) and item.position == after:
            yield from items
            return
    raise SourceError(f"the archive has no position {after!r}; import it again from the start")


def skip(where: str, why: object) -> Skipped:
    """Build a skipped record with its reason on one line."""
    return Skipped(where, " ".join(str(why).split())[:LONGEST_REASON])


def read_object(file: str, record: RawRecord) -> dict[str, Any] | Skipped:
    """Parse one record as a JSON object, or say where and why it is none."""
    where = f"{file}:{record.line}"
    if record.raw is None:
        return skip(where, record.why)
    try:
        value = json.loads(record.raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return skip(where, f"not UTF-8 text (byte {error.object[error.start]:#04x})")
    except json.JSONDecodeError as error:
        return skip(f"{file}:{record.line + error.lineno - 1}", f"broken JSON: {error.msg}")
    except (ValueError, RecursionError) as error:
        return skip(where, f"JSON that cannot be read: {error}")
    if not isinstance(value, dict):
        return skip(where, "not a JSON object")
    return value


def from_unix(seconds: int, microseconds: int = 0) -> datetime:
    """Return the UTC time; raises `ValueError` outside the years 1970 to 9998."""
    if not 0 <= seconds <= _LAST_SECOND:
        raise ValueError(f"no sensible time: {seconds}")
    return _EPOCH + timedelta(seconds=seconds, microseconds=microseconds)


def from_iso(text: str) -> datetime:
    """Parse ISO 8601; without an offset it is UTC. Raises `ValueError`, outlying years included."""
    moment = datetime.fromisoformat(text)
    if not 1 < moment.year < 9999:  # noqa: PLR2004  an offset may not carry it out of the calendar
        raise ValueError(f"no sensible time: {text!r}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
