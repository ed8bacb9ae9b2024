"""A passage: one to four sentences of one message that stand on their own under one facet."""

from __future__ import annotations

import re
from dataclasses import dataclass

from memory.records.guide import GuideSentence
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan

_SMALL_WORD = re.compile(r"[^\W\d_A-Z]+(?:['\u2019][a-z]+)?(?=[\s,;:!.]|$)(?![.:]\w)")
_STOPS = (".", "!", "?", "\u2026", ":", '."', ".)", ".'", ".\u2019", ".\u201d")


@dataclass(frozen=True, slots=True)
class Passage:
    """One to four consecutive sentences under one facet, in one author's words."""

    facet: Facet
    author_id: str
    spans: tuple[EvidenceSpan, ...]
    value: float
    lead: EvidenceSpan | None = None
    """Words of the same message that tell what is spoken of, where it does not say so itself."""
    asked: str = ""
    """The agent's question, in front of an answer that does not say what it is about."""
    merged: tuple[EvidenceSpan, ...] = ()
    """Spans of other sentences that say the same."""
    opening: str = ""
    """The first sentence with its pronoun resolved, where that was needed."""
    borrowed: tuple[EvidenceSpan, ...] = ()
    """The noun phrases that stand in brackets."""
    also_ids: tuple[str, ...] = ()
    """Others who said the same."""
    paragraph: int = 0
    told: bool = False
    """It was told to the agent."""
    move: bool = False
    """It tells one move of several."""
    hard: bool = False
    dispute: int = 0

    @property
    def body(self) -> str:
        """The words themselves, without what leads them."""
        quotes = [span.quote for span in self.spans]
        if self.opening:
            quotes[0] = self.opening
        return " ".join(map(_tidy, quotes))

    @property
    def text(self) -> str:
        """Words as a guide prints them: a capital first, a stop last, white space single."""
        if self.lead is None or self.opening:
            return self.body
        lead = " ".join(self.lead.quote.split()).rstrip(" .,;:!?\u2026")
        return f"[{_capital(lead)}:] {self.body}"

    def cited(self) -> GuideSentence:
        """The passage as a cited sentence of a guide."""
        lead = () if self.lead is None or self.opening else (self.lead,)
        evidence = tuple(dict.fromkeys((*self.spans, *lead, *self.borrowed, *self.merged)))
        return GuideSentence(
            text=self.text,
            author_id=self.author_id,
            evidence=evidence,
            also_ids=self.also_ids,
            step=self.move,
            hard=self.hard,
            dispute=self.dispute,
            asked="" if self.opening else self.asked,
        )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:] if _SMALL_WORD.match(text) else text


def _tidy(quote: str) -> str:
    text = _capital(" ".join(quote.split()))
    return text if text.endswith(_STOPS) else f"{text}."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message speaks of where its own words do not say it."""

    lead: EvidenceSpan | None
    """Words in front of a passage that says not itself what it is about."""
    sources: tuple[EvidenceSpan, ...] = ()
    """Words that may hold the noun which a pronoun of the answer stands for."""
    told: bool = False
    """It was told to the agent, in answer to a question."""
    question: str = ""
    """That question, as it was recorded."""
