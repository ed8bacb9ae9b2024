"""Stack Exchange dumps: Posts.xml, with Users.xml, Comments.xml and Votes.xml where present.

A question is a thread; questions, answers and comments are its messages, with the native ids
`q1`, `a2`, `c3`. Wiki pages, tag descriptions and the like are no messages. Votes become the
reactions `upvote`, `downvote` and `bookmark`. Members are all of Users.xml; without it, the
authors, named `user7`. Posts are read as a stream; users, and with comments the ids of posts,
are remembered while reading (about 100 bytes each).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from agent.sources.archive import Archive, fingerprint, first_bytes, open_archive, utf8_chunks
from agent.sources.html_text import read_html
from agent.sources.own_words import Segmenter, clean_line, clean_text, segment_lines
from agent.sources.protocol import Item, Progress
from agent.sources.scanning import RawRecord, scan_rows
from agent.sources.stackexchange_rows import (
    BadRowError,
    moment,
    number,
    optional_moment,
    optional_number,
    parse_row,
    tags,
)
from agent.sources.stream import WINDOW_RECORDS, Window, skip
from memory.errors import SourceError
from memory.records.people import Member
from memory.records.talk import Attachment, Message, MessageKind, Origin, Reaction, Thread

NAME = "stackexchange"
QUESTION, ANSWER = 1, 2
COMMUNITY_USER = "-1"
VOTES = {2: "upvote", 3: "downvote", 5: "bookmark"}
DUMP_FILES = ("votes.xml", "users.xml", "posts.xml", "comments.xml")
"""In the order of reading: what posts need comes first."""

Reader = Callable[[str, int, dict[str, str]], Iterator[Item]]


class StackExchangeFormat:
    """Recognises a folder or zip with Posts.xml, or that file alone."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        return "posts.xml" in _dump_files(open_archive(path))

    def open(self, path: Path, community_id: str) -> StackExchangeSource:
        return StackExchangeSource(open_archive(path), community_id)


def _dump_files(archive: Archive) -> dict[str, str]:
    """Return the files of a dump, from lower-case name to name; a lone file may be named freely."""
    files = {name.lower(): name for name in archive.sizes if name.lower() in DUMP_FILES}
    if not files and len(archive.sizes) == 1:
        only = next(iter(archive.sizes))
        if only.lower().endswith(".xml") and b"<posts" in first_bytes(archive, only):
            return {"posts.xml": only}
    return files


