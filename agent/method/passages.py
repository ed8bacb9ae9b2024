"""Passages: sentences of one message that a reader can take in on their own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.method.ellipsis import is_elliptic
from agent.method.leads import MOST_LEADING, unstopped
from agent.method.passage import Asked, Passage
from agent.method.placing import is_order
from agent.method.pronouns import Resolved, leans, points_outside, resolve
from agent.method.standing import (
    LONGEST,
    MIN_WORDS,
    is_aside,
    is_fragment,
    points,
    says_something,
    trimmed,
    without_connective,
    without_purpose,
)
from agent.method.titles import key_clause
from agent.method.wholes import Whole
from agent.method.words import fold, tokenise
from memory.records.guide import Claim
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message
from prompts.synthesis import load_synthesis

_MAX_SENTENCES = 3
_GROUND = 0.08
"""Added to a facet's weight: what it is worth in a guide beside what it is worth to ask about."""
_FEW_WORDS = 5
"""Words of a sentence that carries on the one before it in an answer."""
_WARNINGS = frozenset({Facet.PITFALLS, Facet.BOUNDARY})
_ADVICE = frozenset({Facet.ACTION, Facet.HEURISTIC, Facet.OPTIONS, Facet.SITUATION})
"""Facets whose heading would recommend what a warning behind it takes back."""
_LONGEST_QUESTION = 12
"""Words of a question that comes along with the sentence that answers it."""


@dataclass(slots=True)
class _Group:
    """Consecutive sentences that are printed together, by their places in the message."""

    facet: Facet
    places: list[int]
    lead: EvidenceSpan | None = None
    resolved: Resolved | None = None
    source: EvidenceSpan | None = None
    """Where the resolved noun stands."""
    asks: bool = False
    """It speaks of what the question asked about."""
    whole: bool = False
    """It stands as it is, though it opens with `Then`: the move before is in print."""


@dataclass(slots=True)
class _Line:
    """A message as a row of sentences, some of which are claimed."""

    message: Message
    claims: dict[int, Claim]
    """By place."""
    spans: list[tuple[int, int]]
    wholes: Sequence[Whole]
    nouns: frozenset[str]

    @classmethod
    def of(
        cls,
        message: Message,
        claims: Sequence[Claim],
        wholes: Sequence[Whole],
        nouns: frozenset[str],
    ) -> _Line:
        claimed = {c.evidence[0].start: c for c in claims if len(c.text) <= LONGEST}
        known = sorted(claimed)
        spans: list[tuple[int, int]] = []
        by_place: dict[int, Claim] = {}
        for place, whole in enumerate(wholes):
            start, end = whole.sentence.start, whole.sentence.end
            at = bisect_left(known, start)
            if at < len(known) and known[at] < end:
                by_place[place] = claimed[known[at]]
            start, end = trimmed(message.text, start, end)
            bare = without_purpose(message.text, start, end)
            if bare != end and not leans(message.text[start:bare], nouns):
                end = bare
            spans.append((start, end))
        return cls(message, by_place, spans, wholes, nouns)

    def text(self, place: int) -> str:
        start, end = self.spans[place]
        return self.message.text[start:end]

    def span(self, place: int) -> EvidenceSpan:
        return EvidenceSpan.of(self.message, *self.spans[place])

    def leans(self, place: int) -> bool:
        return leans(self.text(place), self.nouns)

    def between(self, place: int, later: int) -> list[int] | None:
        """Places between two that come along; `None` where something else stands between.

        One sentence that leans on the first and is claimed under no facet is a bridge.
        """
        coming: list[int] = []
        for n in range(place + 1, later):
            text = self.text(n)
            if says_something(text):
                if coming or not self.leans(n):
                    return None
                coming.append(n)
            elif text.rstrip("\"')").endswith("?"):
                if len(tokenise(text)) > _LONGEST_QUESTION:
                    return None
                coming.append(n)
            elif is_aside(text):
                coming.append(n)
            elif len(tokenise(text)) > MIN_WORDS:
                return None
        return coming

    def with_context(self, place: int, from_place: int) -> list[int]:
        """The place with unclaimed sentences before it that it needs, at most two steps back."""
        places = [place]
        while self.leans(places[0]) and places[0] > from_place:
            before = places[0] - 1
            text = self.text(before)
            asks = text.endswith("?") and len(tokenise(text)) <= _LONGEST_QUESTION
            tells = says_something(text) or asks or is_aside(text)
            if len(places) == _MAX_SENTENCES or not tells:
                break
            places.insert(0, before)
        return places


