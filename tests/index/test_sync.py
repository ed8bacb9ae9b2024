"""The index follows the record: what is published is found, what is withdrawn is not."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from memory.index.chroma import ChromaIndex
from memory.index.sync import rebuild_index, sync_index
from memory.records.base import stable_id
from memory.records.guide import GuideStatus
from memory.records.inquiry import Facet, Inquiry, InquiryStatus, Moment
from memory.records.people import Community, Member
from memory.records.talk import Thread
from memory.store.sql import SqlStore
from tests.index.support import (
    AUTHOR,
    COMMUNITY,
    NOON,
    HashingEmbedder,
    guide_of,
    heading,
    message_of,
    source_of,
)

SECTIONS = {Facet.WHY: ["Fine particles clog the puck."], Facet.CHECK: ["Time the shot."]}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """A record with one community, one expert and one thread."""
    opened = SqlStore.open(tmp_path / "record.sqlite")
    sample = message_of("anything")
    with opened.writing() as unit:
        unit.people.save_community(Community(id=COMMUNITY, name="roasters", created_at=NOON))
        unit.people.save_members(
            [
                Member(
                    id=AUTHOR,
                    community_id=COMMUNITY,
                    source="test",
                    native_id="ada",
                    handle="ada",
                    name="Ada",
                )
            ]
        )
        unit.talk.save_threads(
            [
                Thread(
                    id=sample.thread_id,
                    community_id=COMMUNITY,
                    source="test",
                    native_id="one",
                    started_at=NOON,
                    last_at=NOON,
                )
            ]
        )
    yield opened
    opened.close()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ChromaIndex]:
    """The index beside that record."""
    opened = _index(tmp_path)
    yield opened
    opened.close()


def _index(home: Path) -> ChromaIndex:
    return ChromaIndex(home / "index", home / "locks", HashingEmbedder())


def _save(
    store: SqlStore,
    name: str,
    title: str,
    sections: Mapping[Facet, Sequence[str]],
    *,
    status: GuideStatus = GuideStatus.PUBLISHED,
    version: int = 1,
) -> None:
    source = source_of(name, title, sections, version=version)
    guide = guide_of(name, title, sections, status=status, version=version)
    moment = Moment(
        id=stable_id("mom", name),
        community_id=COMMUNITY,
        thread_id=source.thread_id,
        message_id=source.id,
        author_id=AUTHOR,
        score=1,
        signals=(),
        reasons=(),
        found_at=NOON,
    )
    inquiry = Inquiry(
        id=guide.inquiry_id,
        community_id=COMMUNITY,
        moment_id=moment.id,
        status=InquiryStatus.WAITING_FOR_REVIEW,
        opened_at=NOON,
        updated_at=NOON,
    )
    with store.writing() as unit:
        unit.talk.save_messages([source])
        unit.inquiries.save_moments([moment])
        unit.inquiries.save_inquiry(inquiry)
        unit.guides.save_guide(guide)


def _sync_in_turn(home: Path) -> None:
    store, index = SqlStore.open(home / "record.sqlite"), _index(home)
    for _ in range(3):
        sync_index(store, index, heading)
    index.close()
    store.close()


def test_a_published_guide_is_found_and_a_draft_is_not(store: SqlStore, index: ChromaIndex) -> None:
    """Only what a steward approved reaches those who ask."""
    assert sync_index(store, index, heading) == 0
    _save(store, "clog", "Choked shots", SECTIONS)
    _save(store, "draft", "Milk", {Facet.WHY: ["Steam"]}, status=GuideStatus.DRAFT)
    assert sync_index(store, index, heading) == 1
    assert index.count() == 3
    assert index.search("clog puck", 1)[0].passage.text == "Fine particles clog the puck."
    assert sync_index(store, index, heading) == 0


def test_a_new_version_replaces_the_old_one(store: SqlStore, index: ChromaIndex) -> None:
    """Readers find the current wording alone, and a section that went is gone."""
    _save(store, "clog", "Choked shots", SECTIONS)
    sync_index(store, index, heading)
    _save(store, "clog", "Choked shots", {Facet.WHY: ["Fines migrate."]}, version=2)
    assert sync_index(store, index, heading) == 1
    found = {hit.passage.text: hit.passage.version for hit in index.search("shots clog", 9)}
    assert found == {"Choked shots": 2, "Fines migrate.": 2}


def test_a_retracted_guide_leaves_the_index(store: SqlStore, index: ChromaIndex) -> None:
    """Withdrawal propagates to the vectors."""
    _save(store, "clog", "Choked shots", SECTIONS)
    sync_index(store, index, heading)
    _save(store, "clog", "Choked shots", SECTIONS, status=GuideStatus.RETRACTED)
    sync_index(store, index, heading)
    assert index.count() == 0


@pytest.mark.parametrize("damage", ["dirty", "state.json"])
def test_a_damaged_index_heals_itself(store: SqlStore, index: ChromaIndex, damage: str) -> None:
    """After a write cut short, or with the index's note lost, syncing restores everything."""
    _save(store, "clog", "Choked shots", SECTIONS)
    sync_index(store, index, heading)
    before = index.search("clog", 9)
    folder = store.path.parent / "index"
    (folder / damage).write_bytes(b"")
    assert sync_index(store, index, heading) == 1
    assert index.search("clog", 9) == before
    assert sync_index(store, index, heading) == 0


def test_a_rebuild_restores_all_that_is_published(store: SqlStore, index: ChromaIndex) -> None:
    """The record alone is enough, and a rebuild leaves nothing marked as behind."""
    for number in range(30):
        _save(store, f"guide {number}", f"Title {number}", SECTIONS)
    assert rebuild_index(store, index, heading) == 90
    assert sync_index(store, index, heading) == 0
    assert index.count() == 90


def test_two_processes_sync_at_once_while_guides_change(
    store: SqlStore, index: ChromaIndex, tmp_path: Path
) -> None:
    """Whoever comes first, in the end the index holds what the record says."""
    spawn = multiprocessing.get_context("spawn")
    index.rebuild([])
    for number in range(6):
        _save(store, f"guide {number}", f"Title {number}", SECTIONS)
    helpers = [spawn.Process(target=_sync_in_turn, args=(tmp_path,)) for _ in range(2)]
    for helper in helpers:
        helper.start()
    for number in range(0, 6, 2):
        _save(store, f"guide {number}", f"Title {number}", SECTIONS, status=GuideStatus.RETRACTED)
        sync_index(store, index, heading)
    for helper in helpers:
        helper.join()
        assert helper.exitcode == 0
    sync_index(store, index, heading)
    titles = {hit.passage.title for hit in index.search("Title", 99)}
    assert {title.split(" (")[0] for title in titles} == {"Title 1", "Title 3", "Title 5"}
    assert index.count() == 9
