"""A guide on the terminal: one dateline, numbered steps, short sources, no need of colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich.cells import cell_len
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from memory.records.guide import GuideSentence
from prompts.catalogue import Catalogue
from tui.render.arrangement import Group, Layout, sections_of
from tui.render.beside import BesideKind, BesideLine, beside_parts
from tui.render.guide import (
    GuidePage,
    Source,
    dateline,
    open_lines,
    place_of_source,
    who_to_ask,
)
from tui.render.listing import hanging, indented, shorten
from tui.render.marks import mark_lines
from tui.render.safe import one_line, visible
from tui.render.times import counted
from tui.render.trail import TrailEntry, trail_entries

_MAX_WIDTH = 88
_MARGIN = 2
_FEWEST_CELLS = 20
"""Columns below which a source's words wrap rather than being cut to fit the line."""


def guide_renderable(
    page: GuidePage,
    catalogue: Catalogue,
    width: int = 80,
    *,
    trail: bool = False,
    now: datetime | None = None,
) -> RenderableType:
    """The guide for a terminal of `width` columns.

    With `trail`, the debate and every quoted word; with `now`, that a review is overdue.
    """
    version = page.guide.current
    parts: list[RenderableType] = [
        Text(one_line(version.title), style="bold underline"),
        Text(dateline(page, catalogue, now), style="dim"),
        *(hanging("!", Text(line, style="bold")) for line in mark_lines(page.marks)),
    ]
    if not page.opens_with_steps:
        parts += [Text(), _sentence(page, version.summary, catalogue, style="bold")]
    for facet, groups in sections_of(page.guide):
        lines = [line for group in groups for line in _group(page, group, catalogue)]
        parts += _part(page.heading(facet, catalogue), lines)
    for _, heading, said in beside_parts(page, catalogue):
        parts += _part(heading, [_beside(line, catalogue) for line in said])
        if said[0].kind is BesideKind.SAID:
            parts.append(indented(Text(catalogue.say("guide_beside_note"), style="dim"), _MARGIN))
    if version.open_facets:
        still = open_lines(version.open_facets, catalogue)
        parts += _part(catalogue.say("guide_open"), _bullets(still))
    parts += _part(catalogue.say("guide_ask"), _bullets(map(one_line, who_to_ask(page))))
    right = max(0, width - _MAX_WIDTH)
    room = None if trail else min(width, _MAX_WIDTH) - _MARGIN
    sources = [_source(page, source, room) for source in page.sources.listed]
    parts += _part(catalogue.say("guide_sources"), sources)
    entries = list(trail_entries(page, catalogue))
    if trail:
        shown = [line for entry in entries for line in _entry_lines(entry)]
        parts += _part(catalogue.say("guide_trail"), shown)
    elif entries:
        told = catalogue.say("guide_trail_hidden", steps=counted(len(entries), "step"))
        parts += [Text(), Text(told, style="dim")]
    return Padding(Stack(*parts), (0, right, 0, 0))


def _part(heading: str, lines: Sequence[RenderableType]) -> list[RenderableType]:
    return [Text(), Text(heading.upper(), style="bold"), *lines] if lines else []


def _bullets(lines: Iterable[str]) -> list[RenderableType]:
    return [hanging("-", Text(line)) for line in lines]


def _group(page: GuidePage, group: Group, catalogue: Catalogue) -> Iterator[RenderableType]:
    """Steps by number, a contradiction below a line that says so, other points each."""
    if group.layout is Layout.DISPUTE:
        yield hanging("-", Text(catalogue.say("guide_disagree"), style="bold"))
        for point in group.points:
            who = _names(page, point.sentence)
            yield indented(
                hanging("-", _sentence(page, point.sentence, catalogue, lead=f"{who}: "))
            )
        return
    for point in group.points:
        mark = f"{point.number}." if group.layout is Layout.STEPS else "-"
        lead = f"{catalogue.say('guide_hard').capitalize()}: " if point.sentence.hard else ""
        if page.is_lesson:
            lead += f"{_names(page, point.sentence)}: "
        yield hanging(mark, _sentence(page, point.sentence, catalogue, lead=lead))


def _names(page: GuidePage, sentence: GuideSentence) -> str:
    """Whose words a sentence is, as they appear here."""
    return one_line(", ".join(dict.fromkeys(page.who(author) for author in sentence.author_ids)))


def _sentence(
    page: GuidePage,
    sentence: GuideSentence,
    catalogue: Catalogue,
    style: str = "",
    lead: str = "",
) -> Text:
    asked = one_line(page.asked(sentence, catalogue))
    question = (f"{asked} " if asked else "", "italic")
    marks = "".join(f" [{number}]" for number, _ in page.sources.marks(sentence))
    said = (one_line(sentence.text), style)
    return Text.assemble((lead, "bold"), question, said, (marks, "dim"))


def _beside(line: BesideLine, catalogue: Catalogue) -> RenderableType:
    """A quotation with who said it in front."""
    marks = "".join(f" [{number}]" for number, _ in line.marks)
    who = f"{one_line(line.shown_as(catalogue))}: "
    return hanging("-", Text.assemble((who, "bold"), one_line(line.text), (marks, "dim")))


def _source(page: GuidePage, source: Source, room: int | None) -> Padding:
    """A source on a line: who, where, when, and its words where no sentence has them verbatim.

    With no `room`, all of its words in full.
    """
    who = f"{one_line(page.who(source.author_id))}{place_of_source(page, source)}"
    told = {one_line(sentence.text) for sentence in page.guide.current.sentences()}
    told |= {one_line(span.quote) for step in page.quoted_steps() for span in step.quoted}
    quotes = [one_line(span.quote) for span, _ in source.quotes()]
    if room is not None:
        quotes = [words for words in quotes if not any(words in text for text in told)]
    mark = f"[{source.number}]"
    if not quotes:
        return hanging(mark, Text(who))
    words = " ".join(f"\u201c{quote}\u201d" for quote in quotes)
    left = room - cell_len(f"{mark} {who}: ") if room is not None else 0
    if left >= _FEWEST_CELLS:
        words = shorten(words, left)
    return hanging(mark, Text(f"{who}: {words}"))


def _entry_lines(entry: TrailEntry) -> Iterator[RenderableType]:
    """The head of a step, its words line by line, its code set in further and never rewrapped."""
    yield hanging("-", Text(one_line(entry.head()), style="italic"))
    for stretch in entry.stretches:
        shown = visible(stretch.text)
        if stretch.code:
            yield indented(Text(shown, overflow="fold", no_wrap=False), 6)
        else:
            yield indented(Text(shown.strip()), 4)
