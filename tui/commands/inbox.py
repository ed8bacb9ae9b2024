"""Commands of an expert and a steward: inbox, answer, confirm, review."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import UserInputError
from tui.commands.people import one_of
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from agent.services.answering import InboxItem
    from memory.records.guide import Guide

MAX_READ = 4_000_000
"""Bytes read of a file or of standard input; the service refuses far less, and says how much."""
STILL_WORKING = "Another process, or the next `passdown sweep`, goes on from there."


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("inbox")(show_inbox)
    app.command("answer")(answer_question)
    app.command("confirm")(confirm_draft)
    app.command("review")(decide_guide)


def show_inbox(
    ctx: typer.Context,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show what waits for you.

    Questions to you, drafts that need your yes and, for stewards, guides to review.
    """
    from agent.services.answering import inbox
    from agent.services.browsing import reviews_for
    from agent.services.guides import drafts_to_confirm
    from agent.services.identity import actor_of, pick_community

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        member = actor_of(work, chosen, as_who).member
        questions = inbox(work, member)
        drafts = drafts_to_confirm(work, member)
        reviews = reviews_for(work, member)
        now = work.clock.now()
    if as_json:
        from tui.render.payloads import guide_line_payload, member_payload, question_payload

        print_json(
            {
                "member": member_payload(member),
                "questions": [question_payload(item) for item in questions],
                "to_confirm": [guide_line_payload(guide) for guide in drafts],
                "to_review": [guide_line_payload(guide) for guide in reviews],
            }
        )
        return
    from tui.render.listing import heading

    say(heading(f"Inbox of {member.name}, {chosen.name}"))
    _say_inbox(questions, drafts, reviews, now, f" --as {member.handle}" if as_who else "")


def _say_inbox(
    questions: Sequence[InboxItem],
    drafts: Sequence[Guide],
    reviews: Sequence[Guide],
    now: datetime,
    acting: str,
) -> None:
    from rich.text import Text

    from tui.render.listing import guide_block, heading, question_block, spaced

    steps: list[tuple[str, str]] = []
    if questions:
        say(Text(), heading("Questions to you"), Text())
        say(*spaced(question_block(i.question, i.dossier.view.thread, now) for i in questions))
        first = questions[0].question.id
        steps.append((f"passdown show {first}{acting}", "read it in its thread"))
        steps.append((f'passdown answer {first}{acting} --text "..."', "or --skip"))
    for title, guides in (("Drafts that wait for your yes", drafts), ("To review", reviews)):
        if guides:
            say(Text(), heading(title), Text())
            say(*spaced(guide_block(guide, now) for guide in guides))
            steps.append((f"passdown show {guides[0].id}{acting}", "read it first"))
            verb = "confirm" if guides is drafts else "review"
            how = "" if guides is drafts else " --approve"
            steps.append((f"passdown {verb} {guides[0].id}{acting}{how}", ""))
    if not steps:
        say(Text("Nothing waits for you."))
        steps.append(("passdown guides", "what has been written down so far"))
    say_next(*steps)


