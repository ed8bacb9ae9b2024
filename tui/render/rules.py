"""The rules of a community on a screen: who decides, what is stopped, who acts for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.console import Group, RenderableType
from rich.text import Text

from agent.services.granting import GrantLine
from agent.services.rulebook import Rulebook, StopLine
from memory.records.governance import GovernanceModel, GovernanceRules
from memory.records.people import Member, Role
from prompts.governance import load_governance
from tui.render.blocks import Block
from tui.render.listing import hanging, heading, indented
from tui.render.safe import one_line
from tui.render.times import counted, said_date

MOST_NAMED = 8
"""People named for a role; the others are counted."""
MOST_TITLES = 5
"""Frozen guides told by title; the others are counted."""


def rules_keyed(book: Rulebook) -> list[Block]:
    """How it decides, stopped work, then grants; orders and grants have their ids as keys."""
    blocks = [Block(Group(*_decides(book), Text()))]
    blocks.append(Block(heading("Stopped work")))
    blocks += [Block(Group(*_stop(line)), line.stop.id) for line in book.stops]
    if not book.stops:
        blocks.append(Block(indented(Text("Nothing is stopped."))))
    blocks += [Block(Text()), Block(heading("Who acts for whom"))]
    blocks += [Block(indented(Text(grant_words(line))), line.grant.id) for line in book.grants]
    if not book.grants:
        told = "Nobody acts for anybody, as far as you may know."
        blocks.append(Block(indented(Text(told))))
    return blocks


def grant_words(line: GrantLine) -> str:
    """Who may act as whom, until when, and who gave it when."""
    may = "may act as" if line.in_force else "may no longer act as"
    words = f"{one_line(line.to_words)} {may} @{one_line(line.member.handle)}"
    end = line.grant.revoked_at
    last = None if end is None else end - timedelta(seconds=1)
    until = f" until {said_date(last)}" if last is not None and line.in_force else ""
    giver = f", by @{one_line(line.giver.handle)}" if line.giver is not None else ""
    return f"{words}{until} (given {said_date(line.grant.granted_at)}{giver})"


def model_words(rules: GovernanceRules) -> str:
    """What the model means here, in a sentence or two."""
    return load_governance().say(rules.model.value, quorum=rules.quorum)


def _decides(book: Rulebook) -> Iterator[RenderableType]:
    rules = book.rules
    yield heading(f"How guides are decided: {rules.model.value}")
    yield indented(Text(model_words(rules)))
    peers = rules.model is GovernanceModel.DECENTRALISED
    may = "may vote" if peers else "may decide"
    people = "1 person" if book.deciders == 1 else f"{book.deciders:,} people"
    yield indented(Text(f"{people} {may} on what others said."))
    if rules.central_stewards:
        names = ", ".join(one_line(name) for name in rules.central_stewards)
        yield hanging("central stewards:", Text(names))
    for key, roles in _named_roles(rules):
        yield hanging(f"{key}:", Text(_roles(roles)))
    for role, holders in book.holders:
        yield hanging(f"{role.value.replace('_', ' ')}:", Text(_people(holders)))
    for problem in book.problems:
        yield hanging("!", Text(f"{one_line(problem)}.", style="bold"))


def _named_roles(rules: GovernanceRules) -> Iterator[tuple[str, Sequence[Role]]]:
    """Rights that a policy gives to roles of its own choice, and who stops work."""
    for key, named in (
        ("may ask", rules.ask),
        ("may answer", rules.answer),
        ("decide on guides", rules.approve),
        ("take guides back", rules.retract),
        ("may stop work", rules.stop),
    ):
        if named is not None:
            yield key, named


def _roles(roles: Sequence[Role]) -> str:
    return ", ".join(role.value.replace("_", " ") for role in roles) or "nobody"


def _people(holders: Sequence[Member]) -> str:
    names = ", ".join(one_line(member.name) for member in holders[:MOST_NAMED])
    more = len(holders) - MOST_NAMED
    return f"{names} and {more:,} more" if more > 0 else names


def _stop(line: StopLine) -> Iterator[RenderableType]:
    stop, by = line.stop, f", by {one_line(line.by.name)}" if line.by is not None else ""
    told = Text.assemble(
        (f"\u201c{one_line(stop.topic)}\u201d", "bold"), f" since {said_date(stop.stopped_at)}{by}"
    )
    yield indented(told)
    yield indented(Text(f"\u201c{one_line(stop.because)}\u201d"), 4)
    yield from (indented(one, 4) for one in frozen_words(line))


def frozen_words(line: StopLine) -> Iterator[Text]:
    """What an order freezes, by title, or that nothing speaks of its topic."""
    frozen = line.frozen
    if not frozen:
        topic = one_line(line.stop.topic)
        yield Text(load_governance().say("unspoken", topic=topic), style="dim")
        return
    about = [counted(len(frozen.guides), "guide"), _inquiries(frozen.inquiries)]
    yield Text(f"Frozen: {' and '.join(one for one in about if one)}.", style="dim")
    for guide in frozen.guides[:MOST_TITLES]:
        yield Text(f"- {one_line(guide.current.title)}", style="dim")
    if len(frozen.guides) > MOST_TITLES:
        yield Text(f"- and {len(frozen.guides) - MOST_TITLES:,} more", style="dim")


def _inquiries(number: int) -> str:
    return "" if not number else f"{number:,} open {'inquiry' if number == 1 else 'inquiries'}"
