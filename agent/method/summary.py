"""A guide's summary: the whole directive, in the sentences in which it was given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from agent.method.clauses import Shape, shape_of
from agent.method.facets import STATED_FROM
from agent.method.measures import count_words
from agent.method.passages import Passage
from agent.method.sentences import own_sentences
from agent.method.standing import (
    LONGEST,
    dangles,
    is_aside,
    says_something,
    trimmed,
    without_connective,
)
from agent.method.syntax import VERBS
from agent.method.titles import key_clause
from agent.method.words import content_stems, fold, tokenise
from memory.records.guide import Claim
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message

_SUMMARY_WORDS = 40
"""Words up to which a directive of several sentences is told whole."""
_REPORT = re.compile(r"(?:i|i['\u2019](?:m|ve|d|ll)|we|\w+ing)(?!\w)", re.IGNORECASE)
"""How a sentence opens that tells what its speaker does, not what to do."""
_LOOKING = frozenset({"look", "watch", "check", "consider", "remember"})
"""Verbs of perception that order as well, at the start of a sentence beside a directive."""
_EXPLAINING = frozenset(Facet) - {Facet.ACTION, Facet.PITFALLS, Facet.HEURISTIC}
"""Facets that are no part of a directive."""


def stems_by_message(messages: Sequence[Message]) -> Counter[str]:
    """In how many messages each stem stands."""
    people = {m.id: m for m in messages if not m.from_bot and not m.deleted}.values()
    return Counter(stem for m in people for stem in set(content_stems(m.own_words())))


def taken_up(text: str, talk: Counter[str]) -> bool:
    """Whether a sentence speaks of what another message speaks of too: not a mere aside."""
    return any(talk[stem] > 1 for stem in content_stems(text))


def summary_of(
    central: Claim, home: Message, claims: Sequence[Claim], talk: Counter[str]
) -> Passage:
    """The central sentence with its neighbours that tell what to do too, each cited.

    At most `_SUMMARY_WORDS` words, unless the central sentence dangles and needs the one
    before. A leading `So` goes. `talk` counts in how many messages each stem stands.
    """
    span = central.evidence[0]
    if len(span.quote) > LONGEST:
        span = key_clause(home, span)
    said = {c.evidence[0].start: c for c in claims if c.evidence[0].message_id == home.id}
    spans = [span]
    for neighbour in _outward(home, span, before=True):
        needed = len(spans) == 1 and dangles(span.quote) and says_something(neighbour.quote)
        if not needed and not _fits(spans, neighbour, said, talk):
            break
        spans.insert(0, neighbour)
    for neighbour in _outward(home, span, before=False):
        if not _fits(spans, neighbour, said, talk):
            break
        spans.append(neighbour)
    first = without_connective(home.text, spans[0].start, spans[0].end)
    spans[0] = EvidenceSpan.of(home, first, spans[0].end)
    return Passage(central.facet, central.author_id, tuple(spans), 1.0)


def _outward(home: Message, span: EvidenceSpan, *, before: bool) -> list[EvidenceSpan]:
    """The sentences on one side of a span, nearest first, without interjections."""
    sentences = own_sentences(home)
    if before:
        row = [s for s in reversed(sentences) if s.end <= span.start]
    else:
        row = [s for s in sentences if s.start >= span.end]
    return [EvidenceSpan.of(home, *trimmed(home.text, s.start, s.end)) for s in row]


def _fits(
    spans: Sequence[EvidenceSpan],
    neighbour: EvidenceSpan,
    said: Mapping[int, Claim],
    talk: Counter[str],
) -> bool:
    words = sum(count_words(span.quote) for span in (*spans, neighbour))
    topic = {stem for span in spans for stem in content_stems(span.quote)}
    on_topic = taken_up(neighbour.quote, talk) or bool(topic & {*content_stems(neighbour.quote)})
    claim = said.get(neighbour.start)
    return words <= _SUMMARY_WORDS and _instructs(neighbour.quote, claim, on_topic=on_topic)


def _instructs(text: str, claim: Claim | None, *, on_topic: bool) -> bool:
    """Whether a sentence beside the directive is part of it rather than a reason or an aside."""
    orders = _orders(text)
    if _REPORT.match(text) or not (says_something(text) or (orders and is_aside(text))):
        return False
    if claim is not None and claim.confidence >= STATED_FROM:
        return claim.facet not in _EXPLAINING or orders
    return orders or on_topic


def _orders(text: str) -> bool:
    """Whether a sentence tells to do something: an imperative, also after `Then`."""
    bare = text[without_connective(text, 0, len(text)) :]
    first = tokenise(bare)[:1]
    verb = fold(first[0].text) if first else ""
    after_then = bare != text and verb in VERBS
    return after_then or verb in _LOOKING or shape_of(bare) is Shape.DIRECTIVE
