"""Tokens as the grounding gate reads them: what has to be traced, and what turns a meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from agent.method.words import stem

_TOKEN = re.compile(
    r"(?P<code>`[^`\n]+`|https?://\S+|(?<![\w-])--?[A-Za-z][\w-]+|\w+(?:[_/\\.:@]+\w+)+"
    r"|(?<!\w)[A-Za-z]+\d\w*|\d+[A-Za-z]\w*)"
    r"|(?P<number>\d+(?:[.,:/]\d+)*%?)"
    r"|(?P<glyph>[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<stop>[.!?;:\u2026\u3002\uff01\uff1f]+|\n+)"
    r"|(?P<comma>[,()\[\]\u2013\u2014]+)"
)
_UNIT = re.compile(r"(\d+(?:\.\d+)?)([A-Za-z]{1,3}|°[CFcf]?)")
_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        (
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ),
        start=2,
    )
}
_CONTRACTIONS = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
    "ain't": ("is", "not"),
    "let's": ("let", "us"),
}
_ENDINGS = {"'s": "is", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am"}

STOP_WORDS = frozenset(
    """a an the of to in on at by for with from and or but so as is are was were be been being am
    it its this that these those they them their theirs there here he she his her him i you we me
    my mine your yours our ours us do does did doing done have has had having will would shall then
    than too also just very really quite which who whom whose what where how into if such own
    itself yourself yourselves myself themselves ourselves one's let well now s t re ve ll d m
    because while when though although however still yet even actually basically simply et ok
    okay yes yeah yep sure since thus therefore hence""".split()  # noqa: SIM905 - a table of words
)
PRONOUNS = frozenset(
    {"it", "this", "that", "these", "those", "they", "them", "he", "she", "him", "his", "her"}
    | {"its", "their", "one"}
)
SPEAKER = frozenset({"i", "me", "my", "mine", "myself", "we", "our", "ours"})


class Turn(StrEnum):
    """Words that turn the meaning of what they govern; members of a group may stand in for
    each other, no member may come or go.
    """

    NEGATION = "negation"
    POSSIBLE = "possibility"
    LIKELY = "likelihood"
    USUAL = "frequency"
    SELDOM = "rarity"
    OPINION = "opinion"
    APPROXIMATE = "approximation"
    CONDITION = "condition"
    LIMIT = "limit"
    SOME = "some"
    MOST = "most"
    ALL = "all"
    DUTY = "duty"
    CERTAIN = "certainty"
    CAUSE = "cause"


_GROUPS = {
    Turn.NEGATION: "not no never none nothing nobody nowhere neither nor without hardly barely",
    Turn.POSSIBLE: "may might could perhaps maybe possibly potentially",
    Turn.LIKELY: "probably likely presumably apparently",
    Turn.USUAL: "usually generally typically often mostly normally frequently commonly tend tends",
    Turn.SELDOM: "rarely seldom sometimes occasionally",
    Turn.OPINION: "think believe guess suspect seem seems appear appears imo imho afaik reckon",
    Turn.APPROXIMATE: "about roughly approximately around approx ca almost nearly somewhat",
    Turn.CONDITION: "if unless except until depends depending",
    Turn.LIMIT: "only",
    Turn.SOME: "some few several",
    Turn.MOST: "most many",
    Turn.ALL: "always all every each any whenever",
    Turn.DUTY: "must should ought",
    Turn.CERTAIN: "definitely certainly surely obviously clearly absolutely guaranteed",
    Turn.CAUSE: "because therefore hence thus",
}
_TURNS = {word: turn for turn, words in _GROUPS.items() for word in words.split()}
MAY_GO = frozenset({Turn.ALL, Turn.DUTY, Turn.CERTAIN, Turn.CAUSE})
"""Groups whose loss leaves a weaker statement, never a stronger one."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `key` is what two texts are compared by."""

    surface: str
    key: str
    sentence: int
    clause: int
    content: bool
    """It carries meaning of its own and has to be traced."""
    exact: bool = False
    """A number, code, a version or a name: it has to match to the letter, with its neighbours."""
    turn: Turn | None = None
    bracketed: bool = False


def _expand(word: str) -> tuple[str, ...]:
    """Split contractions: `don't` gives `do`, `not`."""
    if word in _CONTRACTIONS:
        return _CONTRACTIONS[word]
    if word.endswith("n't"):
        return word[:-3], "not"
    for ending, full in _ENDINGS.items():
        if word.endswith(ending):
            return word[: -len(ending)], full
    return (word,)


def tokens_of(text: str) -> tuple[Token, ...]:
    """Tokenise. Quotes and apostrophes are straightened, numbers parted from short units."""
    plain = text.replace("\u2019", "'").replace("\u2018", "'").replace(" n't", "n't")
    plain = _UNIT.sub(r"\1 \2 ", plain)
    made: list[Token] = []
    sentence = clause = 0
    for match in _TOKEN.finditer(plain):
        kind, surface = str(match.lastgroup), match.group()
        if kind == "stop":
            sentence, clause = sentence + (surface not in (":", ";")), clause + 1
            continue
        if kind == "comma":
            clause += 1
            continue
        inside = plain.rfind("[", 0, match.start()) > plain.rfind("]", 0, match.start())
        place = (sentence, clause, inside)
        if kind == "word":
            fresh = not made or made[-1].sentence != sentence
            made.extend(_words(surface, place, fresh=fresh))
        else:
            key = surface.strip("`") if kind == "code" else surface.replace(",", ".")
            exact = kind != "glyph"
            made.append(
                Token(surface, key, sentence, clause, content=True, exact=exact, bracketed=inside)
            )
    return tuple(_settled(made))


def _words(surface: str, place: tuple[int, int, bool], *, fresh: bool) -> list[Token]:
    sentence, clause, inside = place
    named = surface[0].isupper() and (not fresh or (surface.isupper() and len(surface) > 1))
    made = []
    for word in _expand(surface.casefold()):
        number = _NUMBER_WORDS.get(word)
        if number is not None:
            made.append(
                Token(word, number, sentence, clause, content=True, exact=True, bracketed=inside)
            )
            continue
        turn = _TURNS.get(word)
        content = turn is None and word not in STOP_WORDS and len(word) > 1
        exact = named and content
        made.append(
            Token(word, stem(word), sentence, clause, content, exact, turn, bracketed=inside)
        )
    return made


def _settled(made: list[Token]) -> list[Token]:
    """`about` and `around` are hedges before a number only; `any` after `not` is no universal."""
    settled = []
    for place, token in enumerate(made):
        after = made[place + 1] if place + 1 < len(made) else None
        before = made[place - 1] if place else None
        turn = token.turn
        if token.surface in ("about", "around") and not (after and after.key[:1].isdigit()):
            turn = None
        if token.surface in ("few", "many", "most") and before and before.surface in ("a", "how"):
            turn = Turn.SOME if token.surface == "few" else None
        settled.append(
            token
            if turn is token.turn
            else Token(
                token.surface,
                token.key,
                token.sentence,
                token.clause,
                content=token.surface in ("many", "most"),
                turn=turn,
            )
        )
    return settled
