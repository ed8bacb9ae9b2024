"""Fit the weights by which a later message is told to speak against a guide's sentence.

`python -m evals.fit.gainsaying` reads the pairs that are for tuning, made up or written on the
archive `TUNED_ON`, and as examples of what nobody means against anything the messages of that
archive, held against sentences of its answers. It rewrites `prompts/gainsaying_weights.toml` and
prints, by five folds of the sentences, what each threshold would find. No text is kept. The other
archives are for reporting, and not read.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.method.contesting import contests
from agent.method.gainsaying import SIGNS, Rarity, places_about, signs_at, worth_weighing
from agent.method.sentences import own_sentences, split_text
from agent.sources.stackexchange import StackExchangeFormat
from evals.fit.logistic import Array, Prior, fit_logistic
from evals.labelled.pairs import (
    EDITS,
    MESSAGES,
    PAIRS,
    SAID,
    Pair,
    read_edited_pairs,
    read_pairs,
)
from evals.sample import CONTRADICTIONS
from memory.records.base import stable_id
from memory.records.talk import Message, MessageKind

TUNED_ON = ("beer.stackexchange", "slack-export")
LARGEST = TUNED_ON[0]
SHIPPED = Path(__file__).parents[2] / "prompts" / "gainsaying_weights.toml"
DEFAULT_DATA = Path(__file__).parents[3] / "shared" / "data"
FOR = frozenset({"agreed", "asked", "hedged", "length"})
"""Signs that speak for likeness; the others may only speak against."""
STRENGTH = 0.002
UNLABELLED = 0.1
"""What an example of a real message counts beside one of a pair."""
ROUNDS, FOLDS = 4, 5
TOLD, HEARD = 300, 400
"""Sentences that stand for a guide's, and messages that are held against them."""
THRESHOLD = -0.75
"""Log-odds; of those tried on the folds, the one with false alarms near a twentieth."""


@dataclass(frozen=True, slots=True)
class Example:
    """A guide's sentence and a message; signs of each place worth weighing, shape (n, signs)."""

    told: str
    signs: Array
    against: bool
    real: bool
    closely: bool = False
    """Whether the careful comparison finds it already."""


def examples_of(pairs: Sequence[Pair]) -> Iterator[Example]:
    """One example a pair."""
    for pair in pairs:
        said = [pair.said[a:b] for a, b in split_text(pair.said)]
        closely = any(contests(pair.told, text) is not None for text in said)
        signs = _signs(pair.told, said, Rarity())
        yield Example(pair.told, signs, pair.contradicts, real=False, closely=closely)


def real_examples(archive: Path) -> Iterator[Example]:
    """Messages of an archive against sentences of answers that are not theirs."""
    source = StackExchangeFormat().open(archive, stable_id("com", archive.name))
    messages = [item for item in source.read() if isinstance(item, Message)]
    drawn = random.Random(1)  # noqa: S311 - a sample, no secret
    told = [
        (sentence.text, message.thread_id)
        for message in messages
        if message.kind is MessageKind.ANSWER
        for sentence in own_sentences(message)
        if 6 <= len(sentence.text.split()) <= 32  # noqa: PLR2004 - as long as a guide's mostly are
    ]
    told = drawn.sample(told, min(TOLD, len(told)))
    rarity = Rarity.of(text for text, _ in told)
    for message in drawn.sample(messages, min(HEARD, len(messages))):
        said = [sentence.text for sentence in own_sentences(message)]
        for text, thread in told:
            if thread != message.thread_id:
                signs = _signs(text, said, rarity)
                if len(signs):
                    yield Example(message.id, signs, against=False, real=True)


def _signs(told: str, said: Sequence[str], rarity: Rarity) -> Array:
    found = (signs_at(told, said, place, rarity) for place in places_about(told, said, rarity))
    rows = [[signs[name] for name in SIGNS] for signs in found if worth_weighing(signs)]
    return np.array(rows, dtype=np.float64).reshape(-1, len(SIGNS))


def fitted(examples: Sequence[Example]) -> tuple[Array, float]:
    """Weights and bias; of a message against a sentence, the place that scores highest counts."""
    count = len(SIGNS)
    lowest = np.array([-5.0 if name in FOR else 0.0 for name in SIGNS])
    highest = np.array([0.0 if name in FOR else 5.0 for name in SIGNS])
    prior = Prior(np.zeros(count), lowest, highest, STRENGTH)
    weights, bias = np.where(highest > 0, 1.0, -1.0), 0.0
    some = [one for one in examples if len(one.signs)]
    for _ in range(ROUNDS):
        rows = [
            one.signs[[int(np.argmax(one.signs @ weights))]] if one.against else one.signs
            for one in some
        ]
        sizes = [len(row) for row in rows]
        labels = np.repeat([float(one.against) for one in some], sizes)
        importance = np.repeat([UNLABELLED if one.real else 1.0 for one in some], sizes)
        weights, bias = fit_logistic(np.vstack(rows), labels, importance, prior)
    return weights, bias


def odds_of(one: Example, weights: Array, bias: float) -> float:
    """The highest log-odds at any place; minus infinity where there is none worth weighing."""
    if one.closely:
        return np.inf
    return float((one.signs @ weights).max()) + bias if len(one.signs) else -np.inf


def held_out(examples: Sequence[Example]) -> Iterator[tuple[Example, float]]:
    """Each example with log-odds by weights that saw neither its sentence nor its message."""
    keys = sorted({one.told for one in examples})
    random.Random(0).shuffle(keys)  # noqa: S311 - a fold, no secret
    for fold in range(FOLDS):
        out = frozenset(keys[fold::FOLDS])
        weights, bias = fitted([one for one in examples if one.told not in out])
        for one in examples:
            if one.told in out:
                yield one, odds_of(one, weights, bias)


def main() -> None:
    """Fit, tell what each threshold finds, and write the weights."""
    data = Path(os.environ.get("PASSDOWN_DATA") or DEFAULT_DATA)
    written = [
        pair
        for name in (EDITS, MESSAGES)
        for pair in read_edited_pairs(CONTRADICTIONS / name, data, TUNED_ON)
        if pair.for_tuning
    ]
    made = [pair for name in (PAIRS, SAID) for pair in read_pairs(CONTRADICTIONS / name)]
    examples = [*examples_of([*written, *made]), *real_examples(data / "communities" / LARGEST)]
    write_weights(*fitted(examples))
    tell(list(held_out(examples)))


def tell(scored: Sequence[tuple[Example, float]]) -> None:
    """Print what each threshold finds."""
    for threshold in (-1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.5, 1.0):
        against = [odds > threshold for one, odds in scored if one.against]
        beside = [odds > threshold for one, odds in scored if not (one.against or one.real)]
        raised = {one.told for one, odds in scored if one.real and odds > threshold}
        print(  # noqa: T201 - the report of a command line
            f"threshold {threshold:5.2f}: surfaced {np.mean(against):.3f}, false alarms "
            f"{np.mean(beside):.3f}, of 1,000 real messages {1000 * len(raised) / HEARD:.0f}"
        )


def write_weights(weights: Array, bias: float) -> None:
    """Rewrite the shipped weights."""
    lines = [f"{name} = {weight:.3f}" for name, weight in zip(SIGNS, weights, strict=True)]
    SHIPPED.write_text(
        "# What speaks against a guide's sentence, in log-odds by sign; written by\n"
        "# `python -m evals.fit.gainsaying`, not by hand.\n"
        f"bias = {bias:.3f}\nthreshold = {THRESHOLD}\n\n[weights]\n" + "\n".join(lines) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