def passages_of(
    message: Message,
    claims: Sequence[Claim],
    wholes: Sequence[Whole],
    weights: Mapping[Facet, float],
    asked: Asked,
    nouns: frozenset[str] = frozenset(),
) -> list[Passage]:
    """Group a message's claims so that each passage stands on its own, under one facet.

    `wholes` are its sentences in order. A sentence that leans on the one before joins it where
    both state the same facet; where they do not, it stands under its own with the noun in
    brackets, else it joins all the same. One that leans on nothing in print takes the sentence
    before along, or a noun of the question or the question itself, or is left out.
    """
    line = _Line.of(message, claims, wholes, nouns)
    groups: list[_Group] = []
    for place in sorted(line.claims):
        last, facet = groups[-1] if groups else None, line.claims[place].facet
        if last is not None and _completes_fallback(line, place, last):
            last.places.append(place)
            continue
        next_move = _is_next_move(line, place, last)
        free = next_move or not line.leans(place)
        if free and not _belongs(line, place, last, asked):
            groups.append(_Group(facet, [place], whole=next_move))
            continue
        coming = None if last is None else line.between(last.places[-1], place)
        if last is None or coming is None:
            floor = 0 if last is None else last.places[-1] + 1
            groups.append(_lone(line, place, floor, asked))
        elif not _parted(line, place, last, groups) and not _restarts(line, place, groups, asked):
            if facet in _WARNINGS and last.facet in _ADVICE and len(last.places) > 1:
                clause = key_clause(line.message, line.span(last.places[-1]))
                groups.append(_Group(facet, [place], lead=clause))
                continue
            last.places += [*coming, place]
            if facet in _WARNINGS and (last.facet in _ADVICE or _condemns(line.text(place))):
                last.facet = facet
    made = (_passage(line, group, weights, asked) for group in groups)
    return [passage for passage in made if passage is not None]


def _completes_fallback(line: _Line, place: int, last: _Group) -> bool:
    """Whether a sentence that orders nothing says more of the fallback right before it."""
    near = last.facet is Facet.WHATIF and last.places[-1] == place - 1
    near = near and line.wholes[place].paragraph == line.wholes[place - 1].paragraph
    few = len(last.places) < _MAX_SENTENCES
    return near and few and line.claims[place].facet in _ADVICE and not is_order(line.text(place))


def _condemns(text: str) -> bool:
    """Whether a sentence judges that what was told before should not be done."""
    return load_synthesis().placing.verdict.match(text) is not None


def _is_next_move(line: _Line, place: int, last: _Group | None) -> bool:
    """Whether an order leans on the one before by nothing but its `Then`."""
    if last is None or {last.facet, line.claims[place].facet} != {Facet.ACTION}:
        return False
    text = line.text(place)
    bare = text[without_connective(text, 0, len(text)) :]
    return bare != text and not leans(bare, line.nouns)


def _belongs(line: _Line, place: int, last: _Group | None, asked: Asked) -> bool:
    """Whether a few words carry on an answer: `No hiss, no seal`."""
    few = len(tokenise(line.text(place))) <= _FEW_WORDS
    near = last is not None and last.places[-1] == place - 1
    return (
        asked.told
        and few
        and near
        and last is not None
        and (last.facet is line.claims[place].facet)
    )


def _lone(line: _Line, place: int, floor: int, asked: Asked) -> _Group:
    """A leaning sentence whose sentence before is not in print: resolved, or with it."""
    facet = line.claims[place].facet
    start, end = line.spans[place]
    bare = without_connective(line.message.text, start, end)
    if bare != start and not leans(line.message.text[bare:end], line.nouns):
        line.spans[place] = (bare, end)
        return _Group(facet, [place])
    if place > floor:
        before = line.span(place - 1)
        resolved = resolve(line.text(place), [before.quote], line.nouns)
        if resolved is not None:
            return _Group(facet, [place], resolved=resolved, source=before)
        places = line.with_context(place, floor)
        if not line.leans(places[0]):
            return _Group(facet, places)
        place = places[0] if places[0] == 0 else place
        if place == 0:
            return _resolved_by_question(line, _Group(facet, places), asked)
        return _Group(facet, places)
    return _resolved_by_question(line, _Group(facet, [place]), asked)


