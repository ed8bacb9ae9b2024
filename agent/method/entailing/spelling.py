"""Slips of the pen: a word that no dictionary holds, and the one that was meant."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

LEAST_MISSPELT = 4
"""Letters of a word that may be the right spelling of another."""
LEAST_UNKNOWN = 7
"""The same where no dictionary holds either of them."""


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Common English words, from the vocabulary that lies beside the index's encoder."""
    file = resources.files("memory.index").joinpath("bert_vocab.txt")
    lines = file.read_text(encoding="utf-8").split("\n")
    return frozenset(word for word in lines if word.isalpha() and len(word) > 1)


def may_be_meant(right: str, wrong: str) -> bool:
    """Whether one word is likely the other, misspelt; names that differ are not."""
    if not (right.isalpha() and wrong.isalpha()) or wrong in known_words():
        return False
    least = LEAST_MISSPELT if right in known_words() else LEAST_UNKNOWN
    return min(len(right), len(wrong)) >= least and one_slip(right, wrong)


def mend(word: str, among: Iterable[str]) -> str:
    """The only one of some words that is this one but for a slip, or nothing."""
    near = [right for right in among if one_slip(right, word)]
    return near[0] if len(near) == 1 else ""


def one_slip(right: str, wrong: str) -> bool:
    """Whether one word is the other with a letter more, fewer, other, or two changed about."""
    if right == wrong or abs(len(right) - len(wrong)) > 1 or right[0] != wrong[0]:
        return False
    start = next((n for n, (a, b) in enumerate(zip(right, wrong, strict=False)) if a != b), None)
    if start is None:
        return True
    rest, other = right[start:], wrong[start:]
    return (
        rest[1:] == other[1:]
        or rest[1:] == other
        or rest == other[1:]
        or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    )
