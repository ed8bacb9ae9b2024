"""Task `gap`: which missing facet the engine names, and which words it would quote.

Reported over the messages that every annotator gives a worth of 1 or more. The engine agrees
where it names either annotator's facet; its words overlap where they hold at least half of the
words that either annotator would quote.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agent.method.gaps import coverage_values, value_of
from agent.method.readings import AskContext
from evals.labelled.marks import WORTH_A_GAP
from evals.labelled.reading import LabelledMessage, read_labels
from evals.tasks.engines import engine_for
from evals.tasks.measurement import Case, Outcome, drawn, label_files
from evals.tasks.statistics import Figures, overlaps, share, with_interval
from memory.errors import UserInputError
from memory.records.inquiry import Facet
from prompts import load_catalogue

CUT_WORDS = 12
"""The longest quotation that a question may hold."""
CUTS = 20
"""Random cuts drawn of each message."""


class GapMeasurement:
    """The facet and words that the engine would ask about, against those of the annotators."""

    name = "gap"

    def __init__(self, folder: Path, limit: int = 0, seed: int = 0) -> None:
        self.files = label_files(folder)
        self._seed = seed
        worthy = [one for one in read_labels(folder) if one.worth >= WORTH_A_GAP and one.gold.gaps]
        if not worthy:
            raise UserInputError(
                f"{str(folder)!r} holds no message that all annotators find worth {WORTH_A_GAP}"
            )
        self._items = {one.id: one for one in drawn(worthy, limit, seed)}
        random = np.random.default_rng(seed)
        self._cuts = {key: _cut_share(one, random) for key, one in self._items.items()}

    def cases(self) -> Sequence[Case]:
        return [
            Case(
                one.id,
                one.message.text,
                json.dumps({"gaps": one.gold.gaps, "anchors": one.gold.anchors}),
            )
            for one in self._items.values()
        ]

    def observe(self, case_id: str) -> Outcome:
        """What the engine misses, what it would quote and ask, and what value alone would ask."""
        item = self._items[case_id]
        engine = engine_for(item.site)
        coverage = engine.coverage(item.view, item.message, ())
        context = AskContext(item.view, item.message, coverage)
        missing, question = engine.missing(context), engine.compose(context)
        catalogue = load_catalogue()
        known = coverage_values(coverage, catalogue)
        by_value = max(catalogue.order, key=lambda facet: value_of(facet, known[facet], catalogue))
        return {
            "missing": missing.facet if missing else None,
            "quote": missing.quote.quote if missing and missing.quote else "",
            "asked": question.facet if question else None,
            "question": question.text if question else "",
            "by_value": by_value,
        }

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """Whether the facet is an annotator's, and how the rest compares."""
        gold = self._items[case_id].gold
        agrees = float(said["missing"] in gold.gaps)
        composed = float(said["asked"] is not None)
        outcome: Outcome = {
            "agrees": agrees,
            "overlaps": float(any(overlaps(said["quote"], one) for one in gold.anchors)),
            "composed": composed,
            "composed_agrees": composed * float(said["asked"] in gold.gaps),
            "boundary": float(Facet.BOUNDARY in gold.gaps),
            "by_value": float(said["by_value"] in gold.gaps),
            "random_cut": self._cuts[case_id],
        }
        if len(gold.marks) > 1:
            first, second = gold.marks
            outcome["annotators"] = float(first.gap is second.gap)
            outcome["annotators_overlap"] = float(overlaps(first.anchor, second.anchor))
        return agrees, outcome

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        def measure(name: str, key: str, of: str | None = None) -> dict[str, float]:
            below = [one[of] for one in outcomes] if of else None
            statistic = share([one[key] for one in outcomes], below)
            return with_interval(name, statistic, len(outcomes), self._seed)

        metrics = measure("agreement", "agrees") | measure("anchor_overlap", "overlaps")
        metrics |= measure("composed", "composed")
        metrics |= measure("composed_agreement", "composed_agrees", "composed")
        if all("annotators" in one for one in outcomes):
            metrics |= measure("annotators", "annotators")
            metrics |= measure("annotators_anchor_overlap", "annotators_overlap")
        baselines = {
            "always_boundary": measure("agreement", "boundary"),
            "value_formula": measure("agreement", "by_value"),
            "random_cut": measure("anchor_overlap", "random_cut"),
        }
        return Figures(metrics, baselines)


def _cut_share(item: LabelledMessage, random: np.random.Generator) -> float:
    """Share of random cuts of a dozen words that overlap an annotator's."""
    words = item.message.text.split()
    starts = random.integers(0, max(1, len(words) - CUT_WORDS + 1), size=CUTS)
    cuts = [" ".join(words[start : start + CUT_WORDS]) for start in starts]
    return sum(any(overlaps(cut, one) for one in item.gold.anchors) for cut in cuts) / CUTS
