"""The debate behind a guide, message by message: who, when, their words and their code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from memory.records.guide import TrailStep
from memory.records.people import Credit
from memory.records.talk import Message, SegmentKind
from prompts.catalogue import Catalogue
from tui.render.guide import GuidePage
from tui.render.times import said_date

_AGENT = "the agent "
"""How the part of a step begins that is no person's."""
_FEWEST_LETTERS = 3
"""Letters of a part of a name that is looked for by itself; shorter ones are common words."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a message: talk, or code to be kept to the letter."""

    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One step as a reader may see it. Of those who stay unnamed, neither words nor time."""

    who: str
    part: str
    day: str = ""
    message_id: str | None = None
    """The message, where readers may learn which it is."""
    stretches: tuple[Stretch, ...] = ()

    def head(self) -> str:
        """`Ann Lee asked, 3 Sep 2025`."""
        return f"{self.who} {self.part}{f', {self.day}' if self.day else ''}"


def trail_entries(page: GuidePage, catalogue: Catalogue) -> Iterator[TrailEntry]:
    """The steps in order. Names of people who are not credited are veiled in others' words."""
    veil = veil_of(page)
    cover = catalogue.say("guide_veiled")

    def veiled(text: str) -> str:
        return veil.sub(lambda _: cover, text) if veil else text

    for step in page.guide.current.trail:
        message = page.messages.get(step.message_id)
        named = message is not None and page.is_named(message.author_id)
        if step.part.startswith(_AGENT):
            asked = page.questions.get(step.question_id or "", "") if named else ""
            yield TrailEntry(
                catalogue.say("guide_agent"),
                step.part.removeprefix(_AGENT),
                said_date(step.at) if named else "",
                stretches=(Stretch(veiled(asked)),) if asked else (),
            )
        elif message is not None and named:
            yield TrailEntry(
                page.who(step.author_id),
                step.part,
                said_date(step.at),
                message.id if page.may_open(message.id) else None,
                tuple(Stretch(veiled(s.text), s.code) for s in stretches_of(message)),
            )
        else:
            yield _unnamed(page, step)


def _unnamed(page: GuidePage, step: TrailStep) -> TrailEntry:
    return TrailEntry(page.who(step.author_id), step.part)


def stretches_of(message: Message) -> tuple[Stretch, ...]:
    """The author's own words and code in order; quotations and signatures are others' or layout."""
    found: list[Stretch] = []
    for segment in message.segments:
        text = message.text[segment.start : segment.end]
        if segment.kind is SegmentKind.CODE:
            found.append(Stretch(text, code=True))
        elif segment.kind is SegmentKind.OWN and text.strip():
            found.append(Stretch(text))
    return tuple(found)


def veil_of(page: GuidePage) -> re.Pattern[str] | None:
    """A pattern of the names, handles and parts of names of people who are not credited.

    Matched whatever the case: a common word that is also such a name is veiled as well.
    """
    names: set[str] = set()
    for member in page.members.values():
        if page.credit_of(member.id) is Credit.CREDITED:
            continue
        parts = re.findall(r"\w+", member.name)
        names |= {part for part in parts if len(part) >= _FEWEST_LETTERS}
        names |= {name for name in (member.name.strip(), member.handle.strip()) if name}
    if not names:
        return None
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(
        rf"@?(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE
    )
