"""Commands of a reader: guides, show, ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import UserInputError
from tui.commands.people import actor_if_any, one_of
from tui.console import console_on, print_json, print_raw, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from agent.services.pages import GuidePage
    from agent.services.superseding import Led
    from agent.services.workplace import Workplace


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("guides")(show_guides)
    app.command("show")(show_one)
    app.command("ask")(ask)


def show_guides(
    ctx: typer.Context,
    status: Annotated[
        str | None,
        typer.Option(
            "--status",
            help="draft, confirmed, published, rejected, retracted or superseded; else all.",
        ),
    ] = None,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """List the guides that you may read.

    Published ones, drafts of your own words and, for stewards, all of them.
    """
    from agent.services.browsing import is_steward, readable_guides
    from agent.services.governing import rules_of
    from agent.services.identity import pick_community
    from memory.records.guide import GuideStatus

    wanted = [one_of(GuideStatus, status, "status")] if status is not None else []
    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        member = actor_if_any(work, chosen, as_who)
        readable, hidden = readable_guides(work, chosen, member, wanted)
        rules = rules_of(work, chosen.id)
        now = work.clock.now()
    if as_json:
        from tui.render.payloads import guide_line_payload

        print_json({"guides": [guide_line_payload(guide) for guide in readable]})
        return
    from rich.text import Text

    from tui.render.listing import guide_block, heading, spaced
    from tui.render.times import counted

    say(heading(f"{chosen.name}: {counted(len(readable), 'guide')}"))
    if readable:
        say(Text(), *spaced(guide_block(guide, now) for guide in readable))
    if hidden and not (member and is_steward(member, rules)):
        say(
            Text(),
            Text(
                f"{counted(hidden, 'guide')} not for you to read (still in work, or let go).",
                style="dim",
            ),
        )
    if readable:
        say_next(
            (f"passdown show {readable[0].id}", "read it"),
            ('passdown ask "..."', "ask them all"),
        )
    else:
        say_next(("passdown status", "what is under way"))


def show_one(
    ctx: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="ID", help="A guide's or a question's id.")],
    markdown: Annotated[
        bool, typer.Option("--markdown", help="The guide as Markdown, for a file or a wiki.")
    ] = False,
    trail: Annotated[
        bool, typer.Option("--trail", help="Also how it came about, step by step.")
    ] = False,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show a guide, or a question in its thread."""
    with workplace(ctx) as work:
        question_id = _question_meant(work, wanted)
        if question_id is not None:
            _show_question(work, question_id, as_who, as_json=as_json)
        else:
            _show_guide(work, wanted, as_who, as_json=as_json, markdown=markdown, trail=trail)


def _question_meant(work: Workplace, wanted: str) -> str | None:
    """The id of the question that `wanted` begins, or `None` where it is a guide's."""
    from agent.services.answering import find_question
    from agent.services.guides import find_guide

    if wanted.startswith("que_"):
        return find_question(work, wanted).id
    if wanted.startswith(("gui_", "inq_")):
        return None
    try:
        find_guide(work, wanted)
    except UserInputError as no_guide:
        try:
            return find_question(work, wanted).id
        except UserInputError:
            raise UserInputError(
                f"{wanted!r} begins no guide and no open question, or several; see "
                "`passdown guides` and `passdown inbox`"
            ) from no_guide
    return None


def _show_question(work: Workplace, question_id: str, as_who: str | None, *, as_json: bool) -> None:
    from agent.services.answering import find_question
    from agent.services.browsing import community_of, read_question
    from agent.services.identity import actor_of

    community = community_of(work, find_question(work, question_id).community_id)
    item = read_question(work, actor_of(work, community, as_who), question_id)
    if as_json:
        from tui.render.payloads import question_payload

        print_json({"question": question_payload(item)})
        return
    from tui.render.pages import question_page
    from tui.render.question import question_renderable

    say(question_renderable(question_page(item), work.catalogue))
    if item.question.closed_at is not None:
        from rich.text import Text

        state = item.question.status.value
        say(Text(), Text(f"This question is no longer open: {state}.", style="bold"))
        return
    acting = f" --as {as_who}" if as_who else ""
    say_next((f'passdown answer {item.question.id}{acting} --text "..."', ""))


def _show_guide(
    work: Workplace,
    wanted: str,
    as_who: str | None,
    *,
    as_json: bool,
    markdown: bool,
    trail: bool,
) -> None:
    from agent.services.browsing import community_of, is_public, questions_in, read_page
    from agent.services.identity import actor_of
    from agent.services.seeing import reads_all
    from agent.services.superseding import led_to
    from tui.render.guide_markdown import guide_markdown
    from tui.render.guide_terminal import guide_renderable
    from tui.render.pages import guide_page

    led = led_to(work, wanted)
    community = community_of(work, led.guide.community_id)
    member = actor_if_any(work, community, as_who)
    if member is None and not is_public(led.guide):
        member = actor_of(work, community, as_who).member
    cited = read_page(work, member, led.guide.id)
    if not reads_all(work, member, [guide.id for guide, _ in led.through]):
        led = replace(led, through=())
    page = guide_page(cited, questions_in(work, cited))
    if as_json:
        from tui.render.payloads import guide_payload

        print_json({"guide": guide_payload(page), "in_place_of": [g.id for g, _ in led.through]})
    elif markdown:
        print_raw(guide_markdown(page, work.catalogue))
    else:
        import sys

        width = console_on(sys.stdout).width
        now = work.clock.now()
        _say_led(led)
        say(guide_renderable(page, work.catalogue, width, trail=trail, now=now))
        if not is_public(cited.guide):
            _say_worded(work, cited)
            _say_sent_back(cited)


def _say_worded(work: Workplace, cited: GuidePage) -> None:
    """Tell its authors and stewards what of its wording a model proposed."""
    from rich.text import Text

    from agent.services.wording_told import wording_told
    from tui.render.safe import visible

    for told in wording_told(work, cited.guide):
        say(Text(visible(told), style="dim"))


def _say_led(led: Led) -> None:
    """Tell a reader who looked for a guide that another took its place."""
    from rich.text import Text

    from prompts.life import load_life
    from tui.render.safe import one_line
    from tui.render.times import said_date

    for guide, succession in led.through:
        title, day = one_line(guide.current.title), said_date(succession.at)
        say(Text(load_life().say("led_here", title=title, day=day), style="italic"), Text())


def _say_sent_back(cited: GuidePage) -> None:
    """Tell its authors and stewards why earlier versions came back."""
    from rich.text import Text

    from tui.render.safe import visible
    from tui.render.times import said_date

    for review in cited.reviews:
        if review.comment:
            when = said_date(review.decided_at)
            words = f"Version {review.version} came back on {when}: {visible(review.comment)}"
            say(Text(words, style="italic"))


def ask(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Ask what is known.

    Answers with passages and their sources, when they do not apply, or who might know.
    """
    from agent.services.identity import pick_community
    from agent.services.recall import ask_memory
    from tui.render.pages import guide_page

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        recall = ask_memory(work, chosen, question, actor_if_any(work, chosen, as_who))
        now = work.clock.now()
    pages = {found.page.guide.id: guide_page(found.page) for found in recall.guides}
    if as_json:
        from tui.render.payloads import recall_payload

        print_json(recall_payload(recall, pages))
        return
    from tui.render.recall import recall_blocks

    say(*recall_blocks(recall, pages, now))
    if recall.guides:
        say_next(
            *(
                (f"passdown show {found.page.guide.id}", "the whole guide")
                for found in recall.guides
            )
        )
