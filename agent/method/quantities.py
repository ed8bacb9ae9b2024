"""Numbers with their units in a text, and limits that compare with one ("under 100 000 rows")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agent.method.words import stem
from prompts.recall import load_recall

VERSION = "version"
"""Unit of the numbers of versions."""
YEARS = range(1900, 2100)
"""Numbers that may be years."""
_NUMBER = r"\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+(?!\d)|\d+(?:\.\d+)*"
_UNIT = r"[^\W\d_][^\W_]*|%|\u00b0[CF]?"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of something; a version's number in its parts, so that 9.10 follows 9.9."""

    value: tuple[float, ...]
    unit: str
    """Stem of the word after the number, or `VERSION`."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A comparison with a number."""

    quantity: Quantity
    above: bool
    """Else below."""
    including: bool
    """Whether the number itself is on this side."""

    def holds(self, said: Quantity) -> bool:
        """Whether a number of the same unit is on this side."""
        if said.value == self.quantity.value:
            return self.including
        return (said.value > self.quantity.value) is self.above


def quantities(text: str) -> tuple[Quantity, ...]:
    """Numbers of something in a text, in order; a number of nothing is left out.

    So is what looks like a year ("all 2022 rows"), where the same is counted otherwise as well.
    """
    found = [one for match in _pattern().finditer(text) if (one := _quantity(match)).unit]
    counted = {one.unit for one in found if not _is_year(one)}
    return tuple(one for one in found if not (_is_year(one) and one.unit in counted))


def bounds(text: str) -> tuple[Bound, ...]:
    """Comparisons with a number in a text, in order."""
    return tuple(_bounds(text))


def _bounds(text: str) -> Iterator[Bound]:
    words = load_recall().comparing
    for match in _pattern().finditer(text):
        compares = match["compares"]
        if compares is None:
            continue
        compares = " ".join(compares.lower().split())
        quantity = _quantity(match)
        if not quantity.unit and compares in words.of_versions and not match["magnitude"]:
            quantity = Quantity(_parts(match["number"]), VERSION)
        if quantity.unit:
            yield Bound(
                quantity,
                above=compares in words.at_least,
                including=compares in words.including,
            )


def _quantity(match: re.Match[str]) -> Quantity:
    words = load_recall().comparing
    number, unit = match["number"] or "1", match["unit"] or ""
    unit = "" if unit.lower() in _NO_UNITS else unit
    named = match["name"] and (match["before"] or not (unit or match["magnitude"]))
    if match["version"] or named:
        return Quantity(_parts(number), VERSION)
    value = float(re.sub(r"[ ,\u00a0\u202f]", "", number)) if number.count(".") < 2 else 0.0  # noqa: PLR2004 - two stops make a version, not a number
    magnitude = (match["magnitude"] or "").lower()
    value *= words.magnitudes.get(magnitude, 1)
    return Quantity((value,), stem(unit) if unit else "")


def _is_year(one: Quantity) -> bool:
    return one.unit != VERSION and one.value[0] in YEARS


def _parts(number: str) -> tuple[float, ...]:
    return tuple(float(part) for part in re.findall(r"\d+", number))


_NO_UNITS = frozenset("a an and as at by for if in is it of on or so than the then to with".split())  # noqa: SIM905 - reads better than 18 literals


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    words = load_recall().comparing
    compares = "|".join(
        (r"(?<!\w)" if one[0].isalpha() else "") + re.escape(one).replace(r"\ ", r"\s+")
        for one in sorted((*words.at_most, *words.at_least), key=len, reverse=True)
    )
    versions = "|".join(map(re.escape, words.versions))
    before = "|".join(words.before_names)
    magnitudes = "|".join(map(re.escape, words.magnitudes))
    return re.compile(
        rf"(?:(?P<compares>(?i:{compares}))\s*)?"
        rf"(?:(?<![\w.])(?P<version>(?i:{versions}))\.?\s?|(?:\b(?P<before>{before})\s)?(?<![\w.])(?P<name>[A-Z]\w*)\s)?"
        rf"(?:(?<![\w.,])(?P<number>{_NUMBER})|(?<!\w)(?i:an?|one)(?=\s(?i:{magnitudes})\b))"
        rf"\s?(?P<magnitude>(?i:{magnitudes})\b)?"
        rf"(?:[ \u00a0-]?(?P<unit>{_UNIT}))?",
    )
