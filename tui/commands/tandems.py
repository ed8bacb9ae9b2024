"""Commands of tandems: taking part, offers and cards, and the life of a tandem."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import UserInputError
from tui.commands import tandem_tasks
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from agent.services.identity import Actor
    from agent.services.workplace import Workplace
    from memory.records.people import Community
    from memory.records.tandem import Tandem

TandemId = Annotated[str, typer.Argument(metavar="TANDEM", help="The tandem's id.")]


def register(app: typer.Typer) -> None:
    """Add `passdown tandems`."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Do a task with somebody who knows more, and pass on what is written nowhere.",
    )
    for name, command in (
        ("optin", optin),
        ("optout", optout),
        ("line", line),
        ("suggest", suggest),
        ("list", list_tandems),
        ("card", card),
        ("pick", pick),
        ("confirm", confirm),
        ("decline", decline),
        ("checkin", checkin),
        ("review", review),
        ("exit", leave),
    ):
        group.command(name)(command)
    tandem_tasks.register(group)
    app.add_typer(group, name="tandems")


@contextmanager
def _acting(
    ctx: typer.Context, community: str | None, as_who: str | None
) -> Iterator[tuple[Workplace, Community, Actor]]:
    from agent.services.identity import actor_of, pick_community

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        yield work, chosen, actor_of(work, chosen, as_who)


