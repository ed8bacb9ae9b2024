"""Slips of the pen: a word that no dictionary holds, and the one that was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from agent.method.words import stem

_BRITISH = (
    (re.compile(r"([^\W\d_]{2})our(?=$|s|ed|ing|ful|ite|able|less|er)"), r"\1or"),
    (re.compile(r"([^\W\d_]{3})is(?=(?:e[ds]?|ing|ation|ations|ers?)$)"), r"\1iz"),
    (re.compile(r"([^\W\d_]lit|cent|fib|theat|met|^lit|^met)re(s?)$"), r"\1er\2"),
    (re.compile(r"([^\W\d_]{2})ll(?=(?:ed|ing|er|ers)$)"), r"\1l"),
    (re.compile(r"ogue(s?)$"), r"og\1"),
    (re.compile(r"([^\W\d_]{2})yse(?=[ds]?$)"), r"\1yze"),
)
LEAST_MISSPELT = 4
"""Letters of a word that may be the right spelling of another."""
LEAST_UNKNOWN = 7
"""The same where no dictionary holds either of them and one has another letter."""
LEAST_LETTER = 5
"""The same where no dictionary holds either of them and one has a letter more."""
LEAST_TURNED = 3
"""The same where two neighbouring letters changed places."""
LEAST_SLIP = 5
"""Letters of a word that may be a small word with another, a missing or a further letter."""


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
    if turned_about(right, wrong):
        least = LEAST_TURNED
    elif len(right) != len(wrong):
        least = min(least, LEAST_LETTER)
    return min(len(right), len(wrong)) >= least and one_slip(right, wrong)


def turned_about(right: str, wrong: str) -> bool:
    """Whether two neighbouring letters alone changed places: `wehn`."""
    if len(right) != len(wrong) or right == wrong:
        return False
    apart = [n for n, (a, b) in enumerate(zip(right, wrong, strict=True)) if a != b]
    return (
        apart == [apart[0], apart[0] + 1]
        and right[apart[0]] == wrong[apart[1]]
        and (right[apart[1]] == wrong[apart[0]])
    )


def mend(word: str, among: Iterable[str]) -> str:
    """The only one of some words that is this one but for a slip, or nothing."""
    near = [
        right
        for right in among
        if (len(word) >= LEAST_SLIP and one_slip(right, word)) or turned_about(right, word)
    ]
    return near[0] if len(near) == 1 else ""


def one_slip(right: str, wrong: str) -> bool:
    """Whether one word is the other with a letter more, fewer, other, or two changed about."""
    if turned_about(right, wrong):
        return True
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


@lru_cache(maxsize=65_536)
def key_of(word: str) -> str:
    """The stem of a word in one spelling."""
    if word.endswith(("ued", "uing")):
        word = word.removesuffix("ing").removesuffix("ed") + "e"
    for pattern, put in _BRITISH:
        word = pattern.sub(put, word)
    return stem(word)
