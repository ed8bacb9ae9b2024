"""What stands beside a guide's own sentences: how it went, and what others said in the thread.

These are quotations from the debate of people who were not asked. They are shown as far as the
debate is: not of those who stay unnamed, have opted out, or took their words back since.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from memory.records.guide import TrailStep
from memory.records.talk import EvidenceSpan
from prompts.catalogue import Catalogue
from tui.render.guide import GuidePage
from tui.render.trail import veil_of

_STOPS = (".", "!", "?", "\u2026", ":", '."', ".)", ".'", ".\u2019", ".\u201d")


class BesideKind(StrEnum):
    """What quoted words are to a reader."""

    OUTCOME = "outcome"
    """Whoever asked tells how it went."""
    SAID = "said"
    """Others in the thread told what they would do."""


@dataclass(frozen=True, slots=True)
class BesideLine:
    """Words of one message, who said them, and the numbers of their sources."""

    kind: BesideKind
    who: str
    text: str
    marks: tuple[tuple[int, EvidenceSpan], ...]

    def shown_as(self, catalogue: Catalogue) -> str:
        """Who said it, and that they asked."""
        if self.kind is BesideKind.OUTCOME:
            return catalogue.say("guide_who_asked", who=self.who)
        return self.who


def beside_lines(page: GuidePage, catalogue: Catalogue) -> Iterator[BesideLine]:
    """The quotations in the order of the debate; names of the uncredited are veiled in them."""
    veil, cover = veil_of(page), catalogue.say("guide_veiled")
    asker = next((step.author_id for step in page.guide.current.trail), None)
    for step in page.quoted_steps():
        text = _joined(page, step)
        told = veil.sub(lambda _: cover, text) if veil else text
        kind = BesideKind.OUTCOME if step.author_id == asker else BesideKind.SAID
        numbers = page.sources.numbers
        first: dict[int, EvidenceSpan] = {}
        for span in step.quoted:
            first.setdefault(numbers[span], span)
        yield BesideLine(kind, page.who(step.author_id), told, tuple(sorted(first.items())))


def beside_parts(
    page: GuidePage, catalogue: Catalogue
) -> Iterator[tuple[str, str, list[BesideLine]]]:
    """Name for an anchor, heading and lines of each part that has any, the outcome first."""
    lines = list(beside_lines(page, catalogue))
    for kind in BesideKind:
        here = [line for line in lines if line.kind is kind]
        if here:
            yield kind.value, catalogue.say(f"guide_beside_{kind.value}"), here


def _joined(page: GuidePage, step: TrailStep) -> str:
    """The quoted words in order, with an ellipsis where something of the message is left out."""
    message = page.messages[step.message_id]
    made, last = "", None
    for span in step.quoted:
        words = " ".join(span.quote.split())
        words = words if words.endswith(_STOPS) else f"{words}."
        if last is not None:
            gap = message.text[last : span.start]
            made += " \u2026 " if any(c.isalnum() for c in gap) else " "
        made += words
        last = span.end
    return made[:1].upper() + made[1:]
