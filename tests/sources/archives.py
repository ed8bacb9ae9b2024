"""Small archives of every format, written to disk, and what reading them yields."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from agent.sources.detect import recognise
from agent.sources.protocol import Item, Skipped
from memory.records.people import Community, Member
from memory.records.talk import Message, Segment, Thread
from tests.sources import exports

COMMUNITY = Community.id_of("Test")
MORNING = 1_700_000_000
"""Seconds since 1970 at which hand-made archives begin."""


class FixedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        return datetime(2026, 1, 5, 12, tzinfo=UTC)


def read_all(path: Path, after: str = "") -> list[Item]:
    """Return everything a source yields, after a mark where given."""
    return list(recognise(path).open(path, COMMUNITY).read(after))


def messages_of(items: Iterable[Item]) -> list[Message]:
    """Return the messages among items."""
    return [item for item in items if isinstance(item, Message)]


def threads_of(items: Iterable[Item]) -> list[Thread]:
    """Return the threads among items."""
    return [item for item in items if isinstance(item, Thread)]


def members_of(items: Iterable[Item]) -> dict[str, Member]:
    """Return the members among items, by native id, as last stated."""
    return {item.native_id: item for item in items if isinstance(item, Member)}


def skipped_of(items: Iterable[Item]) -> list[Skipped]:
    """Return the skipped records among items."""
    return [item for item in items if isinstance(item, Skipped)]


def marked(text: str, segments: tuple[Segment, ...]) -> list[tuple[str, str]]:
    """Return `(kind, words)` of each segment."""
    return [(segment.kind.value, text[segment.start : segment.end]) for segment in segments]


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below `folder` and return it."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def write_zip(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a zip of files and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def slack_files(
    days: Mapping[str, list[Any]],
    users: Iterable[Mapping[str, Any]] = ({"id": "U1", "name": "ann"}, {"id": "U2", "name": "bo"}),
    channels: Iterable[Mapping[str, Any]] = ({"id": "C1", "name": "general"},),
) -> dict[str, str | bytes]:
    """Return the files of an export; `days` maps `folder/date` to records."""
    files: dict[str, str | bytes] = {
        "users.json": json.dumps(list(users)),
        "channels.json": json.dumps(list(channels)),
    }
    for day, records in days.items():
        files[f"{day}.json"] = json.dumps(records, indent=1)
    return files


def chat(seconds: float, text: str, user: str = "U1", **more: Any) -> dict[str, Any]:
    """Return a Slack record sent `seconds` after `MORNING`."""
    whole = int(seconds)
    ts = f"{MORNING + whole}.{round((seconds - whole) * 1_000_000):06d}"
    return {"type": "message", "user": user, "text": text, "ts": ts, **more}


def row(**attributes: object) -> str:
    """Return one row of a Stack Exchange dump."""
    written = " ".join(f"{key}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"  <row {written} />"


def question(number: int, **more: object) -> str:
    """Return the row of a question."""
    facts: dict[str, object] = {
        "Id": number,
        "PostTypeId": 1,
        "CreationDate": f"2020-01-{number % 28 + 1:02d}T10:00:00.000",
        "Score": number % 5,
        "Body": f"<p>Why does it stick, number {number}?</p>",
        "OwnerUserId": number % 7,
        "Title": f"Question {number}",
        "Tags": "<valve><pump>",
    }
    return row(**(facts | more))


def answer(number: int, parent: int, **more: object) -> str:
    """Return the row of an answer."""
    facts: dict[str, object] = {
        "Id": number,
        "PostTypeId": 2,
        "ParentId": parent,
        "CreationDate": f"2020-02-{number % 28 + 1:02d}T10:00:00.000",
        "Score": number % 5,
        "Body": f"<p>Grease it, because of friction {number}.</p>",
        "OwnerUserId": number % 11,
    }
    return row(**(facts | more))


def posts(rows: Iterable[str]) -> str:
    """Return Posts.xml of rows."""
    inside = "\n".join(rows)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<posts>\n{inside}\n</posts>\n'


def many_posts(count: int) -> str:
    """Return Posts.xml with `count` rows, every third one a question."""
    rows = [question(n) if n % 3 == 1 else answer(n, n - (n - 1) % 3) for n in range(1, count + 1)]
    return posts(rows)


def many_slack_days(count: int) -> dict[str, str | bytes]:
    """Return an export of `count` messages in two channels, a sixth of them in threads."""
    days: dict[str, list[Any]] = {}
    for n in range(count):
        folder = "general" if n % 2 else "help"
        record = chat(n * 900, f"Message {n}: <@U2> look, it sticks because of rust.", f"U{n % 4}")
        if n % 6 == 0 and n:
            record["thread_ts"] = chat(0, "")["ts"]
        days.setdefault(f"{folder}/2023-11-{14 + n * 900 // 86_400:02d}", []).append(record)
    channels = [{"id": "C1", "name": "general"}, {"id": "C2", "name": "help"}]
    return slack_files(days, channels=channels)


def many_lines(count: int) -> str:
    """Return a JSONL archive of `count` messages, some in stated threads."""
    lines: list[dict[str, Any]] = [
        {"type": "member", "id": "ann", "name": "Ann Lee", "timezone": "Europe/Berlin"},
        {"type": "thread", "id": "t0", "title": "Valve sticks", "tags": ["pump"], "accepted": "3"},
    ]
    for n in range(count):
        line: dict[str, Any] = {
            "id": n,
            "author": ["ann", "bo", "cy"][n % 3],
            "text": f"Line {n}\n> quoted\nmine",
            "time": MORNING + n * 600,
        }
        if n % 4 == 0:
            line["thread"] = f"t{n // 100}"
        lines.append(line)
    return "".join(json.dumps(line) + "\n" for line in lines)


def _slack_folder(folder: Path) -> Path:
    return write_files(folder / "export", many_slack_days(700))


def _slack_zip(folder: Path) -> Path:
    return write_zip(folder / "export.zip", many_slack_days(700))


def _dump(folder: Path) -> Path:
    votes = [row(Id=n, PostId=n % 9 + 1, VoteTypeId=n % 4 + 1) for n in range(1, 40)]
    users = [row(Id=n, DisplayName=f"Person {n}") for n in range(6)]
    comments = [
        row(Id=n, PostId=n, Score=1, Text=f"But {n}?", CreationDate="2020-03-01T00:00:00", UserId=2)
        for n in range(1, 620)
    ]
    files = {
        "Posts.xml": many_posts(700),
        "Users.xml": f"<users>{''.join(users)}</users>",
        "Comments.xml": f"<comments>{''.join(comments)}</comments>",
        "Votes.xml": f"<votes>{''.join(votes)}</votes>",
    }
    return write_files(folder / "site", files)


def _posts_alone(folder: Path) -> Path:
    return write_files(folder, {"Posts.xml": many_posts(1_000)}) / "Posts.xml"


def _jsonl(folder: Path) -> Path:
    return write_files(folder, {"talk.jsonl": many_lines(1_100)}) / "talk.jsonl"


def _of_files(make: Callable[[int], exports.Files]) -> Callable[[Path], Path]:
    return lambda folder: write_files(folder / "a", make(_ENOUGH))


def _of_file(name: str, make: Callable[[], str]) -> Callable[[Path], Path]:
    return lambda folder: write_files(folder, {name: make()}) / name


_ENOUGH, _MORE = 304, 504
"""Messages of an archive of mail or JSON; the larger fills more than one window."""
BUILDERS: dict[str, Callable[[Path], Path]] = {
    "slack folder": _slack_folder,
    "slack zip": _slack_zip,
    "stackexchange dump": _dump,
    "stackexchange posts": _posts_alone,
    "jsonl": _jsonl,
    "mbox file": _of_file("list.mbox", lambda: exports.many_mails(_MORE)),
    "discourse": _of_files(exports.discourse_topics),
    "zulip": _of_files(exports.zulip_folders),
    "github": _of_files(exports.github_files),
    "discord": _of_file(
        "help.json",
        lambda: exports.discord_channel(map(exports.discord_said, range(_ENOUGH))),
    ),
    "irc days": _of_files(exports.irc_days),
    "irc file": _of_file(
        "#valves.2023-11-14.txt", lambda: "".join(map(exports.irc_line, range(_MORE)))
    ),
    "matrix": _of_file("room.json", lambda: exports.room(map(exports.event, range(_ENOUGH)))),
}
