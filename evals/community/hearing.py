"""What the words of a question ask for, and how well it is put, as its reader takes it in.

What is asked for is told by rules written for readers (`evals.tasks.wording`), which know nothing
of the phrasings that the agent has. Only the text counts: neither the declared facet nor any other
field is seen here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.method.gates import Gate, GateContext, check_question
from evals.tasks.wording import wording_facet
from memory.records.base import stable_id
from memory.records.inquiry import Facet
from memory.records.talk import Message, MessageKind, Origin, Segment, SegmentKind
from prompts.catalogue import Catalogue

_QUOTED = re.compile(r"\"([^\"]+)\"|\u201c([^\u201d]+)\u201d")
_FAULTS = frozenset({Gate.SINGLE, Gate.OPEN, Gate.NOT_LEADING, Gate.NOT_BLAMING, Gate.SHORT})
"""Gates that a reader feels; the others are about the asker's memory."""
COST_OF_FAULT = 0.3
COST_OF_NO_QUOTE = 0.2
COST_OF_VAGUENESS = 0.3
READER = stable_id("mem", "heard")
_BEGAN = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Heard:
    """A question as its reader takes it in."""

    quotes: tuple[str, ...]
    words: str
    """The wording outside the quotes, lower case."""
    wanted: Facet | None
    """What is asked for; `None` if the words do not say."""
    quality: float
    """0 to 1: what a reader makes of how it is put."""


def hear(text: str, catalogue: Catalogue) -> Heard:
    """Read a question by its words alone."""
    quotes = tuple("".join(found.groups(default="")) for found in _QUOTED.finditer(text))
    words = " ".join(_QUOTED.sub(" it ", text).casefold().split())
    wanted = wording_facet(text)
    return Heard(quotes, words, wanted, _quality(text, quotes, wanted, catalogue))


def _quality(
    text: str, quotes: tuple[str, ...], wanted: Facet | None, catalogue: Catalogue
) -> float:
    """1 less what each fault of manner costs, no quote, and not being clear what is wanted."""
    quote = quotes[0] if quotes else ""
    failed = {failure.gate for failure in check_question(text, quote, _context(quote, catalogue))}
    cost = COST_OF_FAULT * len(failed & _FAULTS)
    cost += 0.0 if quotes else COST_OF_NO_QUOTE
    cost += 0.0 if wanted is not None else COST_OF_VAGUENESS
    return max(0.0, 1.0 - cost)


def _context(quote: str, catalogue: Catalogue) -> GateContext:
    """The gates as somebody applies them who knows that the words are their own."""
    said = quote or "nothing"
    anchor = Message(
        id=stable_id("msg", "heard"),
        community_id=stable_id("com", "heard"),
        thread_id=stable_id("thr", "heard"),
        source="heard",
        native_id="heard",
        author_id=READER,
        kind=MessageKind.CHAT,
        text=said,
        segments=(Segment(kind=SegmentKind.OWN, start=0, end=len(said)),),
        sent_at=_BEGAN,
        origin=Origin(file="heard", line=0),
    )
    return GateContext(anchor, READER, Facet.WHY, catalogue.gates, {})
