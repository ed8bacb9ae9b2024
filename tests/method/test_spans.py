"""What a question quotes: whole clauses of the author's own words, and foils from the thread."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.clauses import (
    AS_IT_STANDS,
    LAST_OF_CLAUSE,
    NEVER_FIRST,
    NEVER_LAST,
    Shape,
    shape_of,
    stretches,
)
from agent.method.facets import CatalogueDetector, read_message
from agent.method.readings import ThreadView
from agent.method.spans import foils, rank_spans, spans_for
from agent.method.words import fold, tokenise
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message
from prompts.catalogue import load_catalogue
from tests.builders import make_member, make_message, make_thread

CATALOGUE = load_catalogue()
DETECTOR = CatalogueDetector(CATALOGUE)
ANA = make_member("ana")
THREAD = make_thread()


def spans_of(message: Message, facet: Facet) -> list[EvidenceSpan]:
    """What is worth quoting of a message in a question about this facet, best first."""
    ranked = rank_spans(message, read_message(message, DETECTOR), CATALOGUE)
    return [one.span for _, one in spans_for(facet, ranked, CATALOGUE)]


def quotes(text: str, facet: Facet = Facet.WHY) -> list[str]:
    """The spans of a message with this text, best first."""
    message = make_message("m", text, ANA, THREAD)
    return [span.quote for span in spans_of(message, facet)]


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("Hi @bo, thanks! You should rinse the filter first.", "rinse the filter first"),
        ("I had the same. Keep the water below 96 C, it is lovely.", "Keep the water below 96 C"),
        ("Don't know. Never boil the milk twice.", "Never boil the milk twice"),
    ],
)
def test_the_judgement_is_quoted(text: str, best: str) -> None:
    """The clause that tells what to do is quoted before greetings and chatter."""
    assert quotes(text)[0] == best


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("Run `vacuum full` on the table tonight.", "vacuum"),
        ("Read https://example.org/why before you start anything.", "example"),
        ("Ask @maria about the old boiler.", "maria"),
        ('He calls it "the big squeeze" and means it.', '"'),
        ("Start it with sudo hdparm -S 12 /dev/hda and wait.", "-S"),
    ],
)
def test_code_links_and_names_stay_out(text: str, absent: str) -> None:
    """Code, links, mentions and quotation marks are never quoted."""
    assert all(absent not in quote for quote in quotes(text))


@pytest.mark.parametrize(
    ("text", "best"),
    [
        (
            "just drop the fillfactor on orders_1 to 85 and repack it.",
            "just drop the fillfactor on orders_1 to 85 and repack it",
        ),
        ("put default_pool_size at 20, it is enough", "put default_pool_size at 20"),
        ("put max_wal_size at 16GB.", "put max_wal_size at 16GB"),
        ("statement_cache_size=0 on the engine", "statement_cache_size=0 on the engine"),
        (
            "Make a unique index on (warehouse_id, move_no), both NOT NULL.",
            "Make a unique index on (warehouse_id, move_no)",
        ),
        (
            "Raise max_standby_streaming_delay to 30min on the reporting replica only.",
            "Raise max_standby_streaming_delay to 30min on the reporting replica only",
        ),
    ],
)
def test_names_and_settings_are_words(text: str, best: str) -> None:
    """Identifiers, settings, versions and index columns in prose are quoted like other words."""
    assert quotes(text)[0] == best


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("Never drop it if it enforces uniqueness.", "Never drop it"),
        ("Vacuum may only remove rows that nobody can see.", "Vacuum may only remove rows"),
        ("When it is in use, drop the one on `placed_at` alone.", "drop the one on"),
        ("there are indexes on `a` and `b`", "there are indexes on"),
        ("Keep it in a cool, dark place.", "Keep it in a cool"),
    ],
)
def test_no_quote_is_cut_short(text: str, half: str) -> None:
    """A quote never stops where what follows would turn or carry its meaning."""
    assert half not in quotes(text)


def test_negated_advice_is_not_turned_round() -> None:
    """A quote never starts after the negation that belongs to it."""
    assert "boil the milk" not in quotes("You should not boil the milk.")
    assert "boil the milk" not in quotes("You don't want to boil the milk.")


def test_shapes_follow_the_first_words() -> None:
    """What a quote is decides which phrasings it fits into."""
    assert shape_of("rinse the filter first") is Shape.DIRECTIVE
    assert shape_of("never boil the milk") is Shape.ADVICE
    assert shape_of("I would go for the lager") is Shape.ADVICE
    assert shape_of("if the beer smells of vinegar") is Shape.CONDITION
    assert shape_of("it is probably the cable") is Shape.DIAGNOSIS
    assert shape_of("darker beers are more forgiving") is Shape.CLAIM
    assert shape_of("the last third of the glass") is Shape.PHRASE


PROSE = (
    "use the filter and if it clogs because of `code` http://x.y @bo , . ; : ( ) you should "
    "never rinse 12 -S a_b water then wait until done very not I'd it's \u2014 don\u2019t"
)
WORDS = st.sampled_from(tuple(PROSE.split(" ")))


@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=120))
def test_every_stretch_is_quotable(text: str) -> None:
    """Of any text, only whole words, 2 to 12 of them, with no dangling end, are quoted."""
    for stretch in stretches(text):
        quote = text[stretch.start : stretch.end]
        words = [fold(word.text) for word in tokenise(quote)]
        assert 2 <= len(words) <= 12
        assert words[0] not in NEVER_FIRST
        ending = words[-3:]
        assert words[-1] not in NEVER_LAST - LAST_OF_CLAUSE or ending in AS_IT_STANDS
        assert not re.search(r'["`\u201c\u201d]|https?://', quote)
        assert not (text[: stretch.start][-1:].isalnum() and quote[0].isalnum())
        assert not (text[stretch.end :][:1].isalnum() and quote[-1].isalnum())


@given(st.text(max_size=200), st.sampled_from(Facet))
def test_spans_are_evidence_and_do_not_overlap(text: str, facet: Facet) -> None:
    """Every span is a verbatim stretch of the message, and no two share a character."""
    message = make_message("m", text, ANA, THREAD)
    spans = spans_of(message, facet)
    assert all(message.text[s.start : s.end] == s.quote for s in spans)
    ordered = sorted(spans, key=lambda span: span.start)
    assert all(a.end <= b.start for a, b in itertools.pairwise(ordered))


@pytest.mark.parametrize(
    ("talk", "quote", "expected"),
    [
        ("I use paper rather than metal.", "I use paper", ("metal",)),
        ("Take metal instead of paper.", "Take metal", ("paper",)),
        ("Lager or ale with curry?", "go for the lager", ("ale",)),
        ("Lager or ale with curry?", "add more hops", ()),
        ("Is it done or not?", "when it is done", ()),
        ("I like paper.", "I like paper", ()),
    ],
)
def test_foils_come_from_the_thread(talk: str, quote: str, expected: tuple[str, ...]) -> None:
    """A foil is an option somebody set against the quoted one, in their own words."""
    asked = make_message("q", talk, make_member("bo"), THREAD)
    anchor = make_message("m", quote, ANA, THREAD)
    assert foils(ThreadView(THREAD, (asked, anchor), {}), anchor, quote) == expected
