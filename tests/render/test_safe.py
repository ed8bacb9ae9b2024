"""Nothing a person typed can steer the terminal or break the page."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tui.render.safe import one_line, visible


def test_escape_sequences_are_shown_not_obeyed() -> None:
    """Colour codes, title changes, backspaces and lone returns become pictures."""
    assert visible("\x1b[31mred\x07\b\r\x7f") == "\u241b[31mred\u2407\u2408\u240d\u2421"
    assert visible("\x9b31m") == "<U+009B>31m"


def test_bidi_and_invisible_characters_are_named() -> None:
    """Overrides, zero-width spaces and tag characters cannot hide or turn text."""
    assert visible("a\u202eb\u2066c\u200bd") == "a<U+202E>b<U+2066>c<U+200B>d"
    assert visible("x\U000e0041") == "x<U+E0041>"


def test_real_scripts_stay() -> None:
    """Wide, right-to-left, combining and emoji text is left alone, line breaks as well."""
    text = (
        "\u30b3\u30fc\u30d2\u30fc \u05e7\u05e4\u05d4 e\u0301 \U0001f469\u200d\U0001f373\n\tend\r\n"
    )
    assert visible(text) == text.replace("\r\n", "\n")


@given(st.text())
def test_output_holds_no_control_and_is_stable(text: str) -> None:
    """Whatever goes in, only line breaks and tabs remain of all controls; twice is once."""
    shown = visible(text)
    bad = {c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} - {"\n", "\t"}
    assert not bad
    assert visible(shown) == shown


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    """No line break of any kind survives."""
    assert len(one_line(text).splitlines()) <= 1
