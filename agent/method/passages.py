"""Passages: sentences of one message that a reader can take in on their own."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from agent.method.entailment import is_grounded
from agent.method.sentences import own_sentences
from agent.method.standing import (
    LONGEST,
    MIN_WORDS,
    dangles,
    is_aside,
    is_fragment,
    points,
    says_something,
    trimmed,
    without_connective,
)
from agent.method.words import content_stems, tokenise
from memory.records.guide import Claim, GuideSentence
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message

_MAX_SENTENCES = 3
MOST_LEADING = 20
"""Words of a sentence that is repeated in brackets to lead another."""
_FORBIDS = re.compile(r"(?<!\w)(?:do not|don['\u2019]?t|never|not|no)(?!\w)", re.IGNORECASE)
_SMALL_WORD = re.compile(r"[^\W\d_A-Z]+(?:['\u2019][a-z]+)?(?=[\s,;:!.]|$)(?![.:]\w)")


_STOPS = (".", "!", "?", "\u2026", ":", '."', ".)", ".'", ".\u2019", ".\u201d")


@dataclass(frozen=True, slots=True)
class Passage:
    """One to three consecutive sentences under one facet, in one author's words."""

    facet: Facet
    author_id: str
    spans: tuple[EvidenceSpan, ...]
    value: float
    lead: EvidenceSpan | None = None
    """Words the answer was given about, where the answer alone does not say what it is about."""
    merged: tuple[EvidenceSpan, ...] = ()
    """Spans of other sentences that say the same."""

    @property
    def text(self) -> str:
        """Words as a guide prints them: a capital first, a stop last, white space single."""
        body = " ".join(_tidy(span.quote) for span in self.spans)
        if self.lead is None:
            return body
        return f"[On \u201c{' '.join(self.lead.quote.split())}\u201d] {body}"

    def cited(self) -> GuideSentence:
        """The passage as a cited sentence of a guide."""
        lead = () if self.lead is None else (self.lead,)
        evidence = tuple(dict.fromkeys((*self.spans, *lead, *self.merged)))
        return GuideSentence(text=self.text, author_id=self.author_id, evidence=evidence)


def _tidy(quote: str) -> str:
    text = " ".join(quote.split())
    if _SMALL_WORD.match(text):
        text = text[0].upper() + text[1:]
    return text if text.endswith(_STOPS) else f"{text}."


@dataclass(slots=True)
class _Group:
    """Consecutive sentences that are printed together, by their places in the message."""

    facet: Facet
    places: list[int]
    lead: EvidenceSpan | None = None


@dataclass(slots=True)
class _Line:
    """A message as a row of sentences, some of which are claimed."""

    message: Message
    claims: dict[int, Claim]
    """By place."""
    spans: list[tuple[int, int]]

    @classmethod
    def of(
        cls, message: Message, claims: Sequence[Claim], places: Sequence[tuple[int, int]]
    ) -> _Line:
        claimed = {c.evidence[0].start: c for c in claims if len(c.text) <= LONGEST}
        known = sorted(claimed)
        spans, by_place = list(places), {}
        for place, (start, end) in enumerate(places):
            at = bisect_left(known, start)
            if at < len(known) and known[at] < end:
                by_place[place] = claimed[known[at]]
                spans[place] = (known[at], end)
        return cls(message, by_place, spans)

    def text(self, place: int) -> str:
        start, end = self.spans[place]
        return self.message.text[start:end]

    def span(self, place: int) -> EvidenceSpan:
        return EvidenceSpan.of(self.message, *self.spans[place])

    def reaches(self, place: int, later: int) -> bool:
        """Whether nothing that says something stands between two places."""
        return not any(says_something(self.text(n)) for n in range(place + 1, later))

    def asides(self, place: int, later: int) -> list[int]:
        """Sentences between two places too short to stand, but part of what is said."""
        return [n for n in range(place + 1, later) if is_aside(self.text(n))]

    def with_context(self, place: int, from_place: int) -> list[int]:
        """The place with unclaimed sentences before it that it needs, at most two steps back."""
        places = [place]
        while dangles(self.text(places[0])) and places[0] > from_place:
            before = places[0] - 1
            if len(places) == _MAX_SENTENCES or not says_something(self.text(before)):
                break
            places.insert(0, before)
        return places


def passages_of(
    message: Message,
    claims: Sequence[Claim],
    places: Sequence[tuple[int, int]],
    weights: Mapping[Facet, float],
    lead: EvidenceSpan | None,
) -> list[Passage]:
    """Group a message's claims so that each passage stands on its own, under one facet.

    `places` are the spans of all its sentences in order. A dangling sentence joins the one
    before where both state the same facet; where they do not, it stands under its own, led by
    words of the one before. One that still dangles gets `lead`, or is left out.
    """
    line = _Line.of(message, claims, places)
    groups: list[_Group] = []
    for place in sorted(line.claims):
        last = groups[-1] if groups else None
        if not dangles(line.text(place)):
            groups.append(_Group(line.claims[place].facet, [place]))
        elif last is not None and line.reaches(last.places[-1], place):
            if not _parted(line, place, last, groups, lead):
                last.places += [*line.asides(last.places[-1], place), place]
        else:
            floor = 0 if last is None else last.places[-1] + 1
            groups.append(_Group(line.claims[place].facet, line.with_context(place, floor)))
    made = []
    for group in groups:
        spans = tuple(line.span(place) for place in group.places)
        fragment = is_fragment(spans[0].quote)
        helpless = fragment or dangles(spans[0].quote)
        led_by = (group.lead or lead) if helpless else None
        if helpless and led_by is None and not fragment:
            continue
        mine = [line.claims[place] for place in group.places if place in line.claims]
        value = max(weights[c.facet] * c.confidence for c in mine)
        made.append(Passage(group.facet, mine[0].author_id, spans, value, led_by))
    return made


