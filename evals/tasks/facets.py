"""Task `facets`: which of the twelve facets an answer states, and which its sentences.

A facet that both annotators mark is stated, one that neither marks is not, a disputed one is
left out. `macro_f1` is the mean F1 over the facets with at least ten gold items.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agent.method.facets import STATED_FROM
from agent.method.readings import ReadSentence
from evals.labelled.reading import LabelledMessage
from evals.tasks.baselines import facets_by_pattern
from evals.tasks.engines import engine_for
from evals.tasks.learnt import fitted_on_words
from evals.tasks.measurement import (
    Case,
    Outcome,
    chosen,
    held_out_of,
    label_files,
)
from evals.tasks.statistics import (
    HALF,
    Array,
    Confusion,
    Figures,
    confusion,
    with_interval,
)
from memory.records.inquiry import Facet

FACETS = tuple(Facet)
LEAST_SUPPORT = 10
"""Gold items from which a facet counts in `macro_f1`."""
Row = list[float | None]
"""One entry a facet: 1, 0, or nothing where it is disputed."""


class FacetsMeasurement:
    """What the engine reads in labelled messages, against what annotators marked."""

    name = "facets"

    def __init__(self, folder: Path, limit: int = 0, seed: int = 0) -> None:
        self.files = label_files(folder)
        self._seed = seed
        self._items = {one.id: one for one in chosen(folder, limit, seed)}
        self._learnt = _learnt_rows(tuple(self._items.values()))

    def cases(self) -> Sequence[Case]:
        return [
            Case(one.id, one.message.text, json.dumps(dict(zip(FACETS, _gold(one), strict=True))))
            for one in self._items.values()
        ]

    def observe(self, case_id: str) -> Outcome:
        """How surely each facet is stated, by the numbers of the annotators' sentences."""
        item = self._items[case_id]
        read = engine_for(item.site).read(item.view, item.message)
        return {"sentences": by_annotated_sentence(item, read)}

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """Share of undisputed facets that are right, and all marks side by side."""
        item = self._items[case_id]
        sure = said["sentences"]
        by_sentence = [[float(c >= STATED_FROM) for c in row] for row in sure]
        stated = [max(column) for column in zip(*by_sentence, strict=True)]
        pattern = [facets_by_pattern(sentence) for sentence in item.sentences]
        gold = _gold(item)
        outcome: Outcome = {
            "gold": gold,
            "said": stated,
            "pattern": [float(any(facet in found for found in pattern)) for facet in FACETS],
            "sentence_gold": [_sentence_gold(item, n) for n in range(len(item.sentences))],
            "sentence_said": by_sentence,
            "sentence_pattern": [[float(f in found) for f in FACETS] for found in pattern],
            "annotators": [[float(bool(m.facets.get(f))) for f in FACETS] for m in item.gold.marks],
        }
        if self._learnt:
            outcome["learnt"] = self._learnt[case_id]
        known = [g == s for g, s in zip(gold, stated, strict=True) if g is not None]
        return sum(known) / max(1, len(known)), outcome

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        gold, said = _rows(outcomes, "gold"), _rows(outcomes, "said")
        marks = confusion(gold, said)
        counted = _counted(marks)
        sentences = _by_item(outcomes, "sentence_said")
        metrics = self._macro("macro_f1", marks, counted)
        metrics |= self._macro("macro_f1_all", marks, _present(marks))
        metrics |= self._macro("sentence_macro_f1", sentences, _counted(sentences))
        metrics["facets_counted"] = float(len(counted))
        for n, facet in enumerate(FACETS):
            each = marks.of_class(n).items()
            metrics |= {f"{facet}_{name}": value for name, value in each}
        metrics |= {f"{facet}_sentence_f1": sentences.of_class(n)["f1"]
                    for n, facet in enumerate(FACETS)}  # fmt: skip
        if all(len(one["annotators"]) > 1 for one in outcomes):
            first, second = (np.array([one["annotators"][n] for one in outcomes]) for n in (0, 1))
            metrics |= self._macro("annotators", confusion(first, second), counted)
        majority = np.nansum(gold == 1, axis=0) > np.nansum(gold == 0, axis=0)
        frequent = confusion(gold, np.tile(majority * 1.0, (len(gold), 1)))
        pattern = confusion(gold, _rows(outcomes, "pattern"))
        by_pattern = _by_item(outcomes, "sentence_pattern")
        baselines = {
            "regular_expressions": self._macro("macro_f1", pattern, counted)
            | self._macro("macro_f1_all", pattern, _present(marks))
            | self._macro("sentence_macro_f1", by_pattern, _counted(sentences)),
            "most_frequent": self._macro("macro_f1", frequent, counted)
            | self._macro("macro_f1_all", frequent, _present(marks)),
        }
        if all("learnt" in one for one in outcomes):
            learnt = confusion(gold, _rows(outcomes, "learnt"))
            baselines["tfidf_logistic"] = self._macro("macro_f1", learnt, counted) | self._macro(
                "macro_f1_all", learnt, _present(marks)
            )
        return Figures(metrics, baselines)

    def _macro(self, name: str, marks: Confusion, classes: Sequence[int]) -> dict[str, float]:
        return with_interval(name, marks.macro_f1(classes), len(marks.right), self._seed)


