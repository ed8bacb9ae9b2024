"""Commands on who sees what: visibility of places, guides published wider, and consent to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from memory.errors import UserInputError
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.services.visibility import PlaceLine, Places
    from agent.services.widening import Consent, Width
    from memory.records.people import Member
    from memory.records.visibility import Level, VisibilityAct

LEVELS = ("community", "members", "unused", "as_told")
NAMED = 5
"""People who are named in one line; more are counted."""
Guide = Annotated[str, typer.Argument(metavar="GUIDE", help="A guide's id.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("visibility")(visibility)
    app.command("widen")(widen_guide)
    app.command("agree")(agree_to_show)


def visibility(
    ctx: typer.Context,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="PLACE",
            help="A channel, a discussion's id, `private`, or `everything`; none: list them.",
        ),
    ] = None,
    level: Annotated[
        str | None,
        typer.Option("--to", metavar="WHOM", help="community, members, unused or as_told."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="WHO",
            help="With members: who, one at a time; else the source's.",
        ),
    ] = None,
    because: Annotated[str, typer.Option("--because", metavar="WHY", help="Why.")] = "",
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say who sees what was said in a place, or list who does.

    Stewards may. A guide is seen by those who see all that it rests on.
    """
    from agent.services.identity import actor_of, pick_community
    from agent.services.visibility import list_places, set_visibility
    from memory.records.visibility import Level

    if level is not None and level not in LEVELS:
        raise UserInputError(f"{level!r} is no level; there are: {', '.join(LEVELS)}")
    if (what is None) != (level is None):
        raise UserInputError("give a place and --to, or neither to list the places")
    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        if what is None or level is None:
            _say_places(list_places(work, actor), chosen.name, as_json=as_json)
            return
        act = set_visibility(work, chosen, actor, what, Level(level), because, only=only)
    _say_act(act, what, only or (), as_json=as_json)


