"""The command `serve`: the screens in a browser, on this machine unless one says otherwise."""

from __future__ import annotations

import sys
from socket import gethostname
from typing import Annotated

import typer

from memory.errors import UserInputError
from tui.commands.screens import Look, look_of
from tui.console import print_json
from tui.options import AsJson, AsWho, InCommunity
from tui.render.safe import one_line

PARTS = ("inbox", "mine", "desk", "library", "pulse")
"""Where the screens may open."""
Part = Annotated[
    str, typer.Option("--part", metavar="PART", help="inbox, mine, desk, library or pulse.")
]
Names = Annotated[
    list[str] | None,
    typer.Option(
        "--name", metavar="HOST", help="Another name under which browsers reach it; repeatable."
    ),
]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("serve")(serve)


def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Where it listens.")] = 8000,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="The address it listens at.")
    ] = "127.0.0.1",
    expose: Annotated[
        bool, typer.Option("--expose", help="Allow an address that other machines reach.")
    ] = False,
    name: Names = None,
    part: Part = "inbox",
    community: InCommunity = None,
    as_who: AsWho = None,
    look: Look = "dark",
    as_json: AsJson = False,
) -> None:
    """Open the screens in a browser, behind a link that holds for as long as this runs."""
    import asyncio
    from contextlib import ExitStack, redirect_stdout

    from tui.console import Session
    from tui.seat import take_seat
    from tui.serving.door import Door, check_host, is_loopback, names_of
    from tui.serving.served import command
    from tui.serving.server import ScreensServer

    _check_choices(part, look)
    check_host(host, expose=expose)
    session = ctx.find_object(Session) or Session()
    with take_seat(session.home, community, as_who) as seat:
        who = seat.member.name
    own_name = gethostname()
    names, everywhere = names_of(host, tuple(name or ()), own_name)
    door = Door(port, names, any_address=everywhere)
    link = _link(name[0] if name else own_name if everywhere else host, port, door.token)
    words = command(session.home, part, community, as_who, look_of(look))
    with ExitStack() as serving:

        def opened() -> None:
            _tell(link, who, exposed=not is_loopback(host), as_json=as_json)
            # The link stands alone on stdout; what a program complains of later goes to stderr.
            serving.enter_context(redirect_stdout(sys.stderr))

        asyncio.run(ScreensServer(door, words).serve(host, port, opened))


def _check_choices(part: str, look: str) -> None:
    if part not in PARTS:
        raise UserInputError(f"there is no part {part!r}; choose one of: {', '.join(PARTS)}")
    look_of(look)


def _link(name: str, port: int, token: str) -> str:
    shown = f"[{name}]" if ":" in name else name
    return f"http://{shown}:{port}/?token={token}"


def _tell(link: str, who: str, *, exposed: bool, as_json: bool) -> None:
    """Say where it is, once it listens. Raises nothing; the link is all there is on stdout."""
    if exposed:
        sys.stderr.write(
            f"Warning: whoever has this link acts as {one_line(who)}, from any machine that "
            "reaches this one, and what is sent can be read on the way. Use a tunnel, or a proxy "
            "with TLS.\n"
        )
    if as_json:
        print_json({"url": link, "person": who})
    else:
        sys.stdout.write(
            f"The screens of {one_line(who)} are open at\n\n  {link}\n\n"
            "The link holds until this ends (ctrl+c). Keep it to yourself.\n"
        )
    sys.stdout.flush()
