"""Which sentence leans on another by a pronoun, and the bracketed noun that lets it stand.

A pronoun is resolved only where one noun phrase fits: of the right number, the subject of the
words before, else their only object. Where that cannot be told the sentence is not touched, and
the words before have to come along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.method.lexicon import AUXILIARIES, PREPOSITIONS
from agent.method.phrases import NounPhrase, Part, is_verb, noun_phrases
from agent.method.shapes import Shape, shape_of
from agent.method.standing import dangles, is_expletive
from agent.method.syntax import VERBS
from agent.method.words import fold, stem, tokenise
from prompts.synthesis import load_synthesis

_PRONOUN = re.compile(
    r"(?<![\w'\u2019`/-])(?P<word>(?:it|they|them)(?:['\u2019](?:s|ll|d|re|ve))?)(?![\w`/-])",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(?<![\w'\u2019`/-])(?:"
    r"(?:this|that|these|those)(?=\s*(?:$|[,.;:!?)]|(?:is|are|was|were|will|would|can|could|may"
    r"|might|should|does|did|has|have|means?|makes?|gives?|takes?|works?|helps?|only|also|with|by"
    r"|in|on|to|for|and|or|much|way|one)(?!\w)))"
    r"|that['\u2019](?:s|ll)|the (?:former|latter)|(?:this|that|the other) one|those ones"
    r"|same (?:here|goes|with|for|as)|(?:in|from|into|over|under|up|out|down) there)(?!\w)",
    re.IGNORECASE,
)
_RELATIVE_THAT = re.compile(
    r"(?:[\w'\u2019-]+(?:s|ed|n)?|[)\"\u201d])\s+that\s+(?=\w)", re.IGNORECASE
)
_COMPARED = re.compile(
    r"(?<!\w)(?:(?:avoid|prevent|do|does|doing|fix|solve|reduce|achieve|cause|causes|about|for|with"
    r"|to|by|from|than|like|of|after|before|instead of) (?:this|that|these|those)"
    r"(?=\s*(?:$|[,.;:!?)\u2014\u2013]))"
    r"|^[\"'(]*(?:(?:the|a|an|my|your|another) )?(?:\w+ )?ones(?= [a-z])"
    r"|^(?:never|only|not) the \w+ ones?(?=\s*[.!]|$)"
    r"|^[\"'(]*(?:the |a |an |my |your )?(?!no |any |each |the |a |an )\w+ one"
    r"(?= (?:is|was|that|which|you|i|we|in|on|at|from|with|for|has|will|can|to)\b))(?!\w)",
    re.IGNORECASE,
)
"""What a sentence is held against without saying what that is, and `fresh ones` at its start."""
_PRO_VERB = re.compile(
    r"[\"'(]*(?!(?:if|when|what|where|as|unless|until|once|so)\b)(?:[\w'\u2019-]+\s+){1,4}"
    r"(?:does|do|did|will|would|can|could|is|are|won['\u2019]t|doesn['\u2019]t|don['\u2019]t"
    r"|can['\u2019]t)(?=\s*[.,;!])",
    re.IGNORECASE,
)
"""`Only light does, ...`: the verb itself stands in the sentence before."""
_OUTSIDE = re.compile(
    r"(?<!\w)(?:that['\u2019]?s (?:it|them|the (?:ones?|culprit|cause|problem|sign))"
    r"(?=\s*[.,;!)]|$)"
    r"|(?:the|this|these|all) (?:above|aforementioned|preceding)(?!\w)"
    r"|(?:described|mentioned|listed|explained|shown|as) (?:above|earlier|before)(?!\w))",
    re.IGNORECASE,
)
"""Words that speak of what stands outside their sentence, wherever in it they are."""
_THIS_WAY = re.compile(r"(?<!\w)(?:in )?(?:this|that) (?:way|manner|fashion)(?!\w)", re.IGNORECASE)
_FEW_BEFORE = 6
"""Words before `this way` up to which nothing of the same sentence can be meant."""
_ABOVE = re.compile(r"(?<!\w)(?:the|this|these|all) above(?!\w)", re.IGNORECASE)
_IDIOM = re.compile(r"\b(?:get|gets|getting|go|be|being) (?:\w+ ){1,2}with $", re.IGNORECASE)
_DEMONSTRATIVE = re.compile(
    r"(?:\w+ly,?\s+|but,?\s+|and,?\s+|so,?\s+|in (?:fact|reality|general),?\s+)?"
    r"(?P<word>this|that|these|those)(?!\w)",
    re.IGNORECASE,
)
_EVENT_VERB = re.compile(
    r"\s*(?:(?:will|would|can|could|may|might|should|does|do|did|won['\u2019]t|doesn['\u2019]t"
    r"|don['\u2019]t|didn['\u2019]t|wouldn['\u2019]t|can['\u2019]t|not|only|just|also|still|really"
    r"|always|never|usually|often)\s+)*"
    r"(?:works?|helps?|matters?|depends?|happens?|means?|makes? (?:sense|no|a|the)|pays?|seems?"
    r"|looks? like|sounds?|turns? out|goes|gets? (?:better|worse|easier|harder)"
    r"|(?:(?:is|was)(?:n['\u2019]t)?|['\u2019]s)"
    r" (?:(?:not|also|just|only|exactly|mostly|probably) )*"
    r"(?:the case|true|enough|because|why|how|what|about|all"
    r"|worth|ok(?:ay)?|fine|better|best|easy|easier|hard|harder|normal|possible|important)"
    r"|takes? (?:about|around|a|an|\d|some|two|three|ages|long|time))(?!\w)",
    re.IGNORECASE,
)
_EVENT_BEFORE = re.compile(
    r"(?:see|notice|know|tell|hear|smell|feel|do|doing|did|like|hate|avoid|try|mean|say|think"
    r"|believe|regret|happen|of|about)\s+$",
    re.IGNORECASE,
)
"""Verbs whose `it` is as often what happens as a thing."""
_CLITICS = {"s": "is", "ll": "will", "d": "would", "re": "are", "ve": "have"}
_PARTICIPLE = re.compile(
    r"\s+(?:not\s+|never\s+|already\s+)?(?:\w+(?:ed|en|own)|been|got|had|gone)\b"
)
_OPENS = re.compile(
    r"[\"'\u201c(]*(?:(?:and|but|so|also|if|when|once|while|as|since|because|where|unless|until)"
    r"\s+)?",
    re.IGNORECASE,
)
_VERB_WORDS = 3
"""Words of an order before its object: `knock it out`, `don't use`."""
_MOST_WORDS = 6
"""Words of a noun phrase that is put in brackets."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A sentence that stands on its own, and the noun phrases that it borrowed from `sources`."""

    text: str
    borrowed: tuple[tuple[int, NounPhrase], ...]
    """Number of the source, and the phrase as it stands there."""


