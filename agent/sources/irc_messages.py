"""The lines of one channel to messages: places in conversations, authors, own words."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.sources.conversations import LONGEST
from agent.sources.irc_channels import Heard, IrcChannel
from agent.sources.irc_lines import LogLine
from agent.sources.irc_people import is_bot
from agent.sources.own_words import SegmentedText, Segmenter, clean_line, clean_text, segment_lines
from agent.sources.protocol import Item
from agent.sources.reading import Platform
from memory.records.people import Member
from memory.records.talk import MessageKind, Origin, SegmentKind, Thread

REMEMBERED = 10_000
"""Latest messages whose conversation is known."""
_PASTED = re.compile(
    r"\s*(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?\s*)?(?:<[ @+%]?[^\s<>]{1,64}>\s|-!-\s|\*\*\*\s)"
)
_PROMPT = re.compile(r"\s*(?:[\w.-]+@[\w.-]+:?[^\s$#]*[$#]|[$#])\s\S")


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log that is being read."""

    file: str
    channel: str
    links: Mapping[int, int] | None
    """Line to the line that it answers, from 0; `None` where that is to be found."""
    private: bool


@dataclass(slots=True)
class _Place:
    """Where a message stands."""

    message: str
    thread: str


class ChannelReader:
    """Reads the logs of one channel, one after another."""

    def __init__(self, platform: Platform, channel: IrcChannel) -> None:
        self._platform = platform
        self._channel = channel
        self._places: OrderedDict[int, _Place] = OrderedDict()
        self._of_line: OrderedDict[int, int] = OrderedDict()
        self._lengths: OrderedDict[str, int] = OrderedDict()
        self._log = LogFile("", "", None, private=False)

    def begin(self, log: LogFile) -> None:
        """Go on with another file of the channel."""
        self._log = log
        self._of_line.clear()

    def read(self, line: LogLine, at: datetime, number: int) -> Iterator[Item]:
        """Yield people, thread and message of a line; `number` counts from 1 in its file."""
        heard = self._channel.hear(line, at)
        native_id = f"{clean_line(self._log.file)}:{number}"
        origin = Origin(file=self._log.file, line=number)
        if heard.turn is None:
            yield from self._event(line, at, native_id, origin)
            return
        parent = self._parent(heard, number - 1)
        place = self._place(native_id, parent)
        self._places[heard.index] = place
        self._of_line[number - 1] = heard.index
        for kept in (self._places, self._of_line):
            if len(kept) > REMEMBERED:
                kept.popitem(last=False)
        author = self._member(heard.turn.speaker)
        called = [self._member(who) for who in sorted(heard.turn.targets | heard.turn.named)]
        thread = self._thread(place.thread, at)
        said = own_words(clean_text(line.words))
        yield author
        yield from called
        yield thread
        yield self._platform.message(
            native_id,
            thread,
            author,
            kind=MessageKind.CHAT,
            text=said.text,
            segments=said.segments,
            sent_at=at,
            from_bot=heard.turn.from_bot,
            reply_to_id=self._platform.message_id(parent.message) if parent else None,
            mentions=tuple(member.id for member in called),
            origin=origin,
        )

    def _event(self, line: LogLine, at: datetime, native_id: str, origin: Origin) -> Iterator[Item]:
        """Yield what nobody said; the events of a channel are one thread."""
        thread = self._thread(f"{self._log.channel}/events", at)
        yield thread
        yield self._platform.message(
            native_id,
            thread,
            None,
            kind=MessageKind.SYSTEM,
            text=clean_text(line.words or line.nick),
            sent_at=at,
            origin=origin,
        )

    def _thread(self, native_id: str, at: datetime) -> Thread:
        log = self._log
        return self._platform.thread(native_id, at, channel=log.channel, private=log.private)

    def _parent(self, heard: Heard, line: int) -> _Place | None:
        """Return what a line answers: as the annotation tells, else as it is found."""
        told = self._log.links.get(line) if self._log.links is not None else None
        index = heard.answers if told is None else self._of_line.get(told)
        if told == line or index is None:
            return None
        return self._places.get(index)

    def _place(self, native_id: str, parent: _Place | None) -> _Place:
        thread = parent.thread if parent else f"{self._log.channel}/{native_id}"
        if self._lengths.get(thread, 0) >= LONGEST:
            thread = f"{self._log.channel}/{native_id}"
        self._lengths[thread] = self._lengths.get(thread, 0) + 1
        self._lengths.move_to_end(thread)
        if len(self._lengths) > REMEMBERED:
            self._lengths.popitem(last=False)
        return _Place(native_id, thread)

    def _member(self, who: str) -> Member:
        shown = self._channel.shown(who)
        return self._platform.member(clean_line(who) or "?", shown, is_bot=is_bot(shown))


def own_words(text: str) -> SegmentedText:
    """Tell an author's own words line by line: not what is pasted from a log or a terminal."""
    segmenter, start = Segmenter(text), 0
    for row in text.split("\n"):
        end = start + len(row)
        if _PASTED.match(row):
            segmenter.add(SegmentKind.QUOTE, start, end)
        elif _PROMPT.match(row):
            segmenter.add(SegmentKind.CODE, start, end)
        else:
            segment_lines(segmenter, start, end, signatures=False)
        start = end + 1
    return segmenter.finished()
