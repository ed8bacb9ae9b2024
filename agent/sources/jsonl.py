"""The JSONL format: one JSON object per line, UTF-8, in order of time.

For talk that no other format holds. Three kinds of line, told apart by `type`; unknown fields are
ignored. Ids are strings (numbers are taken as such). Times are ISO 8601, without an offset in
UTC, or seconds since 1970.

`message` (the default where `type` is missing):
    id           required   unique among the messages of the archive
    text         required   plain text; fenced code, `>` quotes and a `-- ` signature are told apart
    time         required   when it was sent
    author       optional   a member's id; missing or null means unknown
    thread       optional   id of its thread; without it, messages of a channel are grouped by
                            silence (see `conversations`), as `CHANNEL/ID OF THE FIRST MESSAGE`
    channel      optional   name of the place, default ""
    kind         optional   question, answer, comment, chat (default) or system
    reply_to     optional   id of the message it answers
    edited       optional   time of the last edit
    deleted      optional   true: only the id and the place are kept
    bot          optional   true: written by a program
    private      optional   true: its thread is private, and without one, its whole channel
    mentions     optional   list of members' ids
    reactions    optional   object of emoji name to count
    attachments  optional   list of {"name": ..., "mimetype": ...}
    score        optional   whole number, default 0
`member`: id required; handle, name, title, timezone (IANA) and bot optional. A member whom no line
    describes is named by the id.
`thread`: id required; title, channel, tags (list), private, seen_by (list of the ids of members who
    see it; without it all do) and accepted (a message's id) optional.

Member and thread lines may stand anywhere. Example:
    {"type": "member", "id": "ann", "name": "Ann Lee", "timezone": "Europe/Berlin"}
    {"type": "thread", "id": "t1", "title": "Valve sticks", "tags": ["pump"], "accepted": "2"}
    {"id": "1", "thread": "t1", "author": "bo", "text": "It sticks. Why?", "time": "2026-03-02T09:00Z"}
    {"id": "2", "thread": "t1", "author": "ann", "text": "Grease it.", "time": 1772442900}
"""  # noqa: E501  an example line is one line

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from agent.sources.archive import Archive, fingerprint, first_bytes, open_archive, utf8_chunks
from agent.sources.conversations import Conversations
from agent.sources.json_exports import export_of
from agent.sources.jsonl_lines import Line, MemberLine, MessageLine, ThreadLine, read_line
from agent.sources.own_words import SegmentedText, clean_line, clean_text, segment_markdown
from agent.sources.protocol import Item, Progress, Skipped
from agent.sources.scanning import RawRecord, scan_lines
from agent.sources.stream import WINDOW_RECORDS, Window, go_on_after, read_object, skip
from memory.records.people import Member
from memory.records.talk import Attachment, Message, MessageKind, Origin, Reaction, Thread

NAME = "jsonl"
ENDINGS = (".jsonl", ".ndjson")
_DESCRIBES = (b'"type"', b'"private"')


