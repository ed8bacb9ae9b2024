"""Code in the text of a mail: fences, patches, traces, PGP blocks, indented paragraphs of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from memory.records.talk import SegmentKind

OWN, CODE, SIGNATURE = SegmentKind.OWN, SegmentKind.CODE, SegmentKind.SIGNATURE
_FENCE = re.compile(r"[ ]{0,3}(?:`{3,}|~{3,})[\w+-]*\s*\Z")
_PATCH = re.compile(r"diff --(?:git|cc|combined) |Index: \S|--- [\w./]+|@@+ -\d+")
_PATCH_GOES_ON = re.compile(
    r"[-+@ \\]|diff |index |Index: |={10,}|new file|deleted file|similarity |rename |\Z"
)
_PGP = re.compile(r"-----(BEGIN|END) PGP ([A-Z ]+)-----\s*\Z")
_INDENTED = re.compile(r"(?:\t| {3,})\S")
_BULLET = re.compile(r"\s*(?:[-*+o•]|\(?\w{1,2}[.)])\s")
_CODE_MARK = re.compile(
    r"[{}=;|\\^]|[<>]\S|\S\(|\s--?\w|[\w.]/\w|::|->|^\s*(?:[$#%]|>>>|\w+>)\s|\w_\w|\d{3,}"
)
_FRAME = re.compile(
    r"\s+(?:File \".{1,300}\", line \d+|at [\w.$<>/]+\s?\(|\.\.\. \d+ more)|Traceback \(most recent"
)
_ERROR = re.compile(
    r"(?:Caused by: |Exception in thread .{1,80} )?(?:[\w$]+\.)*\w*(?:Error|Exception|Exit"
    r"|Interrupt|Warning|Iteration)\b(?:: |\Z)|Traceback \(most recent"
)
_SESSION = re.compile(r"\s{0,8}[\w.-]+@[\w.-]+(?::\S{0,80})?[$#] ?\S")
"""A prompt that names user and machine: what stands below it is what was printed."""
_STATEMENT = re.compile(r"[;{}]\s*\Z|\A\s*(?://|/\*|#include|#define)")
_OPERATOR = re.compile(r"[{}=\[\]]|\w\(")
FEWEST_STATEMENTS = 2
FEWEST_FRAMES = 2
_PROMPT = re.compile(r"\s{0,8}(?:\$|%|#|>>>|\w[\w@:~-]*[$#>]) \S")


class Row(Protocol):
    """A line that can be marked."""

    text: str
    kind: SegmentKind | None


def mark_code(lines: Sequence[Row]) -> None:
    """Mark the code among own lines, and of signed mails the signature block."""
    _mark_pgp(lines)
    _mark_fences(lines)
    _mark_patches(lines)
    _mark_traces(lines)
    for paragraph in _paragraphs(lines):
        if _is_code(paragraph):
            for line in paragraph:
                line.kind = CODE


def _mark_pgp(lines: Sequence[Row]) -> None:
    inside: SegmentKind | None = None
    in_headers = False
    for line in lines:
        mark = _PGP.match(line.text) if line.kind is OWN else None
        if mark and mark[1] == "BEGIN" and mark[2] == "SIGNED MESSAGE":
            line.kind, in_headers = None, True
        elif mark:
            inside = (SIGNATURE if mark[2] == "SIGNATURE" else CODE) if mark[1] == "BEGIN" else None
            line.kind = None
        elif in_headers:
            in_headers = bool(line.text.strip())
            line.kind = None
        elif inside and line.kind is OWN:
            line.kind = inside


def _mark_fences(lines: Sequence[Row]) -> None:
    fence = ""
    for line in lines:
        if line.kind is not OWN:
            continue
        mark = _FENCE.match(line.text)
        bare = line.text.strip()
        if fence:
            closes = bare.startswith(fence) and not bare.strip(fence[0])
            line.kind = None if closes else CODE
            fence = "" if closes else fence
        elif mark:
            fence = bare[:3]
            line.kind = None


def _mark_patches(lines: Sequence[Row]) -> None:
    inside = False
    for n, line in enumerate(lines):
        if line.kind is not OWN:
            inside = False
            continue
        if not inside:
            dashes = line.text.startswith("--- ")
            following = lines[n + 1].text if n + 1 < len(lines) else ""
            inside = bool(_PATCH.match(line.text)) and (not dashes or following.startswith("+++ "))
        elif line.text.rstrip() == "--" or not _PATCH_GOES_ON.match(line.text):
            inside = False
        if inside:
            line.kind = CODE


def _mark_traces(lines: Sequence[Row]) -> None:
    """Mark what a program printed when it failed: the frames and the errors between them."""
    for paragraph in _paragraphs(lines):
        frames = [n for n, line in enumerate(paragraph) if _FRAME.match(line.text)]
        if len(frames) < FEWEST_FRAMES:
            continue
        first, last = frames[0], frames[-1]
        while first and (_ERROR.match(paragraph[first - 1].text)):
            first -= 1
        while last + 1 < len(paragraph) and (
            _INDENTED.match(paragraph[last + 1].text)
            or _ERROR.match(paragraph[last + 1].text)
            or paragraph[last + 1].text.startswith("  ")
        ):
            last += 1
        for line in paragraph[first : last + 1]:
            line.kind = CODE


def _paragraphs(lines: Sequence[Row]) -> Iterator[list[Row]]:
    paragraph: list[Row] = []
    for line in lines:
        if line.kind is OWN and line.text.strip():
            paragraph.append(line)
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _is_statements(paragraph: list[Row]) -> bool:
    """Whether every line ends as a statement does, and most hold what prose does not."""
    if len(paragraph) < FEWEST_STATEMENTS or _BULLET.match(paragraph[0].text):
        return False
    ended = all(_STATEMENT.search(line.text) for line in paragraph)
    held = sum(_OPERATOR.search(line.text) is not None for line in paragraph)
    return ended and 2 * held > len(paragraph)


def _is_code(paragraph: list[Row]) -> bool:
    """Whether a paragraph is code: a session, statements, or all indented with marks of code."""
    if all(_PROMPT.match(line.text) for line in paragraph) or _SESSION.match(paragraph[0].text):
        return True
    if _is_statements(paragraph):
        return True
    indented = [_INDENTED.match(line.text) is not None for line in paragraph]
    if not all(indented) or _BULLET.match(paragraph[0].text):
        return False
    marked = sum(_CODE_MARK.search(line.text[:400]) is not None for line in paragraph)
    return 2 * marked >= len(paragraph)
