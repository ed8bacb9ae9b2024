"""`passdown review --escalate` and `--retract`: put a guide to somebody, or take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.console import print_json, say, say_next

if TYPE_CHECKING:
    from agent.services.identity import Actor
    from agent.services.voting import Tally
    from agent.services.workplace import Workplace
    from memory.records.guide import Guide


def put_to_somebody(
    work: Workplace, actor: Actor, guide_id: str, why: str, to: str | None, *, as_json: bool
) -> None:
    """Put a waiting guide to another steward or the technical authority."""
    from agent.services.escalating import escalate
    from tui.render.payloads import guide_line_payload

    guide, asked = escalate(work, actor, guide_id, why, to=to)
    if as_json:
        line = guide_line_payload(guide)
        print_json({"guide": line, "decision": "escalate", "to": asked.handle})
        return
    from rich.text import Text

    from tui.render.safe import one_line

    say(Text(f"Put to {one_line(asked.name)}, first in their queue. It still waits for you too."))
    say_next((f"passdown review {guide.id}", "read it again"))


def take_back(work: Workplace, actor: Actor, guide_id: str, why: str, *, as_json: bool) -> None:
    """Take a published guide back, for good."""
    from agent.services.retracting import retract_published

    guide = retract_published(work, actor, guide_id, why)
    if as_json:
        print_json({"guide": guide.id, "status": guide.status.value, "decision": "retract"})
        return
    from rich.text import Text

    say(Text("Taken back. Nobody finds or reads it any more."))
    say_next(
        ("passdown export --to FOLDER", "bring an earlier export up to date: its page goes"),
        (f"passdown log {guide.id}", "who did what"),
    )


def tally_payload(tally: Tally) -> dict[str, Any]:
    """How the votes stand, for programs."""
    from memory.records.guide import Decision

    counts = {decision.value: tally.count(decision) for decision in Decision}
    return {**counts, "quorum": tally.quorum, "voters": tally.voters}


def say_voted(guide: Guide, tally: Tally) -> None:
    """What a vote came to that has not decided yet."""
    from rich.text import Text

    from tui.render.voting import vote_words

    say(Text(vote_words(tally)))
    if tally.voters < tally.quorum:
        told = f"Only {tally.voters} may vote on it, which is too few: see `passdown role`."
        say(Text(told, style="bold"))
    say_next((f"passdown review {guide.id}", "read it again, or vote otherwise"))
