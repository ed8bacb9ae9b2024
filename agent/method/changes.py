"""What changed between two versions of a guide, sentence by sentence and word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from memory.records.guide import GuideSentence, GuideVersion
from memory.records.inquiry import Facet

ALIKE_FROM = 0.5
"""Share of common words from which two sentences are one that was reworded."""
_WORDS = re.compile(r"\S+")


class ChangeOf(StrEnum):
    """What happened to a sentence."""

    SAME = "same"
    ADDED = "added"
    GONE = "gone"
    REWORDED = "reworded"
    MOVED = "moved"
    """The same words under another heading."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring words of a reworded sentence: in both versions, only before, only after."""

    before: str
    after: str

    @property
    def kept(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One sentence in two versions, and its number in the newer one (`None`: it went)."""

    change: ChangeOf
    facet: Facet | None
    number: int | None
    before: str
    after: str

    def pieces(self) -> tuple[Piece, ...]:
        """Word by word, for a reworded one."""
        return pieces_of(self.before, self.after)


Placed = tuple[Facet | None, GuideSentence]


def changes_between(before: GuideVersion, after: GuideVersion) -> tuple[SentenceChange, ...]:
    """Every sentence of the newer version in its order, each that went where it stood."""
    old, new = before.placed(), after.placed()
    pairs = _paired(old, new)
    found: list[SentenceChange] = []
    shown = 0
    for number, (facet, sentence) in enumerate(new, start=1):
        home = pairs.get(number - 1)
        if home is not None:
            found += _gone(old, pairs, shown, home)
            shown = max(shown, home + 1)
        found.append(_change(old[home] if home is not None else None, facet, sentence, number))
    return (*found, *_gone(old, pairs, shown, len(old)))


def pieces_of(before: str, after: str) -> tuple[Piece, ...]:
    """Two wordings cut into stretches that stayed and stretches that changed."""
    mine, theirs = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    return tuple(
        Piece(" ".join(mine[a:b]), " ".join(theirs[c:d])) for _, a, b, c, d in matcher.get_opcodes()
    )


def _paired(old: Sequence[Placed], new: Sequence[Placed]) -> dict[int, int]:
    """Places in the newer version to those in the older: same words first, then most alike."""
    pairs: dict[int, int] = {}
    free = set(range(len(old)))
    for same_heading in (True, False):
        for place, (facet, sentence) in enumerate(new):
            if place in pairs:
                continue
            fits = (
                home
                for home in sorted(free)
                if old[home][1].text == sentence.text
                and (old[home][0] == facet or not same_heading)
            )
            if (home := next(fits, None)) is not None:
                pairs[place] = home
                free.discard(home)
    ranked = sorted(
        (
            (-likeness, place, home)
            for place, (_, sentence) in enumerate(new)
            if place not in pairs
            for home in free
            if (likeness := _likeness(old[home][1], sentence)) >= ALIKE_FROM
        ),
    )
    for _, place, home in ranked:
        if place not in pairs and home in free:
            pairs[place] = home
            free.discard(home)
    return pairs


def _likeness(old: GuideSentence, new: GuideSentence) -> float:
    """Share of common words, or certainty where both rest on the very same words."""
    if old.evidence == new.evidence:
        return 1.0
    mine, theirs = old.text.casefold().split(), new.text.casefold().split()
    return SequenceMatcher(None, mine, theirs, autojunk=False).ratio()


def _change(
    old: Placed | None, facet: Facet | None, new: GuideSentence, number: int
) -> SentenceChange:
    if old is None:
        return SentenceChange(ChangeOf.ADDED, facet, number, "", new.text)
    if old[1].text != new.text:
        return SentenceChange(ChangeOf.REWORDED, facet, number, old[1].text, new.text)
    kind = ChangeOf.SAME if old[0] == facet else ChangeOf.MOVED
    return SentenceChange(kind, facet, number, old[1].text, new.text)


def _gone(
    old: Sequence[Placed], pairs: dict[int, int], start: int, end: int
) -> Iterator[SentenceChange]:
    kept = set(pairs.values())
    for home in range(start, end):
        if home not in kept:
            facet, sentence = old[home]
            yield SentenceChange(ChangeOf.GONE, facet, None, sentence.text, "")
