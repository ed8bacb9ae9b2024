"""Sentences: exact spans, nothing lost, and no cut inside an abbreviation, number or name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.sentences import own_sentences, split_text
from memory.records.talk import Segment, SegmentKind
from tests.builders import make_member, make_message, make_thread

AUTHOR = make_member("ana")
THREAD = make_thread()
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["e.g.", "v1.2.3", "3.5", "foo.py", "...", "?", "!", ". ", "\n", "- ", "1. ", "\u2026"]
        ),
        st.text(alphabet="aB c.?!\n\"')-\u2019\u00e9\u4e2d\u2028", max_size=8),
        st.text(max_size=6),
    ),
    max_size=30,
).map("".join)


def pieces(text: str) -> list[str]:
    """The texts of the spans."""
    return [text[start:end] for start, end in split_text(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Use v1.2.3. Then go.", ["Use v1.2.3.", "Then go."]),
        ("It is e.g. on older boilers.", ["It is e.g. on older boilers."]),
        ("Dr. Smith et al. measured it.", ["Dr. Smith et al. measured it."]),
        ("Edit foo.py. Run it.", ["Edit foo.py.", "Run it."]),
        ("See https://a.org/b.html?x=1. Good.", ["See https://a.org/b.html?x=1.", "Good."]),
        ("Keep 2.5 bar. Not 3.", ["Keep 2.5 bar.", "Not 3."]),
        ("wait... what", ["wait... what"]),
        ("Wait... What", ["Wait...", "What"]),
        ("No. I would not.", ["No.", "I would not."]),
        ("No. 5 is fine.", ["No. 5 is fine."]),
        ('He said "stop!" and left. Why?', ['He said "stop!" and left.', "Why?"]),
        ("- rinse it\n- dry it. Wait\n2. store", ["rinse it", "dry it.", "Wait", "store"]),
        ("lol just rinse it, works for me", ["lol just rinse it, works for me"]),
        ("(Really.) Yes.", ["(Really.)", "Yes."]),
        ("Beans, sugar, etc. Then stir.", ["Beans, sugar, etc.", "Then stir."]),
        (" \n --- \n", []),
    ],
)
def test_known_cases(text: str, expected: list[str]) -> None:
    """Stops inside names, numbers and abbreviations do not cut; lines and list items do."""
    assert pieces(text) == expected


@given(PIECES)
def test_spans_are_ordered_disjoint_and_lose_only_layout(text: str) -> None:
    """Spans come in order, do not touch each other, and leave out no letter of a sentence."""
    spans = split_text(text)
    last = 0
    left_out = []
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        left_out.append(text[last:start])
        last = end
    left_out.append(text[last:])
    for gap in left_out:
        numbered = re.sub(r"\(?\b(?:\d{1,3}[.)]|[a-z]\))", "", gap)
        assert not re.search(r"[^\W_]", numbered), gap


@given(PIECES, PIECES, PIECES)
def test_own_sentences_lie_inside_own_segments(own: str, quoted: str, more: str) -> None:
    """No sentence holds a word of a quotation, and each stands verbatim where its span says."""
    text = own + quoted + more
    kinds = ((own, SegmentKind.OWN), (quoted, SegmentKind.QUOTE), (more, SegmentKind.OWN))
    segments, at = [], 0
    for stretch, kind in kinds:
        if stretch:
            segments.append(Segment(kind=kind, start=at, end=at + len(stretch)))
        at += len(stretch)
    message = make_message("m1", text, AUTHOR, THREAD, segments=tuple(segments))
    for sentence in own_sentences(message):
        assert message.text[sentence.start : sentence.end] == sentence.text
        assert message.is_own(sentence.start, sentence.end)
        assert sentence.message_id == message.id


def test_a_deleted_message_has_no_sentences() -> None:
    """What its author deleted is nobody's evidence."""
    assert own_sentences(make_message("m1", "Rinse it.", AUTHOR, THREAD, deleted=True)) == ()


@pytest.mark.parametrize(
    "text", ["." * 400_000 + "x", "a. " * 150_000, "x" * 400_000, " " * 400_000, '."' * 200_000]
)
@pytest.mark.timeout(20)
def test_a_hostile_message_takes_linear_time(text: str) -> None:
    """Hundreds of thousands of stops or spaces are split in seconds, not hours."""
    assert len(split_text(text)) <= len(text)
