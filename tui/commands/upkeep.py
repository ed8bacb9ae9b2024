"""`passdown upkeep`: what calls published guides into question, and what stewards do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from agent.services.identity import Actor
    from agent.services.workplace import Workplace
    from memory.records.challenge import AlikePair, Challenge
    from memory.records.guide import Guide

Decided = TypeVar("Decided")
GuideId = Annotated[str, typer.Argument(metavar="ID", help="The guide's id.")]
PairId = Annotated[str, typer.Argument(metavar="ID", help="The pair's id (twn_...).")]
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

    _decide(
        (ctx, community, as_who),
        lambda work, actor: set_aside(work, actor, wanted, because),
        _of_challenge,
        "Set aside. The guide stands as it is.",
        as_json=as_json,
    )


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

    _decide(
        (ctx, community, as_who),
        lambda work, actor: let_stand(work, actor, guide, because),
        _of_guide,
        "It stands. Its next check is put off.",
        as_json=as_json,
    )


def make_new(
    ctx: typer.Context,
    guide: GuideId,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Make a new version with its author's answer; it waits for their yes, then for a steward."""
    from agent.services.reverifying import renew

    _decide(
        (ctx, community, as_who),
        lambda work, actor: renew(work, actor, guide),
        _of_guide,
        "A new version waits for its author's yes.",
        as_json=as_json,
    )


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

    _decide(
        (ctx, community, as_who),
        lambda work, actor: supersede(work, actor, guide, by, because),
        _of_guide,
        "Replaced. Whoever looks for it is led to the other.",
        as_json=as_json,
    )


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

    _decide(
        (ctx, community, as_who),
        lambda work, actor: restore(work, actor, guide, because),
        _of_guide,
        "It is published again.",
        as_json=as_json,
    )


def same(
    ctx: typer.Context,
    pair: PairId,
    keep: Annotated[str, typer.Option("--keep", metavar="ID", help="The guide that stays.")],
    because: Why,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Two guides are one: the other is replaced by the one to keep."""
    from agent.services.alike import say_same

    _decide(
        (ctx, community, as_who),
        lambda work, actor: say_same(work, actor, pair, keep, because),
        _of_guide,
        "This one stays; the other leads here.",
        as_json=as_json,
    )


def apart(
    ctx: typer.Context,
    pair: PairId,
    because: Why,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Two guides are not the same; they are never proposed as one again."""
    from agent.services.alike import say_apart

    _decide(
        (ctx, community, as_who),
        lambda work, actor: say_apart(work, actor, pair, because),
        _of_pair,
        "Kept apart, for good.",
        as_json=as_json,
    )


def _decide(
    who: tuple[typer.Context, str | None, str | None],
    act: Callable[[Workplace, Actor], Decided],
    shown: Callable[[Decided], tuple[str, dict[str, Any]]],
    words: str,
    *,
    as_json: bool,
) -> None:
    """Do it and tell; `shown` gives the guide to look at, and the record for programs.

    `who`: the context, the community and whom somebody acts as.
    """
    with _acting(*who) as (work, actor):
        guide_id, payload = shown(act(work, actor))
    if as_json:
        print_json(payload)
        return
    from rich.text import Text

    say(Text(words))
    say_next((f"passdown log {guide_id}", "who did what"))


def _of_guide(after: Guide) -> tuple[str, dict[str, Any]]:
    from tui.render.payloads import guide_line_payload

    return after.id, {"guide": guide_line_payload(after)}


def _of_challenge(settled: Challenge) -> tuple[str, dict[str, Any]]:
    return settled.guide_id, {"contradiction": settled.id, "state": settled.state.value}


def _of_pair(decided: AlikePair) -> tuple[str, dict[str, Any]]:
    return decided.first_id, {"pair": decided.id, "state": decided.state.value}
