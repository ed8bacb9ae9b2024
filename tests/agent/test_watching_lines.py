"""A file of lines that grows is read on from where it ended, with the same outcome."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from agent.services.importing import import_into
from agent.services.watching_events import Told
from agent.services.workplace import Workplace, open_workplace
from agent.sources.importer import ImportReport, import_source
from agent.sources.protocol import Source
from memory.records.talk import Message, Thread
from memory.store.protocols import Store
from tests.agent.watched import ID, NAME, POLICY, Watched, said, talk, watched_folder
from tests.sources.archives import MORNING, write_files


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """A folder that is watched."""
    with watched_folder(tmp_path) as folder:
        yield folder


def test_growing_step_by_step_ends_like_one_import(watched: Watched, tmp_path: Path) -> None:
    """Conversations cut by silence, people and threads are the same as in a single import."""
    lines = "".join(
        json.dumps({"id": n, "author": f"a{n % 3}", "text": f"{n}", "time": MORNING + n * 2_000})
        + "\n"
        for n in range(40)
    )
    steps = [
        partial(watched.append, "a.jsonl", lines[begin : begin + 700])
        for begin in range(0, len(lines), 700)
    ]
    watched.write("a.jsonl", "")
    watched.keep_looking(*steps, names=["a.jsonl"])
    assert sum(event.kind is Told.IMPORTED for event in watched.events) > 3
    whole = write_files(tmp_path, {"a.jsonl": lines}) / "a.jsonl"
    with open_workplace(tmp_path / "other", policy=POLICY) as other:
        import_into(other, whole, NAME)
        assert everything(watched.work) == everything(other)


def everything(work: Workplace) -> list[str]:
    """Threads, their messages, and members, as JSON."""
    with work.store.reading() as unit:
        threads = unit.talk.threads(ID)
        records = [*threads, *(m for t in threads for m in unit.talk.thread_messages(t.id))]
        return [one.model_dump_json() for one in [*records, *unit.people.members(ID)]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The messages that each reading yielded, by their native ids."""
    readings: list[tuple[str, ...]] = []

    def noting(store: Store, source: Source, *args: Any, **named: Any) -> ImportReport:
        found = [item.native_id for item in source.read() if isinstance(item, Message)]
        readings.append(tuple(found))
        return import_source(store, source, *args, **named)

    monkeypatch.setattr("agent.services.watching_paths.import_source", noting)
    return readings


def test_a_line_file_that_grows_is_read_from_where_it_ended(
    watched: Watched, read: list[tuple[str, ...]]
) -> None:
    """An appended line costs its own length, however long the file is."""
    watched.write("a.jsonl", talk(1, 2))
    watched.keep_looking(
        lambda: watched.append("a.jsonl", talk(3) + said(4)[:9]),
        lambda: watched.append("a.jsonl", said(4)[9:] + talk(5)),
        names=["a.jsonl"],
    )
    assert read == [("1", "2"), ("3",), ("4", "5")]
    assert watched.messages() == 5


@pytest.mark.parametrize(
    "added",
    [
        {"type": "thread", "id": "t1", "title": "Valve"},
        {"type": "member", "id": "ann", "name": "Ann Lee"},
        {"id": 3, "thread": "t1", "author": "ann", "text": "x", "time": MORNING, "private": True},
    ],
)
def test_a_line_about_earlier_ones_has_the_whole_read_again(
    watched: Watched, read: list[tuple[str, ...]], added: dict[str, Any]
) -> None:
    """A title, a name or privacy that is told later holds for what was told before."""
    watched.write("a.jsonl", said(1, thread="t1") + said(2, thread="t1"))
    watched.keep_looking(
        lambda: watched.append("a.jsonl", json.dumps(added) + "\n"), names=["a.jsonl"]
    )
    assert read[1][:2] == ("1", "2")
    with watched.work.store.reading() as unit:
        (member,) = unit.people.members(ID)
        thread = unit.talk.thread(Thread.id_of(ID, "jsonl", "t1"))
    assert thread is not None
    told = (thread.title, member.name, thread.private)
    assert told.count("Valve") + told.count("Ann Lee") + told.count(True) == 1


def test_another_file_of_the_same_name_is_read_from_its_start(
    watched: Watched, read: list[tuple[str, ...]]
) -> None:
    """A longer file that begins otherwise is no addition to the one before."""
    watched.write("a.jsonl", talk(1, 2))
    watched.keep_looking(lambda: watched.write("a.jsonl", talk(7, 8, 9)), names=["a.jsonl"])
    assert read == [("1", "2"), ("7", "8", "9")]
