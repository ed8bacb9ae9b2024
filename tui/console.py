"""Where output goes: rich text for people, one JSON value for programs, a sentence for errors."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from agent.services.workplace import Workplace
    from memory.records.policy import Policy

MAX_WIDTH = 100
"""Columns; longer lines are hard to read however wide the terminal."""

BESIDE = 40
"""Columns; the purpose of a longer command stands below it."""


@dataclass(frozen=True, slots=True)
class Session:
    """What the global options say; `ctx.obj` of every command."""

    home: Path | None = None
    named: bool = False
    """Whether the home was given on the command line, so that hints have to name it too."""


_SESSION: ContextVar[Session | None] = ContextVar("session", default=None)


def begin(session: Session) -> Session:
    """Make this the session that hints are given for."""
    _SESSION.set(session)
    return session


@contextmanager
def workplace(
    ctx: typer.Context, *, create: bool = False, policy: Policy | None = None
) -> Iterator[Workplace]:
    """Open the home that this run is about; only taking something in makes a new one.

    `policy` stands in for the home's own, which is then not read.
    """
    from agent.services.workplace import open_workplace

    session = ctx.find_object(Session) or Session()
    with open_workplace(session.home, create=create, policy=policy) as work:
        yield work


def colourless() -> bool:
    """Whether the environment asks for text without any escape code."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def console_on(stream: TextIO) -> Console:
    """A console whose text is taken literally: no markup, no emoji codes, no guessed colours."""
    from rich.console import Console

    console = Console(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=False,
        color_system=None if colourless() else "auto",
    )
    console.width = min(console.width, MAX_WIDTH)
    return console


def say(*parts: RenderableType) -> None:
    """Print for people. Words that come from people must have gone through `visible` before."""
    console = console_on(sys.stdout)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    for line in captured.get().splitlines():
        sys.stdout.write(f"{line.rstrip(' ')}\n")


def _invoked() -> str:
    """How this run was called: by name where that is found, with the home it was given."""
    called = Path(sys.argv[0])
    name = "passdown"
    if called.name == name and shutil.which(name) is None:
        name = shlex.quote(str(called))
    session = _SESSION.get() or Session()
    return f"{name} --home {shlex.quote(str(session.home))}" if session.named else name


def say_next(*commands: tuple[str, str]) -> None:
    """End with what can be done next: command lines, and what each is for."""
    from rich.text import Text

    called = _invoked()
    lines = [(told.replace("passdown", called, 1), purpose) for told, purpose in commands]
    console = console_on(sys.stdout)
    console.print()
    width = max(len(command) for command, _ in lines)
    beside = width <= BESIDE
    for command, purpose in lines:
        line = Text(f"  {command}", style="bold")
        if purpose:
            gap = " " * (width - len(command) + 3) if beside else "\n    "
            line.append(f"{gap}{purpose}", style="not bold dim")
        console.print(line, soft_wrap=True)


def print_json(value: object) -> None:
    """Print one JSON value. ASCII alone, so that no text in it can steer a terminal."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=True) + "\n")


def print_raw(text: str) -> None:
    """Print text as it stands, for files and other programs."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def wants_json(args: Sequence[str]) -> bool:
    """Whether errors too have to be JSON; known before anything is parsed."""
    options = args[: args.index("--")] if "--" in args else args
    return "--json" in options


def report_error(title: str, message: str, *, as_json: bool) -> None:
    """Say what went wrong: a sentence on stderr, or a JSON object on stdout."""
    from tui.render.safe import visible

    if as_json:
        print_json({"error": {"title": title, "message": message}})
    else:
        sys.stderr.write(f"{visible(title)}: {visible(message)}\n")
