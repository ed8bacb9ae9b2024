"""Clauses that tell nobody what to do: claims, conditions with their states, named things."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.method.forms import Form, Piece
from agent.method.lexicon import (
    AUXILIARIES,
    CONDITIONS,
    COORDINATORS,
    DETERMINERS,
    HOLLOW_NOUNS,
    NEGATIONS,
    PREPOSITIONS,
    QUALITIES,
    SUBJECTS,
    SUBORDINATORS,
)
from agent.method.shapes import is_finite
from agent.method.syntax import VERBS
from agent.method.words import Word, fold, tokenise

_REASSURES = re.compile(
    r"\b(?:be (?:fine|ok|okay|alright|safe|good)|no (?:problem|issue)|second thought|not bad"
    r"|your own|up to you)\b",
    re.IGNORECASE,
)
_MUST = re.compile(
    r"\bshould (?:sit|rest|stay|stand|go|come)\b"
    r"|\b(?:should|must|ought to|needs? to|ha(?:s|ve) to)(?: not| never| always| also)*"
    r" be (?!even|often|concerned|interested)"
    r"(?:\w+(?:ed|en|wn|lt|pt|ld|set|put|left)\b|(?:at |about )?\d)",
    re.IGNORECASE,
)
FINITE = frozenset(
    {"is", "are", "was", "were", "will", "would", "can", "could", "has", "had", "may", "might"}
    | {"should", "isn't", "aren't", "won't", "doesn't", "it's", "they're", "it'll", "you'll"}
)
LINKS = SUBORDINATORS | CONDITIONS | COORDINATORS | {"as", "than", "like"}
_MADE_SO = re.compile(
    r"\byou\b|\bhad\b|\bwere\b|\bcomes to\b|\bmatters?\b|"
    r"\b(?:is|are|was|were) (?:added|made|used|sold|given|put|brewed|called|offered|important"
    r"|possible|desired|required|needed|available|preferred|about)\b",
    re.IGNORECASE,
)
WAY = re.compile(
    r"(?:the|my|a) (?:(?:best|easiest|simplest|safest|only|other|good|first|next|main"
    r"|most important) )?"
    r"(?:way|key|trick|goal|rule|idea|thing|solution|secret|option|approach)\b.*"
    r" (?:is|was) (?:probably )?(?:to|that|keep|use|make|get|let|have)\b",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"(?:i|we) (?:would |'d )?(?:think|believe|say|find|guess|suspect|expect|feel|prefer|like)\b"
    r"|(?:my|our) ",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"you (?:have|end up|get|see|find|notice|can see)\b", re.IGNORECASE)
_THIRD = re.compile(r"(?:i|you|we|u|someone|he|she|one|not|so|possible|necessary)\b", re.IGNORECASE)
_PERSONAL_IF = re.compile(
    r"(?:if|when|once|until|unless) (?:i|we|my|he|she|not|so|possible|any|you(?:'re|\u2019re| are)?"
    r"(?: don't| don\u2019t| do not)? (?:fancy|mind|care|enjoy|want|like|prefer|need|wish|think"
    r"|ask|really|must|have anything"
    r"|can|could|have a|interested|lucky|were"
    r"|looking|trying|going|reading|still|do|not|unsure|curious|would|get|find))\b"
    r"|if\b.*\b(?:were|important|wondering)\b|when it comes to\b",
    re.IGNORECASE,
)
PAST = re.compile(
    r"\b(?:was|were|had|did|went|got|made|said|told|found|saw|tried)\b", re.IGNORECASE
)
FIRST_PERSON = frozenset(
    {"i", "me", "my", "mine", "we", "us", "our", "i'd", "i'm", "i've", "i'll", "we're", "we've"}
)
_FREQUENCY = frozenset({"always", "never", "often", "usually", "only", "sometimes", "mostly"})
VAGUE = frozenset({"it", "this", "that", "they", "these", "those", "he", "she", "it's", "they're"})
_NO_CLAIM = frozenset(
    {"here", "there", "there's", "here's", "what", "which", "who", "how", "where", "why", "let"}
    | {
        "that's",
        "not",
        "sounds",
        "depends",
        "see",
        "thanks",
        "and",
        "or",
        "but",
        "well",
        "hopefully",
    }
    | {"because", "since", "whether", "nothing", "yes", "no", "is", "are", "do", "does", "did"}
)
_NO_GERUND = frozenset(
    {"nothing", "something", "everything", "anything", "during", "morning", "evening", "string"}
    | {"interesting", "amazing", "according", "regarding", "including", "depending", "being"}
    | {"having", "spring", "thing", "king", "ring", "assuming", "hoping", "speaking", "going"}
)
POINTS = frozenset({"until", "once"})
SHORTEST_CORE = 3
_MAX_THING = 6


def conditions_of(text: str, start: int, first: str) -> Iterator[Piece]:
    """Yield a condition with its first word, and the state it is about; nobody's own wishes."""
    if first not in {"if", "when", "unless", "until", "once"} or _PERSONAL_IF.match(text):
        return
    text = re.split(r",? then\b", text)[0]
    following = fold(tokenise(text)[1].text) if len(tokenise(text)) > SHORTEST_CORE else ""
    if not following or following in COORDINATORS or following.endswith("ed"):
        return
    if _runs_twice(tokenise(text)[1:]):
        return
    yield Piece(start, start + len(text), Form.CONDITION, 0.1 if first in POINTS else 0.0)
    rest = len(text) - len(text.split(" ", 1)[1])
    state = text[rest:]
    folded = [fold(word.text) for word in tokenise(state)]
    unfit = _THIRD.match(state) or _MADE_SO.search(state) or folded[0].endswith("ing")
    starts = folded[0] not in CONDITIONS | PREPOSITIONS | {"i", "they", "they're", "all", "none"}
    if one_finite(state) and starts and not unfit:
        yield Piece(start + rest, start + len(text), Form.STATE, 0.2)


