"""Read labelled messages as the threads they came from, for fitting and reporting."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.method.readings import ThreadView
from memory.errors import UserInputError
from memory.records.people import Community, Member
from memory.records.talk import Message, MessageKind, Origin, Segment, SegmentKind, Thread

SOME_DAY = datetime(2020, 1, 1, 12, tzinfo=UTC)
"""Labelled messages keep no time of their own."""

WORTH_ASKING = 2
"""Worth from which a message is a moment (the annotators' scale of 0 to 3)."""

ASKER = "who asked"


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """A message in its thread, and what an annotator thought it is worth."""

    id: str
    site: str
    view: ThreadView
    position: int
    """Of the labelled message in the thread."""
    worth: int


def read_labels(folder: Path) -> tuple[LabelledMessage, ...]:
    """Read `items.jsonl` with `labels_a.jsonl` of a folder, in the order of the items.

    Where there is a `labels_b.jsonl` too, the worth is the lower of the two. Raises
    `UserInputError` naming the file and line that cannot be read.
    """
    first = _by_id(_rows(folder / "labels_a.jsonl"))
    second_file = folder / "labels_b.jsonl"
    second = _by_id(_rows(second_file)) if second_file.exists() else first
    found = []
    for item in _rows(folder / "items.jsonl"):
        key = str(item["id"])
        if key in first and key in second:
            worth = min(int(first[key]["worth"]), int(second[key]["worth"]))
            view = _thread(item)
            position = len(view.messages) - 1
            found.append(LabelledMessage(key, str(item["site"]), view, position, worth))
    return tuple(found)


def _rows(file: Path) -> list[dict[str, Any]]:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise UserInputError(f"cannot read labels {str(file)!r}: {error}") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except ValueError as error:
                raise UserInputError(f"{str(file)!r} line {number}: {error}") from error
    return rows


def _by_id(rows: Sequence[dict[str, Any]]) -> Mapping[str, dict[str, Any]]:
    return {str(row["id"]): row for row in rows}


def _thread(item: Mapping[str, Any]) -> ThreadView:
    """Rebuild the thread: a forum's question, or the lines of talk, then the labelled message."""
    site = str(item["site"])
    community = Community.id_of(site)
    thread_id = Thread.id_of(community, "labels", str(item["id"]))
    forum = "answer_id" in item
    if forum:
        turns = [(ASKER, str(item["question"]), MessageKind.QUESTION)]
    else:
        turns = [(who, text, MessageKind.CHAT) for who, text in _turns(str(item["question"]))]
    kind = MessageKind.ANSWER if forum else MessageKind.CHAT
    turns.append((str(item["author"]), "\n".join(item["sentences"]), kind))
    people = {who: _member(community, who) for who, _, _ in turns}
    messages = tuple(
        _message(community, thread_id, n, people[who], text, kind)
        for n, (who, text, kind) in enumerate(turns)
    )
    votes = {"score": int(item.get("score", 0))}
    messages = (*messages[:-1], messages[-1].model_copy(update=votes))
    thread = Thread(
        id=thread_id,
        community_id=community,
        source="labels",
        native_id=str(item["id"]),
        title=str(item["title"]),
        started_at=SOME_DAY,
        last_at=SOME_DAY,
        accepted_message_id=messages[-1].id if item.get("accepted") else None,
    )
    return ThreadView(thread, messages, {person.id: person for person in people.values()})


def _turns(talk: str) -> list[tuple[str, str]]:
    """Split `name: words` lines; a line without a name goes on with the turn before it."""
    turns: list[tuple[str, str]] = []
    for line in talk.split("\n"):
        name, colon, words = line.partition(":")
        if colon and len(name) <= len("a long name of a speaker, at most"):
            turns.append((name.strip() or ASKER, words.strip()))
        elif turns and line.strip():
            turns[-1] = (turns[-1][0], f"{turns[-1][1]}\n{line}")
        elif line.strip():
            turns.append((ASKER, line))
    return turns


def _member(community: str, handle: str) -> Member:
    return Member(
        id=Member.id_of(community, "labels", handle),
        community_id=community,
        source="labels",
        native_id=handle,
        handle=handle,
        name=handle,
    )


def _message(
    community: str, thread_id: str, n: int, author: Member, text: str, kind: MessageKind
) -> Message:
    native = f"{thread_id}-{n}"
    return Message(
        id=Message.id_of(community, "labels", native),
        community_id=community,
        thread_id=thread_id,
        source="labels",
        native_id=native,
        author_id=author.id,
        kind=kind,
        text=text,
        segments=(Segment(kind=SegmentKind.OWN, start=0, end=len(text)),) if text else (),
        sent_at=SOME_DAY,
        origin=Origin(file="labels", line=n),
    )
