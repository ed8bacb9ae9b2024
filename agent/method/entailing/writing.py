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
_REWRITTEN = (
    (re.compile(r"\u00bd|(?<![\w/])1/2(?![\w/])"), " half "),
    (re.compile(r"\u00bc|(?<![\w/])1/4(?![\w/])"), " quarter "),
    (re.compile(r"(?<![\w/])1/3(?![\w/])"), " third "),
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
    plain = _HUNDREDS.sub(_times, plain)
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
