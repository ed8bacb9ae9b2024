"""Differences between versions: every sentence is told of once, word by word where reworded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.method.changes import ChangeOf, changes_between, pieces_of
from memory.records.guide import GuideSection, GuideSentence, GuideVersion
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan
from tests.memory import samples

WORDS = ("rinse", "the", "filter", "before", "you", "brew", "coffee", "slowly", "twice", "never")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
FACETS = (Facet.ACTION, Facet.WHY, Facet.BOUNDARY)


def version(summary: str, *placed: tuple[Facet, str]) -> GuideVersion:
    """A version whose sentences read so; the evidence of each is a word of its own."""
    message = samples.message("long", "x" * 500)

    def sentence(text: str) -> GuideSentence:
        start = sum(map(ord, text)) % 499
        span = EvidenceSpan.of(message, start, start + 1)
        return GuideSentence(text=text, author_id=samples.ADA.id, evidence=(span,))

    base = samples.version(1, EvidenceSpan.of(message, 0, 1))
    sections = [
        GuideSection(facet=facet, sentences=tuple(sentence(t) for f, t in placed if f is facet))
        for facet in FACETS
        if any(f is facet for f, _ in placed)
    ]
    return base.model_copy(update={"summary": sentence(summary), "sections": tuple(sections)})


def told(before: GuideVersion, after: GuideVersion) -> list[tuple[str, str, str]]:
    """Change, earlier and later words of every sentence."""
    return [(c.change.value, c.before, c.after) for c in changes_between(before, after)]


def test_each_kind_of_change_is_told() -> None:
    """Added, gone, reworded, moved and unchanged sentences are told apart."""
    before = version(
        "rinse the filter",
        (Facet.ACTION, "brew slowly twice"),
        (Facet.WHY, "the coffee never"),
        (Facet.WHY, "before you brew"),
    )
    after = version(
        "rinse the filter",
        (Facet.ACTION, "brew slowly"),
        (Facet.WHY, "before you brew"),
        (Facet.BOUNDARY, "the coffee never"),
        (Facet.BOUNDARY, "twice filter"),
    )
    assert told(before, after) == [
        ("same", "rinse the filter", "rinse the filter"),
        ("reworded", "brew slowly twice", "brew slowly"),
        ("same", "before you brew", "before you brew"),
        ("moved", "the coffee never", "the coffee never"),
        ("added", "", "twice filter"),
    ]
    assert ("gone", "twice filter", "") in told(after, before)


PLACED = st.lists(st.tuples(st.sampled_from(FACETS), TEXTS), min_size=1, max_size=6)


@given(TEXTS, PLACED, TEXTS, PLACED)
def test_every_sentence_of_both_versions_is_told_of_once(
    one: str, left: list[tuple[Facet, str]], other: str, right: list[tuple[Facet, str]]
) -> None:
    """Nothing is lost or told twice, and numbers are those of the newer version."""
    before, after = version(one, *left), version(other, *right)
    changes = changes_between(before, after)
    assert sorted(c.before for c in changes if c.change is not ChangeOf.ADDED) == sorted(
        s.text for s in before.sentences()
    )
    kept = [c for c in changes if c.change is not ChangeOf.GONE]
    assert [c.after for c in kept] == [s.text for s in after.sentences()]
    assert [c.number for c in kept] == list(range(1, len(kept) + 1))


@given(PLACED, TEXTS)
def test_a_version_beside_itself_has_no_change(left: list[tuple[Facet, str]], one: str) -> None:
    """The same words are the same sentence, however often they stand there."""
    same = version(one, *left)
    assert {c.change for c in changes_between(same, same)} == {ChangeOf.SAME}


@given(TEXTS, TEXTS)
def test_pieces_put_together_are_both_wordings(before: str, after: str) -> None:
    """The marked words give back either sentence in full."""
    pieces = pieces_of(before, after)
    assert " ".join(piece.before for piece in pieces if piece.before) == before
    assert " ".join(piece.after for piece in pieces if piece.after) == after
