"""Telling whose words the lines of a note are: turns of a transcript, without their time stamps.

Pure functions. WebVTT, SubRip and plain text with `Name:` labels are understood. When in doubt a
stretch is a turn of somebody else: better nobody's words than in the wrong person's name.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from memory.errors import UserInputError

_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_STAMP = rf"(?:\[{_TIME}\]|\({_TIME}\)|{_TIME})"
_CUE = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
_TIMES = re.compile(_TIME)
SIXTY = 60
_LEADING_STAMP = re.compile(rf"\s*{_STAMP}(?:\s*[-\u2013\u2014]\s+|[ \t]+|$)")
_VOICE = re.compile(r"\s*<v(?:\.[\w.]+)?\s+(?P<label>[^>\n]{1,60})>")
_TAG = re.compile(rf"</?(?:[biucv]|ruby|rt|lang|font)(?:[.\s][^<>\n]{{0,80}})?>|<{_TIME}>")
_LABEL = re.compile(
    rf"\s*@?(?P<label>[^\W_][^\n:<>\[\]()]{{0,40}}?)\s*(?:{_STAMP}\s*)?:(?:\s+(?P<words>.*)|\s*$)"
)
_NAME_LINE = re.compile(rf"\s*@?(?P<label>[^\W_][^\n:<>\[\]()]{{0,40}}?)\s+{_STAMP}\s*$")
_GENERIC = re.compile(
    r"(?:speaker|participant|interviewer|interviewee|host|guest|moderator|unknown|person|voice"
    r"|narrator)(?: speaker)?(?: ?[\w#]{1,2})?",
    re.IGNORECASE,
)
_SKIPPED_BLOCKS = ("NOTE", "STYLE", "REGION")
SUBMITTER = frozenset({"me", "i", "myself"})
"""Labels, lower case, by which whoever submits a transcript means themselves."""
NOBODY = "?"
"""Label of words before the first label of a transcript."""
MOST_LABEL_WORDS = 4
FEWEST_LABELS = 2
"""Different labels, and lines of one of them, from which unknown names are taken for speakers."""

IsKnown = Callable[[str], bool]
"""Whether a label names a member of the community."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Consecutive words of one speaker. `speaker` is the label as written, `""` for none."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One line without its time stamp, with the label before it, if there is one."""

    label: str
    words: str
    stamped: bool
    certain: bool = False
    """Whether the label is a speaker's by its form: a voice tag, or a time beside it."""


def split_turns(text: str, is_known: IsKnown) -> tuple[Turn, ...]:
    """Split a clean text into turns, in order; a text that is no transcript is one turn.

    In a transcript, what stands before the first label belongs to nobody known and is a turn
    with the label `?`; later lines without a label go on with the turn they follow. Time stamps
    go where lines begin with them throughout, or labels show that it is a transcript.
    """
    captions = any(_CUE.match(row) for row in text.splitlines())
    lines = list(_cue_lines(text)) if captions else [_plain_line(r) for r in text.splitlines()]
    labelled = _is_labelled(lines, is_known)
    if not labelled:
        if not captions and not _is_stamped(lines):
            return (Turn("", text),)
        return _joined([_Line("", _with_label(line), stamped=line.stamped) for line in lines])
    if not lines[0].label:
        lines.insert(0, _Line(NOBODY, "", stamped=False))
    return _joined(lines)


def check_captions(text: str, file: str) -> None:
    """Refuse captions that cannot be read: `UserInputError` names the line and what is wrong."""
    rows = text.splitlines()
    if file.lower().endswith(".vtt") and not text.lstrip("\ufeff\n ").startswith("WEBVTT"):
        raise UserInputError(f"{file!r}, line 1: WebVTT begins with the word WEBVTT")
    for number, row in enumerate(rows, start=1):
        if "-->" not in row:
            continue
        if _CUE.match(row) is None or not all(map(_is_time, _TIMES.findall(row)[:2])):
            raise UserInputError(
                f"{file!r}, line {number}: {row.strip()[:60]!r} is no time of captions, such as "
                "00:01:02.500 --> 00:01:04.000"
            )
        began, ended = (_seconds(time) for time in _TIMES.findall(row)[:2])
        if ended < began:
            raise UserInputError(
                f"{file!r}, line {number}: the caption ends before it begins: {row.strip()[:60]!r}"
            )
    if not any("-->" in row for row in rows):
        raise UserInputError(f"{file!r} holds no captions; give plain text as .txt")


