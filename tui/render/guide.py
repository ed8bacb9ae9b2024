"""A guide as Markdown and on the terminal: sections, numbered citations, open ends, the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from memory.records.guide import Guide, GuideSentence, TrailStep
from memory.records.inquiry import Facet
from memory.records.people import Credit, Member, Role
from memory.records.talk import EvidenceSpan, Message, MessageKind
from prompts.catalogue import Catalogue
from tui.render.listing import hanging, shorten
from tui.render.safe import markdown_text, one_line, visible

_UNNAMED = "a member of this community"
_MAX_WIDTH = 88
_MARGIN = 2
_FEWEST_CELLS = 20
"""Columns below which a source's words wrap rather than being cut to fit the line."""
_WORDS_OF_SOURCE = 8
"""Words of a source that the terminal prints; the page and the trail keep them all."""
_OPEN_IN_FULL = 3
_KINDS_OF_MEMBER = frozenset({Role.PERIPHERAL, Role.ACTIVE, Role.CORE})


@dataclass(frozen=True, slots=True)
class GuidePage:
    """Everything that a guide's page shows. Built by whoever may read the records."""

    guide: Guide
    members: Mapping[str, Member]
    """People by id: authors and those in the trail."""
    messages: Mapping[str, Message]
    """Cited messages and those of the trail, by id."""
    credit: Mapping[str, Credit] = field(default_factory=dict)
    """How each person appears in this guide; who is missing appears by their own consent."""
    questions: Mapping[str, str] = field(default_factory=dict)
    """Texts of the agent's questions, by id."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Addresses of messages in their archive, by id, where there are any."""

    def credit_of(self, member_id: str | None) -> Credit:
        """How a person appears; nobody who is unknown is named."""
        if member_id is None or member_id not in self.members:
            return Credit.CHATHAM_HOUSE
        return self.credit.get(member_id, self.members[member_id].consent.credit)

    def who(self, member_id: str | None) -> str:
        """A person's name, title or nothing but membership, as consented."""
        credit = self.credit_of(member_id)
        if member_id is None or credit is Credit.CHATHAM_HOUSE:
            return _UNNAMED
        member = self.members[member_id]
        if credit is Credit.CREDITED:
            return member.name or member.handle
        if member.title:
            return member.title
        role = member.roles[0] if member.roles else Role.PERIPHERAL
        kind = f"{role.replace('_', ' ')}{' member' if role in _KINDS_OF_MEMBER else ''}"
        return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind} of this community"

    def may_open(self, message_id: str) -> bool:
        """Whether readers may learn which message this is."""
        message = self.messages.get(message_id)
        return message is not None and self.credit_of(message.author_id) is Credit.CREDITED

    def is_named(self, member_id: str | None) -> bool:
        """Whether anything but membership is told of this person."""
        return self.credit_of(member_id) is not Credit.CHATHAM_HOUSE


@dataclass(frozen=True, slots=True)
class Note:
    """One numbered citation."""

    number: int
    span: EvidenceSpan
    author_id: str | None


def notes_of(page: GuidePage) -> dict[EvidenceSpan, Note]:
    """Number the citations in the order of reading; one number per span."""
    notes: dict[EvidenceSpan, Note] = {}
    for sentence in page.guide.current.sentences():
        for span in sentence.evidence:
            message = page.messages.get(span.message_id)
            author = message.author_id if message else sentence.author_id
            notes.setdefault(span, Note(len(notes) + 1, span, author))
    return notes


def open_lines(open_facets: Sequence[Facet], catalogue: Catalogue) -> list[str]:
    """What nobody has said: the weightiest facets in a sentence each, the others by name."""
    lines = [catalogue.facets[facet].open_line for facet in open_facets[:_OPEN_IN_FULL]]
    others = [catalogue.facets[facet].heading for facet in open_facets[_OPEN_IN_FULL:]]
    return [*lines, f"Nor: {'; '.join(others)}."] if others else lines


