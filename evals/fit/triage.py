"""Fit the weights of triage on labelled messages, report them on sites held out, and ship them.

`python -m evals.fit.triage` reads `$PASSDOWN_DATA/labels/facets_more` and rewrites the weights in
`prompts/triage.toml` and `prompts/triage_meaning.toml`; no text of the labels is kept.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from agent.method.facets import CatalogueDetector, read_message
from agent.method.readings import Standing
from agent.method.signals import signal_values
from agent.method.surroundings import Talk, own_text, wordlists
from evals.fit.labelled import WORTH_ASKING, LabelledMessage, read_labels
from evals.fit.logistic import (
    Array,
    Prior,
    average_precision,
    fit_logistic,
    precision_recall,
    sigmoid,
)
from memory.index.protocols import Embedder
from prompts.catalogue import load_catalogue

DESIGN = Path(__file__).with_name("triage_design.toml")
PROMPTS = Path(__file__).parents[2] / "prompts"
DEFAULT_DATA = Path(__file__).parents[3] / "shared" / "data"
FROM_SCORE = 0.35


@dataclass(frozen=True, slots=True)
class Design:
    """What is held of the signals before the labels are seen."""

    names: tuple[str, ...]
    prior: Prior
    fixed: Mapping[str, float]
    social: Mapping[str, float]
    threshold: float
    meaning_strength: float


@dataclass(frozen=True, slots=True)
class Examples:
    """Labelled messages as numbers; each array has one row or entry a message."""

    sites: tuple[str, ...]
    worth_asking: Array
    features: Array
    """Fitted signals, shape (messages, signals)."""
    known: Array
    """Log-odds that the fixed signals add."""
    social: Array
    """Log-odds that what the labels show of votes and register adds after the fit."""
    vectors: Array
    """Shape (messages, dimensions); no columns without an embedder."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights of both stages."""

    weights: Array
    bias: float
    meaning: Array
    meaning_bias: float

    def log_odds(self, examples: Examples, *, meaning: bool) -> Array:
        """Return the log-odds that the shipped code would give, shape (messages,)."""
        first = examples.features @ self.weights + self.bias + examples.known + examples.social
        second = examples.vectors @ self.meaning + self.meaning_bias
        passed = sigmoid(first) >= FROM_SCORE
        return np.asarray(np.where(passed, first + second, first) if meaning else first)


def read_design(file: Path = DESIGN) -> Design:
    """Read the prior and bounds of the signals."""
    entry = tomllib.loads(file.read_text(encoding="utf-8"))
    table = np.array(list(entry["fitted"].values()), dtype=np.float64)
    prior = Prior(table[:, 0], table[:, 1], table[:, 2], float(entry["strength"]))
    return Design(
        names=tuple(entry["fitted"]),
        prior=prior,
        fixed=entry["fixed"],
        social=entry["social"],
        threshold=float(entry["threshold"]),
        meaning_strength=float(entry["meaning_strength"]),
    )


def read_examples(
    labelled: Sequence[LabelledMessage], design: Design, embedder: Embedder | None
) -> Examples:
    """Read each message as the shipped triage would, and its vector where there is an embedder."""
    catalogue = load_catalogue()
    detector, lists = CatalogueDetector(catalogue), wordlists(catalogue)
    values = []
    for one in labelled:
        talk, message = Talk(one.view, lists), one.view.messages[one.position]
        read, around = read_message(message, detector), talk.around(one.position)
        values.append(signal_values(message, talk.said(one.position), read, around, Standing()))
    seen = [name for name in design.social if name in ("chat", "resolved")]
    texts = [own_text(one.view.messages[one.position]) for one in labelled]
    vectors = np.zeros((len(texts), 0)) if embedder is None else embedder.embed(texts)
    return Examples(
        sites=tuple(one.site for one in labelled),
        worth_asking=np.array([float(one.worth >= WORTH_ASKING) for one in labelled]),
        features=np.array([[row[name] for name in design.names] for row in values]),
        known=np.array([sum(w * row[name] for name, w in design.fixed.items()) for row in values]),
        social=np.array([sum(design.social[name] * row[name] for name in seen) for row in values]),
        vectors=vectors.astype(np.float64),
    )


