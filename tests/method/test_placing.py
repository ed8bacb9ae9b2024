"""A sentence stands under the heading that it belongs to, and no heading misleads."""

from __future__ import annotations

from functools import lru_cache

import pytest

from agent.method.facets import CatalogueDetector
from agent.method.placing import Placer
from agent.method.readings import Before, ReadSentence, Sentence
from agent.reader.detector import FittedDetector
from memory.records.inquiry import Facet
from prompts.catalogue import load_catalogue


@lru_cache(maxsize=1)
def placer() -> Placer:
    """Both readers together, as the shipped engine uses them."""
    return Placer(CatalogueDetector(load_catalogue()), FittedDetector())


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("The harsh UV rays will kill most molds and prevent them from colonizing.", Facet.WHY),
        ("Finally, if none of that works for you, try a different brew method.", Facet.WHATIF),
        ("Don't drink the dregs remaining at the bottom of the cup.", Facet.PITFALLS),
        ("Second, eliminate your filters as a cause of bad taste.", Facet.ACTION),
        ("The next-best option was a limit on the length of reports.", Facet.OPTIONS),
        ("Rinse very well after each wash.", Facet.ACTION),
        (
            "It is important not to refrigerate your supply because moisture will spoil it.",
            Facet.PITFALLS,
        ),
        (
            "Stuff can build up that a rinse can't handle, the machine should be cleaned well.",
            Facet.ACTION,
        ),
    ],
)
def test_sentence_of_a_thread_stands_where_both_readers_put_it(text: str, facet: Facet) -> None:
    """Form first (orders, bans, fallbacks), then the facet that weighs most by both readers."""
    (placed,) = placer().in_thread([text], Before("How do I do that?"))
    assert placed is not None
    assert placed.facet is facet


def asked(facet: Facet, *texts: str) -> list[Facet]:
    """Facets of the sentences of an answer, read by signals as answers are."""
    signals = CatalogueDetector(load_catalogue())
    reads = [ReadSentence(Sentence("m", 0, len(t), t), signals.read(t)) for t in texts]
    return [placed.facet for placed in placer().in_answer(reads, facet, "What would you say?")]


def test_answer_stays_under_what_was_asked() -> None:
    """Reasons inside an answer about limits do not scatter over the guide."""
    said = ("Press slowly with a coarse grind.", "Otherwise the fines get through the mesh.")
    assert asked(Facet.BOUNDARY, *said) == [Facet.BOUNDARY, Facet.BOUNDARY]


def test_alternative_in_an_answer_about_reasons_is_an_option() -> None:
    """`The next-best was ...` under `Why it works` would mislead."""
    assert asked(Facet.WHY, "The next-best option was a cron job.") == [Facet.OPTIONS]


def test_tale_of_ones_own_tells_no_reader_anything() -> None:
    """An anecdote without bearing is told apart from a measured experience."""
    before = Before("How often do I change the filter?")
    tale = "My wife did that once with the whole set, we had lavender coffee until Easter."
    assert placer().is_tale(tale, before)
    assert not placer().is_tale("We clean the cloth after each use with a soft brush.", before)


def test_recommendation_in_an_answer_about_reasons_is_what_to_do() -> None:
    """`it might make sense to` orders nothing, yet no reader looks for it under `Why it works`."""
    text = "The gap makes it go flat, so it might make sense to transfer it to a smaller bottle."
    signals = CatalogueDetector(load_catalogue())
    reads = [
        ReadSentence(Sentence("m", 0, len(t), t), signals.read(t))
        for t in ("The pressure holds the gas back.", text)
    ]
    placed = placer().in_answer(reads, Facet.WHY, "Why?")
    assert [p.facet for p in placed] == [Facet.WHY, Facet.ACTION]
