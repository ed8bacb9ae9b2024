"""IRC logs: files of lines as clients, bouncers and bots write them, one channel or many.

The day comes from the path or from lines that tell it (`irc_days`), the channel from the name. A
file that names no channel and in which two talk alone is private. Who answers whom is taken from
`X.annotation.txt` beside `X.raw.txt` or `X.ascii.txt` where that is (lines from 0, `A B` says that
B answers A), otherwise it is found (`irc_answers`); messages that answer each other form a thread.
Where a log lies in more than one of these forms, it is read once. What the system tells, notices
and topics are events; pasted logs, `>` lines and shell prompts are nobody's own words.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from agent.sources.archive import Archive, first_bytes, open_archive, utf8_chunks
from agent.sources.irc_channels import IrcChannel
from agent.sources.irc_days import LogClock, day_in_name, without_day
from agent.sources.irc_lines import LineKind, LogLine, continues, read_line
from agent.sources.irc_messages import ChannelReader, LogFile
from agent.sources.irc_people import nick_key
from agent.sources.mail_charsets import decode_bytes
from agent.sources.protocol import Skipped
from agent.sources.reading import StreamedSource, Told
from agent.sources.scanning import RawRecord, scan_lines
from agent.sources.stream import skip
from memory.errors import SourceError

NAME = "irc"
JUDGED_FILES = 40
"""How many files of a folder are looked at to recognise it."""
JUDGED_BYTES = 8_192
UNDERSTOOD = 0.6
"""Share of the lines at a file's beginning that have to be in a known form."""
TIMED = 0.3
"""Share of these that have to tell a time."""
FEW = 2
"""People up to which a log that names no channel is a private talk."""
OPEN_CHANNELS = 50
"""Channels that are remembered from file to file; those read last."""
ANNOTATION = ".annotation.txt"
_RAW, _COPIES = ".raw.txt", (".ascii.txt", ".tok.txt")
_ENDING = re.compile(r"(?:\.(?:raw|ascii|txt|log|logs|weechatlog|irclog|irc))+\Z", re.IGNORECASE)
_LOG_NAME = re.compile(
    r"(?:.*/)?(?:[^/.]+|[^/]*(?:#[^/]*|\.(?:txt|log|logs|weechatlog|irclog|irc)))"
)
_LINK = re.compile(rb"\s*(\d{1,9})\s+(\d{1,9})(?:\s+-?)?\s*")
MOST_LINKS = 200_000
MOST_CONTINUED = 16_000
"""Letters of one message beyond which a further line is no part of it."""
_TALK = frozenset({LineKind.SAID, LineKind.ACT})


