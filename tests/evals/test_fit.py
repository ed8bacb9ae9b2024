"""Fitting triage: bounds and priors hold, and the shipped fit holds."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest

from evals.fit.logistic import Prior, average_precision, fit_logistic, precision_recall, sigmoid
from evals.fit.triage import (
    PROMPTS,
    Examples,
    Fitted,
    fit,
    held_out,
    let_through,
    read_design,
    read_examples,
    threshold_of,
    write,
)
from evals.labelled.reading import read_labels
from prompts.catalogue import load_catalogue

MORE = (
    Path(os.environ.get("PASSDOWN_DATA", Path(__file__).parents[3] / "shared/data"))
    / "labels"
    / "facets_more"
)
wants_labels = pytest.mark.skipif(
    not (MORE / "items.jsonl").exists(), reason="needs the labels of PASSDOWN_DATA"
)


def prior(mean: list[float], lowest: float, highest: float, strength: float) -> Prior:
    """The same bounds for every weight."""
    size = len(mean)
    return Prior(np.array(mean), np.full(size, lowest), np.full(size, highest), strength)


def test_a_fit_finds_known_weights_within_bounds() -> None:
    """Weights that made the labels are found; where a bound forbids one, it stays at the bound."""
    draw = np.random.default_rng(3)
    features = draw.normal(size=(4000, 2))
    labels = (draw.random(4000) < sigmoid(features @ np.array([1.5, -1.0]) - 0.5)).astype(float)
    equal = np.ones(4000)
    weights, bias = fit_logistic(features, labels, equal, prior([0.0, 0.0], -9, 9, 1e-6))
    assert weights == pytest.approx([1.5, -1.0], abs=0.15)
    assert bias == pytest.approx(-0.5, abs=0.12)
    bounded, _ = fit_logistic(features, labels, equal, prior([0.0, 0.0], 0, 9, 1e-6))
    assert bounded[1] == 0


def test_without_evidence_the_prior_stands() -> None:
    """A signal that no label shows keeps the weight the method gives it."""
    labels = np.array([0.0, 1.0] * 20)
    weights, _ = fit_logistic(np.zeros((40, 1)), labels, np.ones(40), prior([0.7], 0, 3, 0.01))
    assert weights == pytest.approx([0.7])


def test_measures_of_a_known_ranking() -> None:
    """Average precision, precision and recall are those worked out by hand."""
    labels, scores = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.8, 0.7, 0.1])
    assert average_precision(labels, scores) == pytest.approx((1 + 2 / 3) / 2)
    assert precision_recall(labels, scores, 0.75) == (0.5, 0.5)
    assert precision_recall(labels, scores, 0.95) == (0.0, 0.0)


def few(count: int = 12) -> Examples:
    """Messages of two sites, half of them worth asking; a reader knows which."""
    design = read_design()
    wanted = np.array([float(n % 2) for n in range(count)])
    return Examples(
        sites=tuple("ab"[n // 2 % 2] for n in range(count)),
        worth_asking=wanted,
        features=np.zeros((count, len(design.names))),
        known=np.zeros(count),
        social=np.zeros(count),
        read=np.column_stack([wanted, 4 * wanted - 2, wanted]),
    )


def test_what_is_written_is_what_was_fitted(tmp_path: Path) -> None:
    """The catalogue files hold the fitted numbers, and everything else in them stays."""
    shutil.copy(PROMPTS / "triage.toml", tmp_path)
    design = read_design()
    fitted = Fitted(np.full(len(design.names), 0.125), -2.5, np.array([0.5, 0.25, 1, 0]), 0.75)
    write(fitted, (0.62, -1.5, -2.0), design, "some reader", tmp_path)
    before = tomllib.loads((PROMPTS / "triage.toml").read_text(encoding="utf-8"))
    after = tomllib.loads((tmp_path / "triage.toml").read_text(encoding="utf-8"))
    reader = tomllib.loads((tmp_path / "triage_reader.toml").read_text(encoding="utf-8"))
    assert (after["reasons"], after["patterns"]) == (before["reasons"], before["patterns"])
    assert (after["bias"], after["threshold"]) == (-2.5, 0.62)
    assert (reader["from_log_odds"], reader["unread"]) == (-1.5, -2.0)
    assert all(after["weights"][name] == 0.125 for name in design.names)
    assert {name: after["weights"][name] for name in design.social} == dict(design.social)
    assert (reader["name"], reader["bias"], reader["signals"]) == ("some reader", 0.75, 0.5)
    assert reader["worth"] == [0.25, 1, 0]


def test_a_reader_that_knows_is_believed() -> None:
    """The second stage gives weight to what tells messages apart, also on a site not seen."""
    _, both = held_out(few(40), read_design())
    assert average_precision(few(40).worth_asking, both) == 1.0


def test_without_a_reader_the_signals_decide() -> None:
    """A message that no reader could be asked about keeps the log-odds of the first stage."""
    examples = few()
    examples.read[0] = np.nan
    fitted = fit(examples, read_design(), np.ones(12))
    assert fitted.log_odds(examples)[0] == fitted.signals(examples)[0]
    assert fitted.log_odds(examples)[1] != fitted.signals(examples)[1]


def test_the_threshold_reaches_the_precision() -> None:
    """The lowest score from which the share of right ones is high enough on every site."""
    wanted, odds = np.array([0.0, 1, 0, 1, 1]), np.array([-2.0, -1, 0, 1, 2])
    found = threshold_of("aaaaa", wanted, odds, 0.99)
    assert precision_recall(wanted, sigmoid(odds), found)[0] == 1
    assert precision_recall(wanted, sigmoid(odds), found - 0.01)[0] < 1
    assert threshold_of("bbbaa", wanted, odds, 0.5) > threshold_of("aaaaa", wanted, odds, 0.5)


def test_nearly_all_that_is_asked_is_let_through() -> None:
    """The first stage's gate is set by what both stages would ask, not by everything."""
    first, both = np.linspace(-5, 5, 1001), np.linspace(-5, 5, 1001)
    gate = let_through(first, both, 0.5)
    assert 0 <= gate < 0.1


def test_shipped_weights_keep_the_signs_of_the_method() -> None:
    """No shipped weight crosses the bounds that the method sets."""
    design, shipped = read_design(), load_catalogue().triage
    bounds = zip(design.names, design.prior.lowest, design.prior.highest, strict=True)
    assert all(low <= shipped.weights[name] <= high for name, low, high in bounds)
    assert shipped.reader is not None
    assert min(shipped.reader.signals, *shipped.reader.worth) >= 0


@wants_labels
@pytest.mark.data
def test_signals_carry_over_to_sites_never_seen() -> None:
    """Fitted without a site, the first stage ranks its messages well above chance there."""
    design = read_design()
    examples = read_examples(read_labels(MORE), design, {})
    first, _ = held_out(examples, design)
    for site, least in (("beer.stackexchange.com", 0.52), ("coffee.stackexchange.com", 0.54)):
        rows = np.array([name == site for name in examples.sites])
        assert average_precision(examples.worth_asking[rows], first[rows]) >= least
