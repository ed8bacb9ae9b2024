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


_MARKDOWN = re.compile(r"[\\`*\[\]{}#|~$^]|==|\+\+|%%|_(?![A-Za-z0-9])|(?<![A-Za-z0-9])_")
"""Marks of Markdown and its common extensions; `_` inside a word is none in any of them."""
_LINE_START = re.compile(r"^([-+=:%])")
_URL_COLON = re.compile(r"(?<=\w):(?=//)")
_BARE = re.compile(r"(?i)\b(www)\.")
_AT = re.compile(r"@(?=\w)")
_ADDRESS = re.compile(r"(?<=[\w.+-])@(?=\w)")
_EMPTY_COMMENT = "<!-- -->"
"""Parts an address where readers link it even if its `@` is escaped."""
_NUMBERED = re.compile(r"^(\d+)([.)])")
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_BACKTICKS = re.compile(r"`+")
_SHORTEST_FENCE = 3


def markdown_text(text: str) -> str:
    """`text` as literal Markdown on one line: no markup, HTML, link, mention or list of its own."""
    return _escaped(one_line(text), starts_line=True)


def markdown_prose(text: str) -> str:
    """The same, but what stands between two backticks is code, to the letter."""
    line = one_line(text)
    pieces: list[str] = []
    done = 0
    for code in _CODE.finditer(line):
        pieces.append(_escaped(line[done : code.start()], starts_line=done == 0))
        inside = code[1]
        spaced = inside.strip() and inside.startswith(" ") and inside.endswith(" ")
        pieces.append(f"` {inside} `" if spaced else f"`{inside}`")
        done = code.end()
    return "".join([*pieces, _escaped(line[done:], starts_line=done == 0)])


def markdown_code(text: str) -> str:
    """`text` as a block of code that nothing in it can close."""
    shown = visible(text)
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    fence = "`" * max(_SHORTEST_FENCE, longest + 1)
    return f"{fence}\n{shown}\n{fence}"


def _escaped(piece: str, *, starts_line: bool) -> str:
    line = piece.replace("&", "&amp;").replace("<", "&lt;")
    line = _MARKDOWN.sub(lambda mark: "".join(f"\\{c}" for c in mark[0]), line)
    if starts_line:
        line = _LINE_START.sub(r"\\\1", line)
        line = _NUMBERED.sub(r"\1\\\2", line)
        line = f"&gt;{line[1:]}" if line.startswith(">") else line
    line = _URL_COLON.sub("&#58;", line)
    line = _BARE.sub(r"\1&#46;", line)
    line = _ADDRESS.sub(f"&#64;{_EMPTY_COMMENT}", line)
    return _AT.sub("&#64;", line)
