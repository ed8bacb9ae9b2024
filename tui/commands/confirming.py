"""`passdown confirm`: say yes to one's words, all or one by one, correct or strike them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import UserInputError
from tui.commands.people import one_of
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho

if TYPE_CHECKING:
    from agent.services.correcting import Changed
    from memory.records.guide import Guide

Version = Annotated[
    int | None,
    typer.Option("--version", metavar="V", help="Only if this is still the present version."),
]


def confirm_draft(
    ctx: typer.Context,
    guide: Annotated[str, typer.Argument(metavar="ID", help="The guide's id.")],
    sentence: Annotated[
        list[int] | None,
        typer.Option("--sentence", metavar="N", help="Only to this one; may be repeated."),
    ] = None,
    correct: Annotated[
        int | None,
        typer.Option("--correct", metavar="N", help="Put your other words (--text) in its place."),
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="WORDS", help="The words of a correction.")
    ] = None,
    strike: Annotated[
        list[int] | None, typer.Option("--strike", metavar="N", help="Leave this sentence out.")
    ] = None,
    credit: Annotated[
        str | None,
        typer.Option("--credit", metavar="HOW", help="credited, role_only or chatham_house."),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Say no instead: all of your words are taken back.")
    ] = False,
    version: Version = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say yes to your own words in a draft, all or one by one, or change them.

    `passdown mine ID` shows them, numbered. Corrections and strikes also after publication.
    """
    from agent.services.browsing import community_of
    from agent.services.confirming import confirm_guide
    from agent.services.correcting import correct_sentence, strike_sentences
    from agent.services.guides import find_guide
    from agent.services.identity import actor_of
    from agent.services.withdrawing import withdraw_words
    from memory.records.people import Credit

    acts = [bool(sentence), correct is not None, bool(strike), withdraw]
    if acts.count(True) > 1:
        raise UserInputError("give one of --sentence, --correct, --strike and --withdraw at a time")
    if (correct is None) != (text is None):
        raise UserInputError("a correction needs both: --correct N and --text WORDS")
    if credit is not None and any(acts[1:]):
        raise UserInputError("--credit goes with a yes; else use `passdown credit ID HOW`")
    with workplace(ctx) as work:
        chosen = one_of(Credit, credit, "way of credit") if credit is not None else None
        found = find_guide(work, guide)
        actor = actor_of(work, community_of(work, found.community_id), as_who)
        changed: Changed | None = None
        if withdraw:
            changed = withdraw_words(work, actor, found.id)
        elif correct is not None:
            changed = correct_sentence(work, actor, found.id, correct, text or "", version=version)
        elif strike:
            changed = strike_sentences(work, actor, found.id, strike, version=version)
        else:
            after = confirm_guide(
                work, actor, found.id, credit=chosen, sentences=sentence or (), version=version
            )
    if changed is not None:
        after = changed.guide
    if as_json:
        from tui.render.payloads import guide_line_payload

        print_json(
            {
                "guide": None if changed and changed.let_go else guide_line_payload(after),
                "status": after.status.value,
                "awaiting": len(after.awaiting()),
                "missing": len(after.missing(actor.member.id)),
                "differs": list(changed.differs) if changed else [],
            }
        )
        return
    acting = f" --as {as_who}" if as_who else ""
    if changed is None:
        _say_confirmed(after, actor.member.id, acting)
    else:
        _say_changed(changed, acting, corrected=correct is not None)


def _say_confirmed(after: Guide, member_id: str, acting: str) -> None:
    from rich.text import Text

    from tui.render.times import counted

    missing = len(after.missing(member_id))
    if missing:
        say(Text(f"Thank you. {counted(missing, 'sentence')} still without your yes."))
        say_next((f"passdown mine {after.id}{acting}", "read them"))
        return
    if after.awaiting():
        others = counted(len(after.awaiting()), "author")
        say(Text(f"Thank you. The yes of {others} is still missing."))
    else:
        say(Text("Thank you. A steward decides next."))
    say_next((f"passdown inbox{acting}", "what waits for you now"))


def _say_changed(changed: Changed, acting: str, *, corrected: bool) -> None:
    """What became of a correction, a strike or a withdrawal."""
    from rich.text import Text

    from memory.records.guide import GuideStatus
    from tui.render.safe import one_line

    for text in changed.gone:
        say(Text(f"No longer in the guide: \u201c{one_line(text)}\u201d"))
    for line in changed.differs:
        say(Text(one_line(line)))
    status = changed.guide.status
    if changed.let_go:
        say(Text("So little is left that the draft or guide is let go. Nothing of it is shown."))
        say_next(("passdown mine", "what still stands in your name"))
        return
    if status is GuideStatus.PUBLISHED:
        say(Text("The published guide goes on without it, from now on."))
    elif status is GuideStatus.CONFIRMED:
        say(Text("A steward decides next; until then `passdown ask` does not find the guide."))
    elif corrected:
        say(Text("Your words stand in its place."))
    say_next((f"passdown mine {changed.guide.id}{acting}", "how it reads now"))
