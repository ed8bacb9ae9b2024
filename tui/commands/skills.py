"""Commands about who knows what: who, skill, newcomer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from memory.errors import UserInputError
from tui.commands.people import actor_if_any
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from rich.console import RenderableType

Topic = Annotated[str, typer.Argument(metavar="TOPIC", help="The topic, in words.")]
Who = Annotated[str, typer.Argument(metavar="WHO", help="The person: handle or name.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("who")(show_who)
    skill = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Say what you or others know: tag, endorse, withdraw; what you have shown: mine.",
    )
    skill.command("tag")(tag)
    skill.command("endorse")(endorse)
    skill.command("withdraw")(withdraw)
    skill.command("mine")(mine)
    skill.command("badges")(badges)
    skill.command("topics")(topics)
    skill.command("name")(name)
    skill.command("join")(join)
    app.add_typer(skill, name="skill")
    app.command("newcomer")(newcomer)


def show_who(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="[QUESTION]", help="About what.")] = "",
    gaps: Annotated[
        bool, typer.Option("--gaps", help="Topics that one person alone knows, or nobody.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many people at most.")] = 5,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Tell who might know about something, and what they have shown of it.

    With --gaps: which topics of the community one person alone knows, and which nobody does.
    """
    from agent.services.identity import pick_community
    from agent.services.skill_who import known_gaps, who_knows

    if gaps == bool(question.strip()):
        raise UserInputError(
            'say about what, for example: passdown who "grinding for espresso"; or --gaps alone'
        )
    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        asker = actor_if_any(work, chosen, as_who)
        if gaps:
            found = known_gaps(work, chosen, asker=asker)
        else:
            found = who_knows(work, chosen, question, limit=limit, asker=asker)
    from tui.render.skills import gaps_told, who_blocks, who_payload

    if as_json:
        print_json(who_payload(found))
    else:
        say(*(gaps_told(found) if gaps else who_blocks(found)))


