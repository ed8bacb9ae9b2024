"""Commands about who is who: me, members, role."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from memory.errors import PermissionDeniedError, UserInputError
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from agent.services.identity import Actor
    from agent.services.workplace import Workplace
    from memory.records.people import Community, Member

Choice = TypeVar("Choice", bound=StrEnum)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("me")(show_me)
    app.command("members")(show_members)
    app.command("role")(change_role)


def one_of(kind: type[Choice], given: str, what: str) -> Choice:
    """The member of a closed set that a person typed, `-` as good as `_`."""
    try:
        return kind(given.strip().casefold().replace("-", "_"))
    except ValueError:
        known = ", ".join(choice.value for choice in kind)
        raise UserInputError(f"{given!r} is no {what}; choose one of: {known}") from None


def show_me(
    ctx: typer.Context,
    handle: Annotated[
        str | None, typer.Argument(metavar="[HANDLE]", help="Who you are: handle or name.")
    ] = None,
    community: InCommunity = None,
    as_json: AsJson = False,
) -> None:
    """Show or say who you are here.

    `passdown me HANDLE` binds this account to a person, once.
    """
    from agent.services.browsing import bound_members
    from agent.services.identity import bind_account, pick_community

    with workplace(ctx) as work:
        if handle is not None:
            bind_account(work, pick_community(work, community), handle)
        only = pick_community(work, community).id if community else None
        bound = [pair for pair in bound_members(work) if only in (None, pair[0].id)]
        account = work.home.account()
    if as_json:
        from tui.render.payloads import community_payload, member_payload

        print_json(
            {
                "account": account,
                "communities": [
                    {
                        "community": community_payload(each),
                        "member": member_payload(member) if member else None,
                    }
                    for each, member in bound
                ],
            }
        )
        return
    _say_me(account, bound)


def _say_me(account: str, bound: list[tuple[Community, Member | None]]) -> None:
    from rich.text import Text

    from tui.render.listing import indented, role_words
    from tui.render.safe import one_line

    say(Text(f"This account ({one_line(account)}) is"))
    for community, member in bound:
        name = f"{one_line(member.name)} (@{one_line(member.handle)})" if member else "nobody yet"
        roles = f", {role_words(member.roles)}" if member else ""
        say(indented(Text(f"{name} in {one_line(community.name)}{roles}")))
    if not bound:
        say(indented(Text("nobody, for this home holds no community yet")))
        say_next(("passdown import PATH --community NAME", "take in an archive"))
    elif any(member is None for _, member in bound):
        say_next(
            ("passdown members --find TEXT", "look up your handle"),
            ("passdown me HANDLE", "say who you are"),
        )
    else:
        say_next(("passdown inbox", "what waits for you"))


def show_members(
    ctx: typer.Context,
    find: Annotated[
        str, typer.Option("--find", metavar="TEXT", help="Part of a handle, name or title.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many are shown.")] = 50,
    community: InCommunity = None,
    as_json: AsJson = False,
) -> None:
    """List the people of a community."""
    from agent.services.browsing import list_members
    from agent.services.identity import pick_community

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        found = list_members(work, chosen, find)
    if as_json:
        from tui.render.payloads import member_payload

        print_json({"members": [member_payload(member) for member in found]})
        return
    from rich.text import Text

    from tui.render.listing import heading, members_table
    from tui.render.times import counted

    say(heading(f"{chosen.name}: {counted(len(found), 'member')}"))
    if found:
        say(Text(), members_table(found[:limit]))
    if len(found) > limit:
        say(Text(f"and {len(found) - limit:,} more; narrow it with --find TEXT", style="dim"))


def change_role(
    ctx: typer.Context,
    handle: Annotated[str, typer.Argument(help="The person: handle or name.")],
    role: Annotated[
        str,
        typer.Argument(
            help="sponsor, coordinator, core, active, peripheral, expert, steward, "
            "technical_authority or technical_steward."
        ),
    ],
    remove: Annotated[bool, typer.Option("--remove", help="Take the role away.")] = False,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Give somebody a role, or take it away.

    While a community has no steward, anybody may name one.
    """
    from agent.services.identity import pick_community, set_role
    from agent.services.rulebook import problems_of
    from memory.records.people import Role

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = _acting(work, chosen, as_who)
        giver = actor.member if actor is not None else None
        wanted = one_of(Role, role, "role")
        member = set_role(work, chosen, giver, handle, wanted, remove=remove, by=actor)
        with work.store.reading() as unit:
            problems = problems_of(unit, work.policy, chosen)
    if as_json:
        from tui.render.payloads import member_payload

        print_json({"member": member_payload(member), "problems": list(problems)})
        return
    from rich.text import Text

    from tui.render.listing import role_words
    from tui.render.safe import one_line

    say(Text(f"{one_line(member.name)} is now: {role_words(member.roles)}."))
    for problem in problems:
        say(Text(f"But {one_line(problem)}.", style="bold"))


def actor_if_any(work: Workplace, community: Community, as_who: str | None) -> Member | None:
    """Who acts or reads; nobody where this account is nobody yet, which the service judges."""
    actor = _acting(work, community, as_who)
    return actor.member if actor is not None else None


def _acting(work: Workplace, community: Community, as_who: str | None) -> Actor | None:
    from agent.services.identity import actor_of

    try:
        return actor_of(work, community, as_who)
    except PermissionDeniedError:
        if as_who is not None:
            raise
        return None
