"""What others said in the thread, quoted beside a guide: advice it does not hold, and the outcome.

Whoever was not asked has confirmed nothing, so none of this is a sentence of the guide. It is part
of the debate that led there: verbatim, attributed, and shown only as far as the debate itself is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.method.ellipsis import is_elliptic
from agent.method.measures import count_words
from agent.method.merging import says_again
from agent.method.personal import names_of, personal_data
from agent.method.placing import is_order, recommends
from agent.method.pronouns import leans
from agent.method.readings import ThreadView
from agent.method.standing import says_something, trimmed
from agent.method.wholes import wholes_of
from agent.method.words import content_stems
from memory.index.protocols import Embedder
from memory.records.talk import EvidenceSpan, Message, MessageKind
from prompts.desk import load_desk
from prompts.synthesis import load_synthesis

_MOST_SENTENCES = 3
_NO_START = re.compile(r"\(|[\"\u201c][^\"\u201d]+[,.!?][\"\u201d]")
"""An aside, or what somebody else said."""
_SUCH = re.compile(r"(?<!\w)such (?!as |an? )\w", re.IGNORECASE)
_ANOTHER = re.compile(r"^another\s+", re.IGNORECASE)
_NOBODYS = (MessageKind.SYSTEM, MessageKind.INTERVIEW, MessageKind.QUESTION)

Quoted = Mapping[str, tuple[EvidenceSpan, ...]]
"""Spans to quote by message id, in the order of the message."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Sentences of one message that stand without the rest of it, and what they are worth."""

    message: Message
    spans: tuple[EvidenceSpan, ...]
    worth: float

    @property
    def text(self) -> str:
        return " ".join(span.quote for span in self.spans)

    @property
    def words(self) -> int:
        return sum(count_words(span.quote) for span in self.spans)


def quoted_beside(
    view: ThreadView,
    authors: Sequence[str],
    printed: Sequence[str],
    embedder: Embedder | None = None,
) -> Quoted:
    """The words to quote beside a guide with these authors whose sentences are `printed`.

    From each person who is no author, may be asked and answered in the thread: what is nearest to
    the question, gives advice, and is not in print. From whoever asked: how it went. Nothing of
    a private thread.
    """
    if view.thread.private or not view.messages:
        return {}
    entry = load_synthesis().beside
    chosen = dict(_outcome(view, authors))
    room = min(entry.words, max(0, entry.most_words - sum(map(count_words, printed))))
    said = list(printed)
    used: dict[str, int] = {}
    taken: list[_Chunk] = []
    for chunk in _by_turns(_chunks(view, authors, embedder)):
        author = str(chunk.message.author_id)
        most = entry.each - used.get(author, 0)
        needed = entry.least_more if author in used else entry.least
        if chunk.worth < needed or chunk.words > min(room, most):
            continue
        if any(says_again(s.quote, other, embedder) for s in chunk.spans for other in said):
            continue
        room -= chunk.words
        used[author] = used.get(author, 0) + chunk.words
        said += [span.quote for span in chunk.spans]
        taken.append(chunk)
    for message in view.messages:
        spans = [s for chunk in taken if chunk.message.id == message.id for s in chunk.spans]
        if spans:
            chosen[message.id] = tuple(sorted(spans, key=lambda span: span.start))
    return chosen


def _may_be_quoted(view: ThreadView, message: Message) -> bool:
    if message.deleted or message.from_bot or message.author_id is None:
        return False
    person = view.people.get(message.author_id)
    return person is not None and person.may_be_asked and message.score >= 0


def _outcome(
    view: ThreadView, authors: Sequence[str]
) -> Iterator[tuple[str, tuple[EvidenceSpan, ...]]]:
    """The last message in which whoever asked says how it went; all of it where it is short."""
    entry = load_synthesis().beside
    first = view.messages[0]
    names = names_of(view.people.values(), load_desk().personal)
    later = [m for m in view.messages[1:] if m.author_id == first.author_id]
    for message in reversed(later):
        if first.author_id in authors or not _may_be_quoted(view, message):
            continue
        spans = [_span(message, w.sentence.start, w.sentence.end) for w in wholes_of(message)]
        spans = [s for s in spans if not (_is_refused(s.quote) or _tells_who([s], names))]
        if any(entry.tells_outcome.search(s.quote) and "?" not in s.quote for s in spans):
            whole = sum(count_words(s.quote) for s in spans) <= entry.each
            telling = [s for s in spans if entry.tells_outcome.search(s.quote)]
            yield message.id, tuple(spans if whole else telling[:_MOST_SENTENCES])
            return


def _tells_who(spans: Sequence[EvidenceSpan], names: Mapping[str, str]) -> bool:
    """Whether words hold an address, a telephone number or a name: no steward sees them."""
    entry = load_desk().personal
    return any(personal_data(span.quote, names, entry) for span in spans)


