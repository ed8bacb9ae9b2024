"""A guide's summary: the whole directive, in the sentences in which it was given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.method.clauses import Shape, shape_of
from agent.method.facets import STATED_FROM
from agent.method.measures import count_words
from agent.method.passage import Passage
from agent.method.pronouns import is_pro_verb, points_above
from agent.method.standing import (
    LONGEST,
    dangles,
    is_aside,
    says_something,
    trimmed,
    without_connective,
    without_purpose,
)
from agent.method.syntax import VERBS
from agent.method.titles import key_clause
from agent.method.wholes import wholes_of
from agent.method.words import content_stems, fold, tokenise
from memory.records.guide import Claim
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message
from prompts.synthesis import load_synthesis

_SUMMARY_WORDS = 40
"""Words up to which a directive of several sentences is told whole."""
_WHOLE_WORDS = 60
"""The same with the sentences that lean on it."""
_MOST_WORDS = 90
"""The same with one that points above."""
_FEW_WORDS = 8
_LONG_ROW = 4
"""Moves from which a row is too long to be told in one sentence."""
_LINK = re.compile(
    r"(?:(?:first|second|third|fourth|last)(?:ly)?|finally|for (?:instance|example)|however"
    r"|(?:the )?(?:short|long|simple) answer is(?: that)?"
    r"|to (?:begin|start) with|in (?:short|summary|general)|(?:but|yet)(?=\s*,|\s+(?:if|when)))"
    r"\s*,?\s+",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"(?:while|although|though|i|i['\u2019](?:m|ve|d|ll)|we|\w+ing)(?!\w)", re.IGNORECASE
)
"""How a sentence opens that tells what its speaker does, not what to do."""
_BAN = re.compile(r"(?:not|never|no|nothing|only)(?!\w)", re.IGNORECASE)
"""How a part of a directive opens that narrows it: `Not with IF NOT EXISTS.`"""
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
    before. Of a list, one item: the others are steps. Of a longer row of moves, as `row_of` tells,
    its beginning; the row stands whole below. What only links it to the
    sentence before (`So`, `Finally,`) goes. `talk` counts in how many messages each stem stands.
    """
    span = central.evidence[0]
    if len(span.quote) > LONGEST:
        span = key_clause(home, span)
    said = {c.evidence[0].start: c for c in claims if c.evidence[0].message_id == home.id}
    row = row_of(span, home, said)
    if row:
        return Passage(central.facet, central.author_id, _beginning(row), 1.0)
    bare = EvidenceSpan.of(home, _past_link(home.text, span), span.start + len(span.quote))
    lone = _is_item(home, span)
    if not dangles(bare.quote):
        last = without_purpose(home.text, bare.start, bare.start + len(bare.quote))
        bare = EvidenceSpan.of(home, bare.start, last)
    spans = [span if dangles(bare.quote) else bare]
    for neighbour in () if lone else _outward(home, span, before=True):
        needed = len(spans) == 1 and dangles(spans[0].quote) and says_something(neighbour.quote)
        if not needed and not _fits(spans, neighbour, said, talk):
            break
        spans.insert(0, neighbour)
    for neighbour in () if lone else _outward(home, span, before=False):
        if len(spans) == 1 and _completes(neighbour.quote):
            spans.append(neighbour)
            continue
        if not _fits(spans, neighbour, said, talk):
            break
        spans.append(neighbour)
    first = _past_link(home.text, spans[0])
    spans[0] = EvidenceSpan.of(home, first, spans[0].start + len(spans[0].quote))
    return Passage(central.facet, central.author_id, tuple(spans), 1.0)


def carried_on(
    summary: Passage, passages: Sequence[Passage], home: Message
) -> tuple[Passage, list[Passage]]:
    """The summary with the sentences right behind it that lean on it, and the other passages.

    They would need its words in front of them again. Where no more fit, what points above (`the
    above process is enough`) is left out, for elsewhere it would speak of something else.
    """
    kept = list(passages)
    for place, passage in enumerate(passages):
        if passage.lead is None or passage.opening or passage.told:
            continue
        if not _right_behind(summary.spans[-1], passage.spans[0], home):
            continue
        joining = list(passage.spans)
        while joining and _words_in((*summary.spans, *joining)) > _room_for(joining[-1]):
            joining.pop()
        rest = passage.spans[len(joining) :]
        if rest and not points_above(rest[0].quote):
            continue
        kept[place : place + 1] = []
        return replace(summary, spans=(*summary.spans, *joining)), kept
    return summary, kept


