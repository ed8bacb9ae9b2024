"""Whether a sentence keeps the hedges, negations, numbers and code of the words it cites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.method.entailing.alignment import align
from agent.method.entailing.numbers import numbers_elsewhere
from agent.method.entailing.tokens import join_of, tokens_of
from agent.method.entailing.turning import turned
from agent.method.entailment import stems_of


def kept_to_the_letter(text: str, quotes: Sequence[str], context_words: Iterable[str] = ()) -> bool:
    """Whether a text is as sure as its sources, and exact where they are (method, section 5.3).

    Numbers, code, versions and names are those of the quotes, at their places; what hedges,
    denies or limits governs what it governed. Words in brackets may be of the thread.
    """
    said, source = tokens_of(text), join_of(quotes)
    pair = align(said, source)
    context = stems_of(context_words)
    foreign = (said[place] for place in pair.orphans if said[place].exact)
    if any(not (token.bracketed and token.key in context) for token in foreign):
        return False
    return not turned(pair) and not any(numbers_elsewhere(pair))