def _is_refused(text: str) -> bool:
    """Whether words tell the agent what to do, or are the remains of markup."""
    refused = load_synthesis().refused
    return bool(refused.to_the_agent.match(text) or refused.is_layout.match(text))


def _span(message: Message, start: int, end: int) -> EvidenceSpan:
    return EvidenceSpan.of(message, *trimmed(message.text, start, end))


def _chunks(
    view: ThreadView, authors: Sequence[str], embedder: Embedder | None
) -> list[list[_Chunk]]:
    """The chunks of each person who may be quoted, the worthiest first."""
    asker = view.messages[0].author_id
    entry = load_synthesis().beside
    most_votes = max(1, *(message.score for message in view.messages))
    people: dict[str, list[_Chunk]] = {}
    names = names_of(view.people.values(), load_desk().personal)
    opening = view.messages[0].own_words()
    questions = [q for q in (view.thread.title, f"{view.thread.title} {opening}") if q.strip()]
    for message in view.messages:
        if message.kind in _NOBODYS or message.author_id in (asker, *authors):
            continue
        if not _may_be_quoted(view, message):
            continue
        found = [spans for spans in _of_message(message) if not _tells_who(spans, names)]
        near = _nearness([" ".join(s.quote for s in spans) for spans in found], questions, embedder)
        for place, (spans, likeness) in enumerate(zip(found, near, strict=True)):
            worth = likeness + _bonus(spans, place)
            worth += entry.accepted * (view.thread.accepted_message_id == message.id)
            worth += entry.voted * min(1.0, message.score / most_votes)
            people.setdefault(str(message.author_id), []).append(_Chunk(message, spans, worth))
    return [sorted(chunks, key=lambda c: -c.worth) for chunks in people.values()]


def _by_turns(people: Sequence[Sequence[_Chunk]]) -> Iterator[_Chunk]:
    """Everybody's best, then everybody's second: nobody is left out for somebody who says more."""
    for turn in range(max(map(len, people), default=0)):
        here = [chunks[turn] for chunks in people if turn < len(chunks)]
        yield from sorted(here, key=lambda chunk: -chunk.worth)


def _of_message(message: Message) -> list[tuple[EvidenceSpan, ...]]:
    """A message as chunks: a sentence that leans on the one before stands with it.

    A small letter where its author writes capitals is no new sentence (`some 5lb. bags`).
    """
    chunks: list[list[EvidenceSpan]] = []
    broken = True
    wholes = wholes_of(message)
    capitals = sum(w.sentence.text[0].isupper() for w in wholes) > len(wholes) / 2
    for whole in wholes:
        span = _span(message, whole.sentence.start, whole.sentence.end)
        text = span.quote
        if text[0].islower() and capitals and not whole.item:
            start, end = chunks[-1][-1].start if chunks else 0, span.start + len(text)
            if not broken and message.is_own(start, end):
                chunks[-1][-1] = EvidenceSpan.of(message, start, end)
            continue
        if not says_something(text) or "?" in text or load_synthesis().beside.of_talk.search(text):
            broken = True
            continue
        if _leans(text):
            if not broken and len(chunks[-1]) < _MOST_SENTENCES:
                chunks[-1].append(span)
            else:
                broken = True
            continue
        broken = bool(_NO_START.match(text)) or is_elliptic(text)
        if not broken:
            chunks.append([span])
    return [tuple(chunk) for chunk in chunks]


def _leans(text: str) -> bool:
    """Whether a sentence needs the one before; `Another way` needs none among what others said."""
    return leans(_ANOTHER.sub("One ", text)) or _SUCH.search(text) is not None


def _bonus(spans: Sequence[EvidenceSpan], place: int) -> float:
    """What a chunk is worth beside its likeness: it advises, it opens the answer."""
    entry = load_synthesis().beside
    advises = any(is_order(s.quote) or recommends(s.quote) for s in spans)
    offers = any(entry.offers_way.search(s.quote) for s in spans)
    return entry.advice * (advises or offers) + entry.opening / (1 + place)


def _nearness(
    texts: Sequence[str], questions: Sequence[str], embedder: Embedder | None
) -> list[float]:
    """How near texts are to what was asked: cosine, or the share of its stems without an embedder.

    `questions` are the title and the whole question; the nearer one counts.
    """
    if not texts:
        return []
    if embedder is None:
        asked = [set(content_stems(question)) for question in questions]
        said = [set(content_stems(text)) for text in texts]
        return [max(len(a & s) / max(1, len(a)) for a in asked) for s in said]
    vectors = embedder.embed([*questions, *texts])
    asked_vectors = vectors[: len(questions)]
    return [max(float(one @ v) for one in asked_vectors) for v in vectors[len(questions) :]]
