"""Whose words the lines of a mail are: the sender's own, quoted, code, or a signature.

Rules of layout, not of one field's words, and of doubtful lines none is taken for the sender's own:
- `>` lines, also `AL> `, are quoted, with a line between them that a mail program wrapped off;
- a line or two that end in a colon right above, with a date, an address or "wrote", belong to them;
- all is quoted after a divider or a block of headers ("From:", "Sent:"), after "On ... wrote:"
  where no `>` line follows, and after the mark that pipermail leaves for an attachment;
- what follows `-- `, a list's footer under a long rule, a closing that is the sender's name, and
  notices of devices and firms (`mail_notices`) are signatures;
- fences, patches, traces, PGP blocks, and indented paragraphs that do not read as prose are code.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from agent.sources.mail_code import mark_code
from agent.sources.mail_notices import mark_notices, mark_trailers
from agent.sources.own_words import Segmenter
from memory.records.talk import Segment, SegmentKind

OWN, QUOTE, SIGNATURE = SegmentKind.OWN, SegmentKind.QUOTE, SegmentKind.SIGNATURE
MOST_CLOSING_LINES = 8
MOST_ATTRIBUTION_LINES = 4
FEWEST_HEADERS = 3
"""So many lines like headers, the first of them the sender's, are headers whatever they say."""
FEWEST_OF_PROSE = 6
LONGEST_JUDGED = 400
WRAPPED_FROM, LONGEST_WRAPPED = 60, 40
"""Widths between which a program that wraps quoted lines leaves the end of one on a line alone."""
_PREFIX = re.compile(r"[ ]{0,3}(?:[A-Za-z]{0,4}>[ \t]?)(?:[ \t]?[A-Za-z]{0,4}>[ \t]?)*")
_ADDRESS = re.compile(
    r"<[^<>\n]*(?:@| at |\(a\)|\(at\))[^<>\n]*>|\S+@\S+\.\w+|\S+ at \S+\.\w{2,}\b"
)
_DATE = re.compile(r"\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d{2}\b|\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b")
_TIME = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_WROTE = re.compile(
    r"(?:\b(?:wrote|writes?|said|says|schrieb|schreibt|[ée]crit|escribi[óo]|escreveu|scrive|scritto"
    r"|schreef|skrev|kirjoitti|pisze|napisał\(?a?\)?|пишет|написала?))\W{0,8}:\s*\Z",
    re.IGNORECASE,
)
_RULED_WROTE = re.compile(r"\s*-{2,}[ \t].*:\s*\Z")
_DIVIDER = re.compile(r"\s*[-_*=]{2,}[ \t]*[^\W\d_][^\n]{3,60}?[ \t]*[-_*=]{2,}\s*\Z")
_SCRUBBED = re.compile(r"-{5,} next part -{5,}\s*\Z")
_KEYED = re.compile(r"\s*\*{0,2}([^\W\d_][\w-]{0,14}(?: [\w-]{1,10})?)\s?:\*{0,2}\s+\S")
_SENDERS = frozenset({"from", "von", "de", "da", "van", "från", "fra", "od", "от", "lähettäjä"})
_DATES = frozenset({"date", "datum", "fecha", "data", "sent"})
_CARRIED = re.compile(
    r"\b(?:orig|urspr|oorspr|forward|weitergel|transf|inoltr|reenv)", re.IGNORECASE
)
_RULE = re.compile(r"[ \t]*(?:_{10,}|-{20,}|={20,}|[-~]{20,})\s*\Z")
_FOOTER = re.compile(r"https?://|mailing list|unsubscribe|\S+ at \S+|\S+@\S+", re.IGNORECASE)
_MARK = re.compile(r"--[ ]?\Z")
_ORNAMENT = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(slots=True)
class Line:
    """One line of a text, `text[start:end]`, and whose it is; None is layout."""

    start: int
    end: int
    text: str
    kind: SegmentKind | None = OWN

    @property
    def blank(self) -> bool:
        """Whether nothing stands on it."""
        return not self.text.strip()


def segment_mail(
    text: str, sender: str = "", known: Sequence[Segment] | None = None
) -> tuple[Segment, ...]:
    """Return whose words the stretches of a clean text are; `sender` is the name in its header.

    `known` are the segments that the markup of an HTML mail gives: only its own words are judged.
    """
    lines = _lines(text)
    if known is not None:
        _apply(lines, known)
    mark_code(lines)
    mark_trailers(lines)
    _mark_quotes(lines)
    _mark_rest(lines)
    _mark_signature(lines)
    mark_notices(lines)
    _mark_closing(lines, sender)
    return _segments(text, lines)