def one_finite(state: str) -> bool:
    """Whether a stretch is one clause: a subject, and one finite verb after it."""
    folded = [fold(word.text) for word in tokenise(state)]
    finite = [at for at, word in enumerate(folded) if at and word in FINITE]
    ends_in_s = any(word.endswith("s") for word in folded[1:3])
    if len(finite) == 1 and any(is_finite(word) for word in folded[1 : finite[0]]):
        return False
    return len(finite) == 1 or (not finite and ends_in_s and "will" not in folded)


def claims_of(text: str, start: int, words: tuple[Word, ...]) -> Iterator[Piece]:
    """Yield a claim with its subject; what must be done is advice. Tales and comfort are none."""
    folded = [fold(word.text) for word in words]
    first, second = folded[0], folded[1] if len(folded) > 1 else ""
    if len(words) <= SHORTEST_CORE or first in _NO_CLAIM | NEGATIONS | PREPOSITIONS | COORDINATORS:
        return
    if (first.endswith("ly") and first != "only") or _COUNTS.match(text):
        return
    if first in _FREQUENCY and (second in VERBS | AUXILIARIES or is_finite(second)):
        return
    if first in VERBS | AUXILIARIES and text[0].islower() and second not in FINITE:
        return
    if _REASSURES.search(text):
        return
    personal = bool(FIRST_PERSON.intersection(folded))
    if personal and (PAST.search(text) or not (first not in FIRST_PERSON or _HOLDS.match(text))):
        return
    end = start + len(text)
    worth = -0.7 * (first in VAGUE) - 0.5 * _runs_twice(words) - 0.3 * personal
    if _MUST.search(text) or WAY.match(text):
        yield Piece(start, end, Form.ADVICE, 0.2 + worth)
    else:
        yield Piece(start, end, Form.CLAIM, worth)


def _runs_twice(words: tuple[Word, ...]) -> bool:
    """Whether two finite verbs stand in a row of words with nothing that links them."""
    finite = 0
    previous = ""
    for word in (fold(word.text) for word in words):
        if word in LINKS:
            return False
        finite += word in FINITE and previous not in FINITE
        previous = word
    return finite > 1


def phrases_of(text: str, start: int, words: tuple[Word, ...]) -> Iterator[Piece]:
    """Yield what has no finite verb: something done, or a thing with its article or quality."""
    folded = [fold(word.text) for word in words]
    end = start + len(text)
    plain = not any(w in AUXILIARIES | SUBJECTS | SUBORDINATORS - {"that"} for w in folded)
    if folded[0].endswith("ing") and folded[0] not in _NO_GERUND and _gerund(folded[0]):
        if plain and len(words) > 1:
            yield Piece(start, end, Form.DOING)
        return
    head = folded[-1]
    opens = folded[0] in DETERMINERS - {"this", "that", "these", "those", "any", "no", "some"}
    opens = opens or folded[0] in QUALITIES
    verbs = any(w in VERBS or w.endswith(("ed", "ing")) for w in folded[1:-1])
    named = head not in HOLLOW_NOUNS and len(words) <= _MAX_THING
    hollow = HOLLOW_NOUNS | PREPOSITIONS - {"of", "in", "with"}
    if opens and plain and named and not verbs and hollow.isdisjoint(folded[1:]):
        yield Piece(start, end, Form.THING, -0.4)


def _gerund(word: str) -> bool:
    base = word[:-3]
    return bool({base, base + "e", base[:-1]} & VERBS)
