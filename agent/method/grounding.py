"""The grounding gate: what no cited words carry is cut from a guide, or put back to own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent.method.entailment import GroundingVerdict, check_sentence, is_grounded, stems_of
from agent.method.measures import left_implied, measure, open_facets, told_facets
from memory.records.guide import GuideSection, GuideSentence, GuideVersion, masked_quote
from memory.records.inquiry import Facet
from prompts.catalogue import Catalogue
from prompts.privacy import load_privacy

__all__ = [
    "GroundingVerdict",
    "Ungrounded",
    "check_sentence",
    "is_grounded",
    "keep_grounded",
    "verify_version",
]


@dataclass(frozen=True, slots=True)
class Ungrounded:
    """A part of a guide that its evidence does not carry."""

    where: str
    """`title`, `summary`, or `FACET.n` counted from 1."""
    text: str
    score: float
    reasons: tuple[str, ...]


def _misquoted(sentence: GuideSentence, texts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        f"cites {span.message_id!r}, whose words at {span.start}..{span.end} are others"
        for span in sentence.evidence
        if texts.get(span.message_id, "")[span.start : span.end] != span.quote
    )


def _judge(
    where: str, sentence: GuideSentence, texts: Mapping[str, str], context: frozenset[str]
) -> Ungrounded | None:
    verdict = is_grounded(sentence.text, sentence.quotes(), context)
    reasons = (*_misquoted(sentence, texts), *verdict.reasons)
    return Ungrounded(where, sentence.text, verdict.score, reasons) if reasons else None


def verify_version(
    version: GuideVersion,
    texts: Mapping[str, str],
    context_words: Iterable[str] = (),
    thread_title: str = "",
) -> tuple[Ungrounded, ...]:
    """Everything in a version that its evidence does not carry, title included.

    `texts` holds the cited messages by id. A title passes if it is the thread's own title.
    """
    context = stems_of(context_words)
    title = GuideSentence(
        text=version.title,
        author_id=version.summary.author_id,
        evidence=(version.title_evidence,),
        hidden=version.summary.hidden,
    )
    parts = [("summary", version.summary)]
    parts += [
        (f"{section.facet}.{n}", sentence)
        for section in version.sections
        for n, sentence in enumerate(section.sentences, start=1)
    ]
    if not is_titled(version.title, thread_title):
        parts.insert(0, ("title", title))
    judged = (_judge(where, sentence, texts, context) for where, sentence in parts)
    return tuple(found for found in judged if found is not None)


def is_titled(title: str, thread_title: str) -> bool:
    """Whether a guide is called as its discussion is, whatever its masks stand for."""
    parts = [re.escape(part) for part in re.split(load_privacy().mask.pattern, title.casefold())]
    return re.fullmatch(".+".join(parts), " ".join(thread_title.split()).casefold()) is not None


def keep_grounded(
    version: GuideVersion,
    texts: Mapping[str, str],
    catalogue: Catalogue,
    context_words: Iterable[str] = (),
    thread_title: str = "",
) -> tuple[GuideVersion | None, int]:
    """Cut every failing sentence; return the version left and how many sentences went.

    A failing summary is put back to its evidence's own words, a failing title likewise. What was
    stated only in sentences that went is implied from then on, and every measure is taken anew.
    `None` where no section is left or the evidence itself is false.
    """
    context = stems_of(context_words)
    failing = {u.where for u in verify_version(version, texts, context, thread_title)}
    sections: list[GuideSection] = []
    cut = 0
    for section in version.sections:
        kept = tuple(
            sentence
            for n, sentence in enumerate(section.sentences, start=1)
            if f"{section.facet}.{n}" not in failing
        )
        cut += len(section.sentences) - len(kept)
        if kept:
            sections.append(GuideSection(facet=section.facet, sentences=kept))
    summary, title = version.summary, version.title
    if "summary" in failing:
        cut += 1
        summary = summary.model_copy(
            update={
                "text": " ".join(quote.strip() for quote in summary.quotes()),
                "worded_by": "",
            }
        )
    if "title" in failing:
        title = masked_quote(version.title_evidence, summary.hidden).strip()
    if not sections or _misquoted(summary, texts):
        return None, cut
    changes = {"sections": tuple(sections), "summary": summary, "title": title}
    kept_version = version.model_copy(update=changes)
    if not cut:
        return kept_version, 0
    kept_version = _told_anew(kept_version, version, catalogue)
    return _measured_anew(kept_version, context, catalogue), cut


def _headed(version: GuideVersion) -> frozenset[Facet]:
    return frozenset(section.facet for section in version.sections)


def _told(version: GuideVersion) -> frozenset[Facet]:
    printed = [span for sentence in version.sentences() for span in sentence.evidence]
    return told_facets(version.coverage, _headed(version), printed)


def _told_anew(kept: GuideVersion, before: GuideVersion, catalogue: Catalogue) -> GuideVersion:
    """`kept` with coverage and open facets as its remaining sentences tell them.

    What `before` told without heading or evidence in print is its summary's, which stays.
    """
    lost = _told(before) - _told(kept)
    coverage = left_implied(kept.coverage, lost)
    unheaded = set(Facet) - _headed(before) - set(before.open_facets) - lost
    missing = open_facets(coverage, unheaded | _headed(kept), catalogue)
    return kept.model_copy(update={"coverage": coverage, "open_facets": missing})


def _measured_anew(
    version: GuideVersion, context: frozenset[str], catalogue: Catalogue
) -> GuideVersion:
    measures = measure(version.summary, version.sections, version.coverage, catalogue, context)
    return version.model_copy(update={"measures": measures})