def _marks(sentence: GuideSentence, notes: Mapping[EvidenceSpan, Note]) -> list[int]:
    return sorted(notes[span].number for span in sentence.evidence)


def _place(page: GuidePage, note: Note) -> str:
    """Where and when a citation was said, as far as its author lets readers know."""
    message = page.messages.get(note.span.message_id)
    if message is None or not page.is_named(note.author_id):
        return ""
    where = "interview" if message.kind is MessageKind.INTERVIEW else message.kind.value
    return f", {where}, {message.sent_at:%d %b %Y}"


def guide_markdown(page: GuidePage, catalogue: Catalogue) -> str:
    """The guide as Markdown with stable anchors. Words of people are literal text throughout."""
    version, notes = page.guide.current, notes_of(page)
    blocks = [f"# {markdown_text(version.title)}"]
    blocks.append(f"**{markdown_text(version.summary.text)}**{_references(version.summary, notes)}")
    for section in version.sections:
        heading = catalogue.facets[section.facet].heading
        lines = [f'<a id="{section.facet.lower()}"></a>', "", f"## {heading}", ""]
        lines += [f"- {markdown_text(s.text)}{_references(s, notes)}" for s in section.sentences]
        blocks.append("\n".join(lines))
    if version.open_facets:
        still = [f"- {line}" for line in open_lines(version.open_facets, catalogue)]
        blocks.append("\n".join(['<a id="open"></a>', "", "## Still open", "", *still]))
    askable = _who_to_ask(page)
    if askable:
        names = ", ".join(markdown_text(name) for name in askable)
        blocks.append(f'<a id="ask"></a>\n\n## Who to ask\n\n{names}')
    sources = [_source_line(page, note) for note in notes.values()]
    blocks.append("\n".join(['<a id="sources"></a>', "", "## Sources", "", *sources]))
    blocks.append(_folded_trail(page))
    blocks.append(f"*{'. '.join(_life(page))}.*")
    return "\n\n".join(blocks) + "\n"


def _references(sentence: GuideSentence, notes: Mapping[EvidenceSpan, Note]) -> str:
    return "".join(f" [\\[{n}\\]](#source-{n})" for n in _marks(sentence, notes))


def _source_line(page: GuidePage, note: Note) -> str:
    words = markdown_text(note.span.quote)
    who = markdown_text(page.who(note.author_id))
    link = page.links.get(note.span.message_id, "")
    opened = ""
    if page.may_open(note.span.message_id):
        opened = f", `{note.span.message_id}`"
        if link.startswith(("https://", "http://")) and not set(link) & set(" <>()\n\"'"):
            opened = f", [open]({link})"
    return (
        f'{note.number}. <a id="source-{note.number}"></a>\u201c{words}\u201d'
        f" \u2014 {who}{_place(page, note)}{opened}"
    )


def _who_to_ask(page: GuidePage) -> list[str]:
    authors = dict.fromkeys(s.author_id for s in page.guide.current.sentences())
    named = (a for a in authors if page.credit_of(a) is Credit.CREDITED)
    return [page.who(author) for author in named]


def _trail_lines(page: GuidePage) -> Iterator[tuple[str, str]]:
    """Who did what and when, and the words; nothing told of those who stay unnamed."""
    for step in page.guide.current.trail:
        message = page.messages.get(step.message_id)
        question = page.questions.get(step.question_id or "", "")
        named = message is not None and page.is_named(message.author_id)
        if step.part == "the agent asked":
            yield (f"{_day(step)} {step.part}", question) if named else (step.part, "")
        elif message is not None and named:
            yield f"{_day(step)} {page.who(step.author_id)} {step.part}", message.own_words()
        else:
            yield f"{page.who(step.author_id)} {step.part}", ""


def _day(step: TrailStep) -> str:
    return f"{step.at:%d %b %Y}:"


