"""A proposed title: words of one sentence of those who opened the talk, and nobody's name."""

from __future__ import annotations

from collections.abc import Sequence

from agent.method.condensing import refusal
from agent.method.measures import count_words
from agent.method.readings import ThreadView
from agent.method.sentences import own_sentences
from agent.method.words import content_stems
from memory.records.guide import GuideVersion
from memory.records.talk import EvidenceSpan, Message, MessageKind
from prompts.steps.writing import load_writing

LENGTH, VAGUE, UNCITED = "length", "vague", "uncited"


def opening_of(view: ThreadView) -> Message | None:
    """The question that the thread opened with, else its first words."""
    told = [m for m in view.messages if not (m.deleted or m.from_bot) and m.own_words()]
    asked = [m for m in told if m.kind is MessageKind.QUESTION]
    return next(iter(asked or told), None)


def named(title: str, opening: Message, version: GuideVersion) -> EvidenceSpan | str:
    """The span that carries a title, or the code of what refuses it.

    It tells of the guide's matter at least half as much as the title that the guide has.
    """
    entry = load_writing()
    if not entry.fewest_words <= count_words(title) <= entry.most_words:
        return LENGTH
    sentences = own_sentences(opening)
    spans = [EvidenceSpan.of(opening, one.start, one.end) for one in sentences]
    carrying = [span for span in spans if _carries(span, title)]
    if not carrying:
        return UNCITED
    enough = 2 * _telling(title, version) >= _telling(version.title, version)
    return carrying[0] if enough else VAGUE


def _carries(span: EvidenceSpan, title: str) -> bool:
    """Whether a sentence holds a title; a title may leave out what else it says."""
    stopped = title if title.endswith(("?", "!", ".")) else f"{title}."
    return refusal(stopped, [span.quote], [span.quote]) in ("", "drops")


def _telling(title: str, version: GuideVersion) -> int:
    """Words of a title that its guide speaks of or is called by."""
    told = {stem for s in version.sentences() for stem in content_stems(s.text)}
    return len((told | set(content_stems(version.title))) & set(content_stems(title)))


def best_title(
    titles: Sequence[str], opening: Message, version: GuideVersion, unfit: Sequence[str]
) -> tuple[str, EvidenceSpan | None, tuple[str, ...]]:
    """The proposal that tells most, its span, and codes of those refused.

    `unfit` holds for each proposal a code that refuses it already, or nothing.
    """
    fit: list[tuple[str, EvidenceSpan]] = []
    refused: list[str] = []
    for title, code in zip(titles, unfit, strict=True):
        found = code or named(title, opening, version)
        if isinstance(found, str):
            refused.append(found)
        else:
            fit.append((title, found))
    if not fit:
        return "", None, tuple(refused)
    best = max(fit, key=lambda one: (_telling(one[0], version), -count_words(one[0])))
    return *best, tuple(refused)
