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
from memory.index.search import is_about, least_score, search_passages
from memory.index.words import content_stems, rarity
from memory.records.guide import GuideStatus
from memory.records.inquiry import Facet
from memory.records.policy import RetrievalPolicy
from tests.index.support import HashingEmbedder, guide_of, heading, passage

RULES = RetrievalPolicy()
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
    """The score is the cosine plus the weighed share of the question's words, and it orders."""
    index = _index(tmp_path, ["a fine grind helps", "milk foam", "storing roasted beans"])
    found = search_passages(index, "How fine should I grind?", 3, RULES)
    best, *_ = found.hits
    assert best.passage.text == "a fine grind helps"
    assert best.coverage == pytest.approx(1.0)
    for hit in found.hits:
        expected = hit.similarity + RULES.word_weight * hit.coverage
        assert found.score(hit) == pytest.approx(expected, abs=1e-6)
    scores = [found.score(hit) for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert len(search_passages(index, "grind", 2, RULES).hits) == 2
    assert search_passages(index, "grind", 0, RULES).hits == ()
    index.close()


def test_a_rare_word_says_more_than_a_common_one(tmp_path: Path) -> None:
    """Coverage goes by rarity: the passage with the telling word is before those without."""
    texts = [f"grind note {number}" for number in range(9)]
    index = _index(tmp_path, [*texts, "zeolite in a canister"])
    hits = index.search("grind zeolite", 10)
    covered = {hit.passage.text: hit.coverage for hit in hits}
    assert covered["zeolite in a canister"] > 0.8
    assert covered["grind note 3"] < 0.2
    assert sum(sorted(covered.values())[-2:]) == pytest.approx(1.0, abs=1e-5)
    index.close()


@given(st.integers(1, 10_000), st.data())
def test_rarity_falls_with_every_passage_that_holds_a_word(
    passages: int, data: st.DataObject
) -> None:
    """A word counts for more the fewer passages hold it, and never for nothing."""
    holding = data.draw(st.integers(0, passages - 1))
    assert rarity(passages, holding) > rarity(passages, holding + 1) > 0


def test_the_bound_rises_with_the_memory() -> None:
    """The best of many foreign passages looks better than the best of few, and is not trusted."""
    bounds = [least_score(RULES, count) for count in (0, 1, 60, 2_000, 50_000)]
    assert bounds[0] == bounds[1] == RULES.min_score
    assert bounds[1] < bounds[2] < bounds[3] == bounds[4]
    assert bounds[3] == pytest.approx(RULES.min_score + RULES.min_score_growth * 7.6, abs=1e-3)


def test_one_word_is_enough_where_a_guide_is_about_it(tmp_path: Path) -> None:
    """A word of the title or summary, or of two sections, is what a guide is about."""
    index = ChromaIndex(tmp_path / "index", tmp_path / "locks", HashingEmbedder())
    sections = {
        Facet.WHY: ["Fine particles clog the puck.", "A naked portafilter shows it."],
        Facet.CHECK: ["Time the shot and watch the portafilter."],
        Facet.PITFALLS: ["Never knock the basket."],
    }
    index.rebuild(passages_of(guide_of("clog", "Choked shots", sections), heading))
    found = {
        word: is_about(word, index.search(word, 20))
        for word in ("shots", "choked shots", "portafilter", "basket", "puck basket", "the", "milk")
    }
    assert found == {
        "shots": True,
        "choked shots": True,
        "portafilter": True,
        "basket": False,
        "puck basket": False,
        "the": False,
        "milk": False,
    }
    index.close()


def test_inflected_words_count_as_shared() -> None:
    """A question need not use the form of the word that the expert used."""
    assert content_stems("Grinding it more finely") == content_stems("to grind fine")


def test_a_query_of_function_words_overlaps_with_nothing(tmp_path: Path) -> None:
    """Where nothing is asked in content words, overlap lends no support to an answer."""
    index = _index(tmp_path, ["what is it about"])
    (found,) = index.search("what is it about", 1)
    assert found.coverage == 0
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
    found = search_passages(index, "Why does my espresso stop flowing?", 2, RULES)
    assert Facet.WHY in {hit.passage.facet for hit in found.hits}
    index.close()
