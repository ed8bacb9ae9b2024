"""Rebuild the thread that a labelled message stood in, with the place of each of its sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from agent.method.readings import ThreadView
from memory.records.people import Community, Member
from memory.records.talk import Message, MessageKind, Origin, Segment, SegmentKind, Thread

SOME_DAY = datetime(2020, 1, 1, 12, tzinfo=UTC)
"""Labelled messages keep no time of their own."""

ASKER = "who asked"
ANSWERER = "who answered"
LONGEST_NAME = 33
"""Characters before a colon that are taken for the name of a speaker."""
BETWEEN = "\n"
"""What joins the sentences of a message, so that none runs into the next."""


def spans_of(sentences: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """`(start, end)` of each sentence in the text of the rebuilt message."""
    spans, at = [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + len(BETWEEN)
    return tuple(spans)


def thread_of(item: Mapping[str, Any], sentences: Sequence[str]) -> ThreadView:
    """A forum's question, or the lines of talk, then a message made of these sentences.

    The message comes last. An item that names no author is a forum's where it has a title.
    """
    site = str(item["site"])
    community = Community.id_of(site)
    thread_id = Thread.id_of(community, "labels", str(item["id"]))
    forum = "answer_id" in item or ("author" not in item and bool(item["title"]))
    if forum:
        turns = [(ASKER, str(item["question"]), MessageKind.QUESTION)]
    else:
        turns = [(who, text, MessageKind.CHAT) for who, text in _turns(str(item["question"]))]
    kind = MessageKind.ANSWER if forum else MessageKind.CHAT
    turns.append((str(item.get("author", ANSWERER)), BETWEEN.join(sentences), kind))
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
        if colon and len(name) <= LONGEST_NAME:
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
