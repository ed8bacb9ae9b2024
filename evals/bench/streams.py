"""An endless chat for measuring triage: the talk at hand, cycled, one settled thread at a time."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agent.method.readings import ThreadView
from agent.sources.own_words import clean_text, segment_markdown
from evals.bench.archives import write_archive
from memory.records.base import stable_id
from memory.records.people import Member
from memory.records.talk import Message, MessageKind, Origin, Thread

COMMUNITY = stable_id("com", "stream")
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
GENERATED = 12_000
"""Messages of a generated chat, where the larger data is absent."""
LINES = 40
"""Lines of a channel without threads that are taken for one settled conversation."""
_SAID = re.compile(r"\[(\d\d):(\d\d)\] <([^>]+)> (.*)")
_CYCLE = "@cycle@"
"""Stands in every id of a conversation until it is told, so that each cycle has ids of its own."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread ready to be told again: its own record, its people, and a JSON line a message."""

    thread: Thread
    people: Mapping[str, Member]
    lines: tuple[str, ...]


def data_folder() -> Path:
    """Where the larger data would lie."""
    here = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("PASSDOWN_DATA", here.parent / "shared" / "data"))


def conversations() -> tuple[str, Sequence[Conversation]]:
    """What the stream is made of, by name, and its conversations."""
    communities = data_folder() / "communities"
    irc, slack = communities / "ubuntu-irc", communities / "slack-export"
    if irc.is_dir() and slack.is_dir():
        return "ubuntu-irc + slack-export", (*_channels(irc), *_archive(slack))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "talk.jsonl"
        write_archive(path, messages=GENERATED, until=BEGAN)
        return "generated chat", tuple(_archive(path))


def tell(
    told: Sequence[Conversation], messages: int, part: int, parts: int
) -> Iterator[ThreadView]:
    """Yield settled threads, about `messages` in all, of which this is part `part` of `parts`."""
    for number, (conversation, cycle) in enumerate(_cycled(told, messages)):
        if number % parts == part:
            said = tuple(
                Message.model_validate_json(line.replace(_CYCLE, cycle))
                for line in conversation.lines
            )
            yield ThreadView(conversation.thread, said, conversation.people)


def bare(told: Sequence[Conversation], messages: int, part: int, parts: int) -> Iterator[str]:
    """Yield the own words of the same messages, by a bare JSON parse: the least that it costs."""
    for number, (conversation, cycle) in enumerate(_cycled(told, messages)):
        if number % parts == part:
            for line in conversation.lines:
                said: dict[str, Any] = json.loads(line.replace(_CYCLE, cycle))
                own = (s for s in said["segments"] if s["kind"] == "own")
                yield "\n".join(said["text"][s["start"] : s["end"]] for s in own)


def _cycled(told: Sequence[Conversation], messages: int) -> Iterator[tuple[Conversation, str]]:
    count = cycle = 0
    while True:
        for conversation in told:
            if count >= messages:
                return
            yield conversation, f"{cycle:07x}"
            count += len(conversation.lines)
        cycle += 1


def _line(message: Message) -> str:
    """The message as JSON, with the cycle's place at the end of its ids."""
    fields = json.loads(message.model_dump_json())
    for name in ("id", "reply_to_id"):
        if fields[name]:
            fields[name] = fields[name][:-7] + _CYCLE
    return json.dumps(fields)


def _archive(path: Path) -> Iterator[Conversation]:
    """Conversations of an archive in a format that is imported."""
    from agent.sources.detect import recognise

    people: dict[str, Member] = {}
    threads: dict[str, Thread] = {}
    said: defaultdict[str, list[Message]] = defaultdict(list)
    for item in recognise(path).open(path, COMMUNITY).read():
        if isinstance(item, Member):
            people[item.id] = item
        elif isinstance(item, Thread):
            threads[item.id] = item
        elif isinstance(item, Message):
            said[item.thread_id].append(item)
    for thread_id, messages in said.items():
        messages.sort(key=lambda message: (message.sent_at, message.id))
        known = {m.author_id or "" for m in messages} | {i for m in messages for i in m.mentions}
        present = {person: people[person] for person in sorted(known) if person in people}
        yield Conversation(threads[thread_id], present, tuple(map(_line, messages)))


def _channels(folder: Path) -> Iterator[Conversation]:
    """Conversations of plain channel logs, cut into stretches of `LINES` lines."""
    for path in sorted(folder.glob("*.ascii.txt")):
        found = (
            _SAID.match(line)
            for line in path.read_text(encoding="utf-8", errors="replace").split("\n")
        )
        spoken = [match for match in found if match is not None]
        for start in range(0, len(spoken), LINES):
            yield _channel(f"{path.stem}.{start}", spoken[start : start + LINES])


def _channel(name: str, spoken: Sequence[re.Match[str]]) -> Conversation:
    thread = Thread(
        id=Thread.id_of(COMMUNITY, "log", name),
        community_id=COMMUNITY,
        source="log",
        native_id=name,
        started_at=BEGAN,
        last_at=BEGAN + timedelta(minutes=len(spoken)),
    )
    people: dict[str, Member] = {}
    lines: list[str] = []
    for number, match in enumerate(spoken):
        nick, segmented = match[3], segment_markdown(clean_text(match[4]))
        member_id = Member.id_of(COMMUNITY, "log", nick)
        people[member_id] = Member(
            id=member_id,
            community_id=COMMUNITY,
            source="log",
            native_id=nick,
            handle=nick,
            name=nick,
        )
        message = Message(
            id=Message.id_of(COMMUNITY, "log", f"{name}.{number}"),
            community_id=COMMUNITY,
            thread_id=thread.id,
            source="log",
            native_id=f"{name}.{number}",
            author_id=member_id,
            kind=MessageKind.CHAT,
            text=segmented.text,
            segments=segmented.segments,
            sent_at=BEGAN + timedelta(minutes=number),
            origin=Origin(file=name, line=number),
        )
        lines.append(_line(message))
    return Conversation(thread, people, tuple(lines))
