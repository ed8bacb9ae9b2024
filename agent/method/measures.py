"""Measures of a guide (method, section 5): completeness, ALCE citations, what they permit."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from agent.method.actionability import actionability
from agent.method.entailing.tokens import tokens_of
from agent.method.entailment import is_grounded, stems_of
from memory.records.guide import GuideMeasures, GuideSection, GuideSentence
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus
from memory.records.policy import GuidePolicy
from memory.records.talk import EvidenceSpan
from prompts.catalogue import Catalogue

_KNOWN = frozenset({FacetStatus.STATED, FacetStatus.CONFIRMED})
"""Statuses whose coverage is .8 or more."""
PUBLISHING_NEEDS = (
    frozenset({Facet.WHY}),
    frozenset({Facet.BOUNDARY}),
    frozenset({Facet.CUES, Facet.CHECK}),
)
"""Of each group one facet has to be stated before a guide is published (method, section 5)."""
_WORD = re.compile(r"\w[\w'\u2019.-]*")


def count_words(text: str) -> int:
    """Number of words of `text`."""
    return len(_WORD.findall(text))


def completeness(coverage: Iterable[FacetCoverage], catalogue: Catalogue) -> float:
    """`FC = sum of w_f * c_f`, 0 to 1; a facet that coverage does not name counts as absent."""
    status = {entry.facet: entry.status for entry in coverage}
    total = sum(
        entry.weight * catalogue.coverage[status.get(facet, FacetStatus.ABSENT)]
        for facet, entry in catalogue.facets.items()
    )
    return min(1.0, total)


def _supported(text: str, quotes: Sequence[str], context: frozenset[str]) -> bool:
    return bool(quotes) and is_grounded(text, quotes, context).ok


def _counting(sentence: GuideSentence, context: frozenset[str]) -> int:
    """How many of a supported sentence's citations count: each supports alone or is needed.

    A quote that alone holds one of the sentence's words is needed without a further judgement, so
    that a sentence with many citations costs one judgement each, and two only where they overlap.
    """
    quotes = sentence.quotes()
    if len(quotes) == 1:
        return 1
    said = {token.key for token in tokens_of(sentence.text) if token.content}
    held = [{t.key for t in tokens_of(quote) if t.content} & said for quote in quotes]
    holders = Counter(key for keys in held for key in keys)
    return sum(
        any(holders[key] == 1 for key in held[n])
        or _supported(sentence.text, [quote], context)
        or not _supported(sentence.text, quotes[:n] + quotes[n + 1 :], context)
        for n, quote in enumerate(quotes)
    )


@dataclass(frozen=True, slots=True)
class CitationCounts:
    """Sentences and citations of a text, and how many of them hold."""

    sentences: int
    supported: int
    """Sentences that their citations carry together."""
    citations: int
    counting: int
    """Citations of supported sentences that support alone or are needed."""


def citation_counts(
    sentences: Sequence[GuideSentence], context_words: Iterable[str] = ()
) -> CitationCounts:
    """Count what recall and precision are made of; entailment is judged by the grounding gate."""
    context = stems_of(context_words)
    supported = [s for s in sentences if _supported(s.text, s.quotes(), context)]
    return CitationCounts(
        sentences=len(sentences),
        supported=len(supported),
        citations=sum(len(s.evidence) for s in sentences),
        counting=sum(_counting(sentence, context) for sentence in supported),
    )


def citation_measures(
    sentences: Sequence[GuideSentence], context_words: Iterable[str] = ()
) -> tuple[float, float]:
    """Citation recall and precision (ALCE, Gao et al. 2023), each 0 to 1.

    Recall: share of sentences entailed by their cited spans together. Precision: share of
    citations whose sentence is supported and that support it alone or are needed for it.
    Without a sentence both are 0.
    """
    counts = citation_counts(sentences, context_words)
    if not counts.sentences:
        return 0.0, 0.0
    return counts.supported / counts.sentences, counts.counting / counts.citations


def measure(
    summary: GuideSentence,
    sections: Sequence[GuideSection],
    coverage: Iterable[FacetCoverage],
    catalogue: Catalogue,
    context_words: Iterable[str] = (),
) -> GuideMeasures:
    """All measures of one version; words count the summary and every section sentence."""
    sentences = (summary, *(s for section in sections for s in section.sentences))
    recall, precision = citation_measures(sentences, context_words)
    words = sum(count_words(sentence.text) for sentence in sentences)
    return GuideMeasures(
        completeness=round(completeness(coverage, catalogue), 6),
        citation_recall=recall,
        citation_precision=precision,
        words=words,
        actionability=actionability(summary, sections, words),
    )


def still_needed(coverage: Iterable[FacetCoverage]) -> tuple[frozenset[Facet], ...]:
    """The groups of `PUBLISHING_NEEDS` of which nothing is stated yet."""
    known = {entry.facet for entry in coverage if entry.status in _KNOWN}
    return tuple(group for group in PUBLISHING_NEEDS if not group & known)


def told_facets(
    coverage: Iterable[FacetCoverage], headed: Collection[Facet], printed: Collection[EvidenceSpan]
) -> frozenset[Facet]:
    """Facets that a guide tells: under a heading, or with words of their evidence in print."""
    return frozenset(
        entry.facet
        for entry in coverage
        if entry.facet in headed
        or any(
            told.message_id == said.message_id and told.start < said.end and said.start < told.end
            for told in printed
            for said in entry.evidence
        )
    )


def left_implied(
    coverage: Iterable[FacetCoverage], untold: Collection[Facet]
) -> tuple[FacetCoverage, ...]:
    """The coverage with what was stated of the `untold` facets as only implied."""
    return tuple(
        entry.model_copy(update={"status": FacetStatus.IMPLIED})
        if entry.status in _KNOWN and entry.facet in untold
        else entry
        for entry in coverage
    )


def open_facets(
    coverage: Iterable[FacetCoverage], headed: Collection[Facet], catalogue: Catalogue
) -> tuple[Facet, ...]:
    """Facets neither stated nor under a heading, by falling weight."""
    known = {entry.facet for entry in coverage if entry.status in _KNOWN}
    missing = [facet for facet in Facet if facet not in known and facet not in headed]
    return tuple(sorted(missing, key=lambda facet: -catalogue.facets[facet].weight))


def publishable(
    measures: GuideMeasures, coverage: Iterable[FacetCoverage], policy: GuidePolicy
) -> tuple[bool, tuple[str, ...]]:
    """Whether a guide says enough to be published, and in words what it lacks."""
    known = {entry.facet for entry in coverage if entry.status in _KNOWN}
    lacks = []
    if measures.completeness < policy.publish_completeness:
        lacks.append(
            f"only {math.floor(100 * measures.completeness)}% of what a guide can tell is known;"
            f" {policy.publish_completeness:.0%} is needed"
        )
    if Facet.WHY not in known:
        lacks.append("nobody has said why it works")
    if Facet.BOUNDARY not in known:
        lacks.append("nobody has said when it is the wrong advice")
    if not known & PUBLISHING_NEEDS[-1]:
        lacks.append("nobody has said what to look for or how to tell that it worked")
    if measures.words > policy.max_words:
        lacks.append(f"it has {measures.words} words; {policy.max_words} are the most")
    return not lacks, tuple(lacks)
