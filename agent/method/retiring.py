"""A version of a guide without words that their author took out of use, or with others instead.

Taking words out never adds any: what is left of a sentence stands as it was if the words left
carry it, else in its remaining author's own words, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.method.entailment import is_grounded
from agent.method.measures import left_implied, measure, open_facets, told_facets
from memory.records.correction import ChangeKind, Correction, Place
from memory.records.guide import (
    GuideSection,
    GuideSentence,
    GuideVersion,
    TrailStep,
    key_of,
)
from memory.records.inquiry import Facet, FacetCoverage, Question
from memory.records.talk import EvidenceSpan, Message, Segment, SegmentKind
from prompts.catalogue import Catalogue

Placed = tuple[Facet | None, GuideSentence]
"""A sentence with its section's facet; the summary's is `None`."""
CORRECTED = "corrected"
"""The part of a correction in the trail of a guide."""
_SUMMARIES = (Facet.ACTION, Facet.HEURISTIC)
"""Sections whose first sentence may become the summary: the heart of a guide is advice."""
_BRACKETS = re.compile(r"\[([^\]]*)\]")
_CLOSING = " .:;,!?\u2026"
_STOPS = (".", "!", "?", "\u2026", ":", '."', ".)", ".'", ".\u2019", ".\u201d")


@dataclass(frozen=True, slots=True)
class Retired:
    """What authors changed, with the messages that it takes to apply it to a version."""

    guide_id: str
    changes: tuple[Correction, ...]
    """Those of this guide, and withdrawals from others; in the order in which they were made."""
    messages: Mapping[str, Message]
    """By id: those cited by the version, and those that hold corrections."""
    questions: tuple[Question, ...] = ()
    """The agent's own, of the version's trail."""

    def author_of(self, span: EvidenceSpan) -> str | None:
        """Who wrote the words of a span, where the message is known."""
        message = self.messages.get(span.message_id)
        return message.author_id if message else None

    def is_gone(self, span: EvidenceSpan) -> bool:
        """Whether any part of a span was taken out of use."""
        return any(change.retires(span) for change in self.changes)

    @property
    def left(self) -> frozenset[str]:
        """Authors who took back all of their words in this guide."""
        return frozenset(
            change.author_id
            for change in self.changes
            if change.kind is ChangeKind.WITHDRAWN and change.guide_id == self.guide_id
        )

    def is_out(self, span: EvidenceSpan) -> bool:
        """Whether a span may not be cited in this guide any more."""
        return self.is_gone(span) or self.author_of(span) in self.left

    def is_unaskable(self, asked: str) -> bool:
        """Whether a question quotes words that may not be cited any more."""
        return any(q.text == asked and self.is_out(q.quote) for q in self.questions)

    def struck(self) -> frozenset[tuple[str, str]]:
        """`(author_id, sentence_key)` of sentences that may not stand in this name again."""
        return frozenset((c.author_id, c.sentence) for c in self.changes if c.sentence is not None)

    def instead(self) -> tuple[tuple[Correction, GuideSentence], ...]:
        """Corrections whose own words have not been changed since, as sentences."""
        found = []
        for change in self.changes:
            message = self.messages.get(change.message_id or "")
            if message is None or message.deleted:
                continue
            sentence = sentence_of(message)
            if not any(self.is_out(span) for span in sentence.evidence):
                found.append((change, sentence))
        return tuple(found)


def sentence_of(message: Message) -> GuideSentence:
    """A correction as a sentence: all of its author's own words, and nothing else.

    Raises `ValueError` for a message without own words or author.
    """
    spans = tuple(EvidenceSpan.of(message, start, end) for start, end in message.own_spans())
    if not spans or message.author_id is None:
        raise ValueError(f"message {message.id!r} holds no words of an author")
    return GuideSentence(text=_own_words(spans), author_id=message.author_id, evidence=spans)


def _own_words(spans: Iterable[EvidenceSpan]) -> str:
    said = (" ".join(span.quote.split()) for span in spans)
    return " ".join(words if words.endswith(_STOPS) else f"{words}." for words in said)


def said_in(sentence: GuideSentence) -> tuple[EvidenceSpan, ...]:
    """The evidence of what a sentence says, without what only stands in brackets to lead it."""
    brackets = " ".join(" ".join(_BRACKETS.findall(sentence.text)).split())
    return tuple(
        span
        for place, span in enumerate(sentence.evidence)
        if place == 0 or " ".join(span.quote.split()).rstrip(_CLOSING) not in brackets
    )


def unbracketed(text: str) -> str:
    """A sentence without what stands in brackets."""
    return " ".join(_BRACKETS.sub(" ", text).split())


def shortened(before: Sequence[Placed], after: Sequence[Placed]) -> tuple[tuple[str, str], ...]:
    """Keys before and after of sentences that only lost brackets, or the question before them."""
    pairs = []
    for facet, sentence in after:
        for home, old in before:
            same = home is facet and old.author_ids == sentence.author_ids
            less = sentence.text in (old.text, unbracketed(old.text))
            less = less and sentence.asked in ("", old.asked)
            if same and less and key_of(home, old) != key_of(facet, sentence):
                pairs.append((key_of(home, old), key_of(facet, sentence)))
    return tuple(pairs)


def hollowed(message: Message, places: Iterable[Place]) -> Message:
    """The message with the stretches that were taken out of use as nobody's words any more."""
    gone = sorted((p.start, p.end) for p in places if p.message_id == message.id)
    if message.deleted or not gone:
        return message
    kept: list[Segment] = []
    for segment in message.segments:
        if segment.kind is not SegmentKind.OWN:
            kept.append(segment)
            continue
        at = segment.start
        for start, end in (*gone, (segment.end, segment.end)):
            stop = min(start, segment.end)
            if message.text[at:stop].strip():
                kept.append(Segment(kind=segment.kind, start=at, end=stop))
            at = max(at, end)
    return message.model_copy(update={"segments": tuple(kept)})


