"""Counts on real communities, held against counting that shares no code with the sources."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.sources.importer import import_archive
from memory.records.talk import MessageKind
from memory.store.sql import SqlStore
from tests.sources.archives import FixedClock

ROOT = Path(__file__).parents[2]
COMMUNITIES = Path(os.environ.get("PASSDOWN_DATA", ROOT.parent / "shared" / "data")) / "communities"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not COMMUNITIES.is_dir(), reason="PASSDOWN_DATA has no communities"),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Return an empty store."""
    opened = SqlStore.open(tmp_path / "passdown.db")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("site", "questions", "answers"), [("coffee", 225, 327), ("beer", 663, 1_572)]
)
def test_sites_are_whole(store: SqlStore, site: str, questions: int, answers: int) -> None:
    """Every question and answer of the dump arrives, with every author and no skipped row."""
    path = COMMUNITIES / f"{site}.stackexchange"
    source = (path / "Posts.xml").read_text("utf-8-sig")
    rows = [row for row in source.splitlines() if re.search(r'PostTypeId="[12]"', row)]
    authors = {found[1] for row in rows if (found := re.search(r' OwnerUserId="(-?\d+)"', row))}
    unnamed = [row for row in rows if " OwnerUserId=" not in row]
    names = {
        found[1] for row in unnamed if (found := re.search(r' OwnerDisplayName="([^"]+)"', row))
    }
    report = import_archive(store, path, site, FixedClock())
    assert (report.messages, report.threads) == (len(rows), questions)
    assert len(rows) == questions + answers
    assert report.members == len(authors) + len(names)
    assert report.skipped_count == 0


def test_a_slack_export_is_whole(store: SqlStore) -> None:
    """Every event of the export arrives, with every user, and joins are not taken for talk."""
    path = COMMUNITIES / "slack-export"
    events = [event for day in path.glob("*/*.json") for event in json.loads(day.read_text())]
    talk = [e for e in events if e.get("subtype", "file_share") in {"file_share", "file_comment"}]
    users = json.loads((path / "users.json").read_text())
    report = import_archive(store, path, "visualisers", FixedClock())
    assert report.messages == len(events)
    assert report.members == len(users)
    assert report.skipped_count == 0
    with store.reading() as unit:
        threads = unit.talk.threads(report.community_id, limit=10_000)
        kinds = [m.kind for thread in threads for m in unit.talk.thread_messages(thread.id)]
    assert kinds.count(kinds[0].CHAT) == len(talk)


def test_chat_logs_are_whole(store: SqlStore, tmp_path: Path) -> None:
    """Every line of a day arrives once, and what people say is all taken for talk."""
    path = tmp_path / "ubuntu"
    path.mkdir()
    for file in (COMMUNITIES / "ubuntu-irc").glob("2004-*"):
        shutil.copy(file, path)
    rows = [row for file in path.glob("*.raw.txt") for row in file.read_bytes().split(b"\n") if row]
    said = [row for row in rows if re.match(rb"\[\d\d:\d\d\](?: <[^>]*>| {1,2}\* )", row)]
    speakers = {re.split(rb"[<>]", row)[1].strip() for row in said if b"] <" in row[:9]}
    report = import_archive(store, path, "ubuntu", FixedClock())
    assert report.messages == len(rows)
    assert report.skipped_count == 0
    assert report.members > 0.9 * len(speakers)
    with store.reading() as unit:
        threads = unit.talk.threads(report.community_id, limit=10_000)
        talk = [
            message
            for thread in threads
            for message in unit.talk.thread_messages(thread.id)
            if message.kind is MessageKind.CHAT
        ]
    old_acts = len(talk) - len(said)
    assert 15 <= old_acts < 30
    assert sum(message.reply_to_id is not None for message in talk) > len(talk) / 2
