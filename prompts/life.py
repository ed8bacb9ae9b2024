"""Wording and thresholds of the life of a published guide (`life.toml`), validated once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pydantic import Field

from memory.records.base import Fraction, Record
from prompts.files import Pattern, filled, read_toml, validated


class AlikeEntry(Record):
    """When two guides are proposed as one."""

    by_meaning: Fraction
    """Cosine from which meaning alone is enough."""
    with_shared: Fraction
    """Cosine from which it is enough where both cite the same messages."""
    fewest_shared: int = Field(ge=1)
    most_proposed: int = Field(ge=1)
    """Pairs that wait for a steward at a time."""


class AskingEntry(Record):
    """The one question whether a sentence still holds; slots {quote} and {words}."""

    minutes: float = Field(gt=0)
    value: float
    due: str
    contested: str
    contested_own: str
    because_due: str
    because_contested: str


class ReadingEntry(Record):
    """Regular expressions by which an answer is read."""

    holds: tuple[Pattern, ...]
    changed: tuple[Pattern, ...]
    turns: tuple[Pattern, ...]


class ContestingEntry(Record):
    """How a later sentence is held against one of a guide, beside `answers.toml`."""

    shared_atoms: int = Field(ge=1)
    """Content words that both hold at least."""
    shared_of_numbers: int = Field(ge=1)
    """The same where only numbers differ."""
    cases: tuple[str, ...]
    """Words that limit a guide's sentence to a case, which the later one has to name too."""
    shared_part: Fraction
    """The first, as a share of those of the shorter one."""
    few_part: Fraction
    """The same where they share no more than `shared_atoms`."""
    numbers_part: Fraction
    """Share of the later words that the guide may lack where only numbers differ."""
    led_part: Fraction
    """Share of the guide's words before what is denied that the later sentence may lack."""
    said_part: Fraction
    """Share of the later words after what is denied that the guide's sentence may lack."""
    turns: tuple[Pattern, ...]
    """What ends a clause, and the reach of a negation."""
    correlatives: Pattern
    at_first: Pattern
    light: tuple[Pattern, ...]
    """Words that tell no subject from another."""
    prefixes: tuple[Pattern, ...]
    """Beginnings of words that deny the rest."""
    measures: tuple[Pattern, ...]
    """What reads like a doubt or a case and is a degree or a duration."""
    opposites: tuple[tuple[str, str], ...]
    orders: tuple[Pattern, ...]
    """What compares or orders; groups `first` and `second`. The first that fits is taken."""
    scales: Mapping[str, Mapping[str, float]]
    """Unit to others of its kind, and how many of it each of those is."""
    irregular: Mapping[str, str]
    """Forms of a verb that its stem does not find, spaces between."""


class LifeEntry(Record):
    """All of `life.toml`."""

    alike: AlikeEntry
    contesting: ContestingEntry
    asking: AskingEntry
    reading: ReadingEntry
    words: Mapping[str, str]

    def say(self, key: str, /, **slots: object) -> str:
        """Fill the wording `key`. Raises `PromptError` for an unknown key or a missing slot."""
        return filled(self.words, key, slots, "life wording")


@lru_cache(maxsize=1)
def load_life() -> LifeEntry:
    """Read and validate `life.toml`. Raises `PromptError` naming the key."""
    return validated(LifeEntry, read_toml("life.toml"), "'life.toml'")
