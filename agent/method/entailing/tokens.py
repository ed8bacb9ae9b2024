"""Tokens as the grounding gate reads them: what has to be traced, and what turns or joins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from agent.method.entailing.grammar import Grammar, grammar
from agent.method.entailing.pieces import Piece, pieces_of
from agent.method.entailing.spelling import key_of
from agent.method.entailing.writing import NUMBERS

_ACTORS = frozenset({"i", "we", "you", "they", "he", "she", "it"})
_TIMES = frozenset({"then", "last", "when", "yesterday", "about", "around"})
_LEAST_UNIT = 4
_ONE_OF = frozenset({"a", "an", "per", "every", "each", "half"})
"""Words before one unit: `within a yr`."""
_GROUPED = re.compile(r",(?=\d{3}\b)")
_NOT_ALONE = frozenset({"the", "this", "that", "which", "each", "any", "another", "no", "every"})
_ALWAYS_JOINING = frozenset(
    {"of", "to", "for", "with", "as", "than", "like", "using", "so_that", "for_example"}
)
_TOLD_ABOUT = frozenset(
    """
    forget forgot forgotten talk think thought know worri ask tell told say said read hear heard
    learn care write wrote complain speak someth anyth noth everyth sure question idea
    """.split()  # noqa: SIM905 - a table of words reads better than quoted literals
)
"""What is followed by a thing, not by an amount: `forget about the lid`."""
_BEFORE_AMOUNTS = frozenset({"a", "an", "half", "right", "one", "every", "the", "several"})


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `key` is what two texts are compared by."""

    surface: str
    key: str
    sentence: int
    clause: int
    """Counts through the text; a new one at a pause, a conjunction or a subordinator."""
    content: bool = False
    """It carries meaning of its own and has to be traced."""
    exact: bool = False
    """A number, code, a version or a name: it has to match to the letter."""
    turn: str = ""
    """The group of turning words it belongs to."""
    marker: str = ""
    """The class of joining words it belongs to."""
    bracketed: bool = False
    asked: bool = False
    """Its sentence is a question."""
    opens: bool = False
    """A pause stands right before it, or a sentence begins with it."""

    @property
    def bears(self) -> bool:
        """Whether it counts when two texts are laid side by side."""
        return self.content or bool(self.marker)

    @property
    def is_number(self) -> bool:
        return self.exact and self.key[-1:].isdigit() and self.key.lstrip("-")[:1].isdigit()


