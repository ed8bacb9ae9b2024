"""Fit the first pass of triage: words that tell what the full engine would never ask about.

`python -m evals.fit.first_pass` lets the shipped engine, without a first pass, judge labelled
messages and a chat, and fits a weight a word to its scores. It rewrites `prompts/first_pass.toml`;
of the texts only words that many messages share are kept.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from agent.engines.protocol import Engine
from agent.engines.shipped import embedded_engine
from agent.method.firstpass import first_pass_words, log_odds_of
from agent.method.readings import ThreadView
from agent.method.surroundings import own_text
from evals.bench.streams import conversations, tell
from evals.fit.logistic import Array, Prior, fit_logistic
from evals.fit.triage import DEFAULT_DATA, PROMPTS
from evals.labelled.reading import read_labels
from memory.records.policy import Policy
from prompts.catalogue import Catalogue, FirstPassEntry, load_catalogue

KEPT = 0.998
"""Share of what the full engine would ask that has to pass, on messages the fit never saw."""

FEWEST_MESSAGES = 8
"""Messages that share a word before it gets a weight."""

STRENGTH = 0.0005
CHAT_MESSAGES = 6_000
PARTS = 5
"""Parts of the messages, each in turn held out to set where a message passes."""

ASKED_COUNTS = 8.0
"""Times that a message the full engine would ask about weighs in the fit."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What messages say and what the full engine thinks of them, one entry a message."""

    words: tuple[tuple[str, ...], ...]
    scores: Array
    asked: Array
    """1 where the full engine would ask."""


def views() -> Iterator[ThreadView]:
    """Yield the labelled messages in their threads, then chat conversations."""
    labels = Path(os.environ.get("PASSDOWN_DATA", DEFAULT_DATA)) / "labels" / "facets_more"
    written = Path(__file__).with_name("written")
    for folder in (labels, written):
        if (folder / "items.jsonl").exists():
            yield from (one.view for one in read_labels(folder))
    told = conversations()[1]
    every = max(1, sum(len(each.lines) for each in told) // CHAT_MESSAGES)
    yield from tell(told[::every], CHAT_MESSAGES, 0, 1)


def full_engine(catalogue: Catalogue) -> Engine:
    """Return the engine that reads every message with all it has."""
    triage = catalogue.triage
    reader = triage.reader and triage.reader.model_copy(update={"from_log_odds": -math.inf})
    every = triage.model_copy(update={"first_pass": None, "reader": reader})
    return embedded_engine(catalogue.model_copy(update={"triage": every}), Policy())


def judged(catalogue: Catalogue) -> Judged:
    """Let the full engine judge all messages; what it gates out is left out, as it always is."""
    engine = full_engine(catalogue)
    words: list[tuple[str, ...]] = []
    scores: list[float] = []
    for view in views():
        for reading in engine.judge(view, {}):
            if not reading.gates_failed:
                words.append(tuple(first_pass_words(own_text(reading.message))))
                scores.append(reading.score)
    found = np.array(scores)
    asked = (found >= catalogue.triage.threshold).astype(np.float64)
    return Judged(tuple(words), found, asked)


def fit(known: Judged, rows: Array) -> FirstPassEntry:
    """Fit a weight a word, the bias and the weight of length where `rows` is true."""
    use = np.flatnonzero(rows)
    common = Counter(word for n in use for word in known.words[n])
    kept = sorted(word for word, count in common.items() if count >= FEWEST_MESSAGES)
    column = {word: n for n, word in enumerate(kept)}
    features = np.zeros((len(use), len(kept) + 1))
    for row, n in enumerate(use):
        features[row, -1] = math.log1p(len(known.words[n]))
        features[row, [column[word] for word in known.words[n] if word in column]] = 1
    width = len(kept) + 1
    prior = Prior(np.zeros(width), np.full(width, -np.inf), np.full(width, np.inf), STRENGTH)
    importance = 1 + (ASKED_COUNTS - 1) * known.asked[use]
    weights, bias = fit_logistic(features, known.scores[use], importance, prior)
    return FirstPassEntry(
        bias=round(bias, 3),
        length=round(float(weights[-1]), 3),
        passes_from=-math.inf,
        words={word: round(float(w), 3) for word, w in zip(kept, weights, strict=False) if w},
    )


def main() -> None:
    """Fit, set where a message passes by parts held out, report, and ship."""
    known = judged(load_catalogue())
    part = np.arange(len(known.words)) % PARTS
    unseen = np.zeros(len(known.words))
    for number in range(PARTS):
        entry = fit(known, part != number)
        for n in np.flatnonzero(part == number):
            unseen[n] = log_odds_of(known.words[n], entry)
    passes_from = round(float(np.quantile(unseen[known.asked > 0], 1 - KEPT)), 3)
    passing = unseen >= passes_from
    print(  # noqa: T201 - a script for the terminal
        f"{len(known.words)} messages, {int(known.asked.sum())} asked; held out, "
        f"{passing[known.asked > 0].mean():.3f} of those and {passing.mean():.3f} of all pass"
    )
    write(fit(known, np.ones(len(known.words))).model_copy(update={"passes_from": passes_from}))


def write(entry: FirstPassEntry, folder: Path = PROMPTS) -> None:
    """Put the fitted numbers into `first_pass.toml` of a folder."""
    heaviest = islice(sorted(entry.words.items(), key=lambda one: (-abs(one[1]), one[0])), 4_000)
    lines = [
        "# The first pass of triage, log-odds by word; written by `make fit`.",
        f"bias = {entry.bias}",
        f"length = {entry.length}",
        f"passes_from = {entry.passes_from}",
        "",
        "[words]",
        *(f'"{word}" = {weight}' for word, weight in sorted(heaviest)),
    ]
    (folder / "first_pass.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
