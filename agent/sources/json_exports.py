"""What JSON exports share: telling which one a file is by its keys, and reading values safely."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from agent.sources.archive import Archive
from agent.sources.json_lists import first_keys, json_head, list_or_document
from agent.sources.own_words import clean_line
from agent.sources.protocol import Skipped
from agent.sources.stream import from_iso, from_unix, read_object, skip
from memory.errors import SourceError

JUDGED_FILES = 40
"""How many JSON files of a folder are looked at to recognise its format."""
DISCOURSE, ZULIP, GITHUB, DISCORD, MATRIX = "discourse", "zulip", "github", "discord", "matrix"
_SHAPES: tuple[tuple[str, frozenset[str]], ...] = (
    (DISCOURSE, frozenset({"post_stream"})),
    (DISCOURSE, frozenset({"latest_posts"})),
    (DISCOURSE, frozenset({"cooked", "post_number"})),
    (ZULIP, frozenset({"zerver_message"})),
    (ZULIP, frozenset({"zerver_realm"})),
    (ZULIP, frozenset({"sender_full_name", "content", "timestamp"})),
    (DISCORD, frozenset({"guild", "channel", "messages"})),
    (MATRIX, frozenset({"room_name", "messages"})),
    (MATRIX, frozenset({"exported_by", "messages"})),
    (GITHUB, frozenset({"number", "title", "body"})),
    (GITHUB, frozenset({"issue_url", "body"})),
)
_ANSWER = frozenset({"data", "repository"})
"""What an answer of GitHub's GraphQL API begins with, and too much else to tell by."""
_GRAPH_MARKS = (b'"discussion', b'"issue', b'"pullRequest', b'"search"', b'"node"')


def export_of(archive: Archive, name: str) -> str:
    """Return which export a file belongs to, by the keys it begins with; empty for none."""
    keys = first_keys(archive, name)
    if _ANSWER & keys:
        head = json_head(archive, name)
        graph = b'"number"' in head and any(mark in head for mark in _GRAPH_MARKS)
        return GITHUB if graph and b'"body"' in head else ""
    return next((export for export, shape in _SHAPES if shape <= keys), "")


def json_files(archive: Archive) -> list[str]:
    """Return the files named as JSON; a lone file may be named freely."""
    named = [name for name in archive.sizes if name.lower().endswith(".json")]
    return named or (list(archive.sizes) if len(archive.sizes) == 1 else [])


def holds_export(archive: Archive, export: str) -> bool:
    """Whether the first JSON file of a known export is of this one."""
    for name in json_files(archive)[:JUDGED_FILES]:
        if found := export_of(archive, name):
            return found == export
    return False


Found = tuple[str, int, dict[str, Any], int]
"""File, line, the object there, and bytes of the file read so far."""


def objects_of(archive: Archive, file: str) -> Iterator[Found | Skipped]:
    """Yield the objects of one file: its list's elements, or the file's one object."""
    try:
        for record in list_or_document(archive, file):
            value = read_object(file, record)
            yield value if isinstance(value, Skipped) else (file, record.line, value, record.end)
    except SourceError as error:
        yield skip(file, error)


def text_at(raw: Any, *keys: str) -> str:
    """Return the string under nested keys, or an empty one."""
    value = value_at(raw, *keys)
    return value if isinstance(value, str) else ""


def value_at(raw: Any, *keys: str) -> Any:
    """Return what stands under nested keys, or None."""
    for key in keys:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw


def dicts_at(raw: Any, *keys: str) -> list[dict[str, Any]]:
    """Return the objects in the list under nested keys."""
    value = value_at(raw, *keys)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def id_at(raw: Any, *keys: str) -> str:
    """Return the id under nested keys, a number or one line; empty where there is none."""
    value = value_at(raw, *keys)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**30 else ""
    return clean_line(value) if isinstance(value, str) else ""


def number_at(raw: Any, *keys: str) -> int:
    """Return the whole number under nested keys, 0 where there is none or no sensible one."""
    value = value_at(raw, *keys)
    sensible = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9
    return int(value) if sensible else 0


def time_at(raw: Any, *keys: str) -> datetime:
    """Return the UTC time under nested keys: ISO 8601, or seconds since 1970.

    Raises `ValueError`.
    """
    value = value_at(raw, *keys)
    if isinstance(value, str) and value.strip():
        return from_iso(value.strip())
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**12:
        return from_unix(int(value), round((value - int(value)) * 1_000_000))
    raise ValueError(f"no time under {'.'.join(keys)!r}")


def optional_time_at(raw: Any, *keys: str) -> datetime | None:
    """Return the UTC time under nested keys, None where there is none or none that can be read."""
    try:
        return time_at(raw, *keys)
    except ValueError:
        return None
