"""Task `masking`: whether a question asks for what was hidden from an answer.

Of an answer that states two or more of the seven tacit facets, the sentences of one are hidden;
the engine sees the rest and asks one question. A hidden sentence is given where the labels say
that it states the facet that the question's wording asks for. Silence gives nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.method.readings import AskContext, ThreadView
from evals.labelled.reading import LabelledMessage, read_labels
from evals.tasks.engines import engine_for
from evals.tasks.measurement import Case, Outcome, drawn, held_out_of, label_files
from evals.tasks.orders import TACIT, Order, by_frequency, by_method, by_weight, first_open
from evals.tasks.statistics import Figures, Statistic, difference, share, with_interval
from evals.tasks.wording import wording_facet
from memory.errors import UserInputError
from memory.records.inquiry import Facet, FacetCoverage, FacetStatus

FEWEST_FACETS = 2
"""Tacit facets that an answer has to state."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is left of an answer once the sentences of a facet are hidden."""

    facet: Facet
    kept: tuple[int, ...]
    hidden: tuple[int, ...]

    def left_stated(self, item: LabelledMessage) -> frozenset[Facet]:
        """Tacit facets that a sentence still there states."""
        kept = set(self.kept)
        return frozenset(facet for facet in TACIT if item.gold.sentences_of(facet) & kept)

    def gives(self, item: LabelledMessage, facet: Facet | None) -> bool:
        """Whether a hidden sentence states the facet that is asked for."""
        return facet is not None and bool(item.gold.sentences_of(facet) & set(self.hidden))


def hidings(item: LabelledMessage) -> tuple[Hidden, ...]:
    """Each way to hide one stated tacit facet that leaves a sentence to read."""
    stated = [facet for facet in TACIT if item.gold.sentences_of(facet)]
    if len(stated) < FEWEST_FACETS:
        return ()
    found = []
    for facet in stated:
        gone = item.gold.sentences_of(facet)
        kept = tuple(n for n in range(len(item.sentences)) if n not in gone)
        if kept:
            found.append(Hidden(facet, kept, tuple(sorted(gone))))
    return tuple(found)


class MaskingMeasurement:
    """What the engine asks about answers of which a part is hidden."""

    name = "masking"

    def __init__(self, folder: Path, limit: int = 0, seed: int = 0) -> None:
        self.files = label_files(folder)
        self._seed = seed
        maskable = [(one, ways) for one in read_labels(folder) if (ways := hidings(one))]
        if not maskable:
            raise UserInputError(
                f"{str(folder)!r} holds no message that states {FEWEST_FACETS} tacit facets"
            )
        self._items = {one.id: (one, ways) for one, ways in drawn(maskable, limit, seed)}
        self._orders = _orders([one for one, _ in self._items.values()])

    def cases(self) -> Sequence[Case]:
        return [
            Case(one.id, one.message.text, json.dumps({"hidden": [way.facet for way in ways]}))
            for one, ways in self._items.values()
        ]

    def observe(self, case_id: str) -> Outcome:
        """One question for each way to hide a facet, with the facet the engine says it asks."""
        item, ways = self._items[case_id]
        return {"asked": [_ask(item, item.left_with(list(way.kept))) for way in ways]}

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """Share of the questions that give something, and the same for each fixed order."""
        item, ways = self._items[case_id]
        given, declared, asked, composed, matching = [], [], [], [], []
        for way, one in zip(ways, said["asked"], strict=True):
            facet = Facet(one["facet"]) if one["facet"] else None
            worded = wording_facet(one["question"]) if one["question"] else facet
            asked.append(facet is not None)
            composed.append(bool(one["question"]))
            matching.append(bool(one["question"]) and worded is facet)
            given.append(way.gives(item, worded))
            declared.append(way.gives(item, facet))
        outcome: Outcome = {
            "cases": len(ways),
            "asked": sum(asked),
            "composed": sum(composed),
            "given": sum(given),
            "declared": sum(declared),
            "given_composed": sum(g and c for g, c in zip(given, composed, strict=True)),
            "matching": sum(matching),
            "orders": {
                name: sum(way.gives(item, first_open(order, way.left_stated(item))) for way in ways)
                for name, order in self._orders[item.site].items()
            }
            | {"always_why": sum(way.gives(item, Facet.WHY) for way in ways)},
        }
        return sum(given) / len(ways), outcome

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        def part(key: str, of: str) -> Statistic:
            return share([one[key] for one in outcomes], [one[of] for one in outcomes])

        def measure(name: str, statistic: Statistic) -> dict[str, float]:
            return with_interval(name, statistic, len(outcomes), self._seed)

        cases = [one["cases"] for one in outcomes]
        orders = {
            name: share([one["orders"][name] for one in outcomes], cases)
            for name in outcomes[0]["orders"]
        }
        baselines = {
            f"order_{name}": measure("given_per_question", statistic)
            for name, statistic in orders.items()
        }
        best = max(orders, key=lambda name: baselines[f"order_{name}"]["given_per_question"])
        metrics = measure("given_per_question", part("given", "asked"))
        metrics |= {name.replace("given", "recovered"): value for name, value in metrics.items()}
        metrics |= measure("given_by_declared", part("declared", "asked"))
        metrics |= measure("given_composed", part("given_composed", "composed"))
        metrics |= measure("given_counting_silence", part("given", "cases"))
        metrics |= measure("over_best_order", difference(part("given", "cases"), orders[best]))
        metrics |= measure("wording_matches_declared", part("matching", "composed"))
        total = float(sum(cases))
        metrics |= {
            "questions": total,
            "silent": 1 - sum(one["asked"] for one in outcomes) / total,
            "not_composed": 1 - sum(one["composed"] for one in outcomes) / total,
        }
        return Figures(metrics, baselines)


def _ask(item: LabelledMessage, view: ThreadView) -> Outcome:
    """The engine's question about what is left; its missing facet where it composes none.

    The five facets that are not at stake count as known, as they do for the fixed orders.
    """
    engine, anchor = engine_for(item.site), view.messages[-1]
    coverage = tuple(
        one if one.facet in TACIT else _known(one.facet)
        for one in engine.coverage(view, anchor, ())
    )
    context = AskContext(view, anchor, coverage)
    question = engine.compose(context)
    if question is not None:
        return {"facet": question.facet, "question": question.text}
    missing = engine.missing(context)
    return {"facet": missing.facet if missing else None, "question": ""}


def _known(facet: Facet) -> FacetCoverage:
    return FacetCoverage(facet=facet, status=FacetStatus.STATED, confidence=1.0)


def _orders(items: Sequence[LabelledMessage]) -> Mapping[str, Mapping[str, Order]]:
    """The fixed orders by site; that by frequency only where labels for fitting are at hand."""
    found: dict[str, dict[str, Order]] = {}
    for site, seen in held_out_of(items).items():
        found[site] = {"weights": by_weight(), "method": by_method()}
        if seen:
            found[site]["frequency"] = by_frequency(seen)
    return found
