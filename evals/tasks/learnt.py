"""A baseline that learns: logistic regression on words and word pairs weighed by tf-idf."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from evals.fit.logistic import sigmoid
from evals.tasks.statistics import Array, words_of

FEWEST_TEXTS = 3
"""Texts that a term has to stand in."""
STRENGTH = 1.0
"""Inverse of the pull towards zero, as the usual C of a logistic regression."""
STEPS = 400


def fitted_on_words(texts: Sequence[str], marks: Array, unseen: Sequence[str]) -> Array:
    """Chance of each class for each unseen text, shape (unseen, classes).

    Fitted on `texts` with their marks of 0 and 1, shape (texts, classes); rare classes weigh as
    much as common ones.
    """
    features = _tf_idf(texts, unseen)
    seen = features[: len(texts)]
    # the kernel form: there are fewer texts than terms
    kernel = (seen @ seen.T).astype(np.float64)
    across = (features[len(texts) :] @ seen.T).astype(np.float64)
    share = marks.mean(axis=0)
    weights = np.where(marks > 0, 0.5 / np.maximum(share, 1e-9), 0.5 / np.maximum(1 - share, 1e-9))
    alpha, bias = _fit(kernel, marks, weights / len(texts), 1 / (STRENGTH * len(texts)))
    return sigmoid(across @ alpha + bias)


def _fit(kernel: Array, marks: Array, weights: Array, pull: float) -> tuple[Array, Array]:
    """Accelerated gradient in function space; returns one weight a text and class, and biases."""
    largest = float(np.linalg.norm(kernel, 2)) + len(kernel)
    step = 1 / (0.25 * float(weights.max()) * largest + pull)
    alpha = ahead = np.zeros_like(marks)
    bias = bias_ahead = np.zeros(marks.shape[1])
    pace = 1.0
    for _ in range(STEPS):
        error = weights * (sigmoid(kernel @ ahead + bias_ahead) - marks)
        following = ahead - step * (error + pull * ahead)
        bias_following = bias_ahead - step * error.sum(axis=0)
        faster = (1 + math.sqrt(1 + 4 * pace**2)) / 2
        ahead = following + (pace - 1) / faster * (following - alpha)
        bias_ahead = bias_following + (pace - 1) / faster * (bias_following - bias)
        alpha, bias, pace = following, bias_following, faster
    return alpha, bias


def _terms(text: str) -> list[str]:
    words = words_of(text)
    return words + [f"{a} {b}" for a, b in pairwise(words)]


def _tf_idf(texts: Sequence[str], unseen: Sequence[str]) -> NDArray[np.float32]:
    """Rows of unit length, shape (texts + unseen, terms); terms and their weights by `texts`."""
    counted = [Counter(_terms(text)) for text in (*texts, *unseen)]
    spread = Counter(term for found in counted[: len(texts)] for term in found)
    kept = sorted(term for term, count in spread.items() if count >= FEWEST_TEXTS)
    place = {term: n for n, term in enumerate(kept)}
    rarity = [math.log((1 + len(texts)) / (1 + spread[term])) + 1 for term in kept]
    features = np.zeros((len(counted), max(1, len(kept))), dtype=np.float32)
    for row, found in enumerate(counted):
        for term, count in found.items():
            if (n := place.get(term)) is not None:
                features[row, n] = (1 + math.log(count)) * rarity[n]
    length = np.linalg.norm(features, axis=1, keepdims=True)
    features /= np.maximum(length, 1e-9)
    return features
