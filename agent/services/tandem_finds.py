"""What the agent finds for a task: verbatim words of seniors, cases like it, guides, limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.method.facets import STATED_FROM, CatalogueDetector, read_message
from agent.method.words import content_stems
from agent.services.workplace import Workplace
from agent.sources.own_words import clean_line
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message, MessageKind, Thread
from memory.store.protocols import Unit

SHORTEST, LONGEST = 30, 260
"""Characters of a sentence that can stand on a card."""
MESSAGES = 200
SURE = 0.9
"""How sure and near a sentence has to be that is told as a limit or a check."""
CASES = 3
LEAST_SHARED = 2
TITLE = 90
_RICH = (Facet.BOUNDARY, Facet.PITFALLS, Facet.CUES, Facet.WHY)
_TOLD = (*_RICH, *(one for one in Facet if one not in _RICH))
_NOT_TOLD = frozenset({MessageKind.SYSTEM, MessageKind.INTERVIEW})


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's verbatim sentence with where it stands."""

    span: EvidenceSpan
    author: str
    at: datetime
    thread_id: str
    title: str
    facet: Facet | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A thread like the task, with a sentence of the answer that stood, if there is one."""

    thread: Thread
    title: str
    quote: Quote | None


class Finder:
    """Looks in what people said, in one transaction."""

    def __init__(self, work: Workplace, unit: Unit, community_id: str) -> None:
        self._unit = unit
        self._community = community_id
        self._detector = CatalogueDetector(work.catalogue)

    def words_of(
        self, author_id: str, message_ids: Iterable[str], about: Iterable[str], limit: int
    ) -> Sequence[Quote]:
        """Sentences of one person that say when, why, what to watch or what goes wrong.

        One a message and at most `limit`, of different facets first; `about` are stems of which
        each holds at least one.
        """
        wanted = frozenset(about)
        found: list[tuple[float, Quote]] = []
        messages = self._unit.talk.messages(message_ids)
        for message in messages.values():
            if message.author_id == author_id and message.kind not in _NOT_TOLD:
                best = max(self._sentences(message, wanted, _RICH), default=None, key=_first)
                if best is not None:
                    found.append(best)
        found.sort(key=lambda one: (-one[0], one[1].span.message_id))
        kept: list[Quote] = []
        for again in (False, True):
            for _, quote in found:
                told = any(quote.facet is other.facet for other in kept)
                if quote not in kept and told is again and len(kept) < limit:
                    kept.append(quote)
        return kept

    def said(self, stems: Sequence[str], about: Sequence[str], facet: Facet) -> Quote | None:
        """The sentence of anybody that states a facet most surely, and is about the same.

        It holds a stem of the task, and another of the task or its topic (`about`).
        """
        best: tuple[float, Quote] | None = None
        wanted = frozenset((*stems, *about))
        for message in self._talk((*stems, *about)):
            if message.kind is MessageKind.QUESTION:
                continue
            for one in self._sentences(message, frozenset(stems or about), (facet,)):
                shared = wanted.intersection(content_stems(one[1].span.quote))
                enough = one[0] >= SURE and len(shared) >= LEAST_SHARED
                if enough and (best is None or one[0] > best[0]):
                    best = one
        return best[1] if best else None

    def cases(
        self, stems: Sequence[str], about: Sequence[str], leave_out: Iterable[str]
    ) -> Sequence[Case]:
        """Threads of the same topic that are most like it, those with an accepted answer first."""
        topic, wanted, out = frozenset(about), frozenset((*stems, *about)), set(leave_out)
        held: dict[str, set[str]] = {}
        for message in self._talk(sorted(wanted)):
            if message.thread_id not in out:
                said = wanted.intersection(content_stems(message.own_words()))
                held.setdefault(message.thread_id, set()).update(said)
        least = min(LEAST_SHARED, len(wanted))
        near = [key for key, said in held.items() if len(said) >= least and said & topic]
        threads = {key: self._unit.talk.thread(key) for key in near}
        titles = {key: set(content_stems(self.title_of(key))) for key in near}
        rank = {
            key: len(held[key])
            + 2 * len(wanted & titles[key])
            + bool(one is not None and one.accepted_message_id)
            for key, one in threads.items()
        }
        own = frozenset(stems or about)
        near = [key for key in near if own & titles[key]]
        near.sort(key=lambda key: (-rank[key], key))
        return [self._case(one, wanted) for key in near[:CASES] if (one := threads[key])]

    def title_of(self, thread_id: str) -> str:
        """A thread's title or, where it has none, the beginning of its first message."""
        thread = self._unit.talk.thread(thread_id)
        if thread is not None and thread.title:
            return clean_line(thread.title, TITLE)
        messages = self._unit.talk.thread_messages(thread_id)
        words = next((one.own_words() for one in messages if one.own_words().strip()), "")
        line = " ".join(words.split())
        return line if len(line) <= TITLE else f"{line[:TITLE].rsplit(' ', 1)[0]} ..."

    def _case(self, thread: Thread, about: frozenset[str]) -> Case:
        messages = self._unit.talk.thread_messages(thread.id)
        answers = [one for one in messages[1:] if not (one.from_bot or one.deleted)]
        answers.sort(key=lambda one: (one.id != thread.accepted_message_id, -one.score, one.id))
        quote = None
        if answers:
            every = self._sentences(answers[0], about, _TOLD)
            quote = max(every, default=(0.0, None), key=_first)[1]
        return Case(thread, self.title_of(thread.id), quote)

    def _talk(self, stems: Sequence[str]) -> Sequence[Message]:
        if not stems:
            return ()
        found = self._unit.talk.messages_with(self._community, list(stems), MESSAGES)
        return [one for one in found if not one.from_bot and one.kind not in _NOT_TOLD]

    def _sentences(
        self, message: Message, about: frozenset[str], facets: Sequence[Facet]
    ) -> Sequence[tuple[float, Quote]]:
        """Sentences that can stand by themselves and surely state one of the facets."""
        found: list[tuple[float, Quote]] = []
        for read in read_message(message, self._detector):
            sure = [
                one for one in read.facets if one.facet in facets and one.confidence >= STATED_FROM
            ]
            words = message.text[read.sentence.start : read.sentence.end]
            if not sure or not SHORTEST <= len(words) <= LONGEST or "\n" in words:
                continue
            shared = about.intersection(content_stems(words))
            if about and not shared:
                continue
            span = EvidenceSpan.of(message, read.sentence.start, read.sentence.end)
            title = self.title_of(message.thread_id)
            author = self._unit.people.member(message.author_id or "")
            quote = Quote(
                span,
                author.name if author else "somebody",
                message.sent_at,
                message.thread_id,
                title,
                min(sure, key=lambda one: facets.index(one.facet)).facet,
            )
            found.append((sure[0].confidence + 0.1 * len(shared) + 0.1 * (len(sure) > 1), quote))
        return found


def _first(one: tuple[float, object]) -> float:
    return one[0]
