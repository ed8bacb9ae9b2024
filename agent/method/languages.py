"""Whether a text is English, told by short words and letters; what cannot be told passes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from prompts.languages import LanguageEntry, load_languages

READ_CHARACTERS = 600
"""Characters of a text that are looked at."""
GLANCE = 300
"""Characters of the first glance, which settles most English."""
PLAINLY = 5
"""A text with one word in so many that only English has is English."""

_FENCED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|<[^>\s][^>]{0,200}>", re.DOTALL)
_NO_WORD = re.compile(r"[/\\_=$|{}\[\]~#+*@\d]|^--?\w|\w\.\w|^:[a-z-]+:$")
"""What marks a link, an address, a path, an option or a version: a word of no language."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_LATIN = "LATIN"
_LATIN_BELOW = "\u0250"
"""Letters below this code point are Latin ones."""


def is_foreign(text: str) -> bool:
    """Whether a text is long enough to tell, and is not English.

    A text of names, code or two words is not foreign: nothing shows that it is.
    """
    return _is_foreign(text[:READ_CHARACTERS])


def is_english(text: str) -> bool:
    """The opposite of `is_foreign`."""
    return not is_foreign(text)


def shows_english(text: str) -> bool:
    """Whether a text holds a word that only English has, and is not foreign as a whole."""
    words = {word.lower() for word in _WORD.findall(text)}
    return bool(words & load_languages().plainly_english) and not is_foreign(text)


@lru_cache(maxsize=512)
def _is_foreign(text: str) -> bool:
    entry = load_languages()
    glance = text[:GLANCE].lower().split()
    if glance and PLAINLY * sum(word in entry.plainly_english for word in glance) >= len(glance):
        return False
    prose = " ".join(
        piece for piece in _FENCED.sub(" ", text).split() if not _NO_WORD.search(piece)
    )
    if _other_script(prose, entry):
        return True
    words = _WORD.findall(prose)
    if len(words) < entry.least_words:
        return False
    plain = [
        word.lower().replace("\u2019", "'")
        for place, word in enumerate(words)
        if not place or not word[0].isupper() or word == "I"
    ]
    english = _english(words, entry)
    other = _best_other(plain, entry)
    if other >= entry.least_hits and other > english:
        return True
    return len(plain) >= entry.enough_words and english < entry.least_english * len(plain)


def _english(words: list[str], entry: LanguageEntry) -> float:
    """How many words are English ones, those that may be either counting less."""
    folded = [word.lower().replace("\u2019", "'") for word in words]
    return sum(
        entry.either_weight if word in entry.either_words else 1.0
        for word in folded
        if word in entry.english_words
    )


def _best_other(words: list[str], entry: LanguageEntry) -> float:
    """How many words the best fitting other language has and English has not.

    A word with an accent that no list knows counts in part, whichever language it is of.
    """
    hits: dict[str, int] = {}
    accented = 0
    for word in words:
        head, mark, _ = word.partition("'")
        languages = entry.languages_of.get(word) or entry.languages_of.get(head + mark, ())
        for language in languages:
            hits[language] = hits.get(language, 0) + 1
        accented += not languages and not word.isascii() and word not in entry.english_words
    return max(hits.values(), default=0) + entry.accent_weight * accented


def _other_script(prose: str, entry: LanguageEntry) -> bool:
    """Whether a good part of the letters are not Latin."""
    letters = [character for character in prose if character.isalpha()]
    strange = [
        character
        for character in letters
        if character >= _LATIN_BELOW and not unicodedata.name(character, "").startswith(_LATIN)
    ]
    return len(strange) > 1 and len(strange) >= entry.foreign_letters * len(letters)
