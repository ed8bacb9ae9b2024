"""In words, what a reader has to know of a published guide beside what it says."""

from __future__ import annotations

from typing import Any

from agent.services.challenging_marks import Contested, Marks
from memory.records.people import Credit
from prompts.life import load_life
from tui.render.safe import one_line
from tui.render.stopped import frozen_lines, stop_payload
from tui.render.times import said_date


def mark_lines(marks: Marks) -> list[str]:
    """One line for each mark: that its author revoked it, and who contradicts it since when."""
    life = load_life()
    lines: list[str] = [line.removesuffix(".") for line in frozen_lines(marks.stopped)]
    if marks.changed_since is not None:
        lines.append(life.say("changed", day=said_date(marks.changed_since)))
    for one in marks.contested:
        text = one_line(one.text).rstrip(".")
        lines.append(life.say("contested_sentence", mark=_contested(one), text=text))
    return [f"{line[:1].upper()}{line[1:]}." for line in lines]


def _contested(one: Contested) -> str:
    life, day = load_life(), said_date(one.challenge.said_at)
    if not one.for_readers:
        return life.say("contested", day=day)
    return life.say("contested_by", day=day, who=_who(one), words=one_line(one.words))


def _who(one: Contested) -> str:
    """The author of the later words, as they wish to appear."""
    author = one.author
    if author is None or author.consent.credit is not Credit.CREDITED:
        title = author.title if author is not None else ""
        return one_line(title) or "a member of this community"
    return one_line(author.name or author.handle)


def marks_payload(marks: Marks) -> dict[str, Any]:
    """The same for programs; nothing for a guide without marks."""
    if not marks:
        return {}
    since = marks.changed_since
    return {
        "stopped": [stop_payload(stop) for stop in marks.stopped],
        "holds_no_longer_since": since.isoformat() if since else None,
        "contested": [
            {
                "since": one.challenge.said_at.isoformat(),
                "sentence": one.number,
                "text": one.text,
                "said": one.words if one.for_readers else None,
                "who": _who(one) if one.for_readers else None,
            }
            for one in marks.contested
        ],
    }
