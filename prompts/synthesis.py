"""How sentences become a guide: the weights and patterns of `synthesis.toml`, validated once."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Self

from pydantic import Field, model_validator

from memory.records.base import Fraction, Record
from prompts.files import read_toml, validated


def _matcher(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


class PlacingEntry(Record):
    """What decides under which facet a sentence stands."""

    signal: Fraction
    signals: Fraction
    neighbour: Fraction
    stated: Fraction
    leaves_from: Fraction
    limit_from: Fraction
    order_from: Fraction
    recommended_from: Fraction
    ban_from: Fraction
    fallback_from: Fraction
    telling_from: Fraction
    fails: str
    bans: str
    verdicts: str
    forbids: str
    advises: str
    alternatives: str
    recommends: str
    intros: str

    @cached_property
    def recommendation(self) -> re.Pattern[str]:
        """How a sentence recommends that gives no order."""
        return _matcher(self.recommends)

    @cached_property
    def introduction(self) -> re.Pattern[str]:
        """How a sentence announces what others tell."""
        return _matcher(self.intros)

    @cached_property
    def if_it_fails(self) -> re.Pattern[str]:
        """How a sentence opens that tells what to do where the advice does not help."""
        return _matcher(self.fails)

    @cached_property
    def advice(self) -> re.Pattern[str]:
        """Words without one of which a sentence that gives no order advises nothing."""
        return _matcher(self.advises)

    @cached_property
    def is_alternative(self) -> re.Pattern[str]:
        """How a sentence opens that names what was not chosen."""
        return _matcher(self.alternatives)

    @cached_property
    def verdict(self) -> re.Pattern[str]:
        """How a sentence judges that something should not be done."""
        return _matcher(self.verdicts)

    @cached_property
    def forbidding(self) -> re.Pattern[str]:
        """How a sentence opens that says what must not be done, whatever else it explains."""
        return _matcher(self.forbids)

    @cached_property
    def ban(self) -> re.Pattern[str]:
        """How a sentence opens that forbids."""
        return _matcher(self.bans)


class LedeEntry(Record):
    """What makes a sentence the first of a guide."""

    advice: float = Field(ge=0)
    shared: float = Field(ge=0)
    most_shared: int = Field(ge=1)
    early: float = Field(ge=0)
    asked: float = Field(ge=0)
    accepted: float = Field(ge=0)
    agreed: float = Field(ge=0)
    amount: float = Field(ge=0)
    leaning: float = Field(ge=0)
    long: float = Field(ge=0)
    banning: float = Field(ge=0)
    later_step: float = Field(ge=0)
    bound: float = Field(ge=0)
    vague: float = Field(ge=0)
    own: float = Field(ge=0)
    nothing_named: str

    @cached_property
    def is_vague(self) -> re.Pattern[str]:
        """How a sentence speaks that leaves open what it recommends."""
        return _matcher(self.nothing_named)


class FocusEntry(Record):
    """What of a long answer earns its place."""

    words: int = Field(ge=50)
    shared: Fraction
    most_shared: int = Field(ge=1)
    near: Fraction
    least: Fraction


class MergingEntry(Record):
    """From where two sentences of different people say the same."""

    same_stems: Fraction
    same_meaning: Fraction
    some_stems: Fraction
    fewest_stems: int = Field(ge=1)
    most_words_apart: float = Field(ge=1)
    repeats_part: Fraction
    repeats_meaning: Fraction
    repeats_alone: Fraction
    repeats_stems: int = Field(ge=1)
    repeats_apart: float = Field(ge=1)
    repeats_subject: Fraction
    says_again: Fraction


class BesideEntry(Record):
    """What of the words of those who were not asked is quoted beside a guide."""

    words: int = Field(ge=0)
    each: int = Field(ge=1)
    most_words: int = Field(ge=1)
    least: float = Field(ge=0)
    least_more: float = Field(ge=0)
    advice: float = Field(ge=0)
    opening: float = Field(ge=0)
    accepted: float = Field(ge=0)
    voted: float = Field(ge=0)
    offers: str
    talk: str
    outcomes: str

    @cached_property
    def offers_way(self) -> re.Pattern[str]:
        """How a sentence offers a way to do it, without an order."""
        return _matcher(self.offers)

    @cached_property
    def of_talk(self) -> re.Pattern[str]:
        """How a sentence speaks of the thread itself, and not of the matter."""
        return _matcher(self.talk)

    @cached_property
    def tells_outcome(self) -> re.Pattern[str]:
        """How a sentence tells what came of the advice."""
        return _matcher(self.outcomes)


class OrderingEntry(Record):
    """What tells a sentence's place among others of its section."""

    first: str
    last: str
    next: str
    counted: str
    carries: str
    bound: str
    special: str
    hard: str
    past: str

    @cached_property
    def is_past(self) -> re.Pattern[str]:
        """How a sentence tells what was seen once."""
        return _matcher(self.past)

    @cached_property
    def opens(self) -> re.Pattern[str]:
        """How a first move or look opens."""
        return _matcher(self.first)

    @cached_property
    def closes(self) -> re.Pattern[str]:
        """How a last one opens."""
        return _matcher(self.last)

    @cached_property
    def goes_on(self) -> re.Pattern[str]:
        """How one in between opens."""
        return _matcher(self.next)

    @cached_property
    def carries_on(self) -> re.Pattern[str]:
        """What tells that a sentence belongs behind the one above it."""
        return _matcher(self.carries)

    def is_counted(self, text: str) -> bool:
        """Whether a sentence opens by its number in a row (`Second, ...`)."""
        return self._counter.match(text) is not None

    def without_number(self, text: str) -> int:
        """How many characters of a sentence only tell its number in a row."""
        found = self._counter.match(text)
        return found.end() if found else 0

    @cached_property
    def _counter(self) -> re.Pattern[str]:
        return _matcher(self.counted)

    @cached_property
    def is_bound(self) -> re.Pattern[str]:
        """How a sentence opens that holds for a case only."""
        return _matcher(self.bound)

    @cached_property
    def is_special(self) -> re.Pattern[str]:
        """What a sentence holds that tells an exception."""
        return _matcher(self.special)

    @cached_property
    def is_hard(self) -> re.Pattern[str]:
        """What an expert says of a step that needs judgement."""
        return _matcher(self.hard)


