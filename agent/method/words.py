"""Words of English text: where they stand, their stems, and which of them carry no content."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

_WORD = re.compile(r"[^\W_](?:[\w'\u2019.+#/-]*[\w+#])?|[_$][\w$]+")
_JOINTS = re.compile(r"[./-]")
_lock = threading.Lock()
_stemmer = snowballstemmer.stemmer("english")

STOP_WORDS = frozenset(
    """
    a about above actually after again all already also although always am an and any anyone
    anything are aren't around as at back be because been before being below between both but by
    can can't cannot come could couldn't did didn't do does doesn't doing don't done down during
    each either else ever every for from get gets getting give go goes going gone got had has
    hasn't have haven't having he he'd he's her here hers herself him himself his how how's
    however i i'd i'll i'm i've if in instead into is isn't it it'd it'll it's its itself just
    let let's like made make makes many may maybe me might more most much must my myself need
    neither never no nor not now of off often on once one only onto or other others our ours
    ourselves out over own perhaps please put quite rather really same say said says see seem
    shall she she's should shouldn't since so some somebody someone something still such take
    tell than that that's the their theirs them themselves then there there's these they they'd
    they'll they're they've thing things this those though through to too toward towards under
    until up upon us use used using very want was wasn't way we we'd we'll we're we've well were
    weren't what what's when when's whenever where where's wherever whether which while who
    who's whoever whom whose why why's will with within without won't would wouldn't write wrote
    yes yet you you'd you'll you're you've your yours yourself yourselves
    """.split()  # noqa: SIM905 - a table of words reads better than 300 quoted literals
)


class Word(NamedTuple):
    """A word as it stands: `text[start:end]` of the string it was found in."""

    text: str
    start: int
    end: int


def tokenise(text: str) -> tuple[Word, ...]:
    """Find the words of `text`, in order; hyphens, dots and apostrophes inside a word stay."""
    return tuple(Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text))


def fold(word: str) -> str:
    """Lower case, with straight apostrophes."""
    return word.casefold().replace("\u2019", "'")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Snowball (Porter 2) stem of one English word, case folded."""
    folded = fold(word).removesuffix("'s")
    with _lock:  # the stemmer keeps its word in itself, so two threads would mix theirs
        return str(_stemmer.stemWord(folded))


def _parts(word: str) -> Iterator[str]:
    """Yield a word and, for a compound such as `cold-brew`, its parts instead."""
    if any(letter.isdigit() for letter in word):
        yield word
        return
    yield from (part for part in _JOINTS.split(word) if part)


def stems(text: str) -> tuple[str, ...]:
    """Stems of all words of `text`, in order; compounds come apart."""
    return tuple(stem(part) for word in tokenise(text) for part in _parts(word.text))


def content_stems(text: str) -> tuple[str, ...]:
    """Stems of the words of `text` that carry content, in order."""
    return tuple(
        stem(part)
        for word in tokenise(text)
        if fold(word.text) not in STOP_WORDS
        for part in _parts(word.text)
        if fold(part) not in STOP_WORDS and len(part) > 1
    )


@lru_cache(maxsize=4096)
def stem_set(text: str) -> frozenset[str]:
    """The different content stems of `text`."""
    return frozenset(content_stems(text))


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """Share of common elements, 0 to 1; two empty sets have nothing in common."""
    union = left | right
    return len(left & right) / len(union) if union else 0.0
