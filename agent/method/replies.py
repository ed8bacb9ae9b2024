"""What kind of reply a clause is: content, or one of the ways in which people say nothing new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from agent.method.words import content_stems
from prompts.answers import SLOTS, AnswerEntry, load_answers

LONGEST_STOCK = 160
"""Characters of a clause above which it is content, whatever it opens with."""

_CLAUSES = re.compile(
    r"[,;!?:()\u2026]+(?=\s|$)|\.{2,}|\.(?=\s*$|\s+[a-z])|\s[-\u2013\u2014]+\s|\bbut\b"
)
_EDGES = " .!?\u2026'\"-*_"
_LINK = re.compile(r"<?(?:https?://|www\.)\S+")
_NAME = r"(?-i:[A-Z\u00c0-\u00de][\w\u2019'-]*\w(?: [A-Z\u00c0-\u00de][\w\u2019'-]+)?)"
_TITLED = rf"(?:Dr|Prof|Mr|Mrs|Ms)\.? {_NAME}"
_FROM = r"(?: (?:from|in|at|of|over in)(?: [\w-]+){1,4})?"
_ABOUT = r"(?: (?:about|on|for|with|than|in|again|instead)\b(?: [\w'\u2019-]+){0,5})?"
_CAPITAL = re.compile(rf"\b{_NAME}")
_LOWER_ASK = re.compile(
    r"(?:just |go |better |maybe |you should |please )*(?:ask|ping|talk to) (?P<who>[a-z][\w.-]+)"
)
_POSSESSIVE = re.compile(r"['\u2019]s$")


class Kind(IntEnum):
    """What a clause or a sentence is; in a sentence, the highest kind of its clauses wins."""

    FILLER = 0
    VAGUE = 1
    LINK = 2
    ASKS_BACK = 3
    IGNORANCE = 4
    ALREADY_SAID = 5
    NO_MORE = 6
    POINTS = 7
    CONTENT = 8
    REFUSES = 9


@dataclass(frozen=True, slots=True)
class Sorted:
    """A sentence with its kind, and whom it names to be asked instead (verbatim, or nothing)."""

    kind: Kind
    who: str = ""


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The wording of `answers.toml`, compiled to match whole clauses."""

    stock: tuple[tuple[Kind, re.Pattern[str]], ...]
    asks_back: re.Pattern[str]
    link_words: re.Pattern[str]
    sure: tuple[re.Pattern[str], ...]
    unsure: tuple[re.Pattern[str], ...]
    group: re.Pattern[str]
    why_them: re.Pattern[str]
    ask_them: re.Pattern[str]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    entry = load_answers()
    stock, pointing = entry.stock, entry.pointing
    more = rf"(?:{'|'.join(stock.no_more)}){stock.after_no_more}"
    return _Patterns(
        stock=(
            (Kind.REFUSES, _whole(entry.refusing.refuses, entry)),
            (Kind.NO_MORE, _whole([more], entry)),
            (Kind.ALREADY_SAID, _whole(stock.already_said, entry)),
            (Kind.IGNORANCE, _whole(pointing.ignorance, entry)),
            (Kind.VAGUE, _whole(stock.vague, entry)),
            (Kind.FILLER, _whole(stock.filler, entry)),
        ),
        asks_back=re.compile("|".join(stock.asks_back), re.IGNORECASE),
        link_words=_whole(stock.link_words, entry),
        sure=tuple(_pointing(pattern, entry) for pattern in pointing.sure),
        unsure=tuple(_pointing(pattern, entry) for pattern in pointing.beside_ignorance),
        group=re.compile(pointing.group, re.IGNORECASE),
        why_them=_whole(pointing.why_them, entry),
        ask_them=_whole([pointing.ask_them], entry),
    )


def _whole(patterns: Iterable[str], entry: AnswerEntry) -> re.Pattern[str]:
    """A pattern for a whole clause, with what may open and close it."""
    leads, tails = "|".join(entry.stock.leads), "|".join(entry.stock.tails)
    body = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(rf"(?:(?:{leads})[, ]+)*(?:{body})(?:[, ]+(?:{tails}))*", re.IGNORECASE)


