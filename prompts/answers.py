"""The wording by which answers are read (`answers.toml`), validated once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field

from memory.records.base import Fraction, Record
from memory.records.inquiry import Facet
from prompts.files import read_toml, validated

SLOTS = re.compile(r"<(?:who|team|owner|from|about)>")
"""What stands in a pattern for a person or a group, a group, a name, and what may follow them."""


def _compiles(pattern: str) -> str:
    try:
        re.compile(SLOTS.sub("x", pattern))
    except re.error as error:
        raise ValueError(f"pattern {pattern!r}: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]
Patterns = Annotated[tuple[Pattern, ...], Field(min_length=1)]


class StockEntry(Record):
    """Clauses that say nothing, and what may stand around any of them."""

    leads: Patterns
    tails: Patterns
    filler: Patterns
    vague: Patterns
    no_more: Patterns
    after_no_more: Pattern
    already_said: Patterns
    asks_back: Patterns
    link_words: Patterns
    """What may stand beside a link without saying more than the link."""


class RefusingEntry(Record):
    """Clauses that refuse."""

    refuses: Patterns


class PointingEntry(Record):
    """Clauses that point to somebody else."""

    group: Pattern
    names_of_nobody: frozenset[str]
    """Words in capitals that are no person's name."""
    lower_names_of_nobody: frozenset[str]
    """Words after `ask` that are no person's name."""
    sure: Patterns
    beside_ignorance: Patterns
    """Pointing only where the answer says besides that its author does not know."""
    ignorance: Patterns
    why_them: Patterns
    ask_them: Pattern


class CorrectingEntry(Record):
    """What says that the question is wrong; these may stand anywhere in a sentence."""

    restates: Patterns
    premise: Patterns
    denies: Pattern
    denied_conditions: Pattern
    meta_words: str
    """Words of a correction that tell nothing of how it was meant."""
    restates_facet: Facet
    """What a correction of the author's own words states, where nothing else marks it."""
    premise_facet: Facet


class ContradictingEntry(Record):
    """How two sentences are held against each other."""

    shared_stems: int = Field(ge=1)
    """Content stems that two sentences on one topic share at least."""
    shared_part: Fraction
    """The same, as a share of the stems of the shorter one."""
    denied_part: Fraction
    """Share of a statement's stems that its denial names at least."""
    negations: Patterns
    doubts: Patterns
    """What makes a sentence say less than yes or no."""
    conditions: Patterns
    """What limits a sentence to a case."""
    opposites: tuple[tuple[str, str], ...]
    """Words of which one denies the other, in every form, spaces between."""
    numbers: Mapping[str, float]
    """Numbers written as words."""
    units: Mapping[str, str]
    """Unit to its spellings, spaces between."""
    same_within: Fraction
    """Share by which two numbers may differ and still be the same."""
    others_opinion: Patterns
    """What marks a sentence as telling what somebody else thinks, or what used to be."""


class RepeatEntry(Record):
    """When a question counts as asked before, and a discussion as covered by a guide."""

    similar: Fraction
    """Weighted overlap of stems from which two questions are the same."""
    fewest_stems: int = Field(ge=1)
    """Content stems of a question below which nothing is compared."""
    remembered: int = Field(ge=1)
    """Threads of a community that are looked back on."""
    longest_list: int = Field(ge=1)
    """Threads looked at for one word, the latest."""
    covered: Fraction
    """Likeness from which a published guide covers a discussion."""
    least_overlap: Fraction
    """Share of a statement's stems that one sentence of such a guide holds at least."""
    asked_once: str
    asked_often: str
    """Why a moment was chosen, in words, with {times}."""


class DifferingEntry(Record):
    """What is said to and asked of somebody whose answer differs from what stands there."""

    you: str
    other: str
    """Slots: {said}, {who}, {before}."""
    somebody: str
    because: str
    questions: Mapping[str, str]
    """Name of the phrasing to its text, with {q} and {who}."""
    minutes: float = Field(gt=0)


class AnswerEntry(Record):
    """All wording by which answers are read."""

    stock: StockEntry
    refusing: RefusingEntry
    pointing: PointingEntry
    correcting: CorrectingEntry
    none: Mapping[Facet, Patterns]
    """Facet to what answers it by saying that there is none."""
    contradicting: ContradictingEntry
    repeats: RepeatEntry
    differing: DifferingEntry


@lru_cache(maxsize=1)
def load_answers() -> AnswerEntry:
    """Read and validate the shipped wording. Raises `PromptError` naming the key."""
    return validated(AnswerEntry, read_toml("answers.toml"), "'answers.toml'")