def _lines(text: str) -> list[Line]:
    lines, position = [], 0
    for row in text.split("\n"):
        lines.append(Line(position, position + len(row), row))
        position += len(row) + 1
    return lines


def _apply(lines: list[Line], known: Sequence[Segment]) -> None:
    waiting = deque(known)
    for line in lines:
        while waiting and waiting[0].end <= line.start:
            waiting.popleft()
        if waiting and waiting[0].start < line.end:
            line.kind = waiting[0].kind


def _mark_quotes(lines: list[Line]) -> None:
    quoted = [n for n, line in enumerate(lines) if _is_quoted(line)]
    for n in quoted:
        lines[n].kind = QUOTE
    for n in quoted:
        if _wrapped_off(lines[n : n + 3]):
            lines[n + 1].kind = QUOTE
        if n and lines[n - 1].kind is not QUOTE:
            _mark_attribution(lines, n)


def _is_quoted(line: Line) -> bool:
    return line.kind is QUOTE or (line.kind is OWN and _PREFIX.match(line.text) is not None)


def _wrapped_off(three: list[Line]) -> bool:
    """Whether the second line is the end of the first, quoted one, wrapped by a program."""
    if len(three) < 2 or three[1].kind is not OWN or three[1].blank:  # noqa: PLR2004  the line below
        return False
    long, rest = three[0].text.rstrip(), three[1].text
    if len(long) < WRAPPED_FROM or long.endswith((".", "?", "!", ":")):
        return False
    between = len(three) > 2 and three[2].kind is QUOTE  # noqa: PLR2004  the line after it
    last = len(three) <= 2 or three[2].blank  # noqa: PLR2004  the line after it
    return (between and len(rest) < LONGEST_WRAPPED) or (last and len(rest) < LONGEST_WRAPPED // 2)


def _mark_attribution(lines: list[Line], first_quoted: int) -> None:
    last = first_quoted - 1
    while last >= 0 and lines[last].blank and first_quoted - last <= 2:  # noqa: PLR2004  two blank lines
        last -= 1
    length = _attribution_length(lines, last)
    for line in lines[last + 1 - length : last + 1]:
        line.kind = QUOTE


def _attribution_length(lines: list[Line], last: int) -> int:
    """Return of how many lines, up to `last`, a client's "... wrote:" consists; 0 if of none."""
    if last < 0:
        return 0
    only = lines[last].text[:LONGEST_JUDGED]
    if not only.rstrip().endswith((":", "wrote", "...")):
        return int(only.rstrip().endswith(">") and _DATE.match(only.lstrip()) is not None)
    found = 0
    for length in range(1, MOST_ATTRIBUTION_LINES + 1):
        top = last + 1 - length
        if top < 0 or lines[top].kind is not OWN or lines[top].blank:
            break
        joined = " ".join(line.text for line in lines[top : last + 1])[:LONGEST_JUDGED]
        if length > 1 and lines[top].text.rstrip().endswith((".", "?", "!")):
            break
        speaks = _ADDRESS.search(joined) or _DATE.search(joined) or _WROTE.search(joined)
        grows = not found or _DATE.search(lines[top].text) or _ADDRESS.search(lines[top].text)
        if speaks and grows:
            found = length
    return found


def _mark_rest(lines: list[Line]) -> None:
    """Mark what stands below a divider, a block of headers or an attribution as quoted."""
    last_quoted = max((n for n, line in enumerate(lines) if line.kind is QUOTE), default=-1)
    for n, line in enumerate(lines):
        if line.kind is not OWN or line.blank:
            continue
        bare = n > last_quoted and _opens_bare_quote(lines, n)
        if bare or _SCRUBBED.match(line.text) or _begins_forward(lines, n):
            top = n - 1
            while top >= 0 and lines[top].blank:
                top -= 1
            if top >= 0 and (_RULE.match(lines[top].text) or lines[top].text.endswith("message:")):
                n = top  # noqa: PLW2901  the rule above the headers belongs to them
            for below in lines[n:]:
                if below.kind is OWN:
                    below.kind = QUOTE
            return


def _begins_forward(lines: list[Line], n: int) -> bool:
    """Whether a divider or a block of headers begins at a line."""
    if _DIVIDER.match(lines[n].text):
        near = [line.text for line in lines[n + 1 : n + 4]]
        told = _CARRIED.search(lines[n].text) or _DATE.search(lines[n].text)
        return bool(told) or any(_KEYED.match(text) for text in near)
    keyed = _KEYED.match(lines[n].text)
    if not keyed or keyed[1].casefold() not in _SENDERS | _DATES:
        return False
    block = [line.text for line in lines[n : n + 4] if _KEYED.match(line.text)]
    dated = any(_ADDRESS.search(text) for text in block) and any(map(_DATE.search, block))
    return len(block) >= FEWEST_HEADERS or (len(block) > 1 and dated)


def _opens_bare_quote(lines: list[Line], n: int) -> bool:
    """Whether a full attribution ends here, below which no line is marked as quoted."""
    if not lines[n].text.rstrip().endswith(":"):
        return False
    for length in range(1, MOST_ATTRIBUTION_LINES):
        above = lines[max(0, n + 1 - length) : n + 1]
        joined = " ".join(line.text for line in above)[:LONGEST_JUDGED]
        ruled = _RULED_WROTE.match(lines[n].text) and _DATE.search(lines[n].text)
        told = _ADDRESS.search(joined) or _WROTE.search(joined)
        if ruled or (told and _TIME.search(joined)):
            for line in above:
                line.kind = QUOTE
            return True
    return False


def _mark_signature(lines: list[Line]) -> None:
    for n, line in enumerate(lines):
        if line.kind is not OWN:
            continue
        below = [later.text for later in lines[n + 1 : n + 5]]
        footer = _RULE.match(line.text) and any(_FOOTER.search(text) for text in below)
        if _MARK.match(line.text) or (footer and len(lines) - n <= 2 * MOST_CLOSING_LINES):
            line.kind = None if _MARK.match(line.text) else SIGNATURE
            for later in lines[n + 1 :]:
                if later.kind is OWN:
                    later.kind = SIGNATURE
            return


def _mark_closing(lines: list[Line], sender: str) -> None:
    """Mark the sender's name at the end of the last own words, and what stands below it."""
    names = _names(sender)
    own = [n for n, line in enumerate(lines) if line.kind is OWN and not line.blank]
    tail = own[-MOST_CLOSING_LINES:]
    for place, n in enumerate(tail):
        bare = " ".join(_words(lines[n].text))
        if not bare or bare not in names:
            continue
        above = tail[place - 1] if place else -1
        first = above if above >= 0 and _is_valediction(lines[above].text) else n
        for below in range(first, own[-1] + 1):
            if below > n and lines[below - 1].blank and _is_prose(lines[below:]):
                return
            if lines[below].kind is OWN:
                lines[below].kind = SIGNATURE
        return


def _is_prose(lines: list[Line]) -> bool:
    """Whether a paragraph begins here that says something: a postscript, not an address."""
    paragraph = ""
    for line in lines:
        if line.blank or line.kind is not OWN:
            break
        paragraph += f"{line.text} "
    return len(paragraph.split()) >= FEWEST_OF_PROSE and paragraph.rstrip()[-1:] in {".", "?", "!"}


def _plain(text: str) -> str:
    """Fold case and accents: people sign without them."""
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST_JUDGED])
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _words(text: str) -> list[str]:
    """Return the words of a name or a line, without what stands around each."""
    words = (_ORNAMENT.sub("", word) for word in _plain(text).split())
    return [word for word in words if word]


def _names(sender: str) -> set[str]:
    words = _words(sender)
    initials = "".join(word[0] for word in words)
    names = {" ".join(words), *(words[:1] + words[-1:])} | ({initials} if len(words) > 1 else set())
    return {name for name in names if name}


def _is_valediction(text: str) -> bool:
    words = text.split()
    return len(words) <= 4 and text.rstrip()[-1:] not in {".", "?", ":", ";"}  # noqa: PLR2004  "Mit freundlichen Grüßen aus"


def _segments(text: str, lines: list[Line]) -> tuple[Segment, ...]:
    segmenter = Segmenter(text)
    n = 0
    while n < len(lines):
        kind, first = lines[n].kind, n
        while n < len(lines) and (lines[n].kind is kind):
            n += 1
        if kind is OWN:
            segmenter.add_own(lines[first].start, lines[n - 1].end)
        elif kind is QUOTE:
            for line in lines[first:n]:
                prefix = _PREFIX.match(line.text)
                segmenter.add(QUOTE, line.start + (prefix.end() if prefix else 0), line.end)
        elif kind is not None:
            segmenter.add(kind, lines[first].start, lines[n - 1].end)
    return segmenter.finished().segments
