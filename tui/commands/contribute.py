"""Commands by which members bring something themselves: a note, an after-action review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import UserInputError
from tui.console import print_json, say, say_next, workplace
from tui.files import looks_like_file, read_words
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from agent.services.incidents import ReviewProgress, ReviewReceipt
    from agent.services.notes import NoteReceipt


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("note")(take_note)
    app.command("review-incident")(review_incident)


def take_note(
    ctx: typer.Context,
    text: Annotated[
        str | None, typer.Argument(metavar="[TEXT]", help="The note, in your own words.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--file", metavar="PATH", help="A text, .vtt or .srt file instead; - is stdin."
        ),
    ] = None,
    title: Annotated[
        str, typer.Option("--title", metavar="WORDS", help="What it is about, in a few words.")
    ] = "",
    me: Annotated[
        str, typer.Option("--me", metavar="LABEL", help="The speaker of a transcript that is you.")
    ] = "",
    mine: Annotated[
        bool, typer.Option("--mine", help="All of it is your own words; labels are no speakers.")
    ] = False,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Hand in a note, or the transcript of a short recording, as raw knowledge.

    Questions about it are asked at once, within your budget. Nothing is published without your yes.
    """
    from agent.services.identity import actor_of, pick_community
    from agent.services.notes import submit_note
    from agent.sources.transcripts import check_captions

    if (text is None) == (file is None):
        raise UserInputError('give the note as "TEXT", or with --file PATH, and not both')
    if text is not None and looks_like_file(text):
        raise UserInputError(f"{text!r} is a file; hand it in with --file {text}")
    if mine and me:
        raise UserInputError("give --me or --mine, not both")
    words = text if text is not None else read_words(str(file))
    if str(file).lower().endswith((".vtt", ".srt")):
        check_captions(words, str(file))
    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        receipt = submit_note(work, chosen, actor, words, title=title, me=me, mine=mine)
        now = work.clock.now()
    if as_json:
        from tui.render.contributed import note_payload

        print_json(note_payload(receipt, actor.member))
        return
    from tui.render.contributed import note_blocks

    say(*note_blocks(receipt, actor.member, now))
    _say_next_of_note(receipt, f" --as {actor.member.handle}" if as_who else "")


def _say_next_of_note(receipt: NoteReceipt, acting: str) -> None:
    if receipt.question is not None:
        answer = f'passdown answer {receipt.question.id}{acting} --text "..."'
        say_next((answer, "or --skip"), (f"passdown inbox{acting}", "what waits for you"))
    elif receipt.guide_id is not None:
        say_next((f"passdown show {receipt.guide_id}", "read it"))
    elif receipt.ask_at is not None:
        say_next(("passdown sweep", "asks when the time has come"))
    else:
        say_next(("passdown status", "how things stand"))


def review_incident(
    ctx: typer.Context,
    title: Annotated[
        str | None,
        typer.Argument(
            metavar="[TITLE]", help="The incident in 2 to 12 words; questions quote it."
        ),
    ] = None,
    people: Annotated[
        str, typer.Option("--people", metavar="A,B,C", help="Who looks back on it, by handle.")
    ] = "",
    about: Annotated[
        str, typer.Option("--about", metavar="WORDS", help="What happened, in a sentence or two.")
    ] = "",
    thread: Annotated[
        str,
        typer.Option(
            "--thread",
            metavar="ID",
            help="Where it was handled instead: an id, or words said there.",
        ),
    ] = "",
    around: Annotated[
        bool,
        typer.Option(
            "--around",
            help="Ask one at a time, and go on with those whom they name, till all is told.",
        ),
    ] = False,
    listing: Annotated[
        bool, typer.Option("--list", help="Show the reviews of the community and how they stand.")
    ] = False,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Look back on an incident that is over, with the people who were there.

    Each is asked four questions, one at a time and by themselves: what was intended, what
    happened, what made the difference, what to do the next time. The answers become a lesson.
    """
    from agent.services.identity import actor_of, pick_community
    from agent.services.incidents import list_reviews, open_review

    if listing:
        if title or people or about or thread or around:
            raise UserInputError("--list stands alone")
        with workplace(ctx) as work:
            chosen = pick_community(work, community)
            found = list_reviews(work, chosen)
        _say_reviews(chosen.name, found, as_json=as_json)
        return
    if title is None:
        raise UserInputError('name the incident: passdown review-incident "TITLE" --people A,B')
    named = [who.strip() for who in people.split(",") if who.strip()]
    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        actor = actor_of(work, chosen, as_who)
        receipt = open_review(
            work, chosen, actor, title, named, about=about, thread=thread, around=around
        )
    _say_opened(receipt, as_json=as_json)


def _say_opened(receipt: ReviewReceipt, *, as_json: bool) -> None:
    from tui.render.contributed import receipt_blocks, receipt_payload

    if as_json:
        print_json(receipt_payload(receipt))
        return
    say(*receipt_blocks(receipt))
    say_next(
        ("passdown review-incident --list", "how it stands"),
        ("passdown inbox", "what waits for you"),
        ("passdown sweep", "asks whoever is due"),
    )


def _say_reviews(name: str, found: Sequence[ReviewProgress], *, as_json: bool) -> None:
    from tui.render.contributed import review_blocks, review_payload
    from tui.render.listing import heading, spaced
    from tui.render.times import counted

    if as_json:
        print_json({"reviews": [review_payload(one) for one in found]})
        return
    from rich.text import Text

    say(heading(f"{name}: {counted(len(found), 'review')}"))
    if found:
        say(Text(), *spaced(review_blocks(one) for one in found))
    lessons = [one.guide_id for one in found if one.guide_id is not None]
    if lessons:
        say_next((f"passdown show {lessons[-1]}", "the latest lesson"))
    else:
        say_next(('passdown review-incident "TITLE" --people A,B --about "..."', "begin one"))
