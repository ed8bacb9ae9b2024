"""The word lists that tell English from other languages (`languages.toml`), validated once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache

from pydantic import Field

from memory.records.base import Fraction, Record
from prompts.files import read_toml, validated


class LanguageEntry(Record):
    """Short words by language, and how many of them decide."""

    english: str
    either: str
    """English words that other languages spell the same way."""
    languages: Mapping[str, str]
    either_weight: Fraction
    """What a word of `either` counts for English; any other English word counts 1."""
    accent_weight: Fraction
    """What a word with an accent counts for another language where no list has it."""
    least_hits: float = Field(gt=0)
    """Words of another language from which a text may be in it."""
    least_words: int = Field(ge=1)
    """Words of a text below which its language is not told."""
    enough_words: int = Field(ge=1)
    """Words from which a text without any English is foreign, whatever it is."""
    least_english: Fraction
    """Share of English short words that such a text has to have."""
    foreign_letters: Fraction
    """Share of letters of another script from which a text is foreign."""

    @cached_property
    def english_words(self) -> frozenset[str]:
        """The words of English, those of `either` with them."""
        return frozenset(self.english.split()) | self.either_words

    @cached_property
    def either_words(self) -> frozenset[str]:
        """The words that English shares with other languages."""
        return frozenset(self.either.split())

    @cached_property
    def plainly_english(self) -> frozenset[str]:
        """The words that English shares with none."""
        return self.english_words - self.either_words

    @cached_property
    def languages_of(self) -> Mapping[str, tuple[str, ...]]:
        """Each word that English has not, with the languages that have it."""
        found: dict[str, tuple[str, ...]] = {}
        for language, listed in self.languages.items():
            for word in sorted(set(listed.split()) - self.english_words):
                found[word] = (*found.get(word, ()), language)
        return found


@lru_cache(maxsize=1)
def load_languages() -> LanguageEntry:
    """Read and validate the shipped lists. Raises `PromptError` naming the key."""
    return validated(LanguageEntry, read_toml("languages.toml"), "'languages.toml'")