class StackExchangeSource:
    """One dump. Positions are `file:rows read`."""

    name = NAME

    def __init__(self, archive: Archive, community_id: str) -> None:
        self._archive = archive
        self._community_id = community_id
        self._files = _dump_files(archive)
        self._users: set[str] = set()
        self._votes: dict[int, Counter[str]] = {}
        self._question_of: dict[int, int] = {}

    def fingerprint(self) -> str:
        return fingerprint(NAME, self._archive)

    def read(self, after: str = "") -> Iterator[Item]:
        last_file, _, count = after.rpartition(":")
        order = [file for file in DUMP_FILES if file in self._files]
        if after and (last_file not in order or not count.isascii() or not count.isdigit()):
            raise SourceError(f"no position of a Stack Exchange dump: {after!r}; import it again")
        self._users, self._votes, self._question_of = set(), {}, {}
        done, total = 0, sum(self._archive.sizes[self._files[file]] for file in order) or 1
        for file in order:
            passed = bool(after) and order.index(file) < order.index(last_file)
            rows_read = int(count) if file == last_file else 0
            if not (passed and file in {"posts.xml", "comments.xml"}):
                if file == "comments.xml":
                    self._remember_posts()
                yield from self._section(file, None if passed else rows_read, done, total)
            done += self._archive.sizes[self._files[file]]

    def _section(self, file: str, rows_read: int | None, done: int, total: int) -> Iterator[Item]:
        """Read one file after its first `rows_read` rows; None only remembers what it says."""
        reader: Reader = {
            "votes.xml": self._vote,
            "users.xml": self._user,
            "posts.xml": self._post,
            "comments.xml": self._comment,
        }[file]
        replays = file in {"votes.xml", "users.xml"}
        window, count, record = Window(), 0, None
        for count, record in enumerate(self._rows(file), 1):
            wanted = rows_read is not None and count > rows_read
            if not (wanted or replays):
                continue
            for item in self._read_row(file, record, reader):
                if wanted:
                    yield from window.once(item) if isinstance(item, Member | Thread) else (item,)
            if wanted and count % WINDOW_RECORDS == 0:
                window.clear()
                yield Progress(f"{file}:{count}", min(1.0, (done + record.end) / total))
        if rows_read is not None and count > rows_read and count % WINDOW_RECORDS:
            size = self._archive.sizes[self._files[file]]
            yield Progress(f"{file}:{count}", min(1.0, (done + size) / total))

    def _rows(self, file: str) -> Iterator[RawRecord]:
        return scan_rows(utf8_chunks(self._archive, self._files[file]))

    def _read_row(self, file: str, record: RawRecord, reader: Reader) -> Iterator[Item]:
        name = self._files[file]
        try:
            yield from list(reader(name, record.line, parse_row(record)))
        except BadRowError as error:
            yield skip(f"{name}:{record.line}", error)

    def _vote(self, _name: str, _line: int, row: dict[str, str]) -> Iterator[Item]:
        kind = VOTES.get(number(row, "VoteTypeId"))
        if kind:
            self._votes.setdefault(number(row, "PostId"), Counter())[kind] += 1
        yield from ()

    def _user(self, _name: str, _line: int, row: dict[str, str]) -> Iterator[Item]:
        native_id = str(number(row, "Id"))
        self._users.add(native_id)
        yield self._member(native_id, clean_line(row.get("DisplayName", "")))

    def _post(self, name: str, line: int, row: dict[str, str]) -> Iterator[Item]:
        post, kind = number(row, "Id"), number(row, "PostTypeId")
        if kind not in {QUESTION, ANSWER}:
            return
        question = post if kind == QUESTION else number(row, "ParentId")
        sent_at = moment(row, "CreationDate")
        accepted = optional_number(row, "AcceptedAnswerId") if kind == QUESTION else None
        thread = self._thread(question, sent_at)
        if kind == QUESTION:
            thread = thread.model_copy(
                update={
                    "title": clean_line(row.get("Title", "")),
                    "tags": tags(row),
                    "accepted_message_id": None if accepted is None else self._id(f"a{accepted}"),
                }
            )
        author = self._author(row, "OwnerUserId", "OwnerDisplayName")
        body = read_html(row.get("Body", ""))
        edited_at = optional_moment(row, "LastEditDate")
        yield from self._introduce(author)
        yield thread
        native_id = f"{'q' if kind == QUESTION else 'a'}{post}"
        yield Message(
            id=self._id(native_id),
            community_id=self._community_id,
            thread_id=thread.id,
            source=NAME,
            native_id=native_id,
            author_id=author.id if author else None,
            kind=MessageKind.QUESTION if kind == QUESTION else MessageKind.ANSWER,
            text=body.segmented.text,
            segments=body.segmented.segments,
            sent_at=sent_at,
            edited_at=edited_at,
            from_bot=bool(author and author.is_bot),
            reply_to_id=None if kind == QUESTION else self._id(f"q{question}"),
            reactions=self._reactions(post),
            attachments=tuple(Attachment(name=clean_line(image)) for image in body.images),
            score=optional_number(row, "Score") or 0,
            origin=Origin(file=name, line=line),
        )

    def _comment(self, name: str, line: int, row: dict[str, str]) -> Iterator[Item]:
        post, native_id = number(row, "PostId"), f"c{number(row, 'Id')}"
        question = self._question_of.get(post)
        if question is None:
            raise BadRowError(f"a comment on post {post}, which the dump does not hold")
        sent_at = moment(row, "CreationDate")
        thread = self._thread(question, sent_at)
        author = self._author(row, "UserId", "UserDisplayName")
        segmenter = Segmenter(clean_text(row.get("Text", "")))
        segment_lines(segmenter, 0, len(segmenter.text), signatures=False)
        yield from self._introduce(author)
        yield thread
        yield Message(
            id=self._id(native_id),
            community_id=self._community_id,
            thread_id=thread.id,
            source=NAME,
            native_id=native_id,
            author_id=author.id if author else None,
            kind=MessageKind.COMMENT,
            text=segmenter.text,
            segments=segmenter.finished().segments,
            sent_at=sent_at,
            from_bot=bool(author and author.is_bot),
            reply_to_id=self._id(f"q{post}" if post == question else f"a{post}"),
            score=optional_number(row, "Score") or 0,
            origin=Origin(file=name, line=line),
        )

    def _remember_posts(self) -> None:
        """Learn which question each post belongs to, for comments name the post alone."""
        for record in self._rows("posts.xml") if "posts.xml" in self._files else ():
            try:
                row = parse_row(record)
                post, kind = number(row, "Id"), number(row, "PostTypeId")
                if kind in {QUESTION, ANSWER}:
                    self._question_of[post] = post if kind == QUESTION else number(row, "ParentId")
            except BadRowError:
                continue  # reported when posts were read

    def _id(self, native_id: str) -> str:
        return Message.id_of(self._community_id, NAME, native_id)

    def _thread(self, question: int, at: datetime) -> Thread:
        native_id = f"q{question}"
        return Thread(
            id=Thread.id_of(self._community_id, NAME, native_id),
            community_id=self._community_id,
            source=NAME,
            native_id=native_id,
            started_at=at,
            last_at=at,
        )

    def _author(self, row: dict[str, str], id_key: str, name_key: str) -> Member | None:
        """Return who wrote a row; of deleted accounts a name at most is left."""
        user = optional_number(row, id_key)
        name = clean_line(row.get(name_key, ""))
        if user is not None:
            return self._member(str(user), "")
        return self._member(f"name:{name}", name) if name else None

    def _introduce(self, author: Member | None) -> Iterator[Item]:
        """Yield an author whom Users.xml has not introduced under the right name."""
        if author and author.native_id not in self._users:
            yield author

    def _member(self, native_id: str, name: str) -> Member:
        is_bot = native_id == COMMUNITY_USER
        name = name or ("Community" if is_bot else f"user{native_id}")
        return Member(
            id=Member.id_of(self._community_id, NAME, native_id),
            community_id=self._community_id,
            source=NAME,
            native_id=native_id,
            handle=name.replace(" ", ""),
            name=name,
            is_bot=is_bot,
        )

    def _reactions(self, post: int) -> tuple[Reaction, ...]:
        counted = self._votes.get(post, Counter())
        return tuple(Reaction(name=kind, count=counted[kind]) for kind in sorted(counted))
