"""Commands on who acts for whom and on stopped work: grant, revoke, grants, stop-work, ..."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from memory.errors import UserInputError
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from agent.services.granting import GrantLine
    from memory.records.governance import StopWork

Whom = Annotated[str, typer.Argument(help="The person to act for: handle or name.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("grant")(grant)
    app.command("revoke")(revoke)
    app.command("grants")(grants)
    app.command("stop-work")(stop)
    app.command("resume-work")(resume)
    app.command("stopped")(stopped)


def grant(
    ctx: typer.Context,
    handle: Whom,
    to: Annotated[
        str, typer.Option("--to", metavar="WHO", help="A member; else the name of an account.")
    ],
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="The last day of it, as 2025-03-09."),
    ] = None,
    take_back: Annotated[bool, typer.Option("--revoke", help="End it instead.")] = False,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Let somebody act as a person, or end that.

    The person and stewards may. The log names both, each time.
    """
    from agent.services.granting import give_grant, revoke_grant
    from agent.services.identity import actor_of, pick_community
    from agent.services.pausing import end_of_day

    last = _day(until) if until is not None else None
    if take_back and last is not None:
        raise UserInputError("--until says how long a grant lasts; leave it out with --revoke")
    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        if take_back:
            line = revoke_grant(work, chosen, actor, handle, to)
        else:
            end = end_of_day(last, actor.member, work) if last is not None else None
            line = give_grant(work, chosen, actor, handle, to, until=end)
    _say_grant(line, as_json=as_json)


def revoke(
    ctx: typer.Context,
    handle: Whom,
    holder: Annotated[str, typer.Option("--from", metavar="WHO", help="Who may act so no longer.")],
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """End a grant at once."""
    from agent.services.granting import revoke_grant
    from agent.services.identity import actor_of, pick_community

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        line = revoke_grant(work, chosen, actor_of(work, chosen, as_who), handle, holder)
    _say_grant(line, as_json=as_json)


def grants(
    ctx: typer.Context,
    ended: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List who may act for whom.

    Stewards see all grants, others those that are about themselves.
    """
    from agent.services.granting import list_grants
    from agent.services.identity import actor_of, pick_community

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        lines = list_grants(work, chosen, actor_of(work, chosen, as_who), ended=ended)
    if as_json:
        print_json({"grants": [grant_payload(line) for line in lines]})
        return
    from rich.text import Text

    from tui.render.listing import heading, indented
    from tui.render.rules import grant_words

    say(heading("Who may act for whom"))
    for line in lines:
        say(indented(Text(grant_words(line))))
    if not lines:
        say(Text("Nobody acts for anybody, as far as you may know."))


def stop(
    ctx: typer.Context,
    topic: Annotated[str, typer.Argument(help="One to a few words that its guides speak of.")],
    because: Annotated[
        str, typer.Option("--because", metavar="WHY", help="Why; everybody who asks reads it.")
    ],
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Stop work on a topic: its guides are frozen at once, and nobody is asked about it.

    The technical authority may, or whom the rules of the community name.
    """
    from agent.services.identity import actor_of, pick_community
    from agent.services.stopping import spoken_of, stop_work
    from prompts.governance import load_governance
    from tui.render.safe import one_line

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        made = stop_work(work, actor_of(work, chosen, as_who), chosen, topic, because)
        spoken = spoken_of(work, chosen, made.topic)
    frozen = spoken.guides
    hint = "" if spoken else load_governance().say("unspoken", topic=one_line(made.topic))
    if as_json:
        told = {"stopped": _stop_payload(made), "frozen": [one.id for one in frozen]}
        print_json({**told, "inquiries": spoken.inquiries, "hint": hint or None})
        return
    from rich.text import Text

    from tui.render.listing import indented
    from tui.render.times import counted

    say(Text(f"Work on \u201c{one_line(made.topic)}\u201d is stopped."))
    say(Text(f"{counted(len(frozen), 'published guide')} frozen{':' if frozen else '.'}"))
    for guide in frozen:
        say(indented(Text(f"{guide.id}  {one_line(guide.current.title)}")))
    if hint:
        say(Text(hint, style="bold"))
    say_next(
        (f'passdown resume-work "{one_line(made.topic)}"', "let it go on"),
        ("passdown export --to FOLDER", "bring an earlier export up to date"),
    )


def resume(
    ctx: typer.Context,
    topic: Annotated[str, typer.Argument(help="The topic as it was stopped.")],
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Let work on a stopped topic go on."""
    from agent.services.identity import actor_of, pick_community
    from agent.services.stopping import resume_work

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        lifted = resume_work(work, actor_of(work, chosen, as_who), chosen, topic)
    if as_json:
        print_json({"resumed": _stop_payload(lifted)})
        return
    from rich.text import Text

    from tui.render.safe import one_line

    say(Text(f"Work on \u201c{one_line(lifted.topic)}\u201d goes on; its guides are back."))
    say_next(("passdown sweep", "do what was left undone meanwhile"))


def stopped(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also what goes on again.")] = False,
    community: InCommunity = None,
    as_json: AsJson = False,
) -> None:
    """List the topics on which work is stopped."""
    from agent.services.identity import pick_community
    from agent.services.seeing import check_open_to
    from agent.services.stopping import list_stops

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        check_open_to(work, chosen)
        found = list_stops(work, chosen, lifted=every)
    if as_json:
        print_json({"stopped": [_stop_payload(one) for one in found]})
        return
    from rich.text import Text

    from tui.render.listing import heading, indented
    from tui.render.stopped import asked_lines
    from tui.render.times import said_date

    say(heading("Stopped work"))
    for one in found:
        (line,) = asked_lines([one], 0)
        ended = f" It goes on since {said_date(one.lifted_at)}." if one.lifted_at else ""
        say(indented(Text(f"{line}{ended}")))
    if not found:
        say(Text("Nothing is stopped."))


def _stop_payload(one: StopWork) -> dict[str, Any]:
    from tui.render.stopped import stop_payload

    return stop_payload(one)


def grant_payload(line: GrantLine) -> dict[str, Any]:
    """A grant as programs read it; `account` is the name of an account, or `member:` and an id."""
    return line.grant.model_dump(mode="json") | {
        "member": line.member.handle,
        "to": line.to.handle if line.to is not None else None,
        "in_force": line.in_force,
    }


def _say_grant(line: GrantLine, *, as_json: bool) -> None:
    if as_json:
        print_json({"grant": grant_payload(line)})
        return
    from rich.text import Text

    from tui.render.rules import grant_words
    from tui.render.safe import one_line

    holder, handle = line.to.handle if line.to else line.grant.account, line.member.handle
    say(Text(grant_words(line)))
    if line.in_force:
        say_next((f"passdown revoke {one_line(handle)} --from {one_line(holder)}", "end it"))


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise UserInputError(f"{words!r} is no day; write it as 2025-03-09") from error
