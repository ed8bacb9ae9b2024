"""The Chroma index: what it holds, finds, refuses and forgets."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from memory.errors import IndexMismatchError, StoreError
from memory.index.blanking import blanking_works
from memory.index.chroma import ChromaIndex
from memory.index.minilm import MiniLmEmbedder
from memory.index.passages import embedded_text
from memory.index.protocols import PassageIndex
from memory.index.shelf import Shelf
from memory.records.base import stable_id
from tests.index.support import (
    COMMUNITY,
    OTHER_COMMUNITY,
    WORDS,
    HashingEmbedder,
    by_guide,
    many_passages,
    passage,
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ChromaIndex]:
    """An index that nobody has written to."""
    opened = ChromaIndex(tmp_path / "index", tmp_path / "locks", HashingEmbedder())
    yield opened
    opened.close()


def _queries() -> list[str]:
    chooser = np.random.default_rng(11)
    return [" ".join(chooser.choice(WORDS, size=4)) for _ in range(100)]


def test_an_unwritten_index_is_empty_and_asks_to_be_built(index: PassageIndex) -> None:
    """A deleted index directory is noticed: it holds nothing and needs a rebuild."""
    assert index.count() == 0
    assert index.search("grind", 3) == ()
    assert index.needs_rebuild
    assert not index.is_readable
    assert index.rebuild([]) == 0
    assert not index.needs_rebuild
    assert index.is_readable


def test_passages_come_back_whole_and_best_first(index: PassageIndex) -> None:
    """What was put in is what is found, nearest first, with its cosine."""
    near, far = passage("a", "grind finer burr"), passage("b", "milk steam foam")
    index.replace_guide(near.guide_id, [near])
    index.replace_guide(far.guide_id, [far])
    first, second = index.search("grind burr", 5)
    assert (first.passage, second.passage) == (near, far)
    embedder = HashingEmbedder()
    cosine = embedder.embed(["grind burr"])[0] @ embedder.embed([embedded_text(near)])[0]
    assert first.similarity == pytest.approx(float(cosine), abs=1e-6)


def test_replacing_a_guide_drops_what_it_no_longer_says(index: PassageIndex) -> None:
    """Old passages of the guide go, kept ids are overwritten, other guides stay."""
    stays = passage("other", "roast", guide="second")
    index.replace_guide(stays.guide_id, [stays])
    old = [passage("x", "bloom", guide="first"), passage("y", "kettle", guide="first")]
    index.replace_guide(old[0].guide_id, old)
    new = passage("x", "pressure pump", guide="first")
    index.replace_guide(new.guide_id, [new])
    assert {hit.passage for hit in index.search("bloom kettle pressure", 9)} == {stays, new}
    index.replace_guide(new.guide_id, [])
    assert [hit.passage for hit in index.search("pressure", 9)] == [stays]


def test_a_foreign_passage_is_refused(index: PassageIndex) -> None:
    """A passage cannot be filed under another guide, where nothing would ever remove it."""
    stray = passage("x", "bloom", guide="first")
    with pytest.raises(ValueError, match="is not of guide"):
        index.replace_guide(passage("z", "z").guide_id, [stray])


def test_search_stays_within_a_community(index: PassageIndex) -> None:
    """Naming a community shows its passages alone, and as many as were asked for."""
    index.rebuild(many_passages(100))
    hits = index.search("grind burr", 12, OTHER_COMMUNITY)
    assert len(hits) == 12
    assert {hit.passage.community_id for hit in hits} == {OTHER_COMMUNITY}
    assert len(index.search("grind burr", 200, COMMUNITY)) == 75


def test_counting_tells_communities_apart(index: PassageIndex) -> None:
    """How large a memory is can be asked for each community, and for one that has no passages."""
    index.rebuild(many_passages(100))
    assert index.count() == 100
    assert index.count(OTHER_COMMUNITY) == 25
    assert index.count(stable_id("com", "nobody")) == 0
    assert index.search("grind", 3, stable_id("com", "nobody")) == ()


def test_equal_passages_are_ordered_by_id(index: PassageIndex) -> None:
    """Ties do not depend on the order of writing."""
    same = [passage(f"same {number}", "crema") for number in range(8)]
    for one in reversed(same):
        index.replace_guide(one.guide_id, [one])
    found = [hit.passage.id for hit in index.search("crema", 5)]
    assert found == sorted(one.id for one in same)[:5]


@pytest.mark.parametrize("query", ["", " ?! "])
def test_a_query_without_words_finds_nothing(index: PassageIndex, query: str) -> None:
    """There is no nearest passage to nothing."""
    index.rebuild([passage("a", "grind")])
    assert index.search(query, 3) == ()
    assert index.search("grind", 0) == ()


def test_another_embedder_is_refused_until_a_rebuild(tmp_path: Path) -> None:
    """Vectors of two embedders never mix; the error names the way out, and it works."""
    passages = [passage("a", "grind finer")]
    first = ChromaIndex(tmp_path / "index", tmp_path / "locks", HashingEmbedder())
    first.rebuild(passages)
    second = ChromaIndex(tmp_path / "index", tmp_path / "locks", HashingEmbedder("other", 32))
    for attempt in (
        second.count,
        lambda: second.search("grind", 1),
        lambda: second.replace_guide(passages[0].guide_id, passages),
        lambda: second.needs_rebuild,
    ):
        with pytest.raises(IndexMismatchError, match=r"'hashing'.*passdown memory rebuild"):
            attempt()
    assert first.count() == 1
    assert second.rebuild(passages) == 1
    assert [hit.passage for hit in second.search("grind", 1)] == passages
    with pytest.raises(IndexMismatchError):
        first.count()
    second.close()


def test_a_rebuild_equals_what_was_built_step_by_step(index: PassageIndex) -> None:
    """Ids, documents, metadata and the ten best of 100 queries are the same after a rebuild."""
    passages = many_passages(300)
    for guide_id, group in by_guide(passages).items():
        index.replace_guide(guide_id, [group[0].model_copy(update={"text": "draft"})])
    for guide_id, group in reversed(list(by_guide(passages).items())):
        index.replace_guide(guide_id, group)
    grown = [index.search(query, 10) for query in _queries()]
    assert index.rebuild(passages) == len(passages)
    assert [index.search(query, 10) for query in _queries()] == grown
    everything = index.search("grind", len(passages))
    assert {hit.passage for hit in everything} == set(passages)


def test_search_is_exact_over_hundreds_of_passages(index: PassageIndex) -> None:
    """The ten best by brute force are the ten that are found."""
    passages = many_passages(400)
    index.rebuild(passages)
    embedder = HashingEmbedder()
    vectors = embedder.embed([embedded_text(one) for one in passages])
    for query in _queries()[:25]:
        cosines = vectors @ embedder.embed([query])[0]
        tenth = np.sort(cosines)[-10]
        assert index.search(query, 10)[-1].similarity == pytest.approx(float(tenth), abs=1e-6)


def test_a_large_community_is_searched_by_graph_and_by_words(tmp_path: Path) -> None:
    """Above the bound for exact search the nearest are still found, and so is the rarest word."""
    exact = ChromaIndex(tmp_path / "one", tmp_path / "locks one", HashingEmbedder())
    graph = ChromaIndex(tmp_path / "two", tmp_path / "locks two", HashingEmbedder(), exact_up_to=50)
    passages = [*many_passages(300), passage("rare", "grind zeolite " + "milk " * 30)]
    for index in (exact, graph):
        index.rebuild(passages)
    for query in _queries()[:25]:
        assert graph.search(query, 5, COMMUNITY) == exact.search(query, 5, COMMUNITY)
        assert graph.search(query, 5) == exact.search(query, 5)
    (best,) = graph.search("zeolite", 1, COMMUNITY, word_weight=1.0)
    assert best.passage.text.startswith("grind zeolite")
    for index in (exact, graph):
        index.close()


@pytest.mark.skipif(not blanking_works(), reason="this C library cannot blank memory")
def test_a_rebuild_leaves_no_word_of_what_was_forgotten(tmp_path: Path) -> None:
    """After a rebuild no file of the index holds text that is gone, whatever memory held."""
    secret, kept = passage("a", "xylophonequartz " * 8), passage("b", "marimbagranite")
    for attempt in range(3):
        home = tmp_path / str(attempt)
        index = ChromaIndex(home / "index", home / "locks", HashingEmbedder())
        for one in (secret, kept, *many_passages(12)):
            index.replace_guide(one.guide_id, [one])
        index.rebuild([kept])
        index.close()
        files = [file.read_bytes() for file in (home / "index").rglob("*") if file.is_file()]
        assert any(b"marimbagranite" in content for content in files)
        assert not any(b"xylophonequartz" in content for content in files)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 400])
def test_a_damaged_database_is_noticed_and_healed(tmp_path: Path, content: bytes) -> None:
    """A broken database is an error with a remedy for whoever needs it, and a rebuild heals it."""
    index = ChromaIndex(tmp_path / "index", tmp_path / "locks", HashingEmbedder())
    grind, bloom = passage("a", "grind"), passage("b", "bloom")
    index.rebuild([grind])
    index.close()
    (database,) = (tmp_path / "index").glob("build-*/chroma.sqlite3")
    database.write_bytes(content)
    assert index.needs_rebuild
    with pytest.raises(StoreError, match="passdown memory rebuild"):
        index.replace_guide(bloom.guide_id, [bloom])
    assert index.rebuild([grind]) == 1
    assert not index.needs_rebuild
    index.close()


@pytest.mark.parametrize("damage", ["gone", "cut", "garbled", "older"])
def test_a_lost_copy_is_made_anew_from_chroma(tmp_path: Path, damage: str) -> None:
    """What is searched is only a copy: without it the vectors in Chroma are enough."""
    index = ChromaIndex(tmp_path / "index", tmp_path / "locks", HashingEmbedder())
    index.rebuild(many_passages(40))
    before = index.search("grind burr", 40, word_weight=0.2)
    index.close()
    (shelf,) = (tmp_path / "index").glob("build-*/shelf")
    match damage:
        case "gone":
            shutil.rmtree(shelf)
        case "cut":
            (shelf / "shelf.sqlite").write_bytes(b"")
        case "garbled":
            (shelf / "shelf.sqlite").write_bytes(b"no database at all" * 400)
        case _:
            with sqlite3.connect(shelf / "shelf.sqlite") as database:
                database.execute("UPDATE seal SET generation = 0")
            database.close()
    assert not index.is_readable
    assert not index.needs_rebuild
    assert index.search("grind burr", 40, word_weight=0.2) == before
    assert index.is_readable
    index.close()


def test_words_of_a_replaced_guide_leave_the_files_of_the_copy(tmp_path: Path) -> None:
    """The copy overwrites what it forgets, at once and not only in a rebuild."""
    index = ChromaIndex(tmp_path / "index", tmp_path / "locks", HashingEmbedder())
    index.rebuild(many_passages(30))
    gone = passage("x", "xylophonequartz " * 8, guide="first")
    index.replace_guide(gone.guide_id, [gone])
    stays = passage("x", "marimbagranite", guide="first")
    index.replace_guide(stays.guide_id, [stays])
    index.close()
    (shelf,) = (tmp_path / "index").glob("build-*/shelf")
    files = [file.read_bytes() for file in shelf.iterdir()]
    assert any(b"marimbagranit" in content for content in files)
    assert not any(b"xylophonequartz" in content for content in files)


def test_a_failed_write_is_not_searched(
    index: ChromaIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the copy could not be written, everybody is told to rebuild, and that heals it."""
    index.rebuild([passage("a", "grind")])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    bloom = passage("b", "bloom")
    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "_write", full)
        with pytest.raises(StoreError, match="No space left"):
            index.replace_guide(bloom.guide_id, [bloom])
    assert not index.is_readable
    with pytest.raises(StoreError, match="cut short"):
        index.search("grind", 1)
    assert index.rebuild([passage("a", "grind")]) == 1
    assert [hit.passage.text for hit in index.search("grind", 3)] == ["grind"]


