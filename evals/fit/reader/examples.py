"""Turn labelled messages into what the network is fitted on: windows with marks, in batches."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agent.method.readings import Before
from agent.reader.encoder import FACETS
from agent.reader.windows import NO_SENTENCE, Window, windows_of
from evals.labelled.reading import LabelledMessage, read_labels

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

WRITTEN = Path(__file__).parents[1] / "written"
DEFAULT_DATA = Path(__file__).parents[4] / "shared" / "data"

NO_GAP = -1
LEAST_POSITIVE_WEIGHT, MOST_POSITIVE_WEIGHT = 1.0, 8.0
BATCHES_SORTED = 16
"""Batches whose windows are sorted by length together, so that little of a batch is padding."""


@dataclass(frozen=True, slots=True)
class Example:
    """One window of a labelled message, and what the annotator marked of the message."""

    window: Window
    stated: Floats
    """Shape (sentences of the window, 12): 1 where the sentence states the facet."""
    worth: int
    gap: int
    """Column of the facet to ask about, or -1."""
    quoted: tuple[bool, ...]
    """Per token, whether the question would quote it."""

    @property
    def sentences(self) -> int:
        return self.window.stop - self.window.first


@dataclass(frozen=True, slots=True)
class Batch:
    """B examples padded to L tokens and S sentences."""

    ids: Integers
    types: Integers
    attended: Integers
    """Shape (B, L), as `ids` and `types`: 1 for a token, 0 for padding."""
    spread: Floats
    """Shape (B, S, L): row s averages the tokens of sentence s."""
    stated: Floats
    """Shape (B, S, 12)."""
    sentences: Floats
    """Shape (B, S): 1 where there is a sentence."""
    quoted: Floats
    """Shape (B, L), 0 or 1."""
    own: Floats
    """Shape (B, L): 1 for a token that is read for a sentence."""
    worth: Integers
    gap: Integers
    focused: Floats
    """Shape (B,), as `worth` and `gap`: 1 where some token is quoted."""


def labels_folder() -> Path:
    """Where the labels to fit on lie in `$PASSDOWN_DATA`."""
    return Path(os.environ.get("PASSDOWN_DATA") or DEFAULT_DATA) / "labels" / "facets_more"


def read_all_labels() -> tuple[LabelledMessage, ...]:
    """Return the messages to fit on: those of `$PASSDOWN_DATA`, then those written for it."""
    return (*read_labels(labels_folder()), *read_labels(WRITTEN))


def layout(message: LabelledMessage, tokenizer: Tokenizer) -> tuple[Window, ...]:
    """Return the windows of a labelled message, as `agent.reader` lays it out."""
    title, talk = (str(message.source[key]).strip() for key in ("title", "question"))
    return windows_of(message.sentences, Before(title, talk), tokenizer)


def examples_of(messages: Sequence[LabelledMessage], tokenizer: Tokenizer) -> tuple[Example, ...]:
    """Return one example a window, in the order of the messages."""
    return tuple(
        _example(message, window) for message in messages for window in layout(message, tokenizer)
    )


def _example(message: LabelledMessage, window: Window) -> Example:
    marks = message.gold.marks[0]
    stated = np.zeros((window.stop - window.first, len(FACETS)), dtype=np.float32)
    for facet, sentences in marks.facets.items():
        for sentence in sentences:
            if window.first <= sentence < window.stop:
                stated[sentence - window.first, FACETS.index(facet)] = 1
    return Example(
        window=window,
        stated=stated,
        worth=marks.worth,
        gap=NO_GAP if marks.gap is None else FACETS.index(marks.gap),
        quoted=_quoted(message.sentences, marks.anchor, window),
    )


def _quoted(sentences: Sequence[str], anchor: str, window: Window) -> tuple[bool, ...]:
    places = {n: text.find(anchor) for n, text in enumerate(sentences) if anchor and anchor in text}
    return tuple(
        sentence in places and start < places[sentence] + len(anchor) and end > places[sentence]
        for sentence, (start, end) in zip(window.sentences, window.offsets, strict=True)
    )


def positive_weights(examples: Sequence[Example]) -> Floats:
    """Return shape (12,): how much more a stated facet counts than one that is not.

    The root of the odds against a facet, from 1 to 8.
    """
    share = np.concatenate([example.stated for example in examples]).mean(axis=0)
    with np.errstate(divide="ignore"):
        against = np.sqrt((1 - share) / share)
    weights: Floats = np.clip(against, LEAST_POSITIVE_WEIGHT, MOST_POSITIVE_WEIGHT)
    return weights.astype(np.float32)


def batches_of(examples: Sequence[Example], size: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """Return the positions of every example once, in random batches of near-equal length."""
    draw = random.Random(seed)  # noqa: S311 - a shuffle that a seed repeats, not a secret
    places = list(range(len(examples)))
    draw.shuffle(places)
    found: list[tuple[int, ...]] = []
    for start in range(0, len(places), size * BATCHES_SORTED):
        near = sorted(
            places[start : start + size * BATCHES_SORTED],
            key=lambda place: len(examples[place].window.ids),
        )
        found += [tuple(near[at : at + size]) for at in range(0, len(near), size)]
    draw.shuffle(found)
    return tuple(found)


def collate(examples: Sequence[Example]) -> Batch:
    """Pad examples to the longest of them."""
    count = len(examples)
    length = max(len(example.window.ids) for example in examples)
    most = max(example.sentences for example in examples)
    ids, types, attended = np.zeros((3, count, length), dtype=np.int64)
    quoted, own = np.zeros((2, count, length), dtype=np.float32)
    spread = np.zeros((count, most, length), dtype=np.float32)
    stated = np.zeros((count, most, len(FACETS)), dtype=np.float32)
    present = np.zeros((count, most), dtype=np.float32)
    for row, example in enumerate(examples):
        window, tokens = example.window, len(example.window.ids)
        ids[row, :tokens], types[row, :tokens], attended[row, :tokens] = window.ids, window.types, 1
        quoted[row, :tokens] = example.quoted
        places = np.asarray(window.sentences)
        own[row, :tokens] = places != NO_SENTENCE
        for sentence in range(example.sentences):
            (at,) = np.nonzero(places == window.first + sentence)
            spread[row, sentence, at] = 1 / len(at)
        stated[row, : example.sentences] = example.stated
        present[row, : example.sentences] = 1
    return Batch(
        ids=ids,
        types=types,
        attended=attended,
        spread=spread,
        stated=stated,
        sentences=present,
        quoted=quoted,
        own=own,
        worth=np.array([example.worth for example in examples], dtype=np.int64),
        gap=np.array([example.gap for example in examples], dtype=np.int64),
        focused=np.array([any(example.quoted) for example in examples], dtype=np.float32),
    )


def digest_of(examples: Sequence[Example], settings: Mapping[str, float]) -> str:
    """Return the SHA-256 of all that a fit depends on besides the first weights."""
    digest = hashlib.sha256(repr(sorted(settings.items())).encode())
    for example in examples:
        kept = (example.window.ids, example.worth, example.gap, example.quoted)
        digest.update(repr(kept).encode() + example.stated.tobytes())
    return digest.hexdigest()
