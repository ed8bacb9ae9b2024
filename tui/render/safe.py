"""Text of people made safe to print: nothing in it can steer a terminal or hide what it says."""

from __future__ import annotations

import re
import unicodedata

_PICTURES = 0x2400
"""Code point of the picture of NUL; those of the other C0 controls follow it."""
_DELETE = 0x7F
_C0 = 0x20
_KEPT = frozenset("\n\t\u200c\u200d")
"""Line break, tab, and the joiners that scripts and emoji need."""
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = frozenset("\u2028\u2029\x85\x0b\x0c")
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_TAG_BASE, _TAG_END = 0xE0000, 0xE007F


def visible(text: str) -> str:
    """Return `text` with every control made inert and visible.

    Escape and other C0 controls become their pictures, a carriage return before a line break
    goes, bidirectional overrides and other invisible format characters become `<U+202E>`. Wide,
    right-to-left and combining text stays as it is.
    """
    return "".join(map(_shown, text.replace("\r\n", "\n")))


def one_line(text: str) -> str:
    """`visible` on a single line, white space single."""
    return " ".join(visible(text).split())


def _shown(character: str) -> str:
    if character in _KEPT:
        return character
    if character in _BREAKS:
        return "\n"
    code = ord(character)
    if code < _C0:
        return chr(_PICTURES + code)
    if code == _DELETE:
        return "\u2421"
    if character in _BIDI or _TAG_BASE <= code <= _TAG_END:
        return f"<U+{code:04X}>"
    if unicodedata.category(character) in _UNSAFE:
        return f"<U+{code:04X}>"
    return character


_MARKDOWN = re.compile(r"([\\`*_\[\]#|~$])")
_LINE_START = re.compile(r"^([-+=:])")
_URL_COLON = re.compile(r"(?<=\w):(?=//)")
_BARE = re.compile(r"(?i)\b(www)\.")
_AT = re.compile(r"@(?=\w)")
_NUMBERED = re.compile(r"^(\d+)([.)])")


def markdown_text(text: str) -> str:
    """`text` as literal Markdown on one line: no markup, HTML, link, mention or list of its own."""
    line = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _MARKDOWN.sub(r"\\\1", line)
    line = _LINE_START.sub(r"\\\1", line)
    line = _NUMBERED.sub(r"\1\\\2", line)
    line = _URL_COLON.sub("&#58;", line)
    line = _BARE.sub(r"\1&#46;", line)
    return _AT.sub("&#64;", line)
