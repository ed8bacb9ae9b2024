"""Fit the weights of triage on labelled messages, report them on sites held out, and ship them.

`python -m evals.fit.triage` reads `$PASSDOWN_DATA/labels/facets_more` and, from the build folder,
what readers that never saw a site made of it; it rewrites the weights in `prompts/triage.toml` and
`prompts/triage_reader.toml`. No text of the labels is kept.
"""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.method.facets import CatalogueDetector, read_message
from agent.method.readings import Standing
from agent.method.signals import signal_values
from agent.method.surroundings import Talk, wordlists
from agent.reader.artefact import shipped_artefact
from evals.fit.logistic import (
    Array,
    Prior,
    average_precision,
    fit_logistic,
    precision_recall,
    sigmoid,
)
from evals.fit.reader.fitting import READINGS
from evals.fit.reader.folds import FOLDS, Fold
from evals.fit.reader.readings import load_readings
from evals.labelled.marks import WORTH_ASKING
from evals.labelled.reading import LabelledMessage, read_labels
from memory.errors import UserInputError
from prompts.catalogue import load_catalogue

DESIGN = Path(__file__).with_name("triage_design.toml")
PROMPTS = Path(__file__).parents[2] / "prompts"
DEFAULT_DATA = Path(__file__).parents[3] / "shared" / "data"
KEPT_BY_SIGNALS = 0.99
"""Share of what both stages would ask that the first has to let through."""