def widen_guide(
    ctx: typer.Context,
    guide: Guide,
    because: Annotated[str, typer.Option("--because", metavar="WHY", help="Why.")],
    take_back: Annotated[bool, typer.Option("--take-back", help="Take that back.")] = False,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Publish a guide's words to the whole community, as far as its experts agree.

    The talk behind it stays as closed as it is. Stewards may who see all of it.
    """
    from agent.services.browsing import community_of
    from agent.services.guides import find_guide
    from agent.services.identity import actor_of
    from agent.services.widening import narrow, widen

    with workplace(ctx) as work:
        found = find_guide(work, guide)
        actor = actor_of(work, community_of(work, found.community_id), as_who)
        width = (narrow if take_back else widen)(work, actor, found.id, because)
    if as_json:
        print_json({"guide": width_payload(width)})
        return
    _say_width(width)
    if width.wish is not None and width.awaited:
        say_next((f"passdown agree {width.guide.id}", "for each of them"))


def agree_to_show(
    ctx: typer.Context,
    guide: Annotated[
        str | None, typer.Argument(metavar="GUIDE", help="A guide's id; none: what waits for you.")
    ] = None,
    no: Annotated[bool, typer.Option("--no", help="Do not agree, or no longer.")] = False,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Agree that a guide shows words of yours to the whole community, or take that back."""
    from agent.services.browsing import community_of
    from agent.services.guides import find_guide
    from agent.services.identity import actor_of, pick_community
    from agent.services.widening import agree, asked_to_agree
    from prompts.visibility import load_visibility

    with workplace(ctx) as work:
        if guide is None:
            actor = actor_of(work, pick_community(work, community), as_who)
            say_asked(asked_to_agree(work, actor.member), as_json=as_json)
            return
        found = find_guide(work, guide)
        actor = actor_of(work, community_of(work, found.community_id), as_who)
        width = agree(work, actor, found.id, yes=not no)
    if as_json:
        print_json({"guide": width_payload(width)})
        return
    from rich.text import Text

    say(Text(load_visibility().say("refused" if no else "agreed")))


def width_payload(width: Width) -> dict[str, Any]:
    """How far a guide is to be seen, as programs read it; its id alone for who sees none of it."""
    if not width.seen:
        return {"id": width.guide.id, "wished": width.wish is not None, "wide": width.wide}
    return {
        "id": width.guide.id,
        "title": width.guide.current.title,
        "wished": width.wish is not None,
        "because": width.wish.because if width.wish is not None else None,
        "wide": width.wide,
        "agreed": [member.handle for member in width.agreed],
        "awaited": [member.handle for member in width.awaited],
        "declined": [member.handle for member in width.declined],
        "nameless": width.nameless,
    }


def _say_width(width: Width) -> None:
    from rich.text import Text

    from prompts.visibility import load_visibility
    from tui.render.safe import one_line

    entry = load_visibility()
    title = one_line(width.guide.current.title) if width.seen else width.guide.id
    if width.wish is None:
        say(Text(entry.say("narrowed", title=title)))
    elif width.wide:
        say(Text(entry.say("widened", title=title)))
    elif width.awaited:
        say(Text(entry.say("widened_waits", title=title, names=_names(width.awaited, 0))))
    if width.wish is not None and width.declined:
        say(Text(entry.say("declined", names=_names(width.declined, 0))))
    if width.wish is not None and width.nameless:
        say(Text(entry.say("nameless")))


def consent_payload(asked: Consent) -> dict[str, Any]:
    """What somebody is asked to show, as programs read it."""
    return {**width_payload(asked.width), "words": list(asked.words)}


def say_asked(asked: Sequence[Consent], *, as_json: bool) -> None:
    """Tell for which guides somebody's word is wanted, and which of their words it is about."""
    if as_json:
        print_json({"guides": [consent_payload(one) for one in asked]})
        return
    from rich.text import Text

    from prompts.visibility import load_visibility
    from tui.render.consent import consent_block

    if not asked:
        say(Text(load_visibility().say("none_asked")))
        return
    for one in asked:
        say(*consent_block(one))
    first = asked[0].width.guide.id
    say_next((f"passdown agree {first}", "agree"), (f"passdown agree {first} --no", "do not"))


def _say_places(places: Places, name: str, *, as_json: bool) -> None:
    if as_json:
        decided = [act.model_dump(mode="json") for act in places.decided]
        print_json({"places": [_payload(line) for line in places.lines], "decided": decided})
        return
    from rich.text import Text

    from prompts.visibility import load_visibility
    from tui.render.listing import heading, indented
    from tui.render.safe import one_line
    from tui.render.times import counted

    entry = load_visibility()
    say(heading(one_line(name)))
    for line in places.lines:
        where = one_line(line.channel) or entry.say("nowhere")
        level = _level_words(line.level, _names(line.members, line.unknown))
        words = f"{line.source}/{where}: {level} ({counted(line.threads, 'discussion')})"
        say(indented(Text(words)))
    say_next(('passdown visibility PLACE --to members --only WHO --because "..."', "close one"))


def _payload(line: PlaceLine) -> dict[str, Any]:
    return {
        "source": line.source,
        "channel": line.channel,
        "level": line.level.value,
        "members": [member.handle for member in line.members],
        "unknown": line.unknown,
        "threads": line.threads,
    }


def _say_act(act: VisibilityAct, what: str, only: Any, *, as_json: bool) -> None:
    if as_json:
        print_json({"set": act.model_dump(mode="json")})
        return
    from rich.text import Text

    from prompts.visibility import load_visibility
    from tui.render.safe import one_line

    names = ", ".join(one_line(name) for name in only) or "its own members"
    level = _level_words(act.level, names) if act.level is not None else ""
    say(Text(load_visibility().say("set_place", what=one_line(what), level=level)))


def _level_words(level: Level, names: str) -> str:
    from prompts.visibility import load_visibility

    return load_visibility().say(f"level_{level.value}", names=names)


def _names(members: tuple[Member, ...], unknown: int) -> str:
    from prompts.visibility import load_visibility
    from tui.render.safe import one_line

    entry = load_visibility()
    named = [f"@{one_line(member.handle)}" for member in members[:NAMED]]
    more = len(members) - len(named) + unknown
    if more:
        named.append(entry.say("others", count=more))
    return ", ".join(named) or entry.say("nobody")
