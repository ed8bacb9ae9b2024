"""Passages of guides, and the order in which a question finds them."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.index.chroma import ChromaIndex
from memory.index.minilm import MiniLmEmbedder
from memory.index.passages import passages_of
from memory.index.search import OVERLAP_WEIGHT, content_stems, search_passages
from memory.records.guide import GuideStatus
from memory.records.inquiry import Facet
from tests.index.support import HashingEmbedder, guide_of, heading, passage

SECTIONS = {
    Facet.WHY: ["Fine particles clog the puck.", "Water then finds one path."],
    Facet.CHECK: ["Time the shot."],
}


def test_a_guide_becomes_its_summary_and_one_passage_a_section() -> None:
    """Each passage names guide, version and facet, and joins the section's sentences."""
    guide = guide_of("clog", "Choked shots", SECTIONS, version=3)
    summary, why, check = passages_of(guide, heading)
    assert (summary.facet, summary.title, summary.text) == (None, "Choked shots", "Choked shots")
    assert why.text == "Fine particles clog the puck. Water then finds one path."
    assert (check.facet, check.title) == (Facet.CHECK, "Choked shots (Check)")
    assert {one.version for one in (summary, why, check)} == {3}


@pytest.mark.parametrize("status", [s for s in GuideStatus if s is not GuideStatus.PUBLISHED])
def test_an_unpublished_guide_has_no_passages(status: GuideStatus) -> None:
    """Nothing that was not approved, or no longer holds, can be found."""
    assert passages_of(guide_of("clog", "Choked", SECTIONS, status=status), heading) == ()


def test_passage_ids_outlive_versions() -> None:
    """Ids follow from guide and facet, so a new version overwrites instead of adding."""
    old = passages_of(guide_of("clog", "Choked shots", SECTIONS), heading)
    new = passages_of(guide_of("clog", "Choking", SECTIONS, version=2), heading)
    assert [one.id for one in old] == [one.id for one in new]
    assert len({one.id for one in old}) == 3


def _index(home: Path, texts: Sequence[str]) -> ChromaIndex:
    index = ChromaIndex(home / "index", home / "locks", HashingEmbedder())
    index.rebuild([passage(text, text) for text in texts])
    return index


def test_shared_words_lift_a_passage(tmp_path: Path) -> None:
    """The score is the cosine plus a weighted share of the query's stems, and it orders."""
    index = _index(tmp_path, ["a fine grind helps", "milk foam", "storing roasted beans"])
    found = search_passages(index, "How fine should I grind?", 3)
    assert found[0].passage.text == "a fine grind helps"
    assert found[0].overlap == pytest.approx(1.0)
    for one in found:
        assert one.score == pytest.approx(one.similarity + OVERLAP_WEIGHT * one.overlap)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len(search_passages(index, "grind", 2)) == 2
    assert search_passages(index, "grind", 0) == ()
    index.close()


def test_inflected_words_count_as_shared() -> None:
    """A question need not use the form of the word that the expert used."""
    assert content_stems("Grinding it more finely") == content_stems("to grind fine")


def test_a_query_of_function_words_overlaps_with_nothing(tmp_path: Path) -> None:
    """Where nothing is asked in content words, overlap lends no support to an answer."""
    index = _index(tmp_path, ["what is it about"])
    (found,) = search_passages(index, "what is it about", 1)
    assert found.overlap == 0
    index.close()


@given(st.text())
def test_stems_hold_for_any_text(text: str) -> None:
    """Any text has stems, the same in any case of plain letters."""
    assert content_stems(text) == content_stems(text.lower())
    assert not content_stems(text) & {"", "the", "is"}


def test_remembering_and_finding_open_no_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Embedding, indexing and searching work with the network forbidden."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a connection was attempted")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    index = ChromaIndex(tmp_path / "index", tmp_path / "locks", MiniLmEmbedder())
    index.rebuild(passages_of(guide_of("clog", "Choked shots", SECTIONS), heading))
    found = search_passages(index, "Why does my espresso stop flowing?", 2)
    assert Facet.WHY in {one.passage.facet for one in found}
    index.close()
