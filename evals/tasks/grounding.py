"""Task `grounding`: whether the gate tells what cited words carry from what they do not.

`auroc` is taken over the responses of tables (BEGIN) by their scores, where there are any, else
over the edits, by verdict and then by score.
Of edits, `caught` is the share of unfaithful ones that are refused and `accepted` the share of
faithful ones that are let through. By default BEGIN dev and edits of `PASSDOWN_DATA` are read
where they are at hand (`labels/grounding`, `labels/edits`), and always the shipped edits.

With a model, what counts is the gate with the model's second opinion: a text is let through where
the gate lets it and the model does not object. The gate alone and the model alone stand beside it
as `gate_alone` and `model_alone`; where the model told nothing (`told` is the share where it did),
the gate alone decides, and the model alone lets nothing through.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agent.method.entailment import GroundingVerdict, is_grounded
from agent.method.words import content_stems
from evals.labelled.edits import Attribution, attribution_files, read_attributions
from evals.sample import EDITS
from evals.tasks.chosen import EngineName, measured_engine, sabotaged
from evals.tasks.measurement import Case, Outcome, data_folder, drawn
from evals.tasks.statistics import Array, Figures, Statistic, share, with_interval
from evals.tasks.with_model import signed_by_model


class GroundingMeasurement:
    """The gate's verdicts on responses and edits, beside plain overlap of content words."""

    name = "grounding"

    def __init__(self, folder: Path | None, limit: int = 0, seed: int = 0) -> None:
        folders = [folder] if folder is not None else _at_hand()
        self.files = tuple(file for one in folders for file in attribution_files(one))
        self._seed = seed
        self._items = {one.id: one for one in drawn(read_attributions(folders), limit, seed)}

    def cases(self) -> Sequence[Case]:
        return [
            Case(one.id, one.text, json.dumps({"faithful": one.faithful, "kind": one.kind}))
            for one in self._items.values()
        ]

    def observe(self, case_id: str) -> Outcome:
        """The verdict on a text, and the share of its content words that are cited."""
        item = self._items[case_id]
        verdict = is_grounded(item.text, item.evidence, item.context)
        if sabotaged():  # a gate that stands open
            verdict = GroundingVerdict(1.0, ok=True, reasons=())
        signed = None
        if with_opinion := measured_engine() is EngineName.MODEL:
            signed = signed_by_model(item.text, item.evidence)
        return {
            "ok": verdict.ok and signed is not False,
            "gate": verdict.ok,
            **({"signed": signed} if with_opinion else {}),
            "score": verdict.score,
            "reasons": list(verdict.reasons),
            "overlap": _overlap(item),
        }

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """Whether the verdict is the label's."""
        item = self._items[case_id]
        about = {
            "faithful": item.faithful,
            "kind": item.kind,
            "file": item.file,
            "rank": said["score"] + (said["ok"] if item.is_edit else 0),
            "gate_rank": said["score"] + (said["gate"] if item.is_edit else 0),
        }
        return float(said["ok"] == item.faithful), about | said

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        edits = [one for one in outcomes if one["kind"]]
        ranked = [one for one in outcomes if not one["kind"]] or edits
        metrics = self._auroc(ranked, "rank")
        metrics |= {"responses": float(len(outcomes) - len(edits)), "edits": float(len(edits))}
        for name, some in _parts(edits).items():
            metrics |= self._told(name, some)
        opinions = self._opinions(ranked, edits)
        if opinions:
            metrics["told"] = sum(one["signed"] is not None for one in outcomes) / len(outcomes)
        overlap = [one | {"ok": one["overlap"] == 1} for one in edits]
        baseline = self._auroc(ranked, "overlap")
        for name, some in _parts(overlap).items():
            if not name:
                baseline |= self._told(name, some)
        return Figures(metrics, {"word_overlap": baseline} | opinions)

    def _opinions(
        self, ranked: Sequence[Outcome], edits: Sequence[Outcome]
    ) -> dict[str, dict[str, float]]:
        """The gate and the model each alone, where a model gave a second opinion."""
        if not any("signed" in one for one in (*ranked, *edits)):
            return {}
        gate = self._auroc(ranked, "gate_rank")
        gate |= self._told("", [one | {"ok": one["gate"]} for one in edits])
        signed = [one | {"ok": one["signed"] is True} for one in (*ranked, *edits)]
        model = self._auroc(signed[: len(ranked)], "ok")
        model |= self._told("", signed[len(ranked) :])
        return {"gate_alone": gate, "model_alone": model}

    def _auroc(self, some: Sequence[Outcome], key: str) -> dict[str, float]:
        labels = [float(one["faithful"]) for one in some]
        statistic = auroc(labels, [one[key] for one in some])
        return with_interval("auroc", statistic, len(some), self._seed)

    def _told(self, name: str, some: Sequence[Outcome]) -> dict[str, float]:
        """Shares of unfaithful texts that are caught and of faithful ones that are accepted."""
        found: dict[str, float] = {}
        for measure, faithful in (("caught", False), ("accepted", True)):
            right = [float(one["ok"] == faithful) for one in some if one["faithful"] == faithful]
            if right:
                found |= with_interval(f"{measure}{name}", share(right), len(right), self._seed)
                found[f"{measure}{name}_of"] = float(len(right))
        return found


def auroc(labels: Sequence[float], scores: Sequence[float]) -> Statistic:
    """Share of pairs of a true and a false item in which the true one scores higher.

    Ties count half. NaN for a draw without an item of either kind.
    """
    wanted, given = np.asarray(labels, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(given[order]) > 0)) if len(order) else order

    def statistic(counts: Array) -> Array:
        ranked = counts[:, order]
        true = np.add.reduceat(ranked * wanted[order], starts, axis=1)
        false = np.add.reduceat(ranked * (1 - wanted[order]), starts, axis=1)
        below = np.cumsum(false, axis=1) - false / 2
        pairs = true.sum(axis=1) * false.sum(axis=1)
        won = (true * below).sum(axis=1)
        return np.where(pairs > 0, won / np.maximum(pairs, 1), np.nan)

    return statistic


def _parts(edits: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """All edits, then by kind and by file, by what is added to a measure's name."""
    parts = {"": list(edits)}
    for key in ("kind", "file"):
        for value in sorted({one[key] for one in edits}):
            name = f"_{value}".replace("-", "_")
            parts[name] = [one for one in edits if one[key] == value]
    return parts if edits else {}


def _overlap(item: Attribution) -> float:
    said = content_stems(item.text)
    known = {stem for text in (*item.evidence, *item.context) for stem in content_stems(text)}
    return sum(stem in known for stem in said) / len(said) if said else 0.0


def _at_hand() -> list[Path]:
    kept = [data_folder() / "labels" / name for name in ("grounding", "edits")]
    return [EDITS, *(folder for folder in kept if folder.is_dir())]
