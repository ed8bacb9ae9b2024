"""Whether words are only the part of a sentence that answers a question (`Two days`)."""

from __future__ import annotations

import re

from agent.method.lexicon import AUXILIARIES, PREPOSITIONS
from agent.method.phrases import is_verb
from agent.method.shapes import Shape, shape_of
from agent.method.syntax import VERBS
from agent.method.words import fold, tokenise

_PAUSE = re.compile(r"[,;:.!?\u2026](?=\s|$)|\s+[\u2014\u2013-]+\s+|\u2014")
_PART = re.compile(
    r"(?:(?:and|also|but|so|or)\s+)?(?:(?:because|cause|due to|so that)(?!\w)"
    r"|(?:not|never|only|just|mostly|mainly|especially|except)\s+(?:(?:really|ever)\s+)?"
    r"(?:for|with|in|on|at|if|when|where|by|to|from|under|above|below|after|before|as|the|a|an)"
    r"(?!\w)|(?:up|down|close) to\s+(?:\w+ )?\d)",
    re.IGNORECASE,
)
"""How an answer opens that takes the verb from its question."""
_SUBORDINATE = frozenset({"when", "if", "once", "unless", "until"})
_MOST_WORDS = 6
"""Words up to which a part without a known verb is taken to have none."""
_PAST = ("ed", "ing")
_DETERMINERS = frozenset(
    {"the", "a", "an", "your", "my", "it", "them", "this", "these", "no", "its", "their"}
)
"""Words before which a word that is no small one is a verb: `breaks the`, `want a`."""
_NO_VERBS = PREPOSITIONS | _SUBORDINATE | _DETERMINERS | frozenset({"and", "or", "but", "not"})


def is_elliptic(text: str) -> bool:
    """Whether a sentence has no clause of its own, and so is read with the question before it.

    A phrase of place or time may stand before the clause (`In brown glass, you have an hour`);
    a clause that depends on another (`When it takes longer than a minute`) is none of its own.
    """
    if _PART.match(text):
        return True
    if shape_of(text) is Shape.DIRECTIVE:
        return False
    parts = [part.strip() for part in _PAUSE.split(text) if part.strip()]
    if not parts:
        return False
    words = [fold(word.text) for word in tokenise(parts[0])]
    if not words:
        return False
    if words[0] in _SUBORDINATE:
        return len(parts) == 1 or text[len(parts[0])] in ".!?\u2026"
    if len(words) > _MOST_WORDS:
        return False
    if words[0] in PREPOSITIONS and len(parts) > 1:
        return not any(_holds_verb(part) for part in parts[1:])
    return not _holds_verb(parts[0])


def _holds_verb(part: str) -> bool:
    words = [fold(word.text) for word in tokenise(part)]
    if words and words[0] in VERBS:
        return True
    for place, word in enumerate(words):
        bare = word.partition("'")
        if word in AUXILIARIES or bare[0] in AUXILIARIES or bare[2] in {"s", "ll", "re", "d", "ve"}:
            return True
        last = place == len(words) - 1
        finite = place > 0 and is_verb(word) and not (word.endswith(_PAST) and last)
        if finite and words[place - 1] not in {"to", "a", "an", "the"}:
            return True
        after = words[place + 1] if not last else ""
        if place > 0 and after in _DETERMINERS and word not in _NO_VERBS:
            return True
        if place > 0 and words[place - 1] in {"i", "you", "we", "they", "it", "he", "she"}:
            return True
    return False
