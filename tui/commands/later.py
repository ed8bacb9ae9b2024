"""`passdown snooze`: put a question to you off until a day."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("snooze")(put_off)


def put_off(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="ID", help="The question's id.")],
    until: Annotated[
        str,
        typer.Option("--until", metavar="DAY", help="tomorrow, a weekday, or such as 2026-05-04."),
    ] = "tomorrow",
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Put a question off; you are asked nothing else meanwhile, and may still answer it."""
    from zoneinfo import ZoneInfo

    from agent.services.answering import find_question
    from agent.services.browsing import community_of
    from agent.services.identity import actor_of
    from agent.services.snoozing import snooze, until_when

    with workplace(ctx) as work:
        found = find_question(work, question)
        actor = actor_of(work, community_of(work, found.community_id), as_who)
        at = until_when(work, actor.member, until)
        after = snooze(work, actor, found.id, at)
        zone = ZoneInfo(actor.member.timezone or work.policy.ask.timezone)
    if as_json:
        told = after.snoozed_until.isoformat() if after.snoozed_until else None
        print_json({"question": after.id, "snoozed_until": told})
        return
    from rich.text import Text

    from tui.render.asked import day_told

    say(Text(f"Put off until {day_told(at, zone)}."))
    acting = f" --as {actor.member.handle}" if as_who else ""
    say_next((f"passdown show {after.id}{acting}", "it stays open, and can be answered before"))
