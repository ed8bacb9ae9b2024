"""What people said: threads and messages, with their own words kept apart from everything else."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from memory.records.base import Id, Record, UtcTime, stable_id

INTERVIEW_SOURCE = "passdown"
"""`source` of threads that the agent itself began, to ask."""


class SegmentKind(StrEnum):
    """Whose words a stretch of a message is."""

    OWN = "own"
    QUOTE = "quote"
    CODE = "code"
    SIGNATURE = "signature"


class Segment(Record):
    """A stretch `text[start:end]` of a message, in code points."""

    kind: SegmentKind
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class MessageKind(StrEnum):
    """What part a message plays in its thread."""

    QUESTION = "question"
    ANSWER = "answer"
    COMMENT = "comment"
    CHAT = "chat"
    SYSTEM = "system"
    INTERVIEW = "interview"
    """An expert's private answer to the agent; becomes evidence only with its guide's consent."""


class Reaction(Record):
    """How many people reacted with one emoji name."""

    name: str
    count: int = Field(ge=1)


class Attachment(Record):
    """A file that was shared; only its name and type are kept."""

    name: str
    mimetype: str = ""


class Origin(Record):
    """Where in an archive a record came from: its file there, and the line or index in it."""

    file: str
    line: int = Field(ge=0)


class Told(Record):
    """What the source says about who sees a thread, where a steward decided otherwise."""

    private: bool = False
    seen_by: tuple[Id, ...] | None = None


class Thread(Record):
    """A discussion. `source` is the platform; `native_id` its own id there."""

    id: Id
    community_id: Id
    source: str
    native_id: str
    channel: str = ""
    title: str = ""
    tags: tuple[str, ...] = ()
    private: bool = False
    """Nothing is made of it, and nobody is led to it."""
    seen_by: tuple[Id, ...] | None = None
    """Members who see it, by the source or a steward; `None`: its community, or where it is
    private, nobody is named."""
    told: Told | None = None
    """Kept by the store alone."""
    started_at: UtcTime
    last_at: UtcTime
    accepted_message_id: Id | None = None

    @property
    def open_to_all(self) -> bool:
        """Whether its whole community sees it."""
        return not self.private and self.seen_by is None

    @staticmethod
    def id_of(community_id: str, source: str, native_id: str) -> str:
        return stable_id("thr", community_id, source, native_id)


class Message(Record):
    """One message as plain text, with segments that say which stretches are the author's own.

    `segments` are ordered, do not overlap and lie inside `text`; what no segment covers is
    layout (markup, blank lines) and nobody's words.
    """

    id: Id
    community_id: Id
    thread_id: Id
    source: str
    native_id: str
    author_id: Id | None
    kind: MessageKind
    text: str
    segments: tuple[Segment, ...] = ()
    sent_at: UtcTime
    edited_at: UtcTime | None = None
    deleted: bool = False
    """A deleted message keeps its id and place, loses its text and is never evidence."""
    from_bot: bool = False
    reply_to_id: Id | None = None
    mentions: tuple[Id, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    score: int = 0
    origin: Origin
    signed_id: Id | None = None
    """Under which other handle its author wrote it, where they are one person; kept apart."""

    @staticmethod
    def id_of(community_id: str, source: str, native_id: str) -> str:
        return stable_id("msg", community_id, source, native_id)

    @model_validator(mode="after")
    def _segments_lie_in_text(self) -> Self:
        last = 0
        for segment in self.segments:
            if segment.start < last or segment.end <= segment.start:
                raise ValueError(f"segments of message {self.native_id!r} overlap or are empty")
            last = segment.end
        if last > len(self.text):
            raise ValueError(f"a segment of message {self.native_id!r} lies outside its text")
        return self

    def own_spans(self) -> Iterator[tuple[int, int]]:
        """Yield `(start, end)` of each stretch that is the author's own words."""
        for segment in self.segments:
            if segment.kind is SegmentKind.OWN:
                yield segment.start, segment.end

    def own_words(self) -> str:
        """The author's own words alone, stretches joined by a newline."""
        return "\n".join(self.text[start:end] for start, end in self.own_spans())

    def is_own(self, start: int, end: int) -> bool:
        """Whether `text[start:end]` lies wholly inside one own stretch."""
        return any(a <= start and end <= b for a, b in self.own_spans())


class EvidenceSpan(Record):
    """A verbatim stretch of a real message: the only thing a claim may rest on.

    Built by `EvidenceSpan.of(message, start, end)`, or read back with a validation context
    `{"texts": {message_id: text}}`. Without the text it cannot be constructed, so a quote
    that is not in its message cannot exist.
    """

    message_id: Id
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    quote: str = Field(min_length=1)

    @model_validator(mode="wrap")
    @classmethod
    def _quote_is_verbatim(
        cls, given: Any, build: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        if isinstance(given, cls):
            return given  # it was checked when it was built, and it is frozen
        span = build(given)
        texts = (info.context or {}).get("texts")
        if texts is None:
            raise ValueError("an evidence span needs the text of its message to be checked against")
        text = texts.get(span.message_id)
        if text is None:
            raise ValueError(f"message {span.message_id!r} is not known, so it cannot be evidence")
        if text[span.start : span.end] != span.quote:
            raise ValueError(
                f"{span.quote!r} does not stand at {span.start}..{span.end} of {span.message_id!r}"
            )
        return span

    @classmethod
    def of(cls, message: Message, start: int, end: int) -> EvidenceSpan:
        """Cut `message.text[start:end]` as evidence; it must be the author's own words.

        Raises `ValueError` (as a Pydantic validation error) for an empty or outlying range,
        and for words that are a quotation, code, a signature, or of a deleted message.
        """
        if message.deleted or not message.is_own(start, end):
            raise ValueError(f"{start}..{end} of {message.id!r} is not the author's own words")
        return cls.model_validate(
            {
                "message_id": message.id,
                "start": start,
                "end": end,
                "quote": message.text[start:end],
            },
            context={"texts": {message.id: message.text}},
        )