def answer_question(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="ID", help="The question's id.")],
    text: Annotated[
        str | None, typer.Option("--text", metavar="WORDS", help="Answer in your own words.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="PATH", help="Answer with a text file; - is stdin."),
    ] = None,
    skip: Annotated[
        bool, typer.Option("--skip", help="Pass. No reason needed, never held against you.")
    ] = False,
    not_me: Annotated[
        str | None, typer.Option("--not-me", metavar="WHO", help="Say who would know better.")
    ] = None,
    not_me_unknown: Annotated[
        bool, typer.Option("--not-me-unknown", help="Not me, and I do not know who would.")
    ] = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="Never ask me again; closes all questions to me.")
    ] = False,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, or pass, refer or opt out. Exactly one of these options is needed."""
    from agent.services.answering import find_question, give_answer
    from agent.services.browsing import community_of
    from agent.services.identity import actor_of
    from memory.records.inquiry import AnswerKind

    given = [
        kind
        for kind, chosen in (
            (AnswerKind.REPLY, text is not None),
            (AnswerKind.REPLY, file is not None),
            (AnswerKind.SKIP, skip),
            (AnswerKind.NOT_ME, not_me is not None),
            (AnswerKind.NOT_ME, not_me_unknown),
            (AnswerKind.STOP, stop),
        )
        if chosen
    ]
    if len(given) != 1:
        raise UserInputError(
            "give exactly one of --text, --file, --skip, --not-me, --not-me-unknown and --stop"
        )
    if not_me is not None and not not_me.strip():
        raise UserInputError("--not-me names somebody; if you do not know who: --not-me-unknown")
    words = text if text is not None else (_read_words(file) if file is not None else "")
    with workplace(ctx) as work:
        found = find_question(work, question)
        actor = actor_of(work, community_of(work, found.community_id), as_who)
        receipt = give_answer(work, actor, found.id, given[0], text=words, refer_to=not_me)
    if as_json:
        print_json(
            {
                "answer": receipt.answer.id,
                "question": found.id,
                "kind": receipt.answer.kind.value,
                "moved_on": receipt.moved_on,
                "differs": list(receipt.differs),
            }
        )
        return
    _say_thanks(given[0].value, receipt.differs, moved_on=receipt.moved_on)


def _say_thanks(kind: str, differs: Sequence[str], *, moved_on: bool) -> None:
    from rich.text import Text

    from tui.render.safe import one_line

    thanks = {
        "reply": "Thank you. Your words are kept; nothing is published without your yes.",
        "skip": "Skipped. That is all right.",
        "not_me": "Passed on. Thank you.",
        "stop": "You will not be asked again, and no question to you is open any more.",
    }
    say(Text(thanks[kind]))
    for line in differs:
        say(Text(one_line(line)))
    if not moved_on:
        say(Text(f"It is recorded. {STILL_WORKING}"))
    say_next(("passdown inbox", "what waits for you now"))


def _read_words(file: str) -> str:
    """Text of a file, or of standard input for `-`. Raises `UserInputError`."""
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(MAX_READ + 1)
        else:
            with Path(file).open("rb") as stream:
                raw = stream.read(MAX_READ + 1)
    except OSError as error:
        raise UserInputError(f"{file!r} cannot be read: {error.strerror or error}") from error
    if len(raw) > MAX_READ:
        raise UserInputError(f"{file!r} holds more than {MAX_READ:,} bytes; nothing was stored")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserInputError(f"{file!r} is not UTF-8 text (byte {error.start})") from error


def confirm_draft(
    ctx: typer.Context,
    guide: Annotated[str, typer.Argument(metavar="ID", help="The guide's id.")],
    credit: Annotated[
        str | None,
        typer.Option("--credit", metavar="HOW", help="credited, role_only or chatham_house."),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Say no instead: the draft is let go.")
    ] = False,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Say yes to your own words in a draft. Read them first with `passdown show ID`."""
    from agent.services.browsing import community_of
    from agent.services.guides import confirm_guide, find_guide, withdraw_draft
    from agent.services.identity import actor_of
    from memory.records.people import Credit

    if withdraw and credit is not None:
        raise UserInputError("give --credit or --withdraw, not both")
    with workplace(ctx) as work:
        chosen = one_of(Credit, credit, "way of credit") if credit is not None else None
        found = find_guide(work, guide)
        actor = actor_of(work, community_of(work, found.community_id), as_who)
        if withdraw:
            after = withdraw_draft(work, actor, found.id)
        else:
            after = confirm_guide(work, actor, found.id, credit=chosen)
    if as_json:
        from tui.render.payloads import guide_line_payload

        print_json({"guide": guide_line_payload(after), "awaiting": len(after.awaiting())})
        return
    from rich.text import Text

    from tui.render.times import counted

    if withdraw:
        say(Text("The draft is let go. Nothing of it is published."))
    elif after.awaiting():
        missing = counted(len(after.awaiting()), "author")
        say(Text(f"Thank you. The yes of {missing} is still missing."))
    else:
        say(Text("Thank you. A steward decides next."))
    say_next(("passdown inbox", "what waits for you now"))


def decide_guide(
    ctx: typer.Context,
    guide: Annotated[str, typer.Argument(metavar="ID", help="The guide's id.")],
    approve: Annotated[bool, typer.Option("--approve", help="Publish it.")] = False,
    revise: Annotated[
        str | None, typer.Option("--revise", metavar="WHY", help="Send it back: what to change.")
    ] = None,
    reject: Annotated[
        str | None, typer.Option("--reject", metavar="WHY", help="Let it go, and why.")
    ] = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Decide on a confirmed guide, as a steward. Exactly one of the options is needed."""
    from agent.services.browsing import community_of
    from agent.services.guides import find_guide, review_guide
    from agent.services.identity import actor_of
    from memory.records.guide import Decision, GuideStatus

    if [approve, revise is not None, reject is not None].count(True) != 1:
        raise UserInputError("give exactly one of --approve, --revise WHY and --reject WHY")
    decision = (
        Decision.APPROVE if approve else Decision.REVISE if revise is not None else Decision.REJECT
    )
    with workplace(ctx) as work:
        found = find_guide(work, guide)
        actor = actor_of(work, community_of(work, found.community_id), as_who)
        after = review_guide(work, actor, found.id, decision, revise or reject or "")
    if as_json:
        from tui.render.payloads import guide_line_payload

        print_json({"guide": guide_line_payload(after), "decision": decision.value})
        return
    from rich.text import Text

    said = {
        Decision.APPROVE: {
            GuideStatus.PUBLISHED: "Approved. The guide is published, and `passdown ask` finds it.",
            GuideStatus.REJECTED: "Approved, but a message it cites was taken back: it is let go.",
        }.get(after.status, f"Approved. {STILL_WORKING}"),
        Decision.REVISE: "Sent back with your comment.",
        Decision.REJECT: "Rejected. The guide is let go.",
    }
    say(Text(said[decision]))
    say_next((f"passdown show {after.id}", ""), ("passdown inbox", "what waits for you now"))
