"""How a quote reads from its first words and its finite verbs: an order, a claim, a condition."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from agent.method.lexicon import AUXILIARIES, CONDITIONS, DETERMINERS, SUBJECTS, WEAK_VERBS
from agent.method.syntax import NOUNS_TOO, VERBS
from agent.method.words import fold, tokenise

_SUBJECT_AND_VERB = 2
_ADVICE = re.compile(
    r"(?:better \w+|(?:(?:i|you|we)(?: \w+){0,2}|one) "
    r"(?:should(?! be)|could|might|may|need|want|must|would|have to|ought|suggest|recommend|advise"
    r"|are(?: \w+)? going to have to|(?:\w+ )?have to|can (?:also|just|always|certainly|easily)))\b"
    r"|(?:i'd|you'd|you'll|i'll)\b"
    r"|(?:don't|do not|never|always|avoid|no need to|be|try to|consider|look|get|let)\b"
    r"|(?:it is|it's|it would be) (?:best|better|important|a good idea) to\b"
)
_DIAGNOSIS = re.compile(
    r"^(?:it|this|that|there|the|your|sounds)\b ?(?:\S+ ){0,5}?"
    r"(?:(?:is |are )?(?:probably|most likely)|must be|must have|seems?|looks? like"
    r"|may be|might be)\b"
)


_ADJECTIVES_TOO = frozenset(
    {"clean", "warm", "cool", "dry", "open", "empty", "clear", "close", "free", "complete"}
    | {
        "separate",
        "slow",
        "prefer",
        "tap",
        "heat",
        "place",
        "lay",
        "top",
        "light",
        "present",
        "sort",
        "do",
    }
)
_AFTER_VERB = frozenset(
    {"it", "them", "more", "less", "on", "off", "into", "with", "at", "to", "up"}
)


class Shape(StrEnum):
    """How a quote reads, which decides the phrasings it fits into."""

    DIRECTIVE = "directive"
    """A bare verb phrase: `rinse the filter first`."""
    ADVICE = "advice"
    """Advice that is no bare verb phrase: `I would go for X`, `never boil it`."""
    CONDITION = "condition"
    DIAGNOSIS = "diagnosis"
    """A hedged judgement of the case at hand: `it is probably the cable`."""
    CLAIM = "claim"
    PHRASE = "phrase"


@lru_cache(maxsize=4096)
def shape_of(quote: str) -> Shape:
    """Tell how a quote reads from its first words and its finite verbs."""
    words = [fold(word.text) for word in tokenise(quote)]
    while words and words[0] in {"just", "please", "simply", "first"}:
        words = words[1:]
    if not words:
        return Shape.PHRASE
    if words[0] in CONDITIONS:
        return Shape.CONDITION if words[0] in {"if", "when", "unless", "until"} else Shape.PHRASE
    sentence = " ".join(words)
    if words[0].endswith(("ing", "ed")) or words[0][0].isdigit():
        return Shape.PHRASE
    if _ADVICE.match(sentence):
        return Shape.ADVICE
    if _instructs(words):
        return Shape.DIRECTIVE
    if _DIAGNOSIS.search(sentence):
        return Shape.DIAGNOSIS
    if words[0] not in AUXILIARIES and any(is_finite(word) for word in words[1:-1]):
        return Shape.CLAIM
    return Shape.CLAIM if words[0] in SUBJECTS and len(words) > _SUBJECT_AND_VERB else Shape.PHRASE


def is_finite(word: str) -> bool:
    """Whether a word that is not the first is likely to be a finite verb."""
    if word in AUXILIARIES - {"be", "been", "being"}:
        return True
    base = word[:-1] if word.endswith("s") else ""
    return (base in VERBS or base.removesuffix("e") in VERBS) and base not in NOUNS_TOO


def _instructs(words: list[str]) -> bool:
    verb, rest = words[0], words[1:]
    if verb in WEAK_VERBS or any(word in AUXILIARIES - {"be"} for word in rest[:2]):
        return False
    if verb in NOUNS_TOO:
        return bool(rest) and rest[0] in DETERMINERS | _AFTER_VERB
    if verb in _ADJECTIVES_TOO:
        return bool(rest) and rest[0] in DETERMINERS | {"it", "them", "out", "up"}
    return verb in VERBS
