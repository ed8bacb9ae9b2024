"""The closed classes of English by which the grounding gate reads (`grounding.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from memory.records.base import Record
from prompts.files import read_toml, validated


class MayGo(Record):
    """Names of groups of turning words, in one string each."""

    groups: str
    may_come: str


class Pairs(Record):
    """Two names or words a string."""

    pairs: tuple[str, ...]


class Forms(Record):
    """A base form and its irregular forms, set apart by semicolons."""

    forms: str


class Groups(Record):
    """Words of a group set apart by spaces, groups by semicolons."""

    groups: str


class GroundingEntry(Record):
    """`grounding.toml` as it stands; words of a class in one string, set apart by spaces."""

    plain: str
    pronouns: str
    speaker: str
    addressee: str
    being: str
    coordinators: str
    relatives: str
    tellers: str
    saying: str
    ways: str
    light: str
    spellings: Mapping[str, str]
    phrases: Mapping[str, str]
    phrasal: Mapping[str, str]
    particles: Mapping[str, str]
    turns: Mapping[str, str]
    may_go: MayGo
    markers: Mapping[str, str]
    opposed: Pairs
    opposites: Pairs
    alike: Groups
    irregular: Forms
    units: Mapping[str, str]


@lru_cache(maxsize=1)
def load_grounding() -> GroundingEntry:
    """Read and validate `grounding.toml`. Raises `PromptError` naming the key."""
    return validated(GroundingEntry, read_toml("grounding.toml"), "'grounding.toml'")
