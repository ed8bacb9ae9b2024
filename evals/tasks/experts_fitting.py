"""Fit the weights by which people are ranked: conditional logit over those known before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agent.method.skill_ranking import Ranked, Trait
from evals.tasks.statistics import Array

PULL = 20.0
"""Strength of the quadratic pull of the weights of standardised traits towards 0."""
TRAITS = tuple(Trait)


@dataclass(frozen=True, slots=True)
class Choice:
    """One question: who could have answered, and who of them did."""

    ranked: Sequence[Ranked]
    answerer_id: str

    def table(self) -> Array:
        """Traits, shape (people, traits)."""
        rows = [[one.traits[trait] for trait in TRAITS] for one in self.ranked]
        return np.asarray(rows, dtype=np.float64).reshape(len(rows), len(TRAITS))

    def place(self) -> int:
        """Row of who answered, -1 where they were not known before."""
        ids = [one.member_id for one in self.ranked]
        return ids.index(self.answerer_id) if self.answerer_id in ids else -1


def fitted_weights(choices: Sequence[Choice]) -> Mapping[str, float]:
    """Weights by trait that make the answerers likeliest; those not known before say nothing.

    Raises `ValueError` where nobody was known before.
    """
    from scipy.optimize import minimize

    tables = [(choice.table(), choice.place()) for choice in choices if choice.place() >= 0]
    if not tables:
        raise ValueError("none of these answerers had answered before")
    rows = np.concatenate([table for table, _ in tables])
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = [((table - middle) / spread, place) for table, place in tables]

    def loss(weights: Array) -> tuple[float, Array]:
        value, slope = PULL * float(weights @ weights) / 2, PULL * weights
        for table, place in scaled:
            odds = table @ weights
            chance = np.exp(odds - odds.max())
            chance /= chance.sum()
            value -= float(np.log(chance[place] + 1e-12))
            slope = slope - table[place] + chance @ table
        return value, slope

    found = minimize(loss, np.zeros(len(TRAITS)), jac=True, method="L-BFGS-B")
    weights = np.asarray(found.x) / spread
    return {trait.value: round(float(w), 4) for trait, w in zip(TRAITS, weights, strict=True)}
