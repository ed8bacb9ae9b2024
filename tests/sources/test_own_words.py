"""Own words, quotations, code and signatures in plain text and HTML."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sources.html_text import read_html
from agent.sources.own_words import clean_line, clean_text, segment_markdown
from agent.sources.slack_people import Directory
from agent.sources.slack_text import decode, segment
from memory.records.talk import Segment
from tests.sources.archives import COMMUNITY, marked

MARKUP = st.lists(
    st.sampled_from(
        (*"ab \n\t>`~-<&;/", "\x1b", "\x00", "\ud800", "```", "-- \n", ">>> ", "é", "<@U1|x>")
    )
).map("".join)
TAGS = ("<p>", "</p>", "<pre>", "</pre>", "<li>", "<ul>", "</ul>", "<ol>", "<br>", "<blockquote>")
HTML = st.lists(
    st.sampled_from(
        (
            *TAGS,
            "</blockquote>",
            "<code>",
            "</code>",
            "a b",
            "\n",
            "&#27;",
            "&lt;",
            "<script>",
            "<!--",
        )
    )
).map("".join)


def assert_sound(text: str, segments: tuple[Segment, ...]) -> None:
    """Check order, bounds, words, and that no control character is left."""
    position = 0
    for part in segments:
        assert position <= part.start < part.end <= len(text)
        assert text[part.start : part.end].strip()
        position = part.end
    assert {c for c in text if unicodedata.category(c) in {"Cc", "Cs"}} <= {"\n", "\t"}


@given(MARKUP)
def test_markdown_segments_are_always_sound(raw: str) -> None:
    """Whatever is written, segments are ordered, inside the text, and never blank."""
    said = segment_markdown(clean_text(raw))
    assert_sound(said.text, said.segments)


@given(MARKUP)
def test_slack_segments_are_always_sound(raw: str) -> None:
    """Likewise for Slack's markup."""
    text, _ = decode(raw, Directory(COMMUNITY))
    assert_sound(text, segment(text).segments)


@given(HTML)
def test_html_segments_are_always_sound(html: str) -> None:
    """Likewise for HTML, however badly nested."""
    said = read_html(html).segmented
    assert_sound(said.text, said.segments)


def test_markdown_kinds() -> None:
    """Fences are code, `>` lines are quotes, what follows `-- ` is a signature."""
    text = "Mine\nstill mine\n\nmore\n> theirs\nback\n```sh\n> rm\n```\nend\n-- \nAnn\nChief"
    said = segment_markdown(text)
    assert said.text == text
    assert marked(said.text, said.segments) == [
        ("own", "Mine\nstill mine"),
        ("own", "more"),
        ("quote", "theirs"),
        ("own", "back"),
        ("code", "> rm"),
        ("own", "end"),
        ("signature", "Ann\nChief"),
    ]


def test_a_fence_left_open_runs_to_the_end() -> None:
    """Code somebody forgot to close is never taken for their own words."""
    said = segment_markdown("see\n```\nx = 1\n> y")
    assert marked(said.text, said.segments) == [("own", "see"), ("code", "x = 1\n> y")]


def test_html_kinds() -> None:
    """Code and quotes are told apart; lists, inline code, links and images read naturally."""
    html = (
        '<p>Use <code>a < b</code>,<br>see <a href="http://u.v">this</a> or '
        '<a href="http://u.v">http://u.v</a></p><ul><li>one</li><li>two</li></ul>'
        "<ol><li>first</li><li>second</li></ol><blockquote><p>theirs</p></blockquote>"
        "<pre><code>  x = 1\n  y</code></pre><script>bad()</script><style>p{}</style>"
        '<p>done <img src="http://i.example/pic.jpg"></p>'
    )
    read = read_html(html)
    assert read.segmented.text == (
        "Use `a < b`,\nsee this or http://u.v\n\n- one\n- two\n\n1. first\n2. second\n\n> theirs"
        "\n\n  x = 1\n  y\n\ndone"
    )
    assert marked(read.segmented.text, read.segmented.segments) == [
        ("own", "Use `a < b`,\nsee this or http://u.v"),
        ("own", "one"),
        ("own", "two"),
        ("own", "first"),
        ("own", "second"),
        ("quote", "theirs"),
        ("code", "  x = 1\n  y"),
        ("own", "done"),
    ]
    assert read.images == ("pic.jpg",)


def test_a_spoiler_is_the_authors_own() -> None:
    """Stack Exchange hides spoilers in a blockquote, but quotes nobody there."""
    said = read_html('<blockquote class="spoiler"><p>It is rust.</p></blockquote>').segmented
    assert marked(said.text, said.segments) == [("own", "It is rust.")]


@pytest.mark.parametrize("html", ["<b>" * 5_000 + "deep", "<ul><li>" * 5_000 + "deep"])
def test_html_nested_too_deep_keeps_its_words(html: str) -> None:
    """Where the parser gives up, the words remain without their tags."""
    assert read_html(html).segmented.text == "deep"


def test_references_cannot_smuggle_controls() -> None:
    """An escape written as a character reference is taken out like a raw one."""
    assert read_html("<p>a&#27;[31mb</p><pre>&#8;c</pre>").segmented.text == "ab\n\nc"


def test_clean_text() -> None:
    """Controls go, line ends become one kind, lone surrogates become visible."""
    assert clean_text("a\x1b[2J\r\nb\rc\x00\x9b\td\ud800") == "a\nb\nc\td\N{REPLACEMENT CHARACTER}"
    assert clean_line("  a\n b\x07 " + "x" * 500) == ("a b " + "x" * 500)[:300]
