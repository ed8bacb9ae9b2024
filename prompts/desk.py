"""The wording, patterns and thresholds of the steward's desk (`desk.toml`), validated once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pydantic import Field

from memory.records.base import Fraction, Record
from prompts.files import Pattern, filled, read_toml, validated


class SignEntry(Record):
    """One sign of risk: what it is worth, how it is told, and how a sentence shows it."""

    points: int = Field(ge=1)
    words: str
    patterns: tuple[Pattern, ...] = ()
    """Regular expressions; without any, the sign is not one of wording."""


class RiskEntry(Record):
    """The rule by which a guide's risk is told."""

    some_from: int = Field(ge=1)
    high_from: int = Field(ge=2)
    low_completeness: Fraction
    signs: Mapping[str, SignEntry]
    levels: Mapping[str, str]


class CitationsEntry(Record):
    """Goals of citations (method, section 5)."""

    recall: Fraction
    precision: Fraction


class PersonalEntry(Record):
    """How e-mail addresses, numbers, postal addresses and names are found in a sentence."""

    address: Pattern
    phone: Pattern
    not_phone: Pattern
    """What looks like a phone number and is a date, an address of a machine, or an amount."""
    fewest_digits: int = Field(ge=5)
    fewest_letters: int = Field(ge=2)
    """Letters of a handle or a single name that is looked for by itself."""
    most_digits: int = Field(default=15, ge=5)
    """Digits of the longest phone number (ITU-T E.164)."""
    forms: Mapping[str, tuple[Pattern, ...]] = Field(default_factory=dict)
    """By kind of finding, further patterns; of one with a group `it`, that group is found."""
    known_machines: frozenset[str] = frozenset()
    """Internet addresses that everybody uses, and that lead to nobody."""


class DeskEntry(Record):
    """All of `desk.toml`."""

    risk: RiskEntry
    citations: CitationsEntry
    personal: PersonalEntry
    checks: Mapping[str, str]
    verdicts: Mapping[str, str]
    words: Mapping[str, str]

    def say(self, key: str, /, **slots: object) -> str:
        """Fill the wording `key`. Raises `PromptError` for an unknown key or a missing slot."""
        return filled(self.words, key, slots, "desk wording")


@lru_cache(maxsize=1)
def load_desk() -> DeskEntry:
    """Read and validate `desk.toml`. Raises `PromptError` naming the key."""
    return validated(DeskEntry, read_toml("desk.toml"), "'desk.toml'")
