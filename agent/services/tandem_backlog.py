"""Entries of a backlog file or an issue export, as tasks that could be done in a tandem."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.sources.own_words import clean_line, clean_text
from memory.errors import UserInputError
from memory.records.base import stable_id
from memory.records.tandem import MAX_TITLE, MAX_WORDS, MOST_LEARNERS

MAX_BYTES = 20_000_000
MAX_LINK = 500
MAX_SOURCE = 200
LONGEST_DAYS = 365.0
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?:\[(?P<mark>[ xX])\]\s+)?(?P<words>\S.*)$")
_TRUE = frozenset({"1", "true", "yes", "y"})
_FALSE = frozenset({"0", "false", "no", "n", ""})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do; `None` where the file does not say."""

    source: str
    title: str
    description: str = ""
    link: str = ""
    labels: tuple[str, ...] = ()
    difficulty: float | None = None
    value: float | None = None
    days: float | None = None
    reversible: bool | None = None
    urgent: bool | None = None
    learners: int | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a file holds, and which of its entries cannot be read, with the reason in words."""

    entries: tuple[Entry, ...]
    problems: tuple[str, ...]
    done: int
    """Entries that are done or closed already."""


def read_backlog(path: Path) -> Backlog:
    """Read a `.jsonl`, `.csv` or Markdown list, or a JSON export of issues.

    Raises `UserInputError` where the file cannot be read as any of them. An entry that is wrong is
    left out and named.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserInputError(f"{path.name!r} is larger than {MAX_BYTES:,} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserInputError(f"{path.name!r} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserInputError(f"{path.name!r} is no UTF-8 text: {error.reason}") from error
    return parse_backlog(text, path.name)


def parse_backlog(text: str, name: str) -> Backlog:
    """The same for a text; `name` tells the format by its ending. Raises `UserInputError`."""
    ending = Path(name).suffix.casefold()
    readers = {
        ".jsonl": _lines_of_json,
        ".ndjson": _lines_of_json,
        ".csv": _rows_of_csv,
        ".json": _issues,
        ".md": _list_items,
        ".markdown": _list_items,
        ".txt": _list_items,
    }
    if ending not in readers:
        known = ", ".join(sorted(readers))
        raise UserInputError(f"{name!r} is no backlog; its name has to end in one of {known}")
    entries: dict[str, Entry] = {}
    problems: list[str] = []
    done = 0
    for place, fields in readers[ending](text, name):
        if isinstance(fields, str):
            problems.append(f"{place}: {fields}")
            continue
        if _is_done(fields):
            done += 1
            continue
        try:
            entry = _entry(fields, name)
        except ValueError as error:
            problems.append(f"{place}: {error}")
            continue
        entries[entry.source] = entry
    if not (entries or problems or done):
        raise UserInputError(f"{name!r} holds no entry; see `passdown tandems backlog --help`")
    return Backlog(tuple(entries.values()), tuple(problems), done)


Found = Iterator[tuple[str, Mapping[str, Any] | str]]
"""Where an entry stands, and its fields, or why it cannot be read."""


def _lines_of_json(text: str, name: str) -> Found:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield f"{name} line {number}", _json_object(line)


def _json_object(line: str) -> Mapping[str, Any] | str:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"no JSON ({error})"
    return found if isinstance(found, dict) else "not a JSON object"


def _rows_of_csv(text: str, name: str) -> Found:
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if rows.fieldnames is None or "title" not in [
            one.strip().casefold() for one in rows.fieldnames
        ]:
            raise UserInputError(f"{name!r} has no column 'title' in its first line")
        for row in rows:
            fields = {str(key).strip().casefold(): cell for key, cell in row.items() if key}
            yield f"{name} line {rows.line_num}", fields
    except csv.Error as error:
        yield name, f"no CSV from here on ({error})"


def _issues(text: str, name: str) -> Found:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserInputError(f"{name!r} is no JSON: {error}") from error
    if isinstance(found, dict):
        found = found.get("issues", found.get("items"))
    if not isinstance(found, list):
        raise UserInputError(f"{name!r} holds no list of issues")
    for number, issue in enumerate(found, 1):
        place = f"{name} entry {number}"
        if not isinstance(issue, dict):
            yield place, "not a JSON object"
        elif "pull_request" not in issue:
            yield place, issue


def _list_items(text: str, name: str) -> Found:
    for number, line in enumerate(text.splitlines(), 1):
        item = _ITEM.match(line)
        if item:
            done = (item["mark"] or "").casefold() == "x"
            yield f"{name} line {number}", {"title": item["words"], "done": done}


def _is_done(fields: Mapping[str, Any]) -> bool:
    state = str(fields.get("state") or fields.get("status") or "").strip().casefold()
    return state in {"closed", "done"} or fields.get("done") is True


def _entry(fields: Mapping[str, Any], name: str) -> Entry:
    title = clean_line(str(fields.get("title") or ""), MAX_TITLE)
    if not any(character.isalnum() for character in title):
        raise ValueError("it has no title")
    link = str(fields.get("html_url") or fields.get("link") or fields.get("url") or "").strip()
    key = fields.get("id") or fields.get("number") or stable_id("ent", title)
    body = fields.get("description") or fields.get("body") or ""
    learners = _number(fields, "learners", 1, MOST_LEARNERS)
    return Entry(
        source=f"{name}:{clean_line(str(key), 60)}"[-MAX_SOURCE:],
        title=title,
        description=clean_text(str(body))[:MAX_WORDS],
        link=clean_line(link, MAX_LINK) if link.startswith(("http://", "https://")) else "",
        labels=tuple(_labels(fields.get("labels") or fields.get("topics"))),
        difficulty=_number(fields, "difficulty", 0, 1),
        value=_number(fields, "value", 0, 1),
        days=_number(fields, "days", 0.1, LONGEST_DAYS),
        reversible=_flag(fields, "reversible"),
        urgent=_flag(fields, "urgent"),
        learners=None if learners is None else int(learners),
    )


def _labels(found: Any) -> Iterator[str]:
    parts = found.split(",") if isinstance(found, str) else found
    for one in parts if isinstance(parts, list) else ():
        words = one.get("name") if isinstance(one, dict) else one
        if isinstance(words, str) and words.strip():
            yield clean_line(words, 60)


def _number(fields: Mapping[str, Any], key: str, low: float, high: float) -> float | None:
    given = fields.get(key)
    if given is None or not str(given).strip():
        return None
    try:
        number = float(given)
    except (TypeError, ValueError):
        raise ValueError(f"{key} {given!r} is no number") from None
    if not low <= number <= high:
        raise ValueError(f"{key} {given!r} is not from {low:g} to {high:g}")
    return number


def _flag(fields: Mapping[str, Any], key: str) -> bool | None:
    given = fields.get(key)
    if given is None:
        return None
    word = str(given).strip().casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"{key} {given!r} is neither yes nor no")