def _room_for(last: EvidenceSpan) -> int:
    """Words of a summary that ends so: more where it is understood nowhere else."""
    return _MOST_WORDS if points_above(last.quote) else _WHOLE_WORDS


def _words_in(spans: Sequence[EvidenceSpan]) -> int:
    return sum(count_words(span.quote) for span in spans)


def _right_behind(last: EvidenceSpan, first: EvidenceSpan, home: Message) -> bool:
    """Whether one span follows the other in a message with no word between."""
    if last.message_id != home.id or first.message_id != home.id or first.start < last.end:
        return False
    return not any(c.isalnum() for c in home.text[last.end : first.start])


def _beginning(row: Sequence[EvidenceSpan]) -> tuple[EvidenceSpan, ...]:
    """The first moves of a row, as many as a summary has words for."""
    spans = list(row[:1])
    for span in row[1:]:
        if sum(count_words(s.quote) for s in (*spans, span)) > _SUMMARY_WORDS:
            break
        spans.append(span)
    return tuple(spans)


def _completes(text: str) -> bool:
    """Whether a few words only make sense right after the sentence (`Large changes will.`)."""
    return count_words(text) <= _FEW_WORDS and says_something(text) and is_pro_verb(text)


def _past_link(text: str, span: EvidenceSpan) -> int:
    """Where a span starts once the words have gone that only link it to the sentence before."""
    start, end = span.start, span.start + len(span.quote)
    start = without_connective(text, start, end)
    found = _LINK.match(text, start, end)
    return found.end() if found and found.end() < end else start


def _is_item(home: Message, span: EvidenceSpan) -> bool:
    return any(w.item and w.sentence.start <= span.start < w.sentence.end for w in wholes_of(home))


def row_of(
    span: EvidenceSpan, home: Message, said: Mapping[int, Claim]
) -> tuple[EvidenceSpan, ...]:
    """The long row of moves in prose that a move is one of; empty for any other sentence."""
    wholes = wholes_of(home)
    spans = [
        EvidenceSpan.of(home, *trimmed(home.text, w.sentence.start, w.sentence.end)) for w in wholes
    ]
    place = next(
        (n for n, s in enumerate(spans) if s.start <= span.start < s.start + len(s.quote)), 0
    )
    if not spans or (wholes[place].item and not wholes[place].numbered):
        return ()
    moves = [n for n, s in enumerate(spans) if n == place or _is_move(s, said)]
    first = last = place
    for n in reversed([n for n in moves if n < place]):
        if not _bridged(spans[n + 1 : first]):
            break
        first = n
    for n in (n for n in moves if n > place):
        if not _bridged(spans[last + 1 : n]):
            break
        last = n
    row = tuple(spans[first : last + 1])
    long = sum(count_words(s.quote) for s in row) > _SUMMARY_WORDS
    several = sum(first <= n <= last for n in moves) >= _LONG_ROW
    return row if several and long and _is_move(span, said) else ()


def _bridged(between: Sequence[EvidenceSpan]) -> bool:
    """Whether only a few words that carry on a move stand between (`Or a bowl.`)."""
    return all(dangles(s.quote) and count_words(s.quote) <= _FEW_WORDS for s in between)


def _is_move(span: EvidenceSpan, said: Mapping[int, Claim]) -> bool:
    claim = said.get(span.start)
    return claim is not None and claim.facet is Facet.ACTION and _orders(span.quote)


def _outward(home: Message, span: EvidenceSpan, *, before: bool) -> list[EvidenceSpan]:
    """The sentences on one side of a span, nearest first, without interjections."""
    sentences = [whole.sentence for whole in wholes_of(home)]
    if before:
        row = [s for s in reversed(sentences) if s.end <= span.start]
    else:
        row = [s for s in sentences if s.start >= span.start + len(span.quote)]
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
    if _REPORT.match(text) or load_synthesis().placing.introduction.match(text):
        return False
    if not (says_something(text) or (orders and is_aside(text))):
        return False
    if claim is not None and claim.confidence >= STATED_FROM:
        banned = claim.facet is Facet.BOUNDARY and _BAN.match(text) is not None
        return claim.facet not in _EXPLAINING or orders or banned
    return orders or on_topic


def _orders(text: str) -> bool:
    """Whether a sentence tells to do something: an imperative, also after `Then`."""
    bare = text[without_connective(text, 0, len(text)) :]
    first = tokenise(bare)[:1]
    verb = fold(first[0].text) if first else ""
    after_then = bare != text and verb in VERBS
    return after_then or verb in _LOOKING or shape_of(bare) is Shape.DIRECTIVE
