"""The files of an export as Markdown: one a guide, named for good, and an index of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from memory.records.guide import Guide
from prompts.catalogue import Catalogue
from tui.render.guide import GuidePage, dateline
from tui.render.guide_markdown import guide_markdown, literal
from tui.render.safe import markdown_text

_LONGEST_NAME = 60
"""Characters of a title that a file is named after."""


def file_names(guides: Sequence[Guide], known: Mapping[str, str]) -> dict[str, str]:
    """A name without ending for each guide, by id: words of its title, then its id.

    A guide that has a name in `known` keeps it, so that links to it last.
    """
    return {guide.id: known.get(guide.id) or _file_name(guide) for guide in guides}


def _file_name(guide: Guide) -> str:
    plain = unicodedata.normalize("NFKD", guide.current.title).casefold()
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    name = ""
    for word in words:
        if len(name) + len(word) >= _LONGEST_NAME:
            break
        name += f"{word}-"
    return f"{name}{guide.id}"


def markdown_files(
    name: str,
    pages: Sequence[GuidePage],
    names: Mapping[str, str],
    catalogue: Catalogue,
    notices: Sequence[str] = (),
) -> dict[str, bytes]:
    """Each file by its relative path; the index comes last, so that its links never dangle.

    `notices` stand above its list.
    """
    files = {
        f"{names[page.guide.id]}.md": guide_markdown(page, catalogue).encode() for page in pages
    }
    files["index.md"] = _index(name, pages, names, catalogue, notices).encode()
    return files


def _index(
    name: str,
    pages: Sequence[GuidePage],
    names: Mapping[str, str],
    catalogue: Catalogue,
    notices: Sequence[str],
) -> str:
    lines = [f"# {markdown_text(catalogue.say('guide_index', name=name))}", ""]
    lines += [line for notice in notices for line in (f"> **{markdown_text(notice)}**", "")]
    for page in pages:
        version = page.guide.current
        lines += [
            f"- [{literal(version.title)}]({names[page.guide.id]}.md)\\",
            f"  {literal(version.summary.text)}\\",
            f"  *{dateline(page, catalogue)}*",
        ]
    if not pages:
        lines.append(catalogue.say("guide_none"))
    return "\n".join(lines) + "\n"
