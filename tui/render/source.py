"""A cited message in its discussion, for readers: who stays unnamed is not in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.services.sources import SourceTalk
from memory.records.guide import TrailStep
from memory.records.talk import EvidenceSpan
from prompts.catalogue import Catalogue
from tui.render.discussion import DiscussionPage, Said
from tui.render.listing import place_of
from tui.render.pages import guide_page
from tui.render.safe import visible
from tui.render.times import counted
from tui.render.trail import TrailEntry, trail_entries


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A discussion with the cited words lit, and what is not shown of it."""

    discussion: DiscussionPage
    left_out: int
    """Messages of people who stay unnamed."""

    def where(self) -> str:
        """Where it was said, and what is missing, on one line."""
        if not self.left_out:
            return self.discussion.where
        missing = f"{counted(self.left_out, 'message')} of people who stay unnamed left out"
        return f"{self.discussion.where} ({missing})"


@dataclass(frozen=True, slots=True)
class Lead:
    """The way to a source: a message, and the words of it that are looked for."""

    message_id: str
    quotes: tuple[str, ...] = ()


def leads_of(spans: Iterable[EvidenceSpan]) -> list[Lead]:
    """One lead for each message, in the order of the spans."""
    quotes: dict[str, list[str]] = {}
    for span in spans:
        quotes.setdefault(span.message_id, []).append(span.quote)
    return [Lead(message_id, tuple(words)) for message_id, words in quotes.items()]


def source_page(talk: SourceTalk, lead: Lead, catalogue: Catalogue) -> SourcePage:
    """The discussion as a reader may see it: names as on the guide, others' names veiled."""
    page = guide_page(talk.page)
    entries = list(trail_entries(page, catalogue))
    steps = page.guide.current.trail
    agents = catalogue.say("guide_agent")

    def is_cited(entry: TrailEntry, step: TrailStep) -> bool:
        return step.message_id == lead.message_id and entry.who != agents

    said = [
        _said(entry, step, lead if is_cited(entry, step) else None)
        for entry, step in zip(entries, steps, strict=True)
        if entry.day and any(part.text.strip() for part in entry.stretches)
    ]
    where = "What was told to the agent" if talk.told_to_agent else place_of(talk.thread)
    return SourcePage(
        DiscussionPage(where, tuple(said), talk.earlier, talk.later),
        left_out=sum(1 for entry in entries if not entry.day),
    )


def _said(entry: TrailEntry, step: TrailStep, lead: Lead | None) -> Said:
    text = "\n".join(visible(stretch.text).strip("\n") for stretch in entry.stretches)
    if lead is None:
        return Said(entry.who, step.at, text, entry.part)
    return Said(entry.who, step.at, text, f"{entry.part}, cited", _lit(text, lead.quotes))


def _lit(text: str, quotes: Sequence[str]) -> tuple[int, int] | None:
    """The cited words as far as they stand in `text`, with others that only space parts from them.

    Stretches further on are not lit: there is one place to look at.
    """
    found = sorted(
        (at, at + len(words)) for words in map(visible, quotes) if (at := text.find(words)) >= 0
    )
    if not found:
        return None
    first, end = found[0]
    for start, stop in found[1:]:
        if not text[end:start].strip():
            end = max(end, stop)
    return first, end
