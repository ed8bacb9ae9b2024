"""Task `triage`: whether the engine puts the messages that are worth asking about first.

Worth is the lower of the annotators' two; a message is worth asking about from 2. A message
that fails a gate scores 0.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evals.labelled.marks import WORTH_ASKING
from evals.labelled.reading import LabelledMessage
from evals.tasks.baselines import directs_without_reason
from evals.tasks.engines import ask_threshold, engine_for
from evals.tasks.learnt import fitted_on_words
from evals.tasks.measurement import (
    Case,
    Outcome,
    chosen,
    held_out_of,
    label_files,
)
from evals.tasks.statistics import Figures, average_precision, share, with_interval, words_of


class TriageMeasurement:
    """The engine's scores of labelled messages, against how much they are worth."""

    name = "triage"

    def __init__(self, folder: Path, limit: int = 0, seed: int = 0) -> None:
        self.files = label_files(folder)
        self._seed = seed
        self._items = {one.id: one for one in chosen(folder, limit, seed)}
        self._learnt = _learnt_scores(tuple(self._items.values()))

    def cases(self) -> Sequence[Case]:
        return [
            Case(one.id, one.message.text, json.dumps({"worth": one.worth}))
            for one in self._items.values()
        ]

    def observe(self, case_id: str) -> Outcome:
        """The score of the message, and the gates it failed.

        The engine keeps only the best message of each author; another one than the best has no
        score of its own and counts as 0.
        """
        item = self._items[case_id]
        for reading in engine_for(item.site).judge(item.view, {}):
            if reading.message.id == item.message.id:
                failed = reading.gates_failed
                return {"score": 0.0 if failed else reading.score, "gates": list(failed)}
        return {"score": 0.0, "gates": ["not_the_best"]}

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """Whether asking, or letting be, was right."""
        item = self._items[case_id]
        wanted = item.worth >= WORTH_ASKING
        asked = not said["gates"] and said["score"] >= ask_threshold(item.site)
        text = item.message.text
        outcome: Outcome = {
            "wanted": float(wanted),
            "score": said["score"],
            "asked": float(asked),
            "gated": float(bool(said["gates"])),
            "length": float(len(words_of(text))),
            "directive_without_reason": float(directs_without_reason(text)),
        }
        if self._learnt:
            outcome["tfidf_logistic"] = self._learnt[case_id]
        return float(wanted == asked), outcome

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        def column(key: str) -> list[float]:
            return [float(one[key]) for one in outcomes]

        wanted, asked = np.array(column("wanted")), np.array(column("asked"))
        of, seed = len(outcomes), self._seed
        metrics = with_interval(
            "average_precision", average_precision(wanted.tolist(), column("score")), of, seed
        )
        both = (wanted * asked).tolist()
        right = share(both, asked.tolist())
        found = share(both, wanted.tolist())
        metrics |= with_interval("precision_at_threshold", right, of, seed)
        metrics |= with_interval("recall_at_threshold", found, of, seed)
        metrics |= {
            "base_rate": float(wanted.mean()),
            "threshold": ask_threshold(),
            "asked": float(asked.sum()),
            "gated": float(sum(column("gated"))),
        }
        known = ("length", "directive_without_reason", "tfidf_logistic")
        baselines = {
            name: with_interval(
                "average_precision", average_precision(wanted.tolist(), column(name)), of, seed
            )
            for name in known
            if all(name in one for one in outcomes)
        }
        baselines["chance"] = {"average_precision": float(wanted.mean())}
        return Figures(metrics, baselines)


def _learnt_scores(items: Sequence[LabelledMessage]) -> dict[str, float]:
    """Chances by a classifier over words that never saw the site; empty without labels."""
    found: dict[str, float] = {}
    for site, seen in held_out_of(items).items():
        if not seen:
            return {}
        marks = np.array([[float(one.worth >= WORTH_ASKING)] for one in seen])
        read = [one for one in items if one.site == site]
        texts = [one.message.text for one in seen]
        chances = fitted_on_words(texts, marks, [one.message.text for one in read])
        found |= {one.id: float(row[0]) for one, row in zip(read, chances, strict=True)}
    return found
