"""Read facets, worth, gap and focus of a message with the fitted encoder."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.method.facets import LONGEST_READ, STATED_FROM
from agent.method.readings import Before, FacetReading, Judgement
from agent.reader.artefact import Artefact, shipped_artefact
from agent.reader.encoder import FACETS, Encoder, Floats, WindowReading
from agent.reader.windows import windows_of
from memory.index.minilm import bert_tokenizer

KEPT_READINGS = 256
"""Messages whose reading is remembered: one is judged, covered and asked about in turn."""

TOLD_FROM = 0.2
"""Confidence below which a facet is not even hinted at."""

WIDEST_SHOWN = 12
"""Word pieces shown as the words that state a facet, at most."""

_EVEN = math.log(STATED_FROM / (1 - STATED_FROM))


@dataclass(frozen=True, slots=True)
class _Read:
    facets: tuple[tuple[FacetReading, ...], ...]
    judgement: Judgement


class FittedDetector:
    """Reads a message whole: its sentences in their place, and what it answers.

    The same text always gives the same reading. A confidence of `STATED_FROM` is the fitted
    threshold of each facet.
    """

    def __init__(self, artefact: Artefact | None = None) -> None:
        self._artefact = artefact or shipped_artefact()
        self._encoder = Encoder(
            self._artefact.weights, self._artefact.digest, threads=self._artefact.threads
        )
        self._tokenizer = bert_tokenizer()
        self._kept: OrderedDict[tuple[tuple[str, ...], Before], _Read] = OrderedDict()
        self._keeping = threading.Lock()

    @property
    def artefact(self) -> Artefact:
        """What was fitted, on what."""
        return self._artefact

    def read(self, sentence: str) -> tuple[FacetReading, ...]:
        return self.read_all((sentence,), Before())[0]

    def read_all(
        self, sentences: Sequence[str], before: Before
    ) -> tuple[tuple[FacetReading, ...], ...]:
        return self._read(sentences, before).facets if sentences else ()

    def judge(self, sentences: Sequence[str], before: Before) -> Judgement | None:
        return self._read(sentences, before).judgement if sentences else None

    def _read(self, sentences: Sequence[str], before: Before) -> _Read:
        key = (tuple(text[:LONGEST_READ] for text in sentences), before)
        with self._keeping:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        windows = windows_of(key[0], before, self._tokenizer)
        read = self._understood(key[0], [self._encoder.read(window) for window in windows])
        with self._keeping:
            self._kept[key] = read
            while len(self._kept) > KEPT_READINGS:
                self._kept.popitem(last=False)
        return read

    def _understood(self, sentences: Sequence[str], windows: Sequence[WindowReading]) -> _Read:
        facets: list[tuple[FacetReading, ...]] = []
        focus: list[tuple[tuple[int, int, float], ...]] = []
        for window in windows:
            for odds, shown, pointed, offsets in zip(
                window.facets, window.shown, window.focus, window.offsets, strict=True
            ):
                text = sentences[len(facets)]
                facets.append(self._facets(text, odds, shown, offsets))
                focus.append(
                    tuple(
                        (start, end, float(value))
                        for (start, end), value in zip(offsets, pointed, strict=True)
                    )
                )
        worth = np.max([window.worth for window in windows], axis=0)
        gaps = np.mean([window.gaps for window in windows], axis=0)
        judgement = Judgement(
            (float(worth[0]), float(worth[1]), float(worth[2])),
            {facet: float(odds) for facet, odds in zip(FACETS, gaps, strict=True)},
            tuple(focus),
        )
        return _Read(tuple(facets), judgement)

    def _facets(
        self, text: str, odds: Floats, shown: Floats, offsets: Sequence[tuple[int, int]]
    ) -> tuple[FacetReading, ...]:
        found: list[FacetReading] = []
        for column, facet in enumerate(FACETS):
            surplus = float(odds[column]) - self._artefact.thresholds[facet]
            confidence = round(1 / (1 + math.exp(-surplus - _EVEN)), 4)
            if confidence >= TOLD_FROM:
                words = _telling_words(text, shown[:, column].tolist(), offsets)
                found.append(FacetReading(facet, confidence, words))
        return tuple(sorted(found, key=lambda reading: (-reading.confidence, reading.facet)))


def _telling_words(text: str, added: Sequence[float], offsets: Sequence[tuple[int, int]]) -> str:
    """Return the run of words, at most `WIDEST_SHOWN` pieces, that adds most above the mean."""
    mean = math.fsum(added) / len(added)
    best, place = -math.inf, (0, 1)
    for start in range(len(added)):
        total = 0.0
        for end, value in enumerate(added[start : start + WIDEST_SHOWN], start=start + 1):
            total += value - mean
            if total > best:
                best, place = total, (start, end)
    start, end = offsets[place[0]][0], offsets[place[1] - 1][1]
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end].strip() or text.strip()
