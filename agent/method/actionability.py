"""Whether a reader can act on a guide (method, section 5.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from agent.method.sentences import split_text
from agent.method.syntax import lower_in_place, syntax_marks
from agent.method.words import stem_set
from memory.records.guide import Actionability, GuideSection, GuideSentence
from memory.records.inquiry import Facet
from prompts.actionability import load_actionability

_INSTRUCTS = frozenset({"imperative", "negated-imperative"})
CHECKS = frozenset({Facet.CHECK, Facet.CUES})
"""Facets that tell how one knows that it worked."""
STOPS = frozenset({Facet.BOUNDARY, Facet.PITFALLS, Facet.WHATIF})
"""Facets that tell when to stop."""
_LEAD = re.compile(r"^\s*\[[^\]]*\]\s*")
"""Bracketed words before a sentence; they tell what it is about, not what to do."""


def actionability(
    summary: GuideSentence, sections: Sequence[GuideSection], words: int
) -> Actionability:
    """Measure what a reader has to act by: steps, their results, a stop, and length.

    The steps are the sentences of the ACTION section and those marked as steps; without any, the
    summary is the one step. A step says what to do where it instructs (a verb and its object); it
    is checked where it names its own result, or the sections on checks and cues speak of the same
    thing, or there is but one step to check.
    """
    steps = list(_steps(summary, sections))
    checks = [s.text for section in sections if section.facet in CHECKS for s in section.sentences]
    return Actionability(
        steps=len(steps),
        instructing=sum(instructs(step) for step in steps),
        checked=sum(
            _names_result(step) or _is_checked(step, checks, alone=len(steps) == 1)
            for step in steps
        ),
        stop_condition=any(section.facet in STOPS for section in sections),
        within_words=words <= load_actionability().max_words,
    )


def instructs(text: str) -> bool:
    """Whether a step tells its reader to do something: a verb and its object."""
    said = _LEAD.sub("", text)
    parts = [said, *(said[start:end] for start, end in split_text(said))]
    return any(_INSTRUCTS & syntax_marks(part).keys() for part in parts)


def _steps(summary: GuideSentence, sections: Sequence[GuideSection]) -> Iterator[str]:
    found = [
        sentence.text
        for section in sections
        for sentence in section.sentences
        if sentence.step or section.facet is Facet.ACTION
    ]
    yield from found or [summary.text]


def _names_result(step: str) -> bool:
    lowered = lower_in_place(step)
    return any(pattern.search(lowered) for pattern in _results())


def _is_checked(step: str, checks: Sequence[str], *, alone: bool) -> bool:
    if alone:
        return bool(checks)
    mine = stem_set(step)
    return any(mine & stem_set(check) for check in checks)


@lru_cache(maxsize=1)
def _results() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in load_actionability().results)
