"""Where in a message a question would point, by the fitted reader: a share of each word."""

from __future__ import annotations

import math
from itertools import accumulate

from agent.method.readings import Judgement, Sentence
from agent.method.sentences import own_sentences
from agent.method.words import tokenise
from memory.records.talk import EvidenceSpan, Message

LONGEST_PASSAGE = 12
"""Words of a passage at most, as of a quote."""

SHORTEST_PASSAGE = 3
LITTLE = 0.03
"""Share of the passage below which a word at its end is left off."""


class Focus:
    """What share of the attention of a question falls on which characters of a message."""

    def __init__(self, message: Message, judgement: Judgement) -> None:
        self._message = message
        sentences = own_sentences(message)
        pieces = [piece for sentence in judgement.focus for piece in sentence]
        highest = max((odds for _, _, odds in pieces), default=0.0)
        total = math.fsum(math.exp(odds - highest) for _, _, odds in pieces)
        self._shares = [
            (sentence.start + start, sentence.start + end, math.exp(odds - highest) / total)
            for sentence, focus in zip(sentences, judgement.focus, strict=True)
            for start, end, odds in focus
        ]
        found = [passage for one in sentences if (passage := self._best(one)) is not None]
        self._passage = max(found, key=lambda one: one[0], default=None)

    def share(self, start: int, end: int) -> float:
        """Return the share that falls on `text[start:end]`, as a part of the passage's, 0 to 1."""
        if self._passage is None or not self._passage[0]:
            return 0.0
        return min(1.0, self._on(start, end) / self._passage[0])

    @property
    def passage(self) -> EvidenceSpan | None:
        """The run of words that a question is most likely to be about."""
        if self._passage is None:
            return None
        _, start, end = self._passage
        return EvidenceSpan.of(self._message, start, end)

    def _on(self, start: int, end: int) -> float:
        return math.fsum(share for a, b, share in self._shares if a < end and b > start)

    def _best(self, sentence: Sentence) -> tuple[float, int, int] | None:
        """Return the run of words of a sentence with the largest share, and where it stands."""
        words = [
            (sentence.start + word.start, sentence.start + word.end)
            for word in tokenise(sentence.text)
        ]
        if len(words) < SHORTEST_PASSAGE:
            return None
        own = [self._on(*word) for word in words]
        up_to = [0.0, *accumulate(own)]
        width = min(LONGEST_PASSAGE, len(words))
        first = max(range(len(words) - width + 1), key=lambda n: (up_to[n + width] - up_to[n], -n))
        last = first + width - 1
        least = LITTLE * (up_to[last + 1] - up_to[first])
        while last - first >= SHORTEST_PASSAGE and min(own[first], own[last]) < least:
            if own[first] <= own[last]:
                first += 1
            else:
                last -= 1
        return up_to[last + 1] - up_to[first], words[first][0], words[last][1]
