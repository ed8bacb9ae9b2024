"""Command `privacy unmask`: a steward reads the words that a mask stands for."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity


def unmask(
    ctx: typer.Context,
    reference: Annotated[
        str, typer.Argument(metavar="REF", help="The five letters of a mask, or the mask.")
    ],
    because: Annotated[
        str, typer.Option("--because", metavar="WHY", help="The reason, for the log.")
    ] = "",
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Read the words that a mask in a guide stands for. Stewards may; the log keeps who and why."""
    from agent.services.identity import actor_of, pick_community
    from agent.services.masking import open_hidden

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        opened = open_hidden(work, actor_of(work, chosen, as_who), chosen, reference, because)
    if as_json:
        print_json(
            [
                {
                    "reference": one.reference,
                    "kind": one.kind,
                    "words": one.words,
                    "guide": one.guide_id,
                    "message": one.message_id,
                }
                for one in opened
            ]
        )
        return
    from rich.text import Text

    from tui.render.safe import one_line

    for words in dict.fromkeys(one.words for one in opened):
        say(Text(one_line(words), overflow="fold"))
    say_next((f"passdown log {opened[0].guide_id}", "who opened what, and why"))