def _resolved_by_question(line: _Line, group: _Group, asked: Asked) -> _Group:
    quotes = [source.quote for source in asked.sources]
    if group.places[0] == 0 and quotes:
        resolved = resolve(line.text(0), quotes, line.nouns)
        if resolved is not None:
            group.resolved = resolved
            group.source = asked.sources[resolved.borrowed[0][0]]
    return group


def _passage(
    line: _Line, group: _Group, weights: Mapping[Facet, float], asked: Asked
) -> Passage | None:
    """The group as a passage; `None` where it still leans on what is not in print."""
    spans = tuple(line.span(place) for place in group.places)
    helpless = (group.resolved is None and not group.whole) and (
        is_fragment(spans[0].quote) or leans(spans[0].quote, line.nouns)
    )
    first = group.places[0]
    lead, question = group.lead if helpless or group.resolved is not None else None, ""
    if asked.told:
        opens = group.asks or _opens_answer(line, first)
        turns_on_it = (helpless or group.resolved is not None) and opens and lead is None
        turns_on_it = turns_on_it or any(points_outside(span.quote) for span in spans)
        question = asked.question if turns_on_it or is_elliptic(spans[0].quote) else ""
    elif first == 0 and lead is None and (helpless or group.resolved is not None):
        lead = asked.lead
    if helpless and lead is None and not question and not is_fragment(spans[0].quote):
        return None
    mine = [line.claims[place] for place in group.places if place in line.claims]
    opening, borrowed = "", tuple[EvidenceSpan, ...]()
    if group.resolved is not None and group.source is not None:
        opening = group.resolved.text
        phrase = group.resolved.borrowed[0][1]
        borrowed = (_inside(group.source, phrase.start, phrase.end, line.message),)
    return Passage(
        facet=group.facet,
        author_id=mine[0].author_id,
        spans=spans,
        value=max((_GROUND + weights[c.facet]) * c.confidence for c in mine),
        lead=lead,
        asked=question,
        opening=opening,
        borrowed=borrowed,
        paragraph=line.wholes[first].paragraph,
        told=asked.told,
    )


def _opens_answer(line: _Line, place: int) -> bool:
    """Whether nothing that says something stands before a sentence of an answer."""
    return not any(says_something(line.text(n)) for n in range(place))


def _inside(source: EvidenceSpan, start: int, end: int, message: Message) -> EvidenceSpan:
    """The stretch `start:end` of a span's quote as a span of its own."""
    first, last = source.start + start, source.start + end
    if source.message_id == message.id:
        return EvidenceSpan.of(message, first, last)
    text = " " * source.start + source.quote
    return EvidenceSpan.model_validate(
        {
            "message_id": source.message_id,
            "start": first,
            "end": last,
            "quote": source.quote[start:end],
        },
        context={"texts": {source.message_id: text}},
    )


def _restarts(line: _Line, place: int, groups: list[_Group], asked: Asked) -> bool:
    """Give a sentence of an answer its own group that opens with the answer's own first pronoun.

    What the first sentence says of the words that were asked about, this one says under its facet.
    """
    last, facet = groups[-1], line.claims[place].facet
    opening = [fold(word.text) for word in tokenise(line.text(last.places[0]))[:1]]
    here = [fold(word.text) for word in tokenise(line.text(place))[:1]]
    first = asked.told and _opens_answer(line, last.places[0])
    same = opening == here and points(line.text(place))
    if facet is last.facet or not asked.question or not (first and same):
        return False
    groups.append(_Group(facet, [place], asks=True))
    return True


def _parted(line: _Line, place: int, last: _Group, groups: list[_Group]) -> bool:
    """Give a leaning sentence a group of its own where its facet or the length asks for it.

    A contrast (`But`, `Otherwise`) is nothing without the sentence before, and stays with it.
    """
    facet = line.claims[place].facet
    full = len(last.places) > _MAX_SENTENCES
    if facet is last.facet and not full:
        return False
    before = line.span(last.places[-1])
    resolved = resolve(line.text(place), [before.quote], line.nouns)
    if resolved is not None:
        groups.append(_Group(facet, [place], resolved=resolved, source=before))
        return True
    start, end = line.spans[place]
    bare = without_connective(line.message.text, start, end)
    if bare != start and not leans(line.message.text[bare:end], line.nouns):
        line.spans[place] = (bare, end)
        groups.append(_Group(facet, [place]))
        return True
    if not full:
        return False
    clear = not line.leans(last.places[-1]) and len(tokenise(before.quote)) <= MOST_LEADING
    groups.append(_Group(facet, [place], lead=unstopped(line.message, before) if clear else None))
    return True
