"""The `passdown` command: its global options, its commands, and how every failure ends."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from memory.errors import PassdownError
from tui.commands import (
    archive,
    backup,
    contribute,
    export,
    feedback,
    forget,
    governance,
    home,
    hours,
    inbox,
    joining,
    later,
    mine,
    model,
    pausing,
    people,
    reading,
    screens,
    serve,
    skills,
    tandems,
    understood,
    upkeep,
    visibility,
    watch,
)
from tui.console import Session, begin, print_json, report_error, wants_json
from tui.plugins import PluginGroup

USER_MUST_ACT = 2
UNEXPECTED = 1
INTERRUPTED = 130


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"passdown {version('passdown')}")
        raise typer.Exit


def choose_home(
    ctx: typer.Context,
    home_path: Annotated[
        Path | None,
        typer.Option(
            "--home",
            envvar="PASSDOWN_HOME",
            metavar="PATH",
            help="The folder that holds everything; by default a private one of this account.",
        ),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Draw out what experts know and never wrote down, and keep it, cited."""
    named = home_path is not None and os.environ.get("PASSDOWN_HOME") != str(home_path)
    ctx.obj = begin(Session(home_path, named))
    if ctx.invoked_subcommand is not None:
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        screens.open_part(ctx, "inbox", None, None, "dark")
    else:
        typer.echo(ctx.get_help())


def build_app() -> typer.Typer:
    """The application with all of its own commands; plug-ins join when they are called."""
    app = typer.Typer(
        cls=PluginGroup,
        add_completion=False,
        invoke_without_command=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(choose_home)
    for module in (
        *(screens, serve, archive, people, joining, hours, inbox, later, understood, mine),
        *(contribute, reading, feedback, skills),
        *(tandems, export, pausing, governance, visibility, home, model, watch),
        *(backup, forget, upkeep),
    ):
        module.register(app)
    return app


def main(args: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, 2 where the person can mend it, 130 interrupted, 1 otherwise."""
    given = list(sys.argv[1:] if args is None else args)
    as_json = wants_json(given)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = _run(given, as_json=as_json)
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        return code
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _run(given: list[str], *, as_json: bool) -> int:
    try:
        code = get_command(build_app()).main(
            args=given, prog_name="passdown", standalone_mode=False
        )
    except PassdownError as error:
        report_error(error.title, str(error), as_json=as_json)
        return USER_MUST_ACT
    except typer.TyperException as error:
        return _refuse(error, as_json=as_json)
    except typer.Abort:
        code = INTERRUPTED
    except Exception as error:
        if os.environ.get("PASSDOWN_DEBUG") == "1":
            raise
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        advice = "PASSDOWN_DEBUG=1 shows where; nothing that was recorded is lost"
        report_error("Unexpected error", f"{what} ({advice})", as_json=as_json)
        return UNEXPECTED
    if code == INTERRUPTED:
        report_error(
            "Stopped", "nothing that was recorded is lost; run it again to go on", as_json=as_json
        )
    return code if isinstance(code, int) else 0


def _refuse(error: Any, *, as_json: bool) -> int:
    """A command line that cannot be understood; typer says it well enough for people."""
    if as_json:
        print_json({"error": {"title": "Usage", "message": error.format_message()}})
    else:
        error.show()
    return int(error.exit_code)


if __name__ == "__main__":
    sys.exit(main())
