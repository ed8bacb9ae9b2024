"""The copy for reading: any sequence of writes leaves just what was written last."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import StoreError
from memory.index.passages import embedded_text
from memory.index.protocols import Passage
from memory.index.shelf import Shelf
from memory.index.words import content_stems
from tests.index.support import COMMUNITY, OTHER_COMMUNITY, WORDS, HashingEmbedder, passage

EMBEDDER = HashingEmbedder(dimensions=8)
TEXTS = st.lists(st.sampled_from(WORDS[:12]), min_size=1, max_size=4).map(" ".join)
NAMES = st.integers(0, 9)
WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.dictionaries(NAMES, TEXTS, min_size=1, max_size=4)),
        st.tuples(st.just("drop"), st.sets(NAMES, min_size=1, max_size=4)),
        st.tuples(st.just("seal"), st.none()),
    ),
    max_size=12,
)


def _passage(name: int, text: str) -> Passage:
    community = OTHER_COMMUNITY if name % 3 == 0 else COMMUNITY
    return passage(str(name), text, community=community)


def _put(shelf: Shelf, passages: list[Passage]) -> None:
    shelf.put(passages, EMBEDDER.embed([embedded_text(one) for one in passages]))


def _agrees(shelf: Shelf, wanted: dict[int, str]) -> None:
    """Passages, vectors and words on the shelf are those of `wanted`, and no others."""
    assert shelf.count() == len(wanted)
    for community in (COMMUNITY, OTHER_COMMUNITY):
        held = [
            p for p in (_passage(n, t) for n, t in wanted.items()) if p.community_id == community
        ]
        assert shelf.count(community) == len(held)
        number = shelf.communities().get(community)
        if number is None:
            assert not held
            continue
        vectors = np.array(shelf.vectors(number))
        used = np.flatnonzero(~np.isnan(vectors).any(axis=1))
        found = shelf.passages_at(number, used.tolist())
        assert sorted(found.values(), key=lambda p: p.id) == sorted(held, key=lambda p: p.id)
        for place, one in found.items():
            assert np.array_equal(vectors[place], EMBEDDER.embed([embedded_text(one)])[0])
        for word in WORDS[:12]:
            (stem,) = content_stems(word)
            places = {p for p, one in found.items() if stem in content_stems(embedded_text(one))}
            assert set(shelf.holding(number, stem).tolist()) == places


@settings(max_examples=60, deadline=None)
@given(WRITES)
def test_a_shelf_holds_what_was_written_last(writes: list[tuple[str, object]]) -> None:
    """Whatever is put, dropped and put again, rows, vectors and words agree, also reopened."""
    with TemporaryDirectory() as folder:
        shelf = Shelf.create(Path(folder) / "shelf", EMBEDDER.dimensions)
        wanted: dict[int, str] = {}
        for kind, what in writes:
            if isinstance(what, dict):
                _put(shelf, [_passage(name, text) for name, text in what.items()])
                wanted |= what
            elif isinstance(what, set):
                shelf.drop([_passage(name, "").id for name in sorted(what)])
                wanted = {name: text for name, text in wanted.items() if name not in what}
            else:
                assert kind == "seal"
                shelf.seal(3)
                _agrees(shelf, wanted)
        shelf.seal(4)
        _agrees(shelf, wanted)
        shelf.close()
        assert Shelf.open(Path(folder) / "shelf", 3) is None
        again = Shelf.open(Path(folder) / "shelf", 4)
        assert again is not None
        _agrees(again, wanted)
        again.close()


def test_places_are_used_again(tmp_path: Path) -> None:
    """A memory whose guides change does not grow on disk."""
    shelf = Shelf.create(tmp_path / "shelf", EMBEDDER.dimensions)
    for turn in range(20):
        _put(shelf, [passage(f"{turn} {n}", "grind burr") for n in range(5)])
        shelf.drop([passage(f"{turn} {n}", "").id for n in range(5)])
        shelf.seal(turn + 1)
    assert (tmp_path / "shelf" / "1.f32").stat().st_size == 5 * EMBEDDER.dimensions * 4
    shelf.close()


def test_what_is_not_sealed_is_lost(tmp_path: Path) -> None:
    """A process that ends before it sealed leaves what was sealed before."""
    shelf = Shelf.create(tmp_path / "shelf", EMBEDDER.dimensions)
    _put(shelf, [passage("a", "grind")])
    shelf.seal(1)
    _put(shelf, [passage("b", "bloom")])
    shelf.close()
    again = Shelf.open(tmp_path / "shelf", 1)
    assert again is not None
    assert again.count() == 1
    again.close()


def test_a_shelf_that_was_closed_says_so(tmp_path: Path) -> None:
    """An error of the files comes with a remedy."""
    shelf = Shelf.create(tmp_path / "shelf", EMBEDDER.dimensions)
    shelf.close()
    with pytest.raises(StoreError, match="passdown memory rebuild"):
        shelf.count()
