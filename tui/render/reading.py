"""A guide to read on a screen: limits right after the advice, each sentence a way to its source.

Keys of blocks: `s:NUMBER` a sentence of the page by number, 0 being the summary; `q:NUMBER` a
source; `t:NUMBER` a step of the trail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.text import Text

from memory.records.feedback import Feedback, FeedbackKind
from memory.records.guide import GuideSentence
from memory.records.inquiry import Facet
from prompts.catalogue import Catalogue
from prompts.recall import load_recall
from tui.render.arrangement import Group, Layout, sections_of
from tui.render.beside import BesideKind, BesideLine, beside_parts
from tui.render.blocks import Block
from tui.render.guide import (
    GuidePage,
    Source,
    dateline,
    open_lines,
    place_of_source,
    who_to_ask,
)
from tui.render.listing import hanging, indented
from tui.render.safe import one_line, visible
from tui.render.source import Lead, leads_of
from tui.render.times import counted, said_date
from tui.render.trail import TrailEntry, trail_entries

EMPTY = Block(Text())


class ReadingPage:
    """The blocks of one guide, and the sentences that their keys stand for."""

    def __init__(self, page: GuidePage, catalogue: Catalogue) -> None:
        self._page = page
        self._catalogue = catalogue
        self.sentences: list[GuideSentence] = []
        """By number, as blocks name them: in the order of the screen."""

    def blocks(
        self,
        now: datetime,
        *,
        unfolded: bool,
        said: Sequence[str] = (),
        reasons: Sequence[str] = (),
        versions: Sequence[str] = (),
    ) -> list[Block]:
        """Everything there is to read. `said` is what readers said, in words; `reasons` why it
        failed some of them, for those who may read that; with `unfolded`, the trail.
        """
        page, version = self._page, self._page.guide.current
        head = [Text(one_line(version.title), style="bold underline")]
        head.append(Text(dateline(page, self._catalogue, now), style="dim"))
        head += [Text(one_line(line), style="dim") for line in said]
        blocks = [Block(Stack(*head)), EMPTY, self._point(version.summary, style="bold")]
        sections = list(sections_of(page.guide))
        blocks += self._limits(sections)
        for facet, groups in sections:
            if facet is not Facet.BOUNDARY:
                blocks += self._part(page.heading(facet, self._catalogue), self._groups(groups))
        for _, heading, quoted in beside_parts(page, self._catalogue):
            blocks += self._part(heading, [self._beside(line) for line in quoted])
            if quoted[0].kind is BesideKind.SAID:
                note = Text(self._catalogue.say("guide_beside_note"), style="dim")
                blocks.append(Block(indented(note, 2)))
        blocks += self._plain_part(
            self._catalogue.say("guide_open"), open_lines(version.open_facets, self._catalogue)
        )
        blocks += self._plain_part(
            self._catalogue.say("guide_ask"), [one_line(who) for who in who_to_ask(page)]
        )
        blocks += self._plain_part("Where it did not work", [one_line(why) for why in reasons])
        blocks += self._part(self._catalogue.say("guide_sources"), self._sources())
        blocks += self._trail(unfolded=unfolded)
        blocks += self._plain_part("Versions", list(versions))
        return blocks

    def leads(self, key: str) -> list[Lead]:
        """Where a block leads: to the messages of a sentence, a source, or a step of the trail.

        Only to those that readers may open; none, where everybody behind it stays unnamed.
        """
        kind, _, number = key.partition(":")
        if not number:
            return []
        if kind == "s":
            found = leads_of(self.sentences[int(number)].evidence)
        elif kind == "q":
            found = leads_of(self._page.sources.listed[int(number) - 1].spans)
        else:
            found = [Lead(self._page.guide.current.trail[int(number)].message_id)]
        return [lead for lead in found if self._page.may_open(lead.message_id)]

    def _part(self, heading: str, blocks: Sequence[Block]) -> list[Block]:
        if not blocks:
            return []
        return [EMPTY, Block(Text(heading.upper(), style="bold")), *blocks]

    def _plain_part(self, heading: str, lines: Sequence[str]) -> list[Block]:
        return self._part(heading, [Block(hanging("-", Text(line))) for line in lines])

    def _limits(self, sections: Sequence[tuple[Facet, list[Group]]]) -> list[Block]:
        """When it does not apply, or that nobody has said so."""
        for facet, groups in sections:
            if facet is Facet.BOUNDARY:
                return self._part(self._page.heading(facet, self._catalogue), self._groups(groups))
        if self._page.guide.current.states(Facet.BOUNDARY):
            return []
        return [EMPTY, Block(Text(load_recall().say("limits_open"), style="italic"))]

    def _groups(self, groups: Sequence[Group]) -> list[Block]:
        return [block for group in groups for block in self._group(group)]

    def _group(self, group: Group) -> Iterator[Block]:
        """Steps by number, a contradiction below a line that says so, other points each."""
        if group.layout is Layout.DISPUTE:
            yield Block(hanging("-", Text(self._catalogue.say("guide_disagree"), style="bold")))
            for point in group.points:
                lead = f"{self._names(point.sentence)}: "
                yield self._point(point.sentence, mark="-", lead=lead, columns=2)
            return
        for point in group.points:
            mark = f"{point.number}." if group.layout is Layout.STEPS else "-"
            hard = self._catalogue.say("guide_hard").capitalize()
            lead = f"{hard}: " if point.sentence.hard else ""
            if self._page.is_lesson:
                lead += f"{self._names(point.sentence)}: "
            yield self._point(point.sentence, mark=mark, lead=lead)

    def _point(
        self,
        sentence: GuideSentence,
        *,
        mark: str = "",
        lead: str = "",
        style: str = "",
        columns: int = 0,
    ) -> Block:
        """A sentence with the numbers of its sources; its key is its number on this screen."""
        key = f"s:{len(self.sentences)}"
        self.sentences.append(sentence)
        marks = "".join(f" [{number}]" for number, _ in self._page.sources.marks(sentence))
        asked = one_line(self._page.asked(sentence, self._catalogue))
        question = (f"{asked} " if asked else "", "italic")
        said = (one_line(sentence.text), style)
        text = Text.assemble((lead, "bold"), question, said, (marks, "dim"))
        content: RenderableType = hanging(mark, text) if mark else text
        return Block(indented(content, columns) if columns else content, key)

    def _beside(self, line: BesideLine) -> Block:
        """A quotation with who said it in front; it leads where its source leads."""
        marks = "".join(f" [{number}]" for number, _ in line.marks)
        who = f"{one_line(line.shown_as(self._catalogue))}: "
        text = Text.assemble((who, "bold"), one_line(line.text), (marks, "dim"))
        return Block(hanging("-", text), f"q:{line.marks[0][0]}")

    def _names(self, sentence: GuideSentence) -> str:
        names = dict.fromkeys(self._page.who(author) for author in sentence.author_ids)
        return one_line(", ".join(names))

    def _sources(self) -> list[Block]:
        return [self._source(source) for source in self._page.sources.listed]

    def _source(self, source: Source) -> Block:
        who = f"{one_line(self._page.who(source.author_id))}{place_of_source(self._page, source)}"
        quotes = (one_line(span.quote) for span, _ in source.quotes())
        words = " ".join(f"\u201c{quote}\u201d" for quote in quotes)
        return Block(hanging(f"[{source.number}]", Text(f"{who}: {words}")), f"q:{source.number}")

    def _trail(self, *, unfolded: bool) -> list[Block]:
        """One line that tells of the debate, or all of it."""
        entries = list(trail_entries(self._page, self._catalogue))
        if not entries:
            return []
        heading = self._catalogue.say("guide_trail")
        steps = counted(len(entries), "step")
        if not unfolded:
            return [EMPTY, Block(Text(f"\u25b8 {heading} ({steps})", style="bold"), "t:")]
        title = Block(Text(f"\u25be {heading} ({steps})", style="bold"), "t:")
        shown = [
            Block(Stack(*_entry_lines(entry)), f"t:{number}")
            for number, entry in enumerate(entries)
        ]
        return [EMPTY, title, *shown]


def _entry_lines(entry: TrailEntry) -> Iterator[RenderableType]:
    """The head of a step, then its words, code never rewrapped."""
    yield hanging("-", Text(one_line(entry.head()), style="italic"))
    for stretch in entry.stretches:
        shown = visible(stretch.text)
        words = Text(shown, overflow="fold") if stretch.code else Text(shown.strip())
        yield indented(words, 6 if stretch.code else 4)


def said_words(helped: int, failed: int, own: Feedback | None) -> list[str]:
    """What readers said, in numbers; then what this reader said, which they can take back."""
    lines = []
    if helped or failed:
        people = "1 person" if helped == 1 else f"{helped:,} people"
        lines.append(f"Helped {people} \u00b7 did not work for {failed:,}")
    if own is not None and own.kind is FeedbackKind.HELPED:
        lines.append("You said that it helped.")
    elif own is not None:
        lines.append(f"You said that it did not work here: {own.because}")
    return lines


def version_words(numbers: Sequence[tuple[int, datetime]], current: int) -> list[str]:
    """Versions newest first, by number and day."""
    return [
        f"version {number}, {said_date(at)}{' (this one)' if number == current else ''}"
        for number, at in reversed(numbers)
    ]
