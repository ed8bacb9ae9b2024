"""Finding names of forgotten people in text, by keyed hashes alone, and masking them.

A mask has as many characters as what it covers, so that every place that was noted in a text
still is the same place.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from memory.records.keeping import NamePattern

MASK = "\u2588"
"""Stands for every character that was masked."""
OPAQUE_BYTES = 8
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W\d_]{2,})*")
_MOST_WORDS = 8
"""Words of a name that are looked at."""
_APART = 3
"""Characters between two words of one name, at most."""


def keyed(secret: str, *parts: str) -> str:
    """64 bits of BLAKE2b over `parts` under the key, in hex."""
    made = hashlib.blake2b(key=bytes.fromhex(secret), digest_size=OPAQUE_BYTES)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        made.update(len(encoded).to_bytes(8, "big"))
        made.update(encoded)
    return made.hexdigest()


def opaque_member_id(secret: str, member_id: str) -> str:
    """The id that stands for a forgotten member: it is one-way without the home's key."""
    return f"mem_{keyed(secret, 'member', member_id)}"


def words_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of `text` with its place; `_` and `-` part words as white space does."""
    return ((found.group(), found.start(), found.end()) for found in _WORD.finditer(text))


def name_pattern(
    secret: str, name: str, *, exact: bool = False, after_at: bool = False
) -> NamePattern | None:
    """The pattern of a name; `None` where it holds no word."""
    words = [word for word, _, _ in words_in(name)][:_MOST_WORDS]
    if not words:
        return None
    return NamePattern(
        words=len(words), exact=exact, after_at=after_at, hash=_hash(secret, tuple(words), exact)
    )


def _hash(secret: str, words: Sequence[str], exact: bool) -> str:
    return keyed(secret, "exact" if exact else "any", *(_folded(word, exact) for word in words))


@lru_cache(maxsize=65_536)
def _folded(word: str, exact: bool) -> str:
    composed = unicodedata.normalize("NFC", word)
    return composed if exact else composed.casefold()


class NameMask:
    """Masks the names of some people. The same text always gives the same masked text."""

    def __init__(self, secret: str, patterns: Iterable[NamePattern]) -> None:
        self._secret = secret
        self._known = frozenset((p.words, p.exact, p.after_at, p.hash) for p in patterns)
        self._shapes = sorted({(p[0], p[1]) for p in self._known}, reverse=True)
        self._single = lru_cache(maxsize=65_536)(self._hashes)

    def __bool__(self) -> bool:
        return bool(self._known)

    def _hashes(self, words: tuple[str, ...], exact: bool) -> str:
        return _hash(self._secret, words, exact)

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where names stand in `text`, in order, without overlap."""
        if not self._known or not text:
            return []
        words = list(words_in(text))
        found: list[tuple[int, int]] = []
        at = 0
        while at < len(words):
            taken = self._longest(text, words, at)
            if taken:
                found.append((words[at][1], words[at + taken - 1][2]))
            at += taken or 1
        return found

    def _longest(self, text: str, words: Sequence[tuple[str, int, int]], at: int) -> int:
        for count, exact in self._shapes:
            group = words[at : at + count]
            if len(group) < count or not _near(text, group):
                continue
            digest = self._single(tuple(word for word, _, _ in group), exact)
            if (count, exact, False, digest) in self._known:
                return count
            mentioned = text[max(0, group[0][1] - 1) : group[0][1]] == "@"
            if mentioned and (count, exact, True, digest) in self._known:
                return count
        return 0

    def masked(self, text: str) -> str:
        """`text` with every name masked."""
        return cover(text, self.places(text))


def _near(text: str, group: Sequence[tuple[str, int, int]]) -> bool:
    """Whether words stand as one name: nothing but a few marks and no sentence between them."""
    return all(
        b[1] - a[2] <= _APART and not set(text[a[2] : b[1]]) & set('!?;:()[]{}"<>|')
        for a, b in pairwise(group)
    )


def cover(text: str, places: Iterable[tuple[int, int]]) -> str:
    """`text` with the places masked; white space in them stays."""
    parts: list[str] = []
    last = 0
    for start, end in places:
        if end <= last:
            continue
        begin = max(start, last)
        parts.append(text[last:begin])
        parts.append("".join(c if c.isspace() else MASK for c in text[begin:end]))
        last = end
    parts.append(text[last:])
    return "".join(parts)


def cover_all(text: str) -> str:
    """`text` with every character masked that is no white space."""
    return cover(text, [(0, len(text))])
