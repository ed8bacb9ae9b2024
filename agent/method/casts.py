"""How quoted words can be put into a question, and what makes them worth asking about.

A cast is a quote with the grammatical form that decides what may stand around it, and marks that
say what it holds. One clause has several: the whole, its core, and the words in it that only
practice can measure out (`too coarse`, `a mid-range grinder`, `about 2 weeks`).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from agent.method.forms import Form, Piece
from agent.method.hotspots import Hotspot, hotspots
from agent.method.lexicon import (
    ASKING,
    CHECKING,
    CHOOSING,
    CONDITIONS,
    COORDINATORS,
    DETERMINERS,
    ENDING,
    KEEPING,
    MANNERS,
    PREPOSITIONS,
    SUBJECTS,
    SUBORDINATORS,
)
from agent.method.pieces import pieces_of
from agent.method.statements import FIRST_PERSON, PAST, POINTS, VAGUE
from agent.method.syntax import VERBS
from agent.method.words import STOP_WORDS, content_stems, fold, tokenise
from memory.records.talk import EvidenceSpan, Message

__all__ = ["Cast", "Form", "casts_of"]


@dataclass(frozen=True, slots=True)
class Cast:
    """A quote as it can stand in a question."""

    span: EvidenceSpan
    form: Form
    marks: frozenset[str]
    worth: float
    """Added to the worth of the clause it was taken from."""
    part: bool = False
    """It is a few words of the clause, so what the clause as a whole is good for does not count."""


_UNADVISED = re.compile(
    r"\b(?:(?:possible|able|likely|urge|temptation|tempting|hard|difficult|tends?|seems?|easy|enough"
    r"|wants?|wanted|afraid|used|impossible|unable|going|tried|trying|refuse|fails?|managed) to"
    r"|\b(?:i|we|they)\b[^.;:]{0,50}\b(?:have|had|needed) to"
    r"|(?:idea|goal|aim|purpose|point|intention)(?: here)? (?:is|was)(?: not)? to"
    r"|(?:they|it|he|she) (?:\w+ )?(?:needs?|ha(?:ve|s|d)|wants?) to"
    r"|or (?:you|it|they)(?:'ll|\u2019ll| will| may| might| could| would)|they|it|which|that|who)"
    r"(?: \w+ly| also| then| just| always)?\s+$",
    re.IGNORECASE,
)
"""What stands before a verb phrase that is no advice: `it is possible to burn it`."""
_LISTED = re.compile(r"[\w-]+ (?:&|and|or) [\w-]+(?: \w+)? (?:is|are|should|can|will|have|has)\b")
_INTRODUCES = frozenset(
    {"think", "believe", "find", "found", "say", "says", "means", "mean", "know", "that", "guess"}
    | {
        "suspect",
        "feel",
        "sure",
        "so",
        "also",
        "generally",
        "usually",
        "typically",
        "often",
        "here",
    }
)
_IF_YOU_LIKE = re.compile(r"\s+if (?:you|u) (?:want|like|prefer|must|wish|insist)\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:don't|don\u2019t|do not|doesn't|doesn\u2019t|didn't|not|never|doubt|doubts|isn't|wasn't"
    r"|can't|cannot|won't|wouldn't|without|nobody|no one|hardly)(?: [\w'\u2019]+){0,3}\s+$",
    re.IGNORECASE,
)
"""What stands before words that their author does not hold: `I don't think it spoils`."""
_CHAT = re.compile(
    r"\b(?:google|search|wikipedia|upvote|my answer|forum|be able to|thanks|your questions?"
    r"|the following|in mind|hope this|you guys|today|tomorrow|see you|add to (?:this|that))\b"
    r"|\b(?:uh+|um+|uhm|eh|hmm|mm|mhm|kinda yeah|sort of like)\b|\b(\w+) \1\b",
    re.IGNORECASE,
)
"""Talk about the talk, and words that only fill a pause."""
_PEOPLE = frozenset({"you", "i", "we", "they", "one", "someone", "people"})
_OFTEN = re.compile(
    r"\b(?:regularly|frequently|often|occasionally|every (?:now|so|once)|from time to time"
    r"|once in a while|sometimes|periodically|rarely|a few times|several times)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?|decades?)\b", re.IGNORECASE
)
_CHANGES = re.compile(
    r"\b(?:will|gets?|becomes?|starts?|begins?|tends?|turns?|goes|can|may|might|develops?|loses?"
    r"|tastes?|smells?|looks?|sounds?|feels?|seems?|shows?|appears?|breaks?|fails?|leaks?)\b",
    re.IGNORECASE,
)
"""What a claim must say to be something that one could perceive."""
_COMPARES = re.compile(
    r"\b(?:than|(?:more|less) \w+|better|worse|preferable|as \w+ as)\b", re.IGNORECASE
)
_LONG = 9
_PER_WORD_TOO_MANY = 0.15


_KINDS = (
    ("choosing", CHOOSING),
    ("checking", CHECKING),
    ("keeping", KEEPING),
    ("ending", ENDING),
    ("asking", ASKING),
)
"""Kinds of verb by what one does; any other verb is acting."""


def casts_of(message: Message, span: EvidenceSpan) -> tuple[Cast, ...]:
    """Return every way in which the words of a span, or a part of them, can be asked about.

    None where the words are no whole thought, are talk about talk, or say nothing of content.
    """
    clause = span.quote
    whole = tuple(pieces_of(clause))
    found: dict[tuple[int, int, Form], Cast] = {}
    for piece in whole:
        cast = _cast(message, span, piece)
        if cast is not None:
            found.setdefault((cast.span.start, cast.span.end, cast.form), cast)
    orders = {Form.ORDER, Form.ADVICE, Form.BAN}
    advised = not PAST.search(clause) and any(piece.form in orders for piece in whole)
    for spot in hotspots(clause):
        denied = _DENIED.search(message.text[: span.start + spot.start][-60:])
        if denied or (spot.form == "amount" and not advised):
            continue
        placed = EvidenceSpan.of(message, span.start + spot.start, span.start + spot.end)
        form = Form(spot.form)
        key = (placed.start, placed.end, form)
        found.setdefault(key, Cast(placed, form, _marks_of_spot(spot), 0.0, part=True))
    return tuple(found.values())


def _marks_of_spot(spot: Hotspot) -> frozenset[str]:
    return frozenset({"time"} if spot.time else ()) | (
        {"quality"} if spot.form == "thing" else set()
    )


def _cast(message: Message, span: EvidenceSpan, piece: Piece) -> Cast | None:
    """Place a piece in the message; `None` where it says nothing of content."""
    placed = EvidenceSpan.of(message, span.start + piece.start, span.start + piece.end)
    quote = placed.quote
    words = [fold(word.text) for word in tokenise(quote)]
    contents = len(content_stems(quote))
    if not contents or len(words) <= 1:
        return None
    first_person = bool(FIRST_PERSON.intersection(words))
    if (first_person and piece.form is Form.ORDER) or _CHAT.search(quote):
        return None
    if piece.form is Form.ADVICE and words[0] in VERBS and "i" in words:
        return None
    worth = piece.worth - _PER_WORD_TOO_MANY * max(0, len(words) - _LONG)
    worth -= 1.0 * (contents == 1) + 0.3 * first_person
    if piece.form is not Form.BAN and _DENIED.search(message.text[: placed.start][-60:]):
        return None
    if words[-2] in CONDITIONS | SUBORDINATORS:
        return None
    if words[-2] in DETERMINERS and message.text[placed.end : placed.end + 1] == ",":
        return None
    worth -= _cut_off(message.text, placed.end) + _cut_in(message.text, placed.start, piece.form)
    return Cast(placed, piece.form, _marks(quote, words, first_person=first_person), worth)


def _cut_off(text: str, end: int) -> float:
    """How much is lost by ending a quote here: nothing before a pause, much inside a phrase."""
    rest = text[end : end + 40]
    if (
        re.match(r"\.\s+[a-z]", rest)
        or rest[:1] in {"'", "%", "$", "\u00b0", "&"}
        or _IF_YOU_LIKE.match(rest)
    ):
        return 2.0
    if rest.startswith(" ("):
        return 0.6
    following = re.match(r"\s+([\w'\u2019-]+)", rest)
    if following is None:
        return 0.0
    word = fold(following[1])
    if word in COORDINATORS | CONDITIONS | SUBORDINATORS | SUBJECTS:
        return 0.5 if word in {"that", "which", "who"} else 0.0
    if word in {"of", "than"} or rest.lstrip().startswith(("so much", "so many", "as much")):
        return 2.0
    return 0.4 if word in PREPOSITIONS or "\n" in following[0] else 1.5


def _cut_in(text: str, start: int, form: Form) -> float:
    """How much is lost by starting a quote here: what it says may depend on the words before."""
    before = text[max(0, start - 60) : start]
    if form in {Form.ORDER, Form.ADVICE}:
        cut = _UNADVISED.search(before) or before.rstrip()[-1:] == ")"
        return 2.5 if cut else 0.0
    if form not in {Form.CLAIM, Form.DIAGNOSIS, Form.THING} or not before.strip():
        return 0.0
    if before.rstrip()[-1] in ")]&/" or (before.rstrip()[-1] == "," and _LISTED.match(text, start)):
        return 2.0
    word = re.search(r"([\w'\u2019-]+)\s+$", before)
    if word is None or "\n" in word.group():
        return 0.0
    if (
        fold(word[1]) in {"who", "which", "that"}
        and fold(text[start:].split(maxsplit=1)[0]) in VERBS
    ):
        return 2.0
    linked = fold(word[1]) in COORDINATORS | SUBORDINATORS | CONDITIONS | _INTRODUCES
    return 0.0 if linked or form is Form.THING else 1.5


def _by_degree(words: list[str]) -> bool:
    """Whether something is to be done to a degree: `press harder`, not `the milder bean`."""
    follows = STOP_WORDS | PREPOSITIONS
    return any(
        word in MANNERS and (following is None or following in follows)
        for word, following in itertools.zip_longest(words, words[1:])
    )


def _marks(quote: str, words: list[str], *, first_person: bool) -> frozenset[str]:
    """Say what a quote holds that a phrasing may need or may not stand."""
    verb = words[0]
    inner = [word for word in words if word in VERBS | CHOOSING | CHECKING | KEEPING]
    if verb not in inner and inner:
        verb = inner[0]
    kind = next((name for name, verbs in _KINDS if verb in verbs), "acting")
    spots = {spot.form for spot in hotspots(quote)}
    held = {
        "degree": _by_degree(words) or bool(spots & {"degree", "step"}),
        "rule": bool(re.search(r"\b(?:should|must|ought)\b", quote, re.IGNORECASE)),
        "amount": "amount" in spots or any(letter.isdigit() for letter in quote),
        "change": bool(_CHANGES.search(quote)),
        "often": bool(_OFTEN.search(quote)),
        "compare": bool(_COMPARES.search(quote)),
        "time": bool(_TIME.search(quote)),
        "point": words[0] in POINTS,
        "capital": quote[0].isupper() and not re.match(r"[A-Z]{2}|\w*_|[A-Z]\w*[A-Z]", quote),
        "me": first_person,
        "person": not _PEOPLE.isdisjoint(words[:2]),
        "vague": words[0] in VAGUE,
    }
    return frozenset({kind} | {name for name, has in held.items() if has})
