"""An export as a static site with search: Sphinx builds it from the same Markdown.

Nothing in it comes from another host, and it is read from a folder or any web server.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files as package_files
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.cells import cell_len

from memory.errors import StoreError, UserInputError
from prompts.catalogue import Catalogue
from tui.render.exported import markdown_files
from tui.render.guide import GuidePage, dateline
from tui.render.safe import one_line

_NEEDED = ("sphinx", "myst_parser")
_MARKS = re.compile(r"([^\w\s]|_)")
_LAST = ("searchindex.js", "index.html")


def check_generator() -> None:
    """Raises `UserInputError` that says what to install where the generator is not there."""
    if any(find_spec(module) is None for module in _NEEDED):
        raise UserInputError(
            "a site is built by Sphinx, which is not installed here; run "
            "`pip install 'passdown[site]'`, or export with --format markdown"
        )


def site_files(
    name: str,
    pages: Sequence[GuidePage],
    names: Mapping[str, str],
    catalogue: Catalogue,
    notices: Sequence[str] = (),
) -> dict[str, bytes]:
    """Each file of the site by its relative path, what leads to others last.

    `notices` stand above the list of the first page.
    Raises `StoreError` with the generator's words where it does not build.
    """
    with TemporaryDirectory(prefix="passdown-site-") as scratch:
        source, static, built = (Path(scratch) / part for part in ("source", "static", "built"))
        for folder in (source, static):
            folder.mkdir()
        written = markdown_files(name, pages, names, catalogue)
        del written["index.md"]
        for path, content in written.items():
            (source / path).write_bytes(content)
        first = _index(name, pages, names, catalogue, notices)
        (source / "index.rst").write_text(first, encoding="utf-8")
        style = package_files("tui.render").joinpath("site.css").read_text(encoding="utf-8")
        (static / "custom.css").write_text(style, encoding="utf-8")
        _build(source, built, _settings(catalogue.say("guide_index", name=name), static))
        found = {
            file.relative_to(built).as_posix(): file.read_bytes()
            for file in sorted(built.rglob("*"))
            if file.is_file() and file.name != ".buildinfo"
        }
    return {path: found[path] for path in sorted(found, key=lambda path: (path in _LAST, path))}


def _settings(title: str, static: Path) -> dict[str, Any]:
    """Sphinx's settings. `project` goes into pages as it is, so it is escaped here."""
    return {
        "project": html.escape(one_line(title)),
        "html_title": one_line(title),
        "extensions": ["myst_parser"],
        "myst_commonmark_only": True,
        "smartquotes": False,
        "highlight_language": "none",
        "html_theme": "alabaster",
        "html_theme_options": {"show_powered_by": "false", "page_width": "1000px"},
        "html_sidebars": {"**": ["about.html", "searchbox.html", "localtoc.html"]},
        "html_static_path": [str(static)],
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_sphinx": False,
        "html_show_copyright": False,
        "html_use_index": False,
        "html_domain_indices": False,
        "html_permalinks": False,
    }


def _build(source: Path, built: Path, settings: dict[str, Any]) -> None:
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = StringIO()
    doctrees = source.parent / "doctrees"
    try:
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                source, None, built, doctrees, "html", settings, None, warnings, freshenv=True
            )
            app.build()
    except SphinxError as error:
        raise StoreError(f"the site cannot be built: {error}") from error
    if app.statuscode or warnings.getvalue():
        raise StoreError(f"the site cannot be built: {one_line(warnings.getvalue())}")


def _index(
    name: str,
    pages: Sequence[GuidePage],
    names: Mapping[str, str],
    catalogue: Catalogue,
    notices: Sequence[str],
) -> str:
    """The first page, in the generator's own markup, whose list of pages it needs."""
    title = _literal(catalogue.say("guide_index", name=name))
    lines = [title, "=" * max(1, cell_len(title)), ""]
    lines += [".. toctree::", "   :hidden:", "", *(f"   {names[p.guide.id]}" for p in pages), ""]
    for notice in notices:
        lines += [f"**{_literal(notice)}**", ""]
    for page in pages:
        told = _literal(page.guide.current.summary.text)
        date = _literal(dateline(page, catalogue))
        lines += [f":doc:`{names[page.guide.id]}`", f"    {told}", "", f"    *{date}*", ""]
    if not pages:
        lines.append(_literal(catalogue.say("guide_none")))
    return "\n".join(lines) + "\n"


def _literal(text: str) -> str:
    """Words on one line as they are: every mark is escaped."""
    return _MARKS.sub(r"\\\1", one_line(text)) or "\u2026"
