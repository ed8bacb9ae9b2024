"""Options that several commands share, spelled and explained the same everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value, for programs.")]
InCommunity = Annotated[
    str | None,
    typer.Option(
        "--community", metavar="NAME", help="The community; not needed where there is only one."
    ),
]
AsWho = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="WHO",
        help="Act as this person, by handle or name: in sample communities, or by a grant.",
    ),
]