def _folded_trail(page: GuidePage) -> str:
    lines = ["<details>", "<summary>How we got here</summary>", ""]
    for head, words in _trail_lines(page):
        said = f": {markdown_text(words)}" if words else ""
        lines.append(f"- *{markdown_text(head)}*{said}")
    return "\n".join([*lines, "", "</details>"])


def _life(page: GuidePage) -> list[str]:
    """Status and dates, and what the numbers say."""
    guide, measures = page.guide, page.guide.current.measures
    parts = [f"Version {guide.current.number}, {guide.status}"]
    if guide.published_at is not None:
        parts.append(f"Published {guide.published_at:%d %b %Y}")
    if guide.review_by is not None:
        parts.append(f"Review by {guide.review_by:%d %b %Y}")
    parts.append(f"{measures.words} words")
    return parts


def guide_renderable(
    page: GuidePage, catalogue: Catalogue, width: int = 80, *, trail: bool = False
) -> RenderableType:
    """The guide for a terminal of `width` columns; meaning never rests on colour alone.

    With `trail`, the debate and every source in full.
    """
    version, notes = page.guide.current, notes_of(page)
    parts: list[RenderableType] = [
        Text(one_line(version.title), style="bold underline"),
        Text(),
        _sentence(version.summary, notes, style="bold"),
    ]
    for section in version.sections:
        parts += [Text(), Text(catalogue.facets[section.facet].heading.upper(), style="bold")]
        parts += [_bullet(_sentence(s, notes)) for s in section.sentences]
    if version.open_facets:
        parts += [Text(), Text("STILL OPEN", style="bold")]
        parts += [_bullet(Text(line)) for line in open_lines(version.open_facets, catalogue)]
    if _who_to_ask(page):
        parts += [Text(), Text("WHO TO ASK", style="bold")]
        parts.append(_bullet(Text(one_line(", ".join(_who_to_ask(page))))))
    parts += [Text(), Text("SOURCES", style="bold")]
    right = max(0, width - _MAX_WIDTH)
    room = min(width, _MAX_WIDTH) - _MARGIN
    parts += [_footnote(page, note, None if trail else room) for note in notes.values()]
    if trail:
        parts += [Text(), Text("HOW WE GOT HERE", style="bold")]
        for head, words in _trail_lines(page):
            parts.append(_bullet(Text(one_line(head), style="italic")))
            if words:
                parts.append(Padding(Text(visible(words).strip()), (0, 0, 0, 4)))
    parts += [Text(), Text(". ".join(_life(page)) + ".", style="dim")]
    return Padding(Group(*parts), (0, right, 0, 0))


def _sentence(sentence: GuideSentence, notes: Mapping[EvidenceSpan, Note], style: str = "") -> Text:
    marks = "".join(f" [{n}]" for n in _marks(sentence, notes))
    return Text.assemble((one_line(sentence.text), style), (marks, "dim"))


def _bullet(text: Text) -> Padding:
    return hanging("-", text)


def _footnote(page: GuidePage, note: Note, room: int | None) -> Padding:
    """A source: who, where, when and its words, cut to its first ones within `room` columns."""
    who = f"{one_line(page.who(note.author_id))}{_place(page, note)}: "
    words = one_line(note.span.quote)
    if room is not None:
        first = words.split(" ")
        cut = " ".join(first[:_WORDS_OF_SOURCE])
        cut += "\u2026" if len(first) > _WORDS_OF_SOURCE else ""
        left = room - cell_len(f"[{note.number}] {who}\u201c\u201d")
        kept = first[:_WORDS_OF_SOURCE]
        while len(kept) > 1 and left >= _FEWEST_CELLS and cell_len(cut) > left:
            kept = kept[:-1]
            cut = " ".join(kept) + "\u2026"
        words = shorten(cut, left) if left >= _FEWEST_CELLS else cut
    return hanging(f"[{note.number}]", Text(f"{who}\u201c{words}\u201d"))