def tag(
    ctx: typer.Context,
    topic: Topic,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say that you know a topic. It counts little until others bear it out."""
    from agent.services.identity import actor_of, pick_community
    from agent.services.skill_words import tag_skill

    with workplace(ctx) as work:
        actor = actor_of(work, pick_community(work, community), as_who)
        word = tag_skill(work, actor, topic)
    _told(f"Noted: you know about {word.topic}.", {"word": word.model_dump(mode="json")}, as_json)
    if not as_json:
        say_next((f'passdown skill withdraw "{word.topic}"', "take it back"))


def endorse(
    ctx: typer.Context,
    who: Who,
    topic: Topic,
    because: Annotated[
        str, typer.Option("--because", metavar="WHY", help="What you saw, in a sentence.")
    ] = "",
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Vouch for a peer on a topic. It counts in full where you have shown something of it."""
    from agent.services.identity import actor_of, pick_community
    from agent.services.skill_words import endorse as vouch

    with workplace(ctx) as work:
        actor = actor_of(work, pick_community(work, community), as_who)
        word, member = vouch(work, actor, who, topic, because)
    told = f"Noted: you vouch for {member.name} on {word.topic}. They can see that it was you."
    _told(told, {"word": word.model_dump(mode="json")}, as_json)


def withdraw(
    ctx: typer.Context,
    topic: Topic,
    of: Annotated[
        str | None, typer.Option("--of", metavar="WHO", help="Take back that you vouch for them.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="WHO", help="Delete that they vouch for you.")
    ] = None,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Take back your tag, or with --of an endorsement; with --by delete one of yourself."""
    from agent.services.identity import actor_of, pick_community
    from agent.services.skill_words import withdraw_word

    with workplace(ctx) as work:
        actor = actor_of(work, pick_community(work, community), as_who)
        word = withdraw_word(work, actor, topic, of=of, by=by)
    _told(f"Deleted what was said on {word.topic}.", {"withdrawn": word.id}, as_json)


def mine(
    ctx: typer.Context,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show what you have shown, and what was said of you; nobody else sees this."""
    from agent.services.identity import actor_of, pick_community
    from agent.services.skill_mine import own_skills
    from tui.render.skills import mine_blocks, mine_payload

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        found = own_skills(work, actor_of(work, chosen, as_who), chosen)
    if as_json:
        print_json(mine_payload(found))
    else:
        say(*mine_blocks(found))


def badges(
    ctx: typer.Context,
    show: Annotated[bool, typer.Option("--on/--off", help="Tell you, or do not.")],
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Choose whether you are told how often what you explained was used."""
    from agent.services.identity import actor_of, pick_community
    from agent.services.skill_words import show_badges

    with workplace(ctx) as work:
        actor = actor_of(work, pick_community(work, community), as_who)
        show_badges(work, actor, shown=show)
    _told("You will be told." if show else "You will not be told.", {"badges": show}, as_json)


def topics(ctx: typer.Context, community: InCommunity = None, as_json: AsJson = False) -> None:
    """List the topics of a community and the words that stand for them."""
    from agent.services.identity import pick_community
    from agent.services.seeing import check_open_to
    from agent.services.skills import read_skills

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        check_open_to(work, chosen)
        graph = read_skills(work, chosen)
        listed = sorted(
            graph.topics.values(), key=lambda t: (-graph.talked_about.get(t.id, 0), t.name)
        )
    from tui.render.skills import topic_blocks

    if as_json:
        print_json(
            {"topics": [{"id": t.id, "name": t.name, "terms": list(t.terms)} for t in listed]}
        )
    else:
        say(*topic_blocks(listed))


def name(
    ctx: typer.Context,
    term: Annotated[str, typer.Argument(metavar="WORDS", help="Words of the topic.")],
    new: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Name a topic; a steward's part."""
    _decide(ctx, term, community, as_who, as_json=as_json, name=new)


def join(
    ctx: typer.Context,
    term: Annotated[str, typer.Argument(metavar="WORDS", help="Words of the topic.")],
    into: Annotated[str, typer.Argument(metavar="OTHER", help="Words of the one it is part of.")],
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Make two topics one; a steward's part."""
    _decide(ctx, term, community, as_who, as_json=as_json, into=into)


def _decide(
    ctx: typer.Context,
    term: str,
    community: str | None,
    as_who: str | None,
    *,
    as_json: bool,
    name: str = "",
    into: str = "",
) -> None:
    from agent.services.identity import actor_of, pick_community
    from agent.services.skill_words import name_topic

    if not (name or into).strip():
        raise UserInputError("give the name in words; nothing was stored")
    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        decided = name_topic(work, chosen, actor, term, name=name, into=into)
    told = f"{term} is called {name} from now on." if name else f"{term} is part of {into} now."
    _told(told, {"decision": decided.model_dump(mode="json")}, as_json)


def newcomer(
    ctx: typer.Context,
    interests: Annotated[
        str, typer.Argument(metavar="[TOPICS]", help="What you care about, in words.")
    ] = "",
    movement: Annotated[
        bool, typer.Option("--movement", help="For sponsors: how many moved inwards.")
    ] = False,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Find your way in: what to read, whom to follow, a first task, and your own path."""
    from agent.services.identity import actor_of, pick_community
    from agent.services.skill_newcomer import movement as moved
    from agent.services.skill_newcomer import way_in
    from tui.render.skills import movement_blocks, movement_payload, way_blocks, way_payload

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        if movement:
            found = moved(work, actor, chosen)
        else:
            way = way_in(work, actor, chosen, interests)
    if movement:
        _show(movement_payload(found), movement_blocks(found), as_json=as_json)
    else:
        _show(way_payload(way), way_blocks(way), as_json=as_json)


def _told(sentence: str, payload: dict[str, Any], as_json: bool) -> None:
    """One sentence for people, or a JSON value."""
    if as_json:
        print_json(payload)
        return
    from rich.text import Text

    from tui.render.safe import one_line

    say(Text(one_line(sentence)))


def _show(payload: dict[str, Any], blocks: Sequence[RenderableType], *, as_json: bool) -> None:
    if as_json:
        print_json(payload)
    else:
        say(*blocks)
