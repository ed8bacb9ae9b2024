"""The terms of a tandem's match, over arrays (method, section 8). Pure.

`s` is the juniors' skill, `e` the seniors', on the topics of one task, 0 to 1: arrays of shape
(juniors, topics) and (seniors, topics). `omega` are the task's topic weights, summing to 1, and
`d` its difficulty. Terms of pairs have the shape (juniors, seniors).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memory.records.tandem_policy import TandemShape, TandemWeights

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def sigma(x: Array) -> Array:
    """The logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def solo(s: Array, omega: Array, d: float, shape: TandemShape) -> Array:
    """P_solo, each junior's probability to do the task alone; shape (juniors,)."""
    return sigma(shape.steepness * (s @ omega - d * omega.sum()))


def helped(s: Array, e: Array, coach: Array, omega: Array, d: float, shape: TandemShape) -> Array:
    """P_help, the probability with a senior beside; `coach` is how well each coaches, 0 to 1."""
    lifted = s[:, None, :] + shape.coaching * e[None, :, :] * coach[None, :, None]
    return sigma(shape.steepness * (np.minimum(1.0, lifted) @ omega - d * omega.sum()))


def zone(p_solo: Array, p_help: Array, shape: TandemShape) -> Array:
    """Z: highest where the task succeeds with help, not alone; 0 where it succeeds alone."""
    near = np.exp(-((p_help - shape.centre) ** 2) / (2 * shape.width**2))
    return np.where(p_solo[:, None] <= shape.solo_at_most, near, 0.0)


def scarcity(experts: Array) -> Array:
    """1 over the number of people who know each topic; a topic nobody knows counts as one."""
    return np.asarray(1.0 / np.maximum(1.0, experts))


def exchange(e: Array, tacit: Array, scarce: Array, omega: Array) -> Array:
    """X: what the senior knows that is written nowhere and few know; shape (seniors,)."""
    return np.asarray((e * tacit * scarce) @ omega)


def gap_worth(gap: Array, shape: TandemShape) -> Array:
    """g: rises with the gap up to the best one, then falls: a very large gap teaches badly."""
    best = shape.best_gap
    rising = np.maximum(0.0, gap) / best
    return np.where(gap <= best, rising, np.exp(-(((gap - best) / shape.gap_width) ** 2)))


def complement(s: Array, e: Array, omega: Array, shape: TandemShape) -> Array:
    """C: how well the senior's skill goes beyond the junior's."""
    return np.asarray(gap_worth(e[None, :, :] - s[:, None, :], shape) @ omega)


def reverse(s: Array, e: Array, wishes: Mask) -> Array:
    """R: the most that the junior has beyond the senior on what the senior wants to learn.

    Arrays over the topics that any of the seniors wants to learn, (people, topics).
    """
    if not wishes.size:
        return np.zeros((len(s), len(e)))
    ahead = np.maximum(0.0, s[:, None, :] - e[None, :, :]) * wishes[None, :, :]
    return np.asarray(ahead.max(axis=2))


def acceptance(junior: Array, senior: Array) -> Array:
    """H: the harmonic mean of the probabilities that each of the two accepts."""
    one, other = junior[:, None], senior[None, :]
    return np.asarray(2 * one * other / np.maximum(one + other, 1e-9))


def interested(chance: Array, interest: Array, shape: TandemShape) -> Array:
    """A junior's probability of accepting, higher for what they asked to learn (0 to 1)."""
    return np.asarray(chance + (1 - chance) * shape.interest * interest)


@dataclass(frozen=True, slots=True)
class Terms:
    """All terms of the pairs of one task, each of shape (juniors, seniors)."""

    zone: Array
    exchange: Array
    complement: Array
    acceptance: Array
    value: Array
    reverse: Array
    load: Array

    def match(self, weights: TandemWeights) -> Array:
        """M of every pair."""
        return np.asarray(
            weights.zone * self.zone
            + weights.exchange * self.exchange
            + weights.complement * self.complement
            + weights.acceptance * self.acceptance
            + weights.value * self.value
            + weights.reverse * self.reverse
            - weights.load * self.load
        )