def part_taken_out(
    sentence: GuideSentence, gone: Sequence[EvidenceSpan], retired: Retired, *, reword: bool
) -> GuideSentence | None:
    """What is left of a sentence without some of its evidence; `None`: nothing.

    What stands in brackets goes with the words it comes from. Wording whose author is gone, or
    that is no longer carried, gives way to the remaining author's own words; without `reword`, a
    sentence that would need others goes.
    """
    left = tuple(span for span in sentence.evidence if span not in gone)
    if len(left) == len(sentence.evidence):
        return sentence
    writers = {retired.author_of(span) for span in left}
    still = [author for author in sentence.author_ids if author in writers]
    if not still:
        return None
    quotes = [span.quote for span in left]
    own = _own_words(span for span in left if retired.author_of(span) == still[0])
    worded = (sentence.text, unbracketed(sentence.text)) if still[0] == sentence.author_id else ()
    text = next((words for words in worded if is_grounded(words, quotes).ok), own)
    if text not in (sentence.text, unbracketed(sentence.text)) and not reword:
        return None
    changes = {"text": text, "author_id": still[0], "also_ids": tuple(still[1:]), "evidence": left}
    if still[0] != sentence.author_id:
        changes["asked"] = ""
    if text == own:
        changes["worded_by"] = ""
    return sentence.model_copy(update=changes)


def taken_out(placed: Sequence[Placed], retired: Retired, *, reword: bool) -> list[Placed]:
    """The sentences without anything that was taken out of use, in the same order."""
    struck = retired.struck()
    new = {span for _, sentence in retired.instead() for span in sentence.evidence}
    kept: list[tuple[Placed, bool]] = []
    for facet, sentence in placed:
        key = key_of(facet, sentence)
        fresh = any(span in new for span in sentence.evidence)
        out = {a for a in sentence.author_ids if not fresh and (a, key) in struck}
        gone = [s for s in sentence.evidence if retired.is_out(s) or retired.author_of(s) in out]
        left = part_taken_out(sentence, gone, retired, reword=reword)
        if left is not None and left.asked and retired.is_unaskable(left.asked):
            left = left.model_copy(update={"asked": ""})
        if left is not None:
            kept.append(((facet, left), left.evidence == sentence.evidence))
    whole = {span for (_, sentence), untouched in kept if untouched for span in sentence.evidence}
    return [
        (facet, sentence)
        for (facet, sentence), untouched in kept
        if untouched or not set(sentence.evidence) <= whole
    ]


def with_corrections(placed: Sequence[Placed], retired: Retired) -> list[Placed]:
    """The sentences with every live correction that is not among them, at its section's end.

    A corrected summary is the summary again; another one moves to what to do.
    """
    found = list(placed)
    for change, sentence in retired.instead():
        if any(set(sentence.evidence) & set(other.evidence) for _, other in found):
            continue
        if change.facet is None:
            found = [(f or Facet.ACTION, other) for f, other in found]
        found.append((change.facet, sentence))
    return found


