"""The SQL store under bad conditions, and its codec: nothing is lost and nothing leaks out."""

from __future__ import annotations

import json
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread as Worker

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from memory.errors import StoreError
from memory.records.people import Consent, Member
from memory.records.talk import Attachment, Message, Reaction, Segment, SegmentKind
from memory.store import sqlite
from memory.store.connection import Link
from memory.store.evidence import MESSAGES
from memory.store.people import MEMBERS
from memory.store.sql import SqlStore
from tests.memory.samples import (
    ADA,
    COMMUNITY,
    NOON,
    guide,
    member,
    message,
    settle,
    thread,
    version,
)

ROOT = Path(__file__).parents[2]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TIMES = st.datetimes(timezones=st.timezones())
BIG = st.integers(-(2**63), 2**63 - 1)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Messages with any text, cut into segments anywhere."""
    said = draw(WORDS)
    cuts = sorted(draw(st.sets(st.integers(0, len(said)), max_size=6)))
    kinds = st.sampled_from(SegmentKind)
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    return message(
        draw(WORDS),
        said,
        segments=tuple(Segment(kind=draw(kinds), start=a, end=b) for a, b in spans),
        sent_at=draw(TIMES),
        edited_at=draw(st.none() | TIMES),
        mentions=tuple(draw(st.lists(st.just(ADA.id), max_size=2))),
        reactions=tuple(Reaction(name=n, count=1) for n in draw(st.lists(WORDS, max_size=2))),
        attachments=tuple(Attachment(name=n) for n in draw(st.lists(WORDS, max_size=2))),
        score=draw(BIG),
    )


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """One store for all examples."""
    store = SqlStore.open(tmp_path_factory.mktemp("shared") / "p.sqlite")
    settle(store)
    yield store
    store.close()


@settings(deadline=None, max_examples=50)
@given(said=messages())
def test_a_message_comes_back_as_it_went_in(shared: SqlStore, said: Message) -> None:
    """Any text, time or number survives the way through the database."""
    with shared.writing() as unit:
        unit.talk.save_messages([said])
        assert unit.talk.message(said.id) == said
        assert unit.talk.save_messages([said]).unchanged == 1


@settings(deadline=None, max_examples=50)
@given(name=WORDS, left=st.none() | TIMES, zone=st.sampled_from([None, "UTC", "Asia/Tokyo"]))
def test_a_member_is_a_row_and_back(name: str, left: object, zone: str | None) -> None:
    """The codec loses nothing of nested records."""
    one = member(name=name, consent=Consent.model_validate({"opted_out_at": left}), timezone=zone)
    assert MEMBERS.record(MEMBERS.row(one)) == one
    assert isinstance(one, Member)


def test_a_damaged_row_is_told_plainly() -> None:
    """A row that makes no legal record names the record."""
    row = MESSAGES.row(message()) | {"segments": [{"kind": "own", "start": 9, "end": 3}]}
    with pytest.raises(StoreError, match=message().id):
        MESSAGES.record(row)


def test_a_full_disk_undoes_the_unit_and_says_so(tmp_path: Path) -> None:
    """Nothing is half saved, and there is room to go on once space is freed."""
    store = SqlStore.open(tmp_path / "p.sqlite")
    settle(store)

    def fill() -> None:
        with store.writing() as unit:
            limit = unit.talk._link.number(text("PRAGMA page_count"))
            unit.talk._link.number(text(f"PRAGMA max_page_count={limit + 5}"))
            try:
                unit.talk.save_messages(message(f"n{i}", "x" * 4000) for i in range(500))
            finally:
                unit.talk._link.number(text("PRAGMA max_page_count=1000000"))

    with pytest.raises(StoreError, match="disk is full") as told:
        fill()
    assert "p.sqlite" in str(told.value)
    with store.writing() as unit:
        assert unit.talk.count_messages(COMMUNITY.id) == 1
        unit.talk.save_messages([message("m2")])
    assert store.integrity() == []
    store.close()


FILLER = """
import pathlib, sys
from memory.errors import StoreError
from memory.store.sql import SqlStore
from tests.memory.samples import message
store = SqlStore.open(pathlib.Path(sys.argv[1]))
try:
    for turn in range(1000):
        with store.writing() as unit:
            unit.talk.save_messages(message(f"{turn}.{i}", "x" * 4000) for i in range(20))
        print(turn, flush=True)
except StoreError as error:
    sys.exit(str(error))
