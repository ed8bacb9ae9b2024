"""What a clause is in the grammar of a question: an order, a ban, a claim, a condition, a thing.

English surface grammar only. A clause that fits nothing yields nothing: rather no question than
one that reads wrong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from agent.method.forms import Form, Piece
from agent.method.lexicon import (
    AUXILIARIES,
    CHECKING,
    CHOOSING,
    CONDITIONS,
    DETERMINERS,
    KEEPING,
    MENTAL,
    NEGATIONS,
    NEVER_LAST,
)
from agent.method.shapes import Shape, is_finite, shape_of
from agent.method.statements import (
    FINITE,
    LINKS,
    PAST,
    SHORTEST_CORE,
    WAY,
    claims_of,
    conditions_of,
    one_finite,
    phrases_of,
)
from agent.method.syntax import NOUNS_TOO, VERBS
from agent.method.words import Word, fold, tokenise

_SOFT_LEAD = re.compile(
    r"(?:(?:just|please|simply|also|first|then|so|now|instead|even(?= (?:if|when))|firstly"
    r"|(?:remember|note|keep in mind|be aware|bear in mind)(?: also)? that"
    r"|(?:this|which|that)(?: also)? means(?: that)?)\b,?\s+)+",
    re.IGNORECASE,
)
_OFTEN_SAID = r"(?: (?:also|just|really|always|probably|simply|then|instead|often|\w+ly))*"
_ADVISING_LEAD = re.compile(
    r"(?:(?:i|we)(?:['\u2019]d| would| should)?"
    + _OFTEN_SAID
    + r"|(?:you|one|people|u)(?:['\u2019](?:d|ll))?"
    r"(?: should| could| can| must| might| may| would| will)?"
    + _OFTEN_SAID
    + r"(?: need to| have to| want to| ought to| had better| try to)?"
    r"|(?:it is|it['\u2019]s|it would be|it might be|it'd be) (?:best|better|important|easiest"
    r"|(?:probably )?time|a good idea|safest|worth|recommended|advisable) to"
    r"|(?:try|be sure|make sure|remember) to"
    r"|the (?:best|easiest|simplest|safest|only) (?:thing|way|bet|option)(?: to do)?"
    r" (?:is|would be) to|don't forget to|do not forget to|always|please|better)\s+(?=[a-z])",
    re.IGNORECASE,
)
"""What stands before a verb phrase that is advice."""
_FORBIDS = re.compile(
    r"(?:(?:never|don't|don\u2019t|do not)(?: just| ever| even| try to)? (?=[a-z])|avoid\b"
    r"|(?:stay|steer|keep) (?:away from|clear of)\b|refrain from\b|stop \w+ing\b|try not to\b"
    r"|(?:you|one|people|we)(?: really| also| just| \w+ly)* (?:should not|shouldn't|shouldn\u2019t"
    r"|should never|must not|mustn't|must never|do not want to|don't want to)\b"
    r"|(?:i|we)(?: really| also| just)* (?:would not|wouldn't|wouldn\u2019t|would never)\b)",
    re.IGNORECASE,
)
_EMPTY_BAN = re.compile(
    r"(?:don't|don\u2019t|do not|never) (?:worry|hesitate|be afraid|be shy|know|think|remember"
    r"|forget|mind|have|see|care|understand|get me|want to sound|recall)\b"
    r"|\b(?:be|get) (?:concerned|worried|surprised|scared|alarmed|able)\b"
    r"|(?:i|we) (?:would not|wouldn't|wouldn\u2019t|would never) (?:say|think|know|find|see|be"
    r"|remember|recall|help|speak|comment|imagine|worry|have)\b",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r",? (?:and (?:you|it|they|the|see|then|your|this|that)\b|so (?:that|you|it|they)\b|which\b"
    r"|because\b|since\b|as (?:this|that|it|you|they)\b|in order to\b|when\b|if\b|before\b|until\b"
    r"|to (?:avoid|prevent|get|make|ensure|keep|allow|see|help)\b|while\b|unless\b|or you\b"
    r"|then (?:you|it|use|run|do|try|go|see)\b|for example\b|e\.g\b|but\b)",
    re.IGNORECASE,
)
_REASON = re.compile(r",? (?:because|since|as (?:it|they|this|that|you)|which)\b", re.IGNORECASE)
_COMPOUND = frozenset(
    {"time", "times", "size", "temperature", "method", "methods", "ratio", "process", "level"}
    | {"rate", "style", "kettle", "shop", "room", "list", "point", "code", "quality"}
)
"""Nouns before which a word that could be a verb is none: `brew time`."""
_ENSURES = re.compile(
    r"(?:make sure|be sure|ensure|check|verify|see)(?: that| if| whether)?"
    r" (?=(?:the|your|it|there|all|every|each|no) )",
    re.IGNORECASE,
)
_EASIER = re.compile(r"\bbe (?:easier|better|best|worth|wise|wiser|possible|nice)\b", re.IGNORECASE)
_TRAILERS = re.compile(
    r",? (?:however|though|as well|too|instead|please|depending|(?<!and )then|again|anyway|etc"
    r"|in this case|(?:and|to) see)$",
    re.IGNORECASE,
)
_BARE_LEAD = re.compile(r"(?:you|one|people|u|i|we)", re.IGNORECASE)
_OUTCOMES = frozenset({"get", "have", "be", "end", "lose", "see", "find", "feel", "hear", "risk"})
"""Verbs that tell what comes of it, not what to do."""
_DOUBTS = re.compile(
    r"(?:i|we) (?:would not|wouldn't|wouldn\u2019t|would never) say\b", re.IGNORECASE
)
_HANDLE = re.compile(
    r"(?!(?:if|when|once|and|but|so|as|like|then|before|after|because|that|which|what"
    r"|where|while|until|unless|than|or|how|all|whatever|everything|anything|everyone)\b)"
    r"[\w|`^\[\]-]{3,20}\s+"
    r"(?=you(?:['\u2019]ll)? (?:can|could|should|might|may|need|have|must|will)\b)",
    re.IGNORECASE,
)
"""Somebody addressed by name with no comma, as in chat: `monte you should ...`."""
_NEEDED = re.compile(r"(?:you|you'll|you will) (?:need|want) (?!to\b)", re.IGNORECASE)
_LONG_TAIL = 7


def pieces_of(clause: str) -> Iterator[Piece]:
    """Yield the clause past its softeners, and its core, each with its form."""
    lead = _SOFT_LEAD.match(clause) or _HANDLE.match(clause)
    start = lead.end() if lead else 0
    text = _TRAILERS.sub("", clause[start:])
    words = tokenise(text)
    if not words or fold(words[-1].text) in NEVER_LAST - {"too", "only"}:
        return
    if _FORBIDS.match(text):
        if not _EMPTY_BAN.search(text):
            reason = _REASON.search(text)
            end = start + (reason.start() if reason else len(text))
            yield Piece(start, end, Form.BAN, 0.2)
        elif _DOUBTS.match(text):
            yield Piece(start, start + len(text), Form.CLAIM, -0.3)
    elif fold(words[0].text) in CONDITIONS:
        yield from conditions_of(text, start, fold(words[0].text))
    elif lead := _ADVISING_LEAD.match(text):
        yield from _advice(text, start, lead.end())
    else:
        yield from _plain(text, start, words)


def _plain(text: str, start: int, words: tuple[Word, ...]) -> Iterator[Piece]:
    """Yield what a clause without a lead or a condition is."""
    shape, first = shape_of(text), fold(words[0].text)
    if shape is Shape.DIRECTIVE or (first in VERBS and _instructs_after(words)):
        yield from _orders(text, start)
    elif shape is Shape.DIAGNOSIS:
        yield Piece(start, start + len(text), _judged(text))
    elif first == "be" or _NEEDED.match(text):
        yield Piece(start, start + len(text), Form.ADVICE, -0.2)
    elif shape in {Shape.CLAIM, Shape.ADVICE} or _has_finite(words):
        yield from claims_of(text, start, words)
    else:
        yield from phrases_of(text, start, words)


def _judged(text: str) -> Form:
    """What a hedged judgement is: of the case at hand, or what one would do or expect."""
    if _EASIER.search(text) or WAY.match(text):
        return Form.ADVICE
    return Form.CLAIM if re.search(r"\bwould\b", text) else Form.DIAGNOSIS


def _has_finite(words: tuple[Word, ...]) -> bool:
    """Whether a word after the first is likely a finite verb."""
    folded = [fold(word.text) for word in words]
    return any(
        is_finite(word) or (word in VERBS - NOUNS_TOO and before.endswith("s"))
        for before, word in itertools.pairwise(folded[:-1])
    )


def _instructs_after(words: tuple[Word, ...]) -> bool:
    return len(words) > 1 and fold(words[1].text) in DETERMINERS | {"it", "them"}


def _orders(text: str, start: int) -> Iterator[Piece]:
    words = tokenise(text)
    verb = fold(words[0].text)
    if verb in MENTAL | {"have", "get", "be"} or len(words) == 1:
        return
    if fold(words[1].text) in _COMPOUND:
        return
    form = Form.ADVICE if text[0].isupper() else Form.ORDER
    if (ensured := _ENSURES.match(text)) and one_finite(text[ensured.end() :]):
        yield Piece(start + ensured.end(), start + len(text), Form.STATE, 0.2)
        return
    tail = _TAIL.search(text)
    restricts = any(fold(word.text) in NEGATIONS for word in words)
    core = len(tokenise(text[: tail.start()])) if tail else 0
    if tail and core >= SHORTEST_CORE and not (restricts and tail.group().strip() in CONDITIONS):
        if _runs_on(tokenise(text[: tail.start()])):
            return
        yield Piece(start, start + tail.start(), form, 0.3 if len(words) > _LONG_TAIL else -0.2)
        if tail.group().strip(" ,").split()[0].lower() not in CONDITIONS | {"to", "in", "while"}:
            return
    if _runs_on(words):
        return
    yield Piece(start, start + len(text), form)
    if form is Form.ORDER:
        yield Piece(start, start + len(text), Form.ADVICE, -0.4)


def _runs_on(words: tuple[Word, ...]) -> bool:
    """Whether a finite verb follows with nothing that links it: two clauses with no pause."""
    for word in (fold(word.text) for word in words[1:]):
        if word in LINKS:
            return False
        if word in FINITE:
            return True
    return False


def _advice(text: str, start: int, inner: int) -> Iterator[Piece]:
    words = tokenise(text[inner:])
    if not words:
        return
    verb = fold(words[0].text)
    if verb in MENTAL | NEGATIONS or PAST.match(verb):
        return
    bare = _BARE_LEAD.fullmatch(text[:inner].strip()) is not None
    known = verb in VERBS | CHOOSING | CHECKING | KEEPING and verb not in _OUTCOMES
    if not known:
        if bare or verb in AUXILIARIES | _OUTCOMES or not verb.isalpha():
            yield from claims_of(text, start, tokenise(text))
        else:
            yield Piece(start, start + len(text), Form.ADVICE, -0.5)
        return
    if len(words) > 1:
        for piece in _orders(text[inner:], start + inner):
            yield replace(piece, worth=piece.worth - 0.4 * bare)
    if not bare:
        yield Piece(start, start + len(text), Form.ADVICE, -0.3)
