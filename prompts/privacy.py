"""How personal data is told and what masks say (`privacy.toml`), validated once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from pydantic import Field, field_validator

from memory.records.base import Record
from prompts.files import read_toml, validated

_WORD = r"[^\W\d_a-z][\w'\u2019-]*[^\W\d_]"
_NAME = rf"{_WORD}(?:(?: [^\W\d_a-z]\.?)?(?: {_WORD}){{1,2}})?"
_FULL = rf"{_WORD}(?: [^\W\d_a-z]\.?)?(?: {_WORD}){{1,2}}"


def _checked(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"pattern {pattern!r}: {error}") from error
    return pattern


class MaskEntry(Record):
    """What stands in the place of hidden words."""

    form: str
    """With `{kind}` and `{reference}`."""
    pattern: str
    """The form of any mask."""
    kinds: Mapping[str, str]
    unopened: str
    """What stewards are told of a reference whose message is gone."""

    @field_validator("pattern")
    @classmethod
    def _compile(cls, pattern: str) -> str:
        return _checked(pattern)


class NamesEntry(Record):
    """How names of people are told by the words around them."""

    initialed: str
    after: tuple[str, ...]
    before: tuple[str, ...]
    spoken_of: tuple[str, ...]
    """Where a name stands and sometimes a firm: it is certain if an entity reader agrees."""
    alone: str
    head: str
    head_lines: int = Field(ge=1)
    """A line of its own is a name where so many lines after it hold what heads a letter."""
    speaker: str
    speakers_from: int = Field(ge=1)
    never: str
    firm: str
    listed: str

    @field_validator("after", "before", "spoken_of")
    @classmethod
    def _fill(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked(_filled(pattern)) for pattern in patterns)

    @field_validator("initialed", "alone", "head", "speaker", "never", "firm", "listed")
    @classmethod
    def _fill_one(cls, pattern: str) -> str:
        return _checked(_filled(pattern))


class PlacesEntry(Record):
    """How postal addresses are told, and how far they reach."""

    words: str
    no_street: str
    forms: tuple[str, ...]
    tail: str
    tail_words: str
    tail_steps: int = Field(ge=0)

    @field_validator("tail", "tail_words", "words", "no_street")
    @classmethod
    def _compile(cls, pattern: str) -> str:
        return _checked(pattern)

    def patterns(self) -> tuple[str, ...]:
        """The forms with what they stand for put in."""
        return tuple(
            form.replace("NOSTREET", self.no_street).replace("WORDS", self.words)
            for form in self.forms
        )


class SecretsEntry(Record):
    """How secrets are told, and what only looks like one."""

    forms: tuple[str, ...]
    """By the forms that issuers document; of a pattern with a group `it`, that is found."""
    told: tuple[str, ...]
    """By the words before; the group `it` is found."""
    never: str
    alike: str
    """What is no secret where only the words before say that it is one."""
    fewest_kinds: int = Field(ge=1)

    @field_validator("forms", "told")
    @classmethod
    def _compile_all(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_checked, patterns))

    @field_validator("never", "alike")
    @classmethod
    def _compile(cls, pattern: str) -> str:
        return _checked(pattern)


class PrivacyEntry(Record):
    """All of `privacy.toml`."""

    mask: MaskEntry
    names: NamesEntry
    forms: Mapping[str, tuple[str, ...]]
    """By kind of finding, patterns beyond those of the desk; of a group `it`, that is found."""
    places: PlacesEntry
    secrets: SecretsEntry

    @field_validator("forms")
    @classmethod
    def _compile_all(cls, forms: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        return {kind: tuple(map(_checked, patterns)) for kind, patterns in forms.items()}


def _filled(pattern: str) -> str:
    """The pattern with what `NAME`, `FULL` and `WORD` stand for."""
    return pattern.replace("{NAME}", _NAME).replace("{FULL}", _FULL).replace("{WORD}", _WORD)


@lru_cache(maxsize=1)
def load_privacy() -> PrivacyEntry:
    """Read and validate the shipped file. Raises `PromptError` naming the key."""
    return validated(PrivacyEntry, read_toml("privacy.toml"), "'privacy.toml'")