def optin(
    ctx: typer.Context,
    wish: Annotated[
        list[str] | None,
        typer.Option("--wish", metavar="TOPIC", help="What you would like to learn; repeatable."),
    ] = None,
    learn: Annotated[bool, typer.Option(help="Whether you want to learn.")] = True,
    help_others: Annotated[
        bool, typer.Option("--help-others/--no-help-others", help="Whether you want to help.")
    ] = True,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Take part: let tandems be offered to you. Nobody else can do so for you."""
    from agent.services.tandem_wishes import opt_in
    from tui.render.tandem import wishes_text

    with _acting(ctx, community, as_who) as (work, _, actor):
        profile = opt_in(work, actor, learns=learn, helps=help_others, wishes=wish)
    if as_json:
        print_json(profile.model_dump(mode="json"))
        return
    say(wishes_text(profile))
    say_next(("passdown tandems suggest", "look for tandems"), ("passdown tandems optout", "stop"))


def optout(
    ctx: typer.Context,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Take part no more; what has not begun is taken back at once."""
    from agent.services.tandem_wishes import opt_out
    from tui.render.tandem import wishes_text

    with _acting(ctx, community, as_who) as (work, _, actor):
        profile = opt_out(work, actor)
    if as_json:
        print_json(profile.model_dump(mode="json"))
        return
    say(wishes_text(profile))


def line(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(metavar="WHO", help="Whose line it is.")],
    chief: Annotated[
        str | None, typer.Option("--reports-to", metavar="WHO", help="Left out: to nobody.")
    ] = None,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say whom somebody reports to: people of one line are never put together."""
    from rich.text import Text

    from agent.services.identity import find_member
    from agent.services.tandem_wishes import set_chief

    with _acting(ctx, community, as_who) as (work, chosen, actor):
        with work.store.reading() as unit:
            members = unit.people.members(chosen.id)
        member = find_member(members, who)
        above = find_member(members, chief) if chief is not None else None
        profile = set_chief(work, actor, member, above)
    if as_json:
        print_json(profile.model_dump(mode="json"))
        return
    to = above.handle if above else "nobody"
    say(Text(f"{member.handle} reports to {to}."))


def suggest(ctx: typer.Context, community: InCommunity = None, as_json: AsJson = False) -> None:
    """Look for tasks, match everybody who takes part, and offer tandems."""
    from agent.services.identity import pick_community
    from agent.services.tandem_suggesting import suggest_tandems
    from tui.render.tandem import suggested_lines, tandem_payload

    with workplace(ctx) as work:
        found = suggest_tandems(work, pick_community(work, community))
    if as_json:
        print_json(
            {
                "offers": [tandem_payload(one) for one in found.offers],
                "new": found.new,
                "hindrances": [
                    {
                        "task": one.task.id if one.task else None,
                        "obstacle": one.obstacle.value,
                        "words": one.words,
                    }
                    for one in found.hindrances
                ],
            }
        )
        return
    say(*suggested_lines(found))
    if found.offers:
        say_next(("passdown tandems list", "what is offered to you"))


def list_tandems(
    ctx: typer.Context,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List your tandems, what waits for you first; or why there is none."""
    from rich.text import Text

    from agent.services.tandem_board import read_board
    from tui.render.tandem import board_lines, tandem_payload

    with _acting(ctx, community, as_who) as (work, chosen, actor):
        board = read_board(work, chosen, actor.member)
    if as_json:
        rows = [
            {**tandem_payload(row.tandem), "title": row.task.title, "you_are": row.part.value}
            for row in board.rows
        ]
        print_json({"tandems": rows, "why_none": board.why_none})
        return
    if not board.rows:
        say(Text(board.why_none))
        return
    say(*board_lines(board))
    say_next(("passdown tandems card TANDEM", "read what it is about"))


def card(
    ctx: typer.Context,
    tandem: TandemId,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show the card of a tandem that you are in."""
    from agent.services.skills import read_skills
    from agent.services.tandem_cards import make_card
    from agent.services.tandem_wording import worded_card
    from agent.services.tandems import find_tandem
    from memory.errors import PermissionDeniedError
    from tui.render.tandem import card_payload, card_text

    with _acting(ctx, community, as_who) as (work, chosen, actor):
        found = find_tandem(work, tandem)
        if actor.member.id not in found.people:
            raise PermissionDeniedError(f"tandem {found.id!r} is between other people")
        made = worded_card(work, make_card(work, read_skills(work, chosen), found))
    if as_json:
        print_json(card_payload(made))
        return
    say(card_text(made))
    say_next(
        (f"passdown tandems pick {made.tandem.id}", "say yes, as a junior"),
        (f"passdown tandems confirm {made.tandem.id}", "say yes, as the senior"),
        (f"passdown tandems decline {made.tandem.id}", "say no, without a reason"),
    )


def pick(
    ctx: typer.Context,
    tandem: TandemId,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say yes as a junior; the senior is asked next."""
    from agent.services.tandems import pick as pick_tandem

    _do(
        ctx,
        community,
        as_who,
        lambda work, actor: pick_tandem(work, actor, tandem),
        as_json=as_json,
    )


def confirm(
    ctx: typer.Context,
    tandem: TandemId,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say yes as the senior; the tandem runs from then on."""
    from agent.services.tandems import confirm as confirm_tandem

    _do(
        ctx,
        community,
        as_who,
        lambda work, actor: confirm_tandem(work, actor, tandem),
        as_json=as_json,
    )


def decline(
    ctx: typer.Context,
    tandem: TandemId,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say no before it runs, or take your yes back. No reason is asked for."""
    from agent.services.tandems import decline as decline_tandem

    _do(
        ctx,
        community,
        as_who,
        lambda work, actor: decline_tandem(work, actor, tandem),
        as_json=as_json,
    )


def leave(
    ctx: typer.Context,
    tandem: TandemId,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Leave a running tandem. No reason is asked for, and nobody is told who left."""
    from agent.services.tandems import leave as leave_tandem

    _do(
        ctx,
        community,
        as_who,
        lambda work, actor: leave_tandem(work, actor, tandem),
        as_json=as_json,
    )


def checkin(
    ctx: typer.Context,
    tandem: TandemId,
    going: Annotated[
        str, typer.Option("--going", metavar="WORD", help="well, slowly or stuck.")
    ] = "well",
    words: Annotated[str, typer.Option("--text", help="A sentence, if you like.")] = "",
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say how it goes; those who are in it read it."""
    from agent.services.tandems import check_in
    from memory.records.tandem import Going

    try:
        how = Going(going)
    except ValueError as error:
        known = ", ".join(Going)
        raise UserInputError(f"{going!r} is none of {known}") from error
    _do(
        ctx,
        community,
        as_who,
        lambda work, actor: check_in(work, actor, tandem, how, words),
        as_json=as_json,
    )


def review(
    ctx: typer.Context,
    tandem: TandemId,
    intended: Annotated[str, typer.Option(help="What you set out to do.")] = "",
    happened: Annotated[str, typer.Option(help="What happened, and what surprised you.")] = "",
    why: Annotated[str, typer.Option(help="What made the difference.")] = "",
    following: Annotated[
        str, typer.Option("--next", help="What you would do the next time, and when not.")
    ] = "",
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Answer the four questions at the end; your words are kept in your name."""
    from agent.services.tandems import review as review_tandem
    from memory.records.incident import AfterAction

    said = dict(zip(AfterAction, (intended, happened, why, following), strict=True))
    with _acting(ctx, community, as_who) as (work, chosen, actor):
        after = review_tandem(work, actor, chosen, tandem, said)
    _tell(after, as_json=as_json)


def _do(
    ctx: typer.Context,
    community: str | None,
    as_who: str | None,
    act: Callable[[Workplace, Actor], Tandem],
    *,
    as_json: bool,
) -> None:
    with _acting(ctx, community, as_who) as (work, _, actor):
        after = act(work, actor)
    _tell(after, as_json=as_json)


def _tell(tandem: Tandem, *, as_json: bool) -> None:
    from rich.text import Text

    from tui.render.tandem import STATES, tandem_payload

    if as_json:
        print_json(tandem_payload(tandem))
        return
    say(Text(f"Noted. The tandem is now: {STATES[tandem.state]}."))
    say_next((f"passdown tandems card {tandem.id}", "read its card"))
