"""What the method's pure functions pass to each other. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from memory.records.inquiry import Facet, FacetCoverage, Signal
from memory.records.people import Member
from memory.records.talk import EvidenceSpan, Message, Thread


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an author's own words: `message.text[start:end] == text`."""

    message_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class FacetReading:
    """One facet that one sentence states, how surely (0 to 1), and the words that show it."""

    facet: Facet
    confidence: float
    words: str


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence with the facets it states, surest first."""

    sentence: Sentence
    facets: tuple[FacetReading, ...]
    by_author: bool = False
    """Whether its author said so; that outweighs every reader."""

    def states(self, facet: Facet) -> bool:
        return any(reading.facet is facet for reading in self.facets)


@dataclass(frozen=True, slots=True)
class Before:
    """What a message answers: the thread's title, and the question or the talk just before."""

    title: str = ""
    talk: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a fitted reader makes of a message as a whole; all figures are log-odds."""

    worth: tuple[float, float, float]
    """That a question to its author is worth at least 1, 2, 3 (annotators' scale of 0 to 3)."""
    gaps: Mapping[Facet, float]
    """How much a question about each facet would bring; only differences count."""
    focus: tuple[tuple[tuple[int, int, float], ...], ...]
    """Per sentence, its word pieces as `(start, end, that a question would quote it)`."""


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread as the method sees it: its messages in order and the people in it."""

    thread: Thread
    messages: tuple[Message, ...]
    people: Mapping[str, Member]
    """Members by id: authors and those mentioned."""
    asked_before: int = 0
    """How many earlier threads of the community ask the same."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a community knows of an author, as counts over its archive."""

    messages: int = 0
    answers: int = 0
    accepted: int = 0
    score: int = 0


@dataclass(frozen=True, slots=True)
class MomentReading:
    """Triage's verdict on one message."""

    message: Message
    score: float
    signals: tuple[Signal, ...]
    reasons: tuple[str, ...]
    gates_failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskContext:
    """Everything a question may draw on. All text in it is a person's own words."""

    view: ThreadView
    anchor: Message
    """The message that is asked about, or the last answer for a follow-up."""
    coverage: tuple[FacetCoverage, ...]
    asked: tuple[str, ...] = ()
    """Texts of all questions asked before: of this inquiry, and of this person in a month."""
    asked_facets: tuple[Facet, ...] = ()
    """Facets asked in this inquiry, in order."""
    templates_used: tuple[str, ...] = ()
    """Catalogue phrasings this person has read in the last month, oldest first."""
    interview: tuple[Message, ...] = ()
    """Answers given in this inquiry so far."""
    asks_last_week: int = 0
    asks_ever: int = 0
    replies_ever: int = 0
    impact: float = 1.0
    """0.5 to 2."""
    now: datetime | None = None
    needed: frozenset[Facet] = frozenset()
    """Facets without which no guide can be published, where every probe left is needed for one."""
    addressee: Member | None = None
    """Who is asked; `None` is the anchor's author."""
    last_answer: AnswerQuality | None = None
    """What kind of reply the last question of this inquiry got from the addressee."""
    differs: Contradiction | None = None
    """What of the last answer differs from earlier words, where that was not asked about yet."""


@dataclass(frozen=True, slots=True)
class ComposedQuestion:
    """A question that passed every gate."""

    facet: Facet
    text: str
    quote: EvidenceSpan
    template: str
    because: str
    minutes: float
    value: float


@dataclass(frozen=True, slots=True)
class Missing:
    """What a message leaves out: the facet most worth asking about, and the words to quote."""

    facet: Facet
    quote: EvidenceSpan | None
    """`None` where no stretch of the message can be quoted."""


class AnswerQuality(StrEnum):
    """What kind of reply an answer is."""

    INFORMATIVE = "informative"
    VAGUE = "vague"
    """`it depends`, `hard to say`: no new content."""
    REFERS = "refers"
    """Points to somebody else."""
    REFUSES = "refuses"
    NOTHING_NEW = "nothing_new"


ENDS_HERE = "ends_here"
"""Note on an answer that says, besides what it brings, that there is nothing more to tell."""


class ContradictionKind(StrEnum):
    """How one sentence contradicts another."""

    DENIAL = "denial"
    OPPOSITE = "opposite"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A sentence of an answer that an earlier one contradicts."""

    said: Sentence
    before: Sentence
    before_by: str
    """Id of the member who wrote the earlier one: the answerer themselves, or somebody else."""
    kind: ContradictionKind


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """What an answer says: its sentences with facets, and who it points to."""

    quality: AnswerQuality
    sentences: tuple[ReadSentence, ...] = ()
    """Only sentences that bring something."""
    refers_to: str = ""
    """The words naming the person or group, verbatim."""
    corrects_question: bool = False
    notes: tuple[str, ...] = field(default=())
    contradicts: tuple[Contradiction, ...] = ()
    """What of it differs from what its author or another said before."""
