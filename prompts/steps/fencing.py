"""Marks around people's words that these words cannot contain, so nothing in them can end them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

KEY_LETTERS = 16


class Fence:
    """One key for all the texts of a prompt; it stands in none of them.

    The key is a function of the texts alone, so the same prompt stays the same and its answer can
    be used again. Nobody can write a text that holds the key of a prompt with this very text in
    it: it would be tried, found, and another one taken.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        given = list(texts)
        number = 0
        while True:
            key = _key(given, number)
            if not any(key in text.casefold() for text in given):
                break
            number += 1
        self.key = key

    def around(self, name: str, text: str) -> str:
        """`text` between its marks, under a plain name of one word."""
        return f"<<<{name} {self.key}\n{text}\n{self.key}>>>"


def _key(texts: list[str], number: int) -> str:
    digest = hashlib.blake2b(str(number).encode(), digest_size=KEY_LETTERS // 2)
    for text in texts:
        encoded = text.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()