def _is_time(time: str) -> bool:
    return all(float(part.replace(",", ".")) < SIXTY for part in time.split(":")[1:])


def _seconds(time: str) -> float:
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = total * SIXTY + float(part)
    return total


def _cue_lines(text: str) -> Iterator[_Line]:
    """The spoken lines of WebVTT or SubRip: no header, numbers, times, notes or markup."""
    for block in re.split(r"\n[ \t]*\n", text):
        rows = block.splitlines()
        cue = next((n for n, row in enumerate(rows) if _CUE.match(row)), None)
        if cue is None:
            opens = rows[0].strip() if rows else ""
            if not opens.startswith(("WEBVTT", *_SKIPPED_BLOCKS)):
                yield from (_spoken_line(row) for row in rows if row.strip())
            continue
        yield from (
            _spoken_line(row)
            for n, row in enumerate(rows)
            if n > cue and row.strip() and not _CUE.match(row) and not _numbers_next(rows, n)
        )


def _numbers_next(rows: Sequence[str], place: int) -> bool:
    """Whether a row is the number of a cue that follows without the blank line it should have."""
    after = rows[place + 1] if place + 1 < len(rows) else ""
    return rows[place].strip().isdigit() and _CUE.match(after) is not None


def _spoken_line(row: str) -> _Line:
    voice = _VOICE.match(row)
    words = html.unescape(_TAG.sub("", row[voice.end() :] if voice else row)).strip()
    if voice:
        return _Line(voice["label"].strip(), words, stamped=True, certain=True)
    found = _LABEL.match(words)
    if found and _could_be_name(found["label"]):
        return _Line(found["label"].strip(), found["words"] or "", stamped=True)
    return _Line("", words, stamped=True)


def _plain_line(row: str) -> _Line:
    stamp = _LEADING_STAMP.match(row)
    rest = row[stamp.end() :] if stamp else row
    for pattern in (_LABEL, _NAME_LINE):
        found = pattern.match(rest)
        if found and _could_be_name(found["label"]):
            words = found.groupdict().get("words") or ""
            beside = rest[found.end("label") : found.end() - len(words)]
            timed = stamp is not None or re.search(_TIME, beside) is not None
            return _Line(found["label"].strip(), words, stamped=timed, certain=timed)
    return _Line("", rest, stamped=stamp is not None)


def _could_be_name(label: str) -> bool:
    """Whether a label is written like a name or a handle: a few words, none of them a sentence."""
    words = label.split()
    if not 1 <= len(words) <= MOST_LABEL_WORDS:
        return False
    return len(words) == 1 or all(not word[0].islower() for word in words)


def _is_labelled(lines: Sequence[_Line], is_known: IsKnown) -> bool:
    """Whether labels name speakers: one that is known, usual or timed, or unknown ones by turns."""
    labels = Counter(line.label.casefold() for line in lines if line.label)
    if not labels:
        return False
    if any(line.certain for line in lines) or SUBMITTER & labels.keys():
        return True
    written = {line.label for line in lines if line.label}
    if any(is_known(label) or _GENERIC.fullmatch(label) for label in written):
        return True
    return len(labels) >= FEWEST_LABELS and max(labels.values()) >= FEWEST_LABELS


def _is_stamped(lines: Sequence[_Line]) -> bool:
    """Whether a text without labels is a recording's: nearly every line begins with a time."""
    said = [line for line in lines if line.words.strip() or line.stamped]
    stamped = sum(line.stamped for line in said)
    return stamped >= FEWEST_LABELS and 2 * stamped >= len(said)


def _with_label(line: _Line) -> str:
    """The words of a line whose label turned out to be no speaker."""
    return f"{line.label}: {line.words}".rstrip() if line.label else line.words


def _joined(lines: Sequence[_Line]) -> tuple[Turn, ...]:
    """Lines of one speaker in a row as one turn; timed lines are one flow of speech."""
    speaking = ""
    told: list[tuple[str, _Line]] = []
    for line in lines:
        speaking = line.label or speaking
        told.append((speaking, line))
    turns = []
    for speaker, group in groupby(told, key=lambda pair: pair[0]):
        text = ""
        for _, line in group:
            text += f"{' ' if line.stamped and text else chr(10)}{line.words.strip()}"
        if text.strip():
            turns.append(Turn(speaker, text.strip()))
    return tuple(turns)
