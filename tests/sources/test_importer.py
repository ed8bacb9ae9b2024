"""Importing into a real store: counts, repetition, edits, strictness, kills."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.sources.importer import MAX_KEPT_SKIPPED, ImportReport, import_archive
from memory.errors import SourceError, UserInputError
from memory.records.decisions import Action
from memory.records.people import Consent
from memory.records.talk import Message, Thread
from memory.store.sql import SqlStore
from tests.sources.archives import (
    BUILDERS,
    FixedClock,
    answer,
    chat,
    many_posts,
    posts,
    question,
    slack_files,
    write_files,
)

CLOCK = FixedClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Return an empty store."""
    opened = SqlStore.open(tmp_path / "passdown.db")
    yield opened
    opened.close()


def write_posts(folder: Path, *rows: str) -> Path:
    """Write a dump of these rows."""
    return write_files(folder / "site", {"Posts.xml": posts(rows)})


def stored(store: SqlStore, community_id: str) -> dict[str, tuple[Thread, list[Message]]]:
    """Return all public threads with their messages, by thread id."""
    with store.reading() as unit:
        threads = unit.talk.threads(community_id, limit=10_000)
        return {t.id: (t, list(unit.talk.thread_messages(t.id))) for t in threads}


@pytest.mark.parametrize("kind", sorted(BUILDERS))
def test_importing_twice_changes_nothing(store: SqlStore, tmp_path: Path, kind: str) -> None:
    """The second import finds every message unchanged, and the store is the same."""
    path = BUILDERS[kind](tmp_path)
    first = import_archive(store, path, "Test", CLOCK)
    before = stored(store, first.community_id)
    second = import_archive(store, path, "Test", CLOCK)
    assert first.finished
    assert first.added == first.messages == second.unchanged
    assert (second.added, second.changed) == (0, 0)
    assert (first.threads, first.members) == (second.threads, second.members)
    assert stored(store, first.community_id) == before
    with store.reading() as unit:
        assert unit.talk.count_messages(first.community_id) == first.messages
        assert unit.talk.count_threads(first.community_id) == first.threads
        assert len(unit.people.members(first.community_id)) == first.members


def test_threads_span_their_messages(store: SqlStore, tmp_path: Path) -> None:
    """A thread starts with its first message and ends with its last, across batches."""
    report = import_archive(store, BUILDERS["slack folder"](tmp_path), "Test", CLOCK)
    for thread, messages in stored(store, report.community_id).values():
        assert thread.last_at == max(message.sent_at for message in messages)
        assert thread.started_at <= min(message.sent_at for message in messages)


def test_an_edited_archive_updates_what_was_edited(store: SqlStore, tmp_path: Path) -> None:
    """An edit changes its message; what is missing from the new archive is kept."""
    import_archive(store, write_posts(tmp_path, question(1), answer(2, 1)), "Test", CLOCK)
    edited = write_posts(tmp_path, question(1, Body="<p>Edited</p>"), answer(4, 1))
    report = import_archive(store, edited, "Test", CLOCK)
    assert (report.messages, report.added, report.changed, report.unchanged) == (2, 1, 1, 0)
    ((_, messages),) = stored(store, report.community_id).values()
    assert {message.native_id for message in messages} == {"q1", "a2", "a4"}
    assert "Edited" in {message.text for message in messages}


def test_a_deletion_reaches_the_store(store: SqlStore, tmp_path: Path) -> None:
    """A tombstone in a newer export takes the words away."""
    day = "general/2023-11-14"
    path = write_files(tmp_path / "e", slack_files({day: [chat(0, "secret"), chat(1, "b")]}))
    import_archive(store, path, "Test", CLOCK)
    gone = chat(0, "This message was deleted.", subtype="tombstone")
    write_files(path, slack_files({day: [gone, chat(1, "b")]}))
    report = import_archive(store, path, "Test", CLOCK)
    ((_, messages),) = stored(store, report.community_id).values()
    assert (report.changed, report.unchanged) == (1, 1)
    assert [(message.deleted, message.text) for message in messages] == [(True, ""), (False, "b")]


def test_a_decision_about_a_member_survives_an_import(store: SqlStore, tmp_path: Path) -> None:
    """Who opted out stays out when the archive is imported again."""
    path = write_posts(tmp_path, question(1), answer(2, 1))
    report = import_archive(store, path, "Test", CLOCK)
    with store.writing() as unit:
        member = unit.people.members(report.community_id)[0]
        away = member.model_copy(update={"consent": Consent(opted_out_at=CLOCK.now())})
        unit.people.update_member(away)
    import_archive(store, path, "Test", CLOCK)
    with store.reading() as unit:
        assert unit.people.member(member.id) == away


