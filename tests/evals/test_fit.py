"""Fitting triage: bounds and priors hold, labels are read as threads, and the shipped fit holds."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest

from evals.fit.labelled import read_labels
from evals.fit.logistic import Prior, average_precision, fit_logistic, precision_recall, sigmoid
from evals.fit.triage import PROMPTS, Fitted, held_out, read_design, read_examples, write
from memory.errors import UserInputError
from memory.index.minilm import MiniLmEmbedder
from memory.records.talk import MessageKind
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


def test_labelled_items_become_threads(tmp_path: Path) -> None:
    """A forum item opens with its question, a chat item with the lines before it."""
    items = [
        {"id": "a", "site": "s", "answer_id": 1, "author": "ana", "title": "T", "score": 2,
         "accepted": True, "question": "How?", "sentences": ["Rinse it.", "Dry it."]},
        {"id": "b", "site": "c", "author": "ana", "title": "", "question": "ben: how?\nana: hm",
         "sentences": ["Rinse it."]},
    ]  # fmt: skip
    labels = [{"id": "a", "worth": 2}, {"id": "b", "worth": 0}]
    (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, items)))
    (tmp_path / "labels_a.jsonl").write_text("\n".join(map(json.dumps, labels)))
    forum, chat = read_labels(tmp_path)
    assert [m.kind for m in forum.view.messages] == [MessageKind.QUESTION, MessageKind.ANSWER]
    assert forum.view.thread.accepted_message_id == forum.view.messages[1].id
    assert [m.text for m in chat.view.messages] == ["how?", "hm", "Rinse it."]
    assert chat.view.messages[1].author_id == chat.view.messages[2].author_id
    assert (forum.worth, chat.worth) == (2, 0)


def test_unreadable_labels_are_named(tmp_path: Path) -> None:
    """A line that is no JSON is reported with its file and number."""
    (tmp_path / "labels_a.jsonl").write_text('{"id": "a", "worth": 1}\n{oops\n')
    with pytest.raises(UserInputError, match="line 2"):
        read_labels(tmp_path)


def test_what_is_written_is_what_was_fitted(tmp_path: Path) -> None:
    """The catalogue files hold the fitted numbers, and everything else in them stays."""
    shutil.copy(PROMPTS / "triage.toml", tmp_path)
    design = read_design()
    fitted = Fitted(np.full(len(design.names), 0.125), -2.5, np.full(384, 0.25), 0.5)
    write(fitted, design, MiniLmEmbedder(), tmp_path)
    before = tomllib.loads((PROMPTS / "triage.toml").read_text(encoding="utf-8"))
    after = tomllib.loads((tmp_path / "triage.toml").read_text(encoding="utf-8"))
    meaning = tomllib.loads((tmp_path / "triage_meaning.toml").read_text(encoding="utf-8"))
    assert (after["reasons"], after["patterns"]) == (before["reasons"], before["patterns"])
    assert after["bias"] == -2.5
    assert all(after["weights"][name] == 0.125 for name in design.names)
    assert {name: after["weights"][name] for name in design.social} == dict(design.social)
    assert (meaning["bias"], set(meaning["weights"]), len(meaning["weights"])) == (0.5, {0.25}, 384)


def test_shipped_weights_keep_the_signs_of_the_method() -> None:
    """No shipped weight crosses the bounds that the method sets."""
    design, shipped = read_design(), load_catalogue().triage
    bounds = zip(design.names, design.prior.lowest, design.prior.highest, strict=True)
    assert all(low <= shipped.weights[name] <= high for name, low, high in bounds)
    assert shipped.threshold == design.threshold


@wants_labels
@pytest.mark.data
def test_signals_carry_over_to_sites_never_seen() -> None:
    """Fitted without a site, the first stage ranks its messages well above chance there."""
    design = read_design()
    examples = read_examples(read_labels(MORE), design, None)
    first, _ = held_out(examples, design)
    for site, least in (("beer.stackexchange.com", 0.52), ("coffee.stackexchange.com", 0.54)):
        rows = np.array([name == site for name in examples.sites])
        assert average_precision(examples.worth_asking[rows], first[rows]) >= least
    assert precision_recall(examples.worth_asking, sigmoid(first), design.threshold)[0] >= 0.6
