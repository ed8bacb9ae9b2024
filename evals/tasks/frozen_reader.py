"""A frozen reader: picks the option that a text says most nearly, or says that it cannot tell.

It knows nothing but the text it is given. It compares sentences, and neighbouring pairs of them,
with question and option by MiniLM, and by the words that set an option apart from the others. Its
constants were set before any guide was read with it and are the same for every text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from agent.method.contradictions import negates
from agent.method.sentences import split_text
from agent.method.words import stem_set
from memory.index.protocols import Embedder, Vectors

LEAST_LIKE = 0.30
"""Cosine of question and nearest passage below which the text is taken to say nothing of it."""
LEAST_MARGIN = 0.02
"""How much better the best option must be supported than the next."""
WORDS_WEIGHT = 0.35
"""Weight of the words that set an option apart, beside 1 for likeness."""
OPPOSED = 0.10
"""Taken off where option and passage differ in whether they negate."""
NEAREST = 6
"""Passages that are read closely for a question."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader says: the best option, and whether it stands by it."""

    option: int
    sure: bool


@dataclass(slots=True)
class FrozenReader:
    """Answers multiple-choice questions from texts."""

    embedder: Embedder
    _known: dict[str, Vectors] = field(default_factory=dict)

    def answer(self, text: str, question: str, options: Sequence[str]) -> Choice:
        """Choose by the text; without any, by likeness of option and question, never sure."""
        passages = passages_of(text)
        if not passages:
            return Choice(int(np.argmax(self._like([question], options)[0])), sure=False)
        near = self._like([question], passages)[0]
        chosen = np.argsort(-near, kind="stable")[:NEAREST]
        support = np.array(
            [
                self._support(n, question, options, [passages[i] for i in chosen])
                for n in range(len(options))
            ]
        )
        first, second = np.sort(support)[::-1][:2]
        is_sure = bool(near[chosen[0]] >= LEAST_LIKE and first - second >= LEAST_MARGIN)
        return Choice(int(np.argmax(support)), sure=is_sure)

    def _support(
        self, number: int, question: str, options: Sequence[str], passages: Sequence[str]
    ) -> float:
        option = options[number]
        likeness = self._like([f"{question} {option}"], passages)[0]
        shared = frozenset.intersection(*(stem_set(one) for one in options)) | stem_set(question)
        own = stem_set(option) - shared
        scores = [
            like
            + WORDS_WEIGHT * (len(own & stem_set(passage)) / len(own) if own else 0.0)
            - OPPOSED * (negates(option) != negates(passage))
            for like, passage in zip(likeness, passages, strict=True)
        ]
        return float(max(scores))

    def _like(self, left: Sequence[str], right: Sequence[str]) -> Vectors:
        """Cosines, shape (left, right)."""
        product: Vectors = self._vectors(left) @ self._vectors(right).T
        return product

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        for text in texts:
            if text not in self._known:
                self._known[text] = self.embedder.embed([text])[0]
        return np.stack([self._known[text] for text in texts])


def passages_of(text: str) -> list[str]:
    """The sentences of a text, and each pair of neighbours."""
    sentences = [text[start:end] for start, end in split_text(text)]
    return sentences + [f"{one} {other}" for one, other in pairwise(sentences)]
