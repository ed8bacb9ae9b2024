"""Secrets in a text: by the forms that issuers document, by the words before, and as proposed.

Pure: what a detector proposes comes in as strings. What stands where a secret would (`<token>`,
`$TOKEN`, `xxxx`, a hash of a commit) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from prompts.privacy import SecretsEntry

Stretch = tuple[int, int]
"""Start and end in characters, the end excluded."""
_QUOTES = "\"'`"


def secrets_in(text: str, proposed: Iterable[str], entry: SecretsEntry) -> tuple[Stretch, ...]:
    """Every stretch of `text` that is a secret, in order; no two overlap."""
    found: list[Stretch] = []
    for pattern in entry.forms:
        for match in _compiled(pattern).finditer(text):
            _take(found, _formed(text, match.span(_group(match)), entry))
    for words in sorted(set(proposed), key=len, reverse=True):
        for start in _places(text, words):
            _take(found, _formed(text, (start, start + len(words)), entry))
    for pattern in entry.told:
        for match in _compiled(pattern).finditer(text):
            _take(found, _told(text, match.span("it"), entry))
    return tuple(sorted(found))


def _take(found: list[Stretch], one: Stretch | None) -> None:
    if one and all(one[1] <= start or end <= one[0] for start, end in found):
        found.append(one)


def _group(match: re.Match[str]) -> str | int:
    return "it" if "it" in match.re.groupindex else 0


def _formed(text: str, span: Stretch, entry: SecretsEntry) -> Stretch | None:
    """A stretch with the form of a secret, unless it is a stand-in for one."""
    start, end = span
    words = text[start:end]
    stands_in = _compiled(entry.never).match(words) and not words.startswith("-----BEGIN")
    return None if stands_in or len(set(words)) < entry.fewest_kinds else (start, end)


def _told(text: str, span: Stretch, entry: SecretsEntry) -> Stretch | None:
    """A stretch that the words before call a secret, where it looks like one by itself."""
    start, end = span
    quoted = text[start] in _QUOTES
    if quoted:
        start, end = start + 1, end - 1
    else:
        end = start + len(text[start:end].rstrip(".,;:!?"))
    words = text[start:end]
    if _compiled(entry.never).match(words) or _compiled(entry.alike).match(words):
        return None
    kinds = [any(map(test, words)) for test in (str.isdigit, str.isalpha)]
    marks = any(not character.isalnum() for character in words)
    enough = all(kinds) or (marks and any(kinds) and quoted)
    return (start, end) if enough and len(set(words)) >= entry.fewest_kinds else None


def _places(text: str, words: str) -> Iterator[int]:
    start = text.find(words) if words else -1
    while start >= 0:
        yield start
        start = text.find(words, start + len(words))


@lru_cache(maxsize=128)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
