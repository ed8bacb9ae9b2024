"""Whether a text says only what its cited words say, however it was written.

Both are laid side by side word by word. Every content word, number, name and piece of code has
its place in the cited words; who does what to whom stays; negations, hedges, conditions and
limits govern what they governed; nothing is added, and nothing that bounds what is kept is left
out. Joining, shortening, reordering, resolving a pronoun with a word of the thread, another
spelling and another small word pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from agent.method.entailing.alignment import align
from agent.method.entailing.dropping import left_out
from agent.method.entailing.places import displaced
from agent.method.entailing.strangers import spoken_otherwise, untraced
from agent.method.entailing.tokens import Token, join_of, tokens_of
from agent.method.entailing.turning import turned
from agent.method.entailing.writing import marked_alike
from agent.method.words import stems

_PER_REASON = 0.05


@dataclass(frozen=True, slots=True)
class GroundingVerdict:
    """Whether a text is grounded, how closely it follows its sources, and what it adds or loses."""

    score: float
    """0 to 1: the mean of content-word, in-order and word-pair precision, less a twentieth per
    reason."""
    ok: bool
    reasons: tuple[str, ...]
    """What a person can mend, in words; empty where it is grounded."""


def stems_of(words: Iterable[str]) -> frozenset[str]:
    """Stems of words or texts, for use as `context_words` of many judgements."""
    if isinstance(words, ContextStems):
        return words
    texts = tuple(words)
    tokens = tokens_of(" ".join(texts))
    keys = (token.key if token.content else token.surface for token in tokens if _kept(token))
    return ContextStems((*(stem for text in texts for stem in stems(text)), *keys))


def _kept(token: Token) -> bool:
    return token.content or bool(token.turn)


class ContextStems(frozenset[str]):
    """Stems that were made once by `stems_of`."""

    __slots__ = ()


def check_sentence(
    text: str, evidence: Sequence[str], context: Iterable[str] = ()
) -> GroundingVerdict:
    """Judge a sentence, by whomever it was written, against the words it cites.

    `evidence` are quotes, `context` texts of the thread: their words may stand for a pronoun of
    the evidence or in square brackets, and nowhere else. The reasons say in words what is added,
    lost or turned round, and are empty exactly if the sentence may stand.
    """
    return is_grounded(text, evidence, context)


def is_grounded(
    sentence_text: str, quotes: Sequence[str], context_words: Iterable[str] = ()
) -> GroundingVerdict:
    """Judge one text against the words it cites; `context_words` are words of the thread."""
    return _judged(sentence_text, tuple(quotes), stems_of(context_words))


@lru_cache(maxsize=4096)
def _judged(text: str, quotes: tuple[str, ...], context: frozenset[str]) -> GroundingVerdict:
    text, quotes = marked_alike(text, quotes)
    said, source = tokens_of(text), join_of(quotes)
    if not said:
        return GroundingVerdict(0.0, ok=False, reasons=("says nothing",))
    if [token.key for token in said] == [token.key for token in source]:
        return GroundingVerdict(1.0, ok=True, reasons=())
    pair = align(said, source)
    found = (
        *untraced(pair, context),
        *turned(pair, context),
        *displaced(pair),
        *left_out(pair),
        *spoken_otherwise(pair),
    )
    reasons = tuple(dict.fromkeys(found))
    closeness = _closeness(said, source)
    return GroundingVerdict(max(0.0, closeness - _PER_REASON * len(reasons)), not reasons, reasons)


def _closeness(said: Sequence[Token], source: Sequence[Token]) -> float:
    """Mean of content-word precision, in-order precision and word-pair precision."""
    mine, theirs = [t.key for t in said], [t.key for t in source]
    known, pairs = set(theirs), set(pairwise(theirs))
    content = [t.key for t in said if t.content]
    words = sum(key in known for key in content) / len(content) if content else 0.0
    own_pairs = list(pairwise(mine))
    paired = sum(pair in pairs for pair in own_pairs) / len(own_pairs) if own_pairs else words
    return (words + _in_order(mine, theirs) / len(mine) + paired) / 3


def _in_order(mine: Sequence[str], theirs: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(theirs) + 1)
    for key in mine:
        diagonal = 0
        for place, other in enumerate(theirs):
            above = row[place + 1]
            row[place + 1] = diagonal + 1 if key == other else max(above, row[place])
            diagonal = above
    return row[-1]
