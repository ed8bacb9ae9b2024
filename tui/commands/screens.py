"""Commands that open the terminal interface, each at one of its parts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import UserInputError
from tui.options import AsWho, InCommunity

if TYPE_CHECKING:
    from pathlib import Path

Look = Annotated[str, typer.Option("--look", metavar="LOOK", help="dark, light or high-contrast.")]
_LOOKS = {"dark": "textual-dark", "light": "textual-light", "high-contrast": "high-contrast"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("expert")(open_inbox)
    app.command("steward")(open_desk)
    app.command("library")(open_library)


def open_inbox(
    ctx: typer.Context, community: InCommunity = None, as_who: AsWho = None, look: Look = "dark"
) -> None:
    """Open your inbox: questions to you, drafts, your words."""
    open_part(ctx, "inbox", community, as_who, look)


def open_desk(
    ctx: typer.Context, community: InCommunity = None, as_who: AsWho = None, look: Look = "dark"
) -> None:
    """Open the steward's desk: guides to judge beside their evidence."""
    open_part(ctx, "desk", community, as_who, look)


def open_library(
    ctx: typer.Context, community: InCommunity = None, as_who: AsWho = None, look: Look = "dark"
) -> None:
    """Open the library: ask, search, read."""
    open_part(ctx, "library", community, as_who, look)


def open_part(
    ctx: typer.Context, part: str, community: str | None, as_who: str | None, look: str
) -> None:
    """Run the screens on this terminal. Raises `UserInputError` where there is none."""
    from tui.console import Session

    theme = look_of(look)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserInputError(
            "the screens need a terminal; `passdown --help` lists the commands that do not"
        )
    session = ctx.find_object(Session) or Session()
    run_screens(session.home, part, community, as_who, theme)


def look_of(name: str) -> str:
    """The theme of a look. Raises `UserInputError` for one that there is not."""
    if name not in _LOOKS:
        raise UserInputError(f"there is no look {name!r}; choose one of: {', '.join(_LOOKS)}")
    return _LOOKS[name]


def run_screens(
    home: Path | None, part: str, community: str | None, as_who: str | None, look: str
) -> None:
    """Take a seat in the home and stay until the person leaves."""
    from tui.app import PassdownApp
    from tui.seat import take_seat

    with take_seat(home, community, as_who) as seat:
        PassdownApp(seat, part, look=look).run()