def by_annotated_sentence(item: LabelledMessage, read: Sequence[ReadSentence]) -> list[list[float]]:
    """Confidence of each facet in each annotated sentence, shape (sentences, facets).

    A sentence as the engine splits it belongs to the annotators' sentence it shares most with.
    """
    rows = [[0.0] * len(FACETS) for _ in item.sentences]
    for one in read:
        shared = [
            min(one.sentence.end, end) - max(one.sentence.start, start) for start, end in item.spans
        ]
        place = max(range(len(shared)), key=lambda n: (shared[n], -n))
        for reading in one.facets:
            column = FACETS.index(reading.facet)
            rows[place][column] = max(rows[place][column], reading.confidence)
    return rows


def _gold(item: LabelledMessage) -> Row:
    return [_number(item.gold.states(facet)) for facet in FACETS]


def _sentence_gold(item: LabelledMessage, number: int) -> Row:
    return [_number(item.gold.sentence_states(number, facet)) for facet in FACETS]


def _number(agreed: bool | None) -> float | None:
    return None if agreed is None else float(agreed)


def _learnt_rows(items: Sequence[LabelledMessage]) -> dict[str, list[float]]:
    """Marks by a classifier over words that never saw the site of an item; empty without labels."""
    found: dict[str, list[float]] = {}
    for site, seen in held_out_of(items).items():
        if not seen:
            return {}
        texts = [one.message.text for one in seen]
        marks = np.array([[float(bool(one.gold.states(f))) for f in FACETS] for one in seen])
        read = [one for one in items if one.site == site]
        chances = fitted_on_words(texts, marks, [one.message.text for one in read])
        found |= {
            one.id: [float(chance > HALF) for chance in row]
            for one, row in zip(read, chances, strict=True)
        }
    return found


def _rows(outcomes: Sequence[Outcome], key: str) -> Array:
    return np.array([one[key] for one in outcomes], dtype=np.float64)


def _by_item(outcomes: Sequence[Outcome], key: str) -> Confusion:
    """Marks of sentences added up by item, so that items are what is resampled."""
    each = [
        confusion(np.array(one["sentence_gold"], dtype=np.float64), np.array(one[key]))
        for one in outcomes
    ]
    return Confusion(
        *(np.array([getattr(one, part).sum(axis=0) for one in each])
          for part in ("right", "false", "missed"))
    )  # fmt: skip


def _present(marks: Confusion) -> list[int]:
    return [int(n) for n in np.flatnonzero(marks.support > 0)]


def _counted(marks: Confusion) -> list[int]:
    """Facets with enough gold items; in a set too small to hold one, all that occur."""
    enough = [int(n) for n in np.flatnonzero(marks.support >= LEAST_SUPPORT)]
    return enough or _present(marks)
