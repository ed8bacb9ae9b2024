"""Hold a question that somebody else worded against all that the method's own questions pass.

The catalogue's phrasings are made to fit their quotes and their facets; free wording is not, so
beside the gates of every question it has to ask for the same facet, in the house's own words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from agent.method.gates import QUOTE_MARK, asking_part, check_question, outside_quote
from agent.method.phrasing import suits
from agent.method.questions import Leeway, Quotable
from agent.method.words import fold, stem_set
from memory.records.inquiry import Facet
from prompts import Catalogue, Probe

LONGEST = 320
"""Characters of a whole question."""
_PLAIN = re.compile(r"[A-Za-z ,.:;?'()-]*")
"""What may stand outside a quotation: no digits, no addresses, no other alphabets, no layout."""
_CURLY = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2019": "'", "\u2018": "'"})
_SLOT = re.compile(r"\{[abc]\}")
_TOKEN = re.compile(r"[a-z']+|[^\sa-z']")
_STOPS = ".,;:!"
_STANCE = re.compile(
    r"\b(?:warned|advised|suggested|recommended|claimed|insisted|promised|admitted|argued|denied"
    r"|said|wrote|preferred|rejected|warn|advise|suggest|recommend|claim|insist|prefer|reject)\b"
)
"""Words that tell in what way somebody said something."""
_NEUTRAL = frozenset({"wrote"})
_FOREIGN = re.compile(r"\b(?:he|she|his|her|hers|him|i|we|me|us|my|our|myself)\b")
"""Whoever is asked is `you`; the asker and others do not come in."""
_LEAST_LIKENESS = 0.18
"""Weighted overlap with a phrasing of the facet below which a question asks for something else."""
_NEAR = 0.85
"""Share of the best likeness from which a facet counts as asked for too."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A proposal that may be asked: its text as it is put, and what it quotes."""

    text: str
    quotable: Quotable


class Wordings:
    """What the catalogue's phrasings tell of how questions are worded here. Made once."""

    def __init__(self, catalogue: Catalogue, general: Iterable[str] = ()) -> None:
        """Take the house's words from the catalogue; `general` are others that are allowed."""
        probes = {
            facet: (*entry.probes, *entry.follow_ups, *entry.concrete)
            for facet, entry in catalogue.facets.items()
        }
        plain = {
            facet: [_SLOT.sub(" ", probe.text.replace("{q}", "q")) for probe in those]
            for facet, those in probes.items()
        }
        self._phrasings = {
            facet: tuple(asking_part(text) for text in texts) for facet, texts in plain.items()
        }
        used = Counter(
            word
            for phrasings in self._phrasings.values()
            for word in frozenset[str]().union(*phrasings)
        )
        self._weights = {word: math.log(1 + len(probes) / times) for word, times in used.items()}
        self._rare = math.log(1 + len(probes))
        told = [*general, *(text for texts in plain.values() for text in texts)]
        self._words = frozenset(stem for text in told for stem in stem_set(text))
        self._stances: dict[str, set[str]] = {}
        self._before: dict[str, list[Probe]] = {}
        self._after: dict[str, list[Probe]] = {}
        for probe in (one for those in probes.values() for one in those):
            before, _, after = probe.text.partition('"{q}"')
            frame = _frame(before, after)
            self._before.setdefault(frame[0], []).append(probe)
            self._after.setdefault(frame[1], []).append(probe)
            for form in probe.forms:
                found = _STANCE.findall(fold(probe.text))
                self._stances.setdefault(form, set(_NEUTRAL)).update(found)

    def choose(
        self, proposals: Iterable[str], leeway: Leeway
    ) -> tuple[Passed | None, tuple[str, ...]]:
        """The best of what may be asked, by the worth of its quote; and why others may not."""
        passed: list[Passed] = []
        refused: list[str] = []
        for proposal in proposals:
            examined = self.examine(proposal, leeway)
            if isinstance(examined, str):
                refused.append(examined)
            else:
                passed.append(examined)
        return max(passed, key=lambda one: one.quotable.worth, default=None), tuple(refused)

    def examine(self, proposal: str, leeway: Leeway) -> Passed | str:
        """Return the question if it may be asked; otherwise the code of what it fails."""
        text = " ".join(proposal.translate(_CURLY).split())
        quoted = text.split(QUOTE_MARK)
        if len(text) > LONGEST:
            return "long"
        if len(quoted) != 3:  # noqa: PLR2004  before, within and after the one quotation
            return "quotation"
        quotable = _located(quoted[1], leeway.quotable)
        if quotable is None:
            return "not_quotable"
        text = f"{quoted[0]}{QUOTE_MARK}{quotable.span.quote}{QUOTE_MARK}{quoted[2]}"
        if not _PLAIN.fullmatch(f"{quoted[0]} {quoted[2]}"):
            return "characters"
        failures = check_question(text, quotable.span.quote, leeway.gate)
        if failures:
            return failures[0].gate.value
        if why := self._beside(text, quotable, leeway):
            return why
        if not self._fits(_frame(quoted[0], quoted[2]), quotable):
            return "unfit"
        return Passed(text, quotable)

    def _fits(self, frame: tuple[str, str], quotable: Quotable) -> bool:
        """Whether the house would put such words right before and right after such a quote."""
        return any(
            any(suits(probe, cast) for probe in self._before.get(frame[0], ()))
            and any(suits(probe, cast) for probe in self._after.get(frame[1], ()))
            for cast in quotable.casts
        )

    def _beside(self, text: str, quotable: Quotable, leeway: Leeway) -> str:
        """What a question in free wording fails beside the gates; empty for nothing."""
        outside = outside_quote(text, quotable.span.quote)
        if _FOREIGN.search(outside):
            return "person"
        stances = _NEUTRAL.union(
            *(self._stances.get(cast.form.value, ()) for cast in quotable.casts)
        )
        if not stances.issuperset(_STANCE.findall(outside)):
            return "stance"
        if not stem_set(outside) <= self._words | stem_set(leeway.message.own_words()):
            return "invented"
        if leeway.gate.facet not in self.facets_asked(text):
            return "other_facet"
        return ""

    def facets_asked(self, text: str) -> frozenset[Facet]:
        """The facets whose phrasings read most like a question's own words; none if none do."""
        asked = asking_part(text)
        best = {
            facet: max(self._likeness(asked, phrasing) for phrasing in phrasings)
            for facet, phrasings in self._phrasings.items()
        }
        top = max(best.values())
        if top < _LEAST_LIKENESS:
            return frozenset()
        return frozenset(facet for facet, likeness in best.items() if likeness >= _NEAR * top)

    def _likeness(self, left: frozenset[str], right: frozenset[str]) -> float:
        """Weighted Jaccard: a word that few facets ask with counts more."""
        union = math.fsum(self._weights.get(word, self._rare) for word in left | right)
        common = math.fsum(self._weights.get(word, self._rare) for word in left & right)
        return common / union if union else 0.0


def _frame(before: str, after: str) -> tuple[str, str]:
    """What stands right before and right after a quotation: a word or a mark, empty for nothing."""
    left, right = _TOKEN.findall(fold(before)), _TOKEN.findall(fold(after))
    return (left[-1] if left else "", right[0] if right else "")


def _located(quote: str, quotable: Iterable[Quotable]) -> Quotable | None:
    """The quotable words that these are, letter by letter but for a stop at the end."""
    wanted = quote.translate(_CURLY).strip().rstrip(_STOPS)
    for one in quotable:
        if one.span.quote.translate(_CURLY).rstrip(_STOPS) == wanted:
            return one
    return None