def fit(examples: Examples, design: Design, rows: Array) -> Fitted:
    """Fit both stages where `rows` is true; a site counts by the root of its size."""
    use = rows.astype(bool)
    sizes = {site: examples.sites.count(site) for site in set(examples.sites)}
    importance = np.array([sizes[site] ** -0.5 for site in examples.sites])[use]
    features, wanted = examples.features[use], examples.worth_asking[use]
    known = examples.known[use]
    weights, bias = fit_logistic(features, wanted, importance, design.prior, known)
    first = features @ weights + bias + known
    vectors = examples.vectors[use]
    width = vectors.shape[1]
    loose = np.full(width, np.inf)
    prior = Prior(np.zeros(width), -loose, loose, design.meaning_strength)
    meaning, meaning_bias = fit_logistic(vectors, wanted, importance, prior, first)
    return Fitted(weights, bias, meaning, meaning_bias)


def held_out(examples: Examples, design: Design) -> tuple[Array, Array]:
    """Return log-odds of each message, first stage and both, by a fit that never saw its site."""
    first, both = np.zeros(len(examples.sites)), np.zeros(len(examples.sites))
    for site in sorted(set(examples.sites)):
        unseen = np.array([name == site for name in examples.sites])
        fitted = fit(examples, design, ~unseen)
        first[unseen] = fitted.log_odds(examples, meaning=False)[unseen]
        both[unseen] = fitted.log_odds(examples, meaning=True)[unseen]
    return first, both


def report(examples: Examples, design: Design) -> str:
    """Return a table of average precision, and precision and recall at the threshold, by site."""
    stages = zip(("signals", "with meaning"), held_out(examples, design), strict=True)
    lines = []
    for stage, log_odds in stages:
        for site in (*sorted(set(examples.sites)), "all"):
            rows = np.array([site in (name, "all") for name in examples.sites])
            wanted, scores = examples.worth_asking[rows], sigmoid(log_odds[rows])
            precision, recall = precision_recall(wanted, scores, design.threshold)
            lines.append(
                f"{stage:13} {site:24} n {len(wanted):5} base {wanted.mean():.2f} "
                f"AP {average_precision(wanted, scores):.3f} "
                f"precision {precision:.2f} recall {recall:.2f}"
            )
    return "\n".join(lines)


def write(fitted: Fitted, design: Design, embedder: Embedder, folder: Path = PROMPTS) -> None:
    """Put the fitted numbers into the two catalogue files of a folder."""
    file = folder / "triage.toml"
    weights: dict[str, float] = dict(zip(design.names, map(float, fitted.weights), strict=True))
    weights |= {**design.fixed, **design.social}
    table = "\n".join(f"{name} = {_number(weights[name])}" for name in weights)
    text = file.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^bias = .*$", f"bias = {_number(fitted.bias)}", text)
    text = re.sub(r"(?m)^threshold = .*$", f"threshold = {design.threshold}", text)
    text = re.sub(r"(?s)(?<=\[weights\]\n).*?(?=\n\n)", table, text)
    file.write_text(text, encoding="utf-8")
    rows = [
        "  " + ", ".join(map(_number, fitted.meaning[n : n + 12])) + ","
        for n in range(0, len(fitted.meaning), 12)
    ]
    parts: list[Any] = [
        "# The second stage of triage, written by `make fit`: what each number of a message's",
        "# vector adds to its log-odds, for a message whose first score is not below `from_score`.",
        "",
        f'embedder = "{embedder.name}"',
        f"from_score = {FROM_SCORE}",
        f"bias = {_number(fitted.meaning_bias)}",
        "weights = [",
        *rows,
        "]",
    ]
    (folder / "triage_meaning.toml").write_text("\n".join(parts) + "\n", encoding="utf-8")


def _number(value: float) -> str:
    return f"{round(float(value), 3) + 0.0:.3f}"


def main() -> None:
    """Fit, report on sites held out, and ship."""
    from memory.index.minilm import MiniLmEmbedder

    folder = Path(os.environ.get("PASSDOWN_DATA", DEFAULT_DATA)) / "labels" / "facets_more"
    design, embedder = read_design(), MiniLmEmbedder()
    examples = read_examples(read_labels(folder), design, embedder)
    print(report(examples, design))  # noqa: T201 - a script for the terminal
    write(fit(examples, design, np.ones(len(examples.sites))), design, embedder)


if __name__ == "__main__":
    main()
