"""What mail programs and firms put below a mail: devices, confidentiality notices, trailers.

Pure functions over lines. By the form of such notices in a few languages, and only at the end of
what the sender wrote, so that talk about confidential things stays their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from memory.records.talk import SegmentKind

OWN, CODE, SIGNATURE = SegmentKind.OWN, SegmentKind.CODE, SegmentKind.SIGNATURE
FEWEST_TRAITS = 3
"""Of the traits of a confidentiality notice, so many make a paragraph one."""
_DEVICE = re.compile(
    r"\W{0,3}(?:(?:sent|gesendet|envoyé|enviado|inviato|verzonden|skickat|sendt)\s+"
    r"(?:from|via|with|using|von|mit|über|de|depuis|desde|dal?|vanaf|met|från|fra)\s"
    r"|get\s+outlook\s+for\s|(?:von|mit)\s+(?:meinem|unterwegs)\s.{0,40}\bgesendet\b)"
    r"[^.?!\n]{0,60}\W{0,3}\Z",
    re.IGNORECASE,
)
_TRAITS = tuple(
    re.compile(trait, re.IGNORECASE)
    for trait in (
        r"confidential|privileged|vertraulich|confidentiel|confidencial|riservat",
        r"\b(?:e-?mail|message|communication|nachricht|mensaje|mensagem|messaggio|courriel)\b",
        r"addressee|intended|recipient|adressat|empfänger|destinata",
        r"in error|by mistake|irrtüm|par erreur|por error|per errore",
        r"notify|inform|contact the sender|benachrichtig|avertir|prévenir|avis|notifi",
        r"\bdelet|destroy|vernicht|lösch|supprim|détrui|elimin|destruya|cancell",
        r"unauthori|prohibited|disclos|copying|unbefugt|untersagt|interdit|prohibid|vietat",
    )
)
_RULE = re.compile(r"[ \t]*(?:[_*=~-][ \t]?){8,}\Z")
_TRAILER = re.compile(r"[A-Z][a-z]+(?:-[a-z]+)*-by: \S|(?:Fixes|Closes|Link|Cc): \S")
_STAT = re.compile(r"\s\S.*\|\s+(?:\d+|Bin)\b|\s\d+ files? changed\b|\s\w+ mode \d{6} \S")


class Row(Protocol):
    """A line that can be marked."""

    text: str
    kind: SegmentKind | None


def mark_notices(lines: Sequence[Row]) -> None:
    """Mark devices and confidentiality notices that close the own words."""
    closing = True
    paragraphs = _own_paragraphs(lines)
    for first, last in reversed(paragraphs):
        paragraph = lines[first:last]
        device = len(paragraph) == 1 and _DEVICE.match(paragraph[0].text)
        if device or (closing and is_notice(" ".join(line.text for line in paragraph))):
            for line in paragraph:
                line.kind = SIGNATURE
        else:
            closing = closing and _may_stand_below(paragraph)


def is_notice(paragraph: str) -> bool:
    """Whether a paragraph reads as a notice on confidentiality does."""
    return sum(trait.search(paragraph) is not None for trait in _TRAITS) >= FEWEST_TRAITS


def mark_trailers(lines: Sequence[Row]) -> None:
    """Mark the trailers of a commit message, and the table of files between `---` and a patch."""
    for n, line in enumerate(lines):
        if line.kind is not OWN:
            continue
        trailer = _TRAILER.match(line.text) and _goes_with_patch(lines, n)
        rule = line.text.rstrip() == "---" and _STAT.match(_text_at(lines, n + 1))
        stat = n and lines[n - 1].kind is CODE and _STAT.match(line.text)
        if trailer or rule or stat:
            line.kind = CODE


def _goes_with_patch(lines: Sequence[Row], n: int) -> bool:
    """Whether `---` or a trailer is what comes next after a trailer."""
    below = _text_at(lines, n + 1)
    above = _text_at(lines, n - 1)
    return below.rstrip() == "---" or any(map(_TRAILER.match, (above, below)))


def _text_at(lines: Sequence[Row], n: int) -> str:
    return lines[n].text if 0 <= n < len(lines) else ""


def _own_paragraphs(lines: Sequence[Row]) -> list[tuple[int, int]]:
    """Return first and last line (excluded) of each paragraph of own words; a rule ends one."""
    found, first = [], -1
    for n, line in enumerate(lines):
        inside = line.kind is OWN and bool(line.text.strip())
        if inside and first >= 0 and _RULE.match(lines[n - 1].text):
            found.append((first, n))
            first = n
        elif inside and first < 0:
            first = n
        elif not inside and first >= 0:
            found.append((first, n))
            first = -1
    return [*found, (first, len(lines))] if first >= 0 else found


def _may_stand_below(paragraph: Sequence[Row]) -> bool:
    """Whether something that is no prose may follow a notice: a rule, or a line of few words."""
    return len(paragraph) == 1 and (
        _RULE.match(paragraph[0].text) is not None or len(paragraph[0].text.split()) <= 2  # noqa: PLR2004  a name
    )
