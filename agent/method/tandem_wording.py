"""Whether a line of a card may be worded otherwise: the same people and sense, true quotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from agent.method.condensing import STOPS, lost
from agent.method.entailment import is_grounded
from agent.method.languages import is_foreign
from agent.method.measures import count_words
from prompts.steps.writing import load_writing

_QUOTED = re.compile(r'"([^"]*)"')
_FEWEST, _MOST = 2, 12
"""Words of a quotation."""
_PLAIN = re.compile(r"[A-Za-z .,;:'\u2019\"-]*")


def line_refusal(text: str, line: str, evidence: Sequence[str], names: Sequence[str]) -> str:
    """Why a text may not stand for a card's line; empty: it may.

    Everything outside of quotation marks is the line's own, quotations are verbatim words of the
    evidence, and whoever the line names is named. Codes: `empty`, `characters`, `long`, `foreign`,
    `quotation`, `people`, `ungrounded`, `drops`.
    """
    quotes = _QUOTED.findall(text)
    own = set(_QUOTED.findall(line))
    borrowed = [quote for quote in quotes if quote not in own]
    if not text.strip() or not text.endswith(STOPS):
        return "characters" if text.strip() else "empty"
    if text.count('"') % 2 or not set(_PLAIN.sub("", text)) <= set("".join((line, *borrowed))):
        return "characters"
    most = count_words(line) + sum(map(count_words, borrowed)) + load_writing().words_more
    if count_words(text) > most or len(borrowed) > 1:
        return "long"
    if any(not _verbatim(quote, evidence) for quote in borrowed):
        return "quotation"
    if any((name in text) != (name in line) for name in names):
        return "people"
    if is_foreign(text):
        return "foreign"
    bare = " ".join(_QUOTED.sub(_only_own(own), text).split())
    if not is_grounded(text, [line, *borrowed]).ok or not is_grounded(bare, [line]).ok:
        return "ungrounded"
    return "drops" if lost(bare, [line]) else ""


def _verbatim(quote: str, evidence: Sequence[str]) -> bool:
    within = _FEWEST <= count_words(quote) <= _MOST
    pattern = re.compile(rf"(?<!\w){re.escape(quote)}(?!\w)")
    return within and any(pattern.search(one) for one in evidence)


def _only_own(own: set[str]) -> Callable[[re.Match[str]], str]:
    """What stands for a quotation where it is left out: nothing, unless it is the line's own."""

    def kept(match: re.Match[str]) -> str:
        return match[0] if match[1] in own else ""

    return kept