class RefusedEntry(Record):
    """What never is knowledge, whoever wrote it."""

    orders: tuple[str, ...] = Field(min_length=1)
    layout: str
    tales: str
    asides: str

    @cached_property
    def to_the_agent(self) -> re.Pattern[str]:
        """Words that tell the agent or a steward what to do with a guide."""
        return _matcher(*self.orders)

    @cached_property
    def is_layout(self) -> re.Pattern[str]:
        """Lines of tables, rulers, headings and bare tags."""
        return _matcher(self.layout)

    @cached_property
    def is_tale(self) -> re.Pattern[str]:
        """How a sentence opens that tells what its speaker once did."""
        return _matcher(self.tales)

    @cached_property
    def aside(self) -> re.Pattern[str]:
        """Laughter and smileys at the end of a sentence."""
        return _matcher(self.asides)


class SynthesisEntry(Record):
    """The whole of `synthesis.toml`."""

    placing: PlacingEntry
    lede: LedeEntry
    focus: FocusEntry
    merging: MergingEntry
    beside: BesideEntry
    ordering: OrderingEntry
    refused: RefusedEntry

    @model_validator(mode="after")
    def _patterns_compile(self) -> Self:
        placing, ordering, refused = self.placing, self.ordering, self.refused
        try:
            _matcher(placing.fails, placing.bans, placing.verdicts)
            _matcher(self.beside.offers, self.beside.outcomes)
            _matcher(placing.recommends, placing.intros, ordering.past, self.lede.nothing_named)
            _matcher(*refused.orders, refused.layout, refused.tales, refused.asides)
            _matcher(ordering.first, ordering.last, ordering.next, ordering.bound)
            _matcher(ordering.special, ordering.hard)
        except re.error as error:
            raise ValueError(f"a pattern cannot be read: {error}") from error
        return self


@lru_cache(maxsize=1)
def load_synthesis() -> SynthesisEntry:
    """Read and validate the shipped file. Raises `PromptError` naming the key."""
    return validated(SynthesisEntry, read_toml("synthesis.toml"), "'synthesis.toml'")
