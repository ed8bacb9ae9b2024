"""`passdown review`: a steward reads a guide with its sources, decides on it, or edits it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import PermissionDeniedError, UserInputError
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho

if TYPE_CHECKING:
    from agent.services.identity import Actor
    from agent.services.voting import Tally
    from agent.services.workplace import Workplace
    from memory.records.guide import Decision, Guide

STILL_WORKING = "Another process, or the next `passdown sweep`, goes on from there."


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
    edit: Annotated[
        int | None,
        typer.Option("--edit", metavar="N", help="Reword a sentence (--text) within its sources."),
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="WORDS", help="The words of an edit.")
    ] = None,
    escalate: Annotated[
        str | None, typer.Option("--escalate", metavar="WHY", help="Put it to somebody: --to.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="WHO", help="Whom; else the technical authority."),
    ] = None,
    retract: Annotated[
        str | None,
        typer.Option("--retract", metavar="WHY", help="Take a published guide back, for good."),
    ] = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Decide on a confirmed guide, as a steward; without an option, read it with its sources.

    An edit may not say more than its sources; the author then confirms that sentence again.
    """
    from agent.services.browsing import community_of
    from agent.services.deciding import approve as approve_checked
    from agent.services.guides import find_guide
    from agent.services.identity import actor_of
    from agent.services.reviewing import edit_sentence, review_guide
    from agent.services.voting import tally_of
    from memory.records.guide import Decision

    beside = [escalate is not None, retract is not None]
    acts = [approve, revise is not None, reject is not None, edit is not None, *beside]
    if acts.count(True) > 1:
        raise UserInputError(
            "give one of --approve, --revise WHY, --reject WHY, --edit N, --escalate WHY and "
            "--retract WHY"
        )
    if to is not None and escalate is None:
        raise UserInputError("--to says to whom a guide is put, with --escalate WHY")
    if (edit is None) != (text is None):
        raise UserInputError("an edit needs both: --edit N and --text WORDS")
    decision = (
        Decision.APPROVE if approve else Decision.REVISE if revise is not None else Decision.REJECT
    )
    with workplace(ctx) as work:
        found = find_guide(work, guide)
        actor = actor_of(work, community_of(work, found.community_id), as_who)
        if not any(acts):
            _show_for_review(work, actor, found.id, as_json=as_json)
            return
        if any(beside):
            _put_or_take_back(work, actor, found.id, escalate, to, retract, as_json=as_json)
            return
        if edit is not None:
            after = edit_sentence(work, actor, found.id, edit, text or "")
        elif approve:
            after = approve_checked(work, actor, found.id)
        else:
            after = review_guide(work, actor, found.id, decision, revise or reject or "")
        tally = tally_of(work, actor, after.id) if edit is None else None
    _tell(after, None if edit is not None else decision, tally, as_json=as_json)


def _tell(after: Guide, decision: Decision | None, tally: Tally | None, *, as_json: bool) -> None:
    """What became of a guide by a decision (`None`: an edit), or how the votes stand."""
    from tui.commands.stewarding import say_voted, tally_payload

    if as_json:
        from tui.render.payloads import guide_line_payload

        did = "edit" if decision is None else decision.value
        votes = {} if tally is None else {"votes": tally_payload(tally)}
        print_json({"guide": guide_line_payload(after), "decision": did, **votes})
    elif tally is not None:
        say_voted(after, tally)
    else:
        _say_decided(after, decision)


def _put_or_take_back(
    work: Workplace,
    actor: Actor,
    guide_id: str,
    escalate: str | None,
    to: str | None,
    retract: str | None,
    *,
    as_json: bool,
) -> None:
    from tui.commands.stewarding import put_to_somebody, take_back

    if escalate is not None:
        put_to_somebody(work, actor, guide_id, escalate, to, as_json=as_json)
    else:
        take_back(work, actor, guide_id, retract or "", as_json=as_json)


def _say_decided(after: Guide, decision: Decision | None) -> None:
    """What became of a guide by a decision; `None` is an edit."""
    from rich.text import Text

    from memory.records.guide import Decision, GuideStatus

    said = {
        None: "Changed. Its author reads that sentence again before you decide.",
        Decision.APPROVE: {
            GuideStatus.PUBLISHED: "Approved. The guide is published, and `passdown ask` finds it.",
            GuideStatus.REJECTED: "Approved, but a message it cites was taken back: it is let go.",
        }.get(after.status, f"Approved. {STILL_WORKING}"),
        Decision.REVISE: "Sent back with your comment.",
        Decision.REJECT: "Rejected. The guide is let go.",
    }
    say(Text(said[decision]))
    say_next((f"passdown show {after.id}", ""), ("passdown inbox", "what waits for you now"))


def _show_for_review(work: Workplace, actor: Actor, guide_id: str, *, as_json: bool) -> None:
    """All sentences with their sources, who said them, where and when: for stewards alone."""
    from agent.services.browsing import is_steward
    from agent.services.confirming import numbered_sentences
    from agent.services.governing import rules_of
    from memory.records.guide import GuideStatus
    from tui.render.words import sentence_blocks, sentence_payloads

    if not is_steward(actor.member, rules_of(work, actor.member.community_id)):
        raise PermissionDeniedError("only stewards and the technical authority read the sources")
    guide, sentences = numbered_sentences(work, guide_id, actor.member)
    if guide.status is GuideStatus.RETRACTED:
        raise UserInputError(f"guide {guide.id!r} was withdrawn; none of it is shown any more")
    if as_json:
        print_json(
            {
                "guide": guide.id,
                "version": guide.current.number,
                "status": guide.status.value,
                "sentences": sentence_payloads(sentences),
            }
        )
        return
    from rich.text import Text

    from tui.render.listing import GUIDE_STATUS, heading

    say(heading(guide.current.title))
    say(Text(f"Version {guide.current.number}, {GUIDE_STATUS[guide.status]}.", style="dim"), Text())
    say(*sentence_blocks(sentences, None, work.catalogue))
    if guide.status is GuideStatus.CONFIRMED:
        say_next(
            (f"passdown review {guide.id} --approve", "publish it"),
            (f'passdown review {guide.id} --edit N --text "..."', "within its sources"),
            (f'passdown review {guide.id} --revise "..."', "send it back"),
        )
