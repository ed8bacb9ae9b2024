"""The JSONL format: fields, defaults, bad lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.sources import jsonl
from tests.sources.archives import (
    marked,
    members_of,
    messages_of,
    read_all,
    skipped_of,
    threads_of,
    write_files,
)


def read_lines(folder: Path, *lines: dict[str, Any] | str) -> list[Any]:
    """Write a JSONL archive and read it."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return read_all(write_files(folder, {"a.jsonl": text}) / "a.jsonl")


def test_the_documented_example_is_true(tmp_path: Path) -> None:
    """The example in the module's own documentation reads without a skipped line."""
    lines = [line.strip() for line in (jsonl.__doc__ or "").splitlines() if '{"' in line]
    lines = [line for line in lines if line.startswith("{")]
    items = read_lines(tmp_path, *lines)
    first, second = messages_of(items)
    assert skipped_of(items) == []
    assert members_of(items)["ann"].timezone == "Europe/Berlin"
    thread = threads_of(items)[0]
    assert (thread.title, thread.tags) == ("Valve sticks", ("pump",))
    assert thread.accepted_message_id == second.id
    assert first.sent_at == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_four_fields_are_enough(tmp_path: Path) -> None:
    """A bare line is a chat message by a member named after the id."""
    items = read_lines(tmp_path, {"id": 1, "author": "bo", "text": "hi\n> q", "time": 1e9})
    (message,) = messages_of(items)
    assert members_of(items)["bo"].name == "bo"
    assert marked(message.text, message.segments) == [("own", "hi"), ("quote", "q")]
    assert message.sent_at == datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)


def test_every_optional_field_is_kept(tmp_path: Path) -> None:
    """What the documentation offers arrives in the record."""
    line = {
        "id": "m2",
        "text": "see",
        "time": "2026-01-01T10:00:00+02:00",
        "author": "ann",
        "thread": "t",
        "channel": "help",
        "kind": "answer",
        "reply_to": "m1",
        "edited": "2026-01-02T00:00:00Z",
        "mentions": ["bo"],
        "reactions": {"+1": 2, "none": 0},
        "attachments": [{"name": "a.png", "mimetype": "image/png"}],
        "score": -3,
    }
    items = read_lines(tmp_path, line, {"id": "m3", "text": "x", "time": 1, "deleted": True})
    message, deleted = messages_of(items)
    assert (message.kind.value, message.score, message.edited_at is not None) == (
        "answer",
        -3,
        True,
    )
    assert message.sent_at.hour == 8
    assert message.reply_to_id is not None
    assert len(message.mentions) == len(message.reactions) == len(message.attachments) == 1
    assert (deleted.deleted, deleted.text, deleted.author_id) == (True, "", None)
    assert threads_of(items)[0].channel == "help"


def test_descriptions_may_stand_anywhere(tmp_path: Path) -> None:
    """A member or thread described last is known at its first message already."""
    items = read_lines(
        tmp_path,
        {"id": 1, "author": "ann", "text": "x", "time": 1, "thread": "t"},
        {"type": "thread", "id": "t", "title": "Late", "private": True},
        {"type": "member", "id": "ann", "name": "Ann Lee"},
    )
    assert members_of(items)["ann"].name == "Ann Lee"
    assert [(thread.title, thread.private) for thread in threads_of(items)] == [("Late", True)]


def test_one_private_message_makes_its_place_private(tmp_path: Path) -> None:
    """Privacy holds for the whole thread or channel, also for messages before."""
    bare = {"author": "a", "text": "x"}
    items = read_lines(
        tmp_path,
        {"id": 1, "time": 1, "channel": "team", **bare},
        {"id": 2, "time": 2, "channel": "open", **bare},
        {"id": 3, "time": 90_000, "channel": "team", "private": True, **bare},
    )
    assert {thread.channel: thread.private for thread in threads_of(items)} == {
        "team": True,
        "open": False,
    }


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{not json", "broken JSON"),
        ("[1]", "not a JSON object"),
        ('{"type": "guess"}', "type is member, thread or message"),
        ('{"id": 1, "text": "x"}', "time"),
        ('{"id": 1, "text": 7, "time": 1}', "text"),
        ('{"id": "", "text": "x", "time": 1}', "id"),
        ('{"id": "a\\u0000b", "text": "x", "time": 1}', "id"),
        ('{"id": 1, "text": "x", "time": true}', "time"),
        ('{"id": 1, "text": "x", "time": 1e300}', "time"),
        ('{"id": 1, "text": "x", "time": NaN}', "time"),
        ('{"id": 1, "text": "x", "time": "0001-01-01T00:00:00+14:00"}', "time"),
        ('{"id": 1, "text": "x", "time": 1, "kind": "interview"}', "kind"),
        ('{"id": 1, "text": "x", "time": 1, "score": ' + "9" * 5_000 + "}", "cannot be read"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_a_bad_line_is_skipped_with_a_reason(tmp_path: Path, line: str, why: str) -> None:
    """Whatever stands in a line, the next one is read."""
    items = read_lines(tmp_path, line, {"id": "ok", "text": "x", "time": 1})
    (skipped,) = skipped_of(items)
    assert skipped.where == "a.jsonl:1"
    assert why in skipped.why
    assert [message.native_id for message in messages_of(items)] == ["ok"]


def test_escapes_and_surrogates_in_text_are_harmless(tmp_path: Path) -> None:
    """Control characters and lone surrogates cost no message."""
    line = '{"id": 1, "text": "a\\u001b[2J\\ud800\\u0000b", "time": 1}'
    (message,) = messages_of(read_lines(tmp_path, line))
    assert message.text == "a\N{REPLACEMENT CHARACTER}b"


def test_latin_1_lines_are_skipped_alone(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 cost their own line."""
    lines = [json.dumps({"id": n, "text": "caf?", "time": n}) for n in range(3)]
    lines[1] = lines[1].replace("?", "\xe9")
    path = write_files(tmp_path, {"a.jsonl": "\n".join(lines).encode("latin-1")}) / "a.jsonl"
    items = read_all(path)
    assert [message.native_id for message in messages_of(items)] == ["0", "2"]
    assert "0xe9" in skipped_of(items)[0].why