def rebuilt(
    before: GuideVersion,
    placed: Sequence[Placed],
    retired: Retired,
    catalogue: Catalogue,
    *,
    number: int,
    at: datetime,
    thread_title: str = "",
) -> GuideVersion | None:
    """`before` with other sentences and all else as they tell it; `None` where no guide is left.

    Without its summary, the first sentence of what to do takes its place.
    """
    summary, rest = _headed_by_summary(placed)
    sections = _sections(before, rest)
    if summary is None or not sections:
        return None
    coverage = _coverage(before.coverage, retired)
    printed = [span for s in (summary, *(s for _, s in rest)) for span in s.evidence]
    headed = {section.facet for section in sections}
    lost = _told(before) - told_facets(coverage, headed, printed)
    coverage = left_implied(coverage, lost)
    unheaded = set(Facet) - {s.facet for s in before.sections} - set(before.open_facets) - lost
    title, title_evidence = before.title, before.title_evidence
    if retired.is_out(title_evidence):
        title_evidence = summary.evidence[0]
        if title.casefold() != " ".join(thread_title.split()).casefold():
            title = " ".join(title_evidence.quote.split())
    return before.model_copy(
        update={
            "number": number,
            "title": title,
            "title_evidence": title_evidence,
            "summary": summary,
            "sections": sections,
            "coverage": coverage,
            "open_facets": open_facets(coverage, unheaded | headed, catalogue),
            "trail": _trail(before.trail, retired),
            "measures": measure(summary, sections, coverage, catalogue),
            "created_at": at,
        }
    )


def _headed_by_summary(placed: Sequence[Placed]) -> tuple[GuideSentence | None, list[Placed]]:
    rest: list[Placed] = [(facet, s) for facet, s in placed if facet is not None]
    summary = next((sentence for facet, sentence in placed if facet is None), None)
    if summary is not None:
        return summary, rest
    for wanted in _SUMMARIES:
        for place, (facet, sentence) in enumerate(rest):
            if facet is wanted:
                plain = sentence.model_copy(update={"step": False, "hard": False, "dispute": 0})
                return plain, rest[:place] + rest[place + 1 :]
    return None, rest


def _sections(before: GuideVersion, rest: Sequence[Placed]) -> tuple[GuideSection, ...]:
    """Sections in the order they had; one that is new comes first if it is what to do."""
    facets = [section.facet for section in before.sections]
    new = [facet for facet in dict.fromkeys(f for f, _ in rest if f) if facet not in facets]
    facets = [*(f for f in new if f is Facet.ACTION), *facets, *(f for f in new if f not in facets)]
    sections = []
    for facet in dict.fromkeys(facets):
        here = [sentence for home, sentence in rest if home is facet]
        if here:
            sections.append(GuideSection(facet=facet, sentences=_settled(here)))
    return tuple(sections)


def _settled(sentences: Sequence[GuideSentence]) -> tuple[GuideSentence, ...]:
    """The same sentences; one that is left alone of a dispute disputes nothing any more."""
    numbers = [sentence.dispute for sentence in sentences]
    return tuple(
        sentence.model_copy(update={"dispute": 0})
        if sentence.dispute and numbers.count(sentence.dispute) == 1
        else sentence
        for sentence in sentences
    )


def _told(version: GuideVersion) -> frozenset[Facet]:
    printed = [span for sentence in version.sentences() for span in sentence.evidence]
    headed = {section.facet for section in version.sections}
    return told_facets(version.coverage, headed, printed)


def _coverage(coverage: Sequence[FacetCoverage], retired: Retired) -> tuple[FacetCoverage, ...]:
    """Coverage whose evidence gives way to what stands in its place, where anything does."""
    instead = retired.instead()
    found = []
    for entry in coverage:
        kept = [span for span in entry.evidence if not retired.is_out(span)]
        for change, sentence in instead:
            if any(change.retires(span) for span in entry.evidence):
                kept += [span for span in sentence.evidence if span not in kept]
        found.append(entry.model_copy(update={"evidence": tuple(kept)}))
    return tuple(found)


def _trail(trail: Sequence[TrailStep], retired: Retired) -> tuple[TrailStep, ...]:
    """The debate without whoever left it, and with the corrections that stand."""
    gone = [step for step in trail if _author(step, retired) in retired.left]
    unasked = {step.question_id for step in gone if step.question_id is not None}
    kept = [
        step.model_copy(
            update={"quoted": tuple(span for span in step.quoted if not retired.is_out(span))}
        )
        for step in trail
        if step not in gone and step.question_id not in unasked and step.part != CORRECTED
    ]
    for change, sentence in retired.instead():
        kept.append(
            TrailStep(
                message_id=sentence.evidence[0].message_id,
                author_id=change.author_id,
                at=change.made_at,
                part=CORRECTED,
            )
        )
    return tuple(kept)


def _author(step: TrailStep, retired: Retired) -> str | None:
    """Who said it; of a step of the agent, who wrote the words that it asked about."""
    if step.author_id is not None:
        return step.author_id
    message = retired.messages.get(step.message_id)
    return message.author_id if message else None