@dataclass(frozen=True, slots=True)
class Design:
    """What is held of the signals before the labels are seen."""

    names: tuple[str, ...]
    prior: Prior
    fixed: Mapping[str, float]
    social: Mapping[str, float]
    precision: float
    """At the threshold, on each site by a fit that never saw it."""
    reader: Prior
    """Of the factors on the signals' log-odds and on the reader's three."""


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
    read: Array
    """The reader's log-odds of worth 1, 2, 3, shape (messages, 3), by a reader that never saw the
    site; `nan` where there is none."""

    def at(self, rows: Array) -> Examples:
        """Return the messages where `rows` is true."""
        use = rows.astype(bool)
        return Examples(
            sites=tuple(site for site, kept in zip(self.sites, use, strict=True) if kept),
            worth_asking=self.worth_asking[use],
            features=self.features[use],
            known=self.known[use],
            social=self.social[use],
            read=self.read[use],
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights of both stages."""

    weights: Array
    bias: float
    reader: Array
    """Factors on the signals' log-odds and on the reader's."""
    reader_bias: float

    def signals(self, examples: Examples) -> Array:
        """Return the log-odds of the first stage, shape (messages,)."""
        known = examples.known + examples.social
        return np.asarray(examples.features @ self.weights + self.bias + known)

    def log_odds(self, examples: Examples) -> Array:
        """Return the log-odds of both stages; of the first where no reader could be asked."""
        first = self.signals(examples)
        both = np.column_stack([first, examples.read]) @ self.reader + self.reader_bias
        return np.asarray(np.where(np.isnan(both), first, both))


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
        precision=float(entry["precision"]),
        reader=Prior(
            np.array(entry["reader"]), np.zeros(4), np.full(4, np.inf), entry["reader_strength"]
        ),
    )


def unseen_worth() -> dict[str, Array]:
    """Return by message id the worth that readers give to messages of sites they never saw.

    Raises `UserInputError` where the build folder has none.
    """
    files = [fold.folder / READINGS for fold in FOLDS if fold.left_out]
    if missing := [file for file in files if not file.exists()]:
        raise UserInputError(f"{str(missing[0])!r} is missing; run `python -m evals.fit.reader`")
    return {one.id: one.worth.astype(np.float64) for file in files for one in load_readings(file)}


def read_examples(
    labelled: Sequence[LabelledMessage], design: Design, worth: Mapping[str, Array]
) -> Examples:
    """Read each message as the shipped triage would; `worth` is the reader's, by message id."""
    catalogue = load_catalogue()
    detector, lists = CatalogueDetector(catalogue), wordlists(catalogue)
    values = []
    for one in labelled:
        talk, message = Talk(one.view, lists), one.view.messages[one.position]
        read, around = read_message(message, detector), talk.around(one.position)
        values.append(signal_values(message, talk.said(one.position), read, around, Standing()))
    seen = [name for name in design.social if name in ("chat", "resolved")]
    unread = np.full(3, np.nan)
    return Examples(
        sites=tuple(one.site for one in labelled),
        worth_asking=np.array([float(one.worth >= WORTH_ASKING) for one in labelled]),
        features=np.array([[row[name] for name in design.names] for row in values]),
        known=np.array([sum(w * row[name] for name, w in design.fixed.items()) for row in values]),
        social=np.array([sum(design.social[name] * row[name] for name in seen) for row in values]),
        read=np.array([worth.get(one.id, unread) for one in labelled], dtype=np.float64),
    )


def fit(examples: Examples, design: Design, rows: Array) -> Fitted:
    """Fit both stages where `rows` is true; a site counts by the root of its size.

    The second stage is fitted on the messages that a reader could be asked about.
    """
    use = rows.astype(bool)
    sizes = {site: examples.sites.count(site) for site in set(examples.sites)}
    importance = np.array([sizes[site] ** -0.5 for site in examples.sites])
    known, wanted = examples.known, examples.worth_asking
    weights, bias = fit_logistic(
        examples.features[use], wanted[use], importance[use], design.prior, known[use]
    )
    first = examples.features @ weights + bias + known + examples.social
    use &= ~np.isnan(examples.read).any(axis=1)
    both = np.column_stack([first, examples.read])[use]
    factors, shift = fit_logistic(both, wanted[use], importance[use], design.reader)
    return Fitted(weights, bias, factors, shift)


def held_out(examples: Examples, design: Design) -> tuple[Array, Array]:
    """Return log-odds of each message, first stage and both, by a fit that never saw its site."""
    first, both = np.zeros(len(examples.sites)), np.zeros(len(examples.sites))
    for site in sorted(set(examples.sites)):
        unseen = np.array([name == site for name in examples.sites])
        fitted = fit(examples, design, ~unseen)
        first[unseen] = fitted.signals(examples)[unseen]
        both[unseen] = fitted.log_odds(examples)[unseen]
    return first, both


def threshold_of(sites: Sequence[str], wanted: Array, log_odds: Array, precision: float) -> float:
    """Return the lowest score, a multiple of .01, from which on each site has the precision."""
    scores = sigmoid(log_odds)
    rows = [np.array([name == site for name in sites]) for site in sorted(set(sites))]
    for hundredths in range(1, 100):
        at = hundredths / 100
        if all(precision_recall(wanted[row], scores[row], at)[0] >= precision for row in rows):
            return at
    return 0.99


def let_through(first: Array, both: Array, threshold: float) -> float:
    """Return the first stage's log-odds that all but a few of the asked messages reach."""
    asked = first[sigmoid(both) >= threshold]
    return float(np.quantile(asked, 1 - KEPT_BY_SIGNALS)) if len(asked) else float(first.min())


def report(examples: Examples, design: Design) -> str:
    """Return a table of average precision, and precision and recall at the threshold, by site."""
    read = ~np.isnan(examples.read).any(axis=1)
    first, both = held_out(examples, design)
    threshold, *_ = gates_of(examples, design)
    lines = [f"threshold {threshold}"]
    for stage, log_odds in (("signals", first), ("with reader", both)):
        for site in (*sorted(set(examples.sites)), "read"):
            rows = np.array([name == site for name in examples.sites]) | (read & (site == "read"))
            wanted, scores = examples.worth_asking[rows], sigmoid(log_odds[rows])
            precision, recall = precision_recall(wanted, scores, threshold)
            lines.append(
                f"{stage:13} {site:24} n {len(wanted):5} base {wanted.mean():.2f} "
                f"AP {average_precision(wanted, scores):.3f} "
                f"precision {precision:.2f} recall {recall:.2f}"
            )
    return "\n".join(lines)


def gates_of(
    examples: Examples, design: Design, fitted: Fitted | None = None
) -> tuple[float, float, float]:
    """Return the threshold, what the first stage lets through, and what an unread message adds.

    The first two come from fits that never saw a site, or from `fitted` where it has seen but one.
    """
    read = np.asarray(~np.isnan(examples.read).any(axis=1))
    stages = held_out(examples, design)
    if fitted is not None:
        stages = fitted.signals(examples), fitted.log_odds(examples)
    first, both = (each[read] for each in stages)
    sites = [site for site, known in zip(examples.sites, read, strict=True) if known]
    threshold = threshold_of(sites, examples.worth_asking[read], both, design.precision)
    gate = let_through(first, both, threshold)
    everything = np.ones(len(examples.sites))
    worth = examples.read[read] @ (fitted or fit(examples, design, everything)).reader[1:]
    below = worth[first < gate]
    return threshold, gate, float(below.mean() if len(below) else worth.min())


def write(
    fitted: Fitted,
    gates: tuple[float, float, float],
    design: Design,
    reader: str,
    folder: Path = PROMPTS,
) -> None:
    """Put the fitted numbers into the two catalogue files of a folder."""
    threshold, lets_through, unread = gates
    file = folder / "triage.toml"
    weights: dict[str, float] = dict(zip(design.names, map(float, fitted.weights), strict=True))
    weights |= {**design.fixed, **design.social}
    table = "\n".join(f"{name} = {_number(weights[name])}" for name in weights)
    text = file.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^bias = .*$", f"bias = {_number(fitted.bias)}", text)
    text = re.sub(r"(?m)^threshold = .*$", f"threshold = {threshold}", text)
    text = re.sub(r"(?s)(?<=\[weights\]\n).*?(?=\n\n)", table, text)
    file.write_text(text, encoding="utf-8")
    lines = [
        "# How the fitted reader counts in triage beside the signals; written by `make fit`.",
        f'name = "{reader}"',
        f"from_log_odds = {_number(lets_through)}",
        f"unread = {_number(unread)}",
        f"bias = {_number(fitted.reader_bias)}",
        f"signals = {_number(fitted.reader[0])}",
        f"worth = [{', '.join(map(_number, fitted.reader[1:]))}]",
    ]
    (folder / "triage_reader.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _number(value: float) -> str:
    return f"{round(float(value), 3) + 0.0:.3f}"


def write_fold(fold: Fold, examples: Examples, design: Design) -> None:
    """Put beside a fold's reader the triage that never saw the fold's sites either."""
    unseen = np.array([site in fold.left_out for site in examples.sites])
    seen = examples.at(~unseen)
    fitted = fit(seen, design, np.ones(len(seen.sites)))
    shutil.copy(PROMPTS / "triage.toml", fold.reader)
    write(fitted, gates_of(seen, design, fitted), design, fold.name, fold.reader)


def main() -> None:
    """Fit, report on sites held out, and ship."""
    folder = Path(os.environ.get("PASSDOWN_DATA", DEFAULT_DATA)) / "labels" / "facets_more"
    design = read_design()
    examples = read_examples(read_labels(folder), design, unseen_worth())
    print(report(examples, design))  # noqa: T201 - a script for the terminal
    fitted = fit(examples, design, np.ones(len(examples.sites)))
    write(fitted, gates_of(examples, design), design, shipped_artefact().name)
    for fold in FOLDS:
        if fold.left_out:
            write_fold(fold, examples, design)


if __name__ == "__main__":
    main()
