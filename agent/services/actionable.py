"""Whether a reader can act on a guide: what to do, how to tell that it worked, when to stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.method.actionability import CHECKS, STOPS, instructs
from memory.records.guide import GuideVersion
from memory.records.inquiry import Facet, FacetStatus
from prompts.desk import DeskEntry

_KNOWN = frozenset({FacetStatus.STATED, FacetStatus.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something that a reader needs to act and does not find."""

    words: str
    sentence: int | None = None


def lacks_to_act(version: GuideVersion, entry: DeskEntry) -> Iterator[Lacking]:
    """What is missing (method, section 5.4): an action, a check, a stop, steps that say what to do.

    The summary and any sentence that instructs count as saying what to do.
    """
    known = {known.facet for known in version.coverage if known.status in _KNOWN}
    known |= {section.facet for section in version.sections}
    told = [sentence.text for sentence in version.sentences()]
    if Facet.ACTION not in known and not any(instructs(text) for text in told):
        yield Lacking(entry.say("actionable_no_action"))
    if not known & CHECKS:
        yield Lacking(entry.say("actionable_no_check"))
    if not known & STOPS:
        yield Lacking(entry.say("actionable_no_stop"))
    for number, sentence in enumerate(version.sentences(), start=1):
        if sentence.step and not instructs(sentence.text):
            yield Lacking(entry.say("actionable_step"), number)
