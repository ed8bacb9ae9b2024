"""How personal data is told and what masks say (`privacy.toml`), validated once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field

from memory.records.base import Record
from prompts.files import Pattern, compiles, read_toml, validated

_WORD = r"[^\W\d_a-z][\w'\u2019-]*[^\W\d_]"
_NAME = rf"{_WORD}(?:(?: [^\W\d_a-z]\.?)?(?: {_WORD}){{1,2}})?"
_FULL = rf"{_WORD}(?: [^\W\d_a-z]\.?)?(?: {_WORD}){{1,2}}"


def _filled(pattern: str) -> str:
    """The pattern with what `NAME`, `FULL` and `WORD` stand for."""
    return pattern.replace("{NAME}", _NAME).replace("{FULL}", _FULL).replace("{WORD}", _WORD)


NamePattern = Annotated[str, AfterValidator(_filled), AfterValidator(compiles)]
"""A regular expression with what `_filled` puts in."""


class MaskEntry(Record):
    """What stands in the place of hidden words."""

    form: str
    """With `{kind}` and `{reference}`."""
    pattern: Pattern
    """The form of any mask."""
    kinds: Mapping[str, str]
    unopened: str
    """What stewards are told of a reference whose message is gone."""


class NamesEntry(Record):
    """How names of people are told by the words around them."""

    initialed: NamePattern
    after: tuple[NamePattern, ...]
    before: tuple[NamePattern, ...]
    spoken_of: tuple[NamePattern, ...]
    """Where a name stands and sometimes a firm: it is certain if an entity reader agrees."""
    alone: NamePattern
    head: NamePattern
    head_lines: int = Field(ge=1)
    """A line of its own is a name where so many lines after it hold what heads a letter."""
    speaker: NamePattern
    speakers_from: int = Field(ge=1)
    never: NamePattern
    firm: NamePattern
    listed: NamePattern


class PlacesEntry(Record):
    """How postal addresses are told, and how far they reach."""

    words: Pattern
    no_street: Pattern
    forms: tuple[str, ...]
    tail: Pattern
    tail_words: Pattern
    tail_steps: int = Field(ge=0)

    def patterns(self) -> tuple[str, ...]:
        """The forms with what they stand for put in."""
        return tuple(
            form.replace("NOSTREET", self.no_street).replace("WORDS", self.words)
            for form in self.forms
        )


class SecretsEntry(Record):
    """How secrets are told, and what only looks like one."""

    forms: tuple[Pattern, ...]
    """By the forms that issuers document; of a pattern with a group `it`, that is found."""
    told: tuple[Pattern, ...]
    """By the words before; the group `it` is found."""
    never: Pattern
    alike: Pattern
    """What is no secret where only the words before say that it is one."""
    fewest_kinds: int = Field(ge=1)


class PrivacyEntry(Record):
    """All of `privacy.toml`."""

    mask: MaskEntry
    names: NamesEntry
    forms: Mapping[str, tuple[Pattern, ...]]
    """By kind of finding, patterns beyond those of the desk; of a group `it`, that is found."""
    places: PlacesEntry
    secrets: SecretsEntry


@lru_cache(maxsize=1)
def load_privacy() -> PrivacyEntry:
    """Read and validate the shipped file. Raises `PromptError` naming the key."""
    return validated(PrivacyEntry, read_toml("privacy.toml"), "'privacy.toml'")
