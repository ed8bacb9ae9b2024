"""`passdown upkeep`: what calls published guides into question, and what stewards do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from agent.services.identity import Actor
    from agent.services.workplace import Workplace
    from memory.records.guide import Guide

GuideId = Annotated[str, typer.Argument(metavar="ID", help="The guide's id.")]
Why = Annotated[str, typer.Option("--because", metavar="WHY", help="Why; stewards read it.")]


def register(app: typer.Typer) -> None:
    """Add `passdown upkeep`."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Keep published guides true: contradictions, checks, twins, successors.",
    )
    for name, command in (
        ("list", list_questioned),
        ("aside", aside),
        ("stand", stand),
        ("renew", make_new),
        ("supersede", replace),
        ("restore", bring_back),
        ("same", same),
        ("apart", apart),
    ):
        group.command(name)(command)
    app.add_typer(group, name="upkeep")


@contextmanager
def _acting(
    ctx: typer.Context, community: str | None, as_who: str | None
) -> Iterator[tuple[Workplace, Actor]]:
    from agent.services.identity import actor_of, pick_community

    with workplace(ctx) as work:
        yield work, actor_of(work, pick_community(work, community), as_who)


def list_questioned(
    ctx: typer.Context,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List contradictions with both sides, answers that wait for you, and guides that seem one."""
    from agent.services.questioned import open_upkeep
    from tui.render.upkeep import upkeep_blocks, upkeep_payload

    with _acting(ctx, community, as_who) as (work, actor):
        upkeep = open_upkeep(work, actor)
    if as_json:
        print_json(upkeep_payload(upkeep))
        return
    say(*upkeep_blocks(upkeep))
    if upkeep:
        say_next(
            ('passdown upkeep aside ID --because "..."', "the guide stands all the same"),
            ("passdown upkeep renew GUIDE", "a new version with its author's answer"),
        )


def aside(
    ctx: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="ID", help="The contradiction's id (chg_...).")],
    because: Why,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Set a contradiction aside: the guide stands, and readers see the mark no more."""
    from agent.services.challenging import set_aside

    with _acting(ctx, community, as_who) as (work, actor):
        settled = set_aside(work, actor, wanted, because)
    if as_json:
        print_json({"contradiction": settled.id, "state": settled.state.value})
        return
    _tell("Set aside. The guide stands as it is.", settled.guide_id)


def stand(
    ctx: typer.Context,
    guide: GuideId,
    because: Why,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say in its author's stead that a guide still holds; its next check is put off."""
    from agent.services.reverifying import let_stand

    with _acting(ctx, community, as_who) as (work, actor):
        after = let_stand(work, actor, guide, because)
    _say_after(after, "It stands. Its next check is put off.", as_json=as_json)


def make_new(
    ctx: typer.Context,
    guide: GuideId,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Make a new version with its author's answer; it waits for their yes, then for a steward."""
    from agent.services.reverifying import renew

    with _acting(ctx, community, as_who) as (work, actor):
        after = renew(work, actor, guide)
    _say_after(after, "A new version waits for its author's yes.", as_json=as_json)


def replace(
    ctx: typer.Context,
    guide: GuideId,
    by: Annotated[str, typer.Option("--by", metavar="ID", help="The guide that takes its place.")],
    because: Why,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Let another published guide take this one's place; readers are led there."""
    from agent.services.superseding import supersede

    with _acting(ctx, community, as_who) as (work, actor):
        after = supersede(work, actor, guide, by, because)
    _say_after(after, "Replaced. Whoever looks for it is led to the other.", as_json=as_json)


def bring_back(
    ctx: typer.Context,
    guide: GuideId,
    because: Why,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Bring back a guide that a steward took back or replaced."""
    from agent.services.superseding import restore

    with _acting(ctx, community, as_who) as (work, actor):
        after = restore(work, actor, guide, because)
    _say_after(after, "It is published again.", as_json=as_json)


def same(
    ctx: typer.Context,
    pair: Annotated[str, typer.Argument(metavar="ID", help="The pair's id (twn_...).")],
    keep: Annotated[str, typer.Option("--keep", metavar="ID", help="The guide that stays.")],
    because: Why,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Two guides are one: the other is replaced by the one to keep."""
    from agent.services.alike import say_same

    with _acting(ctx, community, as_who) as (work, actor):
        after = say_same(work, actor, pair, keep, because)
    _say_after(after, "This one stays; the other leads here.", as_json=as_json)


def apart(
    ctx: typer.Context,
    pair: Annotated[str, typer.Argument(metavar="ID", help="The pair's id (twn_...).")],
    because: Why,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Two guides are not the same; they are never proposed as one again."""
    from agent.services.alike import say_apart

    with _acting(ctx, community, as_who) as (work, actor):
        decided = say_apart(work, actor, pair, because)
    if as_json:
        print_json({"pair": decided.id, "state": decided.state.value})
        return
    _tell("Kept apart, for good.", decided.first_id)


def _say_after(after: Guide, words: str, *, as_json: bool) -> None:
    if as_json:
        from tui.render.payloads import guide_line_payload

        print_json({"guide": guide_line_payload(after)})
        return
    _tell(words, after.id)


def _tell(words: str, guide_id: str) -> None:
    from rich.text import Text

    say(Text(words))
    say_next((f"passdown log {guide_id}", "who did what"))
