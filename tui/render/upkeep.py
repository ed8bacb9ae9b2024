"""What calls published guides into question, for stewards: both sides, whole and verbatim."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType
from rich.text import Text

from agent.services.challenging_marks import Contested
from agent.services.questioned import Twins, Upkeep, Waiting
from prompts.life import load_life
from tui.render.listing import hanging, heading, spaced
from tui.render.safe import one_line
from tui.render.times import counted, said_date


def upkeep_blocks(upkeep: Upkeep) -> list[RenderableType]:
    """Contradictions, then answers that wait, then guides that seem one."""
    if not upkeep:
        return [heading("Nothing calls a published guide into question.")]
    total = len(upkeep.contested) + len(upkeep.waiting) + len(upkeep.twins)
    blocks = [_contested(title, one) for title, one in upkeep.contested]
    blocks += [_waiting(one) for one in upkeep.waiting]
    blocks += [_twins(one) for one in upkeep.twins]
    return [
        heading(f"{counted(total, 'question')} about published guides"),
        Text(),
        *spaced(blocks),
    ]


def _contested(title: str, one: Contested) -> list[RenderableType]:
    who = one.author.name or one.author.handle if one.author else load_life().say("somebody")
    where = f"#{one.thread.channel}" if one.thread.channel else one.thread.title
    place = ", ".join(one_line(part) for part in (who, where) if part)
    return [
        Text(f"{one.challenge.id}  {one_line(title)}", style="bold"),
        hanging("-", Text(f"the guide, sentence {one.number}: \u201c{one_line(one.text)}\u201d")),
        hanging(
            "-",
            Text(f"{place}, {said_date(one.challenge.said_at)}: \u201c{one_line(one.words)}\u201d"),
        ),
        hanging(" ", Text(f"{one.challenge.guide_id}, {one.message.id}", style="dim")),
    ]


def _waiting(one: Waiting) -> list[RenderableType]:
    lines: list[RenderableType] = [
        Text(f"{one.recheck.guide_id}  {one_line(one.title)}", style="bold"),
        hanging("-", Text(f"{one.words}: \u201c{one_line(one.text)}\u201d")),
    ]
    if one.answer:
        lines.append(hanging("-", Text(f"the answer: \u201c{one_line(one.answer)}\u201d")))
    return lines


def _twins(one: Twins) -> list[RenderableType]:
    return [
        Text(f"{one.pair.id}  two guides that may be one: {one.why}", style="bold"),
        hanging("-", Text(f"{one.pair.first_id}  {one_line(one.first)}")),
        hanging("-", Text(f"{one.pair.second_id}  {one_line(one.second)}")),
    ]


def upkeep_payload(upkeep: Upkeep) -> dict[str, Any]:
    """The same for programs."""
    return {
        "contradictions": [
            {
                "id": one.challenge.id,
                "kind": one.challenge.kind,
                "guide": one.challenge.guide_id,
                "title": title,
                "sentence": one.number,
                "text": one.text,
                "message_id": one.message.id,
                "start": one.challenge.start,
                "end": one.challenge.end,
                "said": one.words,
                "who": one.author.handle if one.author else None,
                "said_at": one.challenge.said_at.isoformat(),
            }
            for title, one in upkeep.contested
        ],
        "answers": [
            {
                "guide": one.recheck.guide_id,
                "title": one.title,
                "state": one.recheck.state.value,
                "text": one.text,
                "answer": one.answer or None,
            }
            for one in upkeep.waiting
        ],
        "alike": [
            {
                "id": one.pair.id,
                "guides": [one.pair.first_id, one.pair.second_id],
                "titles": [one.first, one.second],
                "likeness": round(one.pair.likeness, 4),
                "shared_messages": one.pair.shared,
            }
            for one in upkeep.twins
        ],
    }