@dataclass(frozen=True, slots=True)
class _Use:
    """A pronoun that nothing before it in its sentence explains."""

    start: int
    end: int
    plural: bool
    clitic: str
    subject: bool


def leans(text: str, nouns: frozenset[str] = frozenset()) -> bool:
    """Whether a sentence needs the one before: it opens with, or turns on, a bare pronoun.

    `If none of that works` needs none: what it speaks of is the advice of the whole guide.
    """
    if load_synthesis().placing.if_it_fails.match(text):
        return False
    return (
        dangles(text) or bool(_PRO_VERB.match(text)) or _is_loose(text) or bool(_uses(text, nouns))
    )


def is_pro_verb(text: str) -> bool:
    """Whether a sentence leaves its verb to the one before (`Large changes will.`)."""
    return bool(_PRO_VERB.match(text))


def _is_loose(text: str) -> bool:
    """Whether a demonstrative stands without its noun where nothing before can explain it."""
    if _COMPARED.search(text) or _points_at_clause(text) or points_outside(text):
        return True
    for found in _LOOSE.finditer(text):
        before = text[: found.start()].rstrip()
        inner = found[0].casefold() == "that" and before and not before.endswith((",", ";", ":"))
        relative = inner and _RELATIVE_THAT.search(text[: found.end() + 2])
        if relative and not _is_object(text, found):
            continue
        if len(tokenise(before)) < _MOST_WORDS:
            return True
    return False


def points_outside(text: str) -> bool:
    """Whether a sentence speaks of another one: `the above process`, `then that's it`."""
    way = _THIS_WAY.search(text)
    few = way is not None and len(tokenise(text[: way.start()])) < _FEW_BEFORE
    return few or _OUTSIDE.search(text) is not None


def points_above(text: str) -> bool:
    """Whether all that a sentence leans on is what stands above it (`the above process`)."""
    bare = _ABOVE.sub("the", text)
    return bare != text and not leans(bare)


def _points_at_clause(text: str) -> bool:
    """Whether a sentence opens with a demonstrative as its whole subject: `this lets air in`."""
    found = _DEMONSTRATIVE.match(text)
    after = tokenise(text[found.end() :])[:1] if found else []
    if found is None or not after:
        return False
    word = fold(after[0].text)
    one = found["word"].casefold() in {"this", "that"}
    if text[found.end() :].lstrip()[:1] in {",", ".", ";"} or word in AUXILIARIES | PREPOSITIONS:
        return True
    return is_verb(word) and word.endswith("s") == one


def _is_object(text: str, found: re.Match[str]) -> bool:
    """Whether `that` ends a clause after a verb: `don't do that with`, `after that,`."""
    words = tokenise(text[: found.start()])
    last = fold(words[-1].text) if words else ""
    return last in {"do", "did", "does", "doing", "done", "like", "after", "before", "than", "in"}


