"""Telling an author's own words from quotations, code and signatures in plain text.

Pure functions. A stretch of the author's own words ends at a blank line, so a sentence that was
wrapped over lines stays in one stretch. Markers (`>`, fences) are layout and in no segment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from memory.records.talk import Segment, SegmentKind

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,500}(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_FENCE = re.compile(r"[ ]{0,3}(?P<mark>`{3,}|~{3,})[^`\n]*$")
_QUOTE = re.compile(r"[ ]{0,3}(?:>[ \t]?)+")
_BLANK_LINES = re.compile(r"\n[ \t]*\n")
_SIGNATURE = re.compile(r"--[ ]?$")


def clean_text(raw: str) -> str:
    r"""Keep what a terminal may show: no control character but `\n` and `\t`, no lone surrogate.

    Line ends become `\n`; terminal escapes go, sequence and all; a lone surrogate becomes U+FFFD.
    """
    text = _ESCAPES.sub("", raw) if "\x1b" in raw else raw
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", _CONTROLS.sub("", text))


def clean_line(raw: str, longest: int = 300) -> str:
    """Return clean text on one line of at most `longest` characters: names, titles, ids, tags."""
    return " ".join(clean_text(raw[: 4 * longest]).split())[:longest]


@dataclass(frozen=True, slots=True)
class SegmentedText:
    """Plain text and whose words its stretches are; fits `Message.text` and `.segments`."""

    text: str = ""
    segments: tuple[Segment, ...] = ()


@dataclass(slots=True)
class Segmenter:
    """Gathers stretches of one text; blank edges of a stretch are left out of its segment."""

    text: str
    segments: list[Segment] = field(default_factory=list)

    def add(self, kind: SegmentKind, start: int, end: int) -> None:
        """Mark `text[start:end]`, trimmed; code keeps the indentation of its first line."""
        stretch = self.text[start:end]
        end = start + len(stretch.rstrip())
        lead = stretch.lstrip("\n") if kind is SegmentKind.CODE else stretch.lstrip()
        start += len(stretch) - len(lead)
        if start < end:
            self.segments.append(Segment(kind=kind, start=start, end=end))

    def add_own(self, start: int, end: int) -> None:
        """Mark each paragraph of `text[start:end]` as the author's own."""
        position = start
        for blank in _BLANK_LINES.finditer(self.text, start, end):
            self.add(SegmentKind.OWN, position, blank.start())
            position = blank.end()
        self.add(SegmentKind.OWN, position, end)

    def finished(self) -> SegmentedText:
        return SegmentedText(self.text, tuple(self.segments))


def segment_lines(segmenter: Segmenter, start: int, end: int, *, signatures: bool) -> None:
    """Segment `text[start:end]` by lines: `>` quotes, and after `-- ` a signature if asked for."""
    own_from = position = start
    for row in segmenter.text[start:end].splitlines(keepends=True):
        stop = position + len(row)
        quote = _QUOTE.match(row)
        if quote or (signatures and _SIGNATURE.match(row.rstrip("\n"))):
            segmenter.add_own(own_from, position)
            own_from = stop
        if quote:
            segmenter.add(SegmentKind.QUOTE, position + quote.end(), stop)
        elif own_from == stop:
            segmenter.add(SegmentKind.SIGNATURE, stop, end)
            return
        position = stop
    segmenter.add_own(own_from, end)


def segment_markdown(text: str) -> SegmentedText:
    """Segment clean Markdown-like text: fenced code, quoted lines, a closing `-- ` signature.

    A fence that is never closed runs to the end, as in Markdown.
    """
    segmenter = Segmenter(text)
    talk_from = position = code_from = 0
    fence = ""
    for row in text.splitlines(keepends=True):
        stop = position + len(row)
        opening = _FENCE.match(row.rstrip("\n"))
        if fence:
            bare = row.strip()
            if bare.startswith(fence) and not bare.strip(fence[0]):
                segmenter.add(SegmentKind.CODE, code_from, position)
                fence, talk_from = "", stop
        elif opening:
            segment_lines(segmenter, talk_from, position, signatures=False)
            fence, code_from = opening["mark"], stop
        position = stop
    if fence:
        segmenter.add(SegmentKind.CODE, code_from, len(text))
    else:
        segment_lines(segmenter, talk_from, len(text), signatures=True)
    return segmenter.finished()
