"""Reads a Slack export plainly, as a second opinion beside the shipped source."""

from __future__ import annotations

import html
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evals.sample import SLACK_EXPORT

REPOSITORY = Path(__file__).parents[2]
LARGE_DATA = Path(os.environ.get("PASSDOWN_DATA", REPOSITORY.parent / "shared" / "data"))

SlackObject = Mapping[str, Any]


def load(path: Path) -> list[SlackObject]:
    """Return the objects of one file; fails if it is not a list of objects."""
    objects = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(objects, list)
    assert all(isinstance(one, dict) for one in objects)
    return objects


def users(export: Path = SLACK_EXPORT) -> dict[str, SlackObject]:
    """Return the users by id."""
    return {str(user["id"]): user for user in load(export / "users.json")}


def messages(export: Path = SLACK_EXPORT) -> list[tuple[Path, SlackObject]]:
    """Return every message with the file it stands in, file by file in order."""
    return [(path, one) for path in sorted(export.glob("*/*.json")) for one in load(path)]


def threads(export: Path = SLACK_EXPORT) -> dict[str, list[SlackObject]]:
    """Return the messages of each thread by its first time stamp, in order of time."""
    grouped: dict[str, list[SlackObject]] = defaultdict(list)
    for _, message in messages(export):
        if "thread_ts" in message:
            grouped[str(message["thread_ts"])].append(message)
    return {
        stamp: sorted(members, key=lambda one: float(one["ts"]))
        for stamp, members in grouped.items()
    }


def plain(message: SlackObject) -> str:
    """Return a message's text with links reduced to their labels and entities resolved."""
    without_links = re.sub(r"<[^>|]*\|?([^>]*)>", r"\1", str(message["text"]))
    return html.unescape(without_links)


def texts_by_handle(export: Path = SLACK_EXPORT) -> dict[str, list[str]]:
    """Return everything each person wrote, by handle."""
    people = users(export)
    written: dict[str, list[str]] = defaultdict(list)
    for _, message in messages(export):
        if message.get("subtype") is None:
            written[str(people[message["user"]]["name"])].append(plain(message))
    return written


def keys_of(objects: Iterable[SlackObject]) -> set[str]:
    """Return the keys that every one of the objects has."""
    shared: set[str] | None = None
    for one in objects:
        shared = set(one) if shared is None else shared & set(one)
    return shared or set()
