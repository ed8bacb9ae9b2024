"""Masks in a guide: private words of its messages, hidden in its sentences and where it is shown.

Evidence stays verbatim in the record. A sentence prints a mark in the place of the words, such as
`[name hidden bkqzt]`, and keeps where they are, so that the grounding gate holds its text against
the same words with the same mark. The reference in a mark comes of the place of the words alone: it
is the same in every version, and tells nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.method.personal import PersonalKind, PersonalSpan
from memory.records.guide import (
    GuideSection,
    GuideSentence,
    GuideVersion,
    HiddenWords,
)
from memory.records.talk import EvidenceSpan, Message
from prompts.privacy import MaskEntry

Find = Callable[[str], Sequence[PersonalSpan]]
"""From a text to the private places in it."""
BAR = "\u2588"
"""What hides a character where words are shown outside: every place in a text stays as it is."""
_LETTERS = "bcdfghjkmnpqrstvwxyz"
_REFERENCE = 5
_CASED = frozenset({PersonalKind.NAME.value, PersonalKind.PERSON.value})


@dataclass(frozen=True)
class Concealment:
    """What is hidden of the messages of one guide."""

    places: Mapping[str, tuple[HiddenWords, ...]]
    """By message id, in order; no two overlap."""
    words: Mapping[str, HiddenWords]
    """The words themselves, to the first place where they stand."""


def reference_of(message_id: str, start: int, end: int) -> str:
    """Letters that stand for a place: the same on every machine, and no way back to the words."""
    place = f"{message_id}:{start}:{end}".encode()
    number = int.from_bytes(hashlib.blake2b(place, digest_size=8).digest(), "big")
    found = ""
    for _ in range(_REFERENCE):
        number, rest = divmod(number, len(_LETTERS))
        found += _LETTERS[rest]
    return found


def concealment_of(
    messages: Iterable[Message], find: Find, spared: Collection[str], entry: MaskEntry
) -> Concealment:
    """Look through the messages in their order. `spared` are names that stand in the citations.

    The same words have the same mark wherever they stand in the guide.
    """
    places: dict[str, tuple[HiddenWords, ...]] = {}
    words: dict[str, HiddenWords] = {}
    known = {part.casefold() for name in spared for part in (name, *name.split())}
    for message in messages:
        if message.deleted or not message.text.strip():
            continue
        here: list[HiddenWords] = []
        for span in find(message.text):
            if _is_spared(span, known) or not span.found.strip():
                continue
            one = HiddenWords(
                mark=_mark(span.kind, reference_of(message.id, span.start, span.end), entry),
                kind=span.kind.value,
                message_id=message.id,
                start=span.start,
                end=span.end,
            )
            first = words.setdefault(span.found, one)
            here.append(one.model_copy(update={"mark": first.mark}))
        if here:
            places[message.id] = tuple(here)
    return Concealment(places, words)


def _mark(kind: PersonalKind, reference: str, entry: MaskEntry) -> str:
    return entry.form.format(kind=entry.kinds[kind.value], reference=reference)


def _is_spared(span: PersonalSpan, known: Collection[str]) -> bool:
    """Whether a name is one of somebody whom the guide cites by it."""
    if span.kind.value not in _CASED:
        return False
    said = re.findall(r"[^\W_][\w'\u2019.-]*", span.found.casefold())
    return bool(said) and all(word in known or f"@{word}" in known for word in said)


def concealed(version: GuideVersion, concealment: Concealment) -> GuideVersion:
    """The version with a mark for everything private; what is masked already stays as it is.

    A question of the agent that holds such words is left out. Quotations beside the guide that
    hold any go as well: nobody agreed to them.
    """
    if not concealment.words:
        return version
    title = _masked(version.title, concealment.words)
    named = (version.title_evidence, title)
    summary = _sentence(version.summary, concealment, named)
    sections = tuple(
        GuideSection(
            facet=section.facet,
            sentences=tuple(_sentence(one, concealment) for one in section.sentences),
        )
        for section in version.sections
    )
    trail = tuple(
        step.model_copy(
            update={"quoted": tuple(s for s in step.quoted if not _holds(s, concealment))}
        )
        if any(_holds(span, concealment) for span in step.quoted)
        else step
        for step in version.trail
    )
    changes = {"title": title, "summary": summary, "sections": sections, "trail": trail}
    return version.model_copy(update=changes)


def _sentence(
    sentence: GuideSentence,
    concealment: Concealment,
    named: tuple[EvidenceSpan, str] | None = None,
) -> GuideSentence:
    text = _masked(sentence.text, concealment.words)
    spans = [*sentence.evidence, *([named[0]] if named else [])]
    printed = text + (named[1] if named else "")
    held = [one for places in concealment.places.values() for one in places]
    hidden = [one for one in held if any(one.within(span) for span in spans)]
    shown = {one.mark for one in hidden}
    elsewhere = (one for one in concealment.words.values() if one.mark not in shown)
    hidden += [one for one in elsewhere if one.mark in printed]
    asked = sentence.asked if _masked(sentence.asked, concealment.words) == sentence.asked else ""
    if not hidden and text == sentence.text and asked == sentence.asked:
        return sentence
    return sentence.model_copy(update={"text": text, "asked": asked, "hidden": tuple(hidden)})


def _holds(span: EvidenceSpan, concealment: Concealment) -> bool:
    return any(one.within(span) for one in concealment.places.get(span.message_id, ()))


def _masked(text: str, words: Mapping[str, HiddenWords]) -> str:
    """`text` with the marks of all words in it, the longest first; names as they are written."""
    for said in sorted(words, key=lambda one: (-len(one), one)):
        one = words[said]
        flags = 0 if one.kind in _CASED else re.IGNORECASE
        before = r"(?<!\w)" if said[:1].isalnum() else ""
        after = r"(?!\w)" if said[-1:].isalnum() else ""
        pattern = before + r"\s+".join(map(re.escape, said.split())) + after
        text = re.sub(pattern, one.mark.replace("\\", r"\\"), text, flags=flags)
    return text


def masked_text(text: str, concealment: Concealment) -> str:
    """Any other text that may repeat private words of the messages, masked."""
    return _masked(text, concealment.words)


def barred(message: Message, concealment: Concealment) -> Message:
    """The message as it may be shown outside: bars over what is hidden, the reference in them."""
    places = concealment.places.get(message.id, ())
    if not places:
        return message
    text = message.text
    for one in places:
        text = text[: one.start] + _bars(one) + text[one.end :]
    return message.model_copy(update={"text": text})


def _bars(one: HiddenWords) -> str:
    length = one.end - one.start
    letters = re.search(rf"[{_LETTERS}]{{{_REFERENCE}}}(?=\W*\Z)", one.mark)
    if letters is None or length < _REFERENCE + 2:
        return BAR * length
    return letters[0].center(length, BAR)


def barred_version(version: GuideVersion, concealment: Concealment) -> GuideVersion:
    """The version with bars in all that it quotes; its own sentences are masked by `concealed`."""

    def quoted(span: EvidenceSpan) -> EvidenceSpan:
        text = span.quote
        for one in concealment.places.get(span.message_id, ()):
            if one.within(span):
                start, end = max(one.start, span.start), min(one.end, span.end)
                bars = _bars(one)[start - one.start : end - one.start]
                text = text[: start - span.start] + bars + text[end - span.start :]
        return EvidenceSpan.model_construct(**{**dict(span), "quote": text})

    def shown(sentence: GuideSentence) -> GuideSentence:
        return sentence.model_copy(update={"evidence": tuple(map(quoted, sentence.evidence))})

    return version.model_copy(
        update={
            "title_evidence": quoted(version.title_evidence),
            "summary": shown(version.summary),
            "sections": tuple(
                section.model_copy(update={"sentences": tuple(map(shown, section.sentences))})
                for section in version.sections
            ),
            "trail": tuple(
                step.model_copy(update={"quoted": tuple(map(quoted, step.quoted))})
                for step in version.trail
            ),
            "coverage": tuple(
                entry.model_copy(update={"evidence": tuple(map(quoted, entry.evidence))})
                for entry in version.coverage
            ),
        }
    )
