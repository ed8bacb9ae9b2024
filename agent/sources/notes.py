"""A submitted note as records: a thread of its own, and one message for each turn in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.sources.own_words import segment_markdown
from agent.sources.transcripts import SUBMITTER, split_turns
from memory.records.base import stable_id
from memory.records.offered import NOTE
from memory.records.people import Community, Member
from memory.records.talk import Message, MessageKind, Origin, Thread

_Turns = list[tuple[Member | None, str]]
"""Who said what, in order; `None` is nobody known."""


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who is meant by the labels of a transcript that `submitter` handed in."""

    people: Sequence[Member]
    submitter: Member
    me: str = ""
    """A label by which the submitter means themselves, besides `Me` and their own names."""

    def is_known(self, label: str) -> bool:
        """Whether a label names somebody."""
        return self.member(label) is not None

    def member(self, label: str) -> Member | None:
        """The one person with this handle, name or unique first name; `None` for any other."""
        wanted = label.removeprefix("@").casefold()
        if wanted in SUBMITTER or (self.me and wanted == self.me.strip(" :").casefold()):
            return self.submitter
        for found in (
            [
                m
                for m in self.people
                if any(wanted in (h.handle.casefold(), h.name.casefold()) for h in m.handles)
            ],
            [m for m in self.people if wanted in m.name.casefold().split()[:1]],
        ):
            if found:
                return found[0] if len(found) == 1 and not found[0].is_bot else None
        return None


def note_records(
    community: Community,
    speakers: Speakers,
    text: str,
    at: datetime,
    *,
    title: str = "",
    mine: bool = False,
) -> tuple[Thread, tuple[Message, ...]]:
    """Return the thread and the messages of a clean text; with `mine` it is not split.

    The same words by the same submitter, said by the same people, have the same ids. Messages
    follow each other by a microsecond, so that their order by time is that of speech.
    """
    turns: _Turns = [(speakers.submitter, text)] if mine else _turns(speakers, text)
    native = _native(speakers.submitter, turns)
    thread_id = Thread.id_of(community.id, NOTE, native)
    messages = tuple(
        _message(community, thread_id, f"{native}/{n}", author, words, at + timedelta(0, 0, n))
        for n, (author, words) in enumerate(turns)
    )
    thread = Thread(
        id=thread_id,
        community_id=community.id,
        source=NOTE,
        native_id=native,
        title=title,
        started_at=at,
        last_at=messages[-1].sent_at,
    )
    return thread, messages


def _native(submitter: Member, turns: _Turns) -> str:
    said = [part for author, text in turns for part in (author.id if author else "", *text.split())]
    return stable_id("note", submitter.id, *said)


def _turns(speakers: Speakers, text: str) -> _Turns:
    return [
        (speakers.member(turn.speaker) if turn.speaker else speakers.submitter, turn.text)
        for turn in split_turns(text, speakers.is_known)
    ]


def _message(
    community: Community,
    thread_id: str,
    native: str,
    author: Member | None,
    words: str,
    at: datetime,
) -> Message:
    segmented = segment_markdown(words)
    return Message(
        id=Message.id_of(community.id, NOTE, native),
        community_id=community.id,
        thread_id=thread_id,
        source=NOTE,
        native_id=native,
        author_id=author.id if author else None,
        kind=MessageKind.COMMENT,
        text=segmented.text,
        segments=segmented.segments,
        sent_at=at,
        origin=Origin(file=NOTE, line=0),
    )