class JsonlFormat:
    """Recognises `.jsonl` and `.ndjson` files, alone or in a folder or zip."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        return bool(_files(open_archive(path)))

    def open(self, path: Path, community_id: str) -> JsonlSource:
        return JsonlSource(open_archive(path), community_id)


def _files(archive: Archive) -> list[str]:
    """Return the files with a known ending; a lone one may end otherwise if it begins `{`.

    A lone file that is another known export is none of ours.
    """
    named = [name for name in archive.sizes if name.lower().endswith(ENDINGS)]
    if not named and len(archive.sizes) == 1:
        only = next(iter(archive.sizes))
        begins = first_bytes(archive, only).lstrip()[:1] == b"{"
        named = [only] if begins and not export_of(archive, only) else []
    return named


class JsonlSource:
    """One archive. Positions are counts of lines passed; going on re-reads without yielding."""

    name = NAME

    def __init__(self, archive: Archive, community_id: str) -> None:
        self._archive = archive
        self._community_id = community_id
        self._members: dict[str, Member] = {}
        self._threads: dict[str, ThreadLine] = {}
        self._private: set[tuple[str, str]] = set()
        self._conversations = Conversations()

    def fingerprint(self) -> str:
        return fingerprint(NAME, self._archive)

    def read(self, after: str = "") -> Iterator[Item]:
        return go_on_after(self._items(), after) if after else self._items()

    def _items(self) -> Iterator[Item]:
        self._members, self._threads, self._private = {}, {}, set()
        self._conversations = Conversations()
        files = _files(self._archive)
        self._collect_descriptions(files)
        yield from list(self._members.values())
        yield Progress("0", 0.0)
        total = sum(self._archive.sizes[file] for file in files) or 1
        window, passed, done = Window(), 0, 0
        for file in files:
            for record in scan_lines(utf8_chunks(self._archive, file)):
                yield from self.line(file, record, window)
                passed += 1
                if passed % WINDOW_RECORDS == 0:
                    window.clear()
                    yield Progress(str(passed), min(1.0, (done + record.end) / total))
            done += self._archive.sizes[file]
        if passed % WINDOW_RECORDS:
            yield Progress(str(passed), 1.0)

    def line(self, file: str, record: RawRecord, window: Window) -> Iterator[Item]:
        """Yield the message of one line after whom and which thread it names, or why it is none."""
        where = f"{file}:{record.line}"
        parsed = read_object(file, record)
        line = parsed if isinstance(parsed, Skipped) else _validated(parsed, where)
        if isinstance(line, Skipped):
            yield line
        elif isinstance(line, MessageLine):
            yield from self._message(line, where, window)

    def _collect_descriptions(self, files: list[str]) -> None:
        """Learn what member and thread lines say, wherever they stand; bad ones come up later."""
        for file in files:
            for record in scan_lines(utf8_chunks(self._archive, file)):
                if record.raw is None or not any(mark in record.raw for mark in _DESCRIBES):
                    continue
                parsed = read_object(file, record)
                line = parsed if isinstance(parsed, Skipped) else _validated(parsed, "")
                if isinstance(line, MemberLine):
                    self._members[line.id] = self._member(line)
                elif isinstance(line, ThreadLine):
                    self._threads[line.id] = line
                elif isinstance(line, MessageLine) and line.private:
                    self._private.add(_place(line))

    def _message(self, line: MessageLine, where: str, window: Window) -> Iterator[Item]:
        author = self._person(line.author) if line.author else None
        people = [self._person(native_id) for native_id in line.mentions]
        from_bot = line.bot or bool(author and author.is_bot)
        thread = self._thread(line, from_bot=from_bot)
        said = SegmentedText()
        if not line.deleted:
            said = segment_markdown(clean_text(line.text))
        talk = line.kind is not MessageKind.SYSTEM
        file, _, row = where.rpartition(":")
        for person in ([author] if author else []) + people:
            yield from window.once(person)
        yield from window.once(thread)
        yield Message(
            id=self._id(line.id),
            community_id=self._community_id,
            thread_id=thread.id,
            source=NAME,
            native_id=line.id,
            author_id=author.id if author else None,
            kind=line.kind,
            text=said.text,
            segments=said.segments if talk else (),
            sent_at=line.time,
            edited_at=line.edited,
            deleted=line.deleted,
            from_bot=from_bot,
            reply_to_id=self._id(line.reply_to) if line.reply_to else None,
            mentions=() if line.deleted else tuple(dict.fromkeys(p.id for p in people)),
            reactions=() if line.deleted else _reactions(line),
            attachments=() if line.deleted else _attachments(line),
            score=line.score,
            origin=Origin(file=file, line=int(row)),
        )

    def _thread(self, line: MessageLine, *, from_bot: bool) -> Thread:
        channel = _channel(line)
        native_id = line.thread or self._conversations.place(
            channel,
            f"{channel}/{line.id}",
            line.author or "",
            line.time,
            line.mentions,
            from_bot=from_bot,
        )
        place = _place(line)
        stated = self._threads.get(native_id) or ThreadLine(id=native_id)
        return Thread(
            id=Thread.id_of(self._community_id, NAME, native_id),
            community_id=self._community_id,
            source=NAME,
            native_id=native_id,
            channel=clean_line(stated.channel) or channel,
            title=clean_line(stated.title),
            tags=tuple(dict.fromkeys(tag for tag in map(clean_line, stated.tags) if tag)),
            private=stated.private or place in self._private,
            seen_by=self._seen_by(stated),
            started_at=line.time,
            last_at=line.time,
            accepted_message_id=self._id(stated.accepted) if stated.accepted else None,
        )

    def _seen_by(self, stated: ThreadLine) -> tuple[str, ...] | None:
        if stated.seen_by is None:
            return None
        ids = {Member.id_of(self._community_id, NAME, native_id) for native_id in stated.seen_by}
        return tuple(sorted(ids))

    def _person(self, native_id: str) -> Member:
        return self._members.get(native_id) or self._member(MemberLine(id=native_id))

    def _member(self, line: MemberLine) -> Member:
        handle = clean_line(line.handle) or line.id
        return Member(
            id=Member.id_of(self._community_id, NAME, line.id),
            community_id=self._community_id,
            source=NAME,
            native_id=line.id,
            handle=handle,
            name=clean_line(line.name) or handle,
            title=clean_line(line.title),
            is_bot=line.bot,
            timezone=line.timezone,
        )

    def _id(self, native_id: str) -> str:
        return Message.id_of(self._community_id, NAME, native_id)


def _validated(raw: dict[str, object], where: str) -> Line | Skipped:
    try:
        return read_line(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        return skip(where, f"{field}: {first['msg']}" if field else first["msg"])
    except ValueError as error:
        return skip(where, error)


def _channel(line: MessageLine) -> str:
    return clean_line(line.channel)


def _place(line: MessageLine) -> tuple[str, str]:
    """Return what a message being private makes private: its thread, or else its channel."""
    return (line.thread, "") if line.thread else ("", _channel(line))


def _reactions(line: MessageLine) -> tuple[Reaction, ...]:
    return tuple(
        Reaction(name=name, count=count)
        for raw, count in line.reactions.items()
        if count and (name := clean_line(raw))
    )


def _attachments(line: MessageLine) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(name=clean_line(file.name), mimetype=clean_line(file.mimetype))
        for file in line.attachments
    )
