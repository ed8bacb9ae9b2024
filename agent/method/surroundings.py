"""What stands around a message in its thread, read once for all messages of the thread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from agent.method.literals import LiteralIndex, compiled
from agent.method.readings import ThreadView
from agent.method.syntax import lower_in_place
from memory.records.talk import Message, MessageKind
from prompts.catalogue import Catalogue

NEIGHBOURS = 10
"""Messages before and after that count as the talk around a message."""

CONTEXT = 3
"""Messages before one that state its problem where nobody opened the thread with a question."""

TALK_CHARACTERS = 4000
"""Characters of a message that triage reads."""

_LINK = re.compile(r"https?://\S+|www\.\S+")
_WORD = re.compile(r"\w[\w'\u2019-]*")


class Wordlists:
    """The catalogue's triage patterns, compiled for lower-case text."""

    def __init__(self, patterns: Sequence[tuple[str, tuple[str, ...]]]) -> None:
        flat = [(name, pattern) for name, several in patterns for pattern in several]
        self._names = tuple(name for name, _ in flat)
        self._patterns = compiled([pattern for _, pattern in flat])
        self._index = LiteralIndex([pattern for _, pattern in flat])
        self._joined = {
            name: re.compile("|".join(f"(?:{p})" for p in several), re.ASCII)
            for name, several in patterns
        }

    def hits(self, lowered: str) -> frozenset[str]:
        """Return the names of the lists that have a pattern in the text."""
        found: set[str] = set()
        for number in self._index.candidates(lowered):
            name = self._names[number]
            if name not in found and self._patterns[number].search(lowered):
                found.add(name)
        return frozenset(found)

    def count(self, name: str, lowered: str) -> int:
        """Return how often the patterns of one list occur, without overlap."""
        return sum(1 for _ in self._joined[name].finditer(lowered))


def wordlists(catalogue: Catalogue) -> Wordlists:
    """Return the catalogue's word lists, compiled once for each distinct set of patterns."""
    return _compiled(tuple(catalogue.triage.patterns.items()))


@lru_cache(maxsize=4)
def _compiled(patterns: tuple[tuple[str, tuple[str, ...]], ...]) -> Wordlists:
    return Wordlists(patterns)


class Said:
    """What one person said in one message, or a title; each reading is made when first asked."""

    def __init__(self, text: str, lists: Wordlists) -> None:
        self.text = text
        self._lists = lists

    @cached_property
    def lowered(self) -> str:
        return lower_in_place(self.text)

    @cached_property
    def words(self) -> int:
        """Number of words, links left out."""
        return len(words_of(self.text))

    @cached_property
    def hits(self) -> frozenset[str]:
        """Names of the word lists that have a pattern here."""
        return self._lists.hits(self.lowered)

    def count(self, name: str) -> int:
        """How often a list's patterns occur."""
        return self._lists.count(name, self.lowered) if name in self.hits else 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a message in its thread."""

    problem_words: int
    problem_hits: frozenset[str]
    """Word lists found in the title and in what opened the thread, or stands just before."""
    thanked: bool
    """Somebody else thanks soon after."""
    worked: bool
    """Somebody else says soon after that it worked."""
    participants: int
    accepted: bool
    asker: bool
    """The author is the one who opened the thread."""
    first_reply: bool
    """Nobody but the opener has spoken before."""
    asked_before: int = 0
    """How many earlier threads of the community ask the same."""


class Talk:
    """A thread with what was said in each message."""

    def __init__(self, view: ThreadView, lists: Wordlists) -> None:
        self.view = view
        self.title = Said(view.thread.title, lists)
        self._lists = lists
        self._said: dict[int, Said] = {}
        self._participants = len({m.author_id for m in view.messages if self._is_said(m)})
        self._opener = view.messages[0].author_id if view.messages else None

    def said(self, position: int) -> Said:
        """Return the own words of the message at `position`."""
        if position not in self._said:
            self._said[position] = Said(own_text(self.view.messages[position]), self._lists)
        return self._said[position]

    def near(self, position: int) -> list[Said]:
        """Return the title and what was said around a message, deleted ones left out."""
        first, last = max(0, position - NEIGHBOURS), position + NEIGHBOURS + 1
        messages = self.view.messages[first:last]
        return [
            self.title,
            *(self.said(first + n) for n, message in enumerate(messages) if not message.deleted),
        ]

    def around(self, position: int) -> Surroundings:
        """Describe what stands around the message at `position`."""
        messages = self.view.messages
        message = messages[position]
        problem = [self.title, *(self.said(n) for n in self._problem(position))]
        replies: set[str] = set()
        for n in range(position + 1, min(len(messages), position + 1 + NEIGHBOURS)):
            if messages[n].author_id != message.author_id and self._is_said(messages[n]):
                replies |= self.said(n).hits
        speakers = {m.author_id for m in messages[:position] if self._is_said(m)}
        return Surroundings(
            problem_words=sum(said.words for said in problem),
            problem_hits=frozenset().union(*(said.hits for said in problem)),
            thanked="thanks" in replies,
            worked="worked" in replies,
            participants=self._participants,
            accepted=self.view.thread.accepted_message_id == message.id,
            asker=message.author_id == self._opener,
            first_reply=speakers == {self._opener} and message.author_id != self._opener,
            asked_before=self.view.asked_before,
        )

    def _is_said(self, message: Message) -> bool:
        """Whether a person said this: not a bot, not the platform, and it still stands."""
        member = self.view.people.get(message.author_id or "")
        return not (
            message.author_id is None
            or message.from_bot
            or message.deleted
            or message.kind is MessageKind.SYSTEM
            or (member is not None and member.is_bot)
        )

    def _problem(self, position: int) -> list[int]:
        """Return where the problem is stated that a message speaks to."""
        messages = self.view.messages
        before = range(max(0, position - CONTEXT), position)
        if messages[0].kind is MessageKind.QUESTION:
            before = range(min(1, position))
        author = messages[position].author_id
        return [n for n in before if messages[n].author_id != author]


def own_text(message: Message) -> str:
    """Return the author's own words, cut to what triage reads."""
    return message.own_words()[:TALK_CHARACTERS]


def words_of(text: str) -> list[str]:
    """Return the words of a text, links left out."""
    return _WORD.findall(_LINK.sub(" ", text))
