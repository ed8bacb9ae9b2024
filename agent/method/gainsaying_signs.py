"""What one sentence shows of speaking for or against another: words, marks, clauses, amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from agent.method.words import content_stems, stem
from prompts.answers import load_answers
from prompts.gainsaying import load_gainsaying
from prompts.life import load_life

FOREVER = 1e10
"""Seconds that stand for a time without end."""
_FIGURE = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Shown:
    """One sentence, read alone."""

    keys: frozenset[str]
    """Stems of its content words, without numbers and without a prefix that denies."""
    marks: frozenset[str]
    """Names of the marks that stand in it."""
    clauses: tuple[tuple[frozenset[str], bool], ...]
    """Words of each clause, and whether it denies."""
    spans: tuple[tuple[float, float], ...]
    """Least and most seconds of each span of time."""
    figures: frozenset[float]


@lru_cache(maxsize=16_384)
def shown_in(text: str) -> Shown:
    """Read a sentence."""
    wording = _wording()
    numbered = wording.numbers.sub(lambda found: f"{wording.values[found[0].lower()]:g}", text)
    clauses = (
        (keys, len(wording.marks["denies"].findall(clause)) % 2 == 1)
        for clause in wording.breaks.split(text)
        if (keys := _keys(clause))
    )
    return Shown(
        keys=_keys(text),
        marks=frozenset(name for name, mark in wording.marks.items() if mark.search(text)),
        clauses=tuple(clauses),
        spans=tuple(_spans(text)),
        figures=frozenset(float(one.replace(",", ".")) for one in _FIGURE.findall(numbered)),
    )


def lie_apart(told: Sequence[tuple[float, float]], said: Sequence[tuple[float, float]]) -> bool:
    """Whether both name spans of time, and none of one is near any of the other."""
    more = 1 + load_gainsaying().reach.same_within
    return bool(told and said) and all(
        one[0] > other[1] * more or other[0] > one[1] * more for one, other in product(told, said)
    )


def _keys(text: str) -> frozenset[str]:
    prefixes = _wording().prefixes
    return frozenset(
        stem(prefixes.sub("", one)) for one in content_stems(text) if not one[0].isdigit()
    )


def _spans(text: str) -> Iterator[tuple[float, float]]:
    entry, wording = load_gainsaying(), _wording()
    for found in wording.spans.finditer(text):
        seconds = entry.seconds[found["unit"].lower()]
        counted = entry.counts.get((found["word"] or "").lower(), 1.0 if found["word"] else 2.0)
        low = float(found["low"].replace(",", ".")) if found["low"] else counted
        high = float(found["high"]) if found["high"] else low
        yield low * seconds, high * seconds
    if wording.marks["forever"].search(text):
        yield FOREVER, FOREVER


@dataclass(frozen=True, slots=True)
class _Wording:
    marks: Mapping[str, re.Pattern[str]]
    breaks: re.Pattern[str]
    prefixes: re.Pattern[str]
    spans: re.Pattern[str]
    numbers: re.Pattern[str]
    values: Mapping[str, float]


@lru_cache(maxsize=1)
def _wording() -> _Wording:
    entry, known = load_gainsaying(), load_answers().contradicting
    counts, units = "|".join(entry.counts), "|".join(entry.seconds)
    return _Wording(
        marks={name: re.compile("|".join(m), re.IGNORECASE) for name, m in entry.marks.items()},
        breaks=re.compile(entry.breaks, re.IGNORECASE),
        prefixes=re.compile("|".join(load_life().contesting.prefixes), re.IGNORECASE),
        spans=re.compile(
            rf"(?:(?:(?<![\w.])(?P<low>\d+(?:[.,]\d+)?)|\b(?P<word>{counts})\b)"
            r"(?:\s*(?:-|\u2013|to|or)\s*(?P<high>\d+))?[\s-]*(?:of (?:an? )?|an? )?)?"
            rf"\b(?P<unit>{units})(?:s|'s|ly)?\b",
            re.IGNORECASE,
        ),
        numbers=re.compile(rf"\b(?:{'|'.join(known.numbers)})\b", re.IGNORECASE),
        values=known.numbers,
    )