@lru_cache(maxsize=4096)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Tokenise. Quotes are straightened, contractions and fixed phrases made one form."""
    pieces, asked = pieces_of(text)
    made = _tokens(pieces, grammar())
    return tuple(replace(t, asked=True) if t.sentence in asked else t for t in made)


def join_of(texts: Sequence[str]) -> tuple[Token, ...]:
    """The tokens of several texts in a row, as if they were one, each a sentence or more."""
    made: list[Token] = []
    for text in texts:
        sentence = made[-1].sentence + 1 if made else 0
        clause = made[-1].clause + 1 if made else 0
        made += [
            replace(t, sentence=t.sentence + sentence, clause=t.clause + clause)
            for t in tokens_of(text)
        ]
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Near:
    """A piece between the one before it and the one after it in its sentence."""

    piece: Piece
    before: Piece | None
    after: Piece | None

    @property
    def last(self) -> str:
        return self.before.surface if self.before else ""

    @property
    def following(self) -> str:
        return self.after.surface if self.after else ""

    @property
    def ends(self) -> bool:
        """Whether a pause follows, or nothing."""
        return self.after is None or self.after.paused

    @property
    def counts_next(self) -> bool:
        """Whether a number follows."""
        return self.after is not None and _counts(self.after)


def _tokens(pieces: Sequence[Piece], words: Grammar) -> Iterator[Token]:
    clause = 0
    for place, piece in enumerate(pieces):
        before = pieces[place - 1] if place else None
        after = pieces[place + 1] if place + 1 < len(pieces) else None
        after = after if after and after.sentence == piece.sentence else None
        token = _token(_Near(piece, before, after), words)
        cuts = piece.paused or token.turn in words.cutting_turns
        clause += bool(place) and (cuts or piece.surface in words.cutting_words)
        yield replace(token, clause=clause, opens=piece.paused)


def _token(near: _Near, words: Grammar) -> Token:
    piece = near.piece
    token = Token(piece.surface, piece.surface, piece.sentence, 0, bracketed=piece.bracketed)
    if piece.kind != "word":
        return _to_the_letter(token, piece)
    if number := _number(near, words):
        return replace(token, key=number, content=True, exact=True)
    unit = _unit(near, words)
    if unit is not None:
        return replace(token, key=unit, content=bool(unit))
    if turn := _turn(near, words):
        return replace(token, turn=turn)
    marker = _marker(near, words)
    if marker and near.ends and piece.surface not in _ALWAYS_JOINING:
        return replace(token, content=True)
    if marker:
        return replace(token, marker=marker)
    if _says_nothing(near, words):
        return token
    return replace(token, key=key_of(piece.surface), content=True, exact=piece.named)


def _to_the_letter(token: Token, piece: Piece) -> Token:
    """A number, a stretch of code, or a sign of a script that is written without spaces."""
    key = piece.surface
    if piece.kind == "quoted":
        key = key_of(key.casefold())
    elif piece.kind == "number":
        key = _GROUPED.sub("", key).replace(",", ".").replace("\u2212", "-")
    return replace(token, key=key, content=True, exact=piece.kind != "glyph")


def _marker(near: _Near, words: Grammar) -> str:
    word = near.piece.surface
    if word == "to" and near.before and _counts(near.before) and near.counts_next:
        return ""
    return "after" if word == "since" else words.markers.get(word, "")


def _says_nothing(near: _Near, words: Grammar) -> bool:
    word = near.piece.surface
    letter = len(word) == 1 and word.isalpha() and not near.piece.named
    range_ = word == "to"
    more = word == "more" and near.last == "any" and near.ends
    return letter or range_ or more or word in words.plain or word in _DEGREES


def _counts(piece: Piece) -> bool:
    return piece.kind == "number" or piece.surface in NUMBERS


def _number(near: _Near, words: Grammar) -> str:
    word, after = near.piece.surface, near.after
    if word in NUMBERS:
        return NUMBERS[word]
    if word != "one" or after is None or after.kind != "word" or after.paused:
        return ""
    follows = any(after.surface in some for some in (words.plain, words.turns, words.markers))
    return "" if near.last in _NOT_ALONE or follows else "1"


def _unit(near: _Near, words: Grammar) -> str | None:
    """The one name of a unit; empty for the `degrees` of `degrees Celsius`; `None` for others.

    A short name is one after a number alone: `5 g`, `5 in`.
    """
    word = near.piece.surface
    if word not in words.units:
        return None
    unit = words.units[word]
    if unit == "degree" and not near.ends:
        return "" if words.units.get(near.following) in ("celsius", "fahrenheit") else unit
    counted = near.before is not None and (
        _counts(near.before) or words.units.get(near.last) == "degree"
    )
    counted = counted or (near.last in _ONE_OF and len(word) > 1)
    return unit if counted or len(word) >= _LEAST_UNIT else None


def _turn(near: _Near, words: Grammar) -> str:
    """The group of a turning word, where it is one here."""
    word = near.piece.surface
    if word == "whenever" and (near.ends or near.following in words.markers):
        return "all"
    if word == "some" and near.counts_next:
        return "approximation"
    applies = _ONLY_WHERE.get(word)
    if applies is not None and not applies(near):
        return ""
    return _GROUPS.get(word) or words.turns.get(word, "")


def _is_degree(near: _Near) -> bool:
    return near.last not in ("how", "too", "so", "as")


def _is_about(near: _Near) -> bool:
    told = key_of(near.last) in _TOLD_ABOUT
    return near.counts_next or (near.following in _BEFORE_AMOUNTS and not told)


def _is_bound(near: _Near) -> bool:
    """Whether `max` ends an amount: `5 g max`."""
    before = near.before
    amount = before is not None and (_counts(before) or before.surface in grammar().units)
    return amount and near.ends


_ONLY_WHERE: Mapping[str, Callable[[_Near], bool]] = {
    "may": lambda near: not near.piece.named,
    "so": lambda near: (
        (near.piece.paused or near.following in _ACTORS)
        and near.following not in ("much", "many", "far")
    ),
    "since": lambda near: (
        near.after is not None
        and not near.counts_next
        and not near.after.named
        and near.following not in _TIMES
    ),
    "as": lambda near: (
        near.piece.paused
        and near.after is not None
        and near.after.kind == "word"
        and near.following not in ("well", "for", "soon", "always")
    ),
    "like": lambda near: near.counts_next,
    "max": _is_bound,
    "maximum": _is_bound,
    "need": lambda near: near.following.endswith("ing"),
    "needs": lambda near: near.following.endswith("ing"),
    "yet": lambda near: not near.piece.paused,
    "once": lambda near: (
        near.following not in ("a", "an", "per", "every", "in")
        and near.last != "at"
        and not near.ends
    ),
    "about": _is_about,
    "around": _is_about,
    "save": lambda _: False,
    "most": lambda near: near.last not in ("the", "a"),
    "many": _is_degree,
    "much": _is_degree,
    "few": _is_degree,
}
"""Words that turn a meaning in some places only, with what tells these."""
_GROUPS = {"so": "cause", "since": "cause", "as": "cause", "like": "approximation",
           "max": "most_at", "maximum": "most_at", "need": "duty", "needs": "duty"}  # fmt: skip
_DEGREES = frozenset({"much", "many"})
