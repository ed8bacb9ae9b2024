"""How much a steward should look out for in a guide: a sum of signs, each told in words.

The signs, their points and patterns are `prompts/desk.toml`; nothing here is learnt, so every
level can be explained by naming its signs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from agent.method.literals import LiteralIndex
from agent.method.syntax import lower_in_place
from memory.records.inquiry import Facet
from prompts.desk import RiskEntry


class RiskLevel(StrEnum):
    """How much there is to look out for."""

    LOW = "low"
    SOME = "some"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class RiskReason:
    """One sign that was found."""

    sign: str
    words: str
    sentence: int | None = None
    """Number of the first sentence that shows it, the summary being 1; `None`: the guide does."""


@dataclass(frozen=True, slots=True)
class Risk:
    """A level with everything that led to it, weightiest first."""

    level: RiskLevel
    points: int
    reasons: tuple[RiskReason, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What of a guide its risk is read from."""

    sentences: Sequence[str]
    """All of them, the summary first."""
    authors: int
    disputed: bool
    edited: bool
    completeness: float
    open_facets: Collection[Facet]


def risk_of(told: Told, entry: RiskEntry) -> Risk:
    """The risk of a guide as it stands."""
    found = list(_by_wording(told.sentences, entry))
    states = {
        "single_author": told.authors == 1,
        "disputed": told.disputed,
        "edited": told.edited,
        "incomplete": told.completeness < entry.low_completeness,
        "open_boundary": Facet.BOUNDARY in told.open_facets,
    }
    found += [RiskReason(sign, entry.signs[sign].words) for sign, holds in states.items() if holds]
    reasons = sorted(found, key=lambda reason: -entry.signs[reason.sign].points)
    points = sum(entry.signs[reason.sign].points for reason in reasons)
    level = (
        RiskLevel.HIGH
        if points >= entry.high_from
        else RiskLevel.SOME
        if points >= entry.some_from
        else RiskLevel.LOW
    )
    return Risk(level, points, tuple(reasons))


def _by_wording(sentences: Sequence[str], entry: RiskEntry) -> Iterator[RiskReason]:
    """The signs that stand in sentences. Only patterns that the words allow are tried."""
    signs = tuple((sign, pattern) for sign, one in entry.signs.items() for pattern in one.patterns)
    index, patterns = _compiled(signs)
    whole = "\n".join(sentences)
    shown: dict[str, list[re.Pattern[str]]] = {}
    for number in index.candidates(lower_in_place(whole)):
        if patterns[number].search(whole):
            shown.setdefault(signs[number][0], []).append(patterns[number])
    for sign, held in shown.items():
        numbered = enumerate(sentences, start=1)
        first = next((n for n, text in numbered if any(p.search(text) for p in held)), None)
        if first is not None:
            yield RiskReason(sign, entry.signs[sign].words, first)


@lru_cache(maxsize=4)
def _compiled(
    signs: tuple[tuple[str, str], ...],
) -> tuple[LiteralIndex, tuple[re.Pattern[str], ...]]:
    patterns = [pattern for _, pattern in signs]
    return LiteralIndex(patterns), tuple(map(re.compile, patterns))