def test_a_failed_rebuild_leaves_the_old_index(index: PassageIndex) -> None:
    """If the record cannot be read to the end, what was there stays and is found."""
    index.rebuild([passage("a", "grind")])

    def broken() -> Iterator[object]:
        yield passage("b", "steam")
        raise StoreError("the record is locked")

    with pytest.raises(StoreError, match="locked"):
        index.rebuild(broken())  # type: ignore[arg-type]
    assert [hit.passage.text for hit in index.search("grind", 3)] == ["grind"]
    assert not index.needs_rebuild


def test_a_directory_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """A home that refuses writing is said plainly, with what to check."""
    (tmp_path / "index").write_text("a file where the index should be", encoding="utf-8")
    index = ChromaIndex(tmp_path / "index", tmp_path / "locks", HashingEmbedder())
    with pytest.raises(StoreError, match="free space and permissions"):
        index.count()


def test_the_real_embedder_finds_by_meaning(tmp_path: Path) -> None:
    """A question about grinding finds the passage on burrs before the one on storage."""
    index = ChromaIndex(tmp_path / "index", tmp_path / "locks", MiniLmEmbedder())
    burrs = passage("a", "Set the burrs tighter until the shot runs half a minute.", title="Shots")
    storage = passage("b", "Keep beans in an airtight tin, away from light.", title="Beans")
    index.rebuild([storage, burrs])
    hits = index.search("How fine should I grind coffee for espresso?", 2)
    assert [hit.passage for hit in hits] == [burrs, storage]
    index.close()
