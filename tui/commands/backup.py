"""Commands that keep a second copy of a home: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tui.console import Session, print_json, say, say_next, workplace
from tui.options import AsJson

MEGABYTE = 1_000_000


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    ctx: typer.Context,
    to: Annotated[
        Path, typer.Argument(metavar="FILE_OR_FOLDER", help="A new file, or a folder for it.")
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a file that is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write everything this home holds to one file, while others go on working.

    The search index is left out, for it is built anew. The home remembers where its backups lie,
    so that `passdown forget` reaches them.
    """
    from agent.services.backup import back_up

    with workplace(ctx) as work:
        made = back_up(work, to, replace=replace)
    if as_json:
        print_json({"file": str(made.path), "manifest": made.manifest.model_dump(mode="json")})
        return
    from rich.text import Text

    from tui.render.safe import one_line
    from tui.render.times import counted

    files = counted(len(made.manifest.files), "file")
    say(Text(f"Backed up: {files}, {made.size / MEGABYTE:.1f} MB before packing."))
    say(Text(one_line(str(made.path)), overflow="fold"))
    say_next(("passdown restore BACKUP --into HOME", "make a home of it"))


def restore(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="What `backup` wrote.")],
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="HOME", help="Another home than the usual one."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Into a home that holds something, which then goes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a home of a backup, after checking all of it.

    Whom the home has forgotten since does not come back.
    """
    from agent.services.restore import restore_backup
    from memory.home import usual_home

    session = ctx.find_object(Session) or Session()
    done = restore_backup(source, into or session.home or usual_home(), replace=replace)
    if as_json:
        print_json(
            {
                "home": str(done.home),
                "made_at": done.manifest.made_at.isoformat(),
                "passages": done.passages,
                "forgotten_again": done.forgotten,
            }
        )
        return
    from rich.text import Text

    from tui.render.safe import one_line
    from tui.render.times import counted

    say(Text(f"Restored as of {done.manifest.made_at:%Y-%m-%d %H:%M} UTC."))
    say(Text(f"The index is built anew: {counted(done.passages, 'passage')}."))
    if done.forgotten:
        say(Text(f"Forgotten here, and so in the copy too: {done.forgotten}."))
    say(Text(one_line(str(done.home)), overflow="fold"))
    say_next(("passdown doctor", "check the home"), ("passdown status", "how things stand"))