class IrcFormat:
    """Recognises files by their first lines."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        archive = open_archive(path)
        names = [name for name in archive.sizes if _may_be_log(archive, name)]
        return any(_first_talk(archive, name) for name in names[:JUDGED_FILES])

    def open(self, path: Path, community_id: str) -> IrcSource:
        return IrcSource(open_archive(path), community_id)


class IrcSource(StreamedSource):
    """One or more logs."""

    name = NAME

    def told(self) -> Iterator[Told]:
        """Tell every line, file by file in order of names; what is no log is passed over."""
        sizes = self._archive.sizes
        files = [name for name in sizes if _may_be_log(self._archive, name)]
        total, done = sum(sizes[name] for name in files) or 1, 0
        channels: OrderedDict[str, ChannelReader] = OrderedDict()
        for file in files:
            if (first := _first_lines(self._archive, file)) is not None:
                try:
                    for item, read in self._file(file, first, channels):
                        yield item, (done + read) / total
                except SourceError as error:
                    yield skip(file, error), (done + sizes[file]) / total
            done += sizes[file]

    def _file(
        self, file: str, first: list[LogLine], channels: OrderedDict[str, ChannelReader]
    ) -> Iterator[Told]:
        path = f"{self._archive.path.as_posix()}/{self._archive.top}{file}"
        if self._archive.path.is_file() and not self._archive.top:
            path = self._archive.path.as_posix()
        name = channel_of(path)
        few = len({nick_key(line.nick) for line in first if line.kind is LineKind.SAID}) <= FEW
        log = LogFile(file, name, _links(self._archive, file), private=few and "#" not in path)
        reader = channels.get(name)
        if reader is None:
            reader = channels[name] = ChannelReader(self._platform, IrcChannel())
        channels.move_to_end(name)
        if len(channels) > OPEN_CHANNELS:
            channels.popitem(last=False)
        reader.begin(log)
        clock = LogClock(day_in_name(path))
        for record, line in _whole_lines(self._archive, file):
            where = f"{file}:{record.line}"
            if isinstance(line, Skipped):
                yield line, record.end
                continue
            at = clock.at(line)
            if at is None:
                yield skip(where, "no day is told, by this line or before, nor by the name"), 0.0
                continue
            for item in reader.read(line, at, record.line):
                yield item, record.end


def channel_of(path: str) -> str:
    """Return the channel that the path of a log names: what follows `#`, else the name without
    day and ending, else the folder.
    """
    parts = without_day(path).strip("/").split("/")
    for part in reversed(parts[-3:]):
        bare = _ENDING.sub("", part)
        if "#" in bare:
            return bare[bare.index("#") :].strip(" ._-") or "#"
        if re.search(r"[^\W\d_]", bare):
            return bare.strip(" ._-")
    return "log"


def _may_be_log(archive: Archive, name: str) -> bool:
    """Whether a name may be a log's, and not a copy's of one that is there as well."""
    if name.endswith(ANNOTATION) or not _LOG_NAME.fullmatch(name):
        return False
    stem = next((name.removesuffix(end) for end in _COPIES if name.endswith(end)), None)
    if stem is None:
        return True
    better = (_RAW, *_COPIES[: 1 if name.endswith(_COPIES[1]) else 0])
    return all(stem + end not in archive.sizes for end in better)


def is_log(archive: Archive, name: str) -> bool:
    """Whether a file is a log that would be read."""
    return _may_be_log(archive, name) and _first_lines(archive, name) is not None


def belongs_to_log(archive: Archive, name: str) -> bool:
    """Whether a file lies beside a log as its annotation or a copy."""
    end = next((end for end in (ANNOTATION, *_COPIES) if name.endswith(end)), None)
    if end is None:
        return False
    stem = name.removesuffix(end)
    return any(stem + other in archive.sizes for other in (_RAW, *_COPIES, ".txt"))


def _first_lines(archive: Archive, name: str) -> list[LogLine] | None:
    """Return the lines that a file begins with, `None` where it is no log."""
    begun = first_bytes(archive, name, JUDGED_BYTES)
    rows = begun.split(b"\n")
    if len(begun) == JUDGED_BYTES:
        rows = rows[:-1]
    written = [decode_bytes(row) for row in rows if row.strip()]
    read = [(row, read_line(row.strip())) for row in written]
    filled = [row for row, line in read if line or not continues(row)]
    lines = [line for _, line in read if line]
    timed = sum(line.clock is not None for line in lines)
    if not lines or len(lines) < UNDERSTOOD * len(filled) or timed < TIMED * len(lines):
        return None
    return lines


def _first_talk(archive: Archive, name: str) -> bool:
    """Whether a file is a log in which somebody says something at a told time."""
    lines = _first_lines(archive, name) or []
    return any(line.kind is LineKind.SAID and line.clock is not None for line in lines)


def _whole_lines(archive: Archive, file: str) -> Iterator[tuple[RawRecord, LogLine | Skipped]]:
    """Yield every line with what belongs to it of the lines that follow without a time."""
    held: tuple[RawRecord, LogLine] | None = None
    last = 0
    for record in scan_lines(utf8_chunks(archive, file), indented=True):
        line = _line_of(f"{file}:{record.line}", record)
        more = _continued(record) if isinstance(line, Skipped) and held else ""
        if held and more and record.line == last + 1 and len(held[1].words) < MOST_CONTINUED:
            last = record.line
            held = held[0], replace(held[1], words=f"{held[1].words}\n{more}")
            continue
        if held:
            yield held
            held = None
        if not isinstance(line, Skipped) and line.kind in _TALK and line.clock is not None:
            held, last = (record, line), record.line
        else:
            yield record, line
    if held:
        yield held


def _continued(record: RawRecord) -> str:
    return continues(decode_bytes(record.raw)) if record.raw is not None else ""


def _line_of(where: str, record: RawRecord) -> LogLine | Skipped:
    if record.raw is None:
        return skip(where, record.why)
    return read_line(decode_bytes(record.raw.strip())) or skip(where, "no line of a chat log")


def _links(archive: Archive, file: str) -> dict[int, int] | None:
    """Return what the annotation beside a log tells: line to the latest line that it answers,
    itself where it begins anew, both from 0; `None` where there is no annotation.
    """
    stem = file
    for end in (_RAW, *_COPIES):
        stem = stem.removesuffix(end)
    name = stem.removesuffix(".txt") + ANNOTATION
    if name not in archive.sizes:
        return None
    links: dict[int, int] = {}
    for record in scan_lines(utf8_chunks(archive, name)):
        found = _LINK.fullmatch(record.raw or b"")
        if found and len(links) < MOST_LINKS:
            earlier, later = sorted((int(found[1]), int(found[2])))
            before = links.get(later, later)
            links[later] = earlier if before == later else max(before, earlier)
            if earlier == later and before != later:
                links[later] = before
    return links
