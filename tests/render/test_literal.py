"""Words of people are literal Markdown: they parse to themselves and to nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tui.render.safe import markdown_code, markdown_prose, markdown_text, one_line, visible


def gfm() -> MarkdownIt:
    """GitHub's dialect, which links no bare host such as `orders.py`."""
    parser = MarkdownIt("gfm-like")
    assert parser.linkify is not None
    parser.linkify.set({"fuzzy_link": False})
    return parser


PARSERS = {
    "commonmark": MarkdownIt("commonmark"),
    "tables": MarkdownIt("commonmark").enable(["table", "strikethrough"]),
    "gfm": gfm(),
}
"""Strict CommonMark, and dialects with tables and with addresses that become links."""
HOSTILE = (
    "</details><script>alert(1)</script>",
    "# Heading\n\n- item\n\n1. one\n\n    code",
    "![x](https://example.org/y.png) [z](javascript:alert(1)) <javascript:1> <a href=x>",
    "[^1] [x]: /y \n[^1]: note",
    "| a | b |\n|---|---|\n| `|` | c |",
    "```\ncode\n```\n~~~~\n````",
    "`a` ``b`` ` c ` ```d``` \\`e\\` `",
    "https://example.org www.example.org ann@example.org mailto:ann@example.org @bo",
    "&lt;b&gt; &amp;amp; &#35; \\# \\\\",
    "*a* _b_ __c__ ~~d~~ ==e== ++f++ ^g^ $h$ $$i$$ {j}`k` {{l}} {% m %} {#n .o} %%p%%",
    "=====", "-----", "***", "+", ">", "> quoted", "1)", "12. twelve", ": definition", "\\", "a\\",
    "\u202eabc\u200b \u2066x\u2069 \u05e9\u05dc\u05d5\u05dd \x1b[31m\x07\r\b",
    "x" * 5000,
)  # fmt: skip
MARKS = "ab1 _*`~[](){}<>#|!$^=+-.:;/\\@&%\"'\n\t\u00a0"
WORDS = st.text(max_size=80) | st.text(alphabet=MARKS, max_size=60) | st.sampled_from(HOSTILE)
PLAIN = frozenset({"text", "code_inline", "html_inline"})
EMPTY_COMMENT = "<!-- -->"


def inline(tokens: list[Token]) -> list[Token]:
    """The children of the one inline token among `tokens`."""
    (token,) = [token for token in tokens if token.type == "inline"]
    return token.children or []


def read(children: list[Token]) -> str:
    """What a reader sees, code between backticks; the comment that parts an address is nothing."""
    shown = []
    for token in children:
        assert token.type in PLAIN, token
        if token.type == "html_inline":
            assert token.content == EMPTY_COMMENT
        else:
            shown.append(f"`{token.content}`" if token.type == "code_inline" else token.content)
    return "".join(shown)


@pytest.mark.parametrize("dialect", PARSERS)
@pytest.mark.parametrize("frame", ["# ", "- ", "1. ", "", "> "])
@settings(deadline=None, max_examples=150)
@given(words=WORDS)
@example(words="`` ` ``")
@example(words="a@b.c")
def test_words_on_a_line_read_as_they_were_typed(dialect: str, frame: str, words: str) -> None:
    """In a heading, a list, a quotation or a paragraph, any words are those words and no markup."""
    for escape in (markdown_text, markdown_prose):
        shown = escape(words)
        alone = PARSERS[dialect].parse(f"{frame}{shown or 'x'}")
        plain = PARSERS[dialect].parse(f"{frame}x")
        assert [t.type for t in alone] == [t.type for t in plain]
        if shown:
            assert read(inline(alone)) == one_line(words)


@settings(deadline=None, max_examples=300)
@given(words=WORDS)
def test_names_hold_no_code(words: str) -> None:
    """What is no talk is text throughout: not even backticks make code of it."""
    children = inline(PARSERS["gfm"].parse(f"x {markdown_text(words)}"))
    assert "code_inline" not in {token.type for token in children}


@settings(deadline=None, max_examples=300)
@given(code=WORDS, after=WORDS)
def test_code_stays_code_to_the_letter(code: str, after: str) -> None:
    """A block of code holds what was typed, controls made visible, and ends where it ends."""
    tokens = PARSERS["gfm"].parse(f"{markdown_code(code)}\n\nx{markdown_text(after)}")
    assert [t.type for t in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content == visible(code) + "\n"
    assert tokens[0].info == ""


def test_inline_code_keeps_every_character() -> None:
    """Code between backticks in a sentence keeps its stars, angle brackets and spaces."""
    text = "Set ` a ` and `<b>*x*_y_</b>` but not ``z``"
    children = inline(PARSERS["commonmark"].parse(markdown_prose(text)))
    code = [token.content for token in children if token.type == "code_inline"]
    assert code == [" a ", "<b>*x*_y_</b>"]
