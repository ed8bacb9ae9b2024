"""A guide as Markdown with lasting anchors: words of people are literal text throughout."""

from __future__ import annotations

from collections.abc import Iterator

from memory.records.guide import GuideSentence
from memory.records.inquiry import Facet
from prompts.catalogue import Catalogue
from tui.render.arrangement import Group, Layout, sections_of
from tui.render.beside import BesideKind, BesideLine, beside_parts
from tui.render.guide import (
    GuidePage,
    Source,
    dateline,
    open_lines,
    part_anchor,
    place_of_source,
    who_to_ask,
)
from tui.render.marks import mark_lines
from tui.render.safe import markdown_code, markdown_prose, markdown_text
from tui.render.times import counted
from tui.render.trail import TrailEntry, trail_entries

_BEYOND_LINKS = frozenset(" <>()[]\\`\n\"'")
"""Characters that may not stand in the address of a link; it is left out then."""


def guide_markdown(page: GuidePage, catalogue: Catalogue) -> str:
    """The whole guide: summary, sections, open ends, whom to ask, sources, the folded debate."""
    guide = page.guide
    version = guide.current
    asked = _asked(page, version.summary, catalogue)
    summary = f"{asked}**{literal(version.summary.text)}**{_marks(page, version.summary)}"
    anchor = _anchor(part_anchor(guide.id, "summary"))
    blocks = [
        f"# {literal(version.title)}",
        anchor if page.opens_with_steps else f"{anchor}{summary}",
        f"*{dateline(page, catalogue)}*",
        *(f"> **{markdown_text(line)}**" for line in mark_lines(page.marks)),
    ]
    for facet, groups in sections_of(guide):
        lists = [_group(page, group, catalogue) for group in groups]
        blocks += _part(guide.id, facet, page.heading(facet, catalogue), "\n\n".join(lists))
    for name, heading, said in beside_parts(page, catalogue):
        body = "\n".join(_beside(page, line, catalogue) for line in said)
        if said[0].kind is BesideKind.SAID:
            body += f"\n\n*{markdown_text(catalogue.say('guide_beside_note'))}*"
        blocks += _part(guide.id, f"beside-{name}", heading, body)
    if version.open_facets:
        still = [f"- {line}" for line in open_lines(version.open_facets, catalogue)]
        blocks += _part(guide.id, "open", catalogue.say("guide_open"), "\n".join(still))
    askable = [f"- {markdown_text(who)}" for who in who_to_ask(page)]
    if askable:
        blocks += _part(guide.id, "ask", catalogue.say("guide_ask"), "\n".join(askable))
    sources = [_source_line(page, source) for source in page.sources.listed]
    blocks += _part(guide.id, "sources", catalogue.say("guide_sources"), "\n".join(sources))
    blocks += _folded_trail(page, catalogue)
    return "\n\n".join(blocks) + "\n"


def literal(text: str) -> str:
    """Words of people on one line, `code` among them; never nothing, so that no mark is empty."""
    return markdown_prose(text) or "\u2026"


def _part(guide_id: str, part: Facet | str, heading: str, body: str) -> list[str]:
    anchor = _anchor(part_anchor(guide_id, part))
    return [anchor, f"## {markdown_text(heading)}", body]


def _anchor(name: str) -> str:
    return f'<a id="{name}"></a>'


def _group(page: GuidePage, group: Group, catalogue: Catalogue) -> str:
    """Steps by number, a contradiction as a list below a line that says so, other points each."""
    if group.layout is Layout.DISPUTE:
        said = [
            f"  - {_anchor(point.anchor)}**{_names(page, point.sentence)}**: "
            f"{_sentence(page, point.sentence, catalogue)}"
            for point in group.points
        ]
        return "\n".join([f"- {markdown_text(catalogue.say('guide_disagree'))}", *said])
    lines: list[str] = []
    for point in group.points:
        mark = f"{point.number}." if group.layout is Layout.STEPS else "-"
        hard = f"**{catalogue.say('guide_hard').capitalize()}:** " if point.sentence.hard else ""
        words = _sentence(page, point.sentence, catalogue)
        if page.is_lesson:
            words = f"**{_names(page, point.sentence)}**: {words}"
        lines.append(f"{mark} {_anchor(point.anchor)}{hard}{words}")
    return "\n".join(lines)


