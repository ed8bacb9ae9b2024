"""Commands of an expert and a steward: inbox, answer, review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import UserInputError
from tui.commands.confirming import confirm_draft
from tui.commands.deciding import STILL_WORKING, decide_guide
from tui.commands.people import one_of
from tui.console import print_json, say, say_next, workplace
from tui.files import read_words
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from agent.services.answering import InboxItem, Receipt
    from agent.services.widening import Consent
    from memory.records.guide import Guide, Review


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
    from zoneinfo import ZoneInfo

    from agent.services.answering import inbox
    from agent.services.asked import asked_of
    from agent.services.browsing import reviews_for
    from agent.services.guides import comments_on, drafts_to_confirm
    from agent.services.identity import actor_of, pick_community
    from agent.services.widening import asked_to_agree

    with workplace(ctx) as work:
        chosen = pick_community(work, community)
        member = actor_of(work, chosen, as_who).member
        questions = inbox(work, member)
        asked = asked_of(work, member)
        zone = ZoneInfo(member.timezone or work.policy.ask.timezone)
        drafts = drafts_to_confirm(work, member)
        reviews = reviews_for(work, member)
        wider = asked_to_agree(work, member)
        comments = {draft.id: comments_on(work, draft.id) for draft in drafts}
        now = work.clock.now()
    if as_json:
        from tui.commands.visibility import consent_payload
        from tui.render.payloads import (
            guide_line_payload,
            member_payload,
            put_off_payload,
            question_payload,
            unsent_payload,
        )

        print_json(
            {
                "member": member_payload(member),
                "questions": [question_payload(item) for item in questions],
                "to_confirm": [
                    {
                        **guide_line_payload(guide),
                        "comments": list(dict.fromkeys(r.comment for r in comments[guide.id])),
                    }
                    for guide in drafts
                ],
                "to_agree": [consent_payload(one) for one in wider],
                "to_review": [guide_line_payload(guide) for guide in reviews],
                "put_off": [put_off_payload(line) for line in asked.snoozed],
                "unsent": [unsent_payload(one) for one in asked.unsent],
            }
        )
        return
    from tui.render.asked import elsewhere_told
    from tui.render.listing import heading

    say(heading(f"Inbox of {member.name}, {chosen.name}"))
    say(*elsewhere_told(asked, zone))
    acting = f" --as {member.handle}" if as_who else ""
    _say_inbox(questions, drafts, reviews, wider, comments, now, acting)


def _say_inbox(
    questions: Sequence[InboxItem],
    drafts: Sequence[Guide],
    reviews: Sequence[Guide],
    wider: Sequence[Consent],
    comments: Mapping[str, Sequence[Review]],
    now: datetime,
    acting: str,
) -> None:
    from rich.text import Text

    from tui.render.consent import consent_block
    from tui.render.listing import guide_block, heading, question_block, spaced
    from tui.render.words import comment_lines

    steps: list[tuple[str, str]] = []
    if questions:
        say(Text(), heading("Questions to you"), Text())
        asked = (
            [
                *question_block(i.question, i.dossier.view.thread, now),
                *comment_lines(i.dossier.reviews if i.dossier.sent_back else ()),
            ]
            for i in questions
        )
        say(*spaced(asked))
        first = questions[0].question.id
        steps.append((f"passdown show {first}{acting}", "read it in its thread"))
        steps.append((f'passdown answer {first}{acting} --text "..."', "or --skip"))
    for title, guides in (("Drafts that wait for your yes", drafts), ("To review", reviews)):
        if guides:
            say(Text(), heading(title), Text())
            blocks = (
                [*guide_block(g, now), *comment_lines(comments.get(g.id, ()))] for g in guides
            )
            say(*spaced(blocks))
            steps.append((f"passdown show {guides[0].id}{acting}", "read it first"))
            verb = "confirm" if guides is drafts else "review"
            how = "" if guides is drafts else " --approve"
            if guides is drafts:
                steps.append((f"passdown mine {guides[0].id}{acting}", "sentence by sentence"))
            steps.append((f"passdown {verb} {guides[0].id}{acting}{how}", ""))
    if wider:
        say(Text(), heading("Words of yours that everybody may read, if you agree"), Text())
        say(*spaced(list(consent_block(one)) for one in wider))
        first = wider[0].width.guide.id
        steps.append((f"passdown agree {first}{acting}", "or --no"))
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
    enough: Annotated[
        bool, typer.Option("--enough", help="Enough for now: no more questions about this.")
    ] = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="Never ask me again; closes all questions to me.")
    ] = False,
    credit: Annotated[
        str | None,
        typer.Option(
            "--credit",
            metavar="HOW",
            help="How you appear with it: credited, role_only or chatham_house.",
        ),
    ] = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, or pass, refer or opt out. Exactly one of these options is needed."""
    from agent.services.answering import find_question, give_answer
    from agent.services.browsing import community_of
    from agent.services.identity import actor_of
    from memory.records.inquiry import AnswerKind
    from memory.records.people import Credit

    given = [
        kind
        for kind, chosen in (
            (AnswerKind.REPLY, text is not None),
            (AnswerKind.REPLY, file is not None),
            (AnswerKind.SKIP, skip),
            (AnswerKind.NOT_ME, not_me is not None),
            (AnswerKind.NOT_ME, not_me_unknown),
            (AnswerKind.ENOUGH, enough),
            (AnswerKind.STOP, stop),
        )
        if chosen
    ]
    if len(given) != 1:
        raise UserInputError(
            "give exactly one of --text, --file, --skip, --not-me, --not-me-unknown, --enough and "
            "--stop"
        )
    mode = one_of(Credit, credit, "way of credit") if credit is not None else None
    if not_me is not None and not not_me.strip():
        raise UserInputError("--not-me names somebody; if you do not know who: --not-me-unknown")
    words = text if text is not None else (read_words(file) if file is not None else "")
    with workplace(ctx) as work:
        found = find_question(work, question)
        actor = actor_of(work, community_of(work, found.community_id), as_who)
        receipt = give_answer(
            work, actor, found.id, given[0], text=words, refer_to=not_me, credit=mode
        )
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
    acting = f" --as {actor.member.handle}" if as_who else ""
    _say_thanks(receipt, found.id, acting)


def _say_thanks(receipt: Receipt, question_id: str, acting: str) -> None:
    from rich.text import Text

    from tui.render.safe import one_line

    thanks = {
        "reply": "Thank you. Your words are kept; nothing is published without your yes.",
        "skip": "Skipped. That is all right.",
        "not_me": "Passed on. Thank you.",
        "enough": "Enough for now. What you told so far goes into a draft.",
        "stop": "You will not be asked again, and no question to you is open any more.",
    }
    kind = receipt.answer.kind.value
    say(Text(thanks[kind]))
    for line in receipt.differs:
        say(Text(one_line(line)))
    if not receipt.moved_on:
        say(Text(f"It is recorded. {STILL_WORKING}"))
    steps = [(f"passdown inbox{acting}", "what waits for you now")]
    if kind == "reply":
        read_it = f"passdown understood {question_id}{acting}"
        steps.insert(0, (read_it, "what each sentence was taken to be about"))
    say_next(*steps)
