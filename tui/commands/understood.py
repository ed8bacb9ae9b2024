"""`passdown understood`: what an answer of yours was taken to say, and your word on that."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import UserInputError
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho

if TYPE_CHECKING:
    from memory.records.inquiry import Facet

NOTHING = "nothing"


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("understood")(show_understood)


def show_understood(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="ID", help="The question's id.")],
    correct: Annotated[
        list[str] | None,
        typer.Option(
            "--correct",
            metavar="N=FACET",
            help="What sentence N is about, such as 2=why; 2=nothing keeps it out of the guide.",
        ),
    ] = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show what each sentence of your answer was taken to be about, or set it right."""
    from agent.services.answering import find_question
    from agent.services.browsing import community_of
    from agent.services.identity import actor_of
    from agent.services.understanding import follow_meaning, record_meaning, understand

    changes = [_change(one) for one in correct or ()]
    with workplace(ctx) as work:
        found = find_question(work, question)
        actor = actor_of(work, community_of(work, found.community_id), as_who)
        for number, facet in changes:
            record_meaning(work, actor, found.id, number, facet)
        if changes:
            follow_meaning(work, found)
        understood = understand(work, actor.member, found.id)
        catalogue = work.catalogue
    if as_json:
        print_json(
            {
                "question": found.id,
                "quality": understood.quality.value,
                "settled": understood.settled,
                "sentences": [
                    {
                        "number": each.number,
                        "text": each.text,
                        "facets": [facet.value for facet in each.facets],
                        "by_author": each.by_author,
                    }
                    for each in understood.sentences
                ],
            }
        )
        return
    from tui.console import console_on
    from tui.render.understood import quality_told, sentence_row

    width = console_on(sys.stdout).width
    say(quality_told(understood))
    say(*(sentence_row(each, catalogue, width) for each in understood.sentences))
    acting = f" --as {actor.member.handle}" if as_who else ""
    if not understood.settled:
        facets = ", ".join(facet.value.lower() for facet in understood.choices)
        say_next(
            (f"passdown understood {found.id}{acting} --correct 1=why", f"or {facets}, nothing")
        )


def _change(given: str) -> tuple[int, Facet | None]:
    """The sentence and the facet of `2=why`. Raises `UserInputError`."""
    from memory.records.inquiry import Facet

    number, sign, name = given.partition("=")
    if not sign or not number.strip().isdecimal():
        raise UserInputError(f"{given!r} names no sentence and facet; write for example 2=why")
    if name.strip().casefold() == NOTHING:
        return int(number), None
    known = {facet.value.casefold(): facet for facet in Facet}
    facet = known.get(name.strip().casefold())
    if facet is None:
        raise UserInputError(f"{name!r} is no facet; one of: {', '.join(known)}, {NOTHING}")
    return int(number), facet
