"""What calls published guides into question, on a screen: every side quoted, dated and named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from agent.services.challenging_marks import Contested
from agent.services.questioned import Said, Side, Twins, Upkeep, Waiting
from memory.records.people import Member
from memory.records.talk import Thread
from prompts.life import load_life
from tui.render.blocks import Block
from tui.render.listing import heading, indented
from tui.render.safe import one_line
from tui.render.times import counted, said_date
from tui.render.two_sides import TwoSides


def upkeep_keyed(upkeep: Upkeep) -> list[Block]:
    """Contradictions, then answers that wait, then guides that seem one; keys are their ids."""
    if not upkeep:
        return [
            Block(Text("Nothing calls a published guide into question.", style="bold")),
            Block(Text()),
            Block(Text("Later words against a guide, what its author answers when asked whether")),
            Block(Text("it still holds, and guides that seem one are shown here.")),
        ]
    blocks: list[Block] = []
    for number, unit, entries in (
        (len(upkeep.contested), "contradiction", _contested(upkeep)),
        (len(upkeep.waiting), "answer", map(_waiting, upkeep.waiting)),
        (len(upkeep.twins), "likely duplicate", map(_twins, upkeep.twins)),
    ):
        if number:
            waits = "waits" if number == 1 else "wait"
            blocks.append(Block(Group(heading(f"{counted(number, unit)} {waits}"), Text())))
        for entry in entries:
            blocks += [entry, Block(Text())]
    return blocks


def _contested(upkeep: Upkeep) -> Iterator[Block]:
    for title, one in upkeep.contested:
        said = upkeep.rests_on.get(one.challenge.id, ())
        against: list[RenderableType] = [
            _label(f"Against it, {_who(one.author, one.thread, one.challenge.said_at)}:"),
            _quoted(one.words),
        ]
        sides = TwoSides(list(_guide_side(one, said)), against)
        yield Block(Group(_title(title), indented(sides)), one.challenge.id)


def _guide_side(one: Contested, said: tuple[Said, ...]) -> Iterator[RenderableType]:
    """The guide's sentence, and the words it rests on where they are not the same."""
    same = len(said) == 1 and one_line(said[0].words) == one_line(one.text)
    told = f", {_who(said[0].author, said[0].thread, said[0].at)}" if same else ""
    yield _label(f"The guide, sentence {one.number}{told}:")
    yield _quoted(one.text)
    if not same:
        for words in said:
            yield _label(f"resting on {_who(words.author, words.thread, words.at)}:")
            yield _quoted(words.words)


def _waiting(one: Waiting) -> Block:
    asked: list[RenderableType] = [
        _label(f"Asked of {_name(one.asked)}, {said_date(one.recheck.asked_at)}:"),
        indented(Text(one_line(one.question)) if one.question else _quoted_text(one.text)),
    ]
    if one.answer:
        day = f", {said_date(one.answered_at)}" if one.answered_at is not None else ""
        reply: list[RenderableType] = [_label(f"Replied{day}:"), _quoted(one.answer)]
    else:
        reply = [_label("No reply.")]
    words = f"{one.words[:1].upper()}{one.words[1:]}."
    return Block(
        Group(_title(one.title), indented(Text(words)), indented(TwoSides(asked, reply))),
        one.recheck.id,
    )


def _twins(one: Twins) -> Block:
    sides = [list(_side(side)) for side in one.sides]
    shown: RenderableType = TwoSides(*sides) if len(sides) == 2 else Text()  # noqa: PLR2004 - a pair
    why = f"Two guides that may be one: {one.why}."
    return Block(Group(Text(why, style="bold"), indented(shown)), one.pair.id)


def _side(side: Side) -> Iterator[RenderableType]:
    yield Text(one_line(side.title), style="bold")
    yield _quoted_text(side.summary)
    names = ", ".join(map(one_line, side.authors)) or load_life().say("somebody")
    out = f", published {said_date(side.published_at)}" if side.published_at is not None else ""
    yield _label(f"{names}{out}")


def _who(author: Member | None, thread: Thread | None, at: datetime) -> str:
    """Name, place and day."""
    where = ""
    if thread is not None:
        where = f"#{thread.channel}" if thread.channel else thread.title
    return ", ".join(one_line(part) for part in (_name(author), where, said_date(at)) if part)


def _name(member: Member | None) -> str:
    return one_line(member.name or member.handle) if member else load_life().say("somebody")


def _title(title: str) -> Text:
    return Text(one_line(title), style="bold")


def _label(words: str) -> Text:
    return Text(words, style="dim")


def _quoted_text(words: str) -> Text:
    return Text(f"\u201c{one_line(words)}\u201d")


def _quoted(words: str) -> RenderableType:
    return indented(_quoted_text(words))
