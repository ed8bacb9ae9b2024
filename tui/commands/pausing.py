"""Commands that leave people in peace for a while: pause, resume."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from memory.errors import UserInputError
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("pause")(pause)
    app.command("resume")(resume)


def pause(
    ctx: typer.Context,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="The last day of it, as 2025-03-09."),
    ] = None,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Pause the agent: it asks nothing, sends nothing and reminds nobody.

    Answers and decisions are still taken. Coordinators and stewards may.
    """
    from agent.services.identity import actor_of, pick_community
    from agent.services.pausing import end_of_day, pause_agent
    from tui.render.pulse import pause_words

    last = _day(until) if until is not None else None
    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        end = end_of_day(last, actor.member, work) if last is not None else None
        made = pause_agent(work, actor, chosen, end)
        zone = actor.member.timezone or work.policy.ask.timezone
        now = work.clock.now()
    if as_json:
        ends = made.until.isoformat() if made.until else None
        print_json({"community": chosen.id, "since": made.since.isoformat(), "until": ends})
        return
    from rich.text import Text

    from tui.render.safe import one_line

    say(Text(f"The agent is {pause_words(made, zone, now)} in {one_line(chosen.name)}."))
    say(Text("It asks, sends and reminds of nothing; answers are taken, and wait for it."))
    say_next(("passdown resume", "let it go on"), ("passdown status", "how things stand"))


def resume(
    ctx: typer.Context,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Let a paused agent go on.

    What waits for people gets the time of the pause back.
    """
    from agent.services.identity import actor_of, pick_community
    from agent.services.pausing import resume_agent

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        ended = resume_agent(work, actor_of(work, chosen, as_who), chosen)
    if as_json:
        at = ended.ended_at.isoformat() if ended.ended_at else None
        print_json({"community": chosen.id, "since": ended.since.isoformat(), "ended_at": at})
        return
    from rich.text import Text

    from tui.render.safe import one_line

    say(Text(f"The agent goes on in {one_line(chosen.name)}."))
    say_next(("passdown sweep", "do what was left undone meanwhile"))


def _day(until: str) -> date:
    try:
        return date.fromisoformat(until)
    except ValueError as error:
        raise UserInputError(f"{until!r} is no day; write it as 2025-03-09") from error