def _parted(
    line: _Line, place: int, last: _Group, groups: list[_Group], lead: EvidenceSpan | None
) -> bool:
    """Give a dangling sentence a group of its own where its facet or the length asks for it.

    A contrast (`But`, `Otherwise`) is nothing without the sentence before, and stays with it.
    """
    facet = line.claims[place].facet
    full = len(last.places) > _MAX_SENTENCES
    if facet is last.facet and not full:
        return False
    start, end = line.spans[place]
    bare = without_connective(line.message.text, start, end)
    if not dangles(line.message.text[bare:end]):
        line.spans[place] = (bare, end)
        groups.append(_Group(facet, [place]))
        return True
    if not full and not points(line.text(place)):
        return False
    before = line.span(last.places[-1])
    clear = not dangles(before.quote) and len(tokenise(before.quote)) <= MOST_LEADING
    groups.append(_Group(facet, [place], _unstopped(line.message, before) if clear else lead))
    return True


def lead_of(home: Message | None, quote: EvidenceSpan, other: EvidenceSpan) -> EvidenceSpan:
    """Words that tell what an answer to a question about `quote` is about.

    The quote; where it points elsewhere or is a word or two, its whole sentence; where that
    points elsewhere too or is long, `other`.
    """
    if not points(quote.quote) and len(tokenise(quote.quote)) >= MIN_WORDS:
        return quote
    for sentence in own_sentences(home) if home is not None else ():
        if home is not None and sentence.start <= quote.start < sentence.end:
            start, end = trimmed(home.text, sentence.start, sentence.end)
            whole = EvidenceSpan.of(home, start, end)
            if not points(whole.quote) and len(tokenise(whole.quote)) <= MOST_LEADING:
                return _unstopped(home, whole)
    return other if points(quote.quote) else quote


def _unstopped(message: Message, span: EvidenceSpan) -> EvidenceSpan:
    end = span.start + len(span.quote.rstrip(" .!\u2026"))
    return EvidenceSpan.of(message, span.start, max(end, span.start + 1))


def without_repeated_leads(passages: Sequence[Passage], summary: Passage) -> list[Passage]:
    """Drop a lead that stands directly above, in the passage before or as its lead.

    A lead that forbids (`don't touch it`) goes from before an `It` too: what forbids is seldom
    what `It` means, and the advice as a whole stands in the summary.
    """
    kept: list[Passage] = []
    for passage in passages:
        lead, above = passage.lead, kept[-1] if kept else None
        negative = lead is not None and forbids(lead.quote) and _body_holds(summary, lead)
        if negative and points(_body(passage)):
            kept.append(replace(passage, lead=None))
            continue
        if lead is not None and above is not None:
            said = f"{_led(above)} {_body(above)}".casefold()
            if lead.quote.casefold() in said:
                kept.append(replace(passage, lead=None))
                continue
        kept.append(passage)
    return kept


def forbids(text: str) -> bool:
    """Whether words say what not to do, so that a condition after them reads the wrong way."""
    return bool(_FORBIDS.search(text))


def _body_holds(summary: Passage, lead: EvidenceSpan) -> bool:
    first, last = summary.spans[0], summary.spans[-1]
    return lead.message_id == first.message_id and first.start <= lead.start < last.end


def _led(passage: Passage) -> str:
    return "" if passage.lead is None else passage.lead.quote


def merge_alike(passages: Sequence[Passage]) -> list[Passage]:
    """Leave out what another passage says already; same words by several people cite them all.

    A passage is said already when the grounding gate finds it in the other's words; its spans
    are added where they carry the whole of what stays.
    """
    kept: list[Passage] = []
    for passage in passages:
        twin = next((n for n, k in enumerate(kept) if _within(passage, k)), None)
        if twin is not None:
            kept[twin] = _absorb(kept[twin], passage)
            continue
        wider = next((n for n, k in enumerate(kept) if _within(k, passage)), None)
        if wider is not None and kept[wider].lead is None:
            kept[wider] = _absorb(passage, kept[wider])
            continue
        kept.append(passage)
    return kept


def _body(passage: Passage) -> str:
    return " ".join(span.quote for span in passage.spans)


@lru_cache(maxsize=1024)
def _stems(body: str) -> frozenset[str]:
    return frozenset(content_stems(body))


def _within(inner: Passage, outer: Passage) -> bool:
    mine, theirs = _stems(_body(inner)), _stems(_body(outer))
    if not mine <= theirs:
        return False
    return is_grounded(_body(inner), [span.quote for span in outer.spans]).ok


def _absorb(stays: Passage, goes: Passage) -> Passage:
    carries = is_grounded(_body(stays), [span.quote for span in goes.spans]).ok
    value = max(stays.value, goes.value)
    merged = (*stays.merged, *goes.spans, *goes.merged) if carries else stays.merged
    return replace(stays, merged=tuple(dict.fromkeys(merged)), value=value)
