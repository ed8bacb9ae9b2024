"""HTML of a post to plain text, with the author's own words kept apart from quotes and code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from lxml import etree

from agent.sources.own_words import SegmentedText, clean_text
from memory.records.talk import Segment, SegmentKind

_DROPPED = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "head"})
_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr"}
    | {"table", "tr", "dl", "dt", "dd", "section", "article", "aside", "details", "summary"}
)
_DROPPED_CLASSES = frozenset({"filename", "informations", "clicks", "katex-html"})
"""What forums write about a picture or a link, and the second drawing of a formula."""
_FOREIGN_CLASSES = frozenset({"quote", "onebox", "message_embed"})
"""Quoted posts and previews of linked pages."""
_INLINE = {"br": "\n", "code": "`"}
_PARSER = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
_SPACE = re.compile(r"[ \t\n\f]+")
_ANY_TAG = re.compile(r"<[^<>]*>")
_SPACES = re.compile(r" {2,}")
_AROUND_BREAK = re.compile(r" *\n *")


@dataclass(frozen=True, slots=True)
class HtmlText:
    """Plain text with segments, and the names of the images that stood in it."""

    segmented: SegmentedText
    images: tuple[str, ...]


def read_html(html: str) -> HtmlText:
    """Turn an HTML fragment into plain text.

    `<pre>` becomes CODE; `<blockquote>` (but a spoiler is the author's own), a forum's quoted post
    and the preview of a linked page QUOTE; inline code stands in backticks and a formula in dollar
    signs; list items begin `- ` or `1. `; links keep their text. Never fails: where the parser
    gives up (tags nested hundreds deep), the text without its tags is what remains.
    """
    source = f"<html><body>{html}</body></html>".replace("\0", "").encode("utf-8", "replace")
    writer = _Writer()
    root = etree.fromstring(source, _PARSER)
    if root is None or any(error.level_name == "FATAL" for error in _PARSER.error_log):
        writer.say(unescape(_ANY_TAG.sub(" ", html)))
    else:
        for element, leaving in _walk(root):
            if leaving:
                writer.leave(element)
            else:
                writer.enter(element)
    return HtmlText(writer.finished(), tuple(writer.images))


def _walk(root: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    """Yield each element twice, on entering and on leaving, in document order, unrecursively."""
    stack = [(root, False)]
    while stack:
        element, leaving = stack.pop()
        yield element, leaving
        if not leaving:
            stack.append((element, True))
            if len(element) and not _is_dropped(element) and element.tag not in {"pre", "math"}:
                stack.extend((child, False) for child in reversed(element))


class _Writer:
    """Writes blocks one after another and remembers where each one's words stand."""

    def __init__(self) -> None:
        self.images: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._segments: list[Segment] = []
        self._inline: list[str] = []
        self._quotes = 0
        self._lists: list[int | None] = []
        self._bullet = ""
        self._in_item = False

    def enter(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag in _BLOCKS:
            self._flush()
        if _is_foreign(element):
            self._quotes += 1
        elif tag in {"ul", "ol"}:
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._begin_item()
        elif tag == "img":
            self._see(element)
        elif tag in _INLINE:
            self._inline.append(_INLINE[tag])
        elif tag == "math":
            self._inline.append(_formula(element))
        if tag == "pre":
            self._write("".join(str(text) for text in element.itertext()), SegmentKind.CODE)
        elif tag != "math" and not _is_dropped(element) and element.text:
            self._inline.append(_SPACE.sub(" ", element.text))

    def leave(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag in _BLOCKS:
            self._flush()
        if _is_foreign(element):
            self._quotes -= 1
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._in_item = bool(self._lists)
        elif tag == "li":
            self._bullet = ""
        elif tag == "code":
            self._inline.append("`")
        elif tag in {"td", "th"}:
            self._inline.append(" ")
        if element.tail:
            self._inline.append(_SPACE.sub(" ", element.tail))

    def _see(self, image: etree._Element) -> None:
        """Keep the name of an image, but of an emoji its text."""
        if "emoji" in _classes(image):
            self._inline.append(image.get("alt") or "")
        elif name := (image.get("src") or "").rsplit("/", 1)[-1]:
            self.images.append(name)

    def say(self, text: str) -> None:
        """Take text that no element surrounds."""
        self._inline.append(_SPACE.sub(" ", text))

    def finished(self) -> SegmentedText:
        self._flush()
        return SegmentedText("".join(self._parts), tuple(self._segments))

    def _begin_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        indent = "  " * max(0, len(self._lists) - 1)
        self._bullet = f"{indent}- " if number is None else f"{indent}{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def _flush(self) -> None:
        text = "".join(self._inline).strip()
        self._inline.clear()
        if not text:
            return
        text = _AROUND_BREAK.sub("\n", _SPACES.sub(" ", text)).strip()
        if text.strip("`"):
            self._write(text, SegmentKind.QUOTE if self._quotes else SegmentKind.OWN)

    def _write(self, text: str, kind: SegmentKind) -> None:
        """Write one block: a blank line before it, or one line break between list items."""
        text = clean_text(text).strip("\n").rstrip()
        if not text.strip():
            return
        tight = bool(self._bullet) and self._in_item
        layout = ("\n" if tight else "\n\n") if self._parts else ""
        layout += ("> " if self._quotes else "") + self._bullet
        self._in_item = bool(self._lists)
        self._bullet = ""
        start = self._length + len(layout)
        self._parts += (layout, text)
        self._length = start + len(text)
        self._segments.append(Segment(kind=kind, start=start, end=self._length))


def _classes(element: etree._Element) -> frozenset[str]:
    return frozenset((element.get("class") or "").split())


def _is_dropped(element: etree._Element) -> bool:
    """Whether nothing of it is text: scripts, and what only decorates."""
    return str(element.tag) in _DROPPED or not _DROPPED_CLASSES.isdisjoint(_classes(element))


def _is_foreign(element: etree._Element) -> bool:
    """Whether it holds the words of others."""
    if element.tag == "blockquote":
        return "spoiler" not in _classes(element)
    return element.tag in {"aside", "div"} and not _FOREIGN_CLASSES.isdisjoint(_classes(element))


def _formula(element: etree._Element) -> str:
    """Return a formula as its author typed it, where the markup tells."""
    typed = element.find(".//annotation")
    words = typed.text if typed is not None else " ".join(str(t) for t in element.itertext())
    return f"${_SPACE.sub(' ', words or '').strip()}$"
