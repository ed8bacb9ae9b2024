"""Random damage to archives ends in records, skipped records, or an error of ours; nothing else."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.sources.detect import recognise
from memory.errors import PassdownError
from tests.sources.archives import (
    COMMUNITY,
    answer,
    chat,
    many_lines,
    posts,
    question,
    slack_files,
    write_files,
    write_zip,
)

QUICK = settings(
    max_examples=40, deadline=2_000, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
SLACK_KEYS = st.sampled_from(
    [
        "type",
        "subtype",
        "ts",
        "thread_ts",
        "user",
        "text",
        "edited",
        "reactions",
        "files",
        "file",
        "comment",
        "bot_id",
        "username",
        "user_profile",
        "attachments",
        "message",
        "replies",
        "deleted_ts",
        "previous_message",
        "profile",
        "name",
        "tz",
    ]
)
LINE_KEYS = st.sampled_from(
    [
        "type",
        "id",
        "text",
        "time",
        "author",
        "thread",
        "channel",
        "kind",
        "reply_to",
        "edited",
        "mentions",
        "reactions",
        "attachments",
        "score",
        "private",
        "deleted",
        "tags",
        "timezone",
    ]
)


@contextmanager
def folder_of(files: dict[str, str | bytes]) -> Iterator[Path]:
    """Offer a folder with these files."""
    with tempfile.TemporaryDirectory() as folder:
        yield write_files(Path(folder), files)


def survive(path: Path) -> None:
    """Read everything; only our own errors may come out."""
    with suppress(PassdownError):
        for item in recognise(path).open(path, COMMUNITY).read():
            assert item


def damaged(source: bytes, cuts: list[tuple[int, bytes]]) -> bytes:
    """Overwrite `source` at each place (modulo its length) with the given bytes."""
    altered = bytearray(source)
    for place, piece in cuts:
        start = place % max(1, len(altered))
        altered[start : start + len(piece)] = piece
    return bytes(altered)


CUTS = st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=4)), max_size=6)
NAMES = st.sampled_from(
    ("Posts.xml", "a.jsonl", "users.json", "channels.json", "general/2020-01-01.json", "a.zip")
)


@QUICK
@given(NAMES, st.binary(max_size=300))
def test_random_bytes_under_a_known_name(name: str, content: bytes) -> None:
    """A file that only pretends to be an archive is survived."""
    with folder_of({name: content}) as folder:
        survive(folder)
        survive(folder / name)


@QUICK
@given(CUTS)
def test_damaged_posts(cuts: list[tuple[int, bytes]]) -> None:
    """A dump with bytes overwritten is read as far as it goes."""
    source = posts([question(1), answer(2, 1), question(3)]).encode()
    with folder_of({"Posts.xml": damaged(source, cuts)}) as folder:
        survive(folder)


@QUICK
@given(CUTS)
def test_damaged_slack_days(cuts: list[tuple[int, bytes]]) -> None:
    """A day file with bytes overwritten is read as far as it goes."""
    files = slack_files({"general/2023-11-14": [chat(n, f"m{n}") for n in range(5)]})
    day = "general/2023-11-14.json"
    files[day] = damaged(str(files[day]).encode(), cuts)
    with folder_of(files) as folder:
        survive(folder)


@QUICK
@given(CUTS)
def test_damaged_zips(cuts: list[tuple[int, bytes]]) -> None:
    """A zip with bytes overwritten is refused or read, never a crash."""
    with tempfile.TemporaryDirectory() as folder:
        files: dict[str, str | bytes] = {"Posts.xml": posts([question(1), answer(2, 1)])}
        path = write_zip(Path(folder) / "a.zip", files)
        path.write_bytes(damaged(path.read_bytes(), cuts))
        survive(path)


@QUICK
@given(st.lists(st.dictionaries(SLACK_KEYS, JSON, max_size=5), max_size=4))
def test_slack_records_of_any_shape(records: list[dict[str, Any]]) -> None:
    """Any JSON value may stand under any key of a record, a user or a channel."""
    said = [chat(n, "text <@U1>") | record for n, record in enumerate(records)]
    files = slack_files(
        {"general/2023-11-14": said},
        users=[{"id": "U1", **record} for record in records],
        channels=[{"id": "C1", "name": "general", **record} for record in records],
    )
    with folder_of(files) as folder:
        survive(folder)


@QUICK
@given(st.lists(st.dictionaries(LINE_KEYS, JSON, max_size=5), max_size=5))
def test_lines_of_any_shape(lines: list[dict[str, Any]]) -> None:
    """Any JSON value may stand under any key of a line."""
    base = {"id": "1", "text": "x", "time": 1}
    text = many_lines(3) + "\n".join(json.dumps(base | line) for line in lines)
    with folder_of({"a.jsonl": text}) as folder:
        survive(folder / "a.jsonl")
