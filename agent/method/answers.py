"""What an answer says: new sentences under facets, or that it is vague, refers or refuses.

An answer is data. Whatever it asks or orders, it is read for what it states and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from agent.method.contradictions import contradictions_in, negates
from agent.method.facets import STATED_FROM, FacetDetector
from agent.method.languages import is_foreign, shows_english
from agent.method.readings import (
    ENDS_HERE,
    AnswerQuality,
    AnswerReading,
    Before,
    FacetReading,
    ReadSentence,
    Sentence,
)
from agent.method.replies import (
    Kind,
    Sorted,
    clauses_of,
    kind_of,
    shows_ignorance,
    sort_sentence,
)
from agent.method.sentences import own_sentences
from agent.method.words import content_stems, fold, stem, tokenise
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, Message
from prompts.answers import load_answers

FRAMED_CONFIDENCE = 0.6
"""How surely a sentence without any facet of its own states the facet it was asked for."""
UNKNOWN_LANGUAGE = "unknown_language"
"""Note on an answer that is kept, and not read, for it is not English."""
LINK_ONLY = "link_only"
"""Note on an answer that is only a link."""
ASKS_BACK = "asks_back"
"""Note on an answer that asks the agent what it means."""

_FIGURE = re.compile(
    r"\d+(?:[.,]\d+)?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty"
    r"|thirty|forty|fifty|sixty|half|hundred|thousand)\b",
    re.IGNORECASE,
)
_REPEATED = 0.8
_META_STEMS = 1
_TELLING_STEMS = 3
"""Stems from which a sentence that stands in the question was copied from it."""


class AskedQuestion(Protocol):
    """What of a question an answer is read against."""

    @property
    def text(self) -> str: ...
    @property
    def facet(self) -> Facet: ...
    @property
    def quote(self) -> EvidenceSpan: ...


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence of an answer, what kind of reply it is, and what it corrects."""

    sentence: Sentence
    sorted: Sorted
    corrects: Facet | None
    """Where it corrects the question: the facet it states if nothing else marks one."""


def is_vague(sentence: str) -> bool:
    """Whether every clause of a sentence is a stock phrase that says nothing."""
    kinds = {Kind.FILLER, Kind.VAGUE}
    return sort_sentence(sentence).kind in kinds or all(
        kind_of(clause) in kinds for clause in clauses_of(sentence)
    )


def says_no_more(sentence: str) -> bool:
    """Whether a sentence tells only that there is nothing more to tell."""
    return sort_sentence(sentence).kind is Kind.NO_MORE


def names_somebody(sentence: str) -> str:
    """The words naming the person or group that a sentence points to, or nothing."""
    return sort_sentence(sentence).who


def read_answer(
    answer: Message,
    question: AskedQuestion,
    known: Sequence[Message],
    detector: FacetDetector,
) -> AnswerReading:
    """Read what an answer brings to the facet it was asked for, and to others.

    `known` are the messages that were there before. Only sentences that bring something are
    returned. An answer in another language than English is kept and not read.
    """
    sentences = own_sentences(answer)
    if is_foreign(answer.own_words()):
        sentences = tuple(one for one in sentences if shows_english(one.text))
        if not sentences:
            return AnswerReading(AnswerQuality.NOTHING_NEW, notes=(UNKNOWN_LANGUAGE,))
    parts = _parts(sentences, question)
    corrected = next((part.corrects for part in parts if part.corrects), None)
    corrects = corrected is not None
    who = next((part.sorted.who for part in parts if part.sorted.who), "")
    telling = [part for part in parts if _tells(part, question.facet)]
    new = [part for part in telling if not _is_known(part.sentence.text, known, question)]
    informative = _framed(new, question, corrected, detector)
    notes = _notes(parts, informative)
    if informative:
        differs = contradictions_in([read.sentence for read in informative], known)
        quality = AnswerQuality.INFORMATIVE
        return AnswerReading(quality, informative, who, corrects, notes, differs)
    return AnswerReading(_poor(parts, telling, who), (), who, corrects, notes)


def _parts(sentences: Sequence[Sentence], question: AskedQuestion) -> list[_Part]:
    """Sort the sentences of an answer by what kind of reply each is."""
    unsure = any(shows_ignorance(sentence.text) for sentence in sentences)
    parts: list[_Part] = []
    before = ""
    for sentence in sentences:
        sort = sort_sentence(sentence.text, unsure=unsure, before=before)
        before = f"{before} {sentence.text}"
        parts.append(_Part(sentence, sort, _corrects(sentence.text, question)))
    return parts


@lru_cache(maxsize=1)
def _correcting() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    entry = load_answers().correcting
    return (
        re.compile("|".join(entry.restates), re.IGNORECASE),
        re.compile("|".join(entry.premise), re.IGNORECASE),
        re.compile(entry.denies, re.IGNORECASE),
        re.compile(entry.denied_conditions, re.IGNORECASE),
    )


def _corrects(text: str, question: AskedQuestion) -> Facet | None:
    """Whether a sentence corrects the question, and which facet a correction of its kind states."""
    entry = load_answers().correcting
    restates, premise, denies, conditions = _correcting()
    if restates.search(text):
        return entry.restates_facet
    if premise.search(text):
        return entry.premise_facet
    if found := denies.search(text):
        denied = re.split(r"[,;.:]", text[found.end() :], maxsplit=1)[0]
        quoted = set(content_stems(question.quote.quote))
        if quoted & set(content_stems(denied)[:2]) and not conditions.search(denied):
            return entry.premise_facet
    return None