def _uses(text: str, nouns: frozenset[str]) -> list[_Use]:
    """The pronouns for which nothing of the same number stands before in the sentence."""
    found: list[_Use] = []
    for match in _PRONOUN.finditer(text):
        base, _, clitic = fold(match["word"]).partition("'")
        plural = base != "it"
        before = text[: match.start()]
        if not plural and (is_expletive(text[match.start() :]) or _IDIOM.search(before)):
            continue
        if _may_explain(before, nouns, plural=plural):
            continue
        opens = _OPENS.fullmatch(text, 0, match.start()) is not None
        found.append(_Use(match.start(), match.end(), plural, clitic, opens and base != "them"))
    return found


def _may_explain(before: str, nouns: frozenset[str], *, plural: bool) -> bool:
    """Whether words before a pronoun may hold what it stands for; in doubt they do."""
    words = [fold(word.text) for word in tokenise(before)]
    if plural:
        joined = re.search(r"\w (?:and|or) (?:the |a |an |your )?\w", before, re.IGNORECASE)
        return bool(joined and len(words) > 2) or any(map(_looks_plural, words))  # noqa: PLR2004
    return any(
        word in {"a", "an", "the", "your", "my", "this", "that", "each", "every", "another"}
        and place + 1 < len(words)
        and not _looks_plural(words[place + 1])
        for place, word in enumerate(words)
    ) or any(stem(word) in nouns or "_" in word for word in words if not _looks_plural(word))


def _looks_plural(word: str) -> bool:
    if word in {"people", "folks", "those", "these", "men", "women", "children", "both", "some"}:
        return True
    bare = word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "as", "ness"))
    return bare and len(word) > 3 and not is_verb(word)  # noqa: PLR2004 - `its`, `has`, `was`


def resolve(
    text: str, sources: Sequence[str], nouns: frozenset[str], *, anywhere: bool = False
) -> Resolved | None:
    """Put the noun in brackets that the pronoun at a sentence's start stands for.

    `anywhere`: inside the sentence too, which is sure only where `sources` name one thing.

    `None` where it is not sure, or where more than that pronoun leans on other words.
    `sources` are the words before, the nearest first: a sentence, or the words of a question.
    """
    uses = _uses(text, nouns)
    if not uses or _is_loose(text) or not (uses[0].subject or anywhere):
        return None
    use = uses[0]
    if any(other.plural != use.plural for other in uses):
        return None
    chosen = _antecedent(text, use, sources, nouns, strict=anywhere)
    if chosen is None:
        return None
    made = f"{text[: use.start]}{_bracket(text, use, chosen[1])}{text[use.end :]}"
    bare = re.sub(r"\[[^\]]*\]", "Xx", made)
    return None if dangles(bare) else Resolved(made, (chosen,))


def _bracket(text: str, use: _Use, phrase: NounPhrase) -> str:
    noun = " ".join(phrase.text.split())
    first = noun.split(" ", 1)[0]
    if use.start == 0:
        noun = noun if "_" in first else noun[0].upper() + noun[1:]
    elif first[1:].islower() or len(first) == 1:
        noun = noun[0].lower() + noun[1:]
    if not use.clitic:
        return f"[{noun}]"
    verb = _CLITICS[use.clitic]
    if use.clitic == "s" and _PARTICIPLE.match(text, use.end):
        verb = "has"
    return f"[{noun}] {verb}"


def _antecedent(
    text: str, use: _Use, sources: Sequence[str], nouns: frozenset[str], *, strict: bool
) -> tuple[int, NounPhrase] | None:
    """The phrase that a pronoun surely means, in the nearest source that has one of its number."""
    event = not use.plural and (
        _EVENT_VERB.match(text, use.start + len("it")) or _EVENT_BEFORE.search(text, 0, use.start)
    )
    if event:
        return None
    for number, source in enumerate(sources):
        phrases = [p for p in noun_phrases(source, nouns) if len(tokenise(p.text)) <= _MOST_WORDS]
        if phrases or leans(source, nouns):
            chosen = _spoken_of(phrases, source)
            fits = chosen is not None and chosen.plural == use.plural
            fits = fits and not (strict and sum(p.plural == use.plural for p in phrases) > 1)
            return (number, chosen) if fits and chosen is not None else None
    return None


def _spoken_of(phrases: Sequence[NounPhrase], source: str) -> NounPhrase | None:
    """What words speak of: the phrase they open with, or the one object of an order.

    An order has no subject: its object is what is spoken of. `of` phrases have come along.
    """
    words = tokenise(source)
    alone = [p for p in phrases if not p.joined]
    if not words or not alone:
        return None
    if _OPENS.fullmatch(source, 0, alone[0].start):
        return alone[0]
    if source.rstrip().endswith("?"):
        return alone[0] if len(phrases) == 1 and alone[0].part is Part.OBJECT else None
    orders = shape_of(source) is Shape.DIRECTIVE or fold(words[0].text) in VERBS
    objects = [p for p in alone if p.part is Part.OBJECT] or alone[:1]
    plain = orders and len(objects) == 1 and not _PRONOUN.search(source)
    near = plain and len(tokenise(source[: objects[0].start])) <= _VERB_WORDS
    return objects[0] if near else None
