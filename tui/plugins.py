"""Commands that other packages add, found by entry point and imported only when called."""

from __future__ import annotations

import ast
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from memory.errors import UserInputError

GROUP = "passdown.commands"
"""Entry points here are named like their command and load to `register(app: Typer) -> None`."""


def plug_ins() -> dict[str, EntryPoint]:
    """Entry points by command name; of two with one name the first by module wins."""
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda e: (e.name, e.value)):
        found.setdefault(entry.name, entry)
    return found


def short_help(entry: EntryPoint) -> str:
    """The first line of the module's docstring, read without running the module."""
    try:
        spec = find_spec(entry.module)
        source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
        docstring = ast.get_docstring(ast.parse(source)) or ""
    except (ImportError, OSError, SyntaxError, ValueError):
        docstring = ""
    package = entry.dist.name if entry.dist else entry.module
    return docstring.partition("\n")[0] or f"Added by the package {package}."


def load_commands(entry: EntryPoint) -> dict[str, Any]:
    """Import a plug-in and return its commands by name. Raises `UserInputError` naming it."""
    extra = typer.Typer()
    try:
        entry.load()(extra)
    except (ImportError, AttributeError) as error:
        raise UserInputError(
            f"the command {entry.name!r} comes from {entry.value!r}, which cannot be loaded "
            f"({error}); install or remove that package"
        ) from error
    commands = dict(get_group(extra).commands)
    if entry.name not in commands:
        raise UserInputError(f"{entry.value!r} registers no command {entry.name!r}")
    return commands


class PluginGroup(TyperGroup):
    """A group that knows plug-ins by name, lists them unloaded, and loads one to run it."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  as every group has it
        """Own commands in the order of their telling, then plug-ins."""
        own = list(self.commands)
        return own + [name for name in plug_ins() if name not in self.commands]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """An own command, or a plug-in's: in a list of commands a stand-in with its first line."""
        own = self.commands.get(cmd_name)
        if own is not None:
            return own
        entry = plug_ins().get(cmd_name)
        if entry is None:
            return None
        if getattr(ctx, "running", None) != cmd_name:
            return _stand_in(entry)
        self.commands.update(load_commands(entry))
        return self.commands[cmd_name]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Mark which command is about to run, so that exactly this one is loaded."""
        ctx.running = args[0] if args else None
        return super().resolve_command(ctx, args)


def _stand_in(entry: EntryPoint) -> Any:
    app = typer.Typer()
    app.command(entry.name, help=short_help(entry))(lambda: None)
    return get_group(app).commands[entry.name]
