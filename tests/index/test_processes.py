"""Several processes on one index, some of them killed: nothing is lost, damage is seen."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from memory.errors import StoreError
from memory.index.chroma import ChromaIndex
from tests.index.support import HashingEmbedder, by_guide, many_passages, passage

SPAWN = multiprocessing.get_context("spawn")
GUIDES_EACH = 8


def _index(home: Path, patience: float = 60.0) -> ChromaIndex:
    return ChromaIndex(home / "index", home / "locks", HashingEmbedder(), patience=patience)


def _write_guides(home: Path, writer: int) -> None:
    index = _index(home)
    for number in range(GUIDES_EACH):
        name = f"guide {writer} {number}"
        one = passage(name, f"bloom kettle {writer} {number}")
        index.replace_guide(one.guide_id, [one])
    index.close()


def _write_for_ever(home: Path, started: Event) -> None:
    index = _index(home)
    while True:
        for guide_id, group in by_guide(many_passages(2000)).items():
            index.replace_guide(guide_id, group)
            started.set()


def _hold(home: Path, started: Event) -> None:
    with _index(home).exclusive():
        started.set()
        time.sleep(60)


def test_three_writers_and_an_open_reader_lose_nothing(tmp_path: Path) -> None:
    """Every passage of every process is found, also by a client held open all the while."""
    reader = _index(tmp_path)
    reader.rebuild([passage("first", "roast light")])
    writers = [SPAWN.Process(target=_write_guides, args=(tmp_path, n)) for n in range(3)]
    for writer in writers:
        writer.start()
    counts = [reader.count()]
    while any(writer.is_alive() for writer in writers):
        counts.append(reader.count())
        assert reader.search("roast light", 1)[0].passage.text == "roast light"
        time.sleep(0.02)
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert counts == sorted(counts)
    assert reader.count() == 3 * GUIDES_EACH + 1
    assert len(reader.search("bloom kettle", 100)) == 3 * GUIDES_EACH + 1
    assert not reader.needs_rebuild
    reader.close()


@pytest.mark.parametrize("milliseconds", [0, 7, 23, 61])
def test_a_write_that_was_killed_leaves_a_whole_index_or_says_so(
    tmp_path: Path, milliseconds: int
) -> None:
    """After `kill -9` the index either works or asks for a rebuild, which heals it."""
    passages = many_passages(50)
    index = _index(tmp_path)
    index.rebuild(passages)
    started = SPAWN.Event()
    writer = SPAWN.Process(target=_write_for_ever, args=(tmp_path, started))
    writer.start()
    assert started.wait(30)
    time.sleep(milliseconds / 1000)
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    if index.needs_rebuild:
        with pytest.raises(StoreError, match="passdown memory rebuild"):
            index.search("grind", 5)
    else:
        assert index.count() >= len(passages)
        assert len(index.search("grind", 5)) == 5
    assert index.rebuild(passages) == len(passages)
    assert not index.needs_rebuild
    assert {hit.passage for hit in index.search("grind", 50)} == set(passages)
    index.close()


def test_a_write_cut_short_is_never_searched(tmp_path: Path) -> None:
    """A write that began and did not end makes every reader stop, until a rebuild."""
    index = _index(tmp_path)
    index.rebuild([passage("a", "grind")])
    (tmp_path / "index" / "dirty").touch()
    assert index.needs_rebuild
    with pytest.raises(StoreError, match="cut short"):
        index.count()
    with pytest.raises(StoreError, match="cut short"):
        index.replace_guide(passage("a", "x").guide_id, [passage("a", "x")])
    assert index.rebuild([passage("a", "grind")]) == 1
    assert index.count() == 1
    index.close()


def test_a_rebuild_reaches_clients_that_are_open(tmp_path: Path) -> None:
    """Two indexes of one process, one of them rebuilt: both see the new passages alone."""
    one, two = _index(tmp_path), _index(tmp_path)
    old, new = passage("old", "kettle"), passage("new", "pump")
    one.rebuild([old])
    assert [hit.passage for hit in two.search("kettle", 3)] == [old]
    two.rebuild([new])
    assert [hit.passage for hit in one.search("kettle pump", 3)] == [new]
    one.close()
    assert two.count() == 1
    two.close()


def test_a_rebuild_killed_after_the_swap_forgets_at_the_next_look(tmp_path: Path) -> None:
    """A build that is not the current one is deleted as soon as the index is looked after."""
    index = _index(tmp_path)
    index.rebuild([passage("a", "grind")])
    stray = tmp_path / "index" / f"build-{'0' * 32}"
    stray.mkdir()
    (stray / "chroma.sqlite3").write_text("something forgotten", encoding="utf-8")
    assert not index.needs_rebuild
    assert not stray.exists()
    index.close()


def test_a_busy_index_says_so(tmp_path: Path) -> None:
    """Whoever waits longer than their patience gets a sentence, not a hang."""
    started = SPAWN.Event()
    holder = SPAWN.Process(target=_hold, args=(tmp_path, started))
    holder.start()
    try:
        assert started.wait(30)
        with pytest.raises(StoreError, match=r"busy for 0\.2 s"):
            _index(tmp_path, patience=0.2).count()
    finally:
        holder.kill()
        holder.join()
    assert _index(tmp_path, patience=5).count() == 0