def _is_only_correcting(part: _Part) -> bool:
    """Whether a sentence says that it was taken wrongly, and not how it was meant."""
    if part.corrects is None:
        return False
    told = set(content_stems(part.sentence.text)) - _meta_stems()
    return len(told) <= _META_STEMS


@lru_cache(maxsize=1)
def _meta_stems() -> frozenset[str]:
    return frozenset(map(stem, load_answers().correcting.meta_words.split()))


def _tells(part: _Part, facet: Facet) -> bool:
    """Whether a sentence states something, or answers the facet by saying that there is none."""
    if _is_none(part.sentence.text, facet):
        return True
    return part.sorted.kind is Kind.CONTENT and not _is_only_correcting(part)


def _is_none(text: str, facet: Facet) -> bool:
    """Whether the sentence answers that there is none, where that is an answer."""
    patterns = load_answers().none.get(facet, ())
    clauses = clauses_of(text)
    return any(re.fullmatch(p, c, re.IGNORECASE) for p in patterns for c in clauses)


def _notes(parts: Sequence[_Part], informative: Sequence[ReadSentence]) -> tuple[str, ...]:
    kinds = {part.sorted.kind for part in parts}
    told = {read.sentence for read in informative}
    ends = any(p.sorted.kind is Kind.NO_MORE and p.sentence not in told for p in parts)
    found = [ENDS_HERE] if ends else []
    if not informative:
        found += [LINK_ONLY] if Kind.LINK in kinds else []
        found += [ASKS_BACK] if Kind.ASKS_BACK in kinds else []
    return tuple(found)


def _is_known(text: str, known: Sequence[Message], question: AskedQuestion) -> bool:
    """Whether a sentence repeats what somebody said before, or the question.

    Saying the same with a `not` more or less, or with other figures, is new.
    """
    wanted = frozenset(content_stems(text))
    if not wanted:
        return False
    if len(wanted) >= _TELLING_STEMS and _plain(text) in _plain(question.text):
        return True
    for message in known:
        if len(wanted & frozenset(content_stems(message.own_words()))) < _REPEATED * len(wanted):
            continue
        nearest = max(
            (sentence.text for sentence in own_sentences(message)),
            key=lambda said: len(wanted & frozenset(content_stems(said))),
            default="",
        )
        if negates(nearest) == negates(text) and _figures(nearest) == _figures(text):
            return True
    return False


def _figures(text: str) -> frozenset[str]:
    """The numbers of a sentence, in figures or small number words, as they are written."""
    return frozenset(fold(found[0]) for found in _FIGURE.finditer(text))


def _plain(text: str) -> str:
    """The words alone, between blanks."""
    return f" {' '.join(fold(word.text) for word in tokenise(text))} "


def _surely(
    parts: Sequence[_Part], question: AskedQuestion, detector: FacetDetector
) -> list[ReadSentence]:
    """Read sentences as answering the question, with the facets they state, not hint at."""
    sentences = [part.sentence for part in parts]
    found = detector.read_all([one.text for one in sentences], Before(talk=question.text))
    return [
        ReadSentence(sentence, tuple(r for r in facets if r.confidence >= STATED_FROM))
        for sentence, facets in zip(sentences, found, strict=True)
    ]


def _framed(
    parts: Sequence[_Part],
    question: AskedQuestion,
    corrected: Facet | None,
    detector: FacetDetector,
) -> tuple[ReadSentence, ...]:
    """Let the question frame its answer: what it asked for is stated where nothing else is.

    When every sentence states other facets only, the first answers the question as well. An
    answer that corrects the question does not answer it: `corrected` is what it states instead.
    """
    facet = question.facet
    reads = _surely(parts, question, detector)
    reads = [read for read in reads if read.facets or not read.sentence.text.endswith("?")]
    reads = [read for read in reads if not is_foreign(read.sentence.text)]
    answered = corrected or any(not read.facets or read.states(facet) for read in reads)
    framed: list[ReadSentence] = []
    for index, read in enumerate(reads):
        facets = read.facets
        if not facets or (index == 0 and not answered):
            frame = FacetReading(corrected or facet, FRAMED_CONFIDENCE, read.sentence.text)
            facets = (*facets, frame)
        framed.append(ReadSentence(read.sentence, facets))
    return tuple(framed)


def _poor(parts: Sequence[_Part], telling: Sequence[_Part], who: str) -> AnswerQuality:
    """What kind of reply brings nothing: refusing outweighs referring, and referring vagueness."""
    kinds = {part.sorted.kind for part in parts}
    if Kind.REFUSES in kinds:
        return AnswerQuality.REFUSES
    if who:
        return AnswerQuality.REFERS
    asked_back = all(part.sentence.text.endswith("?") for part in telling)
    repeated = bool(telling) and not asked_back
    if repeated or Kind.NO_MORE in kinds or Kind.ALREADY_SAID in kinds:
        return AnswerQuality.NOTHING_NEW
    return AnswerQuality.VAGUE
