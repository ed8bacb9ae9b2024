"""Short ways of writing and the words for them, so that two spellings of one thing are one."""

from __future__ import annotations

import re

_ONES = """
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen
"""
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBERS = {word: str(number) for number, word in enumerate(_ONES.split(), start=2)} | {
    word: str(10 * number) for number, word in enumerate(_TENS_WORDS.split(), start=2)
}
"""Numbers in words, and their figures."""
_A_NUMBER = rf"(?=\d|(?:{'|'.join(NUMBERS)}|half)\b)"
_UNIT = re.compile(r"(?<![\w.])(\d+(?:[.,]\d+)*)(?=[A-Za-z\u00b5]{1,4}\b)(?![xX]\d)")
_TICKED = re.compile(r"`([^`\n]+)`")
_SMALL = str.maketrans(
    "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089\u00b2\u00b3", "012345678923"
)
"""Lowered and raised figures, and the figures they are."""
_PER = "hr|hour|min|minute|s|sec|second|l|kg|day|week|month|year"
_REWRITTEN = (
    (re.compile(r"(?<![\w.,/])(\d+)(?: ?\u00bd| 1/2)(?![\w/])"), r"\1.5"),
    (re.compile(r"\bhalf an hour\b", re.IGNORECASE), "30 minutes"),
    (re.compile(r"\b(?:a )?quarter of an hour\b", re.IGNORECASE), "15 minutes"),
    (re.compile(r"(?<=\d)( ?)([A-Za-z\u00b5]{1,4})/h\b"), r"\1\2 per hour"),
    (re.compile(rf"(?<=\d)( ?)([A-Za-z\u00b5]{{1,4}})/({_PER})\b"), r"\1\2 per \3"),
    (re.compile(r"(?<![-=<>\w])>\s?(?=\d)"), "more than "),
    (re.compile(r"(?<![-=<>\w])<\s?(?=\d)"), "less than "),
    (re.compile(r"\b(re|e|pre|co)-(?=[a-z])", re.IGNORECASE), r"\1"),
    (re.compile(r"\b(better|worse|rather|other|easier|bigger) then\b", re.IGNORECASE), r"\1 than"),
    (re.compile(r"\u00bd|(?<![\w/])1/2(?![\w/])"), " half "),
    (re.compile(r"\u00bc|(?<![\w/])1/4(?![\w/])"), " quarter "),
    (re.compile(r"(?<![\w/])1/3(?![\w/])"), " third "),
    (re.compile(r"(?<![\w/])3/4(?![\w/])"), "3 quarters"),
    (re.compile(r"(?<![\w/])2/3(?![\w/])"), "2 thirds"),
    (re.compile(r"\$\s?(\d[\d.,]*\d|\d)"), r"\1 dollars"),
    (re.compile(r"\u20ac\s?(\d[\d.,]*\d|\d)"), r"\1 euros"),
    (re.compile(r"\u00a3\s?(\d[\d.,]*\d|\d)"), r"\1 pounds"),
    (re.compile(r"\b(\d+)ish\b", re.IGNORECASE), r"roughly \1"),
    (re.compile(r"\u00d7"), " times "),
    (re.compile(r"\b(?:1|one) and a half\b", re.IGNORECASE), "1.5"),
    (re.compile(r"\b(?:2|two) and a half\b", re.IGNORECASE), "2.5"),
    (re.compile(r"\b(?:3|three) and a half\b", re.IGNORECASE), "3.5"),
    (re.compile(r"\b([ap])\.m\.", re.IGNORECASE), r"\1m"),
    (re.compile(r"\be\.g\.", re.IGNORECASE), " for example "),
    (re.compile(r"\bi\.e\.", re.IGNORECASE), " that is "),
    (re.compile(r"\b(etc|approx|vs|ca|no|max|min)\.(?=\s*[a-z\d])"), r"\1"),
    (re.compile(rf"\b(?:over|above) {_A_NUMBER}", re.IGNORECASE), "more than "),
    (re.compile(rf"\b(?:under|below) {_A_NUMBER}", re.IGNORECASE), "less than "),
    (re.compile(r"(?<!\w)[_*]{1,2}(?=\w)|(?<=\w)[_*]{1,2}(?!\w)"), ""),
    (re.compile(r"\bw/o\b"), "without"),
    (re.compile(r"\bw/(?=\s|\w)"), "with "),
    (re.compile(r"\bb/c\b"), "because"),
    (re.compile(r"(?<![\w/.:`-])([A-Za-z]{2,})/([A-Za-z]{2,})(?![\w/.`-])"), r"\1 or \2"),
)
"""Short ways of writing, and the words for them."""
_THOUSANDS = re.compile(r"(?<![\w.,$])(\d+)[kK]\b")
_ORDINAL = re.compile(r"\b(\d\d?)(?:st|nd|rd|th)\b")
_ORDINAL_WORDS = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
"""
_ORDINALS = (
    "",
    *_ORDINAL_WORDS.split(),
)
_HUNDREDS = re.compile(rf"\b(\d+|{'|'.join(NUMBERS)}) (hundred|thousand)\b", re.IGNORECASE)
_TENS = re.compile(
    r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ]"
    r"(one|two|three|four|five|six|seven|eight|nine)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:(?:\d+|[a-z]+) times? (?:out of|in) (?:a )?(?:\d+|[a-z]+)"
    r"|(?:half|thirds?|quarters?|\d+ ?%|percent)(?: of)? the time)\b",
    re.IGNORECASE,
)


def written_out(text: str) -> str:
    """`text` with straight apostrophes, figures for numbers, and short forms in full."""
    plain = text.replace("\u2019", "'").replace("\u2018", "'").replace(" n't", "n't")
    plain = _HUNDREDS.sub(_times, plain.translate(_SMALL))
    plain = _TENS.sub(_sum, _ORDINAL.sub(_ordinal, _THOUSANDS.sub(r"\g<1>000", plain)))
    for pattern, put in _REWRITTEN:
        plain = pattern.sub(put, plain)
    return _SHARE.sub(r"\g<0> usually", _UNIT.sub(r"\1 ", plain))


def _sum(found: re.Match[str]) -> str:
    tens, ones = found[1].lower(), found[2].lower()
    return str(int(NUMBERS[tens]) + int(NUMBERS.get(ones, "1")))


def _ordinal(found: re.Match[str]) -> str:
    number = int(found[1])
    return _ORDINALS[number] if 0 < number < len(_ORDINALS) else found[0]


def _times(found: re.Match[str]) -> str:
    number = NUMBERS.get(found[1].lower(), found[1])
    return number + ("00" if found[2].lower() == "hundred" else "000")


def marked_alike(text: str, quotes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """A text and its quotes with the same stretches between backticks.

    What is code in the one and stands bare in the other is code in both.
    """
    mine, theirs = _code(text), {code for quote in quotes for code in _code(quote)}
    if mine == theirs:
        return text, quotes
    for code in mine - theirs:
        quotes = tuple(_marked(quote, code) for quote in quotes)
    for code in theirs - mine:
        text = _marked(text, code)
    return text, quotes


def _code(text: str) -> set[str]:
    return {found.strip() for found in _TICKED.findall(text)} - {""}


def _marked(text: str, code: str) -> str:
    """`text` with bare `code` between backticks."""
    bare = re.compile(rf"(?<![\w`-]){re.escape(code)}(?![\w`-])")
    pieces = re.split(r"(`[^`\n]+`)", text)
    return "".join(p if p.startswith("`") else bare.sub(lambda _: f"`{code}`", p) for p in pieces)