def _pointing(pattern: str, entry: AnswerEntry) -> re.Pattern[str]:
    group = entry.pointing.group
    slots = {
        "<who>": rf"(?P<who>@[\w.-]*\w|{group}|{_TITLED}|{_NAME})",
        "<team>": rf"(?P<who>@[\w.-]*\w|{group})",
        "<owner>": r"(?P<who>(?-i:[A-Z\u00c0-\u00de])\w*)",
        "<from>": _FROM,
        "<about>": _ABOUT,
    }
    filled = SLOTS.sub(lambda found: slots[found[0]], pattern)
    return _whole([filled], entry)


def clauses_of(sentence: str) -> list[str]:
    """The clauses of a sentence, without marks at their ends; empty ones are left out."""
    return [c for piece in _CLAUSES.split(sentence) if (c := piece.strip(_EDGES))]


def kind_of(clause: str) -> Kind:
    """What kind of reply one clause is, pointing apart."""
    if len(clause) > LONGEST_STOCK:
        return Kind.CONTENT
    for kind, pattern in _patterns().stock:
        if pattern.fullmatch(clause):
            return kind
    says = content_stems(clause) or any(character.isdigit() for character in clause)
    return Kind.CONTENT if says else Kind.FILLER


def sort_sentence(sentence: str, *, unsure: bool = False, before: str = "") -> Sorted:
    """Tell what kind of reply a sentence is.

    `unsure`: the answer says somewhere that its author does not know. `before`: what the answer
    says before this sentence, for `ask him`.
    """
    if _LINK.search(sentence):
        rest = _LINK.sub("", sentence).strip(f"{_EDGES}<>:,()")
        if not rest or _patterns().link_words.fullmatch(rest):
            return Sorted(Kind.LINK)
    whole = sentence.strip(_EDGES)
    if len(whole) <= LONGEST_STOCK:
        for kind, pattern in _patterns().stock:
            if pattern.fullmatch(whole):
                return Sorted(kind)
    if sentence.rstrip().endswith("?") and _patterns().asks_back.fullmatch(sentence.strip()):
        return Sorted(Kind.ASKS_BACK)
    clauses = clauses_of(sentence)
    if who := _points(whole, unsure):
        return Sorted(Kind.POINTS, who)
    unsure = unsure or any(kind_of(c) in (Kind.VAGUE, Kind.IGNORANCE) for c in clauses)
    return _sort_clauses(clauses, unsure, before)


def _sort_clauses(clauses: Sequence[str], unsure: bool, before: str) -> Sorted:
    patterns = _patterns()
    who, kinds = "", [Kind.FILLER]
    reasons: list[Kind] = []
    for clause in clauses:
        if named := _points(clause, unsure):
            who = who or named
            kinds.append(Kind.POINTS)
        elif len(clause) <= LONGEST_STOCK and patterns.ask_them.fullmatch(clause):
            named = _last_name(before)
            who = who or named
            kinds.append(Kind.POINTS if named else Kind.VAGUE)
        elif len(clause) <= LONGEST_STOCK and patterns.why_them.fullmatch(clause):
            reasons.append(kind_of(clause))
        else:
            kinds.append(kind_of(clause))
        before = f"{before} {clause}"
    kinds += [] if who else reasons
    return Sorted(max(kinds), who)


def _points(clause: str, unsure: bool) -> str:
    """Whom a clause that only points names, or nothing."""
    if len(clause) > LONGEST_STOCK:
        return ""
    patterns, entry = _patterns(), load_answers().pointing
    for pattern in (*patterns.sure, *(patterns.unsure if unsure else ())):
        found = pattern.fullmatch(clause)
        if found and _is_somebody(found["who"]):
            return _POSSESSIVE.sub("", found["who"])
    asked = _LOWER_ASK.fullmatch(clause)
    if asked and asked["who"] not in entry.lower_names_of_nobody:
        return asked["who"]
    return ""


def _is_somebody(who: str) -> bool:
    """Whether the words name a person or a group, and do not merely open a sentence."""
    nobody = load_answers().pointing.names_of_nobody
    return who.split(maxsplit=1)[0] not in nobody or bool(_patterns().group.fullmatch(who))


def _last_name(text: str) -> str:
    """The last name in capitals that no sentence opens with, or nothing."""
    names = [_POSSESSIVE.sub("", name) for name in _CAPITAL.findall(text) if _is_somebody(name)]
    return names[-1] if names else ""


def shows_ignorance(sentence: str) -> bool:
    """Whether a clause of the sentence says that its author does not know or had no part in it."""
    return any(kind_of(clause) in (Kind.VAGUE, Kind.IGNORANCE) for clause in clauses_of(sentence))
