"""Logistic regression with a prior and with bounds on each weight, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEPS = 3000


@dataclass(frozen=True, slots=True)
class Prior:
    """What is held of the weights before labels are seen: each array has one entry a feature."""

    mean: Array
    lowest: Array
    highest: Array
    strength: float
    """Of the pull `strength / 2 * (weight - mean)^2` beside the mean log-loss of a label."""


def fit_logistic(
    features: Array, labels: Array, importance: Array, prior: Prior, offset: Array | None = None
) -> tuple[Array, float]:
    """Return the weights and the bias that fit best under the prior.

    `features` has shape (items, features); `labels` are 0 or 1; `importance` weighs the items;
    `offset` adds known log-odds. Accelerated projected gradient (Beck and Teboulle 2009).
    """
    share = importance / importance.sum()
    known = np.zeros(len(labels)) if offset is None else offset
    with_bias = np.hstack([features, np.ones((len(labels), 1))]) * np.sqrt(share)[:, None]
    step = 1 / (0.25 * float(np.linalg.norm(with_bias, 2)) ** 2 + prior.strength)
    weights = np.clip(prior.mean, prior.lowest, prior.highest)
    ahead, bias, bias_ahead, pace = weights, 0.0, 0.0, 1.0
    for _ in range(STEPS):
        error = share * (sigmoid(features @ ahead + bias_ahead + known) - labels)
        slope = features.T @ error + prior.strength * (ahead - prior.mean)
        following = np.clip(ahead - step * slope, prior.lowest, prior.highest)
        bias_following = bias_ahead - step * float(error.sum())
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        ahead = following + (pace - 1) / faster * (following - weights)
        bias_ahead = bias_following + (pace - 1) / faster * (bias_following - bias)
        weights, bias, pace = following, bias_following, float(faster)
    return weights, bias


def sigmoid(log_odds: Array) -> Array:
    """Return probabilities, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * log_odds))


def average_precision(labels: Array, scores: Array) -> float:
    """Return the mean precision at the rank of each positive; 0 where there is none."""
    ranked = labels[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float(precision[ranked > 0].mean()) if ranked.any() else 0.0


def precision_recall(labels: Array, scores: Array, threshold: float) -> tuple[float, float]:
    """Return precision (0 where nothing passes) and recall of the scores from the threshold on."""
    passed = scores >= threshold
    right = float(labels[passed].sum())
    return right / max(1, int(passed.sum())), right / max(1.0, float(labels.sum()))
