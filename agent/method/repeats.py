"""What was asked before in a community, and what a published guide answers already."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import numpy as np

from agent.method.contradictions import opposes
from agent.method.readings import ThreadView
from agent.method.sentences import split_text
from agent.method.words import content_stems
from memory.index.protocols import Embedder, Vectors
from memory.records.guide import Guide
from memory.records.talk import Message, MessageKind
from prompts.answers import RepeatEntry

LONGEST_QUESTION = 300
"""Characters of a question that are compared."""
MOST_SENTENCES = 20
"""Sentences of one guide that are compared, in its order."""


def question_of(title: str, opening: Message | None) -> str:
    """What a thread asks: its title, or the questions in the message that opened it.

    Empty where nothing is asked in words of a person's own.
    """
    if title.strip():
        return title[:LONGEST_QUESTION]
    if opening is None or opening.deleted or opening.from_bot or opening.author_id is None:
        return ""
    text = opening.own_words()
    if opening.kind is MessageKind.QUESTION:
        return text[:LONGEST_QUESTION]
    asked = [text[a:b] for a, b in split_text(text) if text[a:b].rstrip("\"')").endswith("?")]
    return " ".join(asked)[:LONGEST_QUESTION]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One thread's question, with the stems it is compared by."""

    thread_id: str
    at: datetime
    stems: frozenset[str]


class AskedQuestions:
    """The latest questions of one community, found by the stems they share.

    Memory and time are bounded: of `remembered` threads the oldest added goes first, and of one
    stem only the `longest_list` latest threads are looked at.
    """

    def __init__(self, entry: RepeatEntry) -> None:
        self._entry = entry
        self._order: deque[_Asked] = deque()
        self._by_thread: dict[str, _Asked] = {}
        self._lists: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._by_thread)

    def add(self, thread_id: str, question: str, at: datetime) -> None:
        """Remember what a thread asked at `at`; a thread is remembered once."""
        stems = frozenset(content_stems(question))
        if thread_id in self._by_thread or len(stems) < self._entry.fewest_stems:
            return
        asked = _Asked(thread_id, at, stems)
        self._by_thread[thread_id] = asked
        self._order.append(asked)
        for one in stems:
            self._lists.setdefault(one, {})[thread_id] = None
        while len(self._order) > self._entry.remembered:
            self._forget(self._order.popleft())

    def times(self, thread_id: str, question: str, at: datetime) -> int:
        """Return how many other threads asked the same before `at`."""
        stems = frozenset(content_stems(question))
        if len(stems) < self._entry.fewest_stems:
            return 0
        weight = {one: self._weight(one) for one in stems}
        whole = math.fsum(weight.values())
        found = 0
        for other_id in self._candidates(stems, weight, whole):
            other = self._by_thread[other_id]
            if other_id == thread_id or other.at >= at:
                continue
            found += self._likeness(stems, weight, whole, other.stems) >= self._entry.similar
        return found

    def _candidates(
        self, stems: Iterable[str], weight: dict[str, float], whole: float
    ) -> list[str]:
        """Threads that may be alike enough, told by the rarest stems: without one none can be."""
        needed = self._entry.similar * whole
        found: dict[str, float] = {}
        left = whole
        for one in sorted(stems, key=lambda stem: (-weight[stem], stem)):
            if left < needed:
                break
            left -= weight[one]
            latest = reversed(self._lists.get(one, {}))
            for other_id in islice(latest, self._entry.longest_list):
                found[other_id] = found.get(other_id, 0.0) + weight[one]
        return [other_id for other_id, shared in found.items() if shared + left >= needed]

    def _likeness(
        self, stems: frozenset[str], weight: dict[str, float], whole: float, other: frozenset[str]
    ) -> float:
        """Overlap of two sets of stems, each stem by how rare it is: 0 to 1."""
        shared = math.fsum(weight[one] for one in stems & other)
        beside = math.fsum(self._weight(one) for one in other - stems)
        return shared / (whole + beside)

    def _weight(self, stem: str) -> float:
        return math.log1p((len(self._by_thread) + 1) / (len(self._lists.get(stem, ())) + 1))

    def _forget(self, asked: _Asked) -> None:
        del self._by_thread[asked.thread_id]
        for one in asked.stems:
            listed = self._lists[one]
            del listed[asked.thread_id]
            if not listed:
                del self._lists[one]


def in_words(times: int, entry: RepeatEntry) -> str:
    """Say how often a question was asked before."""
    return entry.asked_once if times == 1 else entry.asked_often.format(times=times)


@dataclass(frozen=True, slots=True)
class _Held:
    """What one published guide holds, ready to be compared."""

    guide: Guide
    sentences: tuple[str, ...]
    stems: tuple[frozenset[str], ...]


class PublishedGuides:
    """The published guides of a community, and which of them covers a discussion.

    Vectors are made when a guide first shares words with a discussion, once for each guide.
    """

    def __init__(
        self, guides: Sequence[Guide], entry: RepeatEntry, embedder: Embedder | None = None
    ) -> None:
        self._entry = entry
        self._embedder = embedder
        self._held = tuple(map(_hold, guides))
        self._vectors: dict[str, Vectors] = {}

    def covering(self, view: ThreadView, statement: Message) -> str | None:
        """Return the id of the guide that says already what a message of the thread says.

        A guide that the message contradicts does not cover it: they have to be held together.
        """
        said = statement.own_words()[: 4 * LONGEST_QUESTION]
        stems = frozenset(content_stems(said))
        if len(stems) < self._entry.fewest_stems:
            return None
        asked = question_of(view.thread.title, view.messages[0] if view.messages else None)
        near: list[tuple[float, _Held]] = []
        for held in self._held:
            overlap = max(len(stems & one) / len(stems) for one in held.stems)
            if overlap >= self._entry.least_overlap:
                near.append((overlap, held))
        if not near:
            return None
        texts = (said, f"{asked} {said}")
        vectors = None if self._embedder is None else self._embedder.embed(texts)
        covering = [
            (likeness, held.guide.id)
            for overlap, held in near
            if (likeness := self._likeness(held, vectors, overlap)) >= self._entry.covered
            and not any(opposes(said, sentence) for sentence in held.sentences)
        ]
        return max(covering)[1] if covering else None

    def _likeness(self, held: _Held, said: Vectors | None, overlap: float) -> float:
        """Mean of three: shared stems, nearness of the statement, nearness of the whole; 0 to 1.

        Without an embedder the stems decide alone.
        """
        if said is None or self._embedder is None:
            return overlap
        if held.guide.id not in self._vectors:
            title = held.guide.current.title
            texts = [*held.sentences, *(f"{title}. {one}" for one in held.sentences)]
            self._vectors[held.guide.id] = self._embedder.embed(texts)
        vectors = self._vectors[held.guide.id]
        alone, with_question = said
        half = len(held.sentences)
        near = float(np.max(vectors[:half] @ alone))
        near_whole = float(np.max(vectors[half:] @ with_question))
        return (overlap + near + near_whole) / 3


def _hold(guide: Guide) -> _Held:
    texts = dict.fromkeys(sentence.text for sentence in guide.current.sentences())
    sentences = tuple(texts)[:MOST_SENTENCES]
    return _Held(guide, sentences, tuple(frozenset(content_stems(one)) for one in sentences))
