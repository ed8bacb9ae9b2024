"""Placeholders for all that is private; the way back restores every letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from agent.method.concealing import Find
from agent.method.personal import PersonalKind, personal_data
from memory.records.people import Member
from prompts.desk import PersonalEntry

_LEFT = re.compile(r"\[[A-Z]+_\d+\]")
"""The form of a placeholder."""
_MARKED = re.compile(r"[\d_.\-]|[a-z][A-Z]")
"""What tells a handle from an ordinary word."""
_FEWEST_LETTERS = 2
"""Of a name that is looked for by itself; to hide a word too many costs nothing."""
_STRUCTURED = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\bhttps?://[^\s<>\"\])]+"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"
    r"|(?<![\w.,])\+?\(?\d[\d ()/-]{6,}\d(?![\w])"
)
"""Addresses of mail, pages and machines, account numbers, and long rows of digits."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Which stretches are replaced by what. The same texts and people give the same mask."""

    placeholders: Mapping[str, str]
    """What stands in a text, to its placeholder."""
    names: frozenset[str] = frozenset()
    """Those of them that count only as words of their own."""

    @classmethod
    def over(
        cls,
        texts: Iterable[str],
        members: Iterable[Member],
        entry: PersonalEntry,
        find: Find | None = None,
    ) -> Mask:
        """Find what has to be masked in any of the texts, numbered by first appearance.

        `find` is the look for what is private (see `agent.privacy.sending`); it may raise
        `PrivacyError`, and then there is no mask and nothing may leave. Without it, forms and
        members alone are masked.
        """
        given = list(texts)
        called = _names_of(members)
        label = "PERSON"
        while any(f"[{label}_" in text for text in given):
            label += "X"
        found: dict[str, str] = {}
        names: set[str] = set()
        for text in given:
            named = list(_named(text, called))
            names.update(named)
            seen = [one for one in find(text) if one.found.strip()] if find else []
            names.update(one.found for one in seen if one.kind is PersonalKind.PERSON)
            for stretch in (*named, *(one.found for one in seen), *_structured(text, entry)):
                found.setdefault(stretch, f"[{label}_{len(found) + 1}]")
        mask = cls(found, frozenset(names))
        for text in given:
            for left in _STRUCTURED.findall(mask.hide(text)):  # what another stretch was cut from
                if left in text:
                    found.setdefault(left, f"[{label}_{len(found) + 1}]")
        return mask

    def hide(self, text: str) -> str:
        """`text` with placeholders, the longest stretches first."""
        if not self.placeholders:
            return text
        longest = sorted(self.placeholders, key=lambda stretch: (-len(stretch), stretch))
        pattern = re.compile(
            "|".join(_whole(one) if one in self.names else re.escape(one) for one in longest)
        )
        return pattern.sub(lambda match: self.placeholders[match[0]], text)

    def restore(self, text: str) -> str:
        """`text` with what the placeholders stand for; unknown ones stay as they are."""
        back = {placeholder: stretch for stretch, placeholder in self.placeholders.items()}
        return _LEFT.sub(lambda match: back.get(match[0], match[0]), text)


def has_placeholder(text: str) -> bool:
    """Whether a text holds a placeholder, which after restoring is an invented one."""
    return bool(_LEFT.search(text))


def _whole(stretch: str) -> str:
    """A pattern of the stretch as a word of its own, wherever it begins or ends with one.

    Digits beside it are no part of a word: once a number there has its placeholder, none are left.
    """
    before = r"(?<![^\W\d])" if stretch[0].isalnum() or stretch[0] == "_" else ""
    after = r"(?![^\W\d])" if stretch[-1].isalnum() or stretch[-1] == "_" else ""
    return before + re.escape(stretch) + after


def _names_of(members: Iterable[Member]) -> frozenset[str]:
    """All that members are called: full names, their parts, handles. Ambiguity does not matter."""
    called: set[str] = set()
    for member in members:
        if member.is_bot:
            continue
        called.add(f"@{member.handle}")
        if _MARKED.search(member.handle) and len(member.handle) >= _FEWEST_LETTERS:
            called.add(member.handle)
        if " " in member.name.strip():
            called.add(member.name.strip())
        parts = re.findall(r"[^\W\d_]+", member.name)
        called |= {p for p in parts if len(p) >= _FEWEST_LETTERS and not p.islower()}
        called |= {p for p in member.name.split() if "-" in p and not p.islower()}
    return frozenset(name for name in called if name.strip("@ "))


def _structured(text: str, entry: PersonalEntry) -> Iterator[str]:
    """Addresses and numbers in one text, in order."""
    yield from (match[0] for match in _STRUCTURED.finditer(text))
    for finding in personal_data(text, {}, entry):
        if finding.found:
            yield finding.found


def _named(text: str, called: frozenset[str]) -> Iterator[str]:
    """Names as they are written in the text; those of several words in any case."""
    folded = text.casefold()
    near = [name for name in called if name.casefold() in folded]
    near.sort(key=lambda name: (-len(name), name))
    for name in near:
        any_case = re.IGNORECASE if " " in name or name.startswith("@") or name.isupper() else 0
        for match in re.finditer(_whole(name), text, any_case):
            yield match[0]
        if not any_case and name.upper() in text:
            yield from (match[0] for match in re.finditer(_whole(name.upper()), text))
