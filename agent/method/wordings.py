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
from agent.method.marking import Lead, Proposal, located, marked, plain_marks
from agent.method.phrasing import suits
from agent.method.questions import Leeway, Quotable
from agent.method.words import fold, stem_set
from memory.records.inquiry import Facet
from prompts import Catalogue, Probe

LONGEST = 320
"""Characters of a whole question."""
_PLAIN = re.compile(r"[A-Za-z ,.:;?'()-]*")
"""What may stand outside a quotation: no digits, no addresses, no other alphabets, no layout."""
_SLOT = re.compile(r"\{[abc]\}")
_TOKEN = re.compile(r"[a-z']+|[^\sa-z']")
_STANCE = re.compile(
    r"\b(?:warned|advised|suggested|recommended|claimed|insisted|promised|admitted|argued|denied"
    r"|said|wrote|preferred|rejected|warn|advise|suggest|recommend|claim|insist|prefer|reject)\b"
)
"""Words that tell in what way somebody said something."""
_NEUTRAL = frozenset({"wrote"})
_FOREIGN = re.compile(r"\b(?:he|she|his|her|hers|him|i|we|me|us|my|our|myself)\b")
"""Whoever is asked is `you`; the asker and others do not come in."""
YOU, _WROTE = "You", "wrote"
NOT_GENERAL = "not_general"
"""The code of a question that names things, and before which its quotation had to be put: whether
it is about these very words cannot be told.
"""
_ASKS_ANYBODY = frozenset({"do", "would", "can", "could", "should", "will", "might", "may"})
"""What stands before `you` in a question about what somebody does, or would do."""
_YOU = re.compile(r"([a-z']*)[^a-z']*\byou\b(?!')|\byou(?:r|rs|rself|'\w+)\b")
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
        self, proposals: Iterable[Proposal], leeway: Leeway, lead: Lead
    ) -> tuple[Passed | None, tuple[str, ...]]:
        """The best of what may be asked, by the worth of its quote; and why others may not.

        Marks that a proposal leaves out are put; a question before which its quotation had to be
        put may hold words of the house alone.
        """
        passed: list[Passed] = []
        refused: list[str] = []
        for proposal in proposals:
            put = marked(proposal, leeway.quotable, lead)
            examined = self.examine(put.text, leeway, lead.by)
            if isinstance(examined, str):
                refused.append(examined)
            elif stem_set(put.led) <= self._words:
                passed.append(examined)
            else:
                refused.append(NOT_GENERAL)
        return max(passed, key=lambda one: one.quotable.worth, default=None), tuple(refused)

    def may_lead(self, quotable: Quotable) -> bool:
        """Whether the house would put `You wrote "...":` before these words."""
        return self._fits((_WROTE, ":"), quotable)

    def examine(self, proposal: str, leeway: Leeway, by: str = YOU) -> Passed | str:
        """Return the question if it may be asked; otherwise the code of what it fails.

        `by` is who wrote the quoted words, as the person who is asked reads it.
        """
        text = plain_marks(proposal)
        quoted = text.split(QUOTE_MARK)
        if len(text) > LONGEST:
            return "long"
        if len(quoted) != 3:  # noqa: PLR2004  before, within and after the one quotation
            return "quotation"
        quotable = located(quoted[1], leeway.quotable)
        if quotable is None:
            return "not_quotable"
        return self._held(quoted[0], quotable, quoted[2], leeway, by)

    def _held(
        self, before: str, quotable: Quotable, after: str, leeway: Leeway, by: str
    ) -> Passed | str:
        """The question if what stands before and after its quotation may stand there."""
        marked = f"{QUOTE_MARK}{quotable.span.quote}{QUOTE_MARK}"
        text = f"{before}{marked}{after}"
        if by != YOU:
            if _asks_its_author(fold(f"{before.removeprefix(by)} {after}")):
                return "only_author"
            before = f"{YOU} {_WROTE} " if before == f"{by} {_WROTE} " else before
        if not _PLAIN.fullmatch(f"{before} {after}"):
            return "characters"
        failures = check_question(text, quotable.span.quote, leeway.gate)
        if failures:
            return failures[0].gate.value
        if why := self._beside(f"{before}{marked}{after}", quotable, leeway):
            return why
        return Passed(text, quotable) if self._fits(_frame(before, after), quotable) else "unfit"

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


def _asks_its_author(outside: str) -> bool:
    """Whether only who wrote the words could answer: it asks what they saw or thought."""
    return any(found[1] not in _ASKS_ANYBODY for found in _YOU.finditer(outside))


def _frame(before: str, after: str) -> tuple[str, str]:
    """What stands right before and right after a quotation: a word or a mark, empty for nothing."""
    left, right = _TOKEN.findall(fold(before)), _TOKEN.findall(fold(after))
    return (left[-1] if left else "", right[0] if right else "")
