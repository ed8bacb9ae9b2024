"""The wording of a question says what it asks, whatever the engine calls it."""

from __future__ import annotations

import pytest

from evals.tasks.wording import wording_facet
from memory.records.inquiry import Facet
from prompts.catalogue import load_catalogue

LEAST_AGREEMENT = 0.9


@pytest.mark.parametrize(
    ("question", "facet"),
    [
        ("What makes it work?", Facet.WHY),
        ("Why is cool rather than cold best?", Facet.WHY),
        ("When would that be the wrong advice?", Facet.BOUNDARY),
        ("From what point on does a hand grinder match it?", Facet.BOUNDARY),
        ("Which mistakes do beginners make there?", Facet.PITFALLS),
        ("What do you see or smell that tells you it has had enough?", Facet.CUES),
        ("How can someone tell afterwards that it worked?", Facet.CHECK),
        ("What rough number do you go by?", Facet.HEURISTIC),
        ("What was the next-best option?", Facet.OPTIONS),
        ("What would you do if that did not help?", Facet.WHATIF),
        ("Which past case does that come from?", Facet.EVIDENCE),
    ],
)
def test_plain_wordings_are_understood(question: str, facet: Facet) -> None:
    """A question that leaves no doubt is read as what it asks."""
    assert wording_facet(question) is facet


def test_quoted_words_do_not_count() -> None:
    """What the author said is no part of what is asked."""
    asked = 'You wrote "{}": what rough number do you go by?'
    for quote in ("watch out for mistakes", "why does it work"):
        assert wording_facet(asked.format(quote)) is Facet.HEURISTIC
    assert wording_facet('"why does it work"') is None


def test_shipped_phrasings_ask_for_what_they_are_filed_under() -> None:
    """Nearly every phrasing of the catalogue is heard as the facet it stands under."""
    slots = {"q": "rinse the filter first", "a": "steel", "b": "brass", "c": "copper"}
    heard = [
        (facet, probe.name, wording_facet(probe.text.format(**slots)))
        for facet, entry in load_catalogue().facets.items()
        for probe in (*entry.probes, *entry.follow_ups, *entry.concrete)
    ]
    otherwise = [(name, told) for facet, name, told in heard if told is not facet]
    assert len(otherwise) <= (1 - LEAST_AGREEMENT) * len(heard), otherwise
