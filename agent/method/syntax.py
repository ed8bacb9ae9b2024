"""Marks of syntax in one English sentence: imperative openings, clauses, comparisons, quantities.

They say how a thing is said, not what about, so they carry over from one field to another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from agent.method.literals import LiteralIndex

_VERBS = """
accept access add adjust age aim alert allow alter analyze apply archive ask assume attach avoid
backup bake batch begin bleed blend block boil boot bottle brew bring browse build burn burp buy
calculate call cancel cap change charge check chill choose chop clean clear click close coat
combine come commit compare compile configure connect consider continue control convert cook cool
copy count cover create crush cut decrease defrost delete deploy describe detach determine dilute
dip disable discard dissolve do double download drag drain draw drink drip drop dry dump edit
eject email empty enable enforce enjoy ensure enter escape execute exit expect experiment explain
export fetch fill filter find finish fit fix flip follow forget format freeze get give go google
grab grant grate grind hang heat help hit hold ignore import increase inform infuse insert inspect
install invest keep kill know launch lay learn leave let limit listen load locate log look lower
make mash match measure melt mention merge migrate mix modify monitor mount move note notice
observe open opt order pack page paste pause pay pick pin pipe place plan play plug point pop pour
practice prefer preheat prepare press pretend prevent print proceed promote pull purchase purge
push put queue raise read rebase reboot rebuild recall recompile record reduce refer refill
refrigerate reindex reinstall release reload remember remove rename repeat replace report request
research reset resist restart restore restrict retry revoke rinse roast roll rotate rub run save
say scale scan schedule scrape scroll scrub search see select send separate serve set settle shake
share ship shop shut simmer sip skip slice slide smell soak sort spend split spoon spray spread
sprinkle squeeze start stay steam steep stick stir stop store strain suggest swallow swap swirl
switch take talk tamp tap taste tell test think throw tie tilt toast touch truncate try tune turn
twist type undo uninstall unplug unscrew update upgrade use validate vary verify visit wait walk
warm warn wash watch wear weigh whisk wipe work worry write
"""
VERBS = frozenset(_VERBS.split())
"""Base forms that open instructions."""

_NOUNS_TOO = """
access age aim alert alter archive backup batch block boot bottle cap change charge commit control
cover cut drink drip drop export filter format grant help import limit load log look mash match
measure mention merge mount note order pack page plan play plug point pop practice press print
queue rebuild record report request research roast roll run scale schedule search set share ship
smell split spray start stick store strain taste test tie touch type use visit wash watch work
"""
NOUNS_TOO = frozenset(_NOUNS_TOO.split())
"""Of these, the ones that open descriptions as often: a verb only before an object."""

_LEAD = (
    r"(?:(?:so|and|but|or|then|just|please|pls|plz|also|first|firstly|second|secondly|third|next|"
    r"now|finally|lastly|otherwise|instead|alternatively|always|yes|yeah|no|ok|okay|well|hmm|oh|"
    r"basically|simply|maybe|perhaps|either|afterwards|once done|in (?:that|which|this) case|"
    r"for example|again|step \d+)[\s,:.]+)*"
)
_ADDRESSEE = r"(?:@?[\w|`\[\]^{}-]{2,20}[:,]\s+)?"
_BULLET = r"(?:\s*(?:[-*+\u2022>]+|\(?\d{1,2}[.)-])\s*)?"
_OBJECT = (
    r"\s+(?:a|an|the|your|some|any|it|them|this|that|these|those|all|each|every|up|down|out|off|on|"
    r"in|into|for|to|with|at|from|over|by|until|as|if|no|more|less|about|only|\d+|\S+ly|"
    r"\w+[_-]\w+)\b"
)
_INSTRUCTING_LEAD = re.compile(
    r"\b(?:just|please|pls|plz|always|simply|first|then)[\s,:.]+$", re.ASCII
)
_OPENING = re.compile(
    rf"^{_BULLET}{_ADDRESSEE}{_LEAD}(?P<verb>[a-z]+)\b(?P<rest>.{{0,40}})", re.ASCII
)
_AFTER_CLAUSE = re.compile(
    rf"(?:^|\s)(?:if|when|once|after|before|for|to|in|unless)\b[^,;:]{{3,90}},\s+{_LEAD}"
    r"(?P<verb>[a-z]+)\b(?P<rest>.{0,40})",
    re.ASCII,
)
_CLAUSE_START = re.compile(
    r"(?:[;:(]\s*|\s[-\u2013\u2014]+\s|,? (?:and|then|so|but|or) )"
    r"(?P<verb>[a-z]+)\b(?P<rest>.{0,40})",
    re.ASCII,
)
_HAS_OBJECT = re.compile(_OBJECT, re.ASCII)
_FORBIDDING = ("don", "do not", "never", "avoid", "stop")
_NEGATED = re.compile(
    rf"(?:^{_BULLET}{_ADDRESSEE}{_LEAD}|[,;:] )(?:do not|don.?t|never|avoid|stop)\s+[a-z]+",
    re.ASCII,
)
_NOT_COMPARED = (
    "other|another|rather|whether|either|neither|after|never|ever|over|under|water|beer|later|"
    "however|together|number|user|computer|server|folder|power|matter|order|cover|filter|paper|"
    "remember|whatever|butter|consider|weather|winter|summer|super|proper|amber|porter|lager|"
    "grinder|brewer|per|her"
)
_MARKS: dict[str, str] = {
    "if-clause": (r"\b(?:if|when|whenever|unless|once|in case)\s+\w+[^,.;]{2,60}"),
    "purpose-clause": (r"(?:^|,\s*)to\s+[a-z]{3,}\b[^,]{0,40}|\bfor \w+ing\b|\bso as to\b"),
    "comparative": rf"\b(?:more|less|fewer)\s+\w+|\b(?!(?:{_NOT_COMPARED})\b)[a-z]{{3,}}er\b",
    "quantity": (
        r"(?:\d+(?:[.,/]\d+)?|\bhalf an?|\b(?:one|two|three|four|five|six|seven|eight|ten|twelve|"
        r"twenty|thirty|fifty)\b|\ba (?:few|couple(?: of)?))[\s-]*"
        r"(?:%|percent|\u00b0|degrees?|celsius|fahrenheit|\u2103|k?g\b|grams?|kilos?|oz\b|ounces?|"
        r"fl\b|ml\b|cl\b|l\b|lit(?:er|re)s?|gal(?:lon)?s?|cups?|tbsp|tsp|tablespoons?|teaspoons?|"
        r"secs?\b|seconds?|mins?\b|minutes?|hours?|hrs?\b|days?|weeks?|months?|years?|psi|bars?\b|"
        r"cm\b|mm\b|m\b|inch(?:es)?|feet|ft\b|[cf]\b|mb\b|gb\b|kb\b|ms\b|mg\b|ppm|ibu|ibus|abv|"
        r"lbs?\b|pounds?|parts?\b|shots?\b|pints?|times\b|scoops?|drops?|x\b)"
    ),
    "causal-since": (r"(?:^|,\s*)(?:since|as)\s+(?:\w+\s+){1,4}(?:is|are|has|have)\b"),
    "first-person-past": (r"\b(?:i|we)(?:\s+\w+ly)?\s+(?:\w{3,}ed|had|was|were|did|got)\b"),
    "second-person": (r"\b(?:you|your|u|ur)\b"),
    "modal": (r"\b(?:can|could|may|might|must|should|will|would|shall)\b"),
    "negation": (r"\b(?:not|no|never|nothing|none|cannot|\w+n.t)\b"),
    "address": (r"https?://\S+|www\.\S+"),
    "quoted": (r"[\"\u201c][^\"\u201d]{4,}[\"\u201d]"),
    "colon-end": (r":\s*$"),
    "question": (r"\?[\"'\u201d)]*\s*$"),
}
MARKS = frozenset(_MARKS) | {"imperative", "negated-imperative"}
"""Names of all marks, as `<name>` in the signals of the catalogue."""

_NAMES = tuple(_MARKS)
_PATTERNS = tuple(map(re.compile, _MARKS.values()))
_NEEDED: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "if-clause": "if when whenever unless once in",
        "causal-since": "since as",
        "first-person-past": "i we",
        "second-person": "you your u ur",
        "modal": "can could may might must should will would shall",
        "purpose-clause": "to for so",
    }.items()
}
"""Words without one of which a mark cannot be there."""
_INDEX = LiteralIndex(tuple(_MARKS.values()))
_WORD = re.compile(r"[a-z]+", re.ASCII)


def lower_in_place(text: str) -> str:
    """Return `text` in lower case with every character at its place."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@lru_cache(maxsize=256)
