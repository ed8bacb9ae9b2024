"""What an answer was understood to say, for the person who gave it."""

from __future__ import annotations

from rich.text import Text

from agent.method.readings import AnswerQuality
from agent.services.understanding import Understood, UnderstoodSentence
from memory.records.inquiry import Facet
from prompts.catalogue import Catalogue
from tui.render.listing import set_in
from tui.render.safe import one_line

_QUALITY = {
    AnswerQuality.INFORMATIVE: "Each sentence, and what it was taken to be about:",
    AnswerQuality.VAGUE: "Nothing in it was taken up for a guide:",
    AnswerQuality.REFERS: "It was taken to point to somebody else:",
    AnswerQuality.REFUSES: "It was taken to say that you would rather not:",
    AnswerQuality.NOTHING_NEW: "It was taken to hold nothing new for a guide:",
}


def heading_of(facet: Facet | None, catalogue: Catalogue) -> str:
    """The heading a sentence would stand under."""
    return "Nothing for a guide" if facet is None else catalogue.facets[facet].heading


def quality_told(understood: Understood) -> Text:
    """How the answer as a whole was taken, and what of it differs from what was said before."""
    lines = [_QUALITY[understood.quality], *map(one_line, understood.differs)]
    if understood.settled:
        lines.append(understood.settled)
    return Text("\n".join(lines))


def sentence_row(each: UnderstoodSentence, catalogue: Catalogue, width: int) -> Text:
    """One sentence below its heading; others that it states too stand beside it."""
    first, others = (each.facets[0], each.facets[1:]) if each.facets else (None, ())
    told = heading_of(first, catalogue)
    if others:
        told += f" (also: {', '.join(heading_of(f, catalogue).lower() for f in others)})"
    whose = " \u2713 you said so" if each.by_author else ""
    return Text.assemble(
        (f"{each.number}. {told}", "bold"), whose, "\n", set_in(each.text, width, 3)
    )