def _names(page: GuidePage, sentence: GuideSentence) -> str:
    names = dict.fromkeys(page.who(author) for author in sentence.author_ids)
    return markdown_text(", ".join(names)) or "\u2026"


def _sentence(page: GuidePage, sentence: GuideSentence, catalogue: Catalogue) -> str:
    asked = _asked(page, sentence, catalogue)
    return f"{asked}{literal(sentence.text)}{_marks(page, sentence)}"


def _asked(page: GuidePage, sentence: GuideSentence, catalogue: Catalogue) -> str:
    """The question that a sentence answers, in italics, where it says not what it is about."""
    asked = page.asked(sentence, catalogue)
    return f"*{literal(asked)}* " if asked else ""


def _beside(page: GuidePage, line: BesideLine, catalogue: Catalogue) -> str:
    """A quotation with who said it in front."""
    anchors = page.sources.anchors
    marks = "".join(f" [\\[{number}\\]](#{anchors[span]})" for number, span in line.marks)
    return f"- **{markdown_text(line.shown_as(catalogue))}**: {literal(line.text)}{marks}"


def _marks(page: GuidePage, sentence: GuideSentence) -> str:
    sources = page.sources
    return "".join(
        f" [\\[{number}\\]](#{sources.anchors[span]})" for number, span in sources.marks(sentence)
    )


def _source_line(page: GuidePage, source: Source) -> str:
    """Who, where and when, the words, and where they stand in the debate or the archive."""
    anchors = page.sources.anchors
    quotes = " ".join(
        f"{''.join(_anchor(anchors[s]) for s in within)}\u201c{literal(span.quote)}\u201d"
        for span, within in source.quotes()
    )
    who = f"{markdown_text(page.who(source.author_id))}{place_of_source(page, source)}"
    message_id = source.spans[0].message_id
    links = ""
    if page.may_open(message_id):
        if any(step.message_id == message_id for step in page.guide.current.trail):
            links += f" ([in the debate](#{part_anchor(page.guide.id, message_id)}))"
        address = page.links.get(message_id, "")
        if address.startswith(("https://", "http://")) and not set(address) & _BEYOND_LINKS:
            links += f" ([in the archive]({address}))"
    return f"{source.number}. {who}: {quotes}{links}"


def _folded_trail(page: GuidePage, catalogue: Catalogue) -> list[str]:
    entries = list(trail_entries(page, catalogue))
    if not entries:
        return []
    told = f"{catalogue.say('guide_trail')}: {counted(len(entries), 'step')}"
    anchor = _anchor(part_anchor(page.guide.id, "trail"))
    opening = f"<details>\n<summary>{told}</summary>"
    seen: set[str] = set()
    blocks = [anchor, opening]
    for entry in entries:
        blocks += _entry_blocks(page, entry, seen)
    return [*blocks, "</details>"]


def _entry_blocks(page: GuidePage, entry: TrailEntry, seen: set[str]) -> Iterator[str]:
    """The head of a step, then its words as paragraphs and its code as code."""
    anchor = ""
    if entry.message_id is not None and entry.message_id not in seen:
        seen.add(entry.message_id)
        anchor = _anchor(part_anchor(page.guide.id, entry.message_id))
    day = f", {entry.day}" if entry.day else ""
    who = markdown_text(entry.who) or "\u2026"
    yield f"{anchor}**{who}** {markdown_text(entry.part)}{day}"
    for stretch in entry.stretches:
        if stretch.code:
            yield markdown_code(stretch.text)
            continue
        lines = [markdown_prose(line) for line in stretch.text.splitlines()]
        if any(lines):
            yield "\\\n".join(line for line in lines if line)
