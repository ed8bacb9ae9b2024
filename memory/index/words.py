"""The words by which passages are found: stems that carry content, and how rare each one is."""

from __future__ import annotations

import math
import re

_WORD = re.compile(r"[^\W_]{2,}")
_FUNCTION_WORDS = frozenset(
    _WORD.findall(
        "about after all also am an and any are as at be because been before being between both "
        "but by can could did do does doing down during each few for from further get had has "
        "have having he her here him his how i if in into is it its itself just like make me "
        "more most my no nor not of off on once only or other our out over own same she should "
        "so some such than that the their them then there these they this those through to too "
        "under until up use using very was we were what when where which while who whom why "
        "will with would you your "
    )
)


def stems(text: str) -> list[str]:
    """Return the English stems of the words in `text` that carry content, in order."""
    import snowballstemmer

    words = [word for word in _WORD.findall(text.lower()) if word not in _FUNCTION_WORDS]
    return list(snowballstemmer.stemmer("english").stemWords(words))


def content_stems(text: str) -> frozenset[str]:
    """Return the different stems of a text."""
    return frozenset(stems(text))


def rarity(passages: int, holding: int) -> float:
    """Return the inverse document frequency of a stem, as in BM25 (Robertson and Zaragoza 2009).

    `holding` of `passages` hold it; a stem that none holds is the rarest of all, so that what
    the memory never speaks of counts against it.
    """
    return math.log1p((passages - holding + 0.5) / (holding + 0.5))