"""


def test_a_quota_ends_in_a_sentence_and_keeps_what_was_committed(tmp_path: Path) -> None:
    """A write the system refuses is a store error, and every committed batch is there."""
    database = tmp_path / "p.sqlite"
    store = SqlStore.open(database)
    settle(store)
    store.close()
    quota = 2_000_000
    done = subprocess.run(
        [sys.executable, "-c", FILLER, str(database)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (quota, quota)),
    )
    assert done.returncode == 1, done.stderr
    assert "disk" in done.stderr
    assert "Traceback" not in done.stderr
    _assert_holds(database, 1 + 20 * len(done.stdout.split()))


def test_a_kill_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    """After `kill -9` the store opens, is sound, and holds every finished unit whole."""
    database = tmp_path / "p.sqlite"
    store = SqlStore.open(database)
    settle(store)
    store.close()
    running = subprocess.Popen(
        [sys.executable, "-c", FILLER, str(database)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    told = [running.stdout.readline() for _ in range(5)]
    running.send_signal(signal.SIGKILL)
    told += running.stdout.readlines()
    running.stdout.close()
    running.wait()
    finished = len([line for line in told if line.endswith("\n")])
    _assert_holds(database, 1 + 20 * finished, 1 + 20 * (finished + 1))


def _assert_holds(database: Path, *counts: int) -> None:
    store = SqlStore.open(database)
    with store.reading() as unit:
        assert unit.talk.count_messages(COMMUNITY.id) in counts
    assert store.integrity() == []
    store.close()


def test_a_lock_that_is_never_given_back_is_told_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer waits its turn, and then says that another process has the file."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    store = SqlStore.open(tmp_path / "p.sqlite")
    with (
        store.writing(),
        pytest.raises(StoreError, match="another process kept it locked"),
        store.writing(),
    ):
        pass
    store.close()


def test_a_read_only_file_is_told_plainly(tmp_path: Path) -> None:
    """A home on a read-only disk is not a traceback."""
    database = tmp_path / "p.sqlite"
    SqlStore.open(database).close()
    connection = sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)
    with pytest.raises(StoreError, match="read-only") as told, sqlite.plain_errors(database):
        connection.execute("INSERT INTO effects VALUES ('x', 1)")
    connection.close()
    assert str(database) in str(told.value)


def test_a_damaged_file_is_told_plainly(tmp_path: Path) -> None:
    """Bytes overwritten on disk end in a sentence about a copy."""
    database = tmp_path / "p.sqlite"
    store = SqlStore.open(database)
    settle(store)
    with store.writing() as unit:
        unit.talk.save_messages(message(f"n{i}", "x" * 400) for i in range(200))
    store.close()
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (database.stat().st_size - 4096))
    with pytest.raises(StoreError, match="damaged"):
        _assert_holds(database, 201)


@pytest.mark.parametrize("wrong", [{"text": "\ud800"}, {"score": 2**70}])
def test_what_no_database_can_hold_is_a_store_error(
    shared: SqlStore, wrong: dict[str, object]
) -> None:
    """Half a character or a huge number is refused in words."""
    broken = message("m9").model_copy(update={"segments": (), **wrong})
    with shared.writing() as unit, pytest.raises(StoreError, match=r"p\.sqlite"):
        unit.talk.save_messages([broken])


def test_compacting_under_a_reader_says_that_it_did_not_finish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told that a text is forgotten while it may still be in the log."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    store = SqlStore.open(tmp_path / "p.sqlite")
    settle(store)
    with store.reading() as unit:
        assert unit.people.communities() == [COMMUNITY]
        with pytest.raises(StoreError, match="another process"):
            store.compact()
    store.compact()
    store.close()


def test_threads_of_a_program_share_one_store(tmp_path: Path) -> None:
    """Each unit has a connection of its own, and writers take turns."""
    store = SqlStore.open(tmp_path / "p.sqlite")
    settle(store)

    def work(name: str) -> None:
        for turn in range(20):
            with store.writing() as unit:
                unit.talk.save_messages([message(f"{name}.{turn}")])
            with store.reading() as unit:
                assert unit.talk.thread(thread().id) == thread()

    workers = [Worker(target=work, args=(name,)) for name in "abcd"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with store.reading() as unit:
        assert unit.talk.count_messages(COMMUNITY.id) == 81
    store.close()


def test_evidence_whose_kept_text_was_changed_is_not_served(tmp_path: Path) -> None:
    """Tampering with the database shows when a guide is read."""
    store = SqlStore.open(tmp_path / "p.sqlite")
    settle(store)
    with store.writing() as unit:
        unit.guides.save_guide(guide())
        link: Link = unit.talk._link
        link.run(text("UPDATE evidence_texts SET text = 'Always open it.'"))
        with pytest.raises(StoreError, match="no longer matches"):
            unit.guides.guide(guide().id)
    store.close()


def test_compacting_leaves_no_trace_of_what_was_deleted(tmp_path: Path) -> None:
    """Forgotten text is in neither the file nor its log."""
    store = SqlStore.open(tmp_path / "p.sqlite")
    settle(store)
    forgotten = "a very private sentence"
    with store.writing() as unit:
        unit.talk.save_messages([message("m2", forgotten, sent_at=NOON)])
    with store.writing() as unit:
        unit.talk.save_messages([message("m2", "", deleted=True)])
    store.compact()
    files = [file.read_bytes() for file in tmp_path.iterdir()]
    assert not any(forgotten.encode() in content for content in files)
    store.close()


def test_a_guide_of_an_earlier_release_can_be_saved_anew(tmp_path: Path) -> None:
    """A kept version that lacks a field of today is the same version; another wording is not."""
    path = tmp_path / "p.sqlite"
    with closing(SqlStore.open(path)) as store:
        settle(store)
        with store.writing() as unit:
            unit.guides.save_guide(guide())
    with closing(sqlite3.connect(path)) as base:
        ((trail,),) = base.execute("select trail from guide_versions").fetchall()
        earlier = [{k: v for k, v in step.items() if k != "quoted"} for step in json.loads(trail)]
        base.execute("update guide_versions set trail = ?", (json.dumps(earlier),))
        base.commit()
    with closing(SqlStore.open(path)) as store:
        with store.writing() as unit:
            unit.guides.save_guide(guide())
        with pytest.raises(StoreError, match="differs"), store.writing() as unit:
            unit.guides.save_guide(guide(version(title="Reworded")))
