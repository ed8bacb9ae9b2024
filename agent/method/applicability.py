"""Whether a guide's advice holds for what is asked: limits met, another case, names unspoken of.

Nothing is concluded: what experts said about limits is put first where the question comes up
against it, and what nobody spoke of is named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from agent.method.quantities import bounds, quantities
from agent.method.words import content_stems, stem, tokenise
from memory.records.guide import GuideSentence, GuideVersion
from memory.records.inquiry import Facet

LIMITS = frozenset({Facet.BOUNDARY, Facet.PITFALLS})
"""Sections that say when advice is wrong or goes wrong."""
ENOUGH_SHARED = 2
"""Words of the case that a limit shares with a question, to be what it is about."""
FEW_WORDS = 2
"""A question that adds no more words to the advice than this is met by one of them."""
_BY_ITSELF = re.compile(r"[A-Z].*[A-Z]|[^\W\d_]\d|\d[^\W\d_]|_")
_SENTENCE_END = re.compile(r"[.!?:]\s*$")


@dataclass(frozen=True, slots=True)
class Applicability:
    """How a question stands to the limits of a guide."""

    limits: tuple[GuideSentence, ...] = ()
    """Limits that the question comes up against."""
    elsewhere: tuple[GuideSentence, ...] = ()
    """Situations that the advice was given for and that are not the question's."""
    unspoken: tuple[str, ...] = ()
    """Names in the question that nothing cited speaks of, as they were written."""


def applicability(
    question: str,
    version: GuideVersion,
    nearest: Facet | None = None,
    spoken: Iterable[str] = (),
) -> Applicability:
    """Hold a question against a guide.

    `nearest` is the section whose passage answers best: among limits, one shared word is enough
    there, unless a number in the question meets one.
    `spoken` are further texts in which a name may stand, such as the cited messages.
    """
    asked = frozenset(content_stems(question))
    by_facet = [(part.facet, s) for part in version.sections for s in part.sentences]
    advice = [version.title, version.summary.text]
    advice += [s.text for facet, s in by_facet if facet is Facet.ACTION]
    case = asked - _stems_of(advice)
    others = _stems_of(
        s.text for facet, s in by_facet if facet not in LIMITS | {Facet.ACTION, Facet.SITUATION}
    )
    limiting = [(facet, sentence) for facet, sentence in by_facet if facet in LIMITS]
    counted = any(_holds(question, sentence.text) for _, sentence in limiting)
    limits = tuple(
        sentence
        for facet, sentence in limiting
        if _meets(question, sentence.text, case, others, facet is nearest and not counted)
    )
    elsewhere = tuple(
        sentence
        for facet, sentence in by_facet
        if facet is Facet.SITUATION and _holds(question, sentence.text) is False
    )
    texts = [version.title, *(s.text for s in version.sentences()), *spoken]
    return Applicability(limits, elsewhere, _unspoken(question, _stems_of(texts)))


def _meets(
    question: str, limit: str, case: Collection[str], others: Collection[str], nearest: bool
) -> bool:
    """Whether a question comes up against a limit: by its number, else by words of its case."""
    holds = _holds(question, limit)
    if holds is not None:
        return holds
    shared = frozenset(content_stems(limit)).intersection(case)
    if nearest or len(shared) >= ENOUGH_SHARED:
        return bool(shared)
    return len(case) <= FEW_WORDS and bool(shared.difference(others))


def _holds(question: str, said: str) -> bool | None:
    """Whether a number in the question lies within a bound that is said; `None` without both."""
    asked = quantities(question)
    judged = [
        bound.holds(one)
        for bound in bounds(said)
        for one in asked
        if one.unit == bound.quantity.unit
    ]
    return any(judged) if judged else None


def _unspoken(question: str, spoken: Collection[str]) -> tuple[str, ...]:
    """Names and identifiers of a question of which no word is spoken of."""
    words = tokenise(question)
    capitals = [word for word in words if word.text[:1].isupper()]
    if len(words) > 1 and 2 * len(capitals) > len(words):
        return ()
    found: dict[str, None] = {}
    for word in words:
        begins = word.start == 0 or bool(_SENTENCE_END.search(question[: word.start]))
        named = bool(_BY_ITSELF.search(word.text))
        named |= not begins and len(word.text) > 1 and word.text[:1].isupper()
        if named and stem(word.text) not in spoken and content_stems(word.text):
            found.setdefault(word.text)
    return tuple(name for name in found if not set(content_stems(name)) & set(spoken))


def _stems_of(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(one for text in texts for one in content_stems(text))