def test_bad_records_are_counted_and_named(store: SqlStore, tmp_path: Path) -> None:
    """Skipped records are listed up to a bound and counted beyond it."""
    bad = ['<row Id="x" />'] * (MAX_KEPT_SKIPPED + 5)
    report = import_archive(store, write_posts(tmp_path, *bad, question(1)), "Test", CLOCK)
    assert (report.messages, report.skipped_count) == (1, MAX_KEPT_SKIPPED + 5)
    assert len(report.skipped) == MAX_KEPT_SKIPPED
    assert report.skipped[0].where == "Posts.xml:3"
    assert "Id" in report.skipped[0].why


def test_strict_stops_at_the_first_bad_record(store: SqlStore, tmp_path: Path) -> None:
    """Strict names the place; batches before it stay."""
    rows = [question(n) for n in range(1, 601)]
    path = write_posts(tmp_path, *rows, '<row Id="x" />', question(700))
    with pytest.raises(SourceError, match=r"Posts\.xml:603"):
        import_archive(store, path, "Test", CLOCK, strict=True)
    relaxed = import_archive(store, path, "Test", CLOCK)
    assert (relaxed.messages, relaxed.added, relaxed.skipped_count) == (601, 601, 1)


@pytest.mark.parametrize("rows", [[], ['<row Id="x" />']])
def test_an_archive_without_a_message_is_refused(
    store: SqlStore, tmp_path: Path, rows: list[str]
) -> None:
    """Nothing to import is the person's to mend, and leaves no community behind."""
    with pytest.raises(UserInputError, match="no readable message"):
        import_archive(store, write_posts(tmp_path, *rows), "Test", CLOCK)
    with store.reading() as unit:
        assert unit.people.communities() == []


def test_an_import_is_logged(store: SqlStore, tmp_path: Path) -> None:
    """The log says that this account imported into this community, once per import."""
    report = import_archive(store, write_posts(tmp_path, question(1)), "Test", CLOCK)
    with store.reading() as unit:
        (entry,) = unit.log.decisions(report.community_id)
    assert (entry.action, entry.actor, entry.reason) == (
        Action.IMPORTED,
        "account",
        "stackexchange",
    )


def test_progress_is_told_and_rises(store: SqlStore, tmp_path: Path) -> None:
    """Each batch is followed by the share read and a report so far."""
    told: list[tuple[float, ImportReport]] = []
    path = write_files(tmp_path / "site", {"Posts.xml": many_posts(1_200)})
    final = import_archive(
        store, path, "Test", CLOCK, on_progress=lambda share, report: told.append((share, report))
    )
    assert [report.messages for _, report in told] == [500, 1_000, 1_200, 1_200]
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[-1] == (1.0, final)


KILLED = """
import os, signal, sys
from pathlib import Path
from agent.sources.importer import import_archive
from memory.store.sql import SqlStore
from tests.sources.archives import FixedClock
path, database, batches = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
count = 0
def stop(share, report):
    global count
    count += 1
    if count == batches:
        os.kill(os.getpid(), signal.SIGKILL)
class Halting(FixedClock):
    calls = 0
    def now(self):
        Halting.calls += 1
        if batches < 0 and Halting.calls == 1 - batches:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().now()
import_archive(SqlStore.open(database), path, "Test", Halting(), on_progress=stop)
"""


@pytest.mark.parametrize(("kind", "batches"), [("jsonl", 1), ("slack folder", 2), ("jsonl", -3)])
def test_a_killed_import_goes_on(store: SqlStore, tmp_path: Path, kind: str, batches: int) -> None:
    """After kill -9, behind or before a commit, the resumed report and store equal a smooth run."""
    path = BUILDERS[kind](tmp_path)
    database = tmp_path / "killed.db"
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(database), str(batches)],
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert died.returncode == -9
    smooth = import_archive(store, path, "Test", CLOCK)
    killed = SqlStore.open(database)
    told: list[ImportReport] = []
    try:
        resumed = import_archive(
            killed, path, "Test", CLOCK, on_progress=lambda _, report: told.append(report)
        )
        assert resumed == smooth
        assert told[0].messages > 0
        assert stored(killed, resumed.community_id) == stored(store, smooth.community_id)
    finally:
        killed.close()


def test_a_position_of_another_version_starts_anew(store: SqlStore, tmp_path: Path) -> None:
    """A mark that this version never meets costs a full read, not the import."""
    path = write_posts(tmp_path, question(1), answer(2, 1))
    report = import_archive(store, path, "Test", CLOCK)
    from agent.sources.detect import recognise

    with store.writing() as unit:
        archive = recognise(path).open(path, report.community_id).fingerprint()
        cursor = unit.talk.cursor(report.community_id, archive)
        assert cursor is not None
        strange = json.dumps({"source": "posts.xml:777"})
        unit.talk.save_cursor(cursor.model_copy(update={"position": strange, "finished": False}))
    again = import_archive(store, path, "Test", CLOCK)
    assert (again.messages, again.unchanged, again.finished) == (2, 2, True)