def syntax_marks(sentence: str) -> Mapping[str, str]:
    """Return each mark found, by name, with the words that show it."""
    lowered = lower_in_place(sentence)
    marks: dict[str, str] = {}
    words = frozenset(_WORD.findall(lowered))
    for number in _INDEX.candidates(lowered):
        name = _NAMES[number]
        if name in _NEEDED and words.isdisjoint(_NEEDED[name]):
            continue
        if found := _PATTERNS[number].search(lowered):
            marks[name] = sentence[found.start() : found.end()].strip()
    if not words.isdisjoint(VERBS) and (place := _imperative(lowered)):
        marks["imperative"] = sentence[place[0] : place[1]].strip()
    if any(word in lowered for word in _FORBIDDING) and (negated := _NEGATED.search(lowered)):
        marks["negated-imperative"] = sentence[negated.start() : negated.end()].strip(" ,;:")
    return MappingProxyType(marks)


def _imperative(lowered: str) -> tuple[int, int] | None:
    """Return where the instructing verb and its first words stand."""
    if found := _OPENING.match(lowered):
        verb, lead = found["verb"], lowered[: found.start("verb")]
        sure = verb not in NOUNS_TOO or _HAS_OBJECT.match(found["rest"])
        if verb in VERBS and (sure or _INSTRUCTING_LEAD.search(lead)):
            return _place(found)
    for pattern in (_AFTER_CLAUSE, _CLAUSE_START):
        for found in pattern.finditer(lowered):
            if found["verb"] in VERBS and _HAS_OBJECT.match(found["rest"]):
                return _place(found)
    return None


def _place(found: re.Match[str]) -> tuple[int, int]:
    start, end = found.start("verb"), found.end("rest")
    comma = found.string.find(",", start, end)
    return start, comma if comma >= 0 else end
