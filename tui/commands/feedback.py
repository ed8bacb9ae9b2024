"""Commands of a reader who tried a guide: helped, failed."""

from __future__ import annotations

from typing import Annotated

import typer

from memory.errors import UserInputError
from memory.records.feedback import FeedbackKind
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho

Guide = Annotated[str, typer.Argument(metavar="GUIDE", help="The guide's id.")]
TakeBack = Annotated[
    bool, typer.Option("--take-back", help="Delete what you said of it last instead.")
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("helped")(helped)
    app.command("failed")(failed)


def helped(
    ctx: typer.Context,
    guide: Guide,
    take_back: TakeBack = False,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say that a guide helped you. Its authors see how many it helped, and no names."""
    _speak(ctx, guide, None if take_back else FeedbackKind.HELPED, "", as_who, as_json=as_json)


def failed(
    ctx: typer.Context,
    guide: Guide,
    because: Annotated[
        str,
        typer.Option(
            "--because", metavar="WHY", help="Why it did not work here, in a sentence of your own."
        ),
    ] = "",
    take_back: TakeBack = False,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say that a guide did not work here, and why.

    Your words go to its authors and to stewards, without your name.
    """
    if not take_back and not because.strip():
        raise UserInputError('say why, for example: passdown failed GUIDE --because "our ..."')
    kind = None if take_back else FeedbackKind.FAILED
    _speak(ctx, guide, kind, because, as_who, as_json=as_json)


def _speak(
    ctx: typer.Context,
    guide: str,
    kind: FeedbackKind | None,
    because: str,
    as_who: str | None,
    *,
    as_json: bool,
) -> None:
    """Give feedback of a kind, or with none take back what was said last."""
    from agent.services.browsing import community_of
    from agent.services.feedback import feedback_on, give_feedback, take_back_feedback
    from agent.services.guides import find_guide
    from agent.services.identity import actor_of

    with workplace(ctx) as work:
        found = find_guide(work, guide)
        actor = actor_of(work, community_of(work, found.community_id), as_who)
        if kind is None:
            take_back_feedback(work, actor, found.id)
        else:
            give_feedback(work, actor, found.id, kind, because)
        told = feedback_on(work, found.id)
    said = kind.value if kind else None
    if as_json:
        counts = {"helped": told.helped, "failed": told.failed}
        print_json({"guide": found.id, "said": said, **counts})
        return
    from rich.text import Text

    thanks = {
        None: "Taken back; nothing of it is kept.",
        FeedbackKind.HELPED: "Noted; whoever told it will see that it helped one more.",
        FeedbackKind.FAILED: "Noted; its authors and stewards read your words, without your name.",
    }
    say(Text(thanks[kind]))
    if kind is not None:
        say_next((f"passdown {kind.value} {found.id} --take-back", "take it back"))
