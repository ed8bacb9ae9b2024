"""The command that writes published guides to a folder: as Markdown, or as a site with search."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tui.console import print_json, say, workplace
from tui.options import AsJson, InCommunity

if TYPE_CHECKING:
    from agent.services.export_folder import Written


class Kind(StrEnum):
    """What an export is made as."""

    MARKDOWN = "markdown"
    SITE = "site"


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("export")(export_guides)


def export_guides(
    ctx: typer.Context,
    to: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", help="A new folder, or an earlier export.")
    ],
    kind: Annotated[
        Kind, typer.Option("--format", help="markdown, or a site to read in a browser.")
    ] = Kind.MARKDOWN,
    community: InCommunity = None,
    as_json: AsJson = False,
) -> None:
    """Write the published guides to a folder, and keep it up to date.

    Doing it again updates the folder and removes guides that are no longer published. Files that
    the export did not write are never touched.
    """
    from agent.services.backup import know_export
    from agent.services.export_folder import ExportFolder, one_export_at_a_time
    from agent.services.exporting import published_guides
    from agent.services.identity import pick_community
    from agent.services.seeing import check_open_to
    from agent.services.stopping import list_stops
    from memory.records.keeping import CopyKind
    from tui.render.exported import file_names, markdown_files
    from tui.render.pages import guide_page
    from tui.render.site import check_generator, site_files
    from tui.render.stopped import exported_lines

    if kind is Kind.SITE:
        check_generator()
    mask = os.umask(0o077)  # what a home makes is private; what is exported is the caller's choice
    os.umask(mask)
    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        check_open_to(work, chosen)
        with one_export_at_a_time(work.home.lock_dir):
            folder = ExportFolder.open(to, chosen, kind.value)
            know_export(work, folder.path, CopyKind(kind.value), chosen.id)
            found = published_guides(work, chosen)
            pages = [guide_page(one.page, one.questions) for one in found]
            names = file_names([page.guide for page in pages], folder.before.names)
            make = site_files if kind is Kind.SITE else markdown_files
            notices = exported_lines(list_stops(work, chosen))
            files = make(chosen.name, pages, names, work.catalogue, notices)
            with _umask(mask):
                written = folder.write(files, {**folder.before.names, **names})
    ending = "html" if kind is Kind.SITE else "md"
    if as_json:
        guides = [
            {"id": page.guide.id, "title": page.guide.current.title, "file": f"{name}.{ending}"}
            for page in pages
            for name in (names[page.guide.id],)
        ]
        print_json(
            {
                "folder": str(folder.path),
                "format": kind.value,
                "community": chosen.name,
                "guides": guides,
                "written": list(written.written),
                "unchanged": list(written.unchanged),
                "removed": list(written.removed),
            }
        )
        return
    _tell(folder.path / f"index.{ending}", len(pages), written)


def _tell(index: Path, guides: int, written: Written) -> None:
    from rich.text import Text

    from tui.render.safe import one_line
    from tui.render.times import counted

    changed = (
        f"{counted(len(written.written), 'file')} written, {len(written.unchanged)} as before, "
        f"{len(written.removed)} removed."
    )
    say(Text(f"{counted(guides, 'published guide')}: {changed}"))
    say(Text(f"Begin with {one_line(str(index))}", overflow="fold"))


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    """Make files as the caller's shell would."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)
