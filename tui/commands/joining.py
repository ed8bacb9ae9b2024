"""Commands on people with several handles: people join, separate, same, list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from agent.method.same_person import Likely
    from agent.services.joining import JoinedPerson
    from memory.records.people import Handle, Member

Because = Annotated[
    str, typer.Option("--because", metavar="WHY", help="How you know; it is kept and logged.")
]
WHY = {
    "same_address": "the same mail address, {shared}",
    "same_name_and_like_handle": "the same name, {shared}, and handles that are alike",
    "handle_spells_name": "one handle spells the other's name, {shared}",
    "same_handle": "the same handle at two places, {shared}",
}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        help="People who go by several handles: join, separate, look for them.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.callback()(see_who_is_who)
    group.command("join")(join)
    group.command("separate")(separate)
    group.command("same")(same)
    group.command("list")(list_joined)
    app.add_typer(group, name="people")


def see_who_is_who() -> None:
    """People who go by several handles: join, separate, look for them."""


def join(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A", help="The name they go by from now on.")],
    second: Annotated[str, typer.Argument(metavar="B", help="handle, handle@place or id.")],
    because: Because,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say that two handles are one person, in everything, until they are separated.

    Stewards may. What was said stays under the handle it was said with.
    """
    from agent.services.identity import actor_of, pick_community
    from agent.services.joining import join_members

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        person = join_members(work, chosen, actor, first, second, because)
    _show([person], as_json=as_json)
    if not as_json:
        first_id, second_id = (one.id for one in _last_pair(person))
        command = f"passdown people separate {first_id} {second_id} --because WHY"
        say_next((command, "take it back"))


def separate(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A", help="handle, handle@place or id.")],
    because: Because,
    second: Annotated[
        str | None, typer.Argument(metavar="[B]", help="From whom; without it from everybody.")
    ] = None,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Take back that two handles are one person; everything is as it was.

    Stewards may, but not about themselves.
    """
    from agent.services.identity import actor_of, pick_community
    from agent.services.joining import separate_members

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        people = separate_members(work, chosen, actor, first, second, because=because)
    _show(people, as_json=as_json)


def list_joined(ctx: typer.Context, community: InCommunity = None, as_json: AsJson = False) -> None:
    """List people who go by several handles, and why they are held for one."""
    from agent.services.identity import pick_community
    from agent.services.joining import joined_people

    with workplace(ctx) as work:
        people = joined_people(work, pick_community(work, community))
    _show(people, as_json=as_json)


def same(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many are shown.")] = 20,
    community: InCommunity = None,
    as_json: AsJson = False,
) -> None:
    """Propose handles that are likely one person, and say why. Nothing is joined by itself."""
    from agent.services.identity import pick_community
    from agent.services.joining import propose_same

    with workplace(ctx) as work:
        found = propose_same(work, pick_community(work, community))
    if as_json:
        print_json({"proposed": [_likely_payload(one) for one in found]})
        return
    from rich.text import Text

    from tui.render.times import counted

    say(Text(f"{counted(len(found), 'pair')} of people who may be one."))
    for one in found[:limit]:
        say(Text(f"{_placed(one.one)} and {_placed(one.other)}", overflow="fold"))
        for why in _reasons(one):
            say(Text(f"  {why}", style="dim", overflow="fold"))
        command = f"passdown people join {one.one.id} {one.other.id} --because WHY"
        say(Text(f"  {command}", overflow="fold"))
    if len(found) > limit:
        say(Text(f"and {len(found) - limit:,} more; see them with --limit", style="dim"))


def _reasons(likely: Likely) -> list[str]:
    from tui.render.safe import one_line

    strongest, *others = (WHY[sign.value] for sign in likely.signs)
    shared = one_line(likely.shared)
    return [strongest.replace("{shared}", shared), *(o.replace(", {shared}", "") for o in others)]


def _placed(member: Member) -> str:
    from tui.render.safe import one_line

    handles = ", ".join(one_line(f"{one.handle}@{one.source}") for one in member.handles)
    return f"{one_line(member.name)} ({handles})"


def _last_pair(person: JoinedPerson) -> tuple[Handle, Handle]:
    last = max(person.joinings, key=lambda joining: (joining.joined_at, joining.id))
    handles = {one.id: one for one in person.member.handles}
    return handles[last.leader_id], handles[last.member_id]


def _show(people: Any, *, as_json: bool) -> None:
    if as_json:
        print_json({"people": [_payload(person) for person in people]})
        return
    from rich.text import Text

    from tui.render.safe import one_line
    from tui.render.times import counted

    if not people:
        say(Text("Everybody goes by one handle."))
    for person in people:
        handles = counted(len(person.member.handles), "handle")
        say(Text(f"{_placed(person.member)}: {handles}", overflow="fold"))
        for one in person.joinings:
            told = f"  joined {one.joined_at:%Y-%m-%d}: {one_line(one.because)}"
            say(Text(told, style="dim", overflow="fold"))


def _payload(person: JoinedPerson) -> dict[str, Any]:
    return {
        "id": person.member.id,
        "name": person.member.name,
        "handles": [_handle_payload(one) for one in person.member.handles],
        "joined": [
            {
                "members": [one.leader_id, one.member_id],
                "by": one.joined_by,
                "at": one.joined_at.isoformat(),
                "because": one.because,
            }
            for one in person.joinings
        ],
    }


def _likely_payload(likely: Likely) -> dict[str, Any]:
    return {
        "members": [likely.one.id, likely.other.id],
        "handles": [
            [_handle_payload(one) for one in member.handles]
            for member in (likely.one, likely.other)
        ],
        "because": [sign.value for sign in likely.signs],
        "shared": likely.shared,
        "weight": likely.weight,
    }


def _handle_payload(one: Handle) -> dict[str, str]:
    return {"id": one.id, "handle": one.handle, "place": one.source, "name": one.name}
